//! Least privilege from use: a policy without the actions that nobody who has it used.
//!
//! What was used is told by last accessed information, and by events of CloudTrail. An action is taken away only where
//! it is known not to be used: of a service that nobody accessed, of an action that AWS tracks, or, where events are
//! given, of one that CloudTrail would have logged. What cannot be told stays: data events, permissions that no call
//! is named after, and in a service with events that match no action, whatever its events do not name.

use std::collections::BTreeSet;

use serde_json::Value;

use super::changes::{members, who_has};
use super::denial::event;
use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::base::wildcard;
use crate::catalog::Catalog;
use crate::model::{Account, Document, EventLog, EventQuery, EventsEnd, Fact, LastAccessed, ResourceRef};
use crate::plan::builders::{Owner, edit_policy, put_inline};
use crate::plan::{Plan, PlanError};
use crate::policy::expand::names;

/// Actions that CloudTrail logs as data events, which trails leave out unless somebody asks for them.
const DATA: [&str; 20] = [
    "s3:*object*",
    "s3:listbucket*",
    "dynamodb:*item*",
    "dynamodb:query",
    "dynamodb:scan",
    "dynamodb:partiql*",
    "lambda:invoke*",
    "sqs:*message*",
    "sns:publish*",
    "kinesis:*record*",
    "kinesis:subscribetoshard",
    "logs:put*",
    "logs:*logevents",
    "cloudwatch:putmetricdata",
    "cloudwatch:getmetric*",
    "bedrock:invoke*",
    "sdb:*attributes",
    "execute-api:*",
    "iot:*",
    "xray:*",
];

/// A permission without an operation: neither last accessed information nor CloudTrail tell of its use.
const UNRECORDED: [&str; 1] = ["iam:passrole"];

/// The most actions that are named in one line.
const NAMED: usize = 12;

/// What was used.
#[derive(Debug, Clone, Default)]
pub struct Usage {
    /// Actions, in lower case.
    used: BTreeSet<String>,
    /// What actions that were used may have needed beside, in lower case.
    needed: BTreeSet<String>,
    /// Events that no action is named after, such as `s3:ListBuckets`: one of the service's actions allowed each.
    unmatched: BTreeSet<String>,
    /// Of what it is known that nothing else was used.
    logged: Logged,
    /// How many events told it.
    pub events: usize,
}

/// For which actions the events that were given are all that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Logged {
    /// For none.
    #[default]
    Nothing,
    /// For those of IAM, whose events one Region has.
    Iam,
    /// For all that CloudTrail logs as management events.
    Management,
}

impl Usage {
    /// Takes the events of a file: what CloudTrail delivers or `lookup-events` prints, or one event a line.
    pub fn take_file(&mut self, text: &str, holders: &BTreeSet<String>) -> Result<(), UserError> {
        let values: Vec<Value> = if let Ok(value) = serde_json::from_str::<Value>(text) {
            vec![value]
        } else {
            let lines = text.lines().filter(|line| !line.trim().is_empty());
            let read = lines.map(serde_json::from_str).collect::<Result<_, _>>();
            read.map_err(|error| UserError::new(format!("these are no events of CloudTrail: {error}")))?
        };
        values.iter().flat_map(event::events).for_each(|one| self.take(&one, holders));
        self.logged = Logged::Management;
        Ok(())
    }

    /// Takes the events of users that were looked up in the account, in the Region of IAM and that of the session.
    ///
    /// Only where they are all events of all who have the policy, what is not among them was not used.
    pub fn take_looked_up(&mut self, account: &Account, queries: &[EventQuery], holders: &BTreeSet<String>) {
        let logs: Vec<&EventLog> = queries.iter().filter_map(|query| account.events(query)).collect();
        for event in logs.iter().flat_map(|log| &log.rows) {
            if let Ok(value) = serde_json::from_str::<Value>(event.record.text()) {
                self.take(&value, holders);
            }
        }
        let is_whole = |log: &&EventLog| log.read.known() == Some(&EventsEnd::All);
        let are_all = !logs.is_empty() && logs.len() == holders.len() && logs.iter().all(is_whole);
        if are_all && self.logged == Logged::Nothing {
            self.logged = Logged::Iam;
        }
    }

    fn take(&mut self, one: &Value, holders: &BTreeSet<String>) {
        let Some((principal, action)) = event::used(one) else { return };
        if !holders.contains(&principal) {
            return;
        }
        self.events += 1;
        self.used.insert(action.to_ascii_lowercase());
        match Catalog::bundled().action(&action) {
            Some(known) => self.needed.extend(known.dependents().map(str::to_ascii_lowercase)),
            None => drop(self.unmatched.insert(action)),
        }
    }

    /// Whether events would tell of the use of an action, given in lower case.
    fn would_tell(&self, prefix: &str, action: &str) -> bool {
        let is_of_it = |event: &String| event.split_once(':').is_some_and(|(service, _)| service == prefix);
        !self.needed.contains(action)
            && !self.unmatched.iter().any(is_of_it)
            && !DATA.iter().any(|pattern| wildcard::matches(pattern, action))
    }

    /// Whether nobody used an action; none where that is not known.
    fn is_unused(&self, action: &str, report: Option<&LastAccessed>) -> Option<bool> {
        let folded = action.to_ascii_lowercase();
        if self.used.contains(&folded) {
            return Some(false);
        }
        if UNRECORDED.contains(&&*folded) {
            return None;
        }
        let (prefix, name) = folded.split_once(':')?;
        let service = report.and_then(|report| report.service(prefix));
        if let Some(service) = service {
            if service.last.is_none() {
                return Some(true);
            }
            if let Some(tracked) = service.actions.iter().find(|one| one.name.eq_ignore_ascii_case(name)) {
                return Some(tracked.last.is_none());
            }
        }
        let is_logged = match self.logged {
            Logged::Management => true,
            Logged::Iam => prefix == "iam",
            Logged::Nothing => false,
        };
        (is_logged && self.would_tell(prefix, &folded)).then_some(true)
    }
}

/// The policy that is trimmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A managed policy of the account.
    Managed(Arn),
    /// An inline policy of somebody.
    Inline(ResourceRef, String),
}

/// A policy that was trimmed.
#[derive(Debug, Clone, PartialEq)]
pub struct Trimmed {
    /// What is left.
    pub document: Document,
    /// The actions that it no longer allows.
    pub removed: Vec<String>,
    /// How many statements are left out whole.
    pub statements: usize,
    /// The change.
    pub plan: Plan,
    /// Who else has the policy.
    pub affects: Vec<String>,
}

impl Trimmed {
    /// What is taken away and from whom, in sentences.
    pub fn told(&self, usage: &Usage) -> Vec<String> {
        let count = |number: usize, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
        let mut lines = vec![format!("Removes {}.", count(self.removed.len(), "action"))];
        let more = self.removed.len().saturating_sub(NAMED);
        let first: Vec<&str> = self.removed.iter().take(NAMED).map(String::as_str).collect();
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        lines.push(format!("Not used: {}{rest}.", first.join(", ")));
        if self.statements > 0 {
            lines.push(format!("Leaves out {}, of which nothing was used.", count(self.statements, "statement")));
        }
        if usage.events > 0 {
            lines.push(format!("{} of those who have it were read.", count(usage.events, "event")));
        }
        if !usage.unmatched.is_empty() {
            let first: Vec<&str> = usage.unmatched.iter().take(NAMED).map(String::as_str).collect();
            lines.push(format!(
                "Events that match no action: {}. Events remove nothing from their services.",
                first.join(", ")
            ));
        }
        if !self.affects.is_empty() {
            lines.push(format!("Has the policy: {}.", self.affects.join(", ")));
        }
        lines
    }
}

/// The ARNs of the users and roles that have the policy, also through groups; none where it is not known who they all are.
pub fn holders(account: &Account, target: &Target) -> Option<BTreeSet<String>> {
    let (users, groups, roles) = match target {
        Target::Managed(policy) => {
            let uses = account.uses(account.policy(policy)?);
            let uses = uses.known()?;
            (uses.users.clone(), uses.groups.clone(), uses.roles.clone())
        }
        Target::Inline(ResourceRef::Group(name), _) => (Vec::new(), vec![name.clone()], Vec::new()),
        Target::Inline(owner, _) => return Some([account.arn(owner)?.to_string()].into()),
    };
    let mut all: Vec<ResourceRef> = users.into_iter().map(ResourceRef::User).collect();
    for group in &groups {
        all.extend(account.members(group).known()?.iter().cloned().map(ResourceRef::User));
    }
    all.extend(roles.into_iter().map(ResourceRef::Role));
    all.iter().map(|one| Some(account.arn(one)?.to_string())).collect()
}

/// Whose last accessed information tells what of the policy was used.
pub fn reported(account: &Account, target: &Target) -> Option<Arn> {
    match target {
        Target::Managed(policy) => Some(policy.clone()),
        Target::Inline(owner, _) => account.arn(owner).cloned(),
    }
}

/// Trims a policy; `keep` are patterns of actions that stay.
pub fn trim(account: &Account, target: &Target, usage: &Usage, keep: &[String]) -> Result<Trimmed, PlanError> {
    let unknown = |what: &str| PlanError::Unknown(what.to_owned());
    let document = document(account, target).ok_or_else(|| unknown("the document of the policy"))?;
    let report = reported(account, target).map(|arn| account.last_accessed(&arn).clone());
    let report = report.as_ref().and_then(Fact::known).map(|report| &**report);
    if report.is_none() && usage.logged == Logged::Nothing {
        return Err(unknown("what of the policy was used: its last accessed information was not read"));
    }
    let is_unused = |action: &str| {
        let folded = action.to_ascii_lowercase();
        let kept = keep.iter().any(|pattern| wildcard::matches(&pattern.to_ascii_lowercase(), &folded));
        !kept && usage.is_unused(action, report) == Some(true)
    };
    let mut removed = BTreeSet::new();
    let (text, statements) = trimmed(&document, &is_unused, &mut removed)
        .ok_or_else(|| PlanError::Nothing("nothing that the policy allows was used: detach or delete it".to_owned()))?;
    if removed.is_empty() {
        return Err(PlanError::Nothing(
            "nothing can be removed: what the policy allows was used, or it is not known whether it was".to_owned(),
        ));
    }
    let document = Document::new(text);
    let (plan, affects) = match target {
        Target::Managed(arn) => (edit_policy(account, arn, &document, true)?, who_has(account, arn, "")),
        Target::Inline(entity, name) => {
            let owner = Owner::of(entity).ok_or_else(|| unknown("whose policy it is"))?;
            let affects = members(account, &owner);
            (put_inline(account, &owner, name, &document)?, affects)
        }
    };
    Ok(Trimmed { document, removed: removed.into_iter().collect(), statements, plan, affects })
}

fn document(account: &Account, target: &Target) -> Option<Document> {
    match target {
        Target::Managed(arn) => account.policy(arn)?.document().known().cloned(),
        Target::Inline(owner, name) => {
            let inline = match owner {
                ResourceRef::User(user) => &account.users().get(user)?.facts.inline,
                ResourceRef::Group(group) => &account.groups().get(group)?.facts.inline,
                ResourceRef::Role(role) => &account.roles().get(role)?.facts.inline,
                _ => return None,
            };
            let found = inline.known()?.iter().find(|policy| policy.name.as_str() == name)?;
            found.document.known().cloned()
        }
    }
}

/// The text without what is unused, and how many statements it lost; none where no statement that allows is left.
fn trimmed(
    document: &Document,
    is_unused: &dyn Fn(&str) -> bool,
    removed: &mut BTreeSet<String>,
) -> Option<(String, usize)> {
    let mut value: Value = serde_json::from_str(document.text()).ok()?;
    let held = value.get_mut("Statement")?;
    if !held.is_array() {
        *held = Value::Array(vec![held.take()]);
    }
    let list = held.as_array_mut()?;
    let before = list.len();
    list.retain_mut(|statement| {
        if statement.get("Effect").and_then(Value::as_str) != Some("Allow") {
            return true;
        }
        let Some(actions) = statement.get_mut("Action") else { return true };
        let patterns: Vec<String> = match &*actions {
            Value::String(one) => vec![one.clone()],
            Value::Array(several) => several.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            _ => return true,
        };
        let kept: Vec<String> = patterns.iter().flat_map(|pattern| narrowed(pattern, is_unused, removed)).collect();
        if kept == patterns {
            return true;
        }
        *actions = kept.iter().cloned().map(Value::String).collect();
        !kept.is_empty()
    });
    let statements = before - list.len();
    let allows = list.iter().any(|one| one.get("Effect").and_then(Value::as_str) == Some("Allow"));
    allows.then(|| (serde_json::to_string_pretty(&value).unwrap_or_default(), statements))
}

/// What is left of a pattern of actions.
fn narrowed(pattern: &str, is_unused: &dyn Fn(&str) -> bool, removed: &mut BTreeSet<String>) -> Vec<String> {
    let catalog = Catalog::bundled();
    if matches!(pattern, "*" | "*:*") {
        let services = catalog.services().iter().map(|service| format!("{}:*", service.prefix));
        let before = removed.len();
        let kept: Vec<Vec<String>> = services.map(|service| narrowed(&service, is_unused, removed)).collect();
        let is_whole = removed.len() == before;
        return if is_whole { vec![pattern.to_owned()] } else { kept.into_iter().flatten().collect() };
    }
    let all = names(pattern, catalog);
    let (unused, used): (Vec<String>, Vec<String>) = all.into_iter().partition(|name| is_unused(name));
    if unused.is_empty() {
        return vec![pattern.to_owned()];
    }
    removed.extend(unused);
    used
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::insight::fixture::{dump, known};
    use crate::model::{Access, ActionAccess, ServiceAccess, Update};

    const POLICY: &str = "arn:aws:iam::123456789012:policy/work";

    fn account() -> Account {
        let account = "arn:aws:iam::123456789012";
        let attached = json!([{"PolicyName": "work", "PolicyArn": POLICY}]);
        let document = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["iam:*AccessKey", "sqs:*"], "Resource": "*"},
            {"Effect": "Allow", "Action": "sns:CreateTopic", "Resource": "*"},
            {"Effect": "Allow", "Action": ["s3:GetObject", "s3:CreateBucket"], "Resource": "*"},
            {"Effect": "Deny", "Action": "sns:*", "Resource": "*"}]});
        dump(
            &json!({
            "UserDetailList": [{"UserName": "ada", "UserId": "AIDA1", "Arn": format!("{account}:user/ada"), "GroupList": [],
                "UserPolicyList": [], "AttachedManagedPolicies": attached, "Tags": []}],
            "GroupDetailList": [], "RoleDetailList": [], "Policies": [{"PolicyName": "work", "Arn": POLICY,
                "DefaultVersionId": "v1", "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": document}]}]})
            .to_string(),
        )
    }

    fn service(namespace: &str, used: bool, actions: &[(&str, bool)]) -> ServiceAccess {
        let access = || Access { at: jiff::Timestamp::UNIX_EPOCH, by: None, region: None };
        ServiceAccess {
            name: namespace.into(),
            namespace: namespace.into(),
            last: used.then(access),
            entities: 1,
            actions: actions
                .iter()
                .map(|(name, used)| ActionAccess { name: (*name).into(), last: used.then(access) })
                .collect(),
            granted_by: Fact::Unknown,
            used_by: Fact::Unknown,
        }
    }

    fn reported() -> Account {
        let mut account = account();
        let services = vec![
            service("iam", true, &[("CreateAccessKey", true), ("DeleteAccessKey", false), ("UpdateAccessKey", false)]),
            service("sqs", false, &[]),
            service("sns", false, &[]),
            service("s3", true, &[]),
        ];
        let report = LastAccessed { job: "job".into(), made: jiff::Timestamp::UNIX_EPOCH, services };
        account.apply(Update::LastAccessed(Arn::parse(POLICY).unwrap(), known(Box::new(report))));
        account
    }

    /// The actions of each statement that is left.
    fn left(trimmed: &Trimmed) -> Vec<String> {
        let value: Value = serde_json::from_str(trimmed.document.text()).unwrap();
        value["Statement"].as_array().unwrap().iter().map(|one| one["Action"].to_string().replace('"', "")).collect()
    }

    #[test]
    fn what_is_known_to_be_unused_goes_and_the_rest_stays() {
        let target = Target::Managed(Arn::parse(POLICY).unwrap());
        let found = trim(&reported(), &target, &Usage::default(), &[]).unwrap();
        assert_eq!(left(&found), ["[iam:CreateAccessKey]", "[s3:GetObject,s3:CreateBucket]", "sns:*"]);
        assert_eq!((found.statements, found.affects.as_slice()), (1, &["user ada".to_owned()][..]));
        let kept = trim(&reported(), &target, &Usage::default(), &["sqs:SendMessage".to_owned()]).unwrap();
        assert!(left(&kept)[0].contains("sqs:SendMessage"), "{kept:?}");
    }

    #[test]
    fn events_tell_of_management_actions_and_not_of_data() {
        let account = account();
        let target = Target::Managed(Arn::parse(POLICY).unwrap());
        let event = |name: &str, source: &str, who: &str| {
            json!({"eventName": name, "eventSource": source,
                "userIdentity": {"arn": format!("arn:aws:iam::123456789012:user/{who}")}})
        };
        let events = json!({"Records": [event("CreateAccessKey", "iam.amazonaws.com", "ada"),
            event("CreateBucket", "s3.amazonaws.com", "eve")]});
        let mut usage = Usage::default();
        usage.take_file(&events.to_string(), &holders(&account, &target).unwrap()).unwrap();
        let found = trim(&account, &target, &usage, &[]).unwrap();
        assert_eq!(usage.events, 1);
        let left = left(&found);
        assert!(left[0].starts_with("[iam:CreateAccessKey,") && left[0].contains("sqs:SendMessage"), "{left:?}");
        assert_eq!(left[1..], ["[s3:GetObject]", "sns:*"]);
        assert!(Usage::default().take_file("hello", &BTreeSet::new()).is_err());
    }

    #[test]
    fn what_no_record_tells_of_stays() {
        let kept = |events: &[&str], actions: &[&str]| {
            let mut usage = Usage::default();
            let event = |name: &&str| {
                let (source, name) = name.split_once(':').unwrap();
                json!({"eventName": name, "eventSource": format!("{source}.amazonaws.com"), "userIdentity": {"arn": "ada"}})
            };
            let file = json!({"Records": events.iter().map(event).collect::<Vec<_>>()});
            usage.take_file(&file.to_string(), &["ada".to_owned()].into()).unwrap();
            actions.iter().map(|action| usage.is_unused(action, None) != Some(true)).collect::<Vec<_>>()
        };
        assert_eq!(kept(&[], &["iam:PassRole", "iam:CreateRole", "s3:GetObject"]), [true, false, true]);
        // The call `ListBuckets` is allowed by `s3:ListAllMyBuckets`.
        assert_eq!(kept(&["s3:ListBuckets"], &["s3:ListAllMyBuckets", "sqs:CreateQueue"]), [true, false]);
        // Who runs instances with tags needs `ec2:CreateTags` too, and there is one event.
        assert_eq!(kept(&["ec2:RunInstances"], &["ec2:CreateTags", "ec2:DeleteTags"]), [true, false]);
        // Nobody used IAM, and somebody may have passed a role.
        let services = vec![service("iam", false, &[])];
        let report = LastAccessed { job: "job".into(), made: jiff::Timestamp::UNIX_EPOCH, services };
        assert_eq!(Usage::default().is_unused("iam:PassRole", Some(&report)), None);
        assert_eq!(Usage::default().is_unused("iam:CreateRole", Some(&report)), Some(true));
    }

    #[test]
    fn without_any_report_nothing_is_trimmed() {
        let target = Target::Managed(Arn::parse(POLICY).unwrap());
        assert!(matches!(trim(&account(), &target, &Usage::default(), &[]), Err(PlanError::Unknown(_))));
        // Whose events would count is not known either, where only some of those who have it were read.
        assert_eq!(holders(&Account::default(), &target), None);
        assert_eq!(holders(&account(), &target).unwrap().len(), 1);
    }
}
