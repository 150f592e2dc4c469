//! When permissions were last used, as `GetServiceLastAccessedDetails` tells.

use std::sync::Arc;

use jiff::Timestamp;

use super::Fact;
use crate::base::arn::Arn;

/// What a report says of a user, group, role or policy: the services that it allows, and their last uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastAccessed {
    /// The number of the job, by which the entities of a service are asked for.
    pub job: Box<str>,
    /// When it was made. What was done less than four hours before may lack.
    pub made: Timestamp,
    /// Every service that the permissions allow anything of, in the order of their names.
    pub services: Vec<ServiceAccess>,
}

/// One service in a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAccess {
    /// Its name, as AWS documents it.
    pub name: Box<str>,
    /// Its prefix in policies.
    pub namespace: Box<str>,
    /// Its last use in the tracking period.
    pub last: Option<Access>,
    /// How many entities used it: of interest where the report is of a group or a policy.
    pub entities: u32,
    /// Actions that AWS tracks one by one; few services have any.
    pub actions: Vec<ActionAccess>,
    /// The names of the policies that allow something of it; not asked for where the report is of a policy.
    pub granted_by: Fact<Vec<Box<str>>>,
    /// Who used it and when, the last one first; asked for service by service.
    pub used_by: Fact<Arc<[EntityAccess]>>,
}

/// One tracked action of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionAccess {
    /// Its name without the prefix.
    pub name: Box<str>,
    /// Its last use in the tracking period.
    pub last: Option<Access>,
}

/// A use: an attempt that a policy allowed, whether or not the service did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// When it was.
    pub at: Timestamp,
    /// Who it was.
    pub by: Option<Arn>,
    /// In which Region it was; AWS does not always say.
    pub region: Option<Box<str>>,
}

/// A user or role that has the permissions, with its last use of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityAccess {
    /// Its ARN.
    pub arn: Arn,
    /// Its last use; none in the tracking period.
    pub at: Option<Timestamp>,
}

impl LastAccessed {
    /// A service of the report.
    pub fn service(&self, namespace: &str) -> Option<&ServiceAccess> {
        self.services.iter().find(|service| &*service.namespace == namespace)
    }

    /// Notes who used a service.
    pub(super) fn learn_entities(&mut self, namespace: &str, used_by: Fact<Arc<[EntityAccess]>>) {
        if let Some(service) = self.services.iter_mut().find(|service| &*service.namespace == namespace) {
            service.used_by = used_by;
        }
    }
}
