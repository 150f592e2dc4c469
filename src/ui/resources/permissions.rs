//! The table of permissions policies, alike on the pages of users, groups and roles.

use crate::backend::{Load, PolicyPart};
use crate::base::arn::Arn;
use crate::catalog::managed::managed_policy_by_arn;
use crate::model::{AttachedPolicy, Document, Fact, GroupName, InlinePolicy, PolicyKind, ResourceRef, Seen, Source};
use crate::ui::cell::Cell;
use crate::ui::content::{Column, Content, Row};
use crate::ui::page::View;
use crate::ui::place::Place;
use crate::ui::selection::TabItem;

/// How a policy comes to an entity.
#[derive(Debug, Clone, Copy)]
pub enum Via<'a> {
    /// It belongs to the entity itself.
    Own(&'a ResourceRef),
    /// It comes by a group.
    Group(&'a GroupName),
}

impl Via<'_> {
    /// Whose policy it is.
    fn owner(self) -> ResourceRef {
        match self {
            Self::Own(owner) => owner.clone(),
            Self::Group(name) => ResourceRef::Group(name.clone()),
        }
    }
}

/// The policies of one or several entities, gathered into one table; what could not be read is said below it.
#[derive(Debug, Default)]
pub struct Policies {
    rows: Vec<Row>,
    gaps: Vec<(String, Cell)>,
}

impl Policies {
    /// Adds an entity's attached and inline policies.
    pub fn add(
        &mut self,
        attached: &Fact<Vec<AttachedPolicy>>,
        inline: &Fact<Vec<InlinePolicy>>,
        via: Via<'_>,
        view: &View<'_>,
    ) {
        match attached {
            Fact::Known(list, _) => self.rows.extend(list.iter().map(|policy| attached_row(&policy.arn, via, view))),
            other => self.gap("managed policies", via, other),
        }
        match inline {
            Fact::Known(list, _) => self.rows.extend(list.iter().map(|policy| inline_row(policy, via))),
            other => self.gap("inline policies", via, other),
        }
    }

    /// Notes that something about policies is not known.
    pub fn gap<T>(&mut self, what: &str, via: Via<'_>, fact: &Fact<T>) {
        let of = match via {
            Via::Own(_) => String::new(),
            Via::Group(name) => format!(" of group {name}"),
        };
        if !matches!(fact, Fact::Absent(_) | Fact::Known(..)) {
            let cell = Cell::wide(fact, "None", |_| Cell::unknown());
            self.gaps.push((format!("{what}{of}"), cell));
        }
    }

    /// Writes the table; that there are none is only said where everything was read.
    pub fn write(self, content: &mut Content) {
        const COLUMNS: &[Column] =
            &[Column::new("Policy name", 28), Column::new("Type", 22), Column::new("Attached via", 22)];
        content.heading(format!(
            "Permissions policies ({}{})",
            self.rows.len(),
            if self.gaps.is_empty() { "" } else { "+" }
        ));
        if !self.rows.is_empty() || self.gaps.is_empty() {
            content.table(COLUMNS, self.rows, "There are no permissions policies.");
        }
        for (what, cell) in self.gaps {
            content.note(Cell::new(format!("{what}: {}", cell.text), cell.role));
        }
    }
}

fn attached_row(arn: &Arn, via: Via<'_>, view: &View<'_>) -> Row {
    let by = match via {
        Via::Own(_) => "Directly".to_owned(),
        Via::Group(name) => format!("Group {name}"),
    };
    let cells =
        vec![Cell::text(arn.name().to_owned()), Cell::text(PolicyKind::of(arn).label()), Cell::text(by.clone())];
    let place = Place::Entity(ResourceRef::Policy(arn.clone()));
    let item = TabItem::Attached(via.owner(), arn.clone());
    Row::new(cells).link(place).document(format!("{arn} {by}"), document(arn, view)).item(item)
}

fn inline_row(policy: &InlinePolicy, via: Via<'_>) -> Row {
    let (by, key, link) = match via {
        Via::Own(_) => ("Inline".to_owned(), format!("inline {}", policy.name), None),
        Via::Group(name) => {
            let group = Place::Entity(ResourceRef::Group(name.clone()));
            (format!("Group {name}"), format!("inline {} {name}", policy.name), Some(group))
        }
    };
    let cells = vec![Cell::text(policy.name.to_string()), Cell::text("Customer inline"), Cell::text(by)];
    let item = TabItem::Inline(via.owner(), policy.name.clone());
    let row = Row::new(cells).document(key, policy.document.clone()).item(item);
    match link {
        Some(place) => row.link(place),
        None => row,
    }
}

/// The document in force of a managed policy: as read, else AWS's own as the catalogue has it.
pub fn document(arn: &Arn, view: &View<'_>) -> Fact<Document> {
    let read = view.account.policy(arn).map(|policy| policy.document()).unwrap_or_default();
    match read {
        // Only where it may not be read: the catalogue may be older than the policy.
        Fact::Denied(_) => match managed_policy_by_arn(arn.as_str()) {
            Some(known) => {
                let at = known.updated.parse().unwrap_or_default();
                Fact::Known(Document::new(known.document()), Seen::new(Source::Catalogue, at))
            }
            None => read,
        },
        read => read,
    }
}

/// The loads that bring the documents which the table unfolds and the bulk read lacks.
pub fn document_loads(attached: &Fact<Vec<AttachedPolicy>>, view: &View<'_>) -> Vec<Load> {
    let unread = |arn: &Arn| document(arn, view).is_unknown();
    let list = attached.known().into_iter().flatten();
    list.filter(|policy| unread(&policy.arn))
        .map(|policy| Load::Policy(policy.arn.clone(), PolicyPart::Overview))
        .collect()
}

/// Writes the panel of the permissions boundary.
pub fn boundary(owner: &ResourceRef, boundary: &Fact<Arn>, view: &View<'_>, content: &mut Content) {
    const COLUMNS: &[Column] = &[Column::new("Policy name", 50), Column::new("Type", 22)];
    content.heading("Permissions boundary");
    match boundary {
        Fact::Known(arn, _) => {
            let cells = vec![Cell::text(arn.name().to_owned()), Cell::text(PolicyKind::of(arn).label())];
            let place = Place::Entity(ResourceRef::Policy(arn.clone()));
            let row = Row::new(cells)
                .link(place)
                .document(format!("{arn} boundary"), document(arn, view))
                .item(TabItem::Boundary(owner.clone(), arn.clone()));
            content.table(COLUMNS, vec![row], "Not set.");
        }
        other => content.note(Cell::wide(other, "Not set.", |_| Cell::unknown())),
    }
}
