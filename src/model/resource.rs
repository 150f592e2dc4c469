//! The resources of an account that have a page of their own, and their kinds.

use std::sync::Arc;

use serde_json::Value;

use super::kinds::keys::{self, Key as _};
use super::kinds::resource_kinds;
use super::{Account, Fact, Group, InstanceProfile, OidcProvider, Policy, PolicyKind, Role, SamlProvider};
use super::{ServerCertificate, Tags, User, provider_name};
use crate::base::arn::Arn;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident($key:ident) $lists:ident [$($listing:ident)*] tags($($tags:ident)*)
        $singular:literal $plural:literal $word:literal; $title:literal $slug:literal $synonyms:literal;)*) => {
        /// A resource of the account, by what identifies it.
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ResourceRef {
            $($(#[$doc])* $kind(keys::$key),)*
        }

        /// A kind of resource.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ResourceKind {
            $(#[doc = $title] $kind,)*
        }

        impl ResourceRef {
            /// Its kind.
            pub const fn kind(&self) -> ResourceKind {
                match self {
                    $(Self::$kind(_) => ResourceKind::$kind,)*
                }
            }

            /// What its operations take to name it: the name, or the ARN of a policy or provider.
            pub fn id(&self) -> &str {
                match self {
                    $(Self::$kind(key) => key.as_str(),)*
                }
            }

            /// The name as shown.
            pub fn name(&self) -> &str {
                match self {
                    $(Self::$kind(key) => key.shown(),)*
                }
            }

            /// The resource that a file names by the [word](ResourceKind::word) of its kind and its [id](Self::id).
            pub fn parse(word: &str, id: &str) -> Option<Self> {
                Some(match word {
                    $($word => Self::$kind(FromId::from_id(id)?),)*
                    _ => return None,
                })
            }
        }

        impl ResourceKind {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$kind,)*];

            /// The word for one of them, in a sentence.
            pub const fn singular(self) -> &'static str {
                match self {
                    $(Self::$kind => $singular,)*
                }
            }

            /// The word for several of them, in a sentence.
            pub const fn plural(self) -> &'static str {
                match self {
                    $(Self::$kind => $plural,)*
                }
            }

            /// The word for one of them in files, without blanks.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$kind => $word,)*
                }
            }

            /// Whether it takes tags.
            pub const fn takes_tags(self) -> bool {
                match self {
                    $(Self::$kind => !stringify!($($tags)*).is_empty(),)*
                }
            }
        }

        impl Account {
            /// A resource, where it is known.
            pub fn resource(&self, resource: &ResourceRef) -> Option<&dyn Named> {
                match resource {
                    $(ResourceRef::$kind(key) => None$(.or_else(|| known(self.$listing().get(key))))*,)*
                }
            }
        }
    };
}
resource_kinds!(kinds);

/// A row, by what all rows have.
fn known<T: Named>(row: Option<&Arc<T>>) -> Option<&dyn Named> {
    row.map(|row| &**row as &dyn Named)
}

/// A key that is read from a file.
trait FromId: Sized {
    fn from_id(id: &str) -> Option<Self>;
}

impl<T: for<'a> From<&'a str>> FromId for T {
    fn from_id(id: &str) -> Option<Self> {
        Some(id.into())
    }
}

impl FromId for Arn {
    fn from_id(id: &str) -> Option<Self> {
        Self::parse(id).ok()
    }
}

impl ResourceKind {
    /// Whether policies are attached to it and written into it.
    pub const fn holds_policies(self) -> bool {
        matches!(self, Self::User | Self::Group | Self::Role)
    }
}

/// A resource that is known, told by its name.
pub trait Named {
    /// Its name.
    fn name(&self) -> &str;

    /// Its reference.
    fn reference(&self) -> ResourceRef;

    /// Its ARN.
    fn arn(&self) -> &Arn;

    /// Its tags; none where it takes none.
    fn tags(&self) -> Option<&Fact<Tags>>;

    /// All that is known of it, by field.
    fn value(&self) -> Value;

    /// What it is, in a word or two.
    fn label(&self) -> &'static str {
        self.reference().kind().singular()
    }

    /// Whether it is one of AWS's many policies that nothing in the account uses.
    fn is_far(&self) -> bool {
        false
    }
}

macro_rules! named {
    ($($type:ty: |$row:ident| $name:expr, $variant:ident($id:ident), |$held:ident| $tags:expr;)*) => {$(
        impl Named for $type {
            fn name(&self) -> &str {
                let $row = self;
                $name
            }

            fn reference(&self) -> ResourceRef {
                ResourceRef::$variant(self.$id.clone())
            }

            fn arn(&self) -> &Arn {
                &self.arn
            }

            fn tags(&self) -> Option<&Fact<Tags>> {
                let $held = self;
                $tags
            }

            fn value(&self) -> Value {
                serde_json::to_value(self).unwrap_or_default()
            }
        }
    )*};
}

named! {
    User: |user| user.name.as_str(), User(name), |user| Some(&user.facts.tags);
    Group: |group| group.name.as_str(), Group(name), |_group| None;
    Role: |role| role.name.as_str(), Role(name), |role| Some(&role.facts.tags);
    InstanceProfile: |profile| profile.name.as_str(), InstanceProfile(name), |profile| Some(&profile.facts.tags);
    OidcProvider: |provider| provider_name(&provider.arn), Provider(arn), |provider| Some(&provider.facts.tags);
    SamlProvider: |provider| provider_name(&provider.arn), Provider(arn), |provider| Some(&provider.facts.tags);
    ServerCertificate: |certificate| certificate.name.as_str(), ServerCertificate(name),
        |certificate| Some(&certificate.facts.tags);
}

impl Named for Policy {
    fn name(&self) -> &str {
        self.arn.name()
    }

    fn reference(&self) -> ResourceRef {
        ResourceRef::from(self)
    }

    fn arn(&self) -> &Arn {
        &self.arn
    }

    fn tags(&self) -> Option<&Fact<Tags>> {
        Some(&self.facts.tags)
    }

    fn value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    fn label(&self) -> &'static str {
        self.kind().label()
    }

    fn is_far(&self) -> bool {
        self.kind() != PolicyKind::Customer && self.uses() == 0
    }
}

impl From<&Policy> for ResourceRef {
    fn from(policy: &Policy) -> Self {
        Self::Policy(policy.arn.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_as_files_name_it() {
        for kind in ResourceKind::ALL.iter().copied() {
            let entity = ResourceRef::parse(kind.word(), "arn:aws:iam::123456789012:policy/a").unwrap();
            assert_eq!(entity.kind(), kind);
            assert_eq!(ResourceRef::parse(entity.kind().word(), entity.id()), Some(entity));
        }
        assert_eq!(ResourceRef::parse("bucket", "a"), None);
    }
}
