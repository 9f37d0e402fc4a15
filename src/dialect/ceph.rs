use crate::dialect::evidence::{inferred, reported, source_code, unknown};
use crate::dialect::question::Table;
use crate::dialect::{
    DestinationCount, DestinationForm, Dialect, ElementReading, PriorityScope, Replicas,
    RoleReading, RuleLimit, StorageClasses, TagReading, UnknownElements,
};

impl Dialect {
    /// Ceph's RADOS Gateway, as its source code shows it.
    ///
    /// Among rules with overlapping prefixes Ceph looks only at the longest prefix before the key in
    /// sorted order, which no question covers.
    pub const CEPH: Self = Table {
        tags: source_code(TagReading::Any, "check_tags"),
        priority_element: source_code(
            ElementReading::Honoured,
            "pipe_rules::insert, except among overlapping prefixes",
        ),
        unknown_elements: inferred(
            UnknownElements::Ignored,
            "the decoder looks up the elements that it knows",
        ),
        priority_scope: reported(
            PriorityScope::Configuration,
            "pull request 61803: duplicates are refused",
        ),
        destinations: reported(DestinationCount::Many, "pull request 62323"),
        replicas: inferred(
            Replicas::Replicated,
            "`rgw_data_sync_allow_chain_replication` is on by default, pull request 59911",
        ),
        storage_classes: unknown(StorageClasses::Any, "nothing is known"),
        destination_form: source_code(DestinationForm::BucketArn, "rgw_rest_s3.cc"),
        role: unknown(RoleReading::Ignored, "nothing is known"),
        rule_limit: unknown(RuleLimit::Unlimited, "nothing is known"),
        ..Table::UNKNOWN
    }
    .dialect("ceph");
}
