"""The console's own door to accounts, on an IAM that nobody here wrote: moto is browsed, kept and watched for drift."""

import contextlib
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

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


def call(emulator, *arguments):
    """Runs the program and gives how that went."""
    with tempfile.TemporaryDirectory() as home:
        vars = {"HOME": home, "PATH": os.environ.get("PATH", ""), "AWS_EC2_METADATA_DISABLED": "true", **KEYS}
        return subprocess.run([emulator.binary, *arguments], env=vars, capture_output=True, text=True, timeout=120)


def run(emulator, *arguments, expect=0):
    """Runs the program and gives what it printed."""
    done = call(emulator, *arguments)
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
        run(emulator, "apply", plan, "--yes", "--endpoint-url", endpoint)
        assert [user["UserName"] for user in iam.get_group(GroupName="admins")["Users"]] == ["carol"]


def case_a_user_with_all_that_hangs_on_it_is_deleted_on_moto(emulator):
    with moto() as (endpoint, iam), tempfile.TemporaryDirectory() as folder:
        iam.create_user(UserName="dora")
        iam.create_login_profile(UserName="dora", Password="Correct-horse-9")
        iam.create_access_key(UserName="dora")
        iam.create_group(GroupName="admins")
        iam.add_user_to_group(UserName="dora", GroupName="admins")
        policy = iam.create_policy(PolicyName="read", PolicyDocument=statement("s3:Get*"))["Policy"]["Arn"]
        iam.attach_user_policy(UserName="dora", PolicyArn=policy)
        iam.put_user_policy(UserName="dora", PolicyName="own", PolicyDocument=statement("s3:List*"))
        plan = os.path.join(folder, "plan.json")
        done = call(emulator, "plan", "delete-user", "dora", "--output", "json", "--endpoint-url", endpoint)
        assert done.returncode == 0, done
        # What moto has no operation for is said, as something else than a missing permission.
        assert "this endpoint has no `ListServiceSpecificCredentials`" in done.stderr, done.stderr
        assert "service credentials of dora are left out" in done.stderr and "is missing" not in done.stderr, done.stderr
        with open(plan, "w", encoding="utf-8") as file:
            file.write(done.stdout)
        run(emulator, "apply", plan, "--confirm", "dora", "--endpoint-url", endpoint)
        assert iam.list_users()["Users"] == []
        assert [group["GroupName"] for group in iam.list_groups()["Groups"]] == ["admins"]
        assert iam.get_policy(PolicyArn=policy)["Policy"]["AttachmentCount"] == 0


class Screen:
    """The console on a terminal of its own; what it draws is kept as text, without where and how."""

    def __init__(self, emulator, home, *arguments):
        self.shown = ""
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            vars = {"HOME": home, "PATH": os.environ.get("PATH", ""), "TERM": "xterm-256color", "AWS_EC2_METADATA_DISABLED": "true"}
            os.execve(emulator.binary, [emulator.binary, *arguments], {**vars, **KEYS})
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))

    def type(self, keys, wanted):
        """Types keys and waits until a text is drawn after them."""
        self.shown = ""
        os.write(self.terminal, keys.encode())
        ends = time.monotonic() + 30
        while time.monotonic() < ends:
            if select.select([self.terminal], [], [], 0.2)[0]:
                drawn = os.read(self.terminal, 65536).decode("utf-8", "replace")
                self.shown += re.sub(r"\x1b(\[[0-9;?<>=]*[a-zA-Z]|\][^\x07]*\x07|[=>78])", "", drawn)
            if wanted in self.shown:
                return
        raise AssertionError(f"{wanted!r} was not drawn, but {self.shown[-2000:]!r}")

    def end(self):
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.terminal)


def case_moto_is_browsed(emulator):
    with moto() as (endpoint, iam), tempfile.TemporaryDirectory() as home:
        iam.create_user(UserName="zebulon", Path="/ops/")
        iam.create_group(GroupName="quartermasters")
        iam.create_role(RoleName="jackdaw", AssumeRolePolicyDocument=trust({"Service": "lambda.amazonaws.com"}))
        policy = iam.create_policy(PolicyName="vivarium", PolicyDocument=statement("s3:Get*"))["Policy"]["Arn"]
        iam.attach_user_policy(UserName="zebulon", PolicyArn=policy)
        screen = Screen(emulator, home, "--endpoint-url", endpoint)
        try:
            screen.type("", "123456789012")
            for page, row in [("groups", "quartermasters"), ("roles", "jackdaw"), ("policies", "vivarium"), ("users", "zebulon")]:
                screen.type(f":{page}\r", row)
            screen.type("\r", "vivarium")
            # The tab of the credentials says what moto lacks, as no lack of permissions.
            screen.type("\t\t\t", "this endpoint has no `ListServiceSpecificCredentials`")
        finally:
            screen.end()
