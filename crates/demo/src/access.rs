//! What was asked of the API or of the media host, a line an answer: `200 48211 /api/v1/contacts?limit=100&offset=300`, status, bytes of the body,
//! path and query. It lets a benchmark ask for the very same pages again. Absent: who asked, and what was answered.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::HttpBody;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_LENGTH;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;

/// The API, or the media host, whose answers are written down in `file`, where one is named.
///
/// # Errors
///
/// Where the file cannot be opened for appending.
pub(crate) fn logged(api: Router, file: Option<&Path>) -> io::Result<Router> {
    let Some(file) = file else { return Ok(api) };
    let log = OpenOptions::new().create(true).append(true).open(file)?;
    Ok(api.layer(from_fn_with_state(Arc::new(log), write_down)))
}

/// A line is written in one piece, so lines of answers at the same time do not mix.
async fn write_down(State(log): State<Arc<File>>, request: Request, next: Next) -> Response {
    let target = request.uri().to_string();
    let response = next.run(request).await;
    let promised = response.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let bytes = promised.unwrap_or_else(|| response.body().size_hint().lower());
    let line = format!("{} {bytes} {target}\n", response.status().as_u16());
    if let Err(error) = (&*log).write_all(line.as_bytes()) {
        tracing::warn!(%error, "the access log has a gap");
    }
    response
}
