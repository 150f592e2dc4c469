//! What the commands that ask about access have in common: the account, its organization, the question, its answer.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};

use super::Failure;
use super::account::{self, Opened};
use super::files::read_long;
use super::output::Output;
use super::source::SourceArgs;
use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::base::nearest::nearest;
use crate::catalog::Catalog;
use crate::emulator::organization::Organization;
use crate::insight::access::{Access, Guardrails};
use crate::insight::callers::{Caller, CallerKind, home};
use crate::insight::describe::Line;
use crate::insight::who_can::{Ask, StatementRef};
use crate::model::{Account, Document, ResourceRef, Trust};
use crate::policy::evaluate::{Compiled, Need, Part, Ways};

/// The most bytes of a file that describes an organization.
const LARGEST: usize = 64 << 20;

/// Which account is asked about.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct AccountArgs {
    #[command(flatten)]
    pub source: SourceArgs,
    /// The organization that the account is in, with its SCPs and RCPs: a file as `iamtui emulate --organization` takes it
    #[arg(long, value_name = "FILE")]
    pub organization: Option<PathBuf>,
}

/// What is asked: an action on a resource, by a request of which some is known.
#[derive(Debug, Clone, clap::Args)]
pub struct QuestionArgs {
    /// The action, such as s3:GetObject
    action: String,
    /// The resource, which may contain wildcards; without it, any
    #[arg(default_value = "*")]
    resource: String,
    /// A condition key of the request; repeat it for several keys or several values of one
    #[arg(long, value_name = "KEY=VALUE", value_parser = super::simulate::key_and_value)]
    context: Vec<(String, String)>,
    /// The policy on the resource
    #[arg(long, value_name = "FILE")]
    resource_policy: Option<PathBuf>,
}

impl QuestionArgs {
    /// The question, once its action is one.
    pub fn ask(&self, out: &mut Output) -> Result<Ask, Failure> {
        check_action(&self.action, out)?;
        Ok(Ask {
            action: self.action.clone(),
            resource: self.resource.clone(),
            context: context(&self.context),
            resource_policy: resource_policy(self.resource_policy.as_deref())?,
        })
    }
}

/// An account to ask about.
pub struct Subject {
    account: Account,
    guardrails: Option<Arc<Guardrails>>,
    complete: bool,
}

impl Subject {
    /// Opens and reads the account that the flags name.
    pub fn open(args: &AccountArgs, out: &mut Output) -> Result<Self, Failure> {
        let opened = account::open(&args.source)?;
        Self::read(&opened, args.organization.as_deref(), out)
    }

    /// Reads an account that is open.
    pub fn read(opened: &Opened, organization: Option<&Path>, out: &mut Output) -> Result<Self, Failure> {
        let (account, complete) = account::everything(opened, out);
        let guardrails = organization.map(|file| guardrails(file, &account)).transpose()?.map(Arc::new);
        Ok(Self { account, guardrails, complete })
    }

    /// Whether everything that was asked for was read.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// What was read of the account.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// The same, to read more into it.
    pub fn account_mut(&mut self) -> &mut Account {
        &mut self.account
    }

    /// The policies of the account.
    pub fn access(&self) -> Access<'_> {
        Access::new(&self.account).under(self.guardrails.clone())
    }
}

/// Reads what an organization lays on an account.
fn guardrails(file: &Path, account: &Account) -> Result<Guardrails, Failure> {
    let wrong = |told: String| Failure::Usage(UserError::new(format!("`{}`: {told}", file.display())));
    let organization = Organization::read(&read_long(file, LARGEST)?).map_err(|error| wrong(error.to_string()))?;
    let (_, number) = home(account).ok_or_else(|| wrong("the number of the account is not known".to_owned()))?;
    let member = organization
        .member(&number)
        .ok_or_else(|| wrong(format!("the account {number} is not in this organization")))?;
    let keys = vec![
        ("aws:PrincipalOrgID".to_owned(), organization.id.clone()),
        ("aws:PrincipalOrgPaths".to_owned(), member.path.clone()),
        ("aws:PrincipalOrgMasterAccountId".to_owned(), organization.management.clone()),
    ];
    Ok(Guardrails { scps: organization.scps(&number), rcps: organization.rcps(&number), keys })
}

/// Finds whom a command names: the ARN or name of a user or role, the root user, a service, a provider, an account.
pub fn caller(access: &Access<'_>, name: &str) -> Result<Caller, Failure> {
    let account = access.account();
    let (partition, number) = home(account).unwrap_or_default();
    let users = account.users().rows().iter();
    let user = users.clone().find(|user| user.arn.as_str() == name || user.name.as_str() == name);
    if let Some(user) = user {
        return Ok(Caller { id: user.arn.as_str().into(), kind: CallerKind::User, powers: access.user(user) });
    }
    let roles = account.roles().rows().iter();
    // The ARN of a session does not tell the path of its role.
    let session = Arn::parse(name).ok().filter(|arn| arn.service() == "sts" && arn.account() == &*number);
    let of_session = session.as_ref().and_then(|arn| arn.resource().split('/').nth(1));
    let wanted = of_session.unwrap_or(name);
    let role = roles.clone().find(|role| role.arn.as_str() == wanted || role.name.as_str() == wanted);
    if let Some(role) = role {
        return Ok(Caller { id: role.arn.as_str().into(), kind: CallerKind::Role, powers: access.role(role) });
    }
    let root = format!("arn:{partition}:iam::{number}:root");
    if name == "root" || name == root || *name == *number {
        return Ok(Caller { id: root.into(), kind: CallerKind::Root, powers: access.root(&partition, &number) });
    }
    let outside = json!({"Statement": {"Effect": "Allow", "Action": "*", "Principal": named(name)}});
    let outsider = access.outsiders(&Trust::new(Document::new(outside.to_string()))).into_iter().next();
    let is_foreign = !name.contains(&format!("::{number}:")) && (name.contains([':', '.']) || name.len() == 12);
    outsider.filter(|_| is_foreign).ok_or_else(|| {
        let names = users.map(|user| user.name.as_str()).chain(roles.map(|role| role.name.as_str()));
        let told = UserError::new(format!("the account has no user or role `{name}`"));
        let near = nearest(name, names).map(|near| format!("Did you mean `{near}`?"));
        Failure::Usage(told.hint(near.unwrap_or_else(|| "Name a user or role by its name or ARN.".to_owned())))
    })
}

/// Finds a user, group or role of the account by its name or ARN; `user/NAME` tells it from others of the name.
pub fn own_principal(account: &Account, name: &str) -> Result<ResourceRef, Failure> {
    let users = || account.users().rows().iter().map(|user| (user.name.as_str(), &user.arn));
    let groups = || account.groups().rows().iter().map(|group| (group.name.as_str(), &group.arn));
    let roles = || account.roles().rows().iter().map(|role| (role.name.as_str(), &role.arn));
    let (kind, wanted) = match name.split_once('/') {
        Some((kind @ ("user" | "group" | "role"), wanted)) => (Some(kind), wanted),
        _ => (None, name),
    };
    let all = users().chain(groups()).chain(roles());
    let is_meant = |(own, arn): &(&str, &Arn)| {
        arn.as_str() == name || *own == wanted && kind.is_none_or(|kind| arn.resource_type() == kind)
    };
    let found: Vec<&Arn> = all.clone().filter(is_meant).map(|(_, arn)| arn).collect();
    match found.as_slice() {
        [one] => account.resource_of(one).ok_or_else(|| Failure::Usage(UserError::new(format!("`{name}` is unknown")))),
        [] => {
            let told = UserError::new(format!("the account has no user, group or role `{name}`"));
            let near = nearest(wanted, all.map(|(own, _)| own)).map(|near| format!("Did you mean `{near}`?"));
            Err(Failure::Usage(told.hint(near.unwrap_or_else(|| "Name one by its name or ARN.".to_owned()))))
        }
        several => {
            let kinds: Vec<String> = several.iter().map(|arn| format!("`{}/{wanted}`", arn.resource_type())).collect();
            let told = UserError::new(format!("the account has several entities named `{wanted}`"));
            Err(Failure::Usage(told.hint(format!("Name one of {}.", kinds.join(", ")))))
        }
    }
}

/// A principal element that names somebody.
fn named(name: &str) -> Value {
    if name.ends_with(".amazonaws.com") || name.ends_with(".amazonaws.com.cn") {
        json!({"Service": name})
    } else if name.contains("-provider/") || !name.starts_with("arn:") && name.contains('.') {
        json!({"Federated": name})
    } else {
        json!({"AWS": name})
    }
}

/// Refuses an action that is none, and says where the catalogue does not have one.
pub fn check_action(action: &str, out: &mut Output) -> Result<(), Failure> {
    if !action.contains(':') || action.contains(['*', '?']) {
        let told = UserError::new(format!("`{action}` is not an action"));
        return Err(Failure::Usage(told.hint("Name one action of a service, such as s3:GetObject.")));
    }
    if Catalog::bundled().action(action).is_none() {
        out.say(&format!("note: the catalogue of {} does not have the action {action}", Catalog::bundled().date()));
    }
    Ok(())
}

/// Puts several values of one key together.
pub fn context(pairs: &[(String, String)]) -> Vec<(String, Vec<String>)> {
    let mut keys: Vec<(String, Vec<String>)> = Vec::new();
    for (key, value) in pairs {
        match keys.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(key)) {
            Some((_, values)) => values.push(value.clone()),
            None => keys.push((key.clone(), vec![value.clone()])),
        }
    }
    keys
}

/// Reads the policy on a resource.
pub fn resource_policy(file: Option<&Path>) -> Result<Option<String>, Failure> {
    let Some(file) = file else { return Ok(None) };
    let text = super::files::read_text(file)?;
    Compiled::new(&text)
        .map_err(|error| Failure::Usage(UserError::new(format!("`{}` is not a policy: {error}", file.display()))))?;
    Ok(Some(text))
}

/// Conditions as data.
pub fn ways(ways: &Ways) -> Value {
    let need = |need: &Need| json!({"operator": need.operator.name(), "key": need.key, "values": need.values});
    ways.sets().iter().map(|set| set.iter().map(need).collect::<Value>()).collect()
}

/// Administrators under a condition as data.
pub fn conditional(list: &[(Box<str>, Ways)]) -> Value {
    list.iter().map(|(id, when)| json!({"principal": id, "when": ways(when)})).collect()
}

/// Statements as data.
pub fn statements(list: &[StatementRef]) -> Value {
    let one = |one: &StatementRef| json!({"policy": one.policy, "policy_type": one.layer.as_str(), "statement": one.statement, "sid": one.sid});
    list.iter().map(one).collect()
}

/// Writes an answer for people.
pub fn tell(lines: &[Line], out: &mut Output) {
    for line in lines {
        out.text(&format!("{:indent$}{}", "", line.text, indent = usize::from(line.indent)));
    }
}

/// The parts of a pattern that are allowed.
pub fn patterns(parts: &[Part]) -> Value {
    let mut patterns: Vec<&str> = Vec::new();
    for part in parts {
        if !patterns.contains(&&*part.resource) {
            patterns.push(&part.resource);
        }
    }
    patterns.into()
}

/// What is spared from the parts that are allowed.
pub fn exceptions(parts: &[Part]) -> Vec<&str> {
    let mut all: Vec<&str> = parts.iter().flat_map(|part| part.except.iter().map(AsRef::as_ref)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Says on standard error what an answer leaves out.
pub fn tell_gaps(not_read: &[String], not_evaluated: &[String], out: &mut Output) {
    for (word, list) in [("not read", not_read), ("not evaluated", not_evaluated)] {
        for what in list {
            out.say(&format!("{word}: {what}"));
        }
    }
}
