//! Creating a role: whom it trusts, what it may do, its name.

mod trusted;

use crate::backend::{Load, Urgency};
use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::catalog::service_linked::Linked;
use crate::catalog::use_cases::UseCase;
use crate::config::Named;
use crate::input::ItemAction;
use crate::model::{ResourceRef, Tag};
use crate::plan::builders::{CreateRole, CreateServiceLinkedRole, Trusted};
use crate::plan::items::signin_duration;
use crate::theme::Look;
use crate::ui::editor::{Editor, Subject};
use crate::ui::effect::UiEffect;
use crate::ui::form::pick::Pick;
use crate::ui::form::{Field, Form, check};
use crate::ui::layer::Layer;
use crate::ui::message::UiMessage;
use crate::ui::page::View;
use crate::ui::place::Kind;
use crate::ui::selection::Selection;
use crate::ui::wizard::{Flow, Wizard};

use super::edit_policy::SKELETON;
use super::offer::{self, later};
use super::summary::Lines;
use super::{Command, Fit, nothing, review, tags, taken};
use trusted::TrustedEntity;

/// Creates a role.
pub const COMMAND: Command = Command {
    name: "create role",
    help: "Create a role for an AWS service, an account, or federated users.",
    key: Some(ItemAction::New),
    fit: |selection| {
        if selection.kind == Some(Kind::Roles) && selection.tab.is_none() { Fit::Page } else { Fit::Anywhere }
    },
    open: |_: &Selection, _| Ok(Box::new(Wizard::new(CreateRoles::default()))),
};

/// Creates a role for the identity provider that is selected.
pub const FOR_PROVIDER: Command = Command {
    name: "create role for this provider",
    help: "Create a role for users of the selected identity provider.",
    key: Some(ItemAction::New),
    fit: |selection| match (selection.one(), selection.tab) {
        (Some(ResourceRef::Provider(_)), Some(_)) => Fit::Also,
        (Some(ResourceRef::Provider(_)), None) => Fit::Page,
        _ => Fit::No,
    },
    open: |selection, _| match selection.one() {
        Some(ResourceRef::Provider(arn)) => {
            let provider = Some(arn.clone());
            Ok(Box::new(Wizard::new(CreateRoles { provider, ..CreateRoles::default() })))
        }
        _ => nothing(),
    },
};

const POLICIES: &str = "policies";
const BOUND: &str = "bound";
const BOUNDARY: &str = "boundary";
const NAME: &str = "name";
const DESCRIPTION: &str = "description";
const PATH: &str = "path";
const SESSION: &str = "session";
const SECONDS: &str = "seconds";
const SIGNIN: &str = "signin";
/// What is said of the longest sign-in session.
pub const SIGNIN_HELP: &str = "1h to 90d, such as 8h or 30d: the AWS CLI, agents and browsers. Empty: not set.";
const TAGS: &str = "tags";
const PROFILE: &str = "profile";
const OTHER_HALF: &str = "other-half";
const OWN_POLICY: &str = "own-policy";
const OWN_NAME: &str = "own-name";
/// Said of the policy of a service-linked role.
const OWN: &str = "The service attaches it and keeps it; nothing else can be attached.";

/// The longest sessions that the console offers, in hours; the last option asks for seconds.
pub const HOURS: [u32; 5] = [1, 2, 4, 8, 12];
/// How the longest sessions are offered.
pub const SESSIONS: &[&str] = &["1 hour", "2 hours", "4 hours", "8 hours", "12 hours", "custom"];

/// The wizard that creates a role.
#[derive(Debug, Default)]
struct CreateRoles {
    trusted: TrustedEntity,
    /// The identity provider that is picked to begin with.
    provider: Option<Arn>,
    /// The description that was proposed last: one that the user wrote is left alone.
    proposed: String,
    /// The use case whose usual policies were picked last.
    use_case: Option<&'static UseCase>,
    seen: Option<u64>,
}

impl CreateRoles {
    /// The role as it is answered so far.
    fn role(forms: &[Form]) -> Option<CreateRole> {
        let [trusted, permissions, details] = forms else { return None };
        let trust = TrustedEntity::answer(trusted)?;
        let hours = HOURS.get(details.choice(SESSION)).map(|hours| hours * 3600);
        let has_profile = has_profile(trusted, &trust);
        Some(CreateRole {
            name: details.text(NAME).to_owned(),
            path: Some(details.text(PATH)).filter(|path| !path.is_empty()).map(str::to_owned),
            description: details.text(DESCRIPTION).to_owned(),
            max_session: hours.or_else(|| details.text(SECONDS).trim().parse().ok()).filter(|seconds| *seconds != 3600),
            max_signin: signin_duration(details.text(SIGNIN)).ok(),
            trust,
            // What a use case picks counts before the list has arrived.
            policies: permissions.pick(POLICIES).map(Pick::wanted).unwrap_or_default(),
            boundary: permissions.picked(BOUNDARY).into_iter().next(),
            tags: details.entries(TAGS).iter().map(|text| tags::read(text)).collect::<Vec<Tag>>(),
            instance_profile: has_profile && details.is_on(PROFILE),
        })
    }

    /// The service-linked role as it is answered so far.
    fn linked(forms: &[Form]) -> Option<CreateServiceLinkedRole> {
        let [trusted, _, details] = forms else { return None };
        let (own, suffix) = TrustedEntity::linked(trusted)?;
        Some(CreateServiceLinkedRole {
            service: own.service.to_owned(),
            suffix,
            description: details.text(DESCRIPTION).to_owned(),
            tags: details.entries(TAGS).iter().map(|text| tags::read(text)).collect(),
        })
    }

    /// Picks the usual policies of a use case in place of those of the one before.
    fn propose_policies(&mut self, case: Option<&'static UseCase>, form: &mut Form, view: &View<'_>) {
        if self.use_case == case {
            return;
        }
        let partition = view.account.identity().map_or("aws", |identity| identity.arn.partition());
        let of = |case: Option<&'static UseCase>| case.map(|case| case.policy_arns(partition)).unwrap_or_default();
        let (old, new) = (of(self.use_case), of(case));
        if let Some(pick) = form.pick_mut(POLICIES) {
            let kept = pick.wanted().into_iter().filter(|arn| !old.contains(arn));
            pick.set(kept.chain(new).collect());
        }
        self.use_case = case;
    }

    fn settle_permissions(form: &mut Form, own: Option<&Linked>, view: &View<'_>, is_stale: bool) {
        form.ask(POLICIES, own.is_none());
        form.ask(BOUND, own.is_none());
        form.ask(OWN_POLICY, own.is_some());
        if let Some(own) = own {
            form.tell(OWN_POLICY, vec![(own.policy.to_owned(), Look::Text), (OWN.to_owned(), Look::Muted)]);
        }
        let bound = own.is_none() && form.is_on(BOUND);
        form.ask(BOUNDARY, bound);
        if is_stale {
            form.offer(POLICIES, offer::policies(view));
            form.offer(BOUNDARY, offer::boundaries(view));
        }
        let missing = bound && form.picked(BOUNDARY).is_empty();
        form.object(BOUNDARY, missing.then(|| UserError::new("no policy is selected: press Space")));
    }

    fn settle_details(&mut self, trusted: &Form, form: &mut Form, view: &View<'_>) {
        let own = TrustedEntity::linked(trusted);
        let listed = || view.account.roles().rows().iter().map(|role| role.name.as_str());
        for id in [NAME, PATH, SESSION] {
            form.ask(id, own.is_none());
        }
        form.ask(OWN_NAME, own.is_some());
        if let Some((own, suffix)) = &own {
            let name = own.name(suffix.as_deref());
            let is_taken = listed().any(|other| other.eq_ignore_ascii_case(&name));
            form.tell(OWN_NAME, vec![(name, Look::Text)]);
            form.object(DESCRIPTION, is_taken.then(|| UserError::new("this service-linked role already exists")));
        } else {
            form.object(DESCRIPTION, None);
            form.object(NAME, taken("role", Named::Role, &[form.text(NAME).to_owned()], listed(), view));
        }
        let trust = TrustedEntity::answer(trusted);
        let entries = form.entries(TAGS);
        form.object(TAGS, tags::objection(&entries));
        form.remark(TAGS, tags::remark(&entries));
        form.ask(SECONDS, own.is_none() && form.choice(SESSION) == HOURS.len());
        form.ask(SIGNIN, own.is_none());
        form.ask(PROFILE, trust.as_ref().is_some_and(|trust| has_profile(trusted, trust)));
        let case = TrustedEntity::use_case(trusted).map(|case| case.description.to_owned());
        let proposed = case.or_else(|| trust.as_ref().map(description)).unwrap_or_default();
        if form.text(DESCRIPTION) == self.proposed && proposed != self.proposed {
            form.prefill(DESCRIPTION, &proposed.as_str().into());
            self.proposed = proposed;
        }
    }
}

impl Flow for CreateRoles {
    fn title(&self) -> &'static str {
        "Create role"
    }

    fn forms(&self) -> Vec<Form> {
        let policies = "Optional. Type to filter, Space selects; F2 creates a policy and selects it.";
        let bound = "Optional: the most that the role may ever do, whatever its policies allow.";
        let permissions = vec![
            Field::pick(POLICIES, "Permissions policies", policies, Pick::many()),
            Field::switch(BOUND, "Permissions boundary", bound, false),
            Field::pick(BOUNDARY, "Boundary policy", "Space selects one.", Pick::one()).hidden(),
            Field::note(OWN_POLICY, "Permissions policy").hidden(),
        ];
        let session = "How long a session of the role may last at most.";
        let details = vec![
            Field::note(OWN_NAME, "Role name").hidden(),
            Field::text(NAME, "Role name", "It cannot be changed later. At most 64 characters.", check::role_name),
            Field::text(DESCRIPTION, "Description", "Optional, at most 1,000 characters.", check::role_description),
            Field::text(PATH, "Path", "Such as `/service-role/`; empty: `/`. Policies can name it.", check::path),
            Field::choice(SESSION, "Maximum session", session, SESSIONS),
            Field::text(SECONDS, "Seconds", "From 3600 to 43200.", seconds).hidden(),
            Field::list(TAGS, "Tags", "Written `key=value`; Enter adds one. Optional, at most 50.", check::tag),
            Field::switch(PROFILE, "Instance profile", "Of the same name; EC2 instances get the role by it.", true),
            Field::text(SIGNIN, "Sign-in session", SIGNIN_HELP, check::signin_duration),
            Field::note(OTHER_HALF, "In the other account").hidden(),
        ];
        let trusted = TrustedEntity::form(self.provider.as_ref());
        vec![trusted, Form::new("Permissions", permissions), Form::new("Name", details)]
    }

    fn settle(&mut self, forms: &mut [Form], view: &View<'_>) {
        let is_stale = self.seen.replace(view.revision) != Some(view.revision);
        let role = {
            let [trusted, permissions, details] = &mut *forms else { return };
            self.trusted.settle(trusted, view, is_stale);
            self.propose_policies(TrustedEntity::use_case(trusted), permissions, view);
            let own = TrustedEntity::linked(trusted).map(|(own, _)| own);
            Self::settle_permissions(permissions, own, view, is_stale);
            self.settle_details(trusted, details, view);
            Self::role(forms)
        };
        if let (Some(role), [.., details]) = (role, forms) {
            let lines = other_half(&role, view);
            details.ask(OTHER_HALF, !lines.is_empty());
            details.tell(OTHER_HALF, lines);
        }
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        let lists = [Load::Roles, Load::InstanceProfiles, Load::Summary, Load::OidcProviders, Load::SamlProviders];
        later(&lists).chain(later(offer::POLICIES)).chain(self.trusted.wants()).collect()
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        if let Some(own) = Self::linked(forms) {
            return own.plan(view.account).map(review).map_err(|error| error.user_error());
        }
        let Some(role) = Self::role(forms) else { return Ok(Vec::new()) };
        role.plan(view.account).map(review).map_err(|error| error.user_error())
    }

    fn inside(&self, field: &str, _view: &View<'_>) -> Option<Box<dyn Layer>> {
        self.has_inside(field).then(|| Box::new(Editor::new(Subject::New, SKELETON)) as Box<dyn Layer>)
    }

    fn has_inside(&self, field: &str) -> bool {
        field == POLICIES
    }

    /// A policy that was created on the way is picked.
    fn on_message(&mut self, forms: &mut [Form], message: &UiMessage, view: &View<'_>) -> Vec<UiEffect> {
        let UiMessage::Applied { run } = message else { return Vec::new() };
        let Some(live) = view.runs.get(run) else { return Vec::new() };
        let created = live
            .run
            .plan()
            .steps
            .iter()
            .find_map(|step| live.run.gives(&step.id)?.get("Policy.Arn")?.as_str().map(str::to_owned));
        if let (Some(arn), [_, permissions, _]) = (created, forms)
            && let Some(pick) = permissions.pick_mut(POLICIES)
        {
            pick.add(arn);
        }
        self.seen = None;
        Vec::new()
    }

    fn draft(&self) -> Option<String> {
        // A draft would put another provider in the place of the one that is picked.
        self.provider.is_none().then(|| "create-role".to_owned())
    }
}

/// Whether the role is used through an instance profile.
fn has_profile(trusted: &Form, trust: &Trusted) -> bool {
    TrustedEntity::use_case(trusted).map_or_else(|| is_for_ec2(trust), |case| case.instance_profile)
}

/// Whether the role is one for EC2 instances, which get it through an instance profile.
fn is_for_ec2(trust: &Trusted) -> bool {
    matches!(trust, Trusted::Service { principals, .. } if principals.iter().any(|it| it.starts_with("ec2.amazonaws.com")))
}

/// The description that the console proposes.
fn description(trust: &Trusted) -> String {
    match trust {
        Trusted::Service { .. } if is_for_ec2(trust) => {
            "Allows EC2 instances to call AWS services on your behalf.".to_owned()
        }
        Trusted::Service { principals, .. } => {
            let service = principals.iter().find_map(|it| it.split('.').next()).unwrap_or("the service");
            format!("Allows {service} to call AWS services on your behalf.")
        }
        _ => String::new(),
    }
}

/// Seconds that IAM takes as the longest session of a role.
pub fn seconds(text: &str) -> Result<(), UserError> {
    match text.trim().parse::<u32>() {
        Ok(3600..=43_200) => Ok(()),
        _ => Err(UserError::new("a session lasts from 3600 to 43200 seconds at most")),
    }
}

/// What the administrator of another account has to allow there, beside the trust of this role.
fn other_half(role: &CreateRole, view: &View<'_>) -> Lines {
    let own = view.account.identity().map(|identity| identity.account.as_str());
    match (&role.trust, role.arn(view.account)) {
        (Trusted::Account { account: Some(account), .. }, Some(arn))
            if Some(account.as_str()) != own && !role.name.is_empty() =>
        {
            vec![
                (format!("Account {account} allows its users or roles:"), Look::Muted),
                (r#"{"Effect": "Allow", "Action": "sts:AssumeRole","#.to_owned(), Look::Text),
                (format!(r#" "Resource": "{arn}"}}"#), Look::Text),
            ]
        }
        _ => Lines::new(),
    }
}
