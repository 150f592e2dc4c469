//! Every technique of the catalogue with an account that opens it and accounts that block it: by a condition, a
//! boundary, an SCP, a denial, and another resource or trust policy.

use super::*;
use techniques::{ALL, Gain, Holder, PAIRS, Technique, Widening};

/// Techniques whose accounts need more than statements: tests of their own hold them.
const OWN_TESTS: [&str; 3] = ["iam-003", "own-delete-user-boundary", "own-delete-role-boundary"];

/// What opens a technique.
struct Case {
    id: &'static str,
    /// The user or role that takes it.
    from: &'static str,
    /// The permissions: actions, and on what.
    allows: Vec<(Vec<&'static str>, String)>,
    /// What a technique is at best: what may exist or not leaves it unknown.
    best: Verdict,
}

impl Case {
    fn of(technique: &'static Technique) -> Self {
        let is_of_role = matches!(technique.gain, Gain::Own(Widening::Policies(Holder::Role), _));
        let best = if matches!(technique.gain, Gain::Existing(_)) { Verdict::Unknown } else { Verdict::Open };
        let from = if is_of_role { "role/start" } else { "user/start" };
        Self { id: technique.id, from, allows: vec![(needs(technique), "*".to_owned())], best }
    }

    /// A technique that is two others on somebody who is no administrator yet.
    fn pair((first, second, whole): &(&'static str, &'static str, &'static str)) -> Self {
        let technique = |id: &str| ALL.iter().find(|one| one.id == id).unwrap();
        let target = match (technique(first).gain, technique(second).gain) {
            (Gain::Own(Widening::Policies(Holder::User), _), _) => "user/clerk",
            (_, Gain::Trust) => "role/vault",
            _ => "role/desk",
        };
        let on = |technique: &Technique| match technique.gain {
            Gain::Own(Widening::Policy, _) => format!("{ACCOUNT}:policy/work"),
            _ => format!("{ACCOUNT}:{target}"),
        };
        let both = [technique(first), technique(second)];
        let allows = both.map(|technique| (needs(technique), on(technique))).into();
        Self { id: whole, from: "user/start", allows, best: Verdict::Open }
    }

    fn is_existing(&self) -> bool {
        self.best == Verdict::Unknown
    }

    /// The statements, each with more members.
    fn statements(&self, effect: &str, more: &Value) -> Vec<Value> {
        let statement = |(actions, resource): &(Vec<&str>, String)| {
            let mut one = json!({"Effect": effect, "Action": actions, "Resource": resource});
            one.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            one
        };
        self.allows.iter().map(statement).collect()
    }

    /// The verdict where the account has these statements and is changed.
    fn verdict(
        &self,
        statements: &[Value],
        guardrails: Option<super::super::super::Guardrails>,
        change: impl FnOnce(&mut Value),
    ) -> Option<Verdict> {
        let account = account(&json!(statements), |value| {
            stage(value, statements);
            change(value);
        });
        let access = Access::new(&account).under(guardrails.map(std::sync::Arc::new));
        let route = Route { from: Some(format!("{ACCOUNT}:{}", self.from).into()), ..Route::default() };
        let found = escalation(&access, &route).unwrap();
        let by = |path: &&Path| path.steps.iter().any(|step| step.technique == self.id);
        found.paths.iter().filter(by).map(|path| path.verdict).min()
    }
}

/// Whom the techniques of two steps are taken on, and a role that takes those of one.
fn stage(value: &mut Value, statements: &[Value]) {
    let work = json!([{"PolicyName": "work", "PolicyArn": format!("{ACCOUNT}:policy/work")}]);
    let role = |name: &str, principal: Value, inline: Value, attached: &Value| {
        json!({"RoleName": name, "RoleId": format!("AROA{name}"), "Arn": format!("{ACCOUNT}:role/{name}"),
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]},
            "RolePolicyList": inline, "AttachedManagedPolicies": attached, "InstanceProfileList": [], "Tags": []})
    };
    let roles = value["RoleDetailList"].as_array_mut().unwrap();
    let own = json!([{"PolicyName": "own", "PolicyDocument": {"Version": "2012-10-17", "Statement": statements}}]);
    roles.push(role("start", json!({"AWS": "arn:aws:iam::999988887777:root"}), own, &json!([])));
    roles.push(role("desk", json!({"AWS": "123456789012"}), json!([]), &work));
    roles.push(role("vault", json!({"Service": "events.amazonaws.com"}), json!([]), &work));
    value["UserDetailList"].as_array_mut().unwrap().push(
        json!({"UserName": "clerk", "UserId": "AIDACLERK", "Arn": format!("{ACCOUNT}:user/clerk"), "GroupList": [],
        "UserPolicyList": [], "AttachedManagedPolicies": [], "Tags": []}),
    );
    value["Policies"].as_array_mut().unwrap().push(json!({
        "PolicyName": "work", "Arn": format!("{ACCOUNT}:policy/work"), "DefaultVersionId": "v1", "PolicyVersionList": [
        {"VersionId": "v1", "IsDefaultVersion": true, "Document": {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}]}}]}));
}

fn cases() -> Vec<Case> {
    let all = ALL.iter().filter(|technique| !OWN_TESTS.contains(&technique.id)).map(Case::of);
    all.chain(PAIRS.iter().map(Case::pair)).collect()
}

#[test]
fn each_technique_is_opened_by_its_own_account() {
    for case in cases() {
        let found = case.verdict(&case.statements("Allow", &json!({})), None, |_| {});
        assert_eq!(found, Some(case.best), "{}", case.id);
    }
}

#[test]
fn each_technique_is_blocked_in_each_way() {
    for case in cases() {
        let allow = case.statements("Allow", &json!({}));
        let blocked = |by: &str, found: Option<Verdict>| {
            assert!(found.is_none_or(|verdict| verdict == Verdict::Blocked), "{} by {by}: {found:?}", case.id);
        };
        let never = json!({"Condition": {"StringEquals": {"aws:PrincipalAccount": "999988887777"}}});
        blocked("a condition", case.verdict(&case.statements("Allow", &never), None, |_| {}));
        blocked(
            "a boundary",
            case.verdict(&allow, None, |value| {
                let cap = json!({"PermissionsBoundaryArn": format!("{ACCOUNT}:policy/cap")});
                value["UserDetailList"][0]["PermissionsBoundary"] = cap.clone();
                value["RoleDetailList"][2]["PermissionsBoundary"] = cap;
            }),
        );
        blocked("an SCP", case.verdict(&allow, Some(rails("s3:*")), |_| {}));
        let denied: Vec<Value> = allow.iter().cloned().chain(case.statements("Deny", &json!({}))).collect();
        blocked("a denial", case.verdict(&denied, None, |_| {}));
        if case.is_existing() {
            let closed = |value: &mut Value| {
                let principal = json!({"Service": "events.amazonaws.com"});
                value["RoleDetailList"][0]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] = principal;
            };
            blocked("the trust policy", case.verdict(&allow, None, closed));
        } else {
            let elsewhere = json!({"Resource": format!("{ACCOUNT}:role/elsewhere")});
            blocked("the resource", case.verdict(&case.statements("Allow", &elsewhere), None, |_| {}));
        }
    }
}

#[test]
fn each_technique_asks_for_what_its_condition_asks_for() {
    let mfa = json!({"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}});
    for case in cases() {
        let found = case.verdict(&case.statements("Allow", &mfa), None, |_| {});
        let expected = if case.is_existing() { Verdict::Unknown } else { Verdict::Conditional };
        assert_eq!(found, Some(expected), "{}", case.id);
    }
}
