//! Instance profiles.

use super::{garbled, missing};
use crate::api::{Iam, Operation};
use crate::backend::convert;
use crate::backend::run::Run;
use crate::model::{InstanceProfileName, LoadError, Source, Update};

list!(
    list,
    Iam::ListInstanceProfiles,
    list_instance_profiles,
    instance_profiles,
    InstanceProfiles,
    convert::listed_instance_profile
);

pub(super) async fn one(run: &Run, name: &InstanceProfileName) -> Result<(), LoadError> {
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
