//! The sentences in which AWS's services refuse.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>. Older answers have no
//! reason; newer ones name the kind of policy, and for a denial its ARN.

use super::Refusal;
use crate::policy::evaluate::Layer;

/// The kinds of policies as the sentences name them.
const KINDS: [(&str, Layer); 11] = [
    ("identity-based", Layer::Identity),
    ("identity based", Layer::Identity),
    ("permissions boundary", Layer::Boundary),
    ("session policy", Layer::Session),
    ("service control policy", Layer::Scp),
    ("resource control policy", Layer::Rcp),
    ("role trust policy", Layer::Trust),
    ("vpc endpoint policy", Layer::VpcEndpoint),
    ("vpc endpoint", Layer::VpcEndpoint),
    ("resource-based", Layer::Resource),
    ("resource based", Layer::Resource),
];

/// Reads a sentence; none where it refuses nothing.
pub(super) fn read(text: &str) -> Option<Refusal> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let lower = line.to_ascii_lowercase();
    let at = lower.find("not authorized to perform").or_else(|| lower.find("not authorised to perform"))?;
    let principal = principal(line.get(..at)?);
    let rest = line.get(at + "not authorized to perform".len()..)?.trim_start_matches([':', ' ']);
    let mut refusal = Refusal { principal, ..Refusal::default() };
    // EC2 first says this of the operation, and then in a second sentence of the action.
    if rest.starts_with("this operation") {
        return rest.get("this operation".len()..).and_then(read).or(Some(refusal).filter(|_| encoded(text).is_none()));
    }
    let action = rest.split([' ', ',']).next().unwrap_or_default().trim_end_matches(['.', ';', ':']);
    if action.contains(':') {
        refusal.action = Some(action.to_owned());
    }
    if let Some((_, after)) = rest.split_once("on resource:").or_else(|| rest.split_once("on resource ")) {
        refusal.resource = resource(after);
    }
    reason(rest, &mut refusal);
    (refusal.action.is_some() || refusal.principal.is_some()).then_some(refusal)
}

/// Who a sentence is about.
fn principal(before: &str) -> Option<String> {
    let words = before.trim_end().trim_end_matches(" is").trim_end();
    let last = words.rsplit(' ').next()?.trim_matches(['"', '\'', '`', ',']);
    let last = last.strip_prefix("User:").unwrap_or(last);
    let is_named = last.starts_with("arn:") || last == "anonymous" || last.ends_with(".amazonaws.com");
    is_named.then(|| last.to_owned())
}

/// The resource up to the reason; a service may tell a kind and a name in place of an ARN.
fn resource(after: &str) -> Option<String> {
    let ends = [" because ", " with an explicit deny", ". Encoded ", " (Service:", " (authorization", ", because "];
    let end = ends.iter().filter_map(|end| after.find(end)).min().unwrap_or(after.len());
    let text = after.get(..end)?.trim().trim_end_matches(['.', ';', ',']).trim_matches(['"', '\'', '`']);
    // An ARN ends with its word, but for names with blanks.
    let text = if text.starts_with("arn:") { text.split(' ').next().unwrap_or(text) } else { text };
    (!text.is_empty()).then(|| text.to_owned())
}

/// Which kind of policy refused, and which policy.
fn reason(rest: &str, refusal: &mut Refusal) {
    let lower = rest.to_ascii_lowercase();
    let kind = |text: &str| {
        let found = KINDS.iter().filter_map(|(word, layer)| text.find(word).map(|at| (at, *layer)));
        found.min_by_key(|(at, _)| *at).map(|(_, layer)| layer)
    };
    if let Some(at) = lower.find("explicit deny") {
        refusal.explicit = Some(true);
        let after = lower.get(at..).unwrap_or_default();
        refusal.layer = kind(after);
        let named = rest.get(at..).unwrap_or_default();
        refusal.policy = named
            .split([' ', ',', ';'])
            .find(|word| word.starts_with("arn:"))
            .map(|arn| arn.trim_end_matches(['.', ')', ';', ',']).to_owned());
        refusal.sid = named
            .split_once("Sid: ")
            .map(|(_, sid)| sid.split([' ', ',', '.', ')']).next().unwrap_or_default().to_owned());
    } else if let Some(at) = lower.find("because no ") {
        refusal.explicit = Some(false);
        refusal.layer = kind(lower.get(at..).unwrap_or_default());
    } else if let Some(at) = lower.find("because the ") {
        refusal.layer = kind(lower.get(at..).unwrap_or_default());
    }
}

/// The encoded message of a sentence that has one.
pub(super) fn encoded(text: &str) -> Option<&str> {
    let (_, after) = text.split_once("Encoded authorization failure message:")?;
    after.split_whitespace().next()
}
