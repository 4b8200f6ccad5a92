"""Whether what was printed is what a document says.

`…` stands for what differs from one time to the next:

- in a line of a text, for any characters; as a line of its own, for any lines, or none;
- in JSON, `"…"` for any value; as the last element of a list, for any further ones; and as a member `"…": "…"`, for
  any further members.
"""

import json
import re

ANY = "…"
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def plain(output: str) -> str:
    """Without colours, carriage returns, and space at the end of lines."""
    lines = [line.rstrip() for line in ESCAPES.sub("", output).replace("\r", "").split("\n")]
    return "\n".join(lines).strip("\n")


def differs_as_text(expected: str, output: str, begins: bool = False) -> str | None:
    """Why a text is not what was expected, or nothing. With `begins`, more may follow."""
    want, have = plain(expected).split("\n"), plain(output).split("\n")
    at = _match(want, have, begins)
    if at is None:
        return None
    line = repr(have[at]) if at < len(have) else "nothing"
    return f"from line {at + 1} on it is not as expected; there is {line}"


def _match(want: list[str], have: list[str], begins: bool) -> int | None:
    """The line of `have` as far as which they agree; nothing if they agree."""
    furthest = 0
    # Pairs of places from which the rest may still agree.
    todo, seen = [(0, 0)], set()
    while todo:
        place = todo.pop()
        if place in seen:
            continue
        seen.add(place)
        i, j = place
        furthest = max(furthest, j)
        if i == len(want):
            if begins or j == len(have):
                return None
        elif want[i] == ANY:
            if j < len(have):
                todo.append((i, j + 1))
            todo.append((i + 1, j))
        elif j < len(have) and _line(want[i], have[j]):
            todo.append((i + 1, j + 1))
    return furthest


def _line(want: str, have: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in want.split(ANY))
    return re.fullmatch(pattern, have) is not None


def differs_as_json(expected: str, output: str) -> str | None:
    """Why a JSON text is not what was expected, or nothing."""
    want = json.loads(expected)
    try:
        have = json.loads(output)
    except json.JSONDecodeError as error:
        return f"it is no JSON: {error}"
    return _value(want, have, "$")


def _value(want, have, path: str) -> str | None:
    if want == ANY:
        return None
    if isinstance(want, dict) and isinstance(have, dict):
        return _object(want, have, path)
    if isinstance(want, list) and isinstance(have, list):
        return _list(want, have, path)
    if isinstance(want, str) and isinstance(have, str) and ANY in want:
        return None if _line(want.replace("\n", " "), have.replace("\n", " ")) else f"{path} is {have!r}, not {want!r}"
    # 1 is not true, and 1.0 is 1.
    same = want == have and isinstance(want, bool) == isinstance(have, bool)
    return None if same else f"{path} is {have!r}, not {want!r}"


def _object(want: dict, have: dict, path: str) -> str | None:
    more = want.get(ANY) == ANY
    for name, value in want.items():
        if name == ANY:
            continue
        if name not in have:
            return f"{path} has no {name!r}"
        if why := _value(value, have[name], f"{path}.{name}"):
            return why
    unknown = [] if more else [name for name in have if name not in want]
    return f"{path} has {unknown[0]!r} besides" if unknown else None


def _list(want: list, have: list, path: str) -> str | None:
    more = want[-1:] == [ANY]
    want = want[:-1] if more else want
    if len(have) < len(want) or not more and len(have) > len(want):
        return f"{path} has {len(have)} elements, not {len(want)}"
    for at, value in enumerate(want):
        if why := _value(value, have[at], f"{path}[{at}]"):
            return why
    return None
