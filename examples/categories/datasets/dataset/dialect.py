"""How a CSV file is written (CSV Dialect, and Table Dialect of version 2)."""

from dataclasses import dataclass


class BadDialect(ValueError):
    """Why a dialect cannot be read, with the fix."""


@dataclass(frozen=True)
class Dialect:
    """RFC 4180, if nothing else is said."""

    delimiter: str = ","
    quote: str = '"'
    header: bool = True
    skip_space: bool = False


# What says nothing that would change how the file is read here.
_IGNORED = ("csvddfVersion", "caseSensitiveHeader", "$schema", "profile", "type")
# What may only be what it is anyway.
_FIXED = {
    "doubleQuote": (True,),
    "lineTerminator": ("\r\n", "\n"),
    "escapeChar": (None,),
    "commentChar": (None,),
    "nullSequence": (None,),
    "headerRows": ([1],),
    "headerJoin": (" ",),
}


def read(source: object) -> Dialect:
    """The dialect of a resource."""
    if source is None:
        return Dialect()
    if not isinstance(source, dict):
        raise BadDialect("has a dialect that is no object. Write it into `datapackage.json`")
    for key, value in source.items():
        if key in ("delimiter", "quoteChar"):
            if not isinstance(value, str) or len(value) != 1 or value in "\r\n\0" or value.isalnum():
                raise BadDialect(f"has the `{key}` {value!r}. It is one character, and no letter or digit")
        elif key in ("header", "skipInitialSpace"):
            if not isinstance(value, bool):
                raise BadDialect(f"has `{key}` that is neither `true` nor `false`. Write one")
        elif key in _FIXED:
            if value not in _FIXED[key]:
                raise BadDialect(f"has the `{key}` {value!r}, which is not read here. Write the file as RFC 4180 does")
        elif key not in _IGNORED:
            raise BadDialect(f"has `{key[:40]}` in its dialect, which is not read here. Write the file as RFC 4180 does")
    dialect = Dialect(
        delimiter=source.get("delimiter", ","),
        quote=source.get("quoteChar", '"'),
        header=source.get("header", True),
        skip_space=source.get("skipInitialSpace", False),
    )
    if dialect.delimiter == dialect.quote:
        raise BadDialect("has one character as `delimiter` and as `quoteChar`. Use two")
    return dialect
