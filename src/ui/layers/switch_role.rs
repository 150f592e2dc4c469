//! Switching to a role, as the console of AWS asks for it.

use ratatui::layout::Rect;

use crate::backend::Choice;
use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::config::recent::{Colour, RoleChoice};
use crate::input::{Action, Context, FormAction, Nav, Scope};
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::form::{Acted, Field, Form, Input};
use crate::ui::frame::Frame;
use crate::ui::layer::Layer;
use crate::ui::layout::{inner, split_top};
use crate::ui::page::View;
use crate::ui::widgets::failure::wrap;
use crate::ui::widgets::panel::panel;

/// What the form begins with.
#[derive(Debug, Clone)]
pub struct Start {
    /// The partition of the account in sight.
    pub partition: String,
    /// The number of the account in sight.
    pub account: String,
    /// Its alias, where it is known.
    pub alias: Option<String>,
    /// The role in sight.
    pub role: Option<Arn>,
    /// What its trust policy wants, with the MFA device of whoever is signed in.
    pub external_id: Option<String>,
    /// The device, where the trust policy asks for MFA.
    pub mfa_serial: Option<String>,
    /// The roles that were switched to lately.
    pub recent: Vec<RoleChoice>,
    /// What was tried and refused, to be put right, and why.
    pub refused: Option<(RoleChoice, UserError)>,
}

/// How long sessions can be asked to last, in hours.
const HOURS: &[&str] = &["1 h", "2 h", "4 h", "8 h", "12 h"];
const SECONDS: &[i32] = &[3_600, 7_200, 14_400, 28_800, 43_200];

/// The form.
#[derive(Debug)]
pub struct SwitchRole {
    form: Form,
    start: Start,
    /// Which of the recent roles the fields were filled in from; none: by hand.
    filled: Option<usize>,
}

impl SwitchRole {
    /// A form, filled in from the role in sight.
    pub fn new(start: Start) -> Self {
        let any = |_: &str| Ok(());
        let fields = vec![
            Field::text("account", "Account ID or alias", "12 digits, or the alias of this account.", any),
            Field::text("role", "IAM role name", "With its path, without a leading slash. You can paste an ARN.", name),
            Field::text("display", "Display name - optional", "Shown in the header.", any),
            Field::choice("colour", "Display colour", "Shown in the header.", Colour::NAMES),
            Field::text("external", "External ID - optional", "If the trust policy of the role requires one.", any),
            Field::text("mfa", "MFA device - optional", "ARN or serial number, if the trust policy requires MFA.", any),
            Field::choice("duration", "Session duration", "At most the maximum session duration of the role.", HOURS),
        ];
        let mut new = Self { form: Form::new("Switch role", fields), start, filled: None };
        new.set("account", &new.start.account.clone());
        if let Some(arn) = new.start.role.clone() {
            new.fill_in(&arn);
            new.set("external", &new.start.external_id.clone().unwrap_or_default());
            new.set("mfa", &new.start.mfa_serial.clone().unwrap_or_default());
        }
        if let Some((tried, _)) = new.start.refused.clone() {
            new.fill_in_whole(&tried);
        }
        new
    }

    fn set(&mut self, id: &str, text: &str) {
        if let Some(Input::Text(line)) = self.form.field(id).map(|field| &mut field.input) {
            line.set(text);
        }
    }

    fn pick(&mut self, id: &str, to: usize) {
        if let Some(Input::Choice { at, .. }) = self.form.field(id).map(|field| &mut field.input) {
            *at = to;
        }
    }

    /// Takes an ARN apart into account and role.
    fn fill_in(&mut self, arn: &Arn) {
        arn.partition().clone_into(&mut self.start.partition);
        self.set("account", arn.account());
        let role = arn.resource().strip_prefix("role/").unwrap_or(arn.resource()).to_owned();
        self.set("role", &role);
    }

    /// Fills the form in from the next of the recent roles.
    fn recall(&mut self) {
        let next = self.filled.map_or(0, |at| at + 1);
        let at = if next < self.start.recent.len() { next } else { 0 };
        let Some(role) = self.start.recent.get(at).cloned() else { return };
        self.filled = Some(at);
        self.fill_in_whole(&role);
    }

    fn fill_in_whole(&mut self, role: &RoleChoice) {
        if let Ok(arn) = Arn::parse(&role.arn) {
            self.fill_in(&arn);
        }
        self.set("display", &role.display);
        self.set("external", role.external_id.as_deref().unwrap_or_default());
        self.set("mfa", role.mfa_serial.as_deref().unwrap_or_default());
        self.pick("colour", (0..Colour::NAMES.len()).find(|at| Colour::at(*at) == role.colour).unwrap_or(0));
        self.pick("duration", SECONDS.iter().position(|held| Some(*held) == role.duration).unwrap_or(0));
    }

    /// Objects to an account that cannot be told.
    fn check(&mut self) {
        if let Ok(arn) = Arn::parse(self.form.text("role").trim()) {
            self.fill_in(&arn);
        }
        let account = self.account();
        let objection = account.is_none().then(|| {
            UserError::new("The alias of another account cannot be looked up.").hint("Enter the 12-digit account ID.")
        });
        if let Some(field) = self.form.field("account") {
            field.objection = objection;
        }
    }

    fn account(&self) -> Option<String> {
        let text: String = self.form.text("account").trim().replace('-', "");
        let digits = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        let own = self.start.alias.as_deref() == Some(self.form.text("account").trim());
        if digits { Some(text) } else { own.then(|| self.start.account.clone()) }
    }

    fn done(&mut self) -> Vec<UiEffect> {
        self.check();
        if self.form.stop_at_problem() {
            return Vec::new();
        }
        let role = self.form.text("role").trim().trim_start_matches('/');
        let arn = format!("arn:{}:iam::{}:role/{role}", self.start.partition, self.account().unwrap_or_default());
        let given = |id| Some(self.form.text(id).trim().to_owned()).filter(|text| !text.is_empty());
        let choice = RoleChoice {
            arn,
            display: given("display").unwrap_or_default(),
            colour: Colour::at(self.form.choice("colour")),
            external_id: given("external"),
            mfa_serial: given("mfa"),
            // An hour is what AWS takes where nothing is asked for, and all that a role may give to a role.
            duration: SECONDS.get(self.form.choice("duration")).copied().filter(|seconds| *seconds != 3_600),
        };
        vec![UiEffect::Close, UiEffect::Connect(Choice::Role(choice))]
    }
}

fn name(text: &str) -> Result<(), UserError> {
    let name = text.trim();
    let good = |ch: char| ch.is_ascii_alphanumeric() || "+=,.@-_/:".contains(ch);
    match name {
        "" => Err(UserError::new("a role has a name")),
        _ if name.chars().all(good) => Ok(()),
        _ => Err(UserError::new("a role's name has letters, digits and `+=,.@-_`, its path slashes")),
    }
}

impl Layer for SwitchRole {
    fn context(&self, _view: &View<'_>) -> Context {
        Context::of(self.form.scopes())
    }

    fn title(&self) -> &'static str {
        "Switch role"
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Vec<UiEffect> {
        match action {
            Action::Nav(Nav::Back) => vec![UiEffect::Close],
            Action::Form(FormAction::NextStep) => self.done(),
            Action::Form(FormAction::PreviousStep) => {
                self.recall();
                Vec::new()
            }
            _ => match self.form.act(action) {
                Acted::Past => self.done(),
                Acted::Inside | Acted::Unmarked => {
                    self.check();
                    Vec::new()
                }
                Acted::Nothing => Vec::new(),
            },
        }
    }

    fn type_text(&mut self, text: &str, _view: &View<'_>) -> Vec<UiEffect> {
        self.form.type_text(text);
        self.check();
        Vec::new()
    }

    fn settle(&mut self, _view: &View<'_>, area: Rect) {
        self.form.settle(inner(area));
    }

    fn render(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let inside = panel(area, self.title(), frame);
        let told = self.start.refused.as_ref().map(|(_, told)| told);
        let width = inside.width.saturating_sub(2);
        let message = told.map(|told| wrap(&told.message, width)).unwrap_or_default();
        let hint = told.and_then(|told| told.hint.as_deref()).map(|hint| wrap(hint, width)).unwrap_or_default();
        let lines = u16::try_from(message.len() + hint.len()).unwrap_or_default();
        let foot = (2 + lines).min(inside.height / 2);
        let (body, foot) = split_top(inside, inside.height - foot);
        self.form.render(body, frame);
        let key = |action: FormAction| view.keymap.shown(Scope::Form, action);
        let recent = match (self.start.recent.len(), self.filled) {
            (0, _) | (1, Some(_)) => String::new(),
            (1, None) => format!("   {} fills in the last role", key(FormAction::PreviousStep)),
            (count, None) => format!("   {} fills in one of the last {count} roles", key(FormAction::PreviousStep)),
            (count, Some(at)) => {
                format!("   role {} of the last {count}; {} the next", at + 1, key(FormAction::PreviousStep))
            }
        };
        let said = message.iter().map(|line| (line, Look::Bad)).chain(hint.iter().map(|line| (line, Look::Muted)));
        for (y, (line, role)) in (foot.y..foot.bottom().saturating_sub(1)).zip(said) {
            frame.text(foot, foot.x + 1, y, line, role);
        }
        let text = format!("{} switches{recent}", key(FormAction::NextStep));
        frame.text(foot, foot.x + 1, foot.y + foot.height.saturating_sub(1), &text, Look::Muted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(role: Option<&str>) -> SwitchRole {
        let old = RoleChoice {
            arn: "arn:aws:iam::444455556666:role/ops/Deploy".into(),
            display: "deploy".into(),
            colour: Colour::Red,
            external_id: Some("x-1".into()),
            mfa_serial: None,
            duration: Some(7_200),
        };
        SwitchRole::new(Start {
            partition: "aws".into(),
            account: "123456789012".into(),
            alias: Some("acme".into()),
            role: role.and_then(|arn| Arn::parse(arn).ok()),
            external_id: Some("id-1".into()),
            mfa_serial: Some("arn:aws:iam::123456789012:mfa/ada".into()),
            recent: vec![old],
            refused: None,
        })
    }

    #[track_caller]
    fn check(mut form: SwitchRole, change: impl FnOnce(&mut SwitchRole), arn: Option<&str>) -> Option<RoleChoice> {
        change(&mut form);
        let found = match form.done().pop() {
            Some(UiEffect::Connect(Choice::Role(role))) => Some(role),
            _ => None,
        };
        assert_eq!(found.as_ref().map(|role| role.arn.as_str()), arn);
        found
    }

    #[test]
    fn a_role_is_named_by_account_and_name_or_by_its_arn() {
        check(form(None), |form| form.set("role", "Admin"), Some("arn:aws:iam::123456789012:role/Admin"));
        check(form(None), |form| form.set("role", " /a/b/Admin"), Some("arn:aws:iam::123456789012:role/a/b/Admin"));
        let arn = "arn:aws-cn:iam::444455556666:role/x/Admin";
        check(form(None), |form| form.set("role", arn), Some(arn));
        check(form(Some(arn)), |_| {}, Some(arn));
    }

    #[test]
    fn an_account_is_its_number_or_its_own_alias() {
        let with = |account: &'static str| {
            move |form: &mut SwitchRole| {
                form.set("account", account);
                form.set("role", "Admin");
            }
        };
        check(form(None), with("1111-2222-3333"), Some("arn:aws:iam::111122223333:role/Admin"));
        check(form(None), with("acme"), Some("arn:aws:iam::123456789012:role/Admin"));
        check(form(None), with("other"), None);
        check(form(None), |_| {}, None);
    }

    #[test]
    fn what_the_trust_policy_of_the_role_in_sight_wants_is_filled_in() {
        let arn = "arn:aws:iam::123456789012:role/ops";
        let role = check(form(Some(arn)), |_| {}, Some(arn)).unwrap();
        assert_eq!(role.external_id.as_deref(), Some("id-1"));
        assert_eq!(role.mfa_serial.as_deref(), Some("arn:aws:iam::123456789012:mfa/ada"));
        let by_hand = check(form(None), |form| form.set("role", "ops"), Some(arn)).unwrap();
        assert_eq!((by_hand.external_id, by_hand.mfa_serial), (None, None));
    }

    #[test]
    fn a_recent_role_is_filled_in_whole() {
        let arn = "arn:aws:iam::444455556666:role/ops/Deploy";
        let role = check(form(None), SwitchRole::recall, Some(arn)).unwrap();
        assert_eq!((role.display.as_str(), role.colour, role.duration), ("deploy", Colour::Red, Some(7_200)));
        assert_eq!(role.external_id.as_deref(), Some("x-1"));
    }
}
