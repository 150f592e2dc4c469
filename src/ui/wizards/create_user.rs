//! Creating users: one or several, alike but for their names.

mod access;
mod permissions;

use serde_json::Value;

use crate::backend::{Load, Urgency};
use crate::base::error::UserError;
use crate::config::Named;
use crate::input::ItemAction;
use crate::model::{ResourceRef, Tag};
use crate::plan::builders::CreateUser;
use crate::ui::effect::UiEffect;
use crate::ui::form::{Field, Form, check};
use crate::ui::layer::Layer;
use crate::ui::layers::menu::{Item, Menu};
use crate::ui::message::{MenuId, UiMessage};
use crate::ui::page::View;
use crate::ui::place::Kind;
use crate::ui::selection::Selection;
use crate::ui::wizard::{Flow, Wizard};

use super::offer::{self, later};
use super::{Command, Fit, tags, taken};
use access::Access;
pub(super) use access::password;
use permissions::Permissions;

/// Creates users.
pub const COMMAND: Command = Command {
    name: "create user",
    help: "Create one or several users with access and permissions.",
    key: Some(ItemAction::New),
    fit: |selection| {
        if selection.kind == Some(Kind::Users) && selection.tab.is_none() { Fit::Page } else { Fit::Anywhere }
    },
    open: |_: &Selection, _| Ok(Box::new(Wizard::new(CreateUsers::default()))),
};

const NAMES: &str = "names";
const PATH: &str = "path";
const TAGS: &str = "tags";

/// The wizard that creates users.
#[derive(Debug, Default)]
struct CreateUsers {
    access: Access,
    permissions: Permissions,
}

impl Flow for CreateUsers {
    fn title(&self) -> &'static str {
        "Create user"
    }

    fn forms(&self) -> Vec<Form> {
        let names = "Enter adds a name. Several names create several users with the same settings.";
        let path = "Such as `/engineering/`; the default is `/`. Policies can refer to it.";
        let tags = "Write `key=value`; Enter adds a tag. Optional, at most 50.";
        let details = vec![
            Field::list(NAMES, "User name", names, check::user_name),
            Field::text(PATH, "Path", path, check::path),
            Field::list(TAGS, "Tags", tags, check::tag),
        ];
        vec![Form::new("Details", details), Access::form(), Permissions::form()]
    }

    fn settle(&mut self, forms: &mut [Form], view: &View<'_>) {
        let [details, access, permissions] = forms else { return };
        let names = details.entries(NAMES);
        let listed = view.account.users().rows().iter().map(|user| user.name.as_str());
        details.object(NAMES, taken("user", Named::User, &names, listed, view));
        let entries = details.entries(TAGS);
        details.object(TAGS, tags::objection(&entries));
        details.remark(TAGS, tags::remark(&entries));
        self.access.settle(access, names.len(), view);
        self.permissions.settle(permissions, view);
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        let lists = later(offer::USERS).chain(later(offer::GROUPS)).chain(later(&[Load::Summary]));
        lists.chain(self.access.wants()).chain(self.permissions.wants()).collect()
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let [details, access, permissions] = forms else { return Ok(Vec::new()) };
        let mut new = CreateUser {
            names: details.entries(NAMES),
            path: Some(details.text(PATH)).filter(|path| !path.is_empty()).map(str::to_owned),
            tags: details.entries(TAGS).iter().map(|text| tags::read(text)).collect::<Vec<Tag>>(),
            console: Access::console(access),
            access_key: Access::key(access),
            ..CreateUser::default()
        };
        self.permissions.fill(permissions, &mut new);
        let plan = new.plan(view.account).map_err(|error| error.user_error())?;
        Ok(Access::review(access, plan))
    }

    /// Whoever can sign in with a password alone should not for long.
    fn after(&self, forms: &[Form]) -> Option<Box<dyn Layer>> {
        let [details, access, _] = forms else { return None };
        Access::console(access)?;
        let assign = |name: &String| {
            let selection = Selection::of(Kind::Users, [ResourceRef::User(name.as_str().into())]);
            let open = UiEffect::OpenCommand(&super::assign_mfa::COMMAND, Box::new(selection));
            Item::choice(format!("Assign an MFA device to {name} now"), None).leading(vec![open])
        };
        let mut items: Vec<Item> = details.entries(NAMES).iter().map(assign).collect();
        items.push(Item::choice("Later", None).leading(Vec::new()));
        Some(Box::new(Menu::choose(MenuId::AssignMfa, "No MFA device yet", items, 0)))
    }

    fn inside(&self, field: &str, _view: &View<'_>) -> Option<Box<dyn Layer>> {
        Permissions::inside(field)
    }

    fn has_inside(&self, field: &str) -> bool {
        Permissions::inside(field).is_some()
    }

    fn on_message(&mut self, forms: &mut [Form], message: &UiMessage, _view: &View<'_>) -> Vec<UiEffect> {
        if let (UiMessage::Groups(groups), [.., permissions]) = (message, forms) {
            self.permissions.add(permissions, groups.clone());
        }
        Vec::new()
    }

    fn extra(&self) -> Value {
        self.permissions.extra()
    }

    fn restore(&mut self, extra: &Value) {
        self.permissions.restore(extra);
    }
}
