//! Outbound identity federation is switched on and off, and keeps its issuer.

use crate::harness::{Emulator, fails};

#[tokio::test(flavor = "multi_thread")]
async fn the_issuer_is_told_while_the_feature_is_enabled_and_stays_the_same() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let told = "Outbound web identity federation is not enabled for this account.";
    fails(iam.get_outbound_web_identity_federation_info().send().await, "FeatureDisabled", told);
    let enabled = iam.enable_outbound_web_identity_federation().send().await.unwrap();
    let issuer = enabled.issuer_identifier.unwrap();
    assert!(issuer.starts_with("https://") && issuer.ends_with(".tokens.sts.global.api.aws"), "{issuer}");
    let info = iam.get_outbound_web_identity_federation_info().send().await.unwrap();
    assert_eq!((info.issuer_identifier.as_ref(), info.jwt_vending_enabled), (Some(&issuer), true));
    let again = "Outbound web identity federation is already enabled for this account.";
    fails(iam.enable_outbound_web_identity_federation().send().await, "FeatureEnabled", again);
    iam.disable_outbound_web_identity_federation().send().await.unwrap();
    fails(iam.disable_outbound_web_identity_federation().send().await, "FeatureDisabled", told);
    let enabled = iam.enable_outbound_web_identity_federation().send().await.unwrap();
    assert_eq!(enabled.issuer_identifier, Some(issuer));
}
