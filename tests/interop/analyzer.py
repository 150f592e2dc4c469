"""`ValidatePolicy` of Access Analyzer."""

import json

from emulator import ACCOUNT, refused, statement, trust


def case_policies_are_checked(emulator):
    analyzer = emulator.client("accessanalyzer")
    where = {"policyType": "IDENTITY_POLICY"}
    assert analyzer.validate_policy(policyDocument=statement("s3:ListBucket"), **where)["findings"] == []
    found = analyzer.validate_policy(policyDocument=statement("s3:GetObjekt"), **where)["findings"]
    assert [(f["issueCode"], f["findingType"]) for f in found] == [("INVALID_ACTION", "ERROR")], found
    place = found[0]["locations"][0]
    assert place["path"] == [{"value": "Statement"}, {"index": 0}, {"value": "Action"}], place
    assert place["span"]["start"]["line"] == 1 and place["span"]["start"]["offset"] > 0, place
    resource = {"policyType": "RESOURCE_POLICY", "validatePolicyResourceType": "AWS::IAM::AssumeRolePolicyDocument"}
    document = trust({"Service": "ec2.amazonaws.com"})
    assert analyzer.validate_policy(policyDocument=document, **resource)["findings"] == []


def case_findings_come_in_pages(emulator):
    analyzer = emulator.client("accessanalyzer")
    names = [f"s3:Nothing{number}" for number in range(7)]
    body = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": names, "Resource": "*"}]}
    pages = analyzer.get_paginator("validate_policy").paginate(
        policyDocument=json.dumps(body), policyType="IDENTITY_POLICY", PaginationConfig={"PageSize": 3}
    )
    sizes = [len(page["findings"]) for page in pages]
    assert sum(sizes) == 7 and max(sizes) == 3, sizes


def case_a_check_that_is_refused(emulator):
    analyzer = emulator.client("accessanalyzer")
    refused("ValidationException", None, analyzer.validate_policy, 400, policyDocument="{}", policyType="NONE")
    try:
        analyzer.validate_policy(policyDocument="{}", policyType="NONE")
    except analyzer.exceptions.ValidationException as error:
        assert error.response["reason"] == "fieldValidationFailed", error.response
        assert [field["name"] for field in error.response["fieldList"]] == ["policyType"], error.response
    else:
        raise AssertionError("a type that does not exist is taken")
    given = {"policyDocument": statement(), "policyType": "IDENTITY_POLICY"}
    refused(
        "AccessDeniedException",
        f"User: arn:aws:iam::{ACCOUNT}:user/u is not authorized to perform: access-analyzer:ValidatePolicy on "
        f"resource: arn:aws:access-analyzer:us-east-1:{ACCOUNT}:* because no identity-based policy allows the "
        "access-analyzer:ValidatePolicy action",
        emulator.client("accessanalyzer", emulator.user("u")).validate_policy, 403, **given,
    )
    key = emulator.user("v", statement("access-analyzer:ValidatePolicy"))
    assert emulator.client("accessanalyzer", key).validate_policy(**given)["findings"] != []
    wrong = emulator.client("accessanalyzer", (emulator.key[0], "x" * 40))
    refused("InvalidSignatureException", None, wrong.validate_policy, 403, **given)
    nobody = emulator.client("accessanalyzer", ("AKIAQQQQQQQQQQQQQQQQ", "x"))
    refused("UnrecognizedClientException", None, nobody.validate_policy, 403, **given)
    token = emulator.sts.get_session_token()["Credentials"]
    assert "findings" in emulator.with_credentials("accessanalyzer", token).validate_policy(**given)
    refused("NotImplemented", None, analyzer.list_access_previews, 501, analyzerArn="a")


def case_custom_checks(emulator):
    analyzer = emulator.client("accessanalyzer")
    wide, narrow = statement("s3:*"), statement("s3:GetObject")
    new = lambda new, old: analyzer.check_no_new_access(
        newPolicyDocument=new, existingPolicyDocument=old, policyType="IDENTITY_POLICY"
    )
    assert new(narrow, wide)["result"] == "PASS"
    failed = new(wide, narrow)
    assert failed["result"] == "FAIL" and failed["reasons"][0]["statementIndex"] == 0, failed
    granted = analyzer.check_access_not_granted(
        policyDocument=narrow, access=[{"actions": ["s3:PutObject"]}], policyType="IDENTITY_POLICY"
    )
    assert granted["result"] == "PASS", granted
    public = analyzer.check_no_public_access(policyDocument=trust("*"), resourceType="AWS::IAM::AssumeRolePolicyDocument")
    assert public["result"] == "FAIL", public
    unfit = {"policyDocument": "{", "resourceType": "AWS::S3::Bucket"}
    refused("InvalidParameterException", None, analyzer.check_no_public_access, 400, **unfit)


def case_findings_and_archive_rules(emulator):
    emulator.iam.create_role(RoleName="partner", AssumeRolePolicyDocument=trust({"AWS": "999988887777"}))
    analyzer = emulator.client("accessanalyzer")
    arn = analyzer.create_analyzer(analyzerName="watch", type="ACCOUNT")["arn"]
    assert analyzer.get_analyzer(analyzerName="watch")["analyzer"]["status"] == "ACTIVE"
    assert [one["name"] for one in analyzer.list_analyzers()["analyzers"]] == ["watch"]
    found = analyzer.list_findings(analyzerArn=arn)["findings"]
    assert [one["principal"] for one in found] == [{"AWS": "999988887777"}], found
    assert analyzer.get_finding(analyzerArn=arn, id=found[0]["id"])["finding"]["isPublic"] is False
    rule = {"analyzerName": "watch", "ruleName": "partners", "filter": {"principal.AWS": {"eq": ["999988887777"]}}}
    analyzer.create_archive_rule(**rule)
    assert analyzer.list_findings_v2(analyzerArn=arn)["findings"][0]["status"] == "ARCHIVED"
    assert [one["ruleName"] for one in analyzer.list_archive_rules(analyzerName="watch")["archiveRules"]] == ["partners"]
    analyzer.update_archive_rule(**{**rule, "filter": {"isPublic": {"eq": ["true"]}}})
    analyzer.apply_archive_rule(analyzerArn=arn, ruleName="partners")
    assert analyzer.get_archive_rule(analyzerName="watch", ruleName="partners")["archiveRule"]["filter"]
    detail = analyzer.get_finding_v2(analyzerArn=arn, id=found[0]["id"])
    assert detail["findingType"] == "ExternalAccess" and detail["status"] == "ACTIVE", detail
    analyzer.update_findings(analyzerArn=arn, status="ARCHIVED", ids=[found[0]["id"]])
    assert analyzer.list_findings(analyzerArn=arn)["findings"][0]["status"] == "ARCHIVED"
    analyzer.delete_archive_rule(analyzerName="watch", ruleName="partners")
    analyzer.delete_analyzer(analyzerName="watch")
    refused("ResourceNotFoundException", None, analyzer.get_analyzer, 404, analyzerName="watch")
    unused = analyzer.create_analyzer(analyzerName="unused", type="ACCOUNT_UNUSED_ACCESS")["arn"]
    assert analyzer.list_findings_v2(analyzerArn=unused)["findings"] == [], "nothing is old yet"
