"""Temporary credentials."""

import base64
import datetime
import json
import tempfile
import time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree
from signxml import DigestAlgorithm, SignatureMethod, XMLSigner

from emulator import ACCOUNT, arn, fixture, refused, statement, trust

SIGN_IN = "https://signin.aws.amazon.com/saml"


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


def said(role, provider, name="jo@example.com", minutes=5):
    """A SAML response with one assertion, which nobody has signed yet."""
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    stamp = lambda at: at.strftime("%Y-%m-%dT%H:%M:%SZ")
    ends = stamp(now + datetime.timedelta(minutes=minutes))
    attribute = lambda key, value: (
        f'<Attribute Name="https://aws.amazon.com/SAML/Attributes/{key}"><AttributeValue'
        f' xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xsi:type="xs:string">{value}</AttributeValue></Attribute>'
    )
    return etree.fromstring(f"""<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r" Version="2.0">
  <samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
  <Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" Version="2.0" ID="_a" IssueInstant="{stamp(now)}">
    <Issuer>https://idp</Issuer>
    <ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="placeholder"/>
    <Subject>
      <NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient">j&amp;o <!-- no part of it -->&gt; ü</NameID>
      <SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
        <SubjectConfirmationData NotOnOrAfter="{ends}" Recipient="{SIGN_IN}"/>
      </SubjectConfirmation>
    </Subject>
    <Conditions NotBefore="{stamp(now)}" NotOnOrAfter="{ends}">
      <AudienceRestriction><Audience>urn:amazon:webservices</Audience></AudienceRestriction>
    </Conditions>
    <AttributeStatement>{attribute("Role", role + "," + provider)}{attribute("RoleSessionName", name)}{
      attribute("PrincipalTag:Team", "blue")}</AttributeStatement>
  </Assertion>
</samlp:Response>""")


def sealed(response, whole=False, method=SignatureMethod.RSA_SHA256, digest=DigestAlgorithm.SHA256):
    """The response, signed by the fixture's key: its assertion, or all of it."""
    assertion = response.find("{urn:oasis:names:tc:SAML:2.0:assertion}Assertion")
    target = response if whole else assertion
    if whole:
        place = assertion.find(".//*[@Id='placeholder']")
        assertion.remove(place)
        response.insert(0, place)

    class Signer(XMLSigner):
        def check_deprecated_methods(self):
            """SHA-1 is what is tried here."""

    signer = Signer(signature_algorithm=method, digest_algorithm=digest, c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#")
    signed = signer.sign(target, key=fixture("certificate-key.pem"), cert=fixture("certificate.pem"), reference_uri=target.get("ID"))
    if not whole:
        response.replace(assertion, signed)
        signed = response
    return base64.b64encode(etree.tostring(signed)).decode()


def case_a_person_whom_a_saml_provider_vouches_for_gets_a_role(emulator):
    body = "".join(fixture("certificate.pem").strip().splitlines()[1:-1])
    metadata = (
        '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp"><IDPSSODescriptor '
        'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor use="signing"><KeyInfo '
        f'xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>{body}</X509Certificate></X509Data>'
        "</KeyInfo></KeyDescriptor></IDPSSODescriptor></EntityDescriptor>"
    )
    provider = emulator.iam.create_saml_provider(Name="corp", SAMLMetadataDocument=metadata)["SAMLProviderArn"]
    trusted = {"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": {"Federated": provider}, "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
        "Condition": {"StringEquals": {"SAML:aud": SIGN_IN, "saml:sub_type": "transient", "aws:RequestTag/Team": "blue"}},
    }}
    emulator.iam.create_role(RoleName="desk", AssumeRolePolicyDocument=json.dumps(trusted))
    where = {"RoleArn": arn("role/desk"), "PrincipalArn": provider}
    for whole in (False, True):
        for method, digest in [
            (SignatureMethod.RSA_SHA256, DigestAlgorithm.SHA256),
            (SignatureMethod.RSA_SHA512, DigestAlgorithm.SHA512),
            (SignatureMethod.RSA_SHA1, DigestAlgorithm.SHA1),
        ]:
            response = sealed(said(where["RoleArn"], provider), whole, method, digest)
            given = emulator.sts.assume_role_with_saml(**where, SAMLAssertion=response)
            assert (given["Subject"], given["SubjectType"]) == ("j&o > ü", "transient"), given
            assert (given["Issuer"], given["Audience"]) == ("https://idp", SIGN_IN), given
            assert given["AssumedRoleUser"]["Arn"].endswith("assumed-role/desk/jo@example.com"), given
    call = emulator.sts.assume_role_with_saml
    unsigned = base64.b64encode(etree.tostring(said(where["RoleArn"], provider))).decode()
    refused("InvalidIdentityToken", "Response signature invalid", call, 400, **where, SAMLAssertion=unsigned)
    late = sealed(said(where["RoleArn"], provider, minutes=-1))
    refused("ExpiredTokenException", None, call, 400, **where, SAMLAssertion=late)
    strange = sealed(said(arn("role/other"), provider))
    refused("AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML", call, 403, **where, SAMLAssertion=strange)


def case_what_takes_more_than_one_account_is_refused(emulator):
    sts = emulator.sts
    refused("InvalidAuthorizationMessageException", None, sts.decode_authorization_message, 400, EncodedMessage="x" * 20)
    refused("AccessDenied", None, sts.assume_root, 403, TargetPrincipal="111122223333",
            TaskPolicyArn={"arn": "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"})
    refused("OutboundWebIdentityFederationDisabledException", None, sts.get_web_identity_token, 403,
            Audience=["https://example.com"], SigningAlgorithm="RS256")
