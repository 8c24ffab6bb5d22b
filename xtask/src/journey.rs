//! One export in a real browser, the sample served until Ctrl-C, pictures of the panel: built here, done by
//! `carryall-journey`.

use crate::machine::{Failure, Machine};
use crate::{build, tools};

/// Builds everything and exports the sample account.
///
/// # Errors
///
/// On any deviation: the journey says which.
pub(crate) fn export(machine: &Machine, options: &[String]) -> Result<(), Failure> {
    journey(machine, "export", options)
}

/// Builds everything and serves the sample.
///
/// # Errors
///
/// Where the host or the counter does not start.
pub(crate) fn serve(machine: &Machine, options: &[String]) -> Result<(), Failure> {
    journey(machine, "serve", options)
}

/// Builds everything and saves pictures of the panel's states.
///
/// # Errors
///
/// Where the export does not get through all of them.
pub(crate) fn screenshots(machine: &Machine) -> Result<(), Failure> {
    journey(machine, "screenshots", &[])
}

fn journey(machine: &Machine, command: &str, options: &[String]) -> Result<(), Failure> {
    tools::ensure(machine)?;
    build::release(machine)?;
    let mut journey = machine.command(build::released(machine, "carryall-journey"));
    machine.run_command(journey.arg(command).args(options))
}
