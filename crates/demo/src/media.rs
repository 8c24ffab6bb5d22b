//! The media host: a second listener, so that a browser takes it for another origin, with the files that records tell of.
//!
//! It is open to every page and takes no credentials: whoever brings some is refused, as storage behind signed addresses does.
//! It knows HEAD, single ranges, `If-Range`, and what browsers ask beforehand (`OPTIONS`). Which files there are a system's
//! `Shelf` says; **nothing is stored**: every file is drawn from its id.
//!
//! | module | what |
//! |---|---|
//! | `origin` | what records name, and how large files are at most |
//! | `file` | a file and its bytes |
//! | `asked`, `delivery` | which bytes are asked for, and which are given |
//! | `misbehaviour` | bad servers |
//!
//! Absent: several ranges at once, and conditional requests beside `If-Range`.

mod asked;
mod delivery;
mod file;
mod misbehaviour;
mod origin;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS,
    ALLOW, AUTHORIZATION, CONTENT_RANGE, COOKIE, HeaderValue,
};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};

use self::asked::Asked;
use self::delivery::Delivery;
use self::misbehaviour::Misbehaviour;
use crate::host::Options;

pub(crate) use self::file::File;
pub use self::misbehaviour::Mode;
pub use self::origin::{NoOrigin, Origin, Terms};

/// Which files there are.
pub(crate) trait Shelf: Send + Sync + 'static {
    /// The file under these segments of a path, as they were sent, and this query.
    ///
    /// # Errors
    /// 404 where there is none, 403 where the address is good no more, or never was.
    fn file(&self, path: &[&str], query: &str) -> Result<File, StatusCode>;

    /// Headers that pages of other origins may read, beside those that they always may.
    fn exposed(&self) -> Option<&'static str> {
        Some("content-range, etag, accept-ranges")
    }
}

/// The media host of a system.
struct Server {
    shelf: Box<dyn Shelf>,
    misbehaviour: Option<Misbehaviour>,
}

/// Everything it answers.
pub(crate) fn routes(options: &Options) -> Router {
    let misbehaviour = options.misbehave_media.map(|mode| Misbehaviour::new(mode, options.seed));
    let server = Server { shelf: options.system.shelf(options), misbehaviour };
    Router::new().fallback(answer).with_state(Arc::new(server))
}

async fn answer(State(server): State<Arc<Server>>, request: Request) -> Response {
    let mut answer = match *request.method() {
        Method::OPTIONS => return server.permission(),
        Method::GET | Method::HEAD => server.give(&request).unwrap_or_else(IntoResponse::into_response),
        _ => (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, HEAD, OPTIONS")]).into_response(),
    };
    answer.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if let Some(exposed) = server.shelf.exposed() {
        answer.headers_mut().insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(exposed));
    }
    answer
}

impl Server {
    /// The answer to a browser that asks what a page may send.
    fn permission(&self) -> Response {
        if self.misbehaviour.as_ref().is_some_and(Misbehaviour::refuses_preflight) {
            return StatusCode::METHOD_NOT_ALLOWED.into_response();
        }
        let headers = [
            (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
            (ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD"),
            (ACCESS_CONTROL_ALLOW_HEADERS, "range, if-range"),
        ];
        (StatusCode::NO_CONTENT, headers).into_response()
    }

    fn give(&self, request: &Request) -> Result<Response, StatusCode> {
        let (uri, headers, path) = (request.uri(), request.headers(), request.uri().path());
        if headers.contains_key(AUTHORIZATION) || headers.contains_key(COOKIE) {
            return Err(StatusCode::BAD_REQUEST);
        }
        if let Some(instead) = self.misbehaviour.as_ref().and_then(|bad| bad.instead(uri, headers)) {
            return Ok(instead);
        }
        let segments: Vec<_> = path.split('/').skip(1).collect();
        let file = self.shelf.file(&segments, uri.query().unwrap_or_default())?;
        let changes = self.misbehaviour.as_ref().is_some_and(|bad| bad.is_before_its_change(path));
        let file = if changes { file.before() } else { file };
        let delivery = match Asked::of(request.method(), headers, &file) {
            Asked::Whole => Delivery::honest(file, None),
            Asked::Part(part) => Delivery::honest(file, Some(part)),
            Asked::Beyond => return Ok(beyond(&file)),
        };
        Ok(self.deliver(request, delivery).into_response())
    }

    fn deliver(&self, request: &Request, honest: Delivery) -> Delivery {
        match &self.misbehaviour {
            _ if request.method() == Method::HEAD => honest.without_body(),
            Some(bad) => bad.spoil(request.uri().path(), honest),
            None => honest,
        }
    }
}

/// 416, with the size there is (RFC 9110 section 15.5.17).
fn beyond(file: &File) -> Response {
    (StatusCode::RANGE_NOT_SATISFIABLE, [(CONTENT_RANGE, format!("bytes */{}", file.size()))]).into_response()
}
