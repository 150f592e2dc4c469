//! Global condition keys: those that every service can find in a request.
//!
//! Facts from "AWS global condition context keys" in the IAM user guide; the sentences are ours. A few keys
//! that a service sets for requests to other services (`lambda:SourceFunctionArn`) are among them.

use Cardinality::{Many, One};
use Subject::{Network, Principal, Request, Resource, Session};

use super::ValueType::{self, Arn, Bool, Date, IpAddress, Numeric, String};
use super::service::template;
use crate::base::wildcard;

/// Whether a request carries one or several values of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cardinality {
    /// At most one; conditions take no qualifier.
    One,
    /// Any number; conditions need `ForAllValues` or `ForAnyValue`.
    Many,
}

/// What a key tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Who asks.
    Principal,
    /// The credentials that are used.
    Session,
    /// Where the request comes from.
    Network,
    /// What is asked for.
    Resource,
    /// The request itself.
    Request,
}

/// A global condition key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GlobalKey {
    /// The name; a variable part is `${TagKey}`.
    pub name: &'static str,
    /// What its values are.
    pub value: ValueType,
    /// How many values a request carries.
    pub cardinality: Cardinality,
    /// What it tells of.
    pub subject: Subject,
    /// The requests that carry it.
    pub presence: &'static str,
    /// What it is, as the middle of a sentence.
    pub about: &'static str,
}

impl GlobalKey {
    /// Whether a request may carry several values.
    pub fn is_multi(&self) -> bool {
        self.cardinality == Many
    }

    /// Whether the name ends with the key of a tag.
    pub fn is_tag(&self) -> bool {
        self.name.contains("${")
    }

    /// Whether this is the key that a policy names, capitals aside.
    pub fn is(&self, name: &str) -> bool {
        if self.is_tag() {
            let is_template = self.name.eq_ignore_ascii_case(name);
            return is_template || wildcard::matches_ignore_case(&template(self.name, "?*"), name);
        }
        self.name.eq_ignore_ascii_case(name)
    }
}

/// The global key that a policy names, capitals aside: `aws:principaltag/team` is `aws:PrincipalTag/${TagKey}`.
pub fn find(name: &str) -> Option<&'static GlobalKey> {
    ALL.iter().find(|key| key.is(name))
}

const fn key(
    name: &'static str,
    value: ValueType,
    cardinality: Cardinality,
    subject: Subject,
    presence: &'static str,
    about: &'static str,
) -> GlobalKey {
    GlobalKey { name, value, cardinality, subject, presence, about }
}

/// All global keys, sorted by name, capitals aside.
#[rustfmt::skip]
pub const ALL: &[GlobalKey] = &[
    key("aws:AssumedRoot", Bool, One, Session, "sessions of sts:AssumeRoot", "whether the credentials come from sts:AssumeRoot"),
    key("aws:CalledVia", String, Many, Request, "requests that a service makes for a caller", "services that made the request for the caller, in order"),
    key("aws:CalledViaAWSMCP", String, One, Request, "requests through an AWS MCP server", "MCP server that the request came through"),
    key("aws:CalledViaFirst", String, One, Request, "requests that a service makes for a caller", "first service that made the request for the caller"),
    key("aws:CalledViaLast", String, One, Request, "requests that a service makes for a caller", "last service that made the request for the caller"),
    key("aws:ChatbotSourceArn", Arn, One, Session, "sessions that a chat configuration assumed", "chat configuration that the session was made for"),
    key("aws:CurrentTime", Date, One, Request, "every request", "date and time of the request"),
    key("aws:Ec2InstanceSourcePrivateIPv4", IpAddress, One, Session, "sessions of an EC2 instance profile", "private address that the instance's role credentials were delivered to"),
    key("aws:Ec2InstanceSourceVpc", String, One, Session, "sessions of an EC2 instance profile", "VPC that the instance's role credentials were delivered to"),
    key("aws:EpochTime", Date, One, Request, "every request", "date and time of the request in seconds since 1970"),
    key("aws:FederatedProvider", String, One, Session, "sessions of a web or SAML identity", "identity provider that vouched for the session"),
    key("aws:IsMcpServiceAction", Bool, One, Request, "actions of MCP servers", "whether the action is one of an MCP server"),
    key("aws:MultiFactorAuthAge", Numeric, One, Session, "temporary credentials got with MFA", "seconds since the MFA sign-in"),
    key("aws:MultiFactorAuthPresent", Bool, One, Session, "temporary credentials; never long-lived access keys", "whether MFA was used to get the temporary credentials"),
    key("aws:PrincipalAccount", String, One, Principal, "every signed request", "account that who asks belongs to"),
    key("aws:PrincipalArn", Arn, One, Principal, "every signed request", "ARN of who asks; for a session the ARN of its role, not of the session"),
    key("aws:PrincipalIsAWSService", Bool, One, Principal, "every signed request", "whether an AWS service asks with a principal of its own"),
    key("aws:PrincipalOrgID", String, One, Principal, "requests of accounts in an organization", "organization of the caller's account"),
    key("aws:PrincipalOrgMasterAccountId", String, One, Principal, "requests of accounts in an organization", "management account of the caller's organization"),
    key("aws:PrincipalOrgPaths", String, Many, Principal, "requests of accounts in an organization", "place of the caller's account in its organization"),
    key("aws:PrincipalServiceName", String, One, Principal, "direct calls of an AWS service", "service principal that asks"),
    key("aws:PrincipalServiceNamesList", String, Many, Principal, "direct calls of an AWS service", "all names of the service principal that asks"),
    key("aws:PrincipalTag/${TagKey}", String, One, Principal, "callers that carry such a tag", "tag of who asks, session tags included"),
    key("aws:PrincipalType", String, One, Principal, "every request", "kind of who asks: Account, User, FederatedUser, AssumedRole, Anonymous"),
    key("aws:Referer", String, One, Request, "requests with the header; the caller can set it freely", "referer header of the request"),
    key("aws:RequestedRegion", String, One, Request, "every request", "Region that the request went to"),
    key("aws:RequestTag/${TagKey}", String, One, Request, "requests that pass such a tag", "tag that the request passes"),
    key("aws:ResourceAccount", String, One, Resource, "most services", "account that owns the resource"),
    key("aws:ResourceOrgID", String, One, Resource, "most services, where the owner is in an organization", "organization that owns the resource"),
    key("aws:ResourceOrgPaths", String, Many, Resource, "most services, where the owner is in an organization", "place of the resource's owner in its organization"),
    key("aws:ResourceTag/${TagKey}", String, One, Resource, "resources that carry such a tag, for actions that support it", "tag of the resource"),
    key("aws:SecureTransport", Bool, One, Request, "every request", "whether the request came over TLS"),
    key("aws:SourceAccount", String, One, Request, "direct calls of an AWS service for a resource", "account of the resource that a service makes the request for"),
    key("aws:SourceArn", Arn, One, Request, "direct calls of an AWS service for a resource", "resource that a service makes the request for"),
    key("aws:SourceIdentity", String, One, Session, "sessions that were given a source identity", "source identity that was set when the role was assumed"),
    key("aws:SourceIp", IpAddress, One, Network, "requests from outside a VPC endpoint", "public address of who asks"),
    key("aws:SourceOrgID", String, One, Request, "direct calls of an AWS service for a resource in an organization", "organization of the resource that a service makes the request for"),
    key("aws:SourceOrgPaths", String, Many, Request, "direct calls of an AWS service for a resource in an organization", "place of the resource's account in its organization"),
    key("aws:SourceOwner", String, One, Request, "direct calls of some services", "account of the resource that a service makes the request for, in its older name"),
    key("aws:SourceVpc", String, One, Network, "requests through a VPC endpoint", "VPC that the request comes from"),
    key("aws:SourceVpcArn", Arn, One, Network, "requests through a VPC endpoint of some services", "ARN of the VPC that the request comes from"),
    key("aws:SourceVpce", String, One, Network, "requests through a VPC endpoint", "VPC endpoint that the request comes through"),
    key("aws:TagKeys", String, Many, Request, "requests that pass tags", "keys of the tags that the request passes"),
    key("aws:TokenIssueTime", Date, One, Session, "temporary credentials", "when the temporary credentials were issued"),
    key("aws:UserAgent", String, One, Request, "every request; the caller can set it freely", "client that the request names"),
    key("aws:userid", String, One, Principal, "every request", "unique id of who asks; for a session `role-id:session-name`"),
    key("aws:username", String, One, Principal, "requests of IAM users", "name of the IAM user that asks"),
    key("aws:ViaAWSMCPService", Bool, One, Request, "every request", "whether the request came through an AWS MCP server"),
    key("aws:ViaAWSService", Bool, One, Request, "every request", "whether a service makes the request for a caller"),
    key("aws:VpceAccount", String, One, Network, "requests through a VPC endpoint to some services", "account that owns the VPC endpoint"),
    key("aws:VpceOrgID", String, One, Network, "requests through a VPC endpoint to some services", "organization that owns the VPC endpoint"),
    key("aws:VpceOrgPaths", String, Many, Network, "requests through a VPC endpoint to some services", "place of the endpoint's owner in its organization"),
    key("aws:VpcSourceIp", IpAddress, One, Network, "requests through a VPC endpoint", "private address of who asks, inside its VPC"),
    key("ec2:RoleDelivery", Numeric, One, Session, "sessions of an EC2 instance profile", "version of the instance metadata service that delivered the credentials"),
    key("ec2:SourceInstanceArn", Arn, One, Session, "sessions of an EC2 instance profile", "instance that the credentials were delivered to"),
    key("glue:CredentialIssuingService", String, One, Session, "sessions of a Glue job", "service that issued the credentials"),
    key("glue:RoleAssumedBy", String, One, Session, "sessions of a Glue job", "service that assumed the job's role"),
    key("identitystore:UserId", String, One, Session, "sessions with an identity centre user", "user of the identity centre"),
    key("lambda:SourceFunctionArn", Arn, One, Session, "sessions of a Lambda function", "function that the credentials were delivered to"),
    key("ssm:SourceInstanceArn", Arn, One, Session, "sessions of a managed instance", "managed instance that the credentials were delivered to"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_whatever_their_capitals() {
        assert_eq!(find("AWS:sourceip").unwrap().name, "aws:SourceIp");
        assert_eq!(find("aws:requesttag/Team").unwrap().name, "aws:RequestTag/${TagKey}");
        assert!(find("aws:RequestTag/").is_none() && find("aws:Nothing").is_none());
        assert!(find("aws:TagKeys").unwrap().is_multi());
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(ALL.is_sorted_by_key(|key| key.name.to_ascii_lowercase()));
    }
}
