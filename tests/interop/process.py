"""The process itself: its flags, its store, who may speak to it."""

import os
import signal
import subprocess
import tempfile
import urllib.error
import urllib.request

from emulator import refused


def case_the_root_key_is_taken_as_given(emulator):
    with emulator.beside("--root-key", "test:test", "--account-id", "000000000042") as other:
        assert (other.key, other.account) == (("test", "test"), "000000000042")
        assert other.sts.get_caller_identity()["Arn"] == "arn:aws:iam::000000000042:root"


def case_acknowledged_writes_survive_a_kill(emulator):
    with tempfile.TemporaryDirectory() as folder:
        place = ("--data-dir", folder)
        first = emulator.beside(place=place)
        try:
            for number in range(20):
                first.iam.create_user(UserName=f"u{number:02}")
        finally:
            os.kill(first.process.pid, signal.SIGKILL)
            first.close()
        with emulator.beside(place=place) as second:
            assert second.key == first.key
            assert [u["UserName"] for u in second.iam.list_users()["Users"]] == [f"u{n:02}" for n in range(20)]


def case_one_process_holds_a_store(emulator):
    with tempfile.TemporaryDirectory() as folder, emulator.beside(place=("--data-dir", folder)):
        second = subprocess.run(
            [emulator.binary, "emulate", "--data-dir", folder], env=emulator.quiet, capture_output=True, text=True,
            timeout=30,
        )
        assert second.returncode == 3 and second.stderr.strip() and "panicked" not in second.stderr, second
        assert second.stdout == "", second.stdout


def case_a_signal_ends_it(emulator):
    emulator.process.send_signal(signal.SIGTERM)
    assert emulator.process.wait(10) == 0


def case_an_account_goes_back_to_its_seed(emulator):
    with emulator.beside("--test-routes") as other:
        for route in ("/_iamtui/reset", "/moto-api/reset"):
            other.iam.create_user(UserName="u")
            urllib.request.urlopen(urllib.request.Request(other.endpoint + route, method="POST"), timeout=10).close()
            assert other.iam.list_users()["Users"] == [], route


def case_reads_may_lag_behind(emulator):
    with emulator.beside("--propagation", "800ms") as other:
        other.iam.create_user(UserName="u")
        refused("NoSuchEntity", None, other.iam.get_user, 404, UserName="u")
        other.iam.get_waiter("user_exists").wait(UserName="u", WaiterConfig={"Delay": 1, "MaxAttempts": 5})


def case_requests_may_be_throttled(emulator):
    with emulator.beside("--throttle", "every=2") as other:
        other.iam.list_users()
        refused("Throttling", None, other.iam.list_users, 400)


def case_foreign_pages_are_kept_out(emulator):
    for header in ({"Host": "evil.example.com"}, {"Origin": "https://evil.example.com"}):
        request = urllib.request.Request(emulator.endpoint, data=b"Action=ListUsers&Version=2010-05-08", headers=header)
        try:
            urllib.request.urlopen(request, timeout=10)
        except urllib.error.HTTPError as error:
            assert error.code in (400, 403), (header, error.code)
            assert "MissingAuthenticationToken" not in error.read().decode(), header
        else:
            raise AssertionError(f"a request with {header} was answered")
