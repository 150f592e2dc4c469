//! MFA devices with real codes, through the SDK.

use aws_sdk_iam::error::ProvideErrorMetadata as _;
use aws_sdk_iam::types::{AssignmentStatusType, Tag};
use iamtui::totp::Seed;
use jiff::{SignedDuration, Timestamp};

use crate::harness::{ACCOUNT, Emulator, credentials, fails};
use iamtui::emulator::KeyPair;

struct Device {
    serial: String,
    seed: Seed,
    /// All codes are of steps around this moment, so that no step ends between two lines of a test.
    made: Timestamp,
}

impl Device {
    async fn make(iam: &aws_sdk_iam::Client, name: &str) -> Self {
        let made = iam.create_virtual_mfa_device().virtual_mfa_device_name(name).send().await.unwrap();
        let device = made.virtual_mfa_device.unwrap();
        let text = String::from_utf8(device.base32_string_seed.unwrap().into_inner()).unwrap();
        assert_eq!(text.len(), 64);
        assert!(device.qr_code_png.unwrap().as_ref().starts_with(b"\x89PNG"));
        Self { serial: device.serial_number, seed: Seed::from_base32(&text).unwrap(), made: Timestamp::now() }
    }

    /// The code of the device's making, or of so many steps away from it.
    fn code(&self, steps: i64) -> String {
        self.seed.code(self.made + SignedDuration::from_secs(steps * 30))
    }

    async fn enable(&self, iam: &aws_sdk_iam::Client, user: &str) {
        let enable = iam.enable_mfa_device().user_name(user).serial_number(&self.serial);
        enable.authentication_code1(self.code(-1)).authentication_code2(self.code(0)).send().await.unwrap();
    }
}

async fn with_user() -> (Emulator, aws_sdk_iam::Client) {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    iam.create_user().user_name("ada").send().await.unwrap();
    (emulator, iam)
}

#[tokio::test]
async fn a_device_is_made_enabled_listed_and_taken_away() {
    let (_emulator, iam) = with_user().await;
    let device = Device::make(&iam, "ada-phone").await;
    assert_eq!(device.serial, format!("arn:aws:iam::{ACCOUNT}:mfa/ada-phone"));
    let twice = iam.create_virtual_mfa_device().virtual_mfa_device_name("ada-phone").send().await;
    fails(twice, "EntityAlreadyExists", "MFA device already exists.");
    device.enable(&iam, "ada").await;
    let listed = iam.list_mfa_devices().user_name("ada").send().await.unwrap().mfa_devices;
    assert_eq!((listed.len(), listed[0].serial_number.as_str()), (1, device.serial.as_str()));
    let virtual_of = |status| iam.list_virtual_mfa_devices().assignment_status(status).send();
    let assigned = virtual_of(AssignmentStatusType::Assigned).await.unwrap().virtual_mfa_devices;
    assert_eq!(assigned[0].user.as_ref().unwrap().user_name, "ada");
    assert!(assigned[0].base32_string_seed.is_none() && assigned[0].enable_date.is_some());
    assert!(virtual_of(AssignmentStatusType::Unassigned).await.unwrap().virtual_mfa_devices.is_empty());
    let delete = || iam.delete_virtual_mfa_device().serial_number(&device.serial).send();
    fails(delete().await, "DeleteConflict", "MFA VirtualDevice in use. Must deactivate first.");
    fails(
        iam.delete_user().user_name("ada").send().await,
        "DeleteConflict",
        "Cannot delete entity, must delete MFA device first.",
    );
    iam.deactivate_mfa_device().user_name("ada").serial_number(&device.serial).send().await.unwrap();
    delete().await.unwrap();
    fails(delete().await, "NoSuchEntity", &format!("MFA Device with serial number {} does not exist.", device.serial));
}

#[tokio::test]
async fn only_two_codes_that_follow_each_other_enable_a_device() {
    let (_emulator, iam) = with_user().await;
    let device = Device::make(&iam, "phone").await;
    let enable = |first: String, second: String| {
        let enable = iam.enable_mfa_device().user_name("ada").serial_number(&device.serial);
        enable.authentication_code1(first).authentication_code2(second).send()
    };
    for (first, second) in [(0, 0), (0, -1), (-2, 0), (-40, -39)] {
        let refused = enable(device.code(first), device.code(second)).await;
        fails(refused, "InvalidAuthenticationCode", "Authentication code for device is not valid.");
    }
    enable(device.code(-1), device.code(0)).await.unwrap();
    let again = enable(device.code(-1), device.code(0)).await;
    fails(again, "EntityAlreadyExists", "MFA Device is already in use.");
    let missing = iam.enable_mfa_device().user_name("ada").serial_number(format!("arn:aws:iam::{ACCOUNT}:mfa/none"));
    fails(
        missing.authentication_code1("123456").authentication_code2("234567").send().await,
        "NoSuchEntity",
        &format!("MFA Device with serial number arn:aws:iam::{ACCOUNT}:mfa/none does not exist."),
    );
}

#[tokio::test]
async fn a_user_has_eight_devices_at_most() {
    let (_emulator, iam) = with_user().await;
    for number in 0..8 {
        Device::make(&iam, &format!("phone{number}")).await.enable(&iam, "ada").await;
    }
    let ninth = Device::make(&iam, "ninth").await;
    let enable = iam.enable_mfa_device().user_name("ada").serial_number(&ninth.serial);
    let refused = enable.authentication_code1(ninth.code(-1)).authentication_code2(ninth.code(0)).send().await;
    fails(refused, "LimitExceeded", "Cannot exceed quota for MFADevicesPerUser: 8");
}

#[tokio::test]
async fn a_code_opens_a_session_once() {
    let (emulator, iam) = with_user().await;
    let device = Device::make(&iam, "phone").await;
    device.enable(&iam, "ada").await;
    let key = iam.create_access_key().user_name("ada").send().await.unwrap().access_key.unwrap();
    let sts = emulator.sts_as(credentials(&KeyPair::new(key.access_key_id, key.secret_access_key)));
    let session = |code: String| sts.get_session_token().serial_number(&device.serial).token_code(code).send();
    let refused = "MultiFactorAuthentication failed with invalid MFA one time pass code. ";
    // The code that enabled the device was used by that.
    fails(session(device.code(0)).await, "AccessDenied", refused);
    let code = device.code(1);
    session(code.clone()).await.unwrap();
    fails(session(code).await, "AccessDenied", refused);
    let other = sts.get_session_token().serial_number(format!("arn:aws:iam::{ACCOUNT}:mfa/x")).token_code("123456");
    let told = other.send().await.unwrap_err().into_service_error().message().unwrap_or_default().to_owned();
    assert!(told.starts_with("MultiFactorAuthentication failed, unable to validate MFA code."), "{told}");
}

#[tokio::test]
async fn a_device_that_runs_slow_is_brought_back_in_step() {
    let (emulator, iam) = with_user().await;
    let device = Device::make(&iam, "phone").await;
    device.enable(&iam, "ada").await;
    let resync = iam.resync_mfa_device().user_name("ada").serial_number(&device.serial);
    resync.authentication_code1(device.code(49)).authentication_code2(device.code(50)).send().await.unwrap();
    let key = iam.create_access_key().user_name("ada").send().await.unwrap().access_key.unwrap();
    let sts = emulator.sts_as(credentials(&KeyPair::new(key.access_key_id, key.secret_access_key)));
    sts.get_session_token().serial_number(&device.serial).token_code(device.code(51)).send().await.unwrap();
}

#[tokio::test]
async fn devices_have_tags_and_hardware_tokens_have_none() {
    let (_emulator, iam) = with_user().await;
    let device = Device::make(&iam, "phone").await;
    let tag = Tag::builder().key("Team").value("red").build().unwrap();
    iam.tag_mfa_device().serial_number(&device.serial).tags(tag.clone()).send().await.unwrap();
    let tags = || iam.list_mfa_device_tags().serial_number(&device.serial).send();
    assert_eq!(tags().await.unwrap().tags, [tag]);
    iam.untag_mfa_device().serial_number(&device.serial).tag_keys("Team").send().await.unwrap();
    assert!(tags().await.unwrap().tags.is_empty());
    let token = iam.enable_mfa_device().user_name("ada").serial_number("GAHT12345678");
    token.authentication_code1("123456").authentication_code2("654321").send().await.unwrap();
    let read = iam.get_mfa_device().serial_number("GAHT12345678").send().await.unwrap();
    assert_eq!((read.user_name.as_deref(), read.enable_date.is_some()), (Some("ada"), true));
}
