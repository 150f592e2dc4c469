//! `iamtui plan revoke-sessions` and `iamtui plan limit-sessions`.

use jiff::Timestamp;

use crate::backend::Load;
use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::model::{Account, Fact, SigninOwner, SigninQuery, SigninSession};
use crate::plan::Plan;
use crate::plan::builders::{self, SigninLimit};

use super::lock_out::owner_of;
use super::make::{Make, parse_signin_duration, user_loads};

/// Sign-in sessions to revoke
#[derive(Debug, clap::Args)]
pub(super) struct RevokeSessions {
    /// The user or role, by its name or ARN, or `*` for everybody in the account
    #[arg(value_name = "USER|ROLE|*")]
    owner: String,
    /// Only this session, by its ARN or ID; repeatable
    #[arg(long = "session", value_name = "SESSION")]
    sessions: Vec<String>,
    /// The reason, up to 256 characters; AWS keeps it
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl RevokeSessions {
    fn query(&self, account: &Account) -> Result<SigninQuery, UserError> {
        if self.owner == "*" {
            return Ok(SigninQuery::Account);
        }
        // The root user and federated users have no page and no list: an ARN names them.
        let arn = Arn::parse(&self.owner).ok().and_then(|arn| SigninOwner::of(&arn));
        let owner = match arn {
            Some(owner) => owner,
            None => match owner_of(account, &self.owner)? {
                builders::Owner::User(name) => SigninOwner::User(name.as_str().into()),
                builders::Owner::Role(name) => SigninOwner::Role(name.as_str().into()),
                builders::Owner::Group(name) => return Err(UserError::new(format!("group `{name}` has no sessions"))),
            },
        };
        Ok(SigninQuery::Of(owner))
    }
}

impl Make for RevokeSessions {
    fn loads(&self, account: &Account) -> Vec<Load> {
        self.query(account).map(Load::SigninSessions).into_iter().collect()
    }

    fn plan(&self, account: &Account, now: Timestamp) -> Result<Plan, UserError> {
        let query = self.query(account)?;
        let read = account.signin_sessions(&query);
        let Fact::Known(held, _) = read else {
            let told = match read.denial() {
                Some(denial) => format!("the sign-in sessions are not known: {denial}"),
                None => "the sign-in sessions are not known".to_owned(),
            };
            return Err(
                UserError::new(told).hint("They come from AWS Sign-In (signin:ListSessions), never a snapshot.")
            );
        };
        let mut chosen: Vec<&SigninSession> = Vec::new();
        for asked in &self.sessions {
            let found = held.iter().find(|session| session.arn.as_str() == asked || session.id() == asked);
            let missing = || UserError::new(format!("there is no sign-in session `{asked}`"));
            chosen.push(found.ok_or_else(missing)?);
        }
        if self.sessions.is_empty() {
            chosen.extend(held.iter().map(|session| &**session));
        }
        Ok(builders::revoke_signin_sessions(account, &chosen, self.reason.as_deref(), now)?)
    }
}

/// A user whose sign-in sessions are limited
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("limit").required(true).args(["duration", "reset"]))]
pub(super) struct LimitSessions {
    /// The user's name
    user: String,
    /// The longest that a sign-in session may last, such as 8h or 30d
    #[arg(value_parser = parse_signin_duration)]
    duration: Option<u32>,
    /// Lift the limit
    #[arg(long)]
    reset: bool,
}

impl Make for LimitSessions {
    fn loads(&self, account: &Account) -> Vec<Load> {
        user_loads(account, &self.user)
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        Ok(builders::limit_signin(account, &self.user, SigninLimit::of(self.duration))?)
    }
}
