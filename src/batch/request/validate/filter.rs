use std::str::FromStr;

use crate::batch::generator::{self, KeyNameConstraint};
use crate::batch::request::validate::Proof;
use crate::batch::request::{
    JobManifestGeneratorFilterDraft, KeyNameConstraintDraft, ObjectEncryptionFilterDraft,
};
use crate::clause::{self, Clause};
use crate::diagnostic::Diagnostic;
use crate::dialect::job::KeyNameStrings;
use crate::model::{KmsKeyArn, KmsKeyResource, StorageClass};
use crate::path::FieldPath;

/// The classes that a filter can name (REP-919).
const STORAGE_CLASSES: &[StorageClass] = &[
    StorageClass::STANDARD,
    StorageClass::STANDARD_IA,
    StorageClass::ONEZONE_IA,
    StorageClass::GLACIER,
    StorageClass::INTELLIGENT_TIERING,
    StorageClass::DEEP_ARCHIVE,
    StorageClass::GLACIER_IR,
];

impl Proof<'_> {
    pub(super) fn filter(
        &mut self,
        draft: &JobManifestGeneratorFilterDraft,
        at: &FieldPath,
    ) -> generator::Filter {
        const MOMENT: &str = "write a moment such as `2026-11-22T10:00:00Z`";
        let bounds = &clause::FILTER_BOUNDS;
        let before = draft.created_before.as_ref();
        let created_before = self.parse(before, at, "CreatedBefore", bounds, MOMENT);
        let after = draft.created_after.as_ref();
        let created_after = self.parse(after, at, "CreatedAfter", bounds, MOMENT);
        let statuses = draft.object_replication_statuses.as_ref().map(|words| {
            let path = at.clone().field("ObjectReplicationStatuses");
            let help = "write `COMPLETED`, `FAILED`, `REPLICA` or `NONE`; a version that is \
                        `PENDING` can't be selected";
            self.words(words, &path, &clause::FILTER_STATUSES, help, |word| {
                generator::StatusFilter::from_str(word).ok()
            })
        });
        let names = draft.key_name_constraint.as_ref();
        let names =
            names.map(|names| self.key_names(names, &at.clone().field("KeyNameConstraint")));
        let classes = draft.match_any_storage_class.as_ref().map(|words| {
            let path = at.clone().field("MatchAnyStorageClass");
            let help = "write one of `STANDARD`, `STANDARD_IA`, `ONEZONE_IA`, `GLACIER`, \
                        `INTELLIGENT_TIERING`, `DEEP_ARCHIVE`, `GLACIER_IR`";
            self.words(words, &path, &clause::FILTER_STORAGE_CLASSES, help, |word| {
                STORAGE_CLASSES.iter().find(|class| class.as_str() == word).cloned()
            })
        });
        let encryption = draft.match_any_object_encryption.as_deref();
        let encryption = encryption.and_then(|filters| {
            self.encryptions(filters, &at.clone().field("MatchAnyObjectEncryption"))
        });
        generator::Filter {
            eligible_for_replication: draft.eligible_for_replication,
            created_after,
            created_before,
            object_replication_statuses: statuses,
            key_name_constraint: names,
            object_size_greater_than_bytes: draft.object_size_greater_than_bytes,
            object_size_less_than_bytes: draft.object_size_less_than_bytes,
            match_any_storage_class: classes,
            match_any_object_encryption: encryption,
        }
    }

    /// Reads the words of a list; those that are not known are refused.
    fn words<T>(
        &mut self,
        words: &[String],
        path: &FieldPath,
        clause: &'static Clause,
        help: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        self.warn_of_empty_list(words, path, clause);
        let mut values = Vec::new();
        for (index, word) in words.iter().enumerate() {
            if let Some(value) = read(word) {
                values.push(value);
            } else {
                let shown: String = word.chars().take(60).collect();
                let message = format!("`{}` can't be selected", shown.escape_debug());
                self.refuse("invalid-value", clause, path.clone().index(index), message, help);
            }
        }
        values
    }

    /// Warns of a list without items, of which no source says what it selects.
    fn warn_of_empty_list(&mut self, list: &[String], at: &FieldPath, clause: &'static Clause) {
        if list.is_empty() {
            let message = "the list is empty, and is taken as if it were not there";
            let finding = Diagnostic::warning("list-empty", clause, at.clone(), message);
            self.report.push(finding.with_help("leave the list out, or name something in it"));
        }
    }

    fn key_names(&mut self, draft: &KeyNameConstraintDraft, at: &FieldPath) -> KeyNameConstraint {
        let mut list = |strings: Option<&Vec<String>>, name: &'static str| {
            strings.map(|strings| self.key_strings(strings, &at.clone().field(name)))
        };
        KeyNameConstraint {
            match_any_prefix: list(draft.match_any_prefix.as_ref(), "MatchAnyPrefix"),
            match_any_suffix: list(draft.match_any_suffix.as_ref(), "MatchAnySuffix"),
            match_any_substring: list(draft.match_any_substring.as_ref(), "MatchAnySubstring"),
        }
    }

    fn key_strings(&mut self, strings: &[String], path: &FieldPath) -> Vec<String> {
        const LIMIT: usize = 1024;
        let clause = &clause::FILTER_KEY_NAMES;
        self.warn_of_empty_list(strings, path, clause);
        if strings.len() > 1 && self.dialect.key_name_strings() == KeyNameStrings::One {
            let message =
                format!("a list of key names holds one string, here are {}", strings.len());
            let help = "keep one, and make a job for each of the others";
            self.refuse("key-names-over-limit", clause, path.clone(), message, help);
        }
        let strings = strings.iter().enumerate();
        let limited = strings.filter_map(|(index, string)| {
            self.limited(string, || path.clone().index(index), LIMIT, clause)
        });
        limited.map(String::from).collect()
    }

    fn encryptions(
        &mut self,
        filters: &[ObjectEncryptionFilterDraft],
        at: &FieldPath,
    ) -> Option<generator::EncryptionFilter> {
        let [filter] = filters else {
            let message = format!("the list holds one encryption, here are {}", filters.len());
            let help = "keep one, or leave the list out";
            let clause = &clause::FILTER_ENCRYPTION;
            self.refuse("encryption-not-one", clause, at.clone(), message, help);
            return None;
        };
        let at = at.clone().index(0);
        match filter {
            ObjectEncryptionFilterDraft {
                sse_s3: Some(_),
                sse_kms: None,
                dsse_kms: None,
                sse_c: None,
                not_sse: None,
            } => Some(generator::EncryptionFilter::SseS3),
            ObjectEncryptionFilterDraft {
                sse_s3: None,
                sse_kms: Some(kms),
                dsse_kms: None,
                sse_c: None,
                not_sse: None,
            } => {
                let kms_key_arn = self.kms_key(kms.kms_key_arn.as_ref(), &at.field("SSE-KMS"));
                let bucket_key_enabled = kms.bucket_key_enabled;
                Some(generator::EncryptionFilter::SseKms { kms_key_arn, bucket_key_enabled })
            }
            ObjectEncryptionFilterDraft {
                sse_s3: None,
                sse_kms: None,
                dsse_kms: Some(kms),
                sse_c: None,
                not_sse: None,
            } => {
                let kms_key_arn = self.kms_key(kms.kms_key_arn.as_ref(), &at.field("DSSE-KMS"));
                Some(generator::EncryptionFilter::DsseKms { kms_key_arn })
            }
            ObjectEncryptionFilterDraft {
                sse_s3: None,
                sse_kms: None,
                dsse_kms: None,
                sse_c: Some(_),
                not_sse: None,
            } => Some(generator::EncryptionFilter::SseC),
            ObjectEncryptionFilterDraft {
                sse_s3: None,
                sse_kms: None,
                dsse_kms: None,
                sse_c: None,
                not_sse: Some(_),
            } => Some(generator::EncryptionFilter::NotSse),
            _ => {
                let message = "an item names one encryption, not none and not several";
                let help = "name one of `SSE-S3`, `SSE-KMS`, `DSSE-KMS`, `SSE-C`, `NOT-SSE`";
                self.refuse("encryption-not-one", &clause::FILTER_ENCRYPTION, at, message, help);
                None
            }
        }
    }

    fn kms_key(&mut self, text: Option<&String>, at: &FieldPath) -> Option<KmsKeyArn> {
        const NAME: &str = "KmsKeyArn";
        const HELP: &str = "write the ARN of the key, `arn:aws:kms:<Region>:<account>:key/<id>`";
        let clause = &clause::FILTER_ENCRYPTION;
        self.limited(text?, || at.clone().field(NAME), 2048, clause)?;
        let arn: KmsKeyArn = self.parse(text, at, NAME, clause, HELP)?;
        if matches!(arn.resource(), KmsKeyResource::Alias(_)) {
            let message = "a filter names a key, not an alias";
            self.refuse("invalid-value", clause, at.clone().field(NAME), message, HELP);
            return None;
        }
        Some(arn)
    }
}
