//! `GetDelegatedAccessToken`: credentials for the trade-in token of an accepted delegation request.
//!
//! Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetDelegatedAccessToken.html>. IAM sends the token to
//! the partner's topic; here it is among the notifications of the test routes.

use serde_json::{Value, json};

use super::session::{issue, packed_size};
use crate::api::{Operation, Sts};
use crate::emulator::caller::Session;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::ops::iam::named::everything;
use crate::emulator::protocol::signature::unknown_key;
use crate::emulator::store::World;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[Handler::survey(Operation::Sts(Sts::GetDelegatedAccessToken), get).on(everything)];

fn get(request: &Request<'_>, world: &World) -> Result<Value, Failure> {
    let expired = || Failure::new("ExpiredTradeInTokenException", 400, "The trade-in token is invalid or has expired.");
    // The token is good for the partner alone, whose request it belongs to.
    let partner = world.get(request.account).ok_or_else(unknown_key)?;
    let found = partner.delegation_requests.keyed(request.text("TradeInToken")).ok_or_else(expired)?;
    let sent = found.token.as_deref() == Some(request.text("TradeInToken")) && request.now < found.ends();
    let approver = found.approver.as_ref().filter(|_| sent).ok_or_else(expired)?;
    let customer = found.owner_account.as_deref().and_then(|account| world.get_key_value(account));
    let (account, state) = customer.ok_or_else(expired)?;
    let approved: Session = serde_json::from_value(approver.session.clone()).map_err(|_| expired())?;
    let session = Session {
        issued: request.now,
        expires: found.ends(),
        scopes: [approved.scopes.clone(), vec![found.policy.clone()]].concat(),
        delegated: true,
        filler: String::new(),
        ..approved
    };
    packed_size(&session)?;
    let credentials = issue(&request.about(account), state, session);
    Ok(json!({"Credentials": credentials, "AssumedPrincipal": approver.arn}))
}
