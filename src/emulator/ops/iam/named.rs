//! What users, groups, roles and instance profiles have in common: names, paths, ARNs, "cannot be found".

use serde_json::{Map, Value};

use crate::emulator::caller::Principal;
use crate::emulator::failure::Failure;
use crate::emulator::operation::Request;
use crate::emulator::paging;
use crate::emulator::quota::{self, Quota};
use crate::emulator::store::records::{Group, InstanceProfile, Permissions, Role, User};
use crate::emulator::store::table::Record;
use crate::emulator::store::{State, Table};

/// An entity with a name and a path.
pub trait Entity: Record {
    /// The input member that names it.
    const PARAM: &'static str;
    /// What its ARN's resource begins with.
    const ARN: &'static str;

    /// Where its records are.
    fn table(state: &State) -> &Table<Self>;
    /// Where its records are, to change them.
    fn table_mut(state: &mut State) -> &mut Table<Self>;
    /// The path, with both slashes.
    fn path(&self) -> &str;
    /// The answer when there is none of this name.
    fn missing(name: &str) -> Failure;
    /// The answer when there is one of this name already.
    fn taken(name: &str) -> Failure;

    /// The name that is meant when the request gives none.
    fn implied<'a>(_request: &Request<'a>) -> Option<&'a str> {
        None
    }
}

/// An entity that holds policies.
pub trait Holder: Entity {
    /// What its policies are called in texts: `user`.
    const LABEL: &'static str;
    /// How many managed policies it may have.
    const ATTACHED: Quota;
    /// How large its inline policies may be together.
    const INLINE: Quota;

    /// Its policies.
    fn permissions(&self) -> &Permissions;
    /// Its policies, to change them.
    fn permissions_mut(&mut self) -> &mut Permissions;

    /// Refuses changes where only a service may make them.
    fn guard(&self) -> Result<(), Failure> {
        Ok(())
    }
}

/// The name in a request, or the one that is implied.
pub fn name<'a, E: Entity>(request: &Request<'a>) -> Result<&'a str, Failure> {
    request
        .maybe(E::PARAM)
        .or_else(|| E::implied(request))
        .ok_or_else(|| Failure::validation("Must specify userName when calling with non-User credentials"))
}

/// The entity that a request names.
pub fn find<'s, E: Entity>(request: &Request<'_>, state: &'s State) -> Result<&'s E, Failure> {
    let name = name::<E>(request)?;
    E::table(state).named(name).ok_or_else(|| E::missing(name))
}

/// Changes the entity that a request names.
pub fn edit<E: Entity, T>(
    request: &Request<'_>,
    state: &mut State,
    edit: impl FnOnce(&mut E) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut record = find::<E>(request, state)?.clone();
    let out = edit(&mut record)?;
    E::table_mut(state).put(record);
    Ok(out)
}

/// Refuses a name that is taken, in whatever case.
pub fn free<E: Entity>(state: &State, name: &str) -> Result<(), Failure> {
    if E::table(state).named(name).is_some() { Err(E::taken(name)) } else { Ok(()) }
}

/// Refuses another name for an entity where it is taken: by its own name in another case too.
pub fn renames<E: Entity>(state: &State, entity: &E, name: &str) -> Result<(), Failure> {
    if entity.name() == name { Ok(()) } else { free::<E>(state, name) }
}

/// Permission column: the ARN that a request gives to an entity by another name or path. Who renames needs the
/// permission on it beside the one on the ARN that the entity has.
pub fn becoming<E: Entity>(request: &Request<'_>, state: &State, name: &str) -> String {
    let Ok(entity) = find::<E>(request, state) else { return existing::<E>(request, state) };
    let name = request.maybe(name).unwrap_or(entity.name());
    request.arn(&format!("{}{}{name}", E::ARN, request.maybe("NewPath").unwrap_or(entity.path())))
}

/// The ARN of an entity.
pub fn arn<E: Entity>(request: &Request<'_>, entity: &E) -> String {
    ["arn:aws:iam::", request.account, ":", E::ARN, entity.path(), entity.name()].concat()
}

/// An object with room for its members: a page holds a thousand of them.
pub fn row<const N: usize>(members: [(&str, Value); N]) -> Value {
    let mut object = Map::with_capacity(N);
    object.extend(members.map(|(name, value)| (name.to_owned(), value)));
    Value::Object(object)
}

/// The entity of an ARN. The whole ARN decides, letter by letter: no second spelling names the same entity, so that
/// what policies say of its ARN holds however it is asked for.
pub fn by_arn<'s, E: Entity>(request: &Request<'_>, state: &'s State, text: &str) -> Option<&'s E> {
    let entity = E::table(state).named(text.rsplit('/').next()?)?;
    (arn(request, entity) == text).then_some(entity)
}

/// Permission column: the entity that a request names, whether it exists or not.
pub fn existing<E: Entity>(request: &Request<'_>, state: &State) -> String {
    match find::<E>(request, state) {
        Ok(entity) => arn(request, entity),
        Err(_) => match name::<E>(request) {
            Ok(name) => request.arn(&format!("{}/{name}", E::ARN)),
            Err(_) if request.caller.principal == Principal::Root => request.arn("root"),
            Err(_) => request.arn(&format!("{}/", E::ARN)),
        },
    }
}

/// Permission column: the entity that a request is about to make.
pub fn created<E: Entity>(request: &Request<'_>, _state: &State) -> String {
    request.arn(&format!("{}{}{}", E::ARN, path(request), request.text(E::PARAM)))
}

/// Permission column: all entities below a path.
pub fn listed<E: Entity>(request: &Request<'_>, _state: &State) -> String {
    request.arn(&format!("{}{}", E::ARN, request.maybe("PathPrefix").unwrap_or("/")))
}

/// Permission column: the account as a whole.
pub fn everything(_request: &Request<'_>, _state: &State) -> String {
    "*".to_owned()
}

/// The path that a request gives, `/` where it gives none.
pub fn path<'a>(request: &Request<'a>) -> &'a str {
    request.maybe("Path").unwrap_or("/")
}

/// A page of entities in the order of their names, below the request's `PathPrefix`.
pub fn list<E: Entity>(
    request: &Request<'_>,
    state: &State,
    member: &str,
    show: impl FnMut(&E) -> serde_json::Value,
) -> Result<serde_json::Value, Failure> {
    let marker = paging::marker(request)?;
    let prefix = request.maybe("PathPrefix").unwrap_or("/");
    let rows = E::table(state).after(marker.as_deref()).filter(|(_, entity)| entity.path().starts_with(prefix));
    Ok(paging::page(request, member, rows, show))
}

impl Entity for User {
    const PARAM: &'static str = "UserName";
    const ARN: &'static str = "user";

    fn table(state: &State) -> &Table<Self> {
        &state.users
    }

    fn table_mut(state: &mut State) -> &mut Table<Self> {
        &mut state.users
    }

    fn path(&self) -> &str {
        &self.path
    }

    fn missing(name: &str) -> Failure {
        Failure::no_such_entity(format!("The user with name {name} cannot be found."))
    }

    fn taken(name: &str) -> Failure {
        Failure::already_exists(format!("User with name {name} already exists."))
    }

    fn implied<'a>(request: &Request<'a>) -> Option<&'a str> {
        match &request.caller.principal {
            Principal::User { name, .. } => Some(name),
            _ => None,
        }
    }
}

impl Entity for Group {
    const PARAM: &'static str = "GroupName";
    const ARN: &'static str = "group";

    fn table(state: &State) -> &Table<Self> {
        &state.groups
    }

    fn table_mut(state: &mut State) -> &mut Table<Self> {
        &mut state.groups
    }

    fn path(&self) -> &str {
        &self.path
    }

    fn missing(name: &str) -> Failure {
        Failure::no_such_entity(format!("The group with name {name} cannot be found."))
    }

    fn taken(name: &str) -> Failure {
        Failure::already_exists(format!("Group with name {name} already exists."))
    }
}

impl Entity for Role {
    const PARAM: &'static str = "RoleName";
    const ARN: &'static str = "role";

    fn table(state: &State) -> &Table<Self> {
        &state.roles
    }

    fn table_mut(state: &mut State) -> &mut Table<Self> {
        &mut state.roles
    }

    fn path(&self) -> &str {
        &self.path
    }

    fn missing(name: &str) -> Failure {
        Failure::no_such_entity(format!("The role with name {name} cannot be found."))
    }

    fn taken(name: &str) -> Failure {
        Failure::already_exists(format!("Role with name {name} already exists."))
    }
}

impl Entity for InstanceProfile {
    const PARAM: &'static str = "InstanceProfileName";
    const ARN: &'static str = "instance-profile";

    fn table(state: &State) -> &Table<Self> {
        &state.instance_profiles
    }

    fn table_mut(state: &mut State) -> &mut Table<Self> {
        &mut state.instance_profiles
    }

    fn path(&self) -> &str {
        &self.path
    }

    fn missing(name: &str) -> Failure {
        Failure::no_such_entity(format!("Instance Profile {name} cannot be found."))
    }

    fn taken(name: &str) -> Failure {
        Failure::already_exists(format!("Instance Profile {name} already exists."))
    }
}

impl Holder for User {
    const LABEL: &'static str = "user";
    const ATTACHED: Quota = quota::ATTACHED_PER_USER;
    const INLINE: Quota = quota::INLINE_USER;

    fn permissions(&self) -> &Permissions {
        &self.permissions
    }

    fn permissions_mut(&mut self) -> &mut Permissions {
        &mut self.permissions
    }
}

impl Holder for Group {
    const LABEL: &'static str = "group";
    const ATTACHED: Quota = quota::ATTACHED_PER_GROUP;
    const INLINE: Quota = quota::INLINE_GROUP;

    fn permissions(&self) -> &Permissions {
        &self.permissions
    }

    fn permissions_mut(&mut self) -> &mut Permissions {
        &mut self.permissions
    }
}

impl Holder for Role {
    const LABEL: &'static str = "role";
    const ATTACHED: Quota = quota::ATTACHED_PER_ROLE;
    const INLINE: Quota = quota::INLINE_ROLE;

    fn permissions(&self) -> &Permissions {
        &self.permissions
    }

    fn permissions_mut(&mut self) -> &mut Permissions {
        &mut self.permissions
    }

    fn guard(&self) -> Result<(), Failure> {
        match &self.linked_to {
            None => Ok(()),
            Some(_) => Err(Failure::unmodifiable(format!(
                "Cannot perform the operation on the protected role '{}' - this role is only modifiable by AWS",
                self.name
            ))),
        }
    }
}
