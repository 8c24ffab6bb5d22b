//! Limits over fixed windows of time: so many requests of one person to one place, until the window ends.
//!
//! A window begins with the first request that finds none open. **The clock is an argument.**

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use carryall_protocol::Timestamp;

/// Every window that is open, by whose it is and what for.
pub(super) struct Windows {
    length: Duration,
    open: Mutex<HashMap<String, Window>>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    ends: Timestamp,
    requests: u32,
}

/// How a request stands to its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    /// Requests that a window takes.
    pub(super) limit: u32,
    /// Requests that this one still takes.
    pub(super) remaining: u32,
    /// When it ends.
    pub(super) ends: Timestamp,
}

impl Windows {
    /// None open yet; each will be this long.
    pub(super) fn new(length: Duration) -> Self {
        Self { length, open: Mutex::default() }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// Where the window has taken as many as it takes; it then ends no later for having been asked.
    pub(super) fn take(&self, key: String, limit: u32, now: Timestamp) -> Result<Standing, Standing> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, window| now < window.ends);
        let window = open.entry(key).or_insert_with(|| Window { ends: now.after(self.length), requests: 0 });
        if window.requests >= limit {
            return Err(Standing { limit, remaining: 0, ends: window.ends });
        }
        window.requests += 1;
        Ok(Standing { limit, remaining: limit - window.requests, ends: window.ends })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(1_000_000 + millis)
    }

    fn take(windows: &Windows, key: &str, millis: u64) -> Result<u32, u64> {
        let standing = windows.take(key.to_owned(), 2, at(millis));
        standing.map(|standing| standing.remaining).map_err(|standing| standing.ends.as_millis() - 1_000_000)
    }

    #[test]
    fn a_window_takes_its_requests_and_then_none_until_it_ends() {
        let windows = Windows::new(Duration::from_secs(10));
        assert_eq!((take(&windows, "a", 0), take(&windows, "a", 9_000)), (Ok(1), Ok(0)));
        assert_eq!((take(&windows, "a", 9_500), take(&windows, "a", 9_999)), (Err(10_000), Err(10_000)));
        assert_eq!((take(&windows, "a", 10_000), take(&windows, "a", 19_999)), (Ok(1), Ok(0)));
        assert_eq!(take(&windows, "a", 19_999), Err(20_000));
    }

    #[test]
    fn one_window_is_no_others() {
        let windows = Windows::new(Duration::from_secs(10));
        assert_eq!((take(&windows, "a", 0), take(&windows, "a", 0)), (Ok(1), Ok(0)));
        assert_eq!((take(&windows, "a", 0), take(&windows, "b", 0)), (Err(10_000), Ok(1)));
    }
}
