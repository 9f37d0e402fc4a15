//! The query, and its answer.

use std::fmt;

use datafusion::arrow::array::AsArray;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::prelude::SessionContext;

use super::Error;

/// The versions and bytes that each rule replicates to each bucket.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Counts(Vec<Count>);

#[derive(Debug, Eq, PartialEq)]
struct Count {
    /// The bucket and the rule; `None` for versions about which facts are missing.
    replication: Option<(String, String)>,
    versions: i64,
    bytes: i64,
}

/// Returns the query. The event is that of a Batch Replication job, so the status does not matter.
pub(crate) fn query(configuration: &str, arguments: &str) -> String {
    let configuration = configuration.replace('\'', "''");
    format!(
        "select d['bucket'], d['rule'], count(*), coalesce(sum(size), 0)
         from (select size, unnest(
                   s3_replications('{configuration}', {arguments}, 'BatchReplication')) as d
               from inventory)
         group by 1, 2 order by 1, 2"
    )
}

/// Runs the query.
pub(crate) async fn count(context: &SessionContext, query: &str) -> Result<Counts, Error> {
    let mut counts = Vec::new();
    for batch in context.sql(query).await?.collect().await? {
        let texts = [0, 1].map(|at| cast(batch.column(at), &DataType::Utf8));
        let [buckets, rules] = texts;
        let (buckets, rules) = (buckets?, rules?);
        let (buckets, rules) = (buckets.as_string::<i32>(), rules.as_string::<i32>());
        let versions = batch.column(2).as_primitive::<Int64Type>().values();
        let bytes = batch.column(3).as_primitive::<Int64Type>().values();
        let rows = buckets.iter().zip(rules).zip(versions.iter().zip(bytes));
        counts.extend(rows.map(|((bucket, rule), (versions, bytes))| Count {
            replication:
                bucket.zip(rule).map(|(bucket, rule)| (bucket.to_owned(), rule.to_owned())),
            versions: *versions,
            bytes: *bytes,
        }));
    }
    Ok(Counts(counts))
}

/// Writes a line for each bucket and rule, with tabs.
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Count { replication, versions, bytes } in &self.0 {
            match replication {
                Some((bucket, rule)) => writeln!(f, "{bucket}\t{rule}\t{versions}\t{bytes}")?,
                None => writeln!(f, "undecided\t\t{versions}\t{bytes}")?,
            }
        }
        Ok(())
    }
}
