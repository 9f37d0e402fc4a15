use crate::dialect::{Dialect, Evidence, EvidenceKind, PriorityOrder, Question};

impl Dialect {
    /// Amazon S3 as AWS's hands-on tutorials describe it: [`Dialect::AWS`] with the opposite order of
    /// priorities.
    ///
    /// | question | answer | evidence |
    /// | --- | --- | --- |
    /// | priority order | the lower number wins | REP-403: "The lower the number, the higher the priority." |
    ///
    /// No public experiment decides between the two. In all other documentation the higher number
    /// wins.
    pub const AWS_TUTORIAL: Self =
        Self::AWS.named("aws-tutorial").with_priority_order(PriorityOrder::LowerWins).known_by(
            Question::PriorityOrder,
            Evidence::new(EvidenceKind::Documented, "hands-on tutorials"),
        );
}
