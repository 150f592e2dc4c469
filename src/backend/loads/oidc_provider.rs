//! OpenID Connect providers, which come in one answer without pages.

use super::rows;
use crate::api::{Iam, Operation};
use crate::backend::convert;
use crate::backend::run::Run;
use crate::base::arn::Arn;
use crate::model::{Fact, LoadError, OidcProvider, OidcProviderFacts, Page, Source, Update};

pub(super) async fn list(run: &Run) -> Result<(), LoadError> {
    const OPERATION: Operation = Operation::Iam(Iam::ListOpenIDConnectProviders);
    let output = run.call(OPERATION, || run.clients.iam.list_open_id_connect_providers().send()).await?;
    let read = rows(
        OPERATION,
        output.open_id_connect_provider_list().iter().map(|row| {
            Ok(OidcProvider { arn: Arn::parse(row.arn().unwrap_or_default())?, facts: OidcProviderFacts::default() })
        }),
    )?;
    run.read(Update::OidcProviders(Page::whole(read, run.clock.now())));
    Ok(())
}

pub(super) async fn one(run: &Run, arn: &Arn) -> Result<(), LoadError> {
    let call = || run.clients.iam.get_open_id_connect_provider().open_id_connect_provider_arn(arn.as_str()).send();
    let output = run.call(Iam::GetOpenIDConnectProvider, call).await?;
    let seen = run.seen(Source::Detail);
    let texts = |list: &[String]| list.iter().map(|text| text.as_str().into()).collect();
    let facts = OidcProviderFacts {
        created: Fact::reported(convert::time_opt(output.create_date()), seen),
        audiences: Fact::Known(texts(output.client_id_list()), seen),
        thumbprints: Fact::Known(texts(output.thumbprint_list()), seen),
        tags: Fact::Known(convert::tags(output.tags()), seen),
    };
    run.read(Update::OidcProvider(Box::new(OidcProvider { arn: arn.clone(), facts })));
    Ok(())
}
