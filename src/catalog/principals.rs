//! Who can stand in a policy as a principal.

use super::Catalog;
use super::regions;
use crate::base::nearest::nearest;

/// Whether a text can be the account in a principal's ARN: twelve digits, or the one that the users of `CloudFront`
/// are in.
pub fn is_account_of_principal(account: &str) -> bool {
    account == "cloudfront" || account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())
}

/// The service principal that a misspelt one most likely means; nothing where it exists or may exist.
///
/// No list of service principals is complete. A name is misspelt when it is no known principal and begins with no
/// known service, but nearly with one.
pub fn suggest_service_principal(written: &str, catalog: &Catalog) -> Option<String> {
    if written.contains(['*', '?', '$']) {
        return None;
    }
    let domain = regions::PARTITIONS
        .iter()
        .map(|partition| partition.domain)
        .find(|domain| written.strip_suffix(domain).is_some_and(|labels| labels.ends_with('.')))?;
    let labels = written.strip_suffix(domain)?.strip_suffix('.')?;
    let standard = |labels: &str| format!("{labels}.amazonaws.com");
    let known = catalog.service_principals();
    let is_known = |labels: &str| known.contains(&standard(labels));
    // A principal is named after its service, alone or beside other labels: `monitoring.rds`, `logs.eu-central-1`.
    if is_known(labels) || labels.split('.').any(|label| catalog.has_service(label) || is_known(label)) {
        return None;
    }
    let names = known.iter().filter_map(|name| name.strip_suffix(".amazonaws.com"));
    let meant = nearest(labels, names.filter(|name| name.len() > 3))?;
    Some(format!("{meant}.{domain}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, meant: Option<&str>) {
        assert_eq!(suggest_service_principal(written, Catalog::bundled()).as_deref(), meant, "{written}");
    }

    #[test]
    fn a_misspelt_service_leads_to_the_nearest() {
        check("lamda.amazonaws.com", Some("lambda.amazonaws.com"));
        check("ecs-task.amazonaws.com", Some("ecs-tasks.amazonaws.com"));
        check("lamda.amazonaws.com.cn", Some("lambda.amazonaws.com.cn"));
    }

    #[test]
    fn what_exists_or_may_exist_is_left_alone() {
        for principal in Catalog::bundled().service_principals() {
            check(principal, None);
        }
        check("logs.eu-central-1.amazonaws.com", None);
        check("bedrock-agentcore.amazonaws.com", None);
        check("monitoring.rds.amazonaws.com", None);
        check("something-entirely-different.amazonaws.com", None);
        check("alexa-appkit.amazon.com", None);
    }
}
