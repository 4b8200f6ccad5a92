"""Types of fields: how a value is written, and what it is.

After Table Schema (https://datapackage.org/standard/table-schema/), versions 1 and 2. A reader is a
function from the text in a cell to a value; it raises `BadValue`, whose text ends a sentence that begins with
the value: "… is no integer. Write it like `12`."
"""

import base64
import binascii
import datetime
import re

from . import strict_json

# Longer numbers are no measurements.
_LONGEST_NUMBER = 64

_INTEGER = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_SPECIAL = {"NaN": float("nan"), "INF": float("inf"), "-INF": float("-inf")}
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})?")
_YEAR = re.compile(r"-?[0-9]{4}|-?[1-9][0-9]{4,5}")
_YEAR_MONTH = re.compile(r"(-?[0-9]{4})-(0[1-9]|1[0-2])")
_DURATION = re.compile(
    r"-?P(?=.)([0-9]+Y)?([0-9]+M)?([0-9]+W)?([0-9]+D)?(T(?=.)([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?"
)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_UNBARE = re.compile(r"^[^0-9+.-]{0,8}|[^0-9]{0,8}$")


class BadValue(ValueError):
    """Why a text is no value of a type."""


class BadField(ValueError):
    """Why a field's own properties make no sense."""


def reader(kind: str, field: dict):
    """The function that reads the values of a field."""
    make = _READERS.get(kind)
    if make is None:
        raise BadField(f"its type {kind!r} is not known. Use one of {', '.join(sorted(_READERS))}")
    return make(field, field.get("format", "default"))


def _only(formats, given):
    if given not in formats:
        raise BadField(f"its format {given!r} cannot be checked. Use one of {', '.join(formats)}")


def _string(_, form):
    _only(("default", "email", "uri", "uuid", "binary"), form)
    patterns = {"email": _EMAIL, "uri": _URI, "uuid": _UUID}
    if form == "binary":
        return _binary
    if form == "default":
        return str

    def read(text):
        if patterns[form].fullmatch(text):
            return text
        article = "e-mail address" if form == "email" else form.upper()
        raise BadValue(f"is no {article}. Write it out, without spaces")

    return read


def _binary(text):
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadValue("is no Base64. Encode it, with padding") from None


def _bare(field):
    """What is taken away before a number is read: `$` and `%` around it, and what groups its digits."""
    bare = field.get("bareNumber", True)
    group = field.get("groupChar", "")
    if not isinstance(bare, bool):
        raise BadField("`bareNumber` is `true` or `false`")
    if not isinstance(group, str) or len(group) > 1 or group in set("0123456789+-eE"):
        raise BadField("`groupChar` is one character between digits, such as `,` or a space")

    def strip(text):
        if not bare:
            text = _UNBARE.sub("", text)
        return text.replace(group, "") if group else text

    return strip if group or not bare else None


def _integer(field, form):
    _only(("default",), form)
    strip = _bare(field)

    def read(text):
        if strip:
            text = strip(text)
        if len(text) <= _LONGEST_NUMBER and _INTEGER.fullmatch(text):
            return int(text)
        raise BadValue("is no integer. Write digits only, like `1200`")

    return read


def _number(field, form):
    _only(("default",), form)
    strip = _bare(field)
    point = field.get("decimalChar", ".")
    if not isinstance(point, str) or len(point) != 1 or point.isalnum() or point == field.get("groupChar"):
        raise BadField("`decimalChar` is one character, no letter or digit, and another than `groupChar`")

    def read(text):
        if strip:
            text = strip(text)
        if point != ".":
            text = "?" if "." in text else text.replace(point, ".")
        if len(text) <= _LONGEST_NUMBER and _NUMBER.fullmatch(text):
            return float(text)
        if text in _SPECIAL:
            return _SPECIAL[text]
        raise BadValue(f"is no number. Write it like `1200{point}5`")

    return read


def _boolean(field, form):
    _only(("default",), form)
    true = field.get("trueValues", ["true", "True", "TRUE", "1"])
    false = field.get("falseValues", ["false", "False", "FALSE", "0"])
    for values in (true, false):
        if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
            raise BadField("`trueValues` and `falseValues` are lists of texts")
    if set(true) & set(false):
        raise BadField("a text is in both `trueValues` and `falseValues`")
    known = {**dict.fromkeys(true, True), **dict.fromkeys(false, False)}

    def read(text):
        value = known.get(text)
        if value is None:
            raise BadValue(f"is no boolean. Write `{true[0]}` or `{false[0]}`")
        return value

    return read


def _parse_date(text):
    match = _DATE.fullmatch(text)
    if match:
        try:
            return datetime.date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            raise BadValue("is no day of the calendar. Correct it") from None
    raise BadValue("is no date. Write it like `2026-11-26`")


def _parse_time(text):
    match = _TIME.fullmatch(text)
    if match:
        try:
            micro = int(((match[4] or ".")[1:] + "000000")[:6])
            return datetime.time(int(match[1]), int(match[2]), int(match[3]), micro, _zone(match[5]))
        except ValueError:
            raise BadValue("is no time of day. Correct it") from None
    raise BadValue("is no time. Write it like `13:05:00`")


def _zone(text):
    if text is None or text == "Z":
        # A time without a zone is compared as one of UTC: with those that have one, too.
        return datetime.timezone.utc
    sign = -1 if text[0] == "-" else 1
    return datetime.timezone(sign * datetime.timedelta(hours=int(text[1:3]), minutes=int(text[4:6])))


def _parse_datetime(text):
    day, _, time = text.partition("T")
    try:
        return datetime.datetime.combine(_parse_date(day), _parse_time(time))
    except BadValue:
        raise BadValue("is no date and time. Write it like `2026-11-26T13:05:00Z`") from None


_DIRECTIVES = {
    "Y": ("year", "[0-9]{4}"), "m": ("month", "[0-9]{1,2}"), "d": ("day", "[0-9]{1,2}"),
    "H": ("hour", "[0-9]{1,2}"), "M": ("minute", "[0-9]{1,2}"), "S": ("second", "[0-9]{1,2}"),
}  # fmt: skip


def _temporal(parse, parts):
    def make(_, form):
        if form == "default":
            return parse
        if form == "any":
            raise BadField("its format `any` is read differently by each program. Write the dates as ISO 8601")
        return _by_pattern(form, parts)

    return make


def _by_pattern(form, parts):
    """A format of strftime(3), of numbers only: names of months depend on who reads them."""
    if not isinstance(form, str) or len(form) > 64:
        raise BadField("its format is no text of at most 64 characters")
    names, pieces = [], []
    for literal, directive in re.findall(r"([^%]*)(%.|%$|$)", form, re.DOTALL):
        pieces.append(re.escape(literal))
        if directive == "%%":
            pieces.append("%")
        elif directive:
            name, digits = _DIRECTIVES.get(directive[1:], (None, ""))
            if name is None or name not in parts or name in names:
                raise BadField(f"`{directive}` in its format cannot be checked. Use `%Y %m %d %H %M %S`, each once")
            names.append(name)
            pieces.append(f"({digits})")
    expression = re.compile("".join(pieces))
    if not names:
        raise BadField("its format has no part of a date or time. Use `%Y-%m-%d`")
    defaults = {"year": 1900, "month": 1, "day": 1, "hour": 0, "minute": 0, "second": 0}

    def read(text):
        match = expression.fullmatch(text)
        if match:
            try:
                return datetime.datetime(**{**defaults, **dict(zip(names, map(int, match.groups())))})
            except ValueError:
                pass
        raise BadValue(f"is not written as `{form}`. Write it so")

    return read


def _plain(pattern, what, example, convert=str):
    def make(_, form):
        _only(("default",), form)

        def read(text):
            if pattern.fullmatch(text):
                return convert(text)
            raise BadValue(f"is no {what}. Write it like `{example}`")

        return read

    return make


def _year_month(text):
    match = _YEAR_MONTH.fullmatch(text)
    return int(match[1]), int(match[2])


def _json(wanted, what):
    def make(_, form):
        _only(("default",), form)

        def read(text):
            try:
                value = strict_json.loads(text)
            except strict_json.NotJson as error:
                raise BadValue(f"is no JSON: {error}. Correct it") from None
            if not isinstance(value, wanted):
                raise BadValue(f"is no {what} of JSON. Write one")
            return value

        return read

    return make


def _geopoint(_, form):
    _only(("default", "array", "object"), form)

    def read(text):
        try:
            if form == "default":
                longitude, latitude = (_number({}, "default")(part.strip()) for part in text.split(","))
            else:
                value = strict_json.loads(text)
                longitude, latitude = (value["lon"], value["lat"]) if form == "object" else value
            if -180 <= float(longitude) <= 180 and -90 <= float(latitude) <= 90:
                return longitude, latitude
        except (ValueError, TypeError, KeyError):
            pass
        raise BadValue("is no point on Earth. Write longitude and latitude, like `14.42, 50.09`")

    return read


_GEOMETRIES = (
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection",
    "Feature", "FeatureCollection",
)  # fmt: skip


def _geojson(_, form):
    _only(("default",), form)
    inner = _json(dict, "object")(None, "default")

    def read(text):
        value = inner(text)
        if value.get("type") not in _GEOMETRIES:
            raise BadValue("is no GeoJSON (RFC 7946). Give it a `type` such as `Point`")
        return value

    return read


def _list(field, form):
    _only(("default",), form)
    delimiter = field.get("delimiter", ",")
    kind = field.get("itemType", "string")
    if not isinstance(delimiter, str) or not 1 <= len(delimiter) <= 8:
        raise BadField("`delimiter` is 1 to 8 characters")
    if kind not in ("string", "integer", "boolean", "number", "datetime", "date", "time"):
        raise BadField(f"`itemType` {kind!r} is not known")
    item = reader(kind, {})

    def read(text):
        return [item(part) for part in text.split(delimiter)] if text else []

    return read


def _any(_, form):
    _only(("default",), form)
    return str


_DAY = ("year", "month", "day")
_CLOCK = ("hour", "minute", "second")

_READERS = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _temporal(_parse_date, _DAY),
    "time": _temporal(_parse_time, _CLOCK),
    "datetime": _temporal(_parse_datetime, _DAY + _CLOCK),
    "year": _plain(_YEAR, "year", "2026", int),
    "yearmonth": _plain(_YEAR_MONTH, "month of a year", "2026-11", _year_month),
    "duration": _plain(_DURATION, "duration of ISO 8601", "P1DT12H"),
    "object": _json(dict, "object"),
    "array": _json(list, "array"),
    "list": _list,
    "geopoint": _geopoint,
    "geojson": _geojson,
    "any": _any,
}

# Those whose values have an order, and those that have a length.
ORDERED = ("integer", "number", "date", "time", "datetime", "year", "yearmonth")
SIZED = ("string", "array", "object", "list", "any")
