//! How much memory the browser takes while something runs: the pages of all its processes, resident or swapped out, looked at
//! twenty times a second. Pages that two processes share count twice, before and while; what is told is how much it grew.
//!
//! Linux alone: elsewhere nothing grows.

use std::collections::HashMap;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

const EVERY: Duration = Duration::from_millis(50);
/// A page that was just closed gives its memory back within this time.
const SETTLED: Duration = Duration::from_secs(5);
const STEADY_BYTES: u64 = 2 << 20;

/// A watch over the browser's memory.
#[derive(Debug)]
pub struct MemoryWatch {
    before: u64,
    highest: Arc<AtomicU64>,
    ended: Arc<AtomicBool>,
    watcher: JoinHandle<()>,
}

impl MemoryWatch {
    /// Waits until the memory of what this process has started is steady, and watches it from then on.
    #[must_use]
    pub fn begin() -> Self {
        Self::of(std::process::id())
    }

    /// The same of another process.
    fn of(ancestor: u32) -> Self {
        let before = steady(ancestor);
        let (highest, ended) = (Arc::new(AtomicU64::new(before)), Arc::new(AtomicBool::new(false)));
        let watcher = thread::spawn({
            let (highest, ended) = (Arc::clone(&highest), Arc::clone(&ended));
            move || {
                while !ended.load(Ordering::Relaxed) {
                    highest.fetch_max(taken_bytes(ancestor), Ordering::Relaxed);
                    thread::sleep(EVERY);
                }
            }
        });
        Self { before, highest, ended, watcher }
    }

    /// Ends the watch: bytes that it grew by at most.
    #[must_use]
    pub fn end(self) -> u64 {
        self.ended.store(true, Ordering::Relaxed);
        let _ = self.watcher.join();
        self.highest.load(Ordering::Relaxed) - self.before
    }
}

fn steady(ancestor: u32) -> u64 {
    let deadline = Instant::now() + SETTLED;
    let mut last = taken_bytes(ancestor);
    loop {
        thread::sleep(EVERY * 10);
        let now = taken_bytes(ancestor);
        if now.abs_diff(last) < STEADY_BYTES || Instant::now() > deadline {
            return now;
        }
        last = now;
    }
}

/// Of every process that one has started, and they, and so on; but for the host and the counter.
fn taken_bytes(ancestor: u32) -> u64 {
    let processes: HashMap<u32, Process> = all_processes().into_iter().map(|process| (process.id, process)).collect();
    let is_ours = |process: &&Process| {
        let mut line = std::iter::successors(Some(*process), |process| processes.get(&process.parent));
        line.any(|process| process.parent == ancestor) && !process.name.starts_with("carryall-")
    };
    processes.values().filter(is_ours).map(|process| bytes_of(process.id)).sum()
}

struct Process {
    id: u32,
    parent: u32,
    name: String,
}

fn all_processes() -> Vec<Process> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let ids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    ids.filter_map(|id: u32| process(id, &fs::read_to_string(format!("/proc/{id}/stat")).ok()?)).collect()
}

/// `12 (a name) S 7 ...`: the name may hold anything, even a parenthesis.
fn process(id: u32, stat: &str) -> Option<Process> {
    let (head, tail) = stat.rsplit_once(')')?;
    let (_, name) = head.split_once('(')?;
    let parent = tail.split_whitespace().nth(1)?.parse().ok()?;
    Some(Process { id, parent, name: name.to_owned() })
}

/// What is resident, and what a kernel short of memory has swapped out.
fn bytes_of(id: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    status
        .lines()
        .filter_map(|line| line.strip_prefix("VmRSS:").or_else(|| line.strip_prefix("VmSwap:")))
        .filter_map(kibibytes)
        .sum()
}

/// The bytes of `  1234 kB`.
fn kibibytes(field: &str) -> Option<u64> {
    Some(field.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::process::{Command, Stdio};

    #[test]
    fn a_process_that_grows_is_noticed() {
        // The other tests start processes as well: only what this shell starts is watched.
        let script = "read go; python3 -c 'x = bytearray(64 << 20); print(0, flush=True); input()'; true";
        let mut shell = Command::new("sh").args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let watch = MemoryWatch::of(shell.id());
        shell.stdin.as_mut().unwrap().write_all(b"go\n").unwrap();
        // Kept open: who writes to nobody ends.
        let mut told = shell.stdout.take().unwrap();
        told.read_exact(&mut [0]).unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        while watch.highest.load(Ordering::Relaxed) - watch.before < 64 << 20 {
            assert!(Instant::now() < deadline, "{} bytes were noticed", watch.highest.load(Ordering::Relaxed) - watch.before);
            thread::yield_now();
        }
        drop(shell.stdin.take());
        shell.wait().unwrap();
        assert!(watch.end() >= 64 << 20);
    }

    #[test]
    fn a_name_may_hold_a_parenthesis() {
        let process = process(12, "12 (a) b (c)) S 7 1 1").unwrap();
        assert_eq!((process.id, process.parent, process.name.as_str()), (12, 7, "a) b (c)"));
    }
}
