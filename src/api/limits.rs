//! What a form may ask for a parameter: the constraints of one member of an input.

use super::model::{Kind, Model, OperationModel, Pattern, ShapeId};

/// The constraints of one parameter, for a form that checks while the user types.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Whether a value must be given.
    pub required: bool,
    /// The least length of a text or list, or the least value of a number.
    pub min: Option<i64>,
    /// The greatest length of a text or list, or the greatest value of a number.
    pub max: Option<i64>,
    /// The pattern that a whole text must match.
    pub pattern: Option<&'static Pattern>,
    /// The allowed texts; empty when any is.
    pub choices: &'static [String],
    /// Whether the value is a secret.
    pub sensitive: bool,
}

impl OperationModel {
    /// The limits of a parameter. `path` names it as AWS does; a dot steps into a structure or into the elements of a
    /// list: `UserName`, `Tags`, `Tags.Key`.
    pub fn limits(&self, path: &str) -> Option<Limits> {
        let model = super::model();
        let mut steps = path.split('.');
        let mut member = self.input().member(steps.next()?)?;
        for step in steps {
            member = match &model.shape(element(model, member.shape)).kind {
                Kind::Structure(structure) => structure.member(step)?,
                _ => return None,
            };
        }
        Some(limits(model, member.shape, member.required))
    }
}

/// The elements' shape of a list; any other shape is its own.
fn element(model: &Model, id: ShapeId) -> ShapeId {
    match &model.shape(id).kind {
        Kind::List(list) => list.element,
        _ => id,
    }
}

fn limits(model: &'static Model, id: ShapeId, required: bool) -> Limits {
    let shape = model.shape(id);
    let none = Limits { required, min: None, max: None, pattern: None, choices: &[], sensitive: shape.sensitive };
    let length = |bound: Option<u64>| bound.and_then(|bound| i64::try_from(bound).ok());
    match &shape.kind {
        Kind::Text(text) => Limits {
            min: length(text.min),
            max: length(text.max),
            pattern: text.pattern(),
            choices: &text.choices,
            ..none
        },
        Kind::Integer { min, max } => Limits { min: *min, max: *max, ..none },
        Kind::List(list) => Limits { min: length(list.min), max: length(list.max), ..none },
        Kind::Map(map) => Limits { max: length(map.max), ..none },
        Kind::Structure(_) | Kind::Boolean | Kind::Timestamp | Kind::Blob => none,
    }
}

#[cfg(test)]
mod tests {
    use super::super::model;

    fn check(operation: &str, path: &str, min: Option<i64>, max: Option<i64>, required: bool) {
        let limits = model().operation(operation).unwrap().limits(path).unwrap();
        assert_eq!((limits.min, limits.max, limits.required), (min, max, required), "{operation} {path}");
    }

    #[test]
    fn limits_are_found_at_any_depth() {
        check("CreateUser", "UserName", Some(1), Some(64), true);
        check("CreateUser", "Tags", None, Some(50), false);
        check("CreateUser", "Tags.Key", Some(1), Some(128), true);
        check("CreateRole", "MaxSessionDuration", Some(3600), Some(43200), false);
        check("ListUsers", "MaxItems", Some(1), Some(1000), false);
    }

    #[test]
    fn patterns_choices_and_secrets_are_told() {
        let operation = model().operation("UpdateAccessKey").unwrap();
        assert_eq!(operation.limits("Status").unwrap().choices.first().unwrap(), "Active");
        let name = model().operation("CreateUser").unwrap().limits("UserName").unwrap();
        assert!(name.pattern.unwrap().matches("JohnDoe"));
        assert!(model().operation("CreateLoginProfile").unwrap().limits("Password").unwrap().sensitive);
        assert!(model().operation("CreateUser").unwrap().limits("Nothing").is_none());
        assert!(model().operation("CreateUser").unwrap().limits("UserName.Key").is_none());
    }
}
