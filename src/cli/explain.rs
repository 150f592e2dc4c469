//! `iamtui explain`: what a check looks for, why, and what to do about it.

use serde_json::json;

use super::output::Output;
use super::{Failure, Outcome};
use crate::base::error::UserError;
use crate::base::nearest::nearest;
use crate::policy::checks::{self, Rule};

/// Explain a check of `validate` by its code
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The code, such as `MISSING_VERSION`; without one all codes are listed
    code: Option<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
}

/// Runs the command.
pub fn run(args: &Args, out: &mut Output) -> Result<Outcome, Failure> {
    let rules: Vec<&Rule> = match &args.code {
        None => checks::rules().collect(),
        Some(code) => vec![checks::rule(code).ok_or_else(|| unknown(code))?],
    };
    match (args.output, rules.as_slice()) {
        (Format::Json, _) => {
            let values: Vec<_> = rules.iter().map(|rule| value(rule)).collect();
            out.json(&serde_json::Value::from(values));
        }
        (Format::Text, [rule]) => tell(rule, out),
        (Format::Text, _) => {
            for rule in rules {
                out.text(&format!("{:<16}  {:<70}  {}", rule.kind.name(), rule.code, rule.title));
            }
        }
    }
    Ok(Outcome::Fine)
}

fn unknown(code: &str) -> Failure {
    let told = UserError::new(format!("there is no check `{code}`"));
    let upper = code.to_ascii_uppercase().replace('-', "_");
    let near = nearest(&upper, checks::rules().map(|rule| rule.code));
    Failure::Usage(match near {
        Some(near) => told.hint(format!("Did you mean `{near}`?")),
        None => told.hint("Run `iamtui explain` for all codes."),
    })
}

fn value(rule: &Rule) -> serde_json::Value {
    json!({
        "issueCode": rule.code,
        "findingType": rule.kind.name(),
        "title": rule.title,
        "message": rule.message,
        "about": rule.about,
        "cure": rule.cure,
        "bad": {"kind": rule.bad.kind.name(), "document": rule.bad.text()},
        "good": {"kind": rule.good.kind.name(), "document": rule.good.text()},
        "learnMoreLink": rule.learn_more(),
    })
}

fn tell(rule: &Rule, out: &mut Output) {
    const LONGEST: usize = 2_000;
    out.text(&format!("{} ({}): {}", rule.code, rule.kind.name(), rule.title));
    out.text("");
    out.text(rule.about);
    out.text(rule.cure);
    for (word, example) in [("Bad", &rule.bad), ("Good", &rule.good)] {
        let text = example.text();
        out.text("");
        out.text(&format!("{word} ({} policy):", example.kind.name()));
        if text.len() > LONGEST {
            out.text(&format!("    a document of {} characters", text.chars().count()));
        } else {
            out.text(&format!("    {text}"));
        }
    }
    out.text("");
    out.text(&format!("Message: {}", rule.message));
    let link = rule.learn_more();
    if !link.is_empty() {
        out.text(&format!("More: {link}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_does_not_exist_leads_to_the_nearest() {
        let Failure::Usage(told) = unknown("missing-versoin") else { panic!("usage") };
        assert_eq!(told.hint.as_deref(), Some("Did you mean `MISSING_VERSION`?"));
    }
}
