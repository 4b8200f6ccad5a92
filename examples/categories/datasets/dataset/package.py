"""A package as a whole: which files it has, and whether its tables are what it says."""

import json
from dataclasses import dataclass

from . import descriptor, table
from .findings import Findings, quote, some

NOTES = ("LICENSE", "README.md")

# Read in the time and memory that a call has, with Python in WebAssembly. A cell of a key is kept, and counts as four.
MOST_CELLS = 400_000
LARGEST = 4 * 1024 * 1024

FREQUENCIES = {
    "never": "Never: it is complete",
    "irregular": "Now and then",
    "yearly": "Every year",
    "quarterly": "Every three months",
    "monthly": "Every month",
    "weekly": "Every week",
    "daily": "Every day",
}
FREQUENCY = "x-update-frequency"


@dataclass
class Dataset:
    """A dataset that was checked."""

    title: str
    resources: list
    # One for each resource.
    tables: list
    sizes: dict
    licences: list
    frequency: str

    @property
    def personal(self) -> list:
        return [f"{one.name}.{name}" for one in self.resources for name in one.schema.personal]


def shown(manifest: dict) -> list:
    """The paths that a manifest shows: its icon and its pictures."""
    return [path for path in (manifest.get("icon"), *manifest.get("screenshots", ())) if path]


def read(canonical: str, sizes: dict, read_range) -> Dataset:
    """The dataset of a package, or raises `Refused`.

    `sizes` are the package's files in order, `read_range(path, offset, length)` their bytes.
    """
    manifest = json.loads(canonical)
    findings = Findings()
    frequency = manifest.get(FREQUENCY, "")
    if FREQUENCY in manifest and (not isinstance(frequency, str) or frequency not in FREQUENCIES):
        findings.add("frequency.unknown", FREQUENCY, f"{quote(frequency)} is no frequency. Use {some(FREQUENCIES, 7)}.")
    if descriptor.FILE not in sizes:
        findings.add("package.missing", descriptor.FILE, f"The package has no `{descriptor.FILE}`. Describe its tables there.")
        findings.refuse()
    if sizes[descriptor.FILE] > descriptor.LARGEST:
        findings.add("package.too-large", descriptor.FILE, f"`{descriptor.FILE}` has more than {descriptor.LARGEST} bytes. Shorten it.")
        findings.refuse()
    try:
        text = read_range(descriptor.FILE, 0, descriptor.LARGEST).decode("utf-8")
    except UnicodeDecodeError:
        findings.add("package.not-utf8", descriptor.FILE, f"`{descriptor.FILE}` is not UTF-8. Save it as UTF-8.")
        findings.refuse()
    described = descriptor.read(text, sizes, findings)
    listed = {one.path for one in described.resources}
    for path in sizes:
        if path not in (descriptor.FILE, *NOTES, *shown(manifest)) and path not in listed and not findings:
            findings.add("file.unlisted", path, f"`{path}` is in no resource. Describe it in `{descriptor.FILE}`, or remove it.")
    references = _references(described.resources, findings)
    findings.refuse()
    total = sum(sizes[one.path] for one in described.resources)
    if total > LARGEST:
        findings.add("package.too-large", "package", f"The tables have {total} bytes, and may have {LARGEST}. Publish them as several datasets.")
        findings.refuse()
    budget = table.Budget(MOST_CELLS)
    tables = []
    try:
        for one in described.resources:
            wanted = list(dict.fromkeys(there for _, _, name, there in references if name == one.name))
            tables.append(table.read(one, wanted, read_range, budget, findings))
    except table.TooLarge:
        findings.add("package.too-large", "package", f"The tables have more than {MOST_CELLS} cells, of which those of a key count as four. Publish them as several datasets.")
        findings.refuse()
    _follow(described.resources, tables, references, findings)
    findings.refuse()
    return Dataset(described.title, described.resources, tables, sizes, described.licences, frequency)


def _references(resources: list, findings: Findings) -> list:
    """Foreign keys that lead somewhere: (resource, which of its keys, resource there, positions there)."""
    by_name = {one.name: one for one in resources}
    found = []
    for one in resources:
        for at, (positions, name, fields) in enumerate(one.schema.foreign):
            there = by_name.get(name or one.name)
            names = [column.name for column in there.schema.columns] if there else []
            if there is None or any(wanted not in names for wanted in fields):
                findings.add(
                    "key.unknown", one.name,
                    f"The resource `{one.name}` refers to {some(fields)} of {quote(name or one.name)}, which is not there. "
                    "Correct `reference`.",
                )  # fmt: skip
                continue
            found.append((one, at, there.name, tuple(names.index(wanted) for wanted in fields)))
    return found


def _follow(resources: list, tables: list, references: list, findings: Findings) -> None:
    by_name = {one.name: read for one, read in zip(resources, tables)}
    for one, at, name, there in references:
        if not by_name[name].is_whole:
            continue
        known = by_name[name].keys[there]
        lost = [(value, row) for value, row in by_name[one.name].foreign[at].items() if value not in known]
        for value, row in lost[: table.MOST_FINDINGS]:
            columns = ", ".join(one.schema.columns[position].name for position in one.schema.foreign[at][0])
            findings.add(
                "reference.broken", one.path,
                f"`{one.path}`, row {row}, column `{columns}`: {quote(', '.join(value))} is not in `{name}`. "
                "Add it there, or correct it.",
            )  # fmt: skip
