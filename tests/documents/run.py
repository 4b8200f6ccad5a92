#!/usr/bin/env python3
"""Does what the documents say, as they are printed.

    tests/documents/run.py                              every document, in every language
    tests/documents/run.py docs/first-adapter.md        one document
    tests/documents/run.py --only publish               those that have `publish` in their name
    tests/documents/run.py --language python            only what is for Python, and what is for everybody
    tests/documents/run.py --keep-going                 go on after an output that differs, to see them all

It runs `$MARKETPLACE_PROGRAM`, or else target/debug/marketplace. README.md beside this file says what a document may
hold. It needs Python 3.10 and Bash, and the documents need curl and jq.
"""

import argparse
import concurrent.futures
import os
import pathlib
import shutil
import sys
import tempfile
import time

from document import LANGUAGES, Document, Mistake, anchor, parse
from session import Differs, Failed, Session

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Documents whose links are looked after, besides those in docs/.
OTHERS = ["README.md", "ARCHITECTURE.md", "tests/documents/README.md"]


def main() -> int:
    """Runs all that was asked for; 1 if anything is not as it is said."""
    options = _options()
    paths = [pathlib.Path(path).resolve() for path in options.documents] or sorted((ROOT / "docs").glob("*.md"))
    paths = [path for path in paths if options.only in path.name]
    try:
        documents = [parse(path) for path in paths]
        others = [parse(ROOT / path) for path in OTHERS if (ROOT / path).exists()]
    except Mistake as mistake:
        print(mistake)
        return 1
    broken = broken_links(documents + others)
    print("".join(f"{link}\n" for link in broken), end="")
    ways = [
        (document, variant)
        for document in documents
        if document.blocks
        for variant in document.variants or [None]
        if options.language in (None, variant) or variant is None
    ]
    for tool in ("bash", "curl", "jq"):
        if shutil.which(tool) is None:
            print(f"{tool} is missing; the documents use it. On Debian and Ubuntu: apt-get install {tool}")
            return 1
    # What takes longest first: compilers.
    ways.sort(key=lambda way: way[1] is None)
    with tempfile.TemporaryDirectory(prefix="documents-") as folder:
        environment = _environment(pathlib.Path(folder), options.program)
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            runs = [pool.submit(_follow, *way, pathlib.Path(folder), environment, options.keep_going) for way in ways]
            failed = [run.result() for run in concurrent.futures.as_completed(runs) if not run.result()]
    print(f"{len(ways) - len(failed)} of {len(ways)} ways through the documents work, {len(broken)} links are broken")
    return 1 if failed or broken else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    program = os.environ.get("MARKETPLACE_PROGRAM", ROOT / "target/debug/marketplace")
    parser.add_argument("documents", nargs="*", help="which; all in docs/ if not said")
    parser.add_argument("--program", default=program, type=pathlib.Path, help="the program `marketplace`")
    parser.add_argument("--only", default="", metavar="NAME", help="only those that have this in their name")
    parser.add_argument("--language", choices=LANGUAGES.values(), help="only one of the languages")
    parser.add_argument("--jobs", default=2, type=int, help="how many at the same time")
    parser.add_argument("--keep-going", action="store_true", help="go on after an output that differs")
    options = parser.parse_args()
    if not os.access(options.program, os.X_OK):
        parser.error(f"{options.program} is no program; build it, or name it with --program")
    return options


def _environment(folder: pathlib.Path, program: pathlib.Path) -> dict[str, str]:
    """As a reader has it who put the program in PATH, and set nothing up yet."""
    programs = folder / "bin"
    programs.mkdir()
    (programs / "marketplace").symlink_to(program.resolve())
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("MARKETPLACE_") and name not in ("CARGO_TARGET_DIR", "BASH_ENV", "RUST_LOG")
    }
    return kept | {"PATH": f"{programs}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}


def _follow(
    document: Document, variant: str | None, folder: pathlib.Path, environment: dict[str, str], keep_going: bool
) -> bool:
    """Goes through a document from its beginning, and prints what happened once it is over."""
    name = document.path.name
    title = f"{name} in {variant}" if variant else name
    log, start = [f"=== {title}"], time.monotonic()
    own = folder / f"{document.path.stem}-{variant or 'all'}"
    own.mkdir()
    session = Session(name, own, environment)
    passed = True
    try:
        for block in document.of(variant):
            if block.mark == "ignore":
                continue
            log.append(f"{name}:{block.line}\n    " + block.text.replace("\n", "\n    "))
            began = time.monotonic()
            try:
                output, failed = session.run(block), None
            except Failed as failure:
                output, failed, passed = failure.output, failure, False
            if output:
                log.append("  | " + output.replace("\n", "\n  | "))
            log.append(f"  {time.monotonic() - began:.1f} s")
            if failed:
                log.append(f"FAILED {title}, {document.path}:{failed.line}: {failed}")
                if not (keep_going and isinstance(failed, Differs)):
                    break
    finally:
        session.close()
    log.append(f"{'passed' if passed else 'FAILED'}: {title}, {time.monotonic() - start:.0f} s\n")
    print("\n".join(log), flush=True)
    return passed


def broken_links(documents: list[Document]) -> list[str]:
    """Links to files and headings of this repository that are not there."""
    broken = []
    for document in documents:
        for line, link in document.links:
            path, _, name = link.partition("#")
            if "://" in link or link.startswith("mailto:"):
                continue
            target = (document.path.parent / path).resolve() if path else document.path
            if not target.exists():
                broken.append(f"{document.path}:{line}: there is no {link}")
            elif name and target.suffix == ".md" and name not in map(anchor, parse(target).headings):
                broken.append(f"{document.path}:{line}: there is no heading for {link}")
    return broken


if __name__ == "__main__":
    sys.exit(main())
