//! Certificates: X.509 signing certificates of users, server certificates of the account.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Entity, Fact, ServerCertificateName, Status, Tags};
use crate::base::arn::Arn;

/// One X.509 signing certificate of a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningCertificate {
    /// Its id.
    pub id: Box<str>,
    /// Whether it works.
    pub status: Status,
    /// When it was uploaded.
    pub uploaded: Option<Timestamp>,
    /// The certificate in PEM.
    pub body: Box<str>,
}

/// One server certificate of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerCertificate {
    /// Its friendly name.
    pub name: ServerCertificateName,
    /// Its ARN.
    pub arn: Arn,
    /// Its id.
    pub id: Box<str>,
    /// When it was uploaded.
    pub uploaded: Option<Timestamp>,
    /// When it ends.
    pub expires: Option<Timestamp>,
    /// What the list does not tell.
    pub facts: ServerCertificateFacts,
}

/// What only a read of the one certificate tells.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ServerCertificateFacts {
    /// The certificate in PEM.
    pub body: Fact<Box<str>>,
    /// The chain in PEM.
    pub chain: Fact<Box<str>>,
    /// Its tags.
    pub tags: Fact<Tags>,
}

impl ServerCertificateFacts {
    /// Takes in another read; the newest wins field by field.
    pub fn merge(&mut self, other: Self) {
        self.body.merge(other.body);
        self.chain.merge(other.chain);
        self.tags.merge(other.tags);
    }
}

impl Entity for ServerCertificate {
    type Key = ServerCertificateName;
    type Facts = ServerCertificateFacts;

    fn key(&self) -> &ServerCertificateName {
        &self.name
    }

    fn merge(&mut self, other: Self) {
        let held = std::mem::replace(self, other);
        let newer = std::mem::replace(&mut self.facts, held.facts);
        self.facts.merge(newer);
    }

    fn learn(&mut self, facts: ServerCertificateFacts) {
        self.facts.merge(facts);
    }

    fn join(held: &mut ServerCertificateFacts, other: ServerCertificateFacts) {
        held.merge(other);
    }
}
