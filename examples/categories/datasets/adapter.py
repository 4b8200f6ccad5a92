"""The category `datasets`: tables that say what they are.

# The package

```text
datapackage.json   the descriptor: Data Package 1 or 2, with a Table Schema for each table
*.csv              the tables that it lists, in any folder, 4 MiB and 400,000 cells together
README.md          and LICENSE, if wanted; and the icon and pictures that the manifest shows
```

A Data Package (https://datapackage.org) is what Frictionless, CKAN, DataHub and R's `frictionless` write and read, so
datasets that exist install unchanged. Every cell is read against the schema before anybody sees the dataset:
types, constraints, keys, and references from table to table. A finding says row and column.

# What it needs

`personal-data`, if a field is about a person: if it says so (`"x-personal": true`), if its `rdfType` is one of schema.org
that is (`https://schema.org/familyName`), or if its format is `email`, unless it says `"x-personal": false`. A permission that is
not needed is refused: asking for it would teach people to consent without reading.

# In the manifest

`x-update-frequency`: how often there is a new release, of the values in `dataset/package.py`. It may be left out.

# The registry entries

One for each table, under its resource's name:
`{slug, dataset, title, file, rows, bytes, dialect, schema, personal, licences, updated}`. `schema` and `dialect` are those
of the descriptor, so whoever reads the table reads it as it was checked.

# The code

- `dataset/package.py`: the package as a whole;
- `dataset/descriptor.py`, `dialect.py`, `schema.py`: what `datapackage.json` says;
- `dataset/kinds.py`: the types, and how a value of each is written;
- `dataset/pattern.py`: patterns, matched in linear time;
- `dataset/table.py`: a CSV file, row by row.

Everything is imported here and at the top: a component has no files to import from later.
"""

import json

from componentize_py_types import Err
from wit_world import exports
from wit_world.exports.installer import Inspection
from wit_world.exports.presenter import (
    Choice,
    Detail,
    Entry_Choice,
    Field,
    Input,
    Offer,
    Places,
    Presentation,
    Value_Bytes,
    Value_Flag,
    Value_Number,
    Value_Text,
)
from wit_world.exports.validator import Change, Description, Direction
from wit_world.imports import contents, log, staging
from wit_world.imports.types import Capability_Other, Finding, Grant, Named, Risk

from dataset import package
from dataset.descriptor import FILE
from dataset.findings import Refused

PERSONAL = "personal-data"
SUMMARY = "Keep personal data about people on this machine"

# A table.
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.5" '
    'stroke-linecap="round" stroke-linejoin="round"><rect x="3" y="4" width="18" height="16" rx="2"/>'
    '<path d="M3 9h18M3 14.5h18M9 9v11"/></svg>'
)


def _grant() -> Grant:
    return Grant(PERSONAL, Capability_Other(Named(PERSONAL, None)), SUMMARY, Risk.HIGH)


class Validator(exports.Validator):
    def describe(self) -> Description:
        return Description(
            id="datasets",
            singular="dataset",
            name="Datasets",
            description="Tables that say what they are, checked to the last cell.",
            icon=ICON,
            free_install_cap=10,
        )

    def validate(self, permissions):
        findings, grants = [], []
        for at, permission in enumerate(permissions):
            if permission != PERSONAL:
                message = (
                    f"`{permission}` is no permission of this category. It has: `{PERSONAL}`. A dataset is read, and does "
                    "nothing. Remove it."
                )
                findings.append(Finding("permission.unknown", permission, message))
            elif permission in permissions[:at]:
                findings.append(Finding("permission.duplicate", permission, f"`{permission}` is declared twice. Remove one."))
            else:
                grants.append(_grant())
        if findings:
            raise Err(findings)
        return grants

    def compare(self, consented, requested):
        # There is one permission, in one spelling: it is new, or it is gone.
        before, after = PERSONAL in consented, PERSONAL in requested
        if before == after:
            return []
        direction = Direction.ADDED if after else Direction.REMOVED
        return [Change(PERSONAL, direction, Risk.HIGH, SUMMARY)]


class Presenter(exports.Presenter):
    def present(self) -> Presentation:
        everywhere = Places.CARD | Places.DRAWER
        return Presentation(
            package=f"A folder with a `{FILE}` (Data Package) and the CSV files that it describes.",
            fields=[
                Field("tables", "Tables", "", Places.DRAWER),
                Field("rows", "Rows", "", everywhere),
                Field("columns", "Columns", "", Places.DRAWER),
                Field("size", "Size", "", everywhere),
                Field("licence", "Licence", "", everywhere | Places.FACET),
                Field("updated", "Updated", "", Places.DRAWER | Places.FACET),
                Field("personal", "Personal data", "", Places.DRAWER | Places.FACET),
            ],
            permissions=[Offer(PERSONAL, SUMMARY, Risk.HIGH)],
            inputs=[
                Input(
                    name=package.FREQUENCY,
                    label="Updated",
                    hint="How often you will publish a new release.",
                    entry=Entry_Choice([Choice(value, label) for value, label in package.FREQUENCIES.items()]),
                    required=False,
                )
            ],
        )

    def details(self, manifest):
        try:
            dataset = _read(manifest)
        except Err:
            return []  # `inspect` refused it: there is nothing to show
        # The descriptor says it more exactly than the manifest, which is about the whole package.
        licence = json.loads(manifest.canonical).get("license")
        licences = list(dict.fromkeys(dataset.licences)) or ([licence] if licence else [])
        details = [
            Detail("tables", [Value_Number(float(len(dataset.tables)))]),
            Detail("rows", [Value_Number(float(sum(table.rows for table in dataset.tables)))]),
            Detail("columns", [Value_Number(float(sum(len(one.schema.columns) for one in dataset.resources)))]),
            Detail("size", [Value_Bytes(sum(dataset.sizes[one.path] for one in dataset.resources))]),
            Detail("personal", [Value_Flag(bool(dataset.personal))]),
        ]
        if licences:
            details.append(Detail("licence", [Value_Text(name) for name in licences]))
        if dataset.frequency:
            details.append(Detail("updated", [Value_Text(package.FREQUENCIES[dataset.frequency])]))
        return details


class Installer(exports.Installer):
    def inspect(self, manifest):
        dataset = _read(manifest)
        if PERSONAL in manifest.permissions and not dataset.personal:
            message = (
                f"No field is about a person. Remove `{PERSONAL}`, or mark the fields that are with `\"x-personal\": true` in `{FILE}`."
            )
            raise Err([Finding("permission.unused", PERSONAL, message)])
        remarks = []
        if dataset.personal:
            fields = ", ".join(f"`{name}`" for name in dataset.personal[:8])
            message = f"These fields are about people: {fields}. See that they may be published."
            remarks.append(Finding("field.personal", FILE, message))
        return Inspection(needed=[PERSONAL] if dataset.personal else [], remarks=remarks)

    def install(self, manifest, grants):
        dataset = _read(manifest)
        title = json.loads(manifest.canonical).get("title", manifest.name)
        for path in (FILE, *package.NOTES, *(one.path for one in dataset.resources)):
            if path in dataset.sizes:
                _stage(staging.place, path, path)
        for one, table in zip(dataset.resources, dataset.tables):
            entry = {
                "slug": manifest.name,
                "dataset": dataset.title or title,
                "title": one.title,
                "file": one.path,
                "rows": table.rows,
                "bytes": dataset.sizes[one.path],
                "dialect": one.source.get("dialect"),
                "schema": one.source["schema"],
                "personal": one.schema.personal,
                "licences": dataset.licences,
                "updated": dataset.frequency or None,
            }
            _stage(staging.register, one.name, json.dumps(entry, ensure_ascii=False, separators=(",", ":")))


def _read(manifest) -> package.Dataset:
    """The dataset, or its findings as the `err` of the call."""
    sizes = {entry.path: entry.size for entry in contents.entries()}
    try:
        return package.read(manifest.canonical, sizes, contents.read_range)
    except Refused as refused:
        raise Err([Finding(one.rule, one.subject, one.message) for one in refused.reasons]) from None
    except MemoryError:
        # Not the dataset's fault alone, and no verdict: the host says that the adapter failed.
        log.log(log.Level.ERROR, "out of memory while reading a dataset")
        raise


def _stage(call, source: str, target: str) -> None:
    try:
        call(source, target)
    except Err as error:
        rule = {
            staging.StagingError_BadPath: "staging.bad-path",
            staging.StagingError_NotFound: "staging.not-found",
            staging.StagingError_AlreadyExists: "staging.already-exists",
        }.get(type(error.value), "staging.quota-exceeded")
        message = f"`{source}` cannot be installed. Rename it, or make the dataset smaller."
        raise Err([Finding(rule, source, message)]) from None
