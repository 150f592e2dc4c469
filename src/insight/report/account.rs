//! The report of an account, and its credential report.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{Cell, Column, NoReport, Report, Section, columns};
use crate::base::arn::Arn;
use crate::insight::access::{Access, EffectivePermissions};
use crate::insight::callers::home;
use crate::insight::effective::is_administrator;
use crate::insight::review::{Found, Review, Severity, review};
use crate::insight::unread;
use crate::model::{Account, ConsoleAccess, Fact, Group, Policy, ReportRow, Role, Status, TrustedEntity, User};

/// What is said where there is no credential report.
pub const NO_CREDENTIALS: &str =
    "the credential report was not read (iam:GenerateCredentialReport, iam:GetCredentialReport)";

/// The columns of findings.
pub const FINDINGS: &[Column] = columns![
    "severity" "Severity", "check" "Check", "resource" "Resource", "evidence" "Evidence", "fix" "Fix",
];

const USERS: &[Column] = columns![
    "name" "User", "administrator" "Administrator", "groups" "Groups", "policies" "Policies", "boundary" "Boundary",
    "console_access" "Console access", "mfa" "MFA", "active_keys" "Active keys", "last_activity" "Last activity",
    "created" "Created", "findings" "Findings",
];

const GROUPS: &[Column] = columns![
    "name" "Group", "administrator" "Administrator", "members" "Members", "policies" "Policies", "created" "Created",
    "findings" "Findings",
];

const ROLES: &[Column] = columns![
    "name" "Role", "administrator" "Administrator", "trusted" "Trusted entities", "policies" "Policies",
    "boundary" "Boundary", "last_used" "Last used", "created" "Created", "findings" "Findings",
];

const POLICIES: &[Column] = columns![
    "name" "Policy", "arn" "ARN", "attachments" "Attached to", "updated" "Updated", "findings" "Findings",
];

/// Findings by the resource that they are about.
pub type Counts<'a> = HashMap<&'a str, usize>;

/// What was not evaluated, whoever asks.
pub fn not_evaluated(access: &Access<'_>) -> Vec<String> {
    let mut list = vec!["resource-based policies".to_owned()];
    if access.guardrails().is_none() {
        list.push("service control policies and resource control policies".to_owned());
    }
    list
}

/// The rows of findings.
pub fn findings<'a>(found: impl Iterator<Item = &'a Found>) -> Section {
    let row = |one: &Found| {
        vec![
            Cell::Severity(one.check.severity),
            Cell::text(one.check.title),
            Cell::text(one.finding.resource.as_str()),
            Cell::text(one.finding.evidence.as_str()),
            Cell::text(one.check.fix),
        ]
    };
    let rows = found.map(row).collect();
    Section { id: "findings", title: "Findings", empty: "No findings.", columns: FINDINGS, rows }
}

/// The report of the whole account.
pub fn report(access: &Access<'_>, now: Timestamp) -> Result<Report, NoReport> {
    let account = access.account();
    let found = review(access, now)?;
    let mut counts = Counts::new();
    for one in &found.findings {
        *counts.entry(one.finding.resource.as_str()).or_default() += 1;
    }
    let users = account.users().rows().iter();
    let users = users.map(|user| of_user(access, user, &counts)).collect::<Result<_, NoReport>>()?;
    let groups = account.groups().rows().iter();
    let groups = groups.map(|group| of_group(access, group, &counts)).collect::<Result<_, NoReport>>()?;
    let roles = account.roles().rows().iter();
    let roles = roles.map(|role| of_role(access, role, &counts)).collect::<Result<_, NoReport>>()?;
    let policies = account.policies().rows().iter().map(|policy| of_policy(account, policy, &counts)).collect();
    let section = |id, title, empty, columns, rows| Section { id, title, empty, columns, rows };
    let name = home(account).map_or_else(|| "unknown account".to_owned(), |(_, number)| format!("account {number}"));
    Ok(Report {
        title: format!("Access report: {name}"),
        made: now,
        about: about(account, &found),
        sections: vec![
            findings(found.findings.iter()),
            section("users", "Users", "No users.", USERS, users),
            section("groups", "User groups", "No user groups.", GROUPS, groups),
            section("roles", "Roles", "No roles.", ROLES, roles),
            section("policies", "Customer managed policies", "No customer managed policies.", POLICIES, policies),
        ],
        not_read: unread::policies(access),
        not_evaluated: not_evaluated(access),
    })
}

/// What is known of the account itself.
fn about(account: &Account, found: &Review) -> Vec<(Column, Cell)> {
    let number = home(account).map(|(_, number)| number);
    let count = |severity: Severity| {
        let of = found.findings.iter().filter(|one| one.check.severity == severity).count();
        format!("{of} {}", severity.word())
    };
    let severities = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
    let score = found.score.and_then(|score| usize::try_from(score).ok());
    let fields = [
        ("account", "Account", number.map_or(Cell::NotRead("unknown".to_owned()), Cell::Text)),
        ("alias", "Account alias", Cell::fact(account.alias(), "—", |alias| Cell::text(alias.as_str()))),
        ("score", "Score of 100", score.map_or(Cell::NotRead("unknown".to_owned()), Cell::Count)),
        ("severities", "Findings", Cell::list(severities.map(count))),
        ("users", "Users", Cell::Count(account.users().rows().len())),
        ("groups", "User groups", Cell::Count(account.groups().rows().len())),
        ("roles", "Roles", Cell::Count(account.roles().rows().len())),
        ("policies", "Customer managed policies", Cell::Count(account.policies().rows().len())),
    ];
    fields.map(|(id, title, cell)| (Column { id, title }, cell)).into()
}

/// Whether somebody is an administrator; not known where their policies are not.
pub fn administers(mut powers: EffectivePermissions) -> Result<Cell, NoReport> {
    let is_one = is_administrator(&mut powers)?;
    let is_known = is_one || powers.unknown.is_empty();
    Ok(if is_known { Cell::Flag(is_one) } else { Cell::NotRead("unknown".to_owned()) })
}

fn counted(arn: &Arn, counts: &Counts<'_>) -> Cell {
    Cell::Count(counts.get(arn.as_str()).copied().unwrap_or_default())
}

/// The names of the policies that somebody has: managed ones, then inline ones.
fn policies(
    attached: &Fact<Vec<crate::model::AttachedPolicy>>,
    inline: &Fact<Vec<crate::model::InlinePolicy>>,
) -> Cell {
    Cell::fact(attached, "none", |attached| {
        let managed = attached.iter().map(|policy| policy.name().to_owned());
        let inline = inline.known().into_iter().flatten().map(|policy| format!("{} (inline)", policy.name));
        Cell::list(managed.chain(inline))
    })
}

fn boundary(fact: &Fact<Arn>) -> Cell {
    Cell::fact(fact, "—", |arn| Cell::text(arn.name()))
}

/// How a user can sign in to the console.
pub fn console_access(user: &User) -> Cell {
    Cell::fact(&user.facts.console_access(), "—", |access| {
        Cell::text(match access {
            ConsoleAccess::Disabled => "disabled",
            ConsoleAccess::WithMfa => "enabled with MFA",
            ConsoleAccess::WithoutMfa => "enabled without MFA",
            ConsoleAccess::MfaUnknown => "enabled",
        })
    })
}

/// How many keys of a user work: by the read of its keys, else by the credential report.
fn active_keys(user: &User) -> Cell {
    let active = |keys: &Vec<crate::model::AccessKey>| keys.iter().filter(|key| key.status == Status::Active).count();
    match (&user.facts.keys, &user.facts.report) {
        (Fact::Known(keys, _), _) => Cell::Count(active(keys)),
        (_, Fact::Known(row, _)) => Cell::Count(row.keys.iter().filter(|key| key.active).count()),
        (keys, _) => Cell::fact(keys, "none", |keys| Cell::Count(active(keys))),
    }
}

fn of_user(access: &Access<'_>, user: &User, counts: &Counts<'_>) -> Result<Vec<Cell>, NoReport> {
    let facts = &user.facts;
    Ok(vec![
        Cell::text(user.name.as_str()),
        administers(access.user(user))?,
        Cell::fact(&facts.groups, "none", |groups| Cell::list(groups)),
        policies(&facts.attached, &facts.inline),
        boundary(&facts.boundary),
        console_access(user),
        Cell::fact(&facts.has_mfa(), "none", |has| Cell::Flag(*has)),
        active_keys(user),
        Cell::time(&facts.last_activity(), "never"),
        Cell::Time(user.created),
        counted(&user.arn, counts),
    ])
}

fn of_group(access: &Access<'_>, group: &Group, counts: &Counts<'_>) -> Result<Vec<Cell>, NoReport> {
    Ok(vec![
        Cell::text(group.name.as_str()),
        administers(access.member(group))?,
        Cell::fact(&access.account().members(&group.name), "none", |members| Cell::Count(members.len())),
        policies(&group.facts.attached, &group.facts.inline),
        Cell::Time(group.created),
        counted(&group.arn, counts),
    ])
}

fn of_role(access: &Access<'_>, role: &Role, counts: &Counts<'_>) -> Result<Vec<Cell>, NoReport> {
    let facts = &role.facts;
    Ok(vec![
        Cell::text(role.name.as_str()),
        administers(access.role(role))?,
        Cell::fact(&facts.trust, "none", |trust| Cell::list(trust.entities.iter().map(TrustedEntity::label))),
        policies(&facts.attached, &facts.inline),
        boundary(&facts.boundary),
        Cell::fact(&facts.last_used, "never", |used| Cell::Time(used.at)),
        Cell::Time(role.created),
        counted(&role.arn, counts),
    ])
}

fn of_policy(account: &Account, policy: &Policy, counts: &Counts<'_>) -> Vec<Cell> {
    let users = |uses: &crate::model::PolicyEntities| {
        let all = uses.users.iter().map(ToString::to_string).chain(uses.groups.iter().map(ToString::to_string));
        Cell::list(all.chain(uses.roles.iter().map(ToString::to_string)))
    };
    let attached = match account.uses(policy) {
        Fact::Known(uses, _) => users(&uses),
        _ => Cell::fact(&policy.attachments, "none", |count| Cell::Count(usize::try_from(*count).unwrap_or_default())),
    };
    vec![
        Cell::text(policy.name()),
        Cell::text(policy.arn.as_str()),
        attached,
        Cell::Time(policy.updated),
        counted(&policy.arn, counts),
    ]
}

const CREDENTIALS: &[Column] = columns![
    "user" "User", "created" "Created", "password" "Password", "password_last_used" "Last sign-in",
    "password_changed" "Password changed", "mfa" "MFA", "key_1" "Key 1", "key_1_rotated" "Key 1 created",
    "key_1_last_used" "Key 1 last used", "key_2" "Key 2", "key_2_rotated" "Key 2 created",
    "key_2_last_used" "Key 2 last used",
];

/// The credential report as a table.
pub fn credentials(account: &Account, now: Timestamp) -> Result<Report, NoReport> {
    let held = account.report().ok_or_else(|| NoReport::NotThere(NO_CREDENTIALS.to_owned()))?;
    let at = |at: Option<Timestamp>| at.map_or(Cell::None("—"), Cell::Time);
    let state = |active: bool, is_there: bool| match (active, is_there) {
        (true, _) => Cell::text("active"),
        (false, true) => Cell::text("inactive"),
        (false, false) => Cell::None("none"),
    };
    let row = |row: &ReportRow| {
        let password = match row.password_enabled {
            Some(true) => Cell::text("enabled"),
            Some(false) => Cell::None("none"),
            None => Cell::None("not reported"),
        };
        let mut cells = vec![
            Cell::text(row.user.clone()),
            at(row.created),
            password,
            at(row.password_last_used),
            at(row.password_changed),
            Cell::Flag(row.mfa_active),
        ];
        for key in &row.keys {
            cells.extend([state(key.active, key.is_there()), at(key.rotated), at(key.last_used)]);
        }
        cells
    };
    let rows = held.rows.iter().map(|held| row(held)).collect();
    let name = home(account).map_or_else(|| "unknown account".to_owned(), |(_, number)| format!("account {number}"));
    let (id, title) = ("generated", "Generated by AWS");
    Ok(Report {
        title: format!("Credential report: {name}"),
        made: now,
        about: vec![(Column { id, title }, Cell::Time(held.generated))],
        sections: vec![Section {
            id: "credentials",
            title: "Credentials",
            empty: "No users.",
            columns: CREDENTIALS,
            rows,
        }],
        not_read: Vec::new(),
        not_evaluated: Vec::new(),
    })
}
