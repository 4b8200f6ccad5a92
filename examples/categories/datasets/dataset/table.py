"""A CSV file, read row by row against its schema."""

import codecs
import csv
import re
from dataclasses import dataclass, field

from . import pattern
from .descriptor import Resource
from .findings import Findings, quote

CHUNK = 64 * 1024
LONGEST_LINE = 256 * 1024
LONGEST_CELL = 64 * 1024
# After so many, the rest of a table is wrong in the same way.
MOST_FINDINGS = 12
# Texts of a column that were read and found right, so that `Europe` is not read a thousand times.
MOST_KNOWN = 2000

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

csv.field_size_limit(LONGEST_CELL)


class Bad(Exception):
    """The file cannot be read on: a rule, what is wrong, and in which row if it is not the next one."""

    def __init__(self, rule: str, message: str, row: int = 0):
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.row = row


@dataclass
class Budget:
    """How much of a dataset can be read in the time and memory of a call."""

    cells: int

    def take(self, cells: int) -> bool:
        self.cells -= cells
        return self.cells >= 0


class TooLarge(Exception):
    """The budget is spent."""


@dataclass
class Table:
    """What was found in a file."""

    rows: int = 0
    # Whether it was read to its end: what is not in it before may be in it behind.
    is_whole: bool = False
    # For each wanted tuple of positions: the values that are there.
    keys: dict = field(default_factory=dict)
    # For each foreign key: the values that must be there, and the row where each is first.
    foreign: list = field(default_factory=list)


def read(resource: Resource, wanted: list, read_range, budget: Budget, findings: Findings) -> Table:
    """Checks a file. `wanted` are the keys that other tables refer to, as positions."""
    table = Table(keys={positions: set() for positions in wanted}, foreign=[{} for _ in resource.schema.foreign])
    checker = _Checker(resource, table, findings)
    rows = csv.reader(
        _lines(lambda offset: read_range(resource.path, offset, CHUNK)),
        delimiter=resource.dialect.delimiter,
        quotechar=resource.dialect.quote,
        skipinitialspace=resource.dialect.skip_space,
        strict=True,
    )
    number = 0
    kept = 3 * sum(map(len, checker.kept()))
    try:
        for row in rows:
            number += 1
            if not budget.take(max(len(row), 1) + kept):
                raise TooLarge
            if number == 1 and resource.dialect.header:
                checker.header(row)
            else:
                table.rows += 1
                checker.row(number, row)
            if checker.count >= MOST_FINDINGS:
                raise Bad("table.unread", f"The rest of it was not read, after {MOST_FINDINGS} findings. Correct those first.")
        if number == 0:
            raise Bad("table.empty", "It is empty. Write a header, and rows.")
        table.is_whole = True
    except csv.Error as error:
        findings.add("file.malformed", resource.path, f"`{resource.path}`, row {number + 1} cannot be read as CSV: {error}. Correct its quotes.")
    except pattern.TooExpensive:
        findings.add("pattern.expensive", resource.path, f"`{resource.path}`, row {number}: a pattern of its schema takes too long. Simplify it.")
    except Bad as bad:
        findings.add(bad.rule, resource.path, f"`{resource.path}`, row {bad.row or number + 1}: {bad.message}")
    return table


def _lines(read_chunk):
    """The lines of a file, with their ends, as `csv` wants them."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    offset, rest = 0, ""
    while True:
        chunk = read_chunk(offset)
        try:
            text = decoder.decode(chunk, final=len(chunk) < CHUNK)
        except UnicodeDecodeError:
            raise Bad("package.not-utf8", "The text is not UTF-8. Save the file as UTF-8.") from None
        if offset == 0 and text.startswith("\ufeff"):
            raise Bad("file.byte-order-mark", "The file begins with a byte order mark, which would be part of the first name. Save it without.")
        control = _CONTROL.search(text)
        if control:
            raise Bad("file.control", f"The text has the control character U+{ord(control[0]):04X} behind here. Remove it.")
        offset += len(chunk)
        lines = (rest + text).split("\n")
        rest = lines.pop()
        for line in lines:
            yield line + "\n"
        if len(rest) > LONGEST_LINE:
            raise Bad("file.malformed", f"A line is longer than {LONGEST_LINE} characters. Look for a quote that is missing.")
        if len(chunk) < CHUNK:
            if rest:
                yield rest
            return


class _Checker:
    def __init__(self, resource: Resource, table: Table, findings: Findings):
        self.path = resource.path
        self.schema = resource.schema
        self.table = table
        self.findings = findings
        self.count = 0
        self.seen = [{} for _ in self.schema.unique]
        self.known = [set() for _ in self.schema.columns]

    def kept(self) -> list:
        """Every key whose values are kept until the end."""
        return [*self.schema.unique, *self.table.keys, *(positions for positions, _, _ in self.schema.foreign)]

    def add(self, rule: str, number: int, message: str) -> None:
        self.count += 1
        self.findings.add(rule, self.path, f"`{self.path}`, row {number}{message}")

    def header(self, names: list) -> None:
        expected = [column.name for column in self.schema.columns]
        if names != expected:
            at = next((at for at, (a, b) in enumerate(zip(names, expected)) if a != b), min(len(names), len(expected)))
            is_there = quote(names[at]) if at < len(names) else "missing"
            should_be = quote(expected[at]) if at < len(expected) else "none"
            raise Bad("header.different", f"Column {at + 1} is {is_there}, and in the schema {should_be}. Let both have the same names in the same order.", 1)

    def row(self, number: int, row: list) -> None:
        columns = self.schema.columns
        if len(row) != len(columns):
            # A line without anything is a row of one cell for whoever reads CSV, and none for whoever writes it.
            what = "is empty" if not row else f"has {len(row)} cells"
            self.add("row.ragged", number, f" {what}, and the schema has {len(columns)} fields. Write one cell for each, or remove the row.")
            return
        for at, text in enumerate(row):
            column = columns[at]
            if text in self.known[at]:
                continue
            if text in column.missing:
                if column.required:
                    self.add("value.missing", number, f", column `{column.name}`: a value is required. Write it.")
                continue
            wrong = column.reject(text)
            if wrong is not None:
                rule, why = wrong
                self.add(rule, number, f", column `{column.name}`: {quote(text)} {why}.")
            elif len(text) <= 64 and len(self.known[at]) < MOST_KNOWN:
                self.known[at].add(text)
        self.keys(number, row)

    def keys(self, number: int, row: list) -> None:
        columns = self.schema.columns

        def key(positions):
            """The values of a key, or None if one of them is missing: then it refers to nothing."""
            values = tuple(row[at] for at in positions)
            return None if any(row[at] in columns[at].missing for at in positions) else values

        for positions, seen in zip(self.schema.unique, self.seen):
            value = key(positions)
            if value is not None:
                first = seen.setdefault(value, number)
                if first != number:
                    names = ", ".join(columns[at].name for at in positions)
                    self.add("value.duplicate", number, f", column `{names}`: {quote(', '.join(value))} is in row {first} already, and has to be there once. Correct one.")
        for positions, values in self.table.keys.items():
            value = key(positions)
            if value is not None:
                values.add(value)
        for (positions, _, _), values in zip(self.schema.foreign, self.table.foreign):
            value = key(positions)
            if value is not None:
                values.setdefault(value, number)
