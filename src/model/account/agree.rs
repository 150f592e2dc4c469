//! What two reads tell of the same thing from either side: who is in which group, how many there are.
//!
//! The newer answer wins, whichever call it came from, and the older side is put right: nobody who reads an
//! account has to know which of the two to ask.

use std::collections::HashSet;

use super::super::{Entity as _, Fact, Group, GroupName, Update, User, UserFacts, UserName};
use super::Account;

/// What an update told that another read tells too.
pub(super) enum SharedFact {
    /// Nothing.
    Nothing,
    /// The groups of these users.
    Users(Vec<UserName>),
    /// The members of a group.
    Group(GroupName),
    /// Which users there are, or that one of them is gone.
    WhoIsThere,
    /// How many of something there are.
    Counts,
}

impl SharedFact {
    /// Looks at an update before it is taken in.
    pub(super) fn of(update: &Update) -> Self {
        let has_groups = |facts: &UserFacts| facts.groups.is_settled();
        match update {
            Update::Bulk(page) => Self::Users(page.users.iter().map(|user| user.name.clone()).collect()),
            Update::User(user) if has_groups(&user.facts) => Self::Users(vec![user.name.clone()]),
            Update::UserFacts(name, facts) if has_groups(facts) => Self::Users(vec![name.clone()]),
            Update::Group(group) if group.facts.members.is_settled() => Self::Group(group.name.clone()),
            Update::GroupFacts(name, facts) if facts.members.is_settled() => Self::Group(name.clone()),
            Update::Users(page) if page.last.is_some() => Self::WhoIsThere,
            Update::Gone(_) => Self::WhoIsThere,
            Update::Summary(_) | Update::Groups(_) | Update::Roles(_) | Update::Policies(_) => Self::Counts,
            update if update.is_plain_list() => Self::Counts,
            _ => Self::Nothing,
        }
    }
}

/// A membership that the two sides tell differently, and whether it holds.
struct Differing {
    user: UserName,
    group: GroupName,
    is_member: bool,
    /// Whether the user's side is the one to be put right.
    of_user: bool,
}

impl Account {
    /// Puts the older side right where an update and what was known before differ.
    pub(super) fn agree(&mut self, told: &SharedFact) {
        match told {
            SharedFact::Nothing => {}
            SharedFact::Users(names) => {
                let rows = names.iter().filter_map(|name| self.users.get(name));
                let users: Vec<&User> = rows.map(AsRef::as_ref).collect();
                let groups = self.groups.rows().iter().map(AsRef::as_ref);
                let differing = groups.flat_map(|group| differing(&users, group, true)).collect();
                self.settle_members(differing);
            }
            SharedFact::Group(name) => {
                let users: Vec<&User> = self.users.rows().iter().map(AsRef::as_ref).collect();
                let differing = self.groups.get(name).map(|group| differing(&users, group, false));
                self.settle_members(differing.unwrap_or_default());
            }
            SharedFact::WhoIsThere => {
                self.drop_strangers();
                self.count_anew();
            }
            SharedFact::Counts => self.count_anew(),
        }
    }

    fn settle_members(&mut self, differing: Vec<Differing>) {
        for Differing { user, group, is_member, of_user } in differing {
            if of_user {
                self.users.change(&user, |row| set(&mut row.facts.groups, &group, is_member));
            } else {
                self.groups.change(&group, |row| set(&mut row.facts.members, &user, is_member));
            }
        }
    }

    /// Takes those out of groups who are not there any more, as a newer list of users tells.
    fn drop_strangers(&mut self) {
        let Some((_, at)) = self.users.counted() else { return };
        let is_stale = |group: &&std::sync::Arc<Group>| {
            let members = &group.facts.members;
            members.seen().is_some_and(|seen| seen.at() <= at)
                && members.known().is_some_and(|names| names.iter().any(|name| self.users.get(name).is_none()))
        };
        let stale: Vec<GroupName> =
            self.groups.rows().iter().filter(is_stale).map(|group| group.key().clone()).collect();
        for name in stale {
            let users = &self.users;
            self.groups.change(&name, |group| {
                if let Fact::Known(members, _) = &mut group.facts.members {
                    members.retain(|member| users.get(member).is_some());
                }
            });
        }
    }
}

/// Where a group and these users differ; `by_users`: on a tie the users' side is the one that arrived last.
fn differing(users: &[&User], group: &Group, by_users: bool) -> Vec<Differing> {
    let Fact::Known(members, group_seen) = &group.facts.members else { return Vec::new() };
    let members: HashSet<&UserName> = members.iter().collect();
    let mut out = Vec::new();
    for user in users {
        let Fact::Known(groups, user_seen) = &user.facts.groups else { continue };
        let (told_by_user, told_by_group) = (groups.contains(&group.name), members.contains(&user.name));
        if told_by_user == told_by_group {
            continue;
        }
        let user_wins = if by_users { user_seen.covers(*group_seen) } else { !group_seen.covers(*user_seen) };
        out.push(Differing {
            user: user.name.clone(),
            group: group.name.clone(),
            is_member: if user_wins { told_by_user } else { told_by_group },
            of_user: !user_wins,
        });
    }
    out
}

/// Puts a name into a list, in its place, or takes it out.
fn set<T: Ord + Clone>(list: &mut Fact<Vec<T>>, name: &T, is_in: bool) {
    let Fact::Known(list, _) = list else { return };
    list.retain(|held| held != name);
    if is_in {
        let at = list.iter().position(|held| held > name).unwrap_or(list.len());
        list.insert(at, name.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{GroupFacts, Page, Seen, Source, Summary};
    use super::*;
    use crate::base::arn::Arn;
    use jiff::Timestamp;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    fn known<T>(value: T, seconds: i64) -> Fact<T> {
        Fact::Known(value, Seen::new(Source::Detail, at(seconds)))
    }

    fn user(name: &str) -> User {
        User {
            name: name.into(),
            arn: Arn::iam("aws", "123456789012", &format!("user/{name}")).unwrap(),
            id: name.into(),
            created: Timestamp::UNIX_EPOCH,
            facts: UserFacts::default(),
        }
    }

    /// An account with the users ada and zoe and the group ops.
    fn account() -> Account {
        let mut account = Account::default();
        account.apply(Update::Users(Page::whole(vec![user("ada"), user("zoe")], at(0))));
        let group = Group {
            name: "ops".into(),
            arn: Arn::iam("aws", "123456789012", "group/ops").unwrap(),
            id: "AGPA".into(),
            created: Timestamp::UNIX_EPOCH,
            facts: GroupFacts::default(),
        };
        account.apply(Update::Groups(Page::whole(vec![group], at(0))));
        account
    }

    fn members(names: &[&str], seconds: i64) -> Update {
        let members = known(names.iter().map(|name| UserName::from(*name)).collect(), seconds);
        Update::GroupFacts("ops".into(), Box::new(GroupFacts { members, ..GroupFacts::default() }))
    }

    fn groups(user: &str, groups: &[&str], seconds: i64) -> Update {
        let groups = known(groups.iter().map(|name| GroupName::from(*name)).collect(), seconds);
        Update::UserFacts(user.into(), Box::new(UserFacts { groups, ..UserFacts::default() }))
    }

    /// Both sides say this of who is in ops, in whichever order the two answers arrive.
    #[track_caller]
    fn check(one: &Update, other: &Update, expected: &[&str]) {
        for updates in [[one, other], [other, one]] {
            let mut account = account();
            for update in updates {
                account.apply(update.clone());
            }
            let names =
                account.members(&"ops".into()).known().unwrap().iter().map(ToString::to_string).collect::<Vec<_>>();
            assert_eq!(names, expected);
            for row in account.users().rows() {
                let Some(groups) = row.facts.groups.known() else { continue };
                assert_eq!(groups.contains(&"ops".into()), expected.contains(&row.name.as_str()), "{}", row.name);
            }
        }
    }

    #[test]
    fn the_newer_of_two_answers_about_a_membership_wins_whichever_call_and_order_it_came_in() {
        check(&members(&[], 10), &groups("zoe", &["ops"], 20), &["zoe"]);
        check(&members(&["zoe"], 10), &groups("zoe", &[], 20), &[]);
        check(&members(&["ada", "zoe"], 30), &groups("zoe", &[], 20), &["ada", "zoe"]);
        check(&members(&["ada"], 30), &groups("zoe", &["ops"], 20), &["ada"]);
    }

    #[test]
    fn a_user_that_a_newer_list_lacks_is_in_no_group() {
        let mut account = account();
        account.apply(members(&["ada", "zoe"], 10));
        account.apply(Update::Users(Page::whole(vec![user("ada")], at(20))));
        assert_eq!(account.members(&"ops".into()).known().unwrap().to_vec(), [UserName::from("ada")]);
    }

    #[test]
    fn the_newer_of_summary_and_list_counts() {
        for (summary_at, list_at, expected) in [(10, 20, 2), (20, 10, 62)] {
            let summary = Update::Summary(known(Summary::new([("Users".into(), 62)]), summary_at));
            let list = Update::Users(Page::whole(vec![user("ada"), user("zoe")], at(list_at)));
            for updates in [[&summary, &list], [&list, &summary]] {
                let mut account = Account::default();
                for update in updates {
                    account.apply(update.clone());
                }
                assert_eq!(account.summary().known().unwrap().get("Users"), Some(expected));
            }
        }
    }
}
