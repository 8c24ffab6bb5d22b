//! What a counter that was down owes those that ran meanwhile: no browser can renew a lease with a counter that does not answer.

use carryall_protocol::Timestamp;

use super::history::Export;
use crate::policy::Policy;

/// The export as it stands when the counter is back at `now`, having been down since `last_alive`: a lease that was alive then lives
/// for another term, and the run has as much time left as it had. Nothing where the export did not run then.
#[must_use]
pub fn made_good(export: &Export, policy: &Policy, last_alive: Timestamp, now: Timestamp) -> Option<Export> {
    let ran = export.end.is_none() && export.run.as_ref().is_some_and(|run| run.by > last_alive);
    let held = export.lease().is_some_and(|lease| lease.until > last_alive);
    if !ran || !held {
        return None;
    }
    let mut export = export.clone();
    let run = export.run.as_mut()?;
    let lease = run.lease.as_mut()?;
    lease.until = lease.until.max(now.after(policy.lease.ttl));
    run.by = run.by.after(now.since(last_alive));
    export.changed_at = now;
    Some(export)
}
