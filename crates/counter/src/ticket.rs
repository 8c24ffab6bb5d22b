//! Tickets, the signed and short-lived permission to run one export; and receipts.

use carryall_protocol::counter::{Receipt, ReceiptStatement};
use carryall_protocol::{AccountId, CategoryId, ExportId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::jws::{Forged, Keys};
use crate::rule::Export;

const TICKET: &str = "carryall-ticket+jwt";
const RECEIPT: &str = "carryall-receipt+jwt";

/// What a ticket says. The names of RFC 7519 where it has one; its moments are whole seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// The counter that gave it: its public address.
    pub iss: String,
    /// The subject it was given to.
    pub sub: String,
    /// Their account.
    pub account: AccountId,
    /// The export it is for.
    pub export: ExportId,
    /// The epoch it was given in.
    pub epoch: u32,
    /// What may be exported.
    pub categories: Vec<CategoryId>,
    /// When it was given.
    pub iat: u64,
    /// From when on it is not valid.
    pub exp: u64,
}

impl Ticket {
    /// The ticket for the present epoch of an export.
    #[must_use]
    pub fn new(iss: &str, account: &AccountId, export: &Export, now: Timestamp, until: Timestamp) -> Self {
        Self {
            iss: iss.to_owned(),
            sub: export.subject.as_str().to_owned(),
            account: account.clone(),
            export: export.id.clone(),
            epoch: export.epoch(),
            categories: export.categories.clone(),
            iat: now.as_secs(),
            exp: until.as_secs(),
        }
    }

    /// Whether it is past its time.
    #[must_use]
    pub const fn is_expired(&self, now: Timestamp) -> bool {
        self.exp <= now.as_secs()
    }

    /// Its compact form.
    ///
    /// # Errors
    ///
    /// Those of serialisation, which these fields do not cause.
    pub fn sign(&self, keys: &Keys) -> Result<String, serde_json::Error> {
        keys.sign(TICKET, self)
    }

    /// Reads a ticket this counter gave, expired or not.
    ///
    /// # Errors
    ///
    /// [`Forged`], whatever is wrong with it.
    pub fn read(keys: &Keys, iss: &str, compact: &str) -> Result<Self, Forged> {
        let ticket: Self = keys.verify(TICKET, compact)?;
        if ticket.iss == iss { Ok(ticket) } else { Err(Forged) }
    }
}

/// Signs a receipt.
///
/// # Errors
///
/// Those of serialisation, which these fields do not cause.
pub fn receipt(keys: &Keys, statement: ReceiptStatement) -> Result<Receipt, serde_json::Error> {
    let jws = keys.sign(RECEIPT, &statement)?;
    Ok(Receipt { statement, jws })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_read_only_by_the_counter_that_gave_it() {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::open(&folder.path().join("keys")).unwrap();
        let ticket = Ticket {
            iss: "https://a.example".to_owned(),
            sub: "ada".to_owned(),
            account: AccountId::new("acc-1").unwrap(),
            export: ExportId::new("0".repeat(32)).unwrap(),
            epoch: 1,
            categories: Vec::new(),
            iat: 100,
            exp: 250,
        };
        let compact = ticket.sign(&keys).unwrap();
        assert_eq!(Ticket::read(&keys, "https://b.example", &compact), Err(Forged));
        let same_key = Keys::open(&folder.path().join("keys")).unwrap();
        assert_eq!(Ticket::read(&same_key, "https://a.example", &compact), Ok(ticket.clone()));
        assert!(!ticket.is_expired(Timestamp::from_secs(249)));
        assert!(ticket.is_expired(Timestamp::from_secs(250)));
    }
}
