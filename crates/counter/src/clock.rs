//! The counter's clock: the only one that counts, and one that tests can set.
//!
//! **While a clock that jumped is wrong, nothing is decided**: a step forward would end every cooldown and every run at
//! once. Whoever asks is told to ask again, so what runs goes on once the clock is right.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use carryall_protocol::Timestamp;

/// How far the clock may be stepped while the counter runs.
const TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;

    /// Whether it has run evenly since the counter started. If it has not, nothing is decided until it is set
    /// right or the counter is started again.
    fn is_steady(&self) -> bool;
}

/// The machine's clock, held against its steady one, which counts from boot and cannot be set.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    wall: Timestamp,
    steady: Duration,
}

impl SystemClock {
    /// The clock as it is trusted from now on.
    #[must_use]
    pub fn trusted_now() -> Self {
        Self { wall: wall_clock(), steady: since_boot() }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        wall_clock()
    }

    fn is_steady(&self) -> bool {
        let expected = self.wall.after(since_boot().saturating_sub(self.steady));
        let now = self.now();
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machines_clock_is_steady_until_it_differs_from_the_one_that_cannot_be_set() {
        let clock = SystemClock::trusted_now();
        assert!(clock.is_steady());
        let before = Timestamp::from_millis(clock.wall.as_millis() - 400_000);
        assert!(!SystemClock { wall: before, ..clock }.is_steady());
        assert!(!SystemClock { wall: clock.wall.after(Duration::from_secs(400)), ..clock }.is_steady());
    }
}
