//! Who is signed in.

use crate::emulator::store::State;
use crate::emulator::store::records::Moment;
use crate::emulator::store::signin_sessions::{ClientType, Revocation, SigninSession};

/// A session: whose it is, with which program, how many hours ago it began, how many hours it lasts.
type Row = (&'static str, Option<ClientType>, i64, i64);

/// The longest that a sign-in session may last, in hours.
const LONGEST: i64 = 90 * 24;

const ROWS: &[Row] = &[
    ("iam::{}:user/administrator", Some(ClientType::Cli), 3, LONGEST),
    ("iam::{}:user/ada.lovelace", Some(ClientType::Cli), 26, 7 * 24),
    ("iam::{}:user/ada.lovelace", Some(ClientType::Mcp), 5, LONGEST),
    ("iam::{}:user/ada.lovelace", None, 2, 12),
    ("iam::{}:user/grace.hopper", Some(ClientType::Cli), 40, 12),
    ("iam::{}:user/linus", Some(ClientType::Cli), 24 * 20, LONGEST),
    ("iam::{}:user/linus", Some(ClientType::Mcp), 24 * 6, LONGEST),
    ("iam::{}:user/barbara.liskov", Some(ClientType::Mcp), 24 * 2, LONGEST),
    ("iam::{}:role/ec2-bastion", Some(ClientType::Cli), 30, 30 * 24),
    ("sts::{}:federated-user/auditor", None, 1, 12),
    ("iam::{}:root", None, 24 * 214, 12),
];

/// The places of the sessions that somebody revoked.
const REVOKED: &[usize] = &[6];

/// Writes it all down.
pub fn write(state: &mut State, account: &str, ago: &dyn Fn(i64) -> Moment) {
    for (place, (owner, client, age, hours)) in ROWS.iter().enumerate() {
        let issued = ago(*age);
        let expires = Moment(issued.0 + hours * 3600);
        let (agent, id) = match client {
            Some(ClientType::Cli) => ("aws-cli/2.32.1 md/awscrt#0.28.4 ua/2.1 os/linux", "same-device"),
            Some(ClientType::Mcp) => ("aws-mcp-proxy/1.4", "external-client"),
            None => ("Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0", ""),
        };
        let refreshed = Moment((issued.0 + 3600).min(ago(0).0));
        state.signin_sessions.put(SigninSession {
            arn: format!("arn:aws:signin:us-east-1:{account}:session/5e551000-0000-4000-8000-{place:012x}"),
            principal: format!("arn:aws:{}", owner.replace("{}", account)),
            issued,
            expires,
            last_used: client.map(|_| refreshed),
            client_id: client.map(|_| format!("arn:aws:signin:::devtools/{id}")),
            client_type: *client,
            resource: None,
            region: "us-east-1".to_owned(),
            agent: agent.to_owned(),
            access_key: String::new(),
            revoked: REVOKED
                .contains(&place)
                .then(|| Revocation { at: ago(24), reason: Some("The laptop was lost.".to_owned()) }),
        });
    }
}
