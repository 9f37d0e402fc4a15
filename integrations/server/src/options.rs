//! The options of the server.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use s3_replication::Dialect;

/// An S3 server for tests that really replicates.
///
/// Clients use path-style addresses, any Region, the access key `replication` and the secret
/// `replication-secret`. When the server takes requests, it prints `listening on
/// http://ADDRESS:PORT` on standard output.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "s3-replication-server",
    version,
    after_help = "Example:\n  s3-replication-server --listen 127.0.0.1:9000 --delay 2\n  \
                  AWS_ACCESS_KEY_ID=replication AWS_SECRET_ACCESS_KEY=replication-secret \\\n  \
                  aws --endpoint-url http://127.0.0.1:9000 --region us-east-1 s3api list-buckets"
)]
#[non_exhaustive]
pub struct Options {
    /// Address to listen on; port 0 picks a free port
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:9000")]
    pub listen: SocketAddr,
    /// Store whose semantics to apply; `s3-replication dialects` lists them
    #[arg(long, value_name = "NAME", default_value = "aws")]
    pub dialect: Dialect,
    /// Seconds that a change waits before it is replicated, so that `PENDING` can be seen
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = seconds)]
    pub delay: Duration,
    /// Folder that keeps all buckets, objects and jobs; without it they are gone at the end
    #[arg(long, value_name = "FOLDER")]
    pub data: Option<PathBuf>,
    /// Address for metrics in the text format of Prometheus, at /metrics
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub metrics: Option<SocketAddr>,
    /// Allow an address that other machines can reach
    #[arg(long)]
    pub allow_remote: bool,
    /// Log messages on standard error: error, warn, info (one for each request) or debug
    #[arg(long, value_name = "LEVEL", default_value = "warn")]
    pub log_level: tracing::Level,
    /// Format of the log
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

/// The format of the log.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
#[expect(clippy::exhaustive_enums, reason = "for people, and for programs")]
pub enum LogFormat {
    /// One line of text for each message
    Text,
    /// One JSON document for each message
    Json,
}

impl Default for Options {
    /// Listens on a free port of the loopback address.
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            dialect: Dialect::AWS,
            delay: Duration::ZERO,
            data: None,
            metrics: None,
            allow_remote: false,
            log_level: tracing::Level::WARN,
            log_format: LogFormat::Text,
        }
    }
}

/// The greatest delay: a day.
const LONGEST: f64 = 86_400.0;

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok().filter(|seconds| (0.0..=LONGEST).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| "give seconds from 0 to 86400".to_owned())
}
