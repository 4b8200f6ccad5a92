"""What a document says: its blocks, its links, its headings.

Only what the documents here use of CommonMark (https://spec.commonmark.org/0.31.2/): headings with `#`, and fenced
code blocks with backticks.
"""

import dataclasses
import pathlib
import re

# Sections that are for one language: "### In Python", or "### In Python: the risk".
LANGUAGES = {"Rust": "rust", "JavaScript": "js", "Python": "python", "C": "c"}

FENCE = re.compile(r"^(`{3,})\s*([^`]*)$")
HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")

# What a block of shell may be marked with, after ```sh.
MARKS = {
    "": "run",
    "ignore": "only shown",
    "fails": "run, and it has to end with an error",
    "server": "run in a second terminal, and left running",
}


class Mistake(Exception):
    """The document itself is wrong."""


@dataclasses.dataclass
class Block:
    """A fenced block."""

    line: int  # of its first line of content, from 1
    language: str  # sh, text, json, …
    mark: str  # what follows the language
    text: str
    variant: str | None  # the language whose section it is in
    expected: "Block | None" = None  # what a block of shell prints


@dataclasses.dataclass
class Document:
    """A document, parsed."""

    path: pathlib.Path
    blocks: list[Block]  # of shell
    headings: list[str]
    links: list[tuple[int, str]]
    variants: list[str]

    def of(self, variant: str | None) -> list[Block]:
        """The blocks that somebody reads who chose this language."""
        return [block for block in self.blocks if block.variant in (None, variant)]


def parse(path: pathlib.Path, text: str | None = None) -> Document:
    """Reads a document."""
    lines = (path.read_text(encoding="utf-8") if text is None else text).split("\n")
    document = Document(path, [], [], [], [])
    variant, depth, last = None, 0, None
    at = 0
    while at < len(lines):
        if fence := FENCE.match(lines[at]):
            end = _end(path, lines, at, fence[1])
            language, _, mark = fence[2].partition(" ")
            block = Block(at + 2, language, mark.strip(), "\n".join(lines[at + 1 : end]), variant)
            last = _take(document, block, last)
            at = end
        elif heading := HEADING.match(lines[at]):
            title = heading[2]
            document.headings.append(title)
            if variant and len(heading[1]) <= depth:
                variant = None
            language = title.removeprefix("In ").partition(":")[0]
            if title.startswith("In ") and language in LANGUAGES:
                variant, depth = LANGUAGES[language], len(heading[1])
                if variant not in document.variants:
                    document.variants.append(variant)
            last = None
        else:
            # Not what is code in the line.
            bare = re.sub(r"`[^`]*`", "", lines[at])
            document.links += [(at + 1, link) for link in LINK.findall(bare)]
        at += 1
    return document


def _end(path: pathlib.Path, lines: list[str], start: int, fence: str) -> int:
    for at in range(start + 1, len(lines)):
        if lines[at].startswith(fence) and not lines[at].strip("` "):
            return at
    raise Mistake(f"{path}:{start + 1}: the block is not closed")


def _take(document: Document, block: Block, last: Block | None) -> Block | None:
    if block.language == "sh":
        if block.mark not in MARKS:
            known = ", ".join(f"`sh {mark}`".replace(" `", "`") for mark in MARKS)
            raise Mistake(f"{document.path}:{block.line - 1}: no such mark: `sh {block.mark}`; there are {known}")
        document.blocks.append(block)
        return block
    if block.language in ("text", "json") and last is not None and not block.mark:
        last.expected = block
    return None


def anchor(heading: str) -> str:
    """The name that GitHub gives to a heading."""
    bare = re.sub(r"[`*]|\[|\]\([^)]*\)", "", heading).lower()
    return re.sub(r"[^\w\- ]", "", bare).replace(" ", "-")
