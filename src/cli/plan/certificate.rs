//! `iamtui plan` for server certificates.

use std::path::PathBuf;

use super::make::{Make, Named, parse_tag};
use jiff::Timestamp;

use crate::backend::Load;
use crate::base::error::UserError;
use crate::cli::files;
use crate::model::{Account, Tag};
use crate::plan::builders;
use crate::plan::{Plan, PlanError};

/// A server certificate to upload. Its private key is read when the plan is applied.
#[derive(Debug, clap::Args)]
pub(super) struct UploadCertificate {
    /// The name
    name: String,
    /// The certificate in PEM
    #[arg(long, value_name = "FILE")]
    body: PathBuf,
    /// The certificates of the authorities in PEM
    #[arg(long, value_name = "FILE")]
    chain: Option<PathBuf>,
    /// The path, such as `/cloudfront/site/`
    #[arg(long)]
    path: Option<String>,
    /// A tag; repeatable
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = parse_tag)]
    tags: Vec<Tag>,
}

impl Make for UploadCertificate {
    fn loads(&self, _: &Account) -> Vec<Load> {
        vec![Load::ServerCertificates]
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        let asked = builders::UploadCertificate {
            name: self.name.clone(),
            path: self.path.clone(),
            body: files::read_text(&self.body)?,
            chain: self.chain.as_deref().map(files::read_text).transpose()?,
            tags: self.tags.clone(),
        };
        Ok(asked.plan(account)?)
    }
}

#[derive(Debug)]
pub(super) enum Certificate {}

impl Named for Certificate {
    fn loads() -> Vec<Load> {
        vec![Load::ServerCertificates]
    }

    fn plan(account: &Account, name: &str, new: Option<&str>, path: Option<&str>) -> Result<Plan, PlanError> {
        builders::rename_certificate(account, name, new, path)
    }
}

/// Server certificates to delete.
#[derive(Debug, clap::Args)]
pub(super) struct DeleteCertificate {
    /// The names
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,
}

impl Make for DeleteCertificate {
    fn loads(&self, _: &Account) -> Vec<Load> {
        vec![Load::ServerCertificates]
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        Ok(builders::delete_server_certificates(account, &self.names)?)
    }
}
