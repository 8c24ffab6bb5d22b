//! What the page sees of a running export, at most four times a second.

use std::time::Duration;

use carryall_core::Export;
use carryall_protocol::Timestamp;
use carryall_protocol::job::{Phase, Progress, StagingKind};

use crate::clock::now;
use crate::page::JobPage;

/// Between two messages while reading.
const EVERY: Duration = Duration::from_millis(250);

/// Sends progress to the page.
pub(crate) struct Reporter<'a> {
    page: &'a JobPage,
    staging: StagingKind,
    last: Timestamp,
}

impl<'a> Reporter<'a> {
    pub(crate) const fn new(page: &'a JobPage, staging: StagingKind) -> Self {
        Self { page, staging, last: Timestamp::from_millis(0) }
    }

    /// Tells how far reading is, unless it was told just now.
    pub(crate) fn reading(&mut self, export: &Export, archive_bytes: u64, waiting_until: Option<Timestamp>) {
        if now().since(self.last) >= EVERY {
            self.show(Phase::Reading, export, archive_bytes, waiting_until);
        }
    }

    /// Tells that a phase begins.
    pub(crate) fn phase(&mut self, phase: Phase, export: &Export, archive_bytes: u64) {
        self.show(phase, export, archive_bytes, None);
    }

    /// Tells that the counter could not be told of the completion and when it is asked again, or that it is asked.
    pub(crate) fn completing(&mut self, export: &Export, archive_bytes: u64, waiting_until: Option<Timestamp>) {
        self.show(Phase::Completing, export, archive_bytes, waiting_until);
    }

    fn show(&mut self, phase: Phase, export: &Export, archive_bytes: u64, waiting_until: Option<Timestamp>) {
        self.last = now();
        let streams = export.progress();
        let media = export.media_progress();
        let staging = Some(self.staging);
        self.page.show(&Progress { phase, streams, archive_bytes, waiting_until, ahead: None, staging, media });
    }
}

/// Tells that the export waits for a place, behind so many others.
pub(crate) fn queued(page: &JobPage, ahead: Option<u32>) {
    let (phase, streams) = (Phase::Queued, Vec::new());
    page.show(&Progress { phase, streams, archive_bytes: 0, waiting_until: None, ahead, staging: None, media: None });
}
