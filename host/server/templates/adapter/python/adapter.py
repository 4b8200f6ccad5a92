"""The category `{{name}}`.

An item is a list of links: a file `links.txt` with a title and a line for each link,

    # Learning Rust
    https://doc.rust-lang.org/book/ The book

and whoever installs it is asked whether it may open those sites. Change `read` to what your items are,
`parse` to what they may do, and `install` to what is left of them on the machine.

Three rules, which the host checks: decide from what you are shown, and nothing else; give every reason
against a package, not only the first; and when something is wrong with this program, let it crash.

Import at the top only: there are no files to import from when the category runs.
"""

import json
import re
from dataclasses import dataclass

from componentize_py_types import Err
from wit_world import exports
from wit_world.exports.installer import Inspection
from wit_world.exports.presenter import (
    Detail,
    Field,
    Offer,
    Places,
    Presentation,
    Value_Number,
    Value_Text,
)
from wit_world.exports.validator import Change, Description, Direction
from wit_world.imports import contents, staging
from wit_world.imports.types import (
    Capability_Other,
    Finding,
    Grant,
    Manifest,
    Named,
    Risk,
)

FILE = "links.txt"
README = "README.md"

# Bytes. Everything is refused that would become more than a registry entry may be (64 KiB).
LARGEST_FILE = 16 * 1024
MOST_LINKS = 100
# With `open:` before it, a site is a permission, and those have at most 256 bytes.
LONGEST_SITE = 200

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24" fill="none" '
    'stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">'
    '<path d="M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1.7 1.7"/>'
    '<path d="M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1.7-1.7"/></svg>'
)


class Validator(exports.Validator):
    """Who this category is, and which permissions it understands."""

    def describe(self) -> Description:
        return Description(
            id="{{name}}",
            singular="{{singular}}",
            name="{{title}}",
            description="Lists of links, to read and to open.",
            icon=ICON,
            free_install_cap=5,
        )

    def validate(self, permissions: list[str]) -> list[Grant]:
        findings, grants = [], {}
        for permission in permissions:
            meaning = parse(permission)
            if isinstance(meaning, Finding):
                findings.append(meaning)
            elif permission in grants:
                message = f"`{permission}` is declared twice. Remove one."
                findings.append(Finding("permission.duplicate", permission, message))
            else:
                grants[permission] = meaning
        return unless(findings, list(grants.values()))

    def compare(self, consented: list[str], requested: list[str]) -> list[Change]:
        """What an update would change for somebody who consented to the release before."""
        understood = [p for p in requested if isinstance(parse(p), Grant)]
        # One site more is more of the same.
        direction = Direction.WIDENED if consented else Direction.ADDED
        changes = [change(p, direction) for p in understood if p not in consented]
        return changes if understood else [change(p, Direction.REMOVED) for p in consented]


class Presenter(exports.Presenter):
    """What people see of it: nobody has to draw a page for this category."""

    def present(self) -> Presentation:
        offered = parse(EXAMPLE)
        return Presentation(
            package="A folder with a `links.txt`: a line `# Title`, and after it a line for each link, "
            "`https://example.org/page What it is`.",
            fields=[
                Field("links", "Links", "", Places.CARD | Places.DRAWER),
                Field("sites", "Sites", "", Places.DRAWER | Places.FACET),
            ],
            permissions=[Offer(EXAMPLE, offered.summary, offered.risk)],
            # Fields of the manifest that only this category knows would stand here: `x-…`.
            inputs=[],
        )

    def details(self, manifest: Manifest) -> list[Detail]:
        links = read().links
        return [
            Detail("links", [Value_Number(float(len(links)))]),
            Detail("sites", [Value_Text(site) for site in sites(links)]),
        ]


class Installer(exports.Installer):
    """What is in a package, and what is left of it when it is installed."""

    def inspect(self, manifest: Manifest) -> Inspection:
        links = read().links
        advice = "opens an address without encryption. Write `https://`, if the site has it."
        remarks = [
            Finding("link.unencrypted", FILE, f"Line {link.line} {advice}")
            for link in links
            if link.url.startswith("http://")
        ]
        # The host refuses a package that needs what its manifest does not declare.
        return Inspection(needed=[PREFIX + site for site in sites(links)], remarks=remarks)

    def install(self, manifest: Manifest, grants: list[Grant]) -> None:
        found = read()
        staged(FILE, lambda: staging.place(FILE, FILE))
        if any(entry.path == README for entry in contents.entries()):
            staged(README, lambda: staging.place(README, README))
        entry = {
            "title": found.title,
            "links": [{"title": link.title, "url": link.url} for link in found.links],
            # What was consented to, and not what the package would like.
            "sites": [grant.capability.value.scope for grant in grants],
        }
        value = json.dumps(entry, ensure_ascii=False)
        staged(manifest.name, lambda: staging.register(manifest.name, value))


# --- Permissions ------------------------------------------------------------------------

PREFIX = "open:"
EXAMPLE = "open:example.org"
SITE = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")


def is_site(text: str) -> bool:
    return len(text) <= LONGEST_SITE and SITE.fullmatch(text) is not None


def parse(permission: str) -> Grant | Finding:
    """What a permission means, or why it means nothing."""
    if not permission.startswith(PREFIX):
        message = (
            f"`{permission}` is no permission of this category. It has: `{EXAMPLE}`. "
            "It may only open the sites that it links to."
        )
        return Finding("permission.unknown", permission, message)
    site = permission.removeprefix(PREFIX)
    if not is_site(site):
        message = (
            f"`{permission}`: a site is a name in lower case, without scheme, port and path. "
            f"Write it like `{EXAMPLE}`."
        )
        return Finding("permission.malformed", permission, message)
    capability = Capability_Other(Named(name="open", scope=site))
    return Grant(permission, capability, f"Open pages of {site}", Risk.MEDIUM)


def change(permission: str, direction: Direction) -> Change:
    grant = parse(permission)
    return Change(permission, direction, grant.risk, grant.summary)


# --- The package ------------------------------------------------------------------------

CONTROL = re.compile(r"[\x00-\x1f\x7f]")
ADDRESS = re.compile(r"https?://([^/?#]*)[\x21-\x7e]*")


@dataclass
class Link:
    url: str
    title: str
    site: str
    line: int


@dataclass
class Links:
    title: str
    links: list[Link]


def read() -> Links:
    """The list that a package is, or every reason why it is none."""
    lines = [line.removesuffix("\r").strip(" ") for line in text(FILE).split("\n")]
    findings: list[Finding] = []

    def refuse(rule: str, message: str) -> None:
        findings.append(Finding(rule, FILE, message))

    def has_control_character(line: int) -> bool:
        has = CONTROL.search(lines[line - 1]) is not None
        if has:
            refuse("text.control-character", f"Line {line} has a control character, such as a tab. Remove it.")
        return has

    title = lines[0][2:].lstrip(" ") if lines[0].startswith("# ") else ""
    if not title:
        refuse("title.missing", f"`{FILE}` begins without a title. Make its first line `# ` and a title.")
    written = [line for line, content in enumerate(lines, 1) if content and line > 1]
    if len(written) > MOST_LINKS:
        message = f"`{FILE}` has more than {MOST_LINKS} links. Make several lists of it."
        raise Err([Finding("links.too-many", FILE, message)])
    if not written:
        refuse("links.none", f"`{FILE}` has no links. Add one.")
    has_control_character(1)

    links = []
    for line in written:
        if has_control_character(line):
            continue
        url, _, what = lines[line - 1].partition(" ")
        site, what = site_of(url), what.lstrip(" ")
        if site is None:
            advice = "Write an address like `https://example.org/page`, and after a space what it is."
            refuse("link.malformed", f"Line {line} is no link. {advice}")
        elif not what:
            advice = "Write that after the address and a space."
            refuse("link.untitled", f"Line {line} does not say what it links to. {advice}")
        else:
            links.append(Link(url, what, site, line))
    return unless(findings, Links(title, links))


def sites(links: list[Link]) -> list[str]:
    """Every site once, as they come."""
    return list(dict.fromkeys(link.site for link in links))


def site_of(url: str) -> str | None:
    """The site of an address, if it is one of the web, on its usual port."""
    address = ADDRESS.fullmatch(url)
    return address[1] if address and is_site(address[1]) else None


def text(path: str) -> str:
    """A file's text."""
    size = next((entry.size for entry in contents.entries() if entry.path == path), None)
    if size is None:
        message = f"The package has no file `{path}`. Add it."
        raise Err([Finding("package.missing", path, message)])
    if size > LARGEST_FILE:
        message = f"`{path}` is larger than the {LARGEST_FILE} bytes that can be checked. Make it smaller."
        raise Err([Finding("package.too-large", path, message)])
    try:
        return contents.read(path).decode("utf-8")
    except UnicodeDecodeError:
        message = f"`{path}` is not UTF-8 text. Save it as UTF-8."
        raise Err([Finding("package.not-utf8", path, message)]) from None


# --- Answers ----------------------------------------------------------------------------


def unless(findings, answer):
    """The answer, unless there are reasons against it."""
    if findings:
        raise Err(findings)
    return answer


STAGING = {
    staging.StagingError_BadPath: "bad-path",
    staging.StagingError_NotFound: "not-found",
    staging.StagingError_AlreadyExists: "already-exists",
    staging.StagingError_QuotaExceeded: "quota-exceeded",
}


def staged(subject: str, act) -> None:
    """Stages something; what the host does not take becomes a reason."""
    try:
        act()
    except Err as error:
        name = STAGING[type(error.value)]
        what = name.replace("-", " ")
        message = f"`{subject}` cannot be installed: {what}. Rename it, or make the package smaller."
        raise Err([Finding(f"staging.{name}", subject, message)]) from None
