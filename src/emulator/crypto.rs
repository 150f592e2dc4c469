//! Reading and making what credentials consist of: certificates, public keys, passwords, QR codes.

pub mod der;
pub mod jwt;
pub mod password;
pub mod qr;
pub mod rsa;
pub mod saml;
pub mod ssh;
pub mod token;
pub mod x509;
pub mod xml;
pub mod xml_signature;
