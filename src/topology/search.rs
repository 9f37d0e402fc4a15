//! The order of the searches does not matter: findings are sorted at the end. All of them share the
//! routes, and with them the effort that one search of a topology may make.

use crate::analysis::Routes;
use crate::model::BucketArn;
use crate::topology::query::Queries;
use crate::topology::{Finding, Source, Topology, bucket_settings, chains, cycles, two_way};

/// The result of searching a [`Topology`] for findings.
///
/// # Examples
///
/// ```
/// use s3_replication::Dialect;
/// use s3_replication::topology::Topology;
///
/// let topology = Topology::new(Dialect::AWS);
/// let result = topology.search();
/// // A complete and empty result is a proof.
/// assert!(result.findings().is_empty() && result.is_complete());
/// ```
#[derive(Clone, Debug)]
pub struct SearchResult<'t> {
    findings: Vec<Finding<'t>>,
    incomplete_components: Vec<Vec<&'t BucketArn>>,
    /// True if a search among rules that exclude tags was given up.
    gave_up: bool,
}

impl Topology {
    /// Searches for everything that the configurations do together and one alone does not show.
    #[must_use]
    pub fn search(&self) -> SearchResult<'_> {
        let sources: Vec<&Source> = self.sources.values().collect();
        let configurations: Vec<_> = sources.iter().map(|source| &source.configuration).collect();
        let routes = Routes::new(&configurations, &self.dialect);
        let queries = Queries::new(self, &sources, &routes);
        let mut findings = Vec::new();
        two_way::find(&queries, &mut findings);
        chains::find(&queries, &mut findings);
        bucket_settings::find(&queries, &mut findings);
        let incomplete_components = cycles::find(&queries, &mut findings);
        findings.sort_by_cached_key(Finding::order);
        SearchResult { findings, incomplete_components, gave_up: routes.gave_up() }
    }
}

impl<'t> SearchResult<'t> {
    /// The most paths that are searched for cycles in one component.
    pub const PATH_LIMIT: usize = cycles::PATH_LIMIT;

    /// Returns the findings, in the order of [`Topology::findings`].
    #[must_use]
    pub fn findings(&self) -> &[Finding<'t>] {
        &self.findings
    }

    /// Returns the findings.
    #[must_use]
    pub fn into_findings(self) -> Vec<Finding<'t>> {
        self.findings
    }

    /// Returns true when every finding is there: an empty result is then a proof.
    ///
    /// Components with too many paths, and exclusions of tags that are too complex, can take more
    /// work than a search may cost.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.incomplete_components.is_empty() && !self.gave_up
    }

    /// Returns the components in which cycles may be missing from the findings.
    ///
    /// A component is a group of buckets in which links lead from each bucket to every other one and
    /// back. Those returned have more than [`PATH_LIMIT`](Self::PATH_LIMIT) paths. In every other
    /// component each bucket of a cycle is in a finding.
    #[must_use]
    pub fn incomplete_components(&self) -> &[Vec<&'t BucketArn>] {
        &self.incomplete_components
    }
}
