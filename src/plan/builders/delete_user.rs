//! Deleting users: everything that hangs on them first, in the order that AWS takes.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::base::arn::Arn;
use crate::model::{Account, MfaKind, Status, User};
use crate::plan::{Call, Inverse, Plan, PlanError, SecretFrom, Step, output};

use super::{Owner, held, held_rows, leave_step, listed, tags_value, user};

/// A user to delete.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeleteUser {
    /// The name.
    pub name: String,
    /// The texts of the SSH public keys by id, so that undo can upload them again. No list tells them.
    pub ssh_keys: BTreeMap<String, String>,
}

impl From<&str> for DeleteUser {
    fn from(name: &str) -> Self {
        Self { name: name.to_owned(), ssh_keys: BTreeMap::new() }
    }
}

/// The plan that deletes users, one after the other.
///
/// What works at once goes first (password, keys), the user last. Every fact of the user must be known, or
/// the service would refuse the last step with `DeleteConflict`.
pub fn delete_users(account: &Account, users: &[DeleteUser]) -> Result<Plan, PlanError> {
    let names: Vec<String> = users.iter().map(|user| user.name.clone()).collect();
    if names.is_empty() {
        return Err(PlanError::Nothing("no user is named".to_owned()));
    }
    let mut plan = Plan::new(format!("delete {}", listed("user", &names)));
    for asked in users {
        let user = user(account, &asked.name)?;
        credentials(&mut plan, user, asked)?;
        devices(&mut plan, user)?;
        permissions(&mut plan, user)?;
        itself(&mut plan, user)?;
    }
    Ok(plan.seeing(account))
}

const BLOCKS: &str = "AWS deletes no user that still has one";

fn credentials(plan: &mut Plan, user: &User, asked: &DeleteUser) -> Result<(), PlanError> {
    let (name, facts) = (user.name.as_str(), &user.facts);
    if held(&facts.login, || format!("whether {name} has a password"))?.is_some() {
        let again = Call::create_login_profile(name)
            .with("Password", SecretFrom::Generate.value())
            .with("PasswordResetRequired", true);
        let undo = Inverse::losing([again], "the old password: a new one is generated");
        let step = Step::new(Call::delete_login_profile(name), BLOCKS);
        plan.push(step.risk(format!("{name} can no longer sign in to the console")).undo(undo));
    }
    for key in held_rows(&facts.keys, || format!("the access keys of {name}"))? {
        let used = key.last_used.known().map(|usage| format!(", last used {} for {}", usage.at, usage.service));
        let risk = format!("programs that use {} stop working{}", key.id, used.unwrap_or_default());
        let step = Step::new(Call::delete_access_key(name, key.id.as_str()), BLOCKS).risk(risk);
        plan.push(step.undo(Inverse::never("a deleted access key does not come back; a new one can be made")));
    }
    for certificate in held_rows(&facts.certificates, || format!("the signing certificates of {name}"))? {
        let id = &*certificate.id;
        let step = Step::new(Call::delete_signing_certificate(name, id), BLOCKS);
        let undo =
            uploaded(&step, Call::upload_signing_certificate(name, &*certificate.body), certificate.status, |own| {
                Call::update_signing_certificate(name, output(own, "Certificate.CertificateId"), "Inactive")
            });
        plan.push(step.undo(Inverse::losing(undo, "the certificate's upload date")));
    }
    for key in held_rows(&facts.ssh_keys, || format!("the SSH public keys of {name}"))? {
        let id = &*key.id;
        let step = Step::new(Call::delete_ssh_key(name, id), BLOCKS);
        let inverse = match asked.ssh_keys.get(id) {
            Some(body) => {
                let upload = Call::upload_ssh_key(name, body.as_str());
                let calls = uploaded(&step, upload, key.status, |own| {
                    Call::update_ssh_key(name, output(own, "SSHPublicKey.SSHPublicKeyId"), "Inactive")
                });
                Inverse::losing(calls, "the key's id, which SSH configurations name")
            }
            None => Inverse::never("the text of the key was not read"),
        };
        plan.push(step.undo(inverse));
    }
    for credential in held_rows(&facts.service_credentials, || format!("the service credentials of {name}"))? {
        let step = Step::new(Call::delete_service_credential(name, &*credential.id), BLOCKS);
        let risk = format!("programs that use it for {} stop working", credential.service);
        let never = Inverse::never("its password was shown only once; a new credential can be made");
        plan.push(step.risk(risk).undo(never));
    }
    Ok(())
}

/// The calls that upload something again, with the status that it had.
pub(super) fn uploaded(step: &Step, upload: Call, status: Status, inactive: impl FnOnce(&str) -> Call) -> Vec<Call> {
    let mut calls = vec![upload];
    if status != Status::Active {
        calls.push(inactive(&step.undo_id(0)));
    }
    calls
}

fn devices(plan: &mut Plan, user: &User) -> Result<(), PlanError> {
    let name = user.name.as_str();
    for device in held_rows(&user.facts.mfa, || format!("the MFA devices of {name}"))? {
        let serial = device.serial.as_str();
        let never = || Inverse::never("an MFA device must be set up again");
        plan.push(Step::new(Call::deactivate_mfa_device(name, serial), BLOCKS).undo(never()));
        if device.kind() == MfaKind::Virtual {
            let why = "an unassigned virtual device would block its name";
            plan.push(Step::new(Call::delete_virtual_mfa_device(serial), why).undo(never()));
        }
    }
    Ok(())
}

fn permissions(plan: &mut Plan, user: &User) -> Result<(), PlanError> {
    let (name, facts) = (user.name.as_str(), &user.facts);
    let owner = Owner::User(name.to_owned());
    for policy in held_rows(&facts.inline, || format!("the inline policies of {name}"))? {
        let inline = policy.name.as_str();
        let document = held(&policy.document, || format!("the inline policy {inline} of {name}"))?;
        let inverse = match document {
            Some(document) => Inverse::of([owner.put_inline(inline, document.text())]),
            None => Inverse::never("its document is not known"),
        };
        plan.push(Step::new(owner.delete_inline(inline), BLOCKS).undo(inverse));
    }
    for policy in held_rows(&facts.attached, || format!("the policies of {name}"))? {
        let arn = policy.arn.as_str();
        plan.push(Step::new(owner.detach(arn), BLOCKS).undo(Inverse::of([owner.attach(arn)])));
    }
    for group in held_rows(&facts.groups, || format!("the groups of {name}"))? {
        plan.push(leave_step(name, group.as_str(), "AWS deletes no user that is in a group").risk(""));
    }
    Ok(())
}

fn itself(plan: &mut Plan, user: &User) -> Result<(), PlanError> {
    let (name, facts) = (user.name.as_str(), &user.facts);
    let boundary = held(&facts.boundary, || format!("the permissions boundary of {name}"))?;
    let tags = held_rows(&facts.tags, || format!("the tags of {name}"))?;
    let mut again = Call::create_user(name).with_some("PermissionsBoundary", boundary.map(Arn::as_str));
    if user.path() != "/" {
        again = again.with("Path", user.path());
    }
    if !tags.is_empty() {
        again = again.with("Tags", tags_value(tags));
    }
    let undo = Inverse::losing([again], format!("the unique id {}, which policies may name, and all dates", user.id));
    let risk = format!("policies elsewhere that name {} stop working", user.arn);
    plan.push(Step::requested(Call::delete_user(name)).risk(risk).undo(undo));
    Ok(())
}

/// The tags of a list of keys.
pub(super) fn keys_value<'a>(keys: impl IntoIterator<Item = &'a str>) -> Value {
    json!(keys.into_iter().collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{account, lines, undo_lines, with_service_credentials};
    use super::*;
    use crate::model::{Denial, Fact};

    #[test]
    fn all_that_hangs_on_a_user_goes_in_the_order_of_aws() {
        let ssh_keys = [("APKAEXAMPLE1234567890".to_owned(), "ssh-rsa AAAA".to_owned())].into();
        let plan = delete_users(&account(), &[DeleteUser { name: "bob".into(), ssh_keys }]).unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        delete the console password of user bob
        delete access key AKIAIOSFODNN7EXAMPLE of user bob
        delete signing certificate CERTIFICATEIDEXAMPLE0001 of user bob
        delete SSH public key APKAEXAMPLE1234567890 of user bob
        delete credential ACCAEXAMPLE1234567890 of user bob
        deactivate MFA device phone of user bob
        delete virtual MFA device phone
        delete inline policy notes of user bob
        detach policy ReadOnlyAccess from user bob
        remove user bob from group Developers
        delete user bob
        ");
        insta::assert_snapshot!(undo_lines(&plan), @r"
        create user bob
        add user bob to group Developers
        attach policy ReadOnlyAccess to user bob
        write inline policy notes of user bob
        upload an SSH public key for user bob
        set SSH public key ‹SSHPublicKeyId of delete-ssh-public-key:bob:APKAEXAMPLE1234567890~undo› of user bob Inactive
        upload a signing certificate for user bob
        create a console password for user bob
        ");
        assert_eq!(plan.confirmation().unwrap().word, "bob");
    }

    #[test]
    fn what_the_endpoint_cannot_list_is_left_out_and_what_may_not_be_read_is_not() {
        let look = |denial| delete_users(&with_service_credentials(Fact::denied(denial)), &["bob".into()]);
        let plan = look(Denial::unsupported("ListServiceSpecificCredentials")).unwrap();
        assert!(!lines(&plan).contains("credential "), "{}", lines(&plan));
        assert!(lines(&plan).ends_with("delete user bob"));
        let told = look(Denial::of("iam:ListServiceSpecificCredentials")).unwrap_err().to_string();
        assert_eq!(
            told,
            "not readable here: the service credentials of bob (`iam:ListServiceSpecificCredentials` is missing)"
        );
    }

    #[test]
    fn what_was_never_read_is_not_guessed() {
        let told = delete_users(&account(), &["carol".into()]).unwrap_err().to_string();
        assert_eq!(told, "not known yet: whether carol has a password");
    }
}
