"""Identity providers, server certificates, and what there is once in an account."""

from emulator import arn, fixture, refused

METADATA = (
    '<?xml version="1.0"?><EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp">'
    f"<!-- {'x' * 1000} --></EntityDescriptor>"
)


def case_openid_connect(emulator):
    iam = emulator.iam
    made = iam.create_open_id_connect_provider(
        Url="https://token.actions.githubusercontent.com", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["a" * 40]
    )
    where = {"OpenIDConnectProviderArn": made["OpenIDConnectProviderArn"]}
    assert where["OpenIDConnectProviderArn"] == arn("oidc-provider/token.actions.githubusercontent.com")
    refused("ValidationError", "Invalid Open ID Connect Provider URL", iam.create_open_id_connect_provider, 400,
            Url="http://example.com")
    iam.add_client_id_to_open_id_connect_provider(**where, ClientID="b")
    iam.remove_client_id_from_open_id_connect_provider(**where, ClientID="sts.amazonaws.com")
    iam.update_open_id_connect_provider_thumbprint(**where, ThumbprintList=["b" * 40])
    read = iam.get_open_id_connect_provider(**where)
    assert (read["ClientIDList"], read["ThumbprintList"], read["Tags"]) == (["b"], ["b" * 40], []), read
    iam.tag_open_id_connect_provider(**where, Tags=[{"Key": "a", "Value": "b"}])
    assert len(iam.list_open_id_connect_provider_tags(**where)["Tags"]) == 1
    iam.untag_open_id_connect_provider(**where, TagKeys=["a"])
    listed = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    assert [provider["Arn"] for provider in listed] == [where["OpenIDConnectProviderArn"]], listed
    iam.delete_open_id_connect_provider(**where)
    refused("NoSuchEntity", None, iam.get_open_id_connect_provider, 404, **where)


def case_saml(emulator):
    iam = emulator.iam
    where = {"SAMLProviderArn": iam.create_saml_provider(Name="idp", SAMLMetadataDocument=METADATA)["SAMLProviderArn"]}
    refused("InvalidInput", None, iam.create_saml_provider, 400, Name="other", SAMLMetadataDocument="<a>" * 400)
    assert iam.get_saml_provider(**where)["SAMLMetadataDocument"] == METADATA
    iam.update_saml_provider(**where, SAMLMetadataDocument=METADATA.replace("https://idp", "https://other"))
    iam.tag_saml_provider(**where, Tags=[{"Key": "a", "Value": "b"}])
    assert len(iam.list_saml_provider_tags(**where)["Tags"]) == 1
    iam.untag_saml_provider(**where, TagKeys=["a"])
    assert len(iam.list_saml_providers()["SAMLProviderList"]) == 1
    iam.delete_saml_provider(**where)
    refused("NoSuchEntity", f"Manifest not found for arn {where['SAMLProviderArn']}", iam.delete_saml_provider, 404,
            **where)


def case_server_certificates(emulator):
    iam = emulator.iam
    body, key = fixture("certificate.pem"), fixture("certificate-key.pem")
    made = iam.upload_server_certificate(ServerCertificateName="site", CertificateBody=body, PrivateKey=key)
    assert made["ServerCertificateMetadata"]["Arn"] == arn("server-certificate/site"), made
    refused("KeyPairMismatch", None, iam.upload_server_certificate, 400, ServerCertificateName="other",
            CertificateBody=body, PrivateKey=fixture("elliptic-key.pem"))
    iam.update_server_certificate(ServerCertificateName="site", NewServerCertificateName="shop")
    where = {"ServerCertificateName": "shop"}
    assert iam.get_server_certificate(**where)["ServerCertificate"]["CertificateBody"] == body.strip()
    iam.tag_server_certificate(**where, Tags=[{"Key": "a", "Value": "b"}])
    assert len(iam.list_server_certificate_tags(**where)["Tags"]) == 1
    iam.untag_server_certificate(**where, TagKeys=["a"])
    assert len(iam.list_server_certificates()["ServerCertificateMetadataList"]) == 1
    iam.delete_server_certificate(**where)
    refused("NoSuchEntity", "The Server Certificate with name shop cannot be found.", iam.get_server_certificate, 404,
            **where)


def case_alias_and_preferences(emulator):
    iam = emulator.iam
    iam.create_account_alias(AccountAlias="example-corp")
    assert iam.list_account_aliases()["AccountAliases"] == ["example-corp"]
    iam.delete_account_alias(AccountAlias="example-corp")
    iam.set_security_token_service_preferences(GlobalEndpointTokenVersion="v2Token")
    assert iam.get_account_summary()["SummaryMap"]["GlobalEndpointTokenVersion"] == 2
