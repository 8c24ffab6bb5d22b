//! What tests need of Python beyond its own library: installed into `target/python`, and nowhere else.

use std::process::Stdio;

use crate::machine::{Failure, Machine};

/// The packages, each at exactly this version.
const PACKAGES: [(&str, &str); 3] = [
    ("aiosmtpd", "1.4.6"),  // a mail server, for the counter's mails
    ("ariadne-x", "0.6.0"), // a reader of X's own archives
    ("bagit", "1.9.0"),     // the Library of Congress's reader of bags, for archives
];

/// Where they are, below the workspace.
const FOLDER: &str = "target/python";

/// Installs what is missing.
///
/// # Errors
///
/// Where Python or pip fails; says which command.
pub(crate) fn ensure(machine: &Machine) -> Result<(), Failure> {
    let missing: Vec<String> = PACKAGES
        .into_iter()
        .filter(|(package, version)| installed(machine, package).as_deref() != Some(*version))
        .map(|(package, version)| format!("{package}=={version}"))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    // Debian keeps pip out of a new environment; it installs into one all the same.
    machine.run("python3", &["-m", "venv", "--without-pip", FOLDER])?;
    let mut install = machine.command("pip3");
    install.args(["--python", &interpreter(), "install", "--quiet", "--disable-pip-version-check"]).args(missing);
    machine.run_command(&mut install)
}

fn interpreter() -> String {
    format!("{FOLDER}/bin/python")
}

/// The version that is there; nothing where the package is not.
fn installed(machine: &Machine, package: &str) -> Option<String> {
    let tell = format!("import importlib.metadata as m; print(m.version({package:?}))");
    let interpreter = machine.root().join(interpreter());
    let output = machine.command(interpreter).args(["-c", &tell]).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
