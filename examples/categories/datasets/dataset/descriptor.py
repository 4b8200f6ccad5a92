"""`datapackage.json`: what is in the dataset (https://datapackage.org, versions 1 and 2)."""

import re
from dataclasses import dataclass

from . import dialect, schema, strict_json
from .findings import Findings, quote

FILE = "datapackage.json"
LARGEST = 256 * 1024
MOST_RESOURCES = 32
# A registry value has 64 KiB, and a schema is most of it.
LARGEST_SCHEMA = 48 * 1024

_NAME = re.compile(r"[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?")
_VERSION_2 = re.compile(r"https://datapackage\.org/profiles/2\.[0-9]{1,2}/datapackage\.json")
_PROFILES = ("data-package", "tabular-data-package")


@dataclass
class Resource:
    """A table: where it is, how it is written and what it must be."""

    name: str
    path: str
    title: str
    dialect: dialect.Dialect
    schema: schema.Schema
    # As the descriptor has them, for whoever installs the table.
    source: dict


@dataclass
class Descriptor:
    """What a dataset says of itself."""

    title: str
    resources: list
    licences: list


def read(text: str, paths: dict, findings: Findings) -> Descriptor:
    """`paths` are the package's files, with their sizes."""
    try:
        source = strict_json.loads(text)
    except strict_json.NotJson as error:
        findings.add("descriptor.malformed", FILE, f"`{FILE}` is no JSON: {error}. Correct it.")
        findings.refuse()
    if not isinstance(source, dict):
        findings.add("descriptor.malformed", FILE, f"`{FILE}` is no JSON object. Write `{{\"name\": …, \"resources\": […]}}`.")
        findings.refuse()
    _version(source, findings)
    name = source.get("name")
    if name is not None and not (isinstance(name, str) and _NAME.fullmatch(name)):
        findings.add("descriptor.malformed", "name", f"The name {quote(name)} is not of `a-z`, `0-9`, `.`, `_` and `-`. Rename the dataset.")
    listed = source.get("resources")
    if not isinstance(listed, list) or not listed:
        findings.add("resource.missing", "resources", "The dataset has no resources. List its CSV files in `resources`.")
        findings.refuse()
    if len(listed) > MOST_RESOURCES:
        findings.add("resource.too-many", "resources", f"The dataset has {len(listed)} resources, and may have {MOST_RESOURCES}. Publish it as several.")
        findings.refuse()
    resources = [one for one in (_resource(at, one, paths, findings) for at, one in enumerate(listed)) if one]
    for kind, values in (("name", [one.name for one in resources]), ("path", [one.path for one in resources])):
        for value in dict.fromkeys(values):
            if values.count(value) > 1:
                findings.add("resource.duplicate", value, f"Two resources have the {kind} {quote(value)}. Give each one of its own.")
    title = source.get("title")
    return Descriptor(title if isinstance(title, str) else "", resources, _licences(source, findings))


def _version(source: dict, findings: Findings) -> None:
    """Which standard it keeps to. The address is compared, never asked."""
    profile = source.get("$schema", source.get("profile", "data-package"))
    known = isinstance(profile, str) and (profile in _PROFILES or _VERSION_2.fullmatch(profile))
    if not known:
        findings.add(
            "descriptor.unsupported", FILE,
            f"The dataset keeps to {quote(profile)}, which is not known here. Use Data Package 1, or 2 with "
            "`https://datapackage.org/profiles/2.0/datapackage.json`.",
        )  # fmt: skip


def _resource(at: int, source: object, paths: dict, findings: Findings):
    if not isinstance(source, dict) or not isinstance(source.get("name"), str) or not _NAME.fullmatch(source["name"]):
        findings.add("resource.malformed", f"resources/{at}", f"Resource {at + 1} has no name of `a-z`, `0-9`, `.`, `_` and `-`. Name it.")
        return None
    name = source["name"]

    def bad(rule, message):
        findings.add(rule, name, f"The resource `{name}` {message}")

    path = source.get("path")
    if isinstance(path, list) and len(path) == 1:
        path = path[0]
    if "data" in source or isinstance(path, list) or not isinstance(path, str):
        return bad("resource.malformed", "is not one file of the package. Give it one `path`.")
    if "://" in path:
        return bad("resource.remote", f"is at {quote(path)}, outside of the package. Put the file into it.")
    if path not in paths:
        return bad("resource.not-found", f"is the file {quote(path)}, which the package does not have. Add it, or correct `path`.")
    encoding = source.get("encoding", "utf-8")
    if not isinstance(encoding, str) or encoding.lower() not in ("utf-8", "utf8"):
        return bad("resource.unsupported", f"is in {quote(encoding)}. Save it as UTF-8.")
    kind = source.get("format", "csv"), source.get("mediatype", "text/csv"), path.lower().endswith(".csv")
    if kind != ("csv", "text/csv", True):
        return bad("resource.unsupported", "is no CSV file. Save it as `.csv`, with the format `csv`.")
    size = source.get("bytes", paths[path])
    if size != paths[path]:
        return bad("resource.changed", f"says that it has {quote(size)} bytes, and has {paths[path]}. Correct `bytes`, or remove it.")
    if "hash" in source:
        return bad("resource.unsupported", "has a `hash`, which is not checked here: the manifest has one of the whole package. Remove it.")
    try:
        written = dialect.read(source.get("dialect"))
        checked = schema.read(source.get("schema"))
    except dialect.BadDialect as error:
        return bad("dialect.unsupported", f"{error}.")
    except schema.BadSchema as error:
        return bad(error.rule, error.message)
    if len(str(source["schema"]).encode()) > LARGEST_SCHEMA:
        return bad("schema.too-large", f"has a schema of more than {LARGEST_SCHEMA} bytes. Shorten its descriptions.")
    title = source.get("title")
    return Resource(name, path, title if isinstance(title, str) else name, written, checked, source)


def _licences(source: dict, findings: Findings) -> list:
    licences = source.get("licenses", [])
    if not isinstance(licences, list) or len(licences) > 16 or not all(isinstance(one, dict) for one in licences):
        findings.add("licence.malformed", "licenses", "`licenses` is no list of at most 16 objects. Write `[{\"name\": \"CC0-1.0\"}]`.")
        return []
    names = [one.get("name") for one in licences]
    for name in names:
        if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.+_-]{0,63}", name):
            findings.add("licence.malformed", "licenses", "A licence has no `name`, such as `CC0-1.0` or `ODC-BY-1.0`. Add it.")
            return []
    return names
