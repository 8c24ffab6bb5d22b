//! What an export costs, measured in real browsers: built here as people get it, measured by `carryall-bench`.

use crate::machine::{Failure, Machine};
use crate::{build, tools};

/// Builds everything for release and measures; the options are `carryall-bench`'s.
///
/// # Errors
///
/// Where an export does not end whole, or the pages thrown away are not the ones exported.
pub(crate) fn bench(machine: &Machine, options: &[String]) -> Result<(), Failure> {
    tools::ensure(machine)?;
    build::release(machine)?;
    let mut bench = machine.command(build::released(machine, "carryall-bench"));
    machine.run_command(bench.args(options))
}
