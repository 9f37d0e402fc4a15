//! An HTTP client for the SDK that knows one address, whatever the host of a request is.
//!
//! Requests of S3 Control have the account before the host, and `123456789012.127.0.0.1` is no address.

use std::error::Error;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use http::header::HOST;
use http::uri::Authority;
use http::{Method, Uri};

#[derive(Clone, Debug)]
struct OneAddress {
    address: Authority,
    agent: ureq::Agent,
}

/// Returns a client that sends every request to an address.
pub(crate) fn client(address: Authority) -> SharedHttpClient {
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .timeout_global(Some(Duration::from_secs(30)))
        .build();
    let connector = SharedHttpConnector::new(OneAddress { address, agent: agent.into() });
    http_client_fn(move |_, _| connector.clone())
}

impl HttpConnector for OneAddress {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(self.send(request).map_err(ConnectorError::io))
    }
}

impl OneAddress {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, Box<dyn Error + Send + Sync>> {
        let (mut head, body) = request.try_into_http1x()?.into_parts();
        // The signature is that of the host in the request.
        let host = head.uri.authority().ok_or("a request without a host")?.as_str().parse()?;
        head.headers.insert(HOST, host);
        let mut uri = std::mem::take(&mut head.uri).into_parts();
        uri.authority = Some(self.address.clone());
        head.uri = Uri::from_parts(uri)?;
        let body = body.bytes().ok_or("a body that is not in memory")?.to_vec();
        // A GET has no body; a POST has one, be it empty.
        let response = if [Method::PUT, Method::POST].contains(&head.method) {
            self.agent.run(http::Request::from_parts(head, body))?
        } else {
            self.agent.run(http::Request::from_parts(head, ()))?
        };
        let (head, mut body) = response.into_parts();
        let body = SdkBody::from(body.read_to_vec()?);
        Ok(http::Response::from_parts(head, body).try_into()?)
    }
}
