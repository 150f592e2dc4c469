//! AWS Organizations reads what the file of the organization says, in its own protocol.

use aws_sdk_iam::types::SortKeyType;
use iamtui::emulator::KeyPair;
use serde_json::{Value, json};

use super::organization::{DEV, MAIN, PROD, iam, root, start, user};
use super::wire::{Signed, send, status};
use crate::harness::Emulator;

/// The status and the body of an answer of a service that takes its operation from a header.
pub fn ask(emulator: &Emulator, key: &KeyPair, service: &'static str, target: &str, input: &Value) -> (u16, Value) {
    let signed = Signed {
        media: "application/x-amz-json-1.1",
        service,
        target: Some(target.to_owned()),
        ..Signed::new(emulator, &input.to_string())
    };
    let answer = send(emulator, &signed.bytes(key));
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    assert!(head.contains("content-type: application/x-amz-json-1.1"), "{answer}");
    (status(&answer).unwrap_or_default(), serde_json::from_str(body).unwrap_or_default())
}

fn call(emulator: &Emulator, account: &str, operation: &str, input: &Value) -> (u16, Value) {
    let target = format!("AWSOrganizationsV20161128.{operation}");
    ask(emulator, &root(account), "organizations", &target, input)
}

#[track_caller]
fn get(emulator: &Emulator, operation: &str, input: &Value) -> Value {
    let (status, answer) = call(emulator, MAIN, operation, input);
    assert_eq!(status, 200, "{operation}: {answer}");
    answer
}

fn texts<'a>(answer: &'a Value, list: &str, member: &str) -> Vec<&'a str> {
    answer[list].as_array().unwrap().iter().map(|one| one[member].as_str().unwrap()).collect()
}

#[test]
fn accounts_and_units_are_found_from_above_and_from_below() {
    let emulator = start();
    let described = get(&emulator, "DescribeOrganization", &json!({}));
    assert_eq!(described["Organization"]["MasterAccountId"], MAIN);
    assert_eq!(texts(&get(&emulator, "ListAccounts", &json!({})), "Accounts", "Id"), [MAIN, DEV, PROD]);
    let roots = get(&emulator, "ListRoots", &json!({}));
    let root = roots["Roots"][0]["Id"].as_str().unwrap();
    let units = get(&emulator, "ListOrganizationalUnitsForParent", &json!({"ParentId": root}));
    let mut names = texts(&units, "OrganizationalUnits", "Name");
    names.sort_unstable();
    assert_eq!(names, ["dev", "prod"]);
    let parents = get(&emulator, "ListParents", &json!({"ChildId": DEV}));
    let unit = parents["Parents"][0]["Id"].as_str().unwrap();
    assert_eq!(parents["Parents"][0]["Type"], "ORGANIZATIONAL_UNIT");
    let children = get(&emulator, "ListChildren", &json!({"ParentId": unit, "ChildType": "ACCOUNT"}));
    assert_eq!(texts(&children, "Children", "Id"), [DEV]);
    let accounts = get(&emulator, "ListAccountsForParent", &json!({"ParentId": root}));
    assert_eq!(texts(&accounts, "Accounts", "Name"), ["main"]);
    let named = get(&emulator, "DescribeOrganizationalUnit", &json!({"OrganizationalUnitId": unit}));
    assert_eq!(named["OrganizationalUnit"]["Name"], "dev");
    let first = get(&emulator, "ListAccounts", &json!({"MaxResults": 2}));
    let next = json!({"MaxResults": 2, "NextToken": first["NextToken"]});
    assert_eq!(texts(&get(&emulator, "ListAccounts", &next), "Accounts", "Id"), [PROD]);
}

#[test]
fn policies_are_read_with_their_targets() {
    let emulator = start();
    let filter = json!({"Filter": "SERVICE_CONTROL_POLICY"});
    let listed = get(&emulator, "ListPolicies", &filter);
    let own = listed["Policies"].as_array().unwrap().iter().find(|one| one["AwsManaged"] == false).unwrap();
    let described = get(&emulator, "DescribePolicy", &json!({"PolicyId": own["Id"]}));
    assert!(described["Policy"]["Content"].as_str().unwrap().contains("iam:CreateGroup"), "{described}");
    let targets = get(&emulator, "ListTargetsForPolicy", &json!({"PolicyId": own["Id"]}));
    assert_eq!(texts(&targets, "Targets", "Type"), ["ROOT"]);
    let everywhere = get(&emulator, "ListTargetsForPolicy", &json!({"PolicyId": "p-FullAWSAccess"}));
    assert_eq!(everywhere["Targets"].as_array().unwrap().len(), 6);
    let target = json!({"TargetId": PROD, "Filter": "RESOURCE_CONTROL_POLICY"});
    assert_eq!(texts(&get(&emulator, "ListPoliciesForTarget", &target), "Policies", "Name"), ["RCPFullAWSAccess"]);
    let tags = json!({"Filter": "TAG_POLICY"});
    assert_eq!(get(&emulator, "ListPolicies", &tags), json!({"Policies": []}));
}

#[test]
fn who_may_not_look_or_asks_for_nothing_that_is_there_is_refused() {
    let emulator = start();
    let refused = |account: &str, operation: &str, input: &Value, code: &str| {
        let (status, answer) = call(&emulator, account, operation, input);
        assert_eq!((status, answer["__type"].as_str()), (400, Some(code)), "{operation}: {answer}");
    };
    refused(DEV, "ListAccounts", &json!({}), "AccessDeniedException");
    assert_eq!(call(&emulator, PROD, "DescribeOrganization", &json!({})).0, 200);
    refused(MAIN, "DescribeAccount", &json!({"AccountId": "999999999999"}), "AccountNotFoundException");
    refused(MAIN, "DescribeAccount", &json!({}), "InvalidInputException");
    refused(MAIN, "ListChildren", &json!({"ParentId": "r-none", "ChildType": "ACCOUNT"}), "ParentNotFoundException");
    refused(MAIN, "ListPolicies", &json!({"Filter": "OTHER"}), "InvalidInputException");
    assert_eq!(call(&emulator, MAIN, "CreateOrganization", &json!({})).0, 501);
    let alone = Emulator::empty();
    let target = "AWSOrganizationsV20161128.DescribeOrganization";
    let (status, answer) = ask(&alone, &alone.handle.root, "organizations", target, &json!({}));
    assert_eq!((status, answer["__type"].as_str()), (400, Some("AWSOrganizationsNotInUseException")));
}

#[tokio::test]
async fn the_permission_to_read_it_is_asked_for() {
    let emulator = start();
    let main = iam(&emulator, MAIN);
    main.create_user().user_name("bob").send().await.unwrap();
    let key = main.create_access_key().user_name("bob").send().await.unwrap().access_key.unwrap();
    let key = KeyPair::new(key.access_key_id, key.secret_access_key);
    let target = "AWSOrganizationsV20161128.ListAccounts";
    let (_, answer) = ask(&emulator, &key, "organizations", target, &json!({}));
    let told = format!(
        "User: arn:aws:iam::{MAIN}:user/bob is not authorized to perform: organizations:ListAccounts on resource: * because \
         no identity-based policy allows the organizations:ListAccounts action"
    );
    assert_eq!(answer, json!({"__type": "AccessDeniedException", "message": told}));
}

#[tokio::test]
async fn a_report_tells_which_allowed_services_an_organization_uses() {
    let emulator = start();
    let main = iam(&emulator, MAIN);
    user(&emulator, DEV, "ada").await;
    let roots = get(&emulator, "ListRoots", &json!({}));
    let path = format!("o-rockets1234/{}", roots["Roots"][0]["Id"].as_str().unwrap());
    let job = main.generate_organizations_access_report().entity_path(&path).send().await.unwrap().job_id.unwrap();
    let report = main.get_organizations_access_report().job_id(job).max_items(1);
    let report = report.sort_key(SortKeyType::LastAuthenticatedTimeDescending).send().await.unwrap();
    let used = &report.access_details()[0];
    assert!(["iam", "organizations"].contains(&used.service_namespace.as_str()), "{used:?}");
    assert!(report.number_of_services_accessible.unwrap() > 300);
    let told = format!("The entity path {path}/ou-none does not exist in the organization.");
    let none = main.generate_organizations_access_report().entity_path(format!("{path}/ou-none")).send().await;
    crate::harness::fails(none, "ValidationError", &told);
    iam(&emulator, DEV).generate_organizations_access_report().entity_path(&path).send().await.unwrap_err();
}
