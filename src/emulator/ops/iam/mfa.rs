//! MFA devices: virtual ones with real codes, and hardware tokens by their serial number.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use super::named::{self, everything, existing, find};
use super::owner::{Owner, in_order, owner};
use super::tags::{self, Keys};
use super::users;
use super::{reads, writes};
use crate::api::Iam;
use crate::emulator::crypto::qr;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::paging;
use crate::emulator::quota;
use crate::emulator::store::State;
use crate::emulator::store::credentials::{MfaDevice, VirtualMfa};
use crate::emulator::store::records::{Moment, User};
use crate::totp::{STEP, Seed};

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    writes(Iam::CreateVirtualMFADevice, create, made),
    writes(Iam::DeleteVirtualMFADevice, delete, device_arn),
    reads(Iam::ListVirtualMFADevices, list_virtual, everything),
    writes(Iam::EnableMFADevice, enable, existing::<User>),
    writes(Iam::DeactivateMFADevice, deactivate, existing::<User>),
    writes(Iam::ResyncMFADevice, resync, existing::<User>),
    reads(Iam::ListMFADevices, list, existing::<User>),
    reads(Iam::GetMFADevice, get, device_user),
    reads(Iam::ListMFADeviceTags, list_tags, device_arn),
    writes(Iam::TagMFADevice, tag, device_arn),
    writes(Iam::UntagMFADevice, untag, device_arn),
];

/// Bytes of a seed: 64 letters in base 32, as AWS gives them.
const SEED: usize = 40;
/// How far off a device's clock may be, in steps, when it is enabled and when it is used.
const DRIFT: u64 = 2;
/// How far off it may be when it is brought back in step: an hour.
const RESYNC_DRIFT: u64 = 120;

fn made(request: &Request<'_>, _state: &State) -> String {
    request.arn(&format!("mfa{}{}", named::path(request), request.text("VirtualMFADeviceName")))
}

/// Permission column: the device, whose serial number is its ARN.
fn device_arn(request: &Request<'_>, _state: &State) -> String {
    request.text("SerialNumber").to_owned()
}

/// Permission column: the user who is named, else the one who has the device.
fn device_user(request: &Request<'_>, state: &State) -> String {
    let serial = request.text("SerialNumber");
    let has = |user: &&User| user.mfa.iter().any(|device| device.serial == serial);
    let user = state.users.iter().find(has).filter(|_| request.maybe("UserName").is_none());
    user.map_or_else(|| existing::<User>(request, state), |user| named::arn(request, user))
}

fn missing(serial: &str) -> Failure {
    Failure::no_such_entity(format!("MFA Device with serial number {serial} does not exist."))
}

fn invalid_code() -> Failure {
    Failure::new("InvalidAuthenticationCode", 403, "Authentication code for device is not valid.")
}

fn virtual_device<'s>(request: &Request<'_>, state: &'s State) -> Result<&'s VirtualMfa, Failure> {
    let serial = request.text("SerialNumber");
    state.virtual_mfa.get(serial).ok_or_else(|| missing(serial))
}

fn create(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let serial = made(request, state);
    if state.virtual_mfa.named(&serial).is_some() {
        return Err(Failure::already_exists("MFA device already exists."));
    }
    let mut bytes = vec![0; SEED];
    request.environment.ids.fill(&mut bytes);
    let seed = Seed::new(bytes);
    let account = state.account().alias.as_deref().unwrap_or(request.account);
    let picture = qr::png(&seed.uri(request.text("VirtualMFADeviceName"), account));
    let device = VirtualMfa {
        serial,
        seed: seed.base32(),
        created: request.now,
        tags: tags::given(request, Keys::Folded)?,
        ..VirtualMfa::default()
    };
    let shown = json!({"VirtualMFADevice": {
        "SerialNumber": device.serial,
        "Base32StringSeed": BASE64.encode(&device.seed),
        "QRCodePNG": BASE64.encode(picture),
        "Tags": tags::show(&device.tags),
    }});
    state.virtual_mfa.put(device);
    Ok(shown)
}

fn delete(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let device = virtual_device(request, state)?;
    if device.owner.is_some() {
        return Err(Failure::delete_conflict("MFA VirtualDevice in use. Must deactivate first."));
    }
    let serial = device.serial.clone();
    state.virtual_mfa.remove(&serial);
    Ok(json!({}))
}

fn list_virtual(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let marker = paging::marker(request)?;
    let wanted = |device: &VirtualMfa| match request.maybe("AssignmentStatus") {
        Some("Assigned") => device.owner.is_some(),
        Some("Unassigned") => device.owner.is_none(),
        _ => true,
    };
    let rows = state.virtual_mfa.after(marker.as_deref()).filter(|(_, device)| wanted(device));
    Ok(paging::page(request, "VirtualMFADevices", rows, |device| {
        json!({
            "SerialNumber": device.serial,
            "User": device.owner.as_deref().map(|id| holder(request, state, id)),
            "EnableDate": device.enabled.map(|at| at.to_string()),
        })
    }))
}

/// The owner of a virtual device: a user, or the root user with what little AWS says of it.
fn holder(request: &Request<'_>, state: &State, id: &str) -> Value {
    let root = || {
        let account = state.account();
        json!({
            "UserId": account.number,
            "Arn": request.arn("root"),
            "CreateDate": account.created.to_string(),
            "PasswordLastUsed": account.root_password_last_used.map(|at| at.to_string()),
        })
    };
    state.users.get(id).map_or_else(root, |user| users::brief(request, user))
}

fn step_now(now: Moment) -> u64 {
    u64::try_from(now.0).unwrap_or_default() / STEP
}

/// The step of the second of a request's two codes.
fn codes(request: &Request<'_>, device: &VirtualMfa, drift: u64) -> Result<u64, Failure> {
    let (first, second) = (request.text("AuthenticationCode1"), request.text("AuthenticationCode2"));
    Seed::from_base32(&device.seed)
        .and_then(|seed| seed.find_pair(first, second, step_now(request.now), drift))
        .ok_or_else(invalid_code)
}

fn in_step(request: &Request<'_>, step: u64) -> (Option<u64>, i64) {
    let off = i64::try_from(step).unwrap_or_default() - i64::try_from(step_now(request.now)).unwrap_or_default();
    // The second code is at most one step old when it arrives; only more than that is the clock's fault.
    (Some(step), if (-1..=0).contains(&off) { 0 } else { off })
}

fn enable(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let user = find::<User>(request, state)?;
    let serial = request.text("SerialNumber");
    let mut device = MfaDevice { serial: serial.to_owned(), enabled: request.now, ..MfaDevice::default() };
    if serial.starts_with("arn:") {
        let found = virtual_device(request, state)?;
        if found.owner.is_some() {
            return Err(Failure::already_exists("MFA Device is already in use."));
        }
        request.within(quota::MFA_DEVICES_PER_USER, user.mfa.len() + 1)?;
        (device.last_step, device.drift) = in_step(request, codes(request, found, DRIFT)?);
    } else {
        hardware(request, state, serial)?;
        request.within(quota::MFA_DEVICES_PER_USER, user.mfa.len() + 1)?;
    }
    let id = user.id.clone();
    state.virtual_mfa.change(serial, |found| {
        found.owner = Some(id.clone());
        found.enabled = Some(request.now);
    });
    state.users.change(&id, |user| user.mfa.push(device));
    Ok(json!({}))
}

/// Checks what can be checked of a hardware token: its seed is known to its maker and to AWS only.
fn hardware(request: &Request<'_>, state: &State, serial: &str) -> Result<(), Failure> {
    if state.users.iter().any(|user| user.mfa.iter().any(|device| device.serial == serial)) {
        return Err(Failure::already_exists("MFA Device is already in use."));
    }
    if request.text("AuthenticationCode1") == request.text("AuthenticationCode2") {
        return Err(invalid_code());
    }
    Ok(())
}

/// The place of a request's device among the enabled ones of its user.
fn place(request: &Request<'_>, devices: &[MfaDevice]) -> Result<usize, Failure> {
    let serial = request.text("SerialNumber");
    devices.iter().position(|device| device.serial == serial).ok_or_else(|| missing(serial))
}

fn deactivate(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let serial = request.text("SerialNumber");
    match owner(request, state)? {
        Owner::Root(account) => {
            let at = place(request, &account.root_mfa)?;
            state.change_account(|account| account.root_mfa.remove(at));
        }
        Owner::User(user) => {
            let (at, id) = (place(request, &user.mfa)?, user.id.clone());
            state.users.change(&id, |user| user.mfa.remove(at));
        }
    }
    state.virtual_mfa.change(serial, |device| {
        device.owner = None;
        device.enabled = None;
    });
    Ok(json!({}))
}

fn resync(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let user = find::<User>(request, state)?;
    let (at, id) = (place(request, &user.mfa)?, user.id.clone());
    let Some(device) = state.virtual_mfa.get(request.text("SerialNumber")) else { return Ok(json!({})) };
    let (step, drift) = in_step(request, codes(request, device, RESYNC_DRIFT)?);
    state.users.change(&id, |user| {
        if let Some(device) = user.mfa.get_mut(at) {
            (device.last_step, device.drift) = (step, drift);
        }
    });
    Ok(json!({}))
}

fn list(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let owner = owner(request, state)?;
    in_order(
        request,
        "MFADevices",
        owner.mfa(),
        |device| json!({"UserName": owner.name(), "SerialNumber": device.serial, "EnableDate": device.enabled.to_string()}),
    )
}

/// Without a name the device itself says whose it is.
fn get(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let serial = request.text("SerialNumber");
    let enabled = match request.maybe("UserName") {
        Some(_) => Some(find::<User>(request, state)?),
        None => state.users.iter().find(|user| user.mfa.iter().any(|device| device.serial == serial)),
    };
    if let Some(device) = enabled.and_then(|user| user.mfa.iter().find(|device| device.serial == serial)) {
        let name = enabled.map(|user| user.name.as_str());
        return Ok(json!({"UserName": name, "SerialNumber": serial, "EnableDate": device.enabled.to_string()}));
    }
    let root = state.account().root_mfa.iter().find(|device| device.serial == serial);
    match (root, request.maybe("UserName")) {
        (Some(device), None) => Ok(json!({"SerialNumber": serial, "EnableDate": device.enabled.to_string()})),
        (None, None) => virtual_device(request, state).map(|device| json!({"SerialNumber": device.serial})),
        (_, Some(_)) => Err(missing(serial)),
    }
}

/// Checks the code that a caller gives with a call of STS, and remembers its step so that it never works again.
pub fn verify(request: &Request<'_>, state: &mut State, user: Option<&str>) -> Result<(), Failure> {
    let serial = request.text("SerialNumber");
    let unknown = || {
        Failure::access_denied(
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is \
             valid and associated with this user.",
        )
    };
    let devices = match user {
        Some(id) => state.users.get(id).map(|user| &user.mfa),
        None => Some(&state.account().root_mfa),
    };
    let device = devices.into_iter().flatten().find(|device| device.serial == serial).ok_or_else(unknown)?;
    let seed = state.virtual_mfa.get(serial).and_then(|found| Seed::from_base32(&found.seed)).ok_or_else(unknown)?;
    let around = step_now(request.now).saturating_add_signed(device.drift);
    let step = seed
        .find(request.text("TokenCode"), around, DRIFT)
        .filter(|step| device.last_step.is_none_or(|last| *step > last))
        .ok_or_else(|| {
            Failure::access_denied("MultiFactorAuthentication failed with invalid MFA one time pass code. ")
        })?;
    let used = |devices: &mut Vec<MfaDevice>| {
        if let Some(device) = devices.iter_mut().find(|device| device.serial == serial) {
            device.last_step = Some(step);
        }
    };
    match user {
        Some(id) => state.users.change(id, |user| used(&mut user.mfa)).unwrap_or_default(),
        None => state.change_account(|account| used(&mut account.root_mfa)),
    }
    Ok(())
}

fn list_tags(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    tags::list(request, &virtual_device(request, state)?.tags)
}

fn tag(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let mut device = virtual_device(request, state)?.clone();
    tags::merge(request, &mut device.tags, Keys::Folded)?;
    state.virtual_mfa.put(device);
    Ok(json!({}))
}

fn untag(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let mut device = virtual_device(request, state)?.clone();
    tags::remove(request, &mut device.tags, Keys::Folded);
    state.virtual_mfa.put(device);
    Ok(json!({}))
}
