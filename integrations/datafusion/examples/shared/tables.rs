//! Inventories as tables.

use std::fs;
use std::path::Path;

use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::prelude::{CsvReadOptions, ParquetReadOptions, SessionContext};
use s3_replication::batch::inventory::Manifest;
use s3_replication_datafusion::inventory::{Keys, arguments, csv_schema};

use super::Error;

/// Registers an inventory as the table `inventory`: the `manifest.json` of one in CSV, or a file or
/// folder of Parquet. Returns the arguments of the functions behind the configuration.
pub(crate) async fn register(context: &SessionContext, inventory: &Path) -> Result<String, Error> {
    if inventory.extension().is_some_and(|extension| extension == "json") {
        register_csv(context, inventory).await
    } else {
        register_parquet(context, inventory).await
    }
}

async fn register_csv(context: &SessionContext, document: &Path) -> Result<String, Error> {
    let manifest = Manifest::from_json(fs::read(document)?)?;
    let folder = document.parent().unwrap_or(Path::new("."));
    // The keys of the files are those in the bucket; here the files lie beside the document.
    let files = manifest.files.iter().map(|file| {
        let name = file.key.rsplit('/').next().unwrap_or(&file.key);
        folder.join(name).to_string_lossy().into_owned()
    });
    let schema = csv_schema(&manifest.schema);
    let options = CsvReadOptions::new()
        .has_header(false)
        .schema(&schema)
        .file_extension(".csv.gz")
        .file_compression_type(FileCompressionType::GZIP);
    let table = context.read_csv(files.collect::<Vec<_>>(), options).await?;
    context.register_table("inventory", table.into_view())?;
    Ok(arguments(&schema, Keys::Encoded))
}

async fn register_parquet(context: &SessionContext, files: &Path) -> Result<String, Error> {
    let files = files.to_string_lossy();
    let table = context.read_parquet(&*files, ParquetReadOptions::default()).await?;
    let schema = table.schema().as_arrow().clone();
    context.register_table("inventory", table.into_view())?;
    Ok(arguments(&schema, Keys::Plain))
}
