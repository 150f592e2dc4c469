"""The console's own door to accounts, on an IAM that nobody here wrote: moto is browsed, kept and watched for drift."""

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile

import boto3

from emulator import statement, trust

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_REGION": "us-east-1"}


@contextlib.contextmanager
def moto():
    """A moto server on a free port, with a client that speaks to it."""
    code = "import sys; from moto.server import main; main(['-H', '127.0.0.1', '-p', '0'])"
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    try:
        for line in process.stderr:
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if found:
                break
        else:
            raise RuntimeError("moto did not say that it listens")
        iam = boto3.client(
            "iam", endpoint_url=found[0], region_name="us-east-1", aws_access_key_id="testing", aws_secret_access_key="testing"
        )
        yield found[0], iam
    finally:
        process.kill()
        process.wait()


def run(emulator, *arguments, expect=0):
    """Runs the program and gives what it printed."""
    with tempfile.TemporaryDirectory() as home:
        vars = {"HOME": home, "PATH": os.environ.get("PATH", ""), "AWS_EC2_METADATA_DISABLED": "true", **KEYS}
        done = subprocess.run([emulator.binary, *arguments], env=vars, capture_output=True, text=True, timeout=120)
    assert done.returncode in (expect if isinstance(expect, tuple) else (expect,)), done
    return done.stdout


def case_moto_is_read_and_watched_for_drift(emulator):
    with moto() as (endpoint, iam), tempfile.TemporaryDirectory() as folder:
        iam.create_user(UserName="alice", Path="/ops/")
        iam.create_group(GroupName="admins")
        iam.add_user_to_group(UserName="alice", GroupName="admins")
        iam.create_role(RoleName="nightly", AssumeRolePolicyDocument=trust({"Service": "lambda.amazonaws.com"}))
        policy = iam.create_policy(PolicyName="read", PolicyDocument=statement("s3:Get*"))["Policy"]["Arn"]
        iam.attach_user_policy(UserName="alice", PolicyArn=policy)
        before = os.path.join(folder, "before")
        # What moto lacks is said, and makes the exit code 3; all the rest is in the file.
        run(emulator, "snapshot", before, "--endpoint-url", endpoint, expect=(0, 3))
        iam.create_user(UserName="bob")
        iam.create_group(GroupName="late")
        iam.update_role(RoleName="nightly", MaxSessionDuration=7200)
        after = os.path.join(folder, "after")
        run(emulator, "snapshot", after, "--endpoint-url", endpoint, expect=(0, 3))
        told = json.loads(run(emulator, "drift", before, "--snapshot", after, "--output", "json", expect=1))
        found = {(d["kind"], d["name"], d["change"] if isinstance(d["change"], str) else "changed") for d in told["differences"]}
        assert {("user", "bob", "added"), ("group", "late", "added")} <= found, found
        assert not any(name == "alice" for _, name, _ in found), found
        live = json.loads(run(emulator, "drift", after, "--endpoint-url", endpoint, "--output", "json", expect=(0, 3)))
        assert live["differences"] == [], live


def case_a_user_is_made_on_moto(emulator):
    with moto() as (endpoint, iam), tempfile.TemporaryDirectory() as folder:
        iam.create_group(GroupName="admins")
        plan = os.path.join(folder, "plan.json")
        with open(plan, "w", encoding="utf-8") as file:
            file.write(run(emulator, "plan", "create-user", "carol", "--group", "admins", "--output", "json", "--endpoint-url", endpoint))
        run(emulator, "apply", plan, "--endpoint-url", endpoint)
        assert [user["UserName"] for user in iam.get_group(GroupName="admins")["Users"]] == ["carol"]
