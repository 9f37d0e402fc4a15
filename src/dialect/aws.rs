use crate::dialect::permission::PermissionDialect;
use crate::dialect::{
    AndReading, DeleteMarkerPrecedence, Dialect, EmptyAccountCode, ExclusionReading,
    ExistingObjectReading, MissingDestinationText, PriorityOrder, PriorityScope, ReplicaKeyReading,
    RuleLimit, SourceSelection, StatusPrecedence,
};

impl Dialect {
    /// Amazon S3 as its API reference and user guide describe it.
    ///
    /// | question | answer | evidence |
    /// | --- | --- | --- |
    /// | `And` | one predicate is enough | REP-240: accepted by AWS in Terraform's acceptance tests |
    /// | delete-marker precedence | the winner decides | REP-406: inference from the text on priority |
    /// | empty `Account` | `InvalidArgument` | REP-221: listed under both codes |
    /// | exclusions | `Not` with exactly one child | REP-255: the model of the API, silent about the error |
    /// | existing objects | refused | REP-226: reported against AWS |
    /// | missing destination | `Destination bucket must exist.` | REP-204: two texts on record |
    /// | permissions | [`PermissionDialect::AWS`] | REP-1204 to REP-1216 |
    /// | priority order | the higher number wins | REP-402: API reference, user guide, CloudFormation |
    /// | priority scope | the configuration | REP-210: reported; disabled rules included |
    /// | replica key | KMS versions only | REP-605: "the same type of encryption as the source" |
    /// | rule limit | 1,000 | REP-237: API reference |
    /// | source selection | filters | REP-405: "additional filters" in the API reference |
    /// | status precedence | pending first | REP-703: the first of two sentences in one paragraph |
    pub const AWS: Self = Self {
        name: "aws",
        and: AndReading::OnePredicateIsEnough,
        delete_marker_precedence: DeleteMarkerPrecedence::WinnerDecides,
        empty_account_code: EmptyAccountCode::InvalidArgument,
        exclusions: ExclusionReading::ExactlyOneChild,
        existing_objects: ExistingObjectReading::Refused,
        missing_destination_text: MissingDestinationText::MustExist,
        permissions: PermissionDialect::AWS,
        priority_order: PriorityOrder::HigherWins,
        priority_scope: PriorityScope::Configuration,
        replica_key: ReplicaKeyReading::KmsVersionsOnly,
        rule_limit: RuleLimit::OneThousand,
        source_selection: SourceSelection::Filters,
        status_precedence: StatusPrecedence::PendingFirst,
    };
}
