//! Plain IAM data and what is known of it: one file per resource, no IO, no SDK type.
//!
//! Nothing here is ever "just a value". A field that a read may lack is a [`Fact`]: unknown, denied,
//! absent or known, with its source and time. Reads arrive as [`Update`]s and [`Account::apply`] merges
//! them; the newest source wins, and a part that a newer read lacks is carried over from the older one.

mod access_key;
mod account;
mod analyzer;
mod authorization_details;
mod call_made;
mod certificate;
mod document;
mod event;
mod fact;
mod group;
mod identity;
mod instance_profile;
pub(crate) mod kinds;
mod last_accessed;
mod listing;
mod load_error;
mod login;
mod mfa;
mod name;
mod organization;
mod permission;
mod policy;
mod provider;
mod references;
mod report;
mod resource;
mod role;
mod service_credential;
mod settings;
mod signin_session;
mod snapshot;
mod ssh_key;
mod summary;
mod tag;
mod trust;
mod update;
mod user;

pub use access_key::{AccessKey, KeyUse};
pub use account::{Account, List};
pub use analyzer::{
    Analyzer, AnalyzerKind, ArchiveRule, Finding, FindingDetail, FindingFact, FindingId, FindingKind, FindingStatus,
    GrantedAccess, criteria,
};
pub use call_made::CallMade;
pub use certificate::{ServerCertificate, ServerCertificateFacts, SigningCertificate};
pub use document::Document;
pub use event::{Event, EventLog, EventQuery, EventsEnd};
pub use fact::{Denial, DenialReason, Fact, Seen, Source};
pub use group::{Group, GroupFacts};
pub use identity::{Identity, Principal};
pub use instance_profile::{InstanceProfile, InstanceProfileFacts};
pub use last_accessed::{Access, ActionAccess, EntityAccess, LastAccessed, ServiceAccess};
pub use listing::{Entity, Listing, Progress};
pub use load_error::{ErrorKind, LoadError};
pub use login::{ConsoleAccess, LoginProfile};
pub use mfa::{MfaDevice, MfaKind, VirtualMfaDevice};
pub use name::{
    AccessKeyId, AccountAlias, AccountId, GroupName, InlineName, InstanceProfileName, MfaSerial, RoleName,
    ServerCertificateName, Status, UserName, VersionId,
};
pub use organization::{Guardrail, GuardrailKind, Level, LevelKind, Member, Organization, RootFeature};
pub use permission::{AttachedPolicy, InlinePolicy};
pub use policy::{Policy, PolicyEntities, PolicyFacts, PolicyKind, PolicyVersion};
pub use provider::{OidcProvider, OidcProviderFacts, SamlProvider, SamlProviderFacts, provider_name};
pub use references::{PolicyUse, References};
pub use report::{CredentialReport, ReportCertificate, ReportError, ReportKey, ReportRow};
pub use resource::{Named, ResourceKind, ResourceRef};
pub use role::{Role, RoleFacts, RoleUse};
pub use service_credential::ServiceCredential;
pub use settings::{OutboundFederation, PasswordPolicy};
pub use signin_session::{SigninDetails, SigninOwner, SigninQuery, SigninSession, SigninStatus};
pub use snapshot::{Snapshot, SnapshotError};
pub use ssh_key::SshKey;
pub use summary::{Quota, Summary};
pub use tag::{Tag, Tags};
pub use trust::{Trust, TrustedEntity};
pub use update::{BulkPage, Page, Update};
pub use user::{User, UserFacts};
