//! `iamtui simulate`: what AWS would answer to a request under given policies, without asking AWS.

mod case;
mod report;

use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum};

use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::catalog::Catalog;
use crate::policy::evaluate::{Principal, Request, evaluate, explain};

use super::files::{read_lines, read_text};
use super::output::{Format, Output};
use super::{Failure, Outcome};
use case::{Policies, Slot};

/// Decide a request under policies from files, as AWS would, with the layer that blocks it
///
/// Nothing is asked over the network. Exit code 1: denied.
#[derive(Debug, Clone, ClapArgs)]
pub struct Args {
    /// The principal: the ARN of a user, role, session or root user, a service's name, a provider; without it, a user of the
    /// account if policies of a principal are given, else an anonymous caller
    #[arg(long, value_name = "ARN")]
    principal: Option<String>,
    /// What the principal is
    #[arg(long, value_enum, default_value_t)]
    principal_type: PrincipalType,
    /// The action, such as s3:GetObject
    #[arg(long, required_unless_present = "requests")]
    action: Option<String>,
    /// The resource; `*` for actions without a resource
    #[arg(long, value_name = "ARN", default_value = "*")]
    resource: String,
    /// The account that owns the resource, if its ARN does not contain it
    #[arg(long, value_name = "ID")]
    resource_account: Option<String>,
    /// The organization's management account, to which SCPs and RCPs do not apply
    #[arg(long, value_name = "ID")]
    management_account: Option<String>,
    /// A condition key of the request; repeat it for several keys or several values of one
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_and_value)]
    context: Vec<(String, String)>,
    /// A policy of the user or role; repeatable
    #[arg(long, value_name = "FILE")]
    identity: Vec<PathBuf>,
    /// A policy of one of the user's groups; repeatable
    #[arg(long, value_name = "FILE")]
    group: Vec<PathBuf>,
    /// The permissions boundary
    #[arg(long, value_name = "FILE")]
    boundary: Option<PathBuf>,
    /// A session policy; repeatable
    #[arg(long, value_name = "FILE")]
    session: Vec<PathBuf>,
    /// The policy on the resource; for sts:AssumeRole the role's trust policy
    #[arg(long, value_name = "FILE", visible_alias = "trust-policy")]
    resource_policy: Option<PathBuf>,
    /// The service control policies of one level, with commas between; once per level, the root first
    #[arg(long, value_name = "FILE[,FILE]")]
    scp: Vec<String>,
    /// The resource control policies of one level, likewise
    #[arg(long, value_name = "FILE[,FILE]")]
    rcp: Vec<String>,
    /// The policy of a VPC endpoint that the request passes; repeatable
    #[arg(long, value_name = "FILE")]
    vpce: Vec<PathBuf>,
    /// Show for each statement why it applies or not
    #[arg(long)]
    explain: bool,
    /// Decide many requests: one JSON object a line; with `expect` only differences are printed
    #[arg(long, value_name = "FILE", conflicts_with_all = ["principal", "action", "identity", "explain"])]
    requests: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

/// What a principal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum PrincipalType {
    /// A user, role, session or root user by its ARN
    #[default]
    Aws,
    /// A service by its name, such as ec2.amazonaws.com
    Service,
    /// An identity provider by its ARN or domain
    Federated,
}

pub(super) fn key_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write it as key=value, such as aws:SourceIp=192.0.2.7".to_owned()),
    }
}

impl PrincipalType {
    fn read(self, name: Option<&str>) -> Result<Principal, UserError> {
        match (name, self) {
            (None, _) => Ok(Principal::Anonymous),
            (Some(name), Self::Service) => Ok(Principal::Service(name.into())),
            (Some(name), Self::Federated) => Ok(Principal::Federated(name.into())),
            (Some(name), Self::Aws) => Principal::from_arn(name).map_err(|error| {
                UserError::new(error.to_string())
                    .hint("For a service or an identity provider say so with `--principal-type`.")
            }),
        }
    }
}

/// Runs the command.
pub fn run(args: &Args, out: &mut Output) -> Result<Outcome, Failure> {
    if let Some(path) = &args.requests {
        return Ok(case::run_all(read_lines(path), out)?);
    }
    let request = request(args).map_err(Failure::Usage)?;
    if let Some(note) = args.action.as_deref().and_then(|action| unknown(action, Catalog::bundled())) {
        out.say(&note);
    }
    if args.principal.is_none() {
        let who = match request.principal() {
            Principal::Anonymous => "anonymously".to_owned(),
            user => format!("as a user of account {}", user.account().unwrap_or_default()),
        };
        out.say(&format!("note: no `--principal` is given: asked {who}"));
    }
    let policies = policies(args)?;
    let verdict = evaluate(&request, &policies.set)?;
    let trace = args.explain.then(|| explain(&request, &policies.set)).transpose()?;
    match args.output {
        Format::Json => out.json(&report::json(&verdict, &policies, trace.as_ref())),
        Format::Text => report::text(&request, &verdict, &policies, trace.as_ref(), out),
    }
    Ok(if verdict.is_allowed() { Outcome::Fine } else { Outcome::Findings })
}

/// What to say of an action that the catalogue does not have: it may be new, or mistyped.
fn unknown(action: &str, catalog: &Catalog) -> Option<String> {
    if catalog.matching(action).next().is_some() {
        return None;
    }
    let meant = catalog.suggest_action(action).map(|meant| format!("; did you mean `{meant}`?"));
    Some(format!("note: the catalogue of {} has no action `{action}`{}", catalog.date(), meant.unwrap_or_default()))
}

/// Refuses what could never be the action or the resource of a request.
fn well_formed(action: &str, resource: &str) -> Result<(), UserError> {
    let named = action.split_once(':').is_some_and(|(service, name)| !service.is_empty() && !name.is_empty());
    if action != "*" && !named {
        return Err(UserError::new(format!("`{action}` is no action"))
            .hint("Write it as service:Action, such as `s3:GetObject`."));
    }
    match Arn::parse(resource) {
        Err(error) if resource != "*" => Err(UserError::new(format!("`{resource}` is no resource: {error}"))
            .hint("Write an ARN, such as `arn:aws:s3:::bucket/key`, or `*`.")),
        _ => Ok(()),
    }
}

/// Who asks where nobody is named but somebody's policies are: an anonymous caller has none.
fn assumed(args: &Args) -> Option<String> {
    let own =
        !args.identity.is_empty() || !args.group.is_empty() || args.boundary.is_some() || !args.session.is_empty();
    let arn = Arn::parse(&args.resource).ok();
    let account = args.resource_account.as_deref().or(arn.as_ref().map(Arn::account));
    let account = account.filter(|account| account.len() == 12).unwrap_or("123456789012");
    own.then(|| format!("arn:aws:iam::{account}:user/somebody"))
}

fn request(args: &Args) -> Result<Request, UserError> {
    well_formed(args.action.as_deref().unwrap_or_default(), &args.resource)?;
    let assumed = if args.principal.is_none() { assumed(args) } else { None };
    let principal = args.principal_type.read(args.principal.as_deref().or(assumed.as_deref()))?;
    let mut request = Request::new(principal, args.action.as_deref().unwrap_or_default(), &args.resource);
    for (number, (key, _)) in args.context.iter().enumerate() {
        let same = |other: &&(String, String)| other.0.eq_ignore_ascii_case(key);
        if !args.context.iter().take(number).any(|other| same(&other)) {
            request = request.with(key, args.context.iter().filter(same).map(|(_, value)| value.as_str()));
        }
    }
    if let Some(account) = &args.resource_account {
        request = request.with_resource_account(account);
    }
    if let Some(account) = &args.management_account {
        request = request.with_management_account(account);
    }
    Ok(request)
}

fn policies(args: &Args) -> Result<Policies, UserError> {
    let mut policies = Policies::default();
    let mut read = |slot: Slot, path: &Path| -> Result<(), UserError> {
        let name = path.display().to_string();
        let told = policies.add(slot, name.clone(), &read_text(path)?);
        told.map_err(|error| UserError::new(format!("cannot evaluate `{name}`: {error}")))
    };
    for (slot, paths) in [
        (Slot::Identity, args.identity.as_slice()),
        (Slot::Group, &args.group),
        (Slot::Boundary, args.boundary.as_slice()),
        (Slot::Session, &args.session),
        (Slot::Resource, args.resource_policy.as_slice()),
        (Slot::VpcEndpoint, &args.vpce),
    ] {
        for path in paths {
            read(slot, path)?;
        }
    }
    for (level, names) in args.scp.iter().enumerate() {
        for name in names.split(',') {
            read(Slot::Scp(level), Path::new(name))?;
        }
    }
    for (level, names) in args.rcp.iter().enumerate() {
        for name in names.split(',') {
            read(Slot::Rcp(level), Path::new(name))?;
        }
    }
    Ok(policies)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    /// Where a command under test writes.
    #[derive(Clone, Default)]
    pub(super) struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Sink {
        /// An output that writes here, messages left aside.
        pub(super) fn output(&self) -> Output {
            Output::to(Box::new(self.clone()), Box::new(std::io::sink()))
        }

        /// What was written.
        pub(super) fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    const HOME: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Sid": "Home", "Effect": "Allow", "Action": ["s3:Put*", "s3:Get*"],
   "Resource": ["arn:aws:s3:::other", "arn:aws:s3:::home/${aws:username}/*"],
   "Condition": {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.0.2.0/24"]},
                 "StringEquals": {"aws:PrincipalTag/team": "${s3:ExistingObjectTag/team}"}}},
  {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}]}"#;
    const BOUNDARY: &str = r#"{"Statement": {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}}"#;

    /// Runs the command in a folder with the files above and gives what it printed.
    fn simulate(flags: &[&str]) -> (Outcome, String) {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home.json");
        let boundary = folder.path().join("boundary.json");
        std::fs::write(&home, HOME).unwrap();
        std::fs::write(&boundary, BOUNDARY).unwrap();
        let common = ["simulate", "--action", "s3:GetObject", "--resource", "arn:aws:s3:::home/alice/a.txt"];
        let mut line: Vec<String> = common.into_iter().chain(flags.iter().copied()).map(str::to_owned).collect();
        line.extend(["--principal", "arn:aws:iam::111111111111:user/alice"].map(str::to_owned));
        line.extend(["--identity".to_owned(), home.display().to_string()]);
        if flags.contains(&"--output=text") {
            line.extend(["--boundary".to_owned(), boundary.display().to_string()]);
        }
        let sink = Sink::default();
        let mut out = sink.output();
        let outcome = run(&Line::try_parse_from(line).unwrap().args, &mut out).unwrap();
        drop(out);
        (outcome, sink.text().replace(&format!("{}/", folder.path().display()), ""))
    }

    #[test]
    fn one_request_is_decided_and_explained() {
        let (outcome, printed) = simulate(&[
            "--output=text",
            "--explain",
            "--context",
            "aws:SourceIp=192.0.2.7",
            "--context",
            "aws:PrincipalTag/team=blue",
        ]);
        assert_eq!(outcome, Outcome::Findings);
        insta::assert_snapshot!(printed, @r"
        implicitDeny: s3:GetObject on arn:aws:s3:::home/alice/a.txt
        blocked by: identity, boundary
        missing context: s3:ExistingObjectTag/team

        identity home.json statement 1 `Home`: Allow (line 2) does not apply
          action     yes: s3:Get* fits
          resource   yes: arn:aws:s3:::home/${aws:username}/* fits
                     arn:aws:s3:::home/${aws:username}/* expands to arn:aws:s3:::home/alice/*
          condition  IpAddress aws:SourceIp (192.0.2.7): holds
                     10.0.0.0/8: no
                     192.0.2.0/24: fits 192.0.2.7
          condition  StringEquals aws:PrincipalTag/team (blue): fails
                     ${s3:ExistingObjectTag/team} (a variable without a value): no

        identity home.json statement 2: Deny (line 6) does not apply
          action     no: excepted by s3:*
          resource   yes: * fits

        boundary boundary.json statement 1: Allow (line 1) does not apply
          action     no: nothing listed fits
          resource   yes: * fits
        ");
    }

    #[track_caller]
    fn check_assumed(flags: &[&str], who: Option<&str>) {
        let line = ["simulate", "--action", "s3:GetObject"].iter().chain(flags);
        let asked = request(&Line::try_parse_from(line).unwrap().args).unwrap();
        let arn = who.map(|who| Principal::from_arn(who).unwrap());
        assert_eq!(asked.principal(), &arn.unwrap_or(Principal::Anonymous));
    }

    #[test]
    fn policies_of_a_principal_are_those_of_somebody() {
        check_assumed(&["--identity", "p.json"], Some("arn:aws:iam::123456789012:user/somebody"));
        let queue = ["--group", "p.json", "--resource", "arn:aws:sqs:eu-west-1:210987654321:q"];
        check_assumed(&queue, Some("arn:aws:iam::210987654321:user/somebody"));
        check_assumed(&["--resource-policy", "p.json"], None);
    }

    fn check_malformed(flags: &[&str], message: &str) {
        let line = ["simulate"].iter().chain(flags);
        let told = request(&Line::try_parse_from(line).unwrap().args).unwrap_err();
        assert!(told.message.contains(message) && told.hint.is_some(), "{told:?}");
    }

    #[test]
    fn what_is_no_request_is_refused_with_a_next_step() {
        check_malformed(&["--action", "GetObject"], "`GetObject` is no action");
        check_malformed(&["--action", "s3:"], "`s3:` is no action");
        check_malformed(&["--action", "s3:GetObject", "--resource", "bucket"], "an ARN begins with `arn:`");
        check_malformed(&["--action", "s3:GetObject", "--resource", "arn:aws:s3"], "an ARN has six fields");
        check_malformed(&["--action", "s3:GetObject", "--principal", "arn:aws:iam::1:pet/a"], "is no ARN of a user");
    }

    #[test]
    fn an_action_that_is_not_known_is_noted_with_the_nearest() {
        let note = unknown("s3:GetObjekt", Catalog::bundled()).unwrap();
        assert!(note.ends_with("has no action `s3:GetObjekt`; did you mean `s3:GetObject`?"), "{note}");
        assert_eq!(unknown("s3:getobject", Catalog::bundled()), None);
    }

    #[test]
    fn several_values_of_a_key_come_together() {
        let (outcome, printed) = simulate(&[
            "--output=json",
            "--context",
            "aws:SourceIp=10.0.0.1",
            "--context",
            "AWS:sourceip=10.0.0.2",
            "--context",
            "aws:PrincipalTag/team=blue",
            "--context",
            "s3:ExistingObjectTag/team=blue",
        ]);
        assert_eq!(
            (outcome, printed.trim_end()),
            (
                Outcome::Findings,
                r#"{"decision":"implicitDeny","blocked_by":["identity"],"matched":[],"missing_context":[]}"#
            )
        );
        let (outcome, _) = simulate(&[
            "--context",
            "aws:SourceIp=10.0.0.1",
            "--context",
            "aws:PrincipalTag/team=blue",
            "--context",
            "s3:ExistingObjectTag/team=blue",
        ]);
        assert_eq!(outcome, Outcome::Fine);
    }
}
