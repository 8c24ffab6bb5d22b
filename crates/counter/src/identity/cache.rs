//! What the host said a few seconds ago. Bounded in time and in number.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use carryall_protocol::Timestamp;

/// How many answers are kept at most.
const CAPACITY: usize = 10_000;

/// Answers under the fingerprint of the question.
pub(super) struct Cache<T> {
    life: Duration,
    kept: Mutex<HashMap<[u8; 32], Kept<T>>>,
}

struct Kept<T> {
    answer: T,
    at: Timestamp,
}

impl<T: Clone> Cache<T> {
    /// A cache whose answers live so long.
    pub(super) fn new(life: Duration) -> Self {
        Self { life, kept: Mutex::new(HashMap::new()) }
    }

    /// The answer, if it is young enough. One from the future (the clock was set back) is not.
    pub(super) fn find(&self, key: &[u8; 32], now: Timestamp) -> Option<T> {
        self.lock().get(key).filter(|kept| self.is_young(kept, now)).map(|kept| kept.answer.clone())
    }

    /// Keeps an answer. A full cache first forgets what is old, then everything.
    pub(super) fn keep(&self, key: [u8; 32], answer: T, now: Timestamp) {
        if self.life.is_zero() {
            return;
        }
        let mut kept = self.lock();
        if kept.len() >= CAPACITY {
            kept.retain(|_, one| self.is_young(one, now));
        }
        if kept.len() >= CAPACITY {
            kept.clear();
        }
        kept.insert(key, Kept { answer, at: now });
    }

    fn is_young(&self, kept: &Kept<T>, now: Timestamp) -> bool {
        kept.at <= now && now < kept.at.after(self.life)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<[u8; 32], Kept<T>>> {
        // Whoever panicked left whole entries behind.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_forgotten_after_its_life() {
        let cache = Cache::new(Duration::from_secs(5));
        cache.keep([1; 32], 'a', Timestamp::from_secs(100));
        assert_eq!(cache.find(&[1; 32], Timestamp::from_secs(104)), Some('a'));
        assert_eq!(cache.find(&[1; 32], Timestamp::from_secs(105)), None);
        assert_eq!(cache.find(&[1; 32], Timestamp::from_secs(99)), None);
    }

    #[test]
    fn a_full_cache_stays_bounded() {
        let cache = Cache::new(Duration::from_secs(5));
        for n in 0..=CAPACITY as u64 {
            let mut key = [0; 32];
            key[..8].copy_from_slice(&n.to_be_bytes());
            cache.keep(key, n, Timestamp::from_secs(1));
        }
        assert!(cache.lock().len() <= CAPACITY);
    }
}
