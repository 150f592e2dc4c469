//! `iamtui plan` for the settings of the account.

use clap::ValueEnum;
use jiff::Timestamp;

use super::make::Make;
use crate::backend::Load;
use crate::base::error::UserError;
use crate::model::{Account, PasswordPolicy};
use crate::plan::Plan;
use crate::plan::builders::{self, TokenVersion};

/// A password policy. AWS replaces it as a whole: rules that are not given are off
#[derive(Debug, clap::Args)]
pub(super) struct SetPasswordPolicy {
    /// Go back to the IAM default
    #[arg(long, conflicts_with_all = ["min_length", "uppercase", "lowercase", "numbers", "symbols", "users_may_change", "max_age", "prevent_reuse"])]
    iam_default: bool,
    /// The minimum number of characters
    #[arg(long, value_name = "CHARACTERS", default_value_t = 8, value_parser = clap::value_parser!(u32).range(6..=128))]
    min_length: u32,
    /// Require an uppercase letter
    #[arg(long)]
    uppercase: bool,
    /// Require a lowercase letter
    #[arg(long)]
    lowercase: bool,
    /// Require a number
    #[arg(long)]
    numbers: bool,
    /// Require a symbol
    #[arg(long)]
    symbols: bool,
    /// Users may change their own password
    #[arg(long)]
    users_may_change: bool,
    /// Days until a password expires
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=1095))]
    max_age: Option<u32>,
    /// Only an administrator resets an expired password
    #[arg(long, requires = "max_age")]
    hard_expiry: bool,
    /// How many earlier passwords may not be used again
    #[arg(long, value_name = "PASSWORDS", value_parser = clap::value_parser!(u32).range(1..=24))]
    prevent_reuse: Option<u32>,
}

impl Make for SetPasswordPolicy {
    fn loads(&self, _: &Account) -> Vec<Load> {
        self.max_age.map(|_| Load::Report).into_iter().collect()
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        if self.iam_default {
            return Ok(builders::reset_password_policy(account)?);
        }
        let policy = PasswordPolicy {
            minimum_length: self.min_length,
            uppercase: self.uppercase,
            lowercase: self.lowercase,
            numbers: self.numbers,
            symbols: self.symbols,
            users_may_change: self.users_may_change,
            expires_after_days: self.max_age,
            hard_expiry: self.hard_expiry,
            remembered: self.prevent_reuse,
        };
        Ok(builders::set_password_policy(account, &policy)?)
    }
}

/// An alias
#[derive(Debug, clap::Args)]
pub(super) struct SetAccountAlias {
    /// The alias
    alias: String,
}

impl Make for SetAccountAlias {
    fn loads(&self, _: &Account) -> Vec<Load> {
        vec![Load::Alias]
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        Ok(builders::set_alias(account, &self.alias)?)
    }
}

/// The alias that the account has
#[derive(Debug, clap::Args)]
pub(super) struct DeleteAccountAlias {}

impl Make for DeleteAccountAlias {
    fn loads(&self, _: &Account) -> Vec<Load> {
        vec![Load::Alias]
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        Ok(builders::delete_alias(account)?)
    }
}

/// Where tokens are valid
#[derive(Debug, clap::Args)]
pub(super) struct SetTokenVersion {
    /// The version
    #[arg(value_enum)]
    version: Version,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Version {
    /// Valid only in AWS Regions enabled by default
    V1,
    /// Valid in all AWS Regions
    V2,
}

impl Make for SetTokenVersion {
    fn loads(&self, _: &Account) -> Vec<Load> {
        Vec::new()
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        let version = match self.version {
            Version::V1 => TokenVersion::DefaultRegions,
            Version::V2 => TokenVersion::AllRegions,
        };
        Ok(builders::set_token_version(account, version)?)
    }
}

/// A state
#[derive(Debug, clap::Args)]
pub(super) struct OutboundFederation {
    /// What to do
    #[arg(value_enum)]
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum State {
    /// Issue tokens for external services
    Enable,
    /// Issue none
    Disable,
}

impl Make for OutboundFederation {
    fn loads(&self, _: &Account) -> Vec<Load> {
        vec![Load::OutboundFederation]
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        Ok(builders::switch_outbound_federation(account, self.state == State::Enable)?)
    }
}
