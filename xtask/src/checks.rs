//! Every test there is, in the order that tells soonest. A failed step does not keep the others from running.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::machine::{Failure, Machine};
use crate::{bench, build, size, tools};

/// One step: its name on the command line, and what it does.
type Step = (&'static str, fn(&Machine) -> Result<(), Failure>);

const STEPS: [Step; 19] = [
    ("tools", tools::ensure),
    ("format", |machine| machine.run("cargo", &["fmt", "--all", "--check"])),
    ("lint", lint_native),
    ("lint-wasm", lint_wasm),
    ("docs", docs),
    ("native", |machine| machine.run("cargo", &["test", "--workspace"])),
    ("readers", readers),
    ("mail", |machine| machine.run("cargo", &["test", "--package", "carryall-counter", "--test", "mail_server"])),
    ("wasm", build::wasm),
    ("size", size::check),
    ("node", tools::ensure_node),
    ("scripts-types", |machine| machine.run("npm", &["run", "--silent", "check"])),
    ("scripts", |machine| machine.run("npm", &["test", "--silent"])),
    ("wasm-chromium", |machine| wasm_tests(machine, "--chrome", "--chromedriver", "chromedriver")),
    ("wasm-firefox", |machine| wasm_tests(machine, "--firefox", "--geckodriver", "geckodriver")),
    ("chromium", |machine| end_to_end(machine, "chromium::")),
    ("firefox", |machine| end_to_end(machine, "firefox::")),
    ("webkitgtk", |machine| end_to_end(machine, "webkitgtk::")),
    ("bench", bench::smoke),
];

/// What takes half an hour and 25 GB of disk, and is asked for by `--huge`.
const HUGE: [Step; 3] = [("tools", tools::ensure), ("wasm", build::wasm), ("huge", huge)];

/// How one step ended.
struct Outcome {
    name: &'static str,
    failure: Option<Failure>,
    elapsed: Duration,
}

/// Runs the steps named, or all of them, and counts.
///
/// # Errors
///
/// Where a name is no step's.
pub(crate) fn run(machine: &Machine, names: &[String]) -> Result<ExitCode, Failure> {
    if names == ["--huge"] {
        return Ok(tell(&HUGE.map(|step| run_step(machine, step))));
    }
    if let Some(unknown) = names.iter().find(|name| STEPS.iter().all(|(step, _)| step != name)) {
        let known = STEPS.map(|(name, _)| name).join(" ");
        return Err(Failure(format!("there is no step {unknown:?}; these there are: {known}")));
    }
    let asked = STEPS.into_iter().filter(|(name, _)| names.is_empty() || names.iter().any(|asked| asked == name));
    let outcomes: Vec<Outcome> = asked.map(|step| run_step(machine, step)).collect();
    Ok(tell(&outcomes))
}

fn run_step(machine: &Machine, (name, step): Step) -> Outcome {
    println!("\n== {name}");
    let started = Instant::now();
    let failure = step(machine).err();
    if let Some(failure) = &failure {
        println!("{failure}");
    }
    Outcome { name, failure, elapsed: started.elapsed() }
}

/// The list of steps, what failed again at the end, and the line that counts.
fn tell(outcomes: &[Outcome]) -> ExitCode {
    println!();
    for Outcome { name, failure, elapsed } in outcomes {
        let verdict = failure.as_ref().map_or_else(|| "passed".to_owned(), |failure| format!("FAILED  {failure}"));
        println!("{name:<15} {:>6.1} s  {verdict}", elapsed.as_secs_f64());
    }
    let failed = outcomes.iter().filter(|outcome| outcome.failure.is_some()).count();
    println!("\n{} passed, {failed} failed", outcomes.len() - failed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn lint_native(machine: &Machine) -> Result<(), Failure> {
    let lint = |targets: &[&str]| machine.run("cargo", &[&["clippy"], targets, &["--", "-Dwarnings"]].concat());
    lint(&["--workspace", "--all-targets"])?;
    let apart = ["journeys", "readers", "measurements", "mail_server"]; // not among "all": they need other programs to run
    lint(&[&["--workspace"], apart.map(|test| ["--test", test]).as_flattened()].concat())
}

fn lint_wasm(machine: &Machine) -> Result<(), Failure> {
    let target = ["clippy", "--package", "carryall", "--all-targets", "--target", "wasm32-unknown-unknown", "--", "-Dwarnings"];
    machine.run("cargo", &target)
}

fn docs(machine: &Machine) -> Result<(), Failure> {
    let mut doc = machine.command("cargo");
    doc.args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-Dwarnings");
    machine.run_command(&mut doc)
}

/// Archives as other people's tools see them, and `carryall verify`.
fn readers(machine: &Machine) -> Result<(), Failure> {
    build::tests(machine)?;
    machine.run("cargo", &["test", "--workspace", "--test", "readers"])
}

/// The tests of `tests/` that run as wasm inside a browser, driven by the driver found here.
fn wasm_tests(machine: &Machine, browser: &str, flag: &str, driver: &str) -> Result<(), Failure> {
    let missing = || Failure(format!("{driver} is missing: run `cargo xtask test tools`"));
    let driver = machine.find(driver).ok_or_else(missing)?;
    let driver = driver.to_string_lossy();
    machine.run("wasm-pack", &["test", "--mode", "no-install", "--headless", browser, flag, &driver])
}

/// Gigabytes through one browser, and ten minutes without a counter.
fn huge(machine: &Machine) -> Result<(), Failure> {
    build::tests(machine)?;
    let test = ["test", "--workspace", "--test", "journeys", "--", "--ignored", "--nocapture", "--test-threads=1"];
    machine.run_command(machine.command("cargo").args(test).env("RUST_LIB_BACKTRACE", "0"))
}

/// The journeys of `tests/end-to-end`, one at a time: each is a browser, a host and a counter already.
fn end_to_end(machine: &Machine, browser: &str) -> Result<(), Failure> {
    build::tests(machine)?;
    let test = ["test", "--workspace", "--test", "journeys", "--", "--test-threads=1", browser];
    // A journey tells where it went otherwise; the harness's own frames would bury that.
    machine.run_command(machine.command("cargo").args(test).env("RUST_LIB_BACKTRACE", "0"))
}
