//! The only place that reads a clock or sleeps.

use std::time::Duration;

use carryall_protocol::Timestamp;
use gloo_timers::future::TimeoutFuture;

/// Now, as this device's clock says.
pub(crate) fn now() -> Timestamp {
    // Milliseconds since 1970 are a whole number below 2^53 until the year 287396.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "see above")]
    Timestamp::from_millis(js_sys::Date::now().max(0.0) as u64)
}

/// Randomness for the jitter of waits; nothing that must be secret.
pub(crate) fn seed() -> u64 {
    (js_sys::Math::random() * f64::from(u32::MAX)).to_bits()
}

/// Sleeps; longer than 24 days becomes 24 days.
pub(crate) async fn sleep(duration: Duration) {
    TimeoutFuture::new(u32::try_from(duration.as_millis()).unwrap_or(u32::MAX / 2).min(u32::MAX / 2)).await;
}
