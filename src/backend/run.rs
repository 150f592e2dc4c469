//! One running load: how its calls are made and where its news goes.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};
use tokio_util::sync::CancellationToken;

use super::limiter::{Limiter, Pace};
use super::services::Clients;
use super::{Session, Urgency, error, gate, http};
use crate::api::Operation;
use crate::base::clock::Clock;
use crate::model::{CallMade, ErrorKind, LoadError, Seen, Source, Update};

/// What a running load says.
#[derive(Debug, Clone, PartialEq)]
pub enum LoadEvent {
    /// Something was read.
    Read(Update),
    /// A call was made, for the log of calls.
    Called(CallMade),
    /// The account's request rate changed.
    Pace(Pace),
    /// The load has ended; nothing follows.
    Ended(Result<(), LoadError>),
}

/// Where a load's news goes; called from tasks, never after a cancel.
pub type Sink = Arc<dyn Fn(LoadEvent) + Send + Sync>;

/// How often a call is tried when the service asks to slow down. With the waits below it gives up after half a minute.
const TRIES_WHEN_THROTTLED: u32 = 9;

/// How often a call is tried when the connection or the service fails.
const TRIES_WHEN_FAILED: u32 = 3;

/// How many pages a list may have: no quota lets an account hold so many rows, even where a service gives few a page.
const MOST_PAGES: u32 = 1000;

/// The first wait; it doubles with every try.
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(8);

/// A failure to connect that took longer than this is not tried again: somebody has waited long enough.
const QUICK: Duration = Duration::from_millis(500);

/// A running load with all that its calls need.
pub(super) struct Run {
    /// The session that it belongs to, for calls that no client of the SDK makes.
    pub(super) session: Session,
    pub(super) clients: Clients,
    pub(super) limiter: Arc<Limiter>,
    pub(super) clock: Clock,
    pub(super) read_only: Option<super::ReadOnlyReason>,
    pub(super) urgency: Urgency,
    /// What the load is about, for the log of calls.
    pub(super) subject: Option<Box<str>>,
    pub(super) sink: Sink,
    pub(super) cancelled: CancellationToken,
}

impl Run {
    /// Sends news to whoever started the load, unless it was cancelled.
    pub(super) fn tell(&self, news: LoadEvent) {
        if !self.cancelled.is_cancelled() {
            (self.sink)(news);
        }
    }

    /// Says that something was read.
    pub(super) fn read(&self, update: Update) {
        self.tell(LoadEvent::Read(update));
    }

    /// The mark of a read that is made now.
    pub(super) fn seen(&self, source: Source) -> Seen {
        Seen::new(source, self.clock.now())
    }

    /// Makes one call: past the gate, in its turn, within its time, again where that may help.
    pub(super) async fn call<O, E, F>(
        &self,
        operation: impl Into<Operation>,
        send: impl Fn() -> F,
    ) -> Result<O, LoadError>
    where
        F: Future<Output = Result<O, SdkError<E>>>,
        E: std::error::Error + ProvideErrorMetadata + 'static,
    {
        let operation = operation.into();
        gate::check(self.read_only.as_ref(), operation)?;
        let (at, began) = (self.clock.now(), Instant::now());
        let mut tries = 0;
        let result = loop {
            let started = Instant::now();
            let result = self.attempt(operation, &send).await;
            tries += 1;
            match &result {
                Err(failed) if tries < allowed(failed, started.elapsed(), gate::mutates(operation)) => {}
                _ => break result,
            }
            tokio::time::sleep(wait(tries)).await;
        };
        self.tell(LoadEvent::Called(CallMade {
            operation: operation.into(),
            subject: self.subject.clone(),
            at,
            millis: u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX),
            tries,
            result: result.as_ref().map(|_| ()).map_err(LoadError::word),
        }));
        result
    }

    async fn attempt<O, E, F>(&self, operation: Operation, send: &impl Fn() -> F) -> Result<O, LoadError>
    where
        F: Future<Output = Result<O, SdkError<E>>>,
        E: std::error::Error + ProvideErrorMetadata + 'static,
    {
        let permit = self.limiter.acquire(self.urgency).await;
        // The future is large and lives across the wait: on the heap it costs the task one pointer.
        let answer = tokio::time::timeout(http::attempt(operation), Box::pin(send())).await;
        drop(permit);
        let result = match answer {
            Ok(Ok(output)) => Ok(output),
            Ok(Err(failed)) => Err(error::translate(operation, &failed)),
            Err(_) => Err(LoadError::new(ErrorKind::Timeout, operation)),
        };
        let throttled = matches!(&result, Err(failed) if failed.kind == ErrorKind::Throttled);
        let pace = if throttled { self.limiter.throttled(Instant::now()) } else { self.limiter.answered() };
        if let Some(pace) = pace {
            self.tell(LoadEvent::Pace(pace));
        }
        result
    }

    /// Reads all pages of a list and hands each over as it comes, with the marks of its place.
    pub(super) async fn pages<O, E, F>(
        &self,
        operation: impl Into<Operation>,
        send: impl Fn(Option<String>) -> F,
        mut page: impl FnMut(O, Place) -> Result<(), LoadError>,
    ) -> Result<(), LoadError>
    where
        O: Paged,
        F: Future<Output = Result<O, SdkError<E>>>,
        E: std::error::Error + ProvideErrorMetadata + 'static,
    {
        let operation = operation.into();
        let mut marker: Option<String> = None;
        let (mut first, mut pages) = (true, 0);
        loop {
            let output = self.call(operation, || send(marker.clone())).await?;
            let next = output.next_marker();
            if next.is_some() && next == marker {
                return Err(LoadError::new(ErrorKind::Garbled, operation).detail("the same page comes again"));
            }
            pages += 1;
            if pages == MOST_PAGES && next.is_some() {
                return Err(LoadError::new(ErrorKind::Garbled, operation).detail("the list does not end"));
            }
            page(output, Place { first, last: next.is_none() })?;
            if next.is_none() {
                return Ok(());
            }
            marker = next;
            first = false;
        }
    }

    /// Reads all pages of a short list into one.
    pub(super) async fn collect<O, E, F, T>(
        &self,
        operation: impl Into<Operation>,
        send: impl Fn(Option<String>) -> F,
        rows: impl Fn(O) -> Vec<T>,
    ) -> Result<Vec<T>, LoadError>
    where
        O: Paged,
        F: Future<Output = Result<O, SdkError<E>>>,
        E: std::error::Error + ProvideErrorMetadata + 'static,
    {
        let mut all = Vec::new();
        self.pages(operation, send, |output, _| {
            all.extend(rows(output));
            Ok(())
        })
        .await?;
        Ok(all)
    }
}

/// Where a page stands in its list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// The list begins with it.
    pub(super) first: bool,
    /// The list ends with it.
    pub(super) last: bool,
}

/// An answer that may be continued.
pub(super) trait Paged {
    /// The marker of the next page.
    fn next_marker(&self) -> Option<String>;
}

/// How often a call may be tried. A change is not sent again where the service may have made it already.
fn allowed(failed: &LoadError, took: Duration, mutates: bool) -> u32 {
    match failed.kind {
        ErrorKind::Throttled => TRIES_WHEN_THROTTLED,
        ErrorKind::Broken | ErrorKind::Failed if mutates => 1,
        ErrorKind::Broken => TRIES_WHEN_FAILED,
        ErrorKind::Failed if failed.may_pass() => TRIES_WHEN_FAILED,
        ErrorKind::Unreachable if took < QUICK => 2,
        _ => 1,
    }
}

fn wait(tries: u32) -> Duration {
    let whole = FIRST_WAIT.saturating_mul(1 << tries.saturating_sub(1).min(10)).min(LONGEST_WAIT);
    let mut random = [0u8; 1];
    // Without randomness the calls of one burst come back as one burst; half of the wait is left to chance.
    let _ = getrandom::fill(&mut random);
    whole / 2 + whole.mul_f64(f64::from(random[0]) / 510.0)
}
