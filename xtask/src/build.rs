//! The wasm package and the native binaries.

use std::fs;
use std::path::PathBuf;

use crate::machine::{Failure, Machine};
use crate::module::Module;
use crate::order;
use crate::tools;

/// Where [`wasm`] puts the module, below the workspace's folder.
pub(crate) const WASM: &str = "pkg/carryall_bg.wasm";

/// What the optimiser may use: all that rustc used, and nothing that a browser does not know yet.
const WASM_FEATURES: [&str; 7] = [
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];
/// What it does. The lowest 1024 bytes are the deep end of the stack, where no pointer begins. The second round takes away what
/// the first laid bare, 1.6 KB after gzip. rustc has put each function where it runs fastest; what the optimiser would put into its only
/// caller besides makes functions of a hundred kilobytes with thousands of locals, a fiftieth smaller and 16 KB larger after gzip. rustc
/// has found common subexpressions too; those of the optimiser cost a local each, 0.7 KB after gzip.
const WASM_OPT: [&str; 12] = [
    "-Os",
    "-Os",
    "--always-inline-max-function-size",
    "2",
    "--flexible-inline-max-function-size",
    "5",
    "--one-caller-inline-max-function-size",
    "20",
    "--skip-pass",
    "local-cse",
    "--low-memory-unused",
    "--debuginfo",
];
/// The last step, once functions have the names that [`order`] gives them: names are for those who measure.
const WASM_STRIP: [&str; 4] = ["--reorder-functions-by-name", "--strip-debug", "--strip-producers", "--strip-target-features"];

/// Everything, as people get it.
///
/// # Errors
///
/// Where something does not compile.
pub(crate) fn release(machine: &Machine) -> Result<(), Failure> {
    wasm(machine)?;
    let packages =
        ["carryall-demo", "carryall-counter", "carryall-cli", "carryall-end-to-end"].map(|package| ["--package", package]);
    machine.run("cargo", &[&["build", "--release", "--bins"], packages.as_flattened()].concat())
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
/// Where it does not compile, or there is no Node to run the optimiser with.
pub(crate) fn wasm(machine: &Machine) -> Result<(), Failure> {
    package(machine, ".", WASM)
}

/// The stages of an export one at a time, into `bench/split/pkg/`, built and optimised as the package is.
///
/// # Errors
///
/// As [`wasm`].
pub(crate) fn split(machine: &Machine) -> Result<(), Failure> {
    package(machine, "bench/split", "bench/split/pkg/carryall_split_bg.wasm")
}

/// The package of the crate in `folder`, into its `pkg/`, where the module then lies.
fn package(machine: &Machine, folder: &str, module: &str) -> Result<(), Failure> {
    tools::ensure_node(machine)?;
    let build = ["build", folder, "--profile", "wasm", "--target", "web", "--mode", "no-install", "--no-opt", "--out-dir", "pkg"];
    machine.run("wasm-pack", &build)?;
    fs::create_dir_all(machine.root().join("target"))?;
    let wasm_opt = |options: &[&str], from: &str, to: &str| {
        let program = machine.root().join("node_modules/.bin/wasm-opt");
        machine.run_command(machine.command(program).args(WASM_FEATURES).args(options).args([from, "-o", to]))
    };
    let named = named(module);
    wasm_opt(&WASM_OPT, module, &named)?;
    let ordered = named.replace("named-", "ordered-");
    fs::write(machine.root().join(&ordered), in_order(&fs::read(machine.root().join(&named))?)?)?;
    wasm_opt(&WASM_STRIP, &ordered, module)
}

/// The module with its functions called by their places in the order in which they compress best.
fn in_order(module: &[u8]) -> Result<Vec<u8>, Failure> {
    let module = Module::read(module).ok_or_else(|| Failure("the optimiser wrote no wasm module".to_owned()))?;
    let mut names = vec![String::new(); module.bodies.len()];
    for (place, function) in order::alike(&module.bodies).into_iter().enumerate() {
        names[function] = format!("{place:06}");
    }
    Ok(module.renamed(&names))
}

/// Where a module of this path lies with the names of its functions.
pub(crate) fn named(module: &str) -> String {
    let file = module.rsplit('/').next().unwrap_or(module);
    format!("target/named-{file}")
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
