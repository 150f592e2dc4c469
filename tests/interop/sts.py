"""Temporary credentials."""

from emulator import ACCOUNT, arn, refused, statement, trust


def case_a_role_is_assumed(emulator):
    key = emulator.user("ada", statement())
    emulator.iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust({"AWS": arn("user/ada")}))
    sts = emulator.client("sts", key)
    role = {"RoleArn": arn("role/r"), "RoleSessionName": "night"}
    given = sts.assume_role(**role)
    assert given["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/r/night", given
    assert "PackedPolicySize" not in given, given
    session = emulator.with_credentials("sts", given["Credentials"])
    assert session.get_caller_identity()["UserId"] == given["AssumedRoleUser"]["AssumedRoleId"]
    refused("AccessDenied", "Roles may not be assumed by root accounts.", emulator.sts.assume_role, 403, **role)
    refused(
        "AccessDenied", f"User: {arn('user/ada')} is not authorized to perform: sts:AssumeRole on resource: "
        f"{arn('role/none')}", sts.assume_role, 403, RoleArn=arn("role/none"), RoleSessionName="night",
    )
    refused("ValidationError", "nothing-valid-in-here is invalid", sts.assume_role, 400,
            RoleArn="nothing-valid-in-here", RoleSessionName="night")
    refused(
        "ValidationError", "1 validation error detected: Value 'a:b' at 'roleSessionName' failed to satisfy "
        "constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*", sts.assume_role, 400,
        RoleArn=arn("role/r"), RoleSessionName="a:b",
    )


def case_tokens(emulator):
    key = emulator.user("ada", statement())
    sts = emulator.client("sts", key)
    given = sts.get_session_token()["Credentials"]
    session = emulator.with_credentials("sts", given)
    refused("AccessDenied", "Cannot call GetSessionToken with session credentials", session.get_session_token, 403)
    federated = sts.get_federation_token(Name="bob", Policy=statement("s3:*"))
    assert federated["FederatedUser"]["FederatedUserId"] == f"{ACCOUNT}:bob", federated
    assert sts.get_access_key_info(AccessKeyId=key[0])["Account"] == ACCOUNT
    assert emulator.sts.get_caller_identity()["Arn"] == arn("root")
