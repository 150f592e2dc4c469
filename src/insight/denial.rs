//! Why a request was refused: what the refusal says, what the account says to it, and what would allow the request.

pub(crate) mod event;
pub(crate) mod fixes;
mod sentence;

use serde_json::Value;

use super::access::{Access, EffectivePermissions};
use super::callers::{Caller, CallerKind, home};
use super::changes::Fix;
use super::unread;
use super::who_can::{Ask, StatementRef, can};
use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::base::work::GaveUp;
use crate::policy::evaluate::{Decision, Layer, Principal};

/// A refusal as it was told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refusal {
    /// Who was refused.
    pub principal: Option<String>,
    /// What.
    pub action: Option<String>,
    /// On what; the service may tell a name in place of an ARN.
    pub resource: Option<String>,
    /// The kind of policy that refused, where that was told.
    pub layer: Option<Layer>,
    /// Whether a statement denies it, where that was told.
    pub explicit: Option<bool>,
    /// The policy that denies, where that was told.
    pub policy: Option<String>,
    /// The `Sid` of the statement that denies, where that was told.
    pub sid: Option<String>,
    /// What is known of the request, by condition key.
    pub context: Vec<(String, Vec<String>)>,
}

/// What a refusal comes from, with what the account says.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// What was told.
    pub refusal: Refusal,
    /// The kind of policy that decides.
    pub layer: Option<Layer>,
    /// The policy that denies: its ARN or its name.
    pub policy: Option<String>,
    /// The statement that denies.
    pub statement: Option<StatementRef>,
    /// Whether the policies of the account refuse it too; nothing where they do not tell.
    pub agrees: Option<bool>,
    /// What would have to hold for the request to be allowed, in the account as it is known.
    pub when: Option<crate::policy::evaluate::Ways>,
    /// What would allow it, the least first.
    pub fixes: Vec<Fix>,
    /// What is not part of the answer.
    pub not_evaluated: Vec<String>,
    /// What was not read of the account's policies.
    pub not_read: Vec<String>,
}

/// A denial that only AWS can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sealed {
    /// An encoded authorization message, which STS decodes.
    Message(String),
    /// An authorization ID, by which IAM Toolbox finds the request.
    Id(String),
}

/// What a text tells of a denial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DenialText {
    /// Itself.
    Refusal(Refusal),
    /// What AWS has to read first.
    Sealed(Sealed),
}

/// Reads a refusal: a sentence, an authorization message, an authorization ID, or an event of CloudTrail.
pub fn read(text: &str) -> Result<DenialText, UserError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(unreadable());
    }
    if let Ok(value) = serde_json::from_str::<Value>(text)
        && (value.is_object() || value.is_array())
    {
        return event::read(&value).map(DenialText::Refusal).ok_or_else(unreadable);
    }
    if let Some(refusal) = sentence::read(text) {
        return Ok(DenialText::Refusal(refusal));
    }
    let word = sentence::encoded(text).unwrap_or(text);
    // IDs are written in digits and small letters alone, which a long text in base 64 is not by chance.
    if (16..=256).contains(&word.len()) && word.chars().all(|ch| ch.is_ascii_digit() || ch.is_ascii_lowercase()) {
        return Ok(DenialText::Sealed(Sealed::Id(word.to_owned())));
    }
    let is_plain = |ch: char| ch.is_ascii_alphanumeric() || "-_=+/".contains(ch);
    if word.len() >= 40 && word.chars().all(is_plain) {
        return Ok(DenialText::Sealed(Sealed::Message(word.to_owned())));
    }
    Err(unreadable())
}

/// Reads what AWS answered for a sealed denial.
pub fn unsealed(text: &str) -> Result<Refusal, UserError> {
    let value = serde_json::from_str::<Value>(text).ok();
    value.and_then(|value| event::read(&value)).ok_or_else(unreadable)
}

impl Sealed {
    /// What is said where there is no session to have it read with.
    pub fn needs_session(&self) -> UserError {
        match self {
            Self::Message(_) => UserError::new("an encoded authorization message can only be read by AWS").hint(
                "Open the account that the request was made in, or give the answer of `aws sts \
                 decode-authorization-message`.",
            ),
            Self::Id(_) => UserError::new("an authorization ID can only be looked up by AWS")
                .hint("Open the account that the request was made in, or give the whole text of the error."),
        }
    }

    /// What is said in a read-only session, which sends no call that AWS classifies as a write.
    pub fn needs_writes(&self) -> UserError {
        UserError::new(
            "this session is read-only, and AWS classifies reading an encoded authorization message as a write",
        )
        .hint("Give the answer of `aws sts decode-authorization-message`, or start with `--read-only=false`.")
    }
}

fn unreadable() -> UserError {
    UserError::new("this is not a refusal of AWS").hint(
        "Give the text of an AccessDenied error, an authorization message or ID, or a CloudTrail event of a refused call.",
    )
}

/// Explains a refusal with what is known of the account.
pub fn explain(access: &Access<'_>, refusal: Refusal) -> Result<Explanation, GaveUp> {
    let mut told = Explanation {
        layer: refusal.layer,
        policy: refusal.policy.clone(),
        statement: None,
        agrees: None,
        when: None,
        fixes: Vec::new(),
        not_evaluated: Vec::new(),
        not_read: Vec::new(),
        refusal,
    };
    let (Some(principal), Some(action)) = (told.refusal.principal.clone(), told.refusal.action.clone()) else {
        return Ok(told);
    };
    let Some(caller) = caller(access, &principal) else {
        told.not_read = unread::principals(access.account());
        return Ok(told);
    };
    let resource = told.refusal.resource.as_deref().and_then(|text| resource(access, text));
    let ask = Ask { context: told.refusal.context.clone(), ..Ask::new(&action, resource.as_deref().unwrap_or("*")) };
    let answer = can(access, &caller, &ask)?;
    told.not_evaluated.clone_from(&answer.not_evaluated);
    told.not_read = unread::of_one(&answer.not_read);
    let refused = answer.parts.is_empty();
    told.agrees = match (refused, answer.when.is_always()) {
        _ if answer.is_unknown() => None,
        (true, _) | (false, false) => Some(true),
        // What the account's own policies do not tell, they cannot contradict.
        (false, true) => told.layer.is_none_or(|layer| is_known(access, layer)).then_some(false),
    };
    if refused && !answer.is_unknown() {
        if told.layer.is_none() {
            told.layer = answer.blocked_by.first().copied();
        }
        if told.refusal.explicit.is_none() {
            told.refusal.explicit = Some(answer.refusal == Decision::ExplicitDeny);
        }
        let denying = answer.statements.iter().find(|one| told.layer.is_none_or(|layer| same(layer, one.layer)));
        if answer.refusal == Decision::ExplicitDeny {
            told.statement = denying.cloned();
            told.policy = told.policy.or_else(|| denying.map(|one| one.policy.to_string()));
        }
    } else if !refused && !answer.when.is_always() {
        told.when = Some(answer.when.clone());
    }
    // What is allowed already is not allowed any better by one more statement.
    if told.agrees != Some(false) {
        told.fixes = fixes::fixes(access, &caller, &told, &ask);
    }
    Ok(told)
}

/// The ARN of a resource that may be told by kind and name, as IAM does of what does not exist.
fn resource(access: &Access<'_>, text: &str) -> Option<String> {
    if text == "*" || Arn::parse(text).is_ok() {
        return Some(text.to_owned());
    }
    let (kind, name) = text.rsplit_once(' ')?;
    let is_kind = ["user", "role", "group", "policy", "instance profile"].contains(&kind);
    let (partition, number) = home(access.account()).filter(|_| is_kind)?;
    Some(format!("arn:{partition}:iam::{number}:{}/{name}", kind.replace(' ', "-")))
}

/// Whether a kind of policy is known of the account.
fn is_known(access: &Access<'_>, layer: Layer) -> bool {
    match layer {
        Layer::Scp | Layer::Rcp => access.guardrails().is_some(),
        Layer::Identity | Layer::Group | Layer::Boundary | Layer::Trust => true,
        Layer::Resource | Layer::Session | Layer::VpcEndpoint | Layer::Service => false,
    }
}

/// Whether two kinds of policies are told as one: a group's are identity-based too.
fn same(one: Layer, other: Layer) -> bool {
    let base = |layer| if layer == Layer::Group { Layer::Identity } else { layer };
    base(one) == base(other)
}

/// The user, role or root user of the account that a refusal names.
fn caller(access: &Access<'_>, principal: &str) -> Option<Caller> {
    let account = access.account();
    let found = |id: &Arn, kind, powers: EffectivePermissions| Some(Caller { id: id.as_str().into(), kind, powers });
    match Principal::from_arn(principal).ok()? {
        Principal::User { arn } => {
            let user = account.users().get(arn.name()).filter(|user| user.arn == arn)?;
            found(&user.arn, CallerKind::User, access.user(user))
        }
        Principal::Role { arn } => {
            let role = account.roles().get(arn.name()).filter(|role| role.arn == arn)?;
            found(&role.arn, CallerKind::Role, access.role(role))
        }
        Principal::Session { arn, .. } => {
            let role = account.roles().get(arn.resource().split('/').nth(1)?)?;
            let is_own = role.arn.account() == arn.account();
            is_own.then(|| found(&role.arn, CallerKind::Role, access.role(role)))?
        }
        Principal::Root { partition, account: number } => {
            let id = Arn::iam(&partition, &number, "root").ok()?;
            access.is_own(id.as_str()).then(|| found(&id, CallerKind::Root, access.root(&partition, &number)))?
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
