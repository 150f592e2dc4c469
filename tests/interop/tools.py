"""Tools that others build on IAM: Ansible's modules, Cloud Custodian's filters, PMapper's graph.

Each needs versions of libraries that fit no other, so each lives in an environment of its own beside that of the
suite: `ansible`, `custodian`, `pmapper`, made of the requirements of that name. Where one is missing its case says so.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from emulator import ACCOUNT, arn, statement, trust

ENVIRONMENTS = Path(os.environ.get("INTEROP_TOOLS", Path(sys.executable).parents[2]))
HERE = Path(__file__).parent
# The last release of PMapper imports names that Python moved in 3.10.
PMAPPER = """
import collections, collections.abc, sys
for name in ("Mapping", "MutableMapping"):
    setattr(collections, name, getattr(collections.abc, name))
from principalmapper.__main__ import main
sys.exit(main())
"""


def tool(name, program):
    """A program of a tool's environment; none where that is not installed."""
    path = ENVIRONMENTS / name / "bin" / program
    if not path.exists():
        print(f"skipped {name}: install tests/interop/{name}.txt into {ENVIRONMENTS / name}", flush=True)
        return None
    return str(path)


def run(emulator, *command, **environment):
    done = subprocess.run(
        command, env=emulator.environment() | environment, cwd=emulator.home, capture_output=True, text=True, timeout=300,
    )
    assert done.returncode == 0, f"{command[0]} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def case_ansible_reaches_its_state_and_stays_there(emulator):
    playbook = tool("ansible", "ansible-playbook")
    if not playbook:
        return
    python = str(Path(playbook).parent / "python")

    def play(state):
        told = run(
            emulator, playbook, "-i", "localhost,", "-c", "local", "-e", f"ansible_python_interpreter={python}", "-e",
            f"state={state}", str(HERE / "ansible.yml"), ANSIBLE_STDOUT_CALLBACK="ansible.posix.json",
            ANSIBLE_DEPRECATION_WARNINGS="false", ANSIBLE_LOCALHOST_WARNING="false",
        )
        tasks = json.loads(told[told.index("{"):])["plays"][0]["tasks"]
        results = {task["task"]["name"]: task["hosts"]["localhost"] for task in tasks}
        return {name: result for name, result in results.items() if not result.get("skipped")}

    first = play("present")
    changed = [name for name, result in first.items() if result["changed"]]
    assert len(changed) >= 9, changed
    assert first["read the role"]["iam_roles"][0]["role_name"] == "deploy", first["read the role"]
    assert first["assume the role"]["sts_user"]["arn"].endswith("assumed-role/deploy/night"), first["assume the role"]
    again = play("present")
    assert [name for name, result in again.items() if result["changed"] and "assume" not in name] == [], again
    iam = emulator.iam
    assert iam.get_user(UserName="ada")["User"]["Tags"] == [{"Key": "team", "Value": "red"}]
    assert iam.get_account_password_policy()["PasswordPolicy"]["MinimumPasswordLength"] == 14
    play("absent")
    assert iam.list_users()["Users"] == [] and iam.list_groups()["Groups"] == [], "something is left"
    assert iam.list_roles()["Roles"] == [] and iam.list_policies(Scope="Local")["Policies"] == [], "something is left"


def case_cloud_custodian_filters(emulator):
    custodian = tool("custodian", "custodian")
    if not custodian:
        return
    iam = emulator.iam
    for name in ("ada", "bob"):
        emulator.user(name, statement("s3:*"))
    iam.create_login_profile(UserName="ada", Password="Correct-horse-1!")
    iam.attach_user_policy(UserName="bob", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    iam.create_group(GroupName="empty")
    iam.create_group(GroupName="full")
    iam.add_user_to_group(GroupName="full", UserName="ada")
    iam.create_role(RoleName="open", AssumeRolePolicyDocument=trust({"AWS": "arn:aws:iam::999999999999:root"}))
    iam.create_role(RoleName="own", AssumeRolePolicyDocument=trust({"AWS": arn("root")}))
    iam.create_policy(PolicyName="all", PolicyDocument=statement(), Tags=[{"Key": "team", "Value": "red"}])
    iam.create_policy(PolicyName="some", PolicyDocument=statement("s3:GetObject"))
    iam.update_account_password_policy(MinimumPasswordLength=14)
    out = Path(emulator.home) / "custodian"
    run(emulator, custodian, "run", "-s", str(out), str(HERE / "custodian.yml"))

    def found(policy, member):
        return sorted(one[member] for one in json.loads((out / policy / "resources.json").read_text()))

    assert found("password-without-mfa", "UserName") == ["ada"]
    assert found("administrators", "UserName") == ["bob"]
    assert found("active-keys", "UserName") == ["ada", "bob"]
    assert found("empty-groups", "GroupName") == ["empty"]
    assert found("trusts-others", "RoleName") == ["open"]
    assert found("allows-everything", "PolicyName") == ["all"]
    assert found("tagged-policies", "PolicyName") == ["all"]
    assert found("strict-passwords", "account_id") == [ACCOUNT]


def case_pmapper_finds_who_can_become_whom(emulator):
    python = tool("pmapper", "python")
    if not python:
        return
    iam = emulator.iam
    emulator.user("ada", statement("iam:CreateAccessKey", arn("user/bob")))
    emulator.user("bob", statement("sts:AssumeRole"))
    emulator.user("eve", statement("s3:ListAllMyBuckets"))
    iam.create_role(RoleName="admin", AssumeRolePolicyDocument=trust({"AWS": arn("user/bob")}))
    iam.attach_role_policy(RoleName="admin", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")

    def pmapper(*arguments):
        return run(emulator, python, "-c", PMAPPER, *arguments, XDG_DATA_HOME=emulator.home)

    pmapper("graph", "create", "--include-regions", "us-east-1")
    told = pmapper("--account", ACCOUNT, "query", "who can do iam:CreateUser")
    lines = told.strip().splitlines()
    assert any("role/admin IS authorized" in line for line in lines), told
    assert any("user/ada" in line and "role/admin" in line for line in lines), told
    assert not any("user/eve" in line for line in lines), told
