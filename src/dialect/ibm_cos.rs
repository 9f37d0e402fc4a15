//! The answers of IBM Cloud Object Storage, as far as its documentation goes.
//!
//! The one that matters most is the winner: a single rule over all destination buckets, where S3
//! has one for each. So a configuration with rules for two buckets sends an object to one of them
//! only.
//!
//! What is not in the table is the answer of AWS, and [`Dialect::is_known`] is false for it.

use crate::dialect::evidence::{documented, inferred};
use crate::dialect::question::Table;
use crate::dialect::{
    DeleteMarkers, DestinationForm, Dialect, MissingDeleteMarkerReplication, PrefixSearch,
    PriorityOrder, RuleLimit, Winners,
};

impl Dialect {
    /// IBM Cloud Object Storage, as its documentation describes it.
    pub const IBM_COS: Self = Table {
        // With one winner over all buckets the order of priorities decides more than on S3.
        priority_order: inferred(
            PriorityOrder::HigherWins,
            "its SDK describes `Priority` as AWS does",
        ),
        prefix_search: inferred(PrefixSearch::Every, "its API describes `Prefix` as AWS does"),
        winners: documented(Winners::OneOverAll, "create-bucket-replication-configuration"),
        // An element that must be present is taken to have its effect.
        delete_markers: inferred(DeleteMarkers::ByElement, "the element is required"),
        missing_delete_marker_replication: documented(
            MissingDeleteMarkerReplication::Refused,
            "DeleteMarkerReplication is required",
        ),
        destination_form: documented(DestinationForm::BucketName, "bare bucket name"),
        rule_limit: documented(RuleLimit::OneThousand, "1,000 rules"),
        ..Table::UNKNOWN
    }
    .dialect("ibm-cos");
}
