//! A small S3 server for tests that really replicates.
//!
//! The server is a memory store of [`s3_replication`] behind `s3s`: what it replicates, and where it
//! refuses, is what the model says. The binary has the same options:
//!
//! ```sh
//! cargo run -p s3-replication-server -- --listen 127.0.0.1:9000
//! ```
//!
//! A Rust test can run the server in its own process:
//!
//! ```
//! use s3_replication_server::{Options, Server};
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = Server::start(Options::default()).await?;
//! let endpoint = format!("http://{}", server.address());
//! // … requests to `endpoint`, with the credentials of `Options` …
//! server.stop().await;
//! # Ok(())
//! # }
//! ```

mod attributes;
mod auth;
mod blob;
mod clock;
mod connections;
mod control;
mod core;
mod errors;
mod journal;
mod metrics;
mod options;
mod replicator;
mod requests;
mod route;
mod service;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use s3s::service::S3ServiceBuilder;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use self::blob::Blobs;
use self::core::Core;
use self::journal::{Journal, JournalError};
use self::metrics::Metrics;
pub use self::options::{LogFormat, Options};
use self::replicator::run;
use self::route::Route;
use self::service::{Service, Shared};

/// The access key that the server knows.
pub const ACCESS_KEY: &str = "replication";
/// The secret of [`ACCESS_KEY`].
pub const SECRET_KEY: &str = "replication-secret";

/// The number of connections that may wait to be accepted. Linux allows no more by default, and resets
/// some of those above.
const WAITING: u32 = 4096;

/// A running server.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    metrics_address: Option<SocketAddr>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    replicator: JoinHandle<()>,
}

/// The error of starting a server.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct StartError(#[from] Cause);

#[derive(Debug, thiserror::Error)]
enum Cause {
    #[error("{0} is not a loopback address; give `--allow-remote` to let other machines in")]
    Remote(SocketAddr),
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
    #[error("cannot create a folder for the bodies in {}: {}", .0.display(), .1)]
    Folder(PathBuf, io::Error),
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl Server {
    /// Starts a server, which takes requests when this returns.
    ///
    /// # Errors
    ///
    /// The address is in use or not a loopback address, or the data folder cannot be used.
    #[expect(
        clippy::unused_async,
        reason = "listening needs the runtime, which a future that is polled surely has"
    )]
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let listener = listen(options.listen, options.allow_remote)?;
        let metrics_listener = match options.metrics {
            Some(address) => Some(listen(address, options.allow_remote)?),
            None => None,
        };
        let blobs = Blobs::new(options.data.as_deref()).map_err(|error| {
            Cause::Folder(options.data.clone().unwrap_or_else(std::env::temp_dir), error)
        });
        let blobs = Arc::new(blobs?);
        let metrics = Arc::new(Metrics::default());
        let mut core = Core::new(options.dialect.clone(), blobs.clone(), metrics.clone());
        if let Some(folder) = &options.data {
            let journal = Journal::open(folder, options.dialect.name(), &mut core);
            core.set_journal(journal.map_err(Cause::Journal)?);
        }
        let core = Mutex::new(core);
        let shared = Arc::new(Shared { core, blobs, metrics, delay: options.delay });
        let mut builder = S3ServiceBuilder::new(Service(shared.clone()));
        builder.set_auth(auth::OneKey);
        builder.set_route(Route(shared.clone()));
        let service = builder.build();
        let (stop, stopped) = watch::channel(false);
        let address = address_of(&listener, options.listen)?;
        let mut tasks = vec![tokio::spawn(connections::serve(
            listener,
            service,
            shared.clone(),
            stopped.clone(),
        ))];
        let mut metrics_address = None;
        if let (Some(listener), Some(given)) = (metrics_listener, options.metrics) {
            metrics_address = Some(address_of(&listener, given)?);
            tasks.push(tokio::spawn(connections::serve_metrics(listener, shared.clone(), stopped)));
        }
        let replicator = tokio::spawn(run(shared));
        Ok(Self { address, metrics_address, stop, tasks, replicator })
    }

    /// Returns the address that the server listens on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the address of the metrics, if there is one.
    #[must_use]
    pub const fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics_address
    }

    /// Stops the server: takes no more requests, and waits for those in progress, up to ten seconds.
    pub async fn stop(self) {
        let _receivers = self.stop.send(true);
        for task in self.tasks {
            let _ended = task.await;
        }
        self.replicator.abort();
        let _ended = self.replicator.await;
    }
}

fn listen(address: SocketAddr, allow_remote: bool) -> Result<TcpListener, Cause> {
    if !allow_remote && !address.ip().is_loopback() {
        return Err(Cause::Remote(address));
    }
    bind(address).map_err(|error| Cause::Listen(address, error))
}

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A server that stopped a moment ago had the same address.
    socket.set_reuseaddr(cfg!(unix))?;
    socket.bind(address)?;
    socket.listen(WAITING)
}

fn address_of(listener: &TcpListener, given: SocketAddr) -> Result<SocketAddr, Cause> {
    listener.local_addr().map_err(|error| Cause::Listen(given, error))
}
