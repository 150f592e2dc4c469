//! What concerns the account as a whole.

use super::{missing, permitted, settled};
use crate::api::{Iam, Operation, Sts};
use crate::backend::run::Run;
use crate::base::arn::Arn;
use crate::model::{AccountAlias, Fact, Identity, LoadError, OutboundFederation, Source, Summary, Update};

pub(super) async fn identity(run: &Run) -> Result<(), LoadError> {
    run.read(Update::Identity(caller(run).await?));
    Ok(())
}

/// Who the session is.
pub(super) async fn caller(run: &Run) -> Result<Identity, LoadError> {
    const OPERATION: Operation = Operation::Sts(Sts::GetCallerIdentity);
    let output = run.call(OPERATION, || run.clients.sts.get_caller_identity().send()).await?;
    let arn = Arn::parse(output.arn().unwrap_or_default()).map_err(|error| super::garbled(OPERATION, error))?;
    Ok(Identity {
        account: output.account().unwrap_or(arn.account()).into(),
        user_id: output.user_id().unwrap_or_default().into(),
        arn,
    })
}

/// The twelve digits of the session's account.
pub(super) async fn number(run: &Run) -> Result<Box<str>, LoadError> {
    let output = run.call(Sts::GetCallerIdentity, || run.clients.sts.get_caller_identity().send()).await?;
    Ok(output.account().unwrap_or_default().into())
}

pub(super) async fn alias(run: &Run) -> Result<(), LoadError> {
    let aliases = run
        .collect(
            Iam::ListAccountAliases,
            |marker| run.clients.iam.list_account_aliases().set_marker(marker).send(),
            |output| output.account_aliases,
        )
        .await;
    let seen = run.seen(Source::Detail);
    let fact = match permitted(aliases, seen)? {
        // An account has one alias or none.
        Fact::Known(aliases, seen) => Fact::reported(aliases.into_iter().next().map(AccountAlias::from), seen),
        other => other.map(|_| AccountAlias::from("")),
    };
    run.read(Update::Alias(fact));
    Ok(())
}

pub(super) async fn summary(run: &Run) -> Result<(), LoadError> {
    let output = run.call(Iam::GetAccountSummary, || run.clients.iam.get_account_summary().send()).await;
    let entries = output.map(|output| {
        let map = output.summary_map.unwrap_or_default();
        Summary::new(map.into_iter().map(|(key, value)| (key.as_str().into(), i64::from(value))))
    });
    run.read(Update::Summary(permitted(entries, run.seen(Source::Detail))?));
    Ok(())
}

pub(super) async fn outbound_federation(run: &Run) -> Result<(), LoadError> {
    const OPERATION: Operation = Operation::Iam(Iam::GetOutboundWebIdentityFederationInfo);
    let output = run.call(OPERATION, || run.clients.iam.get_outbound_web_identity_federation_info().send()).await;
    let seen = run.seen(Source::Detail);
    let fact = match output {
        Ok(output) => {
            let issuer = output.issuer_identifier().filter(|_| output.jwt_vending_enabled());
            Fact::reported(issuer.map(|issuer| OutboundFederation { issuer: issuer.into() }), seen)
        }
        // An account that never enabled it is told so by an error.
        Err(error) if error.code.as_deref() == Some("FeatureDisabled") => Fact::Absent(seen),
        Err(error) => settled(Err(error), seen)?,
    };
    run.read(Update::OutboundFederation(fact));
    Ok(())
}

pub(super) async fn password_policy(run: &Run) -> Result<(), LoadError> {
    const OPERATION: Operation = Operation::Iam(Iam::GetAccountPasswordPolicy);
    let output = run.call(OPERATION, || run.clients.iam.get_account_password_policy().send()).await;
    let policy = output.and_then(|output| {
        output.password_policy().map(crate::backend::convert::password_policy).ok_or_else(|| missing(OPERATION))
    });
    run.read(Update::PasswordPolicy(settled(policy, run.seen(Source::Detail))?));
    Ok(())
}
