"""Checks a revocation feed with a JCS and an Ed25519 library, and nothing of this project.

feed.py FEED KEY
"""

import base64
import datetime
import json
import sys

import rfc8785
from cryptography.hazmat.primitives.serialization import load_pem_public_key

with open(sys.argv[1], encoding="utf-8") as file:
    feed = json.load(file)
with open(sys.argv[2], "rb") as file:
    key = load_pem_public_key(file.read())

signature = base64.b64decode(feed.pop("signature"))
key.verify(signature, rfc8785.dumps(feed))  # raises if it is not so
assert feed["format"] == 1
now = datetime.datetime.now(datetime.timezone.utc)
assert datetime.datetime.fromisoformat(feed["expires_at"]) > now

sys.stdout.reconfigure(encoding="utf-8")
print("version", feed["version"])
for entry in feed["entries"]:
    reason = f": {entry['reason']}" if entry["kind"] == "yanked" else ""
    print(entry["kind"] + reason)
