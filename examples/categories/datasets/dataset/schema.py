"""A Table Schema: what each column of a table must be.

What a schema says and nobody here could check is refused, not passed over: somebody relies on it.
"""

import re
from dataclasses import dataclass, field

from . import kinds, pattern
from .findings import quote

MOST_FIELDS = 256
MOST_ENUM = 1000
MOST_ENUM_OBJECTS = 50
MOST_UNIQUE_KEYS = 16

_NAME = re.compile(r"\S(.{0,126}\S)?", re.DOTALL)

# What says of a field that it is about a person, as schema.org calls it.
_PERSONAL = tuple(
    f"{scheme}://schema.org/{name}"
    for scheme in ("http", "https")
    for name in (
        "additionalName", "birthDate", "deathDate", "email", "familyName", "gender", "givenName", "homeLocation",
        "nationality", "streetAddress", "taxID", "telephone",
    )
)  # fmt: skip

_CONSTRAINTS = {
    "required": None, "unique": None, "pattern": ("string", "any"), "enum": None,
    "minLength": kinds.SIZED, "maxLength": kinds.SIZED,
    "minimum": kinds.ORDERED, "maximum": kinds.ORDERED,
    "exclusiveMinimum": kinds.ORDERED, "exclusiveMaximum": kinds.ORDERED,
}  # fmt: skip


class BadSchema(ValueError):
    """Why a schema makes no sense: a rule and a sentence, with its fix."""

    def __init__(self, rule: str, message: str):
        super().__init__(message)
        self.rule = rule
        self.message = message


@dataclass
class Column:
    """A field of a schema, ready to check values."""

    name: str
    kind: str
    read: object
    missing: frozenset
    personal: bool
    required: bool = False
    unique: bool = False
    # Each takes the text and the value, and answers what is wrong with it, or None.
    checks: list = field(default_factory=list)

    def reject(self, text: str):
        """What is wrong with a text that is not missing, or None."""
        try:
            value = self.read(text)
        except kinds.BadValue as error:
            return "value.malformed", str(error)
        for check in self.checks:
            wrong = check(text, value)
            if wrong is not None:
                return wrong
        return None


@dataclass
class Schema:
    """The columns of a table, and its keys, as positions in it."""

    columns: list
    # Each is positions whose values together are there once; the first is the primary key, if there is one.
    unique: list
    primary: tuple
    # (positions, resource or "" for this table, names of fields there)
    foreign: list

    @property
    def personal(self) -> list:
        return [column.name for column in self.columns if column.personal]


def read(source: object) -> Schema:
    """The schema that a descriptor has, or raises `BadSchema`."""
    if not isinstance(source, dict):
        hint = " Write it into `datapackage.json`." if isinstance(source, str) else ""
        raise BadSchema("schema.missing", f"has no Table Schema.{hint or ' Add `schema` with `fields`.'}")
    fields = source.get("fields")
    if not isinstance(fields, list) or not fields:
        raise BadSchema("schema.missing", "has a schema without fields. Describe each column in `fields`.")
    if len(fields) > MOST_FIELDS:
        raise BadSchema("schema.too-large", f"has {len(fields)} fields, and may have {MOST_FIELDS}. Split the table.")
    if source.get("fieldsMatch", "exact") not in ("exact", ["exact"]):
        raise BadSchema("schema.unsupported", "does not match its fields exactly. Describe every column, in order.")
    missing = _missing(source.get("missingValues", [""]))
    columns = [_column(one, missing) for one in fields]
    names = [column.name for column in columns]
    for name in names:
        if names.count(name) > 1:
            raise BadSchema("field.duplicate", f"has the field {quote(name)} twice. Give each a name of its own.")
    primary = _positions(source.get("primaryKey", []), names, "primaryKey")
    for position in primary:
        columns[position].required = True
    further = source.get("uniqueKeys", [])
    if not isinstance(further, list) or len(further) > MOST_UNIQUE_KEYS:
        raise BadSchema("key.malformed", f"has `uniqueKeys` that are no list of at most {MOST_UNIQUE_KEYS} lists of names. Correct it.")
    keys = [primary, *(_positions(key, names, "uniqueKeys") for key in further)]
    keys += [(at,) for at, column in enumerate(columns) if column.unique]
    unique = [key for key in dict.fromkeys(keys) if key]
    return Schema(columns, unique, primary, [_foreign(key, names) for key in _foreign_keys(source)])


def _missing(values: object) -> frozenset:
    if isinstance(values, list) and values and all(isinstance(one, dict) for one in values):
        values = [one.get("value") for one in values]
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise BadSchema("schema.malformed", "has `missingValues` that are no list of texts. Write them like `[\"\", \"-\"]`.")
    return frozenset(values)


def _column(source: object, missing: frozenset) -> Column:
    name = source.get("name") if isinstance(source, dict) else None
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise BadSchema("field.malformed", "has a field without a name of 1 to 128 characters. Name it as its column.")
    kind = source.get("type", "any" if source.get("format") is None else "string")
    try:
        if not isinstance(kind, str) or not isinstance(source.get("format", ""), str):
            raise kinds.BadField("`type` and `format` are texts")
        reader = kinds.reader(kind, source)
    except kinds.BadField as error:
        raise BadSchema("field.malformed", f"has the field {quote(name)}: {error}.") from None
    if "missingValues" in source:
        missing = _missing(source["missingValues"])
    column = Column(name, kind, reader, missing, _is_personal(source))
    constraints = source.get("constraints", {})
    if not isinstance(constraints, dict):
        raise BadSchema("constraint.malformed", f"has the field {quote(name)} with constraints that are no object. Correct it.")
    for constraint, wanted in constraints.items():
        _constrain(column, constraint, wanted)
    return column


def _is_personal(source: dict) -> bool:
    said = source.get("x-personal")
    if isinstance(said, bool):
        return said
    if said is not None:
        raise BadSchema("field.malformed", f"has the field {quote(source['name'])}: `x-personal` is `true` or `false`. Write one.")
    return source.get("rdfType") in _PERSONAL or source.get("format") == "email"


def _constrain(column: Column, constraint: str, wanted: object) -> None:
    def bad(why):
        return BadSchema("constraint.malformed", f"has the field {quote(column.name)}: `{constraint}` {why}. Correct it.")

    if constraint not in _CONSTRAINTS:
        known = ", ".join(f"`{name}`" for name in _CONSTRAINTS)
        raise BadSchema(
            "constraint.unknown",
            f"has the field {quote(column.name)}: {quote(constraint)} is no constraint that is checked. Use {known}.",
        )
    for_kinds = _CONSTRAINTS[constraint]
    if for_kinds is not None and column.kind not in for_kinds:
        raise bad(f"does not go with the type `{column.kind}`")
    if constraint in ("required", "unique"):
        if not isinstance(wanted, bool):
            raise bad("is `true` or `false`")
        setattr(column, constraint, wanted)
    elif constraint == "pattern":
        try:
            compiled = pattern.Pattern(wanted if isinstance(wanted, str) else "*")
        except pattern.BadPattern as error:
            raise bad(f"is {quote(wanted)}: {error}") from None

        def matches(text, _):
            if not compiled.matches(text):
                return "value.unexpected", f"does not match {quote(wanted)}. Correct it"
            return None

        column.checks.append(matches)
    elif constraint in ("minLength", "maxLength"):
        if not isinstance(wanted, int) or isinstance(wanted, bool) or wanted < 0:
            raise bad("is a number from 0 on")
        column.checks.append(_length(constraint == "minLength", wanted))
    elif constraint == "enum":
        if not isinstance(wanted, list) or not 1 <= len(wanted) <= MOST_ENUM:
            raise bad(f"is a list of 1 to {MOST_ENUM} values")
        values = [_value(column, one, bad) for one in wanted]

        def listed(_, value):
            if value not in values:
                return "value.unexpected", f"is not in the list of the schema. Use {', '.join(map(quote, wanted[:6]))}"
            return None

        try:
            values = frozenset(values)
        except TypeError:  # objects and lists, which are compared one by one
            if len(values) > MOST_ENUM_OBJECTS:
                raise bad(f"has more than {MOST_ENUM_OBJECTS} objects or lists") from None
        column.checks.append(listed)
    else:
        column.checks.append(_bound(constraint, _value(column, wanted, bad), wanted))


def _value(column: Column, wanted: object, bad) -> object:
    """A value of the schema, which is JSON or a text as in a cell."""
    if isinstance(wanted, bool) and column.kind == "boolean":
        return wanted
    if isinstance(wanted, (int, float)) and not isinstance(wanted, bool):
        if column.kind in ("integer", "number", "year"):
            return wanted
    if column.kind in ("object", "array", "list", "geojson") and not isinstance(wanted, str):
        return wanted
    try:
        return column.read(wanted if isinstance(wanted, str) else "\x00")
    except kinds.BadValue:
        raise bad(f"has {quote(wanted)}, which is no `{column.kind}`") from None


def _length(least: bool, wanted: int):
    def check(text, value):
        length = len(value if isinstance(value, (str, list, dict)) else text)
        if length < wanted if least else length > wanted:
            side = "at least" if least else "at most"
            return "value.unexpected", f"has the length {length}, and {side} {wanted} is expected. Correct it"
        return None

    return check


def _bound(constraint: str, bound: object, wanted: object):
    sides = {
        "minimum": (lambda value: value >= bound, "at least"),
        "maximum": (lambda value: value <= bound, "at most"),
        "exclusiveMinimum": (lambda value: value > bound, "more than"),
        "exclusiveMaximum": (lambda value: value < bound, "less than"),
    }
    holds, words = sides[constraint]

    def check(_, value):
        # NaN is neither more nor less than anything, and so never within bounds.
        if not holds(value):
            return "value.out-of-range", f"is out of range: {words} {quote(wanted)} is expected. Correct it"
        return None

    return check


def _positions(key: object, names: list, what: str) -> tuple:
    key = [key] if isinstance(key, str) else key
    if not isinstance(key, list) or not all(isinstance(name, str) for name in key):
        raise BadSchema("key.malformed", f"has a `{what}` that is no list of names. Write the names of its fields.")
    unknown = [name for name in key if name not in names]
    if unknown:
        raise BadSchema("key.unknown", f"has a `{what}` of {quote(unknown[0])}, which is no field. Correct the name.")
    if len(set(key)) != len(key):
        raise BadSchema("key.malformed", f"has a `{what}` with a field twice. Remove one.")
    return tuple(names.index(name) for name in key)


def _foreign_keys(source: dict) -> list:
    keys = source.get("foreignKeys", [])
    if not isinstance(keys, list) or len(keys) > 32 or not all(isinstance(key, dict) for key in keys):
        raise BadSchema("key.malformed", "has `foreignKeys` that are no list of at most 32 objects. Correct it.")
    return keys


def _foreign(key: dict, names: list) -> tuple:
    positions = _positions(key.get("fields", []), names, "foreignKeys")
    reference = key.get("reference")
    there = reference.get("fields") if isinstance(reference, dict) else None
    there = [there] if isinstance(there, str) else there
    resource = reference.get("resource", "") if isinstance(reference, dict) else None
    if not positions or not isinstance(there, list) or len(there) != len(positions) or not isinstance(resource, str):
        raise BadSchema(
            "key.malformed",
            "has a foreign key without `fields` and a `reference` to a `resource` and as many `fields`. Complete it.",
        )
    if not all(isinstance(name, str) for name in there):
        raise BadSchema("key.malformed", "has a foreign key to fields that are no texts. Write their names.")
    return positions, resource, tuple(there)
