//! The report of a user, group or role.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::account::{administers, console_access, findings, not_evaluated};
use super::{Cell, Column, NoReport, Report, Section, columns};
use crate::base::arn::Arn;
use crate::insight::access::{Access, EffectivePermissions};
use crate::insight::assumable::assumable_roles;
use crate::insight::effective::{Extent, ServiceAccess, effective_access};
use crate::insight::review::{Found, review};
use crate::insight::unread;
use crate::model::{
    Account, AttachedPolicy, Fact, Group, InlinePolicy, LastAccessed, PolicyKind, ResourceRef, Role, TrustedEntity,
    User,
};

const SERVICES: &[Column] = columns![
    "service" "Service", "full" "Full access", "limited" "Limited access", "actions" "Actions",
    "resources" "Resources", "conditional" "Conditional", "through" "Through", "last_used" "Last used",
];

const POLICIES: &[Column] = columns!["policy" "Policy", "type" "Type", "through" "Through"];

const CREDENTIALS: &[Column] = columns![
    "credential" "Credential", "id" "ID", "status" "Status", "created" "Created", "last_used" "Last used",
];

const ROLES: &[Column] = columns!["role" "Role", "depends_on" "Depends on"];

const TRUSTED: &[Column] = columns!["trusted" "Trusted entity"];

const MEMBERS: &[Column] = columns!["member" "Member"];

/// Makes the report.
pub fn report(access: &Access<'_>, principal: &ResourceRef, now: Timestamp) -> Result<Report, NoReport> {
    let account = access.account();
    let missing = || NoReport::NotThere(format!("there is no {} `{}`", principal.kind().singular(), principal.name()));
    let mut report = Report {
        title: format!("Access report: {} {}", principal.kind().singular(), principal.name()),
        made: now,
        about: Vec::new(),
        sections: Vec::new(),
        not_read: Vec::new(),
        not_evaluated: not_evaluated(access),
    };
    let (arn, powers) = match principal {
        ResourceRef::User(name) => {
            let user = account.users().get(name).ok_or_else(missing)?;
            of_user(account, user, &mut report);
            (&user.arn, access.user(user))
        }
        ResourceRef::Group(name) => {
            let group = account.groups().get(name).ok_or_else(missing)?;
            of_group(account, group, &mut report);
            (&group.arn, access.member(group))
        }
        ResourceRef::Role(name) => {
            let role = account.roles().get(name).ok_or_else(missing)?;
            of_role(account, role, &mut report);
            (&role.arn, access.role(role))
        }
        ResourceRef::Policy(_)
        | ResourceRef::InstanceProfile(_)
        | ResourceRef::Provider(_)
        | ResourceRef::ServerCertificate(_) => return Err(missing()),
    };
    report.not_read = unread::of_one(&powers.unknown);
    report.about.insert(1, field("administrator", "Administrator", administers(powers.clone())?));
    let services = services(powers, account.last_accessed(arn))?;
    let all = review(access, now)?;
    let held: BTreeSet<String> = held(account, principal).collect();
    let is_own = |one: &&Found| one.finding.resource == arn.as_str() || held.contains(&one.finding.resource);
    report.sections.insert(0, findings(all.findings.iter().filter(is_own)));
    if !matches!(principal, ResourceRef::Group(_)) {
        report.sections.push(roles(account, principal));
    }
    // The longest table comes last.
    report.sections.push(services);
    Ok(report)
}

fn field(id: &'static str, title: &'static str, cell: Cell) -> (Column, Cell) {
    (Column { id, title }, cell)
}

/// The ARNs of the managed policies that somebody has, by themselves or through groups.
fn held(account: &Account, principal: &ResourceRef) -> impl Iterator<Item = String> {
    let (own, groups) = match principal {
        ResourceRef::User(name) => {
            let facts = account.users().get(name).map(|user| &user.facts);
            (facts.map(|facts| &facts.attached), facts.and_then(|facts| facts.groups.known()))
        }
        ResourceRef::Group(name) => (account.groups().get(name).map(|group| &group.facts.attached), None),
        ResourceRef::Role(name) => (account.roles().get(name).map(|role| &role.facts.attached), None),
        _ => (None, None),
    };
    let groups = groups.into_iter().flatten().filter_map(|name| account.groups().get(name));
    let lists = own.into_iter().chain(groups.map(|group| &group.facts.attached));
    let policies: Vec<&AttachedPolicy> = lists.filter_map(Fact::known).flatten().collect();
    policies.into_iter().map(|policy| policy.arn.to_string())
}

/// What somebody can do, service by service, through which policies, and when it was last used.
fn services(mut powers: EffectivePermissions, used: &Fact<Box<LastAccessed>>) -> Result<Section, NoReport> {
    let found = effective_access(&mut powers)?;
    let of = |one: &ServiceAccess, wanted: Extent| {
        Cell::list(one.levels.iter().filter(|(_, extent)| *extent == wanted).map(|(level, _)| level.name()))
    };
    let last_used = |service: &str| {
        Cell::fact(used, "—", |used| match used.service(service).and_then(|one| one.last.as_ref()) {
            Some(last) => Cell::Time(last.at),
            None => Cell::None("not in the tracking period"),
        })
    };
    let row = |one: &ServiceAccess| {
        let through: BTreeSet<&str> = one.statements.iter().map(|place| powers.source(place).0).collect();
        let name = |policy: &str| Arn::parse(policy).map_or_else(|_| policy.to_owned(), |arn| arn.name().to_owned());
        vec![
            Cell::text(one.service.clone()),
            of(one, Extent::Full),
            of(one, Extent::Limited),
            Cell::Count(one.actions),
            Cell::List(one.resources.clone()),
            Cell::Flag(one.conditional),
            Cell::list(through.into_iter().filter(|name| !name.is_empty()).map(name)),
            last_used(&one.service),
        ]
    };
    let rows = found.services.iter().map(row).collect();
    Ok(Section { id: "services", title: "Permissions", empty: "No permissions.", columns: SERVICES, rows })
}

/// The policies of one holder.
fn policies_of(
    attached: &Fact<Vec<AttachedPolicy>>,
    inline: &Fact<Vec<InlinePolicy>>,
    through: &str,
    rows: &mut Vec<Vec<Cell>>,
) {
    for policy in attached.known().into_iter().flatten() {
        let kind = PolicyKind::of(&policy.arn).label();
        rows.push(vec![Cell::text(policy.name()), Cell::text(kind), Cell::text(through)]);
    }
    for policy in inline.known().into_iter().flatten() {
        rows.push(vec![Cell::text(policy.name.as_str()), Cell::text("Inline"), Cell::text(through)]);
    }
}

fn policies(rows: Vec<Vec<Cell>>) -> Section {
    Section { id: "policies", title: "Policies", empty: "No policies.", columns: POLICIES, rows }
}

/// The row of a permissions boundary.
fn bounded(boundary: &Fact<Arn>, rows: &mut Vec<Vec<Cell>>) {
    if let Some(arn) = boundary.known() {
        let kind = PolicyKind::of(arn).label();
        rows.push(vec![Cell::text(arn.name()), Cell::text(kind), Cell::text("permissions boundary")]);
    }
}

fn tags(fact: &Fact<crate::model::Tags>) -> Cell {
    Cell::fact(fact, "none", |tags| Cell::list(tags.iter().map(|tag| format!("{} = {}", tag.key, tag.value))))
}

fn of_user(account: &Account, user: &User, report: &mut Report) {
    let facts = &user.facts;
    report.about = vec![
        field("arn", "ARN", Cell::text(user.arn.as_str())),
        field("groups", "Groups", Cell::fact(&facts.groups, "none", |groups| Cell::list(groups))),
        field("console_access", "Console access", console_access(user)),
        field("password_changed", "Password changed", Cell::time(&facts.password_changed(), "—")),
        field("mfa", "MFA", Cell::fact(&facts.has_mfa(), "none", |has| Cell::Flag(*has))),
        field("last_activity", "Last activity", Cell::time(&facts.last_activity(), "never")),
        field("created", "Created", Cell::Time(user.created)),
        field("tags", "Tags", tags(&facts.tags)),
    ];
    let mut rows = Vec::new();
    policies_of(&facts.attached, &facts.inline, "attached directly", &mut rows);
    for name in facts.groups.known().into_iter().flatten() {
        if let Some(group) = account.groups().get(name) {
            policies_of(&group.facts.attached, &group.facts.inline, &format!("group {name}"), &mut rows);
        }
    }
    bounded(&facts.boundary, &mut rows);
    let credentials = Section {
        id: "credentials",
        title: "Credentials",
        empty: "No credentials.",
        columns: CREDENTIALS,
        rows: credentials(user),
    };
    report.sections = vec![policies(rows), credentials];
}

/// The credentials of a user: by the reads of the user itself, and where its keys were not read by the credential report.
fn credentials(user: &User) -> Vec<Vec<Cell>> {
    let facts = &user.facts;
    let at = |at: Option<Timestamp>| at.map_or(Cell::None("—"), Cell::Time);
    let row = |what: &str, id: Cell, active: &str, created: Cell, used: Cell| {
        vec![Cell::text(what), id, Cell::text(active), created, used]
    };
    let mut rows = Vec::new();
    if facts.has_password().known() == Some(&true) {
        let used = Cell::time(&facts.password_last_used, "never");
        rows.push(row("password", Cell::None("—"), "active", Cell::time(&facts.password_changed(), "—"), used));
    }
    match (facts.keys.known(), facts.report.known()) {
        (Some(keys), _) => rows.extend(keys.iter().map(|key| {
            let used = Cell::fact(&key.last_used, "never", |used| Cell::Time(used.at));
            let status = key.status.word().to_lowercase();
            row("access key", Cell::text(key.id.as_str()), &status, at(key.created), used)
        })),
        (None, Some(reported)) => {
            rows.extend(reported.keys.iter().filter(|key| key.is_there()).map(|key| {
                let used = key.last_used.map_or(Cell::None("never"), Cell::Time);
                let status = if key.active { "active" } else { "inactive" };
                row("access key", Cell::NotRead("not read".to_owned()), status, at(key.rotated), used)
            }));
        }
        (None, None) => {}
    }
    for device in facts.mfa.known().into_iter().flatten() {
        let what = format!("MFA device: {}", device.kind().label());
        rows.push(row(&what, Cell::text(device.serial.as_str()), "active", at(device.enabled), Cell::None("—")));
    }
    for key in facts.ssh_keys.known().into_iter().flatten() {
        let status = key.status.word().to_lowercase();
        rows.push(row("SSH public key", Cell::text(key.id.clone()), &status, at(key.uploaded), Cell::None("—")));
    }
    for held in facts.service_credentials.known().into_iter().flatten() {
        let status = held.status.word().to_lowercase();
        let what = format!("credential for {}", held.service);
        rows.push(row(&what, Cell::text(held.id.clone()), &status, at(held.created), Cell::None("—")));
    }
    rows
}

fn of_group(account: &Account, group: &Group, report: &mut Report) {
    let members = account.members(&group.name);
    report.about = vec![
        field("arn", "ARN", Cell::text(group.arn.as_str())),
        field("members", "Members", Cell::fact(&members, "none", |members| Cell::Count(members.len()))),
        field("created", "Created", Cell::Time(group.created)),
    ];
    let mut rows = Vec::new();
    policies_of(&group.facts.attached, &group.facts.inline, "attached directly", &mut rows);
    let names = members.known().map_or(&[][..], |members| members);
    let members = Section {
        id: "members",
        title: "Members",
        empty: "No members.",
        columns: MEMBERS,
        rows: names.iter().map(|name| vec![Cell::text(name.as_str())]).collect(),
    };
    report.sections = vec![policies(rows), members];
}

fn of_role(_account: &Account, role: &Role, report: &mut Report) {
    let facts = &role.facts;
    let seconds = |seconds: &u32| Cell::text(format!("{seconds} seconds"));
    report.about = vec![
        field("arn", "ARN", Cell::text(role.arn.as_str())),
        field("description", "Description", Cell::fact(&facts.description, "—", |text| Cell::text(text.clone()))),
        field("max_session", "Maximum session duration", Cell::fact(&facts.max_session, "—", seconds)),
        field("last_used", "Last used", Cell::fact(&facts.last_used, "never", |used| Cell::Time(used.at))),
        field("created", "Created", Cell::Time(role.created)),
        field("tags", "Tags", tags(&facts.tags)),
    ];
    let mut rows = Vec::new();
    policies_of(&facts.attached, &facts.inline, "attached directly", &mut rows);
    bounded(&facts.boundary, &mut rows);
    let trusted = facts.trust.known().map(|trust| trust.entities.as_slice()).unwrap_or_default();
    let trusted = Section {
        id: "trusted",
        title: "Who can assume it, by its trust policy",
        empty: "The trust policy has no principals.",
        columns: TRUSTED,
        rows: trusted.iter().map(|entity| vec![Cell::text(TrustedEntity::label(entity))]).collect(),
    };
    report.sections = vec![policies(rows), trusted];
}

/// The roles that somebody can assume.
fn roles(account: &Account, principal: &ResourceRef) -> Section {
    let (found, _) = assumable_roles(account, principal);
    let rows = found.into_iter().map(|one| vec![Cell::text(one.role.as_str()), Cell::list(one.depends_on)]).collect();
    Section {
        id: "assumable_roles",
        title: "Roles that it can assume",
        empty: "No roles of this account.",
        columns: ROLES,
        rows,
    }
}
