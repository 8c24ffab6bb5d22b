//! The wasm package and the native binaries.

use std::path::PathBuf;

use crate::machine::{Failure, Machine};

/// Everything, as people get it.
///
/// # Errors
///
/// Where something does not compile.
pub(crate) fn release(machine: &Machine) -> Result<(), Failure> {
    wasm(machine)?;
    let packages = ["--package", "carryall-demo", "--package", "carryall-counter", "--package", "carryall-end-to-end"];
    machine.run("cargo", &[&["build", "--release", "--bins"], &packages[..]].concat())
}

/// Where [`release`] puts a binary.
pub(crate) fn released(machine: &Machine, binary: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    machine.root().join(target).join("release").join(binary)
}

/// The wasm package, into `pkg/`; always optimised, because only that is what people get.
///
/// # Errors
///
/// Where it does not compile.
pub(crate) fn wasm(machine: &Machine) -> Result<(), Failure> {
    machine.run("wasm-pack", &["build", "--release", "--target", "web", "--mode", "no-install", "--out-dir", "pkg"])
}

/// All tests, and with them the binaries they call, next to them. Built as one, for else the packages they share would be
/// compiled again with other features.
///
/// # Errors
///
/// Where something does not compile.
pub(crate) fn tests(machine: &Machine) -> Result<(), Failure> {
    machine.run("cargo", &["test", "--quiet", "--workspace", "--no-run"])
}
