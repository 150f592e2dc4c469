//! Who calls: resolved from the access key of every request.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as BASE64};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::failure::Failure;
use super::ids::Ids;
use super::protocol::signature::{Claim, hmac, unknown_key};
use super::store::credentials::{AccessKey, Status};
use super::store::records::{Moment, Tag};
use super::store::signin_sessions::SigninSession;
use super::store::{State, World};

/// The principal behind a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// The root user.
    Root,
    /// A user, by id.
    User {
        /// `AIDA…`
        id: String,
        /// The name as stored.
        name: String,
    },
    /// A session of a role.
    Role {
        /// `AROA…`
        id: String,
        /// The role's name as stored.
        name: String,
        /// The name of the session.
        session: String,
    },
    /// A federated user of `GetFederationToken`.
    Federated {
        /// Its name.
        name: String,
    },
    /// Nobody: the operation takes requests without a signature.
    Anonymous,
}

/// A caller with what policies and answers say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who it is.
    pub principal: Principal,
    /// The ARN that `GetCallerIdentity` answers.
    pub arn: String,
    /// The unique id that `GetCallerIdentity` answers: `AIDA…`, `AROA…:session`, the account number.
    pub user_id: String,
    /// The twelve digits of the account that the credentials are of; empty for nobody.
    pub account: Arc<str>,
    /// The access key of the request.
    pub access_key: String,
    /// The session, of temporary credentials.
    pub session: Option<Session>,
    /// Where the request comes from.
    pub origin: Origin,
}

/// Where a request comes from, for policy conditions; empty where it is not known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The peer's IP address.
    pub address: String,
    /// The `User-Agent` header.
    pub agent: String,
    /// The Region that the request was signed for.
    pub region: String,
}

impl Caller {
    /// The caller of an operation that takes requests without a signature.
    pub fn anonymous() -> Self {
        Self {
            principal: Principal::Anonymous,
            arn: "anonymous".to_owned(),
            user_id: "anonymous".to_owned(),
            account: "".into(),
            access_key: String::new(),
            session: None,
            origin: Origin::default(),
        }
    }

    /// The root user, as seeds call.
    pub fn root(account: &str) -> Self {
        Self {
            principal: Principal::Root,
            arn: format!("arn:aws:iam::{account}:root"),
            user_id: account.to_owned(),
            account: account.into(),
            access_key: String::new(),
            session: None,
            origin: Origin::default(),
        }
    }
}

/// Whose temporary credentials they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bearer {
    /// The root user, by `GetSessionToken`.
    Root,
    /// A user by id, by `GetSessionToken`.
    User(String),
    /// A role by id, with the name of the session.
    Role(String, String),
    /// A federated user by name, with the id of the user who made it; `root` for the root user.
    Federated(String, String),
    /// The root user for one task, by the ARN of the task's policy.
    AssumedRoot(String),
}

/// What temporary credentials stand for. The session token carries it, so no table is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// `ASIA…`; filled in by [`Session::issue`].
    #[serde(default)]
    pub access_key: String,
    /// Whose they are.
    pub bearer: Bearer,
    /// When they were given out.
    pub issued: Moment,
    /// When they run out.
    pub expires: Moment,
    /// Inline session policies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<String>,
    /// ARNs of managed session policies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policy_arns: Vec<String>,
    /// Policies by which it was scoped down since, the first one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// Session tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// Keys of those tags that go on to a further role.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transitive: Vec<String>,
    /// The source identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_identity: Option<String>,
    /// When MFA was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mfa: Option<Moment>,
    /// The ARN or host of the identity provider that vouched for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Whether they were delegated: a partner bears them in the place of who approved it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub delegated: bool,
    /// The bytes that the token must have at least.
    #[serde(skip)]
    pub least: usize,
    /// What makes the token as large as was asked for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub filler: String,
}

/// Temporary credentials as they are given out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Temporary {
    /// `ASIA…`
    pub access_key: String,
    /// The secret.
    pub secret: String,
    /// The session token.
    pub token: String,
    /// When they run out.
    pub expires: Moment,
}

/// How AWS's own tokens begin.
const TOKEN_HEAD: &str = "IQoJb3JpZ2luX2Vj";

impl Session {
    /// Gives out credentials for this session, signed with the account's token secret.
    pub fn issue(mut self, ids: &Ids, account: &str, token_secret: &str) -> Temporary {
        self.access_key = ids.access_key("ASIA", account);
        let mut token = self.token(token_secret);
        // Four characters of a token carry three bytes.
        let missing = (self.least.saturating_sub(token.len()) * 3).div_ceil(4);
        if missing > 0 {
            self.filler = "0".repeat(missing);
            token = self.token(token_secret);
        }
        Temporary {
            secret: secret_of(&self.access_key, token_secret),
            token,
            access_key: self.access_key,
            expires: self.expires,
        }
    }

    fn token(&self, token_secret: &str) -> String {
        let payload = serde_json::to_vec(self).unwrap_or_default();
        let seal = hmac(token_secret.as_bytes(), &payload);
        format!("{TOKEN_HEAD}{}.{}", BASE64.encode(&payload), BASE64.encode(seal))
    }

    /// Opens a token that belongs to an access key; `None` where it is not ours or not this key's.
    pub fn open(token: &str, access_key: &str, token_secret: &str) -> Option<Self> {
        let (payload, seal) = token.strip_prefix(TOKEN_HEAD)?.split_once('.')?;
        let (payload, seal) = (BASE64.decode(payload).ok()?, BASE64.decode(seal).ok()?);
        let genuine = hmac(token_secret.as_bytes(), &payload).as_slice().ct_eq(&seal);
        let session: Self = bool::from(genuine).then(|| serde_json::from_slice(&payload).ok())??;
        (session.access_key == access_key).then_some(session)
    }

    /// Keys and session tags, for policy conditions.
    pub fn tag(&self, key: &str) -> Option<&str> {
        self.tags.iter().find(|tag| tag.key.eq_ignore_ascii_case(key)).map(|tag| tag.value.as_str())
    }
}

/// The secret of temporary credentials follows from their id, so that it need not be stored.
fn secret_of(access_key: &str, token_secret: &str) -> String {
    let mut secret = STANDARD.encode(hmac(token_secret.as_bytes(), format!("secret:{access_key}").as_bytes()));
    secret.truncate(40);
    secret
}

/// A resolved access key: who it is, and the secret that its signature must match.
pub struct Resolved {
    /// The caller.
    pub caller: Caller,
    /// The secret access key.
    pub secret: String,
}

/// Finds the caller that a request claims to be; the signature is yet to be verified.
pub fn resolve(world: &World, key: &str, token: Option<&str>, now: Moment) -> Result<Resolved, Failure> {
    if let Some(token) = token {
        let (account, state) = world.named(key).ok_or_else(unknown_key)?;
        return temporary((account, state), key, token, now);
    }
    let (account, state) = world.holder(key).ok_or_else(unknown_key)?;
    let active = |keys: &[AccessKey]| -> Result<String, Failure> {
        let found = keys.iter().find(|k| k.id == key && k.status == Status::Active);
        found.map(|k| k.secret.clone()).ok_or_else(unknown_key)
    };
    if let Some(root) = state.account.keyed(key) {
        let secret = active(&root.root_keys)?;
        return Ok(Resolved { caller: Caller { access_key: key.to_owned(), ..Caller::root(account) }, secret });
    }
    let user = state.users.keyed(key).ok_or_else(unknown_key)?;
    let secret = active(&user.access_keys)?;
    let caller = Caller {
        principal: Principal::User { id: user.id.clone(), name: user.name.clone() },
        arn: format!("arn:aws:iam::{account}:user{}{}", user.path, user.name),
        user_id: user.id.clone(),
        account: Arc::clone(account),
        access_key: key.to_owned(),
        session: None,
        origin: Origin::default(),
    };
    Ok(Resolved { caller, secret })
}

/// The unique id of who bears the key of a claim: the user, or the role however many sessions it has.
pub fn bearer(world: &World, claim: &Claim) -> Option<String> {
    let key = &claim.access_key;
    let Some(token) = &claim.token else {
        let (account, state) = world.holder(key)?;
        return Some(state.users.keyed(key).map_or_else(|| account.to_string(), |user| user.id.clone()));
    };
    let (account, state) = world.named(key)?;
    Some(match Session::open(token, key, &state.account().token_secret)?.bearer {
        Bearer::Root | Bearer::AssumedRoot(_) => account.to_string(),
        Bearer::User(id) | Bearer::Role(id, _) => id,
        Bearer::Federated(name, _) => format!("{account}:{name}"),
    })
}

fn temporary((number, state): (&Arc<str>, &State), key: &str, token: &str, now: Moment) -> Result<Resolved, Failure> {
    let account = state.account();
    let session = Session::open(token, key, &account.token_secret).ok_or_else(unknown_key)?;
    if session.expires <= now {
        return Err(Failure::new("ExpiredToken", 403, "The security token included in the request is expired"));
    }
    let is_revoked = |held: &SigninSession| held.access_key == key && held.revoked.is_some();
    if state.signin_sessions.iter().any(is_revoked) {
        return Err(Failure::new("ExpiredToken", 403, "The security token included in the request is expired"));
    }
    let (principal, arn, user_id) = match &session.bearer {
        Bearer::Root | Bearer::AssumedRoot(_) => {
            (Principal::Root, format!("arn:aws:iam::{number}:root"), number.to_string())
        }
        Bearer::User(id) => {
            let user = state.users.get(id).ok_or_else(unknown_key)?;
            let principal = Principal::User { id: id.clone(), name: user.name.clone() };
            (principal, format!("arn:aws:iam::{number}:user{}{}", user.path, user.name), id.clone())
        }
        Bearer::Role(id, name) => {
            let role = state.roles.get(id).ok_or_else(unknown_key)?;
            let principal = Principal::Role { id: id.clone(), name: role.name.clone(), session: name.clone() };
            (principal, format!("arn:aws:sts::{number}:assumed-role/{}/{name}", role.name), format!("{id}:{name}"))
        }
        Bearer::Federated(name, _) => {
            let principal = Principal::Federated { name: name.clone() };
            (principal, format!("arn:aws:sts::{number}:federated-user/{name}"), format!("{number}:{name}"))
        }
    };
    let secret = secret_of(key, &account.token_secret);
    let caller = Caller {
        principal,
        arn,
        user_id,
        account: Arc::clone(number),
        access_key: key.to_owned(),
        session: Some(session),
        origin: Origin::default(),
    };
    Ok(Resolved { caller, secret })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Session {
        Session {
            access_key: String::new(),
            bearer: Bearer::Role("AROA1".into(), "night".into()),
            issued: Moment(0),
            expires: Moment(3600),
            policies: vec![],
            policy_arns: vec![],
            scopes: vec![],
            tags: vec![Tag { key: "Team".into(), value: "blue".into() }],
            transitive: vec![],
            source_identity: None,
            mfa: None,
            provider: None,
            delegated: false,
            least: 0,
            filler: String::new(),
        }
    }

    #[test]
    fn a_token_is_as_large_as_was_asked_for_and_still_opens() {
        let small = session().issue(&Ids::seeded(1), "123456789012", "secret").token.len();
        let large = Session { least: small + 1000, ..session() }.issue(&Ids::seeded(1), "123456789012", "secret");
        assert!((small + 1000..small + 1100).contains(&large.token.len()), "{small} {}", large.token.len());
        assert!(Session::open(&large.token, &large.access_key, "secret").is_some());
    }

    #[test]
    fn a_token_opens_for_its_key_and_its_account_only() {
        let ids = Ids::seeded(1);
        let given = session().issue(&ids, "123456789012", "seal");
        let opened = Session::open(&given.token, &given.access_key, "seal").unwrap();
        assert_eq!(opened.tag("team"), Some("blue"));
        assert_eq!(Session::open(&given.token, "ASIAOTHER", "seal"), None);
        assert_eq!(Session::open(&given.token, &given.access_key, "other seal"), None);
        let broken = given.token.replace('.', "A.");
        assert_eq!(Session::open(&broken, &given.access_key, "seal"), None);
    }
}
