//! `carryall-demo`: serves a sample host, or tells what an export of it must hold.
#![allow(clippy::print_stdout, reason = "a program answers on stdout; logs go to stderr")]

use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use carryall_demo::media::{Mode, Origin, Terms};
use carryall_demo::misbehaviour::Misbehaviour;
use carryall_demo::truth::{Question, Truth};
use carryall_demo::{Deletion, Options, Search, Size, System, Texts, host};
use clap::{Args, Parser, Subcommand, ValueEnum};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// A sample host for carryall: invented data behind a real API.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the host until SIGTERM or SIGINT; prints `media at http://ADDR` and then, when ready, `listening on http://ADDR`.
    Serve(Serve),
    /// Print, as JSON, the count and the digest of the records that an export must hold of each stream.
    Truth(Tell),
}

/// Which data.
#[derive(Args)]
struct Data {
    /// The system imitated.
    #[arg(long, value_enum, default_value = "talkif")]
    system: System,
    /// The seed of its data.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// How much there is.
    #[arg(long, value_enum, default_value = "small")]
    size: Size,
    /// What its long texts are like.
    #[arg(long = "data", value_enum, default_value = "awkward")]
    texts: Texts,
    /// Which contact is deleted while contacts are read.
    #[arg(long, value_enum, default_value = "read")]
    deletion: Deletion,
    /// Whether Fluxer's search is there.
    #[arg(long, value_enum, default_value = "on")]
    search: Search,
    /// The largest media file in bytes; larger ones are drawn anew below it. Where absent they are up to 900 MB large.
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u64).range(1..))]
    media_bytes: Option<u64>,
}

impl Data {
    /// What its media are like, where they lie at this origin.
    fn media(&self, origin: Origin) -> Terms {
        Terms { origin, largest: self.media_bytes.unwrap_or(Terms::default().largest) }
    }
}

#[derive(Args)]
struct Serve {
    #[command(flatten)]
    data: Data,
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Where to listen for media, which records then name; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    media_bind: SocketAddr,
    /// What becomes of all media; they are as they should be where absent.
    #[arg(long, value_enum, value_name = "MODE")]
    misbehave_media: Option<Mode>,
    /// Append a line to this file for every answer of the media host: status, promised bytes, path and query.
    #[arg(long, value_name = "FILE")]
    media_log: Option<PathBuf>,
    /// Seconds that the address of a recording is good.
    #[arg(long, default_value_t = 300, value_name = "SECONDS")]
    recording_seconds: u64,
    /// Where the browser finds the counter.
    #[arg(long, default_value = "http://127.0.0.1:9001")]
    counter_url: String,
    /// The directory that holds `www`, `pkg` and `catalogs`; without it no files are served.
    #[arg(long)]
    assets: Option<PathBuf>,
    /// Whether some requests meet 429 and 503.
    #[arg(long, value_enum, default_value = "on")]
    faults: Switch,
    /// Seconds that an access token is good.
    #[arg(long, default_value_t = 300, value_name = "SECONDS")]
    session_ttl: u64,
    /// The API's largest page; larger wishes are clamped.
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    page_limit: u64,
    /// Append a line to this file for every answer of the API: status, bytes, path and query.
    #[arg(long, value_name = "FILE")]
    access_log: Option<PathBuf>,
    /// Milliseconds of a window of the system's limits; where absent as long as its model's, which a test cannot wait for.
    #[arg(long, value_name = "MILLISECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    limit_window: Option<u64>,
    /// A path below the API that never answers as it should; may be given several times. Modes: html, truncated, not-utf8,
    /// missing, not-array, deep, 500, reset, repeat-token, huge.
    #[arg(long, value_name = "PATH=MODE")]
    misbehave: Vec<Misbehaviour>,
    /// Leave 'wasm-unsafe-eval' out of the content security policy.
    #[arg(long)]
    no_wasm: bool,
    /// Milliseconds that each answer of the API takes beside the work.
    #[arg(long, default_value_t = 0, value_name = "MILLISECONDS")]
    latency: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

#[derive(Args)]
struct Tell {
    #[command(flatten)]
    data: Data,
    /// Whose account, by the mail address of one of its people; the first one's where absent.
    #[arg(long = "as", value_name = "EMAIL")]
    email: Option<String>,
    /// A later export from the same server process, which has deleted its contact already.
    #[arg(long)]
    again: bool,
    /// The origin that records name for media, as the server printed it; the real system's where absent.
    #[arg(long, value_name = "ORIGIN")]
    media_origin: Option<Origin>,
    /// Tell the files of media too: every byte of them is drawn and hashed, so mind --media-bytes.
    #[arg(long)]
    media: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    match Cli::parse().command {
        Command::Serve(serve) => serve_until_told(serve),
        Command::Truth(tell) => print_truth(tell),
    }
}

fn print_truth(Tell { data, email, again, media_origin, media }: Tell) -> Result<(), Box<dyn Error>> {
    let mut question = Question {
        texts: data.texts,
        deletion: data.deletion,
        search: data.search,
        again,
        media: data.media(media_origin.unwrap_or_default()),
        ..Question::new(data.system, data.seed, data.size)
    };
    if let Some(email) = email {
        let known = data.system.people().iter().find(|person| person.email == email);
        question.account = known.ok_or_else(|| format!("nobody here has the mail address {email}"))?.account;
    }
    let truth = Truth::tell(&question);
    let truth = if media { truth.with_media(&question) } else { truth };
    println!("{}", serde_json::to_string(&truth)?);
    Ok(())
}

#[tokio::main]
async fn serve_until_told(serve: Serve) -> Result<(), Box<dyn Error>> {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(io::stderr().is_terminal()).with_writer(io::stderr).init();
    let told = told_to_stop(signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let (app, media) = (TcpListener::bind(serve.listen).await?, TcpListener::bind(serve.media_bind).await?);
    let (address, origin) = (app.local_addr()?, Origin::At(media.local_addr()?));
    let host = host::Host::new(&options(&serve, origin))?;
    println!("media at {origin}\nlistening on http://{address}");
    io::stdout().flush()?;
    host.serve(app, media, told).await?;
    tracing::info!("stopped");
    Ok(())
}

fn options(serve: &Serve, media: Origin) -> Options {
    let Data { system, seed, size, texts, deletion, search, .. } = serve.data;
    Options {
        counter_url: serve.counter_url.clone(),
        assets: serve.assets.clone(),
        faults: serve.faults == Switch::On,
        session_ttl: Duration::from_secs(serve.session_ttl),
        page_limit: serve.page_limit,
        texts,
        deletion,
        search,
        access_log: serve.access_log.clone(),
        limit_window: serve.limit_window.map(Duration::from_millis),
        misbehave: serve.misbehave.clone(),
        media: serve.data.media(media),
        misbehave_media: serve.misbehave_media,
        media_log: serve.media_log.clone(),
        recording_lifetime: Duration::from_secs(serve.recording_seconds),
        wasm: !serve.no_wasm,
        latency: Duration::from_millis(serve.latency),
        ..Options::new(system, seed, size)
    }
}

async fn told_to_stop(mut terminate: Signal, mut interrupt: Signal) {
    tokio::select! {
        _ = terminate.recv() => tracing::info!("told to stop by SIGTERM"),
        _ = interrupt.recv() => tracing::info!("told to stop by SIGINT"),
    }
}
