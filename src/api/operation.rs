//! Operations as a closed set: one enum for each service, and one over all of them.
//!
//! A name is read once, where text comes in ([`Operation::named`]); from there on an operation is a value that the
//! compiler knows. What an operation does to an account says [`Operation::change`].

mod names;

pub use names::{AccessAnalyzer, CloudTrail, Iam, IamToolbox, Operation, Organizations, Signin, SsoOidc, Sts, Tagging};

use super::model::{Access, OperationModel, Service, model};

macro_rules! operations {
    ($($(#[$doc:meta])* $service:ident { $($name:ident,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
            pub enum $service {
                $(#[doc = concat!("`", stringify!($name), "`")] $name,)*
            }

            impl $service {
                /// Every operation, by name.
                pub const ALL: &[Self] = &[$(Self::$name,)*];

                /// The name, as the API has it.
                pub const fn name(self) -> &'static str {
                    match self {
                        $(Self::$name => stringify!($name),)*
                    }
                }

                /// The operation of that name, exactly as the API writes it.
                pub fn named(name: &str) -> Option<Self> {
                    let at = Self::ALL.binary_search_by(|operation| operation.name().cmp(name)).ok()?;
                    Self::ALL.get(at).copied()
                }
            }

            impl From<$service> for Operation {
                fn from(operation: $service) -> Self {
                    Self::$service(operation)
                }
            }
        )*

        /// An operation of a service.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Operation {
            $($(#[$doc])* $service($service),)*
        }

        impl Operation {
            /// The name, as the API has it; it is unique within the service.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$service(operation) => operation.name(),)*
                }
            }
        }
    };
}
use operations;

impl Operation {
    /// The operation of that name in a service, exactly as the API writes it.
    pub fn named(service: Service, name: &str) -> Option<Self> {
        match service {
            Service::Iam => Iam::named(name).map(Self::Iam),
            Service::Sts => Sts::named(name).map(Self::Sts),
        }
    }

    /// The operation as the service model describes it; none for services that it does not hold.
    pub fn model(self) -> Option<&'static OperationModel> {
        let at = match self {
            Self::Iam(operation) => operation as usize,
            Self::Sts(operation) => Iam::ALL.len() + operation as usize,
            Self::AccessAnalyzer(_)
            | Self::CloudTrail(_)
            | Self::IamToolbox(_)
            | Self::Organizations(_)
            | Self::Signin(_)
            | Self::SsoOidc(_)
            | Self::Tagging(_) => return None,
        };
        model().operations().get(at)
    }

    /// What it does to the account, as the service authorization reference classifies it.
    pub fn access(self) -> Access {
        match self {
            Self::AccessAnalyzer(operation) => operation.access(),
            Self::CloudTrail(CloudTrail::LookupEvents)
            | Self::IamToolbox(
                IamToolbox::GetRequestAuthorizationDetails | IamToolbox::GetRequestAuthorizationPolicy,
            )
            | Self::Signin(Signin::GetSession)
            | Self::Tagging(Tagging::GetResources) => Access::Read,
            Self::Organizations(operation) => operation.access(),
            Self::Signin(Signin::BatchRevokeSessions) => Access::Write,
            Self::Signin(Signin::ListSessions) => Access::List,
            Self::SsoOidc(SsoOidc::CreateToken | SsoOidc::RegisterClient | SsoOidc::StartDeviceAuthorization) => {
                Access::Write
            }
            // INVARIANT: the names are written from the model, which a test holds; a name without one writes.
            Self::Iam(_) | Self::Sts(_) => self.model().map_or(Access::Write, |model| model.access),
        }
    }

    /// The prefix of the service's actions: `iam`.
    pub const fn prefix(self) -> &'static str {
        match self {
            // The permissions of IAM Toolbox are those of IAM.
            Self::Iam(_) | Self::IamToolbox(_) => "iam",
            Self::Sts(_) => "sts",
            Self::AccessAnalyzer(_) => "access-analyzer",
            Self::CloudTrail(_) => "cloudtrail",
            Self::Organizations(_) => "organizations",
            Self::Signin(_) => "signin",
            Self::SsoOidc(_) => "sso-oauth",
            Self::Tagging(_) => "tag",
        }
    }

    /// The name of the service, as its endpoints and its events have it: `iam`.
    pub const fn service(self) -> &'static str {
        match self {
            Self::IamToolbox(_) => "iam-toolbox",
            Self::SsoOidc(_) => "sso",
            Self::Tagging(_) => "tagging",
            other => other.prefix(),
        }
    }

    /// The name that the AWS CLI has for the service: `iam`.
    pub const fn cli_service(self) -> &'static str {
        match self {
            Self::AccessAnalyzer(_) => "accessanalyzer",
            other => other.prefix(),
        }
    }

    /// The action that policies name: `iam:CreateUser`.
    pub fn action(self) -> String {
        let permitted = match self {
            // The second versions of these operations need the permissions of the first.
            Self::AccessAnalyzer(AccessAnalyzer::GetFindingV2) => AccessAnalyzer::GetFinding.into(),
            Self::AccessAnalyzer(AccessAnalyzer::ListFindingsV2) => AccessAnalyzer::ListFindings.into(),
            other => other,
        };
        format!("{}:{}", self.prefix(), permitted.name())
    }
}

impl Operation {
    /// The prefixes of the services whose calls stand in plans.
    pub const SERVICES_OF_PLANS: [&str; 4] = ["iam", "sts", "access-analyzer", "signin"];

    /// The operation of a service of the model, or of a neighbour of IAM whose calls stand in plans, by its prefix.
    pub fn of_plans(prefix: &str, name: &str) -> Option<Self> {
        match Service::ALL.into_iter().find(|service| service.prefix() == prefix) {
            Some(service) => Self::named(service, name),
            None if prefix == "access-analyzer" => AccessAnalyzer::named(name).map(Self::AccessAnalyzer),
            None if prefix == "signin" => Signin::named(name).map(Self::Signin),
            None => None,
        }
    }
}

impl AccessAnalyzer {
    /// What it does, as the service authorization reference classifies it.
    const fn access(self) -> Access {
        match self {
            Self::ListAnalyzers | Self::ListArchiveRules => Access::List,
            Self::CheckAccessNotGranted
            | Self::CheckNoNewAccess
            | Self::CheckNoPublicAccess
            | Self::GetAnalyzer
            | Self::GetArchiveRule
            | Self::GetFinding
            | Self::GetFindingV2
            | Self::ListFindings
            | Self::ListFindingsV2
            | Self::ValidatePolicy => Access::Read,
            Self::ApplyArchiveRule
            | Self::CreateAnalyzer
            | Self::CreateArchiveRule
            | Self::DeleteAnalyzer
            | Self::DeleteArchiveRule
            | Self::UpdateArchiveRule
            | Self::UpdateFindings => Access::Write,
        }
    }
}

impl Organizations {
    /// What it does, as the service authorization reference classifies it.
    const fn access(self) -> Access {
        match self {
            Self::DescribeAccount
            | Self::DescribeOrganization
            | Self::DescribeOrganizationalUnit
            | Self::DescribePolicy => Access::Read,
            Self::ListAWSServiceAccessForOrganization
            | Self::ListAccounts
            | Self::ListAccountsForParent
            | Self::ListChildren
            | Self::ListDelegatedAdministrators
            | Self::ListOrganizationalUnitsForParent
            | Self::ListParents
            | Self::ListPolicies
            | Self::ListPoliciesForTarget
            | Self::ListRoots
            | Self::ListTagsForResource
            | Self::ListTargetsForPolicy => Access::List,
        }
    }
}

impl From<Operation> for Box<str> {
    fn from(operation: Operation) -> Self {
        operation.name().into()
    }
}

impl std::fmt::Display for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_those_of_the_service_model_in_its_order() {
        let iam = Iam::ALL.iter().map(|operation| Operation::Iam(*operation));
        let ours: Vec<Operation> = iam.chain(Sts::ALL.iter().map(|operation| Operation::Sts(*operation))).collect();
        let named: Vec<(&str, &str)> = ours.iter().map(|operation| (operation.prefix(), operation.name())).collect();
        let models = model().operations().iter();
        let theirs: Vec<(&str, &str)> = models.map(|model| (model.service.prefix(), model.name.as_str())).collect();
        assert_eq!(named, theirs, "write src/api/operation/names.rs anew: assets/make_service_model.py");
    }

    #[test]
    fn an_operation_is_found_by_service_and_exact_name() {
        assert_eq!(Operation::named(Service::Iam, "CreateUser"), Some(Iam::CreateUser.into()));
        assert_eq!(Operation::named(Service::Sts, "CreateUser"), None);
        assert_eq!(Operation::named(Service::Iam, "createuser"), None);
        assert_eq!(Operation::from(Sts::AssumeRole).action(), "sts:AssumeRole");
        assert_eq!(Operation::from(AccessAnalyzer::ValidatePolicy).access(), Access::Read);
    }
}
