"""Temporary credentials."""

import base64
import json
import tempfile
import time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

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


def case_a_web_identity_gets_a_role(emulator):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    numbers = key.public_key().public_numbers()
    part = lambda value: base64.urlsafe_b64encode(value).rstrip(b"=").decode()
    number = lambda value: part(value.to_bytes((value.bit_length() + 7) // 8, "big"))
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"keys": [{"kty": "RSA", "kid": "one", "n": number(numbers.n), "e": number(numbers.e)}]}, file)
        file.flush()
        with emulator.beside("--jwks", f"https://issuer.example.com={file.name}") as other:
            provider = other.iam.create_open_id_connect_provider(
                Url="https://issuer.example.com", ClientIDList=["app"], ThumbprintList=["0" * 40]
            )["OpenIDConnectProviderArn"]
            policy = json.loads(trust({"Federated": provider}))
            policy["Statement"][0]["Action"] = "sts:AssumeRoleWithWebIdentity"
            other.iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(policy))
            now = int(time.time())
            claims = {"iss": "https://issuer.example.com", "aud": "app", "sub": "me", "iat": now, "exp": now + 600}
            head = json.dumps({"alg": "RS256", "kid": "one"}).encode()
            signed = f"{part(head)}.{part(json.dumps(claims).encode())}"
            seal = part(key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))
            role = {"RoleArn": arn("role/r"), "RoleSessionName": "run"}
            given = other.sts.assume_role_with_web_identity(WebIdentityToken=f"{signed}.{seal}", **role)
            assert given["SubjectFromWebIdentityToken"] == "me" and given["Provider"] == provider, given
            session = other.with_credentials("sts", given["Credentials"])
            assert session.get_caller_identity()["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/r/run"
            refused("InvalidIdentityToken", None, other.sts.assume_role_with_web_identity, 400,
                    WebIdentityToken=f"{signed}.{seal[::-1]}", **role)
