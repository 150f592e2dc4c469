//! The paths that are served: `/` and [`analyzer::PATH`] for AWS, `/_iamtui/…` for ourselves.

use super::analyzer;
use super::failure::Failure;
use super::foreign;
use super::protocol::{Answer, Wire};
use super::seed::Seed;
use super::service::{Service, refusal, told};
use super::setup::Setup;

/// The service behind its paths.
#[derive(Debug)]
pub struct Routes {
    /// What answers `/`.
    pub service: Service,
    /// How an account begins, for the reset.
    pub setup: Setup,
    /// What an account begins with.
    pub seed: Seed,
    /// Whether the reset is served.
    pub reset: bool,
}

impl Routes {
    /// A fresh request id.
    pub fn request_id(&self) -> String {
        self.service.environment.ids.uuid()
    }

    /// Answers a request that was let in.
    pub async fn answer(&self, wire: Wire<'_>) -> Answer {
        if let Some(service) = foreign::asked(&wire) {
            return foreign::answer(self.request_id(), &wire, &service);
        }
        if !matches!(wire.method, "GET" | "POST") {
            let failure = Failure::new("MethodNotAllowed", 405, "Requests are POST or GET.");
            return refusal(self.request_id(), &failure);
        }
        match (wire.method, wire.path) {
            (_, "/") => self.service.answer(wire).await,
            ("POST", analyzer::PATH) => self.service.analyze(&wire),
            ("GET", "/_iamtui/health") => {
                let account = &self.service.environment.account;
                told(self.request_id(), 200, format!("{{\"status\":\"ok\",\"account_id\":\"{account}\"}}\n"))
            }
            ("POST", "/_iamtui/reset" | "/moto-api/reset") if self.reset => self.begin_anew().await,
            _ if analyzer::is_meant(&wire) => analyzer::not_built(self.request_id()),
            _ => {
                let failure = Failure::new("UnknownOperationException", 404, "Requests go to the path `/`.");
                refusal(self.request_id(), &failure)
            }
        }
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
        match written.await {
            Ok(Ok(())) => told(self.request_id(), 200, "{\"status\":\"ok\"}\n"),
            Ok(Err(failure)) => refusal(self.request_id(), &failure),
            Err(unsaved) => refusal(self.request_id(), &Failure::service(unsaved.to_string())),
        }
    }
}
