//! Which condition keys a request may have beside those that are given.

use crate::catalog::Catalog;
use crate::policy::evaluate::request::{Principal, Request};

/// What may be missing from what is known of a request's caller and resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Openness {
    /// Whether the caller may have more tags than those given: its tags were not read, or a session may bring some.
    pub principal_tags: bool,
    /// Whether the resource may have more tags than those given.
    pub resource_tags: bool,
    /// Whether it is not known in which organization caller and resource are.
    pub organization: bool,
    /// Whether the caller is not known itself, only where it comes from.
    pub any_caller: bool,
}

impl Default for Openness {
    /// Nothing more is known than what is given.
    fn default() -> Self {
        Self { principal_tags: true, resource_tags: true, organization: true, any_caller: false }
    }
}

/// Keys that only requests of AWS services have that they make as themselves.
const OF_SERVICES: [&str; 7] = [
    "aws:principalservicename",
    "aws:principalservicenameslist",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourceowner",
];

/// Keys that only sessions of roles have.
const OF_ROLES: [&str; 9] = [
    "aws:assumedroot",
    "aws:chatbotsourcearn",
    "aws:ec2instancesourceprivateipv4",
    "aws:ec2instancesourcevpc",
    "aws:federatedprovider",
    "ec2:roledelivery",
    "ec2:sourceinstancearn",
    "lambda:sourcefunctionarn",
    "ssm:sourceinstancearn",
];

/// Keys of the caller that follow from the caller where it is known at all.
const OF_CALLERS: [&str; 5] =
    ["aws:principalarn", "aws:principalaccount", "aws:principaltype", "aws:principalisawsservice", "aws:username"];

impl Openness {
    /// Whether the request may have a key, given in lower case, that is not given.
    pub(super) fn may_have(self, request: &Request, folded: &str) -> bool {
        let (service, rest) = folded.split_once(':').unwrap_or((folded, ""));
        let principal = request.principal();
        let is_service = matches!(principal, Principal::Service(_));
        let is_role = matches!(principal, Principal::Role { .. } | Principal::Session { .. });
        let is_long_lived = matches!(principal, Principal::User { .. } | Principal::Root { .. });
        if OF_ROLES.contains(&folded) {
            return is_role;
        }
        if service != "aws" {
            // Claims of identity providers: only whom they vouch for has them.
            if service.contains('.') || service == "saml" {
                return !is_long_lived && !is_service;
            }
            if matches!(folded.split('/').next(), Some("iam:resourcetag")) && !self.resource_tags {
                return false;
            }
            return Catalog::bundled().action(request.action()).is_none_or(|action| action.supports(folded));
        }
        if OF_SERVICES.contains(&folded) {
            return is_service;
        }
        if OF_CALLERS.contains(&folded) {
            return self.any_caller;
        }
        match rest.split('/').next().unwrap_or_default() {
            "principaltag" => self.principal_tags && !is_service && !matches!(principal, Principal::Root { .. }),
            "resourcetag" => self.resource_tags,
            "requesttag" | "tagkeys" => {
                Catalog::bundled().action(request.action()).is_none_or(|action| action.supports(folded))
            }
            "principalorgid" | "principalorgpaths" | "principalorgmasteraccountid" => {
                self.organization && !matches!(principal, Principal::Anonymous)
            }
            "resourceorgid" | "resourceorgpaths" => self.organization,
            // The user id of a role's session ends in the name of the session; others have theirs given.
            "userid" => self.any_caller || is_role || !is_long_lived,
            "sourceidentity" => is_role || matches!(principal, Principal::Federated(_)) || is_long_lived,
            _ => true,
        }
    }
}
