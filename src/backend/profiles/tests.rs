//! Config files and what the AWS CLI 1.46 makes of them: its answers were recorded, and ours are the same.

use serde::Deserialize;

use super::*;

/// One file of each kind, who is asked for, and what the AWS CLI finds.
#[derive(Deserialize)]
struct Case {
    title: String,
    config: String,
    credentials: String,
    /// A profile of the command line, or a variable and its value.
    named: String,
    profiles: String,
    answer: String,
}

fn cases() -> Vec<Case> {
    include_str!("recorded.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn base(base: &Base) -> String {
    match base {
        Base::Keys { id, .. } => format!("keys {id}"),
        Base::WebIdentity { arn, .. } => format!("web identity {arn}"),
        Base::IdentityCenter { session, account, role } => {
            let name = session.name.as_deref().unwrap_or("none");
            format!("Identity Center {account} {role} at {} of {name}", session.start_url)
        }
        Base::Login(_) => "login".to_owned(),
        Base::Process(_) => "process".to_owned(),
        Base::Machine(Machine::Environment) => "environment".to_owned(),
        Base::Machine(other) => format!("{other:?}"),
    }
}

fn answer(profiles: &Profiles, given: Option<&str>) -> Result<String, LoadError> {
    let name = profiles.selected(given)?;
    Ok(match profiles.chain(name)? {
        None => "none".to_owned(),
        Some(chain) => {
            let roles = chain.roles.iter().rev().map(|role| format!("role {} from ", role.arn));
            roles.chain([base(&chain.base)]).collect()
        }
    })
}

/// What kind of failure it is, in the words of the recording.
fn kind(error: &LoadError) -> &'static str {
    let told = error.user_error().message;
    match error.kind {
        ErrorKind::NoProfile { .. } => "no profile",
        _ if told.contains("file cannot be read") => "unreadable",
        _ if told.contains("lead in a circle") => "circle",
        _ => "invalid",
    }
}

fn check(case: &Case) {
    let found = Profiles::of(Some(&case.config), Some(&case.credentials)).and_then(|mut profiles| {
        let (variable, named) = case.named.split_once('=').unwrap_or(("", &case.named));
        let var = |name: &str| (name == variable).then(|| named.to_owned());
        profiles.set_environment(&var);
        assert_eq!(profiles.names().join(", "), case.profiles, "{}", case.title);
        answer(&profiles, Some(named).filter(|_| variable.is_empty() && !named.is_empty()))
    });
    let found = found.unwrap_or_else(|error| kind(&error).to_owned());
    assert_eq!(found, case.answer, "{}", case.title);
}

#[test]
fn config_files_are_read_as_the_aws_cli_reads_them() {
    let cases = cases();
    assert!(cases.len() > 70);
    cases.iter().for_each(check);
}

#[test]
fn a_profile_that_is_named_and_not_there_is_told_with_the_nearest() {
    let mut profiles = Profiles::of(Some("[profile real]\nregion = x\n"), None).unwrap();
    for (named, given) in [(Some("reel"), None), (None, Some("reel")), (Some("real"), Some("reel"))] {
        profiles.named = named.map(str::to_owned);
        let told = profiles.selected(given).unwrap_err().user_error();
        assert_eq!(told.message, "the profile `reel` is not in the AWS config files");
        assert_eq!(told.hint.as_deref(), Some("Did you mean `real`?"));
    }
}

#[test]
fn aws_profile_comes_before_its_older_name() {
    let both = |name: &str| Some(if name == "AWS_PROFILE" { "new" } else { "old" }.to_owned());
    assert_eq!(selected(&both).as_deref(), Some("new"));
    let empty = |name: &str| Some(if name == "AWS_PROFILE" { "" } else { "old" }.to_owned());
    assert_eq!(selected(&empty).as_deref(), Some("old"));
}

#[test]
fn lists_say_what_a_profile_is() {
    for case in cases().iter().filter(|case| !case.named.contains('=')) {
        let Ok(profiles) = Profiles::of(Some(&case.config), Some(&case.credentials)) else { continue };
        let Some(profile) = profiles.profile(&case.named) else { continue };
        let expected = match case.answer.split(' ').next().unwrap() {
            "keys" => ProfileKind::Keys,
            "role" => ProfileKind::Role,
            "web" => ProfileKind::WebIdentity,
            "Identity" => ProfileKind::IdentityCenter,
            "login" => ProfileKind::Login,
            "process" => ProfileKind::Process,
            "none" => ProfileKind::Settings,
            _ => ProfileKind::Broken,
        };
        assert_eq!(profile.kind, expected, "{}", case.title);
    }
}

#[test]
fn the_sdk_is_given_settings_and_no_secret() {
    let config = "[services dev]\niam =\n  endpoint_url = http://localhost:1\n[profile 'My Mac']\nservices = dev\n\
                  region = eu-west-1\naws_secret_access_key = hidden\ncredential_process = hidden\n";
    let text = Profiles::of(Some(config), None).unwrap().for_sdk("My Mac");
    assert_eq!(
        text,
        "[default]\nregion = eu-west-1\nservices = it\n[services it]\niam =\n  endpoint_url = http://localhost:1\n"
    );
}

#[test]
fn words_are_split_as_a_shell_splits_them() {
    for (text, expected) in [
        ("profile a", Some(vec!["profile", "a"])),
        (r#"a "b \" \\ \c" 'd \'"#, Some(vec!["a", r#"b " \ \c"#, r"d \"])),
        ("'' \"\"", Some(vec!["", ""])),
        ("a'b", None),
        ("a\\", None),
        ("", Some(vec![])),
    ] {
        let expected: Option<Vec<String>> = expected.map(|words| words.into_iter().map(str::to_owned).collect());
        assert_eq!(ini::words(text), expected);
    }
}
