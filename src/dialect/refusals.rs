//! The answers with which stores refuse configurations, where they differ from those of S3.
//!
//! A lint finds the mistake, with the error code and text of S3. `lint` then asks here for the
//! store's own answer to the same mistake, so that the report has the text with which the store
//! answers.
//!
//! ```text
//! lint priority-repeated   aws    the code and the text of S3
//!                          minio  MalformedXML: Replication configuration has duplicate priority
//! ```
//!
//! A store without an entry for a lint is reported with the answer of S3. A mistake that a store
//! does not refuse at all is no matter of this table: then the dialect has another answer, and the
//! lint is silent.

use crate::dialect::Dialect;

/// The answer of a store to what a lint finds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Refusal {
    /// The name of the lint.
    pub(crate) lint: &'static str,
    /// The error code of the response.
    pub(crate) code: &'static str,
    /// The text of the response, as the store writes it.
    pub(crate) message: &'static str,
}

const fn refusal(lint: &'static str, code: &'static str, message: &'static str) -> Refusal {
    Refusal { lint, code, message }
}

/// Returns a refusal with `MalformedXML`, as MinIO answers all mistakes in rules.
const fn malformed(lint: &'static str, message: &'static str) -> Refusal {
    refusal(lint, "MalformedXML", message)
}

/// Returns a refusal with `InvalidRequest`.
const fn invalid(lint: &'static str, message: &'static str) -> Refusal {
    refusal(lint, "InvalidRequest", message)
}

/// Returns the refusal of a feature that the store lacks, in the words of S3's own text for it.
const fn not_implemented(lint: &'static str) -> Refusal {
    refusal(
        lint,
        "NotImplemented",
        "A header you provided implies functionality that is not implemented.",
    )
}

/// The messages of `Config.Validate`, which the server answers with `MalformedXML`.
pub(super) const MINIO: &[Refusal] = &[
    malformed("delete-marker-replication-missing", "DeleteMarkerReplication must be specified"),
    malformed(
        "delete-marker-replication-with-tags",
        "Delete marker replication is not supported if any Tag filter is specified",
    ),
    malformed(
        "filter-has-several-children",
        "Filter must have exactly one of Prefix, Tag, or And specified",
    ),
    malformed("priority-repeated", "Replication configuration has duplicate priority"),
    malformed("rules-missing", "Replication configuration should have at least one rule"),
    malformed("rules-over-limit", "Replication configuration allows a maximum of 1000 rules"),
    malformed("tag-key-repeated", "Duplicate Tag Keys are not allowed"),
];

/// The messages of `rustfs-replication` 1.0.1.
pub(super) const RUSTFS: &[Refusal] = &[
    invalid(
        "delete-marker-replication-with-tags",
        "delete marker replication cannot be enabled on a rule with a Tag filter",
    ),
    invalid(
        "filter-has-several-children",
        "replication rule Filter must specify only one of Prefix, Tag or And",
    ),
    invalid("priority-repeated", "replication rule Priority must be unique across rules"),
    invalid("rules-missing", "replication configuration must contain at least one rule"),
    invalid("rules-over-limit", "replication configuration cannot contain more than 1000 rules"),
];

/// The answers of open-io/swift.
pub(super) const OVH: &[Refusal] = &[not_implemented("element-not-supported")];

impl Dialect {
    /// Returns the answer of the store to what a lint finds; `None` where it is that of S3.
    pub(crate) fn refusal(&self, lint: &str) -> Option<&'static Refusal> {
        self.refusals.iter().find(|refusal| refusal.lint == lint)
    }
}

/// The answers of Arsenal 8.5.16.
pub(super) const ZENKO: &[Refusal] = &[malformed(
    "versions-mixed",
    "The XML you provided was not well-formed or did not validate against our published schema",
)];
