//! Reading and making what credentials consist of: certificates, public keys, passwords, QR codes.

pub mod jwt;
pub(crate) mod password;
pub(crate) mod qr;
pub(crate) mod rsa;
pub(crate) mod saml;
pub(crate) mod ssh;
pub(crate) mod token;
pub(crate) mod x509;
pub(crate) mod xml;
pub(crate) mod xml_signature;
