"""An emulator in a process of its own, with clients that speak to it, and what cases ask of answers."""

import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"
FIXTURES = Path(__file__).parent.parent / "it" / "fixtures"
# Every operation that any boto3 client has called so far.
seen_operations = set()


def statement(action="*", resource="*", effect="Allow"):
    """A policy document of one statement, as text."""
    body = {"Effect": effect, "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [body]})


def trust(principal, **condition):
    """A trust policy for one principal, as text."""
    body = {"Effect": "Allow", "Principal": principal, "Action": ["sts:AssumeRole", "sts:TagSession"], **condition}
    return json.dumps({"Version": "2012-10-17", "Statement": [body]})


def fixture(name):
    return (FIXTURES / name).read_text()


def arn(resource):
    return f"arn:aws:iam::{ACCOUNT}:{resource}"


def refused(code, message, call, status=None, **given):
    """Checks that a call is refused with this code, with this message where one is given, and this status."""
    try:
        answer = call(**given)
    except ClientError as error:
        told = error.response
        assert told["Error"]["Code"] == code, f"{told['Error']} instead of {code}"
        if message is not None:
            # A denial ends with a link and an id, which are new each time.
            reason = told["Error"]["Message"].split(". Go to https://")[0]
            assert reason == message, f"{reason!r} instead of {message!r}"
        found = told["ResponseMetadata"]["HTTPStatusCode"]
        assert status is None or found == status, f"status {found} instead of {status}"
        assert told["ResponseMetadata"]["RequestId"], "no request id"
        return
    raise AssertionError(f"{code} expected, but it was answered: {answer}")


class Emulator:
    """`iamtui emulate`, killed at the end."""

    def __init__(self, binary, *flags, place=("--ephemeral",)):
        self.binary = os.path.abspath(binary)
        self.home = tempfile.mkdtemp(prefix="iamtui-interop-")
        seed = () if "--seed" in flags else ("--seed", "empty")
        command = [self.binary, "emulate", *place, *seed, "--port", "0", *flags]
        self.quiet = {"HOME": self.home, "PATH": os.environ.get("PATH", ""), "XDG_DATA_HOME": self.home}
        self.process = subprocess.Popen(
            command, env=self.quiet, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        ready, _, _ = select.select([self.process.stdout], [], [], 20)
        line = self.process.stdout.readline() if ready else ""
        if not line:
            self.close()
            raise RuntimeError("the emulator did not say that it listens")
        told = json.loads(line)
        assert set(told) == {"endpoint", "account_id", "access_key_id", "secret_access_key"}, told
        self.endpoint, self.account = told["endpoint"], told["account_id"]
        self.key = (told["access_key_id"], told["secret_access_key"])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def client(self, service, key=None, token=None):
        """A boto3 client; without a key the root user's."""
        identity, secret = key or self.key
        session = boto3.session.Session()
        client = session.client(
            service, region_name="us-east-1", endpoint_url=self.endpoint, aws_access_key_id=identity,
            aws_secret_access_key=secret, aws_session_token=token,
            config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
        )
        client.meta.events.register("before-call", lambda model, **_: seen_operations.add(model.name))
        return client

    @property
    def iam(self):
        return self.client("iam")

    @property
    def sts(self):
        return self.client("sts")

    def user(self, name, *documents):
        """Makes a user with these inline policies and gives back a key of it."""
        iam = self.iam
        iam.create_user(UserName=name)
        for at, document in enumerate(documents):
            iam.put_user_policy(UserName=name, PolicyName=f"p{at}", PolicyDocument=document)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return key["AccessKeyId"], key["SecretAccessKey"]

    def with_credentials(self, service, given):
        """A client with temporary credentials as STS gives them."""
        return self.client(service, (given["AccessKeyId"], given["SecretAccessKey"]), given["SessionToken"])

    def beside(self, *flags, **how):
        """Another emulator of the same program."""
        return Emulator(self.binary, *flags, **how)

    def environment(self, key=None):
        """The environment of a program that is to speak to this emulator and to nothing else."""
        identity, secret = key or self.key
        return {
            "PATH": os.environ.get("PATH", ""), "HOME": self.home, "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": identity, "AWS_SECRET_ACCESS_KEY": secret, "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true", "AWS_PAGER": "",
            "AWS_CONFIG_FILE": f"{self.home}/none", "AWS_SHARED_CREDENTIALS_FILE": f"{self.home}/none",
        }

    def program(self, *arguments):
        """Runs a command of the program itself, which must end well, and gives back what it prints."""
        done = subprocess.run(
            [self.binary, *arguments], env=self.environment(), cwd=self.home, capture_output=True, text=True, timeout=300,
        )
        assert done.returncode == 0, f"iamtui {' '.join(arguments)}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        return done.stdout

    def aws(self, *arguments, fails=False, key=None, config=None):
        """Runs the AWS CLI and gives back what it prints, as JSON where it is JSON; where it is to fail, what it says."""
        beside = Path(sys.executable).parent / "aws"
        environment = self.environment(key)
        if config:
            environment["AWS_CONFIG_FILE"] = str(config)
        done = subprocess.run(
            [str(beside) if beside.exists() else "aws", *arguments], env=environment, cwd=self.home,
            capture_output=True, text=True, timeout=120,
        )
        told = f"aws {' '.join(arguments)} ended with {done.returncode}: {done.stderr}"
        if fails:
            # The first version of the CLI ends with 255, the second with 254.
            assert done.returncode in (254, 255), told
            return done.stderr
        assert done.returncode == 0, told
        try:
            return json.loads(done.stdout)
        except ValueError:
            return done.stdout
