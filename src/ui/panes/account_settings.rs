//! Account settings: password policy, alias and sign-in URL, the tokens of STS, outbound identity federation.

use crate::backend::Load;
use crate::model::{Account, Fact, PasswordPolicy, Summary};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::content::Content;
use crate::ui::page::View;
use crate::ui::place::Place;
use crate::ui::selection::{Selection, TabItem};

use super::board::Board;

/// The title of its one tab, by which commands know the page.
pub const TAB: &str = "Account settings";

/// The page.
pub struct AccountSettings;

impl Board for AccountSettings {
    const LIST: u64 = 302;

    fn place(&self) -> Place {
        Place::AccountSettings
    }

    fn content(&self, view: &View<'_>) -> Content {
        let mut content = Content::new();
        password_policy(view.account, &mut content);
        content.heading("Sign-in");
        content.field("Account alias", Cell::wide(view.account.alias(), "None", |alias| Cell::text(alias.to_string())));
        content.field("Sign-in URL", sign_in_link(view.account).map_or_else(Cell::unknown, Cell::text));
        content.heading("Security Token Service (STS)");
        content.field("Tokens of the global endpoint", tokens(view.account));
        content.note(Cell::new("The STS status of Regions is only available in the AWS console.", Look::Muted));
        content.heading("Outbound identity federation");
        let federation = view.account.outbound_federation();
        content.field("Status", Cell::wide(federation, "Disabled", |_| Cell::text("Enabled")));
        if let Some(federation) = federation.known() {
            content.field("Issuer URL", Cell::text(federation.issuer.to_string()));
        }
        content
    }

    fn loads(&self, _view: &View<'_>) -> Vec<Load> {
        vec![Load::Identity, Load::PasswordPolicy, Load::Alias, Load::Summary, Load::OutboundFederation]
    }

    fn selection(&self, item: Option<TabItem>, _view: &View<'_>) -> Selection {
        Selection { item, tab: Some(TAB), ..Selection::default() }
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

fn password_policy(account: &Account, content: &mut Content) {
    let policy = account.password_policy();
    content.heading("Password policy");
    let Some(policy) = policy.known() else {
        content.field("Policy", Cell::wide(policy, "IAM default", |_| Cell::unknown()));
        if matches!(account.password_policy(), Fact::Absent(_)) {
            content.field("Minimum length", Cell::text("8 characters"));
            content.field("Strength", Cell::text("Three of: uppercase, lowercase, numbers, symbols"));
            content.field("Not allowed", Cell::text("The account name or e-mail address"));
            content.field("Expiration", Cell::absent("Never"));
        }
        return;
    };
    content.field("Policy", Cell::text("Custom"));
    content.field("Minimum length", Cell::text(format!("{} characters", policy.minimum_length)));
    content.field("Strength", strength(policy));
    let expires = match policy.expires_after_days {
        Some(days) => Cell::text(format!("After {days} days")),
        None => Cell::absent("Never"),
    };
    content.field("Expiration", expires);
    let reset = if policy.hard_expiry { "Administrators only" } else { "Users themselves" };
    content.field("Reset when expired", Cell::text(reset));
    let remembered = match policy.remembered {
        Some(1) => Cell::text("The last password"),
        Some(count) => Cell::text(format!("The last {count} passwords")),
        None => Cell::absent("Allowed"),
    };
    content.field("Reuse prevented", remembered);
    let own = if policy.users_may_change { "Allowed" } else { "Not allowed" };
    content.field("Users change their own", Cell::text(own));
}

fn strength(policy: &PasswordPolicy) -> Cell {
    let kinds = [
        (policy.uppercase, "uppercase"),
        (policy.lowercase, "lowercase"),
        (policy.numbers, "numbers"),
        (policy.symbols, "symbols"),
    ];
    let asked: Vec<&str> = kinds.into_iter().filter(|(is, _)| *is).map(|(_, name)| name).collect();
    if asked.is_empty() { Cell::absent("No requirements") } else { Cell::text(format!("All of: {}", asked.join(", "))) }
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
        look(&account, |view| check(AccountSettings.content(view), lines));
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
