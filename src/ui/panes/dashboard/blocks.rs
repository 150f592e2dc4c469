//! What the dashboard says, block by block: recommendations, resources, the account, charts, the last changes.

use crate::backend::Load;
use crate::base::error::UserError;
use crate::input::{Action, AppAction};
use crate::insight::review::Severity;
use crate::model::{Fact, Principal, Quota, Summary};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::effect::{Notice, Tone, UiEffect};
use crate::ui::layers::access::AccessAnswer;
use crate::ui::page::{Reviewed, View};
use crate::ui::place::{Kind, Place};
use crate::ui::runs::Live;
use crate::ui::time;

use super::super::account_settings::sign_in_link;
use super::super::changes;
use super::tally::Tally;

/// A list with its filter.
type Filtered = (Kind, &'static str);

/// What is counted: the console's cards, the key of the account summary, and the page behind with the filter that shows
/// what is counted.
const CARDS: &[(&str, &str, Filtered)] = &[
    ("IAM users", "Users", (Kind::Users, "")),
    ("IAM user groups", "Groups", (Kind::Groups, "")),
    ("Roles", "Roles", (Kind::Roles, "")),
    ("Customer managed policies", "Policies", (Kind::Policies, "type:customer")),
    ("Identity providers", "Providers", (Kind::Providers, "")),
    ("Instance profiles", "InstanceProfiles", (Kind::InstanceProfiles, "")),
    ("Server certificates", "ServerCertificates", (Kind::ServerCertificates, "")),
];

/// How many of the last changes are shown.
const CHANGES: usize = 5;

/// What the address is called where it is copied.
pub(super) const LINK: &str = "sign-in link";

/// Where a line leads.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Leads {
    /// A page.
    Page(Place),
    /// A list, filtered.
    List(Kind, &'static str),
    /// What a key does everywhere.
    Do(Action),
    /// The security review.
    Review,
    /// The clipboard.
    Copy(&'static str, String),
    /// Nowhere from here; what to do is said.
    Say(&'static str, &'static str),
}

impl Leads {
    pub(super) fn effect(self) -> UiEffect {
        match self {
            Self::Page(place) => UiEffect::Go(place),
            Self::List(kind, filter) => UiEffect::GoFiltered(kind, filter.to_owned()),
            Self::Do(action) => UiEffect::Do(action),
            Self::Review => UiEffect::Open(Box::new(AccessAnswer::review())),
            Self::Copy(what, text) => UiEffect::Copy(what, text),
            Self::Say(text, hint) => UiEffect::Say(Notice { told: UserError::new(text).hint(hint), tone: Tone::Info }),
        }
    }
}

/// What a bar shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bar {
    /// A count against its quota, which warns as it fills.
    Quota(i64, i64),
    /// A part of a whole.
    Part(i64, i64),
}

/// A line of a block.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub(super) label: Cell,
    pub(super) value: Option<Cell>,
    pub(super) bar: Option<Bar>,
    pub(super) leads: Option<Leads>,
}

impl Row {
    fn new(label: Cell, value: Option<Cell>) -> Self {
        Self { label, value, bar: None, leads: None }
    }

    fn leads(self, leads: Leads) -> Self {
        Self { leads: Some(leads), ..self }
    }
}

/// Lines under a title.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    pub(super) title: &'static str,
    pub(super) rows: Vec<Row>,
}

impl Block {
    pub(super) fn has_bars(&self) -> bool {
        self.rows.iter().any(|row| row.bar.is_some())
    }
}

/// The recommendations: what the account summary tells of the root user, and what the report tells of everybody.
pub(super) fn recommendations(view: &View<'_>, tally: Option<Tally>) -> Block {
    let is_root = view.account.identity().is_some_and(|identity| identity.principal() == Principal::Root);
    // What the root user has, only the root user can change.
    let fix = if is_root {
        Leads::Page(Place::MyCredentials)
    } else {
        Leads::Say("Only the root user can change this.", "Sign in to the AWS console as the root user.")
    };
    let mut root = vec![
        check(view, Summary::root_has_mfa, |mfa| {
            if mfa { good("The root user has MFA.") } else { bad("The root user has no MFA. Add MFA.") }
        }),
        check(view, Summary::root_has_keys, |keys| {
            if keys {
                bad("The root user has access keys. Delete them.")
            } else {
                good("The root user has no access keys.")
            }
        }),
    ];
    // Both are told by one read: where it tells nothing, that is said once.
    root.dedup();
    let mut rows: Vec<Row> = root.into_iter().map(|cell| Row::new(cell, None).leads(fix.clone())).collect();
    if is_root {
        let cell = bad("Signed in as the root user: use another identity.");
        rows.push(Row::new(cell, None).leads(Leads::Do(Action::App(AppAction::Connect))));
    }
    match tally {
        Some(tally) => rows.extend(of_report(&tally)),
        None => rows.extend(unread_report(view)),
    }
    // What is to be done comes before what is in order.
    rows.sort_by_key(|row| rank(row.label.role));
    Block { title: "Security recommendations", rows }
}

/// Why the report tells nothing: it is still being read, may not be read, or could not be.
fn unread_report(view: &View<'_>) -> Option<Row> {
    let cell = match view.loads.failure(&Load::Report) {
        Some(error) => match error.denial() {
            // The permission is what counts; the report's own page says the rest.
            Some(denial) => {
                Cell::new(format!("{}: `{}`", Cell::denied(&denial).text, denial.action), Cell::role_of(&denial))
            }
            None => Cell::new("✗ The credential report could not be read.", Look::Bad),
        },
        None if view.loads.is_running(&Load::Report) => {
            return Some(Row::new(Cell::new("reading the credential report …", Look::Unknown), None));
        }
        None => return None,
    };
    Some(Row::new(cell, None).leads(Leads::Page(Place::List(Kind::CredentialReport))))
}

fn rank(look: Look) -> u8 {
    match look {
        Look::Danger | Look::Bad => 0,
        Look::Warning => 1,
        Look::Good => 3,
        _ => 2,
    }
}

/// What the report recommends; each line leads to the rows that it counts.
fn of_report(tally: &Tally) -> Vec<Row> {
    let rows = [
        (
            tally.without_mfa,
            "user signs in to the console without MFA.",
            "users sign in to the console without MFA.",
            "Everybody who signs in to the console has MFA.",
            (Kind::Users, "console:without"),
        ),
        (
            tally.old_keys(),
            "access key is older than 90 days.",
            "access keys are older than 90 days.",
            "No access key is older than 90 days.",
            (Kind::AccessKeys, "!status:inactive age:>90d"),
        ),
        (
            tally.unused_keys,
            "access key was last used over 90 days ago.",
            "access keys were last used over 90 days ago.",
            "No access key was last used over 90 days ago.",
            (Kind::AccessKeys, "!status:inactive used:>90d"),
        ),
        (
            tally.activity[3],
            "user was last active over 90 days ago.",
            "users were last active over 90 days ago.",
            "No user was last active over 90 days ago.",
            (Kind::Users, "activity:>90d"),
        ),
    ];
    let row = |(count, one, many, none, (kind, filter)): (i64, &str, &str, &'static str, Filtered)| {
        let cell = match count {
            0 => good(none),
            1 => Cell::new(format!("▲ 1 {one}"), Look::Warning),
            _ => Cell::new(format!("▲ {count} {many}"), Look::Warning),
        };
        Row::new(cell, None).leads(Leads::List(kind, if count == 0 { "" } else { filter }))
    };
    rows.map(row).into()
}

/// Counts against quotas.
pub(super) fn resources(view: &View<'_>) -> Block {
    let summary = view.account.summary();
    let row = |(title, key, (kind, filter)): &(&'static str, &str, Filtered)| {
        let (value, bar) = match summary {
            Fact::Known(summary, _) => match summary.quota(key) {
                Some(Quota { used, limit: Some(limit) }) => {
                    (Cell::new(format!("{used} of {limit}"), Look::Accent), Some(Bar::Quota(used, limit)))
                }
                Some(Quota { used, limit: None }) => (Cell::new(used.to_string(), Look::Accent), None),
                None => (Cell::absent("not reported"), None),
            },
            other => (wide(view, &Load::Summary, other, "None", |_| Cell::unknown()), None),
        };
        Row { label: Cell::text(*title), value: Some(value), bar, leads: Some(Leads::List(*kind, filter)) }
    };
    Block { title: "IAM resources", rows: CARDS.iter().map(row).collect() }
}

/// Who and where.
pub(super) fn account(view: &View<'_>) -> Block {
    let identity = view.account.identity();
    let unknown = || missing(view, &Load::Identity);
    let link = sign_in_link(view.account);
    let copied = match &link {
        Some(link) => Leads::Copy(LINK, link.clone()),
        None => Leads::Say("The sign-in URL is not known yet.", "It is loaded with the account ID."),
    };
    let alias = wide(view, &Load::Alias, view.account.alias(), "None", |alias| Cell::text(alias.to_string()));
    let row = |label: &'static str, cell: Cell, leads: Leads| {
        Row::new(Cell::new(label, Look::Muted), Some(cell)).leads(leads)
    };
    let rows = vec![
        row(
            "Account",
            identity.map_or_else(unknown, |identity| Cell::text(identity.account.to_string())),
            Leads::Do(Action::App(AppAction::Connect)),
        ),
        row("Alias", alias, Leads::Page(Place::AccountSettings)),
        row("Sign-in URL", link.map_or_else(unknown, Cell::text), copied),
        row(
            "Signed in as",
            identity.map_or_else(unknown, |identity| Cell::text(identity.arn.to_string())),
            Leads::Page(Place::MyCredentials),
        ),
        row("Changes", changes::summary(view), Leads::Page(Place::Changes)),
    ];
    Block { title: "AWS account", rows }
}

/// What the report tells as charts; each bar leads to the rows that it counts.
pub(super) fn charts(tally: &Tally) -> Vec<Block> {
    let all = [
        chart(
            "MFA of users with console access",
            &[
                ("With MFA", tally.with_mfa, (Kind::Users, "console:with console:mfa !console:without")),
                ("Without MFA", tally.without_mfa, (Kind::Users, "console:without")),
            ],
        ),
        chart(
            "Age of active access keys",
            &[
                ("Up to 90 days", tally.keys[0], (Kind::AccessKeys, "!status:inactive age:<91d")),
                ("91 to 180 days", tally.keys[1], (Kind::AccessKeys, "!status:inactive age:>90d age:<181d")),
                ("181 to 365 days", tally.keys[2], (Kind::AccessKeys, "!status:inactive age:>180d age:<366d")),
                ("Over 365 days", tally.keys[3], (Kind::AccessKeys, "!status:inactive age:>365d")),
            ],
        ),
        chart(
            "Last activity of users",
            &[
                ("Within 7 days", tally.activity[0], (Kind::Users, "activity:<8d")),
                ("8 to 30 days ago", tally.activity[1], (Kind::Users, "activity:>7d activity:<31d")),
                ("31 to 90 days ago", tally.activity[2], (Kind::Users, "activity:>30d activity:<91d")),
                ("Over 90 days ago", tally.activity[3], (Kind::Users, "activity:>90d")),
                ("Never", tally.activity[4], (Kind::Users, "activity:never")),
            ],
        ),
    ];
    // A chart of nothing says nothing.
    all.into_iter().flatten().collect()
}

fn chart(title: &'static str, bars: &[(&'static str, i64, Filtered)]) -> Option<Block> {
    let whole: i64 = bars.iter().map(|(_, count, _)| count).sum();
    let row = |(label, count, (kind, filter)): &(&'static str, i64, Filtered)| Row {
        label: Cell::text(*label),
        value: Some(Cell::new(count.to_string(), Look::Accent)),
        bar: Some(Bar::Part(*count, whole)),
        leads: Some(Leads::List(*kind, filter)),
    };
    (whole > 0).then(|| Block { title, rows: bars.iter().map(row).collect() })
}

/// The last security review: its score, what changed, and the best practices that are not met.
pub(super) fn review(view: &View<'_>) -> Block {
    let lines = view.review.map_or_else(
        || vec![Cell::new("Not reviewed yet. Enter reviews the account.", Look::Muted)],
        |reviewed| review_lines(reviewed, view),
    );
    let row = |cell| Row::new(cell, None).leads(Leads::Review);
    Block { title: "Security review", rows: lines.into_iter().map(row).collect() }
}

fn review_lines(Reviewed { now, before }: &Reviewed, view: &View<'_>) -> Vec<Cell> {
    let score = now.score.map_or_else(|| "no score".to_owned(), |score| format!("score {score} of 100"));
    let counts: Vec<String> =
        now.counts().into_iter().map(|(severity, count)| format!("{count} {}", severity.word())).collect();
    let counts = if counts.is_empty() { "no findings".to_owned() } else { counts.join(", ") };
    let is_bad = now.counts().iter().any(|(severity, _)| *severity >= Severity::High);
    let look = if is_bad { Look::Danger } else { Look::Good };
    let mut lines = vec![Cell::new(format!("{score}: {counts}, {}", time::ago(now.at, view.now)), look)];
    if let Some(before) = before {
        let changes = now.since(before);
        let was = before.score.map_or_else(|| "none".to_owned(), |score| score.to_string());
        let told = format!("last time {was}: {} new, {} settled", changes.new.len(), changes.settled.len());
        lines.push(Cell::new(told, if changes.new.is_empty() { Look::Good } else { Look::Warning }));
    }
    let practices = now.practices();
    let open = practices.iter().filter_map(|(heading, found)| Some((heading, (*found).filter(|found| *found > 0)?)));
    lines.extend(open.map(|(heading, found)| {
        let word = if found == 1 { "finding" } else { "findings" };
        Cell::new(format!("▲ {heading}: {found} {word}"), Look::Warning)
    }));
    let met = practices.iter().filter(|(_, found)| *found == Some(0)).count();
    let checked = practices.iter().filter(|(_, found)| found.is_some()).count();
    lines.push(Cell::new(format!("{met} of {checked} best practices are met by what was checked."), Look::Muted));
    lines
}

/// The last plans that were applied from this machine.
pub(super) fn last_runs(view: &View<'_>) -> Option<Block> {
    let begun = view.runs.all().iter().rev().filter(|live| live.has_begun());
    let row = |live: &Live| {
        let when = Cell::new(time::ago(live.run.at, view.now), Look::Muted);
        Row::new(when, Some(Cell::text(live.run.plan().title.clone()))).leads(Leads::Page(Place::Journal))
    };
    let rows: Vec<Row> = begun.take(CHANGES).map(row).collect();
    (!rows.is_empty()).then_some(Block { title: "Last changes from here", rows })
}

fn good(text: &'static str) -> Cell {
    Cell::new(format!("✓ {text}"), Look::Good)
}

fn bad(text: &'static str) -> Cell {
    Cell::new(format!("✗ {text}"), Look::Danger)
}

fn check(view: &View<'_>, read: fn(&Summary) -> Option<bool>, say: fn(bool) -> Cell) -> Cell {
    wide(view, &Load::Summary, view.account.summary(), "–", |summary| {
        read(summary).map_or_else(|| Cell::absent("Not reported by AWS."), say)
    })
}

/// A fact, or that the load which should have told it failed.
fn wide<T>(view: &View<'_>, load: &Load, fact: &Fact<T>, absent: &'static str, known: impl FnOnce(&T) -> Cell) -> Cell {
    if fact.is_unknown() { missing(view, load) } else { Cell::wide(fact, absent, known) }
}

/// What is not known: it is still to come, unless its load failed.
fn missing(view: &View<'_>, load: &Load) -> Cell {
    if view.loads.failure(load).is_some() { Cell::failed() } else { Cell::unknown() }
}
