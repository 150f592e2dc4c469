//! A plan as code: a script of the AWS CLI, Terraform, CloudFormation, JSON. Secrets are never part of it.

pub(crate) mod cli;
mod cloudformation;
mod inventory;
mod resources;
mod terraform;
mod words;
mod yaml;

use super::Plan;

pub use inventory::{Language, Purpose, account_as_code};

/// What a plan can be rendered as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// A bash script of AWS CLI commands.
    Cli,
    /// Terraform's HCL.
    Terraform,
    /// A CloudFormation template in YAML.
    CloudFormation,
    /// The plan file.
    Json,
}

impl Format {
    /// All formats, in the order of the review's tabs.
    pub const ALL: [Self; 4] = [Self::Cli, Self::Terraform, Self::CloudFormation, Self::Json];

    /// The ending of a file that holds it.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Cli => "sh",
            Self::Terraform => "tf",
            Self::CloudFormation => "yaml",
            Self::Json => "json",
        }
    }

    /// The name for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Cli => "AWS CLI",
            Self::Terraform => "Terraform",
            Self::CloudFormation => "CloudFormation",
            Self::Json => "JSON",
        }
    }
}

/// Renders a plan. The text ends with a line feed.
pub fn render(plan: &Plan, format: Format) -> String {
    match format {
        Format::Cli => cli::script(plan),
        Format::Terraform => terraform::configuration(plan),
        Format::CloudFormation => cloudformation::template(plan),
        Format::Json => {
            // A plan is made of texts, numbers and lists: there is nothing that JSON cannot hold.
            let mut text = serde_json::to_string_pretty(&plan.to_json()).unwrap_or_default();
            text.push('\n');
            text
        }
    }
}
