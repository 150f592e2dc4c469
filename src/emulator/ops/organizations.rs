//! The reads of AWS Organizations, over the file that describes the organization.

pub(crate) mod accounts;
pub(crate) mod policies;
pub(crate) mod structure;

use serde_json::Value;

use crate::api::{Operation, Organizations};
use crate::emulator::failure::Failure;
use crate::emulator::neighbours::Form;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::organization::Organization;
use crate::emulator::store::State;

/// How the service pages and refuses input.
const FORM: Form = Form { invalid: "InvalidInputException", size: "MaxResults", token: "NextToken", most: 20 };

/// A handler that only reads.
const fn reads(
    operation: Organizations,
    run: fn(&Request<'_>, &State) -> Result<Value, Failure>,
    resource: fn(&Request<'_>, &State) -> String,
) -> Handler {
    Handler::read(Operation::Organizations(operation), run, resource)
}

/// The organization of the caller's account, where it is in one.
fn organization<'a>(request: &Request<'a>) -> Result<&'a Organization, Failure> {
    let organization = request.environment.organization.as_ref();
    organization.filter(|organization| organization.member(request.account).is_some()).ok_or_else(|| {
        let told = "Your account is not a member of an organization.";
        Failure::new("AWSOrganizationsNotInUseException", 400, told)
    })
}

/// The organization, for its management account: others may not look into it.
fn managed<'a>(request: &Request<'a>) -> Result<&'a Organization, Failure> {
    let organization = organization(request)?;
    if organization.management == request.account {
        return Ok(organization);
    }
    Err(Failure::access_denied("You don't have permissions to access this resource."))
}

/// The ARN of something in an organization: `account/o-…/123456789012`.
fn arn(organization: &Organization, kind: &str, id: &str) -> String {
    format!("arn:aws:organizations::{}:{kind}/{}/{id}", organization.management, organization.id)
}

/// One page of what the root, a unit or an account is related to.
fn page(request: &Request<'_>, list: &str, rows: Vec<Value>, of: &str) -> Result<Value, Failure> {
    FORM.page(request.input, list, rows, &format!("{}\0{of}", request.operation))
}

fn not_found(code: &'static str, what: &str) -> Failure {
    Failure::new(code, 400, format!("You specified {what} that doesn't exist."))
}
