//! What lists in wizards offer, with how complete they are.

use crate::backend::{Load, Urgency};
use crate::base::search::by_name;
use crate::model::{Entity, Fact, Group, Listing, Policy, PolicyKind, User};
use crate::plan::builders::Owner;
use crate::ui::form::pick::Item;
use crate::ui::page::View;
use crate::ui::resources::users::activity;
use crate::ui::time;

/// Items to pick from, and how complete they are; empty where they are.
pub type Offer = (Vec<Item>, String);

/// The reads behind [`users`].
pub const USERS: &[Load] = &[Load::Users, Load::Report];
/// The reads behind [`groups`].
pub const GROUPS: &[Load] = &[Load::Groups];
/// The reads behind [`policies`].
pub const POLICIES: &[Load] = &[Load::Policies, Load::AwsPolicies];
/// The reads behind [`owners`].
pub const OWNERS: &[Load] = &[Load::Users, Load::Groups, Load::Roles];

/// Reads that make a list richer, and that nothing waits for.
pub fn later(loads: &[Load]) -> impl Iterator<Item = (Load, Urgency)> {
    loads.iter().map(|load| {
        let urgency = if *load == Load::Report { Urgency::Background } else { Urgency::Visible };
        (load.clone(), urgency)
    })
}

/// Reads that a plan cannot do without.
pub fn needed(loads: impl IntoIterator<Item = Load>) -> impl Iterator<Item = (Load, Urgency)> {
    loads.into_iter().map(|load| (load, Urgency::Now))
}

pub fn status<T: Entity>(listing: &Listing<T>) -> String {
    match listing.error() {
        Some(error) => format!("✗ {}", error.word()),
        None if listing.is_complete() => String::new(),
        None => "loading …".to_owned(),
    }
}

/// The worse of two statuses: what failed before what is loading.
fn worse(a: String, b: String) -> String {
    if a.is_empty() || (!a.starts_with('✗') && b.starts_with('✗')) { b } else { a }
}

/// What stands in the place of a list that is not known: that it is read, or why it is not.
pub fn pending<T>(fact: Option<&Fact<T>>) -> String {
    match fact.and_then(Fact::denial) {
        Some(denial) => format!("{} {denial}", denial.mark()),
        None => "loading …".to_owned(),
    }
}

fn counted<T>(fact: &Fact<Vec<T>>, one: &str, many: &str) -> String {
    match fact {
        Fact::Known(list, _) if list.len() == 1 => format!("1 {one}"),
        Fact::Known(list, _) => format!("{} {many}", list.len()),
        Fact::Absent(_) => format!("0 {many}"),
        Fact::Unknown => format!("… {many}"),
        Fact::Denied(denial) => format!("{} {many}", denial.mark()),
    }
}

fn user(user: &User, view: &View<'_>) -> Item {
    let active = match user.facts.last_activity() {
        Fact::Known(at, _) => format!(", active {}", time::ago(at, view.now)),
        Fact::Absent(_) => ", never active".to_owned(),
        Fact::Unknown | Fact::Denied(_) => format!(", last activity {}", activity(user, view).text),
    };
    let note = counted(&user.facts.groups, "group", "groups") + &active;
    Item { key: user.name.to_string(), label: user.name.to_string(), note, ..Item::default() }
}

fn group(group: &Group, view: &View<'_>) -> Item {
    let members = counted(&view.account.members(&group.name).map(<[_]>::to_vec), "user", "users");
    let note = format!("{}, {members}", counted(&group.facts.attached, "policy", "policies"));
    Item { key: group.name.to_string(), label: group.name.to_string(), note, ..Item::default() }
}

fn policy(policy: &Policy) -> Item {
    let used = match policy.attachments.known() {
        None | Some(0) => String::new(),
        Some(count) => format!(", attached to {count}"),
    };
    let note = format!("{}{used}", policy.kind().label());
    let group = u8::from(policy.kind() != PolicyKind::Customer);
    Item { key: policy.arn.as_str().to_owned(), label: policy.name().to_owned(), note, group, ..Item::default() }
}

/// A policy as a boundary, marked where it is one already.
fn boundary(of: &Policy) -> Item {
    let item = policy(of);
    match of.boundary_uses.known() {
        None | Some(0) => item,
        Some(count) => Item { note: format!("boundary of {count}, {}", item.note), ..item },
    }
}

/// The users.
pub fn users(view: &View<'_>) -> Offer {
    let listing = view.account.users();
    (listing.rows().iter().map(|row| user(row, view)).collect(), status(listing))
}

/// The groups.
pub fn groups(view: &View<'_>) -> Offer {
    let listing = view.account.groups();
    (listing.rows().iter().map(|row| group(row, view)).collect(), status(listing))
}

/// The users, those marked that are in all of these groups already.
pub fn users_beside(groups: &[String], view: &View<'_>) -> Offer {
    let (items, status) = users(view);
    let is_in = |user: &str, group: &String| is_member(user, group, view);
    (items.into_iter().map(|item| given(item, |user| groups.iter().all(|group| is_in(user, group)))).collect(), status)
}

/// The groups, those marked that all of these users are in already.
pub fn groups_beside(users: &[String], view: &View<'_>) -> Offer {
    let (items, status) = groups(view);
    let is_in = |user: &String, group: &str| is_member(user, group, view);
    (items.into_iter().map(|item| given(item, |group| users.iter().all(|user| is_in(user, group)))).collect(), status)
}

fn given(item: Item, is_given: impl Fn(&str) -> bool) -> Item {
    if is_given(&item.key) {
        Item { is_given: true, note: format!("already a member, {}", item.note), ..item }
    } else {
        item
    }
}

/// Whether a user is known to be in a group, from either side.
fn is_member(user: &str, group: &str, view: &View<'_>) -> bool {
    let groups = view.account.users().get(user).and_then(|user| user.facts.groups.known());
    match groups {
        Some(groups) => groups.iter().any(|held| held.as_str() == group),
        None => {
            view.account.members(&group.into()).known().is_some_and(|names| names.iter().any(|n| n.as_str() == user))
        }
    }
}

/// Managed policies that can be attached: the account's own first, then by use and name. Whoever looks for one does not
/// know its path.
pub fn policies(view: &View<'_>) -> Offer {
    managed(view, Policy::uses, policy)
}

/// The same as permissions boundaries: those that are in use as one stand before the others.
pub fn boundaries(view: &View<'_>) -> Offer {
    managed(view, |policy| policy.boundary_uses.known().copied().unwrap_or_default(), boundary)
}

fn managed(view: &View<'_>, uses: fn(&Policy) -> u32, item: fn(&Policy) -> Item) -> Offer {
    let (own, aws) = (view.account.policies(), view.account.aws_policies());
    let of = |listing: &Listing<Policy>| -> Vec<Item> {
        let mut rows: Vec<_> = listing.rows().iter().filter(|row| row.can_be_attached()).collect();
        rows.sort_by(|one, other| uses(other).cmp(&uses(one)).then_with(|| by_name(one.name(), other.name())));
        rows.into_iter().map(|row| item(row)).collect()
    };
    ([of(own), of(aws)].concat(), worse(status(own), status(aws)))
}

/// Users, groups and roles; the key is their kind and name.
pub fn owners(view: &View<'_>) -> Offer {
    let (mut items, of_bounded) = bounded(view);
    let groups = view.account.groups();
    let group = |name: &str| Item {
        key: format!("group {name}"),
        label: name.to_owned(),
        note: "User group".into(),
        ..Item::default()
    };
    items.extend(groups.rows().iter().map(|row| group(row.name.as_str())));
    (items, worse(of_bounded, status(groups)))
}

/// Users and roles, which can be bounded; the key is their kind and name.
fn bounded(view: &View<'_>) -> Offer {
    let (users, roles) = (view.account.users(), view.account.roles());
    let user = |name: &str| Item {
        key: format!("user {name}"),
        label: name.to_owned(),
        note: "User".into(),
        ..Item::default()
    };
    let role = |name: &str| Item {
        key: format!("role {name}"),
        label: name.to_owned(),
        note: "Role".into(),
        ..Item::default()
    };
    let mut items: Vec<Item> = users.rows().iter().map(|row| user(row.name.as_str())).collect();
    let own = roles.rows().iter().filter(|row| !row.is_service_linked());
    items.extend(own.map(|row| role(row.name.as_str())));
    (items, worse(status(users), status(roles)))
}

/// The owner that a key of [`owners`] stands for.
pub fn owner(key: &str) -> Option<Owner> {
    let (kind, name) = key.split_once(' ')?;
    match kind {
        "user" => Some(Owner::User(name.to_owned())),
        "group" => Some(Owner::Group(name.to_owned())),
        "role" => Some(Owner::Role(name.to_owned())),
        _ => None,
    }
}

/// An item that stands for itself.
pub fn named(name: &str) -> Item {
    Item { key: name.to_owned(), label: name.to_owned(), ..Item::default() }
}
