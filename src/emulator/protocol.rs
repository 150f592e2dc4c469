//! The AWS Query protocol: form parameters in, XML out, Signature Version 4.

use std::net::IpAddr;
use std::sync::OnceLock;

use self::signature::Claim;
use super::failure::Failure;

pub(crate) mod cbor;
pub(crate) mod query;
pub mod signature;
pub(crate) mod xml;

/// One request as it came over the wire, borrowed from the connection.
#[derive(Debug, Clone, Copy)]
pub struct Wire<'a> {
    /// `GET` or `POST`.
    pub method: &'a str,
    /// The path, not decoded.
    pub path: &'a str,
    /// The query string, not decoded, without its `?`.
    pub query: &'a str,
    /// Header names in lower case with their values, in the order of arrival.
    pub headers: &'a [(&'a str, &'a str)],
    /// The whole body.
    pub body: &'a [u8],
    /// Where it comes from.
    pub peer: IpAddr,
    /// What its signature claims, once that was read: many parts ask for it.
    pub claim: &'a OnceLock<Claimed>,
}

/// What a request says about its signature; none where it is not signed.
pub type Claimed = Result<Option<Claim>, Failure>;

impl<'a> Wire<'a> {
    /// What the request says about its signature, before anything is believed; `None` where it is not signed.
    pub fn claim(&self) -> Result<Option<&'a Claim>, Failure> {
        match self.claim.get_or_init(|| signature::claim(self)) {
            Ok(claim) => Ok(claim.as_ref()),
            Err(failure) => Err(failure.clone()),
        }
    }

    /// The first header of this lower-case name.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.iter().find(|(n, _)| *n == name).map(|(_, value)| *value)
    }
}

/// An answer on its way to the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The id that the body and the header `x-amzn-RequestId` carry.
    pub request_id: String,
    /// The media type of the body.
    pub media: &'static str,
    /// Whether the request proved by a signature who sent it. Behind any other the connection is closed, so that
    /// nobody can keep one who may not call.
    pub proven: bool,
    /// The code that the header `x-amzn-ErrorType` carries, in the protocol that has it.
    pub error: Option<&'static str>,
    /// The body.
    pub body: Vec<u8>,
}
