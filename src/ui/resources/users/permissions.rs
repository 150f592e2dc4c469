//! What gives a user permissions: own policies, inline ones, those of the groups; and the boundary.

use crate::backend::{GroupPart, Load, UserPart};
use crate::model::{Fact, ResourceRef, User};
use crate::ui::content::Content;
use crate::ui::page::View;
use crate::ui::resources::Tab;
use crate::ui::resources::permissions::{Policies, Via, boundary, document_loads};

/// The tab.
pub const TAB: Tab<User> = Tab { title: "Permissions", short: "Permissions", count, content, loads };

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

fn content(user: &User, view: &View<'_>) -> Content {
    let facts = &user.facts;
    let own = ResourceRef::User(user.name.clone());
    let mut policies = Policies::default();
    policies.add(&facts.attached, &facts.inline, Via::Own(&own), view);
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
        other => policies.gap("policies by groups", Via::Own(&own), other),
    }
    let mut content = Content::new();
    policies.write(&mut content);
    boundary(&own, &facts.boundary, view, &mut content);
    content
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Account, Denial, Update, UserFacts};
    use crate::ui::resources::fixture::{account, check, look, text, user};

    #[track_caller]
    fn shown(account: &Account) -> Content {
        look(account, |view| content(account.users().get("alice").unwrap(), view))
    }

    #[test]
    fn own_inline_and_inherited_policies_tell_how_they_come() {
        let account = account();
        check(
            shown(&account),
            &[
                "Permissions policies (4)",
                "▸ Deploy Customer managed Directly",
                "▸ own Customer inline Inline",
                "▸ ReadOnlyAccess AWS managed Group ops",
                "▸ shared Customer inline Group ops",
                "Permissions boundary",
                "▸ Deploy Customer managed",
            ],
        );
        assert_eq!(look(&account, |view| count(account.users().get("alice").unwrap(), view)), Some(4));
    }

    #[test]
    fn a_table_with_a_gap_says_so_and_never_that_there_is_nothing() {
        let mut account = Account::default();
        let denied = Fact::denied(Denial::of("iam:ListAttachedUserPolicies"));
        let facts = UserFacts { attached: denied, ..UserFacts::default() };
        account.apply(Update::User(Box::new(user("alice", facts))));
        let lines = text(shown(&account));
        assert_eq!(lines[0], "Permissions policies (0+)");
        assert_eq!(lines[1], "managed policies: ⊘ denied: needs `iam:ListAttachedUserPolicies`");
        assert!(lines.contains(&"inline policies: …".to_owned()), "{lines:?}");
        assert!(!lines.iter().any(|line| line.contains("There are no")), "{lines:?}");
    }
}
