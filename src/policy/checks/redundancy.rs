//! Entries that say the same: entries that another entry covers.

use super::{Context, Example, Family, KeyUse, Rule};
use crate::base::work;
use crate::policy::ast::{ConditionValue, List, Statement};
use crate::policy::canonical::StatementForm;
use crate::policy::covering;
use crate::policy::diagnostic::{Edit, FindingType, Fix, Reach};
use crate::policy::operator::{BaseOperator, OperatorClass};

/// Entries that say the same.
pub const FAMILY: Family = Family {
    name: "Entries that say the same",
    rules: &[&REDUNDANT_ACTION, &REDUNDANT_RESOURCE, &REDUNDANT_STATEMENT, &REDUNDANT_CONDITION_VALUE_NUM],
    check,
};

/// Pairs of entries that are compared at most, in one list: a bomb of patterns is not worth an answer.
const MOST_PAIRS: usize = 400_000;

fn check(context: &mut Context<'_, '_>) {
    let policy = context.policy;
    for statement in &policy.statements {
        for list in statement.action.iter().chain(&statement.not_action) {
            entries(context, &REDUNDANT_ACTION, list, covering::action, str::eq_ignore_ascii_case);
        }
        for list in statement.resource.iter().chain(&statement.not_resource) {
            entries(context, &REDUNDANT_RESOURCE, list, covering::resource, |a, b| a == b);
        }
    }
    statements(context);
    let keys = std::mem::take(&mut context.keys);
    for key in &keys {
        thresholds(context, key);
    }
    context.keys = keys;
}

/// Groups each covered entry with the entry that covers it; the widest entry of a group is covered by none.
fn entries(
    context: &mut Context<'_, '_>,
    rule: &'static Rule,
    list: &List<'_>,
    covers: fn(&str, &str) -> bool,
    same: fn(&str, &str) -> bool,
) {
    let items = &list.items;
    let patterns: Vec<usize> = (0..items.len()).filter(|at| items[*at].value.contains(['*', '?'])).collect();
    let mut cover: Vec<Option<usize>> = vec![None; items.len()];
    if patterns.len().saturating_mul(items.len()) <= MOST_PAIRS {
        // What is literal before a pattern's first wildcard begins all that it covers.
        let heads: Vec<&str> =
            items.iter().map(|item| item.value.split(['*', '?']).next().unwrap_or_default()).collect();
        for (at, item) in items.iter().enumerate().take_while(|_| !work::is_spent()) {
            // Of two that cover each other the first one stays.
            let wider = |other: &usize| {
                *other != at
                    && begins(&item.value, heads[*other])
                    && covers(&items[*other].value, &item.value)
                    && (*other < at || !covers(&item.value, &items[*other].value))
            };
            cover[at] = patterns.iter().copied().find(wider);
        }
    }
    repeats(list, &mut cover, same);
    let widest = |mut at: usize| {
        let mut steps = 0;
        while let Some(next) = cover[at].filter(|_| steps < items.len()) {
            at = next;
            steps += 1;
        }
        at
    };
    let mut groups: Vec<(usize, usize)> =
        (0..items.len()).filter(|at| cover[*at].is_some()).map(|at| (widest(at), at)).collect();
    groups.sort_unstable();
    for group in groups.chunk_by(|(a, _), (b, _)| a == b) {
        let mut members: Vec<usize> = group.iter().map(|(_, at)| *at).collect();
        let covered: Vec<_> = members.iter().map(|at| items[*at].node).collect();
        members.extend(group.first().map(|(widest, _)| *widest));
        members.sort_unstable();
        say(context, rule, list, &members);
        context.fix_remove("Remove the covered entries", &covered);
        context.fix_within(Reach::Anywhere);
    }
}

fn begins(text: &str, head: &str) -> bool {
    text.get(..head.len()).is_some_and(|start| start.eq_ignore_ascii_case(head))
}

/// Entries without wildcards that are written twice.
fn repeats(list: &List<'_>, cover: &mut [Option<usize>], same: fn(&str, &str) -> bool) {
    let items = &list.items;
    let mut sorted: Vec<(String, usize)> = Vec::with_capacity(items.len());
    sorted.extend(items.iter().enumerate().map(|(at, item)| (item.value.to_ascii_lowercase(), at)));
    sorted.sort_unstable();
    for equal in sorted.chunk_by(|(a, _), (b, _)| a == b) {
        for (place, (_, at)) in equal.iter().enumerate().skip(1) {
            let earlier = equal.iter().take(place).find(|(_, other)| same(&items[*other].value, &items[*at].value));
            if let (Some((_, other)), None) = (earlier, cover[*at]) {
                cover[*at] = Some(*other);
            }
        }
    }
}

/// The message names the longest entry, the first of equally long ones.
fn say(context: &mut Context<'_, '_>, rule: &'static Rule, list: &List<'_>, members: &[usize]) {
    let nodes: Vec<_> = members.iter().map(|at| list.items[*at].node).collect();
    let longest =
        members.iter().map(|at| list.items[*at].as_str()).rev().max_by_key(|text| text.len()).unwrap_or_default();
    let count = members.len().to_string();
    let details = if rule.code == REDUNDANT_RESOURCE.code {
        let start = rule.fill(&[&count]);
        format!("{start}, or remove the resource {longest} to remove the redundancy.")
    } else {
        rule.fill(&[&count, longest])
    };
    context.report_text(rule, &nodes, details);
}

/// Statements that say the same. Only those of the same shape are compared closely.
fn statements(context: &mut Context<'_, '_>) {
    let policy = context.policy;
    let shape = |statement: &Statement<'_>| {
        let texts = statement.actions_of_both().chain(statement.resources_of_both());
        let (count, length) = texts.fold((0, 0), |(count, length), text| (count + 1, length + text.value.len()));
        (statement.effect(), count, length, statement.conditions().count())
    };
    let mut shapes: Vec<_> = policy.statements.iter().map(|statement| (shape(statement), statement)).collect();
    shapes.sort_by(|(a, one), (b, other)| a.cmp(b).then(one.index.cmp(&other.index)));
    for alike in shapes.chunk_by(|(a, _), (b, _)| a == b).filter(|alike| alike.len() > 1) {
        let mut forms: Vec<_> = alike.iter().map(|(_, statement)| (StatementForm::of(statement), statement)).collect();
        forms.sort_by(|(a, one), (b, other)| a.cmp(b).then(one.index.cmp(&other.index)));
        for same in forms.chunk_by(|(a, _), (b, _)| a == b).filter(|same| same.len() > 1) {
            let nodes: Vec<_> = same.iter().map(|(_, statement)| statement.node).collect();
            context.report(&REDUNDANT_STATEMENT, &nodes, &[]);
            context.fix_remove("Remove the later statements", nodes.get(1..).unwrap_or_default());
        }
    }
}

/// Of several thresholds under one comparison only the widest decides.
fn thresholds(context: &mut Context<'_, '_>, key: &KeyUse<'_, '_>) {
    let Some(operator) = key.operator().filter(|operator| operator.class() == OperatorClass::Numeric) else { return };
    let greatest = match operator.base {
        BaseOperator::NumericLessThan | BaseOperator::NumericLessThanEquals => "greatest",
        BaseOperator::NumericGreaterThan | BaseOperator::NumericGreaterThanEquals => "least",
        _ => return,
    };
    if key.entry.values.len() > 1 {
        let parts = [key.block.name.as_str(), greatest, key.name()];
        context.report(&REDUNDANT_CONDITION_VALUE_NUM, &[key.entry.name.node], &parts);
        let read = |value: &ConditionValue<'_>| value.as_str().parse::<f64>().ok();
        let numbers: Option<Vec<f64>> = key.entry.values.iter().map(read).collect();
        let by_size = |a: &(usize, f64), b: &(usize, f64)| a.1.total_cmp(&b.1);
        let numbers = numbers.unwrap_or_default().into_iter().enumerate();
        let deciding = if greatest == "greatest" { numbers.max_by(by_size) } else { numbers.min_by(by_size) };
        if let Some(value) = deciding.and_then(|(at, _)| key.entry.values.get(at)) {
            let text = value.text.span.of(context.policy.tree.text()).to_owned();
            let edit = Edit { span: context.policy.tree.span(key.entry.node), text };
            context.fix(Fix::new(format!("Keep only `{}`", value.as_str()), vec![edit]).within(Reach::Kind));
        }
    }
}

const REDUNDANT_ACTION: Rule = Rule {
    code: "REDUNDANT_ACTION",
    kind: FindingType::Suggestion,
    title: "Redundant action",
    message: "The {{redundantActionCount}} action(s) are redundant because they provide similar permissions. Update the policy to remove the redundant action such as: {{redundantAction}}.",
    about: "Another action of the list covers this one.",
    cure: "Remove the covered entries.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": ["s3:Get*", "s3:GetObject"], "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": ["s3:Get*", "s3:PutObject"], "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const REDUNDANT_RESOURCE: Rule = Rule {
    code: "REDUNDANT_RESOURCE",
    kind: FindingType::Suggestion,
    title: "Redundant resource",
    message: "The {{redundantResourceCount}} resource ARN(s) are redundant because they reference the same resource. Review the use of wildcards (*)",
    about: "Another resource of the list covers this one.",
    cure: "Remove the covered entries, or narrow the wildcard.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": ["arn:aws:s3:::amzn-*", "arn:aws:s3:::amzn-bucket"]}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": ["arn:aws:s3:::amzn-bucket", "arn:aws:s3:::amzn-bucket/*"]}"#,
    ),
};

const REDUNDANT_STATEMENT: Rule = Rule {
    code: "REDUNDANT_STATEMENT",
    kind: FindingType::Suggestion,
    title: "Redundant statement",
    message: "The statements are redundant because they provide identical permissions. Update the policy to remove the redundant statement.",
    about: "The statements say the same.",
    cure: "Remove all but one.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}, {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const REDUNDANT_CONDITION_VALUE_NUM: Rule = Rule {
    code: "REDUNDANT_CONDITION_VALUE_NUM",
    kind: FindingType::Suggestion,
    title: "Redundant condition value num",
    message: "Multiple values in {{operator}} are redundant. Replace with the {{greatest/least}} single value for {{key}}.",
    about: "Of several thresholds only one decides.",
    cure: "Keep the one that is named.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": ["300", "600"]}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "600"}}}"#,
    ),
};
