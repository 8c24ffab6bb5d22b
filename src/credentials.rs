//! The session's headers, with one refresh at a time, and the counter's ticket.
//!
//! Many requests may meet an ended session at once; the first asks the page to refresh it, the others wait for that and use
//! what came of it. **Headers are kept in memory for the length of one export, and written nowhere.**

use std::cell::RefCell;

use futures_util::lock::Mutex;

use crate::page::{JobPage, NoCredentials};

/// Headers as the page gave them, and which giving it was.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) generation: u64,
}

/// Where the session's headers come from.
pub(crate) struct Credentials {
    page: JobPage,
    session: Mutex<Option<Session>>,
    ticket: RefCell<String>,
}

impl Credentials {
    pub(crate) const fn new(page: JobPage) -> Self {
        Self { page, session: Mutex::new(None), ticket: RefCell::new(String::new()) }
    }

    /// The page behind them.
    pub(crate) const fn page(&self) -> &JobPage {
        &self.page
    }

    /// The counter's ticket; none before the start.
    pub(crate) fn ticket(&self) -> String {
        self.ticket.borrow().clone()
    }

    /// Keeps the counter's newest ticket.
    pub(crate) fn keep_ticket(&self, ticket: String) {
        *self.ticket.borrow_mut() = ticket;
    }

    /// The session's headers. `refused` names the generation that was refused: the page is asked to refresh it, unless that
    /// has happened since.
    ///
    /// # Errors
    ///
    /// [`NoCredentials`] where the page has no headers to give.
    pub(crate) async fn session(&self, refused: Option<u64>) -> Result<Session, NoCredentials> {
        let mut kept = self.session.lock().await;
        let generation = kept.as_ref().map_or(0, |session| session.generation);
        let stale = refused.is_some_and(|refused| refused >= generation);
        if let (Some(session), false) = (kept.as_ref(), stale) {
            return Ok(session.clone());
        }
        let headers = self.page.headers(stale).await?;
        let session = Session { headers, generation: generation + 1 };
        *kept = Some(session.clone());
        Ok(session)
    }
}
