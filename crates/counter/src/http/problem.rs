//! Every refusal as problem details (RFC 9457).
//!
//! A handler answers with a [`Refused`]; [`render`] writes it out, because only there the operator's contact and the
//! clock are at hand.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use carryall_protocol::Timestamp;
use carryall_protocol::counter::{Problem, ProblemCode};
use tracing::error;

use super::Counter;
use crate::identity::IdentityError;
use crate::jws::Forged;
use crate::ledger::LedgerError;
use crate::random::NoRandomness;
use crate::rule::Refusal;

/// After how long it makes sense to ask again, where the counter itself is the reason.
const SOON: Duration = Duration::from_secs(5);

/// A refusal on its way out.
#[derive(Debug, Clone)]
pub(super) struct Refused {
    code: ProblemCode,
    status: StatusCode,
    detail: String,
    retry_at: Option<Timestamp>,
    ahead: Option<u32>,
}

impl Refused {
    /// A refusal that waiting does not end.
    pub(super) fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self { code, status: status(code), detail: detail.into(), retry_at: None, ahead: None }
    }

    /// The same until a moment.
    pub(super) fn until(self, retry_at: Timestamp) -> Self {
        Self { retry_at: Some(retry_at), ..self }
    }

    /// Until when it lasts, where it is the quota of exports that refuses.
    pub(super) fn spent_until(&self) -> Option<Timestamp> {
        let of_quota = [ProblemCode::ActiveExport, ProblemCode::Cooldown, ProblemCode::RequestCap];
        self.retry_at.filter(|_| of_quota.contains(&self.code))
    }

    /// The same with another status.
    pub(super) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The problem as it is written.
    pub(super) fn problem(self, counter: &Counter, now: Timestamp) -> Problem {
        let soon = (self.code == ProblemCode::Unavailable).then(|| now.after(SOON));
        Problem {
            kind: format!("https://carryall.dev/problems/{}", word(self.code)),
            title: title(self.code).to_owned(),
            status: self.status.as_u16(),
            detail: self.detail,
            code: self.code,
            retry_at: self.retry_at.or(soon),
            ahead: self.ahead,
            contact: counter.contact.clone(),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes refusals out.
pub(super) async fn render(State(counter): State<Arc<Counter>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let Some(refused) = response.extensions_mut().remove::<Refused>() else { return response };
    let now = counter.clock.now();
    let problem = refused.problem(&counter, now);
    let (code, retry_at) = (problem.code, problem.retry_at);
    let mut written = (response.status(), Json(problem)).into_response();
    // What the answer said already, `Allow` above all.
    for (name, value) in response.headers() {
        if *name != header::CONTENT_LENGTH {
            written.headers_mut().insert(name, value.clone());
        }
    }
    let headers = written.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if let Some(retry_at) = retry_at {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(whole_seconds(retry_at.since(now))));
    }
    written.extensions_mut().insert(code);
    written
}

/// Rounded up: whoever waits so long has waited long enough.
pub(super) fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        let ahead = if let Refusal::Queued { ahead, .. } = refusal { Some(ahead) } else { None };
        Self { retry_at: refusal.retry_at(), ahead, ..Self::new(refusal.code(), refusal.to_string()) }
    }
}

impl From<IdentityError> for Refused {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::Unauthenticated => Self::new(ProblemCode::Unauthenticated, "sign in again, then repeat this"),
            IdentityError::Unavailable(reason) => {
                error!(reason, "it cannot be found out who asks");
                unavailable()
            }
        }
    }
}

impl From<LedgerError> for Refused {
    fn from(error: LedgerError) -> Self {
        error!(%error, "the ledger is of no use");
        unavailable()
    }
}

impl From<NoRandomness> for Refused {
    fn from(error: NoRandomness) -> Self {
        error!(%error, "nothing can be granted");
        unavailable()
    }
}

impl From<serde_json::Error> for Refused {
    fn from(error: serde_json::Error) -> Self {
        error!(%error, "a statement cannot be written");
        unavailable()
    }
}

impl From<Forged> for Refused {
    fn from(_: Forged) -> Self {
        Refusal::TicketInvalid.into()
    }
}

fn unavailable() -> Refused {
    Refused::new(ProblemCode::Unavailable, "nothing can be decided now and nothing was granted; ask again in a moment")
}

const fn status(code: ProblemCode) -> StatusCode {
    match code {
        ProblemCode::Unauthenticated => StatusCode::UNAUTHORIZED,
        ProblemCode::RoleNotAllowed
        | ProblemCode::ReauthRequired
        | ProblemCode::MailUnverified
        | ProblemCode::OtherSubject
        | ProblemCode::TokenWrong
        | ProblemCode::TicketInvalid
        | ProblemCode::OriginNotAllowed => StatusCode::FORBIDDEN,
        ProblemCode::ActiveExport | ProblemCode::WrongState | ProblemCode::LeaseHeld | ProblemCode::EpochSuperseded => {
            StatusCode::CONFLICT
        }
        ProblemCode::Cooldown | ProblemCode::RequestCap | ProblemCode::Queued | ProblemCode::TooManyRequests => {
            StatusCode::TOO_MANY_REQUESTS
        }
        ProblemCode::UnknownExport | ProblemCode::NotFound => StatusCode::NOT_FOUND,
        ProblemCode::TokenExpired => StatusCode::GONE,
        ProblemCode::BadRequest => StatusCode::BAD_REQUEST,
        ProblemCode::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ProblemCode::Unavailable | ProblemCode::Paused => StatusCode::SERVICE_UNAVAILABLE,
    }
}

const fn title(code: ProblemCode) -> &'static str {
    match code {
        ProblemCode::Unauthenticated => "Not signed in",
        ProblemCode::RoleNotAllowed => "Role not allowed",
        ProblemCode::ReauthRequired => "Password needed again",
        ProblemCode::MailUnverified => "Mail address not verified",
        ProblemCode::ActiveExport => "Another export is active",
        ProblemCode::Cooldown => "Too soon after the last export",
        ProblemCode::RequestCap => "Too many requests for an export",
        ProblemCode::TooManyRequests => "Too many requests",
        ProblemCode::UnknownExport => "Unknown export",
        ProblemCode::OtherSubject => "Requested by another person",
        ProblemCode::WrongState => "Not in this state",
        ProblemCode::TokenWrong => "Wrong link",
        ProblemCode::TokenExpired => "Link has run out",
        ProblemCode::LeaseHeld => "Runs in another tab",
        ProblemCode::EpochSuperseded => "Taken over elsewhere",
        ProblemCode::TicketInvalid => "Ticket not valid",
        ProblemCode::OriginNotAllowed => "Origin not allowed",
        ProblemCode::BadRequest => "Request not understood",
        ProblemCode::NotFound => "No such path",
        ProblemCode::MethodNotAllowed => "Method not allowed",
        ProblemCode::Queued => "Waits for a place",
        ProblemCode::Paused => "Exports are paused",
        ProblemCode::Unavailable => "Not available now",
    }
}

/// The code as it is written on the wire.
fn word(code: ProblemCode) -> String {
    serde_json::to_value(code).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_never_sends_anyone_back_too_early() {
        assert_eq!(whole_seconds(Duration::from_millis(0)), 0);
        assert_eq!(whole_seconds(Duration::from_millis(1)), 1);
        assert_eq!(whole_seconds(Duration::from_millis(2000)), 2);
    }

    #[test]
    fn a_problem_is_typed_by_its_code() {
        assert_eq!(word(ProblemCode::ActiveExport), "active_export");
    }
}
