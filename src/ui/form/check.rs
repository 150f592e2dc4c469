//! What may stand in a field: the service model's own limits, told in a sentence.

use crate::api::{Iam, Operation};
use crate::base::error::UserError;
use crate::plan::items;
use crate::plan::neighbours::LONGEST_REASON;

/// A test of what is typed; the sentence says what to change.
pub type Check = fn(&str) -> Result<(), UserError>;

/// Tests a text by the limits of an operation's parameter.
///
/// A parameter that the service model does not name lets everything pass: the service has the last word.
pub fn by_limits(operation: Iam, parameter: &str, what: &str, text: &str) -> Result<(), UserError> {
    let Some(limits) = Operation::Iam(operation).model().and_then(|model| model.limits(parameter)) else {
        return Ok(());
    };
    let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    if length == 0 && limits.min.is_some_and(|min| min > 0) {
        return Err(UserError::new(format!("{what} is missing")));
    }
    if let Some(max) = limits.max.filter(|max| length > *max) {
        return Err(UserError::new(format!("{what} has {length} characters, at most {max} are allowed")));
    }
    if limits.pattern.is_some_and(|pattern| !pattern.matches(text)) {
        let strange = text.chars().find(|ch| !limits.pattern.is_some_and(|p| p.matches(ch.encode_utf8(&mut [0; 4]))));
        return Err(match strange {
            Some(ch) => UserError::new(format!("{what} cannot contain `{ch}`")),
            None => UserError::new(format!("{what} is not in the form that IAM accepts")),
        });
    }
    Ok(())
}

/// The name of a user.
pub fn user_name(text: &str) -> Result<(), UserError> {
    by_limits(Iam::CreateUser, "UserName", "the user name", text)
}

/// The name of a user group.
pub fn group_name(text: &str) -> Result<(), UserError> {
    by_limits(Iam::CreateGroup, "GroupName", "the group name", text)
}

/// The name of a role.
pub fn role_name(text: &str) -> Result<(), UserError> {
    by_limits(Iam::CreateRole, "RoleName", "the role name", text)
}

/// The name of a managed policy.
pub fn policy_name(text: &str) -> Result<(), UserError> {
    by_limits(Iam::CreatePolicy, "PolicyName", "the policy name", text)
}

/// The description of a role; none is fine.
pub fn role_description(text: &str) -> Result<(), UserError> {
    by_limits(Iam::CreateRole, "Description", "the description", text)
}

/// An account alias.
pub fn account_alias(text: &str) -> Result<(), UserError> {
    by_limits(Iam::CreateAccountAlias, "AccountAlias", "the account alias", text)
}

/// The reason for which sign-in sessions are revoked; none need be given.
pub fn signin_reason(text: &str) -> Result<(), UserError> {
    if text.trim().chars().count() > LONGEST_REASON {
        return Err(UserError::new(format!("the reason has at most {LONGEST_REASON} characters")));
    }
    Ok(())
}

/// The longest sign-in session of a user or role; none need be given.
pub fn signin_duration(text: &str) -> Result<(), UserError> {
    if text.trim().is_empty() {
        return Ok(());
    }
    items::signin_duration(text).map(drop)
}

/// The URL of an OpenID Connect provider.
pub fn provider_url(text: &str) -> Result<(), UserError> {
    match text.trim().strip_prefix("https://") {
        Some(rest) if rest.contains(':') => Err(UserError::new("the URL has no port")),
        Some(rest) if !rest.is_empty() => by_limits(Iam::CreateOpenIDConnectProvider, "Url", "the URL", text.trim()),
        _ => Err(UserError::new("the URL begins with `https://`")),
    }
}

/// An audience of an OpenID Connect provider.
pub fn audience(text: &str) -> Result<(), UserError> {
    by_limits(Iam::AddClientIDToOpenIDConnectProvider, "ClientID", "the audience", text)
}

/// The thumbprint of a certificate.
pub fn thumbprint(text: &str) -> Result<(), UserError> {
    if text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(());
    }
    Err(UserError::new("a thumbprint has 40 hexadecimal digits, without colons"))
}

/// The name of a SAML provider.
pub fn saml_name(text: &str) -> Result<(), UserError> {
    by_limits(Iam::CreateSAMLProvider, "Name", "the provider name", text)
}

/// The name of an instance profile.
pub fn profile_name(text: &str) -> Result<(), UserError> {
    by_limits(Iam::CreateInstanceProfile, "InstanceProfileName", "the instance profile name", text)
}

/// The name of a server certificate.
pub fn certificate_name(text: &str) -> Result<(), UserError> {
    by_limits(Iam::UpdateServerCertificate, "NewServerCertificateName", "the certificate name", text)
}

/// A path; none is the path `/`.
pub fn path(text: &str) -> Result<(), UserError> {
    if text.is_empty() || text == "/" {
        return Ok(());
    }
    if !(text.starts_with('/') && text.ends_with('/')) {
        return Err(UserError::new("a path begins and ends with `/`"));
    }
    by_limits(Iam::CreateUser, "Path", "the path", text)
}

/// A tag, written `key=value`.
pub fn tag(text: &str) -> Result<(), UserError> {
    let (key, value) = text.split_once('=').unwrap_or((text, ""));
    by_limits(Iam::TagUser, "Tags.Key", "the tag's key", key)?;
    if key.to_lowercase().starts_with("aws:") {
        return Err(UserError::new("keys that begin with `aws:` are reserved for AWS"));
    }
    by_limits(Iam::TagUser, "Tags.Value", "the tag's value", value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(test: Check, text: &str, message: Option<&str>) {
        assert_eq!(test(text).err().map(|told| told.message).as_deref(), message);
    }

    #[test]
    fn names_are_tested_by_the_service_model() {
        check(user_name, "alice+dev@example.com", None);
        check(user_name, "", Some("the user name is missing"));
        check(user_name, "alice smith", Some("the user name cannot contain ` `"));
        check(user_name, &"a".repeat(65), Some("the user name has 65 characters, at most 64 are allowed"));
        check(group_name, &"a".repeat(128), None);
    }

    #[test]
    fn paths_and_tags_are_tested_as_they_are_written() {
        check(path, "", None);
        check(path, "/division/", None);
        check(path, "division", Some("a path begins and ends with `/`"));
        check(tag, "env=prod", None);
        check(tag, "env=", None);
        check(tag, "=prod", Some("the tag's key is missing"));
        check(tag, "aws:x=1", Some("keys that begin with `aws:` are reserved for AWS"));
    }
}
