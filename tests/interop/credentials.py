"""Access keys, passwords, SSH keys, certificates and service credentials."""

import csv

from emulator import fixture, refused, statement


def case_access_keys(emulator):
    iam = emulator.iam
    key = emulator.user("ada")
    own = emulator.client("iam", key)
    who = emulator.client("sts", key).get_caller_identity()
    assert who["Arn"].endswith(":user/ada") and who["UserId"].startswith("AIDA"), who
    iam.create_access_key(UserName="ada")
    refused("LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2", iam.create_access_key, 409,
            UserName="ada")
    used = iam.get_access_key_last_used(AccessKeyId=key[0])
    assert used["UserName"] == "ada" and used["AccessKeyLastUsed"]["ServiceName"] == "sts", used
    iam.update_access_key(UserName="ada", AccessKeyId=key[0], Status="Inactive")
    refused("InvalidClientTokenId", "The security token included in the request is invalid.", own.get_user, 403)
    statuses = {k["AccessKeyId"]: k["Status"] for k in iam.list_access_keys(UserName="ada")["AccessKeyMetadata"]}
    assert statuses[key[0]] == "Inactive" and len(statuses) == 2, statuses
    for identity in statuses:
        iam.delete_access_key(UserName="ada", AccessKeyId=identity)
    refused("NoSuchEntity", f"The Access Key with id {key[0]} cannot be found.", iam.delete_access_key, 404,
            UserName="ada", AccessKeyId=key[0])


def case_passwords(emulator):
    iam = emulator.iam
    key = emulator.user("ada", statement("iam:ChangePassword"))
    refused("NoSuchEntity", "Login Profile for User ada cannot be found.", iam.get_login_profile, 404, UserName="ada")
    refused("PasswordPolicyViolation", None, iam.create_login_profile, 400, UserName="ada", Password="weak")
    profile = iam.create_login_profile(UserName="ada", Password="Str0ng-pass", PasswordResetRequired=True)
    assert profile["LoginProfile"]["PasswordResetRequired"] is True, profile
    refused("EntityAlreadyExists", "Login Profile for user ada already exists.", iam.create_login_profile, 409,
            UserName="ada", Password="Str0ng-pass")
    own = emulator.client("iam", key)
    own.change_password(OldPassword="Str0ng-pass", NewPassword="0ther-pass")
    assert iam.get_login_profile(UserName="ada")["LoginProfile"]["PasswordResetRequired"] is False
    iam.update_login_profile(UserName="ada", Password="Third-pass1")
    iam.delete_login_profile(UserName="ada")


def case_the_password_policy(emulator):
    iam = emulator.iam
    refused("NoSuchEntity", "The Password Policy with domain name 123456789012 cannot be found.",
            iam.get_account_password_policy, 404)
    iam.update_account_password_policy(MinimumPasswordLength=14, RequireSymbols=True, MaxPasswordAge=90)
    policy = iam.get_account_password_policy()["PasswordPolicy"]
    assert policy["MinimumPasswordLength"] == 14 and policy["ExpirePasswords"] is True, policy
    assert "PasswordReusePrevention" not in policy and "HardExpiry" not in policy, policy
    iam.delete_account_password_policy()
    refused("NoSuchEntity", "The account policy with name PasswordPolicy cannot be found.",
            iam.delete_account_password_policy, 404)


def case_ssh_keys(emulator):
    iam = emulator.iam
    iam.create_user(UserName="ada")
    key = iam.upload_ssh_public_key(UserName="ada", SSHPublicKeyBody=fixture("ssh-key.pub"))["SSHPublicKey"]
    assert key["Fingerprint"] == fixture("ssh-key.md5").strip(), key
    where = {"UserName": "ada", "SSHPublicKeyId": key["SSHPublicKeyId"]}
    read = iam.get_ssh_public_key(**where, Encoding="PEM")["SSHPublicKey"]
    assert read["SSHPublicKeyBody"] == fixture("ssh-key.pem"), read
    iam.update_ssh_public_key(**where, Status="Inactive")
    assert iam.list_ssh_public_keys(UserName="ada")["SSHPublicKeys"][0]["Status"] == "Inactive"
    refused("DuplicateSSHPublicKey", None, iam.upload_ssh_public_key, 400, UserName="ada",
            SSHPublicKeyBody=fixture("ssh-key.pub"))
    iam.delete_ssh_public_key(**where)
    missing = f"The Public Key with id {key['SSHPublicKeyId']} cannot be found."
    refused("NoSuchEntity", missing, iam.delete_ssh_public_key, 404, **where)


def case_signing_certificates(emulator):
    iam = emulator.iam
    iam.create_user(UserName="ada")
    refused("MalformedCertificate", "Certificate nonsense is malformed.", iam.upload_signing_certificate, 400,
            UserName="ada", CertificateBody="nonsense")
    body = fixture("certificate.pem")
    made = iam.upload_signing_certificate(UserName="ada", CertificateBody=body)["Certificate"]
    where = {"UserName": "ada", "CertificateId": made["CertificateId"]}
    refused("DuplicateCertificate", None, iam.upload_signing_certificate, 409, UserName="ada", CertificateBody=body)
    iam.update_signing_certificate(**where, Status="Inactive")
    listed = iam.list_signing_certificates(UserName="ada")["Certificates"]
    assert listed[0]["Status"] == "Inactive" and listed[0]["CertificateBody"] == body, listed
    iam.delete_signing_certificate(**where)


def case_service_specific_credentials(emulator):
    iam = emulator.iam
    iam.create_user(UserName="ada")
    create = iam.create_service_specific_credential
    made = create(UserName="ada", ServiceName="cassandra.amazonaws.com")["ServiceSpecificCredential"]
    assert made["ServiceUserName"] == "ada-at-123456789012" and made["ServicePassword"], made
    where = {"UserName": "ada", "ServiceSpecificCredentialId": made["ServiceSpecificCredentialId"]}
    iam.update_service_specific_credential(**where, Status="Inactive")
    listed = iam.list_service_specific_credentials(UserName="ada")
    assert listed["ServiceSpecificCredentials"][0]["Status"] == "Inactive", listed
    assert "ServicePassword" not in listed["ServiceSpecificCredentials"][0], listed
    reset = iam.reset_service_specific_credential(**where)["ServiceSpecificCredential"]
    assert reset["ServicePassword"] != made["ServicePassword"], reset
    refused("DeleteConflict", "Cannot delete entity, must remove referenced objects first.", iam.delete_user, 409,
            UserName="ada")
    iam.delete_service_specific_credential(**where)


def case_the_credential_report(emulator):
    iam = emulator.iam
    emulator.user("ada,countess")
    refused("ReportNotPresent", None, iam.get_credential_report, 410)
    assert iam.generate_credential_report()["State"] == "STARTED"
    assert iam.generate_credential_report()["State"] == "COMPLETE"
    report = iam.get_credential_report()
    assert report["ReportFormat"] == "text/csv", report
    rows = list(csv.DictReader(report["Content"].decode().splitlines()))
    assert len(rows[0]) == 22 and [row["user"] for row in rows] == ["<root_account>", "ada,countess"], rows
    assert rows[1]["access_key_1_active"] == "true" and rows[1]["password_enabled"] == "false", rows
