//! Every clause, by number.

use super::{Clause, Grade};

/// Declares the constants and [`Clause::ALL`] from one table.
macro_rules! clauses {
    ($( $id:literal $name:ident $grade:ident: $statement:literal [$source:literal] )+) => {
        $(
            #[doc = concat!($id, ": ", $statement)]
            pub const $name: Clause = Clause {
                id: $id,
                grade: Grade::$grade,
                statement: $statement,
                source: $source,
            };
        )+

        impl Clause {
            /// Every clause, by number.
            pub const ALL: &'static [&'static Self] = &[$( &$name, )+];
        }
    };
}

clauses! {
    // Documents
    "REP-101" DOCUMENT_WELL_FORMED Primary:
        "A body that is not well-formed, or is cut off, is refused as `MalformedXML`."
        ["ERR; LS (empty `Rules`); github.com/boto/boto3/issues/3358"]
    "REP-102" DOCUMENT_SIZE Primary:
        "A replication configuration is at most 2 MB (read as 2 MiB). With which code S3 answers a larger one is not published; this crate answers `MalformedXML`."
        ["BOTO:ReplicationConfiguration (limit)"]
    "REP-103" DOCUMENT_DEFENCES Inference:
        "A document type declaration, an undeclared entity, an illegal character and nesting deeper than 16 elements are refused; the published schema needs none of them."
        ["BOTO:PutBucketReplicationRequest (shape)"]
    "REP-104" SCHEMA_ELEMENTS Reported:
        "An element that the schema does not know at its place is refused as `MalformedXML`."
        ["ERR; github.com/boto/boto3/issues/3358; github.com/hashicorp/terraform-provider-aws/issues/23803"]
    "REP-105" SCHEMA_REQUIRED Primary:
        "A missing required element (`Role`, `Rule`, `Status`, `Destination`, `Bucket`, the key and value of a tag, the status of a switch) is refused as `MalformedXML`."
        ["BOTO:ReplicationConfiguration.required, ReplicationRule.required, Destination.required; LS"]
    "REP-106" SCHEMA_REPEATED Inference:
        "An element that may stand once and stands twice is refused as `MalformedXML`."
        ["BOTO (members that are not lists)"]
    "REP-107" SCHEMA_VALUES Primary:
        "A value outside an enumeration, or of the wrong type, is refused as `MalformedXML`. Integers may be surrounded by white space, as XML Schema reads them; words may not."
        ["ERR; BOTO (enumerations); XML Schema Part 2, 4.3.6"]
    "REP-108" DOCUMENT_ROOT Primary:
        "The root is `ReplicationConfiguration` in the namespace `http://s3.amazonaws.com/doc/2006-03-01/`; a document without a namespace is accepted, as in AWS's own samples."
        ["BOTO:PutBucketReplicationRequest; API26:API_PutBucketReplication (sample request)"]
    "REP-109" RULES_PRESENT Primary:
        "A configuration without a rule is refused as `MalformedXML`."
        ["LS (recorded 2026-02-21)"]
    "REP-110" JSON_FORM Primary:
        "The AWS CLI and SDKs write the same shape as JSON: `Rules` for the repeated `Rule`, `Filter.And.Tags` for the repeated `Tag`; the output of `get-bucket-replication` wraps it in `ReplicationConfiguration`. Of a name given twice the CLI keeps the last value."
        ["BOTO:ReplicationConfiguration; UG26:replication-walkthrough1; UG23:replication-change-owner (sample with a repeated name)"]
    "REP-111" DOCUMENT_DECODED_TEXT Primary:
        "Matching uses the decoded text: entities and CDATA are resolved, a raw carriage return reads as a line feed, and `&#13;` stays a carriage return."
        ["UG23:object-keys (XML related object key constraints); BOTO:ReplicationRule.Prefix; XML 1.0, 2.11"]
    "REP-112" DOCUMENT_ORDER Primary:
        "The order of elements has no meaning on input."
        ["API26:API_PutBucketReplication and UG26:replication-add-config (samples in different orders)"]
    "REP-113" FILTER_EMPTY_FORMS Primary:
        "An empty `Filter`, an empty `Prefix` in it and an empty `Prefix` of the rule all select every object; an empty `Filter` is not the same as none, and is given back as it was."
        ["UG26:replication-add-config (note); BOTO:ReplicationRule.Prefix; LS; github.com/crossplane-contrib/provider-aws/pull/911"]
    "REP-114" VERSION_INFERRED Primary:
        "The version of a configuration is inferred: with `Filter` it is V2, with `Prefix` in the rule V1. One version holds for the whole configuration."
        ["UG26:replication-add-config; BOTO:ReplicaModifications; EMU-S (scope)"]
    "REP-115" ID_GENERATED Primary:
        "A rule without `ID` is accepted and S3 makes up an ID. This crate keeps it absent: identity is not invented while reading."
        ["BOTO:ReplicationRule.ID; LS; TFT prefixNoID, filterNoID"]

    // Refusals
    "REP-201" ROLE_ARN Emulator:
        "`Role` is the ARN of one IAM role, `arn:<partition>:iam::<12 digits>:role/<path and name>`; anything else is refused as `InvalidArgument`."
        ["EMU-S; EMU-O; UG26:setting-repl-config-perm-overview (both ARN shapes)"]
    "REP-202" SOURCE_VERSIONING Primary:
        "The source bucket must have versioning `Enabled`, else `InvalidRequest`."
        ["LS; UG26:replication-requirements"]
    "REP-203" DESTINATION_VERSIONING Primary:
        "A destination bucket must have versioning `Enabled`, else `InvalidRequest`."
        ["LS; github.com/hashicorp/terraform-provider-aws/issues/23578"]
    "REP-204" DESTINATION_EXISTS Reported:
        "A destination bucket must exist, else `InvalidRequest`. Two texts are on record: `Destination bucket must exist.` and the one about versioning; the dialect chooses."
        ["EMU-S; EMU-O; public permission-probe fixtures; LS (the other text, for a name somebody may own)"]
    "REP-205" PRIORITY_REQUIRED Primary:
        "With `Filter`, `Priority` is required, else `InvalidRequest`."
        ["API26:API_PutBucketReplication; EMU-S, EMU-O (text)"]
    "REP-206" DELETE_MARKER_REPLICATION_REQUIRED Primary:
        "With `Filter`, `DeleteMarkerReplication` and its `Status` are required, else `InvalidRequest`."
        ["API26:API_PutBucketReplication; github.com/alphagov/govuk-infrastructure/pull/4834"]
    "REP-207" DELETE_MARKER_REPLICATION_FORBIDDEN Reported:
        "In V1, `DeleteMarkerReplication` is refused as `InvalidRequest`."
        ["github.com/rust-lang/simpleinfra/pull/468"]
    "REP-208" PRIORITY_FORBIDDEN Reported:
        "In V1, `Priority` is refused as `InvalidRequest`."
        ["a comment quoting AWS in a public Terraform module"]
    "REP-209" V1_ONE_DESTINATION Reported:
        "A V1 configuration has one destination bucket, else `InvalidRequest`."
        ["github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/730; github.com/awslabs/landing-zone-accelerator-on-aws/issues/376"]
    "REP-210" PRIORITY_UNIQUE Reported:
        "Two rules with one priority are refused as `InvalidRequest`. Whether that holds across the configuration or for one destination only is not documented; the dialect chooses, AWS: across the configuration, disabled rules included."
        ["TF; github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/730; EMU-S (configuration); EMU-O (destination); github.com/ceph/ceph/pull/61803"]
    "REP-211" PRIORITY_RANGE Emulator:
        "`Priority` lies between 0 and 2147483647, else `InvalidRequest`."
        ["EMU-S; EMU-O; IBM COS API reference; LS (0 accepted)"]
    "REP-212" ID_UNIQUE Emulator:
        "Rule IDs are unique in a configuration, else `InvalidArgument`."
        ["BOTO:ReplicationRule.ID; EMU-S; EMU-O"]
    "REP-213" ID_LENGTH Primary:
        "A rule ID has at most 255 characters, else `InvalidArgument`."
        ["BOTO:ReplicationRule.ID; EMU-S (text)"]
    "REP-214" ID_ASCII Primary:
        "A rule ID holds ASCII characters only, else `InvalidArgument`."
        ["ERR"]
    "REP-215" SOURCE_SELECTION_NOT_EMPTY Reported:
        "`SourceSelectionCriteria` holds at least one child, else `InvalidRequest`."
        ["github.com/hashicorp/terraform-provider-aws/issues/44192"]
    "REP-216" REPLICA_KEY_WITHOUT_OPT_IN Reported:
        "`EncryptionConfiguration` without `SseKmsEncryptedObjects` is refused as `InvalidRequest`."
        ["a Terraform run log with an AWS request id; EMU-S"]
    "REP-217" OPT_IN_WITHOUT_REPLICA_KEY Reported:
        "`SseKmsEncryptedObjects`, whatever its status, without `ReplicaKmsKeyID` is refused as `InvalidRequest`."
        ["a module comment quoting AWS; EMU-S (presence, not value)"]
    "REP-218" REPLICA_KEY_ARN Reported:
        "`ReplicaKmsKeyID` is the ARN of a KMS key or alias, else `InvalidArgument`."
        ["`Error putting S3 replication configuration: InvalidArgument: Invalid ReplicaKmsKeyID ARN.` with an AWS request id; BOTO:EncryptionConfiguration"]
    "REP-219" REPLICA_KEY_NOT_LOOKED_UP Primary:
        "Whether the KMS key exists, is enabled and lies in the right Region is not checked when the configuration is put."
        ["UG26:replication-config-for-kms-objects"]
    "REP-220" OWNER_NEEDS_ACCOUNT Primary:
        "`AccessControlTranslation` needs `Account`, else `InvalidRequest`. `Account` alone is accepted."
        ["ERR; EMU-S (text); TFT rulesDestination"]
    "REP-221" ACCOUNT_EMPTY Primary:
        "An empty `Account` is refused. AWS lists it under `InvalidArgument` and under `InvalidRequest`; the dialect chooses."
        ["ERR"]
    "REP-222" ACCOUNT_OWNS_DESTINATION Primary:
        "`Account` is the account that owns the destination bucket, else `InvalidArgument`; that is found out from the bucket, not from the text."
        ["ERR; that any text is kept: EMU-S"]
    "REP-223" TAG_KEYS_UNIQUE Emulator:
        "Tag keys are unique within a filter, else `InvalidRequest`."
        ["EMU-S; EMU-O"]
    "REP-224" TAG_LIMITS Primary:
        "A tag key has 1 to 128 and a tag value 0 to 256 characters, counted in UTF-16 units, else `InvalidTag`."
        ["UG26:object-tagging; BOTO:ObjectKey.min (key not empty)"]
    "REP-225" DELETE_MARKERS_AND_TAGS Primary:
        "A rule with a tag filter can't replicate delete markers, else `InvalidRequest`."
        ["BOTO:DeleteMarkerReplication; EMU-S, EMU-O (text)"]
    "REP-226" EXISTING_OBJECT_REPLICATION_GONE Reported:
        "`ExistingObjectReplication` is no longer supported and refused as `MalformedXML`; existing objects are for Batch Replication."
        ["BOTO:ExistingObjectReplication; github.com/boto/boto3/issues/3358; github.com/hashicorp/terraform-provider-aws/issues/23803"]
    "REP-227" TIME_CONTROL_NEEDS_METRICS Primary:
        "`ReplicationTime` without `Metrics` is refused as `InvalidRequest`."
        ["ERR"]
    "REP-228" TIME_CONTROL_ENABLES_METRICS Primary:
        "Enabled `ReplicationTime` with disabled `Metrics` is refused as `InvalidRequest`; disabled `ReplicationTime` with enabled `Metrics` is accepted."
        ["ERR; github.com/crossplane-contrib/provider-aws/pull/1129 (accepted)"]
    "REP-229" TIME_CONTROL_FIELDS Primary:
        "`ReplicationTime` has a `Status` and a `Time` of exactly 15 minutes, else `InvalidArgument`."
        ["ERR; BOTO:ReplicationTimeValue"]
    "REP-230" METRICS_FIELDS Primary:
        "`Metrics` has a `Status`, and next to enabled `ReplicationTime` an `EventThreshold` of exactly 15 minutes, else `InvalidArgument`."
        ["ERR"]
    "REP-231" THRESHOLD_NEEDS_TIME_CONTROL Reported:
        "An `EventThreshold` without enabled `ReplicationTime` is refused as `InvalidArgument`."
        ["github.com/crossplane-contrib/provider-aws/issues/1117; github.com/pulumi/pulumi-aws/issues/5806"]
    "REP-232" METRICS_ALONE Primary:
        "`Metrics` with nothing but a status, and without `ReplicationTime`, is accepted."
        ["UG26:repl-metrics; TFT schemaV2DestinationMetricsStatusOnly"]
    "REP-235" BUCKET_ARN Emulator:
        "`Bucket` is the ARN of a bucket, `arn:<partition>:s3:::<name>`, else `InvalidArgument`."
        ["BOTO:Destination.Bucket; EMU-S, EMU-O (text)"]
    "REP-236" DESTINATION_IS_NOT_SOURCE Emulator:
        "A bucket is not its own destination, else `InvalidRequest`."
        ["HANDS; EMU-S, EMU-O (text)"]
    "REP-237" RULE_LIMIT Primary:
        "A configuration has at most 1,000 rules. The answer to more is known from a re-implementation only: `InvalidRequest`. A dialect without a limit is for stores that do not count."
        ["BOTO:ReplicationConfiguration (limit); EMU-O (text)"]
    "REP-238" PREFIX_LENGTH Primary:
        "A prefix has at most 1,024 characters. The answer to a longer one is known from re-implementations only: `InvalidArgument`."
        ["BOTO:ReplicationRule.Prefix (limit); EMU-O; Scality Arsenal (text)"]
    "REP-239" V1_PREFIXES_DISJOINT Primary:
        "In V1 no prefix may be the beginning of another, else `InvalidRequest`."
        ["API reference before 2018, `Overlapping prefixes are not supported`; Scality Arsenal (text)"]
    "REP-240" AND_PREDICATES Primary:
        "`And` combines predicates; AWS accepts it with a single one. The strict reading, which refuses it, is a question of the dialect. An `And` without any predicate is refused as `MalformedXML`."
        ["BOTO:ReplicationRuleAndOperator; TFT (And with one tag); EMU-S (strict)"]
    "REP-241" FILTER_ONE_CHILD Primary:
        "`Filter` holds at most one of `Prefix`, `Tag` and `And`, else `MalformedXML`."
        ["BOTO:ReplicationRuleFilter; EMU-S"]
    "REP-242" PREFIX_AND_FILTER Emulator:
        "A rule with both `Prefix` and `Filter` is refused as `MalformedXML`."
        ["EMU-S; TF"]
    "REP-243" PREFIX_OR_FILTER Reported:
        "A rule with neither `Prefix` nor `Filter` is refused as `MalformedXML`."
        ["github.com/aws/aws-sdk-net/issues/1668; github.com/crossplane-contrib/provider-aws/pull/911; against it a sample in UG26:replication-add-config"]
    "REP-244" V1_TIME_CONTROL Reported:
        "In V1, `ReplicationTime` is refused as `InvalidRequest`."
        ["stackoverflow.com/questions/68537825; against it UG26:replication-add-config, which counts such rules as V2"]
    "REP-245" V1_REPLICA_MODIFICATIONS Primary:
        "In V1, `ReplicaModifications` is not allowed; the text of the answer is not known."
        ["BOTO:ReplicaModifications"]
    "REP-246" REPLICA_STORAGE_CLASS Primary:
        "The storage class of replicas is one of `STANDARD`, `REDUCED_REDUNDANCY`, `STANDARD_IA`, `ONEZONE_IA`, `INTELLIGENT_TIERING`, `GLACIER_IR`, `GLACIER`, `DEEP_ARCHIVE`; any other is refused as `MalformedXML`."
        ["CFN:ReplicationDestination; BOTO:StorageClass; BOTO:Destination.StorageClass; UG26:s3-express-differences; EMU-S (code)"]
    "REP-247" SAME_PARTITION Emulator:
        "Source and destination lie in one partition, which is that of the role; a destination elsewhere is refused as `InvalidArgument`."
        ["UG26:replication-walkthrough1; EMU-S"]
    "REP-248" DISABLED_RULES_ARE_CHECKED Primary:
        "A disabled rule is checked like an enabled one."
        ["LS"]
    "REP-249" VERSIONS_NOT_MIXED Inference:
        "Rules with `Prefix` and rules with `Filter` in one configuration are refused as `InvalidRequest`: one rule without `Filter` makes the configuration V1."
        ["EMU-S; SILENT in the documentation"]
    "REP-250" ORDER_OF_REFUSALS Emulator:
        "Of several refusals S3 answers one. The order is not documented; this crate takes schema, role, source bucket, each rule in document order, the rules together, destination buckets."
        ["EMU-S; LS (source versioning before the rules)"]
    "REP-251" SOURCE_EXISTS Primary:
        "The source bucket must exist, else `NoSuchBucket`."
        ["LS test_bucket_availability"]
    "REP-252" PRIORITY_INTEGER Inference:
        "A `Priority` that is no integer is a schema violation, `MalformedXML`; one out of range is not."
        ["BOTO:ReplicationRule.Priority (integer); EMU-S, EMU-O (range)"]
    "REP-253" VERSIONING_STAYS Primary:
        "Versioning can't be suspended while a bucket has a replication configuration: `InvalidBucketState`."
        ["UG26:replication-requirements (an error); API26:ErrorResponses; the text: reported"]

    // Filters
    "REP-301" FILTER_PREFIX Primary:
        "A prefix matches the keys that begin with it, byte for byte: `star` matches `starship`, `/Tax/` does not match `Tax/`, nothing is a wildcard, nothing is normalised."
        ["UG26:replication-add-config (examples 2, 3); UG26:replication-troubleshoot; BOTO:ReplicationRuleFilter"]
    "REP-302" FILTER_CASE Primary:
        "Keys, tag keys and tag values are compared with their case."
        ["UG26:object-keys; UG26:object-tagging"]
    "REP-303" FILTER_TAGS Primary:
        "A version must carry every tag of the filter with exactly its value; further tags do not matter; prefix and tags must all hold."
        ["BOTO:ReplicationRuleFilter.Tag; UG26:replication-add-config"]
    "REP-304" FILTER_TAGS_AT_CREATION Primary:
        "Tags count as they were when the version was created; a tag that comes later does not start replication."
        ["UG26:replication-what-is-isnot-replicated; UG26:replication-add-config"]
    "REP-305" TAGS_OF_OBJECTS Primary:
        "An object has at most 10 tags, so a filter that asks for more matches none; whether S3 takes such a filter is not said."
        ["UG26:object-tagging; otherwise SILENT"]
    "REP-306" TAG_KEYS_OF_AWS Primary:
        "Keys of tags that begin with `aws:` are reserved: nobody else can put such a tag on an object."
        ["EC2:S3ObjectTag.Key; UG26:object-tagging"]

    // Selection
    "REP-401" CONFLICT_DOMAIN Primary:
        "Rules compete when they match the same version and name the same destination bucket; rules with different destinations all apply."
        ["UG26:replication-add-config; BOTO:ReplicationRule.Priority"]
    "REP-402" PRIORITY_HIGHER_WINS Primary:
        "Of the rules that compete, the one with the higher priority number wins."
        ["BOTO:ReplicationRule.Priority; UG26:replication-add-config; CFN:ReplicationRule.Priority"]
    "REP-403" PRIORITY_LOWER_WINS Primary:
        "AWS's tutorials say the opposite: the lower the number, the higher the priority. That reading is the dialect `aws-tutorial`."
        ["HANDS, step 3; the tutorial on replicating existing objects, step 2.3 (read 2026-11-22)"]
    "REP-404" WINNER_TAKES_ALL Inference:
        "All settings of the winning rule apply, and none of a losing one."
        ["UG26:replication-add-config, `objects are replicated according to the rule with the highest priority`"]
    "REP-405" SOURCE_SELECTION_IS_A_FILTER Inference:
        "`SourceSelectionCriteria` filter like the filter: a rule that does not select the version does not compete. The other reading, in which it wins and blocks the bucket, is a question of the dialect."
        ["BOTO:SourceSelectionCriteria (`additional filters`); otherwise SILENT"]
    "REP-406" DELETE_MARKER_PRECEDENCE Inference:
        "For a delete marker the winner's `DeleteMarkerReplication` decides: when it is off, a lower rule for the same bucket does not step in. The other reading is a question of the dialect."
        ["UG26:replication-add-config (winner); otherwise SILENT"]
    "REP-407" DISABLED_RULES_DO_NOTHING Primary:
        "A disabled rule selects nothing and outranks nothing."
        ["UG26:replication-add-config"]

    // Eligibility
    "REP-501" NEW_VERSIONS Primary:
        "Every new version (put, post, copy, completed multipart upload) written while the rule is in force is replicated."
        ["UG26:replication-what-is-isnot-replicated; UG26:replication"]
    "REP-502" EXISTING_VERSIONS Primary:
        "A version that was never attempted is not replicated by a later change of its metadata; only Batch Replication takes it. One that is pending or failed counts as attempted."
        ["UG26:replication-how-setup; UG26:replication-what-is-isnot-replicated (pending and failed: inference)"]
    "REP-503" REPLICAS_DO_NOT_CHAIN Primary:
        "A replica, or a delete marker that came as one, is not replicated again."
        ["UG26:replication-what-is-isnot-replicated; repost.aws/knowledge-center/s3-troubleshoot-replication (delete markers: inference)"]
    "REP-504" KMS_OPT_IN Primary:
        "A version under SSE-KMS or DSSE-KMS is replicated only by a rule with `SseKmsEncryptedObjects` enabled."
        ["UG26:replication-config-for-kms-objects; API26:API_PutBucketReplication; against it a list in UG26:replication-what-is-isnot-replicated"]
    "REP-505" SSE_C Primary:
        "A version under SSE-C is replicated without any setting."
        ["UG26:replication-config-for-kms-objects"]
    "REP-506" ARCHIVED_CLASSES Primary:
        "A version in `GLACIER` or `DEEP_ARCHIVE` is not replicated; one in `GLACIER_IR` is."
        ["UG26:replication-what-is-isnot-replicated"]
    "REP-507" ARCHIVED_TIERS Primary:
        "A version in the Archive Access or Deep Archive Access tier of Intelligent-Tiering is not replicated; one in any other tier is."
        ["UG26:replication-what-is-isnot-replicated"]
    "REP-508" PLAIN_AND_SSE_S3 Primary:
        "Unencrypted versions and versions under SSE-S3 are replicated without any setting."
        ["UG26:replication-what-is-isnot-replicated; UG26:replication-config-for-kms-objects"]
    "REP-509" OWNER_CAN_READ Primary:
        "A version that the owner of the source bucket may not read, content and ACL, is not replicated."
        ["UG26:replication-requirements; UG26:replication-what-is-isnot-replicated"]
    "REP-510" V1_DELETE_MARKERS Primary:
        "V1 replicates the delete markers that users make."
        ["UG26:replication-what-is-isnot-replicated (across accounts another sentence of that page says no)"]
    "REP-511" V2_DELETE_MARKERS Primary:
        "V2 replicates the delete markers that users make when `DeleteMarkerReplication` is enabled, and only then."
        ["UG26:delete-marker-replication; UG26:replication-what-is-isnot-replicated"]
    "REP-512" DELETE_MARKERS_HAVE_NO_TAGS Primary:
        "A delete marker has no tags, so a rule with a tag filter neither takes it nor outranks another."
        ["UG26:delete-marker-replication; BOTO:DeleteMarkerReplication"]
    "REP-513" LIFECYCLE_ACTIONS Primary:
        "What lifecycle and tiering do (expiration, delete markers it makes, transitions) and restores are not replicated."
        ["UG26:replication-what-is-isnot-replicated; UG26:delete-marker-replication (note)"]
    "REP-514" VERSION_DELETES Primary:
        "A delete that names a version id is never replicated, of a delete marker either."
        ["UG26:replication-what-is-isnot-replicated (of markers: inference)"]
    "REP-515" METADATA_CHANGES Primary:
        "A change of tags, ACL, retention or legal hold on a source version that was attempted flows to its replicas."
        ["UG26:replication-for-metadata-changes; UG26:repl-metrics; UG26b:replication-metrics-events (failure reasons)"]
    "REP-516" ACL_AND_OWNER_OVERRIDE Primary:
        "Under owner override a later change of the source ACL is not replicated."
        ["UG26:replication-change-owner"]
    "REP-517" REPLICA_MODIFICATION_SYNC Primary:
        "A change of metadata on a replica is replicated by a rule with `ReplicaModifications` enabled, and by no other."
        ["UG26:replication-for-metadata-changes"]
    "REP-518" BATCH_TRIGGER Primary:
        "Batch Replication takes existing versions, those that failed or were replicated before, and replicas; the other conditions hold as they do live."
        ["UG:s3-batch-replication-batch; UG26:replication-what-is-isnot-replicated"]
    "REP-519" BATCH_DELETE_MARKERS Inference:
        "Batch Replication takes a delete marker when a matching rule replicates delete markers."
        ["UG:s3-batch-replication-batch (lifecycle caution); otherwise SILENT"]
    "REP-520" MARKERS_HAVE_NO_METADATA Primary:
        "A delete marker has no tags, ACL or lock of its own; a change of them is no event that could replicate."
        ["UG26:DeleteMarker"]
    "REP-521" STATUS_WORDS Primary:
        "A source version is `PENDING`, `COMPLETED` or `FAILED`, a replica `REPLICA`, anything else has no status; the older word `COMPLETE` reads as `COMPLETED`."
        ["UG26:replication-status; BOTO:ReplicationStatus"]

    // Replicas
    "REP-601" REPLICA_STORAGE_CLASS_RULE Primary:
        "A replica has the storage class of the rule, and that of its source when the rule names none; it may be written into an archived class directly."
        ["BOTO:Destination.StorageClass; UG26:replication"]
    "REP-602" REPLICA_OWNER Primary:
        "The owner of the source version owns the replica, and under owner override the owner of the destination bucket does, also within one account."
        ["UG26:replication-change-owner"]
    "REP-603" REPLICA_ENCRYPTION_SAME Primary:
        "A replica is encrypted the way its source is: SSE-S3 as SSE-S3, SSE-C under the same customer key, SSE-KMS and DSSE-KMS under the replica key of the rule."
        ["UG26:replication-config-for-kms-objects"]
    "REP-604" REPLICA_ENCRYPTION_DEFAULT Primary:
        "The replica of an unencrypted version gets the default encryption of the destination bucket, which is SSE-S3, SSE-KMS or DSSE-KMS."
        ["UG26:replication-config-for-kms-objects; BOTO:ServerSideEncryptionByDefault.SSEAlgorithm"]
    "REP-605" REPLICA_KEY_AND_SSE_S3 Inference:
        "An SSE-S3 version under a rule with a replica key stays SSE-S3. The other reading, the replica key, is a question of the dialect."
        ["UG26:replication-config-for-kms-objects (same type); BOTO:EncryptionConfiguration (not limited to KMS)"]
    "REP-606" REPLICA_BUCKET_KEY Primary:
        "A replica under KMS keeps the S3 Bucket Key setting of its source."
        ["UG26:bucket-key"]
    "REP-607" REPLICA_LOCK Primary:
        "Retention and legal hold of the source go with the replica and win over the default retention of the destination, which applies otherwise."
        ["UG26:replication-what-is-isnot-replicated; UG26:object-lock-managing"]
    "REP-608" REPLICA_TIME_CONTROL Primary:
        "The winning rule says whether S3 Replication Time Control and metrics cover the replication; Batch Replication is covered by neither Time Control nor the pending metrics."
        ["UG26:replication-time-control; UG26:replication; UG26:repl-metrics"]
    "REP-609" REPLICA_IDENTITY Primary:
        "A replica keeps the key, the version id and the creation time of its source."
        ["UG26:replication"]
    "REP-610" CONCURRENT_METADATA Inference:
        "Of two changes of metadata that did not know of each other the later one counts, tags, ACL and lock together, on both sides of a two-way replication; of two at one moment, that in the bucket whose name sorts last."
        ["SILENT: S3 does not say how concurrent changes are settled; the rule is ours"]
    "REP-611" REPLICA_CONTENT Primary:
        "A replica has the bytes of its source, the metadata it was created with, and its tags."
        ["UG26:replication; UG26:replication-what-is-isnot-replicated; UG26:setting-repl-config-perm-overview (tags)"]
    "REP-612" REPLICA_REPEATED Inference:
        "A replica that is written again is the same replica: metadata that is newer there stays, and what is newer at the source is brought."
        ["REP-610; otherwise SILENT"]
    "REP-613" OWNER_OVERRIDE_LASTS Primary:
        "A replica from under owner override never gets the ACL of its source, also when the rule no longer asks for it, and its own ACL goes to no other bucket."
        ["UG26:replication-change-owner"]
    "REP-614" LISTING_ORDER Primary:
        "Versions are listed by key, in the order of its bytes, and those of one key from the most recent to the least recent, delete markers among them."
        ["S3 User Guide, ListingKeysUsingAPIs (`UTF-8 binary order`); reference of the AWS SDKs for Java and Android, `ListVersionsRequest` (order of versions)"]
    "REP-615" LATE_REPLICAS Inference:
        "A replica has the place of its creation time among the versions of its key: one that arrives late is not the latest version."
        ["REP-609, REP-614; otherwise SILENT"]
    "REP-616" NULL_REPLICAS Inference:
        "The replica of a null version is the null version of its bucket, in place of the one before."
        ["REP-609; S3 User Guide, AddingObjectstoVersionSuspendedBuckets (null versions replace each other); otherwise SILENT"]
    "REP-617" KEYS_AS_THEY_ARE Primary:
        "A key is up to 1,024 bytes of UTF-8, case counts, and there are no folders: nothing in a key is normalised."
        ["UG23:object-keys (that nothing is normalised: inference)"]
    "REP-618" CONFIGURATION_MISSING Inference:
        "A task whose source bucket has no replication configuration any more fails with `SrcBucketReplicationConfigMissing`."
        ["UG26b:replication-metrics-events (the reason); when it is given is SILENT"]
    "REP-619" LOCK_ON_BOTH_SIDES Primary:
        "A source bucket with Object Lock replicates only to buckets with Object Lock; else replication fails with `DstBucketObjectLockConfigMissing`."
        ["UG26:replication-requirements; UG26b:replication-metrics-events"]
    "REP-620" REQUESTER_PAYS_DESTINATION Primary:
        "The destination bucket of another account must not be a Requester Pays bucket. It is not stated to be checked when a configuration is put."
        ["UG26:replication-requirements; UG26:replication-troubleshoot"]
    "REP-621" BUCKET_OWNER_ENFORCED Primary:
        "Where the destination bucket enforces ownership by the bucket owner, its owner owns replicas without an override; new buckets do."
        ["UG26:replication-change-owner; UG26:replication-troubleshoot; BOTO:ObjectOwnership"]
    "REP-622" REPLICA_KEY_ALIAS Primary:
        "An alias in `ReplicaKmsKeyID` is resolved within the account of the requester; the key of AWS behind `alias/aws/s3` can't be used by another account."
        ["BOTO:EncryptionConfiguration (alias); UG26:replication-config-for-kms-objects (a customer managed key across accounts)"]
    "REP-623" REPLICA_KEY_REGION Primary:
        "The replica key is a symmetric key in the Region of the destination bucket."
        ["BOTO:EncryptionConfiguration; UG26:replication-config-for-kms-objects"]

    // Status
    "REP-624" DESTINATION_REGION Primary:
        "The destination bucket may be in the Region of the source bucket or in another; nothing in the configuration says which, and the rules mean the same."
        ["UG26:replication; UG26:replication-requirements"]
    "REP-701" STATUS_OF_DESTINATIONS Primary:
        "A source version is `PENDING` until every destination is settled, then `COMPLETED`, or `FAILED` when at least one failed."
        ["UG26:replication-status"]
    "REP-702" REPLICA_STATUS_UNDER_SYNC Primary:
        "A replica whose metadata is on its way is `PENDING`, then `REPLICA` again, or `FAILED`."
        ["UG26:replication-status; BOTO:HeadObjectOutput.ReplicationStatus"]
    "REP-703" FAILED_AND_PENDING Inference:
        "A version that failed in one destination and is pending in another is `PENDING`. One paragraph says both; the dialect chooses."
        ["UG26:replication-status (both sentences)"]
    "REP-704" FAULTS_THAT_PASS Primary:
        "A fault that passes, such as a bucket or Region out of reach, leaves the status `PENDING`; replication resumes by itself."
        ["UG26:replication-status"]
    "REP-705" FAILURE_REASONS Primary:
        "A failure has one of S3's reasons: 34 words of 2026-03, five for annotations since, and one older word for uploads of parts; four are given by Batch Replication only."
        ["UG26:replication-metrics-events; UG26b:replication-metrics-events; UG23:replication-failure-codes"]
    "REP-706" FAILED_IS_FINAL Primary:
        "Live replication does not try again what failed, whatever is mended meanwhile; Batch Replication does, and a new version is a new attempt."
        ["UG26:replication-status; UG26:disable-replication"]
    "REP-707" LIFECYCLE_WAITS Primary:
        "Expiration and transition leave a version alone while it is `PENDING` or `FAILED`. In 2023 `FAILED` did not hold them."
        ["UG26:replication-status; UG26:lifecycle-and-other-bucket-config; UG23:replication-status (until then)"]
    "REP-708" METADATA_MENDS_NO_OBJECT Inference:
        "Metadata that reaches a destination does not make good for an object that did not; metadata that failed is made good by later metadata."
        ["UG26:replication-status; UG26b:replication-metrics-events (`DstVersionNotFound`)"]

    // Time Control, metrics and events
    "REP-801" METRICS Primary:
        "`BytesPendingReplication` (Bytes), `OperationsPendingReplication` (Count) and `ReplicationLatency` (Seconds) are published in the destination Region, `OperationsFailedReplication` (Count) in the source Region, by source bucket, destination bucket and rule."
        ["UG26:repl-metrics; UG26:metrics-dimensions"]
    "REP-802" METRICS_COVER Primary:
        "Only rules with `Metrics` or Time Control are measured. The pending figures are about live replication; failures of Batch Replication are counted too."
        ["UG26:repl-metrics"]
    "REP-803" TIME_CONTROL_SHARES Primary:
        "Time Control is designed for 99.99 % within 15 minutes; the service level agreement says 99.9 %. Delete markers and Batch Replication are not covered."
        ["UG26:replication; UG23:replication-time-control; UG26:replication-time-control (99.9 %); UG26:delete-marker-replication"]
    "REP-804" EVENTS Primary:
        "`OperationFailedReplication` needs metrics, `OperationMissedThreshold` and `OperationReplicatedAfterThreshold` need Time Control; `OperationNotTracked` says that an operation is no longer measured."
        ["UG26b:replication-metrics-events; UG26:notification-how-to-event-types-and-destinations; BOTO:Event"]

    // Costs, and other stores
    "REP-810" STORAGE_CLASS_MINIMUMS Primary:
        "Some storage classes are charged for a least time: `STANDARD_IA` and `ONEZONE_IA` 30 days, `GLACIER_IR` and `GLACIER` 90, `DEEP_ARCHIVE` 180; and `STANDARD_IA`, `ONEZONE_IA` and `GLACIER_IR` for at least 128 KB an object."
        ["S3 User Guide, storage-class-intro (table)"]
    "REP-811" TIME_CONTROL_PRICE Primary:
        "Time Control costs a price for each GB, and its metrics are charged like metrics of CloudWatch's customers."
        ["UG26:replication-time-control; UG26:repl-metrics"]
    "REP-812" INTELLIGENT_TIERING_PRICE Primary:
        "`INTELLIGENT_TIERING` costs a monthly price for each object of at least 128 KB."
        ["S3 User Guide, storage-class-intro (table)"]
    "REP-813" ONE_ZONE Primary:
        "`ONEZONE_IA` keeps objects in one Availability Zone, and loses them with it."
        ["S3 User Guide, storage-class-intro"]
    "REP-814" BUCKET_KEYS_SAVE Primary:
        "With an S3 Bucket Key, KMS is asked for a bucket from time to time and not for every object."
        ["UG26:bucket-key"]
    "REP-815" NONCURRENT_VERSIONS_STAY Primary:
        "Deleting a version is never replicated, so noncurrent versions stay in the destination until lifecycle or somebody deletes them there."
        ["UG26:replication-what-is-isnot-replicated"]
    "REP-820" OTHER_STORES_ANY_TAG Emulator:
        "MinIO and Ceph read several tags in `And` as any of them, where S3 reads all of them."
        ["MinIO, internal/bucket/replication; Ceph, rgw_sync_policy"]
    "REP-821" OTHER_STORES_ONE_WINNER Primary:
        "IBM COS and StorageGRID let one rule win an object over all destinations, where S3 lets one win for each destination."
        ["ibm.com/docs/en/coss (Create a bucket replication configuration); StorageGRID, CloudMirror replication"]
    "REP-822" EMPTY_FILTER_IS_DROPPED Reported:
        "Some clients leave an empty `Filter` out when they write a configuration, which makes it V1 or malformed."
        ["github.com/crossplane-contrib/provider-aws/pull/911; github.com/hashicorp/terraform-provider-aws/issues/10235"]

    // Batch Replication: jobs
    "REP-901" JOB_REQUEST Primary:
        "CreateJob takes a `CreateJobRequest` in the namespace `http://awss3control.amazonaws.com/doc/2018-08-20/`, its elements in any order; the account is in the header `x-amz-account-id`. What does not follow the schema is refused; the code, `BadRequestException`, is inference: of the four that CreateJob has it is the one for requests."
        ["APIC:CreateJob; BOTOC:CreateJobRequest"]
    "REP-902" JOB_LISTS Primary:
        "The items of a list are called `member`, or in the samples of the API reference by their shape (`S3Tag`, `JobListDescriptor`); both are read, `member` is written. `MatchAnyObjectEncryption` holds `ObjectEncryption`. The names of encryptions have hyphens in XML (`SSE-S3`) and none in JSON (`SSES3`)."
        ["BOTOC (lists, location names); APIC:CreateJob; APIC:ListJobs"]
    "REP-903" JOB_REQUIRED Primary:
        "`AccountId`, `Operation`, `Report`, `ClientRequestToken`, `Priority` and `RoleArn` are required, and the required members of the structures that are there."
        ["BOTOC:CreateJobRequest.required and the shapes below it"]
    "REP-904" JOB_LIMITS Primary:
        "Texts have the lengths of the API: a token 1 to 64 characters, a description 1 to 256, prefixes 1 to 512, the version id of a manifest 1 to 2,000, its ETag 1 to 1,024, the reason of a change 1 to 256."
        ["BOTOC (length limits)"]
    "REP-905" JOB_MANIFEST_OR_GENERATOR Primary:
        "A job has a `Manifest` or a `ManifestGenerator`, not both and not neither; the generator is a union of one member. The code of the refusal is inference."
        ["BOTOC:CreateJobRequest.ManifestGenerator"]
    "REP-906" JOB_OPERATION Primary:
        "A job runs one operation of eleven; `S3ReplicateObject` has no members, and the replication configuration of the source bucket decides where to. The ten others are known here and not run."
        ["BOTOC:JobOperation, OperationName; UG26b:batch-ops"]
    "REP-907" JOB_CONFIRMATION Primary:
        "With `ConfirmationRequired` a job is suspended until somebody confirms it. Where the member is left out, the text about the CLI says that it is suspended, the API reference that confirmation is for jobs of the console only; the dialect chooses."
        ["UG26b:batch-ops-job-status; APIC:CreateJob; CLI:describe-job (sample)"]
    "REP-908" JOB_PRIORITY Primary:
        "The priority of a job is an integer from 0 to 2147483647, and the higher number goes first, as far as possible and without a promise. The guide says `positive integer`, the API takes 0."
        ["BOTOC:JobPriority; UG26b:batch-ops-job-priority"]
    "REP-909" JOB_TAGS Primary:
        "A job has at most 50 tags with different keys of 1 to 128 and values of 0 to 256 letters, digits, separators and `_.:/=+-@`."
        ["UG26b:batch-ops-job-tags; BOTOC:S3Tag"]
    "REP-910" JOB_REPORT Primary:
        "A report that is enabled needs `Bucket`, `Format` (`Report_CSV_20180820`) and `ReportScope`; the prefix is optional."
        ["UG26b:batch-ops-create-job; BOTOC:JobReport"]
    "REP-911" JOB_MANIFEST Primary:
        "A manifest of one's own is `S3BatchOperations_CSV_20180820`, whose `Fields` name its columns, or `S3InventoryReport_CSV_20161130`; `S3InventoryReport_CSV_20211130` is the format of generated manifests only. That no field names two columns, and that the ETag may stand in quotation marks, is inference."
        ["BOTOC:JobManifestSpec, GeneratedManifestFormat; UG26b:batch-ops-create-job"]
    "REP-912" JOB_MANIFEST_VERSIONS Primary:
        "In a versioned bucket, and no other replicates, the manifest of a replication must name versions. A general rule says that without version ids the latest version is taken; the dialect chooses."
        ["UG26b:s3-batch-replication-batch; UG26b:batch-ops-create-job (the general rule)"]
    "REP-913" JOB_GENERATOR Primary:
        "A generator needs `SourceBucket` and `EnableManifestOutput`; without output the list is used and not kept. Output without `ManifestOutputLocation`, and two encryptions of one manifest, are refused here, and an encryption that names neither is taken as left out: the bucket's own (inference; the API marks no union)."
        ["BOTOC:S3JobManifestGenerator, S3ManifestOutputLocation; UG26b:s3-batch-replication-existing-config"]
    "REP-914" FILTER_COMBINES Primary:
        "A version must pass every member of the generator's filter that is there, and of a list any value. An empty list restricts nothing (inference)."
        ["BOTOC:JobManifestGeneratorFilter"]
    "REP-915" FILTER_BOUNDS Primary:
        "The bounds of creation time and of size are strict."
        ["BOTOC:JobManifestGeneratorFilter (`greater than`, `less than`; of times `after`, `before`)"]
    "REP-916" FILTER_STATUSES Primary:
        "`ObjectReplicationStatuses` selects `COMPLETED`, `FAILED`, `REPLICA` and `NONE`; a version that is `PENDING` passes no such list (inference)."
        ["UG26b:s3-batch-replication-batch; BOTOC:ReplicationStatus"]
    "REP-917" FILTER_KEY_NAMES Primary:
        "`KeyNameConstraint` has lists of prefixes, suffixes and substrings of 1 to 1,024 characters, compared literally; a key must pass each list (inference). The text allows one string for each list, the shape more; the dialect chooses."
        ["BOTOC:KeyNameConstraint; APIC:KeyNameConstraint"]
    "REP-918" FILTER_ENCRYPTION Primary:
        "`MatchAnyObjectEncryption` has one item, one of five encryptions; a key is named by the ARN of a key, not by an alias, and `BucketKeyEnabled` counts where it is given."
        ["BOTOC:ObjectEncryptionFilter, NonEmptyKmsKeyArnString"]
    "REP-919" FILTER_STORAGE_CLASSES Primary:
        "`MatchAnyStorageClass` knows seven classes; `REDUCED_REDUNDANCY` can't be selected."
        ["BOTOC:S3StorageClass"]
    "REP-920" JOB_IDEMPOTENCY Emulator:
        "The same token with the same request gives the same job, with another request `IdempotencyException`. The request is what was sent, not how it is read. How long a token counts is not published; here as long as its job is kept."
        ["TEIFS; APIC:CreateJob (name of the error)"]
    "REP-921" JOB_CLONING Primary:
        "A replication job can be cloned unless its generator's filter has `KeyNameConstraint`, `MatchAnyStorageClass`, `ObjectSizeGreaterThanBytes` or `ObjectSizeLessThanBytes`."
        ["UG26b:batch-ops-create-job"]
    "REP-922" JOB_REGION Primary:
        "A replication job is created in the Region of its source bucket, and a generated manifest is kept in that Region. The code of the refusal is inference."
        ["UG26b:s3-batch-replication-existing-config; UG26b:s3-batch-replication-batch"]
    "REP-923" JOB_OWNERS Primary:
        "When a bucket has another owner than the job expects, the job fails. `ExpectedBucketOwner` of a generator is about the source bucket, or, in the text of one SDK, about the bucket of the generated manifest; the dialect chooses."
        ["UG26b:batch-ops-create-job; APIC:S3JobManifestGenerator; BOTOC:S3JobManifestGenerator"]
    "REP-924" JOB_STATUSES Primary:
        "A job has one of 13 statuses; `Complete`, `Cancelled` and `Failed` are final. A job is `Complete` when everything was tried, even if everything failed."
        ["BOTOC:JobStatus; UG26b:batch-ops-job-status; SAMPLE"]
    "REP-925" JOB_COURSE Primary:
        "A job is `New`, `Preparing`, `Ready`, `Active`, `Completing` and `Complete`. An observer may miss steps (inference)."
        ["UG26b:batch-ops-job-status"]
    "REP-926" JOB_SUSPENDED Primary:
        "A job that needs confirmation goes from `Preparing` to `Suspended`, with the cause `AWAITING_CONFIRMATION`, and from there to `Ready` when it is confirmed; never back."
        ["UG26b:batch-ops-job-status; UG23:list_amazons3"]
    "REP-927" JOB_PAUSED Primary:
        "An active job gives way to one of higher priority by way of `Pausing` and `Paused`, and goes back to `Active` directly. That only an active job does is inference."
        ["UG26b:batch-ops-job-status; UG26b:s3-batch-replication-batch"]
    "REP-928" JOB_CANCELLED Primary:
        "An active job is cancelled by way of `Cancelling`, a suspended one at once."
        ["CLI:update-job-status (both answers)"]
    "REP-929" JOB_FAILED Primary:
        "A job fails by way of `Failing`: while it is prepared, when too many tasks fail, or when its report can't be written. Whether an overdue confirmation passes `Failing` is not said; here it does."
        ["UG26b:batch-ops-job-status; UG26b:replication-troubleshoot; UG26b:troubleshooting-batch-operations"]
    "REP-930" JOB_STATUS_REQUESTS Emulator:
        "UpdateJobStatus takes `Ready` of a suspended job, and `Cancelled` of every job that is not completing, failing, being cancelled or at its end; else `JobStatusException`. A job that does not exist is `NotFoundException`, status 400, or in one guide `NoSuchJobException`; the dialect chooses."
        ["OSS; TEIFS; GOSIM; CLI:update-job-status (three answers); APIC:UpdateJobStatus"]
    "REP-931" JOB_PRIORITY_REQUESTS Emulator:
        "UpdateJobPriority takes a new priority while the job is not at its end. That it is refused then as `BadRequestException` is inference, an emulator accepts it; the dialect chooses."
        ["TEIFS; GOSIM; APIC:UpdateJobPriority (no `JobStatusException`)"]
    "REP-932" JOB_THRESHOLD Primary:
        "Once at least 1,000 tasks have run, a job fails as soon as more than half of those that ran have failed."
        ["UG26b:batch-ops-job-status"]
    "REP-933" JOB_TIMERS Primary:
        "A job that is suspended for more than 30 days fails; one that ended is deleted after 90 days. One text says 30 days there too; the dialect chooses."
        ["UG26b:batch-ops-create-job; UG26b:troubleshooting-batch-operations; BOTOC:ListJobsResult.Jobs (30 days)"]
    "REP-934" JOB_FAILURES Primary:
        "`FailureReasons` is about the job, never about tasks. A report that can't be written fails the job, whose counts stay; for Object Lock an older guide says that the job completes, and the dialect chooses."
        ["BOTOC:JobFailure; UG26b:replication-troubleshoot; UG23:troubleshooting-batch-operations"]
    "REP-935" JOB_PROGRESS Primary:
        "`TotalNumberOfTasks` is the size of the manifest, known once the job is prepared; succeeded and failed tasks are at most that many together, and all of them when the job is `Complete` (inference). Time counts in `Active` only."
        ["BOTOC:JobProgressSummary, JobTimers; CLI:describe-job"]
    "REP-936" JOB_EVENTS Primary:
        "CloudTrail records `JobCreated` with the status `New`, and `JobStatusChanged` for each change, with the codes of failures and the reasons of changes. That a request without a reason has none, whatever reason an earlier one gave, is inference."
        ["UG26b:batch-ops-examples-event-bridge-cloud-trail"]
    "REP-937" JOB_CAPACITY Primary:
        "At most 6 jobs of an account are active; others wait as `Ready`, the highest priority is served first, and active jobs of lower priority are paused for it. Among equals the older job goes first (inference). A sentence of the current guide can be read to say that jobs of the API do not wait; the older text is followed."
        ["UG26b:batch-ops; UG26b:batch-ops-job-status; UG23:batch-ops-create-job (waits for higher priorities)"]
    "REP-938" JOB_OBJECT_LIMIT Primary:
        "A replication job has at most 20 billion objects, else it fails while it is prepared."
        ["UG26b:batch-ops; UG26b:s3-batch-replication-batch; UG26b:troubleshooting-batch-operations (text)"]
    "REP-939" JOB_WITHOUT_OBJECTS Primary:
        "A generator that finds nothing fails the job. An empty manifest of one's own completes it, as an emulator has it; AWS is silent and the dialect chooses."
        ["UG26b:replication-troubleshoot; TEIFS"]
    // Batch Replication: manifests and reports
    "REP-940" MANIFEST_TEXT Primary:
        "A manifest is UTF-8 without a byte-order mark, a row a line: commas between fields, as many fields in every row, no empty lines, no space at the end of a line, no line break within a field. A carriage return before the line feed is read as part of the line break (inference), as are limits of size that keep a hostile file out of memory."
        ["UG:troubleshooting-batch-operations"]
    "REP-941" MANIFEST_FIELDS Primary:
        "An `S3BatchOperations_CSV_20180820` manifest has no header row. Its columns are named by the job: one `Bucket`, one `Key`, perhaps a `VersionId`, and `Ignore` for what S3 skips; any order follows from that (inference). A header row is data: a task for the key `Key` in a bucket called `Bucket`, a name that some old bucket may have, so that the row itself is not refused here; that its task fails is inference."
        ["BOTOC:JobManifestSpec; UG:batch-ops-create-job; UG26:inventory-configure-bops"]
    "REP-942" MANIFEST_FIELD_COUNT Reported:
        "A row with more or fewer fields than columns fails the whole job: `InvalidManifestContent: Unexpected number of task fields`. Extra fields are ignored, as the guide says, only if they are declared `Ignore`."
        ["SAMPLE; UG:batch-ops-create-job (extra fields)"]
    "REP-943" MANIFEST_KEYS Primary:
        "Keys are percent-encoded; a slash may stand for itself. What is written here encodes everything but letters, digits and `-_.~/`, a space as `%20` and a plus sign as `%2B`."
        ["UG:batch-ops-create-job; SAMPLE"]
    "REP-944" MANIFEST_PLUS Inference:
        "A `+` in the key of a manifest is a space: S3 Inventory writes it so, and today's guide decodes it so. The guide of 2023 leaves a `+` alone; a setting chooses."
        ["UG26:batch-ops-invoke-lambda (`unquote_plus`); UG23:batch-ops-invoke-lambda (`unquote`); C7N; DANDI"]
    "REP-945" MANIFEST_KEY_FORM Inference:
        "A key that is empty, has a `%` without two hexadecimal digits, is not UTF-8 or is longer than 1,024 bytes once it is decoded fails the job: `Invalid object key format`. The guide limits the field of the key to 1,024 characters; whether that is before it is decoded is not said."
        ["UG:troubleshooting-batch-operations (text); UG:batch-ops-invoke-lambda (limit)"]
    "REP-946" MANIFEST_NULL_VERSION Primary:
        "The null version is written `null`."
        ["UG26:inventory-configure-bops; SAMPLE"]
    "REP-947" MANIFEST_EMPTY_VERSION Reported:
        "A version id that is empty although there is a column for it fails the task of that row alone, as `SrcObjectNotFound` with the text `Object versionID is invalid`. The guide of 2023 says of every operation: `InvalidRequest`, status 400, `Task failed due to missing VersionId`; a setting chooses."
        ["SAMPLE; UG23:troubleshooting-batch-operations"]
    "REP-948" MANIFEST_VERSIONS_REQUIRED Primary:
        "A manifest of Batch Replication names versions, as the buckets of replication are versioned; a job without was seen to fail at its creation. A general rule takes the version that is current when the task runs; a setting chooses. The text of the failure is inference."
        ["UG:s3-batch-replication-batch; HEALTH; UG:batch-ops-create-job (the general rule)"]
    "REP-949" MANIFEST_QUOTES Emulator:
        "A field may stand in quotes, and quotes within are doubled. AWS's samples of manifests have none; its inventories have them around every field."
        ["TEIFS; DANDI"]
    "REP-950" MANIFEST_FAILURE_TEXTS Primary:
        "A manifest that S3 does not take fails the job with the code `InvalidManifestContent` and one of eight texts. Which of them goes with which mistake is inference, but for the number of fields."
        ["UG:troubleshooting-batch-operations; SAMPLE"]
    "REP-951" INVENTORY_DOCUMENT Primary:
        "The manifest of an inventory is its `manifest.json`: `sourceBucket`, `destinationBucket` (an ARN), `version` (`2016-11-30`), `creationTimestamp` (milliseconds, as text), `fileFormat`, `fileSchema` and `files` with `key`, `size` and `MD5checksum`. Only CSV is a manifest."
        ["UG:storage-inventory-location; UG:batch-ops-create-job; HEALTH"]
    "REP-952" INVENTORY_SCHEMA Primary:
        "The columns of a CSV inventory are those of `fileSchema`, joined by a comma and a space; `Bucket` and `Key` are always there, `VersionId`, `IsLatest` and `IsDeleteMarker` when all versions are listed. 21 columns are known."
        ["UG:storage-inventory-location; UG:storage-inventory; BOTO:InventoryOptionalField"]
    "REP-953" INVENTORY_ROWS Reported:
        "In real inventories every field is in quotes, a space in a key is `+`, booleans are lower case (the guide prints other cases, which are read), and Size, ETag and IsMultipartUploaded of a delete marker are empty. Data files have no header row and no order."
        ["DANDI; C7N; UG:storage-inventory"]
    "REP-954" INVENTORY_CHECKSUMS Primary:
        "`MD5checksum` is that of a data file as it is stored; `manifest.checksum` holds that of `manifest.json`."
        ["UG:storage-inventory-location"]
    "REP-955" INVENTORY_NULL_VERSION Primary:
        "An inventory of all versions leaves the version id of a null version empty, which Batch Operations does not take: it has to be written as `null` first."
        ["UG26:inventory-configure-bops"]
    "REP-956" INVENTORY_MARKERS Primary:
        "An inventory of all versions lists delete markers. Who made one it does not say; here it counts as a user's (inference)."
        ["UG:storage-inventory; DANDI"]
    "REP-957" GENERATED_MANIFEST Inference:
        "A manifest that S3 generates, `S3InventoryReport_CSV_20211130`, is read and written as an inventory with `Bucket`, `Key` and `VersionId`, and can be given to a job again as `S3InventoryReport_CSV_20161130`. AWS says that it is similar to an inventory and publishes no more."
        ["UG:s3-batch-replication-new-config; BOTOC:GeneratedManifestFormat"]
    "REP-958" REPORT_WHEN Primary:
        "A job writes the report it was asked for when it completes, fails or is cancelled, if at least one task was invoked; else there is none."
        ["UG:batch-ops-job-status; UG:batch-ops-create-job"]
    "REP-959" REPORT_PLACE Primary:
        "A report is `prefix/job-id/manifest.json` with its `.md5`, and `results/` with files of 40 hexadecimal digits and `.csv`; the shape of the API calls the document `report.json`, which no sample does. A prefix that ends with a slash gets no second one (inference); a setting chooses."
        ["UG:batch-ops-examples-reports; SAMPLE; BOTOC:JobReport.Prefix (`report.json`)"]
    "REP-960" REPORT_DOCUMENT Primary:
        "The document of a report has `Format`, `ReportCreationDate` with milliseconds, `Results` with `TaskExecutionStatus`, `Bucket`, `MD5Checksum` and `Key`, and `ReportSchema`. A status without rows has no entry."
        ["UG:batch-ops-examples-reports"]
    "REP-961" REPORT_COLUMNS Reported:
        "`ReportSchema` says `ErrorCode, HTTPStatusCode`, but in every row the HTTP status stands before the code. Rows are written as S3 writes them and read by content: of the two the bare number from 100 to 599 is the status."
        ["UG:batch-ops-examples-reports (schema and rows); SAMPLE"]
    "REP-962" REPORT_KEYS Reported:
        "The key of a report is that of the manifest, byte for byte, still encoded; a version id that the manifest does not give is empty."
        ["SAMPLE; UG:batch-ops-examples-reports"]
    "REP-963" REPORT_SCOPE Primary:
        "A report lists all tasks, or those that failed only. If then none failed, it has a document without results (inference)."
        ["UG:batch-ops-create-job; BOTOC:JobReportScope"]
    "REP-964" REPORT_TEXTS Reported:
        "A replication that succeeded is `succeeded,200,,success`; one that is not eligible is `failed,500,SrcObjectNotEligible,Object is not eligible for replication`. Fields with commas, quotes or line breaks are quoted. Lines end with a line feed; a carriage return before it is read (inference)."
        ["SAMPLE; UG:batch-ops-examples-reports"]
    "REP-965" REPORT_HTTP_STATUS Inference:
        "The HTTP status of a reason of replication is 500, of `InvalidRequest` 400 and of `AccessDenied` 403. Only that of `SrcObjectNotEligible` was seen, and that of `InvalidRequest` is documented."
        ["SAMPLE; UG23:troubleshooting-batch-operations"]
    "REP-966" REPORT_STATUS Primary:
        "Only `TaskStatus` says whether a task succeeded: a failed one can have the HTTP status 200."
        ["UG:batch-ops-examples-reports"]
    "REP-967" FAILURE_REMEDIES Inference:
        "Every reason has a cause, in the words of the guide, and something that can be done about it; the advice is ours."
        ["UG26:replication-metrics-events; UG26:replication-troubleshoot"]
    "REP-968" MANIFEST_REPEATS Inference:
        "A version that is listed twice is two tasks, as each row is one. A manifest should name one bucket; rows of several are read, and each task answers for its own bucket."
        ["UG:batch-ops (one task for each object; a single bucket); TEIFS"]
    "REP-969" MANIFEST_NOT_ELIGIBLE Reported:
        "The task of a version that no rule takes, or that is archived, fails as `SrcObjectNotEligible` and leaves no replication status behind. A generator leaves such versions off its list."
        ["SAMPLE; UG26:replication-troubleshoot"]
    // Batch Replication: generated lists and tasks
    "REP-970" GENERATION Primary:
        "A generator lists every version of the source bucket, current or not, that passes its filter; without a filter all of them. What is then on the list and no rule takes fails as a task (inference)."
        ["UG:s3-batch-replication-batch; BOTOC:S3JobManifestGenerator.Filter; UG26:replication-metrics-events"]
    "REP-971" GENERATION_ELIGIBLE Primary:
        "`EligibleForReplication` keeps what the enabled rules of the source bucket replicate, all of them together: by prefix and by the tags of today, whatever the replication status, replicas and versions from before the configuration too, and nothing archived."
        ["UG:s3-batch-replication-batch; UG26:replication-what-is-isnot-replicated; UG26:replication-troubleshoot; BOTOC:JobManifestGeneratorFilter"]
    "REP-972" GENERATION_NOT_ELIGIBLE Inference:
        "`EligibleForReplication` that is `false` restricts nothing, as if it were left out. It may as well ask for what is not eligible; the dialect chooses."
        ["BOTOC:JobManifestGeneratorFilter (silent about `false`)"]
    "REP-973" GENERATION_MARKERS Inference:
        "A generator lists a delete marker when an enabled rule that matches it replicates delete markers. The guide warns that a job may replicate a marker before versions, and does not say when it lists one; the dialect chooses."
        ["UG:s3-batch-replication-batch (caution about lifecycle); BOTO:DeleteMarkerReplication"]
    "REP-974" GENERATION_KMS Inference:
        "A generator leaves out versions under KMS for which no rule opts in. They may as well be listed and fail; the dialect chooses."
        ["UG26:replication-troubleshoot (not eligible; silent about the list)"]
    "REP-975" GENERATION_DESTINATIONS Inference:
        "What is in a destination, and what may be written there, is no matter of the list; it shows when the task runs."
        ["UG26:replication-metrics-events (`DstObjectHardDeleted` and others are reasons of tasks)"]
    "REP-976" GENERATION_UNKNOWN Inference:
        "S3 knows what it asks about; an inventory may lack a column, and never has tags. A version is left out as unknown only when what is not known would decide."
        ["UG:storage-inventory (columns)"]
    "REP-977" GENERATION_OUTPUT Primary:
        "A generated manifest is kept only with `EnableManifestOutput`, encrypted as `ManifestEncryption` says, else as its bucket does by default, else by SSE-S3. Its keys are not published; here `prefix/job-id/list/manifest.json`, apart from those of a report."
        ["TUT 4.4; BOTOC:S3ManifestOutputLocation; UG:s3-batch-replication-new-config"]
    "REP-978" TASK_OF_ROW Primary:
        "Each row is one task. It succeeds when the version reached every destination that a rule names, and fails when one could not be reached for good; of several reasons that of the first bucket by ARN is reported (inference)."
        ["UG:batch-ops; UG:s3-batch-replication-batch; UG26:replication-status"]
    "REP-979" TASK_SUCCESS Primary:
        "The result of a task is that of replication. A sample has it that a task has succeeded when replication is initiated; the dialect chooses."
        ["UG:s3-batch-replication-batch; SAMPLE (initiation only)"]
    "REP-980" TASK_REPLICATED Reported:
        "The task of a version that is in every destination succeeds without a transfer. The guide lists a reason for such versions, `SrcReplicationNotPending`; the dialect chooses."
        ["SAMPLE; UG26b:replication-metrics-events"]
    "REP-981" TASK_VERSION_GONE Primary:
        "A version that is listed and gone when its task runs is `SrcVersionNotFound`. Where the borders to `SrcKeyNotFound` and `SrcObjectNotFound` are is not published."
        ["UG26b:replication-metrics-events"]
    "REP-982" TASK_OTHER_BUCKETS Primary:
        "A row fails as `SrcBucketNotFound` when its bucket does not exist, as `SrcBucketInvalidRegion` when it is not in the Region of the job, and as `SrcBucketReplicationConfigMissing` when it has no configuration."
        ["UG26:replication-metrics-events"]
    "REP-983" TASK_HARD_DELETED Primary:
        "A replica that was deleted by its version id is not replicated again: `DstObjectHardDeleted`. A bucket that was deleted and created again remembers nothing (inference)."
        ["UG:s3-batch-replication-batch; UG26:replication-metrics-events"]
    "REP-984" TASK_REDRIVEN Primary:
        "What fails for the time being is tried again before the job ends, and only the last outcome is reported; the version stays `PENDING`. The guide says the former of Lambda."
        ["UG:batch-ops-invoke-lambda; UG26:replication-status"]
    "REP-985" TASK_STATUS_AFTER Inference:
        "A version shows `PENDING` while its task runs, and afterwards what all its destinations come to; a replica stays `REPLICA`. A task that is not begun leaves no status."
        ["UG26:replication-status; SAMPLE (no status after `SrcObjectNotEligible`)"]
    "REP-986" TASKS_STOP Primary:
        "A job that is paused, cancelled or failing begins no more tasks; what is under way ends, and is counted. What can't end for now is given up by a job that is cancelled or failing, and stays `PENDING` (inference)."
        ["UG:batch-ops-job-status"]
    "REP-987" MANIFEST_NOT_THERE Inference:
        "A manifest that is not there may not be read, as S3 says to whoever may not list a bucket, and fails the job with that text. That is inference."
        ["TEIFS; UG:batch-ops-create-job"]
    "REP-988" MANIFEST_ENCRYPTION Primary:
        "A manifest under SSE-C can't be read, and neither can a list in CSV under SSE-KMS; an inventory under SSE-KMS can."
        ["UG:batch-ops-create-job; UG23:troubleshooting-batch-operations (text)"]
    "REP-989" REPORT_LOCKED Primary:
        "A report can't be written to a bucket with a default retention."
        ["UG23:troubleshooting-batch-operations; UG26:replication-troubleshoot"]

    // Batch Replication: jobs, what was read later
    "REP-990" JOB_MANIFEST_CHANGED Emulator:
        "The ETag that a job names must be that of its manifest; when it is not, the job fails while it is prepared. AWS says only that the ETag is required, and publishes no code and no text: ours stand here."
        ["TEIFS (`If-Match`); BOTOC:JobManifestLocation.ETag"]
    "REP-991" JOB_CANCELLED_UNSEEN Emulator:
        "A job that is new, is prepared, is ready, pauses or is paused is cancelled by way of `Cancelling`, too. A clone of the API accepts it; that the way is the same is inference."
        ["OSS"]
    "REP-992" JOB_ROLE Primary:
        "The role of a job is assumed by `batchoperations.s3.amazonaws.com` and initiates replication; the role of the configuration is assumed by `s3.amazonaws.com` and delivers the object. They are two roles."
        ["UG:s3-batch-replication-batch; SAMPLE (permissions)"]
    "REP-993" JOB_OUTPUT_IS_OBJECTS Inference:
        "What a job writes, its report and its list, are objects like any other: in the source bucket the rules take them, and the next job lists them."
        ["UG:batch-ops-create-job; UG26:replication-what-is-isnot-replicated (what is new is replicated)"]

    // Several buckets
    "REP-1060" TWO_WAY Primary:
        "Two buckets that replicate to each other bring what is written in either one to the other, as far as the rules of both select it, and it does not come back. What only one side selects is on one side only (inference)."
        ["UG26:replication (two-way replication); HANDS; UG23:mrap-create-two-way-replication-rules"]
    "REP-1061" DELETE_MARKERS_BOTH_WAYS Primary:
        "Between two buckets delete markers go both ways only where `DeleteMarkerReplication` is enabled in both directions; those that lifecycle makes go neither way."
        ["UG23:mrap-create-two-way-replication-rules; UG26:delete-marker-replication"]
    "REP-1062" SYNC_ON_BOTH_SIDES Primary:
        "Replica modification sync is to be enabled in both directions; without it metadata flows from sources to replicas only. Why one direction needs both is not explained; here each rule answers for the replicas in its own source bucket (inference)."
        ["UG26:replication-for-metadata-changes"]
    "REP-1063" METADATA_NEEDS_VERSION Primary:
        "A change of metadata for a bucket that does not hold the version fails with `DstVersionNotFound`."
        ["UG26b:replication-metrics-events (the reason); that it is so where a replica never came from: inference"]
    "REP-1064" METADATA_DOES_NOT_CHAIN Inference:
        "A change of metadata that replication brought is not replicated again: like an object it goes one hop, also round a cycle."
        ["REP-503; UG26:replication-for-metadata-changes; otherwise SILENT"]
    "REP-1065" KEYS_OF_TWO_SOURCES Inference:
        "Versions of one key that come from two source buckets are versions of one object in their destination; which is the latest, their creation times say."
        ["REP-609, REP-615; otherwise SILENT"]
    "REP-1066" DESTINATION_LIFECYCLE Primary:
        "A destination bucket has a lifecycle of its own, which counts the days of a replica from the creation of its source; rules and what they do are not replicated."
        ["UG26:replication-requirements; UG26:replication-what-is-isnot-replicated"]
    "REP-1067" REGIONS_ARE_NOT_DECLARED Primary:
        "Whether replication stays within a Region or crosses to another is not declared: it follows from where the buckets are, and the same rules hold."
        ["UG26:replication; TFT schemaV2SameRegion"]
}
