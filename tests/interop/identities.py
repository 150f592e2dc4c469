"""Users and groups."""

from emulator import ACCOUNT, arn, refused, statement


def case_a_user_lives_and_is_deleted_in_order(emulator):
    iam = emulator.iam
    user = iam.create_user(UserName="Alice", Path="/team/", Tags=[{"Key": "k", "Value": ""}])["User"]
    assert user["Arn"] == arn("user/team/Alice") and user["UserId"].startswith("AIDA"), user
    assert "PasswordLastUsed" not in user and user["CreateDate"].tzinfo, user
    assert iam.get_user(UserName="aLiCe")["User"]["UserName"] == "Alice"
    refused("EntityAlreadyExists", "User with name ALICE already exists.", iam.create_user, 409, UserName="ALICE")
    iam.update_user(UserName="Alice", NewUserName="alicia", NewPath="/")
    refused("NoSuchEntity", "The user with name Alice cannot be found.", iam.get_user, 404, UserName="Alice")
    iam.tag_user(UserName="alicia", Tags=[{"Key": "Team", "Value": "größe"}])
    assert [t["Key"] for t in iam.list_user_tags(UserName="alicia")["Tags"]] == ["k", "Team"]
    iam.untag_user(UserName="alicia", TagKeys=["k"])
    key = iam.create_access_key(UserName="alicia")["AccessKey"]["AccessKeyId"]
    iam.create_login_profile(UserName="alicia", Password="Str0ng-pass")
    iam.create_group(GroupName="g")
    iam.add_user_to_group(GroupName="g", UserName="alicia")
    blocked = [
        ("must delete access keys first.", lambda: iam.delete_access_key(UserName="alicia", AccessKeyId=key)),
        ("must delete login profile first.", lambda: iam.delete_login_profile(UserName="alicia")),
        ("must remove users from group first.", lambda: iam.remove_user_from_group(GroupName="g", UserName="alicia")),
    ]
    for blocker, remove in blocked:
        try:
            iam.delete_user(UserName="alicia")
        except iam.exceptions.DeleteConflictException as error:
            assert error.response["Error"]["Message"].startswith("Cannot delete entity, must"), error
        else:
            raise AssertionError(blocker)
        remove()
    iam.delete_user(UserName="alicia")


def case_permissions_of_a_user(emulator):
    iam = emulator.iam
    iam.create_user(UserName="u")
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=statement("s3:*"))
    assert iam.get_user_policy(UserName="u", PolicyName="p")["PolicyDocument"]["Statement"][0]["Action"] == "s3:*"
    assert iam.list_user_policies(UserName="u")["PolicyNames"] == ["p"]
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
    iam.attach_user_policy(UserName="u", PolicyArn=admin)
    attached = iam.list_attached_user_policies(UserName="u")["AttachedPolicies"]
    assert attached == [{"PolicyName": "AdministratorAccess", "PolicyArn": admin}], attached
    iam.put_user_permissions_boundary(UserName="u", PermissionsBoundary=admin)
    boundary = iam.get_user(UserName="u")["User"]["PermissionsBoundary"]
    assert boundary == {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": admin}, boundary
    iam.delete_user_permissions_boundary(UserName="u")
    refused(
        "NoSuchEntity", f"Policy {arn('policy/none')} does not exist or is not attachable.", iam.attach_user_policy,
        404, UserName="u", PolicyArn=arn("policy/none"),
    )
    refused("ValidationError", "ARN longpolicynamebutnoarn is not valid.", iam.attach_user_policy, 400,
            UserName="u", PolicyArn="longpolicynamebutnoarn")
    iam.detach_user_policy(UserName="u", PolicyArn=admin)
    iam.delete_user_policy(UserName="u", PolicyName="p")
    iam.delete_user(UserName="u")


def case_a_group_and_its_members(emulator):
    iam = emulator.iam
    group = iam.create_group(GroupName="Developers")["Group"]
    assert group["GroupId"].startswith("AGPA") and group["Arn"] == arn("group/Developers"), group
    refused("EntityAlreadyExists", "Group with name Developers already exists.", iam.create_group, 409,
            GroupName="Developers")
    for name in ("b", "a"):
        iam.create_user(UserName=name)
        iam.add_user_to_group(GroupName="Developers", UserName=name)
    assert [u["UserName"] for u in iam.get_group(GroupName="Developers")["Users"]] == ["a", "b"]
    assert [g["GroupName"] for g in iam.list_groups_for_user(UserName="a")["Groups"]] == ["Developers"]
    iam.put_group_policy(GroupName="Developers", PolicyName="p", PolicyDocument=statement())
    iam.attach_group_policy(GroupName="Developers", PolicyArn="arn:aws:iam::aws:policy/AmazonS3FullAccess")
    assert iam.list_group_policies(GroupName="Developers")["PolicyNames"] == ["p"]
    assert iam.get_group_policy(GroupName="Developers", PolicyName="p")["GroupName"] == "Developers"
    assert len(iam.list_attached_group_policies(GroupName="Developers")["AttachedPolicies"]) == 1
    refused("DeleteConflict", None, iam.delete_group, 409, GroupName="Developers")
    iam.update_group(GroupName="Developers", NewGroupName="Makers")
    assert [g["GroupName"] for g in iam.list_groups()["Groups"]] == ["Makers"]
    iam.detach_group_policy(GroupName="Makers", PolicyArn="arn:aws:iam::aws:policy/AmazonS3FullAccess")
    iam.delete_group_policy(GroupName="Makers", PolicyName="p")
    for name in ("a", "b"):
        iam.remove_user_from_group(GroupName="Makers", UserName=name)
        iam.remove_user_from_group(GroupName="Makers", UserName=name)
    iam.delete_group(GroupName="Makers")
    refused("NoSuchEntity", "The group with name Makers cannot be found.", iam.get_group, 404, GroupName="Makers")


def case_the_account_in_numbers_and_in_full(emulator):
    iam = emulator.iam
    iam.create_user(UserName="u")
    iam.create_group(GroupName="g")
    iam.create_policy(PolicyName="p", PolicyDocument=statement())
    summary = iam.get_account_summary()["SummaryMap"]
    assert (summary["Users"], summary["Groups"], summary["UsersQuota"]) == (1, 1, 5000), summary
    details = iam.get_account_authorization_details()
    assert [u["UserName"] for u in details["UserDetailList"]] == ["u"]
    assert details["IsTruncated"] is False or details["Marker"]
    own = iam.get_account_authorization_details(Filter=["LocalManagedPolicy"])["Policies"]
    assert [p["PolicyName"] for p in own] == ["p"] and own[0]["PolicyVersionList"][0]["Document"]["Statement"], own
    assert iam.get_user()["User"]["Arn"] == f"arn:aws:iam::{ACCOUNT}:root"
