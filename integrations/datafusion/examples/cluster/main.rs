//! Counts what a configuration replicates of an inventory, on a cluster of Ballista: a scheduler and
//! two executors, each a process of its own on this machine.
//!
//! `cluster CONFIGURATION INVENTORY` takes a file or folder of Parquet, and prints what the example
//! `plan` prints. With `--kill`, the second executor is killed while it works, and the counts stay the
//! same.
//!
//! Every process registers the functions with the configuration under the same name, so the plan
//! contains the name and not the text.

mod children;
mod roles;
#[path = "../shared/mod.rs"]
mod shared;

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use ballista::prelude::SessionContextExt as _;
use datafusion::prelude::{SessionConfig, SessionContext};
use s3_replication_datafusion::{Configurations, register};
use tokio::time::timeout;

use crate::children::Cluster;
use crate::shared::counts::{Counts, count, query};
use crate::shared::{Error, exit_code, tables};

/// The name of the configuration in every process.
const NAME: &str = "photos";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    exit_code(act(&arguments).await)
}

async fn act(arguments: &[String]) -> Result<(), Error> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["--scheduler", port, configuration] => {
            roles::scheduler(port.parse()?, configurations(configuration)?).await
        }
        ["--executor", port, grpc_port, scheduler_port, folder, configuration] => {
            let ports = roles::Ports {
                flight: port.parse()?,
                grpc: grpc_port.parse()?,
                scheduler: scheduler_port.parse()?,
            };
            roles::executor(&ports, folder, configurations(configuration)?).await
        }
        ["--kill", configuration, inventory] => run(configuration, inventory, true).await,
        [configuration, inventory] => run(configuration, inventory, false).await,
        _ => Err("write `cluster [--kill] CONFIGURATION INVENTORY`".into()),
    }
}

/// Reads the configuration, as every process does for itself.
fn configurations(file: &str) -> Result<Configurations, Error> {
    Ok(Configurations::new().with(NAME, &std::fs::read_to_string(file)?)?)
}

/// The time after which a cluster that lost an executor is given up.
const PATIENCE: Duration = Duration::from_mins(2);

/// Runs the query on a cluster, and prints the counts.
///
/// Ballista 55.0 hangs in some runs in which an executor is lost: the one that is left gets no tasks any
/// more, not even those of another query. Then a new cluster gets the query.
async fn run(configuration: &str, inventory: &str, kills: bool) -> Result<(), Error> {
    let inventory = Path::new(inventory);
    if inventory.extension().is_some_and(|extension| extension == "json") {
        let error = "a plan that is sent to an executor does not contain the compression of CSV files; \
                     copy the inventory to Parquet";
        return Err(error.into());
    }
    let mut counts = None;
    if kills {
        if let Ok(ended) = timeout(PATIENCE, ask(configuration, inventory, true)).await {
            counts = Some(ended?);
        } else {
            eprintln!("no answer after {} s: a new cluster is started", PATIENCE.as_secs());
        }
    }
    let counts = match counts {
        Some(counts) => counts,
        None => ask(configuration, inventory, false).await?,
    };
    print!("{counts}");
    Ok(())
}

/// Starts a cluster, and runs the query on it.
async fn ask(configuration: &str, inventory: &Path, kills: bool) -> Result<Counts, Error> {
    let configurations = configurations(configuration)?;
    let mut cluster = Cluster::start(configuration).await?;
    let state = roles::state(SessionConfig::new(), &configurations);
    let mut context = SessionContext::remote_with_state(&cluster.url(), state).await?;
    // The client plans with the functions of the context, not with those of the state.
    register(&mut context, &configurations)?;
    let arguments = tables::register(&context, inventory).await?;
    let start = Instant::now();
    let query = query(NAME, &arguments);
    let counting = count(&context, &query);
    let counts = if kills {
        let (counts, killed) = tokio::join!(counting, cluster.kill_busy_executor());
        killed?;
        counts?
    } else {
        counting.await?
    };
    eprintln!("{}: {:.2} s", inventory.display(), start.elapsed().as_secs_f64());
    Ok(counts)
}
