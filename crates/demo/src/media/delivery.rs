//! What goes over the connection for a file: some of its bytes, how many are promised, and how it ends.

use std::io;
use std::ops::Range;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::http::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, LAST_MODIFIED};
use axum::response::{AppendHeaders, IntoResponse, Response};
use futures_util::{StreamExt, stream};

use super::asked::http_date;
use super::file::File;

/// How an answer ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// As it should.
    Whole,
    /// The connection is closed.
    Cut,
    /// Nothing more comes, and the connection stays.
    Hang,
}

/// An answer with some of a file.
#[derive(Debug, Clone)]
pub(super) struct Delivery {
    pub(super) file: File,
    /// A part, as it is told; nothing where it is the whole.
    pub(super) part: Option<Range<u64>>,
    /// What `Content-Length` says.
    pub(super) promised: u64,
    /// Bytes that are given.
    pub(super) given: u64,
    pub(super) ending: Ending,
}

impl Delivery {
    /// As it should be.
    pub(super) fn honest(file: File, part: Option<Range<u64>>) -> Self {
        let length = part.as_ref().map_or(file.size, |part| part.end - part.start);
        Self { file, part, promised: length, given: length, ending: Ending::Whole }
    }

    /// The same with nothing in it, for HEAD.
    pub(super) const fn without_body(mut self) -> Self {
        self.given = 0;
        self
    }

    /// It ends after so many bytes.
    pub(super) fn cut_after(self, given: u64) -> Self {
        let ending = if given < self.promised { Ending::Cut } else { Ending::Whole };
        Self { given, ending, ..self }
    }

    fn body(&self) -> Body {
        if self.given == 0 && self.ending == Ending::Whole {
            return Body::empty();
        }
        let start = self.part.as_ref().map_or(0, |part| part.start);
        let pieces = stream::unfold((self.file.clone(), start..start + self.given), |(file, mut rest)| async move {
            let piece = file.piece(&rest);
            rest.start += piece.len() as u64;
            (!piece.is_empty()).then(|| (Ok(piece), (file, rest)))
        });
        match self.ending {
            Ending::Whole => Body::from_stream(pieces),
            Ending::Cut => Body::from_stream(pieces.chain(stream::once(closed()))),
            Ending::Hang => Body::from_stream(pieces.chain(stream::pending())),
        }
    }
}

/// The connection goes a little later, as lines do that break: a browser forgets what it has not handed on when it hears of the
/// end, and on loopback it would hear of it together with the bytes.
async fn closed() -> io::Result<Bytes> {
    tokio::time::sleep(Duration::from_millis(30)).await;
    Err(io::ErrorKind::ConnectionAborted.into())
}

impl IntoResponse for Delivery {
    fn into_response(self) -> Response {
        let Self { file, part, promised, .. } = &self;
        let headers = [
            (CONTENT_TYPE, file.content_type.to_owned()),
            (CONTENT_LENGTH, promised.to_string()),
            (ACCEPT_RANGES, "bytes".to_owned()),
            (ETAG, file.etag()),
            (LAST_MODIFIED, http_date(file.modified)),
        ];
        let told = |part: &Range<u64>| format!("bytes {}-{}/{}", part.start, part.end.saturating_sub(1), file.size);
        let place = AppendHeaders(part.as_ref().map(|part| (CONTENT_RANGE, told(part))));
        let status = if part.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
        (status, headers, place, self.body()).into_response()
    }
}
