//! The two tables of resources: what each kind is called, and what is read of those that one list and one read tell.
//!
//! Whoever needs something for every kind hands the name of a macro to a table, which calls it with all lines. To add
//! a kind is a line in each, the file of its rows beside this one, of its reads in `backend::loads`, and of its page in
//! `ui::resources`.

/// What identifies a resource of any kind.
pub(crate) mod keys {
    pub use crate::base::arn::Arn;
    pub use crate::model::name::{GroupName, InstanceProfileName, RoleName, ServerCertificateName, UserName};

    /// A key that has a name to be shown.
    pub trait Key {
        /// The name.
        fn shown(&self) -> &str;
    }

    impl Key for Arn {
        fn shown(&self) -> &str {
            if self.resource_type().ends_with("-provider") { crate::model::provider_name(self) } else { self.name() }
        }
    }
}

/// Every kind: what identifies one, the list of its page, the lists of the account that hold it, how its tags are
/// changed; the words for one and for several of them in a sentence and the word in files; the title of its page, the
/// name to type, and other words to find it by.
macro_rules! resource_kinds {
    ($then:ident) => {
        $then! {
            /// An IAM user.
            User(UserName) Users [users] tags(tag_user untag_user)
                "user" "users" "user"; "IAM users" "users" "people accounts";
            /// A user group.
            Group(GroupName) Groups [groups] tags()
                "group" "groups" "group"; "IAM user groups" "groups" "teams";
            /// A role.
            Role(RoleName) Roles [roles] tags(tag_role untag_role)
                "role" "roles" "role"; "Roles" "roles" "";
            /// A managed policy.
            Policy(Arn) Policies [policies aws_policies] tags(tag_policy untag_policy)
                "policy" "policies" "policy"; "Policies" "policies" "permissions";
            /// An instance profile.
            InstanceProfile(InstanceProfileName) InstanceProfiles [instance_profiles]
                tags(tag_instance_profile untag_instance_profile)
                "instance profile" "instance profiles" "instance-profile";
                "Instance profiles" "instance-profiles" "ec2 roles of instances";
            /// An identity provider, OpenID Connect or SAML 2.0, as its ARN tells.
            Provider(Arn) Providers [oidc_providers saml_providers] tags(tag_oidc_provider untag_oidc_provider)
                "identity provider" "identity providers" "identity-provider";
                "Identity providers" "identity-providers" "oidc openid connect saml federation";
            /// A server certificate.
            ServerCertificate(ServerCertificateName) ServerCertificates [server_certificates]
                tags(tag_server_certificate untag_server_certificate)
                "server certificate" "server certificates" "server-certificate";
                "Server certificates" "server-certificates" "tls ssl x.509 https";
        }
    };
}
pub(crate) use resource_kinds;

/// The lists of resources that one list and one read tell whole: the list, its field and its rows with what identifies
/// one, the kind that they are of, the module with their reads, and the word for one in a comparison.
macro_rules! plain_lists {
    ($then:ident) => {
        $then! {
            InstanceProfiles instance_profiles: InstanceProfile(InstanceProfileName)
                of InstanceProfile by instance_profile "instance profile";
            OidcProviders oidc_providers: OidcProvider(Arn) of Provider by oidc_provider "OIDC provider";
            SamlProviders saml_providers: SamlProvider(Arn) of Provider by saml_provider "SAML provider";
            ServerCertificates server_certificates: ServerCertificate(ServerCertificateName)
                of ServerCertificate by server_certificate "server certificate";
        }
    };
}
pub(crate) use plain_lists;
