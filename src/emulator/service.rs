//! The way of one request: decode, verify, validate, authorise, run, encode.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use serde_json::Value;

use super::authorize;
use super::caller::{Bearer, Caller, Origin, Principal, bearer, resolve};
use super::calls::Calls;
use super::failure::Failure;
use super::faults::Faults;
use super::operation::{Enforce, Environment, Handler, Request, Run};
use super::protocol::query::Parameters;
use super::protocol::signature::{self, Claim, Verifier, unknown_key};
use super::protocol::{Answer, Wire, xml};
use super::registry;
use super::seed;
use super::store::activity::{Activity, LastCall};
use super::store::records::{LastUse, Moment};
use super::store::{State, Store, World};
use super::throttle::Gate;
use super::trail;
use crate::api::{Operation, OperationModel, Service as Api, validate};
use crate::base::clock::Clock;

/// Seconds for which a repeated use of a key is not written down again.
const LAST_USE_GRAIN: i64 = 60;

/// Everything that answers a request.
#[derive(Debug)]
pub struct Service {
    /// The records.
    pub store: Store,
    /// What all requests share.
    pub environment: Arc<Environment>,
    /// The time.
    pub clock: Clock,
    /// The time by which signatures are made.
    pub signing_clock: Clock,
    /// Fails some operations on demand.
    pub faults: Faults,
    /// Refuses some requests on demand.
    pub gate: Gate,
    /// Where calls are written down.
    pub calls: Calls,
    /// Verifies signatures.
    pub verifier: Verifier,
}

/// What is known of a request on the way, for its answer and the log.
#[derive(Default)]
pub(super) struct Trace {
    /// The service of the model, once it is known.
    pub api: Option<Api>,
    /// The prefix of the service that is asked.
    pub service: &'static str,
    /// The operation's name.
    pub operation: String,
    /// The caller's ARN.
    pub caller: String,
    /// Whether the caller has proved who it is.
    pub proven: bool,
}

impl Service {
    /// Answers one request of the Query protocol.
    pub async fn answer(&self, wire: Wire<'_>) -> Answer {
        let request_id = self.environment.ids.uuid();
        let (mut trace, begun) = (Trace::default(), Instant::now());
        let result = self.respond(&wire, &request_id, &mut trace).await;
        let (api, proven) = (trace.api.unwrap_or(Api::Iam), trace.proven);
        let status = result.as_ref().map_or_else(|failure| failure.status, |_| 200);
        self.note(trace, begun, status, result.as_ref().err().map(|failure| (failure.code, &*failure.message)));
        let body = result.unwrap_or_else(|failure| xml::error(api, &failure, &request_id));
        Answer { status, request_id, media: "text/xml", proven, error: None, body: body.into() }
    }

    /// Writes a request down, for whoever wants to know.
    pub(super) fn note(&self, trace: Trace, begun: Instant, status: u16, refusal: Option<(&'static str, &str)>) {
        let what = (trace.service, trace.operation, trace.caller);
        self.calls.note(what, (self.clock.now(), begun.elapsed()), status, refusal);
    }

    async fn respond(&self, wire: &Wire<'_>, request_id: &str, trace: &mut Trace) -> Result<String, Failure> {
        let form =
            wire.header("content-type").is_none_or(|media| media.starts_with("application/x-www-form-urlencoded"));
        let parameters = Parameters::decode(wire.query, if form { wire.body } else { &[] })?;
        let (operation, model) = called(&parameters)?;
        trace.api = Some(model.service);
        trace.service = model.service.prefix();
        operation.name().clone_into(&mut trace.operation);
        let now = self.clock.now();
        let caller = self.authenticate(wire, model.service.prefix(), model.anonymous, now)?;
        trace.caller.clone_from(&caller.arn);
        trace.proven = caller.principal != Principal::Anonymous;
        let input = checked(&parameters, model);
        let output = self.call(operation, input, Arc::new(caller), now, request_id).await?;
        Ok(xml::success(model, &output, request_id))
    }

    /// Runs an operation for somebody who is known, and writes down that it was called.
    pub(super) async fn call(
        &self,
        operation: Operation,
        input: Result<Value, Failure>,
        caller: Arc<Caller>,
        now: Timestamp,
        request_id: &str,
    ) -> Result<Value, Failure> {
        let at = Moment::from(now);
        self.note_activity(&caller, operation, at);
        self.gate.pass(now)?;
        let parameters = input.as_ref().map_or(Value::Null, |input| trail::parameters(operation, input));
        let who = Arc::clone(&caller);
        let result = match input.and_then(|input| self.faults.pass(operation).map(|()| input)) {
            Ok(input) => self.run(operation, input, caller, at).await,
            Err(failure) => Err(failure),
        };
        let ids = (self.environment.ids.uuid(), request_id);
        self.environment.trail.note(ids, at, (operation, who), parameters, &result);
        result
    }

    /// Who calls a service, which may let anybody in.
    pub(super) fn authenticate(
        &self,
        wire: &Wire<'_>,
        service: &str,
        anonymous: bool,
        now: Timestamp,
    ) -> Result<Caller, Failure> {
        let Some(claim) = wire.claim()? else {
            return if anonymous { Ok(Caller::anonymous()) } else { Err(signature::missing()) };
        };
        let mut resolved = {
            let world = self.store.read();
            resolve(&world, &claim.access_key, claim.token.as_deref(), now.into())?
        };
        self.verifier.verify(wire, claim, &resolved.secret, service, self.signing_clock.now())?;
        self.note_use(&resolved.caller, claim, now.into());
        resolved.caller.origin = Origin {
            address: wire.peer.to_string(),
            agent: wire.header("user-agent").unwrap_or_default().to_owned(),
            region: claim.region.clone(),
        };
        Ok(resolved.caller)
    }

    /// Whom a request says that it is of, by a unique id; nobody where no key of the account is named. Nothing is
    /// verified yet: who names somebody else's key is refused at little cost.
    pub(super) fn claimed_by(&self, wire: &Wire<'_>) -> String {
        let claim = wire.claim().ok().flatten();
        claim.and_then(|claim| bearer(&self.store.read(), claim)).unwrap_or_default()
    }

    /// Writes down when a key or a role was last used, without anybody waiting for it.
    fn note_use(&self, caller: &Caller, claim: &Claim, now: Moment) {
        let recent = |use_: Option<&LastUse>| {
            use_.is_some_and(|last| {
                (now.0 - last.at.0).abs() < LAST_USE_GRAIN
                    && last.service == claim.service
                    && last.region == claim.region
            })
        };
        let new = || LastUse { at: now, region: claim.region.clone(), service: claim.service.clone() };
        let world = self.store.read();
        let Some(state) = world.get(&caller.account) else { return };
        let account = Arc::clone(&caller.account);
        match (&caller.principal, &caller.session) {
            (Principal::Role { id, .. }, _)
                if state.roles.get(id).is_some_and(|role| !recent(role.last_used.as_ref())) =>
            {
                let (id, last) = (id.clone(), new());
                self.store.note(in_account(account, move |state| {
                    state.roles.change(&id, |role| role.last_used = Some(last));
                }));
            }
            (Principal::User { id, .. }, None) => {
                let key =
                    state.users.get(id).and_then(|user| user.access_keys.iter().find(|k| k.id == caller.access_key));
                if key.is_some_and(|key| !recent(key.last_used.as_ref())) {
                    let (id, key, last) = (id.clone(), caller.access_key.clone(), new());
                    self.store.note(in_account(account, move |state| {
                        state.users.change(&id, |user| {
                            if let Some(used) = user.access_keys.iter_mut().find(|k| k.id == key) {
                                used.last_used = Some(last);
                            }
                        });
                    }));
                }
            }
            (Principal::Root, None) => {
                let key = state.account().root_keys.iter().find(|k| k.id == caller.access_key);
                if key.is_some_and(|key| !recent(key.last_used.as_ref())) {
                    let (key, last) = (caller.access_key.clone(), new());
                    self.store.note(in_account(account, move |state| {
                        state.change_account(|account| {
                            if let Some(used) = account.root_keys.iter_mut().find(|k| k.id == key) {
                                used.last_used = Some(last);
                            }
                        });
                    }));
                }
            }
            _ => {}
        }
    }

    /// Writes down which action a principal calls, allowed or not, for the reports of last access.
    pub(super) fn note_activity(&self, caller: &Caller, operation: Operation, now: Moment) {
        let maker = caller.session.as_ref().map(|session| &session.bearer);
        let id: &str = match (&caller.principal, maker) {
            (Principal::User { id, .. } | Principal::Role { id, .. }, _) => id,
            (Principal::Federated { .. }, Some(Bearer::Federated(_, id))) if id != "root" => id,
            (Principal::Root | Principal::Federated { .. }, _) => &caller.account,
            (Principal::Anonymous, _) => return,
        };
        let (namespace, action, region) = (operation.prefix(), operation.name(), &caller.origin.region);
        let is_recent = |call: &LastCall| (now.0 - call.at.0).abs() < LAST_USE_GRAIN && call.region == *region;
        let world = self.store.read();
        let Some(state) = world.get(&caller.account) else { return };
        let before = state.activity.get(id);
        if before.and_then(|activity| activity.action(namespace, action)).is_some_and(is_recent) {
            return;
        }
        let (id, call) = (id.to_owned(), LastCall { at: now, region: region.clone() });
        self.store.note(in_account(Arc::clone(&caller.account), move |state| {
            let known = state.activity.get(&id).cloned();
            let mut activity = known.unwrap_or_else(|| Activity { id, ..Activity::default() });
            activity.note(namespace, action, call);
            state.activity.put(activity);
        }));
    }

    async fn run(
        &self,
        operation: Operation,
        input: Value,
        caller: Arc<Caller>,
        now: Moment,
    ) -> Result<Value, Failure> {
        let handler = registry::handler(operation).ok_or_else(|| not_built(operation))?;
        match handler.run {
            Run::Read(_) | Run::Survey(_) => {
                let environment = &*self.environment;
                let world = self.store.read();
                let account = about(operation, &caller, &input, &world, environment);
                if let Operation::CloudTrail(_) = operation {
                    remember(environment, &world, account);
                }
                let request = Request { operation, input: &input, caller: &caller, account, environment, now };
                read(handler, &request, &world)
            }
            Run::Write(_) | Run::Across(_) => {
                let environment = Arc::clone(&self.environment);
                let written = self.store.write(move |world| {
                    let environment = &*environment;
                    let account = about(operation, &caller, &input, world, environment);
                    remember(environment, world, account);
                    let request = Request { operation, input: &input, caller: &caller, account, environment, now };
                    perform(handler, &request, world, environment.enforce)
                });
                written.await.unwrap_or_else(|unsaved| Err(Failure::service(unsaved.to_string())))
            }
        }
    }
}

/// Has the past of an account told before anybody reads of it, or changes whom it is about.
fn remember(environment: &Environment, world: &World, account: &str) {
    if let Some(state) = world.get(account) {
        seed::remember(&environment.trail, state);
    }
}

/// The account that a request is about: the caller's. Where AWS asks nobody who he is, it is the account of the role.
fn about<'a>(
    operation: Operation,
    caller: &'a Caller,
    input: &'a Value,
    world: &World,
    environment: &'a Environment,
) -> &'a str {
    if operation.model().is_none_or(|model| !model.anonymous) {
        return &caller.account;
    }
    let role = input.get("RoleArn").and_then(Value::as_str).and_then(|arn| arn.split(':').nth(4));
    // Of an account that is not here nothing can be had, which the operation says in its own words.
    role.filter(|account| world.get(account).is_some()).unwrap_or(&environment.account)
}

/// A change of one account as a change of all.
fn in_account(account: Arc<str>, change: impl FnOnce(&mut State)) -> impl FnOnce(&mut World) {
    move |world| {
        if let Some(state) = world.get_mut(&account) {
            change(state);
        }
    }
}

/// The input that the parameters give to an operation, refused where the service model refuses it.
pub(super) fn checked(parameters: &Parameters<'_>, operation: &OperationModel) -> Result<Value, Failure> {
    let input = parameters.input(operation)?;
    validate(operation, &input).map_err(|violations| Failure::validation(violations.to_string()))?;
    Ok(input)
}

/// The operation that the parameters ask for: the version names the service.
pub(super) fn called(parameters: &Parameters<'_>) -> Result<(Operation, &'static OperationModel), Failure> {
    let action = parameters.get("Action").filter(|action| !action.is_empty()).ok_or_else(|| {
        Failure::new("MissingAction", 400, "The request is missing an action or a required parameter.")
    })?;
    let version = parameters.get("Version").unwrap_or("NO_VERSION_SPECIFIED");
    let service = Api::ALL.into_iter().find(|service| service.version() == version);
    let operation = service.and_then(|service| Operation::named(service, action));
    operation.and_then(|operation| Some((operation, operation.model()?))).ok_or_else(|| {
        let clip = |text: &str| -> String { text.chars().take(128).collect() };
        let message = format!("Could not find operation {} for version {}", clip(action), clip(version));
        Failure::new("InvalidAction", 400, message)
    })
}

fn not_built(operation: Operation) -> Failure {
    let message =
        format!("The operation {operation} exists in AWS, but this emulator does not have it yet. Nothing was done.");
    Failure::new("NotImplemented", 501, message)
}

fn authorized(handler: &Handler, request: &Request<'_>, world: &World, enforce: Enforce) -> Result<(), Failure> {
    if enforce == Enforce::On {
        authorize::check(handler.permission, request, world)?;
    }
    let uses = &request.environment.uses;
    if uses.are_kept()
        && let Some(state) = world.get(request.account)
    {
        uses.note(request, state, &authorize::needed(handler.permission, request, state));
    }
    Ok(())
}

fn read(handler: &Handler, request: &Request<'_>, world: &World) -> Result<Value, Failure> {
    authorized(handler, request, world, request.environment.enforce)?;
    handler.reject_unsupported(request)?;
    match handler.run {
        Run::Read(run) => run(request, world.get(request.account).ok_or_else(unknown_key)?),
        Run::Survey(run) => run(request, world),
        // INVARIANT: only handlers that read come here.
        Run::Write(_) | Run::Across(_) => Err(not_built(request.operation)),
    }
}

/// Runs one operation on accounts that may be changed: the way of every write, and of seeds.
pub fn perform(
    handler: &Handler,
    request: &Request<'_>,
    world: &mut World,
    enforce: Enforce,
) -> Result<Value, Failure> {
    authorized(handler, request, world, enforce)?;
    handler.reject_unsupported(request)?;
    match handler.run {
        Run::Read(run) => run(request, world.get(request.account).ok_or_else(unknown_key)?),
        Run::Write(run) => run(request, world.get_mut(request.account).ok_or_else(unknown_key)?),
        Run::Across(run) => run(request, world),
        Run::Survey(run) => run(request, world),
    }
}

/// An answer that does not come from an operation: a refusal at the door.
pub fn refusal(request_id: String, failure: &Failure) -> Answer {
    let body = xml::error(Api::Iam, failure, &request_id);
    Answer { status: failure.status, request_id, media: "text/xml", proven: false, error: None, body: body.into() }
}

/// A short text as an answer, for the emulator's own routes.
pub fn told(request_id: String, status: u16, body: impl Into<Cow<'static, str>>) -> Answer {
    Answer {
        status,
        request_id,
        media: "application/json",
        proven: false,
        error: None,
        body: body.into().into_owned().into(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::atomic::{AtomicBool, Ordering};

    use jiff::SignedDuration;
    use serde_json::json;

    use super::*;
    use crate::api::Iam;
    use crate::emulator::ids::Ids;
    use crate::emulator::store::durable::{Durable, tests::on_a_disk_that_fills};
    use crate::emulator::throttle::Throttle;

    const ACCOUNT: &str = "123456789012";

    fn service(durable: Durable) -> Service {
        let clock = Clock::system();
        let environment = Environment::new(ACCOUNT, Ids::seeded(7));
        let mut world = World::default();
        world.add(ACCOUNT).change_account(|account| ACCOUNT.clone_into(&mut account.number));
        Service {
            store: Store::start(world, Some(durable), clock.clone(), SignedDuration::ZERO).unwrap(),
            environment: Arc::new(environment),
            signing_clock: clock.clone(),
            faults: Faults::default(),
            clock,
            gate: Gate::new(Throttle::Off),
            calls: Calls::default(),
            verifier: Verifier::default(),
        }
    }

    /// Makes a user as root would; the error is told by its code and status.
    async fn create(service: &Service, name: &str) -> Result<(), (String, u16)> {
        let operation = Operation::Iam(Iam::CreateUser);
        let made = service.run(operation, json!({"UserName": name}), Arc::new(Caller::root(ACCOUNT)), Moment(0)).await;
        made.map(drop).map_err(|failure| (failure.code.to_owned(), failure.status))
    }

    fn check(world: &World, kept: &[&str]) {
        let names: Vec<&str> = world.get(ACCOUNT).unwrap().users.iter().map(|user| user.name.as_str()).collect();
        assert!(names.len() == kept.len() && kept.iter().all(|name| names.contains(name)), "{names:?}, not {kept:?}");
    }

    fn stored(path: &Path) -> World {
        let mut world = World::default();
        Durable::open(path, &mut world).unwrap();
        world
    }

    #[tokio::test]
    async fn a_full_disk_costs_the_write_that_meets_it_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records.redb");
        let full = Arc::new(AtomicBool::new(false));
        let service = service(on_a_disk_that_fills(&path, &full));
        create(&service, "before").await.unwrap();
        full.store(true, Ordering::SeqCst);
        assert_eq!(create(&service, "refused").await, Err(("ServiceFailure".to_owned(), 500)));
        check(&service.store.read(), &["before"]);
        full.store(false, Ordering::SeqCst);
        create(&service, "after").await.unwrap();
        check(&service.store.read(), &["before", "after"]);
        service.store.close();
        drop(service);
        check(&stored(&path), &["before", "after"]);
    }
}
