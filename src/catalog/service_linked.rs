//! Which services have a service-linked role, what it is called, and which policy it carries.
//!
//! Source: AWS's managed policies, whose documents name the roles that their readers may create, and for the rest
//! the services' own pages, by way of
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html>.

use std::sync::LazyLock;

/// A line for each service in the order of their principals: principal, role, policy, and `suffix` where AWS takes one.
const TABLE: &str = include_str!("../../assets/service-linked-roles.tsv");

/// The service-linked role of one service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Linked {
    /// The service principal.
    pub service: &'static str,
    /// The role's name behind `AWSServiceRoleFor`.
    pub role: &'static str,
    /// The AWS managed policy below `/aws-service-role/`.
    pub policy: &'static str,
    /// Whether a custom suffix may be given.
    pub suffix: bool,
}

impl Linked {
    /// The name that the role gets.
    pub fn name(&self, suffix: Option<&str>) -> String {
        match suffix {
            Some(suffix) => format!("AWSServiceRoleFor{}_{suffix}", self.role),
            None => format!("AWSServiceRoleFor{}", self.role),
        }
    }
}

/// Every service that has one, by its principal.
pub fn all() -> &'static [Linked] {
    &LINKED
}

static LINKED: LazyLock<Vec<Linked>> = LazyLock::new(|| TABLE.lines().filter_map(read).collect());

fn read(line: &'static str) -> Option<Linked> {
    let mut fields = line.split('\t');
    let (service, role, policy) = (fields.next()?, fields.next()?, fields.next()?);
    Some(Linked { service, role, policy, suffix: fields.next() == Some("suffix") })
}

/// The service-linked role of a service.
pub fn linked(service: &str) -> Option<&'static Linked> {
    let at = LINKED.binary_search_by(|linked| linked.service.cmp(service)).ok()?;
    LINKED.get(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::managed::{ManagedPolicy, managed_policies, managed_policy};

    /// The role of Lex carries a policy that AWS's published list leaves out.
    const UNLISTED: &str = "AmazonLexBotPolicy";

    /// What AWS's documents name and no service creates under that name: two services of Elastic Beanstalk whose
    /// roles have longer names, and a Redshift API that uses the role of Redshift itself.
    const NOT_SO: [(&str, &str); 3] = [
        ("maintenance.elasticbeanstalk.amazonaws.com", "ElasticBeanstalk"),
        ("managedupdates.elasticbeanstalk.amazonaws.com", "ElasticBeanstalk"),
        ("redshift-data.amazonaws.com", "Redshift"),
    ];

    /// Policies of service-linked roles that no service here creates, each with the reason.
    const UNLINKED: &[(&str, &str)] = &[
        (PRINCIPAL, "AWSAppConfigServiceRolePolicy"),
        (PRINCIPAL, "AWSCloudWatchOmniServiceRolePolicy"),
        (PRINCIPAL, "AWSManagedServices_ContactsServiceRolePolicy"),
        (PRINCIPAL, "AWSZoneGroupAccessManagementServiceRolePolicy"),
        (PRINCIPAL, "DynamoDBGlobalTableSettingsManagementServiceRolePolicy"),
        (ROLE, "AmazonRDSCustomPreviewServiceRolePolicy"),
        (ROLE, "AWSWellArchitectedAgentOrganizationsServiceRolePolicy"),
        (ROLE, "AWSWellArchitectedAgentResourceScanningServiceRolePolicy"),
        (ROLE, "EC2ApplicationStatusChecksServiceRolePolicy"),
        (NEITHER, "AlexaForBusinessNetworkProfileServicePolicy"),
        (NEITHER, "AmazonHoneycodeServiceRolePolicy"),
        (NEITHER, "AmazonOpenSearchDashboardsServiceRolePolicy"),
        (NEITHER, "AmazonSageMakerCoreServiceRolePolicy"),
        (NEITHER, "AssuranceServiceRolePolicy"),
        (NEITHER, "AWSAppMeshPreviewServiceRolePolicy"),
        (NEITHER, "AWSBackupServiceLinkedRolePolicyForBackupTest"),
        (NEITHER, "AWSBudgetsSpendLimitMemberRolePolicy"),
        (NEITHER, "AWSEnhancedClassicNetworkingMangementPolicy"),
        (NEITHER, "AWSMediaLiveAnywhereServiceRolePolicy"),
        (NEITHER, "AWSPrivateNetworksServiceRolePolicy"),
        (NEITHER, "AWSSecurityAgentServiceRolePolicy"),
        (NEITHER, "AWSServiceRoleForCodeWhispererPolicy"),
        (NEITHER, "AWSTransferServiceRolePolicy"),
        (NEITHER, "EC2FleetTimeShiftableServiceRolePolicy"),
        (SECOND, "AmazonRDSBetaServiceRolePolicy"),
        (SECOND, "AmazonRDSPreviewServiceRolePolicy"),
        (SECOND, "AWSElasticLoadBalancingClassicServiceRolePolicy"),
        (SECOND, "AWSNetworkManagerCloudWANServiceRolePolicy"),
        (SECOND, "FSxDeleteServiceLinkedRoleAccess"),
        (SECOND, "LexBotPolicy"),
        (PAIRED, "AWSServiceRoleForMonitronPolicy"),
        (PAIRED, "MonitronServiceRolePolicy"),
    ];
    const PRINCIPAL: &str = "The role is documented, the principal that it trusts is not.";
    const ROLE: &str = "The policy names the principal, no page names the role.";
    const NEITHER: &str = "Neither principal nor role is documented.";
    const SECOND: &str = "The principal's role carries another policy, and a principal creates one role.";
    const PAIRED: &str = "Two principals and two policies are documented, and not which belongs to which.";

    #[test]
    fn every_policy_of_a_service_linked_role_belongs_to_a_service_or_is_listed() {
        let below = managed_policies().iter().filter(|policy| policy.path.starts_with("/aws-service-role/"));
        for policy in below {
            let carried = LINKED.iter().any(|linked| linked.policy == policy.name);
            let listed = UNLINKED.iter().any(|(_, name)| **name == *policy.name);
            assert!(carried != listed, "{}: carried {carried}, listed {listed}", policy.name);
        }
        for (reason, name) in UNLINKED {
            assert!(managed_policy(name).is_some() && reason.ends_with('.'), "{name}");
        }
    }

    #[test]
    fn every_line_of_the_table_is_read() {
        assert_eq!(LINKED.len(), TABLE.lines().count());
    }

    /// The roles that a document of AWS names: service, and name behind `AWSServiceRoleFor` without wildcards.
    fn named(document: &str) -> impl Iterator<Item = (&str, &str)> {
        let arns = document.split("role/aws-service-role/").skip(1).filter_map(|rest| rest.split('"').next());
        arns.filter_map(|arn| arn.split_once("/AWSServiceRoleFor")).filter_map(|(service, role)| {
            let role = role.trim_end_matches(['*', '_']);
            (!service.contains('*') && !role.contains('*') && !role.is_empty()).then_some((service, role))
        })
    }

    #[test]
    fn every_role_that_aws_s_policies_name_is_here() {
        let documents = managed_policies().iter().map(ManagedPolicy::document);
        for (service, role) in documents.flat_map(named).filter(|pair| !NOT_SO.contains(pair)) {
            let linked = linked(service).unwrap_or_else(|| panic!("{service}: {role}"));
            // A wildcard may cut the name short.
            assert!(linked.role.starts_with(role), "{service}: {role}, not {}", linked.role);
        }
    }

    #[test]
    fn every_role_carries_a_policy_that_aws_has() {
        for linked in LINKED.iter().filter(|linked| linked.policy != UNLISTED) {
            let policy = managed_policy(linked.policy).unwrap_or_else(|| panic!("{}", linked.policy));
            assert_eq!(policy.path, "/aws-service-role/", "{}", linked.policy);
        }
    }

    #[test]
    fn services_and_role_names_stand_once_and_in_order() {
        assert!(LINKED.is_sorted_by(|one, other| one.service < other.service));
        let mut roles: Vec<&str> = LINKED.iter().map(|linked| linked.role).collect();
        roles.sort_unstable();
        roles.dedup();
        assert_eq!(roles.len(), LINKED.len());
    }
}
