//! The counter's clock: the only one that counts, and one that tests can set.
//!
//! **While a clock that jumped is wrong, nothing is decided**: a step forward would end every cooldown and every run at
//! once. Whoever asks is told to ask again, so what runs goes on once the clock is right.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use carryall_protocol::Timestamp;

/// How far the clock may be stepped while the counter runs.
const TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;

    /// Whether it has run evenly since it was last trusted. If it has not, nothing is decided until it is set right, or
    /// the operator says that it is right.
    fn is_steady(&self) -> bool;

    /// Trusts it from now on: the operator says that it is right.
    fn trust(&self);
}

/// The machine's clock, held against its steady one, which counts from boot and cannot be set.
#[derive(Debug)]
pub struct SystemClock {
    trusted: Mutex<Trusted>,
}

/// What both clocks showed when they were last trusted.
#[derive(Debug, Clone, Copy)]
struct Trusted {
    wall: Timestamp,
    steady: Duration,
}

impl SystemClock {
    /// The clock as it is trusted from now on.
    #[must_use]
    pub fn trusted_now() -> Self {
        Self { trusted: Mutex::new(Trusted::now()) }
    }

    fn trusted(&self) -> MutexGuard<'_, Trusted> {
        // Whoever panicked left a whole value behind.
        self.trusted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        wall_clock()
    }

    fn is_steady(&self) -> bool {
        self.trusted().agrees_with(self.now(), since_boot())
    }

    fn trust(&self) {
        *self.trusted() = Trusted::now();
    }
}

impl Trusted {
    fn now() -> Self {
        Self { wall: wall_clock(), steady: since_boot() }
    }

    fn agrees_with(&self, now: Timestamp, steady: Duration) -> bool {
        let expected = self.wall.after(steady.saturating_sub(self.steady));
        now.since(expected).max(expected.since(now)) <= TOLERANCE
    }
}

fn wall_clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// Goes on while the machine sleeps, unlike `Instant`.
#[cfg(target_os = "linux")]
fn since_boot() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    Duration::try_from(now).unwrap_or_default()
}

/// Stands still while the machine sleeps: elsewhere than on Linux, a counter that slept is started again.
#[cfg(not(target_os = "linux"))]
fn since_boot() -> Duration {
    use std::sync::OnceLock;
    use std::time::Instant;
    static FIRST: OnceLock<Instant> = OnceLock::new();
    FIRST.get_or_init(Instant::now).elapsed()
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct ManualClock {
    now: AtomicU64,
    jumped: AtomicBool,
}

impl ManualClock {
    /// A clock that shows this moment.
    #[must_use]
    pub const fn at(now: Timestamp) -> Self {
        Self { now: AtomicU64::new(now.as_millis()), jumped: AtomicBool::new(false) }
    }

    /// Moves it forward.
    pub fn advance(&self, by: Duration) {
        let later = self.now().after(by);
        self.set(later);
    }

    /// Sets it forward as a machine's clock may be, so that it is steady no longer.
    pub fn jump(&self, by: Duration) {
        self.jumped.store(true, Ordering::SeqCst);
        self.advance(by);
    }

    /// Sets it, forward or back.
    pub fn set(&self, now: Timestamp) {
        self.now.store(now.as_millis(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.now.load(Ordering::SeqCst))
    }

    fn is_steady(&self) -> bool {
        !self.jumped.load(Ordering::SeqCst)
    }

    fn trust(&self) {
        self.jumped.store(false, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machines_clock_is_steady_until_it_differs_from_the_one_that_cannot_be_set() {
        assert!(SystemClock::trusted_now().is_steady());
        let trusted = Trusted { wall: Timestamp::from_secs(1_000), steady: Duration::from_secs(50) };
        let later = |wall, steady| trusted.agrees_with(Timestamp::from_secs(wall), Duration::from_secs(steady));
        assert!(later(1_100, 150) && later(1_400, 150) && later(900, 150 + 50));
        assert!(!later(1_401, 150) && !later(799, 150));
    }
}
