//! The model itself: an arena of shapes, and the operations that point into it.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

mod asset;
mod java;
mod pattern;

pub use java::camel;
pub use pattern::Pattern;

/// Returns the model, decoding it at the first call (a few milliseconds).
pub fn model() -> &'static Model {
    static MODEL: LazyLock<Model> = LazyLock::new(asset::decode);
    &MODEL
}

/// One of the two services that the model describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Service {
    /// AWS Identity and Access Management.
    Iam,
    /// AWS Security Token Service.
    Sts,
}

impl Service {
    /// Both services, in the order of the asset.
    pub const ALL: [Service; 2] = [Service::Iam, Service::Sts];

    /// The prefix of the service's actions, which is also its name when signing: `iam`, `sts`.
    pub fn prefix(self) -> &'static str {
        match self {
            Service::Iam => "iam",
            Service::Sts => "sts",
        }
    }

    /// The version that requests name: `2010-05-08`, `2011-06-15`.
    pub fn version(self) -> &'static str {
        &model().services[self as usize].version
    }

    /// The XML namespace of the answers.
    pub fn namespace(self) -> &'static str {
        &model().services[self as usize].namespace
    }
}

/// What a call does, as the service authorization reference classifies it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Access {
    /// Lists resources.
    List,
    /// Reads the content of a resource.
    Read,
    /// Makes, changes or deletes a resource.
    Write,
    /// Changes who may do what.
    Permissions,
    /// Changes tags only.
    Tagging,
}

impl Access {
    /// Whether such a call changes the account.
    pub fn mutates(self) -> bool {
        matches!(self, Access::Write | Access::Permissions | Access::Tagging)
    }

    /// The level as AWS writes it: `Permissions management`.
    pub fn label(self) -> &'static str {
        match self {
            Access::List => "List",
            Access::Read => "Read",
            Access::Write => "Write",
            Access::Permissions => "Permissions management",
            Access::Tagging => "Tagging",
        }
    }
}

/// A shape's place in the arena of its [`Model`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShapeId(u32);

/// A type of the service model.
#[derive(Debug)]
pub struct Shape {
    /// The name that AWS gives it: `userNameType`.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Whether values are secrets, never to be logged or shown unasked.
    pub sensitive: bool,
}

/// What a shape is.
#[derive(Debug)]
pub enum Kind {
    /// A structure of named members.
    Structure(Structure),
    /// A list; on the wire its elements are called `member`.
    List(List),
    /// A map from strings; on the wire its pairs are called `entry`, `key` and `value`.
    Map(Map),
    /// A text.
    Text(Text),
    /// An integer with its bounds.
    Integer {
        /// The smallest allowed value.
        min: Option<i64>,
        /// The greatest allowed value.
        max: Option<i64>,
    },
    /// A truth value.
    Boolean,
    /// An instant; a string after RFC 3339 in a [`serde_json::Value`].
    Timestamp,
    /// Bytes; a base64 string in a [`serde_json::Value`].
    Blob,
}

/// The members of a structure, in the order of the model.
#[derive(Debug, Default)]
pub struct Structure {
    /// All members.
    pub members: Vec<Member>,
    /// Their places in the order in which the service checks them.
    checked: Vec<usize>,
}

impl Structure {
    /// The member of that exact name.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }

    /// The members in the order in which the service checks them.
    pub fn checked(&self) -> impl Iterator<Item = &Member> {
        self.checked.iter().filter_map(|&at| self.members.get(at))
    }
}

/// A named member of a structure: a parameter, when the structure is an operation's input.
#[derive(Debug)]
pub struct Member {
    /// Its name, in the model and on the wire: `UserName`.
    pub name: String,
    /// Its type.
    pub shape: ShapeId,
    /// Whether a value must be given.
    pub required: bool,
}

/// A list and its length.
#[derive(Debug)]
pub struct List {
    /// The type of the elements.
    pub element: ShapeId,
    /// The least number of elements.
    pub min: Option<u64>,
    /// The greatest number of elements.
    pub max: Option<u64>,
}

/// A map from strings and its length.
#[derive(Debug)]
pub struct Map {
    /// The type of the keys.
    pub key: ShapeId,
    /// The type of the values.
    pub value: ShapeId,
    /// The greatest number of pairs.
    pub max: Option<u64>,
}

/// The constraints of a text. Lengths are counted in characters.
#[derive(Debug, Default)]
pub struct Text {
    /// The least length.
    pub min: Option<u64>,
    /// The greatest length.
    pub max: Option<u64>,
    pattern: Option<u32>,
    /// The allowed values; empty when any is.
    pub choices: Vec<String>,
}

impl Text {
    /// The pattern that the whole text must match.
    pub fn pattern(&self) -> Option<&'static Pattern> {
        model().patterns.get(self.pattern? as usize)
    }
}

/// An error that a service answers with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceError {
    /// The code in the answer: `NoSuchEntity`.
    pub code: String,
    /// The HTTP status of the answer.
    pub status: u16,
}

/// How an operation pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// The input member that continues a listing.
    pub marker: String,
    /// The output member that the next request's marker is taken from.
    pub next: String,
    /// The input member that limits a page.
    pub limit: String,
    /// The output member that says that there is more.
    pub more: String,
    /// The output members that hold the rows.
    pub lists: Vec<String>,
}

/// One operation of a service, as the model describes it.
#[derive(Debug)]
pub struct OperationModel {
    /// Its name: `CreateUser`.
    pub name: String,
    /// The service that it belongs to.
    pub service: Service,
    /// What it does to the account.
    pub access: Access,
    /// Whether it is called without credentials.
    pub anonymous: bool,
    /// How it pages, when it does.
    pub paging: Option<Paging>,
    /// The element of the answer that the output stands in; an operation without an output has none.
    pub wrapper: Option<String>,
    input: Option<ShapeId>,
    output: Option<ShapeId>,
    errors: Vec<u32>,
}

impl OperationModel {
    /// The input; without members when the operation takes nothing.
    pub fn input(&self) -> &'static Structure {
        model().structure(self.input)
    }

    /// The output; without members when the operation gives nothing.
    pub fn output(&self) -> &'static Structure {
        model().structure(self.output)
    }

    /// The modelled errors of this operation; those common to all operations come on top.
    pub fn errors(&self) -> impl Iterator<Item = &'static ServiceError> + '_ {
        self.errors.iter().filter_map(|&at| model().errors.get(at as usize))
    }

    /// The action that policies name: `iam:CreateUser`.
    pub fn action(&self) -> String {
        format!("{}:{}", self.service.prefix(), self.name)
    }
}

/// What the asset was made from.
#[derive(Debug, Clone, Default)]
pub struct Made {
    /// The day on which the version of botocore came out: `2026-11-20`.
    pub date: String,
    /// The version of botocore.
    pub botocore: String,
    /// By crate name: the version of the SDK crate and its operations.
    pub sdk: BTreeMap<String, (String, Vec<String>)>,
}

#[derive(Debug)]
struct ServiceFacts {
    version: String,
    namespace: String,
}

/// The service model of IAM and STS.
#[derive(Debug)]
pub struct Model {
    made: Made,
    services: Vec<ServiceFacts>,
    shapes: Vec<Shape>,
    patterns: Vec<Pattern>,
    errors: Vec<ServiceError>,
    common: Vec<ServiceError>,
    operations: Vec<OperationModel>,
    by_name: HashMap<String, usize>,
}

impl Model {
    /// What the asset was made from.
    pub fn made(&self) -> &Made {
        &self.made
    }

    /// The errors that every operation may answer with.
    pub fn common_errors(&self) -> impl Iterator<Item = &ServiceError> {
        self.common.iter()
    }

    /// The errors of any operation.
    pub fn all_errors(&self) -> impl Iterator<Item = &ServiceError> {
        self.errors.iter()
    }

    /// The operation of that name; names are unique over both services.
    pub fn operation(&self, name: &str) -> Option<&OperationModel> {
        self.operations.get(*self.by_name.get(name)?)
    }

    /// All operations, by service and name.
    pub fn operations(&self) -> &[OperationModel] {
        &self.operations
    }

    /// The shape of that id.
    pub fn shape(&self, id: ShapeId) -> &Shape {
        // INVARIANT: ids are only made by the decoder, which checks them against the arena.
        &self.shapes[id.0 as usize]
    }

    /// The HTTP status of an error code of a service, modelled or common.
    pub fn error_status(&self, code: &str) -> Option<u16> {
        self.errors.iter().chain(&self.common).find(|error| error.code == code).map(|error| error.status)
    }

    fn structure(&self, id: Option<ShapeId>) -> &Structure {
        static EMPTY: Structure = Structure { members: Vec::new(), checked: Vec::new() };
        match id.map(|id| &self.shape(id).kind) {
            Some(Kind::Structure(structure)) => structure,
            _ => &EMPTY,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_found_with_their_facts() {
        let create = model().operation("CreateUser").unwrap();
        assert_eq!((create.service, create.access), (Service::Iam, Access::Write));
        assert_eq!(create.action(), "iam:CreateUser");
        assert_eq!(create.wrapper.as_deref(), Some("CreateUserResult"));
        let members: Vec<&str> = create.input().members.iter().map(|m| m.name.as_str()).collect();
        assert_eq!(members, ["Path", "UserName", "PermissionsBoundary", "Tags"]);
        assert!(create.input().member("UserName").unwrap().required);
        assert!(create.errors().any(|error| error.code == "EntityAlreadyExists" && error.status == 409));
        let list = model().operation("ListUsers").unwrap();
        assert_eq!(list.paging.as_ref().unwrap().lists, ["Users"]);
        assert_eq!(model().operation("DeleteUser").unwrap().wrapper, None);
        assert!(model().operation("AssumeRoleWithSAML").unwrap().anonymous);
        assert!(model().operation("createuser").is_none());
        assert_eq!(Service::Sts.version(), "2011-06-15");
        assert_eq!(Service::Iam.namespace(), "https://iam.amazonaws.com/doc/2010-05-08/");
    }

    #[test]
    fn error_codes_have_their_status() {
        for (code, status) in [("NoSuchEntity", 404), ("ReportNotPresent", 410), ("AccessDenied", 403)] {
            assert_eq!(model().error_status(code), Some(status), "{code}");
        }
        assert_eq!(model().error_status("NoSuchCode"), None);
    }
}
