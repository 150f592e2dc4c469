//! What the policy grants, service by service, as the console's summary has it; Enter goes into a service.

use crate::catalog::Catalog;
use crate::policy::ast::Effect;
use crate::policy::read;
use crate::policy::summary::{ServiceRow, detail, summarise};
use crate::theme::Look;
use crate::ui::editor::text::Text;

use super::Line;

/// The summary of one state of the text.
#[derive(Debug, Default)]
pub struct Summary {
    lines: Vec<Line>,
    /// The service behind each line.
    services: Vec<Option<(Effect, String)>>,
    /// The service that is looked into.
    inside: Option<(Effect, String)>,
    seen: Option<(u64, Option<(Effect, String)>)>,
}

impl Summary {
    /// The lines that it shows.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Goes into the service of a line.
    pub fn enter(&mut self, line: usize) {
        if self.inside.is_none() {
            self.inside = self.services.get(line).cloned().flatten();
        }
    }

    /// Goes out of a service; whether it was in one.
    pub fn leave(&mut self) -> bool {
        self.inside.take().is_some()
    }

    /// Summarises again where the text or the service changed.
    pub fn settle(&mut self, text: &Text) {
        let now = (text.revision(), self.inside.clone());
        if self.seen.as_ref() == Some(&now) {
            return;
        }
        self.seen = Some(now);
        self.lines.clear();
        self.services.clear();
        match self.inside.clone() {
            Some((effect, prefix)) => self.service(text, effect, &prefix),
            None => self.all(text),
        }
    }

    fn push(&mut self, line: Line, service: Option<(Effect, String)>) {
        self.lines.push(line);
        self.services.push(service);
    }

    fn all(&mut self, text: &Text) {
        let summary = match summarise(&read(text.as_str()), Catalog::bundled()) {
            Ok(summary) => summary,
            Err(gave_up) => return self.push(vec![(format!("▲ No summary: {gave_up}"), Look::Warning)], None),
        };
        for (title, effect, rows) in
            [("Explicit deny", Effect::Deny, &summary.denies), ("Allow", Effect::Allow, &summary.allows)]
        {
            if rows.is_empty() && effect == Effect::Deny {
                continue;
            }
            let head = format!("{title} ({} of {} services)", rows.len(), summary.service_count);
            self.push(vec![(head, Look::Heading)], None);
            for row in rows {
                let service = || Some((effect, row.prefix.clone()));
                self.push(line(row), service());
                if let Some(remark) = row.remark() {
                    self.push(vec![(format!("  ▲ {remark}"), Look::Warning)], service());
                }
            }
        }
        for entry in &summary.uncategorised {
            self.push(vec![(format!("▲ {}: no action here works on it", entry.text), Look::Warning)], None);
        }
    }

    fn service(&mut self, text: &Text, effect: Effect, prefix: &str) {
        let detail = match detail(&read(text.as_str()), Catalog::bundled(), effect, prefix) {
            Ok(detail) => detail,
            Err(gave_up) => return self.push(vec![(format!("▲ No summary: {gave_up}"), Look::Warning)], None),
        };
        let head = format!("{prefix}: {} actions, {} others", detail.actions.len(), detail.remaining.len());
        self.push(vec![(head, Look::Heading)], None);
        for row in &detail.actions {
            let resources =
                if row.resources.is_empty() { "no resource fits".to_owned() } else { row.resources.join("; ") };
            let conditions = row.conditions.join("; ");
            let line = vec![
                (format!("{:<28} ", row.name), Look::Text),
                (format!("{:<12} ", row.level.name()), Look::Muted),
                (resources, if row.resources.is_empty() { Look::Warning } else { Look::Accent }),
                (if conditions.is_empty() { String::new() } else { format!("  when {conditions}") }, Look::Muted),
            ];
            self.push(line, None);
        }
        for (name, level) in &detail.remaining {
            self.push(vec![(format!("{name:<28} {}: not spoken of", level.name()), Look::Absent)], None);
        }
    }
}

fn line(row: &ServiceRow) -> Line {
    vec![
        (format!("{:<22} ", row.name.chars().take(22).collect::<String>()), Look::Text),
        (format!("{:<24} ", row.access.to_string()), Look::Accent),
        (row.resource.to_string(), Look::Muted),
        (format!("  {}", row.condition), Look::Muted),
    ]
}
