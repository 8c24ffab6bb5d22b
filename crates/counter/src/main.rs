//! `carryall-counter --config FILE`
//!
//! On standard output stands one line, once the counter answers: `listening on http://ADDRESS`. Everything else goes to
//! standard error, and none of it is personal.

#![allow(clippy::print_stdout, reason = "the one line that says where it listens is its interface")]

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use carryall_counter::{App, Config, StartError, SystemClock};
use clap::Parser;
use tracing::{error, info};
use tracing_subscriber::EnvFilter;

/// Decides who may export their account data, and when.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The configuration: a TOML file.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match serve(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            error!("{reason}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let config = Config::load(&arguments.config).map_err(StartError::from)?;
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
