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
    refused("NotImplemented", None, analyzer.list_analyzers, 501)
