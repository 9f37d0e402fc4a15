//! Counts what a configuration replicates of an inventory, on one machine with all cores.
//!
//! `plan CONFIGURATION INVENTORY` reads the `manifest.json` of an inventory in CSV, with its data
//! files beside it, or a file or folder of Parquet. `plan --sample VERSIONS FOLDER` writes a
//! configuration, and an inventory of so many versions in both forms. `plan --baseline INVENTORY`
//! groups by the columns themselves, for comparison.

mod sample;
#[path = "../shared/mod.rs"]
mod shared;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use datafusion::arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;
use s3_replication_datafusion::{Configurations, register};

use crate::shared::counts::{Counts, count, query};
use crate::shared::{Error, exit_code, tables};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    exit_code(act(&arguments).await)
}

async fn act(arguments: &[String]) -> Result<(), Error> {
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--sample", versions, folder] => {
            sample::write(Path::new(folder), versions.parse()?).await?;
        }
        ["--baseline", inventory] => baseline(Path::new(inventory)).await?,
        [configuration, inventory] => {
            print!("{}", plan(Path::new(configuration), Path::new(inventory)).await?);
        }
        _ => {
            let usage = "write `plan CONFIGURATION INVENTORY` or `plan --sample VERSIONS FOLDER`";
            return Err(usage.into());
        }
    }
    Ok(())
}

/// Counts an inventory.
async fn plan(configuration: &Path, inventory: &Path) -> Result<Counts, Error> {
    let text = std::fs::read_to_string(configuration)?;
    let mut context = SessionContext::new();
    register(&mut context, &Configurations::new())?;
    let arguments = tables::register(&context, inventory).await?;
    let start = Instant::now();
    let counts = count(&context, &query(&text, &arguments)).await?;
    eprintln!("{}: {:.2} s", inventory.display(), start.elapsed().as_secs_f64());
    Ok(counts)
}

/// Groups an inventory by the columns that a decision reads, without a decision.
async fn baseline(inventory: &Path) -> Result<(), Error> {
    let context = SessionContext::new();
    tables::register(&context, inventory).await?;
    let query = "select substr(key, 1, 7), encryption_status, storage_class, is_delete_marker,
                     intelligent_tiering_access_tier, count(*), sum(size)
                 from inventory group by 1, 2, 3, 4, 5";
    let start = Instant::now();
    let batches = context.sql(query).await?.collect().await?;
    let groups: usize = batches.iter().map(RecordBatch::num_rows).sum();
    eprintln!("{}: {:.2} s", inventory.display(), start.elapsed().as_secs_f64());
    println!("{groups} groups");
    Ok(())
}
