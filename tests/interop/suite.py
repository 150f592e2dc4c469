#!/usr/bin/env python3
"""Drives `iamtui emulate` with clients that nobody here wrote: boto3, the AWS CLI and, where they are found, Terraform,
Ansible, Cloud Custodian and PMapper.

    pip install -r tests/interop/requirements.txt
    python tests/interop/suite.py target/release/iamtui [WORDS…]

Each case gets an emulator of its own. WORDS pick the cases whose names hold one of them. The last line says
`N passed, N failed`; the exit code is 1 when any failed.
"""

import sys
import traceback

import accounts
import analyzer
import cli
import credentials
import identities
import mfa
import neighbours
import plans
import policies
import process
import protocol
import providers
import roles
import sts
import terraform
import tools
from emulator import Emulator, seen_operations

ROOMS = [
    identities, policies, roles, credentials, mfa, providers, sts, analyzer, neighbours, protocol, process, cli, accounts, terraform, tools,
    plans,
]


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    binary, words = sys.argv[1], sys.argv[2:]
    passed = failed = 0
    for room in ROOMS:
        for name, case in vars(room).items():
            if not name.startswith("case_") or (words and not any(word in name for word in words)):
                continue
            title = f"{room.__name__}: {name.removeprefix('case_').replace('_', ' ')}"
            try:
                with Emulator(binary) as emulator:
                    case(emulator)
            except Exception:
                failed += 1
                print(f"FAILED  {title}\n{traceback.format_exc()}", flush=True)
            else:
                passed += 1
                print(f"passed  {title}", flush=True)
    if not words:
        missing = sorted(protocol.SERVED - seen_operations)
        print(f"{'FAILED ' if missing else 'passed '} every operation is called" + "".join(f" {m}" for m in missing))
        passed, failed = passed + (not missing), failed + bool(missing)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
