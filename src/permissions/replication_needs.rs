//! The permissions that the role of a configuration needs (REP-1202 to REP-1217).
//!
//! The needs follow from the rules that are enabled, and from facts about the buckets. A feature
//! that no rule uses adds nothing: no delete markers, no `s3:ReplicateDelete`. The order is source,
//! destinations, decryption, encryption, and the documents keep it.
//!
//! Where sources differ (see [`PermissionDialect`](crate::dialect::permission::PermissionDialect)),
//! the need exists and is advised, unless the dialect demands it. So written documents have the
//! permission, and a check does not fail for it.
//!
//! A configuration with one rule and no KMS key has these needs, in this order:
//!
//! ```text
//! ReadSourceBucket    s3:GetReplicationConfiguration, s3:ListBucket    photos
//! ReadSourceVersions  s3:GetObjectVersionForReplication                photos/*
//! ReadSourceAcls      s3:GetObjectVersionAcl                           photos/*
//! ReadSourceTags      s3:GetObjectVersionTagging, advised              photos/*
//! WriteReplicas       s3:ReplicateObject                               backup/*
//! WriteDeleteMarkers  s3:ReplicateDelete                               backup/*
//! WriteTags           s3:ReplicateTags, advised                        backup/*
//! ```
//!
//! The purpose of a need decides which operations of a simulation use it, see `judge.rs`. The
//! reasons in `failing_with` are those that S3 reports. The needs of a job are in `job_needs.rs`,
//! which shares [`EncryptedPlace`] with this file.

use crate::clause::{
    OTHER_ACCOUNT_BUCKET, ROLE_CHANGES_OWNER, ROLE_DECRYPTS, ROLE_ENCRYPTS, ROLE_READS_ACLS,
    ROLE_READS_ANNOTATIONS, ROLE_READS_BUCKET, ROLE_READS_LOCKS, ROLE_READS_TAGS,
    ROLE_READS_VERSIONS, ROLE_USES_DEFAULT_KEY, ROLE_WRITES_DELETE_MARKERS, ROLE_WRITES_OBJECTS,
    ROLE_WRITES_TAGS,
};
use crate::dialect::permission::{
    DestinationBucketActions, ReplicaKeyActions, TagPermission, UnreadableTags, UnreplicatedAcls,
};
use crate::model::{
    BucketArn, EncryptionStatus, KmsKeyResource, ObjectOwnership, Owner as ReplicaOwner, Region,
    ReplicationRule,
};
use crate::permissions::need::{
    ENCRYPTION, EncryptionContext, Identity, Key, KeyRange, Keys, Need, Purpose, Target,
};
use crate::permissions::setup::{Owner, Setup};

/// The condition key of the header with the KMS key, which requests for other replicas lack.
const ENCRYPTION_KEY: &str = "s3:x-amz-server-side-encryption-aws-kms-key-id";
/// The condition key of the header of SSE-C.
const CUSTOMER_ALGORITHM: &str = "s3:x-amz-server-side-encryption-customer-algorithm";

impl Setup<'_> {
    /// Returns the needs of the replication role, but for its trust.
    ///
    /// None of them is about a rule alone: rules with one destination share their needs, with the
    /// ranges of keys of all of them. Needs of destinations come before all needs of keys, because
    /// a policy reads better with its statements about S3 together.
    pub(super) fn replication_needs(&self) -> Vec<Need> {
        let mut needs = self.source_needs();
        for bucket in self.destinations() {
            needs.extend(self.destination_needs(bucket));
        }
        needs.extend(self.decryption_needs());
        for bucket in self.destinations() {
            needs.extend(self.encryption_needs(bucket));
        }
        needs
    }

    /// Returns the needs on the source bucket.
    ///
    /// They are there also without an enabled rule. The ranges of objects are empty then, and a
    /// check asks about the resource of the statement as it is written.
    fn source_needs(&self) -> Vec<Need> {
        let bucket = || Target::Bucket(self.source_arn());
        let objects =
            || Target::Objects { bucket: self.source_arn(), ranges: ranges(self.rules()) };
        let role = |sid, purpose, action, target, clause, why: &str| {
            Need::new(Identity::ReplicationRole, sid, purpose, action, target, clause, why)
        };
        let source = &self.source;
        let mut needs = vec![
            role(
                "ReadSourceBucket",
                Purpose::ReadBucket,
                "s3:GetReplicationConfiguration",
                bucket(),
                &ROLE_READS_BUCKET,
                &format!("S3 reads the configuration of `{source}` and finds its delete markers"),
            )
            .with_effect("nothing is replicated; S3 publishes no reason for this failure"),
            role(
                "ReadSourceBucket",
                Purpose::ReadBucket,
                "s3:ListBucket",
                bucket(),
                &ROLE_READS_BUCKET,
                "",
            )
            .failing_with("SrcHeadObjectNotPermitted"),
            Need {
                // The older action is enough as long as no rule selects versions encrypted with a
                // KMS key.
                substitute: (!self.rules().any(ReplicationRule::selects_kms))
                    .then_some("s3:GetObjectVersion"),
                ..role(
                    "ReadSourceVersions",
                    Purpose::ReadVersion,
                    "s3:GetObjectVersionForReplication",
                    objects(),
                    &ROLE_READS_VERSIONS,
                    "S3 reads the versions to replicate",
                )
                .failing_with("SrcGetObjectNotPermitted")
            },
        ];
        // From here on, each need depends on the rules, the dialect or the settings of the bucket.
        if self.needs_acls() {
            needs.push(
                role(
                    "ReadSourceAcls",
                    Purpose::ReadAcl,
                    "s3:GetObjectVersionAcl",
                    objects(),
                    &ROLE_READS_ACLS,
                    "S3 reads the ACLs of the versions",
                )
                .failing_with("SrcGetAclNotPermitted"),
            );
        }
        // A rule that selects by tags cannot select anything without reading them.
        let has_tag_filter = self.rules().any(|rule| {
            !rule.filter.tags().is_empty() || !rule.filter.exclusion().tags().is_empty()
        });
        let tags = role(
            "ReadSourceTags",
            Purpose::ReadTags,
            "s3:GetObjectVersionTagging",
            objects(),
            &ROLE_READS_TAGS,
            "S3 reads the tags of the versions; without the permission, replicas have no tags",
        );
        needs.push(match self.answers().unreadable_tags() {
            // The need stays required: in this reading, a version whose tags cannot be read fails.
            UnreadableTags::Fail => tags.failing_with("SrcGetTaggingNotPermitted"),
            // The reason of a failure is left out, since nothing fails. `Need::withholds` relies on
            // that.
            _ => tags.advised_unless(has_tag_filter).with_effect("replicas have no tags"),
        });
        // Unknown Object Lock adds no need. The documents get a remark, and a check an unknown
        // fact.
        if self.settings(source).is_some_and(crate::model::BucketSettings::has_object_lock) {
            needs.extend(self.lock_needs());
        }
        if self.replicates_annotations {
            needs.push(
                role(
                    "ReadSourceAnnotations",
                    Purpose::ReadAnnotations,
                    "s3:GetObjectVersionAnnotationForReplication",
                    objects(),
                    &ROLE_READS_ANNOTATIONS,
                    "S3 reads the annotations of the versions",
                )
                .failing_with("SrcGetObjectAnnotationNotPermitted"),
            );
        }
        needs
    }

    /// Returns the needs of a source bucket with Object Lock.
    ///
    /// Separate, because `unknown.rs` asks whether the documents would be enough if the unknown
    /// Object Lock were enabled.
    pub(super) fn lock_needs(&self) -> [Need; 2] {
        let source = &self.source;
        let why = format!("`{source}` has Object Lock; S3 reads retention and legal holds");
        let actions = [
            ("s3:GetObjectRetention", "SrcGetRetentionNotPermitted"),
            ("s3:GetObjectLegalHold", "SrcGetLegalHoldNotPermitted"),
        ];
        actions.map(|(action, failure)| {
            Need::new(
                Identity::ReplicationRole,
                "ReadSourceLocks",
                Purpose::ReadLock,
                action,
                Target::Objects { bucket: self.source_arn(), ranges: ranges(self.rules()) },
                &ROLE_READS_LOCKS,
                why.clone(),
            )
            .failing_with(failure)
        })
    }

    /// Returns true if the role reads ACLs: in every setup, or where one is replicated.
    ///
    /// Nothing is replicated of ACLs if either bucket has none, or if the owner of the destination
    /// becomes the owner of the replica.
    fn needs_acls(&self) -> bool {
        if self.answers().unreplicated_acls() == UnreplicatedAcls::Needed {
            return true;
        }
        // An unknown ownership counts as one with ACLs: a permission too many is safe, one too few
        // is not.
        let is_enforced = |bucket| {
            let settings = self.settings(bucket);
            settings.and_then(|settings| settings.object_ownership)
                == Some(ObjectOwnership::BucketOwnerEnforced)
        };
        !is_enforced(&self.source)
            && self.rules().any(|rule| {
                rule.destination.ownership.owner() == ReplicaOwner::Source
                    && !is_enforced(rule.destination.bucket.name())
            })
    }

    /// Returns the needs on one destination bucket, for all rules that replicate to it.
    ///
    /// All of them concern the owner of the bucket, who repeats them in a bucket policy if it is
    /// another account. Delete markers and owner override are limited to the rules that have them,
    /// and so to their keys.
    fn destination_needs(&self, bucket: &BucketArn) -> Vec<Need> {
        let name = bucket.name();
        // The keys of replicas are those of their sources, so the ranges of the rules hold here,
        // too.
        let objects = |rules: Vec<&ReplicationRule>| Target::Objects {
            bucket: bucket.clone(),
            ranges: ranges(rules),
        };
        let role = |sid, purpose, action, target, clause, why: String| {
            Need::new(Identity::ReplicationRole, sid, purpose, action, target, clause, why)
                .of_owner()
        };
        let all: Vec<&ReplicationRule> = self.rules_to(bucket).collect();
        let mut needs = vec![
            Need {
                // Only writing a replica has headers of encryption, and a bucket policy may have
                // conditions on them.
                variants: self.encryptions(&all),
                ..role(
                    "WriteReplicas",
                    Purpose::WriteReplica,
                    "s3:ReplicateObject",
                    objects(all.clone()),
                    &ROLE_WRITES_OBJECTS,
                    format!("S3 writes replicas to `{name}`, with their ACLs and annotations"),
                )
            }
            .failing_with("DstPutObjectNotPermitted"),
        ];
        let markers: Vec<&ReplicationRule> =
            all.iter().copied().filter(|rule| rule.replicates_delete_markers()).collect();
        // Without ranges the need would still be judged once, so it must not exist then.
        if !markers.is_empty() {
            needs.push(
                role(
                    "WriteDeleteMarkers",
                    Purpose::WriteDeleteMarker,
                    "s3:ReplicateDelete",
                    objects(markers),
                    &ROLE_WRITES_DELETE_MARKERS,
                    format!("a rule replicates delete markers to `{name}`"),
                )
                .failing_with("DstDelObjNotPermitted"),
            );
        }
        needs.push(
            role(
                "WriteTags",
                Purpose::WriteTags,
                "s3:ReplicateTags",
                objects(all.clone()),
                &ROLE_WRITES_TAGS,
                format!("S3 writes the tags of replicas to `{name}`"),
            )
            // Required only in the reading that names this action alone for tags.
            .advised_unless(self.answers().tag_permission() == TagPermission::ReplicateTags)
            .failing_with("DstPutTaggingNotPermitted"),
        );
        // Owner override without a need of its own would fail for every replica of the rule.
        let overriding: Vec<&ReplicationRule> = all
            .iter()
            .copied()
            .filter(|rule| rule.destination.ownership.owner() == ReplicaOwner::Destination)
            .collect();
        if !overriding.is_empty() {
            // A bucket without ACLs owns all its objects, so the override changes nothing there.
            let enforced = self.settings(name).and_then(|settings| settings.object_ownership)
                == Some(ObjectOwnership::BucketOwnerEnforced);
            needs.push(
                role(
                    "ChangeOwner",
                    Purpose::ChangeOwner,
                    "s3:ObjectOwnerOverrideToBucketOwner",
                    objects(overriding),
                    &ROLE_CHANGES_OWNER,
                    format!("a rule gives the replicas in `{name}` to the owner of the bucket"),
                )
                .advised_unless(!enforced)
                .failing_with("DstPutObjectNotPermitted"),
            );
        }
        // REP-1216: the sample policy for a bucket of another account allows more than any other
        // source mentions.
        // For these, `documents.rs` leaves the policy of the role as it is: see `of_identity`.
        let as_in_sample =
            self.answers().destination_bucket_actions() == DestinationBucketActions::AsInSample;
        if as_in_sample && matches!(self.owner(bucket), Owner::Other(_)) {
            let actions = ["s3:List*", "s3:GetBucketVersioning", "s3:PutBucketVersioning"];
            needs.extend(actions.map(|action| {
                role(
                    "UseBucket",
                    Purpose::BucketOfDestination,
                    action,
                    Target::Bucket(bucket.clone()),
                    &OTHER_ACCOUNT_BUCKET,
                    format!("the sample policy of AWS for `{name}` has these actions"),
                )
                .advised()
            }));
        }
        needs
    }

    /// Returns the headers of requests for replicas, by encryption. No source states if requests for
    /// replicas encrypted with SSE-S3 have the header, so both are possible.
    ///
    /// ```text
    /// SSE-S3        header absent or AES256           key absent
    /// SSE-KMS       aws:kms                           the key of the replicas
    /// DSSE-KMS      aws:kms:dsse                      the key of the replicas
    /// ```
    ///
    /// A bucket policy that denies other keys is common, so the header with the key matters.
    ///
    /// Each element is one variant, and all of them have to be permitted. The first one stands for
    /// versions without a KMS key; the others are there only if a rule selects versions with one.
    /// Equal variants are kept once, so two rules with one key add nothing.
    fn encryptions(&self, rules: &[&ReplicationRule]) -> Vec<Keys> {
        let word = |word: &str| Some(vec![word.to_owned()]);
        let mut variants = vec![vec![
            // SSE-C replicas are among these versions, too, so the header of the customer may be
            // there.
            (ENCRYPTION, vec![None, word("AES256")]),
            (ENCRYPTION_KEY, vec![None]),
            (CUSTOMER_ALGORITHM, vec![None, word("AES256")]),
        ]];
        let selecting = rules.iter().filter(|rule| rule.selects_kms());
        for key in selecting.flat_map(|rule| self.replica_keys(rule)) {
            // A replica has the kind of encryption of its source, and a rule does not limit which.
            for encryption in ["aws:kms", "aws:kms:dsse"] {
                let mut variant = vec![(ENCRYPTION, vec![word(encryption)])];
                variant.push((CUSTOMER_ALGORITHM, vec![None]));
                // With an unknown key the header is left out, and so a condition on it is
                // undecided.
                if let Key::Known(key) = &key {
                    variant.push((ENCRYPTION_KEY, vec![word(&key.to_string())]));
                }
                if !variants.contains(&variant) {
                    variants.push(variant);
                }
            }
        }
        variants
    }

    /// Returns the keys that encrypt the replicas of a rule: its own, or those related to the keys
    /// of the source (REP-627).
    ///
    /// ```text
    /// rule names a key                      that key
    /// rule names an alias                   an unknown key with that alias
    /// UseSourceMultiRegionKey               the related key of each multi-Region key of the source,
    ///                                       in the Region of the destination; else mrk-*
    /// rule without EncryptionConfiguration  none
    /// ```
    fn replica_keys(&self, rule: &ReplicationRule) -> Vec<Key> {
        let Some(kms) = rule.kms.as_ref() else { return Vec::new() };
        if !kms.uses_source_multi_region_key() {
            return kms.replica_key.iter().map(Key::of).collect();
        }
        let region = self.region(rule.destination.bucket.name());
        // A related key has the same ID in another Region. Its ARN can be computed if the source
        // key and the Region are known.
        let related = |account| Key::Unknown {
            partition: self.partition().clone(),
            region: region.cloned(),
            account: Some(account),
            alias: None,
            is_multi_region: true,
        };
        let sources = self.source_keys();
        // A related key has the account of its source, which is that of the source bucket if
        // nothing else is known.
        if sources.is_empty() {
            return vec![related(self.source_account())];
        }
        let known = sources.iter().filter_map(|key| match (key.resource(), region) {
            (KmsKeyResource::Alias(_), _) => Some(related(key.account())),
            (_, Some(region)) => key.related_in(region).map(Key::Known),
            (_, None) => key.multi_region_id().map(|_| related(key.account())),
        });
        known.collect()
    }

    /// Returns the needs of the keys that encrypt versions of the source bucket; none if no rule
    /// selects such versions.
    ///
    /// A known key has a statement of its own. Unknown keys have one statement for every key of the
    /// account, which the remarks point out.
    fn decryption_needs(&self) -> Vec<Need> {
        let rules: Vec<&ReplicationRule> = self.rules().filter(|rule| rule.selects_kms()).collect();
        if rules.is_empty() {
            return Vec::new();
        }
        let known = self.source_keys();
        // Any key of the account, in the Region of the bucket if that is known. A key of another
        // account would be named.
        // The caller may name keys, and the facts name the default key; both together are the known
        // ones.
        let keys: Vec<Key> = if known.is_empty() {
            vec![Key::Unknown {
                partition: self.partition().clone(),
                region: self.region(&self.source).cloned(),
                account: Some(self.source_account()),
                alias: None,
                is_multi_region: false,
            }]
        } else {
            known.iter().map(Key::of).collect()
        };
        let why = format!("rules replicate versions of `{}` encrypted with a KMS key", self.source);
        let ranges = ranges(rules);
        let mut needs = Vec::new();
        for key in keys {
            let place = EncryptedPlace {
                bucket: self.source_arn(),
                ranges: ranges.clone(),
                // A key is in the Region of its bucket, so either shows it.
                region: self.region(&self.source).or(key.region()).cloned(),
                has_bucket_key: self.settings(&self.source).and_then(|one| one.bucket_key_enabled),
            };
            let need = Need::new(
                Identity::ReplicationRole,
                "DecryptSourceVersions",
                Purpose::Decrypt,
                "kms:Decrypt",
                Target::Key(key),
                &ROLE_DECRYPTS,
                why.clone(),
            );
            needs.extend(place.needs(need.of_owner().failing_with("SrcGetObjectNotPermitted")));
        }
        needs
    }

    /// Returns the needs of the keys of the replicas in one destination.
    ///
    /// Two parts: the keys of replicas that the rules name, and the default key of the bucket,
    /// which encrypts replicas of unencrypted versions. The second part is advised, as most buckets
    /// have no such versions.
    fn encryption_needs(&self, bucket: &BucketArn) -> Vec<Need> {
        let settings = self.settings(bucket.name());
        let source = self.settings(&self.source);
        // A replica keeps the setting of its source (REP-606), and a bucket has its own.
        let settings_of_keys =
            [source, settings].map(|one| one.and_then(|one| one.bucket_key_enabled));
        // With one known setting of two, the other may still be true, so only two false values
        // decide.
        let has_bucket_key = match settings_of_keys {
            [Some(true), _] | [_, Some(true)] => Some(true),
            [Some(false), Some(false)] => Some(false),
            _ => None,
        };
        let place = |rules: Vec<&ReplicationRule>| EncryptedPlace {
            bucket: bucket.clone(),
            ranges: ranges(rules),
            region: self.region(bucket.name()).cloned(),
            has_bucket_key,
        };
        let mut needs = Vec::new();
        let mut keys: Vec<Key> = Vec::new();
        for rule in self.rules_to(bucket).filter(|rule| rule.selects_kms()) {
            for key in self.replica_keys(rule) {
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
        }
        for key in keys {
            // Two rules with one key share its needs, with the ranges of both.
            let rules = self
                .rules_to(bucket)
                .filter(|rule| rule.selects_kms() && self.replica_keys(rule).contains(&key));
            let mut place = place(rules.collect());
            // The key of the replicas is in the Region of the destination (REP-623).
            place.region = place.region.or_else(|| key.region().cloned());
            let needs_all = self.answers().replica_key_actions()
                == ReplicaKeyActions::EncryptAndGenerateDataKey;
            // Sources differ on the actions: one names `kms:Encrypt` alone, others add the two that
            // S3 Bucket Keys and uploads in parts use.
            let actions = [
                // Each with true if the need is required.
                ("kms:Encrypt", true),
                ("kms:GenerateDataKey", needs_all),
                ("kms:Decrypt", needs_all || has_bucket_key == Some(true)),
            ];
            for (action, is_required) in actions {
                let need = Need::new(
                    Identity::ReplicationRole,
                    "EncryptReplicas",
                    Purpose::Encrypt,
                    action,
                    Target::Key(key.clone()),
                    &ROLE_ENCRYPTS,
                    format!("S3 encrypts replicas in `{}` with this key", bucket.name()),
                );
                let need = need.of_owner().failing_with("DstPutObjectNotPermitted");
                needs.extend(place.needs(need.advised_unless(is_required)));
            }
        }
        // Versions from before 2023 may be unencrypted, and the destination encrypts their replicas
        // in its own way.
        // Unknown settings add no need: a bucket has SSE-S3 unless something else is known.
        let default = settings.and_then(|settings| settings.default_encryption);
        if default.is_some_and(EncryptionStatus::is_kms) {
            let account = match self.owner(bucket) {
                Owner::Same => Some(self.role_account()),
                Owner::Other(account) => Some(account),
                Owner::Unknown => None,
            };
            let key =
                settings.and_then(|settings| settings.default_kms_key_id.as_ref()).map(Key::of);
            // Without its ARN, it is any key of the account of the bucket.
            let key = key.unwrap_or_else(|| Key::Unknown {
                partition: bucket.partition().clone(),
                region: self.region(bucket.name()).cloned(),
                account,
                alias: None,
                is_multi_region: false,
            });
            let need = Need::new(
                Identity::ReplicationRole,
                "EncryptByDefault",
                Purpose::EncryptByDefault,
                "kms:GenerateDataKey",
                Target::Key(key),
                &ROLE_USES_DEFAULT_KEY,
                format!(
                    "`{}` encrypts the replicas of unencrypted versions, written before 2023, \
                     with its own key",
                    bucket.name()
                ),
            );
            let need = need.advised().of_owner().failing_with("DstPutObjectNotPermitted");
            needs.extend(place(self.rules_to(bucket).collect()).needs(need));
        }
        needs
    }
}

/// Returns the ranges of the keys that rules select; those within another one are left out.
///
/// A range with exclusions covers no other range, because the exclusion may lie in it. Sorted by
/// prefix, a range can only be within one before it.
///
/// ```text
/// a/, a/b/, c/                      a/, c/
/// a/ without a/tmp/, a/tmp/x/       both: the second may be in the exclusion
/// ```
///
/// No rules give no ranges.
fn ranges<'r>(rules: impl IntoIterator<Item = &'r ReplicationRule>) -> Vec<KeyRange> {
    let mut ranges: Vec<KeyRange> = rules
        .into_iter()
        .map(|rule| {
            let excluded = rule.filter.exclusion().prefixes().iter();
            KeyRange {
                prefix: rule.filter.key_prefix().as_str().to_owned(),
                excluded: excluded.map(|prefix| prefix.as_str().to_owned()).collect(),
            }
        })
        .collect();
    // Of two ranges with one prefix, the one with fewer exclusions comes first, and may cover the
    // other.
    ranges.sort_by(|one, other| {
        (&one.prefix, one.excluded.len()).cmp(&(&other.prefix, other.excluded.len()))
    });
    let mut kept: Vec<KeyRange> = Vec::new();
    for range in ranges {
        let is_within = |other: &KeyRange| {
            *other == range || other.excluded.is_empty() && range.prefix.starts_with(&other.prefix)
        };
        if !kept.iter().any(is_within) {
            kept.push(range);
        }
    }
    kept
}

/// A bucket whose objects a KMS key encrypts.
///
/// It decides through which service, in which Region and with which context S3 uses the key.
pub(super) struct EncryptedPlace {
    // The bucket of the objects, whose ARNs are in the encryption context.
    pub(super) bucket: BucketArn,
    // The keys of the objects, for the requests; a statement names all objects of the bucket.
    pub(super) ranges: Vec<KeyRange>,
    // The Region of the service that uses the key; `None` makes it a wildcard in the statement.
    pub(super) region: Option<Region>,
    /// `None` if it is unknown whether the bucket uses S3 Bucket Keys.
    pub(super) has_bucket_key: Option<bool>,
}

impl EncryptedPlace {
    /// Splits a need of a key by the encryption context: with and without an S3 Bucket Key. Versions
    /// may have a setting of their own, so the other one is advised.
    ///
    /// ```text
    /// bucket key     context of the required request    advised
    /// yes            arn:aws:s3:::photos                 arn:aws:s3:::photos/*
    /// no             arn:aws:s3:::photos/*
    /// unknown        arn:aws:s3:::photos/*               arn:aws:s3:::photos
    /// ```
    ///
    /// `need` is one action on one key. What it returns shares the statement of `need`, since
    /// `Sid`, conditions and resource are the same: the split shows in the requests only.
    pub(super) fn needs(&self, need: Need) -> Vec<Need> {
        let Self { bucket, ranges, has_bucket_key, .. } = self;
        let service = self.service();
        let mut variant: Keys = vec![("kms:ViaService", vec![Some(vec![service.clone()])])];
        // A request by an alias has the alias among its keys; the statement has it as a condition.
        if let Target::Key(key) = &need.target
            && let Some(alias) = key.alias()
        {
            variant.push(("kms:ResourceAliases", vec![Some(vec![alias])]));
        }
        let mut arns = vec![format!("{bucket}/*")];
        match has_bucket_key {
            // The context that most requests have comes first.
            Some(true) => arns.insert(0, bucket.to_string()),
            Some(false) => {}
            None => arns.push(bucket.to_string()),
        }
        let conditions =
            vec![("kms:ViaService", vec![service]), ("kms:EncryptionContext:aws:s3:arn", arns)];
        let is_required = need.is_required;
        let need = Need { conditions, variants: vec![variant], ..need };
        let of_objects =
            EncryptionContext::Objects { bucket: bucket.clone(), ranges: ranges.clone() };
        let of_bucket = EncryptionContext::Bucket(bucket.clone());
        let with_context = |context, is_required| {
            Need { encryption_context: Some(context), ..need.clone() }.advised_unless(is_required)
        };
        match has_bucket_key {
            Some(true) => {
                vec![with_context(of_bucket, is_required), with_context(of_objects, false)]
            }
            Some(false) => vec![with_context(of_objects, is_required)],
            None => vec![with_context(of_objects, is_required), with_context(of_bucket, false)],
        }
    }

    /// Returns the service as KMS names it; with a wildcard for an unknown Region.
    ///
    /// ```text
    /// aws, eu-west-1         s3.eu-west-1.amazonaws.com
    /// aws, unknown           s3.*.amazonaws.com
    /// aws-cn, cn-north-1     s3.cn-north-1.amazonaws.com.cn
    /// ```
    fn service(&self) -> String {
        let region = self.region.as_ref().map_or("*", Region::as_str);
        let suffix = match self.bucket.partition().as_str() {
            "aws-cn" => ".cn",
            _ => "",
        };
        format!("s3.{region}.amazonaws.com{suffix}")
    }
}
