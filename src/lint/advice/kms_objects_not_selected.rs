use crate::dialect::{ElementReading, KmsVersions, SourceSelection};
use crate::engine::Reason;
use crate::lint::advice::Decisions;
use crate::lint::{Fact, Findings, declare_lint};
use crate::model::EncryptionStatus;
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule that does not select versions encrypted with a KMS key, of a source bucket whose default
    /// encryption is known to be SSE-KMS or DSSE-KMS, where no other rule replicates them to the same
    /// bucket.
    ///
    /// ## Why it matters
    ///
    /// Versions encrypted with a KMS key are replicated only by rules that opt in. Every version that is
    /// written without a request for another encryption is not replicated.
    ///
    /// ## Example
    ///
    /// The source bucket `encrypting` has SSE-KMS as its default encryption.
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <SourceSelectionCriteria><SseKmsEncryptedObjects>
    ///     <Status>Enabled</Status></SseKmsEncryptedObjects></SourceSelectionCriteria>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <EncryptionConfiguration>
    ///       <ReplicaKmsKeyID>arn:aws:kms:eu-west-1:210987654321:key/1234abcd</ReplicaKmsKeyID>
    ///     </EncryptionConfiguration></Destination></Rule>
    /// ```
    static LINT = {
        name: "kms-objects-not-selected",
        summary: "the source bucket encrypts with SSE-KMS, and a rule does not replicate such objects",
        clause: KMS_OPT_IN,
        group: Suspicious,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    // Elsewhere every rule replicates them.
    if decisions.context.dialect().kms_versions() != KmsVersions::OptIn {
        return;
    }
    for rule in decisions.writing_rules().filter(|rule| !rule.selects_kms()) {
        // It steps aside for them, and another rule may take them all.
        let steps_aside =
            decisions.context.dialect().source_selection() == SourceSelection::Filters;
        let mut others = decisions.enabled_rules().filter(|other| {
            other.selects_kms()
                && other.destination.bucket == rule.destination.bucket
                && other.filter.covers(&rule.filter)
        });
        if steps_aside && others.next().is_some() {
            continue;
        }
        let encryption = found.source_fact(&decisions.context, Fact::DefaultEncryption, |facts| {
            facts.default_encryption
        });
        if !encryption.is_some_and(EncryptionStatus::is_kms) {
            return;
        }
        let message = format!(
            "the source bucket encrypts with SSE-KMS, and rule `{}` does not replicate such objects",
            rule.name(),
        );
        let path = FieldPath::rule(rule.position).field("SourceSelectionCriteria");
        let help = if decisions.context.dialect().kms_elements() == ElementReading::Honoured {
            Reason::KmsNotSelected.help_in(rule).unwrap_or_default()
        } else {
            "encrypt with SSE-S3 in the source bucket; the store takes no element that selects others"
        };
        found.push(LINT.advice(path, message).with_help(help));
    }
}
