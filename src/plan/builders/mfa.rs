//! MFA devices: assigning, bringing back in step, taking away, clearing up.

use crate::model::{Account, MfaKind, MfaSerial, Tag, User, VirtualMfaDevice};
use crate::plan::{Ask, Call, Inverse, Plan, PlanError, Step, output};

use super::members::some;
use super::{rows, tags_value, user};

/// The most MFA devices of one user; no read tells it.
const MOST: u64 = 8;

/// An MFA device to assign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignMfa {
    /// The user who will have it.
    pub user: String,
    /// What it is.
    pub device: NewDevice,
    /// The tags of a virtual device; of a token AWS keeps none.
    pub tags: Vec<Tag>,
}

/// What is assigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewDevice {
    /// An authenticator app; the device is made on the way.
    Virtual {
        /// The device's name, unique in the account.
        name: String,
        /// Whether a device of this name that is unassigned is deleted first.
        replace: bool,
    },
    /// A hardware token that shows codes.
    Hardware {
        /// The serial number on its back.
        serial: String,
    },
}

impl AssignMfa {
    /// The plan: make the device, ask for two of its codes, enable it. Giving up deletes what was made.
    pub fn plan(&self, account: &Account) -> Result<Plan, PlanError> {
        let user = user(account, &self.user)?;
        let held = rows(&user.facts.mfa, || format!("the MFA devices of {}", self.user))?;
        if held.len() as u64 >= MOST {
            return Err(PlanError::Limit { what: format!("too many MFA devices for {}", self.user), limit: MOST });
        }
        let mut plan = Plan::new(format!("assign an MFA device to user {}", self.user));
        match &self.device {
            NewDevice::Virtual { name, replace } => {
                let left_over = taken(account, name).map(|device| free(device, name, *replace)).transpose()?;
                if let Some(serial) = left_over {
                    let why =
                        "it is unassigned: its secret key was shown once, during an assignment that was not finished";
                    plan.push(delete_step(serial.as_str(), why));
                }
                self.virtual_steps(&mut plan, name, account);
            }
            NewDevice::Hardware { serial } => {
                if held.iter().any(|device| device.serial.as_str() == serial) {
                    return Err(PlanError::Exists { kind: "MFA device", name: serial.clone() });
                }
                plan.push(codes(serial, "the two codes prove which token it is, and set its clock"));
                self.enable(&mut plan, serial.as_str().into());
            }
        }
        Ok(plan.seeing(account))
    }

    fn virtual_steps(&self, plan: &mut Plan, name: &str, account: &Account) {
        let tags = (!self.tags.is_empty()).then(|| tags_value(&self.tags));
        let create = Call::create_virtual_mfa_device(name).with_some("Tags", tags);
        let create = Step::new(create, "AWS creates the secret key and shows it once");
        let id = plan.push(create);
        // Where the account is known, so is the serial number: then the device can be deleted even if the
        // answer that told it was lost.
        let serial = match account.identity() {
            Some(own) => format!("arn:{}:iam::{}:mfa/{name}", own.partition(), own.account).into(),
            None => output(&id, "VirtualMFADevice.SerialNumber"),
        };
        if let Some(step) = plan.steps.last_mut() {
            step.inverse = Inverse::of([Call::delete_virtual_mfa_device(serial.clone())]);
        }
        plan.push(codes(name, "the two codes prove that the app has the seed, and that its clock is right"));
        self.enable(plan, serial);
    }

    fn enable(&self, plan: &mut Plan, serial: serde_json::Value) {
        let asked = plan.steps.last().map(|step| step.id.clone()).unwrap_or_default();
        let user = self.user.as_str();
        let code = |number: u8| output(&asked, &format!("AuthenticationCode{number}"));
        let call = Call::enable_mfa_device(user, serial.clone(), code(1), code(2));
        let undo = Inverse::of([Call::deactivate_mfa_device(user, serial)]);
        plan.push(Step::new(call, "from then on the user can sign in with it").undo(undo));
    }
}

fn codes(device: &str, why: &str) -> Step {
    Step::ask(Ask::MfaCodes { device: device.to_owned() }, why)
}

/// The virtual device that has this name; names that differ only in case are the same.
pub fn taken<'a>(account: &'a Account, name: &str) -> Option<&'a VirtualMfaDevice> {
    let devices = account.virtual_mfa_devices().rows().iter().map(|device| &**device);
    devices.into_iter().find(|device| {
        let path = device.serial.as_str().split_once(":mfa/").map_or("", |(_, path)| path);
        path.eq_ignore_ascii_case(name)
    })
}

/// Virtual devices that belong to nobody; none where it is not known yet.
pub fn unassigned(account: &Account) -> impl Iterator<Item = &VirtualMfaDevice> {
    account.virtual_mfa_devices().rows().iter().map(|device| &**device).filter(|device| is_free(device))
}

fn is_free(device: &VirtualMfaDevice) -> bool {
    !device.is_root && device.enabled.is_none() && device.user.known().is_none()
}

/// The serial number of a device that stands in the way and may be deleted.
fn free<'a>(device: &'a VirtualMfaDevice, name: &str, replace: bool) -> Result<&'a MfaSerial, PlanError> {
    if replace && is_free(device) {
        return Ok(&device.serial);
    }
    let holder = if device.is_root {
        Some("the root user".to_owned())
    } else {
        device.user.known().map(|user| format!("user {user}"))
    };
    Err(PlanError::DeviceTaken { name: name.to_owned(), holder })
}

fn delete_step(serial: &str, why: &str) -> Step {
    Step::new(Call::delete_virtual_mfa_device(serial), why)
        .undo(Inverse::never("its secret key was shown only once: the device must be set up again"))
}

/// The plan that takes devices away from a user; virtual ones are deleted, so that none is left over.
pub fn remove_mfa(account: &Account, name: &str, serials: &[String]) -> Result<Plan, PlanError> {
    let user = user(account, name)?;
    let mut plan = Plan::new(format!("remove {} of user {name}", devices(serials)));
    let left = rows(&user.facts.mfa, || format!("the MFA devices of {name}"))?.len().saturating_sub(serials.len());
    for serial in serials {
        let kind = kind(user, serial)?;
        let risk = if left == 0 {
            format!("{name} signs in without MFA from then on; what asks for MFA is denied")
        } else {
            format!("{name} can no longer sign in with it")
        };
        let step = Step::requested(Call::deactivate_mfa_device(name, serial.as_str()));
        plan.push(step.risk(risk).undo(Inverse::never("an MFA device must be set up again")));
        if kind == MfaKind::Virtual {
            plan.push(delete_step(serial, "an unassigned virtual device would block its name"));
        }
    }
    some(plan.seeing(account), "no device is named")
}

/// The plan that brings a device's clock back in step.
pub fn resync_mfa(account: &Account, name: &str, serial: &str) -> Result<Plan, PlanError> {
    if kind(user(account, name)?, serial)? == MfaKind::SecurityKey {
        return Err(PlanError::Nothing("a passkey or security key has no clock".to_owned()));
    }
    let mut plan = Plan::new(format!("resynchronise an MFA device of user {name}"));
    let short = serial.rsplit('/').next().unwrap_or(serial);
    let asked = plan.push(codes(short, "from two codes AWS learns how far the device's clock is off"));
    let code = |number: u8| output(&asked, &format!("AuthenticationCode{number}"));
    let call = Call::resync_mfa_device(name, serial, code(1), code(2));
    plan.push(Step::requested(call).undo(Inverse::never("AWS keeps only the new difference")));
    Ok(plan.seeing(account))
}

/// The plan that deletes virtual devices that belong to nobody.
pub fn delete_unassigned(account: &Account, serials: &[String]) -> Result<Plan, PlanError> {
    let mut plan = Plan::new(format!("delete {}", devices(serials)));
    for serial in serials {
        let device = account.virtual_mfa_devices().get(serial.as_str());
        let device = device.ok_or_else(|| absent(serial))?;
        let name = serial.rsplit('/').next().unwrap_or(serial);
        plan.push(delete_step(free(device, name, true)?.as_str(), "it is unassigned and blocks its name"));
    }
    some(plan.seeing(account), "no device is named")
}

fn kind(user: &User, serial: &str) -> Result<MfaKind, PlanError> {
    let held = rows(&user.facts.mfa, || format!("the MFA devices of {}", user.name))?;
    let device = held.iter().find(|device| device.serial.as_str() == serial);
    device.map(crate::model::MfaDevice::kind).ok_or_else(|| absent(serial))
}

fn absent(serial: &str) -> PlanError {
    PlanError::Absent { kind: "MFA device", name: serial.to_owned(), meant: None }
}

fn devices(serials: &[String]) -> String {
    match serials {
        [one] => format!("MFA device {}", one.rsplit('/').next().unwrap_or(one)),
        more => format!("{} MFA devices", more.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{account, lines, undo_lines, virtual_device};
    use super::*;

    fn assign(user: &str, name: &str, replace: bool) -> AssignMfa {
        AssignMfa { user: user.into(), device: NewDevice::Virtual { name: name.into(), replace }, tags: Vec::new() }
    }

    #[test]
    fn an_app_is_assigned_by_making_asking_and_enabling() {
        let plan = assign("bob", "tablet", false).plan(&account()).unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        create virtual MFA device tablet
        enter two codes in a row of tablet
        enable MFA device ‹SerialNumber of create-virtual-mfa-device:tablet› for user bob
        ");
        insta::assert_snapshot!(undo_lines(&plan), @r"
        deactivate MFA device ‹SerialNumber of create-virtual-mfa-device:tablet› of user bob
        delete virtual MFA device ‹SerialNumber of create-virtual-mfa-device:tablet›
        ");
        assert_eq!(plan.confirmation(), None);
    }

    #[test]
    fn where_the_account_is_known_the_device_can_be_deleted_though_its_serial_was_never_told() {
        let account = super::super::fixture::identified("arn:aws:iam::123456789012:user/ada");
        let plan = assign("bob", "tablet", false).plan(&account).unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(undo_lines(&plan), @r"
        deactivate MFA device tablet of user bob
        delete virtual MFA device tablet
        ");
        assert_eq!(plan.steps[0].inverse.as_ref().unwrap().calls[0].outputs(), []);
    }

    #[test]
    fn a_hardware_token_is_asked_for_and_enabled() {
        let device = NewDevice::Hardware { serial: "GAHT12345678".into() };
        let plan = AssignMfa { user: "bob".into(), device, tags: Vec::new() }.plan(&account()).unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        enter two codes in a row of GAHT12345678
        enable MFA device GAHT12345678 for user bob
        ");
    }

    #[test]
    fn a_taken_name_is_told_with_whose_device_it_is() {
        let told = assign("bob", "PHONE", true).plan(&account()).unwrap_err();
        assert_eq!(told.to_string(), "the MFA device `PHONE` is that of user bob already");
        let left = assign("bob", "left-over", false).plan(&account()).unwrap_err();
        assert_eq!(left.to_string(), "there is an MFA device `left-over` that is unassigned");
        let plan = assign("bob", "left-over", true).plan(&account()).unwrap();
        plan.check().unwrap();
        assert_eq!(plan.steps[0].title(), "delete virtual MFA device left-over");
    }

    #[test]
    fn the_ninth_device_is_refused_before_it_is_made() {
        let full = super::super::fixture::with_devices(8);
        let told = assign("bob", "ninth", false).plan(&full).unwrap_err().to_string();
        assert_eq!(told, "too many MFA devices for bob: at most 8");
        let unread = assign("carol", "phone2", false).plan(&account()).unwrap_err().to_string();
        assert_eq!(unread, "not known yet: the MFA devices of carol");
    }

    #[test]
    fn a_virtual_device_is_deleted_once_it_is_taken_away() {
        let serial = virtual_device("phone");
        let plan = remove_mfa(&account(), "bob", std::slice::from_ref(&serial)).unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        deactivate MFA device phone of user bob
        delete virtual MFA device phone
        ");
        assert_eq!(plan.confirmation().unwrap().word, "phone");
        assert!(plan.steps[0].risk.contains("without MFA"));
        assert!(remove_mfa(&account(), "bob", &["none".into()]).is_err());
    }

    #[test]
    fn a_device_is_brought_back_in_step_by_two_codes() {
        let plan = resync_mfa(&account(), "bob", &virtual_device("phone")).unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        enter two codes in a row of phone
        resynchronize MFA device phone of user bob
        ");
    }

    #[test]
    fn only_devices_that_belong_to_nobody_are_cleared_up() {
        let account = account();
        let left: Vec<String> = unassigned(&account).map(|device| device.serial.to_string()).collect();
        assert_eq!(left, [virtual_device("left-over")]);
        delete_unassigned(&account, &left).unwrap().check().unwrap();
        assert!(delete_unassigned(&account, &[virtual_device("phone")]).is_err());
    }
}
