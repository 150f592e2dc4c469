//! Credentials of a session in the formats of other programs.

use aws_smithy_runtime_api::client::http::HttpConnector as _;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::byte_stream::ByteStream;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::credentials::is_plain;
use super::session::{Connection, Exported, Session};
use super::{error, http};
use crate::base::error::UserError;
use crate::base::secret::Secret;
use crate::model::{ErrorKind, LoadError};

/// The name of the sign-in link's request in errors, since it is no operation of an API.
const SIGNIN: &str = "getSigninToken";

/// A format for another program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Export {
    /// Lines for a shell: `export AWS_ACCESS_KEY_ID=…`.
    Environment,
    /// A section for the AWS credentials file.
    Profile,
    /// A link that signs in to the AWS console in a browser.
    ConsoleLink,
}

impl Export {
    /// All formats, in the order of the menu.
    pub const ALL: &[Self] = &[Self::Environment, Self::Profile, Self::ConsoleLink];

    /// What it is called in menus and notices.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Environment => "environment variables",
            Self::Profile => "section of the credentials file",
            Self::ConsoleLink => "console sign-in link",
        }
    }
}

impl Session {
    /// The session's credentials in a format for another program. Only the console link needs the network.
    pub async fn export_as(&self, format: Export) -> Result<Secret, LoadError> {
        let credentials = self.export().await?;
        let connection = self.connection();
        check_plain(&credentials, connection)?;
        match format {
            Export::Environment => Ok(Secret::new(environment(&credentials, connection))),
            Export::Profile => Ok(Secret::new(section(&credentials, connection))),
            Export::ConsoleLink => console_link(&credentials, connection).await,
        }
    }
}

/// Refuses characters that AWS credentials never contain: a line feed would start a new line in another program's file.
fn check_plain(credentials: &Exported, connection: &Connection) -> Result<(), LoadError> {
    let token = credentials.session_token.as_ref().map(Secret::reveal);
    let values = [
        Some(credentials.access_key_id.as_str()),
        Some(credentials.secret_access_key.reveal()),
        token,
        Some(connection.region.as_str()),
        connection.endpoint.as_deref(),
    ];
    if values.into_iter().flatten().all(is_plain) {
        return Ok(());
    }
    let told = UserError::new("the credentials have characters that AWS never uses, so they are not copied");
    let hint = "Check which service or program they come from: it may be hostile.";
    Err(LoadError::new(ErrorKind::Local(told.hint(hint)), "export"))
}

/// AWS's values contain no quote; one that does comes from elsewhere and must not end the shell's string.
fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}

fn environment(credentials: &Exported, connection: &Connection) -> String {
    let export = |name: &str, value: &str| format!("export {name}={}\n", quoted(value));
    // A token of another session would be sent along with this key, and refused.
    let token = credentials
        .session_token
        .as_ref()
        .map_or_else(|| "unset AWS_SESSION_TOKEN\n".to_owned(), |token| export("AWS_SESSION_TOKEN", token.reveal()));
    [
        export("AWS_ACCESS_KEY_ID", &credentials.access_key_id),
        export("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key.reveal()),
        token,
        export("AWS_REGION", &connection.region),
        connection.endpoint.as_ref().map(|url| export("AWS_ENDPOINT_URL", url)).unwrap_or_default(),
    ]
    .concat()
}

fn section(credentials: &Exported, connection: &Connection) -> String {
    let line = |name: &str, value: &str| format!("{name} = {value}\n");
    [
        "[iamtui]\n".to_owned(),
        line("aws_access_key_id", &credentials.access_key_id),
        line("aws_secret_access_key", credentials.secret_access_key.reveal()),
        credentials.session_token.as_ref().map(|token| line("aws_session_token", token.reveal())).unwrap_or_default(),
        line("region", &connection.region),
        connection.endpoint.as_ref().map(|url| line("endpoint_url", url)).unwrap_or_default(),
    ]
    .concat()
}

/// The hosts of a partition for signing in and for the console.
fn hosts(region: &str) -> [&'static str; 2] {
    match region {
        _ if region.starts_with("cn-") => ["signin.amazonaws.cn", "console.amazonaws.cn"],
        _ if region.starts_with("us-gov-") => ["signin.amazonaws-us-gov.com", "console.amazonaws-us-gov.com"],
        _ => ["signin.aws.amazon.com", "console.aws.amazon.com"],
    }
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// The request that exchanges credentials for a sign-in token.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html>.
fn question(credentials: &Exported, token: &Secret, host: &str) -> String {
    let session = json!({
        "sessionId": credentials.access_key_id,
        "sessionKey": credentials.secret_access_key.reveal(),
        "sessionToken": token.reveal(),
    });
    format!("https://{host}/federation?Action=getSigninToken&Session={}", encode(&session.to_string()))
}

fn link(token: &str, [signin, console]: [&str; 2], region: &str) -> String {
    let destination = format!("https://{console}/iam/home?region={region}");
    format!(
        "https://{signin}/federation?Action=login&Issuer=iamtui&Destination={}&SigninToken={}",
        encode(&destination),
        encode(token)
    )
}

async fn console_link(credentials: &Exported, connection: &Connection) -> Result<Secret, LoadError> {
    let refused = |told: UserError| LoadError::new(ErrorKind::Local(told), SIGNIN);
    if let Some(endpoint) = &connection.endpoint {
        let told = UserError::new(format!("`{endpoint}` has no console to sign in to"));
        return Err(refused(told.hint("Only AWS itself has one.")));
    }
    let Some(token) = &credentials.session_token else {
        let told = UserError::new("a long-term access key cannot sign in to the console");
        return Err(refused(told.hint("Sign in with MFA, or switch to a role first.")));
    };
    let hosts = hosts(&connection.region);
    let connector = http::connector(None, http::bundle(None).as_deref())?;
    let request = HttpRequest::get(question(credentials, token, hosts[0]))
        .map_err(|error| refused(UserError::new(error.to_string())))?;
    let failed = |detail: String| LoadError::new(ErrorKind::Unreachable, SIGNIN).detail(&detail);
    let asked = async {
        let answer = connector.call(request).await.map_err(|error| failed(error::root_cause(&error)))?;
        let status = answer.status().as_u16();
        let bytes = ByteStream::new(answer.into_body()).collect().await;
        let bytes = bytes.map_err(|error| failed(error::root_cause(&error)))?.into_bytes();
        let text: Option<Value> = serde_json::from_slice(&bytes).ok();
        let token = text.as_ref().and_then(|value| value.get("SigninToken")?.as_str());
        token.map(|token| Secret::new(link(token, hosts, &connection.region))).ok_or_else(|| {
            LoadError::new(ErrorKind::Service, SIGNIN).detail(&format!("the sign-in service answered {status}"))
        })
    };
    let timeout = || LoadError::new(ErrorKind::Timeout, SIGNIN);
    tokio::time::timeout(http::ATTEMPT, asked).await.unwrap_or_else(|_| Err(timeout()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::SessionKind;

    fn connection(region: &str, endpoint: Option<&str>) -> Connection {
        Connection {
            endpoint: endpoint.map(Into::into),
            region: region.into(),
            profile: None,
            kind: SessionKind::Temporary,
            read_only: None,
            warning: None,
            ends: None,
        }
    }

    fn credentials(token: Option<&str>) -> Exported {
        Exported {
            access_key_id: "ASIA1".into(),
            secret_access_key: Secret::new("s/+1"),
            session_token: token.map(Secret::new),
            expires: None,
        }
    }

    #[test]
    fn what_would_begin_a_line_of_its_own_is_not_copied() {
        check_plain(&credentials(Some("t/+=1")), &connection("us-east-1", Some("http://[::1]:1"))).unwrap();
        for hostile in ["t\ncredential_process = touch /tmp/x", "t\r", "t\u{2028}", "t x", "\u{1b}[2J"] {
            let told =
                check_plain(&credentials(Some(hostile)), &connection("us-east-1", None)).unwrap_err().user_error();
            assert!(told.message.contains("are not copied"), "{hostile:?}");
            assert!(check_plain(&credentials(None), &connection(hostile, None)).is_err());
            assert!(check_plain(&credentials(None), &connection("us-east-1", Some(hostile))).is_err());
            let id = Exported { access_key_id: hostile.into(), ..credentials(None) };
            assert!(check_plain(&id, &connection("us-east-1", None)).is_err());
            let secret = Exported { secret_access_key: Secret::new(hostile), ..credentials(None) };
            assert!(check_plain(&secret, &connection("us-east-1", None)).is_err());
        }
    }

    #[test]
    fn the_environment_takes_the_place_of_an_older_one() {
        let lines = environment(&credentials(Some("t'1")), &connection("eu-west-1", None));
        assert_eq!(
            lines,
            "export AWS_ACCESS_KEY_ID='ASIA1'\nexport AWS_SECRET_ACCESS_KEY='s/+1'\n\
             export AWS_SESSION_TOKEN='t'\\''1'\nexport AWS_REGION='eu-west-1'\n"
        );
        let long_term = environment(&credentials(None), &connection("us-east-1", Some("http://127.0.0.1:1")));
        assert!(long_term.contains("unset AWS_SESSION_TOKEN") && long_term.contains("AWS_ENDPOINT_URL"));
    }

    #[test]
    fn a_section_holds_all_that_a_session_needs() {
        let lines = section(&credentials(Some("t1")), &connection("us-east-1", None));
        assert!(
            lines.starts_with("[iamtui]\naws_access_key_id = ASIA1\n") && lines.contains("aws_session_token = t1\n")
        );
    }

    #[test]
    fn a_link_is_that_of_the_sessions_partition() {
        let asked = question(&credentials(Some("t1")), &Secret::new("t1"), hosts("cn-north-1")[0]);
        assert!(
            asked.starts_with("https://signin.amazonaws.cn/federation?Action=getSigninToken&Session=%7B%22"),
            "{asked}"
        );
        let link = link("a+b", hosts("us-east-1"), "us-east-1");
        assert!(
            link.starts_with("https://signin.aws.amazon.com/federation?Action=login&Issuer=iamtui&Destination=https")
        );
        assert!(link.ends_with("&SigninToken=a%2Bb"));
    }

    #[tokio::test]
    async fn a_link_needs_aws_and_a_session() {
        let told = |result: Result<Secret, LoadError>| result.unwrap_err().user_error().message;
        let emulator =
            console_link(&credentials(Some("t")), &connection("us-east-1", Some("http://127.0.0.1:1"))).await;
        assert!(told(emulator).contains("has no console"));
        assert!(
            told(console_link(&credentials(None), &connection("us-east-1", None)).await)
                .contains("long-term access key")
        );
    }
}
