//! The one client the host is asked with: for its whoami and for its keys.
//!
//! **No redirect is followed and no proxy of the environment is used.**

use std::error::Error;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderValue, Request, Uri, header};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use thiserror::Error;
use tokio::time::timeout;
use url::Url;

use crate::config::{ConfigError, key_error};

/// How long the host may take to answer.
const TIMEOUT: Duration = Duration::from_secs(5);

/// How large its answer may be.
const MAX_ANSWER: usize = 64 * 1024;

const AGENT: &str = concat!("carryall-counter/", env!("CARGO_PKG_VERSION"));

#[cfg(feature = "tls")]
type Connector = hyper_rustls::HttpsConnector<HttpConnector>;
#[cfg(not(feature = "tls"))]
type Connector = HttpConnector;

/// Something of the host's that answers with JSON.
pub(super) struct Resource {
    client: Client<Connector, Body>,
    uri: Uri,
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub(super) enum FetchError {
    /// The host refuses these credentials.
    #[error("refuses")]
    Refused,
    /// The host does not answer, or not in a way that can be understood.
    #[error("{0}")]
    Failed(String),
}

impl Resource {
    /// What lies at this address, which the key of the configuration gave.
    pub(super) fn at(url: &Url, key: &str) -> Result<Self, ConfigError> {
        let bad = |reason: String| key_error(key, reason);
        let uri = url.as_str().parse().map_err(|_| bad("expected an address like https://example.org/me".to_owned()))?;
        let client = Client::builder(TokioExecutor::new()).build(connector(url).map_err(bad)?);
        Ok(Self { client, uri })
    }

    /// Sends these headers, and returns what the host says.
    pub(super) async fn get(&self, headers: HeaderMap) -> Result<Value, FetchError> {
        timeout(TIMEOUT, self.answer(headers)).await.unwrap_or_else(|_| Err(failed("takes too long")))
    }

    async fn answer(&self, headers: HeaderMap) -> Result<Value, FetchError> {
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = headers;
        request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        request.headers_mut().insert(header::USER_AGENT, HeaderValue::from_static(AGENT));
        let unreached = |error| failed(format!("cannot be reached: {}", causes(&error)));
        let answer = self.client.request(request).await.map_err(unreached)?;
        match answer.status().as_u16() {
            200 => {}
            401 | 403 => return Err(FetchError::Refused),
            status => return Err(failed(format!("answered with status {status}"))),
        }
        let body = to_bytes(Body::new(answer.into_body()), MAX_ANSWER).await;
        let body = body.map_err(|_| failed(format!("broke off, or said more than {MAX_ANSWER} bytes")))?;
        serde_json::from_slice(&body).map_err(|_| failed("did not answer with JSON"))
    }
}

fn failed(reason: impl Into<String>) -> FetchError {
    FetchError::Failed(reason.into())
}

/// An error and what caused it: a refused certificate is told only at the end of the chain. Credentials never are.
fn causes(error: &(dyn Error + 'static)) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        told = format!("{told}: {deeper}");
        cause = deeper.source();
    }
    told
}

/// For https, whom the operating system trusts is trusted; for http, nobody has to be.
#[cfg(feature = "tls")]
fn connector(url: &Url) -> Result<Connector, String> {
    use hyper_rustls::HttpsConnectorBuilder;
    use rustls::{ClientConfig, RootCertStore};

    let provider = rustls::crypto::ring::default_provider();
    let builder = HttpsConnectorBuilder::new();
    let builder = if url.scheme() == "https" {
        builder.with_provider_and_native_roots(provider).map_err(|error| format!("https cannot be had: {error}"))?
    } else {
        let config = ClientConfig::builder_with_provider(provider.into()).with_safe_default_protocol_versions();
        let config = config.map_err(|error| format!("https cannot be had: {error}"))?;
        builder.with_tls_config(config.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
    };
    Ok(builder.https_or_http().enable_http1().build())
}

#[cfg(not(feature = "tls"))]
fn connector(url: &Url) -> Result<Connector, String> {
    if url.scheme() == "http" {
        Ok(HttpConnector::new())
    } else {
        Err("this counter was built without TLS; expected an http address".to_owned())
    }
}
