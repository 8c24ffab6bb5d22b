//! A JSON body of at most 16 KiB, or the reason why it is none.

use axum::body::{HttpBody as _, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use carryall_protocol::counter::ProblemCode;
use serde::de::DeserializeOwned;

use super::problem::Refused;

/// The longest body any call takes.
const MAX_BODY: usize = 16 * 1024;

/// A body that was read.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refused> {
        // One that says beforehand that it is too long is not waited for.
        let announced = usize::try_from(request.body().size_hint().lower()).unwrap_or(usize::MAX);
        if announced > MAX_BODY {
            return Err(too_long());
        }
        let bytes = to_bytes(request.into_body(), MAX_BODY).await.map_err(|_| too_long())?;
        let read = serde_json::from_slice(&bytes);
        read.map(Self).map_err(|error| bad(format!("the body is not what this call takes: {error}")))
    }
}

fn too_long() -> Refused {
    let detail = format!("send a whole body of at most {MAX_BODY} bytes");
    Refused::new(ProblemCode::BadRequest, detail).with_status(StatusCode::PAYLOAD_TOO_LARGE)
}

/// A request that is not understood.
pub(super) fn bad(detail: impl Into<String>) -> Refused {
    Refused::new(ProblemCode::BadRequest, detail)
}
