//! The program, run over archives in a folder of their own.

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::made;

/// What was found in one archive.
#[derive(Debug)]
pub(crate) struct Found(Value);

impl Found {
    pub(crate) fn is_right(&self) -> bool {
        self.0["verdict"] == "right"
    }

    /// Findings of a verdict, each as `check: words`.
    pub(crate) fn all(&self, verdict: &str) -> Vec<String> {
        let findings = self.0["findings"].as_array().unwrap().iter().filter(|finding| finding["verdict"] == verdict);
        findings.map(|finding| format!("{}: {}", finding["check"].as_str().unwrap(), finding["says"].as_str().unwrap())).collect()
    }

    #[track_caller]
    pub(crate) fn assert_wrong(&self, says: &str) {
        let wrong = self.all("wrong");
        assert!(wrong.iter().any(|of| of.contains(says)), "nothing wrong is told with {says:?}: {wrong:#?}");
    }
}

/// Verifies many archives, a hundred with each run; with the counter's keys.
pub(crate) fn verify_all(archives: impl IntoIterator<Item = Vec<u8>>) -> Vec<Found> {
    let folder = TempDir::new().unwrap();
    let keys = folder.path().join("keys.json");
    std::fs::write(&keys, made::key_set()).unwrap();
    let mut found = Vec::new();
    let mut archives = archives.into_iter().peekable();
    while archives.peek().is_some() {
        let files: Vec<PathBuf> = archives
            .by_ref()
            .take(100)
            .enumerate()
            .map(|(at, zip)| {
                let file = folder.path().join(format!("{at}.zip"));
                std::fs::write(&file, zip).unwrap();
                file
            })
            .collect();
        let output = program().args(["--json", "--keys"]).arg(&keys).args(&files).output().unwrap();
        let lines: Vec<Found> = told(&output).lines().map(|line| Found(serde_json::from_str(line).unwrap())).collect();
        assert_eq!(lines.len(), files.len(), "{output:?}");
        assert_eq!(output.status.code(), Some(i32::from(!lines.iter().all(Found::is_right))), "{output:?}");
        found.extend(lines);
    }
    found
}

/// Verifies one archive, with the counter's keys.
pub(crate) fn verify(zip: Vec<u8>) -> Found {
    verify_all([zip]).pop().unwrap()
}

/// `carryall verify`, without a file yet.
pub(crate) fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_carryall"));
    program.arg("verify");
    program
}

/// What was printed.
pub(crate) fn told(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}
