//! What gives a user permissions: own policies, inline ones, those of the groups; and the boundary.

use crate::backend::{GroupPart, Load, UserPart};
use crate::model::{Fact, User};
use crate::ui::page::View;
use crate::ui::resources::Tab;
use crate::ui::resources::permissions::{Policies, Via, boundary, document_loads};
use crate::ui::sheet::Sheet;

/// The tab.
pub const TAB: Tab<User> = Tab { title: "Permissions", count, sheet, loads };

/// The number of policies, where all of them are known.
fn count(user: &User, view: &View<'_>) -> Option<usize> {
    let facts = &user.facts;
    let mut count = facts.attached.known()?.len() + facts.inline.known()?.len();
    for name in facts.groups.known()? {
        let group = &view.account.groups().get(name)?.facts;
        count += group.attached.known()?.len() + group.inline.known()?.len();
    }
    Some(count)
}

fn sheet(user: &User, view: &View<'_>) -> Sheet {
    let facts = &user.facts;
    let mut policies = Policies::default();
    policies.add(&facts.attached, &facts.inline, Via::Own, view);
    match &facts.groups {
        Fact::Known(groups, _) => {
            for name in groups {
                match view.account.groups().get(name) {
                    Some(group) => {
                        policies.add(&group.facts.attached, &group.facts.inline, Via::Group(name), view);
                    }
                    None => policies.gap("policies", Via::Group(name), &Fact::<()>::Unknown),
                }
            }
        }
        other => policies.gap("policies by groups", Via::Own, other),
    }
    let mut sheet = Sheet::new();
    policies.write(&mut sheet);
    boundary(&facts.boundary, view, &mut sheet);
    sheet
}

fn loads(user: &User, view: &View<'_>) -> Vec<Load> {
    let part = |part| Load::User(user.name.clone(), part);
    // The keys are for the summary above, which tells their last use on this first tab too.
    let mut loads = vec![part(UserPart::Permissions), part(UserPart::Groups), part(UserPart::Keys)];
    loads.extend(document_loads(&user.facts.attached, view));
    for name in user.facts.groups.known().into_iter().flatten() {
        let group = view.account.groups().get(name);
        if group.is_none() {
            loads.push(Load::Group(name.clone(), GroupPart::Overview));
        }
        loads.push(Load::Group(name.clone(), GroupPart::Permissions));
        if let Some(group) = group {
            loads.extend(document_loads(&group.facts.attached, view));
        }
    }
    loads
}
