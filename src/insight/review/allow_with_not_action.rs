//! Statements that allow everything but something.

use super::{Check, Finding, Looked, Reads, Scene, Severity};
use crate::policy::ast::Effect;

pub(super) const CHECK: Check = Check {
    id: "allow-with-not-action",
    title: "No statement allows everything but what it lists",
    why: "What such a statement allows grows with every new service of AWS.",
    fix: "List the actions that are to be allowed.",
    references: &["AWS best practice: Apply least-privilege permissions"],
    severity: Severity::Medium,
    reads: Reads::Policies,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    let mut found = Vec::new();
    for written in scene.documents().into_iter().filter(|written| !written.is_aws) {
        let statements = written.compiled.statements().iter();
        for statement in statements.filter(|one| one.effect() == Effect::Allow && one.has_not_action()) {
            found.push(Finding::new(
                written.resource.as_str(),
                format!("statement {} of {} allows everything but what it lists", statement.index() + 1, written.what),
            ));
        }
    }
    Ok(found)
}
