//! The same pages thrown away after work that does nothing but take as long as packing would: **no export whose packing costs that
//! much is faster**, for there is nothing else in it. What can be asked of one is read off here.

use std::fmt;

use serde::Serialize;

use super::spine::{median, rate};
use super::{Bench, Pages};

/// Work that takes as long as packing would, and does nothing.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Work {
    /// For a megabyte of pages.
    pub millis: f64,
    /// Whether a second worker takes what it can of it.
    pub is_shared: bool,
}

/// What an export could reach whose packing took so long, if nothing else came to fetching: no start, no writing, no reading back.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Ceiling {
    /// Milliseconds for a megabyte of pages.
    pub packing_ms_mb: f64,
    /// Packed by the worker that fetches.
    pub one_worker_mb_s: f64,
    /// Packed by that and another, whichever has time.
    pub two_workers_mb_s: f64,
}

/// Measures the ceiling of one case: the median of its rounds.
///
/// # Errors
///
/// Where the pages cannot be fetched.
pub async fn measure(bench: &Bench, pages: &Pages, millis: f64, rounds: usize) -> anyhow::Result<Ceiling> {
    let mut rates = [Vec::new(), Vec::new()];
    for _ in 0..rounds {
        for (rates, is_shared) in rates.iter_mut().zip([false, true]) {
            let discarded = bench.discard(pages, Some(Work { millis, is_shared })).await?;
            rates.push(rate(discarded.bytes, discarded.millis));
        }
    }
    let [one_worker_mb_s, two_workers_mb_s] = rates.map(median);
    Ok(Ceiling { packing_ms_mb: millis, one_worker_mb_s, two_workers_mb_s })
}

impl fmt::Display for Ceiling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { packing_ms_mb, one_worker_mb_s, two_workers_mb_s } = self;
        write!(
            f,
            "  MB/s at most, if packing took {packing_ms_mb} ms a MB: {one_worker_mb_s:.1} in one worker, {two_workers_mb_s:.1} in two"
        )
    }
}
