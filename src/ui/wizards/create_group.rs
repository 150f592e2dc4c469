//! Creating groups: one or several, with members and policies.

use crate::backend::{Load, Urgency};
use crate::base::error::UserError;
use crate::config::Named;
use crate::input::ItemAction;
use crate::plan::builders::{CreateGroup, create_groups};
use crate::ui::effect::UiEffect;
use crate::ui::form::{Field, Form, check, pick::Pick};
use crate::ui::message::UiMessage;
use crate::ui::page::View;
use crate::ui::place::Kind;
use crate::ui::selection::Selection;
use crate::ui::wizard::{Flow, Wizard};

use super::offer::{self, later};
use super::{Command, Fit, review, taken};

/// Creates groups.
pub const COMMAND: Command = Command {
    name: "create group",
    help: "Create one or several user groups with users and policies.",
    key: Some(ItemAction::New),
    fit: |selection| {
        if selection.kind == Some(Kind::Groups) && selection.tab.is_none() { Fit::Page } else { Fit::Anywhere }
    },
    open: |_: &Selection, _| Ok(Box::new(Wizard::new(CreateGroups::default()))),
};

const NAMES: &str = "names";
const PATH: &str = "path";
const USERS: &str = "users";
const POLICIES: &str = "policies";

/// The wizard that creates groups.
#[derive(Debug, Default)]
pub struct CreateGroups {
    /// Whether it is part of another wizard, which takes the groups into its own plan.
    nested: bool,
    seen: Option<u64>,
}

impl CreateGroups {
    /// The wizard as part of another one: it ends with [`UiMessage::Groups`].
    pub fn nested() -> Self {
        Self { nested: true, seen: None }
    }
}

impl Flow for CreateGroups {
    fn title(&self) -> &str {
        if self.nested { "Create user group, as part of this plan" } else { "Create user group" }
    }

    fn forms(&self) -> Vec<Form> {
        let names = "Enter adds a name. Several names create several groups.";
        let path = "Such as `/teams/`; the default is `/`. Policies can refer to it.";
        let users = "Optional. Space selects, typing filters.";
        let policies = "Optional, at most 10. Space selects, typing filters.";
        let mut members = Field::pick(USERS, "Users", users, Pick::many());
        members.hidden = self.nested;
        vec![Form::new(
            "Group",
            vec![
                Field::list(NAMES, "Group name", names, check::group_name),
                Field::pick(POLICIES, "Permissions policies", policies, Pick::many()),
                members,
                Field::text(PATH, "Path", path, check::path),
            ],
        )]
    }

    fn settle(&mut self, forms: &mut [Form], view: &View<'_>) {
        let Some(form) = forms.first_mut() else { return };
        if self.seen != Some(view.revision) {
            self.seen = Some(view.revision);
            form.offer(USERS, offer::users(view));
            form.offer(POLICIES, offer::policies(view));
        }
        let names = form.entries(NAMES);
        let listed = view.account.groups().rows().iter().map(|group| group.name.as_str());
        form.object(NAMES, taken("group", Named::Group, &names, listed, view));
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        let users = if self.nested { &[][..] } else { offer::USERS };
        later(offer::GROUPS).chain(later(users)).chain(later(offer::POLICIES)).chain(later(&[Load::Summary])).collect()
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let Some(form) = forms.first() else { return Ok(Vec::new()) };
        let path = Some(form.text(PATH)).filter(|path| !path.is_empty()).map(str::to_owned);
        let group = |name| CreateGroup {
            name,
            path: path.clone(),
            policies: form.picked(POLICIES),
            members: form.picked(USERS),
        };
        let groups: Vec<CreateGroup> = form.entries(NAMES).into_iter().map(group).collect();
        // A nested group is checked here too: what is wrong with it is told where it can be changed.
        let plan = create_groups(view.account, &groups).map_err(|error| error.user_error())?;
        if self.nested { Ok(vec![UiEffect::CloseWith(UiMessage::Groups(groups))]) } else { Ok(review(plan)) }
    }

    fn leads_to(&self) -> &'static str {
        if self.nested { "Back to the user" } else { "Review" }
    }

    fn draft(&self) -> Option<String> {
        (!self.nested).then(|| self.title().to_owned())
    }
}
