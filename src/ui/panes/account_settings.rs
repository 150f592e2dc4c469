//! Account settings: password policy, alias and sign-in URL, the tokens of STS, outbound identity federation.

use crate::backend::Load;
use crate::model::{Account, Fact, PasswordPolicy, Summary};
use crate::theme::Role;
use crate::ui::cell::Cell;
use crate::ui::page::View;
use crate::ui::place::Place;
use crate::ui::selection::{Selection, Thing};
use crate::ui::sheet::Sheet;

use super::board::Board;

/// The title of its one tab, by which verbs know the page.
pub const TAB: &str = "Account settings";

/// The page.
pub struct AccountSettings;

impl Board for AccountSettings {
    const PLACE: Place = Place::AccountSettings;
    const LIST: u64 = 302;

    fn sheet(view: &View<'_>) -> Sheet {
        let mut sheet = Sheet::new();
        password_policy(view.account, &mut sheet);
        sheet.heading("Sign-in");
        sheet.field("Account alias", Cell::wide(view.account.alias(), "None", |alias| Cell::text(alias.to_string())));
        sheet.field("Sign-in URL", sign_in_link(view.account).map_or_else(Cell::unknown, Cell::text));
        sheet.heading("Security Token Service (STS)");
        sheet.field("Tokens of the global endpoint", tokens(view.account));
        sheet.note(Cell::new("The STS status of Regions is only available in the AWS console.", Role::Muted));
        sheet.heading("Outbound identity federation");
        let federation = view.account.outbound_federation();
        sheet.field("Status", Cell::wide(federation, "Disabled", |_| Cell::text("Enabled")));
        if let Some(federation) = federation.known() {
            sheet.field("Issuer URL", Cell::text(federation.issuer.to_string()));
        }
        sheet
    }

    fn loads(_view: &View<'_>) -> Vec<Load> {
        vec![Load::Identity, Load::PasswordPolicy, Load::Alias, Load::Summary, Load::OutboundFederation]
    }

    fn selection(thing: Option<Thing>, _view: &View<'_>) -> Selection {
        Selection { thing, tab: Some(TAB), ..Selection::default() }
    }
}

/// The address where users of the account sign in to the AWS console.
pub fn sign_in_link(account: &Account) -> Option<String> {
    let address = |name: &str| format!("https://{name}.signin.aws.amazon.com/console");
    match account.alias() {
        Fact::Known(alias, _) => Some(address(alias.as_str())),
        _ => account.identity().map(|identity| address(identity.account.as_str())),
    }
}

fn password_policy(account: &Account, sheet: &mut Sheet) {
    let policy = account.password_policy();
    sheet.heading("Password policy");
    let Some(policy) = policy.known() else {
        sheet.field("Policy", Cell::wide(policy, "IAM default", |_| Cell::unknown()));
        if matches!(account.password_policy(), Fact::Absent(_)) {
            sheet.field("Minimum length", Cell::text("8 characters"));
            sheet.field("Strength", Cell::text("Three of: uppercase, lowercase, numbers, symbols"));
            sheet.field("Not allowed", Cell::text("The account name or e-mail address"));
            sheet.field("Expiration", Cell::absent("Never"));
        }
        return;
    };
    sheet.field("Policy", Cell::text("Custom"));
    sheet.field("Minimum length", Cell::text(format!("{} characters", policy.minimum_length)));
    sheet.field("Strength", strength(policy));
    let expires = match policy.expires_after_days {
        Some(days) => Cell::text(format!("After {days} days")),
        None => Cell::absent("Never"),
    };
    sheet.field("Expiration", expires);
    let reset = if policy.hard_expiry { "Administrators only" } else { "Users themselves" };
    sheet.field("Reset when expired", Cell::text(reset));
    let remembered = match policy.remembered {
        Some(1) => Cell::text("The last password"),
        Some(count) => Cell::text(format!("The last {count} passwords")),
        None => Cell::absent("Allowed"),
    };
    sheet.field("Reuse prevented", remembered);
    let own = if policy.users_may_change { "Allowed" } else { "Not allowed" };
    sheet.field("Users change their own", Cell::text(own));
}

fn strength(policy: &PasswordPolicy) -> Cell {
    let kinds = [
        (policy.uppercase, "uppercase"),
        (policy.lowercase, "lowercase"),
        (policy.numbers, "numbers"),
        (policy.symbols, "symbols"),
    ];
    let asked: Vec<&str> = kinds.into_iter().filter(|(is, _)| *is).map(|(_, name)| name).collect();
    if asked.is_empty() {
        Cell::absent("Nothing asked for")
    } else {
        Cell::text(format!("All of: {}", asked.join(", ")))
    }
}

/// Where session tokens of the global endpoint are valid, by the version that the account summary tells.
fn tokens(account: &Account) -> Cell {
    Cell::wide(account.summary(), "not reported", |summary: &Summary| match summary.get("GlobalEndpointTokenVersion") {
        Some(1) => Cell::text("Valid only in AWS Regions enabled by default (version 1)"),
        Some(2) => Cell::text("Valid in all AWS Regions (version 2)"),
        Some(other) => Cell::text(format!("Version {other}")),
        None => Cell::absent("Not reported by AWS."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{OutboundFederation, Update};
    use crate::ui::resources::fixture::{check, look, seen};

    fn shows(updates: Vec<Update>, lines: &[&str]) {
        let mut account = Account::default();
        for update in updates {
            account.apply(update);
        }
        look(&account, |view| check(AccountSettings::sheet(view), lines));
    }

    #[test]
    fn what_was_not_read_is_no_default() {
        shows(Vec::new(), &["Policy …", "Tokens of the global endpoint …", "Status …"]);
    }

    #[test]
    fn the_default_of_iam_is_told_where_there_is_no_policy() {
        let absent = Update::PasswordPolicy(Fact::Absent(seen()));
        shows(vec![absent], &["Policy IAM default", "Minimum length 8 characters", "Expiration Never"]);
    }

    #[test]
    fn a_custom_policy_tells_each_rule_and_the_tokens_their_version() {
        let policy = PasswordPolicy {
            minimum_length: 14,
            uppercase: true,
            lowercase: false,
            numbers: true,
            symbols: false,
            users_may_change: true,
            expires_after_days: Some(90),
            hard_expiry: true,
            remembered: Some(24),
        };
        let issuer = "https://a1b2.tokens.sts.global.api.aws";
        let federation = OutboundFederation { issuer: issuer.into() };
        shows(
            vec![
                Update::PasswordPolicy(Fact::Known(policy, seen())),
                Update::Summary(Fact::Known(Summary::new([("GlobalEndpointTokenVersion".into(), 2)]), seen())),
                Update::OutboundFederation(Fact::Known(federation, seen())),
            ],
            &[
                "Policy Custom",
                "Minimum length 14 characters",
                "Strength All of: uppercase, numbers",
                "Expiration After 90 days",
                "Reset when expired Administrators only",
                "Reuse prevented The last 24 passwords",
                "Tokens of the global endpoint Valid in all AWS Regions (version 2)",
                "Status Enabled",
                &format!("Issuer URL {issuer}"),
            ],
        );
    }
}
