//! One mutating call as a value: an operation of the service model and its input.

use serde_json::{Map, Value, json};

use crate::api::{
    self, Access, AccessAnalyzer, Change, ChangeKind, Iam, Kind, Operation, OperationModel, Route, ShapeId, Structure,
};
use crate::base::nearest::nearest;

use super::error::PlanError;
use super::neighbours;

/// A call that would change the account.
///
/// The input is named as AWS names it. Two kinds of value stand for what is not known yet or must not be
/// written down: an output of an earlier step ([`output`]) and a secret ([`SecretFrom`]).
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    operation: Operation,
    input: Map<String, Value>,
}

/// A secret that a call takes: made or asked for when the call is sent, never written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretFrom {
    /// Made by this program, after the account's password policy.
    Generate,
    /// Asked of the person who applies the plan.
    Prompt,
    /// Read from a file that the person who applies the plan names.
    File,
}

impl SecretFrom {
    /// The value that stands for the secret in an input.
    pub fn value(self) -> Value {
        let word = match self {
            Self::Generate => "generate",
            Self::Prompt => "prompt",
            Self::File => "file",
        };
        json!({ "secret": word })
    }

    /// Reads the value that stands for a secret.
    pub fn of(value: &Value) -> Option<Self> {
        match lone(value, "secret")?.as_str()? {
            "generate" => Some(Self::Generate),
            "prompt" => Some(Self::Prompt),
            "file" => Some(Self::File),
            _ => None,
        }
    }
}

/// The value that stands for an output of an earlier step: `AccessKey.AccessKeyId` of `create-access-key:alice`.
pub fn output(step: &str, field: &str) -> Value {
    json!({ "from": step, "field": field })
}

/// What a value that stands for an output names: the step and the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Output<'a> {
    /// The id of the step.
    pub step: &'a str,
    /// The field of its output, with dots between the names.
    pub field: &'a str,
}

impl<'a> Output<'a> {
    /// Reads the value that stands for an output.
    pub fn of(value: &'a Value) -> Option<Self> {
        let object = value.as_object().filter(|object| object.len() == 2)?;
        Some(Self { step: object.get("from")?.as_str()?, field: object.get("field")?.as_str()? })
    }
}

/// Where an input takes an output of an earlier step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken<'a> {
    /// The output.
    pub output: Output<'a>,
    /// The parameter, or the member of it, that it becomes.
    pub parameter: &'a str,
    /// Whether AWS keeps that secret.
    pub is_secret: bool,
}

fn lone<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.as_object().filter(|object| object.len() == 1)?.get(name)
}

impl Call {
    /// A call without parameters yet.
    pub fn new(operation: impl Into<Operation>) -> Self {
        Self { operation: operation.into(), input: Map::new() }
    }

    /// A call with an input as read from a file.
    pub fn with_input(operation: impl Into<Operation>, input: Map<String, Value>) -> Self {
        Self { operation: operation.into(), input }
    }

    /// The same call with one more parameter.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.input.insert(name.to_owned(), value.into());
        self
    }

    /// The same call with one more parameter where there is a value for it.
    pub fn with_some(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The operation.
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// The operation, where it is one of IAM.
    pub fn iam(&self) -> Option<Iam> {
        match self.operation {
            Operation::Iam(operation) => Some(operation),
            Operation::Sts(_)
            | Operation::AccessAnalyzer(_)
            | Operation::CloudTrail(_)
            | Operation::IamToolbox(_)
            | Operation::Organizations(_)
            | Operation::Signin(_)
            | Operation::SsoOidc(_)
            | Operation::Tagging(_) => None,
        }
    }

    /// What the operation does to an account.
    pub fn change(&self) -> Option<Change> {
        self.operation.change()
    }

    /// How the operation acts.
    pub fn change_kind(&self) -> Option<ChangeKind> {
        self.change().map(|change| change.kind)
    }

    /// The operation in the service model; a call that passed [`Call::check`] has one.
    pub fn model(&self) -> Option<&'static OperationModel> {
        self.operation.model()
    }

    /// The input.
    pub fn input(&self) -> &Map<String, Value> {
        &self.input
    }

    /// A parameter that is a plain text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.input.get(name)?.as_str()
    }

    /// What the call does to the account, as AWS classifies it.
    pub fn access(&self) -> Access {
        self.operation.access()
    }

    /// The outputs of earlier steps that the input takes.
    pub fn outputs(&self) -> Vec<Output<'_>> {
        self.takes().into_iter().map(|taken| taken.output).collect()
    }

    /// The same, with where each goes.
    pub fn takes(&self) -> Vec<Taken<'_>> {
        let mut found = Vec::new();
        let structure = self.model().map(OperationModel::input);
        for (name, value) in &self.input {
            let shape = structure.and_then(|structure| structure.member(name)).map(|member| member.shape);
            takes(value, name, shape, false, &mut found);
        }
        found
    }

    /// The parameters that are secrets, with how to come by them.
    pub fn secrets(&self) -> impl Iterator<Item = (&str, SecretFrom)> {
        self.input.iter().filter_map(|(name, value)| Some((name.as_str(), SecretFrom::of(value)?)))
    }

    /// The same call, each stand-in replaced by what `fill` gives for it.
    pub fn filled<E>(&self, mut fill: impl FnMut(Output<'_>) -> Result<Value, E>) -> Result<Self, E> {
        let mut input = Map::new();
        for (name, value) in &self.input {
            input.insert(name.clone(), replaced(value, &mut fill)?);
        }
        Ok(Self { operation: self.operation, input })
    }

    /// Checks the call against the service model: the operation is known and mutates, every parameter is
    /// known and fits, none is missing, and what is secret is not written down.
    pub fn check(&self) -> Result<(), PlanError> {
        if let (Operation::AccessAnalyzer(operation), Some(_)) = (self.operation, self.change()) {
            return self.check_route(operation);
        }
        let Some(operation) = self.model().filter(|_| self.change().is_some()) else {
            return neighbours::check(self);
        };
        let mut check = Check { operation, waiting: Vec::new(), known: Map::new() };
        check.known = check.structure(operation.input(), &self.input, "")?;
        check.finish()?;
        self.check_tags()
    }

    /// Checks the call of a service that the service model does not hold: its parameters are known and none is missing.
    fn check_route(&self, operation: AccessAnalyzer) -> Result<(), PlanError> {
        let Some(route) = Route::of(operation) else {
            return Err(PlanError::ReadOnlyOperation(operation.name().to_owned()));
        };
        let members = || route.required.iter().chain(route.optional).copied();
        let operation = || operation.name().to_owned();
        if let Some(given) = self.input.keys().find(|given| !members().any(|member| member == *given)) {
            let meant = nearest(given, members()).map(str::to_owned);
            return Err(PlanError::UnknownParameter { operation: operation(), given: given.clone(), meant });
        }
        match route.required.iter().find(|name| !self.input.contains_key(**name)) {
            Some(name) => Err(PlanError::MissingParameter { operation: operation(), parameter: (*name).to_owned() }),
            None => Ok(()),
        }
    }

    /// Refuses tags that only AWS may set, which the model does not tell.
    fn check_tags(&self) -> Result<(), PlanError> {
        let tags = self.input.get("Tags").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let keys = tags.iter().filter_map(|tag| tag.get("Key")?.as_str());
        let is_reserved = |key: &&str| key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:"));
        match keys.into_iter().find(is_reserved) {
            Some(key) => Err(PlanError::Refused {
                what: format!("the tag key `{key}` begins with `aws:`, which is reserved for AWS"),
                hint: "Choose another key.",
            }),
            None => Ok(()),
        }
    }
}

/// Checks one input. Stand-ins are taken out before the model's own validation and forgiven there.
struct Check<'a> {
    operation: &'a OperationModel,
    /// Paths of stand-ins, as the model's validation writes them.
    waiting: Vec<String>,
    known: Map<String, Value>,
}

impl Check<'_> {
    fn structure(
        &mut self,
        structure: &Structure,
        input: &Map<String, Value>,
        path: &str,
    ) -> Result<Map<String, Value>, PlanError> {
        let mut known = Map::new();
        for (name, value) in input {
            let Some(member) = structure.member(name) else {
                let meant = nearest(name, structure.members.iter().map(|member| member.name.as_str()));
                return Err(PlanError::UnknownParameter {
                    operation: self.operation.name.clone(),
                    given: name.clone(),
                    meant: meant.map(str::to_owned),
                });
            };
            let path = join(path, &lower_first(name));
            if let Some(value) = self.value(member.shape, name, value, &path)? {
                known.insert(name.clone(), value);
            }
        }
        Ok(known)
    }

    /// The value without what is only known later; nothing where it is a stand-in as a whole.
    fn value(&mut self, id: ShapeId, name: &str, value: &Value, path: &str) -> Result<Option<Value>, PlanError> {
        let shape = api::model().shape(id);
        if Output::of(value).is_some() {
            self.waiting.push(path.to_owned());
            return Ok(None);
        }
        if shape.sensitive {
            if SecretFrom::of(value).is_none() {
                return Err(PlanError::WrittenSecret {
                    operation: self.operation.name.clone(),
                    parameter: name.to_owned(),
                });
            }
            self.waiting.push(path.to_owned());
            return Ok(None);
        }
        Ok(Some(match (&shape.kind, value) {
            (Kind::Structure(inner), Value::Object(object)) => Value::Object(self.structure(inner, object, path)?),
            (Kind::List(list), Value::Array(elements)) => {
                let mut kept = Vec::with_capacity(elements.len());
                for (at, element) in elements.iter().enumerate() {
                    let inner = format!("{path}.{}.member", at + 1);
                    kept.extend(self.value(list.element, name, element, &inner)?);
                }
                if kept.len() < elements.len() {
                    // The model judges a list of texts as a whole: with a stand-in in it, it cannot.
                    self.waiting.push(path.to_owned());
                }
                Value::Array(kept)
            }
            _ => value.clone(),
        }))
    }

    fn finish(self) -> Result<(), PlanError> {
        let Err(violations) = api::validate(self.operation, &Value::Object(self.known)) else { return Ok(()) };
        for (member, text) in violations.each() {
            if self.waiting.iter().any(|path| path == member) {
                continue;
            }
            let missing = self.operation.input().members.iter().find(|required| {
                required.required && lower_first(&required.name) == member && text.ends_with("must not be null")
            });
            let operation = self.operation.name.clone();
            return Err(match missing {
                Some(required) => PlanError::MissingParameter { operation, parameter: required.name.clone() },
                None => PlanError::BadParameter { operation, told: text.trim_end_matches('.').to_owned() },
            });
        }
        Ok(())
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn lower_first(name: &str) -> String {
    let mut rest = name.chars();
    rest.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(rest).collect()
}

/// Finds the outputs in a value; what lies in something secret is secret.
fn takes<'a>(value: &'a Value, parameter: &'a str, shape: Option<ShapeId>, secret: bool, found: &mut Vec<Taken<'a>>) {
    let shape = shape.map(|id| api::model().shape(id));
    let is_secret = secret || shape.is_some_and(|shape| shape.sensitive);
    if let Some(output) = Output::of(value) {
        return found.push(Taken { output, parameter, is_secret });
    }
    let kind = shape.map(|shape| &shape.kind);
    match value {
        Value::Array(elements) => {
            let element = if let Some(Kind::List(list)) = kind { Some(list.element) } else { None };
            for value in elements {
                takes(value, parameter, element, is_secret, found);
            }
        }
        Value::Object(object) => {
            for (name, value) in object {
                let member = if let Some(Kind::Structure(inner)) = kind { inner.member(name) } else { None };
                takes(value, name, member.map(|member| member.shape), is_secret, found);
            }
        }
        _ => {}
    }
}

fn replaced<E>(value: &Value, fill: &mut impl FnMut(Output<'_>) -> Result<Value, E>) -> Result<Value, E> {
    if let Some(output) = Output::of(value) {
        return fill(output);
    }
    Ok(match value {
        Value::Array(elements) => {
            Value::Array(elements.iter().map(|element| replaced(element, fill)).collect::<Result<_, _>>()?)
        }
        Value::Object(object) => {
            let mut filled = Map::new();
            for (name, member) in object {
                filled.insert(name.clone(), replaced(member, fill)?);
            }
            Value::Object(filled)
        }
        plain => plain.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(call: &Call, told: &str) {
        let answer = call.check().map_or_else(|error| error.to_string(), |()| String::new());
        assert_eq!(answer, told);
    }

    #[test]
    fn a_good_call_passes() {
        check(&Call::create_user("alice").with("Path", "/ops/"), "");
        check(&Call::create_login_profile("alice").with("Password", SecretFrom::Generate.value()), "");
        check(&Call::delete_access_key("alice", output("create-access-key:alice", "AccessKey.AccessKeyId")), "");
    }

    #[test]
    fn a_stand_in_may_lie_deep_in_the_input() {
        let key = output("create-access-key:alice", "AccessKey.AccessKeyId");
        check(&Call::tag_user("alice", json!([{"Key": key, "Value": "laptop"}])), "");
    }

    #[test]
    fn what_does_not_fit_the_model_is_refused() {
        check(&Call::new(Iam::ListUsers), "`ListUsers` changes nothing and has no place in a plan");
        check(&Call::new(Iam::CreateUser), "`CreateUser` is missing the parameter `UserName`");
        check(&Call::create_user("alice").with("UserNam", "x"), "`CreateUser` has no parameter `UserNam`");
        check(
            &Call::create_user("Alice Liddell"),
            "`CreateUser`: The specified value for userName is invalid. It must contain only alphanumeric characters \
             and/or the following: +=,.@_-",
        );
    }

    #[test]
    fn a_written_secret_is_refused_without_repeating_it() {
        let call = Call::create_login_profile("alice").with("Password", "Tr0ub4dor&3");
        check(&call, "`CreateLoginProfile` contains `Password` in plain text");
    }

    #[test]
    fn the_error_says_what_was_meant() {
        let hint = Call::create_user("a").with("paht", "/").check().unwrap_err().user_error().hint.unwrap();
        assert_eq!(hint, "Did you mean `Path`?");
    }

    #[test]
    fn stand_ins_are_found_and_filled() {
        let call = Call::delete_access_key("alice", output("key", "AccessKey.AccessKeyId"));
        assert_eq!(call.outputs(), [Output { step: "key", field: "AccessKey.AccessKeyId" }]);
        let filled = call.filled(|output| Ok::<_, ()>(Value::from(format!("{}!", output.field)))).unwrap();
        assert_eq!(filled.text("AccessKeyId"), Some("AccessKey.AccessKeyId!"));
    }
}
