//! Several buckets and their configurations together: what goes both ways and what does not come
//! back, where chains end, and what nobody sees who looks at one configuration.
//!
//! The answers are exact, as those of [`analysis`](crate::analysis) are: a [`Finding`] comes with an
//! object that shows it, and says what every bucket that is concerned does about it; where there is
//! no finding there is no such object, but for circles that nobody could look for to the end
//! ([`SearchResult::incomplete_components`]). A bucket whose configuration is not there is taken for one
//! that replicates nothing.
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
//! // So an object ends up one hop away, unless batch jobs take it further.
//! let (photos, version) = ("photos".parse()?, ObjectVersion::new("a"));
//! let live = topology.reach(&photos, &version, Event::ObjectCreatedPut);
//! assert_eq!(live[0].bucket().name().as_str(), "backup");
//! assert_eq!((live.len(), topology.reach_with_batch(&photos, &version).len()), (1, 2));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod arrival;
mod chain;
mod component;
mod cycle;
mod dot;
mod facts;
mod finding;
mod graph;
mod search;
mod sources;
mod survey;
mod sync;
mod text;
mod two_way;

use std::collections::BTreeMap;

pub use self::arrival::Arrival;
pub use self::finding::{Finding, FindingKind, Hop};
pub use self::graph::{Edge, EdgeRegions, Graph, Node};
pub use self::search::SearchResult;

use crate::diagnostic::Report;
use crate::dialect::Dialect;
use crate::engine::Engine;
use crate::lint;
use crate::model::{BucketArn, BucketName, KnownBuckets, ReplicationConfiguration};

/// Buckets with their configurations, and what else is known about them.
///
/// Replication stays within a partition: a bucket is found by its name and by the partition that
/// the role of its configuration lies in.
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

/// What a store would not accept of a topology.
#[derive(Clone, Debug)]
pub struct Refusal<'t> {
    bucket: &'t BucketName,
    report: Report,
}

impl Topology {
    /// Creates a topology without buckets, whose configurations a dialect reads.
    #[must_use]
    pub const fn new(dialect: Dialect) -> Self {
        Self { dialect, buckets: KnownBuckets::new(), sources: BTreeMap::new() }
    }

    /// Says what is known about buckets.
    #[must_use]
    pub fn with_buckets(self, buckets: KnownBuckets) -> Self {
        Self { buckets, ..self }
    }

    /// Adds the configuration of a bucket, in place of the one before.
    #[must_use]
    pub fn with_configuration(
        mut self,
        bucket: BucketName,
        configuration: ReplicationConfiguration,
    ) -> Self {
        let arn = BucketArn::new(configuration.role().partition().clone(), bucket.clone());
        let engine = Engine::with_dialect(&configuration, &self.dialect);
        self.sources.insert(bucket, Source { arn, configuration, engine });
        self
    }

    /// Returns the dialect.
    #[must_use]
    pub const fn dialect(&self) -> &Dialect {
        &self.dialect
    }

    /// Returns what is known about buckets.
    #[must_use]
    pub const fn buckets(&self) -> &KnownBuckets {
        &self.buckets
    }

    /// Returns the configuration of a bucket.
    #[must_use]
    pub fn configuration(&self, bucket: &BucketName) -> Option<&ReplicationConfiguration> {
        self.sources.get(bucket).map(|source| &source.configuration)
    }

    /// Returns what a store would refuse, now that it is known whose configurations these are: a
    /// bucket that is its own destination, that is known not to exist or not to keep versions, and
    /// so on. Sorted by bucket.
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

    /// Returns everything that the configurations together do and one alone does not show. Sorted
    /// by the bucket whose configuration it is about first, then by kind and rule. Circles can be too
    /// many to look for, which [`search`](Self::search) tells; everything else is complete.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::topology::{FindingKind, Topology};
    ///
    /// /// Does what is written during a failover come back?
    /// fn comes_back(topology: &Topology) -> bool {
    ///     !topology.findings().iter().any(|found| found.kind() == FindingKind::TwoWayAsymmetric)
    /// }
    /// ```
    #[must_use]
    pub fn findings(&self) -> Vec<Finding<'_>> {
        self.search().into_findings()
    }

    /// Returns the buckets and what goes from one to another.
    #[must_use]
    pub fn graph(&self) -> Graph<'_> {
        Graph::of(self)
    }

    /// Returns the source that an ARN names.
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

    /// Returns what is refused, the store's own answer first.
    #[must_use]
    pub const fn report(&self) -> &Report {
        &self.report
    }
}
