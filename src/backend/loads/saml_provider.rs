//! SAML providers, which come in one answer without pages.

use super::rows;
use crate::api::{Iam, Operation};
use crate::backend::convert;
use crate::backend::run::Run;
use crate::base::arn::Arn;
use crate::model::{Fact, LoadError, Page, SamlProvider, SamlProviderFacts, Source, Update};

pub(super) async fn list(run: &Run) -> Result<(), LoadError> {
    const OPERATION: Operation = Operation::Iam(Iam::ListSAMLProviders);
    let output = run.call(OPERATION, || run.clients.iam.list_saml_providers().send()).await?;
    let read = rows(
        OPERATION,
        output.saml_provider_list().iter().map(|row| {
            Ok(SamlProvider {
                arn: Arn::parse(row.arn().unwrap_or_default())?,
                created: convert::time_opt(row.create_date()),
                valid_until: convert::time_opt(row.valid_until()),
                facts: SamlProviderFacts { metadata: Fact::Unknown, tags: Fact::Unknown },
            })
        }),
    )?;
    run.read(Update::SamlProviders(Page::whole(read, run.clock.now())));
    Ok(())
}

pub(super) async fn one(run: &Run, arn: &Arn) -> Result<(), LoadError> {
    let call = || run.clients.iam.get_saml_provider().saml_provider_arn(arn.as_str()).send();
    let output = run.call(Iam::GetSAMLProvider, call).await?;
    let seen = run.seen(Source::Detail);
    let facts = SamlProviderFacts {
        metadata: Fact::reported(output.saml_metadata_document().map(Into::into), seen),
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
