//! The demo company: every empty, full, long and odd case that a screen can meet.

use jiff::Timestamp;
use serde_json::json;

use super::Step;
use crate::emulator::store::State;

/// The calls that made the company what it is, oldest first.
pub fn history(_account: &str) -> Vec<Step> {
    vec![Step {
        age: 24 * 900,
        operation: "CreateUser",
        input: json!({"UserName": "administrator", "Path": "/admin/"}),
    }]
}

/// Writes down what no call can: when things were last used.
pub fn finish(_state: &mut State, _now: Timestamp) {}
