//! What an identity policy lets one reach that its words do not say: more permissions, credentials, data.

use std::sync::LazyLock;

use super::super::{ActionUse, Context, Example, Family, Rule};
use crate::base::wildcard;
use crate::catalog::dangers::{CREDENTIALS, DATA, ESCALATIONS};
use crate::policy::PolicyKind;
use crate::policy::diagnostic::FindingType;
use crate::policy::syntax::NodeId;

/// What an identity policy lets one reach.
pub const FAMILY: Family = Family {
    name: "What an identity policy lets one reach",
    rules: &[&PRIVILEGE_ESCALATION, &CREDENTIALS_EXPOSURE, &DATA_EXFILTRATION],
    check,
};

/// Every action that is looked for, in lower case and sorted.
static WANTED: LazyLock<Vec<String>> = LazyLock::new(|| {
    let all = ESCALATIONS.iter().flat_map(|way| way.actions).chain(CREDENTIALS).chain(DATA);
    let mut wanted: Vec<String> = all.map(|action| action.to_ascii_lowercase()).collect();
    wanted.sort_unstable();
    wanted.dedup();
    wanted
});

/// Actions of a policy that are looked at most; no real one has more.
const MOST_ACTIONS: usize = 5_000;

fn check(context: &mut Context<'_, '_>) {
    if context.kind != PolicyKind::Identity || context.actions.len() > MOST_ACTIONS {
        return;
    }
    let granted = granted(context);
    if granted.iter().all(Option::is_none) {
        return;
    }
    let by = |action: &&str| {
        let at = WANTED.binary_search_by(|wanted| wanted.as_str().cmp(&action.to_ascii_lowercase())).ok()?;
        granted.get(at).copied().flatten()
    };
    let mut ways: Vec<&str> = Vec::new();
    let mut nodes: Vec<NodeId> = Vec::new();
    for way in ESCALATIONS {
        let by: Option<Vec<NodeId>> = way.actions.iter().map(by).collect();
        if let Some(by) = by {
            ways.push(way.name);
            nodes.extend(by);
        }
    }
    say(context, &PRIVILEGE_ESCALATION, &ways, nodes);
    for (rule, actions) in [(&CREDENTIALS_EXPOSURE, CREDENTIALS), (&DATA_EXFILTRATION, DATA)] {
        let found: Vec<(&str, NodeId)> = actions.iter().filter_map(|action| Some((*action, by(action)?))).collect();
        let names: Vec<&str> = found.iter().map(|(action, _)| *action).collect();
        say(context, rule, &names, found.into_iter().map(|(_, node)| node).collect());
    }
}

/// One finding for all that a rule found; more than a handful are counted.
fn say(context: &mut Context<'_, '_>, rule: &'static Rule, found: &[&str], mut nodes: Vec<NodeId>) {
    const SHOWN: usize = 6;
    if found.is_empty() {
        return;
    }
    nodes.sort_unstable();
    nodes.dedup();
    let mut text = found.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    if found.len() > SHOWN {
        text = format!("{text} and {} more", found.len() - SHOWN);
    }
    context.report(rule, &nodes, &[&text]);
}

/// For each wanted action the entry that allows it on resources that are not narrowed, unless a Deny takes it back.
fn granted(context: &Context<'_, '_>) -> Vec<Option<NodeId>> {
    let mut granted: Vec<Option<NodeId>> = vec![None; WANTED.len()];
    let wide = |used: &&ActionUse<'_, '_>| {
        let resources = used.statement.resource.as_ref();
        let open = resources.is_some_and(|list| list.items.iter().any(|item| is_open(item.as_str())));
        !used.negated && open
    };
    for used in context.actions.iter().filter(wide) {
        let unconditional = used.statement.condition.is_none();
        match used.statement.effect() {
            Some(crate::policy::ast::Effect::Allow) if unconditional => {
                for at in matching(used) {
                    granted[at].get_or_insert(used.text.node);
                }
            }
            _ => {}
        }
    }
    let denies = |used: &&ActionUse<'_, '_>| used.statement.denies() && used.statement.condition.is_none();
    let everywhere = |used: &&ActionUse<'_, '_>| used.statement.resource.as_ref().is_some_and(|list| list.has("*"));
    for used in context.actions.iter().filter(denies).filter(everywhere).filter(|used| !used.negated) {
        for at in matching(used) {
            granted[at] = None;
        }
    }
    granted
}

/// Whether a resource is every one of its type, or every one at all.
fn is_open(resource: &str) -> bool {
    let fields: Vec<&str> = resource.splitn(6, ':').collect();
    let name = fields.get(5).copied().unwrap_or(resource);
    // Before the slash of an object stands its bucket; elsewhere the type.
    let is_object = fields.get(2).is_some_and(|service| service.eq_ignore_ascii_case("s3"));
    let name = match name.split_once(['/', ':']) {
        Some((bucket, _)) if is_object => bucket,
        Some((_, name)) => name,
        None => name,
    };
    !name.is_empty() && name.bytes().all(|b| matches!(b, b'*' | b'?' | b'/'))
}

/// The numbers of the wanted actions that an entry stands for.
fn matching(used: &ActionUse<'_, '_>) -> Vec<usize> {
    let text = used.text.value.to_ascii_lowercase();
    if used.is_everything() {
        return (0..WANTED.len()).collect();
    }
    if !used.is_pattern() {
        return WANTED.binary_search(&text).ok().into_iter().collect();
    }
    // The literal start of a pattern names a run of the sorted list.
    let literal = text.split(['*', '?']).next().unwrap_or_default();
    let start = WANTED.partition_point(|wanted| wanted.as_str() < literal);
    let run = WANTED.iter().enumerate().skip(start).take_while(|(_, wanted)| wanted.starts_with(literal));
    run.filter(|(_, wanted)| wildcard::matches(&text, wanted)).map(|(at, _)| at).collect()
}

const PRIVILEGE_ESCALATION: Rule = Rule {
    code: "privilege-escalation",
    kind: FindingType::SecurityWarning,
    title: "Privilege escalation",
    message: "With these actions a principal can get more permissions than the policy grants, through: {{ways}}.",
    about: "Some actions, alone or together, let a principal act with the permissions of another one.",
    cure: "Narrow the resources, add conditions such as `iam:PassedToService`, or set a permissions boundary.",
    bad: Example::identity(r#"{"Effect": "Allow", "Action": "iam:CreatePolicyVersion", "Resource": "*"}"#),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "iam:CreatePolicyVersion", "Resource": "arn:aws:iam::111122223333:policy/app"}"#,
    ),
};

const CREDENTIALS_EXPOSURE: Rule = Rule {
    code: "credentials-exposure",
    kind: FindingType::Warning,
    title: "Access to credentials",
    message: "These actions answer with credentials, and nothing narrows them: {{actions}}.",
    about: "Who gets credentials acts with them, outside of what this policy says.",
    cure: "Name the resources whose credentials are meant.",
    bad: Example::identity(r#"{"Effect": "Allow", "Action": "iam:CreateAccessKey", "Resource": "*"}"#),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "iam:CreateAccessKey", "Resource": "arn:aws:iam::*:user/${aws:username}"}"#,
    ),
};

const DATA_EXFILTRATION: Rule = Rule {
    code: "data-exfiltration",
    kind: FindingType::Suggestion,
    title: "Access to all data",
    message: "These actions read what others keep, and nothing narrows them: {{actions}}.",
    about: "Reading every object, secret or parameter of an account is seldom meant.",
    cure: "Name the resources that are meant.",
    bad: Example::identity(r#"{"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}"#),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "arn:aws:secretsmanager:*:*:secret:app-*"}"#,
    ),
};

#[cfg(test)]
mod tests {
    use super::is_open;

    #[test]
    fn the_objects_of_one_bucket_are_narrowed_and_those_of_all_are_not() {
        for open in ["*", "arn:aws:s3:::*", "arn:aws:s3:::*/*", "arn:aws:ssm:*:*:parameter/*", "arn:aws:iam::*:role/*"]
        {
            assert!(is_open(open), "{open}");
        }
        for narrow in ["arn:aws:s3:::projekt/*", "arn:aws:s3:::projekt", "arn:aws:iam::*:role/app-*"] {
            assert!(!is_open(narrow), "{narrow}");
        }
    }
}
