//! How AWS counts the size of a policy, and what it allows.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>

/// The size of a text in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// All characters.
    pub chars: usize,
    /// The characters without the white space between tokens: what IAM's quotas count.
    pub compact: usize,
}

impl Size {
    /// Counts a text, well-formed or not; white space inside strings counts.
    pub fn of(text: &str) -> Self {
        let (mut chars, mut compact) = (0, 0);
        let (mut in_string, mut escaped) = (false, false);
        for byte in text.bytes() {
            // Continuation bytes belong to the character before them.
            if byte & 0xc0 == 0x80 {
                continue;
            }
            chars += 1;
            compact += usize::from(in_string || !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
            if escaped {
                escaped = false;
            } else if byte == b'"' {
                in_string = !in_string;
            } else if byte == b'\\' {
                escaped = in_string;
            }
        }
        Self { chars, compact }
    }
}

impl Size {
    /// Counts a text that was parsed: nearly free, since its tokens are known.
    pub fn of_tree(tree: &super::syntax::Tree<'_>) -> Self {
        let text = tree.text();
        if !text.is_ascii() || tree.tokens().is_empty() {
            return Self::of(text);
        }
        Self { chars: text.len(), compact: tree.tokens().iter().map(|token| token.span.len()).sum() }
    }
}

/// A limit on the size of policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quota {
    /// One customer managed policy.
    Managed,
    /// All inline policies of a user together.
    InlineOfUser,
    /// All inline policies of a group together.
    InlineOfGroup,
    /// All inline policies of a role together.
    InlineOfRole,
    /// A role's trust policy; 4,096 on request.
    Trust,
    /// Session policies passed as JSON and as ARNs together.
    Session,
    /// A service control policy.
    Scp,
    /// A resource control policy.
    Rcp,
}

impl Quota {
    /// All quotas, as a gauge shows them.
    pub const ALL: [Self; 8] = [
        Self::Managed,
        Self::InlineOfUser,
        Self::InlineOfGroup,
        Self::InlineOfRole,
        Self::Trust,
        Self::Session,
        Self::Scp,
        Self::Rcp,
    ];

    /// What the quota is about, to be read after a number of characters.
    pub fn label(self) -> &'static str {
        match self {
            Self::Managed => "managed policy",
            Self::InlineOfUser => "inline policies of a user",
            Self::InlineOfGroup => "inline policies of a group",
            Self::InlineOfRole => "inline policies of a role",
            Self::Trust => "role trust policy",
            Self::Session => "session policies",
            Self::Scp => "service control policy",
            Self::Rcp => "resource control policy",
        }
    }

    /// The most characters.
    pub fn limit(self) -> usize {
        match self {
            Self::Managed => 6_144,
            Self::InlineOfUser | Self::Trust | Self::Session => 2_048,
            Self::InlineOfGroup | Self::Rcp => 5_120,
            Self::InlineOfRole | Self::Scp => 10_240,
        }
    }

    /// What a text uses of the quota: Organizations count white space, IAM does not.
    pub fn used(self, size: Size) -> usize {
        match self {
            Self::Scp | Self::Rcp => size.chars,
            _ => size.compact,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, chars: usize, compact: usize) {
        assert_eq!(Size::of(text), Size { chars, compact });
    }

    #[test]
    fn white_space_between_tokens_is_not_counted() {
        check("", 0, 0);
        check("{\n  \"a b\": 1\n}", 14, 9);
        check("\"a\\\" b\" ", 8, 7);
        check("\"é\" ", 4, 3);
    }

    #[test]
    fn organizations_count_white_space() {
        let size = Size::of("{ }");
        assert_eq!((Quota::Scp.used(size), Quota::Managed.used(size)), (3, 2));
    }
}
