mod catalogue;
mod labs;

use super::*;
use crate::insight::fixture::{dump, lab};
use serde_json::{Value, json};

const ACCOUNT: &str = "arn:aws:iam::123456789012";

fn short(id: &str) -> &str {
    id.splitn(6, ':').nth(5).unwrap_or(id)
}

fn told(path: &Path) -> String {
    let steps: Vec<String> =
        path.steps.iter().map(|step| format!("{} {}", step.technique, short(&step.target))).collect();
    let block = path.blocked_by.as_ref().map(|block| format!(" by {}", block.layer.as_str())).unwrap_or_default();
    format!("{}{block}: {} → {}: {}", path.verdict.word(), short(&path.from), short(&path.to), steps.join(", "))
}

#[test]
fn the_paths_of_an_account_are_found_with_their_conditions() {
    let account = lab();
    let found = escalation(&Access::new(&account), &Route::default()).unwrap();
    let administrators: Vec<&str> = found.administrators.iter().map(|id| short(id)).collect();
    assert_eq!(administrators, ["user/ada", "role/lambda-admin"]);
    let told: Vec<String> = found.paths.iter().map(told).collect();
    for expected in [
        "open: user/eve → role/lambda-admin: lambda-001 role/lambda-admin",
        "open: role/deploy → admin: iam-005 role/deploy",
        "conditional: user/mal → user/ada: iam-002 user/ada",
        "conditional: user/bob → admin: sts-001 role/deploy, iam-005 role/deploy",
        "unknown: user/eve → role/lambda-admin: lambda-003 role/lambda-admin",
    ] {
        assert!(told.iter().any(|path| path == expected), "{expected} is not in {told:#?}");
    }
}

/// An account with a user `start` of these statements, an administrator, and a role that a service may have.
fn account(statements: &Value, more: impl FnOnce(&mut Value)) -> crate::model::Account {
    let trust = |principal: Value| {
        json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]})
    };
    let everything = json!([{"PolicyName": "all", "PolicyDocument": {"Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}]);
    let services: Vec<&str> = techniques::ALL
        .iter()
        .filter_map(|technique| match technique.gain {
            techniques::Gain::Pass(services) => services.first().copied(),
            _ => None,
        })
        .collect();
    let role = |name: &str, principal: Value, inline: Value| {
        json!({
        "RoleName": name, "RoleId": format!("AROA{name}"), "Arn": format!("{ACCOUNT}:role/{name}"),
        "AssumeRolePolicyDocument": trust(principal), "RolePolicyList": inline, "AttachedManagedPolicies": [],
        "InstanceProfileList": [{"InstanceProfileName": name}], "Tags": []})
    };
    let mut value = json!({
        "UserDetailList": [
            {"UserName": "start", "UserId": "AIDASTART", "Arn": format!("{ACCOUNT}:user/start"), "GroupList": ["team"],
             "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": {"Version": "2012-10-17", "Statement": statements}}],
             "AttachedManagedPolicies": [{"PolicyName": "shared", "PolicyArn": format!("{ACCOUNT}:policy/shared")}], "Tags": []},
            {"UserName": "chief", "UserId": "AIDACHIEF", "Arn": format!("{ACCOUNT}:user/chief"), "GroupList": [],
             "UserPolicyList": everything.clone(), "AttachedManagedPolicies": [], "Tags": []}],
        "GroupDetailList": [
            {"GroupName": "team", "GroupId": "AGPA1", "Arn": format!("{ACCOUNT}:group/team"), "GroupPolicyList": [], "AttachedManagedPolicies": []},
            {"GroupName": "chiefs", "GroupId": "AGPA2", "Arn": format!("{ACCOUNT}:group/chiefs"), "GroupPolicyList": everything.clone(), "AttachedManagedPolicies": []}],
        "RoleDetailList": [
            role("machine", json!({"Service": services}), everything.clone()),
            role("door", json!({"AWS": "123456789012"}), everything)],
        "Policies": [
            {"PolicyName": "shared", "Arn": format!("{ACCOUNT}:policy/shared"), "DefaultVersionId": "v2", "PolicyVersionList": [
                {"VersionId": "v2", "IsDefaultVersion": true, "Document": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}]}},
                {"VersionId": "v1", "IsDefaultVersion": false, "Document": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}]},
            {"PolicyName": "cap", "Arn": format!("{ACCOUNT}:policy/cap"), "DefaultVersionId": "v1", "PolicyVersionList": [
                {"VersionId": "v1", "IsDefaultVersion": true, "Document": {"Version": "2012-10-17", "Statement": [
                    {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}}]}]});
    more(&mut value);
    dump(&value.to_string())
}

/// What one technique needs, allowed on everything.
fn needs(technique: &techniques::Technique) -> Vec<&'static str> {
    use techniques::Gain;
    let first: &[&str] = match technique.gain {
        Gain::Own(_, action) => return vec![action],
        Gain::Group => &["iam:AddUserToGroup"],
        Gain::Credentials(actions) => actions,
        Gain::Trust => &["iam:UpdateAssumeRolePolicy"],
        Gain::Assume => &["sts:AssumeRole"],
        Gain::Pass(_) => &["iam:PassRole"],
        Gain::Existing(_) => &[],
    };
    first.iter().chain(technique.needs).copied().collect()
}

/// The verdict of the best path from `start` by a technique.
fn verdict(
    account: &crate::model::Account,
    technique: &str,
    guardrails: Option<super::super::Guardrails>,
) -> Option<Verdict> {
    let access = Access::new(account).under(guardrails.map(std::sync::Arc::new));
    let route = Route { from: Some(format!("{ACCOUNT}:user/start").into()), ..Route::default() };
    let found = escalation(&access, &route).unwrap();
    let by = |path: &&Path| path.steps.iter().any(|step| step.technique == technique);
    found.paths.iter().filter(by).map(|path| path.verdict).min()
}

/// The techniques that a user can use on itself or an administrator of the account above.
fn usable() -> impl Iterator<Item = (&'static techniques::Technique, Vec<&'static str>)> {
    use techniques::{Gain, Holder, Widening};
    let of_roles = |gain: Gain| matches!(gain, Gain::Own(Widening::Policies(Holder::Role) | Widening::Boundary(_), _));
    let all = techniques::ALL.iter().filter(move |technique| {
        !of_roles(technique.gain) && !matches!(technique.gain, Gain::Existing(_)) && technique.id != "iam-003"
    });
    all.map(|technique| (technique, needs(technique)))
}

#[test]
fn every_technique_is_open_where_its_actions_are_allowed() {
    for (technique, actions) in usable() {
        let account = account(&json!([{"Effect": "Allow", "Action": actions, "Resource": "*"}]), |_| {});
        assert_eq!(verdict(&account, technique.id, None), Some(Verdict::Open), "{}", technique.id);
    }
}

#[test]
fn every_technique_is_conditional_where_its_actions_are() {
    let condition = json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}});
    for (technique, actions) in usable() {
        let statements = json!([{"Effect": "Allow", "Action": actions, "Resource": "*", "Condition": condition}]);
        let account = account(&statements, |_| {});
        assert_eq!(verdict(&account, technique.id, None), Some(Verdict::Conditional), "{}", technique.id);
    }
}

#[test]
fn every_technique_is_blocked_by_a_boundary_an_scp_and_a_denial() {
    let scp = std::sync::Arc::new(
        crate::policy::evaluate::Compiled::new(
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#,
        )
        .unwrap(),
    );
    for (technique, actions) in usable() {
        let allow = json!([{"Effect": "Allow", "Action": actions, "Resource": "*"}]);
        let bounded = account(&allow, |value| {
            value["UserDetailList"][0]["PermissionsBoundary"] =
                json!({"PermissionsBoundaryArn": format!("{ACCOUNT}:policy/cap")});
        });
        assert_eq!(verdict(&bounded, technique.id, None), Some(Verdict::Blocked), "{} and a boundary", technique.id);
        let denied = json!([{"Effect": "Allow", "Action": actions, "Resource": "*"},
            {"Effect": "Deny", "Action": actions, "Resource": "*"}]);
        let denied = account(&denied, |_| {});
        assert_eq!(verdict(&denied, technique.id, None), Some(Verdict::Blocked), "{} and a denial", technique.id);
        let rails = crate::insight::Guardrails { scps: vec![vec![scp.clone()]], ..Default::default() };
        let found = verdict(&account(&allow, |_| {}), technique.id, Some(rails));
        assert!(found.is_none_or(|verdict| verdict == Verdict::Blocked), "{} and an SCP: {found:?}", technique.id);
    }
}

#[test]
fn a_technique_on_other_resources_is_no_path() {
    for (technique, actions) in usable() {
        let elsewhere =
            json!([{"Effect": "Allow", "Action": actions, "Resource": format!("{ACCOUNT}:role/elsewhere")}]);
        let account = account(&elsewhere, |_| {});
        assert_eq!(verdict(&account, technique.id, None), None, "{}", technique.id);
    }
}

#[test]
fn an_administrator_under_a_condition_is_told_once_as_that() {
    let account = crate::insight::fixture::forced_mfa();
    let found = escalation(&Access::new(&account), &Route::default()).unwrap();
    assert!(found.administrators.is_empty());
    let conditional: Vec<&str> = found.conditional.iter().map(|(id, _)| short(id)).collect();
    assert_eq!(conditional, ["user/ida"]);
    let all: Vec<String> = found.paths.iter().map(told).collect();
    assert_eq!(all, ["conditional: user/kim → user/ida: iam-002 user/ida"]);
    let lines = crate::insight::describe::paths(&account, &found);
    let text: Vec<&str> = lines.iter().map(|line| &*line.text).collect();
    assert!(text.contains(&"arn:aws:iam::123456789012:user/ida  if aws:MultiFactorAuthPresent Bool true"), "{text:#?}");
}

#[test]
fn a_role_is_passed_only_to_the_services_that_the_policy_names() {
    let statements = |service: &str| {
        json!([
        {"Effect": "Allow", "Action": ["lambda:CreateFunction", "lambda:InvokeFunction"], "Resource": "*"},
        {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*",
         "Condition": {"StringEquals": {"iam:PassedToService": service}}}])
    };
    let open = account(&statements("lambda.amazonaws.com"), |_| {});
    assert_eq!(verdict(&open, "lambda-001", None), Some(Verdict::Open));
    let other = account(&statements("ec2.amazonaws.com"), |_| {});
    assert_eq!(verdict(&other, "lambda-001", None), None);
}

#[test]
fn a_policy_that_may_be_attached_decides() {
    let statements = |policy: &str| {
        json!([{"Effect": "Allow", "Action": "iam:AttachUserPolicy", "Resource": "*",
        "Condition": {"ArnEquals": {"iam:PolicyARN": policy}}}])
    };
    let open = account(&statements("arn:aws:iam::aws:policy/AdministratorAccess"), |_| {});
    assert_eq!(verdict(&open, "iam-008", None), Some(Verdict::Open));
    let harmless = account(&statements("arn:aws:iam::aws:policy/ReadOnlyAccess"), |_| {});
    assert_eq!(verdict(&harmless, "iam-008", None), None);
}

#[test]
fn another_policy_that_makes_an_administrator_may_be_attached() {
    let statements = json!([{"Effect": "Allow", "Action": "iam:AttachUserPolicy", "Resource": "*",
        "Condition": {"ArnLike": {"iam:PolicyARN": format!("{ACCOUNT}:policy/*")}}}]);
    let harmless = account(&statements, |_| {});
    assert_eq!(verdict(&harmless, "iam-008", None), None);
    let powerful = account(&statements, |value| {
        value["Policies"][0]["PolicyVersionList"][0]["Document"]["Statement"][0]["Action"] = json!("iam:*");
        value["UserDetailList"][0]["AttachedManagedPolicies"] = json!([]);
    });
    assert_eq!(verdict(&powerful, "iam-008", None), Some(Verdict::Open));
}

#[test]
fn a_group_that_leads_to_more_is_joined() {
    let statements = json!([{"Effect": "Allow", "Action": "iam:AddUserToGroup", "Resource": "*"}]);
    let account = account(&statements, |value| {
        value["GroupDetailList"][1]["GroupPolicyList"][0]["PolicyDocument"]["Statement"][0]["Action"] =
            json!("iam:PutUserPolicy");
    });
    assert_eq!(verdict(&account, "iam-013", None), Some(Verdict::Open));
}

/// The same account in which `chief` has two access keys, so that one has to be replaced.
fn with_two_keys(statements: &Value, more: impl FnOnce(&mut Value)) -> crate::model::Account {
    use crate::insight::fixture::known;
    use crate::model::{AccessKey, Fact, Status, Update, UserFacts};
    let mut account = account(statements, more);
    let key = |id: &str| AccessKey { id: id.into(), status: Status::Active, created: None, last_used: Fact::Unknown };
    let facts = UserFacts { keys: known(vec![key("AKIA1"), key("AKIA2")]), ..UserFacts::default() };
    account.apply(Update::UserFacts("chief".into(), Box::new(facts)));
    account
}

fn rails(action: &str) -> super::super::Guardrails {
    let scp =
        format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"{action}","Resource":"*"}}}}"#);
    let compiled = crate::policy::evaluate::Compiled::new(&scp).unwrap();
    super::super::Guardrails { scps: vec![vec![std::sync::Arc::new(compiled)]], ..Default::default() }
}

#[test]
fn a_key_is_replaced_where_there_are_two() {
    let allow = |more: Value| {
        let mut statement = json!({"Effect": "Allow", "Action": ["iam:CreateAccessKey", "iam:DeleteAccessKey"],
            "Resource": "*"});
        statement.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!([statement])
    };
    let of = |account: &crate::model::Account, guardrails| verdict(account, "iam-003", guardrails);
    let open = with_two_keys(&allow(json!({})), |_| {});
    assert_eq!(of(&open, None), Some(Verdict::Open));
    assert_eq!(verdict(&open, "iam-002", None), None, "there is no room for a third key");
    let condition = json!({"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}});
    assert_eq!(of(&with_two_keys(&allow(condition), |_| {}), None), Some(Verdict::Conditional));
    let bounded = with_two_keys(&allow(json!({})), |value| {
        value["UserDetailList"][0]["PermissionsBoundary"] =
            json!({"PermissionsBoundaryArn": format!("{ACCOUNT}:policy/cap")});
    });
    assert_eq!(of(&bounded, None), Some(Verdict::Blocked));
    assert!(of(&open, Some(rails("s3:*"))).is_none_or(|verdict| verdict == Verdict::Blocked), "an SCP");
    let elsewhere = json!({"Resource": format!("{ACCOUNT}:user/other")});
    assert_eq!(of(&with_two_keys(&allow(elsewhere), |_| {}), None), None);
}

/// An account in which `start`, or the role `door`, has everything within a boundary that lets it remove itself so.
fn bounded(of: &str, allows: &Value) -> crate::model::Account {
    let statements = match of {
        "start" => json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}]),
        _ => json!([{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]),
    };
    account(&statements, |value| {
        let cap = json!({"PermissionsBoundaryArn": format!("{ACCOUNT}:policy/cap")});
        match of {
            "start" => value["UserDetailList"][0]["PermissionsBoundary"] = cap,
            _ => value["RoleDetailList"][1]["PermissionsBoundary"] = cap,
        }
        value["Policies"][1]["PolicyVersionList"][0]["Document"]["Statement"] = allows.clone();
    })
}

#[test]
fn a_boundary_is_removed_only_where_it_lets_itself_be() {
    for (of, id, action) in [
        ("start", "own-delete-user-boundary", "iam:DeleteUserPermissionsBoundary"),
        ("door", "own-delete-role-boundary", "iam:DeleteRolePermissionsBoundary"),
    ] {
        let from = if of == "start" { "user/start" } else { "role/door" };
        let found = |account: &crate::model::Account, guardrails: Option<super::super::Guardrails>| {
            let access = Access::new(account).under(guardrails.map(std::sync::Arc::new));
            let route = Route { from: Some(format!("{ACCOUNT}:{from}").into()), ..Route::default() };
            let found = escalation(&access, &route).unwrap();
            let by = |path: &&Path| path.steps.iter().any(|step| step.technique == id);
            found.paths.iter().filter(by).map(|path| path.verdict).min()
        };
        let allow = |resource: &str| json!([{"Effect": "Allow", "Action": ["s3:*", action], "Resource": resource}]);
        let open = bounded(of, &allow("*"));
        assert_eq!(found(&open, None), Some(Verdict::Open), "{id}");
        let mut conditional = allow("*");
        conditional[0]["Condition"] = json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}});
        assert_eq!(found(&bounded(of, &conditional), None), Some(Verdict::Conditional), "{id}, a condition");
        let narrow = json!([{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]);
        assert_eq!(found(&bounded(of, &narrow), None), Some(Verdict::Blocked), "{id}, the boundary");
        assert_eq!(found(&open, Some(rails("s3:*"))), None, "{id}, an SCP leaves nothing to win");
        let elsewhere = format!("{ACCOUNT}:{}", if of == "start" { "user/other" } else { "role/other" });
        assert_eq!(found(&bounded(of, &allow(&elsewhere)), None), Some(Verdict::Blocked), "{id}, the resource");
    }
}

#[test]
fn each_change_that_closes_a_path_closes_it() {
    use crate::insight::forecast::Forecast;
    let mut closed = 0;
    for (technique, actions) in usable() {
        let account = account(
            &json!([{"Effect": "Allow", "Action": actions, "Resource": "*"},
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]),
            |_| {},
        );
        let route = Route { from: Some(format!("{ACCOUNT}:user/start").into()), ..Route::default() };
        let found = escalation(&Access::new(&account), &route).unwrap();
        let by = |path: &&Path| path.steps.iter().any(|step| step.technique == technique.id);
        let path = found.paths.iter().find(by).unwrap();
        let fixes = close::closings(&account, path);
        assert!(!fixes.is_empty(), "{}", technique.id);
        for fix in fixes {
            let mut forecast = Forecast::new(&account);
            fix.plan.unwrap().steps.iter().for_each(|step| forecast.take(step));
            let left = escalation(&Access::new(forecast.account()), &route).unwrap();
            let same = |other: &&Path| {
                other.to == path.to
                    && other.verdict <= Verdict::Conditional
                    && other
                        .steps
                        .iter()
                        .map(|step| (step.technique, &step.resource))
                        .eq(path.steps.iter().map(|step| (step.technique, &step.resource)))
            };
            assert!(!left.paths.iter().any(|path| same(&path)), "{}: {}", technique.id, fix.title);
            closed += 1;
        }
    }
    assert!(closed > 100, "{closed}");
}

#[test]
fn paths_are_drawn() {
    let account = lab();
    let found = escalation(&Access::new(&account), &Route::default()).unwrap();
    let drawn = render::dot(&found);
    assert!(drawn.contains("\"user/bob\" -> \"role/deploy\" [label=\"sts-001\", style=dashed];"), "{drawn}");
    let drawn = render::mermaid(&found);
    assert!(drawn.starts_with("flowchart LR\n") && drawn.contains("|iam-005|"), "{drawn}");
}

#[test]
fn a_boundary_that_can_be_removed_is_none() {
    let statements = json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}]);
    let account = account(&statements, |value| {
        value["UserDetailList"][0]["PermissionsBoundary"] =
            json!({"PermissionsBoundaryArn": format!("{ACCOUNT}:policy/cap")});
        value["Policies"][1]["PolicyVersionList"][0]["Document"]["Statement"][0]["Action"] =
            json!(["s3:*", "iam:DeleteUserPermissionsBoundary"]);
    });
    assert_eq!(verdict(&account, "own-delete-user-boundary", None), Some(Verdict::Open));
}
