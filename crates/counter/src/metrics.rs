//! What is counted for the operator, in OpenMetrics text. **No label holds an id, an address or anything a person typed**: every
//! label comes from a fixed list, so the number of series is bounded too.

use std::fmt;
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::ledger::registry::{StandingView, Tally};

/// A label and its value.
type Label = (&'static str, String);

/// The bounds of the buckets that answers are sorted into by the time they took, in seconds.
const SECONDS: [f64; 9] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.0];

/// Everything that is counted.
pub struct Metrics {
    registry: Registry,
    answers: Family<[Label; 3], Counter>,
    seconds: Family<[Label; 1], Histogram, fn() -> Histogram>,
    events: Family<[Label; 1], Counter>,
    refusals: Family<[Label; 1], Counter>,
    mails: Family<[Label; 1], Counter>,
    exports: Family<[Label; 1], Gauge>,
    running: Gauge,
    waiting: Gauge,
    outbox: Gauge,
    paused: Gauge,
    restored: Gauge,
    clock_right: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("carryall_counter");
        let seconds = Family::new_with_constructor((|| Histogram::new(SECONDS)) as fn() -> Histogram);
        registry.register_with_unit("answer_duration", "How long answers took", Unit::Seconds, seconds.clone());
        let metrics = Self {
            answers: Family::default(),
            seconds,
            events: Family::default(),
            refusals: Family::default(),
            mails: Family::default(),
            exports: Family::default(),
            running: Gauge::default(),
            waiting: Gauge::default(),
            outbox: Gauge::default(),
            paused: Gauge::default(),
            restored: Gauge::default(),
            clock_right: Gauge::default(),
            registry: Registry::default(),
        };
        registry.register("answers", "Answers by method, route and status", metrics.answers.clone());
        registry.register("events", "What happened to exports", metrics.events.clone());
        registry.register("refusals", "Refusals by their code", metrics.refusals.clone());
        registry.register("mails", "Mails by what became of them: sent, delayed, refused", metrics.mails.clone());
        registry.register("exports", "Exports on record by state", metrics.exports.clone());
        registry.register("running", "Exports with a live lease", metrics.running.clone());
        registry.register("waiting", "Exports that wait for a place", metrics.waiting.clone());
        registry.register("outbox", "Mails that wait", metrics.outbox.clone());
        registry.register("paused", "1 while the operator lets nothing begin", metrics.paused.clone());
        registry.register("restored", "1 while nothing begins after a restore", metrics.restored.clone());
        registry.register("clock_right", "0 while the clock is wrong and nothing is decided", metrics.clock_right.clone());
        Self { registry, ..metrics }
    }
}

impl Metrics {
    /// An answer went out.
    pub fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("status", status.to_string())];
        self.answers.get_or_create(&labels).inc();
        self.seconds.get_or_create(&[("route", route.to_owned())]).observe(took.as_secs_f64());
    }

    /// Something happened to an export.
    pub fn happened(&self, event: &str) {
        self.events.get_or_create(&[("event", event.to_owned())]).inc();
    }

    /// Something was refused.
    pub fn refused(&self, code: &str) {
        self.refusals.get_or_create(&[("code", code.to_owned())]).inc();
    }

    /// A mail was tried.
    pub fn mailed(&self, outcome: &'static str) {
        self.mails.get_or_create(&[("outcome", outcome.to_owned())]).inc();
    }

    /// Everything as OpenMetrics text, with what the ledger says now.
    ///
    /// # Errors
    ///
    /// Those of formatting, which these metrics do not cause.
    pub fn text(&self, tally: &Tally, standing: &StandingView) -> Result<String, fmt::Error> {
        self.exports.clear();
        for (state, many) in &tally.states {
            self.exports.get_or_create(&[("state", state.clone())]).set(gauge(*many));
        }
        self.running.set(gauge(tally.running));
        self.waiting.set(gauge(tally.waiting));
        self.outbox.set(gauge(tally.mails));
        self.paused.set(i64::from(standing.paused));
        self.restored.set(i64::from(standing.not_before.is_some()));
        self.clock_right.set(i64::from(standing.clock_right));
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

fn gauge(many: u64) -> i64 {
    i64::try_from(many).unwrap_or(i64::MAX)
}
