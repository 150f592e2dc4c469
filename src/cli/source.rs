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
    /// Any endpoint that speaks IAM and STS, with the AWS credentials at hand
    #[arg(long, value_name = "URL", group = "account")]
    pub endpoint_url: Option<String>,
    /// A file that `iamtui snapshot` has written; nothing can be changed in it
    #[arg(long, value_name = "FILE", group = "account")]
    pub snapshot: Option<PathBuf>,
    /// Region for signing and for regional services
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
    /// Send no call that changes anything
    #[arg(long, env = "IAMTUI_READ_ONLY", value_parser = clap::builder::BoolishValueParser::new(), num_args = 0..=1,
          default_missing_value = "true", require_equals = true)]
    pub read_only: Option<bool>,
    /// Theme by name
    #[arg(long, env = "IAMTUI_THEME", value_name = "NAME")]
    pub theme: Option<String>,
}
