"""What stands beside the users and roles: last access, root access, outbound tokens, Organizations, CloudTrail."""

import base64
import json
import os
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request

from emulator import ACCOUNT, arn, refused, statement, trust

MAIN, DEV = "111122223333", "444455556666"
ORGANIZATION = {
    "management_account": MAIN,
    "root": {
        "accounts": [{"id": MAIN, "name": "main"}],
        "ous": [{
            "name": "dev",
            "scps": [json.loads(statement("s3:DeleteBucket", effect="Deny"))],
            "accounts": [{"id": DEV, "name": "dev"}],
        }],
    },
}


def with_file(emulator, flag, content):
    """Another emulator that is given a file."""
    path = os.path.join(emulator.home, "file.json")
    with open(path, "w") as file:
        json.dump(content, file)
    return emulator.beside(flag, path)


def case_services_last_accessed(emulator):
    iam = emulator.iam
    key = emulator.user("ada", statement(["iam:*", "s3:GetObject"]))
    emulator.client("iam", key).get_user()
    job = iam.generate_service_last_accessed_details(Arn=arn("user/ada"), Granularity="ACTION_LEVEL")["JobId"]
    report = iam.get_service_last_accessed_details(JobId=job)
    assert report["JobStatus"] == "COMPLETED" and report["JobType"] == "ACTION_LEVEL", report
    services = {one["ServiceNamespace"]: one for one in report["ServicesLastAccessed"]}
    assert set(services) == {"iam", "s3"}, services
    assert services["iam"]["LastAuthenticatedEntity"] == arn("user/ada"), services["iam"]
    assert "LastAuthenticated" not in services["s3"], services["s3"]
    with_entities = iam.get_service_last_accessed_details_with_entities(JobId=job, ServiceNamespace="iam")
    assert with_entities["EntityDetailsList"][0]["EntityInfo"]["Name"] == "ada", with_entities
    granting = iam.list_policies_granting_service_access(Arn=arn("user/ada"), ServiceNamespaces=["s3"])
    policies = granting["PoliciesGrantingServiceAccess"][0]["Policies"]
    assert policies == [{"PolicyName": "p0", "PolicyType": "INLINE", "EntityType": "USER", "EntityName": "ada"}], policies


def case_organizations_are_read(emulator):
    with with_file(emulator, "--organization", ORGANIZATION) as organized:
        organizations = organized.client("organizations")
        assert organizations.describe_organization()["Organization"]["MasterAccountId"] == MAIN
        pages = organizations.get_paginator("list_accounts").paginate(PaginationConfig={"PageSize": 1})
        assert [account["Id"] for page in pages for account in page["Accounts"]] == [MAIN, DEV]
        root = organizations.list_roots()["Roots"][0]["Id"]
        units = organizations.list_organizational_units_for_parent(ParentId=root)["OrganizationalUnits"]
        assert [unit["Name"] for unit in units] == ["dev"], units
        unit = units[0]["Id"]
        assert organizations.list_children(ParentId=unit, ChildType="ACCOUNT")["Children"] == [{"Id": DEV, "Type": "ACCOUNT"}]
        assert organizations.list_parents(ChildId=DEV)["Parents"][0]["Id"] == unit
        listed = organizations.list_policies_for_target(TargetId=unit, Filter="SERVICE_CONTROL_POLICY")["Policies"]
        own = [policy["Id"] for policy in listed if not policy["AwsManaged"]]
        content = organizations.describe_policy(PolicyId=own[0])["Policy"]["Content"]
        assert json.loads(content)["Statement"][0]["Effect"] == "Deny", content
        assert organizations.list_targets_for_policy(PolicyId=own[0])["Targets"][0]["Name"] == "dev"
        missing = organizations.exceptions.AccountNotFoundException
        try:
            organizations.describe_account(AccountId="999999999999")
        except missing:
            pass
        else:
            raise AssertionError("an account that is not there is described")
        iam = organized.iam
        path = f"{organizations.describe_organization()['Organization']['Id']}/{root}"
        job = iam.generate_organizations_access_report(EntityPath=path)["JobId"]
        assert iam.get_organizations_access_report(JobId=job)["NumberOfServicesAccessible"] > 300
    refused(
        "AWSOrganizationsNotInUseException", None, emulator.client("organizations").describe_organization, 400
    )


def case_root_users_are_managed_centrally(emulator):
    with with_file(emulator, "--organization", ORGANIZATION) as organized:
        iam = organized.iam
        assert iam.list_organizations_features()["EnabledFeatures"] == []
        iam.enable_organizations_root_credentials_management()
        iam.enable_organizations_root_sessions()
        iam.disable_organizations_root_sessions()
        enabled = iam.list_organizations_features()["EnabledFeatures"]
        assert enabled == ["RootCredentialsManagement"], enabled
        iam.create_user(UserName="ada")
        iam.put_user_policy(UserName="ada", PolicyName="all", PolicyDocument=statement())
        key = iam.create_access_key(UserName="ada")["AccessKey"]
        sts = organized.client("sts", (key["AccessKeyId"], key["SecretAccessKey"]))
        task = {"arn": "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"}
        given = sts.assume_root(TargetPrincipal=DEV, TaskPolicyArn=task)["Credentials"]
        audit = organized.with_credentials("iam", given)
        assert len(audit.list_access_keys()["AccessKeyMetadata"]) == 1
        refused("AccessDenied", None, audit.create_user, 403, UserName="eve")
        iam.disable_organizations_root_credentials_management()


def case_tokens_are_verified_by_the_published_keys(emulator):
    issuer = emulator.iam.enable_outbound_web_identity_federation()["IssuerIdentifier"]
    token = emulator.sts.get_web_identity_token(Audience=["a", "b"], SigningAlgorithm="RS256")["WebIdentityToken"]
    part = issuer.removeprefix("https://").split(".")[0]
    base = f"{emulator.endpoint}/_iamtui/issuers/{part}/.well-known"
    with urllib.request.urlopen(f"{base}/openid-configuration", timeout=10) as answer:
        found = json.load(answer)
    with urllib.request.urlopen(found["jwks_uri"], timeout=10) as answer:
        keys = json.load(answer)["keys"]
    read = lambda text: base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    head, claims, signature = token.split(".")
    key = next(key for key in keys if key["kid"] == json.loads(read(head))["kid"])
    number = lambda text: int.from_bytes(read(text), "big")
    # RSASSA-PKCS1-v1_5: the signature, raised to the exponent, ends with the digest.
    import hashlib
    opened = pow(number(signature), number(key["e"]), number(key["n"])).to_bytes(256, "big")
    assert opened.endswith(hashlib.sha256(f"{head}.{claims}".encode()).digest()) and opened.startswith(b"\0\x01\xff")
    told = json.loads(read(claims))
    assert (told["iss"], told["aud"], told["sub"]) == (issuer, ["a", "b"], arn("root")), told


def case_calls_are_looked_up(emulator):
    emulator.iam.create_user(UserName="ada")
    trail = emulator.client("cloudtrail")
    found = trail.lookup_events(LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "CreateUser"}])
    event = found["Events"][0]
    assert abs(event["EventTime"].timestamp() - time.time()) < 60, event
    record = json.loads(event["CloudTrailEvent"])
    assert record["userIdentity"]["type"] == "Root" and record["requestParameters"] == {"userName": "ada"}, record
    pages = trail.get_paginator("lookup_events").paginate(PaginationConfig={"PageSize": 1})
    assert [e["EventName"] for page in pages for e in page["Events"]][:2] == ["LookupEvents", "CreateUser"]


def case_sign_in_sessions_are_listed_and_revoked(emulator):
    signin = emulator.client("signin")
    if not hasattr(signin, "list_sessions"):
        print("  (this boto3 does not know sign-in sessions)")
        return

    def to_emulator(request, **_):
        # The endpoint rules of these operations pass over an endpoint that is set.
        request.url = emulator.endpoint + urllib.parse.urlsplit(request.url).path

    signin.meta.events.register("before-sign.signin", to_emulator)
    given = emulator.client("sts").get_federation_token(Name="ada")["Credentials"]
    session = json.dumps({
        "sessionId": given["AccessKeyId"],
        "sessionKey": given["SecretAccessKey"],
        "sessionToken": given["SessionToken"],
    })

    def federation(**query):
        url = f"{emulator.endpoint}/federation?{urllib.parse.urlencode(query)}"
        with urllib.request.urlopen(url) as answer:
            return json.load(answer)

    token = federation(Action="getSigninToken", Session=session)["SigninToken"]
    opened = federation(Action="login", SigninToken=token)["sessionArn"]
    everybody = arn("*")
    pages = signin.get_paginator("list_sessions").paginate(principalArn=everybody, PaginationConfig={"PageSize": 1})
    assert [one["sessionArn"] for page in pages for one in page["items"]] == [opened]
    assert signin.get_session(sessionArn=opened, principalArn=everybody)["status"] == "ACTIVE"
    done = signin.batch_revoke_sessions(sessionArns=[opened], principalArn=everybody, reason="lost")
    assert (done["revokedSessions"], done["errors"]) == ([{"sessionArn": opened}], []), done
    revoked = signin.list_sessions(principalArn=everybody, status="REVOKED")["items"]
    assert [one["sessionArn"] for one in revoked] == [opened]
    refused("ResourceNotFoundException", None, signin.get_session, status=404, sessionArn="arn:aws:signin:us-east-1:1:session/x")


def case_a_denial_is_explained_by_its_id(emulator):
    key = emulator.user("ada", statement("iam:*"), statement("iam:GetUser", effect="Deny"))
    text = emulator.aws("iam", "get-user", "--user-name", "ada", key=key, fails=True)
    authorization = text.strip().rsplit(" ", 1)[1]
    toolbox = emulator.client("iam-toolbox")
    pages = list(toolbox.get_paginator("get_request_authorization_details").paginate(authorizationId=authorization))
    evaluation = pages[0]["evaluations"][0]
    assert (evaluation["action"], evaluation["evaluatedEffect"]) == ("iam:GetUser", "EXPLICIT_DENY"), evaluation
    assert [check["checkType"] for check in evaluation["checks"]] == ["PRINCIPAL"], evaluation
    denying = evaluation["checks"][0]["matchedPolicies"][1]["uri"]
    policy = toolbox.get_request_authorization_policy(authorizationId=authorization, policyUri=denying)
    assert policy["policyDocument"] == json.loads(statement("iam:GetUser", effect="Deny")), policy
    missing = toolbox.get_request_authorization_details
    refused("ResourceNotFoundException", None, missing, 404, authorizationId="0000")


def case_what_needs_a_partner_or_a_template_is_answered_as_without_them(emulator):
    iam, sts = emulator.iam, emulator.sts
    id_ = "d" * 20
    assert iam.list_delegation_requests()["DelegationRequests"] == []
    for name in ("get_delegation_request", "accept_delegation_request", "associate_delegation_request",
                 "reject_delegation_request", "update_delegation_request", "send_delegation_token"):
        refused("NoSuchEntity", None, getattr(iam, name), 404, DelegationRequestId=id_)
    refused("NoSuchEntity", None, iam.get_human_readable_summary, 404, EntityArn=arn(f"delegation-request/{id_}"))
    refused(
        "AccessDenied", None, iam.create_delegation_request, 403, Description="d", RequestorWorkflowId="workflow",
        Permissions={"PolicyTemplateArn": arn("policy/template")}, NotificationChannel="arn:aws:sns:::t",
        SessionDuration=900,
    )
    refused("ExpiredTradeInTokenException", None, sts.get_delegated_access_token, 400, TradeInToken="token")
    refused("NoSuchEntity", None, iam.get_role_template_version, 404, TemplateArn=arn("role-template/none"))
    refused("NoSuchEntity", None, iam.acquire_role, 404, TemplateArn=arn("role-template/none"))
    iam.put_account_properties(Properties={"RoleManager/Enabled": "true"})
    assert iam.get_account_properties()["Properties"] == {"RoleManager/Enabled": "true"}
    refused("InvalidInput", None, iam.put_account_properties, 400, Properties={"Enabled": "true"})


def case_an_account_is_carried_from_store_to_store(emulator):
    def run(*arguments):
        done = subprocess.run([emulator.binary, "emulate", *arguments], env=emulator.quiet, capture_output=True, text=True)
        assert done.returncode == 0, done
        return done.stdout
    iam = emulator.iam
    iam.create_user(UserName="ada", Path="/ops/")
    iam.put_user_policy(UserName="ada", PolicyName="own", PolicyDocument=statement("s3:Get*"))
    iam.create_role(RoleName="night", AssumeRolePolicyDocument=trust({"Service": "lambda.amazonaws.com"}))
    details = os.path.join(emulator.home, "details.json")
    with open(details, "w") as file:
        json.dump(emulator.aws("iam", "get-account-authorization-details"), file)
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        told = json.loads(run("import", details, "--data-dir", one))
        assert told["account_id"] == ACCOUNT, told
        exported = run("export", "--data-dir", one)
        file = os.path.join(emulator.home, "export.json")
        with open(file, "w") as out:
            out.write(exported)
        run("import", file, "--data-dir", two)
        with emulator.beside(place=("--data-dir", two)) as copy:
            assert copy.key == (told["access_key_id"], told["secret_access_key"]), "another root key"
            user = copy.iam.get_user(UserName="ada")["User"]
            assert user["Arn"] == arn("user/ops/ada"), user
            assert copy.iam.get_user_policy(UserName="ada", PolicyName="own")["PolicyDocument"]


def case_faults_and_other_times(emulator):
    with emulator.beside("--fail", "CreateUser=LimitExceeded:0.5", "--clock", "-400d") as weather:
        weather.iam.create_user(UserName="ada")
        refused("LimitExceeded", None, weather.iam.create_user, 409, UserName="bob")
        made = weather.iam.get_user(UserName="ada")["User"]["CreateDate"].timestamp()
        assert 399 < (time.time() - made) / 86400 < 401, made
