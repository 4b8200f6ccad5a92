"""JSON (RFC 8259), read so that no two programs could read it differently."""

import json

# Deeper nesting is not written by hand, and would exhaust the stack of whoever reads it.
DEEPEST = 32

# Past 2^53, programs disagree on what a number is.
LARGEST_INTEGER = 2**53


class NotJson(ValueError):
    """What is wrong with it, for a sentence."""


def loads(text: str):
    """The value of a text."""
    _nesting(text)
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer, parse_float=_number
        )
        if "\\u" in text:
            # Half of a surrogate pair is no character, and no text of an answer can have it.
            json.dumps(value, ensure_ascii=False).encode()
        return value
    except json.JSONDecodeError as error:
        raise NotJson(f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    except UnicodeEncodeError:
        raise NotJson("an escape `\\u…` in it is half of a character") from None


def _nesting(text: str) -> None:
    depth = 0
    in_string = False
    characters = iter(text)
    for character in characters:
        if in_string:
            if character == "\\":
                next(characters, None)
            elif character == '"':
                in_string = False
        elif character == '"':
            in_string = True
        elif character in "[{":
            depth += 1
            if depth > DEEPEST:
                raise NotJson(f"it is nested more than {DEEPEST} deep")
        elif character in "]}":
            depth -= 1


def _object(pairs):
    value = dict(pairs)
    if len(value) != len(pairs):
        seen = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))
        raise NotJson(f'it has the key "{twice[:60]}" twice in one object')
    return value


def _constant(name):
    raise NotJson(f"`{name}` is no JSON")


def _integer(digits):
    if len(digits) > 17 or abs(int(digits)) > LARGEST_INTEGER:
        raise NotJson(f"the number {digits[:20]} is larger than 2^53; write it as a text")
    return int(digits)


def _number(digits):
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise NotJson(f"the number {digits[:20]} is too large")
    return value
