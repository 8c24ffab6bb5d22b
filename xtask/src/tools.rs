//! What the commands need beside Rust, Node and a C compiler, and how each missing piece is installed.
//!
//! **No tool downloads a browser or another tool of its own**: browsers and drivers are Debian's and cargo's, Python packages are pip's. A
//! machine that has everything is found so within a fraction of a second.

use std::fs;
use std::path::Path;

use crate::machine::{Failure, Machine};
use crate::python;

/// A program that cargo installs, at exactly this version.
struct CargoTool {
    package: &'static str,
    program: &'static str,
    version: String,
}

/// A program, and the Debian package that has it.
const DEBIAN: [(&str, &str); 14] = [
    ("chromium", "chromium"),
    ("chromedriver", "chromium-driver"),
    ("firefox-esr", "firefox-esr"),
    ("WebKitWebDriver", "webkit2gtk-driver"), // it brings MiniBrowser
    ("Xvfb", "xvfb"),                         // MiniBrowser cannot do without a display
    ("7z", "p7zip-full"),
    ("bsdtar", "libarchive-tools"),
    ("unzip", "unzip"),                // and zipinfo
    ("jq", "jq"),                      // the guide to the archive looks into export.json with it
    ("javac", "default-jdk-headless"), // the check runs a .java file as it stands, which a JRE alone cannot
    ("python3", "python3"),
    ("pip3", "python3-pip"),
    ("nginx", "nginx"), // before a bulk route, where it asks the counter
    ("caddy", "caddy"), // the same
];

/// The oldest Node whose test runner knows the names given to it.
const NODE_MAJOR: u32 = 20;

/// Installs what is missing.
///
/// # Errors
///
/// Where something is missing and cannot be installed from here; says what to type.
pub(crate) fn ensure(machine: &Machine) -> Result<(), Failure> {
    ensure_wasm_target(machine)?;
    ensure_cargo_tools(machine)?;
    ensure_debian_packages(machine)?;
    python::ensure(machine)
}

/// Node and npm, for the checks of the page's own scripts.
///
/// # Errors
///
/// Where Node is missing.
pub(crate) fn ensure_node(machine: &Machine) -> Result<(), Failure> {
    let major = machine.version_of("node").and_then(|version| version.split('.').next()?.parse::<u32>().ok());
    if machine.find("npm").is_none() || major.is_none_or(|major| major < NODE_MAJOR) {
        return Err(Failure(format!(
            "Node {NODE_MAJOR} or newer is missing: install it from your system's packages or from nodejs.org"
        )));
    }
    if node_modules_are_current(machine.root()) {
        return Ok(());
    }
    machine.run("npm", &["ci", "--no-audit", "--no-fund"])
}

fn ensure_wasm_target(machine: &Machine) -> Result<(), Failure> {
    let sysroot = machine.command("rustc").args(["--print", "sysroot"]).output()?.stdout;
    let sysroot = String::from_utf8_lossy(&sysroot).trim().to_owned();
    if Path::new(&sysroot).join("lib/rustlib/wasm32-unknown-unknown/lib").is_dir() {
        return Ok(());
    }
    machine.run("rustup", &["target", "add", "wasm32-unknown-unknown"])
}

fn ensure_cargo_tools(machine: &Machine) -> Result<(), Failure> {
    let missing = missing_cargo_tools(machine)?;
    if missing.is_empty() {
        return Ok(());
    }
    let mut install = machine.command("cargo");
    install.arg("install").args(missing.iter().map(|tool| format!("{}@{}", tool.package, tool.version)));
    machine.run_command(&mut install)
}

fn missing_cargo_tools(machine: &Machine) -> Result<Vec<CargoTool>, Failure> {
    let lock = fs::read_to_string(machine.root().join("Cargo.lock"))?;
    let mut tools = cargo_tools(locked_version(&lock, "wasm-bindgen")?);
    tools.retain(|tool| machine.version_of(tool.program).as_ref() != Some(&tool.version));
    Ok(tools)
}

/// The tools; wasm-bindgen's command must be of the very version the package was compiled with.
fn cargo_tools(wasm_bindgen: &str) -> Vec<CargoTool> {
    let tool = |package, program, version: &str| CargoTool { package, program, version: version.to_owned() };
    vec![
        tool("wasm-pack", "wasm-pack", "0.15.1"),
        tool("wasm-bindgen-cli", "wasm-bindgen", wasm_bindgen),
        tool("geckodriver", "geckodriver", "0.37.0"),
    ]
}

/// The version of a package in the text of a Cargo.lock.
fn locked_version<'lock>(lock: &'lock str, package: &str) -> Result<&'lock str, Failure> {
    let entry = format!("name = \"{package}\"\nversion = \"");
    let version = lock.split_once(&entry).and_then(|(_, rest)| rest.split('"').next());
    version.ok_or_else(|| Failure(format!("Cargo.lock names no {package}: run `cargo update --workspace` and try again")))
}

fn ensure_debian_packages(machine: &Machine) -> Result<(), Failure> {
    let packages = missing_debian_packages(machine);
    if packages.is_empty() {
        return Ok(());
    }
    let Some(mut prefix) = root_prefix(machine) else {
        return Err(Failure(format!("install these first: sudo apt-get install {}", packages.join(" "))));
    };
    prefix.push("apt-get");
    let apt = |arguments: &[&str]| {
        let words: Vec<&str> = prefix.iter().copied().chain(arguments.iter().copied()).collect();
        let (program, rest) = words.split_first().map_or(("apt-get", &[][..]), |(program, rest)| (*program, rest));
        machine.run_command(machine.command(program).args(rest).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt(&["update", "--quiet"])?;
    apt(&[&["install", "--yes", "--quiet", "--no-install-recommends"], packages.as_slice()].concat())
}

fn missing_debian_packages(machine: &Machine) -> Vec<&'static str> {
    DEBIAN.into_iter().filter(|(program, _)| machine.find(program).is_none()).map(|(_, package)| package).collect()
}

/// What makes a command run as root here: nothing, or sudo without a password; `None` where apt-get is no way.
fn root_prefix(machine: &Machine) -> Option<Vec<&'static str>> {
    machine.find("apt-get")?;
    let user = machine.command("id").arg("-u").output().ok()?;
    if user.stdout.trim_ascii() == b"0" {
        return Some(Vec::new());
    }
    let sudo = machine.command("sudo").args(["-n", "true"]).output().ok()?;
    sudo.status.success().then(|| vec!["sudo", "-n"])
}

/// npm writes its own copy of the lock file last.
fn node_modules_are_current(root: &Path) -> bool {
    let modified = |file: &str| fs::metadata(root.join(file)).and_then(|data| data.modified()).ok();
    match (modified("package-lock.json"), modified("node_modules/.package-lock.json")) {
        (Some(asked), Some(installed)) => installed >= asked,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;

    use super::*;

    const LOCK: &str =
        "[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n\n[[package]]\nname = \"zip\"\nversion = \"9.4.1\"\n";

    /// A machine with these programs alone, each telling this version.
    fn machine_with(name: &str, programs: &[(&str, &str)]) -> Machine {
        let root = std::env::temp_dir().join(format!("xtask-{}-{name}", std::process::id()));
        fs::create_dir_all(&root).unwrap();
        fs::write(root.join("Cargo.lock"), LOCK).unwrap();
        for (program, version) in programs {
            let file: PathBuf = root.join(program);
            fs::write(&file, format!("#!/bin/sh\necho {program} {version}\n")).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        Machine::new(root.clone(), root.into_os_string())
    }

    fn packages(tools: &[CargoTool]) -> Vec<String> {
        tools.iter().map(|tool| format!("{}@{}", tool.package, tool.version)).collect()
    }

    #[test]
    fn a_bare_machine_lacks_every_tool() {
        let machine = machine_with("bare", &[]);
        let missing = missing_cargo_tools(&machine).unwrap();
        assert_eq!(packages(&missing), ["wasm-pack@0.15.1", "wasm-bindgen-cli@0.2.130", "geckodriver@0.37.0"]);
        assert_eq!(missing_debian_packages(&machine), DEBIAN.map(|(_, package)| package));
    }

    #[test]
    fn a_tool_of_another_version_is_missing() {
        let machine = machine_with("old", &[("wasm-pack", "0.15.1"), ("wasm-bindgen", "0.2.129"), ("geckodriver", "0.37.0")]);
        assert_eq!(packages(&missing_cargo_tools(&machine).unwrap()), ["wasm-bindgen-cli@0.2.130"]);
    }

    #[test]
    fn a_machine_without_root_is_told_what_to_type() {
        let failure = ensure_debian_packages(&machine_with("rootless", &[("unzip", "6"), ("python3", "3")])).unwrap_err();
        let expected = "install these first: sudo apt-get install chromium chromium-driver firefox-esr webkit2gtk-driver xvfb p7zip-full libarchive-tools jq default-jdk-headless python3-pip nginx caddy";
        assert_eq!(failure.to_string(), expected);
    }

    #[test]
    fn a_lock_without_the_package_says_so() {
        assert_eq!(locked_version(LOCK, "zip").unwrap(), "9.4.1");
        assert!(locked_version(LOCK, "serde").unwrap_err().to_string().contains("names no serde"));
    }
}
