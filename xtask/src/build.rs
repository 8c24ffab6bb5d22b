//! The wasm package and the native binaries.

use crate::machine::{Failure, Machine};

/// What a browser test needs beside the wasm package: the sample host, the counter, and the one that drives both.
const BINARIES: [&str; 7] =
    ["build", "--package", "carryall-demo", "--package", "carryall-counter", "--package", "carryall-end-to-end"];

/// Everything, as people get it.
///
/// # Errors
///
/// Where something does not compile.
pub(crate) fn release(machine: &Machine) -> Result<(), Failure> {
    wasm(machine)?;
    machine.run("cargo", &[&BINARIES[..], &["--bins", "--release"]].concat())
}

/// The wasm package, into `pkg/`; always optimised, because only that is what people get.
///
/// # Errors
///
/// Where it does not compile.
pub(crate) fn wasm(machine: &Machine) -> Result<(), Failure> {
    machine.run("wasm-pack", &["build", "--release", "--target", "web", "--mode", "no-install", "--out-dir", "pkg"])
}

/// The native binaries as the tests use them, next to the tests.
///
/// # Errors
///
/// Where something does not compile.
pub(crate) fn binaries(machine: &Machine) -> Result<(), Failure> {
    machine.run("cargo", &[&BINARIES[..], &["--bins"]].concat())
}
