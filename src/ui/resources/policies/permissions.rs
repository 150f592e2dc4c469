//! What a policy grants and denies: the summary by service, and the document.

use crate::backend::{Load, PolicyPart};
use crate::catalog::Catalog;
use crate::model::{Document, Fact, Policy};
use crate::policy::read;
use crate::policy::summary::{ServiceRow, Summary, Unrecognised, summarise};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::content::{Column, Content, Row};
use crate::ui::page::View;
use crate::ui::resources::Tab;
use crate::ui::resources::permissions::document;

/// The tab.
pub const TAB: Tab<Policy> = Tab { title: "Permissions", short: "Permissions", count: |_, _| None, content, loads };

fn content(policy: &Policy, view: &View<'_>) -> Content {
    let text = document(&policy.arn, view);
    let mut content = Content::new();
    write(&text, &mut content);
    content
}

fn loads(policy: &Policy, _: &View<'_>) -> Vec<Load> {
    vec![Load::Policy(policy.arn.clone(), PolicyPart::Overview)]
}

/// Writes summary and document.
fn write(text: &Fact<Document>, content: &mut Content) {
    if let Fact::Known(document, _) = text {
        match summarise(&read(document.text()), Catalog::bundled()) {
            Ok(found) => summary(&found, content),
            Err(gave_up) => content.heading(format!("No summary: {gave_up}")),
        }
    }
    content.heading(format!("Policy document, {}", size(text)));
    content.document("policy", text);
}

/// The size as the quota of 6,144 characters counts it.
fn size(text: &Fact<Document>) -> String {
    text.known().map_or_else(|| "not read".to_owned(), |text| format!("{} characters", text.quota_length()))
}

fn summary(summary: &Summary, content: &mut Content) {
    if !summary.denies.is_empty() {
        content.heading(format!("Explicit deny ({} of {} services)", summary.denies.len(), summary.service_count));
        services(&summary.denies, content);
    }
    content.heading(format!("Allow ({} of {} services)", summary.allows.len(), summary.service_count));
    services(&summary.allows, content);
    unknown(summary, content);
}

/// Services one by one, or in one row where they are all alike, as with `*`.
fn services(rows: &[ServiceRow], content: &mut Content) {
    const COLUMNS: &[Column] = &[
        Column::new("Service", 22),
        Column::new("Access level", 22),
        Column::new("Resource", 17),
        Column::new("Request condition", 17),
    ];
    let row = |name: String, row: &ServiceRow| {
        Row::new(vec![
            Cell::text(name),
            Cell::text(row.access.to_string()),
            Cell::text(row.resource.to_string()),
            Cell::text(row.condition.to_string()),
        ])
    };
    let alike = |a: &ServiceRow, b: &ServiceRow| {
        (&a.access, &a.resource, &a.condition) == (&b.access, &b.resource, &b.condition)
    };
    let lacking: Vec<_> = rows.iter().filter_map(|row| Some((&row.name, row.remark()?))).collect();
    let rows = match rows {
        [first, rest @ ..] if rest.len() >= 20 && rest.iter().all(|other| alike(first, other)) => {
            vec![row(format!("{} services", rows.len()), first)]
        }
        rows => rows.iter().map(|service| row(service.name.clone(), service)).collect(),
    };
    content.table(COLUMNS, rows, "Nothing.");
    for (name, remark) in lacking {
        content.note(Cell::new(format!("▲ {name} {remark}"), Look::Warning));
    }
}

/// What the catalogue does not know, or what no action of its statement works on.
fn unknown(summary: &Summary, content: &mut Content) {
    if summary.unrecognised.is_empty() && summary.uncategorised.is_empty() {
        return;
    }
    content.heading("Not understood");
    for entry in &summary.unrecognised {
        let (what, entry) = match entry {
            Unrecognised::Service(entry) => ("unknown service", entry),
            Unrecognised::Action(entry) => ("unknown action", entry),
            Unrecognised::Resource(entry) => ("resource of an unknown service", entry),
        };
        content.note(Cell::new(format!("▲ {}: {what}", entry.text), Look::Warning));
    }
    for entry in &summary.uncategorised {
        content.note(Cell::new(format!("▲ {}: no action applies to it", entry.text), Look::Warning));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Denial, Seen};
    use crate::ui::resources::fixture::{account, check, deploy, document, look, seen};

    #[track_caller]
    fn check_of(text: &Fact<Document>, lines: &[&str]) {
        let mut content = Content::new();
        write(text, &mut content);
        check(content, lines);
    }

    fn known(text: Document) -> Fact<Document> {
        let at: Seen = seen();
        Fact::Known(text, at)
    }

    #[test]
    fn actions_without_a_resource_are_remarked() {
        let text = r#"{"Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "arn:aws:s3:::a/*"}]}"#;
        check_of(&known(Document::new(text)), &["▲ Amazon S3 (1 without a fitting resource)"]);
    }

    #[test]
    fn the_page_shows_the_document_in_force() {
        let account = account();
        let shown = look(&account, |view| content(account.policy(&deploy()).unwrap(), view));
        check(shown, &["Amazon S3 Limited: Read All resources None", r#""Action" : "s3:GetObject" ,"#]);
    }

    #[test]
    fn what_is_alike_everywhere_takes_one_row() {
        let services = Catalog::bundled().services().len();
        check_of(&known(document("*")), &[&format!("{services} services Full access All resources None")]);
    }

    #[test]
    fn what_the_catalogue_does_not_know_is_said() {
        check_of(&known(document("s3:Frobnicate")), &["Not understood", "▲ s3:Frobnicate: unknown action"]);
    }

    #[test]
    fn a_document_that_may_not_be_read_names_the_permission() {
        check_of(
            &Fact::denied(Denial::of("iam:GetPolicyVersion")),
            &["Policy document, not read", "⊘ denied: needs `iam:GetPolicyVersion`"],
        );
    }
}
