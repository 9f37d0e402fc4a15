//! Contexts, configurations and answers of queries.

use std::borrow::BorrowMut;
use std::process::Command;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::error::Result;
use datafusion::prelude::SessionContext;
use s3_replication_datafusion::{Configurations, register};
use tempfile::TempDir;

/// A rule for `Tax/`, and one for objects with the tag `a=b`.
pub(crate) const CONFIGURATION: &str = r#"{"Role": "arn:aws:iam::123456789012:role/replication", "Rules": [
    {"ID": "tax", "Status": "Enabled", "Priority": 1, "Filter": {"Prefix": "Tax/"},
     "DeleteMarkerReplication": {"Status": "Enabled"},
     "Destination": {"Bucket": "arn:aws:s3:::backup", "StorageClass": "STANDARD_IA"}},
    {"ID": "tagged", "Status": "Enabled", "Priority": 2,
     "Filter": {"Tag": {"Key": "a", "Value": "b"}},
     "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
     "DeleteMarkerReplication": {"Status": "Disabled"},
     "Destination": {"Bucket": "arn:aws:s3:::archive", "EncryptionConfiguration":
         {"ReplicaKmsKeyID": "arn:aws:kms:eu-central-1:123456789012:key/k"}}}]}"#;

/// Creates a context in which `CONFIGURATION` is registered as `photos`.
pub(crate) fn context() -> SessionContext {
    let configurations = Configurations::new().with("photos", CONFIGURATION).unwrap();
    context_with(&configurations)
}

pub(crate) fn context_with(configurations: &Configurations) -> SessionContext {
    let mut context = SessionContext::new();
    register(&mut context, configurations).unwrap();
    context
}

/// Registers a table of columns.
pub(crate) fn table(context: &SessionContext, columns: Vec<(&str, ArrayRef)>) {
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, column)| (name, column, true)),
    );
    context.register_batch("objects", batch.unwrap()).unwrap();
}

pub(crate) fn run(context: &SessionContext, sql: &str) -> Result<Vec<RecordBatch>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { context.sql(sql).await?.collect().await })
}

/// Returns the one column of an answer.
pub(crate) fn column(context: &SessionContext, sql: &str) -> ArrayRef {
    let batches = run(context, sql).unwrap();
    let batches: Vec<_> = batches.iter().collect();
    let schema = batches[0].schema();
    let batch = datafusion::arrow::compute::concat_batches(&schema, batches).unwrap();
    Arc::clone(batch.column(0))
}

/// Returns the answer as a table of text.
pub(crate) fn shown(context: &SessionContext, sql: &str) -> String {
    pretty_format_batches(&run(context, sql).unwrap()).unwrap().to_string()
}

/// Returns the one value of an answer.
pub(crate) fn value(context: &SessionContext, expression: &str) -> String {
    let column = column(context, &format!("select {expression}"));
    datafusion::arrow::util::display::array_value_to_string(&column, 0).unwrap()
}

/// Returns the error of a query that is not planned or not run.
pub(crate) fn error(context: &SessionContext, expression: &str) -> String {
    run(context, &format!("select {expression}")).unwrap_err().to_string()
}

/// A configuration and an inventory in a folder.
pub(crate) struct Sample {
    pub(crate) folder: TempDir,
}

impl Sample {
    pub(crate) fn write(versions: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut write = example("plan");
        output(write.args(["--sample", &versions.to_string()]).arg(folder.path()));
        Self { folder }
    }

    /// Returns the command that counts one form of the inventory.
    pub(crate) fn count(&self, mut program: Command, options: &[&str], inventory: &str) -> Command {
        let files = ["replication.json", inventory].map(|name| self.folder.path().join(name));
        program.args(options).args(files);
        program
    }
}

/// Returns an example, which `cargo test` builds beside the tests.
pub(crate) fn example(name: &str) -> Command {
    let tests = std::env::current_exe().unwrap();
    let profile = tests.ancestors().nth(2).unwrap();
    Command::new(profile.join("examples").join(name))
}

/// Returns what a command prints.
#[track_caller]
pub(crate) fn output(mut command: impl BorrowMut<Command>) -> String {
    let output = command.borrow_mut().output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    eprintln!("{error}");
    assert!(output.status.success(), "{error}");
    String::from_utf8(output.stdout).unwrap()
}
