//! What documents must be like before they are sent: their grammar and their size.

use crate::api::{Iam, Operation};
use crate::model::{Account, Document};
use crate::plan::PlanError;
use crate::policy::malformed::{self, DocumentUse};
use crate::policy::size::{Quota, Size};

/// Refuses a document that IAM would not store; `others` counts what shares the quota with it.
pub(super) fn acceptable(account: &Account, document: &Document, quota: Quota, others: usize) -> Result<(), PlanError> {
    let (key, use_, what) = match quota {
        Quota::InlineOfUser => ("UserPolicySizeQuota", DocumentUse::Inline, "the user's inline policies are too long"),
        Quota::InlineOfGroup => {
            ("GroupPolicySizeQuota", DocumentUse::Inline, "the group's inline policies are too long")
        }
        Quota::InlineOfRole => ("RolePolicySizeQuota", DocumentUse::Inline, "the role's inline policies are too long"),
        Quota::Trust => ("AssumeRolePolicySizeQuota", DocumentUse::Trust, "the trust policy is too long"),
        _ => ("PolicySizeQuota", DocumentUse::Managed, "the policy is too long"),
    };
    if let Some(wrong) = unsendable(document.text()) {
        return Err(PlanError::Refused {
            what: format!("policies cannot contain the character U+{:04X}", u32::from(wrong)),
            hint: "Only ASCII and Latin-1 characters, tabs and line breaks are allowed in a policy.",
        });
    }
    malformed::check(document.text(), use_).map_err(|wrong| PlanError::Refused {
        what: format!("the document would be refused: {}", wrong.message.trim_end_matches('.')),
        hint: "Correct the document; the findings show where.",
    })?;
    let count = Size::of(document.text()).compact + others;
    let limit = u64::try_from(quota.limit()).unwrap_or(u64::MAX);
    super::within(account, key, limit, count, &format!("{what}, {count} characters without white space"))
}

/// The first character that the API takes in no policy document.
fn unsendable(text: &str) -> Option<char> {
    // The pattern is one set of characters, the same for every operation that takes a document.
    let limits = Operation::Iam(Iam::CreatePolicy).model().and_then(|model| model.limits("PolicyDocument"));
    let pattern = limits.and_then(|limits| limits.pattern)?;
    text.chars().find(|ch| !ch.is_ascii_graphic() && !pattern.matches(ch.encode_utf8(&mut [0; 4])))
}
