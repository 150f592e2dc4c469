//! Why a request was refused, in words, with what would allow it.

use super::{Line, Tone, gaps, statement, told_fix};
use crate::insight::denial::Explanation;

/// An explained refusal.
pub fn explanation(explained: &Explanation) -> Vec<Line> {
    let shown = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".to_owned());
    let refusal = &explained.refusal;
    let mut lines = Vec::new();
    let mut put = |text: String| lines.push(Line::new(0, Tone::Plain, text));
    put(format!("who       {}", shown(&refusal.principal)));
    put(format!("action    {}", shown(&refusal.action)));
    put(format!("resource  {}", shown(&refusal.resource)));
    let how = match refusal.explicit {
        Some(true) => ", by an explicit deny",
        Some(false) => ", since nothing in it allows the action",
        None => "",
    };
    put(format!("layer     {}{how}", explained.layer.map_or("unknown", |layer| layer.as_str())));
    if let Some(policy) = &explained.policy {
        put(format!("policy    {policy}"));
    }
    if let Some(one) = &explained.statement {
        put(format!("statement {}", statement(one)));
    }
    let (tone, agrees) = match explained.agrees {
        Some(true) => (Tone::Plain, "The policies of the account, as they were read, refuse it too."),
        Some(false) => (
            Tone::Warning,
            "The policies of the account, as they were read, allow it: something else refused, or they changed.",
        ),
        None if !explained.not_read.is_empty() => {
            (Tone::Muted, "The policies of the account were not all read, so they do not tell.")
        }
        None => (Tone::Muted, "The account's policies cannot confirm this."),
    };
    lines.push(Line::new(0, tone, agrees));
    gaps(&explained.not_read, &[], &mut lines);
    for fix in &explained.fixes {
        lines.push(Line::new(0, Tone::Plain, format!("fix: {}", told_fix(fix))).settled_by(fix.plan.as_ref()));
    }
    lines
}
