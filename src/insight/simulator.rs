//! Simulates requests: principals × actions on a resource, with given condition keys, and with policies added to the
//! principals or removed from them.

pub mod aws;
pub mod trace;

use std::path::PathBuf;
use std::sync::Arc;

use aws::Theirs;
use trace::{Considered, considered};

use super::access::{Access, EffectivePermissions};
use super::callers::{Caller, CallerKind, home};
use super::unread;
use super::who_can::{Answer, Ask, can};
use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::base::work::GaveUp;
use crate::catalog::Catalog;
use crate::plan::Plan;
use crate::policy::ast::Effect;
use crate::policy::evaluate::Compiled;

/// What a document that is not in the account is taken as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftKind {
    /// One more policy of each principal.
    Identity,
    /// The permissions boundary of each principal.
    Boundary,
    /// A service control policy on the account.
    Scp,
    /// A resource control policy on the account.
    Rcp,
}

/// A document that is not in the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What it is taken as.
    pub kind: DraftKind,
    /// What it is called.
    pub name: String,
    /// The document.
    pub text: Arc<str>,
}

/// The requests to simulate.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Simulation {
    /// The names or ARNs of users and roles; `root` is the root user.
    pub principals: Vec<String>,
    /// The actions.
    pub actions: Vec<String>,
    /// The resource, which may be a pattern.
    pub resource: String,
    /// Condition keys of the request with their values.
    pub context: Vec<(String, Vec<String>)>,
    /// Policies to leave out, by name or ARN.
    pub without: Vec<String>,
    /// Managed policies to add, by ARN.
    pub with: Vec<String>,
    /// Files of policies that are read first, each with what its document is taken as.
    pub files: Vec<(DraftKind, PathBuf)>,
    /// Documents to add.
    pub drafts: Vec<Draft>,
    /// A change that is taken as made: what a save of the text in the editor would do.
    pub plan: Option<Arc<Plan>>,
    /// Whether every statement is told, also where there are several pairs.
    pub is_traced: bool,
    /// Whether AWS's simulator is asked too.
    pub compares: bool,
    /// What AWS's simulator said, or why it could not be asked.
    pub theirs: Option<Arc<Result<Vec<Theirs>, UserError>>>,
}

/// The syntax of a simulation, for help.
pub const SYNTAX: &str = "\
Type who, what and on what: ada s3:GetObject arn:aws:s3:::data/*
  who            users and roles by name or ARN, or root; several with commas
  what           actions, several with commas
  on what        a resource, which may contain wildcards; without it, any
  KEY=VALUE      a condition key of the request, such as aws:MultiFactorAuthPresent=true; may be repeated
  without:X      as if they did not have policy X, by name or ARN; boundaries too
  with:ARN       as if they had this managed policy too
  with:FILE      as if they had the policy in a file too, such as with:./new.json
  scp:FILE       as if this service control policy applied to the account
  rcp:FILE       as if this resource control policy applied to the account
  boundary:FILE  as if this were their permissions boundary
  trace          say of each statement why it matches or not
  aws            ask AWS's own simulator too, and compare
In the editor, the command `simulate` asks what its text would change.";

impl Simulation {
    /// Parses what the user typed.
    pub fn parse(text: &str) -> Result<Self, UserError> {
        let mut asked = Self { resource: "*".to_owned(), ..Self::default() };
        let list = |word: &str| word.split(',').filter(|one| !one.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        let mut plain = 0;
        for word in text.split_whitespace() {
            if let Some(policy) = word.strip_prefix("without:") {
                asked.without.push(policy.to_owned());
            } else if let Some(policy) = word.strip_prefix("with:").filter(|policy| !is_file(policy)) {
                asked.with.push(policy.to_owned());
            } else if let Some((kind, file)) = of_file(word) {
                asked.files.push((kind, file.into()));
            } else if word == "trace" && plain > 1 {
                asked.is_traced = true;
            } else if word == "aws" && plain > 1 {
                asked.compares = true;
            } else if let Some((key, value)) = word.split_once('=').filter(|_| plain > 1) {
                match asked.context.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(key)) {
                    Some((_, values)) => values.push(value.to_owned()),
                    None => asked.context.push((key.to_owned(), vec![value.to_owned()])),
                }
            } else {
                match plain {
                    0 => asked.principals = list(word),
                    1 => asked.actions = list(word),
                    2 => word.clone_into(&mut asked.resource),
                    _ => {
                        let told = UserError::new(format!("`{word}` is one word too many"));
                        return Err(told.hint("Type who, what and on what, then KEY=VALUE."));
                    }
                }
                plain += 1;
            }
        }
        if asked.principals.is_empty() || asked.actions.is_empty() {
            return Err(UserError::new("who and what are missing").hint("Type such as: ada s3:GetObject"));
        }
        for action in &asked.actions {
            if Catalog::bundled().action(action).is_none() {
                let told = UserError::new(format!("`{action}` is not an action"));
                return Err(told.hint("Type one such as s3:GetObject."));
            }
        }
        Ok(asked)
    }
}

/// Whether a word is a file rather than a policy: names of policies have no slashes and seldom dots, and ARNs begin as such.
fn is_file(word: &str) -> bool {
    !word.starts_with("arn:") && word.contains(['/', '.', '~'])
}

/// The file that a word names, with what its document is taken as.
fn of_file(word: &str) -> Option<(DraftKind, &str)> {
    let kinds = [
        ("with:", DraftKind::Identity),
        ("scp:", DraftKind::Scp),
        ("rcp:", DraftKind::Rcp),
        ("boundary:", DraftKind::Boundary),
    ];
    kinds.into_iter().find_map(|(start, kind)| Some((kind, word.strip_prefix(start)?)))
}

/// The result for one principal and one action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The principal's ARN, or the name as typed if the account has no such principal.
    pub principal: Box<str>,
    /// The action.
    pub action: Box<str>,
    /// The answer; none if the account has no such principal.
    pub answer: Option<Answer>,
    /// Condition keys that the result depends on and that were not given, with the values in the policies.
    pub missing: Vec<(Box<str>, Vec<Box<str>>)>,
    /// Every statement that was looked at, where that is wanted.
    pub trace: Vec<Considered>,
}

/// What came of a simulation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Simulated {
    /// Each pair, principal by principal.
    pub decided: Vec<Decided>,
    /// What changes nothing: policies that do not exist, or that the principal does not have.
    pub ignored: Vec<String>,
    /// What was not read of the users and roles.
    pub not_read: Vec<String>,
}

/// Decides all pairs.
pub fn simulate(access: &Access<'_>, asked: &Simulation) -> Result<Simulated, GaveUp> {
    let mut found = Simulated { not_read: unread::principals(access.account()), ..Simulated::default() };
    let broken = asked.drafts.iter().filter(|draft| access.compiled(&draft.text).is_none());
    found.ignored.extend(broken.map(|draft| format!("{} is not a policy", draft.name)));
    let is_traced = asked.is_traced || asked.principals.len() == 1 && asked.actions.len() == 1;
    let added = asked.with.iter().filter(|policy| is_added(access, policy).is_none());
    found.ignored.extend(added.map(|policy| not_found(access, policy)));
    let all = &mut found.decided;
    for name in &asked.principals {
        let caller = named(access, name);
        let lacking = caller.iter().flat_map(|caller| lacking(access, name, caller, asked));
        found.ignored.extend(lacking.filter(|told| !found.ignored.contains(told)).collect::<Vec<_>>());
        let caller = caller.map(|caller| changed(access, caller, asked));
        for action in &asked.actions {
            let ask = Ask { context: asked.context.clone(), ..Ask::new(action, &asked.resource) };
            let answer = caller.as_ref().map(|caller| can(access, caller, &ask)).transpose()?;
            let mut missing: Vec<(Box<str>, Vec<Box<str>>)> = Vec::new();
            let needs = answer.iter().filter(|answer| !answer.when.is_always()).flat_map(|answer| answer.when.sets());
            for need in needs.flatten() {
                if !missing.iter().any(|(key, _)| *key == need.key) {
                    missing.push((need.key.clone(), need.values.clone()));
                }
            }
            let trace = match caller.as_ref().filter(|_| is_traced) {
                Some(caller) => considered(&caller.powers, &ask)?,
                None => Vec::new(),
            };
            let principal = caller.as_ref().map_or_else(|| name.as_str().into(), |caller| caller.id.clone());
            all.push(Decided { principal, action: action.as_str().into(), answer, missing, trace });
        }
    }
    Ok(found)
}

/// A managed policy that is to be added.
fn is_added(access: &Access<'_>, policy: &str) -> Option<Arc<Compiled>> {
    Arn::parse(policy).ok().and_then(|arn| access.managed(&arn))
}

/// Why a managed policy cannot be added.
fn not_found(access: &Access<'_>, policy: &str) -> String {
    let own = access.account().policies().rows().iter();
    let same_name = own.clone().find(|own| own.arn.name() == policy);
    if let Some(own) = same_name {
        return format!("a policy is added by its ARN: with:{}", own.arn);
    }
    if own.clone().any(|own| own.arn.as_str() == policy) {
        return format!("the document of policy `{policy}` was not read");
    }
    match unread::managed(access.account()) {
        Some(missing) => format!("policy `{policy}` is not known: {missing}"),
        None => format!("there is no policy `{policy}`"),
    }
}

/// The policies that a principal is to lose and does not have.
fn lacking(access: &Access<'_>, name: &str, caller: &Caller, asked: &Simulation) -> Vec<String> {
    let account = access.account();
    let exists = |policy: &str| {
        let own = account.policies().rows().iter().any(|own| own.arn.as_str() == policy || own.arn.name() == policy);
        own || is_added(access, policy).is_some()
            || access.callers().iter().any(|other| other.powers.has_policy(policy))
    };
    let lost = asked.without.iter().filter(|policy| !caller.powers.has_policy(policy));
    lost.map(|policy| match caller.powers.unknown.as_slice() {
        [] if exists(policy) => format!("{name} does not have `{policy}`"),
        [] if unread::policies(access).is_empty() => format!("there is no policy `{policy}`"),
        [] => format!("{name} does not have `{policy}`"),
        _ => format!("`{policy}` is not among the policies of {name} that were read"),
    })
    .collect()
}

/// The user, role or root user of a name or ARN.
fn named(access: &Access<'_>, name: &str) -> Option<Caller> {
    let account = access.account();
    let is_it = |arn: &Arn, own: &str| arn.as_str() == name || own == name;
    if let Some(user) = account.users().rows().iter().find(|user| is_it(&user.arn, user.name.as_str())) {
        return Some(Caller { id: user.arn.as_str().into(), kind: CallerKind::User, powers: access.user(user) });
    }
    if let Some(role) = account.roles().rows().iter().find(|role| is_it(&role.arn, role.name.as_str())) {
        return Some(Caller { id: role.arn.as_str().into(), kind: CallerKind::Role, powers: access.role(role) });
    }
    let (partition, number) = home(account)?;
    let root = format!("arn:{partition}:iam::{number}:root");
    (name == "root" || name == root).then(|| Caller {
        id: root.into(),
        kind: CallerKind::Root,
        powers: access.root(&partition, &number),
    })
}

/// The policies of one level of an organization: one that only denies stands beside the one of AWS that allows all.
fn level(access: &Access<'_>, policy: Arc<Compiled>) -> Vec<Arc<Compiled>> {
    let allows = policy.statements().iter().any(|one| one.effect() == Effect::Allow);
    let beside = if allows { None } else { access.everything() };
    std::iter::once(policy).chain(beside).collect()
}

/// A caller with the policies that the simulation adds and without those that it leaves out.
pub fn changed(access: &Access<'_>, caller: Caller, asked: &Simulation) -> Caller {
    let mut powers: EffectivePermissions = caller.powers;
    for policy in &asked.without {
        powers = powers.without_policy(policy);
    }
    for name in &asked.with {
        if let Some(policy) = is_added(access, name) {
            powers = powers.and_named(name, policy);
        }
    }
    for draft in &asked.drafts {
        let Some(policy) = access.compiled(&draft.text) else { continue };
        powers = match draft.kind {
            DraftKind::Identity => powers.and_named(&draft.name, policy),
            DraftKind::Boundary => powers.bounded_by(&draft.name, policy),
            DraftKind::Scp => powers.under_scp(level(access, policy)),
            DraftKind::Rcp => powers.under_rcp(level(access, policy)),
        };
    }
    Caller { powers, ..caller }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::describe::simulation::simulated;
    use crate::insight::fixture::lab;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let account = lab();
        let asked = Simulation::parse(text).unwrap();
        let lines = simulated(&asked, &simulate(&Access::new(&account), &asked).unwrap());
        let told: Vec<&str> = lines.iter().map(|line| &*line.text).take_while(|text| *text != "statements").collect();
        assert_eq!(told, expected, "{text}");
    }

    #[test]
    fn each_statement_is_told_with_why_it_matches_or_not() {
        let account = lab();
        let told = |text: &str| {
            let asked = Simulation::parse(text).unwrap();
            let lines = simulated(&asked, &simulate(&Access::new(&account), &asked).unwrap());
            let lines = lines.into_iter().map(|line| line.text).skip_while(|text| text != "statements").skip(1);
            lines.collect::<Vec<_>>()
        };
        assert_eq!(
            told("mal iam:CreateAccessKey * aws:MultiFactorAuthPresent=true"),
            [
                "✓ identity keys statement 1, Allow: iam:CreateAccessKey matches on *",
                "· identity keys statement 2, Deny: its condition aws:MultiFactorAuthPresent BoolIfExists false fails: the \
                 request has true",
                "· group arn:aws:iam::123456789012:policy/dev statement 1, Allow: it does not name iam:CreateAccessKey",
            ]
        );
        assert_eq!(
            told("bob s3:GetObject arn:aws:s3:::data/ada/x"),
            [
                "· identity dev statement 1 `Assume`, Allow: it does not name s3:GetObject",
                "· identity dev statement 2, Allow: it does not name arn:aws:s3:::data/ada/x",
            ]
        );
    }

    #[test]
    fn the_answer_of_aws_simulator_stands_beside_ours() {
        let account = lab();
        let mut asked = Simulation::parse("ada,bob s3:GetBucketAcl * aws").unwrap();
        let theirs = |name: &str, decision: &str| Theirs {
            principal: format!("arn:aws:iam::123456789012:user/{name}").into(),
            action: "s3:GetBucketAcl".into(),
            decision: decision.into(),
            missing: Vec::new(),
        };
        asked.theirs = Some(Arc::new(Ok(vec![theirs("ada", "allowed"), theirs("bob", "allowed")])));
        let lines = simulated(&asked, &simulate(&Access::new(&account), &asked).unwrap());
        let told = |text: &str| lines.iter().any(|line| line.text == text);
        assert!(told("AWS's simulator agrees: allowed") && told("AWS's simulator differs: allowed"), "{lines:#?}");
    }

    #[test]
    fn a_pair_is_decided_with_what_is_missing() {
        check(
            "mal iam:CreateAccessKey",
            &[
                "▲ conditional  mal  iam:CreateAccessKey on *",
                "if aws:MultiFactorAuthPresent Bool true",
                "by identity keys statement 1",
                "it depends on aws:MultiFactorAuthPresent, which is not given",
                "add aws:MultiFactorAuthPresent=true",
                "add aws:MultiFactorAuthPresent=false",
            ],
        );
        check(
            "mal iam:CreateAccessKey * aws:MultiFactorAuthPresent=true",
            &["✓ allowed      mal  iam:CreateAccessKey on *", "by identity keys statement 1"],
        );
    }

    #[test]
    fn policies_can_be_added_and_left_out() {
        check(
            "mal iam:CreateAccessKey * without:keys",
            &["✗ denied       mal  iam:CreateAccessKey on *", "blocked by identity"],
        );
        check(
            "mal s3:GetObject * without:keys with:arn:aws:iam::aws:policy/AdministratorAccess",
            &[
                "✓ allowed      mal  s3:GetObject on *",
                "by identity arn:aws:iam::aws:policy/AdministratorAccess statement 1",
            ],
        );
    }

    #[test]
    fn documents_of_files_and_of_the_editor_count() {
        let account = lab();
        let decided = |kind: DraftKind, effect: &str| {
            let text = format!(r#"{{"Statement": {{"Effect": "{effect}", "Action": "s3:*", "Resource": "*"}}}}"#);
            let draft = Draft { kind, name: "draft".to_owned(), text: text.into() };
            let asked = Simulation { drafts: vec![draft], ..Simulation::parse("ada,bob s3:GetBucketAcl").unwrap() };
            let found = simulate(&Access::new(&account), &asked).unwrap();
            found.decided.iter().map(|one| !one.answer.as_ref().unwrap().parts.is_empty()).collect::<Vec<_>>()
        };
        assert_eq!(decided(DraftKind::Identity, "Allow"), [true, true]);
        assert_eq!(decided(DraftKind::Scp, "Deny"), [false, false]);
        assert_eq!(decided(DraftKind::Scp, "Allow"), [true, false]);
        assert_eq!(decided(DraftKind::Boundary, "Allow"), [true, false]);
        let asked =
            Simulation::parse("ada s3:GetObject * scp:./a.json with:~/b.json with:arn:aws:iam::aws:policy/X aws");
        let asked = asked.unwrap();
        let files = [(DraftKind::Scp, "./a.json".into()), (DraftKind::Identity, "~/b.json".into())];
        assert_eq!((asked.files, asked.with.len(), asked.compares), (files.to_vec(), 1, true));
    }

    #[test]
    fn policies_that_change_nothing_are_told() {
        let told = |text: &str| {
            let account = lab();
            simulate(&Access::new(&account), &Simulation::parse(text).unwrap()).unwrap().ignored
        };
        assert_eq!(told("mal s3:GetObject * without:Nope with:Nope"), ["there is no policy `Nope`"]);
        assert_eq!(told("bob s3:GetObject * without:keys"), ["bob does not have `keys`"]);
        assert_eq!(told("mal s3:GetObject * without:keys"), [""; 0]);
    }

    #[test]
    fn whom_nobody_read_is_unknown() {
        let account = crate::model::Account::default();
        let asked = Simulation::parse("nobody s3:GetObject").unwrap();
        let lines = simulated(&asked, &simulate(&Access::new(&account), &asked).unwrap());
        assert!(lines[0].text.starts_with("nobody: unknown, not read: the users, the roles"), "{lines:?}");
    }

    #[test]
    fn what_cannot_be_asked_is_refused() {
        assert!(Simulation::parse("ada").is_err());
        assert!(Simulation::parse("ada nonsense").is_err());
        check("nobody s3:GetObject", &["nobody: the account has no such user or role"]);
    }
}
