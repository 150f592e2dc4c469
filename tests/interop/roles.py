"""Roles, service-linked roles and instance profiles."""

from emulator import arn, refused, statement, trust

LAMBDA = trust({"Service": "lambda.amazonaws.com"})
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def case_a_role_lives_and_is_deleted_in_order(emulator):
    iam = emulator.iam
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=LAMBDA, Tags=[{"Key": "a", "Value": "b"}])["Role"]
    assert role["Arn"] == arn("role/r") and role["RoleId"].startswith("AROA"), role
    assert "MaxSessionDuration" not in role, role
    assert role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {"Service": "lambda.amazonaws.com"}
    assert iam.get_role(RoleName="r")["Role"]["RoleLastUsed"] == {}
    iam.update_role(RoleName="r", Description="d", MaxSessionDuration=7200)
    assert iam.update_role_description(RoleName="r", Description="e")["Role"]["Description"] == "e"
    iam.update_assume_role_policy(RoleName="r", PolicyDocument=trust({"AWS": arn("root")}))
    iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=statement())
    assert iam.get_role_policy(RoleName="r", PolicyName="p")["PolicyName"] == "p"
    assert iam.list_role_policies(RoleName="r")["PolicyNames"] == ["p"]
    iam.attach_role_policy(RoleName="r", PolicyArn=BASIC)
    assert len(iam.list_attached_role_policies(RoleName="r")["AttachedPolicies"]) == 1
    iam.put_role_permissions_boundary(RoleName="r", PermissionsBoundary=BASIC)
    iam.delete_role_permissions_boundary(RoleName="r")
    iam.tag_role(RoleName="r", Tags=[{"Key": "c", "Value": "d"}])
    iam.untag_role(RoleName="r", TagKeys=["a"])
    assert iam.list_role_tags(RoleName="r")["Tags"] == [{"Key": "c", "Value": "d"}]
    assert [r["RoleName"] for r in iam.list_roles(PathPrefix="/")["Roles"]] == ["r"]
    refused("DeleteConflict", None, iam.delete_role, 409, RoleName="r")
    iam.detach_role_policy(RoleName="r", PolicyArn=BASIC)
    refused("DeleteConflict", "Cannot delete entity, must delete policies first.", iam.delete_role, 409, RoleName="r")
    iam.delete_role_policy(RoleName="r", PolicyName="p")
    iam.delete_role(RoleName="r")
    refused("NoSuchEntity", "The role with name r cannot be found.", iam.get_role, 404, RoleName="r")


def case_trust_policies_are_checked(emulator):
    iam = emulator.iam
    refused("MalformedPolicyDocument", "This policy contains invalid Json", iam.create_role, 400, RoleName="r",
            AssumeRolePolicyDocument="{not json")
    refused("MalformedPolicyDocument", "Has prohibited field Resource", iam.create_role, 400, RoleName="r",
            AssumeRolePolicyDocument=LAMBDA.replace('"Effect"', '"Resource": "*", "Effect"'))


def case_service_linked_roles(emulator):
    iam = emulator.iam
    role = iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")["Role"]
    assert role["Path"] == "/aws-service-role/ecs.amazonaws.com/", role
    name = role["RoleName"]
    refused(
        "InvalidInput",
        f"Service role name {name} has been taken in this account, please try a different suffix.",
        iam.create_service_linked_role, 400, AWSServiceName="ecs.amazonaws.com",
    )
    refused("UnmodifiableEntity", None, iam.delete_role, 400, RoleName=name)
    task = iam.delete_service_linked_role(RoleName=name)["DeletionTaskId"]
    status = iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"]
    assert status in ("SUCCEEDED", "IN_PROGRESS", "NOT_STARTED"), status


def case_instance_profiles(emulator):
    iam = emulator.iam
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=LAMBDA)
    profile = iam.create_instance_profile(InstanceProfileName="p")["InstanceProfile"]
    assert profile["InstanceProfileId"].startswith("AIPA") and profile["Roles"] == [], profile
    where = {"InstanceProfileName": "p"}
    iam.add_role_to_instance_profile(**where, RoleName="r")
    refused("LimitExceeded", None, iam.add_role_to_instance_profile, 409, **where, RoleName="r")
    assert iam.get_instance_profile(**where)["InstanceProfile"]["Roles"][0]["RoleName"] == "r"
    assert len(iam.list_instance_profiles_for_role(RoleName="r")["InstanceProfiles"]) == 1
    refused("DeleteConflict", "Cannot delete entity, must remove roles from instance profile first.",
            iam.delete_role, 409, RoleName="r")
    iam.tag_instance_profile(**where, Tags=[{"Key": "a", "Value": "b"}])
    assert len(iam.list_instance_profile_tags(**where)["Tags"]) == 1
    iam.untag_instance_profile(**where, TagKeys=["a"])
    assert len(iam.list_instance_profiles()["InstanceProfiles"]) == 1
    iam.remove_role_from_instance_profile(**where, RoleName="r")
    iam.delete_instance_profile(**where)
