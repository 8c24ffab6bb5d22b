//! How large the wasm package is, and may be: people wait for it before their export can begin.
//!
//! What lies in it is told crate by crate, beside what lay there when `xtask/wasm-size.txt` was last written. That file is no
//! limit; it says what grew.

use std::collections::BTreeMap;
use std::fs;

use crate::build::{WASM, named};
use crate::machine::{Failure, Machine};
use crate::module::Module;

/// Bytes after `gzip -9` at most.
const LIMIT: usize = 240_000;
/// The last table, below the workspace's folder; and where the new one is written.
const LAST_TABLE: &str = "xtask/wasm-size.txt";
const TABLE: &str = "target/wasm-size.txt";
/// Changes of fewer bytes before compression are not told.
const WORTH_TELLING: i64 = 1_000;

/// Prints the size, raw and after gzip, and what grew; holds it against the limit.
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
    let grown = compare(machine)?;
    if gzip <= LIMIT {
        return Ok(());
    }
    Err(Failure(format!("the wasm is {} bytes too large after gzip; since {LAST_TABLE}: {grown}", gzip - LIMIT)))
}

/// Writes the new table, and says in what it differs from the last.
fn compare(machine: &Machine) -> Result<String, Failure> {
    let named = named(WASM);
    let module = fs::read(machine.root().join(&named))?;
    let module =
        Module::read(&module).ok_or_else(|| Failure(format!("{named} cannot be read; run `cargo xtask test wasm` again")))?;
    let bytes = |bytes| i64::try_from(bytes).unwrap_or(i64::MAX);
    let sizes: BTreeMap<String, i64> = module.bytes_by_crate().into_iter().map(|(name, size)| (name, bytes(size))).collect();
    let table: String = sizes.iter().map(|(name, bytes)| format!("{bytes:>8} {name}\n")).collect();
    fs::write(machine.root().join(TABLE), table)?;
    let last = parse(&fs::read_to_string(machine.root().join(LAST_TABLE))?);
    let changes = changes(&last, &sizes);
    println!("since {LAST_TABLE} (before compression; `cp {TABLE} {LAST_TABLE}` begins anew): {changes}");
    Ok(changes)
}

fn parse(table: &str) -> BTreeMap<String, i64> {
    let row = |line: &str| {
        let (bytes, name) = line.trim_start().split_once(' ')?;
        Some((name.to_owned(), bytes.parse().ok()?))
    };
    table.lines().filter_map(row).collect()
}

/// `serde_json +21000, core -3000`, the largest first.
fn changes(last: &BTreeMap<String, i64>, now: &BTreeMap<String, i64>) -> String {
    let names: Vec<&String> = last.keys().chain(now.keys().filter(|name| !last.contains_key(*name))).collect();
    let bytes = |of: &BTreeMap<String, i64>, name| of.get(name).copied().unwrap_or(0);
    let mut changes: Vec<(i64, &String)> = names.into_iter().map(|name| (bytes(now, name) - bytes(last, name), name)).collect();
    changes.retain(|(by, _)| by.abs() >= WORTH_TELLING);
    changes.sort_by_key(|(by, _)| -by);
    let told: Vec<String> = changes.iter().map(|(by, name)| format!("{name} {by:+}")).collect();
    if told.is_empty() { "no change".to_owned() } else { told.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_grew_comes_first_and_what_hardly_changed_is_not_told() {
        let last = parse("  20000 core\n   9000 gone\n    500 serde\n");
        let now = parse("  19100 core\n   5000 new\n    500 serde\n");
        assert_eq!(changes(&last, &now), "new +5000, gone -9000");
        assert_eq!(changes(&now, &now), "no change");
    }
}
