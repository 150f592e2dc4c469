"""Managed policies, AWS's own among them."""

from emulator import arn, refused, statement


def case_a_policy_with_versions(emulator):
    iam = emulator.iam
    policy = iam.create_policy(PolicyName="p", Path="/team/", PolicyDocument=statement(), Description="d")["Policy"]
    assert policy["Arn"] == arn("policy/team/p") and policy["PolicyId"].startswith("ANPA"), policy
    assert policy["DefaultVersionId"] == "v1" and policy["AttachmentCount"] == 0, policy
    where = {"PolicyArn": policy["Arn"]}
    for number in range(2, 6):
        made = iam.create_policy_version(**where, PolicyDocument=statement(f"s3:Get{number}*"))["PolicyVersion"]
        assert made["VersionId"] == f"v{number}" and "Document" not in made, made
    refused(
        "LimitExceeded", "A managed policy can have up to 5 versions. Before you create a new version, you must delete "
        "an existing version.", iam.create_policy_version, 409, **where, PolicyDocument=statement(),
    )
    iam.set_default_policy_version(**where, VersionId="v5")
    refused("DeleteConflict", "Cannot delete the default version of a policy.", iam.delete_policy_version, 409,
            **where, VersionId="v5")
    iam.delete_policy_version(**where, VersionId="v2")
    assert iam.create_policy_version(**where, PolicyDocument=statement())["PolicyVersion"]["VersionId"] == "v6"
    versions = iam.list_policy_versions(**where)["Versions"]
    assert {v["VersionId"] for v in versions} == {"v1", "v3", "v4", "v5", "v6"}, versions
    document = iam.get_policy_version(**where, VersionId="v5")["PolicyVersion"]["Document"]
    assert document["Statement"][0]["Action"] == "s3:Get5*", document
    iam.tag_policy(**where, Tags=[{"Key": "K", "Value": "v"}, {"Key": "k", "Value": "v"}])
    assert len(iam.list_policy_tags(**where)["Tags"]) == 2
    iam.untag_policy(**where, TagKeys=["K", "k"])
    assert iam.get_policy(**where)["Policy"]["Description"] == "d"
    for version in ("v1", "v3", "v4", "v6"):
        refused("DeleteConflict", None, iam.delete_policy, 409, **where)
        iam.delete_policy_version(**where, VersionId=version)
    iam.delete_policy(**where)
    refused("NoSuchEntity", None, iam.get_policy, 404, **where)


def case_who_has_a_policy(emulator):
    iam = emulator.iam
    where = {"PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
    iam.create_user(UserName="u")
    iam.create_group(GroupName="g")
    iam.attach_user_policy(UserName="u", **where)
    iam.attach_group_policy(GroupName="g", **where)
    found = iam.list_entities_for_policy(**where)
    assert [u["UserName"] for u in found["PolicyUsers"]] == ["u"], found
    assert [g["GroupName"] for g in found["PolicyGroups"]] == ["g"] and found["PolicyRoles"] == [], found
    attached = iam.list_policies(OnlyAttached=True)["Policies"]
    assert [(p["PolicyName"], p["AttachmentCount"]) for p in attached] == [("ReadOnlyAccess", 2)], attached


def case_policies_of_aws(emulator):
    iam = emulator.iam
    pages = iam.get_paginator("list_policies").paginate(Scope="AWS", PaginationConfig={"PageSize": 300})
    policies = [p for page in pages for p in page["Policies"]]
    assert len(policies) > 1500, len(policies)
    admin = next(p for p in policies if p["PolicyName"] == "AdministratorAccess")
    assert admin["PolicyId"] == "ANPAIWMBCKSKIEE64ZLYK", admin
    where = {"PolicyArn": admin["Arn"]}
    document = iam.get_policy_version(**where, VersionId="v1")["PolicyVersion"]["Document"]
    assert document["Statement"] == [{"Effect": "Allow", "Action": "*", "Resource": "*"}], document
    refused("AccessDenied", "Cannot delete policies outside your own account.", iam.delete_policy, 403, **where)
    assert iam.list_policies(Scope="Local")["Policies"] == []


def case_documents_are_checked(emulator):
    iam = emulator.iam
    for document, message in [
        ("{", "Syntax errors in policy."),
        ('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*"}]}',
         "Policy statement must contain resources."),
    ]:
        refused("MalformedPolicyDocument", message, iam.create_policy, 400, PolicyName="p", PolicyDocument=document)
    large = statement([f"s3:GetObject{number:05}" for number in range(500)])
    refused("LimitExceeded", "Cannot exceed quota for PolicySize: 6144", iam.create_policy, 409, PolicyName="p",
            PolicyDocument=large)
