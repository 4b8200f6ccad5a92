"""Packs the folder `src` in the working folder in every way that Python has, into the folder `out`."""

import os
import shutil
import tarfile
import zipfile


class Pipe:
    """Something that cannot seek."""

    def __init__(self, file):
        self.file = file

    def write(self, data):
        return self.file.write(data)

    def flush(self):
        self.file.flush()


files = [os.path.relpath(os.path.join(top, name), "src") for top, _, names in os.walk("src") for name in names]
for name, form in ("gnu", tarfile.GNU_FORMAT), ("pax", tarfile.PAX_FORMAT):
    for mode in "w:gz", "w|gz":
        with tarfile.open(f"out/{name}{'-pipe' * ('|' in mode)}.tar.gz", mode, format=form) as archive:
            archive.add("src", arcname=".")
    with tarfile.open(f"out/{name}-plain.tar.gz", "w:gz", format=form) as archive:
        for path in files:
            archive.add(os.path.join("src", path), arcname=path)
for method in zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED:
    with zipfile.ZipFile(f"out/{method}.zip", "w", method) as archive:
        for path in files:
            archive.write(os.path.join("src", path), path)
        archive.comment = b"0123456789abcdef0123456789abcdef01234567"
    with open(f"out/{method}-pipe.zip", "wb") as file, zipfile.ZipFile(Pipe(file), "w", method) as archive:
        for path in files:
            with archive.open(path, "w", force_zip64=len(path) > 10) as entry:
                entry.write(open(os.path.join("src", path), "rb").read())
shutil.make_archive("out/shutil", "zip", "src")
shutil.make_archive("out/shutil", "gztar", "src")
