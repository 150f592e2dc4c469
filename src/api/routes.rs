//! The operations of IAM Access Analyzer as its REST protocol has them: method, path, and the members of what they take.
//!
//! The emulator reads requests by this table, the backend writes them by it, and plans are checked against it: the
//! service model does not hold the service.
//!
//! Source: <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_Operations.html>

use super::operation::AccessAnalyzer;

/// How one operation is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The method.
    pub method: &'static str,
    /// The path; a part in braces is a member of the input.
    pub path: &'static str,
    /// The operation.
    pub operation: AccessAnalyzer,
    /// The members of the input that must be there.
    pub required: &'static [&'static str],
    /// The other members of the input.
    pub optional: &'static [&'static str],
    /// The member of the answer that comes in pages.
    pub pages: Option<&'static str>,
}

macro_rules! routes {
    ($($operation:ident $method:ident $path:literal [$($required:ident)*] [$($optional:ident)*] $(pages $pages:literal)?;)*) => {
        /// Every operation, once.
        pub const ROUTES: &[Route] = &[$(Route {
            method: stringify!($method),
            path: $path,
            operation: AccessAnalyzer::$operation,
            required: &[$(stringify!($required)),*],
            optional: &[$(stringify!($optional)),*],
            pages: routes!(@ $($pages)?),
        }),*];
    };
    (@ $pages:literal) => { Some($pages) };
    (@) => { None };
}

routes! {
    ApplyArchiveRule PUT "/archive-rule" [analyzerArn ruleName] [clientToken];
    CheckAccessNotGranted POST "/policy/check-access-not-granted" [policyDocument access policyType] [];
    CheckNoNewAccess POST "/policy/check-no-new-access" [newPolicyDocument existingPolicyDocument policyType] [];
    CheckNoPublicAccess POST "/policy/check-no-public-access" [policyDocument resourceType] [];
    CreateAnalyzer PUT "/analyzer" [analyzerName type] [archiveRules tags clientToken configuration];
    CreateArchiveRule PUT "/analyzer/{analyzerName}/archive-rule" [analyzerName ruleName filter] [clientToken];
    DeleteAnalyzer DELETE "/analyzer/{analyzerName}" [analyzerName] [clientToken];
    DeleteArchiveRule DELETE "/analyzer/{analyzerName}/archive-rule/{ruleName}" [analyzerName ruleName] [clientToken];
    GetAnalyzer GET "/analyzer/{analyzerName}" [analyzerName] [];
    GetArchiveRule GET "/analyzer/{analyzerName}/archive-rule/{ruleName}" [analyzerName ruleName] [];
    GetFinding GET "/finding/{id}" [analyzerArn id] [];
    GetFindingV2 GET "/findingv2/{id}" [analyzerArn id] [] pages "findingDetails";
    ListAnalyzers GET "/analyzer" [] [type] pages "analyzers";
    ListArchiveRules GET "/analyzer/{analyzerName}/archive-rule" [analyzerName] [] pages "archiveRules";
    ListFindings POST "/finding" [analyzerArn] [filter sort] pages "findings";
    ListFindingsV2 POST "/findingv2" [analyzerArn] [filter sort] pages "findings";
    UpdateArchiveRule PUT "/analyzer/{analyzerName}/archive-rule/{ruleName}" [analyzerName ruleName filter] [clientToken];
    UpdateFindings PUT "/finding" [analyzerArn status] [ids resourceArn clientToken];
    ValidatePolicy POST "/policy/validation" [policyDocument policyType] [validatePolicyResourceType locale] pages "findings";
}

impl Route {
    /// How an operation is asked; every one has a route, which a test holds.
    pub fn of(operation: AccessAnalyzer) -> Option<&'static Self> {
        ROUTES.iter().find(|route| route.operation == operation)
    }

    /// Whether the members that are not in the path go into the query string: there is no body.
    pub fn is_in_query(&self) -> bool {
        matches!(self.method, "GET" | "DELETE")
    }

    /// Whether the token of the next page goes into the query string.
    pub fn pages_in_query(&self) -> bool {
        self.is_in_query() || self.operation == AccessAnalyzer::ValidatePolicy
    }

    /// Whether a member stands in the path.
    pub fn is_in_path(&self, member: &str) -> bool {
        self.path.split('/').any(|part| part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) == Some(member))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_one_route_and_takes_what_its_path_names() {
        for operation in AccessAnalyzer::ALL {
            let mut found = ROUTES.iter().filter(|route| route.operation == *operation);
            let route = found.next().unwrap_or_else(|| panic!("{} has no route", operation.name()));
            assert!(found.next().is_none(), "{} twice", operation.name());
            for part in route.path.split('/').filter(|part| part.starts_with('{')) {
                assert!(route.required.contains(&part.trim_matches(['{', '}'])), "{}", route.path);
            }
        }
    }
}
