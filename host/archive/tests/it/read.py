"""Prints what Python reads of each archive in a folder, as JSON: {archive: {name: hex of the bytes} or null}."""

import json
import pathlib
import sys
import tarfile
import zipfile


def read_tar(path):
    with tarfile.open(path, "r:gz") as archive:
        entries = [entry for entry in archive if not entry.isdir()]
        return [(e.name, archive.extractfile(e).read() if e.isfile() else b"not a file") for e in entries]


def read_zip(path):
    with zipfile.ZipFile(path) as archive:
        return [(e.filename, archive.read(e)) for e in archive.infolist() if not e.is_dir()]


found = {}
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    try:
        entries = (read_zip if path.suffix == ".zip" else read_tar)(path)
        found[path.name] = {name.removeprefix("./"): data.hex() for name, data in entries}
        assert len(found[path.name]) == len(entries), "a name twice"
    except Exception:
        found[path.name] = None
json.dump(found, sys.stdout)
