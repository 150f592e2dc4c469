//! HTTP on loopback: who may knock, how much may be sent, how long it may take.

use std::convert::Infallible;
use std::net::{IpAddr, TcpListener};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, DATE, HOST, HeaderMap, HeaderValue, ORIGIN};
use hyper::server::conn::http1;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use self::host_filter::HostFilter;
use self::seats::{Seat, Seats};
use self::stream::Stream;
use self::turns::FairQueue;
use super::failure::Failure;
use super::protocol::{Answer, Wire, cbor};
use super::routes::Routes;
use super::service::refusal;

pub(crate) mod health;
pub(crate) mod host_filter;
mod seats;
mod stream;
mod turns;

/// The greatest request head.
const HEAD_BYTES: usize = 16 * 1024;
/// The greatest body; the greatest policy document takes an eighth of it.
const BODY_BYTES: usize = 1024 * 1024;
/// How long a sender may take for the head, and again for the body, and how long it may leave an answer unread; a
/// connection may idle as long.
const PATIENCE: Duration = Duration::from_secs(5);
/// A newcomer beyond this takes the place of another. A process may commonly have 1,024 files open, and the console
/// that this emulator may run in needs some of them.
const CONNECTIONS: usize = 640;

/// Accepts connections until it is stopped.
pub async fn serve(listener: TcpListener, routes: Arc<Routes>, door: Arc<HostFilter>, stop: CancellationToken) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    let seats = Seats::new(CONNECTIONS);
    let turns = Arc::new(FairQueue::default());
    let lets_in = Arc::clone(&turns);
    tokio::spawn(async move { lets_in.run().await });
    loop {
        let (stream, peer) = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => (stream, peer.ip()),
                Err(error) => {
                    // Out of file handles, most likely: another connection must end first.
                    tracing::warn!(%error, "a connection was not accepted");
                    seats.make_room();
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        let _ = stream.set_nodelay(true);
        let seat = Arc::new(seats.take(peer));
        let stream = Stream::new(stream, PATIENCE, Arc::clone(&seat));
        let (routes, door, turns) = (Arc::clone(&routes), Arc::clone(&door), Arc::clone(&turns));
        tokio::spawn(async move {
            let asker = Arc::clone(&seat);
            let service = hyper::service::service_fn(move |request| {
                let (routes, door, seat) = (Arc::clone(&routes), Arc::clone(&door), Arc::clone(&asker));
                let turns = Arc::clone(&turns);
                async move {
                    let response = if seat.begins() {
                        respond(request, (peer, &seat), &routes, &door, &turns).await
                    } else {
                        let told = "Requests are not taken before the answer to the one before them was sent.";
                        let failure = Failure::new("MalformedHttpRequestException", 400, told);
                        sent(refusal(routes.request_id(), &failure), &routes)
                    };
                    seat.answered();
                    Ok::<_, Infallible>(response)
                }
            });
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                // hyper's own date stands still where the machine's clock is set back, and clients correct their
                // clocks by it.
                .auto_date_header(false)
                .header_read_timeout(PATIENCE)
                .max_buf_size(HEAD_BYTES)
                .half_close(true)
                .serve_connection(TokioIo::new(stream), service);
            tokio::select! {
                // What goes wrong here is the peer's doing, and hyper has answered it where it could.
                _ = connection => {}
                () = seat.given_up() => {}
            }
        });
    }
}

async fn respond(
    request: Request<Incoming>,
    (peer, seat): (IpAddr, &Seat),
    routes: &Routes,
    door: &HostFilter,
    turns: &FairQueue,
) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let authority = head.uri.authority().map(hyper::http::uri::Authority::as_str);
    let host = head.headers.get(HOST).and_then(|host| host.to_str().ok()).or(authority);
    let refused = |failure: &Failure| sent(refusal(routes.request_id(), failure), routes);
    if let Err(failure) = door.admit(host, head.headers.contains_key(ORIGIN)) {
        return refused(&failure);
    }
    let body = match read(body, &head.headers).await {
        Ok(body) => body,
        Err(failure) => return refused(&failure),
    };
    let headers: Vec<(&str, &str)> =
        head.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect();
    let claim = OnceLock::new();
    let wire = Wire {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query().unwrap_or_default(),
        headers: &headers,
        body: &body,
        peer,
        claim: &claim,
    };
    // Nobody else waits where there is nobody else.
    if seat.is_alone() {
        return sent(routes.answer(wire).await, routes);
    }
    let caller = routes.service.claimed_by(&wire);
    let answer = turns.take(&caller, routes.answer(wire)).await;
    sent(answer, routes)
}

async fn read(body: Incoming, headers: &HeaderMap<HeaderValue>) -> Result<Bytes, Failure> {
    let too_large =
        || Failure::new("RequestEntityTooLarge", 413, format!("A request may have at most {BODY_BYTES} bytes."));
    let told = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if told.is_some_and(|length| length > BODY_BYTES) {
        return Err(too_large());
    }
    match tokio::time::timeout(PATIENCE, Limited::new(body, BODY_BYTES).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(Failure::new("MalformedHttpRequestException", 400, "The body could not be read.")),
        Err(_) => Err(Failure::new("RequestTimeout", 408, "The body did not arrive in time.")),
    }
}

/// The date as answers carry it, written once a second.
#[derive(Debug, Default)]
pub struct Date(Mutex<Option<(i64, HeaderValue)>>);

impl Date {
    fn at(&self, now: Timestamp) -> Option<HeaderValue> {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((second, date)) = &*written
            && *second == now.as_second()
        {
            return Some(date.clone());
        }
        let date = HeaderValue::from_str(&now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()).ok()?;
        *written = Some((now.as_second(), date.clone()));
        Some(date)
    }
}

fn sent(answer: Answer, routes: &Routes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(answer.body)));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.media));
    if answer.media == cbor::MEDIA {
        headers.insert("smithy-protocol", HeaderValue::from_static(cbor::PROTOCOL));
    }
    if let Ok(id) = HeaderValue::from_str(&answer.request_id) {
        headers.insert("x-amzn-requestid", id);
    }
    if let Some(date) = routes.date.at(routes.service.signing_clock.now()) {
        headers.insert(DATE, date);
    }
    if let Some(error) = answer.error {
        headers.insert("x-amzn-errortype", HeaderValue::from_static(error));
    }
    if !answer.proven {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
