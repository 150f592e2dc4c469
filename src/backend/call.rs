//! Sending one call of a plan over the SDK.
//!
//! A call is data: an operation of the service model with its input. [`table`] says for each mutating
//! operation which setter takes which parameter and what its answer gives to later steps. What the SDK lacks,
//! an operation or one of its parameters, is sent by the service model. The gate, the limiter, retries and errors
//! are those of every other call.

pub(super) mod table;

use std::sync::Arc;

use aws_sdk_iam::primitives::Blob;
use aws_sdk_iam::types::Tag;
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

use super::run::{Run, Sink};
use super::{Session, Urgency, services};
use crate::api::Operation;
use crate::model::{ErrorKind, LoadError};
use crate::plan::Call;

/// What a call answered: values by their path, such as `User.Arn`.
pub type Sent = Result<Map<String, Value>, LoadError>;

macro_rules! sends {
    ($($operation:ident $method:ident [$($setter:ident $kind:ident $member:ident),*]
        $(gives [$($path:literal $first:ident $(.$second:ident)?),*])?;)*) => {
        /// The operations of the table.
        #[cfg(test)]
        pub(super) const OPERATIONS: &[crate::api::Iam] = &[$(crate::api::Iam::$operation),*];

        /// The parameters that the SDK takes for an operation, where it has the operation.
        pub(in crate::backend) fn parameters(operation: crate::api::Operation) -> Option<&'static [&'static str]> {
            match operation {
                $(crate::api::Operation::Iam(crate::api::Iam::$operation) => Some(&[$(stringify!($member)),*]),)*
                _ => None,
            }
        }

        /// Sends a call, if the table has its operation.
        pub(in crate::backend) async fn send(run: &super::Run, call: &crate::plan::Call) -> super::Sent {
            match call.operation() {
                $(crate::api::Operation::Iam(crate::api::Iam::$operation) => {
                    let request = run.clients.iam.$method()$(.$setter(super::$kind(call, stringify!($member))?))*;
                    let _answer = run.call(crate::api::Iam::$operation, || request.clone().send()).await?;
                    #[allow(unused_mut, reason = "an operation that answers nothing gives nothing")]
                    let mut gives = serde_json::Map::new();
                    $($(super::give(&mut gives, $path, sends!(@get _answer $first $($second)?));)*)?
                    Ok(gives)
                })*
                other => Err(super::unknown(other)),
            }
        }
    };
    (@get $answer:ident $first:ident $second:ident) => {
        $answer.$first().and_then(|inner| super::Given::given(inner.$second()))
    };
    (@get $answer:ident $first:ident) => { super::Given::given($answer.$first()) };
}
use sends;

impl Session {
    /// Sends one call whose references and secrets are filled in; its answer is kept by path.
    ///
    /// Nothing is tried again where the service may have done the work already: only refusals to take the
    /// request at all are.
    pub async fn send(&self, call: &Call, sink: &Sink) -> Sent {
        let run = self.run(Urgency::Now, subject(call), Arc::clone(sink), CancellationToken::new());
        services::send(&run, call).await
    }
}

/// What a call is about, for the log of calls: the first text of its input that is no document.
fn subject(call: &Call) -> Option<Box<str>> {
    let named = call.input().iter().filter(|(name, _)| !name.ends_with("Document"));
    named.filter_map(|(_, value)| value.as_str()).map(Into::into).next()
}

/// A refusal, for what nobody can send.
pub(super) fn unknown(operation: Operation) -> LoadError {
    LoadError::new(ErrorKind::Unsupported, operation).detail("this version cannot send it")
}

/// A parameter that has another shape than its operation takes.
fn misshapen(call: &Call, member: &str) -> LoadError {
    let detail = format!("the parameter `{member}` has the wrong shape");
    LoadError::new(ErrorKind::Configuration, call.operation()).detail(&detail)
}

fn taken<'c, T>(
    call: &'c Call,
    member: &str,
    take: impl FnOnce(&'c Value) -> Option<T>,
) -> Result<Option<T>, LoadError> {
    let given = call.input().get(member).filter(|value| !value.is_null());
    given.map(|value| take(value).ok_or_else(|| misshapen(call, member))).transpose()
}

fn text(call: &Call, member: &str) -> Result<Option<String>, LoadError> {
    taken(call, member, |value| value.as_str().map(str::to_owned))
}

fn choice<T: for<'a> From<&'a str>>(call: &Call, member: &str) -> Result<Option<T>, LoadError> {
    taken(call, member, |value| value.as_str().map(T::from))
}

fn flag(call: &Call, member: &str) -> Result<Option<bool>, LoadError> {
    taken(call, member, Value::as_bool)
}

fn int(call: &Call, member: &str) -> Result<Option<i32>, LoadError> {
    taken(call, member, |value| value.as_i64().and_then(|number| i32::try_from(number).ok()))
}

fn texts(call: &Call, member: &str) -> Result<Option<Vec<String>>, LoadError> {
    taken(call, member, |value| {
        value.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
    })
}

fn tags(call: &Call, member: &str) -> Result<Option<Vec<Tag>>, LoadError> {
    taken(call, member, |value| {
        let tag =
            |tag: &Value| Tag::builder().key(tag.get("Key")?.as_str()?).value(tag.get("Value")?.as_str()?).build().ok();
        value.as_array()?.iter().map(tag).collect::<Option<Vec<_>>>()
    })
}

fn give(gives: &mut Map<String, Value>, path: &str, value: Option<Value>) {
    if let Some(value) = value {
        gives.insert(path.to_owned(), value);
    }
}

/// A value of the SDK as JSON.
trait Given {
    fn given(self) -> Option<Value>;
}

impl Given for &str {
    fn given(self) -> Option<Value> {
        Some(self.into())
    }
}

impl Given for bool {
    fn given(self) -> Option<Value> {
        Some(self.into())
    }
}

impl Given for i32 {
    fn given(self) -> Option<Value> {
        Some(self.into())
    }
}

impl Given for &Blob {
    fn given(self) -> Option<Value> {
        use base64::Engine as _;
        Some(base64::engine::general_purpose::STANDARD.encode(self.as_ref()).into())
    }
}

impl<T: Given> Given for Option<T> {
    fn given(self) -> Option<Value> {
        self.and_then(Given::given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Iam;

    #[test]
    fn every_mutating_operation_of_the_sdk_is_in_the_table() {
        let (_, sdk) = &crate::api::model().made().sdk["aws-sdk-iam"];
        for operation in Iam::ALL {
            let linked = sdk.iter().any(|name| name.eq_ignore_ascii_case(operation.name()));
            let changes = operation.change().is_some();
            assert_eq!(table::OPERATIONS.contains(operation), linked && changes, "{}", operation.name());
        }
    }

    #[test]
    fn a_parameter_of_the_wrong_shape_is_refused_before_anything_is_sent() {
        let call = Call::new(Iam::CreateUser).with("UserName", 7);
        assert!(text(&call, "UserName").is_err());
        assert_eq!(text(&call, "Path").unwrap(), None);
        let call = Call::new(Iam::TagUser).with("Tags", serde_json::json!([{"Key": "a", "Value": "b"}]));
        assert_eq!(tags(&call, "Tags").unwrap().unwrap().len(), 1);
    }
}
