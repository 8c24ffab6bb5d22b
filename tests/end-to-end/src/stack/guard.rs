//! A real nginx in front of the host, configured as the documentation says: the API opens to the ticket of a running export alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::{free_port, workspace};
use crate::process::Process;

/// Puts nginx between the browser and the host; gives its process and its address.
///
/// # Errors
///
/// Where there is no nginx, or it does not listen.
pub(super) fn start(host: &str, counter: &str, whoami: &str, folder: &Path) -> Result<(Process, String)> {
    let example = fs::read_to_string(workspace().join("docs/examples/nginx.conf"))?;
    let address = format!("127.0.0.1:{}", free_port()?);
    let bare = |address: &str| address.trim_start_matches("http://").to_owned();
    let open = format!("location = {whoami} {{\n        proxy_pass http://app;\n    }}\n\n    location / {{");
    let mut site = example;
    for (from, to) in [
        ("127.0.0.1:8080", bare(host)),
        ("127.0.0.1:9000", bare(counter)),
        ("127.0.0.1:8000", address.clone()),
        ("location /api/bulk/", "location /api/".to_owned()),
        // The sample serves the panel's files there.
        ("location /carryall/", "location /counter/".to_owned()),
        ("location / {", open),
    ] {
        ensure!(site.contains(from), "docs/examples/nginx.conf does not name {from}");
        site = site.replacen(from, &to, 1);
    }
    let place = folder.join("nginx");
    fs::create_dir(&place)?;
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let temporary = temporary.map(|kind| format!("{kind}_temp_path {}/{kind};\n", place.display())).concat();
    let main = format!("daemon off;\nmaster_process off;\npid {}/pid;\nevents {{}}\n", place.display());
    let config = place.join("nginx.conf");
    fs::write(&config, format!("{main}http {{\naccess_log off;\n{temporary}{site}\n}}\n"))?;
    let mut command = Command::new(program()?);
    command.arg("-p").arg(&place).arg("-c").arg(&config).arg("-e").arg(place.join("error.log"));
    let process = Process::spawn(&mut command, &folder.join("nginx.log"))?;
    wait_for(&address)?;
    Ok((process, format!("http://{address}")))
}

/// Where nginx lies: on the search path, or where Debian puts it.
fn program() -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into()]);
    let mut files = folders.map(|folder| folder.join("nginx"));
    files.find(|file| file.is_file()).context("nginx is missing: run `cargo xtask test tools`")
}

fn wait_for(address: &str) -> Result<()> {
    for _ in 0..500 {
        if std::net::TcpStream::connect(address).is_ok() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    anyhow::bail!("nginx does not listen on {address}")
}
