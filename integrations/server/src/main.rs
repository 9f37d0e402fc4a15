//! The binary: options, log, and the signals that end the server.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use s3_replication_server::{LogFormat, Options, Server};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    start_log(&options);
    let server = match Server::start(options).await {
        Ok(server) => server,
        Err(error) => {
            let _written = writeln!(io::stderr(), "error: {error}");
            return ExitCode::from(2);
        }
    };
    let mut out = io::stdout();
    if let Some(address) = server.metrics_address() {
        tracing::info!(%address, "metrics");
    }
    // A caller that reads the address waits for this line.
    let line = writeln!(out, "listening on http://{}", server.address()).and_then(|()| out.flush());
    if line.is_err() {
        server.stop().await;
        return ExitCode::SUCCESS;
    }
    wait_for_end().await;
    server.stop().await;
    ExitCode::SUCCESS
}

fn start_log(options: &Options) {
    // `s3s` logs every refusal as an error; the line of the request has its status.
    let filter = EnvFilter::new(format!("{},s3s=off", options.log_level));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    match options.log_format {
        LogFormat::Text => log.with_ansi(false).init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
}

/// Waits for the signal to end: Ctrl-C, or that of `kill` and of container engines.
async fn wait_for_end() {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
