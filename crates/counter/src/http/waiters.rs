//! Who waits for news of an account: so a page need not ask again and again.
//!
//! **Nothing is asked while somebody waits**: whoever changes something calls all who wait for that account. Their number is
//! bounded, for each account and in all; one too many is answered at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use carryall_protocol::AccountId;
use tokio::sync::Notify;

/// How many wait for one account at most: tabs of its subjects.
const OF_ONE_ACCOUNT: usize = 8;

/// Everybody who waits.
pub(crate) struct Waiters {
    capacity: usize,
    rooms: Mutex<Rooms>,
}

#[derive(Default)]
struct Rooms {
    is_closed: bool,
    taken: usize,
    of: HashMap<AccountId, Room>,
}

#[derive(Default)]
struct Room {
    bell: Arc<Notify>,
    taken: usize,
}

/// A place among those who wait; given back when it is dropped.
pub(super) struct Seat<'w> {
    waiters: &'w Waiters,
    account: AccountId,
    /// Rings when something of the account has changed.
    pub(super) bell: Arc<Notify>,
}

impl Waiters {
    /// Room for so many.
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, rooms: Mutex::default() }
    }

    /// A place for one who waits for this account, while there is one.
    pub(super) fn sit(&self, account: &AccountId) -> Option<Seat<'_>> {
        let mut rooms = self.lock();
        let of_account = rooms.of.get(account).map_or(0, |room| room.taken);
        if rooms.is_closed || rooms.taken >= self.capacity || of_account >= OF_ONE_ACCOUNT {
            return None;
        }
        rooms.taken += 1;
        let room = rooms.of.entry(account.clone()).or_default();
        room.taken += 1;
        Some(Seat { waiters: self, account: account.clone(), bell: Arc::clone(&room.bell) })
    }

    /// Calls all who wait for this account.
    pub(crate) fn call(&self, account: &AccountId) {
        if let Some(room) = self.lock().of.get(account) {
            room.bell.notify_waiters();
        }
    }

    /// Calls everybody: something has changed that concerns all.
    pub(crate) fn call_all(&self) {
        for room in self.lock().of.values() {
            room.bell.notify_waiters();
        }
    }

    /// Sends everybody away; from now on nobody waits.
    pub(crate) fn close(&self) {
        self.lock().is_closed = true;
        self.call_all();
    }

    fn lock(&self) -> MutexGuard<'_, Rooms> {
        // Whoever panicked left whole numbers behind.
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat<'_> {
    /// Whether it is of no use any more.
    pub(super) fn is_closed(&self) -> bool {
        self.waiters.lock().is_closed
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let mut rooms = self.waiters.lock();
        rooms.taken = rooms.taken.saturating_sub(1);
        let Some(room) = rooms.of.get_mut(&self.account) else { return };
        room.taken = room.taken.saturating_sub(1);
        if room.taken == 0 {
            rooms.of.remove(&self.account);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(id: &str) -> AccountId {
        AccountId::new(id.to_owned()).unwrap()
    }

    #[test]
    fn there_is_room_for_a_few_of_each_account_and_for_so_many_in_all() {
        let waiters = Waiters::new(OF_ONE_ACCOUNT + 1);
        let seats: Vec<_> = (0..OF_ONE_ACCOUNT).map(|_| waiters.sit(&account("a")).unwrap()).collect();
        assert!(waiters.sit(&account("a")).is_none(), "one account takes more than its share");
        let other = waiters.sit(&account("b")).unwrap();
        assert!(waiters.sit(&account("c")).is_none(), "more wait than there is room for");
        drop(other);
        drop(waiters.sit(&account("c")).unwrap());
        drop(seats);
        assert!(waiters.lock().of.is_empty() && waiters.lock().taken == 0);
    }

    #[tokio::test]
    async fn whoever_waits_is_called_for_their_account_only() {
        let waiters = Waiters::new(2);
        let (ada, bob) = (waiters.sit(&account("a")).unwrap(), waiters.sit(&account("b")).unwrap());
        let (mut to_ada, mut to_bob) = (Box::pin(ada.bell.notified()), Box::pin(bob.bell.notified()));
        assert!(!to_ada.as_mut().enable() && !to_bob.as_mut().enable());
        waiters.call(&account("a"));
        assert!(to_ada.as_mut().enable() && !to_bob.as_mut().enable());
        waiters.close();
        assert!(to_bob.as_mut().enable() && bob.is_closed());
        assert!(waiters.sit(&account("c")).is_none());
    }
}
