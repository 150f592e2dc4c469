//! Finding out whether a call that got no answer was made all the same.
//!
//! Only what is found is proof: a read may be behind the write. What was made before the run began is not the
//! run's and counts as not found.

use aws_sdk_iam::primitives::DateTime;
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::api::Iam;
use crate::backend::run::Run;
use crate::base::arn::Arn;
use crate::model::LoadError;
use crate::plan::Call;

/// What a call would have answered, where it is sure that it was made since this time.
pub(super) async fn found(run: &Run, call: &Call, since: Timestamp, caller: &str) -> Option<Map<String, Value>> {
    let made = made(run, call, since, caller).await.ok().flatten()?;
    Some(made.into_iter().map(|(path, value)| (path.to_owned(), Value::from(value))).collect())
}

type Made = Option<Vec<(&'static str, String)>>;

async fn made(run: &Run, call: &Call, since: Timestamp, caller: &str) -> Result<Made, LoadError> {
    let name = |parameter: &str| call.text(parameter).map(str::to_owned);
    // Dates of the service have whole seconds.
    let fresh = |at: &DateTime| at.secs() >= since.as_second();
    Ok(match call.operation() {
        "CreateUser" => {
            let answer = run.call(Iam::GetUser, || run.iam.get_user().set_user_name(name("UserName")).send()).await?;
            answer.user().filter(|user| fresh(user.create_date())).map(|user| {
                vec![
                    ("User.UserName", user.user_name().into()),
                    ("User.UserId", user.user_id().into()),
                    ("User.Arn", user.arn().into()),
                ]
            })
        }
        "CreateGroup" => {
            let answer =
                run.call(Iam::GetGroup, || run.iam.get_group().set_group_name(name("GroupName")).send()).await?;
            answer
                .group()
                .filter(|group| fresh(group.create_date()))
                .map(|group| vec![("Group.GroupName", group.group_name().into()), ("Group.Arn", group.arn().into())])
        }
        "CreateRole" => {
            let answer = run.call(Iam::GetRole, || run.iam.get_role().set_role_name(name("RoleName")).send()).await?;
            answer
                .role()
                .filter(|role| fresh(role.create_date()))
                .map(|role| vec![("Role.RoleName", role.role_name().into()), ("Role.Arn", role.arn().into())])
        }
        "CreatePolicy" => {
            let arn = policy(call, caller);
            let answer = run.call(Iam::GetPolicy, || run.iam.get_policy().set_policy_arn(arn.clone()).send()).await?;
            let policy = answer.policy().filter(|policy| policy.create_date().is_some_and(fresh));
            policy.and_then(|policy| Some(vec![("Policy.Arn", policy.arn()?.into())]))
        }
        "CreateInstanceProfile" => {
            let get = || run.iam.get_instance_profile().set_instance_profile_name(name("InstanceProfileName")).send();
            let answer = run.call(Iam::GetInstanceProfile, get).await?;
            let profile = answer.instance_profile().filter(|profile| fresh(profile.create_date()));
            profile.map(|profile| vec![("InstanceProfile.Arn", profile.arn().into())])
        }
        "CreateLoginProfile" => {
            let get = || run.iam.get_login_profile().set_user_name(name("UserName")).send();
            let answer = run.call(Iam::GetLoginProfile, get).await?;
            let profile = answer.login_profile().filter(|profile| fresh(profile.create_date()));
            profile.map(|profile| vec![("LoginProfile.UserName", profile.user_name().into())])
        }
        "CreateAccessKey" => {
            let list = || run.iam.list_access_keys().set_user_name(name("UserName")).send();
            let answer = run.call(Iam::ListAccessKeys, list).await?;
            let mut keys: Vec<_> =
                answer.access_key_metadata().iter().filter(|key| key.create_date().is_some_and(fresh)).collect();
            keys.sort_by_key(|key| key.create_date().map(DateTime::secs));
            keys.last().and_then(|key| Some(vec![("AccessKey.AccessKeyId", key.access_key_id()?.to_owned())]))
        }
        "CreateVirtualMFADevice" => {
            // Such a device bears no date. Its serial number says its name, and an unassigned one is harmless.
            let wanted = name("VirtualMFADeviceName").unwrap_or_default();
            let list = || run.iam.list_virtual_mfa_devices().assignment_status("Unassigned".into()).send();
            let answer = run.call(Iam::ListVirtualMFADevices, list).await?;
            let mut serials = answer.virtual_mfa_devices().iter().map(|device| device.serial_number().to_owned());
            let serial = serials.find(|serial| serial.rsplit(['/', ':']).next() == Some(wanted.as_str()));
            serial.map(|serial| vec![("VirtualMFADevice.SerialNumber", serial)])
        }
        "CreatePolicyVersion" => {
            let list = || run.iam.list_policy_versions().set_policy_arn(name("PolicyArn")).send();
            let answer = run.call(Iam::ListPolicyVersions, list).await?;
            let fresh = answer.versions().iter().filter(|version| version.create_date().is_some_and(fresh));
            let newest = fresh.max_by_key(|version| version.create_date().map(DateTime::secs));
            newest.and_then(|version| Some(vec![("PolicyVersion.VersionId", version.version_id()?.to_owned())]))
        }
        _ => None,
    })
}

/// The ARN that a new policy has in the caller's account.
fn policy(call: &Call, caller: &str) -> Option<String> {
    let caller = Arn::parse(caller).ok()?;
    let path = call.text("Path").unwrap_or("/");
    Some(format!("arn:{}:iam::{}:policy{path}{}", caller.partition(), caller.account(), call.text("PolicyName")?))
}
