//! One file that a record tells of, as it comes over the network.
//!
//! **Without credentials, from the catalog's media origins only, following no redirect.** A piece is handed on as soon as it is
//! there; what is dropped is no longer fetched.

use std::pin::pin;
use std::time::Duration;

use carryall_core::media::{HEADERS, MediaHead, MediaRequest};
use carryall_core::page::FetchError;
use futures_util::future::{Either, select};
use gloo_net::http::Request;
use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortSignal, ReadableStreamDefaultReader, RequestCredentials, Url};

use crate::clock::sleep;
use crate::host::{plain, value_of};

/// How long a media host may say nothing.
const SILENCE: Duration = Duration::from_secs(60);

/// The body of an answer that is still coming. **One piece is always being read**: a browser forgets what nobody has read when a
/// connection breaks.
pub(crate) struct Body {
    reader: Option<ReadableStreamDefaultReader>,
    next: Option<JsFuture>,
}

impl Drop for Body {
    fn drop(&mut self) {
        if let Some(reader) = self.reader.take() {
            let cancelled = JsFuture::from(reader.cancel());
            // It may have broken already, and a rejection that nobody takes would end the worker.
            spawn_local(async move { drop(cancelled.await) });
        }
    }
}

impl Body {
    fn new(reader: Option<ReadableStreamDefaultReader>) -> Self {
        let next = reader.as_ref().map(|reader| JsFuture::from(reader.read()));
        Self { reader, next }
    }

    /// The next piece; nothing at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<u8>>, FetchError> {
        let Some(next) = self.next.take() else { return Ok(None) };
        let next = within(next).await?;
        let piece: Option<Uint8Array> = next.as_ref().ok().and_then(value_of);
        if piece.is_none() {
            self.reader = None;
        }
        self.next = self.reader.as_ref().map(|reader| JsFuture::from(reader.read()));
        next.map(|_| piece.map(|piece| piece.to_vec())).map_err(|_| FetchError::Connection)
    }
}

/// Asks for a file, or the rest of it.
pub(crate) async fn fetch(
    request: &MediaRequest,
    origins: &[String],
    signal: &AbortSignal,
) -> Result<(MediaHead, Body), FetchError> {
    let is_known = Url::new(&request.url).is_ok_and(|url| origins.contains(&url.origin()));
    if !is_known {
        return Err(FetchError::Forbidden);
    }
    let mut builder = plain(Request::get(&request.url), Some(signal)).credentials(RequestCredentials::Omit);
    if request.from > 0 {
        builder = builder.header("range", &["bytes=", &request.from.to_string(), "-"].concat());
        if let Some(validator) = &request.if_range {
            builder = builder.header("if-range", validator);
        }
    }
    let response = within(builder.send()).await?.map_err(|_| FetchError::Connection)?;
    let headers = response.headers();
    let headers = HEADERS.iter().filter_map(|name| Some(((*name).to_owned(), headers.get(name)?))).collect();
    let reader = response.body().map(|body| body.get_reader().unchecked_into());
    Ok((MediaHead { status: response.status(), headers }, Body::new(reader)))
}

/// What comes before the host has been silent for too long.
async fn within<F: Future>(answer: F) -> Result<F::Output, FetchError> {
    match select(pin!(answer), pin!(sleep(SILENCE))).await {
        Either::Left((answer, _)) => Ok(answer),
        Either::Right(((), _)) => Err(FetchError::Connection),
    }
}
