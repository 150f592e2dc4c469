//! Amazon Resource Names, parsed once.
//!
//! Format: `arn:partition:service:region:account-id:resource`
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>).

use std::fmt;

use serde::{Deserialize, Serialize};

/// A parsed ARN. The resource part keeps its own colons and slashes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Arn {
    text: Box<str>,
    /// Byte positions of the five colons that end the first five fields.
    colons: [u16; 5],
}

/// Why a text is no ARN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ArnError {
    /// It does not begin with `arn:`.
    #[error("an ARN begins with `arn:`")]
    Prefix,
    /// It has fewer than six fields.
    #[error("an ARN has six fields: arn:partition:service:region:account:resource")]
    Fields,
    /// It is longer than any ARN that AWS gives out (2,048 characters).
    #[error("an ARN has at most 2,048 characters")]
    TooLong,
}

impl From<Arn> for String {
    fn from(arn: Arn) -> Self {
        arn.text.into()
    }
}

impl TryFrom<String> for Arn {
    type Error = ArnError;

    fn try_from(text: String) -> Result<Self, ArnError> {
        Self::parse(&text)
    }
}

impl Arn {
    /// Parses a text into its six fields; nothing is said of whether such a thing exists.
    pub fn parse(text: &str) -> Result<Self, ArnError> {
        if text.len() > 2048 {
            return Err(ArnError::TooLong);
        }
        if !text.starts_with("arn:") {
            return Err(ArnError::Prefix);
        }
        let mut colons = [0u16; 5];
        let mut found = text.bytes().enumerate().filter(|(_, b)| *b == b':').map(|(at, _)| at);
        for slot in &mut colons {
            *slot = found.next().and_then(|at| u16::try_from(at).ok()).ok_or(ArnError::Fields)?;
        }
        Ok(Self { text: text.into(), colons })
    }

    /// Builds an IAM ARN, which has no Region.
    pub fn iam(partition: &str, account: &str, resource: &str) -> Result<Self, ArnError> {
        Self::parse(&format!("arn:{partition}:iam::{account}:{resource}"))
    }

    fn field(&self, number: usize) -> &str {
        let start = match number {
            0 => 0,
            n => self.colons.get(n - 1).map_or(0, |at| usize::from(*at) + 1),
        };
        let end = self.colons.get(number).map_or(self.text.len(), |at| usize::from(*at));
        self.text.get(start..end).unwrap_or_default()
    }

    /// `aws`, `aws-cn`, `aws-us-gov`, …
    pub fn partition(&self) -> &str {
        self.field(1)
    }

    /// `iam`, `sts`, `s3`, …
    pub fn service(&self) -> &str {
        self.field(2)
    }

    /// The Region; empty for global services.
    pub fn region(&self) -> &str {
        self.field(3)
    }

    /// The account id, `aws` for what AWS owns; may be empty.
    pub fn account(&self) -> &str {
        self.field(4)
    }

    /// All after the fifth colon, such as `user/division/alice`.
    pub fn resource(&self) -> &str {
        self.field(5)
    }

    /// The resource's type, such as `user` or `role`; the whole resource where it has no slash.
    pub fn resource_type(&self) -> &str {
        self.resource().split('/').next().unwrap_or_default()
    }

    /// The last part of the resource: the friendly name of an IAM entity.
    pub fn name(&self) -> &str {
        self.resource().rsplit('/').next().unwrap_or_default()
    }

    /// The path of an IAM entity, with both slashes; `/` where it has none.
    pub fn path(&self) -> &str {
        let resource = self.resource();
        match (resource.find('/'), resource.rfind('/')) {
            (Some(first), Some(last)) => resource.get(first..=last).unwrap_or("/"),
            _ => "/",
        }
    }

    /// The whole ARN.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::str::FromStr for Arn {
    type Err = ArnError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_splits_into_six_fields() {
        let arn = Arn::parse("arn:aws:iam::123456789012:user/division/alice").unwrap();
        assert_eq!((arn.partition(), arn.service(), arn.region()), ("aws", "iam", ""));
        assert_eq!((arn.account(), arn.resource()), ("123456789012", "user/division/alice"));
        assert_eq!((arn.resource_type(), arn.path(), arn.name()), ("user", "/division/", "alice"));
    }

    #[test]
    fn the_resource_keeps_its_colons() {
        let arn = Arn::parse("arn:aws:sns:eu-west-1:123456789012:topic:sub").unwrap();
        assert_eq!(arn.resource(), "topic:sub");
        assert_eq!(arn.path(), "/");
    }

    #[test]
    fn what_is_no_arn_is_refused() {
        assert_eq!(Arn::parse("user/alice"), Err(ArnError::Prefix));
        assert_eq!(Arn::parse("arn:aws:iam"), Err(ArnError::Fields));
        assert_eq!(Arn::parse(&format!("arn:{}", "a".repeat(3000))), Err(ArnError::TooLong));
    }
}
