//! Why a command is refused, and until when.

use carryall_protocol::Timestamp;
use carryall_protocol::counter::{ExportState, ProblemCode};
use thiserror::Error;

/// A refusal. Its text tells the person what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// None of the subject's roles may export.
    #[error("your role does not allow exports; ask an administrator of this account")]
    RoleNotAllowed,
    /// The password must be entered again.
    #[error("enter your password again, then repeat the request")]
    ReauthRequired,
    /// There is no verified address to send the confirmation to.
    #[error("verify your mail address first: the confirmation is sent there")]
    MailUnverified,
    /// Another export stands in the way.
    #[error("an export of this account is {}; finish, save or end it first", .state.as_str())]
    Active {
        /// Where that one stands.
        state: ExportState,
        /// When a request will be granted if nothing else happens.
        until: Timestamp,
    },
    /// The wait since the last export is not over.
    #[error("the last export was too recent; the next may be requested at {until}")]
    Cooldown {
        /// When a request will be granted.
        until: Timestamp,
    },
    /// Too many requests in the last 24 hours.
    #[error("too many requests in the last 24 hours; the next is possible at {until}")]
    RequestCap {
        /// When a request will be granted.
        until: Timestamp,
    },
    /// No such export of this account.
    #[error("this account has no such export; look at the current one")]
    UnknownExport,
    /// Somebody else of the same account asked for it.
    #[error("another person of this account requested this export; only they can run it")]
    OtherSubject,
    /// The state does not allow it.
    #[error("the export is {}, which does not allow this; look at the current one", .0.as_str())]
    WrongState(ExportState),
    /// It is finished: denying it comes too late.
    #[error("the export is {}, so it cannot be stopped any more; change your password and sign out everywhere", .0.as_str())]
    TooLateToDeny(ExportState),
    /// The confirmation's token is not the right one.
    #[error("this link is not the right one; use the newest mail, or request the export again")]
    TokenWrong,
    /// The confirmation came too late.
    #[error("this link has run out; request the export again")]
    TokenExpired,
    /// Another tab runs it.
    #[error("another tab runs this export; go on there, or take it over here")]
    LeaseHeld {
        /// When its lease runs out unless it is renewed.
        until: Timestamp,
    },
    /// A newer start has taken it over.
    #[error("this export was taken over by a newer start; go on there")]
    EpochSuperseded,
    /// The ticket does not fit.
    #[error("the ticket is not valid for this; renew it by a heartbeat, or start again")]
    TicketInvalid,
    /// There is no place yet among those that run.
    #[error("as many exports run as the operator allows; yours waits for a place, and {ahead} others wait before it")]
    Queued {
        /// How many wait before it.
        ahead: u32,
        /// When to ask again: whoever does not loses the place.
        again_at: Timestamp,
    },
    /// The operator lets nothing new begin.
    #[error("the operator has paused exports; try again later")]
    Paused,
    /// What happened since a back-up is not known.
    #[error("the counter was restored from a back-up, so exports may begin again at {until}")]
    Restored {
        /// When.
        until: Timestamp,
    },
    /// The clock runs behind what has already been recorded, or has jumped.
    #[error("the counter's clock is wrong, so nothing is granted; try again later")]
    ClockWrong,
}

impl Refusal {
    /// The stable word.
    #[must_use]
    pub const fn code(&self) -> ProblemCode {
        match self {
            Self::RoleNotAllowed => ProblemCode::RoleNotAllowed,
            Self::ReauthRequired => ProblemCode::ReauthRequired,
            Self::MailUnverified => ProblemCode::MailUnverified,
            Self::Active { .. } => ProblemCode::ActiveExport,
            Self::Cooldown { .. } => ProblemCode::Cooldown,
            Self::RequestCap { .. } => ProblemCode::RequestCap,
            Self::UnknownExport => ProblemCode::UnknownExport,
            Self::OtherSubject => ProblemCode::OtherSubject,
            Self::WrongState(_) | Self::TooLateToDeny(_) => ProblemCode::WrongState,
            Self::TokenWrong => ProblemCode::TokenWrong,
            Self::TokenExpired => ProblemCode::TokenExpired,
            Self::LeaseHeld { .. } => ProblemCode::LeaseHeld,
            Self::EpochSuperseded => ProblemCode::EpochSuperseded,
            Self::TicketInvalid => ProblemCode::TicketInvalid,
            Self::Queued { .. } => ProblemCode::Queued,
            Self::Paused | Self::Restored { .. } => ProblemCode::Paused,
            Self::ClockWrong => ProblemCode::Unavailable,
        }
    }

    /// When asking again makes sense.
    #[must_use]
    pub const fn retry_at(&self) -> Option<Timestamp> {
        match self {
            Self::Active { until, .. }
            | Self::Cooldown { until }
            | Self::RequestCap { until }
            | Self::Restored { until }
            | Self::Queued { again_at: until, .. }
            | Self::LeaseHeld { until } => Some(*until),
            _ => None,
        }
    }
}
