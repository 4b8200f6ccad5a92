"""Somebody else's tool: signs and verifies manifests with two public libraries and
without any of ours, as the specification says that anyone can.

    stranger.py sign KEY.pem < manifest.json       prints the manifest, signed
    stranger.py verify PUBLIC.pem < manifest.json  prints its canonical form, or fails
"""

import base64
import json
import sys

import rfc8785
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key


def main() -> None:
    verb, key_file = sys.argv[1:]
    manifest = json.loads(sys.stdin.buffer.read().decode("utf-8"))
    with open(key_file, "rb") as file:
        pem = file.read()
    signature = manifest.pop("manifest_signature", None)
    canonical = rfc8785.dumps(manifest)
    if verb == "sign":
        signed = load_pem_private_key(pem, password=None).sign(canonical)
        manifest["manifest_signature"] = base64.b64encode(signed).decode("ascii")
        sys.stdout.buffer.write(json.dumps(manifest, ensure_ascii=True, indent=1).encode("utf-8"))
    elif verb == "verify":
        load_pem_public_key(pem).verify(base64.b64decode(signature, validate=True), canonical)
        sys.stdout.buffer.write(canonical)
    else:
        sys.exit(f"unknown verb {verb}")


if __name__ == "__main__":
    main()
