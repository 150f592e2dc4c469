//! The calls of plans that the service model does not hold: what their operations take.

use serde_json::Value;

use crate::api::{Operation, Signin};
use crate::base::nearest::nearest;

use super::{Call, PlanError};

/// The sessions of one `BatchRevokeSessions`.
pub const REVOKED_AT_ONCE: usize = 5;
/// The characters of its reason.
pub const LONGEST_REASON: usize = 256;

/// The parameters of `BatchRevokeSessions`.
const REVOKE: [&str; 3] = ["principalArn", "reason", "sessionArns"];

/// Checks a call of a service that the model does not hold, where plans can have it.
pub(super) fn check(call: &Call) -> Result<(), PlanError> {
    match call.operation() {
        Operation::Signin(Signin::BatchRevokeSessions) => revoke(call),
        other => Err(PlanError::ReadOnlyOperation(other.name().to_owned())),
    }
}

fn revoke(call: &Call) -> Result<(), PlanError> {
    let operation = || call.operation().name().to_owned();
    let bad = |told: String| Err(PlanError::BadParameter { operation: operation(), told });
    if let Some(given) = call.input().keys().find(|name| !REVOKE.contains(&name.as_str())) {
        let meant = nearest(given, REVOKE.into_iter()).map(str::to_owned);
        return Err(PlanError::UnknownParameter { operation: operation(), given: given.clone(), meant });
    }
    let Some(sessions) = call.input().get("sessionArns") else {
        return Err(PlanError::MissingParameter { operation: operation(), parameter: "sessionArns".to_owned() });
    };
    let arns = sessions.as_array().filter(|arns| arns.iter().all(Value::is_string)).map_or(0, Vec::len);
    if !(1..=REVOKED_AT_ONCE).contains(&arns) {
        return bad(format!("sessionArns must be a list of 1 to {REVOKED_AT_ONCE} ARNs"));
    }
    let text = |name: &str| call.input().get(name).map(|value| value.as_str().unwrap_or_default());
    if text("principalArn").is_some_and(|arn| !arn.starts_with("arn:")) {
        return bad("principalArn must be an ARN".to_owned());
    }
    if text("reason").is_some_and(|reason| !(1..=LONGEST_REASON).contains(&reason.chars().count())) {
        return bad(format!("reason must have 1 to {LONGEST_REASON} characters"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn told(input: &Value, told: &str) {
        let input = input.as_object().unwrap().clone();
        let call = Call::with_input(Signin::BatchRevokeSessions, input);
        let answer = call.check().map_or_else(|error| error.to_string(), |()| String::new());
        assert_eq!(answer, told);
    }

    #[test]
    fn what_the_service_would_refuse_is_refused_here() {
        let arn = "arn:aws:signin:us-east-1:123456789012:session/1";
        told(&json!({"sessionArns": [arn], "reason": "lost laptop"}), "");
        told(&json!({}), "`BatchRevokeSessions` is missing the parameter `sessionArns`");
        let wrong = "`BatchRevokeSessions`: sessionArns must be a list of 1 to 5 ARNs";
        for arns in [json!([]), json!([1]), json!(arn), json!([arn, arn, arn, arn, arn, arn])] {
            told(&json!({ "sessionArns": arns }), wrong);
        }
        told(
            &json!({"sessionArns": [arn], "reason": "x".repeat(257)}),
            "`BatchRevokeSessions`: reason must have 1 to 256 characters",
        );
        told(&json!({"sessionArns": [arn], "why": "x"}), "`BatchRevokeSessions` has no parameter `why`");
        let call = Call::with_input(Signin::ListSessions, serde_json::Map::new());
        assert!(call.check().is_err());
    }
}
