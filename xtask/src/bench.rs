//! What an export costs, measured in real browsers: built here as people get it, measured by `carryall-bench`.

use crate::machine::{Failure, Machine};
use crate::{build, tools};

/// Builds everything for release and measures; the options are `carryall-bench`'s.
///
/// # Errors
///
/// Where an export does not end whole, or the pages thrown away are not the ones exported.
pub(crate) fn bench(machine: &Machine, options: &[String]) -> Result<(), Failure> {
    if let Some(at) = options.iter().position(|option| option == "--counter") {
        return counter(machine, options.get(at + 1..).unwrap_or_default());
    }
    tools::ensure(machine)?;
    if options.iter().any(|option| option == "--peers") {
        install_peers(machine)?;
    } else {
        build::split(machine)?;
    }
    build::release(machine)?;
    let mut bench = machine.command(build::released(machine, "carryall-bench"));
    machine.run_command(bench.args(options))
}

/// How many exports a counter takes through their lives, each decision on disk; the option is how many seconds it is measured for.
fn counter(machine: &Machine, options: &[String]) -> Result<(), Failure> {
    let packages = ["--package", "carryall-counter", "--package", "carryall-bench-counter"];
    machine.run("cargo", &[&["build", "--release", "--bins"], &packages[..]].concat())?;
    let mut bench = machine.command(build::released(machine, "carryall-bench-counter"));
    machine.run_command(bench.arg(build::released(machine, "carryall-counter")).args(options))
}

/// Measures a small account with what the tests build. The figures say nothing: what is tested is that there are some.
///
/// # Errors
///
/// Where a measurement fails, or lacks what it promises.
pub(crate) fn smoke(machine: &Machine) -> Result<(), Failure> {
    install_peers(machine)?;
    build::tests(machine)?;
    let test = ["test", "--workspace", "--test", "measurements", "--", "--test-threads=1"];
    machine.run_command(machine.command("cargo").args(test).env("RUST_LIB_BACKTRACE", "0"))
}

/// The other zip libraries, as `bench/package-lock.json` pins them.
fn install_peers(machine: &Machine) -> Result<(), Failure> {
    tools::ensure_node(machine)?;
    machine.run("npm", &["ci", "--prefix", "bench", "--prefer-offline", "--no-audit", "--no-fund"])
}
