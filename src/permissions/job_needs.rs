//! The permissions that the role of a Batch Replication job needs (REP-1231 to REP-1236).
//!
//! A job reads its manifest, or lets S3 generate one; it initiates the replication of each object;
//! and it writes a report. Three buckets may be involved beside the source, and each of them may be
//! in another account and encrypted with a key of its own.
//!
//! ```text
//! InitiateReplication   source/*
//! GenerateManifest      source
//! WriteManifest, ReadManifest, UseKeyOfManifest   bucket of the manifest
//! WriteReport, UseKeyOfReport                     bucket of the report
//! ```
//!
//! The replication of the objects itself needs the role of the configuration, and nothing of this
//! role.
//!
//! A need is about the owner of the bucket, too, where the bucket may be in another account. The
//! `Sid` also names the step of the job, and `job_judge.rs` depends on it: `WriteReport` and
//! `UseKeyOfReport` belong to the report, `InitiateReplication` to a task, and everything else to
//! the preparation.

use crate::batch::job::Failure;
use crate::batch::manifest::Format;
use crate::batch::request::{
    JobManifest, JobSource, ManifestEncryption, ManifestOutputLocation, S3JobManifestGenerator,
};
use crate::clause::{
    JOB_ROLE_GENERATES, JOB_ROLE_INITIATES, JOB_ROLE_READS_MANIFEST, JOB_ROLE_USES_KEYS,
    JOB_ROLE_WRITES_ACL, JOB_ROLE_WRITES_OUTPUT,
};
use crate::model::{
    AccountId, BucketArn, BucketName, EncryptionStatus, KmsKeyArn, ObjectOwnership,
};
use crate::permissions::need::{Identity, Key, KeyRange, Need, Purpose, Target};
use crate::permissions::replication_needs::EncryptedPlace;
use crate::permissions::setup::{Job, Owner, Setup};

/// No source names a failure code for it.
const PREPARATION_FAILS: &str = "the job fails during preparation";

impl Setup<'_> {
    /// Returns the needs of the role of the job, but for its trust; none without a job.
    ///
    /// ```text
    /// no job                       none
    /// a job without a document     InitiateReplication, GenerateManifest
    /// a job with a generator       these, and the kept manifest if there is one
    /// a job with a manifest        InitiateReplication, ReadManifest
    /// each of the last two         WriteReport if the report is enabled
    /// ```
    pub(super) fn job_needs(&self) -> Vec<Need> {
        let Some(job) = self.job else { return Vec::new() };
        let mut needs = vec![
            need(
                "InitiateReplication",
                "s3:InitiateReplication",
                // Every key: the manifest decides which objects have tasks, and not the rules.
                Target::Objects { bucket: self.source_arn(), ranges: vec![KeyRange::default()] },
                &JOB_ROLE_INITIATES,
                format!("the tasks of the job initiate replication in `{}`", self.source),
            )
            .failing_with("InitiateReplicationNotPermitted"),
        ];
        // Without the document of the job, only what every job needs is known.
        let Job::Specified(specification) = job else {
            needs.extend(self.generator_needs());
            return needs;
        };
        match specification.source() {
            JobSource::Generator(generator) => {
                needs.extend(self.generator_needs());
                needs.extend(self.kept_manifest_needs(generator));
            }
            // The job may name a generator or a manifest, never both.
            JobSource::Manifest(manifest) => needs.extend(self.manifest_needs(manifest)),
        }
        let report = specification.report();
        if let Some(bucket) = report.written_to() {
            let why = format!("S3 writes the completion report to `{}`", bucket.name());
            // Without a prefix the report may be anywhere in its bucket.
            let prefix = report.prefix.as_deref().unwrap_or_default();
            needs.push(
                need(
                    "WriteReport",
                    "s3:PutObject",
                    objects(bucket, prefix),
                    &JOB_ROLE_WRITES_OUTPUT,
                    why,
                )
                .of_owner()
                .failing_with(Failure::REPORT_UNWRITTEN),
            );
            // Reports have SSE-S3, according to one source; so the key is needed by the other only.
            let keys =
                self.key_needs(bucket, prefix, None, "UseKeyOfReport", Failure::REPORT_UNWRITTEN);
            needs.extend(keys.into_iter().map(Need::advised));
        }
        needs
    }

    /// Returns the needs of a manifest that S3 generates. S3 makes it by an inventory of the source
    /// bucket.
    ///
    /// S3 reports no reason for their lack, so the effect is described.
    fn generator_needs(&self) -> [Need; 2] {
        ["s3:GetReplicationConfiguration", "s3:PutInventoryConfiguration"].map(|action| {
            need(
                "GenerateManifest",
                action,
                Target::Bucket(self.source_arn()),
                &JOB_ROLE_GENERATES,
                format!("S3 generates the manifest from `{}`", self.source),
            )
            .with_effect(PREPARATION_FAILS)
        })
    }

    /// Returns the needs of a generated manifest that S3 keeps: it is written, and then read like
    /// any other.
    ///
    /// Empty if the job keeps no manifest.
    fn kept_manifest_needs(&self, generator: &S3JobManifestGenerator) -> Vec<Need> {
        let Some(location) = generator.saved_at() else { return Vec::new() };
        let ManifestOutputLocation { bucket, manifest_prefix, manifest_encryption, .. } = location;
        let prefix = manifest_prefix.as_deref().unwrap_or_default();
        let name = bucket.name();
        let why = format!("S3 keeps the manifest in `{name}`");
        // Writing comes before reading, as in the job.
        let mut needs = vec![
            need(
                "WriteManifest",
                "s3:PutObject",
                objects(bucket, prefix),
                &JOB_ROLE_WRITES_OUTPUT,
                why.clone(),
            )
            .of_owner()
            .failing_with(Failure::MANIFEST_UNWRITTEN),
        ];
        needs.extend(["s3:GetObject", "s3:GetObjectVersion"].map(|action| {
            need(
                "ReadManifest",
                action,
                objects(bucket, prefix),
                &JOB_ROLE_READS_MANIFEST,
                format!("S3 reads the manifest that it keeps in `{name}`"),
            )
            .of_owner()
            // A manifest that was just written has no older version, so reading by version is named
            // by one source only.
            .advised_unless(action == "s3:GetObject")
            .failing_with(Failure::MANIFEST_UNREADABLE)
        }));
        // With ACLs, the owner of the bucket could not read the manifest of another account. Where
        // ownership is unknown, the permission is written and not demanded.
        let ownership = self.settings(name).and_then(|settings| settings.object_ownership);
        // Within an account the owner of the objects is the owner of the bucket.
        let is_elsewhere = matches!(self.owner_of_output(location), Owner::Other(_));
        if is_elsewhere && ownership != Some(ObjectOwnership::BucketOwnerEnforced) {
            needs.push(
                need(
                    "WriteManifestAcl",
                    "s3:PutObjectAcl",
                    objects(bucket, prefix),
                    &JOB_ROLE_WRITES_ACL,
                    format!("`{name}` belongs to another account and may use ACLs"),
                )
                .of_owner()
                .advised_unless(ownership.is_some())
                .failing_with(Failure::MANIFEST_UNWRITTEN),
            );
        }
        // The job may name a key, SSE-S3, or leave it to the bucket.
        let key = match manifest_encryption {
            // An ID without an account and a Region is not enough to name the key, so the default
            // key stands in for it.
            Some(ManifestEncryption::SseKms { key_id }) => key_id.parse::<KmsKeyArn>().ok(),
            // SSE-S3 needs no key, whatever the default of the bucket is.
            Some(ManifestEncryption::SseS3) => return needs,
            None => None,
        };
        needs.extend(self.key_needs(
            bucket,
            prefix,
            key,
            "UseKeyOfManifest",
            Failure::MANIFEST_UNWRITTEN,
        ));
        needs
    }

    /// Returns the owner of the bucket of the manifest. The job names the account that it expects,
    /// which S3 verifies.
    ///
    /// Its answer decides about ACLs only. The bucket policy follows the facts, as for every
    /// bucket.
    fn owner_of_output(&self, location: &ManifestOutputLocation) -> Owner {
        match location.expected_manifest_bucket_owner {
            Some(account) => self.owned_by(account),
            None => self.owner(&location.bucket),
        }
    }

    /// Returns the needs of a manifest that the caller gives. An inventory is a manifest of
    /// manifests: its data files are read as well.
    ///
    /// Empty if the ARN of the object has no bucket or no key.
    fn manifest_needs(&self, manifest: &JobManifest) -> Vec<Need> {
        let location = &manifest.location;
        let (Some(name), Some(key)) = (location.object_arn.bucket(), location.object_arn.key())
        else {
            return Vec::new();
        };
        // The partition of the role, as S3 Batch Operations works within one.
        let bucket = BucketArn::new(self.partition().clone(), name.clone());
        let is_inventory = manifest.format == Format::S3InventoryReportCsv20161130;
        // One CSV manifest is one object, so its permission is judged for this key alone.
        let prefix = if is_inventory { folder_of_inventory(key) } else { key };
        let why = if is_inventory {
            format!("S3 reads the inventory in `{name}`: its manifest and its data files")
        } else {
            format!("S3 reads the manifest in `{name}`")
        };
        let target = || {
            if is_inventory {
                return objects(&bucket, prefix);
            }
            Target::Object { bucket: bucket.clone(), key: key.to_owned() }
        };
        // Both actions have the same target, reason and failure.
        let read = |action| {
            need("ReadManifest", action, target(), &JOB_ROLE_READS_MANIFEST, why.clone())
                .of_owner()
                .failing_with(Failure::MANIFEST_UNREADABLE)
        };
        let mut needs = vec![read("s3:GetObject")];
        let version = location.object_version_id.is_some();
        // S3 reads by version only where the job names a version of the manifest.
        needs.push(read("s3:GetObjectVersion").advised_unless(version));
        // A CSV manifest cannot be encrypted with a KMS key (REP-988).
        if is_inventory {
            needs.extend(self.key_needs(
                &bucket,
                prefix,
                None,
                "UseKeyOfManifest",
                Failure::MANIFEST_UNREADABLE,
            ));
        }
        needs
    }

    /// Returns the needs of a key for objects of a bucket: of the given one, or of that with which
    /// the bucket encrypts by default.
    ///
    /// Empty if no key is given, and the bucket is not known to encrypt with a KMS key. Each of the
    /// two actions is split by encryption context, as for the keys of replicas.
    fn key_needs(
        &self,
        bucket: &BucketArn,
        prefix: &str,
        key: Option<KmsKeyArn>,
        sid: &'static str,
        failure: &'static str,
    ) -> Vec<Need> {
        let settings = self.settings(bucket.name());
        let key = match key {
            Some(key) => Key::of(&key),
            None => match self.default_key(bucket.name(), bucket) {
                Some(key) => key,
                None => return Vec::new(),
            },
        };
        let place = EncryptedPlace {
            bucket: bucket.clone(),
            ranges: vec![range(prefix)],
            region: self.region(bucket.name()).cloned(),
            has_bucket_key: settings.and_then(|settings| settings.bucket_key_enabled),
        };
        ["kms:Decrypt", "kms:GenerateDataKey"]
            .into_iter()
            .flat_map(|action| {
                place.needs(
                    need(
                        sid,
                        action,
                        Target::Key(key.clone()),
                        &JOB_ROLE_USES_KEYS,
                        format!("this key encrypts objects in `{}`", bucket.name()),
                    )
                    .of_owner()
                    .failing_with(failure),
                )
            })
            .collect()
    }

    /// Returns the key with which a bucket encrypts by default, if it is known to use one.
    ///
    /// A bucket that is not known to use KMS needs no key: SSE-S3 is the default.
    ///
    /// The key is unknown, but of the account and Region of the bucket, if only the kind of
    /// encryption is known.
    fn default_key(&self, name: &BucketName, bucket: &BucketArn) -> Option<Key> {
        // `None` for a bucket about which nothing is known.
        let settings = self.settings(name)?;
        settings.default_encryption.filter(|status| EncryptionStatus::is_kms(*status))?;
        Some(settings.default_kms_key_id.as_ref().map_or_else(
            || Key::Unknown {
                partition: bucket.partition().clone(),
                // A key is in the Region of its bucket.
                region: settings.region.clone(),
                account: self.account_of(bucket),
                alias: None,
                is_multi_region: false,
            },
            Key::of,
        ))
    }

    /// Returns the account of a bucket, if it is known.
    ///
    /// `None` makes the account of a key a wildcard.
    fn account_of(&self, bucket: &BucketArn) -> Option<AccountId> {
        match self.owner(bucket) {
            Owner::Same => Some(self.role_account()),
            Owner::Other(account) => Some(account),
            Owner::Unknown => None,
        }
    }
}

/// Makes a need of the role of the job.
///
/// Required, and about no owner; callers change both where they have to.
fn need(
    sid: &'static str,
    action: &'static str,
    target: Target,
    clause: &'static crate::clause::Clause,
    why: String,
) -> Need {
    Need::new(Identity::JobRole, sid, Purpose::Job, action, target, clause, why)
}

/// Returns the objects of a bucket with a prefix.
fn objects(bucket: &BucketArn, prefix: &str) -> Target {
    Target::Objects { bucket: bucket.clone(), ranges: vec![range(prefix)] }
}

/// Returns the folder of an inventory: its data files are in `data/` beside the folder of each date.
///
/// ```text
/// lists/a/photos/c/2026-11-01T01-00Z/manifest.json    lists/a/photos/c
/// ```
///
/// The two last parts are the date and the name. A key with fewer parts gives the empty prefix,
/// which is every key of the bucket.
fn folder_of_inventory(key: &str) -> &str {
    let folder = key.rsplitn(3, '/').nth(2).unwrap_or_default();
    key.get(..folder.len()).unwrap_or_default()
}

/// Returns the range of all keys with a prefix.
fn range(prefix: &str) -> KeyRange {
    KeyRange { prefix: prefix.to_owned(), excluded: Vec::new() }
}
