//! `iamtui emulate`: the IAM and STS emulator as a process of its own.

use std::io::Read as _;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret as _;
use serde_json::json;
use tokio::sync::mpsc::{Receiver, channel};

use super::output::{Output, Syntax};
use super::{Failure, Outcome};
use crate::base::clock::Clock;
use crate::base::error::UserError;
use crate::base::{bounded, clock, private_file};
use crate::emulator::crypto::jwt;
use crate::emulator::faults::Fault;
use crate::emulator::organization::Organization;
use crate::emulator::portable::{self, NotPortable};
use crate::emulator::resources::Resources;
use crate::emulator::templates::Templates;
use crate::emulator::uses::Uses;
use crate::emulator::{self, Called, Enforce, Error, Handle, KeyPair, Options, Place, Seed, Throttle};

/// Emulate IAM, STS and the services beside them on loopback: signatures verified, policies enforced, records durable.
///
/// Once it listens, it prints one line of JSON with the endpoint, the account and the root key.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    /// Port to listen on; 0 takes any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Keep the records in the store of this name [default: default]
    #[arg(long, value_name = "NAME", group = "place")]
    store: Option<String>,
    /// Keep the records in this folder
    #[arg(long, value_name = "DIR", group = "place")]
    data_dir: Option<PathBuf>,
    /// Keep nothing
    #[arg(long, group = "place")]
    ephemeral: bool,
    /// Initial content of a new account
    #[arg(long, value_enum, default_value_t = SeedName::Empty)]
    seed: SeedName,
    /// The 12-digit account ID [default: 123456789012]
    #[arg(long, value_name = "DIGITS")]
    account_id: Option<String>,
    /// Serve the accounts of the organization that this JSON file describes, under its service and resource control
    /// policies; the printed root key is of the management account, whose users can reach the others through
    /// `OrganizationAccountAccessRole`, as in AWS
    #[arg(long, value_name = "FILE", conflicts_with = "account_id")]
    organization: Option<PathBuf>,
    /// The root user's access key, used as given [default: a new one]
    #[arg(long, value_name = "ID:SECRET")]
    root_key: Option<String>,
    /// Whether policies are enforced; signatures are always verified
    #[arg(long, value_enum, default_value_t = Switch::On)]
    enforce: Switch,
    /// How far reads lag behind writes, such as 500ms or 2s
    #[arg(long, value_name = "DURATION", default_value = "0ms")]
    propagation: String,
    /// Refuse requests with `Throttling`: off, every=N or rate=N/s
    #[arg(long, value_name = "SPEC", default_value = "off")]
    throttle: String,
    /// Count the policies of the resources that this JSON file lists (buckets, keys, queues, topics, functions, secrets) in
    /// simulations and in findings of external access
    #[arg(long, value_name = "FILE")]
    resources: Option<PathBuf>,
    /// Register the partners and templates of this JSON file, which delegation requests and role templates need
    #[arg(long, value_name = "FILE")]
    templates: Option<PathBuf>,
    /// Run on another time: an offset such as +36h or -90d, or a fixed time such as 2026-01-15T12:00:00Z; requests are
    /// still signed by the clock of the machine
    #[arg(long, value_name = "OFFSET|TIME", allow_hyphen_values = true)]
    clock: Option<String>,
    /// Fail an operation, or * for all, with one of its errors, such as CreateUser=ServiceFailure; a rate such as :0.25
    /// lets the other calls pass
    #[arg(long, value_name = "OPERATION=ERROR[:RATE]")]
    fail: Vec<String>,
    /// Serve POST /_iamtui/reset and /moto-api/reset, which empty the account back to its seed, and GET
    /// /_iamtui/notifications, which shows what partners were told about their delegation requests; GET /_iamtui/metrics counts calls, and
    /// GET /_iamtui/policies shows the smallest policy for what each user and role used
    #[arg(long)]
    test_routes: bool,
    /// Write a line for each call to standard error: time, status, decision, action, caller, reason
    #[arg(long)]
    log: bool,
    /// Keep this JSON file up to date with the smallest policy for what each user and role used
    #[arg(long, value_name = "FILE")]
    policies: Option<PathBuf>,
    /// Accept tokens of this OpenID Connect issuer, signed with a key of the key set in this file
    #[arg(long, value_name = "URL=FILE")]
    jwks: Vec<String>,
    /// Listen beyond loopback on this address; needs --allow-host
    #[arg(long, value_name = "ADDR", requires = "allow_host")]
    bind: Option<IpAddr>,
    /// Accept requests with this Host header; needs --bind
    #[arg(long, value_name = "NAME", requires = "bind")]
    allow_host: Option<String>,
}

/// What is done with a store beside serving it.
#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Write an account of a store as JSON, secrets included
    Export {
        #[command(flatten)]
        place: StorePlace,
        /// The account, where the store has several
        #[arg(long, value_name = "DIGITS")]
        account_id: Option<String>,
    },
    /// Put an account into a store: from an export, or from the output of get-account-authorization-details
    Import {
        /// The JSON file; - is standard input
        file: PathBuf,
        #[command(flatten)]
        place: StorePlace,
        /// Replace the account if the store has it already
        #[arg(long)]
        replace: bool,
    },
}

/// The store of an export or import.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
struct StorePlace {
    /// The store of this name [default: default]
    #[arg(long, value_name = "NAME")]
    store: Option<String>,
    /// The store in this folder
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

impl StorePlace {
    fn place(self) -> Place {
        match self.data_dir {
            Some(folder) => Place::Folder(folder),
            None => Place::Named(self.store.unwrap_or_else(|| "default".to_owned())),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SeedName {
    Empty,
    Demo,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

/// Serves until the process is told to end.
pub fn run(mut args: Args, out: &mut Output) -> Result<Outcome, Failure> {
    if let Some(action) = args.action.take() {
        return carry(action, out);
    }
    clock::check_system()?;
    let follow = Follow { log: args.log, policies: args.policies.take() };
    let mut options = options(args).map_err(Failure::Usage)?;
    let (follower, calls) = channel(FOLLOWED);
    options.follower = follow.is_needed().then_some(follower);
    options.uses = follow.policies.is_some();
    let enforce = options.enforce;
    // Signals are listened for before the line is printed: whoever reads it may send one at once.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| UserError::new(format!("no runtime could be started: {error}")))?;
    let end = runtime.block_on(async { Signals::listen() });
    let mut end = end.map_err(|error| UserError::new(format!("signals cannot be listened for: {error}")))?;
    let handle = emulator::start(options).map_err(|error| match error {
        Error::NoAccount(_) | Error::OtherAccount(..) => Failure::Usage(error.user_error()),
        error => Failure::Run(error.user_error()),
    })?;
    let ready = json!({
        "endpoint": handle.endpoint,
        "account_id": handle.account_id,
        "access_key_id": handle.root.id,
        "secret_access_key": handle.root.secret.expose_secret(),
    });
    out.json(&ready);
    out.flush();
    out.say(match enforce {
        Enforce::On => "policies are enforced; the root key may do everything",
        Enforce::Off => "policies are not enforced: every key that exists may do everything",
    });
    let followed = runtime.block_on(async {
        tokio::select! {
            () = end.any() => follow.write(&handle),
            failed = follow.calls(&handle, calls, out) => failed,
        }
    });
    drop(handle);
    followed.map(|()| Outcome::Fine)
}

/// How many calls may wait for the log; one that falls behind misses some, and nobody waits for it.
const FOLLOWED: usize = 10_000;

/// What is done with calls while the emulator serves.
struct Follow {
    log: bool,
    policies: Option<PathBuf>,
}

impl Follow {
    fn is_needed(&self) -> bool {
        self.log || self.policies.is_some()
    }

    /// Follows calls until the file of policies cannot be written.
    async fn calls(&self, handle: &Handle, mut calls: Receiver<Called>, out: &mut Output) -> Result<(), Failure> {
        let mut written = 0;
        // Whoever reads the file finds it there from the beginning.
        self.write(handle)?;
        while let Some(called) = calls.recv().await {
            // What came meanwhile is written at once: a busy caller does not have the file written for each call.
            let mut next = Some(called);
            while let Some(called) = next {
                if self.log {
                    out.say(&called.to_string());
                }
                next = calls.try_recv().ok();
            }
            let revision = handle.uses().map_or(0, Uses::revision);
            if revision != written {
                written = revision;
                self.write(handle)?;
            }
        }
        // Without a follower there is nothing to follow.
        std::future::pending().await
    }

    fn write(&self, handle: &Handle) -> Result<(), Failure> {
        let (Some(file), Some(uses)) = (&self.policies, handle.uses()) else { return Ok(()) };
        let text = serde_json::to_string_pretty(&uses.policies()).unwrap_or_default();
        private_file::replace(file, (text + "\n").as_bytes()).map_err(|error| {
            Failure::Run(UserError::new(format!("the policies in `{}` cannot be written: {error}", file.display())))
        })
    }
}

/// Takes an account out of a store, or puts one into it.
fn carry(action: Action, out: &mut Output) -> Result<Outcome, Failure> {
    match action {
        Action::Export { place, account_id } => {
            let file = portable::export(&place.place(), account_id.as_deref()).map_err(not_carried)?;
            let text = serde_json::to_string_pretty(&file).unwrap_or_default();
            out.document(&format!("{text}\n"), Syntax::Json);
        }
        Action::Import { file, place, replace } => {
            let unread = |error: std::io::Error| {
                Failure::Run(UserError::new(format!("the file `{}` cannot be read: {error}", file.display())))
            };
            let text = if file.as_os_str() == "-" {
                std::io::read_to_string(std::io::stdin().lock().take(LARGEST_ACCOUNT)).map_err(unread)?
            } else {
                bounded::read_text(&file, LARGEST_ACCOUNT).map_err(unread)?
            };
            let imported = portable::import(&place.place(), &text, replace).map_err(not_carried)?;
            out.json(&json!({
                "account_id": imported.account,
                "access_key_id": imported.root.as_ref().map(|key| &key.id),
                "secret_access_key": imported.root.as_ref().map(|key| key.secret.expose_secret()),
            }));
            let counts: Vec<String> = imported.counts.iter().map(|(what, count)| format!("{what}: {count}")).collect();
            out.say(&format!("Imported the account {}: {}.", imported.account, counts.join(", ")));
        }
    }
    Ok(Outcome::Fine)
}

fn not_carried(error: NotPortable) -> Failure {
    let told = UserError::new(error.to_string());
    Failure::Run(match error {
        NotPortable::Store(error) => error.user_error(),
        NotPortable::There(_) => told.hint("Replace it with `--replace`, or use another store with `--store NAME`."),
        NotPortable::Several(_) => told.hint("Choose one of them with `--account-id`."),
        NotPortable::File(_) => told.hint(
            "Give a file of `iamtui emulate export`, or the JSON of `aws iam get-account-authorization-details`.",
        ),
        NotPortable::Empty | NotPortable::NoAccount(_) | NotPortable::Nowhere => {
            told.hint("Name the store with `--store NAME` or its folder with `--data-dir DIR`.")
        }
    })
}

/// The most bytes of an account's file: a full account with documents as long as they may be.
const LARGEST_ACCOUNT: u64 = 256 << 20;

/// The most bytes of a file that describes an account's surroundings: a thousand accounts with policies of their own.
const LARGEST_DESCRIPTION: u64 = 16 << 20;

/// Reads a file that describes something around the accounts; the error names what, and shows an example.
fn described<T, E: std::fmt::Display>(
    file: Option<&Path>,
    what: &str,
    example: &str,
    read: fn(&str) -> Result<T, E>,
) -> Result<Option<T>, UserError> {
    let Some(file) = file else { return Ok(None) };
    let unread = |error: &dyn std::fmt::Display| {
        UserError::new(format!("the {what} in `{}` cannot be used: {error}", file.display()))
    };
    let text = bounded::read_text(file, LARGEST_DESCRIPTION).map_err(|error| unread(&error))?;
    let read = read(&text).map_err(|unfit| unread(&unfit).hint(format!("For example {example}.")))?;
    Ok(Some(read))
}

const ORGANIZATION: &str = r#"{"management_account": "111122223333", "root": {"accounts": [{"id": …, "name": …}]}}"#;
const RESOURCES: &str = r#"{"resources": [{"arn": "arn:aws:s3:::logs", "policy": {…}}]}"#;
const TEMPLATES: &str =
    r#"{"partners": [{"account": "111122223333", "name": …, "templates": [{"arn": …, "policy": {…}}]}]}"#;

/// A clock that is ahead or behind, or one that stands still.
fn clock_of(text: &str) -> Result<Clock, UserError> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(Clock::fixed(at));
    }
    let wrong = || {
        UserError::new(format!("`{text}` is no offset and no time"))
            .hint("Write an offset as +36h or -90d, a time as 2026-01-15T12:00:00Z.")
    };
    // A day has 24 hours here, as in the ages that AWS counts.
    let days = text.strip_suffix('d').and_then(|days| days.parse::<i64>().ok());
    let by = match days {
        Some(days) => SignedDuration::from_hours(days.checked_mul(24).ok_or_else(wrong)?),
        None => text.trim_start_matches('+').parse().map_err(|_| wrong())?,
    };
    if Timestamp::now().checked_add(by).is_err() {
        return Err(wrong());
    }
    Ok(Clock::shifted(by))
}

fn options(args: Args) -> Result<Options, UserError> {
    let place = match (args.store, args.data_dir, args.ephemeral) {
        (_, _, true) => Place::Ephemeral,
        (_, Some(folder), _) => Place::Folder(folder),
        (name, None, false) => Place::Named(name.unwrap_or_else(|| "default".to_owned())),
    };
    let mut options = Options::new(place);
    options.port = args.port;
    options.seed = match args.seed {
        SeedName::Empty => Seed::Empty,
        SeedName::Demo => Seed::Demo,
    };
    options.account = args.account_id;
    options.organization = described(args.organization.as_deref(), "organization", ORGANIZATION, Organization::read)?;
    options.root_key = args.root_key.map(|text| root_key(&text)).transpose()?;
    options.enforce = match args.enforce {
        Switch::On => Enforce::On,
        Switch::Off => Enforce::Off,
    };
    options.propagation = propagation(&args.propagation)?;
    options.throttle = args.throttle.parse::<Throttle>().map_err(|error| {
        UserError::new(error.to_string()).hint("For example `--throttle every=3` refuses each third request.")
    })?;
    options.resources =
        described(args.resources.as_deref(), "resources", RESOURCES, Resources::read)?.unwrap_or_default();
    options.templates =
        described(args.templates.as_deref(), "templates", TEMPLATES, Templates::read)?.unwrap_or_default();
    if let Some(text) = &args.clock {
        options.clock = clock_of(text)?;
        options.signing_clock = Some(Clock::system());
    }
    let fault = |text: &String| {
        text.parse::<Fault>().map_err(|error| {
            UserError::new(error.to_string()).hint("For example `--fail CreateUser=ServiceFailure:0.25`.")
        })
    };
    options.faults = args.fail.iter().map(fault).collect::<Result<_, _>>()?;
    options.test_routes = args.test_routes;
    options.bind = args.bind.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    options.allow_host = args.allow_host;
    options.issuers = args.jwks.iter().map(|text| issuer(text)).collect::<Result<_, _>>()?;
    Ok(options)
}

/// The most bytes of a key set, which holds a handful of keys.
const LARGEST_KEY_SET: u64 = 1 << 20;

/// An issuer's URL without its scheme, and its keys.
fn issuer(text: &str) -> Result<(String, Vec<jwt::Key>), UserError> {
    let example = "For example `--jwks https://issuer.example.com=keys.json`.";
    let wrong = || UserError::new(format!("`{text}` is no `URL=FILE`")).hint(example);
    let (url, file) = text.split_once('=').ok_or_else(wrong)?;
    let url = url.strip_prefix("https://").ok_or_else(wrong)?.trim_end_matches('/');
    let read = bounded::read_text(Path::new(file), LARGEST_KEY_SET);
    let set =
        read.map_err(|error| UserError::new(format!("the key set `{file}` cannot be read: {error}")).hint(example))?;
    let keys = jwt::keys(&set).filter(|keys| !keys.is_empty());
    let none =
        || UserError::new(format!("`{file}` holds no RSA or P-256 key")).hint("A key set is `{\"keys\":[…]}` in JSON.");
    Ok((url.to_owned(), keys.ok_or_else(none)?))
}

fn root_key(text: &str) -> Result<KeyPair, UserError> {
    let pair = text.split_once(':').filter(|(id, secret)| !id.is_empty() && !secret.is_empty() && !id.contains('/'));
    // The text is not repeated, for half of it is a secret.
    pair.map(|(id, secret)| KeyPair::new(id, secret)).ok_or_else(|| {
        UserError::new("the root key is no `ID:SECRET`")
            .hint("Give an access key id, a colon and a secret, such as `--root-key test:test`.")
    })
}

fn propagation(text: &str) -> Result<SignedDuration, UserError> {
    let wrong = || UserError::new(format!("`{text}` is no duration")).hint("Write it as 500ms or 2s.");
    let lag: SignedDuration = text.parse().map_err(|_| wrong())?;
    if lag.is_negative() { Err(wrong()) } else { Ok(lag) }
}

/// The signals that end the emulator.
struct Signals {
    signals: Vec<tokio::signal::unix::Signal>,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        Ok(Self { signals: kinds.into_iter().map(signal).collect::<Result<_, _>>()? })
    }

    async fn any(&mut self) {
        let waits = self.signals.iter_mut().map(|signal| Box::pin(signal.recv()));
        futures_util::future::select_all(waits).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emulator::DEFAULT_ACCOUNT;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    fn parse(line: &[&str]) -> Result<Options, String> {
        let line = Line::try_parse_from([&["emulate"], line].concat()).map_err(|error| error.to_string())?;
        options(line.args).map_err(|told| told.message)
    }

    #[test]
    fn without_flags_it_keeps_the_store_default_on_loopback() {
        let options = parse(&[]).unwrap();
        assert_eq!((options.place, options.port), (Place::Named("default".into()), 0));
        assert!(options.bind.is_loopback() && options.enforce == Enforce::On);
    }

    #[test]
    fn a_flag_that_cannot_be_read_is_named() {
        for (line, told) in [
            (&["--throttle", "sometimes"][..], "`sometimes` is no throttle: it is `off`, `every=N` or `rate=N/s`"),
            (&["--propagation", "soon"], "`soon` is no duration"),
            (&["--propagation=-1s"], "`-1s` is no duration"),
            (&["--root-key", "nocolon"], "the root key is no `ID:SECRET`"),
            (&["--clock", "soon"], "`soon` is no offset and no time"),
            (&["--clock", "+99999999d"], "`+99999999d` is no offset and no time"),
            (&["--fail", "DoMagic=Throttling"], "there is no operation `DoMagic`"),
        ] {
            assert_eq!(parse(line).unwrap_err(), told);
        }
    }

    #[test]
    fn beyond_loopback_it_goes_only_with_a_name() {
        for line in [&["--bind", "0.0.0.0"][..], &["--allow-host", "x"], &["--store", "a", "--ephemeral"]] {
            parse(line).unwrap_err();
        }
        assert!(parse(&["--bind", "0.0.0.0", "--allow-host", "x"]).is_ok());
    }

    #[test]
    fn a_clock_is_ahead_behind_or_stands_still() {
        let now = |text: &str| parse(&["--clock", text]).unwrap().clock.now();
        let off = |text: &str| now(text).duration_since(Timestamp::now()).as_secs();
        assert!((-5..=5).contains(&(off("+36h") - 36 * 3600)) && (-5..=5).contains(&(off("-90d") + 90 * 24 * 3600)));
        assert_eq!(now("2026-01-15T12:00:00Z").to_string(), "2026-01-15T12:00:00Z");
    }

    #[test]
    fn a_root_key_is_taken_as_given() {
        let options = parse(&["--root-key", "test:se:cret"]).unwrap();
        let key = options.root_key.unwrap();
        assert_eq!((key.id.as_str(), key.secret.expose_secret()), ("test", "se:cret"));
    }

    #[test]
    fn the_default_account_is_told_in_the_help() {
        use clap::CommandFactory;
        assert!(Line::command().render_long_help().to_string().contains(DEFAULT_ACCOUNT));
    }
}
