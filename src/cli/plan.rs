//! `iamtui plan`: what would be changed, as code, without changing anything.

mod certificate;
mod clone;
mod create_users;
mod evidence;
mod grant;
mod instance_profile;
mod lock_out;
mod make;
mod policy;
mod provider;
mod role;
mod sessions;
mod settings;
mod table;
mod tags;
mod trim_policy;

use clap::{Subcommand, ValueEnum};
use jiff::Timestamp;

use self::certificate::{Certificate, DeleteCertificate, UploadCertificate};
use self::clone::CloneEntity;
use self::create_users::CreateUsers;
use self::grant::Grant;
use self::instance_profile::{AddRole, CreateInstanceProfile, DeleteInstanceProfile, RemoveRole};
use self::lock_out::LockOut;
use self::make::{Attach, Bound, CreateGroup, CreateUser, Make, Members, Names, Rename, Unbound};
use self::policy::CreatePolicy;
use self::provider::{
    AddAudience, CreateOidcProvider, CreateSamlProvider, DeleteProvider, RemoveAudience, ReplaceMetadata,
    SetThumbprints,
};
use self::role::{CreateRole, CreateServiceLinkedRole, DeleteRole, EditRole};
use self::sessions::{LimitSessions, RevokeSessions};
use self::settings::{DeleteAccountAlias, OutboundFederation, SetAccountAlias, SetPasswordPolicy, SetTokenVersion};
use self::tags::Tags;
use self::trim_policy::TrimPolicy;
use super::account::{self, Opened};
use super::output::{Output, Syntax};
use super::source::SourceArgs;
use super::{Failure, Outcome};
use crate::backend::Load;
use crate::base::error::UserError;
use crate::config::{Config, Folders};
use crate::insight::guards;
use crate::model::{Account, LoadError};
use crate::plan::Plan;
use crate::plan::render::{self, render};

/// Print a change of an account as code, or as a plan for `iamtui apply`; nothing is changed
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

/// What can be planned.
#[derive(Debug, Subcommand)]
enum What {
    /// Create users with console access, permissions and an access key
    CreateUser(With<CreateUser>),
    /// Create the users that a file lists
    CreateUsers(With<CreateUsers>),
    /// Delete users and everything that belongs to them
    DeleteUser(With<Names<make::DeleteUser>>),
    /// Disable users: keep them, block all their access
    DisableUser(With<Names<make::DisableUser>>),
    /// Lock out a user or role: deny everything, revoke sessions, deactivate credentials
    LockOut(With<LockOut>),
    /// Revoke sign-in sessions: the AWS CLI, agents and browsers that somebody is signed in with
    RevokeSessions(With<RevokeSessions>),
    /// Limit how long sign-in sessions of a user may last
    LimitSessions(With<LimitSessions>),
    /// Create a group with policies and members
    CreateGroup(With<CreateGroup>),
    /// Create a policy, or several where its document is too long, and attach it
    CreatePolicy(With<CreatePolicy>),
    /// Remove from a policy the actions that nobody who has it used
    TrimPolicy(With<TrimPolicy>),
    /// Create a role for an AWS service, an account, or federated users
    CreateRole(With<CreateRole>),
    /// Create the role that an AWS service uses for itself
    CreateServiceLinkedRole(With<CreateServiceLinkedRole>),
    /// Change the description or maximum session duration of a role
    EditRole(With<EditRole>),
    /// Delete roles and their policies
    DeleteRole(With<DeleteRole>),
    /// Create a copy of a user, group, role or policy under another name
    Clone(With<CloneEntity>),
    /// Delete groups and detach their policies; members stay
    DeleteGroup(With<Names<make::DeleteGroup>>),
    /// Add users to groups
    #[command(visible_alias = "add-to-group")]
    AddMembers(With<Members<make::Add>>),
    /// Remove users from groups
    RemoveMembers(With<Members<make::Remove>>),
    /// Attach managed policies to users, groups and roles
    Attach(With<Attach<make::Add>>),
    /// Detach managed policies from users, groups and roles
    Detach(With<Attach<make::Remove>>),
    /// Grant a policy or a group membership that ends
    Grant(With<Grant>),
    /// Set the permissions boundary of a user or role
    SetBoundary(With<Bound>),
    /// Remove the permissions boundary of a user or role
    RemoveBoundary(With<Unbound>),
    /// Edit the tags of users, roles and policies
    Tag(With<Tags>),
    /// Change the name or path of a user
    RenameUser(With<Rename<make::UserName>>),
    /// Change the name or path of a group
    RenameGroup(With<Rename<make::GroupName>>),
    /// Create an OpenID Connect provider
    CreateOidcProvider(With<CreateOidcProvider>),
    /// Create a SAML provider
    CreateSamlProvider(With<CreateSamlProvider>),
    /// Add audiences to an OpenID Connect provider
    AddAudience(With<AddAudience>),
    /// Remove an audience from an OpenID Connect provider
    RemoveAudience(With<RemoveAudience>),
    /// Replace the thumbprints of an OpenID Connect provider
    SetThumbprints(With<SetThumbprints>),
    /// Replace the metadata document of a SAML provider
    ReplaceSamlMetadata(With<ReplaceMetadata>),
    /// Delete identity providers; the roles that trust them stay
    DeleteProvider(With<DeleteProvider>),
    /// Create an instance profile, with a role or without
    CreateInstanceProfile(With<CreateInstanceProfile>),
    /// Add a role to an instance profile
    AddRoleToInstanceProfile(With<AddRole>),
    /// Remove the role from an instance profile
    RemoveRoleFromInstanceProfile(With<RemoveRole>),
    /// Delete instance profiles; their roles stay
    DeleteInstanceProfile(With<DeleteInstanceProfile>),
    /// Upload a server certificate; its private key is read when the plan is applied
    UploadServerCertificate(With<UploadCertificate>),
    /// Change the name or path of a server certificate
    RenameServerCertificate(With<Rename<Certificate>>),
    /// Delete server certificates
    DeleteServerCertificate(With<DeleteCertificate>),
    /// Set the password policy of the account, or go back to the IAM default
    SetPasswordPolicy(With<SetPasswordPolicy>),
    /// Create or replace the account alias
    SetAccountAlias(With<SetAccountAlias>),
    /// Delete the account alias
    DeleteAccountAlias(With<DeleteAccountAlias>),
    /// Set where tokens of the global STS endpoint are valid
    SetTokenVersion(With<SetTokenVersion>),
    /// Enable or disable outbound identity federation
    OutboundFederation(With<OutboundFederation>),
}

/// What is planned, and what every plan takes.
#[derive(Debug, clap::Args)]
struct With<T: clap::Args> {
    #[command(flatten)]
    what: T,
    /// What to print: the plan for `iamtui apply`, or code for other programs
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    output: Format,
    #[command(flatten)]
    source: SourceArgs,
}

/// What a plan is printed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// The plan file
    #[default]
    Json,
    /// A bash script of AWS CLI commands
    Cli,
    /// Terraform's HCL
    Terraform,
    /// A CloudFormation template
    #[value(name = "cloudformation")]
    CloudFormation,
}

impl From<Format> for render::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Json => Self::Json,
            Format::Cli => Self::Cli,
            Format::Terraform => Self::Terraform,
            Format::CloudFormation => Self::CloudFormation,
        }
    }
}

impl What {
    fn parts(&self) -> (&dyn Make, Format, &SourceArgs) {
        match self {
            Self::CreateUser(with) => with.parts(),
            Self::CreateUsers(with) => with.parts(),
            Self::DeleteUser(with) => with.parts(),
            Self::DisableUser(with) => with.parts(),
            Self::LockOut(with) => with.parts(),
            Self::RevokeSessions(with) => with.parts(),
            Self::LimitSessions(with) => with.parts(),
            Self::CreateGroup(with) => with.parts(),
            Self::CreatePolicy(with) => with.parts(),
            Self::TrimPolicy(with) => with.parts(),
            Self::CreateRole(with) => with.parts(),
            Self::CreateServiceLinkedRole(with) => with.parts(),
            Self::EditRole(with) => with.parts(),
            Self::DeleteRole(with) => with.parts(),
            Self::Clone(with) => with.parts(),
            Self::DeleteGroup(with) => with.parts(),
            Self::AddMembers(with) => with.parts(),
            Self::RemoveMembers(with) => with.parts(),
            Self::Attach(with) => with.parts(),
            Self::Detach(with) => with.parts(),
            Self::Grant(with) => with.parts(),
            Self::SetBoundary(with) => with.parts(),
            Self::RemoveBoundary(with) => with.parts(),
            Self::Tag(with) => with.parts(),
            Self::RenameUser(with) => with.parts(),
            Self::RenameGroup(with) => with.parts(),
            Self::CreateOidcProvider(with) => with.parts(),
            Self::CreateSamlProvider(with) => with.parts(),
            Self::AddAudience(with) => with.parts(),
            Self::RemoveAudience(with) => with.parts(),
            Self::SetThumbprints(with) => with.parts(),
            Self::ReplaceSamlMetadata(with) => with.parts(),
            Self::DeleteProvider(with) => with.parts(),
            Self::CreateInstanceProfile(with) => with.parts(),
            Self::AddRoleToInstanceProfile(with) => with.parts(),
            Self::RemoveRoleFromInstanceProfile(with) => with.parts(),
            Self::DeleteInstanceProfile(with) => with.parts(),
            Self::UploadServerCertificate(with) => with.parts(),
            Self::RenameServerCertificate(with) => with.parts(),
            Self::DeleteServerCertificate(with) => with.parts(),
            Self::SetPasswordPolicy(with) => with.parts(),
            Self::SetAccountAlias(with) => with.parts(),
            Self::DeleteAccountAlias(with) => with.parts(),
            Self::SetTokenVersion(with) => with.parts(),
            Self::OutboundFederation(with) => with.parts(),
        }
    }
}

impl<T: Make + clap::Args> With<T> {
    fn parts(&self) -> (&dyn Make, Format, &SourceArgs) {
        (&self.what, self.output, &self.source)
    }
}

/// What is read for every plan: names that are taken, policies, quotas, and who has what.
const LISTS: [Load; 8] = [
    Load::Identity,
    Load::Summary,
    Load::PasswordPolicy,
    Load::Users,
    Load::Groups,
    Load::Roles,
    Load::Policies,
    Load::Bulk,
];

/// Runs the command.
pub fn run(args: &Args, out: &mut Output) -> Result<Outcome, Failure> {
    let (what, format, source) = args.what.parts();
    let settings = settings()?;
    let opened = account::open(source)?;
    let (account, failed) = known(&opened, what);
    // A plan says which account it is for: without that it could be applied to any.
    if let Some((_, error)) = failed.iter().find(|(load, _)| *load == Load::Identity) {
        return Err(Failure::Run(error.user_error()));
    }
    let number = account.identity().map_or("", |identity| identity.account.as_str());
    let (endpoint, at) = origin(&opened, number);
    let plan = what.plan(&account, at).map_err(|told| {
        // What could not be read may be why.
        for (_, error) in &failed {
            out.tell(&error.user_error());
        }
        Failure::Run(told)
    })?;
    let plan = guards::annotate(&account, &settings, plan).made_on(endpoint, at);
    if let Some((folder, about)) = what.evidence(&account) {
        let file = evidence::write(folder, &about, &account, &plan, at)?;
        out.say(&format!("wrote {}: what was read before, and the plan", file.display()));
    }
    let syntax = if matches!(format, Format::Json) { Syntax::Json } else { Syntax::Other };
    out.document(&render(&plan, format.into()), syntax);
    // A plan that was made on a file is applied to an account.
    let flags = if source.snapshot.is_some() { String::new() } else { source.flags() };
    tell(&plan, format, &flags, &what.remarks(&account, &plan), out);
    Ok(Outcome::Fine)
}

/// What an account is read from, unless it is AWS, and when.
fn origin(opened: &Opened, account: &str) -> (Option<String>, Timestamp) {
    match opened {
        Opened::Live(live) => (live.book(account).beside_aws(), live.clock().now()),
        Opened::Snapshot(snapshot) => (snapshot.endpoint.clone(), snapshot.taken),
    }
}

/// What guards do, as the settings say.
pub(super) fn settings() -> Result<guards::Settings, Failure> {
    let folders = Folders::find().map_err(UserError::from)?;
    let config = Config::load(&folders).map_err(UserError::from)?;
    Ok(guards::Settings::parse(&config.guards)?)
}

fn known(opened: &Opened, what: &dyn Make) -> (Account, Vec<(Load, LoadError)>) {
    match opened {
        Opened::Snapshot(snapshot) => (snapshot.account.clone().closed(), Vec::new()),
        Opened::Live(live) => {
            let (mut account, mut failed) = live.read(&LISTS);
            let more = what.loads(&account);
            live.read_into(&mut account, &more, &mut failed);
            (account, failed)
        }
    }
}

/// Says beside the code what a person should know of it.
fn tell(plan: &Plan, format: Format, flags: &str, remarks: &[String], out: &mut Output) {
    let count = plan.steps.len();
    out.say(&format!("{}: {count} step{}", plan.title, if count == 1 { "" } else { "s" }));
    for remark in remarks {
        out.say(remark);
    }
    objections(plan, out);
    if format == Format::Json {
        let confirmation = plan.confirmation();
        let word = confirmation.as_ref().map(|asked| format!(" --confirm {}", asked.word)).unwrap_or_default();
        let reason = if confirmation.is_some_and(|asked| asked.reason) { " --reason TEXT" } else { "" };
        out.say(&format!("apply it with: iamtui apply{flags} PLAN.json{word}{reason}"));
    }
}

/// Says what guards object to.
pub(super) fn objections(plan: &Plan, out: &mut Output) {
    for guard in &plan.guards {
        out.say(&format!("▲ {}", guard.message));
        if let Some(hint) = &guard.hint {
            out.say(&format!("  {hint}"));
        }
    }
}
