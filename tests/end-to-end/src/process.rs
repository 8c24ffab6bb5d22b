//! A program that runs as long as its value lives; most say one line when they are ready.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use rustix::process::{Pid, Signal, kill_process};

const START: Duration = Duration::from_secs(30);
const FAREWELL: Duration = Duration::from_secs(5);

/// Dropping it ends the program: politely first, so that a driver can close its browser, then for good.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
}

impl Process {
    /// Starts it, its output into `log`, and waits for the first line that `ready` understands.
    pub(crate) fn start<T: Send + 'static>(
        command: &mut Command,
        log: &Path,
        ready: impl Fn(&str) -> Option<T> + Send + 'static,
    ) -> Result<(Self, T)> {
        let log_file = OpenOptions::new().create(true).append(true).open(log)?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log_file.try_clone()?);
        let (program, mut child) = spawn(command)?;
        let stdout = child.stdout.take().context("no stdout")?;
        let process = Self { child };
        let (said, hears) = channel();
        thread::spawn(move || copy_lines(stdout, log_file, &ready, &said));
        let answer = first(&hears).ok_or_else(|| anyhow!("{program} did not become ready; it says:\n{}", tail(log)))?;
        Ok((process, answer))
    }

    /// Starts one that does not say when it is ready, its output into `log`.
    pub(crate) fn spawn(command: &mut Command, log: &Path) -> Result<Self> {
        let log_file = OpenOptions::new().create(true).append(true).open(log)?;
        command.stdin(Stdio::null()).stdout(log_file.try_clone()?).stderr(log_file);
        Ok(Self { child: spawn(command)?.1 })
    }

    /// Ends it and waits until it is gone.
    pub(crate) fn end(&mut self) {
        if let Ok(Some(_)) = self.child.try_wait() {
            return;
        }
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        let _ = pid.map(|pid| kill_process(pid, Signal::TERM));
        let deadline = Instant::now() + FAREWELL;
        while Instant::now() < deadline {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// The program's name, and the program.
fn spawn(command: &mut Command) -> Result<(String, Child)> {
    let program = command.get_program().to_string_lossy().into_owned();
    let child = command.spawn().with_context(|| format!("{program} could not be started"))?;
    Ok((program, child))
}

/// Keeps reading for as long as the program lives: a full pipe would stop it.
fn copy_lines<T>(stdout: ChildStdout, mut log: File, ready: &impl Fn(&str) -> Option<T>, said: &Sender<T>) {
    for line in BufReader::new(stdout).lines().map_while(Result::ok) {
        let _ = writeln!(log, "{line}");
        if let Some(answer) = ready(&line) {
            let _ = said.send(answer);
        }
    }
}

fn first<T>(hears: &Receiver<T>) -> Option<T> {
    hears.recv_timeout(START).ok()
}

/// The last lines of a log.
pub(crate) fn tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines.get(lines.len().saturating_sub(20)..).unwrap_or_default().join("\n")
}
