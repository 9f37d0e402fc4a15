use crate::analysis::Ways;
use crate::model::BucketArn;
use crate::topology::survey::Survey;
use crate::topology::{Finding, Source, Topology, chain, cycle, facts, sources, sync, two_way};

/// What a search through a [`Topology`] came to.
///
/// # Examples
///
/// ```
/// use s3_replication::Dialect;
/// use s3_replication::topology::Topology;
///
/// let topology = Topology::new(Dialect::AWS);
/// let search = topology.search();
/// // No finding is a proof.
/// assert!(search.findings().is_empty() && search.incomplete_components().is_empty());
/// ```
#[derive(Clone, Debug)]
pub struct SearchResult<'t> {
    findings: Vec<Finding<'t>>,
    incomplete_components: Vec<Vec<&'t BucketArn>>,
}

impl Topology {
    /// Looks for everything that the configurations together do and one alone does not show, and
    /// says what it did not look at.
    #[must_use]
    pub fn search(&self) -> SearchResult<'_> {
        let sources: Vec<&Source> = self.sources.values().collect();
        let configurations: Vec<_> = sources.iter().map(|source| &source.configuration).collect();
        let ways = Ways::new(&configurations, &self.dialect);
        let survey = Survey::new(self, &sources, &ways);
        let mut findings = Vec::new();
        two_way::find(&survey, &mut findings);
        sync::find(&survey, &mut findings);
        chain::find(&survey, &mut findings);
        let incomplete_components = cycle::find(&survey, &mut findings);
        sources::find(&survey, &mut findings);
        facts::find(&survey, &mut findings);
        findings.sort_by_cached_key(Finding::order);
        SearchResult { findings, incomplete_components }
    }
}

impl<'t> SearchResult<'t> {
    /// The most ways along which circles are looked for among the buckets of one net.
    pub const PATH_LIMIT: usize = cycle::PATH_LIMIT;

    /// Returns what was found, as [`Topology::findings`] does.
    #[must_use]
    pub fn findings(&self) -> &[Finding<'t>] {
        &self.findings
    }

    /// Returns what was found.
    #[must_use]
    pub fn into_findings(self) -> Vec<Finding<'t>> {
        self.findings
    }

    /// Returns the nets among whose buckets there may be circles that are not found: from each of
    /// them ways lead to every other one and back, and there are more than
    /// [`PATH_LIMIT`](Self::PATH_LIMIT) to look along. In every other net a bucket that is in no
    /// circle found is in none.
    #[must_use]
    pub fn incomplete_components(&self) -> &[Vec<&'t BucketArn>] {
        &self.incomplete_components
    }
}
