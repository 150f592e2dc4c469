//! The bulk read and the summary, through the SDK.

use aws_sdk_iam::types::{EntityType, SummaryKeyType};

use crate::harness::Emulator;

const LAMBDA: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

#[tokio::test]
async fn details_come_page_by_page_and_nothing_is_lost_between() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    for number in 0..7 {
        iam.create_user().user_name(format!("u{number}")).send().await.unwrap();
        iam.create_group().group_name(format!("g{number}")).send().await.unwrap();
        let role = iam.create_role().role_name(format!("r{number}")).assume_role_policy_document(LAMBDA);
        role.send().await.unwrap();
    }
    iam.add_user_to_group().group_name("g1").user_name("u0").send().await.unwrap();
    iam.attach_user_policy().user_name("u0").policy_arn("arn:aws:iam::aws:policy/ReadOnlyAccess").send().await.unwrap();
    for size in [1, 3, 7, 8, 100] {
        let (mut seen, mut marker) = (Vec::new(), None);
        loop {
            let page = iam.get_account_authorization_details().max_items(size).set_marker(marker).send().await.unwrap();
            let rows = seen.len();
            seen.extend(page.user_detail_list().iter().map(|user| user.user_name.clone().unwrap()));
            seen.extend(page.group_detail_list().iter().map(|group| group.group_name.clone().unwrap()));
            seen.extend(page.role_detail_list().iter().map(|role| role.role_name.clone().unwrap()));
            seen.extend(page.policies().iter().map(|policy| policy.policy_name.clone().unwrap()));
            assert!(seen.len() - rows <= usize::try_from(size).unwrap());
            marker = page.marker;
            if marker.is_none() {
                break;
            }
        }
        let mut expected: Vec<String> =
            ["u", "g", "r"].iter().flat_map(|kind| (0..7).map(move |n| format!("{kind}{n}"))).collect();
        expected.push("ReadOnlyAccess".to_owned());
        assert_eq!(seen, expected, "pages of {size}");
    }
}

#[tokio::test]
async fn a_filter_leaves_only_what_it_names() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    iam.create_user().user_name("u").send().await.unwrap();
    iam.create_group().group_name("g").send().await.unwrap();
    let page = iam.get_account_authorization_details().filter(EntityType::Group).send().await.unwrap();
    assert_eq!((page.user_detail_list().len(), page.group_detail_list().len()), (0, 1));
}

#[tokio::test]
async fn the_summary_counts_and_tells_the_quotas() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    iam.create_user().user_name("u").send().await.unwrap();
    let summary = iam.get_account_summary().send().await.unwrap().summary_map.unwrap();
    assert_eq!(summary[&SummaryKeyType::Users], 1);
    assert_eq!(summary[&SummaryKeyType::UsersQuota], 5000);
    assert_eq!(summary[&SummaryKeyType::AccountAccessKeysPresent], 1);
}

#[tokio::test]
async fn a_user_without_inline_policies_has_no_list_of_them() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    iam.create_user().user_name("u").send().await.unwrap();
    iam.create_group().group_name("g").send().await.unwrap();
    let page = iam.get_account_authorization_details().send().await.unwrap();
    assert_eq!(page.user_detail_list.unwrap()[0].user_policy_list, None);
    assert_eq!(page.group_detail_list.unwrap()[0].group_policy_list, Some(Vec::new()));
}
