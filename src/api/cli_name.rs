//! Names as the AWS CLI writes them: `CreateSAMLProvider` is `create-saml-provider`.

/// The command or option name of an operation or member, without dashes in front.
///
/// The CLI's own rule knows more cases; for all operations and members of IAM and STS both give the same.
pub fn cli_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 8);
    let mut before: Option<char> = None;
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        let word_follows = rest.peek().is_some_and(char::is_ascii_lowercase);
        if c.is_ascii_uppercase() && before.is_some_and(|b| !b.is_ascii_uppercase() || word_follows) {
            out.push('-');
        }
        out.push(c.to_ascii_lowercase());
        before = Some(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_as_the_cli_splits_them() {
        for (name, expected) in [
            ("UserName", "user-name"),
            ("AssumeRolePolicyDocument", "assume-role-policy-document"),
            ("CreateSAMLProvider", "create-saml-provider"),
            ("OpenIDConnectProviderArn", "open-id-connect-provider-arn"),
            ("ListVirtualMFADevices", "list-virtual-mfa-devices"),
            ("UploadSSHPublicKey", "upload-ssh-public-key"),
            ("AuthenticationCode1", "authentication-code1"),
            ("ClientIDList", "client-id-list"),
            ("AWSServiceName", "aws-service-name"),
        ] {
            assert_eq!(cli_name(name), expected);
        }
    }
}
