//! The one writer: commands are taken in the order they come, and many are committed at once.
//!
//! **Nobody hears of a decision before it is on disk.** What makes a commit dear is that the disk is waited for; so while it is
//! waited for, commands gather, and the next commit takes them all. If a batch fails, each of its commands is tried alone: what is
//! wrong with one account stops no other.

use std::collections::HashMap;
use std::sync::Arc;

use carryall_protocol::{AccountId, Timestamp};
use sqlx::SqliteConnection;
use tokio::sync::{mpsc, oneshot};

use super::{Store, audit, facts, outbox, rows};
use crate::ledger::{Applied, LedgerError, Letter, Outcome, Whose, row};
use crate::rule::{self, Command, Event, History, Refusal, Standing, Transition, run};

/// How many commands are committed at once.
const BATCH: usize = 64;

/// A command that waits to be decided.
pub(super) struct Job {
    whose: Whose,
    command: Command,
    letter: Option<Letter>,
    reply: oneshot::Sender<Result<Outcome, LedgerError>>,
}

impl Job {
    /// The command, and where its outcome will be heard.
    pub(super) fn new(
        whose: Whose,
        command: Command,
        letter: Option<Letter>,
    ) -> (Self, oneshot::Receiver<Result<Outcome, LedgerError>>) {
        let (reply, outcome) = oneshot::channel();
        (Self { whose, command, letter, reply }, outcome)
    }
}

/// What a transaction has written so far.
type Written = HashMap<AccountId, Arc<History>>;

/// What came of a command, and when it was written down, if anything was: a place in the queue is a refusal that is.
struct Decided {
    outcome: Outcome,
    written_at: Option<Timestamp>,
    has_letter: bool,
}

impl Decided {
    const fn refused(refusal: Refusal) -> Self {
        Self { outcome: Err(refusal), written_at: None, has_letter: false }
    }
}

/// Decides and commits until nobody can ask any more.
pub(super) async fn work(store: Arc<Store>, mut waiting: mpsc::Receiver<Job>) {
    let mut jobs = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut jobs, BATCH).await > 0 {
        // Whoever has left does not want it any more.
        jobs.retain(|job| !job.reply.is_closed());
        store.settle_jobs(std::mem::take(&mut jobs)).await;
    }
}

impl Store {
    async fn settle_jobs(&self, jobs: Vec<Job>) {
        match self.commit(&jobs).await {
            Ok(outcomes) => {
                for (job, outcome) in jobs.into_iter().zip(outcomes) {
                    let _ = job.reply.send(Ok(outcome));
                }
            }
            Err(_) if jobs.len() > 1 => {
                for job in jobs {
                    let outcome = self.commit(std::slice::from_ref(&job)).await;
                    let outcome = outcome.and_then(|mut one| one.pop().ok_or(LedgerError::Stopped));
                    let _ = job.reply.send(outcome);
                }
            }
            Err(error) => {
                if let Some(job) = jobs.into_iter().next() {
                    let _ = job.reply.send(Err(error));
                }
            }
        }
    }

    /// One transaction: all of these commands, or none.
    async fn commit(&self, jobs: &[Job]) -> Result<Vec<Outcome>, LedgerError> {
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        let mut written = HashMap::new();
        let mut outcomes = Vec::with_capacity(jobs.len());
        let (mut latest, mut has_letters) = (None, false);
        for job in jobs {
            let decided = match self.time.moment() {
                Ok(now) => self.decide(&mut transaction, &mut written, job, now).await?,
                Err(refusal) => Decided::refused(refusal),
            };
            latest = latest.max(decided.written_at);
            has_letters |= decided.has_letter;
            outcomes.push(decided.outcome);
        }
        let Some(latest) = latest else { return Ok(outcomes) };
        facts::write_moment(&mut transaction, facts::ALIVE_AT, latest).await?;
        transaction.commit().await?;
        self.time.recorded(latest);
        self.memory.keep_written(written);
        if has_letters {
            // Rung here: whoever asked may have left meanwhile.
            self.bell.notify_one();
        }
        Ok(outcomes)
    }

    async fn decide(
        &self,
        connection: &mut SqliteConnection,
        written: &mut Written,
        job: &Job,
        now: Timestamp,
    ) -> Result<Decided, LedgerError> {
        let Some(account) = rows::account_of(connection, &job.whose).await? else {
            // A guess at a confirmation learns nothing; an operator may know that there is none.
            let guess = matches!(job.command, Command::Confirm(_) | Command::Deny(_));
            return Ok(Decided::refused(if guess { Refusal::TokenWrong } else { Refusal::UnknownExport }));
        };
        let before = match written.get(&account).cloned().map_or_else(|| self.memory.find(&account), Ok) {
            Ok(history) => history,
            Err(_) => Arc::new(rows::load(connection, &account, now.before(self.policy.horizon())).await?),
        };
        let standing = self.standing(connection, &job.command, now).await?;
        let transition = match rule::decide(&before, &standing, &self.policy, &job.command, now) {
            Ok(transition) => transition,
            Err(refusal) => return Ok(Decided::refused(refusal)),
        };
        let changed = rows::store(connection, &account, &before, &transition.history).await?;
        audit::write(connection, &(self.pseudonyms)(&account), &before, &changed, Some(&transition), now).await?;
        written.insert(account.clone(), Arc::new(transition.history.clone()));
        if transition.event == Event::Queued {
            return Ok(Decided { outcome: Err(run::queued(&standing, now)), written_at: Some(now), has_letter: false });
        }
        let applied = applied(transition, account, now)?;
        let letter = job.letter.as_ref().filter(|_| applied.event != Event::Repeated);
        if let Some(letter) = letter {
            outbox::enqueue(connection, &applied, letter).await?;
        }
        Ok(Decided { outcome: Ok(applied), written_at: Some(now), has_letter: letter.is_some() })
    }

    /// How the counter stands, as far as this command has to know.
    async fn standing(
        &self,
        connection: &mut SqliteConnection,
        command: &Command,
        now: Timestamp,
    ) -> Result<Standing, LedgerError> {
        let standing = self.facts.standing();
        match command {
            Command::Start(start) if self.policy.max_running.is_some() => {
                let (running, ahead) = rows::crowd(connection, &start.id, now).await?;
                Ok(Standing { running, ahead, ..standing })
            }
            _ => Ok(standing),
        }
    }
}

fn applied(transition: Transition, account: AccountId, now: Timestamp) -> Result<Applied, LedgerError> {
    let Transition { history, export, event } = transition;
    let export = history.exports.into_iter().find(|one| one.id == export);
    Ok(Applied { account, export: export.ok_or(row::unreadable("id"))?, event, now })
}
