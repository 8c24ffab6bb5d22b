//! What is refused, and why: problem details (RFC 9457).

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::text::words;

/// Problem details (RFC 9457) with what a person needs beside them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// `https://carryall.dev/problems/<code>` in form; never fetched.
    #[serde(rename = "type")]
    pub kind: String,
    /// A short name of the problem.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// One sentence that says what to do next.
    pub detail: String,
    /// The stable word programs act on.
    pub code: ProblemCode,
    /// When asking again makes sense; the answer carries it as `Retry-After` too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<Timestamp>,
    /// `queued`: how many exports wait for a place before this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ahead: Option<u32>,
    /// Where a formal request can be made: a cooldown is not a legal refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
}

words! {
    /// Every refusal's stable code.
    pub enum ProblemCode {
        /// 401: the host does not know these credentials.
        Unauthenticated = "unauthenticated",
        /// 403: the subject's role does not allow exports.
        RoleNotAllowed = "role_not_allowed",
        /// 403: the password must be entered again first.
        ReauthRequired = "reauth_required",
        /// 403: the mail address is missing or unverified, so no confirmation can be sent.
        MailUnverified = "mail_unverified",
        /// 409: another export is pending, confirmed, processing or available.
        ActiveExport = "active_export",
        /// 429: the wait since the last export is not over.
        Cooldown = "cooldown",
        /// 429: too many requests today.
        RequestCap = "request_cap",
        /// 429: too many calls from one network, whatever they were; this says nothing about an export. Wait and repeat.
        TooManyRequests = "too_many_requests",
        /// 404: no such export of this account.
        UnknownExport = "unknown_export",
        /// 403: another subject of the same account requested this export; only they can run it.
        OtherSubject = "other_subject",
        /// 409: the export's state does not allow this.
        WrongState = "wrong_state",
        /// 403: the confirmation token is not the right one.
        TokenWrong = "token_wrong",
        /// 410: the confirmation came too late.
        TokenExpired = "token_expired",
        /// 409: another tab runs this export.
        LeaseHeld = "lease_held",
        /// 409: a newer start has taken this export over.
        EpochSuperseded = "epoch_superseded",
        /// 403: the ticket is forged, expired, or another export's.
        TicketInvalid = "ticket_invalid",
        /// 403: the `Origin` or the intent header is missing or not allowed.
        OriginNotAllowed = "origin_not_allowed",
        /// 415 or 400: the body is not the JSON this call takes.
        BadRequest = "bad_request",
        /// 404: no such path.
        NotFound = "not_found",
        /// 405: the path does not take this method.
        MethodNotAllowed = "method_not_allowed",
        /// 429: as many exports run as the operator allows; asking again at `retry_at` keeps the place in the queue.
        Queued = "queued",
        /// 503: the operator has paused exports, or the counter was restored from a back-up.
        Paused = "paused",
        /// 503: the counter cannot decide now (storage, host whoami, clock); nothing was granted.
        Unavailable = "unavailable",
    }
}
