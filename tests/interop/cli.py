"""The AWS CLI: the tutorials' lines as they stand there, and what else people type."""

import json
from pathlib import Path

from emulator import ACCOUNT, arn, statement, trust


def case_the_lines_of_the_tutorials(emulator):
    aws = emulator.aws
    folder = Path(emulator.home)
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    (folder / "trust-policy.json").write_text(json.dumps(document, indent=2))

    assert aws(*"iam create-user --user-name JohnDoe".split())["User"]["Arn"] == arn("user/JohnDoe")
    key = aws(*"iam create-access-key --user-name JohnDoe".split())["AccessKey"]
    assert key["AccessKeyId"].startswith("AKIA") and len(key["SecretAccessKey"]) == 40, key
    assert aws(*"iam create-group --group-name Developers".split())["Group"]["GroupName"] == "Developers"
    aws(*"iam attach-group-policy --group-name Developers --policy-arn arn:aws:iam::aws:policy/AmazonS3FullAccess".split())
    aws(*"iam add-user-to-group --user-name JohnDoe --group-name Developers".split())
    role = aws(*"iam create-role --role-name LambdaExecutionRole "
               "--assume-role-policy-document file://trust-policy.json".split())["Role"]
    assert role["AssumeRolePolicyDocument"] == document, role
    aws(*"iam attach-role-policy --role-name LambdaExecutionRole "
        "--policy-arn arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole".split())

    groups = aws(*"iam list-groups-for-user --user-name JohnDoe".split())["Groups"]
    assert [group["GroupName"] for group in groups] == ["Developers"], groups
    attached = aws(*"iam list-attached-role-policies --role-name LambdaExecutionRole".split())["AttachedPolicies"]
    assert [policy["PolicyName"] for policy in attached] == ["AWSLambdaBasicExecutionRole"], attached


def case_errors_are_told_as_ever(emulator):
    told = emulator.aws("iam", "get-user", "--user-name", "nobody", fails=True)
    expected = "An error occurred (NoSuchEntity) when calling the GetUser operation: The user with name nobody cannot be found."
    assert expected in told, told


def case_pages_and_queries(emulator):
    for name in ("a", "b", "c"):
        emulator.iam.create_user(UserName=name)
    paged = emulator.aws("iam", "list-users", "--page-size", "1", "--query", "Users[].UserName", "--output", "text")
    assert paged.split() == ["a", "b", "c"], paged
    first = emulator.aws("iam", "list-users", "--max-items", "2")
    assert len(first["Users"]) == 2 and first["NextToken"], first
    rest = emulator.aws("iam", "list-users", "--max-items", "2", "--starting-token", first["NextToken"])
    assert [user["UserName"] for user in rest["Users"]] == ["c"], rest


def case_callers_and_keys(emulator):
    assert emulator.aws("sts", "get-caller-identity") == {
        "UserId": ACCOUNT, "Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:root",
    }
    info = emulator.aws("sts", "get-access-key-info", "--access-key-id", emulator.key[0])
    assert info == {"Account": ACCOUNT}, info


def case_a_role_in_a_profile_is_assumed(emulator):
    key = emulator.user("ada", statement())
    emulator.iam.create_role(RoleName="night", AssumeRolePolicyDocument=trust({"AWS": arn("user/ada")}))
    config = Path(emulator.home) / "config"
    config.write_text(f"[profile night]\nrole_arn = {arn('role/night')}\ncredential_source = Environment\n")
    who = emulator.aws("sts", "get-caller-identity", "--profile", "night", key=key, config=config)
    assert who["Arn"].startswith(f"arn:aws:sts::{ACCOUNT}:assumed-role/night/"), who


def case_a_virtual_device_is_written_to_a_file(emulator):
    aws, folder = emulator.aws, Path(emulator.home)
    aws(*"iam create-virtual-mfa-device --virtual-mfa-device-name phone --outfile qr.png "
        "--bootstrap-method QRCodePNG".split())
    assert (folder / "qr.png").read_bytes().startswith(b"\x89PNG"), "no picture"
    aws(*"iam create-virtual-mfa-device --virtual-mfa-device-name tablet --outfile seed.txt "
        "--bootstrap-method Base32StringSeed".split())
    assert len((folder / "seed.txt").read_text().strip()) == 64


def case_waiters_wait(emulator):
    emulator.aws(*"iam create-user --user-name u".split())
    emulator.aws(*"iam wait user-exists --user-name u".split())
