use crate::dialect::evidence::{documented, inferred};
use crate::dialect::question::Table;
use crate::dialect::{
    DeleteMarkers, DestinationForm, Dialect, MissingDeleteMarkerReplication, PriorityOrder,
    RuleLimit, Winners,
};

impl Dialect {
    /// IBM Cloud Object Storage, as its documentation describes it.
    pub const IBM_COS: Self = Table {
        priority_order: inferred(
            PriorityOrder::HigherWins,
            "its SDK describes `Priority` as AWS does",
        ),
        winners: documented(Winners::OneOverAll, "create-bucket-replication-configuration"),
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
