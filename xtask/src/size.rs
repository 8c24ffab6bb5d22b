//! How large the wasm package is, and may be: people wait for it before their export can begin.

use std::fs;

use crate::build::WASM;
use crate::machine::{Failure, Machine};

/// Bytes after `gzip -9` at most.
const LIMIT: usize = 255_000;

/// Prints the size and holds it against the limit.
///
/// # Errors
///
/// Where the package is not built, or is too large.
pub(crate) fn check(machine: &Machine) -> Result<(), Failure> {
    let wasm = machine.root().join(WASM);
    let unbuilt = |error| Failure(format!("{WASM}: {error}; run `cargo xtask test wasm` first"));
    let raw = fs::metadata(&wasm).map_err(unbuilt)?.len();
    let gzip = machine.command("gzip").args(["-9", "--stdout"]).arg(&wasm).output()?.stdout.len();
    println!("{WASM}: {raw} bytes, {gzip} after gzip -9, of {LIMIT} allowed");
    if gzip <= LIMIT { Ok(()) } else { Err(Failure(format!("the wasm is {} bytes too large", gzip - LIMIT))) }
}
