//! Instance profiles, which the console shows on their roles only.

use std::sync::Arc;

use crate::backend::{Load, Urgency};
use crate::base::arn::Arn;
use crate::model::{Account, Fact, InstanceProfile, InstanceProfileName, ResourceRef, Tags};
use crate::ui::cell::Cell;
use crate::ui::content::Content;
use crate::ui::page::View;
use crate::ui::place::{Kind, Place};
use crate::ui::time;
use crate::ui::widgets::fields::Field;

use super::{Arrival, Column, Resource, Shown, SortKey, Tab, bulk_comes, tag_content};

/// Instance profiles.
#[derive(Debug)]
pub struct InstanceProfiles;

const ROLE: Tab<InstanceProfile> = Tab {
    title: "Role",
    short: "Role",
    count: |profile, _| match &profile.facts.role {
        Fact::Known(..) => Some(1),
        Fact::Absent(_) => Some(0),
        Fact::Unknown | Fact::Denied(_) => None,
    },
    content: role_sheet,
    loads: |profile, _| vec![Load::InstanceProfile(profile.name.clone())],
};

const TAGS: Tab<InstanceProfile> = Tab {
    title: "Tags",
    short: "Tags",
    count: |profile, _| profile.facts.tags.known().map(Vec::len),
    content: |profile, _| tag_content(&ResourceRef::InstanceProfile(profile.name.clone()), &profile.facts.tags),
    loads: |profile, _| vec![Load::InstanceProfile(profile.name.clone())],
};

impl Resource for InstanceProfiles {
    type Row = InstanceProfile;
    type Key = InstanceProfileName;

    const KIND: Kind = Kind::InstanceProfiles;

    const COLUMNS: &'static [Column<InstanceProfile>] = &[
        Column {
            id: "name",
            title: "Instance profile name",
            width: 30,
            shown: Shown::Always,
            cell: |profile, _| Cell::text(profile.name.to_string()),
            key: |profile, _| SortKey::text(profile.name.as_str()),
        },
        Column {
            id: "role",
            title: "Role",
            width: 28,
            shown: Shown::Always,
            cell: role,
            key: |profile, view| SortKey::text(&role(profile, view).text),
        },
        Column {
            id: "created",
            title: "Creation time",
            width: 14,
            shown: Shown::Always,
            cell: |profile, _| Cell::text(time::date(profile.created)),
            key: |profile, _| SortKey::Number(profile.created.as_second()),
        },
        Column {
            id: "path",
            title: "Path",
            width: 18,
            shown: Shown::WhereRoom,
            cell: |profile, _| Cell::text(profile.arn.path().to_owned()),
            key: |profile, _| SortKey::text(profile.arn.path()),
        },
        Column {
            id: "arn",
            title: "ARN",
            width: 60,
            shown: Shown::WhereRoom,
            cell: |profile, _| Cell::text(profile.arn.to_string()),
            key: |profile, _| SortKey::text(profile.arn.as_str()),
        },
    ];

    const TABS: &'static [Tab<InstanceProfile>] = &[ROLE, TAGS];

    fn rows(account: &Account) -> Vec<Arc<InstanceProfile>> {
        account.instance_profiles().rows().to_vec()
    }

    fn arrivals<'a>(view: &View<'a>) -> Vec<Arrival<'a>> {
        vec![Arrival::of(view.account.instance_profiles())]
    }

    fn loads() -> Vec<(Load, Urgency)> {
        vec![(Load::InstanceProfiles, Urgency::Now)]
    }

    fn find(account: &Account, entity: &ResourceRef) -> Option<Arc<InstanceProfile>> {
        if let ResourceRef::InstanceProfile(name) = entity {
            account.instance_profiles().get(name).cloned()
        } else {
            None
        }
    }

    fn key(profile: &InstanceProfile) -> &InstanceProfileName {
        &profile.name
    }

    fn entity(profile: &InstanceProfile) -> Option<ResourceRef> {
        Some(ResourceRef::InstanceProfile(profile.name.clone()))
    }

    fn name(profile: &InstanceProfile) -> &str {
        profile.name.as_str()
    }

    fn arn(profile: &InstanceProfile) -> Option<&Arn> {
        Some(&profile.arn)
    }

    fn tags(profile: &InstanceProfile) -> Option<&Fact<Tags>> {
        Some(&profile.facts.tags)
    }

    fn summary(profile: &InstanceProfile, view: &View<'_>) -> Vec<Field> {
        vec![
            Field::new("Role", role(profile, view)),
            Field::new("ARN", Cell::text(profile.arn.to_string())),
            Field::new("Created", Cell::text(time::date(profile.created))),
            Field::new("Unique ID", Cell::text(profile.id.to_string())),
        ]
    }

    /// Its role comes with the list.
    fn details(profile: &InstanceProfile, view: &View<'_>) -> Vec<Load> {
        let load = Load::InstanceProfile(profile.name.clone());
        let lacks = view.lacks(&profile.facts.role, &load) && !bulk_comes(view);
        if lacks { vec![load] } else { Vec::new() }
    }
}

fn role(profile: &InstanceProfile, _: &View<'_>) -> Cell {
    Cell::of(&profile.facts.role, "None", |role| Cell::text(role.to_string()))
}

fn role_sheet(profile: &InstanceProfile, view: &View<'_>) -> Content {
    let mut content = Content::new();
    match &profile.facts.role {
        Fact::Known(name, _) => {
            let place = Place::Entity(ResourceRef::Role(name.clone()));
            content.linked("Role", Cell::text(name.to_string()), place);
            if let Some(found) = view.account.roles().get(name) {
                content.field("Role ARN", Cell::text(found.arn.to_string()));
            }
        }
        other => content.note(Cell::wide(other, "No role. Instances cannot use this profile.", |_| Cell::unknown())),
    }
    content
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{arn, check, look, now, seen};
    use super::*;
    use crate::model::{InstanceProfileFacts, Page, Update};

    #[test]
    fn the_role_is_linked_and_an_empty_profile_says_what_that_means() {
        let profile = |role| InstanceProfile {
            name: "web".into(),
            arn: arn("instance-profile/web"),
            id: "AIPA".into(),
            created: now(),
            facts: InstanceProfileFacts { role, tags: Fact::Unknown },
        };
        let mut account = Account::default();
        account.apply(Update::InstanceProfiles(Page::whole(vec![profile(Fact::Absent(seen()))], now())));
        look(&account, |view| {
            check(role_sheet(&profile(Fact::Known("Web".into(), seen())), view), &["Role Web"]);
            check(role_sheet(&profile(Fact::Absent(seen())), view), &["No role. Instances cannot use this profile."]);
        });
    }
}
