"""The whole way of a package, by somebody who has only read the documents.

stranger.py MARKETPLACE FOLDER COMPONENT

MARKETPLACE is the program, FOLDER an empty folder, and COMPONENT a category `notes` that
the server does not know when it starts.
"""

import base64
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import urllib.error
import urllib.request
import uuid

import rfc8785
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PROGRAM, FOLDER, COMPONENT = sys.argv[1:4]
DATA = os.path.join(FOLDER, "data")
API = "/api/v1/marketplace"
QUEUE = "/cp/api/v1/admin/marketplace/queue"


def marketplace(*arguments):
    """Runs the command on the data folder, and returns what it prints."""
    done = subprocess.run([PROGRAM, *arguments, "--data", DATA], capture_output=True, text=True)
    assert done.returncode == 0, (arguments, done.stdout, done.stderr)
    return done.stdout.strip()


def token(tenant, *scopes):
    return marketplace("token", "create", "--tenant", tenant, *(a for s in scopes for a in ("--scope", s)))


class Caller:
    """Calls the API with one token."""

    def __init__(self, address, bearer=None):
        self.address, self.bearer = address, bearer

    def call(self, method, path, body=None, kind="application/json"):
        request = urllib.request.Request(self.address + path, data=body, method=method)
        if body is not None:
            request.add_header("Content-Type", kind)
        if self.bearer:
            request.add_header("Authorization", "Bearer " + self.bearer)
        try:
            with urllib.request.urlopen(request) as response:
                status, data = response.status, response.read()
        except urllib.error.HTTPError as error:
            status, data = error.code, error.read()
            assert error.headers["Content-Type"].startswith("application/problem+json"), error.headers
        return status, json.loads(data) if data else None

    def get(self, path):
        return self.call("GET", path)

    def post(self, path, value):
        return self.call("POST", path, json.dumps(value).encode())

    def submit(self, category, manifest, package):
        boundary = uuid.uuid4().hex
        body = b""
        for name, value in (("manifest", manifest), ("package", package)):
            body += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n\r\n'.encode()
            body += value + b"\r\n"
        body += f"--{boundary}--\r\n".encode()
        kind = f"multipart/form-data; boundary={boundary}"
        return self.call("POST", f"{API}/{category}/items", body, kind)


def archive(files):
    """A .tar.gz as Python makes it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            tar.addfile(entry, io.BytesIO(text.encode()))
    return out.getvalue()


def signed(key, package, **fields):
    manifest = {"package_sha256": hashlib.sha256(package).hexdigest(), **fields}
    signature = key.sign(rfc8785.dumps(manifest))
    manifest["manifest_signature"] = base64.b64encode(signature).decode()
    return json.dumps(manifest).encode()


def walk(publisher, moderator, home, key, category, kind, name, files, permissions, remark):
    """Publish, reject, resubmit, approve, list, dry run, install, look, uninstall."""
    package = archive(files)
    fields = dict(kind=kind, name=name, version="1.0.0", author_id="acme", permissions=permissions)
    fields["title"] = "Ünïcödé 🎉"
    manifest = signed(key, package, **fields)

    # Tampered with: a byte of the package, of the manifest, of the signature.
    broken = package[:-1] + bytes([package[-1] ^ 1])
    assert publisher.submit(category, manifest, broken)[1]["code"] == "package_digest_mismatch"
    assert publisher.submit(category, manifest.replace(b"1.0.0", b"1.0.1"), package)[1]["code"] == "signature_invalid"

    status, submitted = publisher.submit(category, manifest, package)
    assert status == 201, submitted
    assert submitted["moderation_status"] == "pending" and submitted["slug"] == name, submitted
    assert submitted["package_sha256"] == hashlib.sha256(package).hexdigest()
    status, _ = moderator.post(f"{QUEUE}/{submitted['id']}/reject", {"note": remark})
    assert status == 204, status
    mine = publisher.get(f"{API}/submissions")[1]["submissions"]
    assert mine[0]["moderation_status"] == "rejected" and mine[0]["note"] == remark, mine

    status, submitted = publisher.submit(category, manifest, package)
    assert status == 201 and submitted["moderation_status"] == "pending", submitted
    waiting = [s["id"] for s in moderator.get(f"{QUEUE}?status=pending")[1]["submissions"]]
    assert waiting == [submitted["id"]], waiting
    status, _ = moderator.post(f"{QUEUE}/{submitted['id']}/approve", {"note": "fine"})
    assert status == 204, status

    listed = Caller(home.address).get(f"{API}/{category}/items")[1]
    assert [item["slug"] for item in listed["items"]] == [name], listed
    install = f"{API}/{category}/items/{name}/install"
    status, plan = home.post(install, {"dry_run": True})
    assert status == 200, plan
    assert home.get(f"{API}/installed")[1]["installed"] == []
    status, done = home.post(install, {})
    assert status == 201, done
    assert done["files"] == plan["files"] and done["registry"] == plan["registry"], (plan, done)
    for file in done["files"]:
        with open(os.path.join(DATA, done["folder"], file["path"]), "rb") as f:
            assert hashlib.sha256(f.read()).hexdigest() == file["sha256"], file
    entries = home.get(f"{API}/{category}/registry")[1]["entries"]
    assert [entry["slug"] for entry in entries] == [name], entries
    assert home.call("DELETE", install)[0] == 204
    assert home.get(f"{API}/{category}/registry")[1]["entries"] == []
    assert not os.path.exists(os.path.join(DATA, done["folder"]))


def main():
    key = Ed25519PrivateKey.generate()
    pem = os.path.join(FOLDER, "acme.pub.pem")
    with open(pem, "wb") as file:
        file.write(key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))

    server = subprocess.Popen(
        [PROGRAM, "serve", "--listen", "127.0.0.1:0", "--data", DATA], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True)
    try:
        address = server.stdout.readline().strip().removeprefix("marketplace: ")
        marketplace("license", "issue", "--tenant", "acme", "--tier", "pro", "--days", "30")
        author = json.loads(marketplace(
            "author", "create", "--tenant", "acme", "--public-key", pem, "--json", "acme"))
        assert author["id"] == "acme", author
        publisher = Caller(address, token("acme", "publish"))
        moderator = Caller(address, token("acme", "moderate"))
        home = Caller(address, token("home", "install"))

        css = ":root { --color-background: #fff; --color-text: #111; }\n"
        walk(publisher, moderator, home, key, "themes", "theme", "paper", {"theme.css": css}, [], "Why so white?")

        # A category that nobody planned for, while the server runs.
        assert publisher.get(f"{API}/notes/items")[0] == 404
        added = json.loads(marketplace("category", "add", COMPONENT, "--json"))
        assert added["id"] == "notes", added
        walk(publisher, moderator, home, key, "notes", "note", "hello", {"note.txt": "All metrics."},
             ["data:read.metrics"], "Which metrics?")

        package = archive({"note.txt": "All metrics."})
        greedy = signed(key, package, kind="note", name="greedy", version="1.0.0", author_id="acme", permissions=[])
        status, problem = publisher.submit("notes", greedy, package)
        assert (status, problem["code"]) == (422, "permissions_undeclared"), problem
        assert problem["findings"][0]["subject"] == "data:read.metrics", problem
    finally:
        server.terminate()
        assert server.wait(timeout=30) == 0
    print("all of it worked")


main()
