"""Regular expressions of XML Schema (part 2, appendix F), matched in linear time.

The pattern of a field comes from a stranger, and so does the text that it is matched with. An engine that
backtracks, such as `re`, can be kept busy for hours by a few of their characters. This one follows all ways at
once (Thompson, 1968), remembers where it has been, and stops at a bound that can be counted.

What is understood: characters, `.`, `[a-z]`, `[^…]`, `\\d \\D \\s \\S \\w \\W`, escapes, `(…)`, `(?:…)`, `|`, `?`, `*`,
`+`, `{n}`, `{n,}`, `{n,m}`. `\\d` is a decimal digit of any script, `\\w` a letter, digit or `_`.
"""

# After repetitions are written out.
MOST_STATES = 1000
DEEPEST = 16
LONGEST = 500
# States followed, over all values: some seconds' worth.
MOST_WORK = 1_000_000
MOST_REMEMBERED = 20_000

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_CLASSES = {
    "d": str.isdecimal,
    "s": lambda c: c in " \t\n\r",
    "w": lambda c: c == "_" or c.isalnum(),
}


class BadPattern(ValueError):
    """What is wrong with it, for a sentence."""


class TooExpensive(Exception):
    """It could be followed for ever."""


class Pattern:
    """A pattern, which matches whole values."""

    def __init__(self, source: str):
        if len(source) > LONGEST:
            raise BadPattern(f"it has more than {LONGEST} characters")
        parser = _Parser(source)
        tree = parser.alternatives(0)
        if parser.position < len(source):
            raise BadPattern("a `)` closes nothing")
        # A state is its edges: (test, next) for a character, (None, next) for none.
        self._edges: list[list] = []
        self._end = self._state()
        self._start = self._build(tree, self._end)
        self._work = 0
        self._forget()

    def matches(self, text: str) -> bool:
        """Whether all of `text` matches."""
        here = self._first
        for character in text:
            there = here.after.get(character)
            if there is None:
                there = self._step(here, character)
            here = there
            if not here.states:
                return False
        return here.accepts

    def _forget(self) -> None:
        self._known: dict[frozenset, _Place] = {}
        self._remembered = 0
        self._first = self._place(self._closure([self._start]))

    def _place(self, states: frozenset) -> "_Place":
        place = self._known.get(states)
        if place is None:
            place = self._known[states] = _Place(states, self._end in states)
        return place

    def _step(self, here: "_Place", character: str) -> "_Place":
        self._work += len(here.states) + 1
        if self._work > MOST_WORK:
            raise TooExpensive
        reached = [
            there
            for state in here.states
            for test, there in self._edges[state]
            if test is not None and test(character)
        ]
        place = self._place(self._closure(reached))
        self._remembered += 1
        if self._remembered > MOST_REMEMBERED:
            self._forget()
            place = self._place(place.states)
        else:
            here.after[character] = place
        return place

    def _closure(self, states) -> frozenset:
        seen = set(states)
        todo = list(seen)
        while todo:
            for test, there in self._edges[todo.pop()]:
                if test is None and there not in seen:
                    seen.add(there)
                    todo.append(there)
        return frozenset(seen)

    def _state(self) -> int:
        if len(self._edges) >= MOST_STATES:
            raise BadPattern(f"with its repetitions written out, it has more than {MOST_STATES} parts")
        self._edges.append([])
        return len(self._edges) - 1

    def _build(self, tree, end: int) -> int:
        """States that match `tree` and go on at `end`. Returns the first."""
        kind, *parts = tree
        if kind == "one":
            start = self._state()
            self._edges[start].append((parts[0], end))
            return start
        if kind == "sequence":
            for part in reversed(parts[0]):
                end = self._build(part, end)
            return end
        if kind == "choice":
            start = self._state()
            self._edges[start].extend((None, self._build(part, end)) for part in parts[0])
            return start
        part, least, most = parts
        if most is None:
            loop = self._state()
            self._edges[loop].extend([(None, self._build(part, loop)), (None, end)])
            start = loop
        else:
            start = end
            for _ in range(most - least):
                skip = self._state()
                self._edges[skip].extend([(None, self._build(part, start)), (None, end)])
                start = skip
        for _ in range(least):
            start = self._build(part, start)
        return start


class _Place:
    """Everywhere that one could be."""

    __slots__ = ("accepts", "after", "states")

    def __init__(self, states: frozenset, accepts: bool):
        self.states = states
        self.accepts = accepts
        self.after: dict[str, _Place] = {}


class _Parser:
    def __init__(self, source: str):
        self.source = source
        self.position = 0

    def peek(self) -> str:
        return self.source[self.position : self.position + 1]

    def take(self, text: str) -> bool:
        if self.source.startswith(text, self.position):
            self.position += len(text)
            return True
        return False

    def character(self) -> str:
        character = self.peek()
        if not character:
            raise BadPattern("it ends too early")
        self.position += 1
        return character

    def alternatives(self, depth: int):
        if depth > DEEPEST:
            raise BadPattern("its groups are nested too deeply")
        choices = [self.sequence(depth)]
        while self.take("|"):
            choices.append(self.sequence(depth))
        return choices[0] if len(choices) == 1 else ("choice", choices)

    def sequence(self, depth: int):
        parts = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.repeated(self.atom(depth)))
        return ("sequence", parts)

    def repeated(self, part):
        for sign, least, most in (("?", 0, 1), ("*", 0, None), ("+", 1, None)):
            if self.take(sign):
                break
        else:
            if not self.take("{"):
                return part
            least, most = self.bounds()
        if self.peek() in ("?", "*", "+", "{"):
            raise BadPattern(f"`{self.peek()}` follows a repetition; a pattern has no lazy or nested ones")
        return ("repeat", part, least, most)

    def bounds(self):
        end = self.source.find("}", self.position)
        least, comma, most = self.source[self.position : max(end, self.position)].partition(",")
        self.position = end + 1
        if end == -1 or not _is_count(least) or (most and not _is_count(most)):
            raise BadPattern("a repetition is written `{2}`, `{2,}` or `{2,4}`, with numbers up to 999")
        if not comma:
            return int(least), int(least)
        if most and int(most) < int(least):
            raise BadPattern(f"`{{{least},{most}}}` ends before it begins")
        return int(least), int(most) if most else None

    def atom(self, depth: int):
        if self.take("("):
            if self.peek() == "?" and not self.take("?:"):
                raise BadPattern("of the groups that begin with `(?`, only `(?:…)` is allowed")
            tree = self.alternatives(depth + 1)
            if not self.take(")"):
                raise BadPattern("a `)` is missing")
            return tree
        if self.take("["):
            return ("one", self.range())
        character = self.character()
        if character == ".":
            return ("one", lambda c: c not in "\n\r")
        if character == "\\":
            return ("one", self.escape())
        if character in "^$":
            raise BadPattern(f"`{character}` is not needed: a pattern matches the whole value")
        if character in "?*+{}]":
            raise BadPattern(f"`{character}` has a meaning of its own; escape it as `\\{character}`")
        return ("one", character.__eq__)

    def escape(self):
        character = self.character()
        if character in _CLASSES:
            return _CLASSES[character]
        if character.lower() in _CLASSES:
            inner = _CLASSES[character.lower()]
            return lambda c: not inner(c)
        return self.literal(character).__eq__

    def literal(self, escaped: str) -> str:
        if escaped in _ESCAPES:
            return _ESCAPES[escaped]
        if escaped.isalnum():
            raise BadPattern(f"`\\{escaped}` is not the same everywhere; list the characters that you mean")
        return escaped

    def range(self):
        negated = self.take("^")
        tests, ranges = [], []
        while not self.take("]"):
            first = self.character()
            if first == "[" or (first == "-" and self.peek() == "["):
                raise BadPattern("a class in a class is not understood; escape `[` as `\\[`")
            if first == "\\":
                escaped = self.character()
                if escaped.lower() in _CLASSES:
                    self.position -= 1
                    tests.append(self.escape())
                    continue
                first = self.literal(escaped)
            last = first
            if self.peek() == "-" and self.source[self.position + 1 : self.position + 2] not in ("]", ""):
                self.position += 1
                last = self.character()
                last = self.literal(self.character()) if last == "\\" else last
                if last < first:
                    raise BadPattern(f"the range `{first}-{last}` ends before it begins")
            ranges.append((first, last))
        if not tests and not ranges:
            raise BadPattern("a class `[]` has no characters")
        return lambda c: (any(a <= c <= b for a, b in ranges) or any(test(c) for test in tests)) != negated


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 3
