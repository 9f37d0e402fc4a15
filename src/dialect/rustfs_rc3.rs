//! The answers of RustFS up to 1.0.0-rc.3.
//!
//! Only three answers differ from those of `rustfs`, and all of them make a rule take more objects.
//! So after an upgrade some objects may no longer be replicated, which a comparison of the two
//! dialects shows.

use crate::dialect::{
    Dialect, EmptyTagValue, Evidence, EvidenceKind, Question, RulePrefix, TagReading,
};

impl Dialect {
    /// RustFS up to 1.0.0-rc.3: [`Dialect::RUSTFS`] before tags of a filter had to match together, and
    /// before `Prefix` of a rule was honoured.
    ///
    /// `R01` and the like name experiments with RustFS's own code for rules, at commit `20d12664`.
    pub const RUSTFS_RC3: Self = Self::RUSTFS
        // Each answer needs its evidence again, since `with_tags` and the like note the caller's
        // choice.
        .named("rustfs-rc3")
        .with_tags(TagReading::Any)
        .known_by(
            Question::Tags,
            Evidence::new(EvidenceKind::Observed, "R01, until pull request 7503"),
        )
        .with_empty_tag_value(EmptyTagValue::MatchesEverything)
        .known_by(
            Question::EmptyTagValue,
            Evidence::new(EvidenceKind::Observed, "R23, until pull request 7503"),
        )
        .with_rule_prefix(RulePrefix::Ignored)
        .known_by(
            Question::RulePrefix,
            Evidence::new(EvidenceKind::Observed, "R05, until pull request 7626"),
        );
}
