//! What is asked of `iamtui plan`, turned into the builders' own words.

use std::fmt::Debug;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use jiff::Timestamp;

use crate::backend::{GroupPart, Load, RolePart, UserPart};
use crate::base::error::UserError;
use crate::model::{Account, ResourceRef, Tag, User};
use crate::plan::builders::{self, ConsolePassword, Owner};
use crate::plan::items;
pub(super) use crate::plan::items::{policies, policy, tag as parse_tag};
use crate::plan::{Plan, PlanError, SecretFrom};

use super::table;

/// A plan that is asked for.
pub(super) trait Make: Debug {
    /// What is read first, beside the lists.
    fn loads(&self, account: &Account) -> Vec<Load>;

    /// The plan, made at this time.
    fn plan(&self, account: &Account, now: Timestamp) -> Result<Plan, UserError>;

    /// What a person should know of the plan beside its steps, each in one line.
    fn remarks(&self, _account: &Account, _plan: &Plan) -> Vec<String> {
        Vec::new()
    }

    /// The folder that keeps what was read before, where that was asked for, and whom it is about.
    fn evidence(&self, _account: &Account) -> Option<(&Path, ResourceRef)> {
        None
    }
}

/// All of a user that plans may ask for; nothing where there is no such user.
pub(super) fn user_loads(account: &Account, name: &str) -> Vec<Load> {
    let parts = [
        UserPart::Overview,
        UserPart::Permissions,
        UserPart::Groups,
        UserPart::Tags,
        UserPart::Login,
        UserPart::Mfa,
        UserPart::Keys,
        UserPart::SshKeys,
        UserPart::Certificates,
        UserPart::ServiceCredentials,
    ];
    let there = account.users().get(name).is_some();
    parts.into_iter().filter(|_| there).map(|part| Load::User(name.into(), part)).collect()
}

pub(super) fn group_loads(account: &Account, name: &str) -> Vec<Load> {
    let there = account.groups().get(name).is_some();
    let parts = [GroupPart::Overview, GroupPart::Permissions];
    parts.into_iter().filter(|_| there).map(|part| Load::Group(name.into(), part)).collect()
}

pub(super) fn role_loads(account: &Account, name: &str) -> Vec<Load> {
    let there = account.roles().get(name).is_some();
    let parts = [RolePart::Overview, RolePart::Permissions];
    parts.into_iter().filter(|_| there).map(|part| Load::Role(name.into(), part)).collect()
}

/// The longest sign-in session, as an option has it.
pub(super) fn parse_signin_duration(text: &str) -> Result<u32, String> {
    items::signin_duration(text).map_err(|told| told.message)
}

/// Users to create.
#[derive(Debug, clap::Args)]
pub(super) struct CreateUser {
    /// The users' names
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,
    /// The path, such as `/sales/`
    #[arg(long)]
    path: Option<String>,
    /// A tag; repeatable
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = parse_tag)]
    tags: Vec<Tag>,
    /// Enable console access, with a password that is generated or asked for when the plan is applied
    #[arg(long, value_enum, value_name = "PASSWORD")]
    console: Option<Password>,
    /// The password may be kept after the first sign-in
    #[arg(long, requires = "console")]
    no_reset: bool,
    /// A group to join; repeatable
    #[arg(long = "group", value_name = "GROUP")]
    groups: Vec<String>,
    /// A user whose groups, policies and boundary are copied
    #[arg(long, value_name = "USER")]
    copy_from: Option<String>,
    /// A managed policy to attach, by its name or ARN; repeatable
    #[arg(long = "policy", value_name = "POLICY")]
    policies: Vec<String>,
    /// The permissions boundary, by its name or ARN
    #[arg(long, value_name = "POLICY")]
    boundary: Option<String>,
    /// An access key, with a description or without
    #[arg(long, value_name = "DESCRIPTION", num_args = 0..=1, default_missing_value = "")]
    access_key: Option<String>,
}

/// Where a password comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Password {
    /// Made by iamtui
    Generate,
    /// Asked for
    Prompt,
}

impl Make for CreateUser {
    fn loads(&self, account: &Account) -> Vec<Load> {
        self.copy_from.iter().flat_map(|name| user_loads(account, name)).collect()
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        let console = self.console.map(|password| ConsolePassword {
            from: match password {
                Password::Generate => SecretFrom::Generate,
                Password::Prompt => SecretFrom::Prompt,
            },
            reset: !self.no_reset,
        });
        let asked = builders::CreateUser {
            names: self.names.clone(),
            path: self.path.clone(),
            tags: self.tags.clone(),
            console,
            new_groups: Vec::new(),
            groups: self.groups.clone(),
            copy_from: self.copy_from.clone(),
            policies: policies(account, &self.policies)?,
            boundary: self.boundary.as_ref().map(|text| policy(account, text)).transpose()?,
            access_key: self.access_key.clone(),
        };
        Ok(asked.plan(account)?)
    }
}

/// A group to create.
#[derive(Debug, clap::Args)]
pub(super) struct CreateGroup {
    /// The group's name
    name: String,
    /// The path, such as `/sales/`
    #[arg(long)]
    path: Option<String>,
    /// A managed policy to attach, by its name or ARN; repeatable
    #[arg(long = "policy", value_name = "POLICY")]
    policies: Vec<String>,
    /// A user who joins it; repeatable
    #[arg(long = "member", value_name = "USER")]
    members: Vec<String>,
}

impl Make for CreateGroup {
    fn loads(&self, _: &Account) -> Vec<Load> {
        Vec::new()
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        let asked = builders::CreateGroup {
            name: self.name.clone(),
            path: self.path.clone(),
            policies: policies(account, &self.policies)?,
            members: self.members.clone(),
        };
        Ok(asked.plan(account)?)
    }
}

/// What is done with names.
pub(super) trait ToNames: Debug + Send + Sync + 'static {
    fn loads(account: &Account, name: &str) -> Vec<Load>;
    fn plan(account: &Account, names: &[String]) -> Result<Plan, PlanError>;
}

/// Names of what is there.
#[derive(Debug, clap::Args)]
pub(super) struct Names<T: ToNames> {
    /// The names
    #[arg(required_unless_present = "from", value_name = "NAME")]
    given: Vec<String>,
    /// More names from a file, one a line
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    #[arg(skip)]
    what: PhantomData<T>,
}

impl<T: ToNames> Names<T> {
    fn all(&self) -> Result<Vec<String>, UserError> {
        Ok(self.given.iter().cloned().chain(names_from(self.from.as_deref())?).collect())
    }
}

/// The names that a file holds, one a line.
fn names_from(file: Option<&Path>) -> Result<Vec<String>, UserError> {
    let Some(file) = file else { return Ok(Vec::new()) };
    let rows = table::read(file, &["name"])?;
    Ok(rows.iter().filter_map(|row| row.cell("name")).map(str::to_owned).collect())
}

impl<T: ToNames> Make for Names<T> {
    fn loads(&self, account: &Account) -> Vec<Load> {
        self.all().unwrap_or_default().iter().flat_map(|name| T::loads(account, name)).collect()
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        Ok(T::plan(account, &self.all()?)?)
    }
}

#[derive(Debug)]
pub(super) enum DeleteUser {}

impl ToNames for DeleteUser {
    fn loads(account: &Account, name: &str) -> Vec<Load> {
        user_loads(account, name)
    }

    fn plan(account: &Account, names: &[String]) -> Result<Plan, PlanError> {
        let users: Vec<builders::DeleteUser> = names.iter().map(|name| name.as_str().into()).collect();
        builders::delete_users(account, &users)
    }
}

#[derive(Debug)]
pub(super) enum DisableUser {}

impl ToNames for DisableUser {
    fn loads(account: &Account, name: &str) -> Vec<Load> {
        let there = account.users().get(name).is_some();
        let parts = [UserPart::Keys, UserPart::Login].into_iter().filter(|_| there);
        parts.map(|part| Load::User(name.into(), part)).collect()
    }

    fn plan(account: &Account, names: &[String]) -> Result<Plan, PlanError> {
        builders::disable_users(account, names)
    }
}

#[derive(Debug)]
pub(super) enum DeleteGroup {}

impl ToNames for DeleteGroup {
    fn loads(account: &Account, name: &str) -> Vec<Load> {
        group_loads(account, name)
    }

    fn plan(account: &Account, names: &[String]) -> Result<Plan, PlanError> {
        builders::delete_groups(account, names)
    }
}

/// Whether something is given or taken.
pub(super) trait Way: Debug + Send + Sync + 'static {
    const ADDS: bool;
}

#[derive(Debug)]
pub(super) enum Add {}

impl Way for Add {
    const ADDS: bool = true;
}

#[derive(Debug)]
pub(super) enum Remove {}

impl Way for Remove {
    const ADDS: bool = false;
}

/// Users and groups.
#[derive(Debug, clap::Args)]
pub(super) struct Members<W: Way> {
    /// A user; repeatable
    #[arg(long = "user", required_unless_present_any = ["users_from", "from"], value_name = "USER")]
    users: Vec<String>,
    /// Users, named in a file, one a line
    #[arg(long, value_name = "FILE")]
    users_from: Option<PathBuf>,
    /// A group; repeatable
    #[arg(long = "group", required_unless_present = "from", value_name = "GROUP")]
    groups: Vec<String>,
    /// CSV with the columns user, group: one membership a line
    #[arg(long, value_name = "FILE", conflicts_with_all = ["users", "users_from", "groups"])]
    from: Option<PathBuf>,
    #[arg(skip)]
    way: PhantomData<W>,
}

/// Users, and the groups that all of them are added to or removed from.
type Pair = (Vec<String>, Vec<String>);

impl<W: Way> Members<W> {
    /// The users of each set of groups.
    fn pairs(&self) -> Result<Vec<Pair>, UserError> {
        let Some(file) = &self.from else {
            let users = self.users.iter().cloned().chain(names_from(self.users_from.as_deref())?);
            return Ok(vec![(users.collect(), self.groups.clone())]);
        };
        let of_group = items::members(&table::text(file)?, &table::source(file))?;
        Ok(of_group.into_iter().map(|(group, users)| (users, vec![group])).collect())
    }
}

impl<W: Way> Make for Members<W> {
    fn loads(&self, account: &Account) -> Vec<Load> {
        let users = self.pairs().unwrap_or_default().into_iter().flat_map(|(users, _)| users);
        let is_unread = |user: &User| user.facts.groups.is_unknown();
        let unread = users.filter(|name| account.users().get(name.as_str()).is_some_and(|user| is_unread(user)));
        unread.map(|name| Load::User(name.as_str().into(), UserPart::Groups)).collect()
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        let make = if W::ADDS { builders::add_members } else { builders::remove_members };
        let mut pairs = self.pairs()?;
        if let ([(users, groups)], true) = (pairs.as_slice(), pairs.len() == 1) {
            return Ok(make(account, users, groups)?);
        }
        let count: usize = pairs.iter().map(|(users, _)| users.len()).sum();
        let parts = pairs.drain(..).map(|(users, groups)| make(account, &users, &groups));
        let title = format!("{} {count} group memberships", if W::ADDS { "add" } else { "remove" });
        Ok(builders::together(title, parts.collect::<Result<Vec<_>, _>>()?)?)
    }
}

/// Users, groups and roles.
#[derive(Debug, clap::Args)]
#[group(id = "owners", required = true, multiple = true)]
pub(super) struct Owners {
    /// A user; repeatable
    #[arg(long = "user", value_name = "USER", group = "owners")]
    users: Vec<String>,
    /// A group; repeatable
    #[arg(long = "group", value_name = "GROUP", group = "owners")]
    groups: Vec<String>,
    /// A role; repeatable
    #[arg(long = "role", value_name = "ROLE", group = "owners")]
    roles: Vec<String>,
}

impl Owners {
    /// All of them, users first.
    pub(super) fn all(&self) -> Vec<Owner> {
        let users = self.users.iter().cloned().map(Owner::User);
        let groups = self.groups.iter().cloned().map(Owner::Group);
        users.chain(groups).chain(self.roles.iter().cloned().map(Owner::Role)).collect()
    }
}

/// What is read of an owner's policies; nothing where there is no such owner.
pub(super) fn owner_loads(account: &Account, owner: &Owner) -> Vec<Load> {
    match owner {
        Owner::User(name) => {
            // The bulk read has told it already, where that was permitted.
            let is_unread = |user: &User| user.facts.attached.is_unknown() || user.facts.inline.is_unknown();
            let unread = account.users().get(name.as_str()).is_some_and(|user| is_unread(user));
            unread.then(|| Load::User(name.as_str().into(), UserPart::Permissions)).into_iter().collect()
        }
        Owner::Group(name) => group_loads(account, name),
        Owner::Role(name) => role_loads(account, name),
    }
}

/// Policies and who has them.
#[derive(Debug, clap::Args)]
pub(super) struct Attach<W: Way> {
    /// Managed policies, by name or ARN
    #[arg(required = true, value_name = "POLICY")]
    policies: Vec<String>,
    #[command(flatten)]
    owners: Owners,
    #[arg(skip)]
    way: PhantomData<W>,
}

impl<W: Way> Make for Attach<W> {
    fn loads(&self, account: &Account) -> Vec<Load> {
        self.owners.all().iter().flat_map(|owner| owner_loads(account, owner)).collect()
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        let make = if W::ADDS { builders::attach } else { builders::detach };
        Ok(make(account, &policies(account, &self.policies)?, &self.owners.all())?)
    }
}

/// One user or role.
#[derive(Debug, clap::Args)]
#[group(id = "holder", required = true, multiple = false)]
struct Holder {
    /// The user
    #[arg(long, value_name = "USER", group = "holder")]
    user: Option<String>,
    /// The role
    #[arg(long, value_name = "ROLE", group = "holder")]
    role: Option<String>,
}

impl Holder {
    fn owner(&self) -> Owner {
        match (&self.user, &self.role) {
            (Some(user), _) => Owner::User(user.clone()),
            (None, role) => Owner::Role(role.clone().unwrap_or_default()),
        }
    }

    fn loads(&self, account: &Account) -> Vec<Load> {
        match self.owner() {
            Owner::User(name) => {
                let there = account.users().get(name.as_str()).is_some();
                there.then(|| Load::User(name.as_str().into(), UserPart::Overview)).into_iter().collect()
            }
            Owner::Role(name) | Owner::Group(name) => role_loads(account, &name),
        }
    }
}

/// A boundary for a user or role.
#[derive(Debug, clap::Args)]
pub(super) struct Bound {
    /// The managed policy, by name or ARN
    policy: String,
    #[command(flatten)]
    holder: Holder,
}

impl Make for Bound {
    fn loads(&self, account: &Account) -> Vec<Load> {
        self.holder.loads(account)
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        Ok(builders::put_boundary(account, &self.holder.owner(), &policy(account, &self.policy)?)?)
    }
}

/// A user or role that loses its boundary.
#[derive(Debug, clap::Args)]
pub(super) struct Unbound {
    #[command(flatten)]
    holder: Holder,
}

impl Make for Unbound {
    fn loads(&self, account: &Account) -> Vec<Load> {
        self.holder.loads(account)
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        Ok(builders::remove_boundary(account, &self.holder.owner())?)
    }
}

/// What is renamed.
pub(super) trait Named: Debug + Send + Sync + 'static {
    /// What is read beside the lists.
    fn loads() -> Vec<Load> {
        Vec::new()
    }

    fn plan(account: &Account, name: &str, new: Option<&str>, path: Option<&str>) -> Result<Plan, PlanError>;
}

#[derive(Debug)]
pub(super) enum UserName {}

impl Named for UserName {
    fn plan(account: &Account, name: &str, new: Option<&str>, path: Option<&str>) -> Result<Plan, PlanError> {
        builders::rename_user(account, name, new, path)
    }
}

#[derive(Debug)]
pub(super) enum GroupName {}

impl Named for GroupName {
    fn plan(account: &Account, name: &str, new: Option<&str>, path: Option<&str>) -> Result<Plan, PlanError> {
        builders::rename_group(account, name, new, path)
    }
}

/// Another name or path.
#[derive(Debug, clap::Args)]
pub(super) struct Rename<N: Named> {
    /// The name now
    name: String,
    /// The new name
    #[arg(value_name = "NEW", required_unless_present = "path")]
    new: Option<String>,
    /// The new path, such as `/sales/`
    #[arg(long)]
    path: Option<String>,
    #[arg(skip)]
    what: PhantomData<N>,
}

impl<N: Named> Make for Rename<N> {
    fn loads(&self, _: &Account) -> Vec<Load> {
        N::loads()
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        Ok(N::plan(account, &self.name, self.new.as_deref(), self.path.as_deref())?)
    }
}
