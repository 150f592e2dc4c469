//! Identity providers whose users can take roles.
//!
//! Facts from "Identity-provider controls for shared OIDC providers" and "Available keys for AWS OIDC
//! federation" in the IAM user guide.

/// A provider that many customers share, so that a trust policy must say whose tokens it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SharedProvider {
    /// What people call it.
    pub name: &'static str,
    /// The issuer without `https://`: what stands in ARNs and before the colon of its condition keys.
    pub issuer: &'static str,
    /// The claim that tells customers apart; the key is `issuer:claim`.
    pub claim: &'static str,
}

/// The providers that AWS knows to be shared, and their claims.
pub const SHARED: &[SharedProvider] = &[
    shared("Amazon Cognito", "cognito-identity.amazonaws.com", "aud"),
    shared("Azure Sentinel", "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d", "sub"),
    shared("Buildkite", "agent.buildkite.com", "sub"),
    shared("CircleCI", "oidc.circleci.com", "aud"),
    shared("Codefresh SaaS", "oidc.codefresh.io", "sub"),
    shared("DVC Studio", "studio.datachain.ai/api", "sub"),
    shared("GitHub Actions", "token.actions.githubusercontent.com", "sub"),
    shared("GitHub audit log streaming", "oidc-configuration.audit-log.githubusercontent.com", "sub"),
    shared("GitHub vstoken", "vstoken.actions.githubusercontent.com", "sub"),
    shared("GitLab", "gitlab.com", "sub"),
    shared("IBM Turbonomic SaaS", "rh-oidc.s3.us-east-1.amazonaws.com/22ejnvnnturfmt6km08idd0nt4hekbn7", "sub"),
    shared("Pulumi Cloud", "api.pulumi.com/oidc", "aud"),
    shared("sandboxes.cloud", "sandboxes.cloud", "aud"),
    shared("Scalr", "scalr.io", "sub"),
    shared("Shisho Cloud", "tokens.cloud.shisho.dev", "sub"),
    shared("Terraform Cloud", "app.terraform.io", "sub"),
    shared("Upbound", "proidc.upbound.io", "sub"),
    shared("Vercel", "oidc.vercel.com", "aud"),
];

const fn shared(name: &'static str, issuer: &'static str, claim: &'static str) -> SharedProvider {
    SharedProvider { name, issuer, claim }
}

/// Providers that stand in `Federated` by their domain, without a provider of the account, and the condition key that
/// holds the audience.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("cognito-identity.amazonaws.com", "cognito-identity.amazonaws.com:aud"),
    ("accounts.google.com", "accounts.google.com:aud"),
    ("www.amazon.com", "www.amazon.com:app_id"),
    ("graph.facebook.com", "graph.facebook.com:app_id"),
];

/// The issuer of an OIDC provider's ARN: what follows `oidc-provider/`.
pub fn issuer_of(arn: &str) -> Option<&str> {
    let resource = arn.splitn(6, ':').nth(5)?;
    resource.strip_prefix("oidc-provider/").filter(|issuer| !issuer.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_read_off_its_arn() {
        let arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
        let issuer = issuer_of(arn).unwrap();
        assert!(SHARED.iter().any(|provider| provider.issuer == issuer && provider.claim == "sub"));
        assert_eq!(issuer_of("arn:aws:iam::111122223333:saml-provider/corp"), None);
    }
}
