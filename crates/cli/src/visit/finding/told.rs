//! A finding in words: counts and names of fields, never a value.

use std::fmt;

use carryall_core::report::Stop;
use carryall_protocol::catalog::PaginatorKind;

use super::{Finding, Kind};

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_good = self.troubles.is_empty();
        write!(f, "{} {}: {}", if is_good { "ok  " } else { "FAIL" }, self.stream.id, self.counts().join(", "))?;
        for ((status, action), times) in &self.expected {
            write!(f, "\n       answered {status} {times} times: {action}, as the catalog says")?;
        }
        for ((kind, what), (times, help)) in &self.troubles {
            let whose = if *kind == Kind::Host { " (the host)" } else { "" };
            let times = if *times > 1 { format!(", {times} times") } else { String::new() };
            write!(f, "\n     ! {what}{times}{whose}")?;
            if !help.is_empty() {
                write!(f, "\n       help: {help}")?;
            }
        }
        self.hints.iter().try_for_each(|hint| write!(f, "\n     - {hint}"))
    }
}

impl Finding {
    fn counts(&self) -> Vec<String> {
        let Some(report) = &self.report else { return Vec::new() };
        let mut counts = vec![count(report.pages, "page"), count(report.received, "record")];
        if let Some(partitions) = &report.partitions {
            counts.push(format!("{} begun", count(partitions.asked, "walk")));
            if partitions.asked == 0 {
                let parent = self.stream.for_each.as_ref().map(|each| each.stream.to_string());
                counts.push(format!("no record of {} to read it for", parent.unwrap_or_default()));
            }
        }
        counts.extend(report.claimed_at_start.map(|total| format!("{total} claimed")));
        let leads = !matches!(
            self.stream.paginator.kind,
            PaginatorKind::SinglePage
                | PaginatorKind::Offset
                | PaginatorKind::PageNumber
                | PaginatorKind::LastRecord
                | PaginatorKind::TimeWindow
        );
        if leads {
            counts.push(format!("{} named a next one", self.leads_on));
        }
        for (what, number) in [
            ("without primary key", self.keyless),
            ("doubled", report.duplicates),
            ("left out by exclude_records", report.excluded.iter().map(|excluded| excluded.records).sum()),
            ("not readable", report.unreadable),
        ] {
            counts.extend((number > 0).then(|| format!("{number} {what}")));
        }
        counts.extend(report.removed_fields.iter().map(|(name, times)| format!("removed {name} ({times})")));
        // That there were no more pages is this check's own doing.
        let stops =
            report.stops.keys().filter(|stop| **stop != Stop::MaxPages).filter_map(|stop| serde_json::to_value(stop).ok());
        let stops: Vec<String> = stops.filter_map(|stop| stop.as_str().map(str::to_owned)).collect();
        counts.extend((!stops.is_empty()).then(|| format!("ended by {}", stops.join(" "))));
        counts
    }
}

fn count(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
