//! The graph of buckets and replications.
//!
//! The command `topology` shows it as text, DOT or JSON; `render` has the first two. Nodes are all
//! buckets with a configuration and all destinations, and edges are links with the rules on them.
//! Disabled rules, and rules that no object matches, are on no edge.

mod render;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::analysis::Routes;
use crate::model::{BucketArn, BucketName, BucketSettings, Region, ReplicationRule};
use crate::topology::query::Queries;
use crate::topology::two_way::goes_both_ways;
use crate::topology::{Source, Topology};

/// The graph of a [`Topology`]: its buckets, and the rules that replicate from one to another.
///
/// A graph displays as text and converts to Graphviz DOT ([`to_dot`](Self::to_dot)). It serialises as
/// `Buckets` with `Bucket`, `Exists` (`null` when unknown), `HasConfiguration` and `Facts`, and
/// `Edges` with `Source`, `Destination`, `Rules`, `TwoWay` and `Regions`.
///
/// # Examples
///
/// ```
/// use s3_replication::topology::Topology;
/// use s3_replication::{Dialect, ReplicationConfiguration};
///
/// let configuration = ReplicationConfiguration::from_json(
///     r#"{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [{"Status": "Enabled",
///         "Prefix": "", "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
/// )?;
/// let topology = Topology::new(Dialect::AWS).with_configuration("photos".parse()?, configuration);
/// assert_eq!(topology.graph().to_string(), "\
/// backup
/// photos
///   -> backup by `#1`
/// ");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Graph<'t> {
    /// The buckets, by name and then by ARN.
    nodes: Vec<Node<'t>>,
    /// The links, by source and destination.
    edges: Vec<Edge<'t>>,
}

/// A bucket.
#[derive(Clone, Debug)]
pub struct Node<'t> {
    bucket: BucketArn,
    /// The settings that the caller knows.
    facts: Option<&'t BucketSettings>,
    /// True for a bucket that is known not to exist. False shows nothing.
    is_missing: bool,
    has_configuration: bool,
}

/// The rules by which one bucket replicates to another.
#[derive(Clone, Debug)]
pub struct Edge<'t> {
    source: &'t BucketArn,
    destination: &'t BucketArn,
    rules: Vec<&'t ReplicationRule>,
    is_two_way: bool,
    /// Unknown unless both Regions are facts.
    regions: EdgeRegions,
}

closed_vocabulary! {
    /// The Regions of the two buckets of an [`Edge`] (REP-1067). The words are ours, not S3's.
    #[non_exhaustive]
    pub enum EdgeRegions("`same-region`, `cross-region` or `unknown`") {
        /// In one Region: Same-Region Replication.
        Same = "same-region",
        /// In two Regions: Cross-Region Replication.
        Cross = "cross-region",
        /// The Region of one of them is not known.
        Unknown = "unknown",
    }
}

impl<'t> Graph<'t> {
    /// Builds the graph. Whether an edge goes both ways takes a search, since two rules can be for
    /// different objects.
    ///
    /// The facts are looked up by name, the configurations by ARN: a name may be in two partitions.
    pub(super) fn of(topology: &'t Topology) -> Self {
        let sources: Vec<&Source> = topology.sources.values().collect();
        let configurations: Vec<_> = sources.iter().map(|source| &source.configuration).collect();
        let routes = Routes::new(&configurations, topology.dialect());
        let queries = Queries::new(topology, &sources, &routes);
        let edges = queries.links().iter().map(|link| {
            let back = queries.link(link.to, link.from);
            let is_two_way = back.is_some_and(|back| goes_both_ways(&queries, link, back));
            Edge::new(topology, (link.from, link.to), link.route.rules(), is_two_way)
        });
        let edges: Vec<Edge<'t>> = edges.collect();
        let mut buckets: Vec<&BucketArn> = sources.iter().map(|source| &source.arn).collect();
        buckets.extend(edges.iter().map(|edge| edge.destination));
        buckets.sort_unstable_by_key(|bucket| (bucket.name(), bucket.as_str()));
        // A destination may have a configuration, and several rules lead to it.
        buckets.dedup();
        let nodes = buckets.into_iter().map(|bucket| Node {
            bucket: bucket.clone(),
            facts: topology.buckets().get(bucket.name()),
            is_missing: topology.buckets().is_missing(bucket.name()),
            has_configuration: topology.source(bucket).is_some(),
        });
        Self { nodes: nodes.collect(), edges }
    }

    /// Returns the buckets that have a configuration or are a destination of one, by name.
    #[must_use]
    pub fn nodes(&self) -> &[Node<'t>] {
        &self.nodes
    }

    /// Returns the edges, by source and destination.
    #[must_use]
    pub fn edges(&self) -> &[Edge<'t>] {
        &self.edges
    }

    /// Returns the label of a bucket: its name, or its ARN if another partition has a bucket with that
    /// name.
    ///
    /// Names are unique within a partition only. The nodes are sorted by name, so a second node of
    /// the name follows the first.
    pub(super) fn called<'b>(&self, bucket: &'b BucketArn) -> &'b str {
        let name = bucket.name();
        let first = self.nodes.partition_point(|node| node.bucket.name() < name);
        let second = self.nodes.get(first.saturating_add(1));
        let repeats = second.is_some_and(|node| node.bucket.name() == name);
        if repeats { bucket.as_str() } else { name.as_str() }
    }
}

impl<'t> Node<'t> {
    /// Returns the bucket.
    #[must_use]
    pub const fn bucket(&self) -> &BucketArn {
        &self.bucket
    }

    /// Returns the known settings of the bucket.
    #[must_use]
    pub const fn facts(&self) -> Option<&'t BucketSettings> {
        self.facts
    }

    /// Returns true when the bucket is known not to exist.
    #[must_use]
    pub const fn is_missing(&self) -> bool {
        self.is_missing
    }

    /// Returns true when the topology has the configuration of the bucket.
    #[must_use]
    pub const fn has_configuration(&self) -> bool {
        self.has_configuration
    }
}

impl<'t> Edge<'t> {
    /// Creates an edge. The rules come in the order of the route and are sorted by their positions.
    fn new(
        topology: &Topology,
        (source, destination): (&'t BucketArn, &'t BucketArn),
        rules: impl Iterator<Item = &'t ReplicationRule>,
        is_two_way: bool,
    ) -> Self {
        // A Region is a fact of the caller, since no configuration states one.
        let region = |bucket: &BucketName| topology.buckets().get(bucket)?.region.as_ref();
        let regions: [Option<&Region>; 2] = [region(source.name()), region(destination.name())];
        let regions = match regions {
            [Some(one), Some(other)] if one == other => EdgeRegions::Same,
            [Some(_), Some(_)] => EdgeRegions::Cross,
            _ => EdgeRegions::Unknown,
        };
        let mut rules: Vec<&ReplicationRule> = rules.collect();
        rules.sort_unstable_by_key(|rule| rule.position);
        Self { source, destination, rules, is_two_way, regions }
    }

    /// Returns the source bucket.
    #[must_use]
    pub const fn source(&self) -> &'t BucketArn {
        self.source
    }

    /// Returns the destination bucket.
    #[must_use]
    pub const fn destination(&self) -> &'t BucketArn {
        self.destination
    }

    /// Returns the rules of the edge, in the order of the document: the enabled ones that some object
    /// matches.
    #[must_use]
    pub fn rules(&self) -> &[&'t ReplicationRule] {
        &self.rules
    }

    /// Returns true when some object is replicated in both directions, wherever it is written.
    #[must_use]
    pub const fn is_two_way(&self) -> bool {
        self.is_two_way
    }

    /// Returns the relation of the Regions of the two buckets.
    #[must_use]
    pub const fn regions(&self) -> EdgeRegions {
        self.regions
    }

    /// Iterates over the names of the rules.
    pub(super) fn rule_names(&self) -> impl Iterator<Item = String> {
        self.rules.iter().map(|rule| rule.name().to_string())
    }
}

impl Serialize for Graph<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut graph = serializer.serialize_struct("Graph", 2)?;
        graph.serialize_field("Buckets", &self.nodes)?;
        graph.serialize_field("Edges", &self.edges)?;
        graph.end()
    }
}

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut node = serializer.serialize_struct("Node", 4)?;
        node.serialize_field("Bucket", &self.bucket)?;
        node.serialize_field(
            "Exists",
            // A bucket with known settings exists; without any fact the answer is `null`.
            &self.facts.map(|_| true).or(self.is_missing.then_some(false)),
        )?;
        node.serialize_field("HasConfiguration", &self.has_configuration)?;
        node.serialize_field("Facts", &self.facts)?;
        node.end()
    }
}

impl Serialize for Edge<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut edge = serializer.serialize_struct("Edge", 5)?;
        edge.serialize_field("Source", self.source)?;
        edge.serialize_field("Destination", self.destination)?;
        edge.serialize_field("Rules", &self.rule_names().collect::<Vec<_>>())?;
        edge.serialize_field("TwoWay", &self.is_two_way)?;
        edge.serialize_field("Regions", &self.regions)?;
        edge.end()
    }
}
