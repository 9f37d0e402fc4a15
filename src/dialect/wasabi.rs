//! The answers of Wasabi. Its documentation has little on rules, so nearly all are those of AWS, as
//! assumptions.

use crate::dialect::evidence::{documented, inferred};
use crate::dialect::question::Table;
use crate::dialect::{DestinationCount, Dialect, OriginReading, PrefixSearch};

impl Dialect {
    /// Wasabi, as its documentation describes it.
    pub const WASABI: Self = Table {
        prefix_search: inferred(PrefixSearch::Every, "its API describes `Prefix` as AWS does"),
        destinations: documented(DestinationCount::Many, "object-replication-api"),
        // Such objects are written, and no rule replicates them.
        customer_key_versions: documented(OriginReading::NotReplicated, "object-replication-api"),
        copies: documented(OriginReading::NotReplicated, "object-replication-api"),
        ..Table::UNKNOWN
    }
    .dialect("wasabi");
}
