//! The configurations of several buckets together: two-way replication that is not symmetric, chains
//! that end after one hop, cycles, and whatever else one configuration alone does not show.
//!
//! The answers are exact, as those of [`analysis`](crate::analysis) are. A [`Finding`] comes with an
//! object that proves it, and with the decision of every bucket about that object. An empty result is
//! a proof that no such object exists, if the search is complete: it gives up on components with too
//! many paths and on exclusions that are too complex ([`SearchResult::is_complete`]). A bucket without a configuration replicates nothing.
//!
//! # Examples
//!
//! ```
//! use s3_replication::model::{Event, KnownBuckets};
//! use s3_replication::topology::{FindingKind, Topology};
//! use s3_replication::{Dialect, ObjectVersion, ReplicationConfiguration};
//!
//! let to = |bucket: &str| {
//!     ReplicationConfiguration::from_json(&format!(
//!         r#"{{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [
//!             {{"ID": "all", "Status": "Enabled", "Priority": 1, "Filter": {{}},
//!               "DeleteMarkerReplication": {{"Status": "Enabled"}},
//!               "Destination": {{"Bucket": "arn:aws:s3:::{bucket}"}}}}]}}"#
//!     ))
//! };
//! let topology = Topology::new(Dialect::AWS)
//!     .with_configuration("photos".parse()?, to("backup")?)
//!     .with_configuration("backup".parse()?, to("archive")?);
//!
//! let findings = topology.findings();
//! assert_eq!(findings[0].kind(), FindingKind::ReplicaChain);
//! assert_eq!(findings[0].hops()[0].to_string(),
//!     r#"`photos` replicates {"Key":"a","Event":"ObjectCreated:Put"} to `backup` by rule `all`"#);
//!
//! // An object ends up one hop away, unless batch jobs replicate it further.
//! let (photos, version) = ("photos".parse()?, ObjectVersion::new("a"));
//! let live = topology.reach(&photos, &version, Event::ObjectCreatedPut);
//! assert_eq!(live[0].bucket().name().as_str(), "backup");
//! assert_eq!((live.len(), topology.reach_with_batch(&photos, &version).len()), (1, 2));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod arrival;
mod bucket_settings;
mod chains;
mod cycles;
mod finding;
mod graph;
mod query;
mod search;
mod two_way;

use std::collections::BTreeMap;

pub use self::arrival::Arrival;
pub use self::finding::{Finding, FindingKind, Hop, describe};
pub use self::graph::{Edge, EdgeRegions, Graph, Node};
pub use self::search::SearchResult;

use crate::diagnostic::Report;
use crate::dialect::Dialect;
use crate::engine::Engine;
use crate::lint;
use crate::model::{
    BucketArn, BucketName, KnownBuckets, Partition, ReplicationConfiguration, RoleArn,
};

/// Buckets with their configurations and known settings.
///
/// Replication stays within a partition, which is that of the role in a configuration. So a bucket is
/// identified by its name and that partition.
#[derive(Clone, Debug)]
pub struct Topology {
    dialect: Dialect,
    buckets: KnownBuckets,
    sources: BTreeMap<BucketName, Source>,
}

/// A bucket with a configuration.
#[derive(Clone, Debug)]
struct Source {
    arn: BucketArn,
    configuration: ReplicationConfiguration,
    engine: Engine,
}

/// The reasons of a store to refuse the configuration of a bucket.
#[derive(Clone, Debug)]
pub struct Refusal<'t> {
    bucket: &'t BucketName,
    report: Report,
}

impl Topology {
    /// Creates a topology without buckets under a dialect.
    #[must_use]
    pub const fn new(dialect: Dialect) -> Self {
        Self { dialect, buckets: KnownBuckets::new(), sources: BTreeMap::new() }
    }

    /// Sets the known settings of buckets.
    #[must_use]
    pub fn with_buckets(self, buckets: KnownBuckets) -> Self {
        Self { buckets, ..self }
    }

    /// Adds the configuration of a bucket. It replaces an earlier one of the same bucket.
    #[must_use]
    pub fn with_configuration(
        mut self,
        bucket: BucketName,
        configuration: ReplicationConfiguration,
    ) -> Self {
        let partition = configuration.role().map_or(&Partition::AWS, RoleArn::partition);
        let arn = BucketArn::of_bucket(partition, &bucket);
        let engine = Engine::with_dialect(&configuration, &self.dialect);
        self.sources.insert(bucket, Source { arn, configuration, engine });
        self
    }

    /// Returns the dialect.
    #[must_use]
    pub const fn dialect(&self) -> &Dialect {
        &self.dialect
    }

    /// Returns the known settings of buckets.
    #[must_use]
    pub const fn buckets(&self) -> &KnownBuckets {
        &self.buckets
    }

    /// Returns the configuration of a bucket.
    #[must_use]
    pub fn configuration(&self, bucket: &BucketName) -> Option<&ReplicationConfiguration> {
        self.sources.get(bucket).map(|source| &source.configuration)
    }

    /// Returns the refusals of a store that knows the source bucket of each configuration: the bucket is
    /// its own destination, a destination does not exist or has no versioning, and so on. Sorted by
    /// bucket.
    #[must_use]
    pub fn refusals(&self) -> Vec<Refusal<'_>> {
        let refused = self.sources.iter().filter_map(|(bucket, source)| {
            let draft = source.configuration.to_draft();
            let context =
                lint::Context::new(&draft, &self.dialect, &self.buckets).with_source(Some(bucket));
            let report = lint::refusals(&context).report;
            report.is_refused().then_some(Refusal { bucket, report })
        });
        refused.collect()
    }

    /// Returns everything that the configurations do together and one alone does not show, sorted by
    /// bucket, then by kind and rule.
    ///
    /// Some may be missing where the search gives up; [`search`](Self::search) also reports that.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::topology::{FindingKind, Topology};
    ///
    /// /// Are objects that are written during a failover replicated back?
    /// fn replicates_back(topology: &Topology) -> bool {
    ///     !topology.findings().iter().any(|found| found.kind() == FindingKind::TwoWayAsymmetric)
    /// }
    /// ```
    #[must_use]
    pub fn findings(&self) -> Vec<Finding<'_>> {
        self.search().into_findings()
    }

    /// Returns the graph of the buckets.
    #[must_use]
    pub fn graph(&self) -> Graph<'_> {
        Graph::of(self)
    }

    /// Returns the source with an ARN.
    fn source(&self, bucket: &BucketArn) -> Option<&Source> {
        self.sources.get(bucket.name()).filter(|source| source.arn == *bucket)
    }
}

impl<'t> Refusal<'t> {
    /// Returns the bucket whose configuration is refused.
    #[must_use]
    pub const fn bucket(&self) -> &'t BucketName {
        self.bucket
    }

    /// Returns the refusals, the store's own answer first.
    #[must_use]
    pub const fn report(&self) -> &Report {
        &self.report
    }
}
