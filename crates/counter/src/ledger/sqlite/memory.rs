//! Histories that were read or written lately, so that a look at one costs no query.
//!
//! **What is kept is what is on disk**: there is one writer, and it keeps a history only once it is committed. A reader keeps what
//! it has read only if nothing was written meanwhile.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use carryall_protocol::AccountId;

use crate::rule::History;

/// How many accounts are kept: a few megabytes.
const CAPACITY: usize = 4096;

/// Histories of accounts.
#[derive(Default)]
pub(super) struct Memory(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    histories: HashMap<AccountId, Arc<History>>,
    /// Grows whenever what is on disk may have changed.
    version: u64,
}

impl Memory {
    /// An account's history, or the version to say when it was read from disk.
    pub(super) fn find(&self, account: &AccountId) -> Result<Arc<History>, u64> {
        let kept = self.kept();
        kept.histories.get(account).cloned().ok_or(kept.version)
    }

    /// Keeps what was read from disk, if nothing has changed since that version.
    pub(super) fn keep_read(&self, account: AccountId, history: Arc<History>, version: u64) {
        let mut kept = self.kept();
        if kept.version == version {
            kept.keep(account, history);
        }
    }

    /// Keeps what was committed.
    pub(super) fn keep_written(&self, written: HashMap<AccountId, Arc<History>>) {
        let mut kept = self.kept();
        kept.version += 1;
        for (account, history) in written {
            kept.keep(account, history);
        }
    }

    /// Forgets an account: something about it has changed on disk.
    pub(super) fn forget(&self, account: &AccountId) {
        let mut kept = self.kept();
        kept.version += 1;
        kept.histories.remove(account);
    }

    /// Forgets everybody.
    pub(super) fn forget_all(&self) {
        let mut kept = self.kept();
        kept.version += 1;
        kept.histories.clear();
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Whoever panicked left whole entries behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn keep(&mut self, account: AccountId, history: Arc<History>) {
        if self.histories.len() >= CAPACITY && !self.histories.contains_key(&account) {
            self.histories.clear();
        }
        self.histories.insert(account, history);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(number: usize) -> AccountId {
        AccountId::new(format!("acc-{number}")).unwrap()
    }

    #[test]
    fn what_was_read_before_a_write_is_not_kept_after_it() {
        let memory = Memory::default();
        let version = memory.find(&account(1)).unwrap_err();
        memory.keep_written(HashMap::from([(account(1), Arc::default())]));
        let written = memory.find(&account(1)).unwrap();
        memory.keep_read(account(1), Arc::default(), version);
        assert!(Arc::ptr_eq(&memory.find(&account(1)).unwrap(), &written));
        let version = memory.find(&account(2)).unwrap_err();
        memory.forget(&account(2));
        memory.keep_read(account(2), Arc::default(), version);
        assert!(memory.find(&account(2)).is_err());
    }

    #[test]
    fn it_stays_bounded() {
        let memory = Memory::default();
        for number in 0..=CAPACITY {
            memory.keep_written(HashMap::from([(account(number), Arc::default())]));
        }
        assert!(memory.kept().histories.len() <= CAPACITY);
        assert!(memory.find(&account(CAPACITY)).is_ok());
    }
}
