//! What is kept of a request that is denied, in the form that `GetRequestAuthorizationDetails` answers.
//!
//! Source: <https://docs.aws.amazon.com/iam-toolbox/latest/APIReference/API_GetRequestAuthorizationDetails.html>

use std::fmt::Write as _;

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::own::{self, Source};
use super::{Need, Question, context};
use crate::api::Operation;
use crate::emulator::authorizations::Authorization;
use crate::emulator::failure::Failure;
use crate::emulator::ops::iam::named;
use crate::emulator::ops::organizations::{policies as organization_policies, structure};
use crate::emulator::organization::{Bound, PolicyType};
use crate::emulator::store::records::Group;
use crate::policy::ast::Effect;
use crate::policy::evaluate::{self, Decision, Layer, PolicySet, Principal, StatementTrace, explain};

mod keys;

/// The Region that denials of IAM belong to.
const REGION: &str = "us-east-1";

/// Keeps how a refusal came about, and adds to its text where that can be read.
pub fn recorded(question: &Question<'_>, failure: Failure, needs: &[Need]) -> Failure {
    // Of the services that are here, AWS does so for IAM alone.
    if !matches!(question.request.operation, Operation::Iam(_)) {
        return failure;
    }
    let environment = question.request.environment;
    let authorization = authorization(question, needs);
    let Some(id) = authorization.and_then(|one| environment.authorizations.keep(one, &environment.ids)) else {
        return failure;
    };
    let message = format!(
        "{}. Go to https://{REGION}.console.aws.amazon.com/iam/home?region={REGION}#/authorization-details/{id} for \
         complete details, or call the GetRequestAuthorizationDetails API with the following authorization id: {id}",
        failure.message
    );
    Failure { message, ..failure }
}

/// What there is to keep; nothing where it takes too much work to find out.
fn authorization(question: &Question<'_>, needs: &[Need]) -> Option<Authorization> {
    let request = question.request;
    let policies = evaluated(question);
    let mut evaluations = Vec::new();
    let mut shared = Map::new();
    for need in needs {
        let (asked, evaluation) = evaluation(question, need, &policies)?;
        if shared.is_empty() {
            shared = keys::of_request(asked.context());
        }
        evaluations.push(evaluation);
    }
    let organization = request.environment.organization.as_ref();
    let organization = organization.filter(|organization| organization.member(&request.caller.account).is_some());
    let details =
        json!({"requestContext": shared, "evaluations": evaluations, "policies": listed(&policies)}).to_string();
    let mut documents: Vec<_> =
        policies.iter().map(|policy| (policy.uri.as_str().into(), policy.document.into())).collect();
    documents.sort();
    documents.dedup();
    Some(Authorization {
        at: request.now,
        account: request.caller.account.clone(),
        organization: organization.map(|organization| organization.id.as_str().into()),
        region: REGION,
        details: details.into(),
        documents,
    })
}

/// A policy that was evaluated.
struct Evaluated<'a> {
    /// Its layer, level and number; a policy of AWS that caps nothing stands beside the levels.
    place: Option<(Layer, usize, usize)>,
    uri: String,
    inline: bool,
    /// The ARNs of what it is attached to.
    attached: Vec<String>,
    document: &'a str,
    kind: Kind,
}

/// The types of policies, as the answer names them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Identity,
    Boundary,
    Session,
    Scp,
    Rcp,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Identity => "IDENTITY_BASED_POLICY",
            Self::Boundary => "PERMISSIONS_BOUNDARY",
            Self::Session => "SESSION_POLICY",
            Self::Scp => PolicyType::Scp.name(),
            Self::Rcp => PolicyType::Rcp.name(),
        }
    }

    /// The requirement that policies of this type meet.
    const fn check(self) -> &'static str {
        match self {
            Self::Identity => "PRINCIPAL",
            Self::Session => "SESSION",
            other => other.name(),
        }
    }
}

/// All policies that bear on a request.
fn evaluated<'a>(question: &Question<'a>) -> Vec<Evaluated<'a>> {
    let sources = &question.sources;
    let principal = principal(question);
    let own = |place, kind, source: &Source<'a>| {
        let attached = match source.owner {
            Some(("group", name)) => groups(question, |group| group.name == name),
            _ => vec![principal.clone()],
        };
        Evaluated {
            place: Some(place),
            uri: uri(place, &principal, source),
            inline: source.arn.is_none(),
            attached,
            document: source.document,
            kind,
        }
    };
    let mut all = Vec::new();
    // What the account's password policy amounts to is no policy of anybody's.
    let identity = sources.identity.iter().enumerate().filter(|(_, source)| !source.id.is_empty());
    all.extend(identity.map(|(at, source)| own((Layer::Identity, 0, at), Kind::Identity, source)));
    for (at, source) in sources.groups.iter().enumerate() {
        let mut policy = own((Layer::Group, 0, at), Kind::Identity, source);
        if let Some(arn) = source.arn {
            policy.attached = groups(question, |group| group.permissions.attached.iter().any(|held| held == arn));
        }
        all.push(policy);
    }
    all.extend(sources.boundary.iter().map(|source| own((Layer::Boundary, 0, 0), Kind::Boundary, source)));
    let session = sources.session.iter().enumerate().map(|(at, source)| ((Layer::Session, 0, at), source));
    let scopes = sources.scopes.iter().enumerate().map(|(at, source)| ((Layer::Session, at + 1, 0), source));
    all.extend(session.chain(scopes).map(|(place, source)| own(place, Kind::Session, source)));
    if let Some(own::Confinement::Task(task)) = own::confinement(question.request) {
        let source = own::managed(question.request, question.state, task);
        all.push(own((Layer::Session, 0, 0), Kind::Session, &source));
    }
    for (kind, layer) in [(PolicyType::Scp, Layer::Scp), (PolicyType::Rcp, Layer::Rcp)] {
        let mut level = 0;
        for bound in bounds(question, kind) {
            all.extend(attached(question, &bound, layer, level));
            level += usize::from(bound.caps());
        }
    }
    all
}

/// The policies of an organization that are attached to one target.
fn attached<'a>(question: &Question<'a>, bound: &Bound<'a>, layer: Layer, level: usize) -> Vec<Evaluated<'a>> {
    let Some(organization) = &question.request.environment.organization else { return Vec::new() };
    let caps = bound.caps();
    let policies = bound.policies.iter().enumerate().map(|(at, (id, policy))| Evaluated {
        place: caps.then_some((layer, level, at)),
        uri: organization_policies::arn(organization, id, policy),
        inline: false,
        attached: vec![structure::target_arn(organization, bound.target)],
        document: &policy.document,
        kind: if layer == Layer::Scp { Kind::Scp } else { Kind::Rcp },
    });
    policies.collect()
}

/// Where an organization's policies of one type bind the request.
fn bounds<'a>(question: &Question<'a>, kind: PolicyType) -> Vec<Bound<'a>> {
    let request = question.request;
    let account = match kind {
        PolicyType::Scp => &request.caller.account,
        PolicyType::Rcp => request.account,
    };
    request.environment.organization.as_ref().map(|known| known.bounds(account, kind)).unwrap_or_default()
}

/// The ARN of the user, role or root user behind a request.
fn principal(question: &Question<'_>) -> String {
    match context::principal(question.request.caller, question.state) {
        Principal::User { arn } | Principal::Role { arn } => arn.as_str().to_owned(),
        Principal::Session { role: Some(arn), .. } | Principal::FederatedUser { user: Some(arn), .. } => {
            arn.as_str().to_owned()
        }
        _ => question.request.caller.arn.clone(),
    }
}

/// The ARNs of those of the caller's groups that fit.
fn groups(question: &Question<'_>, fits: impl Fn(&Group) -> bool) -> Vec<String> {
    let request = question.request;
    let id = request.caller.user_id.as_str();
    let user = question.state.users.get(id);
    let groups = user.into_iter().flat_map(|user| &user.groups).filter_map(|id| question.state.groups.get(id));
    groups.filter(|group| fits(group)).map(|group| named::arn(request, group)).collect()
}

/// The ARN of a managed policy; for an inline policy a word that says nothing but which one it is.
fn uri((layer, level, at): (Layer, usize, usize), principal: &str, source: &Source<'_>) -> String {
    if let Some(arn) = source.arn {
        return arn.to_owned();
    }
    let name = if source.id.is_empty() { format!("{}/{level}/{at}", layer.as_str()) } else { source.id.clone() };
    let digest = Sha256::digest(format!("{principal}\0{name}"));
    digest.iter().take(8).fold("inline:".to_owned(), |mut uri, byte| {
        let _ = write!(uri, "{byte:02x}");
        uri
    })
}

/// The policies as the answer lists them: each once, with all that it is attached to.
fn listed(policies: &[Evaluated<'_>]) -> Vec<Value> {
    let mut all: Vec<(&Evaluated<'_>, Vec<&str>)> = Vec::new();
    for policy in policies {
        let arns = policy.attached.iter().map(String::as_str);
        match all.iter_mut().find(|(known, _)| known.uri == policy.uri && known.kind == policy.kind) {
            Some((_, known)) => known.extend(arns),
            None => all.push((policy, arns.collect())),
        }
    }
    let shown = |(policy, attached): (&Evaluated<'_>, Vec<&str>)| {
        let attached: Vec<Value> = attached.into_iter().map(|arn| json!({"arn": arn})).collect();
        json!({"type": policy.kind.name(), "inline": policy.inline, "uri": policy.uri, "attachedTo": attached})
    };
    all.into_iter().map(shown).collect()
}

/// How one action on one resource was decided.
fn evaluation(question: &Question<'_>, need: &Need, policies: &[Evaluated<'_>]) -> Option<(evaluate::Request, Value)> {
    let tagged = need.tagged.as_deref().unwrap_or(&need.resource);
    let asked = context::question(question.request, question.state, &need.action, (&need.resource, tagged), true);
    let (decision, statements) = decided(question, &asked)?;
    let applying: Vec<&StatementTrace> =
        statements.iter().filter(|statement| statement.applies && statement.layer_applies).collect();
    let effect = match decision {
        Decision::Allowed => "ALLOW",
        Decision::ExplicitDeny => "EXPLICIT_DENY",
        Decision::ImplicitDeny => "IMPLICIT_DENY",
    };
    let value = json!({
        "action": need.action,
        "resource": need.resource,
        "context": keys::of_evaluation(asked.context()),
        "evaluatedEffect": effect,
        "matchedPolicies": matched(policies.iter(), &applying),
        "checks": checks(question, &asked, policies, &applying),
    });
    Some((asked, value))
}

/// The decision, with every statement of every policy.
fn decided(question: &Question<'_>, asked: &evaluate::Request) -> Option<(Decision, Vec<StatementTrace>)> {
    let confinement = own::confinement(question.request);
    let confining = confinement.map(|confinement| confinement.policies(&question.request.environment.documents));
    if let Some(confining) = confining {
        let mut trace = explain(asked, &confining).ok()?;
        if !trace.verdict.is_allowed() {
            // They bind a session of the root user as session policies bind others.
            let is_delegated = matches!(confinement, Some(own::Confinement::Delegation(_)));
            for statement in &mut trace.statements {
                statement.place.layer = Layer::Session;
                statement.place.level += usize::from(is_delegated);
            }
            return Some((trace.verdict.decision, trace.statements));
        }
    }
    let trace = explain(asked, &question.policies).ok()?;
    Some((trace.verdict.decision, trace.statements))
}

/// The policies of which statements apply, with those statements.
fn matched<'a>(policies: impl Iterator<Item = &'a Evaluated<'a>>, applying: &[&StatementTrace]) -> Vec<Value> {
    let mut all: Vec<(&str, Vec<Value>)> = Vec::new();
    for policy in policies {
        let statements = match policy.place {
            Some(place) => {
                let own = applying.iter().filter(|one| (one.place.layer, one.place.level, one.place.policy) == place);
                own.map(|one| statement(one.sid.as_deref(), one.place.statement, one.effect)).collect()
            }
            None => vec![statement(None, 0, Effect::Allow)],
        };
        if !statements.is_empty() && all.iter().all(|(uri, _)| *uri != policy.uri) {
            all.push((&policy.uri, statements));
        }
    }
    all.into_iter().map(|(uri, statements)| json!({"uri": uri, "matchedStatements": statements})).collect()
}

fn statement(sid: Option<&str>, at: usize, effect: Effect) -> Value {
    let sid = sid.map_or_else(|| format!("Statement{}", at + 1), str::to_owned);
    json!({"sid": sid, "evaluatedEffect": if effect == Effect::Allow { "ALLOW" } else { "DENY" }})
}

/// Each requirement with its result, in AWS's order: what the organization caps from the outside in, then what the
/// caller has.
fn checks(
    question: &Question<'_>,
    asked: &evaluate::Request,
    policies: &[Evaluated<'_>],
    applying: &[&StatementTrace],
) -> Vec<Value> {
    let organization = question.request.environment.organization.as_ref();
    let mut checks = Vec::new();
    for (kind, layer, shown) in [(PolicyType::Rcp, Layer::Rcp, Kind::Rcp), (PolicyType::Scp, Layer::Scp, Kind::Scp)] {
        for bound in bounds(question, kind).into_iter().filter(|_| layer.applies_to(asked)) {
            let target = organization.map(|organization| structure::target_arn(organization, bound.target));
            let own = policies.iter().filter(|one| one.kind == shown && one.attached.first() == target.as_ref());
            checks.push(check(shown, target.as_deref(), own, applying));
        }
    }
    let PolicySet { boundary, session, scopes, .. } = &question.policies;
    let confined = own::confinement(question.request).is_some();
    let has_session = !session.is_empty() || !scopes.is_empty();
    let own = [
        (Kind::Identity, Layer::Identity.applies_to(asked)),
        (Kind::Boundary, boundary.is_some()),
        (Kind::Session, confined || has_session && Layer::Session.applies_to(asked)),
    ];
    for (kind, _) in own.into_iter().filter(|(_, there)| *there) {
        checks.push(check(kind, None, policies.iter().filter(|one| one.kind == kind), applying));
    }
    checks
}

fn check<'a>(
    kind: Kind,
    target: Option<&str>,
    policies: impl Iterator<Item = &'a Evaluated<'a>>,
    applying: &[&StatementTrace],
) -> Value {
    let matched = matched(policies, applying);
    let has = |effect: &str| {
        let statements = matched.iter().filter_map(|policy| policy["matchedStatements"].as_array()).flatten();
        statements.into_iter().any(|statement| statement["evaluatedEffect"] == effect)
    };
    let effect = match (has("DENY"), has("ALLOW")) {
        (true, _) => "EXPLICIT_DENY",
        (false, true) => "ALLOW",
        (false, false) => "IMPLICIT_DENY",
    };
    let mut check = json!({
        "checkType": kind.check(),
        "evaluatedEffect": effect,
        "relevantPolicyTypes": [kind.name()],
        "matchedPolicies": matched,
    });
    if let Some(target) = target {
        check["targetArn"] = target.into();
    }
    check
}
