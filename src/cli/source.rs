//! Which account a command reads: the same flags everywhere.

use std::path::PathBuf;

/// The account to open. Nothing is asked over the network unless one is named or configured.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args)]
pub struct SourceArgs {
    /// Profile of the AWS config files
    #[arg(long, value_name = "NAME", group = "account")]
    pub profile: Option<String>,
    /// The embedded emulator, on a store of this name (default: demo)
    #[arg(long, value_name = "STORE", num_args = 0..=1, default_missing_value = "demo", group = "account")]
    pub local: Option<String>,
    /// Any endpoint that supports IAM and STS, with the AWS credentials that are configured
    #[arg(long, value_name = "URL", group = "account")]
    pub endpoint_url: Option<String>,
    /// A file that `iamtui snapshot` or `aws iam get-account-authorization-details` has written; nothing can be changed in it
    #[arg(long, value_name = "FILE", group = "account")]
    pub snapshot: Option<PathBuf>,
    /// Region for signing and for regional services
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
    /// Send no call that changes anything
    #[arg(long, env = "IAMTUI_READ_ONLY", hide_env_values = true, value_parser = clap::builder::BoolishValueParser::new(), num_args = 0..=1,
          default_missing_value = "true", require_equals = true)]
    pub read_only: Option<bool>,
    /// Theme by name
    #[arg(long, env = "IAMTUI_THEME", hide_env_values = true, value_name = "NAME")]
    pub theme: Option<String>,
}

impl SourceArgs {
    /// The flags that name the same account, for a command line that is told; a blank before each.
    pub fn flags(&self) -> String {
        let snapshot = self.snapshot.as_ref().map(|path| path.display().to_string());
        let named = [
            ("profile", &self.profile),
            ("local", &self.local),
            ("endpoint-url", &self.endpoint_url),
            ("snapshot", &snapshot),
            ("region", &self.region),
        ];
        let flag = |(name, value): (&str, &Option<String>)| {
            let value = value.as_ref()?;
            let plain = value.chars().all(|ch| ch.is_ascii_alphanumeric() || "-_.:/@+=,".contains(ch));
            Some(if plain {
                format!(" --{name}={value}")
            } else {
                format!(" --{name}='{}'", value.replace('\'', "'\\''"))
            })
        };
        named.into_iter().filter_map(flag).collect()
    }
}
