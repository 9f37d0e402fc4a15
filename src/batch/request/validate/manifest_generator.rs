//! The generator of a manifest and its filter.
//!
//! The rules are those of one member or of two of them. They do not ask whether the filter selects
//! anything: crossed bounds are accepted by the service, and are advice (`batch/advice.rs`).
//!
//! ```text
//! EnableManifestOutput true, no location        refused: output-location-missing
//! EnableManifestOutput false, with a location   accepted, and the location is kept
//! ManifestEncryption {}                         warning: encryption-unstated
//! ManifestEncryption {SSES3, SSEKMS}            refused: encryption-not-one
//! MatchAnyStorageClass [REDUCED_REDUNDANCY]     refused: invalid-value at its index
//! MatchAnyStorageClass []                       warning: list-empty
//! ```

use super::Findings;
use crate::batch::request::form::KMS_KEY_LIMIT;
use crate::batch::request::{
    JobManifestGeneratorFilterDraft, ManifestEncryption, ManifestEncryptionDraft,
    ManifestOutputLocation, ManifestOutputLocationDraft, ObjectEncryptionFilterDraft,
    S3JobManifestGenerator, S3JobManifestGeneratorDraft,
};
use crate::batch::{generator, generator::KeyNameConstraint};
use crate::clause::{self, Clause};
use crate::dialect::job::KeyNameStrings;
use crate::model::{KmsKeyArn, KmsKeyResource, StorageClass};
use crate::path::FieldPath;

/// The classes that a filter can name (REP-919).
///
/// In the order in which the help names them.
const STORAGE_CLASSES: &[StorageClass] = &[
    StorageClass::STANDARD,
    StorageClass::STANDARD_IA,
    StorageClass::ONEZONE_IA,
    StorageClass::GLACIER,
    StorageClass::INTELLIGENT_TIERING,
    StorageClass::DEEP_ARCHIVE,
    StorageClass::GLACIER_IR,
];

/// Validates the generator. `None` if a required member is absent or refused; a filter or a
/// location that is refused does not make it `None`, since the findings prevent the specification.
pub(super) fn validate_generator(
    draft: &S3JobManifestGeneratorDraft,
    at: &FieldPath,
    findings: &mut Findings<'_>,
) -> Option<S3JobManifestGenerator> {
    let location_at = at.clone().field("ManifestOutputLocation");
    let source_bucket = findings.required(draft.source_bucket.as_ref(), at, "SourceBucket");
    // Two calls, since a missing member and one that is too long have different codes.
    let source_bucket = findings.bucket(source_bucket, at, "SourceBucket");
    let enable = draft.enable_manifest_output.as_ref();
    let enable_manifest_output = findings.required(enable, at, "EnableManifestOutput");
    // The API marks the location as optional, so this is a check of this crate (REP-913).
    if enable_manifest_output == Some(&true) && draft.manifest_output_location.is_none() {
        let message = "the manifest is to be saved, but its place is missing";
        let help = "add `ManifestOutputLocation`, or write `false` in `EnableManifestOutput`";
        let path = location_at.clone();
        findings.refuse("output-location-missing", &clause::JOB_GENERATOR, path, message, help);
    }
    // Validated also where the output is not enabled.
    let location = draft.manifest_output_location.as_ref();
    let manifest_output_location =
        location.and_then(|location| validate_output(location, &location_at, findings));
    let filter = draft.filter.as_ref();
    let filter =
        filter.map(|filter| validate_filter(filter, &at.clone().field("Filter"), findings));
    Some(S3JobManifestGenerator {
        expected_bucket_owner: draft.expected_bucket_owner,
        // The `?` come last, after every member was looked at.
        source_bucket: source_bucket?,
        manifest_output_location,
        filter,
        enable_manifest_output: *enable_manifest_output?,
    })
}

/// Validates the place of a manifest that is kept. The only format is required all the same.
fn validate_output(
    draft: &ManifestOutputLocationDraft,
    at: &FieldPath,
    findings: &mut Findings<'_>,
) -> Option<ManifestOutputLocation> {
    let bucket = findings.required(draft.bucket.as_ref(), at, "Bucket");
    let bucket = findings.bucket(bucket, at, "Bucket");
    // Without a prefix, the manifest is at the top of its bucket.
    let prefix = findings.text(draft.manifest_prefix.as_ref(), at, "ManifestPrefix", 512);
    let encryption = draft.manifest_encryption.as_ref();
    let manifest_encryption = encryption.and_then(|encryption| {
        validate_encryption(encryption, &at.clone().field("ManifestEncryption"), findings)
    });
    let format = findings.required(draft.manifest_format.as_ref(), at, "ManifestFormat");
    Some(ManifestOutputLocation {
        expected_manifest_bucket_owner: draft.expected_manifest_bucket_owner,
        bucket: bucket?,
        manifest_prefix: prefix,
        manifest_encryption,
        manifest_format: *format?,
    })
}

/// Returns the encryption of the manifest. No encryption is a warning, since the default of the
/// bucket applies; two are refused, because no order between them is documented.
fn validate_encryption(
    draft: &ManifestEncryptionDraft,
    at: &FieldPath,
    findings: &mut Findings<'_>,
) -> Option<ManifestEncryption> {
    let clause = &clause::JOB_GENERATOR;
    match (&draft.sse_s3, &draft.sse_kms) {
        // `SSE-S3` is an empty structure, whose presence is its value.
        (Some(_), None) => Some(ManifestEncryption::SseS3),
        (None, Some(kms)) => {
            // Paths have the names of XML, for both forms of a document.
            let at = at.clone().field("SSE-KMS");
            // The key may be an ID, an ARN or an alias, so only its length is checked.
            let key_id = findings.required(kms.key_id.as_ref(), &at, "KeyId");
            let key_id = findings.text(key_id, &at, "KeyId", 2000)?;
            Some(ManifestEncryption::SseKms { key_id })
        }
        (None, None) => {
            let message =
                "`ManifestEncryption` names no encryption, so the bucket's default applies";
            let help = "name `SSE-S3` or `SSE-KMS`, or leave `ManifestEncryption` out";
            findings.warn("encryption-unstated", clause, at.clone(), message, help);
            None
        }
        (Some(_), Some(_)) => {
            let message = "`ManifestEncryption` names both `SSE-S3` and `SSE-KMS`";
            let help = "name one of them, or leave `ManifestEncryption` out";
            findings.refuse("encryption-not-one", clause, at.clone(), message, help);
            None
        }
    }
}

/// Validates the filter of a generator. All members are looked at, so that one run of a lint shows
/// all mistakes. A member that is refused does not matter in the result: the specification is not
/// returned then.
///
/// Bounds of time and size need no check of their own: their types hold every value that a request
/// may have.
pub(super) fn validate_filter(
    draft: &JobManifestGeneratorFilterDraft,
    at: &FieldPath,
    findings: &mut Findings<'_>,
) -> generator::Filter {
    if let Some(statuses) = &draft.object_replication_statuses {
        let path = at.clone().field("ObjectReplicationStatuses");
        // The words were checked by the table, and a draft of a caller has them as an enum.
        warn_of_empty_list(statuses, &path, &clause::FILTER_STATUSES, findings);
    }
    // A constraint without any list is accepted, and restricts nothing.
    if let Some(names) = &draft.key_name_constraint {
        validate_key_names(names, &at.clone().field("KeyNameConstraint"), findings);
    }
    if let Some(classes) = &draft.match_any_storage_class {
        validate_classes(classes, &at.clone().field("MatchAnyStorageClass"), findings);
    }
    let encryption = draft.match_any_object_encryption.as_deref();
    let encryption = encryption.and_then(|filters| {
        validate_encryptions(filters, &at.clone().field("MatchAnyObjectEncryption"), findings)
    });
    generator::Filter {
        eligible_for_replication: draft.eligible_for_replication,
        created_after: draft.created_after,
        created_before: draft.created_before,
        object_replication_statuses: draft.object_replication_statuses.clone(),
        key_name_constraint: draft.key_name_constraint.clone(),
        object_size_greater_than_bytes: draft.object_size_greater_than_bytes,
        object_size_less_than_bytes: draft.object_size_less_than_bytes,
        match_any_storage_class: draft.match_any_storage_class.clone(),
        match_any_object_encryption: encryption,
    }
}

/// Warns of a list without items. No source states what it selects.
///
/// The same for each list of the filter but that of encryptions, which must have one item.
fn warn_of_empty_list<T>(
    list: &[T],
    at: &FieldPath,
    clause: &'static Clause,
    findings: &mut Findings<'_>,
) {
    if list.is_empty() {
        let message = "the list is empty, and is taken as if it were absent";
        let help = "leave the list out, or add an item";
        findings.warn("list-empty", clause, at.clone(), message, help);
    }
}

/// Refuses storage classes that a filter cannot select, such as `REDUCED_REDUNDANCY`, and mistakes
/// in names.
///
/// The vocabulary of classes is open, so a draft may hold any text.
fn validate_classes(classes: &[StorageClass], at: &FieldPath, findings: &mut Findings<'_>) {
    let clause = &clause::FILTER_STORAGE_CLASSES;
    warn_of_empty_list(classes, at, clause, findings);
    for (index, class) in classes.iter().enumerate() {
        if !STORAGE_CLASSES.contains(class) {
            // A text of any length may stand for a class.
            let shown: String = class.as_str().chars().take(60).collect();
            let message = format!("`{}` cannot be selected", shown.escape_debug());
            let known: Vec<&str> = STORAGE_CLASSES.iter().map(StorageClass::as_str).collect();
            let help = format!("write one of `{}`", known.join("`, `"));
            findings.refuse("invalid-value", clause, at.clone().index(index), message, help);
        }
    }
}

/// Checks the three lists of a filter on keys: beginnings, ends, and parts.
///
/// Each list has a path of its own, so a finding names the string by its list and index.
fn validate_key_names(names: &KeyNameConstraint, at: &FieldPath, findings: &mut Findings<'_>) {
    // The three lists have the same rules.
    let lists = [
        (&names.match_any_prefix, "MatchAnyPrefix"),
        (&names.match_any_suffix, "MatchAnySuffix"),
        (&names.match_any_substring, "MatchAnySubstring"),
    ];
    for (strings, name) in lists {
        if let Some(strings) = strings {
            validate_key_strings(strings, &at.clone().field(name), findings);
        }
    }
}

/// Checks the strings of one list. The dialect decides whether one or several strings are allowed,
/// on which sources differ.
///
/// All strings are checked even if there are too many.
fn validate_key_strings(strings: &[String], at: &FieldPath, findings: &mut Findings<'_>) {
    /// The most characters of a string.
    const LIMIT: usize = 1024;
    let clause = &clause::FILTER_KEY_NAMES;
    warn_of_empty_list(strings, at, clause, findings);
    if strings.len() > 1 && findings.dialect.key_name_strings() == KeyNameStrings::One {
        let message = format!("the list has {} strings, but S3 allows 1", strings.len());
        let help = "keep one, and make a job for each of the others";
        findings.refuse("key-names-over-limit", clause, at.clone(), message, help);
    }
    for (index, string) in strings.iter().enumerate() {
        // The text that is returned is not needed: the filter keeps the list as it is.
        findings.limited(string, || at.clone().index(index), LIMIT, clause);
    }
}

/// Returns the encryption that a filter selects. The item is a union of five members. `SSE-KMS` and
/// `DSSE-KMS` may name a key; an empty one selects every key.
///
/// `None` if it was refused, which is also the value of a filter without encryption; the findings
/// make the difference.
fn validate_encryptions(
    filters: &[ObjectEncryptionFilterDraft],
    at: &FieldPath,
    findings: &mut Findings<'_>,
) -> Option<generator::EncryptionFilter> {
    let clause = &clause::FILTER_ENCRYPTION;
    // An empty list is refused here, unlike the other lists: the API has exactly one item.
    let [filter] = filters else {
        let message = format!("the list has {} encryption types, but S3 allows 1", filters.len());
        let help = "keep one, or leave the list out";
        findings.refuse("encryption-not-one", clause, at.clone(), message, help);
        return None;
    };
    let at = at.clone().index(0);
    let ObjectEncryptionFilterDraft { sse_s3, sse_kms, dsse_kms, sse_c, not_sse } = filter;
    match (sse_s3, sse_kms, dsse_kms, sse_c, not_sse) {
        (Some(_), None, None, None, None) => Some(generator::EncryptionFilter::SseS3),
        // An empty `SSE-KMS` selects every key, and S3 Bucket Keys on and off.
        (None, Some(kms), None, None, None) => {
            let kms_key_arn = validate_key(kms.kms_key_arn.as_ref(), at.field("SSE-KMS"), findings);
            let bucket_key_enabled = kms.bucket_key_enabled;
            Some(generator::EncryptionFilter::SseKms { kms_key_arn, bucket_key_enabled })
        }
        (None, None, Some(kms), None, None) => {
            let kms_key_arn =
                validate_key(kms.kms_key_arn.as_ref(), at.field("DSSE-KMS"), findings);
            Some(generator::EncryptionFilter::DsseKms { kms_key_arn })
        }
        (None, None, None, Some(_), None) => Some(generator::EncryptionFilter::SseC),
        (None, None, None, None, Some(_)) => Some(generator::EncryptionFilter::NotSse),
        // None of the five, or more than one of them.
        _ => {
            let message = "the item names several encryption types, or none";
            let help = "name one of `SSE-S3`, `SSE-KMS`, `DSSE-KMS`, `SSE-C`, `NOT-SSE`";
            findings.refuse("encryption-not-one", clause, at, message, help);
            None
        }
    }
}

/// Returns the key of an encryption filter, which must not be an alias: an alias may point to
/// another key tomorrow, while versions keep the key that they were written with.
///
/// `None` for an absent key, and for one that was refused.
fn validate_key(
    key: Option<&KmsKeyArn>,
    at: FieldPath,
    findings: &mut Findings<'_>,
) -> Option<KmsKeyArn> {
    let clause = &clause::FILTER_ENCRYPTION;
    let at = at.field("KmsKeyArn");
    findings.limited(&key?.to_string(), || at.clone(), KMS_KEY_LIMIT, clause)?;
    // The tables refuse it in a document; a draft that a caller built may still have one.
    if matches!(key?.resource(), KmsKeyResource::Alias(_)) {
        let help = "write the ARN of the key, `arn:aws:kms:<Region>:<account>:key/<id>`";
        findings.refuse("invalid-value", clause, at, "a filter names a key, not an alias", help);
        return None;
    }
    key.cloned()
}
