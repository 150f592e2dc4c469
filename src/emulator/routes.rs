//! The paths that are served: `/` for IAM and STS, those of their neighbours, `/_iamtui/…` for ourselves.

use serde_json::json;

use super::analyzer;
use super::failure::Failure;
use super::federation;
use super::foreign;
use super::http::Date;
use super::neighbours::Neighbour;
use super::ops::iam::outbound_federation::issuer;
use super::ops::sts::web_identity_token::{Document, discovery};
use super::protocol::{Answer, Wire};
use super::seed::Seed;
use super::service::{Service, refusal, told};
use super::setup::Setup;
use super::store::State;
use super::store::delegations::DelegationRequest;

/// Where the documents of the accounts' own issuers are served.
const ISSUERS: &str = "/_iamtui/issuers/";

/// Whether an account signs tokens under an issuer whose host name begins with this part.
fn is_issuer(state: &State, part: &str) -> bool {
    issuer(state).and_then(|url| url.strip_prefix("https://")?.split('.').next()).is_some_and(|own| own == part)
}

/// The service behind its paths.
#[derive(Debug)]
pub struct Routes {
    /// What answers `/`.
    pub service: Service,
    /// How an account begins, for the reset.
    pub setup: Setup,
    /// What an account begins with.
    pub seed: Seed,
    /// Whether the reset and the notifications are served.
    pub reset: bool,
    /// The date of answers.
    pub date: Date,
}

impl Routes {
    /// A fresh request id.
    pub fn request_id(&self) -> String {
        self.service.environment.ids.uuid()
    }

    /// Answers a request that was let in.
    pub async fn answer(&self, wire: Wire<'_>) -> Answer {
        if let Some(service) = foreign::asked(&wire) {
            if let Some(denied) = self.service.denied_by_ec2(&wire).filter(|_| foreign::is_ec2(&service)) {
                return foreign::refusal_of_ec2(self.request_id(), &denied);
            }
            return foreign::answer(self.request_id(), &wire, &service);
        }
        if let Some(neighbour) = Neighbour::asked(&wire) {
            return match (neighbour, wire.method, wire.path) {
                (Neighbour::AccessAnalyzer, "POST", analyzer::PATH) => self.service.analyze(&wire),
                _ => self.service.answer_neighbour(wire, neighbour).await,
            };
        }
        if !matches!(wire.method, "GET" | "POST") {
            let failure = Failure::new("MethodNotAllowed", 405, "Requests are POST or GET.");
            return refusal(self.request_id(), &failure);
        }
        match (wire.method, wire.path) {
            (_, "/") => self.service.answer(wire).await,
            ("POST", analyzer::PATH) => self.service.analyze(&wire),
            ("GET", federation::PATH) => self.service.federate(&wire).await,
            ("GET", "/_iamtui/health") => {
                let account = &self.service.environment.account;
                told(self.request_id(), 200, format!("{{\"status\":\"ok\",\"account_id\":\"{account}\"}}\n"))
            }
            ("GET", path) if path.starts_with(ISSUERS) => self.discovery(&wire),
            ("GET", "/_iamtui/metrics") if self.reset => Answer {
                media: "text/plain; version=0.0.4",
                ..told(self.request_id(), 200, self.service.calls.metrics())
            },
            ("GET", "/_iamtui/policies") if self.reset => {
                told(self.request_id(), 200, format!("{}\n", self.service.environment.uses.policies()))
            }
            ("GET", "/_iamtui/notifications") if self.reset => self.notifications(),
            ("POST", "/_iamtui/reset" | "/moto-api/reset") if self.reset => self.begin_anew().await,
            _ => {
                let failure = Failure::new("UnknownOperationException", 404, "Requests go to the path `/`.");
                refusal(self.request_id(), &failure)
            }
        }
    }

    /// What a verifier of an account's tokens fetches: below [`ISSUERS`], the issuer's own part of its host name, and
    /// the path that it would have there.
    fn discovery(&self, wire: &Wire<'_>) -> Answer {
        let (issuer, document) = wire.path.trim_start_matches(ISSUERS).split_once('/').unwrap_or_default();
        let document = match document {
            ".well-known/openid-configuration" => Some(Document::Configuration),
            ".well-known/jwks.json" => Some(Document::Keys),
            _ => None,
        };
        let host = wire.header("host").unwrap_or_default();
        let url = format!("http://{host}{ISSUERS}{issuer}");
        let world = self.service.store.read();
        let mut states = world.accounts().map(|(_, state)| state);
        let state = states.find(|state| is_issuer(state, issuer));
        let found = state.zip(document).and_then(|(state, document)| discovery(state, document, &url));
        match found {
            Some(body) => told(self.request_id(), 200, body.to_string()),
            None => told(self.request_id(), 404, "{\"message\":\"There is no such issuer.\"}"),
        }
    }

    /// What the topics of partners were told: the stage of each delegation request, and its token once that was sent.
    fn notifications(&self) -> Answer {
        let world = self.service.store.read();
        let now = self.service.clock.now().into();
        let all = world.accounts().flat_map(|(_, state)| state.delegation_requests.iter());
        let shown = |one: &DelegationRequest| {
            json!({
                "topic": one.channel,
                "delegation_request_id": one.id,
                "requestor_workflow_id": one.workflow,
                "state": one.stage_at(now).name(),
                "trade_in_token": one.token,
            })
        };
        let all: Vec<_> = all.filter(|one| one.owner.is_some()).map(shown).collect();
        told(self.request_id(), 200, format!("{}\n", json!({ "notifications": all })))
    }

    async fn begin_anew(&self) -> Answer {
        let (setup, seed) = (self.setup.clone(), self.seed);
        let environment = std::sync::Arc::clone(&self.service.environment);
        let now = self.service.clock.now();
        let written = self.service.store.write(move |world| {
            world.clear();
            setup.begin(world, &environment, seed, now)?;
            Setup::join(world, &environment, now)
        });
        self.service.environment.authorizations.clear();
        self.service.environment.trail.clear();
        match written.await {
            Ok(Ok(())) => told(self.request_id(), 200, "{\"status\":\"ok\"}\n"),
            Ok(Err(failure)) => refusal(self.request_id(), &failure),
            Err(unsaved) => refusal(self.request_id(), &Failure::service(unsaved.to_string())),
        }
    }
}
