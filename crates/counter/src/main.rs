//! `carryall-counter [serve | check-config | healthz | backup FILE] --config FILE`
//!
//! On standard output stands one line, once the counter answers: `listening on http://ADDRESS`; or what a configuration
//! comes to. Everything else goes to standard error, and none of it is personal.

#![allow(clippy::print_stdout, reason = "the line that says where it listens is its interface")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use carryall_counter::ledger::sqlite::backup;
use carryall_counter::{App, Config, ConfigError, StartError, SystemClock, health};
use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser, Subcommand};
use tracing::{error, info};
use tracing_subscriber::EnvFilter;

/// Decides who may export their account data, and when.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The configuration: a TOML file.
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Answers until it is told to stop. This is what happens where no command is given.
    Serve,
    /// Reads the configuration and what it names, and says what would hold. Opens nothing.
    CheckConfig,
    /// Asks the counter that runs with this configuration on this machine whether it is up; for the health check of a container.
    Healthz,
    /// Copies the ledger into a new file while the counter may be running. Whoever starts a counter on the copy has restored it:
    /// no export begins for one cooldown, unless an operator waives that.
    Backup {
        /// The file to write; it must not be there yet.
        to: PathBuf,
    },
}

impl Arguments {
    /// The file; a message and the end of the program where none is named.
    fn config(&self) -> PathBuf {
        let missing = || Self::command().error(ErrorKind::MissingRequiredArgument, "name the configuration: --config FILE");
        self.config.clone().unwrap_or_else(|| missing().exit())
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let file = arguments.config();
    let outcome = match arguments.command {
        None | Some(Command::Serve) => serve(&file).await,
        Some(Command::CheckConfig) => check_config(&file).map_err(Into::into),
        Some(Command::Healthz) => is_well(&file),
        Some(Command::Backup { to }) => back_up(&file, &to).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            error!("{reason}");
            ExitCode::FAILURE
        }
    }
}

fn check_config(file: &Path) -> Result<(), ConfigError> {
    let config = Config::load(file)?;
    config.check_files(Arc::new(SystemClock::trusted_now()))?;
    print!("{}", config.summary());
    Ok(())
}

fn is_well(file: &Path) -> Result<(), Box<dyn std::error::Error>> {
    Ok(health::ask(Config::load(file)?.listen)?)
}

async fn back_up(file: &Path, to: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let config = Config::load(file)?;
    backup::copy(&config.database, to).await?;
    println!("copied {} to {}", config.database.display(), to.display());
    Ok(())
}

async fn serve(file: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let config = Config::load(file).map_err(StartError::from)?;
    let app = App::open(config, Arc::new(SystemClock::trusted_now())).await?;
    let stop = stop_signal()?;
    println!("listening on http://{}", app.address());
    app.run(stop).await;
    info!("stopped");
    Ok(())
}

/// Resolves on SIGTERM and SIGINT.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Resolves on Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
