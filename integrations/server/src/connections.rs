//! The connections.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use s3s::service::S3Service;
use s3s::{HttpError, HttpResponse};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::service::{Shared, lock};
use crate::{clock, errors};

/// The time for the headers of a request to arrive.
const HEADERS: Duration = Duration::from_secs(30);
/// The time that requests in progress have when the server stops.
const GRACE: Duration = Duration::from_secs(10);

/// Serves S3 until the server stops.
pub(crate) async fn serve(
    listener: TcpListener,
    service: S3Service,
    shared: Arc<Shared>,
    stopped: watch::Receiver<bool>,
) {
    let answer = move |request: Request<hyper::body::Incoming>| {
        let (service, shared) = (service.clone(), shared.clone());
        async move { answer(&service, &shared, request).await }
    };
    accept(listener, stopped, answer).await;
}

/// Answers a request, and logs it.
async fn answer(
    service: &S3Service,
    shared: &Shared,
    request: Request<hyper::body::Incoming>,
) -> Result<HttpResponse, HttpError> {
    let start = Instant::now();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let mut response = service.call(request.map(s3s::Body::from)).await?;
    let id = clock::new_id();
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().entry("x-amz-request-id").or_insert(value);
    }
    let status = response.status();
    if status.is_client_error() || status.is_server_error() {
        complete_error(&mut response, &id);
    }
    shared.metrics.count_response(status);
    let milliseconds = start.elapsed().as_millis();
    tracing::info!(%method, path, status = status.as_u16(), milliseconds, request_id = id, "request");
    Ok(response)
}

/// Adds to the document of an error what `s3s` leaves out: the text, where it has none, and the ID of
/// the request.
fn complete_error(response: &mut HttpResponse, id: &str) {
    let Some(bytes) = response.body_mut().take_bytes() else { return };
    let Ok(text) = String::from_utf8(bytes.to_vec()) else { return };
    let mut text = text;
    if let Some(end) = text.find("</Code>").map(|at| at + "</Code>".len())
        && text.ends_with("</Error>")
    {
        let code = text.get(..end).and_then(|head| head.rsplit("<Code>").next());
        let code = code.and_then(|code| code.strip_suffix("</Code>")).unwrap_or_default();
        let mut added = String::new();
        if !text.contains("<Message>") {
            added = format!("<Message>{}</Message>", errors::text_of(code));
        }
        text.insert_str(end, &added);
        text.insert_str(text.len() - "</Error>".len(), &format!("<RequestId>{id}</RequestId>"));
    }
    response.headers_mut().remove(http::header::CONTENT_LENGTH);
    *response.body_mut() = s3s::Body::from(text);
}

/// Serves the metrics until the server stops.
pub(crate) async fn serve_metrics(
    listener: TcpListener,
    shared: Arc<Shared>,
    stopped: watch::Receiver<bool>,
) {
    let answer = move |request: Request<hyper::body::Incoming>| {
        let response = metrics(&shared, request.uri().path());
        async move { Ok::<_, Infallible>(response) }
    };
    accept(listener, stopped, answer).await;
}

fn metrics(shared: &Shared, path: &str) -> Response<Full<Bytes>> {
    if path != "/metrics" {
        let mut response = Response::new(Full::from("the metrics are at /metrics\n"));
        *response.status_mut() = StatusCode::NOT_FOUND;
        return response;
    }
    let open = {
        let core = lock(&shared.core);
        let count =
            |name: &_| core.store.bucket(name).read_ledger(|ledger| ledger.open_tasks().count());
        core.store.buckets().iter().filter_map(count).sum()
    };
    let mut response = Response::new(Full::from(shared.metrics.to_text(open)));
    let text = HeaderValue::from_static("text/plain; version=0.0.4");
    response.headers_mut().insert(http::header::CONTENT_TYPE, text);
    response
}

/// Accepts connections until the server stops, and then waits for requests in progress.
async fn accept<F, R, B, E>(listener: TcpListener, mut stopped: watch::Receiver<bool>, answer: F)
where
    F: Fn(Request<hyper::body::Incoming>) -> R + Clone + Send + 'static,
    R: Future<Output = Result<Response<B>, E>> + Send + 'static,
    B: http_body::Body<Data: Send, Error: Into<Box<dyn std::error::Error + Send + Sync>>>
        + Send
        + 'static,
    E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
{
    let graceful = GracefulShutdown::new();
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Too many open files: connections that end make room.
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            _ = stopped.changed() => break,
        };
        let _unset = stream.set_nodelay(true);
        let mut builder = Builder::new(TokioExecutor::new());
        builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS);
        let service = service_fn(answer.clone());
        let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(error, "a connection ended");
            }
        });
    }
    drop(listener);
    let _elapsed = tokio::time::timeout(GRACE, graceful.shutdown()).await;
}
