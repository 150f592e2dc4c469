//! Reading and making what credentials consist of: certificates, public keys, passwords, QR codes.

pub mod der;
pub mod jwt;
pub mod md5;
pub mod password;
pub mod qr;
pub mod ssh;
pub mod x509;
