//! Finds out whether a call that got no response took effect.
//!
//! Only a resource that is found is proof: reads may lag behind writes. A resource created before the run started is
//! not the run's. A user, group, role, policy or instance profile counts only if a read right before the call showed
//! that there was none, and if it is as the call requested: somebody else may have created one of that name.

use aws_sdk_iam::primitives::DateTime;
use aws_sdk_iam::types::Tag;
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::api::Iam;
use crate::backend::convert;
use crate::backend::run::Run;
use crate::base::arn::Arn;
use crate::model::LoadError;
use crate::plan::expect::digest;
use crate::plan::{Call, Home};

/// The response fields of a call, if it is certain that it took effect since this time.
pub(super) async fn found(
    run: &Run,
    call: &Call,
    since: Timestamp,
    caller: &str,
    is_free: bool,
) -> Option<Map<String, Value>> {
    let made = match call.creates(Home::of(caller).as_ref()) {
        Some(_) if !is_free => return None,
        Some(_) => entity(run, call, since, caller).await,
        None => part(run, call, since).await,
    };
    let made = made.ok().flatten()?;
    Some(made.into_iter().map(|(path, value)| (path.to_owned(), Value::from(value))).collect())
}

type Fields = Option<Vec<(&'static str, String)>>;

/// The response fields of a call that creates an entity, if the entity exists as requested.
async fn entity(run: &Run, call: &Call, since: Timestamp, caller: &str) -> Result<Fields, LoadError> {
    let name = |parameter: &str| call.text(parameter).map(str::to_owned);
    let fresh = |at: &DateTime| is_fresh(at, since);
    let wanted = |path: &str, tags: &[Tag]| {
        let asked = call.input().get("Tags").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let has = |asked: &Value| tags.iter().any(|tag| asked["Key"] == tag.key() && asked["Value"] == tag.value());
        path == call.text("Path").unwrap_or("/") && tags.len() == asked.len() && asked.iter().all(has)
    };
    Ok(match call.iam() {
        Some(Iam::CreateUser) => {
            let answer =
                run.call(Iam::GetUser, || run.clients.iam.get_user().set_user_name(name("UserName")).send()).await?;
            let user = answer.user().filter(|user| fresh(user.create_date()) && wanted(user.path(), user.tags()));
            user.map(|user| {
                vec![
                    ("User.UserName", user.user_name().into()),
                    ("User.UserId", user.user_id().into()),
                    ("User.Arn", user.arn().into()),
                ]
            })
        }
        Some(Iam::CreateGroup) => {
            let answer = run
                .call(Iam::GetGroup, || run.clients.iam.get_group().set_group_name(name("GroupName")).send())
                .await?;
            answer.group().filter(|group| fresh(group.create_date()) && wanted(group.path(), &[])).map(|group| {
                vec![
                    ("Group.GroupName", group.group_name().into()),
                    ("Group.GroupId", group.group_id().into()),
                    ("Group.Arn", group.arn().into()),
                ]
            })
        }
        Some(Iam::CreateRole) => {
            let answer =
                run.call(Iam::GetRole, || run.clients.iam.get_role().set_role_name(name("RoleName")).send()).await?;
            answer.role().filter(|role| fresh(role.create_date()) && wanted(role.path(), role.tags())).map(|role| {
                vec![
                    ("Role.RoleName", role.role_name().into()),
                    ("Role.RoleId", role.role_id().into()),
                    ("Role.Arn", role.arn().into()),
                ]
            })
        }
        Some(Iam::CreatePolicy) => {
            let arn = policy(call, caller);
            let answer =
                run.call(Iam::GetPolicy, || run.clients.iam.get_policy().set_policy_arn(arn.clone()).send()).await?;
            let policy = answer.policy().filter(|policy| policy.create_date().is_some_and(fresh));
            let policy = policy.filter(|policy| wanted(policy.path().unwrap_or("/"), policy.tags()));
            policy.and_then(|policy| {
                Some(vec![("Policy.Arn", policy.arn()?.into()), ("Policy.PolicyId", policy.policy_id()?.into())])
            })
        }
        Some(Iam::CreateInstanceProfile) => {
            let get =
                || run.clients.iam.get_instance_profile().set_instance_profile_name(name("InstanceProfileName")).send();
            let answer = run.call(Iam::GetInstanceProfile, get).await?;
            let profile = answer.instance_profile().filter(|profile| fresh(profile.create_date()));
            let profile = profile.filter(|profile| wanted(profile.path(), profile.tags()));
            profile.map(|profile| {
                vec![
                    ("InstanceProfile.Arn", profile.arn().into()),
                    ("InstanceProfile.InstanceProfileId", profile.instance_profile_id().into()),
                ]
            })
        }
        _ => None,
    })
}

/// The response fields of a call that creates something in an existing entity, such as an access key.
async fn part(run: &Run, call: &Call, since: Timestamp) -> Result<Fields, LoadError> {
    let name = |parameter: &str| call.text(parameter).map(str::to_owned);
    let fresh = |at: &DateTime| is_fresh(at, since);
    Ok(match call.iam() {
        Some(Iam::CreateLoginProfile) => {
            let get = || run.clients.iam.get_login_profile().set_user_name(name("UserName")).send();
            let answer = run.call(Iam::GetLoginProfile, get).await?;
            let profile = answer.login_profile().filter(|profile| fresh(profile.create_date()));
            profile.map(|profile| vec![("LoginProfile.UserName", profile.user_name().into())])
        }
        Some(Iam::CreateAccessKey) => {
            let list = || run.clients.iam.list_access_keys().set_user_name(name("UserName")).send();
            let answer = run.call(Iam::ListAccessKeys, list).await?;
            let keys = answer.access_key_metadata().iter().filter(|key| key.create_date().is_some_and(fresh));
            // With two new keys it is unknown which one this call created.
            let key = only(keys).and_then(|key| key.access_key_id());
            key.map(|id| vec![("AccessKey.AccessKeyId", id.to_owned())])
        }
        Some(Iam::CreateServiceSpecificCredential) => {
            let list = || {
                let list = run.clients.iam.list_service_specific_credentials().set_user_name(name("UserName"));
                list.set_service_name(name("ServiceName")).send()
            };
            let answer = run.call(Iam::ListServiceSpecificCredentials, list).await?;
            let new = answer.service_specific_credentials().iter().filter(|held| fresh(held.create_date()));
            let id = only(new).map(|held| held.service_specific_credential_id().to_owned());
            id.map(|id| vec![("ServiceSpecificCredential.ServiceSpecificCredentialId", id)])
        }
        Some(Iam::CreateVirtualMFADevice) => {
            // An unassigned device has no date. Its serial number contains its name, and it is harmless.
            let wanted = name("VirtualMFADeviceName").unwrap_or_default();
            let list = || run.clients.iam.list_virtual_mfa_devices().assignment_status("Unassigned".into()).send();
            let answer = run.call(Iam::ListVirtualMFADevices, list).await?;
            let mut serials = answer.virtual_mfa_devices().iter().map(|device| device.serial_number().to_owned());
            let serial = serials.find(|serial| serial.rsplit(['/', ':']).next() == Some(wanted.as_str()));
            serial.map(|serial| vec![("VirtualMFADevice.SerialNumber", serial)])
        }
        Some(Iam::CreatePolicyVersion) => {
            let list = || run.clients.iam.list_policy_versions().set_policy_arn(name("PolicyArn")).send();
            let answer = run.call(Iam::ListPolicyVersions, list).await?;
            let fresh = answer.versions().iter().filter(|version| version.create_date().is_some_and(fresh));
            let newest = fresh.max_by_key(|version| version.create_date().map(DateTime::secs));
            let Some(id) = newest.and_then(|version| version.version_id()) else { return Ok(None) };
            let get = || run.clients.iam.get_policy_version().set_policy_arn(name("PolicyArn")).version_id(id).send();
            let answer = run.call(Iam::GetPolicyVersion, get).await?;
            // A version with another document was created by somebody else.
            let text = answer.policy_version().and_then(|version| version.document()).map(convert::document);
            let own = call.text("PolicyDocument").map(digest);
            let is_own = text.map(|text| digest(text.text())) == own;
            is_own.then(|| vec![("PolicyVersion.VersionId", id.to_owned())])
        }
        _ => None,
    })
}

/// IAM's dates have whole seconds, so the fraction of `since` must not count.
fn is_fresh(at: &DateTime, since: Timestamp) -> bool {
    at.secs() >= since.as_second()
}

/// The element of a list that has exactly one.
fn only<T>(mut list: impl Iterator<Item = T>) -> Option<T> {
    let one = list.next();
    if list.next().is_none() { one } else { None }
}

/// The ARN that a new policy has in the caller's account.
fn policy(call: &Call, caller: &str) -> Option<String> {
    let caller = Arn::parse(caller).ok()?;
    let path = call.text("Path").unwrap_or("/");
    Some(format!("arn:{}:iam::{}:policy{path}{}", caller.partition(), caller.account(), call.text("PolicyName")?))
}
