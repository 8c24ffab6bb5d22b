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
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, ReadableStreamDefaultReader, RequestCredentials, Url};

use crate::clock::sleep;
use crate::host::{plain, value_of};

/// How long a media host may say nothing.
const SILENCE: Duration = Duration::from_secs(60);

/// The body of an answer that is still coming.
pub(crate) struct Body(Option<ReadableStreamDefaultReader>);

impl Drop for Body {
    fn drop(&mut self) {
        if let Some(reader) = self.0.take() {
            // It may have ended already; a failed cancel changes nothing.
            drop(reader.cancel());
        }
    }
}

impl Body {
    /// The next piece; nothing at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<u8>>, FetchError> {
        let Some(reader) = &self.0 else { return Ok(None) };
        let next = within(JsFuture::from(reader.read())).await?.map_err(|_| FetchError::Connection)?;
        let piece: Option<Uint8Array> = value_of(&next);
        if piece.is_none() {
            self.0 = None;
        }
        Ok(piece.map(|piece| piece.to_vec()))
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
    Ok((MediaHead { status: response.status(), headers }, Body(reader)))
}

/// What comes before the host has been silent for too long.
async fn within<F: Future>(answer: F) -> Result<F::Output, FetchError> {
    match select(pin!(answer), pin!(sleep(SILENCE))).await {
        Either::Left((answer, _)) => Ok(answer),
        Either::Right(((), _)) => Err(FetchError::Connection),
    }
}
