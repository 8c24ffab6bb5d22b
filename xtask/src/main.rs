//! carryall's commands; `cargo xtask` alone lists them.
//!
//! # Layout
//!
//! | module | what it is |
//! |---|---|
//! | [`machine`] | what this machine has, and how a program is run on it |
//! | [`tools`] | what the commands need, and how each missing piece is installed |
//! | [`python`] | the Python packages that tests need |
//! | [`build`] | the wasm package and the native binaries |
//! | [`journey`] | one export in a real browser, the sample served until Ctrl-C, or pictures of the panel |
//! | [`bench`](mod@bench) | what an export costs, measured |
//! | [`checks`] | every test there is, counted |
//! | [`module`], [`order`] | what a wasm module is made of; the order in which its functions compress best |
//! | [`size`] | how large the wasm package is, and may be |
//!
//! **The standard library only**: the first command on a fresh machine starts within seconds. Absent: anything that
//! talks to a browser or reads an archive; `tests/end-to-end` does.
#![allow(clippy::print_stdout, reason = "a command speaks to the person who called it")]

mod bench;
mod build;
mod checks;
mod journey;
mod machine;
mod module;
mod order;
mod python;
mod size;
mod tools;

use std::process::ExitCode;

use machine::{Failure, Machine};

const COMMANDS: &str = "\
cargo xtask build              builds the wasm package, the sample host and the counter
cargo xtask export [OPTIONS]   exports the sample account in a real browser and checks the archive
    --system talkif|fluxer|x   which sample host; --search off: a Fluxer without its search
    --browser chromium|firefox|webkitgtk
    --size small|medium        how much data the sample account holds
    --layout files|document
cargo xtask serve [OPTIONS]    serves the sample for a look by hand, until Ctrl-C
    --system talkif|fluxer|x  --size small|medium
cargo xtask screenshots        pictures of the panel's states, into target/screenshots
cargo xtask bench [OPTIONS]    measures exports in both browsers, into target/bench; less where told so
    --browser chromium|firefox  --size small|medium|large  --page-records 100|1000  --data chat|incompressible
    --layout files|document  --latency MILLISECONDS  --rounds N  --peers: beside other zip libraries, on the same pages
    --counter [SECONDS]: a counter's life cycles and reads a second, and its memory
cargo xtask test [STEP...]     every test, or the steps named: `N passed, M failed` at the end
    --huge: instead, gigabytes of records and media through one browser, and an export that its counter
    leaves alone at the end; half an hour, 25 GB of disk

Each command installs what it needs and does not find: the wasm32 target, wasm-pack, wasm-bindgen-cli, geckodriver and,
on Debian, the browsers and archivers that the checks call.";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next();
    let rest: Vec<String> = arguments.collect();
    match run(command.as_deref(), &rest) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("\n{failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Option<&str>, arguments: &[String]) -> Result<ExitCode, Failure> {
    let machine = Machine::of_this_process();
    match command {
        Some("build") => tools::ensure(&machine).and_then(|()| build::release(&machine))?,
        Some("export") => journey::export(&machine, arguments)?,
        Some("serve") => journey::serve(&machine, arguments)?,
        Some("bench") => bench::bench(&machine, arguments)?,
        Some("screenshots") => journey::screenshots(&machine)?,
        Some("test") => return checks::run(&machine, arguments),
        None | Some("help" | "--help" | "-h") => println!("{COMMANDS}"),
        Some(other) => return Err(Failure(format!("there is no command {other:?}; these there are:\n\n{COMMANDS}"))),
    }
    Ok(ExitCode::SUCCESS)
}
