//! Instance profiles, identity providers and server certificates, one at a time.

use super::missing;
use crate::api::{Iam, Operation};
use crate::backend::convert;
use crate::backend::run::Run;
use crate::base::arn::{Arn, ArnError};
use crate::model::{
    ErrorKind, Fact, InstanceProfileName, LoadError, OidcProvider, OidcProviderFacts, SamlProvider, SamlProviderFacts,
    ServerCertificateFacts, ServerCertificateName, Source, Update,
};

pub(super) async fn instance_profile(run: &Run, name: &InstanceProfileName) -> Result<(), LoadError> {
    const OPERATION: Operation = Operation::Iam(Iam::GetInstanceProfile);
    let call = || run.clients.iam.get_instance_profile().instance_profile_name(name.as_str()).send();
    let output = run.call(OPERATION, call).await?;
    let held = output.instance_profile().ok_or_else(|| missing(OPERATION))?;
    let seen = run.seen(Source::Detail);
    let mut profile = convert::listed_instance_profile(held, seen).map_err(|error| garbled(OPERATION, error))?;
    profile.facts.tags = convert::all_tags(held.tags(), seen);
    run.read(Update::InstanceProfile(Box::new(profile)));
    Ok(())
}

pub(super) async fn oidc_provider(run: &Run, arn: &Arn) -> Result<(), LoadError> {
    let call = || run.clients.iam.get_open_id_connect_provider().open_id_connect_provider_arn(arn.as_str()).send();
    let output = run.call(Iam::GetOpenIDConnectProvider, call).await?;
    let seen = run.seen(Source::Detail);
    let texts = |list: &[String]| list.iter().map(|text| text.as_str().into()).collect();
    let facts = OidcProviderFacts {
        created: Fact::told(convert::time_opt(output.create_date()), seen),
        audiences: Fact::Known(texts(output.client_id_list()), seen),
        thumbprints: Fact::Known(texts(output.thumbprint_list()), seen),
        tags: Fact::Known(convert::tags(output.tags()), seen),
    };
    run.read(Update::OidcProvider(Box::new(OidcProvider { arn: arn.clone(), facts })));
    Ok(())
}

pub(super) async fn saml_provider(run: &Run, arn: &Arn) -> Result<(), LoadError> {
    let call = || run.clients.iam.get_saml_provider().saml_provider_arn(arn.as_str()).send();
    let output = run.call(Iam::GetSAMLProvider, call).await?;
    let seen = run.seen(Source::Detail);
    let facts = SamlProviderFacts {
        metadata: Fact::told(output.saml_metadata_document().map(Into::into), seen),
        tags: Fact::Known(convert::tags(output.tags()), seen),
    };
    let provider = SamlProvider {
        arn: arn.clone(),
        created: convert::time_opt(output.create_date()),
        valid_until: convert::time_opt(output.valid_until()),
        facts,
    };
    run.read(Update::SamlProvider(Box::new(provider)));
    Ok(())
}

pub(super) async fn server_certificate(run: &Run, name: &ServerCertificateName) -> Result<(), LoadError> {
    const OPERATION: Operation = Operation::Iam(Iam::GetServerCertificate);
    let call = || run.clients.iam.get_server_certificate().server_certificate_name(name.as_str()).send();
    let output = run.call(OPERATION, call).await?;
    let held = output.server_certificate().ok_or_else(|| missing(OPERATION))?;
    let about = held.server_certificate_metadata().ok_or_else(|| missing(OPERATION))?;
    let seen = run.seen(Source::Detail);
    let mut certificate = convert::server_certificate(about).map_err(|error| garbled(OPERATION, error))?;
    certificate.facts = ServerCertificateFacts {
        body: Fact::Known(held.certificate_body().into(), seen),
        chain: Fact::told(held.certificate_chain().map(Into::into), seen),
        tags: Fact::Known(convert::tags(held.tags()), seen),
    };
    run.read(Update::ServerCertificate(Box::new(certificate)));
    Ok(())
}

fn garbled(operation: Operation, error: ArnError) -> LoadError {
    LoadError::new(ErrorKind::Garbled, operation).detail(&error.to_string())
}
