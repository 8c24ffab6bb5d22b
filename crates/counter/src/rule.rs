//! The rule: may this happen now, and what then? One pure function, [`decide`].
//!
//! ```text
//! request -> pending -> confirmed -> processing -> completed -> expired
//!               |           |           |  ^           |
//!               +-----------+-----------+  +-- rerun --+
//!               v
//!           cancelled | failed
//! ```
//!
//! | module | what it decides |
//! |---|---|
//! | [`history`] | nothing: the facts about an account's exports |
//! | [`settle`] | which deadlines have passed by now |
//! | [`request`] | whether a new export may be asked for, and if not, when |
//! | [`run`] | start, heartbeat, complete, fail: everything about leases and epochs |
//! | [`standing`] | nothing: what is known beside the account's own history |
//! | `operator` | what only the operator can ask for |
//! | [`downtime`] | what a counter that was down owes those that ran |
//! | [`admit()`] | whether a run may read on, for the host's bulk routes |
//! | [`end`] | cancel, and what a run that ends without a result costs |
//!
//! **History, policy, command and moment go in; a transition or a refusal comes out.** Deadlines are evaluated from the
//! moment given, never by a background job that may be late. Absent: I/O, clocks, randomness (ids and tokens are handed
//! in), who the caller is (that was found out before).

mod admit;
pub mod command;
mod confirm;
mod deny;
pub mod downtime;
pub mod end;
pub mod history;
mod operator;
pub mod refusal;
pub mod request;
pub mod run;
pub mod settle;
pub mod standing;

use carryall_protocol::{ExportId, Timestamp};

use crate::policy::Policy;

pub use admit::admit;
pub use command::{Asker, Command};
pub use history::{Export, History};
pub use refusal::Refusal;
pub use standing::Standing;

/// What a granted command changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// The account's exports as they stand afterwards; the ledger stores those that differ.
    pub history: History,
    /// The export the command was about.
    pub export: ExportId,
    /// What happened, for the audit.
    pub event: Event,
}

impl Transition {
    fn new(history: History, export: ExportId, event: Event) -> Self {
        Self { history, export, event }
    }
}

/// What happened, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// An export was asked for; a confirmation is sent where the policy wants one.
    Requested,
    /// The link of the mail was followed and the button pressed.
    Confirmed,
    /// A run started, or went on in another tab.
    Started,
    /// A lease was renewed.
    Renewed,
    /// A run finished.
    Completed,
    /// A run gave up.
    Failed,
    /// The person ended it.
    Cancelled,
    /// A start waits for a place.
    Queued,
    /// The operator ended it.
    CancelledByOperator,
    /// The operator lets the account export again.
    Forgiven,
    /// Somebody who got the mail says that they did not ask for it.
    Denied,
    /// The command had been carried out before; nothing changes.
    Repeated,
}

impl Event {
    /// The word in the audit.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Confirmed => "confirmed",
            Self::Started => "started",
            Self::Renewed => "renewed",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Queued => "queued",
            Self::CancelledByOperator => "cancelled_by_operator",
            Self::Forgiven => "forgiven",
            Self::Denied => "denied",
            Self::Repeated => "repeated",
        }
    }
}

/// Decides one command of one account.
///
/// `history` holds every export of the account that still matters ([`Policy::horizon`]); `standing`, what the counter knows beside it.
///
/// # Errors
///
/// The [`Refusal`]; where waiting helps, it carries the exact moment.
pub fn decide(
    history: &History,
    standing: &Standing,
    policy: &Policy,
    command: &Command,
    now: Timestamp,
) -> Result<Transition, Refusal> {
    let settled = settle::settled(history, policy, now);
    match command {
        Command::Request(new) => request::request(settled, standing, policy, new, now),
        Command::Confirm(confirm) => confirm::confirm(settled, policy, confirm, now),
        Command::Start(start) => run::start(settled, standing, policy, start, now),
        Command::Deny(deny) => deny::deny(settled, policy, deny, now),
        Command::Heartbeat(hold) => run::heartbeat(settled, policy, hold, now),
        Command::Complete(hold) => run::complete(settled, policy, hold, now),
        Command::Fail(hold, code) => run::fail(settled, policy, hold, code, now),
        Command::Cancel(by, id) => end::cancel(settled, policy, by, id, now),
        Command::CancelByOperator(id) => operator::cancel(settled, policy, id, now),
        Command::Forgive(id) => operator::forgive(settled, id, now),
    }
}
