//! What can be done with what is selected: commands, each with the flow that it opens. One file per command.
//!
//! To add a command is one file `wizards/<command>_<noun>.rs` with a [`Command`], and one line in [`COMMANDS`]. From
//! there come its key, its place in the menu of the page and its name in the palette. Verbs open in
//! read-only sessions too: up to the review, which refuses to apply.

mod access_key;
mod account_settings;
mod add_member;
mod analyzers;
pub(super) mod ask_access;
mod assign_mfa;
mod attach_policy;
mod change_tags;
mod clean_up;
mod clone_entity;
mod compare_versions;
mod create_access_key;
mod create_group;
mod create_provider;
mod create_role;
mod create_user;
mod delete_group;
mod delete_policy;
mod delete_role;
mod delete_user;
mod delete_version;
mod detach_policy;
mod edit_password_policy;
mod edit_policy;
mod edit_provider;
mod edit_role;
mod edit_tags;
mod events;
mod file_answer;
mod findings;
mod grant;
mod import_table;
mod instance_profile;
mod limit_sessions;
mod lock_out;
mod manage_console;
mod move_user;
pub(super) mod offer;
mod picking;
mod remove_member;
mod remove_mfa;
mod rename_entity;
mod revoke_sessions;
mod revoke_signin_sessions;
mod root_access;
mod save_report;
mod server_certificate;
mod service_credential;
mod set_boundary;
mod set_default_version;
mod summary;
mod tags;
mod trim_policy;
mod upload_key;

use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::config::Named;
use crate::input::{Context, ItemAction, Scope, When};
use crate::model::ResourceRef;
use crate::plan::Plan;

use super::effect::{Notice, Tone, UiEffect};
use super::layer::Layer;
use super::layers::menu::{Item, Menu};
use super::layers::review::Review;
use super::message::MenuId;
use super::page::View;
use super::place::Kind;
use super::resources::users::CREDENTIALS;
use super::selection::Selection;

/// Something that can be done.
#[derive(Debug)]
pub struct Command {
    /// Its name in the palette and in menus: `create user`.
    pub name: &'static str,
    /// What it does: one sentence in the imperative.
    pub help: &'static str,
    /// The action whose key opens it, where it is the fitting one; none: menu and palette only.
    pub key: Option<ItemAction>,
    /// How well it fits what is selected.
    pub fit: fn(&Selection) -> Fit,
    /// Opens its flow, or says why that cannot be.
    pub open: Open,
}

/// A command is told by its name, which no other has.
impl PartialEq for Command {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Command {}

/// What opens a flow on what is selected.
pub type Open = fn(&Selection, &View<'_>) -> Result<Box<dyn Layer>, UserError>;

/// How well a command fits what is selected. The better ones come first, and keep the key for themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It is about the very item under the cursor.
    TabItem,
    /// It is about what the tab in sight shows.
    Here,
    /// It is about the selected entities.
    Also,
    /// It makes one more of what the page lists.
    Page,
    /// It needs nothing to be selected: it is in the palette, on every page.
    Anywhere,
    /// It makes no sense here.
    No,
}

impl Fit {
    /// [`Fit::Here`] where the tab of this title is in sight, else [`Fit::Also`].
    pub fn on_tab(selection: &Selection, title: &str) -> Self {
        if selection.tab == Some(title) { Self::Here } else { Self::Also }
    }
}

/// Opens the one review of a plan.
fn review(plan: Plan) -> Vec<UiEffect> {
    vec![UiEffect::Open(review_layer(plan))]
}

/// The one review of a plan.
fn review_layer(plan: Plan) -> Box<dyn Layer> {
    Box::new(Review::new(plan))
}

/// Refuses to change roles that belong to an AWS service.
fn modifiable(selection: &Selection, view: &View<'_>) -> Result<(), UserError> {
    let linked = |entity: &&ResourceRef| match entity {
        ResourceRef::Role(name) => view.account.roles().get(name).is_some_and(|role| role.is_service_linked()),
        _ => false,
    };
    match selection.entities.iter().find(linked) {
        Some(role) => {
            let told = UserError::new(format!("role {} belongs to an AWS service", role.name()));
            Err(told.hint("Only that service can change or delete it."))
        }
        None => Ok(()),
    }
}

/// What a command says whose object went away in the meantime.
fn nothing() -> Result<Box<dyn Layer>, UserError> {
    Err(UserError::new("Nothing is selected that this command applies to"))
}

/// Says which of some new names is taken, twice there, missing, or against the rules.
fn taken<'a>(
    kind: &str,
    named: Named,
    names: &[String],
    listed: impl Iterator<Item = &'a str>,
    view: &View<'_>,
) -> Option<UserError> {
    if names.is_empty() {
        return Some(UserError::new(format!("the {kind} name is missing")));
    }
    for (at, name) in names.iter().enumerate() {
        let before = names.get(..at).unwrap_or_default();
        if let Some(twin) = before.iter().find(|twin| twin.eq_ignore_ascii_case(name)) {
            return Some(UserError::new(format!("`{twin}` and `{name}` are the same name to IAM")));
        }
    }
    for held in listed {
        if let Some(name) = names.iter().find(|name| name.eq_ignore_ascii_case(held)) {
            let same = if name == held { "" } else { ": names that differ only in case are the same" };
            return Some(UserError::new(format!("there is a {kind} `{held}` already{same}")));
        }
    }
    names.iter().find_map(|name| view.names.objection(named, name))
}

/// Every command, in the order of menus.
pub const COMMANDS: &[Command] = &[
    create_user::COMMAND,
    create_group::COMMAND,
    create_role::COMMAND,
    create_provider::OIDC,
    create_provider::SAML,
    create_role::FOR_PROVIDER,
    instance_profile::CREATE,
    server_certificate::UPLOAD,
    add_member::TO_GROUPS,
    add_member::USERS,
    move_user::COMMAND,
    remove_member::MEMBER,
    remove_member::LEAVE,
    remove_member::FROM_GROUPS,
    remove_member::USERS,
    attach_policy::POLICIES,
    attach_policy::ENTITIES,
    grant::COMMAND,
    detach_policy::ATTACHED,
    detach_policy::INLINE,
    detach_policy::POLICIES,
    detach_policy::ENTITIES,
    set_boundary::SET,
    set_boundary::BOUNDARY,
    set_boundary::REMOVE,
    compare_versions::COMMAND,
    trim_policy::COMMAND,
    set_default_version::COMMAND,
    set_default_version::BACK,
    delete_version::COMMAND,
    edit_role::COMMAND,
    edit_provider::THUMBPRINTS,
    create_provider::METADATA,
    edit_tags::COMMAND,
    edit_tags::OF_DEVICE,
    change_tags::COMMAND,
    edit_tags::REMOVE,
    rename_entity::COMMAND,
    clone_entity::COMMAND,
    delete_user::DISABLE,
    delete_user::COMMAND,
    delete_user::ENABLE,
    lock_out::COMMAND,
    delete_group::COMMAND,
    delete_role::COMMAND,
    delete_policy::COMMAND,
    edit_provider::ADD_AUDIENCE,
    edit_provider::REMOVE_AUDIENCE,
    edit_provider::DELETE,
    instance_profile::ADD_ROLE,
    instance_profile::REMOVE_ROLE,
    instance_profile::DELETE,
    server_certificate::DELETE,
    assign_mfa::COMMAND,
    remove_mfa::RESYNC,
    remove_mfa::REMOVE,
    remove_mfa::LEFT_OVER,
    create_access_key::COMMAND,
    access_key::SWITCH,
    access_key::ROTATE,
    access_key::DESCRIBE,
    access_key::DELETE,
    manage_console::COMMAND,
    service_credential::CREATE,
    service_credential::SWITCH,
    service_credential::RESET,
    service_credential::DELETE,
    upload_key::SSH,
    upload_key::CERTIFICATE,
    revoke_sessions::COMMAND,
    findings::ARCHIVE,
    findings::RESOLVE,
    root_access::COMMAND,
    events::PRESET,
    events::FOLLOW,
    events::EXPLAIN,
    events::UNDO,
    clean_up::COMMAND,
    clean_up::DAYS,
    analyzers::CREATE,
    analyzers::CREATE_RULE,
    analyzers::DELETE,
    analyzers::DELETE_RULE,
    limit_sessions::COMMAND,
    revoke_signin_sessions::SELECTED,
    revoke_signin_sessions::ALL,
    assign_mfa::MYSELF,
    edit_password_policy::COMMAND,
    account_settings::SET_ALIAS,
    account_settings::TOKENS,
    account_settings::OUTBOUND,
    account_settings::DELETE_ALIAS,
    edit_policy::CREATE_POLICY,
    edit_policy::EDIT_POLICY,
    edit_policy::EDIT_VERSION,
    edit_policy::EDIT_INLINE_POLICY,
    edit_policy::EDIT_TRUST_POLICY,
    edit_policy::COPY_POLICY,
    edit_policy::CREATE_INLINE_POLICY,
    edit_policy::EDIT_FILE,
    import_table::COMMAND,
    remove_mfa::CLEAN_UP,
    manage_console::OWN,
    ask_access::WHO_CAN,
    ask_access::ACCESS,
    ask_access::ESCALATION,
    ask_access::REVIEW,
    ask_access::FIND,
    ask_access::SIMULATE,
    ask_access::EXPLAIN_DENIAL,
    save_report::OF_PRINCIPAL,
    save_report::OF_ACCOUNT,
    save_report::CREDENTIALS,
    save_report::CODE,
];

/// The actions that open commands, with the fact that one fits.
const KEYS: &[(ItemAction, When)] = &[
    (ItemAction::New, When::New),
    (ItemAction::Edit, When::Edit),
    (ItemAction::Delete, When::Delete),
    (ItemAction::Add, When::Add),
    (ItemAction::WhoCan, When::WhoCan),
];

/// The commands that fit, the best first; those that need no selection last.
pub fn fitting(selection: &Selection) -> Vec<&'static Command> {
    let mut found: Vec<(Fit, &Command)> = COMMANDS.iter().map(|verb| ((verb.fit)(selection), verb)).collect();
    found.retain(|(fit, _)| *fit != Fit::No);
    found.sort_by_key(|(fit, _)| *fit);
    found.into_iter().map(|(_, verb)| verb).collect()
}

/// The commands that fit nothing that is selected, with what each wants.
pub fn misfits(selection: &Selection) -> impl Iterator<Item = (&'static Command, String)> {
    COMMANDS.iter().filter(|verb| (verb.fit)(selection) == Fit::No).map(|verb| (verb, wanted(verb)))
}

/// What must be selected for a command.
fn wanted(verb: &Command) -> String {
    let policy = Arn::parse("arn:aws:iam::123456789012:policy/a").ok().map(ResourceRef::Policy);
    let samples = [ResourceRef::User("a".into()), ResourceRef::Group("a".into()), ResourceRef::Role("a".into())];
    let fits = |entity: ResourceRef| {
        let kind = Kind::of(&entity);
        let selection = Selection::of(kind, [entity]);
        if (verb.fit)(&selection) != Fit::No {
            return Some(kind.singular().to_owned());
        }
        let disabled = Selection { is_disabled: true, ..selection };
        ((verb.fit)(&disabled) != Fit::No).then(|| format!("disabled {}", kind.singular()))
    };
    match samples.into_iter().chain(policy).filter_map(fits).collect::<Vec<_>>().as_slice() {
        [] => "the cursor on its row, on the page of what has it".to_owned(),
        kinds => format!("a {} to be selected", kinds.join(" or ")),
    }
}

/// How well a command fits what is selected when its key is pressed: on a row, what deletes is about that row.
fn fit_of_key(verb: &Command, selection: &Selection, action: ItemAction) -> Fit {
    let fit = (verb.fit)(selection);
    if action == ItemAction::Delete && selection.on_row && fit >= Fit::Also { Fit::No } else { fit }
}

/// The commands of one key: those that fit best, and no others.
fn of_key(selection: &Selection, action: ItemAction) -> Vec<&'static Command> {
    let keyed = |verb: &&Command| action == ItemAction::Menu || verb.key == Some(action);
    let fits = |verb: &Command| fit_of_key(verb, selection, action);
    let found = fitting(selection).into_iter().filter(keyed).filter(|verb| fits(verb) < Fit::Anywhere);
    let found: Vec<&Command> = found.collect();
    let best = found.first().map(|verb| fits(verb));
    found.into_iter().filter(|verb| action == ItemAction::Menu || Some(fits(verb)) == best).collect()
}

/// States which keys of commands mean something here.
pub fn facts(facts: Context, selection: &Selection) -> Context {
    let fits = |action| {
        COMMANDS.iter().any(|verb| verb.key == Some(action) && fit_of_key(verb, selection, action) < Fit::Anywhere)
    };
    let any = COMMANDS.iter().any(|verb| (verb.fit)(selection) < Fit::Anywhere);
    let keyed = KEYS.iter().fold(facts, |facts, (action, fact)| facts.with(*fact, fits(*action)));
    keyed.with(When::Verbs, any).labelled(ItemAction::Delete, word_of_delete(selection))
}

/// What the key that takes away does here: whether it deletes, detaches, removes, revokes or disables.
fn word_of_delete(selection: &Selection) -> Option<&'static str> {
    let keyed = COMMANDS.iter().filter(|verb| verb.key == Some(ItemAction::Delete));
    let fitting = keyed.map(|verb| (fit_of_key(verb, selection, ItemAction::Delete), verb));
    let fitting = fitting.filter(|(fit, _)| *fit < Fit::Anywhere);
    let best = fitting.clone().map(|(fit, _)| fit).min()?;
    let best = fitting.filter(|(fit, _)| *fit == best);
    let mut words = best.filter_map(|(_, verb)| verb.name.split(' ').next());
    let word = words.next()?;
    words.all(|other| other == word).then_some(word)
}

/// What the key of a command does: its flow where one command fits best, else a menu of those that do.
pub fn press(action: ItemAction, selection: &Selection, view: &View<'_>) -> Vec<UiEffect> {
    match of_key(selection, action).as_slice() {
        [] => Vec::new(),
        [one] if action != ItemAction::Menu => open(one, selection, view),
        several => {
            let items = several.iter().map(|verb| {
                // Only the key that leads straight there: one that opens a choice of its own would stand on many.
                let leads = |action: &ItemAction| {
                    matches!(of_key(selection, *action).as_slice(), [only] if only.name == verb.name)
                };
                let own = verb.key.filter(leads);
                let keys = own.map_or(&[][..], |action| view.keymap.keys(Scope::Page, action));
                let key = keys.first().map(|key| key.label()).unwrap_or_default();
                Item::choice(label(verb, selection), None)
                    .key(key)
                    .leading(vec![UiEffect::OpenCommand(verb, Box::new(selection.clone()))])
            });
            vec![UiEffect::Open(Box::new(Menu::choose(MenuId::Verbs, selection.describe(), items.collect(), 0)))]
        }
    }
}

/// The command's name, with the item under the cursor where it is about that.
fn label(verb: &Command, selection: &Selection) -> String {
    match &selection.item {
        Some(item) if (verb.fit)(selection) == Fit::TabItem => format!("{}: {}", verb.name, item.name()),
        _ => verb.name.to_owned(),
    }
}

/// Opens the flow of a command, or says what it wants.
pub fn open_command(verb: &Command, selection: &Selection, view: &View<'_>) -> Vec<UiEffect> {
    if (verb.fit)(selection) == Fit::No {
        let told = UserError::new(format!("{} needs {}", verb.name, wanted(verb)));
        return vec![UiEffect::Say(Notice { told, tone: Tone::Info })];
    }
    open(verb, selection, view)
}

fn open(verb: &Command, selection: &Selection, view: &View<'_>) -> Vec<UiEffect> {
    match (verb.open)(selection, view) {
        Ok(layer) => vec![UiEffect::Open(layer)],
        Err(told) => vec![UiEffect::Say(Notice { told, tone: Tone::Failed })],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_unique_and_help_is_a_sentence() {
        let mut names = HashSet::new();
        for verb in COMMANDS {
            assert!(names.insert(verb.name), "{} twice", verb.name);
            assert!(verb.help.ends_with('.') && verb.help.starts_with(char::is_uppercase), "{}", verb.help);
            let keyed = verb.key.is_none_or(|key| KEYS.iter().any(|(action, _)| *action == key));
            assert!(keyed, "{}: the key opens no verbs", verb.name);
        }
    }

    #[test]
    fn every_file_of_a_verb_has_its_line() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/ui/wizards");
        let own = include_str!("wizards.rs");
        let files = std::fs::read_dir(folder).map(|files| files.flatten().collect::<Vec<_>>()).unwrap_or_default();
        for file in files {
            let text = std::fs::read_to_string(file.path()).unwrap_or_default();
            let name = file.file_name().to_string_lossy().replace(".rs", "");
            for line in text.lines().filter(|line| line.starts_with("pub const ") && line.contains(": Command =")) {
                let verb = line.trim_start_matches("pub const ").split(':').next().unwrap();
                assert!(own.contains(&format!("    {name}::{verb},")), "{name}::{verb} is in no list");
            }
        }
    }
}
