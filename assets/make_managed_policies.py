#!/usr/bin/env python3
"""Makes `managed-policies.zst`: the AWS managed policies with their default versions, documents, dates and ids.

Needs: python 3.10+, `pip install zstandard`, and two releases of moto:

    pip download --no-deps --dest /tmp/moto moto            # the newest: all policies of today
    pip download --no-deps --dest /tmp/moto moto==3.1.14    # the last that still carried the real policy ids

`assets/refresh.py` does all of it. By hand, from the top of the repository:

    python3 assets/make_managed_policies.py /tmp/moto/moto-<newest>-*.whl /tmp/moto/moto-3.1.14-*.whl

The same inputs give the same bytes. The file is a length (4 bytes, little-endian), the index as a zstd frame of that
length, then one zstd frame per block of documents, so that a reader decodes the index for a listing and one small
block for a document.

moto keeps documents as JSON with sorted keys. They are written here in the order and with the indent that AWS uses.
Policies younger than moto 3.1.14 get an id of AWS's form, derived from the name: stable, but not the real one.

Sources and licences: see `NOTICE`.
"""

import base64
import hashlib
import json
import os
import re
import sys
import types
import zipfile

import zstandard

BLOCK = 256 * 1024  # bytes of documents in a block: decoded in a millisecond or two
STATEMENT = ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"]
# The ids of the account that owns the managed policies begin with this, since 2019.
PREFIX = "ANPAZKAPJZG4"


def read_moto(wheel):
    with zipfile.ZipFile(wheel) as archive:
        source = archive.read("moto/iam/aws_managed_policies.py").decode()
    module = types.ModuleType("aws_managed_policies")
    exec(compile(source, "aws_managed_policies.py", "exec"), module.__dict__)
    return json.loads(module.aws_managed_policies_data)


def document_text(document):
    def statement(value):
        unknown = set(value) - set(STATEMENT)
        if unknown:
            sys.exit(f"a statement with {unknown}")
        return {key: value[key] for key in STATEMENT if key in value}

    statements = document["Statement"]
    ordered = {key: document[key] for key in ("Version", "Id") if key in document}
    ordered["Statement"] = [statement(s) for s in statements] if isinstance(statements, list) else statement(statements)
    return json.dumps(ordered, indent=4, ensure_ascii=False)


def derived_id(name):
    digest = base64.b32encode(hashlib.sha256(name.encode()).digest()).decode()
    return PREFIX + digest[: 21 - len(PREFIX)]


def seconds(date):
    return re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\+00:00", date).group(1) + "Z"


def main():
    newest, older = sys.argv[1:3]
    policies, known = read_moto(newest), read_moto(older)
    compressor = zstandard.ZstdCompressor(level=19)
    index = {"moto": re.search(r"moto-([\d.]+)-", newest).group(1), "blocks": [], "policies": []}
    blocks, text = [], ""

    def close_block():
        nonlocal text
        if text:
            frame = compressor.compress(text.encode())
            index["blocks"].append(len(frame))
            blocks.append(frame)
            text = ""

    ids = set()
    for name in sorted(policies):
        policy = policies[name]
        document = document_text(policy["Document"])
        if text and len(text) + len(document) > BLOCK:
            close_block()
        identity = known.get(name, {}).get("PolicyId") or derived_id(name)
        if identity in ids or not re.fullmatch("ANPA[A-Z2-7]{17}", identity):
            sys.exit(f"{name}: the id {identity} is taken or malformed")
        ids.add(identity)
        index["policies"].append([
            name, policy["Path"], policy["DefaultVersionId"], seconds(policy["CreateDate"]),
            seconds(policy["UpdateDate"]), identity, len(blocks), len(text.encode()), len(document.encode()),
        ])
        text += document
    close_block()

    frame = compressor.compress(json.dumps(index, separators=(",", ":")).encode())
    data = len(frame).to_bytes(4, "little") + frame + b"".join(blocks)
    path = os.path.join(os.path.dirname(__file__), "managed-policies.zst")
    open(path, "wb").write(data)
    real = sum(1 for name in policies if "PolicyId" in known.get(name, {}))
    print(f"{len(policies)} policies ({real} with their real id), {len(blocks)} blocks, index {len(frame)}, {len(data)} bytes")


if __name__ == "__main__":
    main()
