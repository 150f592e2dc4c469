//! HTTP on loopback: who may knock, how much may be sent, how long it may take.

use std::convert::Infallible;
use std::net::{IpAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderValue, ORIGIN};
use hyper::server::conn::http1;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use self::door::Door;
use super::failure::Failure;
use super::protocol::{Answer, Wire};
use super::routes::Routes;
use super::service::refusal;

pub mod door;
pub mod health;

/// The greatest request head.
const HEAD_BYTES: usize = 16 * 1024;
/// The greatest body; the greatest policy document takes an eighth of it.
const BODY_BYTES: usize = 1024 * 1024;
/// How long a sender may take for the head, and again for the body; a connection may idle as long.
const PATIENCE: Duration = Duration::from_secs(5);
/// Connections beyond this wait until others end.
const CONNECTIONS: usize = 1024;

/// Accepts connections until it is stopped.
pub async fn serve(listener: TcpListener, routes: Arc<Routes>, door: Arc<Door>, stop: CancellationToken) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    let seats = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(seat) = Arc::clone(&seats).acquire_owned().await else { return };
        let (stream, peer) = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => (stream, peer.ip()),
                Err(error) => {
                    // Out of file handles, most likely: others must end first.
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        let _ = stream.set_nodelay(true);
        let (routes, door) = (Arc::clone(&routes), Arc::clone(&door));
        tokio::spawn(async move {
            let service = hyper::service::service_fn(move |request| {
                let (routes, door) = (Arc::clone(&routes), Arc::clone(&door));
                async move { Ok::<_, Infallible>(respond(request, peer, &routes, &door).await) }
            });
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(PATIENCE)
                .max_buf_size(HEAD_BYTES)
                .half_close(true)
                .serve_connection(TokioIo::new(stream), service);
            // What goes wrong here is the peer's doing, and hyper has answered it where it could.
            let _ = connection.await;
            drop(seat);
        });
    }
}

async fn respond(request: Request<Incoming>, peer: IpAddr, routes: &Routes, door: &Door) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let authority = head.uri.authority().map(hyper::http::uri::Authority::as_str);
    let host = head.headers.get(HOST).and_then(|host| host.to_str().ok()).or(authority);
    if let Err(failure) = door.admit(host, head.headers.contains_key(ORIGIN)) {
        return last(&refusal(routes.request_id(), &failure));
    }
    if head.method != Method::POST && head.method != Method::GET {
        let failure = Failure::new("MethodNotAllowed", 405, "Requests are POST or GET.");
        return last(&refusal(routes.request_id(), &failure));
    }
    let body = match read(body, &head.headers).await {
        Ok(body) => body,
        Err(failure) => return last(&refusal(routes.request_id(), &failure)),
    };
    let headers: Vec<(&str, &str)> =
        head.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect();
    let wire = Wire {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query().unwrap_or_default(),
        headers: &headers,
        body: &body,
        peer,
    };
    sent(routes.answer(wire).await)
}

async fn read(body: Incoming, headers: &HeaderMap<HeaderValue>) -> Result<Bytes, Failure> {
    let too_large =
        || Failure::new("RequestEntityTooLarge", 413, format!("A request holds at most {BODY_BYTES} bytes."));
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

fn sent(answer: Answer) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(answer.body)));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.media));
    if let Ok(id) = HeaderValue::from_str(&answer.request_id) {
        headers.insert("x-amzn-requestid", id);
    }
    if let Some(error) = answer.error {
        headers.insert("x-amzn-errortype", HeaderValue::from_static(error));
    }
    response
}

/// An answer after which the connection is closed, because more of the request may be underway.
fn last(answer: &Answer) -> Response<Full<Bytes>> {
    let mut response = sent(answer.clone());
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}
