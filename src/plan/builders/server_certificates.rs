//! Server certificates: uploaded with their private key, deleted. Names and paths change in [`super::rename`].

use crate::model::{Account, Tag};
use crate::plan::{Call, Inverse, Plan, PlanError, SecretFrom, Step};

use super::{find, listed, tags_value, within};

/// A server certificate to upload. Its private key is no part of the plan: it is read when the plan is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadCertificate {
    /// The name.
    pub name: String,
    /// The path; none: `/`. `/cloudfront/…/` is for distributions of `CloudFront`.
    pub path: Option<String>,
    /// The certificate in PEM.
    pub body: String,
    /// The certificates of the authorities in PEM, the one that signed the certificate first.
    pub chain: Option<String>,
    /// The tags.
    pub tags: Vec<Tag>,
}

impl UploadCertificate {
    /// The plan.
    pub fn plan(&self, account: &Account) -> Result<Plan, PlanError> {
        let (name, listing) = (self.name.as_str(), account.server_certificates());
        if listing.get(name).is_some() {
            return Err(PlanError::Exists { kind: "server certificate", name: name.to_owned() });
        }
        if listing.is_complete() {
            let count = listing.rows().len() + 1;
            within(account, "ServerCertificatesQuota", 20, count, "too many server certificates in the account")?;
        }
        let body = certificate(&self.body)?;
        let chain = self.chain.as_deref().map(certificate).transpose()?;
        let mut upload = Call::upload_server_certificate(name, body, SecretFrom::File.value())
            .with_some("CertificateChain", chain)
            .with_some("Path", self.path.clone().filter(|path| path != "/"));
        if !self.tags.is_empty() {
            upload = upload.with("Tags", tags_value(&self.tags));
        }
        upload.check()?;
        let mut plan = Plan::new(format!("upload server certificate {name}"));
        let undo = Inverse::of([Call::delete_server_certificate(name)]);
        plan.push(Step::new(upload, "load balancers and CloudFront can serve it").undo(undo));
        Ok(plan.seeing(account))
    }
}

/// A certificate in PEM. A private key in its place would end up in the plan and the journal.
fn certificate(text: &str) -> Result<&str, PlanError> {
    let text = text.trim();
    let refused = |what: &str, hint| PlanError::Refused { what: what.to_owned(), hint };
    if text.contains("PRIVATE KEY") {
        return Err(refused(
            "the certificate contains a private key",
            "Give the certificate alone; the private key has a field of its own.",
        ));
    }
    if !text.starts_with("-----BEGIN CERTIFICATE-----") || !text.ends_with("-----END CERTIFICATE-----") {
        let hint = "It begins with `-----BEGIN CERTIFICATE-----` and ends with `-----END CERTIFICATE-----`.";
        return Err(refused("this is no certificate in PEM", hint));
    }
    Ok(text)
}

/// The plan that deletes server certificates.
pub fn delete_server_certificates(account: &Account, names: &[String]) -> Result<Plan, PlanError> {
    if names.is_empty() {
        return Err(PlanError::Nothing("no server certificate is named".to_owned()));
    }
    let mut plan = Plan::new(format!("delete {}", listed("server certificate", names)));
    for name in names {
        find(account.server_certificates(), "server certificate", name)?;
        let step = Step::requested(Call::delete_server_certificate(name.as_str()))
            .risk("load balancers that serve it may refuse connections; AWS refuses only where it knows of one")
            .undo(Inverse::never("AWS does not return the private key"));
        plan.push(step);
    }
    Ok(plan.seeing(account))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::fixture::{account, lines, undo_lines};
    use super::super::rename_certificate;
    use super::*;
    use crate::base::arn::Arn;
    use crate::model::{Page, ServerCertificate, ServerCertificateFacts, Update};
    use crate::plan::Undo;

    const PEM: &str = "-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n";

    /// The account with a server certificate `site` in the path `/cloudfront/`.
    fn with_certificate() -> Account {
        let mut account = account();
        let certificate = ServerCertificate {
            name: "site".into(),
            arn: Arn::iam("aws", "123456789012", "server-certificate/cloudfront/site").unwrap(),
            id: "ASCASITE".into(),
            uploaded: None,
            expires: None,
            facts: ServerCertificateFacts::default(),
        };
        account.apply(Update::ServerCertificates(Page::whole(vec![certificate], Timestamp::UNIX_EPOCH)));
        account
    }

    fn upload(body: &str) -> UploadCertificate {
        UploadCertificate { name: "shop".into(), path: None, body: body.into(), chain: None, tags: Vec::new() }
    }

    #[test]
    fn the_private_key_is_no_part_of_the_plan() {
        let plan = upload(PEM).plan(&with_certificate()).unwrap();
        plan.check().unwrap();
        assert_eq!(lines(&plan), "upload server certificate shop");
        assert_eq!(undo_lines(&plan), "delete server certificate shop");
        let call = plan.steps[0].call().unwrap();
        assert_eq!(call.secrets().collect::<Vec<_>>(), [("PrivateKey", SecretFrom::File)]);
        let key = format!("{PEM}-----BEGIN PRIVATE KEY-----");
        let told = upload(&key).plan(&account()).unwrap_err().to_string();
        assert_eq!(told, "the certificate contains a private key");
        assert!(upload("MII=").plan(&account()).is_err());
        assert!(UploadCertificate { name: "site".into(), ..upload(PEM) }.plan(&with_certificate()).is_err());
    }

    #[test]
    fn a_certificate_is_renamed_and_moved_back_and_deleted_for_good() {
        let account = with_certificate();
        let plan = rename_certificate(&account, "site", Some("shop"), Some("/")).unwrap();
        plan.check().unwrap();
        assert_eq!(lines(&plan), "rename server certificate site to shop in path /");
        assert_eq!(undo_lines(&plan), "rename server certificate shop to site in path /cloudfront/");
        let plan = delete_server_certificates(&account, &["site".into()]).unwrap();
        plan.check().unwrap();
        assert!(matches!(plan.steps[0].undoable(), Undo::Never(_)));
        assert_eq!(plan.confirmation().unwrap().word, "site");
    }
}
