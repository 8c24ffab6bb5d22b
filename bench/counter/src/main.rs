//! `carryall-bench-counter COUNTER [SECONDS]`: how many exports a counter takes through their lives.
//!
//! The counter is the shipped binary, in a process of its own, with its SQLite file on disk, every commit waited for, and mail going
//! to a server that never answers: so the mails are written into the outbox, and the confirmation tokens are read from there. The
//! people are this process: their CPU is taken from the same machine, so the figures are what counter and people reach together.

#![allow(clippy::print_stdout, reason = "a table for people is what it is for")]

mod people;
mod stack;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use futures_util::future::try_join_all;
use people::Person;
use serde_json::json;
use stack::Stack;

/// How many people there are at once.
const PEOPLE: usize = 64;

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let counter = PathBuf::from(arguments.next().context("usage: carryall-bench-counter COUNTER [SECONDS]")?);
    let span = Duration::from_secs(arguments.next().map_or(Ok(10), |text| text.parse())?);
    let stack = Stack::start(&counter).await?;
    let cycles = measure(span, |worker| live(&stack, worker)).await?;
    let reads = measure(span, |worker| look(&stack, worker)).await?;
    let resident = stack.resident_bytes()?;
    report(&cycles, &reads, resident)
}

/// What came of one measurement.
struct Measured {
    per_second: f64,
    /// How long each answer took, shortest first.
    answers: Vec<Duration>,
}

impl Measured {
    fn percentile(&self, part: f64) -> f64 {
        let last = self.answers.len().saturating_sub(1);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "an index")]
        let index = (last as f64 * part) as usize;
        self.answers.get(index).map_or(0.0, |took| took.as_secs_f64() * 1000.0)
    }
}

/// Lets everybody repeat something until the time is over.
async fn measure<F, Fut>(span: Duration, one: F) -> Result<Measured>
where
    F: Fn(usize) -> Fut,
    Fut: Future<Output = Result<Vec<Duration>>>,
{
    let begun = Instant::now();
    let everybody = (0..PEOPLE).map(|worker| {
        let one = &one;
        async move {
            let (mut done, mut answers) = (0_u32, Vec::new());
            while begun.elapsed() < span {
                answers.extend(one(worker).await?);
                done += 1;
            }
            anyhow::Ok((done, answers))
        }
    });
    let everybody = try_join_all(everybody).await?;
    let took = begun.elapsed().as_secs_f64();
    let done: u32 = everybody.iter().map(|(done, _)| done).sum();
    let mut answers: Vec<_> = everybody.into_iter().flat_map(|(_, answers)| answers).collect();
    answers.sort_unstable();
    Ok(Measured { per_second: f64::from(done) / took, answers })
}

/// One export from its request to its completion, by somebody who never had one.
async fn live(stack: &Stack, _: usize) -> Result<Vec<Duration>> {
    let mut person = stack.somebody_new()?;
    let export = person.post("/v1/exports", &json!({"categories": ["calls", "contacts"]})).await?;
    let id = export["id"].as_str().context("an export has an id")?.to_owned();
    let path = |what: &str| format!("/v1/exports/{id}/{what}");
    let token = stack.token(&id).await?;
    person.post(&path("confirm"), &json!({"token": token})).await?;
    let started = person.post(&path("start"), &json!({})).await?;
    let hold = json!({"lease": started["lease"], "epoch": started["epoch"]});
    person.take_ticket(&started);
    let renewed = person.post(&path("heartbeat"), &hold).await?;
    person.take_ticket(&renewed);
    let complete = json!({"lease": hold["lease"], "epoch": hold["epoch"], "payload_digest": "0".repeat(64)});
    person.post(&path("complete"), &complete).await?;
    Ok(person.answers)
}

/// A look at the current export.
async fn look(stack: &Stack, worker: usize) -> Result<Vec<Duration>> {
    let mut person: Person = stack.somebody(worker)?;
    person.current().await?;
    Ok(person.answers)
}

fn report(cycles: &Measured, reads: &Measured, resident: u64) -> Result<()> {
    #[allow(clippy::cast_precision_loss, reason = "a figure for people")]
    let resident = resident as f64 / 1e6;
    println!("{PEOPLE} people at once");
    println!("life cycles   {:>9.0} a second   request, confirm, start, heartbeat, complete; each on disk", cycles.per_second);
    println!("  an answer   {:>9.1} ms median, {:.1} ms p99", cycles.percentile(0.5), cycles.percentile(0.99));
    println!("GET current   {:>9.0} a second   {:.1} ms p99", reads.per_second, reads.percentile(0.99));
    println!("resident      {resident:>9.1} MB");
    let figures = json!({
        "cycles_per_s": cycles.per_second,
        "p99_ms": cycles.percentile(0.99),
        "reads_per_s": reads.per_second,
        "resident_mb": resident,
    });
    std::fs::create_dir_all("target/bench")?;
    std::fs::write("target/bench/counter.json", format!("{figures}\n"))?;
    Ok(())
}
