//! Checking an input against the model, in the words of AWS.
//!
//! The texts are those of recorded answers. IAM no longer repeats a value that it refuses, STS does:
//!
//! ```text
//! 1 validation error detected: Value at 'tags.1.member.key' failed to satisfy constraint: Member must have …
//! 1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: Member must …
//! ```
//!
//! Several are joined, in the order in which the service looks at its members; of one member the pattern comes first.
//! IAM words some patterns itself, behind those constraints (`The specified value for userName is invalid. …`).

use std::fmt;

use serde_json::Value;

use super::model::{Kind, Model, OperationModel, Service, Shape, ShapeId, Structure, Text, camel};

/// What is wrong with an input; shown, it is the message of AWS's `ValidationError`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violations {
    constraints: Vec<Violation>,
    worded: Vec<Violation>,
}

/// One member that breaks a constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Violation {
    member: String,
    text: String,
}

impl Violations {
    /// The members at fault with what is wrong, for forms: (`userName`, sentence).
    pub fn each(&self) -> impl Iterator<Item = (&str, &str)> {
        self.constraints.iter().chain(&self.worded).map(|v| (v.member.as_str(), v.text.as_str()))
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.constraints.len();
        if count == 0 {
            return self.worded.first().map_or(Ok(()), |first| f.write_str(&first.text));
        }
        let plural = if count == 1 { "" } else { "s" };
        write!(f, "{count} validation error{plural} detected: ")?;
        for (at, violation) in self.constraints.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { "; " })?;
            f.write_str(&violation.text)?;
        }
        Ok(())
    }
}

impl std::error::Error for Violations {}

/// Checks an input against the constraints of its operation: required, lengths, ranges, patterns, enumerations.
///
/// Members that the model does not know are left alone, as AWS does. The cost is linear in the size of the input.
pub fn validate(operation: &OperationModel, input: &Value) -> Result<(), Violations> {
    let mut check = Check {
        model: super::model(),
        service: operation.service,
        found: Violations { constraints: Vec::new(), worded: Vec::new() },
    };
    check.structure(operation.input(), input, "");
    let found = check.found;
    if found.constraints.is_empty() && found.worded.is_empty() { Ok(()) } else { Err(found) }
}

struct Check {
    model: &'static Model,
    service: Service,
    found: Violations,
}

impl Check {
    fn structure(&mut self, structure: &Structure, value: &Value, path: &str) {
        for member in structure.checked() {
            let given = value.get(&member.name).unwrap_or(&Value::Null);
            if given.is_null() && !member.required {
                continue;
            }
            let mut path = if path.is_empty() { String::new() } else { format!("{path}.") };
            path.push_str(&camel(&member.name));
            if !given.is_null() {
                self.value(member.shape, given, &path);
            } else if member.required {
                self.refuse(&path, given, false, NOT_NULL);
            }
        }
    }

    fn value(&mut self, id: ShapeId, value: &Value, path: &str) {
        let shape = self.model.shape(id);
        match (&shape.kind, value) {
            (Kind::Structure(structure), Value::Object(_)) => self.structure(structure, value, path),
            (Kind::List(list), Value::Array(elements)) => {
                self.length(elements.len(), list.min, list.max, path, value, shape.sensitive);
                self.elements(list.element, elements, path, value);
            }
            (Kind::Map(map), Value::Object(pairs)) => {
                self.length(pairs.len(), None, map.max, path, value, shape.sensitive);
                for (key, value) in pairs {
                    self.value(map.value, value, &format!("{path}.{key}.member"));
                }
            }
            (Kind::Text(text), Value::String(given)) => self.text(shape, text, given, value, path),
            (Kind::Integer { min, max }, Value::Number(number)) => {
                let number = number.as_i64().unwrap_or(i64::MAX);
                if let Some(min) = min.filter(|&min| number < min) {
                    self.refuse(path, value, false, &format!("Member must have value greater than or equal to {min}"));
                }
                if let Some(max) = max.filter(|&max| number > max) {
                    self.refuse(path, value, false, &format!("Member must have value less than or equal to {max}"));
                }
            }
            (Kind::Boolean, Value::Bool(_)) | (Kind::Timestamp | Kind::Blob, Value::String(_)) => {}
            // No request on the wire gets here, for it is read after the model; a plan that was written by hand may.
            (kind, _) => self.refuse(path, value, shape.sensitive, &format!("Member must be {}", noun(kind))),
        }
    }

    fn text(&mut self, shape: &Shape, text: &Text, given: &str, value: &Value, path: &str) {
        if text.choices.is_empty() || text.choices.iter().any(|choice| choice == given) {
            if text.pattern().is_some_and(|pattern| !pattern.matches(given)) {
                self.pattern(shape, text, value, path);
            }
        } else {
            let constraint = self.choices(text);
            self.refuse(path, value, shape.sensitive, &constraint);
        }
        self.length(given.chars().count(), text.min, text.max, path, value, shape.sensitive);
    }

    fn pattern(&mut self, shape: &Shape, text: &Text, value: &Value, path: &str) {
        let member = path.rsplit('.').next().unwrap_or(path);
        if self.service == Service::Iam
            && let Some(rule) = worded(shape, text)
        {
            let told = format!("The specified value for {member} is invalid. It must {rule}");
            self.found.worded.push(Violation { member: path.to_owned(), text: told });
        } else {
            self.refuse(path, value, shape.sensitive, &pattern_constraint(text));
        }
    }

    /// A list of structures is checked member by member; a list of texts is refused as a whole.
    fn elements(&mut self, element: ShapeId, elements: &[Value], path: &str, list: &Value) {
        let shape = self.model.shape(element);
        let Kind::Text(text) = &shape.kind else {
            for (at, value) in elements.iter().enumerate() {
                self.value(element, value, &format!("{path}.{}.member", at + 1));
            }
            return;
        };
        let fits = |value: &Value| {
            value.as_str().is_some_and(|given| {
                let length = given.chars().count() as u64;
                text.min.is_none_or(|min| length >= min)
                    && text.max.is_none_or(|max| length <= max)
                    && text.pattern().is_none_or(|pattern| pattern.matches(given))
                    && (text.choices.is_empty() || text.choices.iter().any(|choice| choice == given))
            })
        };
        if elements.iter().all(fits) {
            return;
        }
        let constraints: Vec<String> = [
            text.max.map(longest),
            text.min.map(shortest),
            text.pattern().map(|_| pattern_constraint(text)),
            (!text.choices.is_empty()).then(|| self.choices(text)),
            Some(NOT_NULL.to_owned()),
        ]
        .into_iter()
        .flatten()
        .collect();
        let constraint = format!("Member must satisfy constraint: [{}]", constraints.join(", "));
        self.refuse(path, list, shape.sensitive, &constraint);
    }

    fn length(&mut self, length: usize, min: Option<u64>, max: Option<u64>, path: &str, value: &Value, secret: bool) {
        let length = length as u64;
        if let Some(max) = max.filter(|&max| length > max) {
            self.refuse(path, value, secret, &longest(max));
        }
        if let Some(min) = min.filter(|&min| length < min) {
            self.refuse(path, value, secret, &shortest(min));
        }
    }

    fn choices(&self, text: &Text) -> String {
        match self.service {
            Service::Iam => "Member must satisfy enum value set".to_owned(),
            Service::Sts => format!("Member must satisfy enum value set: [{}]", text.choices.join(", ")),
        }
    }

    fn refuse(&mut self, path: &str, value: &Value, secret: bool, constraint: &str) {
        let value = match (self.service, value) {
            (Service::Sts, Value::Number(number)) => format!(" '{number}'"),
            (Service::Sts, Value::String(text)) if !secret => format!(" '{text}'"),
            (Service::Sts, Value::Null) => " null".to_owned(),
            // No recording tells how STS writes a list.
            _ => String::new(),
        };
        self.found.constraints.push(Violation {
            member: path.to_owned(),
            text: format!("Value{value} at '{path}' failed to satisfy constraint: {constraint}"),
        });
    }
}

const NOT_NULL: &str = "Member must not be null";

fn longest(max: u64) -> String {
    format!("Member must have length less than or equal to {max}")
}

fn shortest(min: u64) -> String {
    format!("Member must have length greater than or equal to {min}")
}

fn pattern_constraint(text: &Text) -> String {
    let pattern = text.pattern().map_or("", |pattern| pattern.text.as_str());
    format!("Member must satisfy regular expression pattern: {pattern}")
}

/// What IAM says of a pattern in its own words, where it does.
fn worded(shape: &Shape, text: &Text) -> Option<&'static str> {
    match shape.name.as_str() {
        "pathType" | "policyPathType" => {
            Some("begin and end with / and contain only alphanumeric characters and/or / characters.")
        }
        "pathPrefixType" => {
            Some("begin with the / character and contain only alphanumeric characters and/or / characters.")
        }
        "accessKeyIdType" => Some("contain only alphanumeric characters."),
        "policyDocumentType" => Some("contain only printable ASCII characters."),
        _ if text.pattern().is_some_and(|pattern| pattern.text == r"[\w+=,.@-]+") => {
            Some("contain only alphanumeric characters and/or the following: +=,.@_-")
        }
        _ => None,
    }
}

fn noun(kind: &Kind) -> &'static str {
    match kind {
        Kind::Structure(_) | Kind::Map(_) => "an object",
        Kind::List(_) => "a list",
        Kind::Text(_) | Kind::Timestamp | Kind::Blob => "a text",
        Kind::Integer { .. } => "an integer",
        Kind::Boolean => "true or false",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::model;
    use super::*;

    fn check(operation: &str, input: &Value, expected: &str) {
        let operation = model().operation(operation).unwrap();
        let told = validate(operation, input).map_or_else(|violations| violations.to_string(), |()| String::new());
        assert_eq!(told, expected);
    }

    fn tags(count: usize) -> Value {
        (0..count).map(|at| json!({"Key": format!("k{at}"), "Value": ""})).collect()
    }

    const ARN: &str = "arn:aws:iam::123456789012:policy/p";

    #[test]
    fn a_good_input_passes() {
        check("CreateUser", &json!({"UserName": "JohnDoe", "Path": "/a/b/", "Tags": tags(50)}), "");
        check("ListUsers", &json!({}), "");
        check("ListUsers", &json!({"Nonsense": "1", "MaxItems": 1000}), "");
        check("GetCallerIdentity", &json!({}), "");
    }

    #[test]
    fn lengths_are_refused_as_recorded() {
        check(
            "TagPolicy",
            &json!({"PolicyArn": ARN, "Tags": tags(51)}),
            "1 validation error detected: Value at 'tags' failed to satisfy constraint: \
             Member must have length less than or equal to 50",
        );
        check(
            "TagPolicy",
            &json!({"PolicyArn": ARN, "Tags": [{"Key": "k".repeat(129), "Value": ""}]}),
            "1 validation error detected: Value at 'tags.1.member.key' failed to satisfy constraint: \
             Member must have length less than or equal to 128",
        );
        check(
            "CreateVirtualMFADevice",
            &json!({"VirtualMFADeviceName": "d", "Path": format!("/{}/", "a".repeat(520))}),
            "1 validation error detected: Value at 'path' failed to satisfy constraint: \
             Member must have length less than or equal to 512",
        );
    }

    #[test]
    fn patterns_are_refused_as_recorded() {
        check(
            "TagPolicy",
            &json!({"PolicyArn": ARN, "Tags": [{"Key": "a*b", "Value": ""}]}),
            "1 validation error detected: Value at 'tags.1.member.key' failed to satisfy constraint: \
             Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+",
        );
        check(
            "GetPolicyVersion",
            &json!({"PolicyArn": ARN, "VersionId": "1"}),
            "1 validation error detected: Value at 'versionId' failed to satisfy constraint: \
             Member must satisfy regular expression pattern: v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?",
        );
        check(
            "DeleteServiceSpecificCredential",
            &json!({"ServiceSpecificCredentialId": "totally-wrong-credential-id-with-hyphens"}),
            "1 validation error detected: Value at 'serviceSpecificCredentialId' failed to satisfy constraint: \
             Member must satisfy regular expression pattern: [\\w]+",
        );
    }

    #[test]
    fn a_list_of_texts_is_refused_as_a_whole() {
        for keys in [json!(["k".repeat(129)]), json!(["ok", "a*b"]), json!([""])] {
            check(
                "UntagPolicy",
                &json!({"PolicyArn": ARN, "TagKeys": keys}),
                "1 validation error detected: Value at 'tagKeys' failed to satisfy constraint: Member must satisfy \
                 constraint: [Member must have length less than or equal to 128, Member must have length greater than \
                 or equal to 1, Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+, \
                 Member must not be null]",
            );
        }
    }

    #[test]
    fn an_enumeration_is_refused_without_its_values() {
        check(
            "UpdateServiceSpecificCredential",
            &json!({"ServiceSpecificCredentialId": "ACCA12345678901234567", "Status": "Invalid"}),
            "1 validation error detected: Value at 'status' failed to satisfy constraint: \
             Member must satisfy enum value set",
        );
    }

    #[test]
    fn iam_words_names_and_paths_itself() {
        check(
            "CreateUser",
            &json!({"UserName": "John Doe"}),
            "The specified value for userName is invalid. It must contain only alphanumeric characters and/or the \
             following: +=,.@_-",
        );
        check(
            "CreateVirtualMFADevice",
            &json!({"VirtualMFADeviceName": "d", "Path": "test/"}),
            "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric \
             characters and/or / characters.",
        );
    }

    #[test]
    fn several_violations_are_joined_in_the_order_of_the_service() {
        check(
            "CreateUser",
            &json!({"Path": format!("/{}/", "a".repeat(520))}),
            "2 validation errors detected: Value at 'path' failed to satisfy constraint: Member must have length less \
             than or equal to 512; Value at 'userName' failed to satisfy constraint: Member must not be null",
        );
        check(
            "TagPolicy",
            &json!({"PolicyArn": ARN, "Tags": [{"Key": "k".repeat(129), "Value": "v".repeat(257)}]}),
            "2 validation errors detected: Value at 'tags.1.member.value' failed to satisfy constraint: Member must \
             have length less than or equal to 256; Value at 'tags.1.member.key' failed to satisfy constraint: Member \
             must have length less than or equal to 128",
        );
    }

    #[test]
    fn of_one_member_the_pattern_comes_first() {
        let arn = r"[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+";
        check(
            "AssumeRole",
            &json!({"RoleArn": "", "RoleSessionName": "s1"}),
            &format!(
                "2 validation errors detected: Value '' at 'roleArn' failed to satisfy constraint: Member must satisfy \
                 regular expression pattern: {arn}; Value '' at 'roleArn' failed to satisfy constraint: Member must \
                 have length greater than or equal to 20"
            ),
        );
        check(
            "AssumeRole",
            &json!({"RoleArn": "arn:aws:iam::123456789012:role/r", "RoleSessionName": ""}),
            "1 validation error detected: Value '' at 'roleSessionName' failed to satisfy constraint: Member must have \
             length greater than or equal to 2",
        );
    }

    #[test]
    fn iam_elides_numbers_and_sts_shows_them() {
        check(
            "ListUsers",
            &json!({"MaxItems": 0}),
            "1 validation error detected: Value at 'maxItems' failed to satisfy constraint: \
             Member must have value greater than or equal to 1",
        );
        check(
            "AssumeRole",
            &json!({"RoleArn": "arn:aws:iam::123456789012:role/r", "RoleSessionName": "s1", "DurationSeconds": 43201}),
            "1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: \
             Member must have value less than or equal to 43200",
        );
    }

    #[test]
    fn sts_repeats_what_it_refuses() {
        let role = "arn:aws:iam::123456789012:role/r";
        check(
            "AssumeRole",
            &json!({"RoleArn": role, "RoleSessionName": "Session1:2"}),
            "1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: \
             Member must satisfy regular expression pattern: [\\w+=,.@-]*",
        );
        let long = "s".repeat(65);
        check(
            "AssumeRole",
            &json!({"RoleArn": role, "RoleSessionName": long}),
            &format!(
                "1 validation error detected: Value '{long}' at 'roleSessionName' failed to satisfy constraint: \
                 Member must have length less than or equal to 64"
            ),
        );
        check(
            "AssumeRole",
            &json!({"RoleArn": role}),
            "1 validation error detected: Value null at 'roleSessionName' failed to satisfy constraint: \
             Member must not be null",
        );
    }

    #[test]
    fn a_secret_is_never_repeated() {
        let operation = model().operation("AssumeRoleWithWebIdentity").unwrap();
        let input =
            json!({"RoleArn": "arn:aws:iam::123456789012:role/r", "RoleSessionName": "s1", "WebIdentityToken": "abc"});
        let told = validate(operation, &input).unwrap_err().to_string();
        assert!(told.contains("webIdentityToken") && !told.contains("abc"), "{told}");
    }

    #[test]
    fn a_wrong_type_is_refused_and_not_met_on_the_wire() {
        check(
            "CreateUser",
            &json!({"UserName": 7}),
            "1 validation error detected: Value at 'userName' failed to satisfy constraint: Member must be a text",
        );
    }
}
