//! A policy's summary, as a table and as JSON.

use serde_json::{Value, json};

use super::super::Failure;
use super::super::output::{Format, Output, columns};
use crate::base::error::UserError;
use crate::base::work::GaveUp;
use crate::catalog::Catalog;
use crate::policy::ast::{Effect, Policy};
use crate::policy::summary::{Access, Cell, Entry, ServiceRow, Summary, Unrecognised, detail, summarise};

pub(super) fn summary(
    policy: &Policy<'_>,
    catalog: &Catalog,
    service: Option<&str>,
    output: Format,
    out: &mut Output,
) -> Result<(), Failure> {
    if let Some(prefix) = service {
        if !catalog.has_service(prefix) {
            let told = UserError::new(format!("there is no service `{prefix}`"));
            return Err(Failure::Usage(match catalog.suggest_service(prefix) {
                Some(meant) => told.hint(format!("Did you mean `{meant}`?")),
                None => told.hint("`iamtui catalog services` lists them."),
            }));
        }
        return Ok(one_service(policy, catalog, prefix, output, out)?);
    }
    let summary = summarise(policy, catalog)?;
    match output {
        Format::Json => out.json(&as_json(&summary)),
        Format::Text => as_text(&summary, out),
    }
    Ok(())
}

fn as_text(summary: &Summary, out: &mut Output) {
    if !summary.denies.is_empty() {
        out.text(&format!("Explicit deny ({} of {} services)", summary.denies.len(), summary.service_count));
        rows(&summary.denies, out);
    }
    out.text(&format!("Allow ({} of {} services)", summary.allows.len(), summary.service_count));
    rows(&summary.allows, out);
    let mut list = |title: &str, entries: Vec<&Entry>| {
        if !entries.is_empty() {
            out.text(title);
            for entry in entries {
                out.text(&format!("  {} (statement {})", entry.text, entry.statement + 1));
            }
        }
    };
    list("Uncategorized resources", summary.uncategorised.iter().collect());
    let of = |pick: fn(&Unrecognised) -> Option<&Entry>| summary.unrecognised.iter().filter_map(pick).collect();
    list("Unrecognized services", of(|u| if let Unrecognised::Service(e) = u { Some(e) } else { None }));
    list("Unrecognized actions", of(|u| if let Unrecognised::Action(e) = u { Some(e) } else { None }));
    list("Unrecognized resources", of(|u| if let Unrecognised::Resource(e) = u { Some(e) } else { None }));
}

fn rows(rows: &[ServiceRow], out: &mut Output) {
    let mut lines =
        vec![["  Service".to_owned(), "Access level".into(), "Resource".into(), "Request condition".into()]];
    for row in rows {
        let remark = row.remark().map(|remark| format!(" {remark}")).unwrap_or_default();
        lines.push([
            format!("  {}", row.name),
            format!("{}{remark}", row.access),
            row.resource.to_string(),
            row.condition.to_string(),
        ]);
    }
    columns(&lines, out);
}

fn one_service(
    policy: &Policy<'_>,
    catalog: &Catalog,
    prefix: &str,
    output: Format,
    out: &mut Output,
) -> Result<(), GaveUp> {
    let detail = |effect| detail(policy, catalog, effect, prefix);
    let details = [("Deny", detail(Effect::Deny)?), ("Allow", detail(Effect::Allow)?)];
    if output == Format::Json {
        let value = |detail: &crate::policy::summary::ServiceDetail| -> Vec<Value> {
            let row = |row: &crate::policy::summary::ActionRow| {
                json!({"action": row.name, "level": row.level.name(), "resources": row.resources,
                    "conditions": row.conditions, "statements": row.statements})
            };
            detail.actions.iter().map(row).collect()
        };
        let [(_, denies), (_, allows)] = &details;
        out.json(&json!({"deny": value(denies), "allow": value(allows)}));
        return Ok(());
    }
    for (name, detail) in details.iter().filter(|(name, detail)| *name == "Allow" || !detail.actions.is_empty()) {
        let total = detail.actions.len() + detail.remaining.len();
        out.text(&format!("{name} ({} of {total} actions)", detail.actions.len()));
        let mut lines = Vec::new();
        for row in &detail.actions {
            let join = |texts: &[String], none: &str| if texts.is_empty() { none.to_owned() } else { texts.join("; ") };
            lines.push([
                format!("  {}", row.name),
                row.level.name().to_owned(),
                join(&row.resources, "no fitting resource"),
                join(&row.conditions, "None"),
            ]);
        }
        columns(&lines, out);
    }
    Ok(())
}

fn as_json(summary: &Summary) -> Value {
    let cell = |cell: &Cell| match cell {
        Cell::None => Value::Null,
        Cell::One(text) => json!(text),
        Cell::Multiple => json!("Multiple"),
    };
    let access = |access: &Access| match access {
        Access::Full => json!({"full": true}),
        Access::None => json!({}),
        Access::Levels { full, limited } => {
            let names = |levels: &[crate::catalog::AccessLevel]| levels.iter().map(|l| l.name()).collect::<Vec<_>>();
            json!({"full_levels": names(full), "limited_levels": names(limited)})
        }
    };
    let row = |row: &ServiceRow| {
        json!({"service": row.prefix, "name": row.name, "access": access(&row.access), "resource": cell(&row.resource),
            "condition": cell(&row.condition), "statements": row.statements, "without_resource": row.without_resource})
    };
    let entry = |kind: &str, entry: &Entry| json!({"kind": kind, "statement": entry.statement, "text": entry.text});
    let unrecognised = |unknown: &Unrecognised| match unknown {
        Unrecognised::Service(e) => entry("service", e),
        Unrecognised::Action(e) => entry("action", e),
        Unrecognised::Resource(e) => entry("resource", e),
    };
    json!({
        "deny": summary.denies.iter().map(row).collect::<Vec<_>>(),
        "allow": summary.allows.iter().map(row).collect::<Vec<_>>(),
        "services": summary.service_count,
        "remaining": summary.remaining.iter().map(|(prefix, _)| prefix).collect::<Vec<_>>(),
        "uncategorized": summary.uncategorised.iter().map(|e| entry("resource", e)).collect::<Vec<_>>(),
        "unrecognized": summary.unrecognised.iter().map(unrecognised).collect::<Vec<_>>(),
    })
}
