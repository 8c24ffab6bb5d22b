//! The host: its catalog, and one page of its API.
//!
//! **Credentials go only to origins the page names, below the catalog's base path**: every address is built here and looked
//! at after the browser has normalised it. Every request refuses redirects, caches nothing and sends no referrer. A body is
//! copied once, when it is whole, and dropped as soon as it passes the limit.

use std::cell::RefCell;
use std::pin::pin;
use std::time::Duration;

use carryall_core::catalog;
use carryall_core::export::{PageRequest, RequestId};
use carryall_core::limits::PAGE_BYTES;
use carryall_core::page::{FetchError, Page, header_names};
use carryall_protocol::catalog::{Catalog, Method};
use carryall_protocol::counter::TICKET_HEADER;
use futures_util::future::{Either, select};
use gloo_net::http::{Request, RequestBuilder, Response};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, ReadableStreamDefaultReader, ReferrerPolicy, RequestCache, RequestCredentials, RequestRedirect, Url,
    WorkerGlobalScope,
};

use crate::clock::sleep;
use crate::credentials::Credentials;
use crate::error::JobError;
use crate::page::NoCredentials;

/// How long one page may take.
const SILENCE: Duration = Duration::from_secs(120);
/// Bytes of a catalog at most.
const CATALOG_BYTES: usize = 1 << 20;

/// The origin this worker was loaded from: the page's own.
pub(crate) fn own_origin() -> String {
    js_sys::global().dyn_into::<WorkerGlobalScope>().map(|scope| scope.location().origin()).unwrap_or_default()
}

/// Loads and checks the catalog; it is public, so no credentials are sent.
pub(crate) async fn load_catalog(address: &str, origins: &[String], signal: &AbortSignal) -> Result<Catalog, JobError> {
    let url = Url::new_with_base(address, &own_origin()).map_err(|_| JobError::CatalogUnreachable)?;
    if !is_named(&url.origin(), origins) {
        return Err(JobError::CatalogUnreachable);
    }
    let request = plain(Request::get(&url.href()), Some(signal)).credentials(RequestCredentials::Omit);
    let response = request.send().await.map_err(|_| JobError::CatalogUnreachable)?;
    if !response.ok() {
        return Err(JobError::CatalogUnreachable);
    }
    let body = read_body(&response, CATALOG_BYTES).await.map_err(|_| JobError::CatalogUnreachable)?;
    let text = String::from_utf8(body).map_err(|_| JobError::CatalogNotText)?;
    Ok(catalog::parse(address, &text)?)
}

/// What every request has in common (DESIGN section 9).
pub(crate) fn plain(request: RequestBuilder, signal: Option<&AbortSignal>) -> RequestBuilder {
    request
        .redirect(RequestRedirect::Error)
        .cache(RequestCache::NoStore)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        .abort_signal(signal)
}

fn is_named(origin: &str, origins: &[String]) -> bool {
    origin == own_origin() || origins.iter().any(|named| named.trim_end_matches('/') == origin)
}

/// The host's API, as the catalog and the embedding page describe it.
pub(crate) struct Host<'a> {
    origin: String,
    /// The base address's path, without a slash at its end.
    below: String,
    allowed: bool,
    credentials: &'a Credentials,
    signal: AbortSignal,
    /// Whether requests carry the counter's ticket.
    ticket: bool,
    /// Response headers that the export reads.
    header_names: Vec<String>,
    media_origins: Vec<String>,
    /// Which generation of the session each refused request had carried.
    refused: RefCell<Vec<(String, u64)>>,
}

impl<'a> Host<'a> {
    /// The API below the catalog's base address.
    pub(crate) fn new(catalog: &Catalog, origins: &[String], credentials: &'a Credentials) -> Result<Self, JobError> {
        let base = Url::new_with_base(&catalog.base_url, &own_origin()).map_err(|_| JobError::CatalogUnreachable)?;
        let origin = base.origin();
        let below = base.pathname().trim_end_matches('/').to_owned();
        let allowed = is_named(&origin, origins);
        let signal = credentials.page().abort_signal();
        let header_names = header_names(catalog);
        let media_origins = catalog.media.origins.clone();
        let (ticket, refused) = (catalog.ticket, RefCell::default());
        Ok(Self { origin, below, allowed, credentials, signal, ticket, header_names, media_origins, refused })
    }

    /// The origin of the API.
    pub(crate) fn origin(&self) -> String {
        self.origin.clone()
    }

    /// The origins that files may come from.
    pub(crate) fn media_origins(&self) -> &[String] {
        &self.media_origins
    }

    /// Ends every request when the person cancels.
    pub(crate) const fn signal(&self) -> &AbortSignal {
        &self.signal
    }

    /// Asks for one page.
    pub(crate) async fn page(&self, request: PageRequest) -> (RequestId, Result<Page, FetchError>) {
        let answer = match select(pin!(self.fetch(&request)), pin!(sleep(SILENCE))).await {
            Either::Left((answer, _)) => answer,
            Either::Right(((), _)) => Err(FetchError::Connection),
        };
        (request.id, answer)
    }

    async fn fetch(&self, request: &PageRequest) -> Result<Page, FetchError> {
        let address = self.address(&request.target).ok_or(FetchError::Forbidden)?;
        let refused = self.last_refused(&asked(request)).filter(|_| request.fresh_credentials);
        let session = self.credentials.session(refused).await.map_err(|reason| match reason {
            NoCredentials::SignedOut => FetchError::Unauthorized,
            NoCredentials::NotNow => FetchError::Connection,
        })?;
        let builder = match request.method {
            Method::Get => Request::get(&address),
            Method::Post => Request::post(&address),
        };
        let mut builder = plain(builder, Some(&self.signal)).credentials(RequestCredentials::SameOrigin);
        // The catalog may ask for another kind of JSON; the session's own headers come last.
        builder = builder.header("accept", "application/json");
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        for (name, value) in &session.headers {
            builder = builder.header(name, value);
        }
        if self.ticket {
            builder = builder.header(TICKET_HEADER, &self.credentials.ticket());
        }
        let built = match &request.body {
            Some(body) => builder.header("content-type", "application/json").body(body),
            None => builder.build(),
        };
        let built = built.map_err(|_| FetchError::Forbidden)?;
        let response = built.send().await.map_err(|_| FetchError::Connection)?;
        let status = response.status();
        if status == 401 {
            self.refused.borrow_mut().push((asked(request), session.generation));
        }
        let headers = response.headers();
        let headers = self.header_names.iter().filter_map(|name| Some((name.clone(), headers.get(name)?))).collect();
        let body = read_body(&response, PAGE_BYTES).await?;
        Ok(Page { status, headers, body })
    }

    /// Which generation of the session this request had carried when it was refused, once.
    fn last_refused(&self, asked: &str) -> Option<u64> {
        let mut refused = self.refused.borrow_mut();
        let at = refused.iter().position(|(known, _)| known == asked)?;
        Some(refused.swap_remove(at).1)
    }

    /// The address of a target, where it stays on an allowed origin and below the base path.
    fn address(&self, target: &str) -> Option<String> {
        let Self { origin, below, .. } = self;
        let url = Url::new_with_base(&format!("{below}{target}"), origin).ok()?;
        let inside = url.origin() == *origin && url.pathname().strip_prefix(below).is_some_and(|rest| rest.starts_with('/'));
        (self.allowed && inside && target.starts_with('/')).then(|| url.href())
    }
}

/// What tells one request from another.
fn asked(request: &PageRequest) -> String {
    request.body.as_ref().map_or_else(|| request.target.clone(), |body| format!("{} {body}", request.target))
}

/// Reads a body to its end, or until it passes the limit. What is not whole yet stays outside of the wasm memory, which never
/// shrinks: however many answers are under way, only one body at a time is copied in.
async fn read_body(response: &Response, limit: usize) -> Result<Vec<u8>, FetchError> {
    let Some(stream) = response.body() else { return Ok(Vec::new()) };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let (mut chunks, mut length) = (Vec::new(), 0);
    loop {
        let next = JsFuture::from(reader.read()).await.map_err(|_| FetchError::Connection)?;
        let Some(chunk) = value_of(&next) else { return Ok(joined(&chunks, length)) };
        length += chunk.length() as usize;
        if length > limit {
            // The stream ends with the response; a failed cancel changes nothing.
            drop(reader.cancel());
            return Err(FetchError::TooLarge { limit });
        }
        chunks.push(chunk);
    }
}

fn joined(chunks: &[Uint8Array], length: usize) -> Vec<u8> {
    let mut body = vec![0; length];
    let mut rest = body.as_mut_slice();
    for chunk in chunks {
        let (place, after) = rest.split_at_mut(rest.len().min(chunk.length() as usize));
        chunk.copy_to(place);
        rest = after;
    }
    body
}

/// The chunk of a `{done, value}` result, or nothing at the end.
pub(crate) fn value_of(result: &JsValue) -> Option<Uint8Array> {
    let value = Reflect::get(result, &JsValue::from_str("value")).ok()?;
    value.dyn_into().ok()
}
