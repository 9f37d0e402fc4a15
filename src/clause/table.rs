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
        "A body that is not well-formed, or is cut off, is rejected with `MalformedXML`."
        ["ERR; LS (empty `Rules`); github.com/boto/boto3/issues/3358"]
    "REP-102" DOCUMENT_SIZE Primary:
        "A replication configuration has at most 2 MB (read as 2 MiB). The error code for a larger one is not published; this crate answers `MalformedXML`."
        ["BOTO:ReplicationConfiguration (limit)"]
    "REP-103" DOCUMENT_DEFENCES Inference:
        "Document type declarations, undeclared entities, illegal characters and nesting deeper than 16 elements are rejected; the published schema needs none of them."
        ["BOTO:PutBucketReplicationRequest (shape)"]
    "REP-104" SCHEMA_ELEMENTS Reported:
        "An element that the schema does not define at its place is rejected with `MalformedXML`."
        ["ERR; github.com/boto/boto3/issues/3358; github.com/hashicorp/terraform-provider-aws/issues/23803"]
    "REP-105" SCHEMA_REQUIRED Primary:
        "A missing required element (`Role`, `Rule`, `Status`, `Destination`, `Bucket`, the key and value of a tag, the status of a setting) is rejected with `MalformedXML`."
        ["BOTO:ReplicationConfiguration.required, ReplicationRule.required, Destination.required; LS"]
    "REP-106" SCHEMA_REPEATED Inference:
        "An element that may occur once and occurs twice is rejected with `MalformedXML`."
        ["BOTO (members that are not lists)"]
    "REP-107" SCHEMA_VALUES Primary:
        "A value outside an enumeration, or of the wrong type, is rejected with `MalformedXML`. Integers may be surrounded by white space, as in XML Schema; words may not."
        ["ERR; BOTO (enumerations); XML Schema Part 2, 4.3.6"]
    "REP-108" DOCUMENT_ROOT Primary:
        "The root is `ReplicationConfiguration` in the namespace `http://s3.amazonaws.com/doc/2006-03-01/`; a document without a namespace is accepted, as in AWS's own samples."
        ["BOTO:PutBucketReplicationRequest; API26:API_PutBucketReplication (sample request)"]
    "REP-109" RULES_PRESENT Primary:
        "A configuration without a rule is rejected with `MalformedXML`."
        ["LS (recorded 2026-02-21)"]
    "REP-110" JSON_FORM Primary:
        "The AWS CLI and SDKs use the same structure as JSON: `Rules` for the repeated `Rule`, `Filter.And.Tags` for the repeated `Tag`. The output of `get-bucket-replication` wraps it in `ReplicationConfiguration`. If a name is given twice, the CLI uses the last value."
        ["BOTO:ReplicationConfiguration; UG26:replication-walkthrough1; UG23:replication-change-owner (sample with a repeated name)"]
    "REP-111" DOCUMENT_DECODED_TEXT Primary:
        "Matching uses the decoded text: entities and CDATA sections are resolved, a literal carriage return becomes a line feed, and `&#13;` stays a carriage return."
        ["UG23:object-keys (XML related object key constraints); BOTO:ReplicationRule.Prefix; XML 1.0, 2.11"]
    "REP-112" DOCUMENT_ORDER Primary:
        "The order of elements in a document does not matter."
        ["API26:API_PutBucketReplication and UG26:replication-add-config (samples in different orders)"]
    "REP-113" FILTER_EMPTY_FORMS Primary:
        "An empty `Filter`, an empty `Prefix` in it and an empty `Prefix` of the rule all select every object. An empty `Filter` is not the same as an absent one, and S3 returns it as it was."
        ["UG26:replication-add-config (note); BOTO:ReplicationRule.Prefix; LS; github.com/crossplane-contrib/provider-aws/pull/911"]
    "REP-114" VERSION_INFERRED Primary:
        "S3 infers the version of a configuration: V2 with `Filter`, V1 with `Prefix` in the rule. The whole configuration has one version."
        ["UG26:replication-add-config; BOTO:ReplicaModifications; EMU-S (scope)"]
    "REP-115" ID_GENERATED Primary:
        "A rule without `ID` is accepted, and S3 generates an ID. This crate leaves the ID absent, because a reader does not invent identities."
        ["BOTO:ReplicationRule.ID; LS; TFT prefixNoID, filterNoID"]

    // Refusals
    "REP-201" ROLE_ARN Emulator:
        "`Role` is the ARN of one IAM role, `arn:<partition>:iam::<12 digits>:role/<path and name>`; anything else is rejected with `InvalidArgument`."
        ["EMU-S; EMU-O; UG26:setting-repl-config-perm-overview (both ARN shapes)"]
    "REP-202" SOURCE_VERSIONING Primary:
        "The source bucket must have versioning `Enabled`, else `InvalidRequest`."
        ["LS; UG26:replication-requirements"]
    "REP-203" DESTINATION_VERSIONING Primary:
        "A destination bucket must have versioning `Enabled`, else `InvalidRequest`."
        ["LS; github.com/hashicorp/terraform-provider-aws/issues/23578"]
    "REP-204" DESTINATION_EXISTS Reported:
        "A destination bucket must exist, else `InvalidRequest`. Two messages are on record, `Destination bucket must exist.` and the one about versioning; the dialect decides."
        ["EMU-S; EMU-O; public permission-probe fixtures; LS (the other text, for a name that another account may own)"]
    "REP-205" PRIORITY_REQUIRED Primary:
        "With `Filter`, `Priority` is required, else `InvalidRequest`."
        ["API26:API_PutBucketReplication; EMU-S, EMU-O (text)"]
    "REP-206" DELETE_MARKER_REPLICATION_REQUIRED Primary:
        "With `Filter`, `DeleteMarkerReplication` is required, else `InvalidRequest`, although samples of the guide omit it. The model of the SDKs does not require its `Status`; that a missing one is answered like any element that the schema requires, `MalformedXML`, is inference."
        ["API26:API_PutBucketReplication (rule); github.com/alphagov/govuk-infrastructure/pull/4834 (text); BOTO:DeleteMarkerReplication; against it samples in UG26:replication-for-metadata-changes and UG26:repl-metrics"]
    "REP-207" DELETE_MARKER_REPLICATION_FORBIDDEN Reported:
        "In V1, `DeleteMarkerReplication` is rejected with `InvalidRequest`."
        ["github.com/rust-lang/simpleinfra/pull/468"]
    "REP-208" PRIORITY_FORBIDDEN Reported:
        "In V1, `Priority` is rejected with `InvalidRequest`."
        ["a comment quoting AWS in a public Terraform module"]
    "REP-209" V1_ONE_DESTINATION Reported:
        "A V1 configuration has one destination bucket, else `InvalidRequest`."
        ["github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/730; github.com/awslabs/landing-zone-accelerator-on-aws/issues/376"]
    "REP-210" PRIORITY_UNIQUE Reported:
        "Two rules with the same priority are rejected with `InvalidRequest`. The documentation does not say whether priorities must be unique in the configuration or for each destination; the dialect decides. AWS: in the configuration, including disabled rules."
        ["TF; github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/730; EMU-S (configuration); EMU-O (destination); github.com/ceph/ceph/pull/61803"]
    "REP-211" PRIORITY_RANGE Emulator:
        "`Priority` is between 0 and 2147483647, else `InvalidRequest`."
        ["EMU-S; EMU-O; IBM COS API reference; LS (0 accepted)"]
    "REP-212" ID_UNIQUE Emulator:
        "Rule IDs are unique in a configuration, else `InvalidArgument`."
        ["BOTO:ReplicationRule.ID; EMU-S; EMU-O"]
    "REP-213" ID_LENGTH Primary:
        "A rule ID has at most 255 characters, else `InvalidArgument`."
        ["BOTO:ReplicationRule.ID; EMU-S (text)"]
    "REP-214" ID_ASCII Primary:
        "A rule ID contains only ASCII characters, else `InvalidArgument`."
        ["ERR"]
    "REP-215" SOURCE_SELECTION_NOT_EMPTY Reported:
        "`SourceSelectionCriteria` contains at least one child, else `InvalidRequest`."
        ["github.com/hashicorp/terraform-provider-aws/issues/44192"]
    "REP-216" REPLICA_KEY_WITHOUT_OPT_IN Reported:
        "`EncryptionConfiguration` without `SseKmsEncryptedObjects` is rejected with `InvalidRequest`."
        ["a Terraform run log with an AWS request id; EMU-S"]
    "REP-217" OPT_IN_WITHOUT_REPLICA_KEY Reported:
        "`SseKmsEncryptedObjects`, whatever its status, without `ReplicaKmsKeyID` is rejected with `InvalidRequest`."
        ["a module comment quoting AWS; EMU-S (presence, not value)"]
    "REP-218" REPLICA_KEY_ARN Reported:
        "`ReplicaKmsKeyID` is the ARN of a KMS key or alias, else `InvalidArgument`."
        ["`Error putting S3 replication configuration: InvalidArgument: Invalid ReplicaKmsKeyID ARN.` with an AWS request id; BOTO:EncryptionConfiguration"]
    "REP-219" REPLICA_KEY_NOT_LOOKED_UP Primary:
        "S3 does not check, when a configuration is put, whether the KMS key exists, is enabled and is in the right Region."
        ["UG26:replication-config-for-kms-objects"]
    "REP-220" OWNER_NEEDS_ACCOUNT Primary:
        "`AccessControlTranslation` requires `Account`, else `InvalidRequest`. `Account` alone is accepted."
        ["ERR; EMU-S (text); TFT rulesDestination"]
    "REP-221" ACCOUNT_EMPTY Primary:
        "An empty `Account` is rejected. AWS lists it under `InvalidArgument` and under `InvalidRequest`; the dialect decides."
        ["ERR"]
    "REP-222" ACCOUNT_OWNS_DESTINATION Primary:
        "`Account` is the account that owns the destination bucket, else `InvalidArgument`. S3 checks the owner of the bucket, not the syntax of the text."
        ["ERR; that any text is kept: EMU-S"]
    "REP-223" TAG_KEYS_UNIQUE Emulator:
        "Tag keys are unique within a filter, else `InvalidRequest`."
        ["EMU-S; EMU-O"]
    "REP-224" TAG_LIMITS Primary:
        "A tag key has 1 to 128 and a tag value 0 to 256 characters, counted in UTF-16 code units, else `InvalidTag`."
        ["UG26:object-tagging; BOTO:ObjectKey.min (key not empty)"]
    "REP-225" DELETE_MARKERS_AND_TAGS Primary:
        "A rule with a tag in its filter, also within `Not` or `Or`, cannot replicate delete markers, else `InvalidRequest`."
        ["BOTO:DeleteMarkerReplication (1.44.8); EMU-S, EMU-O (text)"]
    "REP-226" EXISTING_OBJECT_REPLICATION_REMOVED Reported:
        "`ExistingObjectReplication` is no longer supported and is rejected with `MalformedXML`; S3 Batch Replication replicates existing objects."
        ["BOTO:ExistingObjectReplication; github.com/boto/boto3/issues/3358; github.com/hashicorp/terraform-provider-aws/issues/23803"]
    "REP-227" TIME_CONTROL_NEEDS_METRICS Primary:
        "`ReplicationTime` without `Metrics` is rejected with `InvalidRequest`."
        ["ERR"]
    "REP-228" TIME_CONTROL_ENABLES_METRICS Primary:
        "Enabled `ReplicationTime` with disabled `Metrics` is rejected with `InvalidRequest`; disabled `ReplicationTime` with enabled `Metrics` is accepted."
        ["ERR; github.com/crossplane-contrib/provider-aws/pull/1129 (accepted)"]
    "REP-229" TIME_CONTROL_FIELDS Primary:
        "`ReplicationTime` has a `Status` and a `Time` of exactly 15 minutes, else `InvalidArgument`."
        ["ERR; BOTO:ReplicationTimeValue"]
    "REP-230" METRICS_FIELDS Primary:
        "`Metrics` has a `Status` and, if `ReplicationTime` is enabled, an `EventThreshold` of exactly 15 minutes. Otherwise S3 returns `InvalidArgument`."
        ["ERR"]
    "REP-231" THRESHOLD_NEEDS_TIME_CONTROL Reported:
        "An `EventThreshold` without enabled `ReplicationTime` is rejected with `InvalidArgument`."
        ["github.com/crossplane-contrib/provider-aws/issues/1117; github.com/pulumi/pulumi-aws/issues/5806"]
    "REP-232" METRICS_ALONE Primary:
        "`Metrics` with only a status, and without `ReplicationTime`, is accepted."
        ["UG26:repl-metrics; TFT schemaV2DestinationMetricsStatusOnly"]
    "REP-235" BUCKET_ARN Emulator:
        "`Bucket` is the ARN of a bucket, `arn:<partition>:s3:::<name>`, else `InvalidArgument`."
        ["BOTO:Destination.Bucket; EMU-S, EMU-O (text)"]
    "REP-236" DESTINATION_IS_NOT_SOURCE Emulator:
        "A bucket cannot be its own destination, else `InvalidRequest`."
        ["HANDS; EMU-S, EMU-O (text)"]
    "REP-237" RULE_LIMIT Primary:
        "A configuration has at most 1,000 rules. The answer to more is known only from a re-implementation: `InvalidRequest`. A dialect without a limit exists for stores that do not count rules."
        ["BOTO:ReplicationConfiguration (limit); EMU-O (text)"]
    "REP-238" PREFIX_LENGTH Primary:
        "A prefix has at most 1,024 characters. The answer to a longer one is known only from re-implementations: `InvalidArgument`."
        ["BOTO:ReplicationRule.Prefix (limit); EMU-O; Scality Arsenal (text)"]
    "REP-239" V1_PREFIXES_DISJOINT Primary:
        "In V1 no prefix may be the beginning of another, else `InvalidRequest`."
        ["API reference before 2018, `Overlapping prefixes are not supported`; Scality Arsenal (text)"]
    "REP-240" AND_PREDICATES Primary:
        "`And` combines predicates; AWS accepts it with a single one. The dialect decides whether a single one is rejected. An `And` without predicates is rejected with `MalformedXML`. Zenko ignores `And`, so that the rule takes every key."
        ["BOTO:ReplicationRuleAndOperator; TFT (And with one tag); EMU-S (strict)"]
    "REP-241" FILTER_ONE_CHILD Primary:
        "`Filter` contains at most one of `Prefix`, `Tag`, `And` and `Not`. Otherwise S3 returns `MalformedXML`."
        ["BOTO:ReplicationRuleFilter (1.44.8); EMU-S"]
    "REP-242" PREFIX_AND_FILTER Emulator:
        "A rule with both `Prefix` and `Filter` is rejected with `MalformedXML`."
        ["EMU-S; TF"]
    "REP-243" PREFIX_OR_FILTER Reported:
        "A rule with neither `Prefix` nor `Filter` is rejected with `MalformedXML`."
        ["github.com/aws/aws-sdk-net/issues/1668; github.com/crossplane-contrib/provider-aws/pull/911; against it a sample in UG26:replication-add-config"]
    "REP-244" V1_TIME_CONTROL Reported:
        "In V1, `ReplicationTime` is rejected with `InvalidRequest`."
        ["stackoverflow.com/questions/68537825; against it UG26:replication-add-config, which counts such rules as V2"]
    "REP-245" V1_REPLICA_MODIFICATIONS Primary:
        "In V1, `ReplicaModifications` is not allowed; the message of the answer is not known."
        ["BOTO:ReplicaModifications"]
    "REP-246" REPLICA_STORAGE_CLASS Primary:
        "The storage class of replicas is one of `STANDARD`, `REDUCED_REDUNDANCY`, `STANDARD_IA`, `ONEZONE_IA`, `INTELLIGENT_TIERING`, `GLACIER_IR`, `GLACIER`, `DEEP_ARCHIVE`; any other is rejected with `MalformedXML`."
        ["CFN:ReplicationDestination; BOTO:StorageClass; BOTO:Destination.StorageClass; UG26:s3-express-differences; EMU-S (code)"]
    "REP-247" SAME_PARTITION Emulator:
        "Source and destination are in the same partition as the role; a destination in another partition is rejected with `InvalidArgument`."
        ["UG26:replication-walkthrough1; EMU-S"]
    "REP-248" DISABLED_RULES_ARE_CHECKED Primary:
        "A disabled rule is checked like an enabled one."
        ["LS"]
    "REP-249" VERSIONS_NOT_MIXED Inference:
        "Rules with `Prefix` and rules with `Filter` in one configuration are rejected with `InvalidRequest`: one rule without `Filter` makes the configuration V1."
        ["EMU-S; SILENT in the documentation"]
    "REP-250" ORDER_OF_ERRORS Emulator:
        "Of several errors S3 reports one. The order is not documented; this crate checks the schema, the role, the source bucket, each rule in document order, the rules together, and the destination buckets."
        ["EMU-S; LS (source versioning before the rules)"]
    "REP-251" SOURCE_EXISTS Primary:
        "The source bucket must exist, else `NoSuchBucket`."
        ["LS test_bucket_availability"]
    "REP-252" PRIORITY_INTEGER Inference:
        "A `Priority` that is not an integer violates the schema (`MalformedXML`); one that is out of range does not."
        ["BOTO:ReplicationRule.Priority (integer); EMU-S, EMU-O (range)"]
    "REP-253" VERSIONING_STAYS Primary:
        "Versioning cannot be suspended while a bucket has a replication configuration: `InvalidBucketState`."
        ["UG26:replication-requirements (an error); API26:ErrorResponses; the text: reported"]
    "REP-255" NOT_ONE_CHILD Primary:
        "`Not` contains exactly one of `Prefix`, `Tag` and `Or`, and `Or` one or more predicates. The answer to any other number is not published; this crate answers `MalformedXML`, as for `Filter`. The dialect decides whether another number is accepted."
        ["BOTO:ReplicationRuleNotOperator, ReplicationRuleOrOperator (1.44.8); REP-241; otherwise SILENT"]
    "REP-256" OR_UNLIMITED Inference:
        "`Or` may contain any number of prefixes and tags, several tags with the same key, and the same predicate twice: no limit is published, and each of them makes sense where any one excludes."
        ["BOTO:ReplicationRuleOrOperator (1.44.8); otherwise SILENT"]
    "REP-257" EXCLUSIONS_AND_OVERLAPS Inference:
        "Exclusions do not change which rules may stand together. `Not` stands in `Filter`, so V1 rules, whose prefixes must not overlap, have none; and V2 rules need different priorities whether or not their filters overlap."
        ["REP-114, REP-210, REP-239; otherwise SILENT"]
    "REP-258" REPLICA_KEY_OR_RELATED_KEY Inference:
        "An enabled `UseSourceMultiRegionKey` takes the place of `ReplicaKmsKeyID` where `SseKmsEncryptedObjects` asks for a key; a disabled one does not."
        ["BOTO:EncryptionConfiguration (1.44.8, `ReplicaKmsKeyID` is not required); REP-217; otherwise SILENT"]
    "REP-259" ERROR_DOCUMENT Primary:
        "The body of an error response is the XML document `Error` with `Code`, `Message`, `Resource` and `RequestId`. Each code has one HTTP status."
        ["API26:ErrorResponses (REST error responses, list of error codes)"]
    "REP-260" CONFIGURATION_NOT_FOUND Primary:
        "`GetBucketReplication` answers `ReplicationConfigurationNotFoundError` with the HTTP status 404 for a bucket without a configuration. `DeleteBucketReplication` succeeds for such a bucket."
        ["API26:API_GetBucketReplication, API_DeleteBucketReplication; ERR; LS"]

    // Filters
    "REP-301" FILTER_PREFIX Primary:
        "A prefix matches the keys that begin with it, byte for byte: `star` matches `starship`, and `/Tax/` does not match `Tax/`. There are no wildcards, and keys are not normalised."
        ["UG26:replication-add-config (examples 2, 3); UG26:replication-troubleshoot; BOTO:ReplicationRuleFilter"]
    "REP-302" FILTER_CASE Primary:
        "Keys, tag keys and tag values are case-sensitive."
        ["UG26:object-keys; UG26:object-tagging"]
    "REP-303" FILTER_TAGS Primary:
        "A version must have every tag of the filter, with exactly the same value. Other tags do not matter. Prefix and tags must both match."
        ["BOTO:ReplicationRuleFilter.Tag; UG26:replication-add-config"]
    "REP-304" FILTER_TAGS_AT_CREATION Primary:
        "The tags at the creation of the version count; a tag that is added later does not start replication."
        ["UG26:replication-what-is-isnot-replicated; UG26:replication-add-config"]
    "REP-305" TAGS_OF_OBJECTS Primary:
        "An object has at most 10 tags, so a filter with more matches none. The documentation does not say whether S3 accepts such a filter."
        ["UG26:object-tagging; otherwise SILENT"]
    "REP-306" TAG_KEYS_OF_AWS Primary:
        "Tag keys that begin with `aws:` are reserved: users cannot put such a tag on an object."
        ["EC2:S3ObjectTag.Key; UG26:object-tagging"]
    "REP-307" EXCLUDED_PREFIXES Primary:
        "A rule does not apply to keys that begin with a prefix of its `Not`, even if they match the rest of its filter. Any of several prefixes in `Or` excludes. The comparison is that of the filter prefix, byte for byte; the documentation does not repeat it."
        ["BOTO:ReplicationRuleNotOperator.Prefix, ReplicationRuleOrOperator.Prefixes (1.44.8)"]
    "REP-308" EXCLUDED_TAGS Primary:
        "A rule does not apply to versions that have a tag of its `Not`, with exactly the same value. Any of several tags in `Or` excludes, and several may have the same key. A delete marker has no tags, so no tag excludes it."
        ["BOTO:ReplicationRuleNotOperator.Tag, ReplicationRuleOrOperator.Tags, DeleteMarkerReplication (1.44.8); REP-512"]
    "REP-309" EXCLUSION_FORM Primary:
        "Since 2026-11-18, `Filter` and `And` may contain a `Not`, which contains exactly one of `Prefix`, `Tag` and `Or`; `Or` contains any number of `Prefix` and `Tag` (`Prefixes` and `Tags` in JSON). S3 excludes what matches any of them."
        ["BOTO:ReplicationRuleFilter.Not, ReplicationRuleAndOperator.Not, ReplicationRuleNotOperator, ReplicationRuleOrOperator (1.44.8; absent in 1.44.5)"]

    // Selection
    "REP-401" CONFLICT_DOMAIN Primary:
        "Rules compete when they match the same version and name the same destination bucket; rules with different destinations all apply."
        ["UG26:replication-add-config; BOTO:ReplicationRule.Priority"]
    "REP-402" PRIORITY_HIGHER_WINS Primary:
        "Of the rules that compete, the one with the higher priority number wins."
        ["BOTO:ReplicationRule.Priority; UG26:replication-add-config; CFN:ReplicationRule.Priority"]
    "REP-403" PRIORITY_LOWER_WINS Primary:
        "AWS's tutorials say the opposite: the lower the number, the higher the priority. The dialect `aws-tutorial` follows them."
        ["HANDS, step 3; the tutorial on replicating existing objects, step 2.3 (read 2026-11-22)"]
    "REP-404" WINNER_TAKES_ALL Inference:
        "All settings of the winning rule apply, and no setting of a losing rule."
        ["UG26:replication-add-config, `objects are replicated according to the rule with the highest priority`"]
    "REP-405" SOURCE_SELECTION_IS_A_FILTER Inference:
        "`SourceSelectionCriteria` are filters: a rule that does not select the version does not compete. In the alternative reading the rule wins and blocks the bucket; the dialect decides."
        ["BOTO:SourceSelectionCriteria (`additional filters`); otherwise SILENT"]
    "REP-406" DELETE_MARKER_PRECEDENCE Inference:
        "For a delete marker, the `DeleteMarkerReplication` of the winning rule decides: if it is disabled, a rule of lower priority for the same bucket does not replace it. A dialect option selects the alternative: it does."
        ["UG26:replication-add-config (winner); otherwise SILENT"]
    "REP-407" DISABLED_RULES_DO_NOTHING Primary:
        "A disabled rule selects no version and outranks no rule."
        ["UG26:replication-add-config"]

    // Eligibility
    "REP-501" NEW_VERSIONS Primary:
        "Every new version (put, post, copy, completed multipart upload) that is written while the rule is enabled is replicated."
        ["UG26:replication-what-is-isnot-replicated; UG26:replication"]
    "REP-502" EXISTING_VERSIONS Primary:
        "A later metadata change does not start live replication of a version for which replication was never attempted; S3 Batch Replication replicates it. A version that is pending or failed counts as attempted."
        ["UG26:replication-how-setup; UG26:replication-what-is-isnot-replicated (pending and failed: inference)"]
    "REP-503" REPLICAS_DO_NOT_CHAIN Primary:
        "A replica, or a replicated delete marker, is not replicated again."
        ["UG26:replication-what-is-isnot-replicated; repost.aws/knowledge-center/s3-troubleshoot-replication (delete markers: inference)"]
    "REP-504" KMS_OPT_IN Primary:
        "A version encrypted with SSE-KMS or DSSE-KMS is replicated only by a rule with `SseKmsEncryptedObjects` enabled."
        ["UG26:replication-config-for-kms-objects; API26:API_PutBucketReplication; against it a list in UG26:replication-what-is-isnot-replicated"]
    "REP-505" SSE_C Primary:
        "A version encrypted with SSE-C is replicated without any setting."
        ["UG26:replication-config-for-kms-objects"]
    "REP-506" ARCHIVED_CLASSES Primary:
        "A version in `GLACIER` or `DEEP_ARCHIVE` is not replicated; one in `GLACIER_IR` is."
        ["UG26:replication-what-is-isnot-replicated"]
    "REP-507" ARCHIVED_TIERS Primary:
        "A version in the Archive Access or Deep Archive Access tier of Intelligent-Tiering is not replicated; one in any other tier is."
        ["UG26:replication-what-is-isnot-replicated"]
    "REP-508" PLAIN_AND_SSE_S3 Primary:
        "Unencrypted versions and versions encrypted with SSE-S3 are replicated without any setting."
        ["UG26:replication-what-is-isnot-replicated; UG26:replication-config-for-kms-objects"]
    "REP-509" OWNER_CAN_READ Primary:
        "A version is not replicated if the owner of the source bucket cannot read its content and ACL."
        ["UG26:replication-requirements; UG26:replication-what-is-isnot-replicated"]
    "REP-510" V1_DELETE_MARKERS Primary:
        "V1 replicates the delete markers that users create."
        ["UG26:replication-what-is-isnot-replicated (across accounts another sentence of that page states the opposite)"]
    "REP-511" V2_DELETE_MARKERS Primary:
        "V2 replicates the delete markers that users create if and only if `DeleteMarkerReplication` is enabled."
        ["UG26:delete-marker-replication; UG26:replication-what-is-isnot-replicated"]
    "REP-512" DELETE_MARKERS_HAVE_NO_TAGS Primary:
        "A delete marker has no tags, so a rule with a tag filter neither replicates it nor outranks another rule."
        ["UG26:delete-marker-replication; BOTO:DeleteMarkerReplication"]
    "REP-513" LIFECYCLE_ACTIONS Primary:
        "Actions of lifecycle and tiering (expiration, its delete markers, transitions) and restores are not replicated."
        ["UG26:replication-what-is-isnot-replicated; UG26:delete-marker-replication (note)"]
    "REP-514" VERSION_DELETES Primary:
        "A delete by version ID is never replicated, not even of a delete marker."
        ["UG26:replication-what-is-isnot-replicated (of markers: inference)"]
    "REP-515" METADATA_CHANGES Primary:
        "A change of tags, ACL, retention, legal hold or event hold on a source version that was attempted is replicated to its replicas."
        ["UG26:replication-for-metadata-changes; UG26:repl-metrics; UG26b:replication-metrics-events (failure reasons); UG26b:object-lock-managing (event hold)"]
    "REP-516" ACL_AND_OWNER_OVERRIDE Primary:
        "With owner override, a later change of the source ACL is not replicated."
        ["UG26:replication-change-owner"]
    "REP-517" REPLICA_MODIFICATION_SYNC Primary:
        "A metadata change on a replica is replicated only by a rule with `ReplicaModifications` enabled."
        ["UG26:replication-for-metadata-changes"]
    "REP-518" BATCH_TRIGGER Primary:
        "Batch Replication takes existing versions, versions that failed or were replicated before, and replicas. The other conditions of live replication apply."
        ["UG:s3-batch-replication-batch; UG26:replication-what-is-isnot-replicated"]
    "REP-519" BATCH_DELETE_MARKERS Inference:
        "Batch Replication takes a delete marker when a matching rule replicates delete markers."
        ["UG:s3-batch-replication-batch (lifecycle caution); otherwise SILENT"]
    "REP-520" MARKERS_HAVE_NO_METADATA Primary:
        "A delete marker has no tags, ACL or lock, so a change of them cannot be replicated."
        ["UG26:DeleteMarker"]
    "REP-521" STATUS_VALUES Primary:
        "A source version is `PENDING`, `COMPLETED` or `FAILED`, a replica is `REPLICA`, and other versions have no status. The older word `COMPLETE` means `COMPLETED`."
        ["UG26:replication-status; BOTO:ReplicationStatus"]
    "REP-522" OTHER_SERVICES Inference:
        "What is listed with a storage class of Amazon FSx (`FSX_…`) or of AWS Backup (`AWS_BACKUP_…`), or with the encryption `aws:fsx` or `aws:backup`, is not in a bucket that replicates, so no rule replicates it."
        ["BOTO:StorageClass, ServerSideEncryption (1.44.8); that it does not replicate: SILENT"]
    "REP-523" ANNOTATION_CHANGES Primary:
        "An annotation that is written to a version is replicated by itself, as any change of metadata is: no rule selects or excludes annotations, and those of replicas need replica modification sync. The ledger and the stores of this crate do not keep annotations."
        ["UG26b:replication-what-is-isnot-replicated; UG26b:replication-for-metadata-changes; BOTO:PutObjectAnnotation, Event (1.44.8)"]
    "REP-524" ANNOTATION_DELETES Primary:
        "The delete of an annotation is not replicated: the annotation of the replica stays, and counts towards its limit of 1,000."
        ["UG26b:replication-what-is-isnot-replicated"]
    "REP-525" ACLS_DISABLED_AT_SOURCE Primary:
        "In a source bucket that enforces ownership by the bucket owner, ACLs are disabled: no request changes one, so there is no change to replicate, and the bucket owner, who owns every object, can read it."
        ["S3 User Guide, about-object-ownership, object-ownership-error-responses; UG26:replication-requirements"]

    // Replicas
    "REP-601" REPLICA_STORAGE_CLASS_RULE Primary:
        "A replica has the storage class of the rule or, if the rule names none, of its source. It can be written directly to an archive class."
        ["BOTO:Destination.StorageClass; UG26:replication"]
    "REP-602" REPLICA_OWNER Primary:
        "The source object owner owns the replica. With owner override the destination bucket owner does, also within one account."
        ["UG26:replication-change-owner"]
    "REP-603" REPLICA_ENCRYPTION_SAME Primary:
        "A replica has the same type of encryption as its source: SSE-S3 stays SSE-S3, SSE-C keeps the customer-provided key, SSE-KMS and DSSE-KMS use the replica key of the rule."
        ["UG26:replication-config-for-kms-objects"]
    "REP-604" REPLICA_ENCRYPTION_DEFAULT Primary:
        "The replica of an unencrypted version gets the default encryption of the destination bucket, which is SSE-S3, SSE-KMS or DSSE-KMS."
        ["UG26:replication-config-for-kms-objects; BOTO:ServerSideEncryptionByDefault.SSEAlgorithm"]
    "REP-605" REPLICA_KEY_AND_SSE_S3 Inference:
        "An SSE-S3 version stays SSE-S3 under a rule with a replica key. A dialect option selects the alternative: it is encrypted with the replica key."
        ["UG26:replication-config-for-kms-objects (same type); BOTO:EncryptionConfiguration (not limited to KMS)"]
    "REP-606" REPLICA_BUCKET_KEY Primary:
        "A replica encrypted with a KMS key keeps the S3 Bucket Key setting of its source."
        ["UG26:bucket-key"]
    "REP-607" REPLICA_LOCK Primary:
        "Retention and legal hold of the source are replicated and take precedence over the default retention of the destination, which applies otherwise."
        ["UG26:replication-what-is-isnot-replicated; UG26:object-lock-managing"]
    "REP-608" REPLICA_TIME_CONTROL Primary:
        "The winning rule determines whether S3 Replication Time Control (S3 RTC) and metrics cover the replication. Batch Replication is covered neither by S3 RTC nor by the metrics of pending replication."
        ["UG26:replication-time-control; UG26:replication; UG26:repl-metrics"]
    "REP-609" REPLICA_IDENTITY Primary:
        "A replica keeps the key, the version ID and the creation time of its source."
        ["UG26:replication"]
    "REP-610" CONCURRENT_METADATA Inference:
        "Of two concurrent changes of one aspect of the metadata the later one wins, on both sides of two-way replication. At equal times, the change in the bucket whose name sorts last wins."
        ["SILENT: S3 does not say how concurrent changes are settled; the rule is ours"]
    "REP-611" REPLICA_CONTENT Primary:
        "A replica has the bytes of its source, the metadata from its creation, and its tags."
        ["UG26:replication; UG26:replication-what-is-isnot-replicated; UG26:setting-repl-config-perm-overview (tags)"]
    "REP-612" REPLICA_REPEATED Inference:
        "A replica that is written again stays the same replica: for each aspect, newer metadata at the destination is kept, and newer metadata of the source is replicated."
        ["REP-610; otherwise SILENT"]
    "REP-613" OWNER_OVERRIDE_LASTS Primary:
        "A replica that was written with owner override never gets the ACL of its source, even if the rule no longer has the override, and its own ACL is not replicated to other buckets."
        ["UG26:replication-change-owner"]
    "REP-614" LISTING_ORDER Primary:
        "Versions are listed by key in byte order, and those of one key from the newest to the oldest, including delete markers."
        ["S3 User Guide, ListingKeysUsingAPIs (`UTF-8 binary order`); reference of the AWS SDKs for Java and Android, `ListVersionsRequest` (order of versions)"]
    "REP-615" LATE_REPLICAS Inference:
        "Among the versions of a key, replicas are ordered by creation time, so a replica that arrives late does not become the latest version."
        ["REP-609, REP-614; otherwise SILENT"]
    "REP-616" NULL_REPLICAS Inference:
        "The replica of a null version is the null version of its bucket and replaces the previous one."
        ["REP-609; S3 User Guide, AddingObjectstoVersionSuspendedBuckets (null versions replace each other); otherwise SILENT"]
    "REP-617" KEYS_NOT_NORMALISED Primary:
        "A key has up to 1,024 bytes of UTF-8 and is case-sensitive. There are no folders, and keys are not normalised."
        ["UG23:object-keys (that nothing is normalised: inference)"]
    "REP-618" CONFIGURATION_MISSING Inference:
        "A task whose source bucket no longer has a replication configuration fails with `SrcBucketReplicationConfigMissing`."
        ["UG26b:replication-metrics-events (the reason); when it is given is SILENT"]
    "REP-619" LOCK_ON_BOTH_SIDES Primary:
        "A source bucket with Object Lock replicates only to buckets with Object Lock; otherwise replication fails with `DstBucketObjectLockConfigMissing`."
        ["UG26:replication-requirements; UG26b:replication-metrics-events"]
    "REP-620" REQUESTER_PAYS_DESTINATION Primary:
        "A destination bucket of another account must not be a Requester Pays bucket. The documentation does not say that this is checked when a configuration is put."
        ["UG26:replication-requirements; UG26:replication-troubleshoot"]
    "REP-621" BUCKET_OWNER_ENFORCED Primary:
        "If the destination bucket enforces ownership by the bucket owner, the bucket owner owns the replicas without an override. New buckets enforce it."
        ["UG26:replication-change-owner; UG26:replication-troubleshoot; BOTO:ObjectOwnership"]
    "REP-622" REPLICA_KEY_ALIAS Primary:
        "An alias in `ReplicaKmsKeyID` is resolved in the account of the requester; another account cannot use the AWS managed key behind `alias/aws/s3`."
        ["BOTO:EncryptionConfiguration (alias); UG26:replication-config-for-kms-objects (a customer managed key across accounts)"]
    "REP-623" REPLICA_KEY_REGION Primary:
        "The replica key is a symmetric key in the Region of the destination bucket."
        ["BOTO:EncryptionConfiguration; UG26:replication-config-for-kms-objects"]

    "REP-624" DESTINATION_REGION Primary:
        "The destination bucket may be in the Region of the source bucket or in another one. The configuration does not say which, and the rules mean the same."
        ["UG26:replication; UG26:replication-requirements"]
    "REP-625" RETENTION_NOT_WEAKENED Inference:
        "Replication never lowers the mode of a retention that lasts and never shortens its period: the task fails with `DstPutRetentionNotPermitted`. A stronger retention applies even if its change arrives late."
        ["S3 User Guide, object-lock-overview (no user can change the mode or shorten the period of compliance mode; governance mode needs a special permission); UG26b:replication-metrics-events (the reason); what replication does is SILENT"]
    "REP-626" ASPECTS_ARE_SEPARATE Inference:
        "A change of the tags, the ACL, the retention, the legal hold or the event hold is an operation of its own: it changes no other aspect of the replica, and concurrent changes of different aspects both survive."
        ["UG26:repl-metrics (operations count tags, ACLs and Object Lock settings); UG26b:replication-metrics-events (a reason for each aspect); otherwise SILENT"]
    "REP-627" MULTI_REGION_REPLICA_KEY Primary:
        "With `UseSourceMultiRegionKey` enabled, a replica is encrypted with the multi-Region key in the Region of the destination that is related to the key of its source: the key with the same ID, which begins with `mrk-`, in the same account. If the source has another kind of key, no key is related to it; the answer is not published, and this crate lets the task fail with `DstKmsKeyNotFound`."
        ["BOTO:EncryptionConfiguration.UseSourceMultiRegionKey (1.44.8); AWS KMS Developer Guide, multi-region-keys-overview (IDs and accounts of related keys); what happens to other keys is SILENT"]
    "REP-628" MULTI_REGION_AND_REPLICA_KEY Inference:
        "A rule may have both `ReplicaKmsKeyID` and an enabled `UseSourceMultiRegionKey`; the latter then decides about the key. If it is disabled, the former does."
        ["BOTO:EncryptionConfiguration (1.44.8, both optional); otherwise SILENT"]
    "REP-629" BLOCKED_ENCRYPTION Primary:
        "A bucket can block SSE-C (`BlockedEncryptionTypes`), as buckets do by default that are created since April 2026. It answers a version with SSE-C with 403 `AccessDenied`, so replication of such versions to it fails; the reason of the failure is not published, and this crate gives `DstPutObjectNotPermitted`. The memory store does the same; a bucket of a scenario or of a job exists already, and blocks only what its settings say."
        ["UG26:blocking-unblocking-s3-c-encryption-gpb; BOTO:ServerSideEncryptionRule.BlockedEncryptionTypes; the reason: inference"]
    "REP-630" BUCKET_KEY_DEFAULT Primary:
        "A replica that takes the default encryption of the destination bucket, because its source is not encrypted, uses an S3 Bucket Key if that default does."
        ["UG26:bucket-key"]
    "REP-631" ACLS_DISABLED Primary:
        "If a bucket enforces ownership by the bucket owner, a change of an ACL is rejected with 400 `AccessControlListNotSupported`. New buckets enforce it since April 2023, also in the memory store; a bucket of a scenario or of a job exists already, and enforces it only if its settings say so."
        ["BOTO:ObjectOwnership; S3 User Guide, about-object-ownership"]
    "REP-632" EVENT_HOLD Primary:
        "An event hold protects a version until it is released, and then for its duration, 1 to 36,500 days or 1 to 100 years from the release. Hold and duration are replicated, and so is the release; the destination computes the date of its replica from the time of replication, so the dates may differ."
        ["UG26b:object-lock-managing; BOTO:ObjectLockRetention.EventHold, EventHoldDuration (1.44.8); CloudFormation, AWS::S3::Bucket DefaultEventHold"]
    "REP-633" EVENT_HOLD_MODE Inference:
        "The retention after the release of an event hold has the mode of the retention of the version, or governance mode if it has none, and never ends before that retention. A released hold without a duration begins none."
        ["REP-625; otherwise SILENT"]
    "REP-634" DEFAULT_EVENT_HOLD Primary:
        "A bucket can have a default event hold. A version that is written without an event hold or a retention of its own is put under it; that a replica whose source has neither gets that of the destination, as it gets the default retention, is an inference."
        ["CloudFormation, AWS::S3::Bucket DefaultEventHold; BOTO:DefaultRetention.DefaultEventHold (1.44.8); REP-607"]

    // Status
    "REP-701" STATUS_OF_DESTINATIONS Primary:
        "A source version is `PENDING` until replication to every destination has ended; then it is `COMPLETED`, or `FAILED` if at least one failed."
        ["UG26:replication-status"]
    "REP-702" REPLICA_STATUS_UNDER_SYNC Primary:
        "A replica whose metadata is being replicated is `PENDING`, then `REPLICA` again, or `FAILED`."
        ["UG26:replication-status; BOTO:HeadObjectOutput.ReplicationStatus"]
    "REP-703" FAILED_AND_PENDING Inference:
        "A version that failed in one destination and is pending in another is `PENDING`. One paragraph of the documentation supports both answers; the dialect decides."
        ["UG26:replication-status (both sentences)"]
    "REP-704" TRANSIENT_FAULTS Primary:
        "A transient fault, such as an unavailable bucket or Region, leaves the status `PENDING`; replication resumes by itself."
        ["UG26:replication-status"]
    "REP-705" FAILURE_REASONS Primary:
        "A failure has one of S3's reasons: 34 words as of 2026-03, five added since for annotations, and an older word for multipart uploads. Only Batch Replication reports four of them."
        ["UG26:replication-metrics-events; UG26b:replication-metrics-events; UG23:replication-failure-codes"]
    "REP-706" FAILED_IS_FINAL Primary:
        "Live replication never retries a failed version, even if the cause is fixed. Batch Replication does, and a new version is a new attempt."
        ["UG26:replication-status; UG26:disable-replication"]
    "REP-707" LIFECYCLE_WAITS Primary:
        "Expiration and transition do not act on a version while it is `PENDING` or `FAILED`. In 2023 `FAILED` did not prevent them."
        ["UG26:replication-status; UG26:lifecycle-and-other-bucket-config; UG23:replication-status (until then)"]
    "REP-708" METADATA_DOES_NOT_REPAIR_OBJECT Inference:
        "Replicated metadata does not repair a failed replication of the object; later metadata repairs failed metadata."
        ["UG26:replication-status; UG26b:replication-metrics-events (`DstVersionNotFound`)"]
    "REP-709" PENDING_TASKS_STAY Inference:
        "A version that is pending when its rule is disabled, changed or removed is still replicated as the rule asked when the version was written. Only the deletion of the whole configuration ends its replication. What is written afterwards follows the new rules."
        ["UG26:disable-replication (a version written while its rule is disabled is not replicated later); UG26:replication-add-config (a disabled rule performs no actions); of versions that are pending: SILENT"]

    // Time Control, metrics and events
    "REP-801" METRICS Primary:
        "S3 publishes `BytesPendingReplication` (Bytes), `OperationsPendingReplication` (Count) and `ReplicationLatency` (Seconds) in the destination Region and `OperationsFailedReplication` (Count) in the source Region, by source bucket, destination bucket and rule."
        ["UG26:repl-metrics; UG26:metrics-dimensions"]
    "REP-802" METRICS_COVER Primary:
        "Only rules with `Metrics` or S3 RTC are measured. The pending metrics are about live replication; failures of Batch Replication are counted too."
        ["UG26:repl-metrics"]
    "REP-803" TIME_CONTROL_TARGETS Primary:
        "S3 RTC is designed for 99.99 % within 15 minutes; the service level agreement states 99.9 %. Delete markers and Batch Replication are not covered."
        ["UG26:replication; UG23:replication-time-control; UG26:replication-time-control (99.9 %); UG26:delete-marker-replication"]
    "REP-804" EVENTS Primary:
        "`OperationFailedReplication` requires metrics; `OperationMissedThreshold` and `OperationReplicatedAfterThreshold` require S3 RTC; `OperationNotTracked` means that an operation is no longer measured."
        ["UG26b:replication-metrics-events; UG26:notification-how-to-event-types-and-destinations; BOTO:Event"]

    // Costs, and other stores
    "REP-810" STORAGE_CLASS_MINIMUMS Primary:
        "Some storage classes have a minimum storage duration: 30 days for `STANDARD_IA` and `ONEZONE_IA`, 90 for `GLACIER_IR` and `GLACIER`, 180 for `DEEP_ARCHIVE`. `STANDARD_IA`, `ONEZONE_IA` and `GLACIER_IR` are charged for at least 128 KB an object."
        ["S3 User Guide, storage-class-intro (table)"]
    "REP-811" TIME_CONTROL_PRICE Primary:
        "S3 RTC is charged for each GB, and its metrics are charged like custom metrics of CloudWatch."
        ["UG26:replication-time-control; UG26:repl-metrics"]
    "REP-812" INTELLIGENT_TIERING_PRICE Primary:
        "`INTELLIGENT_TIERING` has a monthly charge for each object of at least 128 KB."
        ["S3 User Guide, storage-class-intro (table)"]
    "REP-813" ONE_ZONE Primary:
        "`ONEZONE_IA` stores objects in one Availability Zone; they are lost if it is destroyed."
        ["S3 User Guide, storage-class-intro"]
    "REP-814" BUCKET_KEYS_SAVE_REQUESTS Primary:
        "With an S3 Bucket Key, S3 requests a key from KMS for the bucket from time to time, not for every object."
        ["UG26:bucket-key"]
    "REP-815" NONCURRENT_VERSIONS_STAY Primary:
        "Deletes of versions are never replicated, so noncurrent versions stay in the destination until a lifecycle rule or a user deletes them there."
        ["UG26:replication-what-is-isnot-replicated"]
    "REP-820" OTHER_STORES_ANY_TAG Emulator:
        "MinIO and Ceph match an object that has any of several tags in `And`, where S3 requires all of them."
        ["MinIO, internal/bucket/replication; Ceph, rgw_sync_policy"]
    "REP-821" OTHER_STORES_ONE_WINNER Primary:
        "In IBM COS and StorageGRID one rule wins an object for all destinations, where S3 has a winner for each destination."
        ["ibm.com/docs/en/coss (Create a bucket replication configuration); StorageGRID, CloudMirror replication"]
    "REP-822" EMPTY_FILTER_IS_DROPPED Reported:
        "Some clients omit an empty `Filter` when they write a configuration, which makes it V1 or malformed."
        ["github.com/crossplane-contrib/provider-aws/pull/911; github.com/hashicorp/terraform-provider-aws/issues/10235"]

    // Batch Replication: jobs
    "REP-901" JOB_REQUEST Primary:
        "CreateJob takes a `CreateJobRequest` in the namespace `http://awss3control.amazonaws.com/doc/2018-08-20/`, its elements in any order; the account is in the header `x-amz-account-id`. A request that violates the schema is rejected. The code, `BadRequestException`, is inference: of the four codes of CreateJob it is the one for requests."
        ["APIC:CreateJob; BOTOC:CreateJobRequest"]
    "REP-902" JOB_LISTS Primary:
        "The items of a list are called `member` or, in the samples of the API reference, by their shape (`S3Tag`, `JobListDescriptor`); both are read, and `member` is written. `MatchAnyObjectEncryption` contains `ObjectEncryption`. The names of encryptions have hyphens in XML (`SSE-S3`) and none in JSON (`SSES3`)."
        ["BOTOC (lists, location names); APIC:CreateJob; APIC:ListJobs"]
    "REP-903" JOB_REQUIRED Primary:
        "`AccountId`, `Operation`, `Report`, `ClientRequestToken`, `Priority` and `RoleArn` are required, as are the required members of the structures that are present."
        ["BOTOC:CreateJobRequest.required and the shapes below it"]
    "REP-904" JOB_LIMITS Primary:
        "Texts have the lengths of the API: a token 1 to 64 characters, a description 1 to 256, prefixes 1 to 512, the version ID of a manifest 1 to 2,000, its ETag 1 to 1,024, the reason for a status change 1 to 256."
        ["BOTOC (length limits)"]
    "REP-905" JOB_MANIFEST_OR_GENERATOR Primary:
        "A job has either a `Manifest` or a `ManifestGenerator`; the generator is a union of one member. The code of the answer is inference."
        ["BOTOC:CreateJobRequest.ManifestGenerator"]
    "REP-906" JOB_OPERATION Primary:
        "A job runs one of eleven operations. `S3ReplicateObject` has no members: the replication configuration of the source bucket determines the destinations. This crate knows the ten others but does not run them."
        ["BOTOC:JobOperation, OperationName; UG26b:batch-ops"]
    "REP-907" JOB_CONFIRMATION Primary:
        "With `ConfirmationRequired` a job is suspended until a user confirms it. If the member is absent, the text about the CLI states that the job is suspended, and the API reference that only jobs of the console need confirmation; the dialect decides."
        ["UG26b:batch-ops-job-status; APIC:CreateJob; CLI:describe-job (sample)"]
    "REP-908" JOB_PRIORITY Primary:
        "The priority of a job is an integer from 0 to 2147483647. S3 prefers jobs with a higher number, without a guarantee. The guide states `positive integer`; the API accepts 0."
        ["BOTOC:JobPriority; UG26b:batch-ops-job-priority"]
    "REP-909" JOB_TAGS Primary:
        "A job has at most 50 tags with different keys of 1 to 128 and values of 0 to 256 letters, digits, separators and `_.:/=+-@`."
        ["UG26b:batch-ops-job-tags; BOTOC:S3Tag"]
    "REP-910" JOB_REPORT Primary:
        "An enabled report requires `Bucket`, `Format` (`Report_CSV_20180820`) and `ReportScope`; the prefix is optional."
        ["UG26b:batch-ops-create-job; BOTOC:JobReport"]
    "REP-911" JOB_MANIFEST Primary:
        "A manifest that the user gives has the format `S3BatchOperations_CSV_20180820`, whose `Fields` name its columns, or `S3InventoryReport_CSV_20161130`; only generated manifests have `S3InventoryReport_CSV_20211130`. That no field names two columns, and that the ETag may be in quotation marks, is inference."
        ["BOTOC:JobManifestSpec, GeneratedManifestFormat; UG26b:batch-ops-create-job"]
    "REP-912" JOB_MANIFEST_VERSIONS Primary:
        "Only versioned buckets replicate, and the manifest of a replication job in a versioned bucket must name versions. A general rule states that without version IDs the latest version is taken; the dialect decides."
        ["UG26b:s3-batch-replication-batch; UG26b:batch-ops-create-job (the general rule)"]
    "REP-913" JOB_GENERATOR Primary:
        "A generator requires `SourceBucket` and `EnableManifestOutput`; without output the manifest is used but not stored. This crate rejects output without `ManifestOutputLocation` and two encryptions of one manifest; an encryption that names neither means that of the bucket (inference; the API marks no union)."
        ["BOTOC:S3JobManifestGenerator, S3ManifestOutputLocation; UG26b:s3-batch-replication-existing-config"]
    "REP-914" FILTER_COMBINES Primary:
        "A version must satisfy every member of the generator's filter; a list is satisfied by any of its values. An empty list restricts nothing (inference)."
        ["BOTOC:JobManifestGeneratorFilter"]
    "REP-915" FILTER_BOUNDS Primary:
        "The bounds of creation time and of size are exclusive."
        ["BOTOC:JobManifestGeneratorFilter (`greater than`, `less than`; of times `after`, `before`)"]
    "REP-916" FILTER_STATUSES Primary:
        "`ObjectReplicationStatuses` selects `COMPLETED`, `FAILED`, `REPLICA` and `NONE`; no such list selects a version that is `PENDING` (inference)."
        ["UG26b:s3-batch-replication-batch; BOTOC:ReplicationStatus"]
    "REP-917" FILTER_KEY_NAMES Primary:
        "`KeyNameConstraint` has lists of prefixes, suffixes and substrings of 1 to 1,024 characters, which are compared literally; a key must satisfy each list (inference). The text allows one string in each list, the shape more; the dialect decides."
        ["BOTOC:KeyNameConstraint; APIC:KeyNameConstraint"]
    "REP-918" FILTER_ENCRYPTION Primary:
        "`MatchAnyObjectEncryption` has one item, one of five encryptions. A key is named by its ARN, not by an alias, and `BucketKeyEnabled` is compared if it is given. A delete marker is not encrypted, so no encryption selects it (inference)."
        ["BOTOC:ObjectEncryptionFilter, NonEmptyKmsKeyArnString"]
    "REP-919" FILTER_STORAGE_CLASSES Primary:
        "`MatchAnyStorageClass` has seven classes; `REDUCED_REDUNDANCY` cannot be selected. A delete marker has no storage class, so no class selects it (inference)."
        ["BOTOC:S3StorageClass"]
    "REP-920" JOB_IDEMPOTENCY Emulator:
        "The same token with the same request returns the same job, with another request `IdempotencyException`. Requests are compared as sent, not by their meaning. The lifetime of a token is not published; this crate keeps it as long as the job."
        ["TEIFS; APIC:CreateJob (name of the error)"]
    "REP-921" JOB_CLONING Primary:
        "A replication job can be cloned unless its generator's filter has `KeyNameConstraint`, `MatchAnyStorageClass`, `ObjectSizeGreaterThanBytes` or `ObjectSizeLessThanBytes`."
        ["UG26b:batch-ops-create-job"]
    "REP-922" JOB_REGION Primary:
        "A replication job is created in the Region of its source bucket, and a generated manifest is stored in that Region. The code of the answer is inference."
        ["UG26b:s3-batch-replication-existing-config; UG26b:s3-batch-replication-batch"]
    "REP-923" JOB_OWNERS Primary:
        "A job fails if a bucket has another owner than the job expects. `ExpectedBucketOwner` of a generator is about the source bucket or, in the text of one SDK, about the bucket of the generated manifest; the dialect decides."
        ["UG26b:batch-ops-create-job; APIC:S3JobManifestGenerator; BOTOC:S3JobManifestGenerator"]
    "REP-924" JOB_STATUSES Primary:
        "A job has one of 13 statuses; `Complete`, `Cancelled` and `Failed` are final. A job is `Complete` when every task was tried, even if all failed."
        ["BOTOC:JobStatus; UG26b:batch-ops-job-status; SAMPLE"]
    "REP-925" JOB_LIFECYCLE Primary:
        "A job passes through `New`, `Preparing`, `Ready`, `Active`, `Completing` and `Complete`. A client that polls may miss steps (inference)."
        ["UG26b:batch-ops-job-status"]
    "REP-926" JOB_SUSPENDED Primary:
        "A job that requires confirmation goes from `Preparing` to `Suspended`, with the cause `AWAITING_CONFIRMATION`, and to `Ready` when it is confirmed. It is never suspended again."
        ["UG26b:batch-ops-job-status; UG23:list_amazons3"]
    "REP-927" JOB_PAUSED Primary:
        "An active job is paused for one of higher priority through `Pausing` and `Paused`, and returns directly to `Active`. That this applies only to active jobs is inference."
        ["UG26b:batch-ops-job-status; UG26b:s3-batch-replication-batch"]
    "REP-928" JOB_CANCELLED Primary:
        "An active job is cancelled through `Cancelling`, a suspended one at once."
        ["CLI:update-job-status (both answers)"]
    "REP-929" JOB_FAILED Primary:
        "A job fails through `Failing`: during preparation, when too many tasks fail, or when its report cannot be written. The documentation does not say whether a job whose confirmation is overdue passes through `Failing`; in this crate it does."
        ["UG26b:batch-ops-job-status; UG26b:replication-troubleshoot; UG26b:troubleshooting-batch-operations"]
    "REP-930" JOB_STATUS_REQUESTS Emulator:
        "UpdateJobStatus accepts `Ready` for a suspended job, and `Cancelled` for every job that is not completing, failing, being cancelled or ended; otherwise it answers `JobStatusException`. For a job that does not exist it answers `NotFoundException` with status 400 or, in one guide, `NoSuchJobException`; the dialect decides."
        ["OSS; TEIFS; GOSIM; CLI:update-job-status (three answers); APIC:UpdateJobStatus"]
    "REP-931" JOB_PRIORITY_REQUESTS Emulator:
        "UpdateJobPriority accepts a new priority until the job has ended. That it then answers `BadRequestException` is inference, and an emulator accepts the request; the dialect decides."
        ["TEIFS; GOSIM; APIC:UpdateJobPriority (no `JobStatusException`)"]
    "REP-932" JOB_THRESHOLD Primary:
        "Once at least 1,000 tasks have run, a job fails as soon as more than half of them have failed."
        ["UG26b:batch-ops-job-status"]
    "REP-933" JOB_TIMERS Primary:
        "A job that is suspended for more than 30 days fails; a job that has ended is deleted after 90 days. One text states 30 days for both; the dialect decides."
        ["UG26b:batch-ops-create-job; UG26b:troubleshooting-batch-operations; BOTOC:ListJobsResult.Jobs (30 days)"]
    "REP-934" JOB_FAILURES Primary:
        "`FailureReasons` is about the job, never about tasks. A job whose report cannot be written fails, and keeps its counts. For Object Lock an older guide states that the job completes; the dialect decides."
        ["BOTOC:JobFailure; UG26b:replication-troubleshoot; UG23:troubleshooting-batch-operations"]
    "REP-935" JOB_PROGRESS Primary:
        "`TotalNumberOfTasks` is the number of rows of the manifest, known once the job is prepared. Succeeded and failed tasks never exceed it, and together equal it when the job is `Complete` (inference). Only the time in `Active` counts."
        ["BOTOC:JobProgressSummary, JobTimers; CLI:describe-job"]
    "REP-936" JOB_EVENTS Primary:
        "CloudTrail records `JobCreated` with the status `New`, and `JobStatusChanged` for each change, with failure codes and the reasons for status changes. That a request without a reason has none, whatever an earlier one gave, is inference."
        ["UG26b:batch-ops-examples-event-bridge-cloud-trail"]
    "REP-937" JOB_CAPACITY Primary:
        "At most 6 jobs of an account are active; others wait as `Ready`. The highest priority goes first, and active jobs of lower priority are paused for it. At equal priority the older job goes first (inference). A sentence of the current guide suggests that jobs of the API do not wait; this crate follows the older text."
        ["UG26b:batch-ops; UG26b:batch-ops-job-status; UG23:batch-ops-create-job (waits for higher priorities)"]
    "REP-938" JOB_OBJECT_LIMIT Primary:
        "A replication job has at most 20 billion objects, else it fails during preparation."
        ["UG26b:batch-ops; UG26b:s3-batch-replication-batch; UG26b:troubleshooting-batch-operations (text)"]
    "REP-939" JOB_WITHOUT_OBJECTS Primary:
        "A job whose generator finds nothing fails. A job completes if the manifest that the user gave is empty, as in an emulator; AWS does not document it, and the dialect decides."
        ["UG26b:replication-troubleshoot; TEIFS"]
    // Batch Replication: manifests and reports
    "REP-940" MANIFEST_TEXT Primary:
        "A manifest is UTF-8 without a byte-order mark, with one row per line: commas between fields, the same number of fields in every row, no empty lines, no space at the end of a line, no line break within a field. A carriage return before the line feed belongs to the line break (inference). The size limits that keep a hostile file out of memory are this crate's."
        ["UG:troubleshooting-batch-operations"]
    "REP-941" MANIFEST_FIELDS Primary:
        "An `S3BatchOperations_CSV_20180820` manifest has no header row. The job names its columns: one `Bucket`, one `Key`, possibly a `VersionId`, and `Ignore` for columns that S3 skips; so any order is allowed (inference). A header row is data: a task for the key `Key` in the bucket `Bucket`, which an old bucket may be called. So the row is not rejected here; that its task fails is inference."
        ["BOTOC:JobManifestSpec; UG:batch-ops-create-job; UG26:inventory-configure-bops"]
    "REP-942" MANIFEST_FIELD_COUNT Reported:
        "A row with more or fewer fields than columns fails the whole job: `InvalidManifestContent: Unexpected number of task fields`. Extra fields are ignored, as the guide states, only if they are declared as `Ignore`."
        ["SAMPLE; UG:batch-ops-create-job (extra fields)"]
    "REP-943" MANIFEST_KEYS Primary:
        "Keys are percent-encoded; a slash may be literal. This crate encodes everything except letters, digits and `-_.~/`, a space as `%20` and a plus sign as `%2B`."
        ["UG:batch-ops-create-job; SAMPLE"]
    "REP-944" MANIFEST_PLUS Inference:
        "A `+` in a key of a manifest is a space: S3 Inventory writes it so, and the current guide decodes it so. The guide of 2023 does not decode `+`; a setting decides."
        ["UG26:batch-ops-invoke-lambda (`unquote_plus`); UG23:batch-ops-invoke-lambda (`unquote`); C7N; DANDI"]
    "REP-945" MANIFEST_KEY_FORM Inference:
        "A key that is empty, has a `%` without two hexadecimal digits, is not UTF-8, or is longer than 1,024 bytes after decoding fails the job: `Invalid object key format`. The guide limits the field to 1,024 characters; it does not say whether before decoding."
        ["UG:troubleshooting-batch-operations (text); UG:batch-ops-invoke-lambda (limit)"]
    "REP-946" MANIFEST_NULL_VERSION Primary:
        "The null version is written `null`."
        ["UG26:inventory-configure-bops; SAMPLE"]
    "REP-947" MANIFEST_EMPTY_VERSION Reported:
        "An empty version ID in a manifest with a version column fails only the task of that row, with `SrcObjectNotFound` and the text `Object versionID is invalid`. The guide of 2023 states of every operation: `InvalidRequest`, status 400, `Task failed due to missing VersionId`; a setting decides."
        ["SAMPLE; UG23:troubleshooting-batch-operations"]
    "REP-948" MANIFEST_VERSIONS_REQUIRED Primary:
        "A manifest of Batch Replication names versions, because buckets that replicate are versioned; a job without them was seen to fail at its creation. A general rule takes the version that is current when the task runs; a setting decides. The text of the failure is inference."
        ["UG:s3-batch-replication-batch; HEALTH; UG:batch-ops-create-job (the general rule)"]
    "REP-949" MANIFEST_QUOTES Emulator:
        "A field may be in quotation marks, and quotation marks within it are doubled. AWS's sample manifests have none; its inventories have them around every field."
        ["TEIFS; DANDI"]
    "REP-950" MANIFEST_FAILURE_TEXTS Primary:
        "An invalid manifest fails the job with the code `InvalidManifestContent` and one of eight texts. Except for the number of fields, which text belongs to which error is inference."
        ["UG:troubleshooting-batch-operations; SAMPLE"]
    "REP-951" INVENTORY_DOCUMENT Primary:
        "The manifest of an inventory is its `manifest.json`: `sourceBucket`, `destinationBucket` (an ARN), `version` (`2016-11-30`), `creationTimestamp` (milliseconds, as text), `fileFormat`, `fileSchema` and `files` with `key`, `size` and `MD5checksum`. A manifest of a job has to be CSV."
        ["UG:storage-inventory-location; UG:batch-ops-create-job; HEALTH"]
    "REP-952" INVENTORY_SCHEMA Primary:
        "The columns of a CSV inventory are those of `fileSchema`, separated by a comma and a space. `Bucket` and `Key` are always present; `VersionId`, `IsLatest` and `IsDeleteMarker` when all versions are listed. 24 columns are known. ORC and Parquet have the same columns, with names in lower case with underscores and keys that are not percent-encoded; which columns there are stands in `struct<…>` and `message s3.inventory { … }`. The format of `ObjectLockEventHoldDuration` is not published, so it is kept as text; `ObjectLockEventHoldStatus` is read like the legal hold."
        ["UG:storage-inventory-location; UG:storage-inventory; BOTO:InventoryOptionalField"]
    "REP-953" INVENTORY_ROWS Reported:
        "In real inventories every field is in quotation marks, a space in a key is `+`, booleans are lower case (the guide shows other cases, which are read), and Size, ETag and IsMultipartUploaded of a delete marker are empty. Data files have no header row and no order."
        ["DANDI; C7N; UG:storage-inventory"]
    "REP-954" INVENTORY_CHECKSUMS Primary:
        "`MD5checksum` is the checksum of a data file as stored; `manifest.checksum` contains that of `manifest.json`."
        ["UG:storage-inventory-location"]
    "REP-955" INVENTORY_NULL_VERSION Primary:
        "An inventory of all versions leaves the version ID of a null version empty, which Batch Operations does not accept: it has to be replaced by `null` first."
        ["UG26:inventory-configure-bops"]
    "REP-956" INVENTORY_MARKERS Primary:
        "An inventory of all versions lists delete markers but not their origin; this crate assumes that a user created them (inference)."
        ["UG:storage-inventory; DANDI"]
    "REP-957" GENERATED_MANIFEST Inference:
        "A manifest that S3 generates, `S3InventoryReport_CSV_20211130`, is read and written as an inventory with `Bucket`, `Key` and `VersionId`, and can be used for another job as `S3InventoryReport_CSV_20161130`. AWS publishes only that it is similar to an inventory."
        ["UG:s3-batch-replication-new-config; BOTOC:GeneratedManifestFormat"]
    "REP-958" REPORT_WHEN Primary:
        "A job writes its report when it completes, fails or is cancelled, if at least one task was invoked; otherwise there is no report."
        ["UG:batch-ops-job-status; UG:batch-ops-create-job"]
    "REP-959" REPORT_LOCATION Primary:
        "A report consists of `prefix/job-id/manifest.json` with its `.md5`, and of files in `results/` named by 40 hexadecimal digits and `.csv`. The API shape calls the document `report.json`, which no sample does. A prefix that ends with a slash gets no second one (inference); a setting decides."
        ["UG:batch-ops-examples-reports; SAMPLE; BOTOC:JobReport.Prefix (`report.json`)"]
    "REP-960" REPORT_DOCUMENT Primary:
        "The document of a report contains `Format`, `ReportCreationDate` with milliseconds, `Results` with `TaskExecutionStatus`, `Bucket`, `MD5Checksum` and `Key`, and `ReportSchema`. A status without rows has no entry."
        ["UG:batch-ops-examples-reports"]
    "REP-961" REPORT_COLUMNS Reported:
        "`ReportSchema` contains `ErrorCode, HTTPStatusCode`, but in every row the HTTP status precedes the code. This crate writes rows as S3 does and reads them by content: of the two fields, the number from 100 to 599 is the status."
        ["UG:batch-ops-examples-reports (schema and rows); SAMPLE"]
    "REP-962" REPORT_KEYS Reported:
        "The key in a report is that of the manifest, byte for byte and still encoded; a version ID that the manifest does not give is empty."
        ["SAMPLE; UG:batch-ops-examples-reports"]
    "REP-963" REPORT_SCOPE Primary:
        "A report lists all tasks, or only those that failed. If none failed, it then has a document without results (inference)."
        ["UG:batch-ops-create-job; BOTOC:JobReportScope"]
    "REP-964" REPORT_TEXTS Reported:
        "A successful replication is `succeeded,200,,success`; one that is not eligible is `failed,500,SrcObjectNotEligible,Object is not eligible for replication`. Fields with commas, quotation marks or line breaks are quoted. Lines end with a line feed, optionally after a carriage return (inference)."
        ["SAMPLE; UG:batch-ops-examples-reports"]
    "REP-965" REPORT_HTTP_STATUS Inference:
        "The HTTP status is 500 for replication failure reasons, 400 for `InvalidRequest` and 403 for `AccessDenied`. Only that of `SrcObjectNotEligible` was observed, and that of `InvalidRequest` is documented."
        ["SAMPLE; UG23:troubleshooting-batch-operations"]
    "REP-966" REPORT_STATUS Primary:
        "Only `TaskStatus` determines whether a task succeeded: a failed one can have the HTTP status 200."
        ["UG:batch-ops-examples-reports"]
    "REP-967" FAILURE_REMEDIES Inference:
        "Every reason has a cause, in the words of the guide, and a remedy, in the words of this crate."
        ["UG26:replication-metrics-events; UG26:replication-troubleshoot"]
    "REP-968" MANIFEST_REPEATS Inference:
        "Each row is one task, so a version that is listed twice is two tasks. A manifest should name one bucket; if it names several, each task is about its own bucket."
        ["UG:batch-ops (one task for each object; a single bucket); TEIFS"]
    "REP-969" MANIFEST_NOT_ELIGIBLE Reported:
        "The task of a version that no rule takes, or that is archived, fails with `SrcObjectNotEligible` and leaves no replication status. A generator does not list such versions."
        ["SAMPLE; UG26:replication-troubleshoot"]
    // Batch Replication: generated lists and tasks
    "REP-970" GENERATION Primary:
        "A generator lists every version of the source bucket, current or not, that passes its filter; without a filter, all of them. A listed version that no rule takes fails as a task (inference)."
        ["UG:s3-batch-replication-batch; BOTOC:S3JobManifestGenerator.Filter; UG26:replication-metrics-events"]
    "REP-971" GENERATION_ELIGIBLE Primary:
        "`EligibleForReplication` selects what the enabled rules of the source bucket replicate together: by prefix and by the current tags, whatever the replication status, including replicas and versions older than the configuration, and no archived versions."
        ["UG:s3-batch-replication-batch; UG26:replication-what-is-isnot-replicated; UG26:replication-troubleshoot; BOTOC:JobManifestGeneratorFilter"]
    "REP-972" GENERATION_NOT_ELIGIBLE Inference:
        "`EligibleForReplication` that is `false` restricts nothing, as if it were absent. It may also mean versions that are not eligible; the dialect decides."
        ["BOTOC:JobManifestGeneratorFilter (silent about `false`)"]
    "REP-973" GENERATION_MARKERS Inference:
        "A generator lists a delete marker if an enabled rule that matches it replicates delete markers. The guide warns that a job may replicate a marker before versions, and does not say when it lists one; the dialect decides."
        ["UG:s3-batch-replication-batch (caution about lifecycle); BOTO:DeleteMarkerReplication"]
    "REP-974" GENERATION_KMS Inference:
        "A generator does not list versions encrypted with a KMS key if no rule selects them. S3 may also list them and let them fail; the dialect decides."
        ["UG26:replication-troubleshoot (not eligible; silent about the list)"]
    "REP-975" GENERATION_DESTINATIONS Inference:
        "The contents and the permissions of a destination do not affect the manifest; they affect the task when it runs."
        ["UG26:replication-metrics-events (`DstObjectHardDeleted` and others are reasons of tasks)"]
    "REP-976" GENERATION_UNKNOWN Inference:
        "S3 knows all facts about a version; an inventory may lack a column, and never has tags. A version is omitted as unknown only if the unknown fact would decide."
        ["UG:storage-inventory (columns)"]
    "REP-977" GENERATION_OUTPUT Primary:
        "A generated manifest is stored only with `EnableManifestOutput`, encrypted according to `ManifestEncryption`, else with the default of its bucket, else with SSE-S3. Its key is not published; this crate uses `prefix/job-id/list/manifest.json`, apart from the keys of a report."
        ["TUT 4.4; BOTOC:S3ManifestOutputLocation; UG:s3-batch-replication-new-config"]
    "REP-978" TASK_FOR_EACH_ROW Primary:
        "Each row is one task. It succeeds when the version is in every destination that a rule names, and fails when one cannot be reached permanently. Of several reasons, that of the first bucket by ARN is reported (inference)."
        ["UG:batch-ops; UG:s3-batch-replication-batch; UG26:replication-status"]
    "REP-979" TASK_SUCCESS Primary:
        "The result of a task is that of replication. According to a sample, a task succeeds when replication is initiated; the dialect decides."
        ["UG:s3-batch-replication-batch; SAMPLE (initiation only)"]
    "REP-980" TASK_REPLICATED Reported:
        "The task of a version that is in every destination, with the same version ID and the same creation time, succeeds without a transfer and changes neither the class nor the owner of the version there. The guide lists a reason for such versions, `SrcReplicationNotPending`; the dialect decides."
        ["SAMPLE; UG26b:replication-metrics-events"]
    "REP-981" TASK_VERSION_DELETED Primary:
        "A listed version that no longer exists when its task runs fails with `SrcVersionNotFound`. The difference from `SrcKeyNotFound` and `SrcObjectNotFound` is not published."
        ["UG26b:replication-metrics-events"]
    "REP-982" TASK_OTHER_BUCKETS Primary:
        "A row fails with `SrcBucketNotFound` if its bucket does not exist, with `SrcBucketInvalidRegion` if the bucket is not in the Region of the job, and with `SrcBucketReplicationConfigMissing` if it has no configuration."
        ["UG26:replication-metrics-events"]
    "REP-983" TASK_HARD_DELETED Primary:
        "A replica that was deleted by its version ID is not replicated again: `DstObjectHardDeleted`. A bucket that was deleted and created again does not remember such deletes (inference)."
        ["UG:s3-batch-replication-batch; UG26:replication-metrics-events"]
    "REP-984" TASK_RETRIED Primary:
        "A task with a transient failure is retried before the job ends, and only its last outcome is reported; the version stays `PENDING`. The guide states this about Lambda tasks."
        ["UG:batch-ops-invoke-lambda; UG26:replication-status"]
    "REP-985" TASK_STATUS_AFTER Inference:
        "A version is `PENDING` while its task runs, and then has the status that results from all its destinations; a replica stays `REPLICA`. A task that is not started leaves no status."
        ["UG26:replication-status; SAMPLE (no status after `SrcObjectNotEligible`)"]
    "REP-986" TASKS_STOP Primary:
        "A job that is paused, cancelled or failing starts no more tasks; tasks in progress end and are counted. A cancelled or failing job gives up tasks with a transient failure, and their versions stay `PENDING` (inference)."
        ["UG:batch-ops-job-status"]
    "REP-987" MANIFEST_MISSING Inference:
        "A missing manifest fails the job with the text for one that cannot be read, as S3 answers to a caller without permission to list the bucket. This is inference."
        ["TEIFS; UG:batch-ops-create-job"]
    "REP-988" MANIFEST_ENCRYPTION Primary:
        "A job cannot read a manifest encrypted with SSE-C, nor a CSV manifest encrypted with SSE-KMS; it can read an inventory encrypted with SSE-KMS."
        ["UG:batch-ops-create-job; UG23:troubleshooting-batch-operations (text)"]
    "REP-989" REPORT_LOCKED Primary:
        "A report cannot be written to a bucket with a default retention."
        ["UG23:troubleshooting-batch-operations; UG26:replication-troubleshoot"]

    // Batch Replication: jobs, what was read later
    "REP-990" JOB_MANIFEST_CHANGED Emulator:
        "The ETag in a job must be that of its manifest; otherwise the job fails during preparation. AWS states only that the ETag is required, and publishes no code and no text: those of this crate are its own."
        ["TEIFS (`If-Match`); BOTOC:JobManifestLocation.ETag"]
    "REP-991" JOB_CANCELLED_BEFORE_ACTIVE Emulator:
        "A job that is new, preparing, ready, pausing or paused is also cancelled through `Cancelling`. A clone of the API accepts it; that the path is the same is inference."
        ["OSS"]
    "REP-992" JOB_ROLE Primary:
        "A job has two roles: `batchoperations.s3.amazonaws.com` assumes the role of the job and initiates replication; `s3.amazonaws.com` assumes the role of the configuration and replicates the object."
        ["UG:s3-batch-replication-batch; SAMPLE (permissions)"]
    "REP-993" JOB_OUTPUT_IS_OBJECTS Inference:
        "The report and the manifest that a job writes are ordinary objects: in the source bucket, the rules replicate them and the next job lists them."
        ["UG:batch-ops-create-job; UG26:replication-what-is-isnot-replicated (what is new is replicated)"]
    "REP-998" JOB_CLIENT Primary:
        "The AWS CLI and SDKs validate a request against the model before they send it: an unknown member, a value of the wrong type or a missing required member never reaches the service, which does not answer. They fill in `ClientRequestToken`, an idempotency token of the model; the account of a request is a header, which the CLI takes from `--account-id`."
        ["BOTOC:CreateJobRequest (idempotencyToken; AccountId, location header); botocore validate.py"]

    // Several buckets
    "REP-1060" TWO_WAY Primary:
        "Two buckets that replicate to each other exchange what is written in either one, as far as the rules of both select it, and nothing returns. What only one side selects stays on one side (inference)."
        ["UG26:replication (two-way replication); HANDS; UG23:mrap-create-two-way-replication-rules"]
    "REP-1061" DELETE_MARKERS_BOTH_WAYS Primary:
        "Delete markers are replicated both ways between two buckets only if `DeleteMarkerReplication` is enabled in both directions; delete markers of lifecycle rules are replicated in neither."
        ["UG23:mrap-create-two-way-replication-rules; UG26:delete-marker-replication"]
    "REP-1062" SYNC_ON_BOTH_SIDES Primary:
        "Replica modification sync has to be enabled in both directions; without it, metadata is replicated only from sources to replicas. The documentation does not explain why one direction requires both; in this crate each rule applies to the replicas in its own source bucket (inference)."
        ["UG26:replication-for-metadata-changes"]
    "REP-1063" METADATA_NEEDS_VERSION Primary:
        "A metadata change for a bucket that does not have the version fails with `DstVersionNotFound`."
        ["UG26b:replication-metrics-events (the reason); that it is so where a replica never came from: inference"]
    "REP-1064" METADATA_DOES_NOT_CHAIN Inference:
        "A replicated metadata change is not replicated again: like an object it goes one hop, also in a cycle."
        ["REP-503; UG26:replication-for-metadata-changes; otherwise SILENT"]
    "REP-1065" KEYS_OF_TWO_SOURCES Inference:
        "Versions of one key from two source buckets are versions of one object in their destination; the one with the latest creation time is the latest."
        ["REP-609, REP-615; otherwise SILENT"]
    "REP-1066" DESTINATION_LIFECYCLE Primary:
        "A destination bucket has its own lifecycle, which counts the days of a replica from the creation of its source; lifecycle rules and their actions are not replicated."
        ["UG26:replication-requirements; UG26:replication-what-is-isnot-replicated"]
    "REP-1067" REGIONS_ARE_NOT_DECLARED Primary:
        "A configuration does not declare whether replication is within a Region or between Regions: it follows from the buckets, and the same rules apply."
        ["UG26:replication; TFT schemaV2SameRegion"]

    // Templates
    "REP-1080" CLOUDFORMATION_LANGUAGE Primary:
        "A template of CloudFormation stands for the resources that its functions, parameters, conditions and macros make; `AWS::NoValue` takes a property away."
        ["CFN:intrinsic-function-reference, pseudo-parameter-reference, template-macros"]
    "REP-1081" CLOUDFORMATION_RULES Primary:
        "In CloudFormation the members of a configuration have the names of the API, except `Id`, `TagFilter` and `TagFilters`; there is no `ExistingObjectReplication`. The items of `Rules` are unique."
        ["CFN:AWS::S3::Bucket (schema of the resource)"]
    "REP-1082" CLOUDFORMATION_RULE_WITHOUT_FILTER Inference:
        "A rule with neither `Filter` nor `Prefix`, which AWS's own sample templates have, is sent with an empty `Prefix`, so it is V1."
        ["github.com/aws-cloudformation/aws-cloudformation-templates (rules with `Destination` and `Status` only); that `Prefix` is added: inference"]
    "REP-1083" CLOUDFORMATION_YAML Primary:
        "CloudFormation reads YAML 1.1: a plain `yes`, `on` or `010` is not a string. It documents no support for merge keys `<<`."
        ["CFN:template-formats; YAML 1.1, types bool, int, merge"]
    "REP-1084" TERRAFORM_FILTER Primary:
        "In `aws_s3_bucket_replication_configuration` a rule with a `filter` block is sent as V2, with `Priority` 0 if none is written; a rule without one is sent as V1 with a `Prefix`, and its `priority` is dropped."
        ["TFP:bucket_replication_configuration.go (expandReplicationRules)"]
    "REP-1085" TERRAFORM_FILTER_CHILDREN Primary:
        "Of several children of a `filter` block one is sent: `tag` before `and`, `and` before `prefix`. Tags that begin with `aws:` are removed."
        ["TFP:bucket_replication_configuration.go (expandReplicationRuleFilter); tags.go"]
    "REP-1086" TERRAFORM_EMPTY_IS_ABSENT Primary:
        "An empty `account`, `storage_class` or `id`, and an empty `source_selection_criteria` block, are not sent."
        ["TFP:bucket_replication_configuration.go (expandDestination, expandSourceSelectionCriteria)"]
    "REP-1087" TERRAFORM_LEGACY Primary:
        "In the block `replication_configuration` of `aws_s3_bucket` an empty `filter` block is sent as V1, `tags` always as `And`, a missing `delete_marker_replication_status` as `Disabled`, and a rule without `status` not at all."
        ["TFP:bucket.go (expandBucketReplicationConfiguration)"]
    "REP-1088" TERRAFORM_LANGUAGE Primary:
        "A module of Terraform stands for the resources that its variables, locals, `count`, `for_each` and `dynamic` blocks make; a plan leaves unknown values out of `after` and marks them in `after_unknown`."
        ["developer.hashicorp.com/terraform/language; developer.hashicorp.com/terraform/internals/json-format"]
    "REP-1089" TERRAFORM_ONE_OWNER Primary:
        "A bucket has one replication configuration, so two resources of Terraform that configure one bucket undo each other: each request replaces the whole."
        ["TFP:r/s3_bucket_replication_configuration (note)"]
    "REP-1090" TERRAFORM_DEPENDENCY Primary:
        "Terraform orders requests by references and `depends_on` only, and versioning has to be enabled before S3 takes a replication configuration."
        ["TFP:r/s3_bucket_replication_configuration (example); developer.hashicorp.com/terraform/language/meta-arguments/depends_on"]

    // Stores
    "REP-1101" STORE_TAGS Primary:
        "Several tags of a filter: AWS and RustFS 1.0.1 require all, MinIO, RustFS up to 1.0.0-rc.3 and Ceph any; Zenko ignores them."
        ["UG23:replication-add-config; MINIO M01; RUSTFS R01, 7503; CEPH check_tags; ZENKO"]
    "REP-1102" STORE_EMPTY_TAG_VALUE Emulator:
        "A tag with an empty value matches objects that have the key with an empty value; under RustFS up to 1.0.0-rc.3 it matches every object."
        ["MINIO M27; RUSTFS R23"]
    "REP-1103" STORE_ODD_TAGS Emulator:
        "On MinIO, no tag of a filter matches an object that has a tag outside ASCII, because its strict parser fails."
        ["MINIO M03, M04; RUSTFS R03"]
    "REP-1104" STORE_RULE_PREFIX Emulator:
        "MinIO, and RustFS up to 1.0.0-rc.3, ignore `Prefix` of a rule, which then matches every key; OVHcloud refuses a rule without `Filter`."
        ["MINIO M05, M06; RUSTFS R05, 7626; OVH"]
    "REP-1105" STORE_MISSING_FILTER Emulator:
        "A rule with neither `Prefix` nor `Filter` is refused by AWS; MinIO, RustFS, Zenko and Ceph accept it for every key."
        ["LS; MINIO M26; ZENKO; CEPH"]
    "REP-1106" STORE_EXCLUSIONS Inference:
        "Stores that ignore unknown elements ignore exclusion filters, so that the rule takes the excluded objects too; OVHcloud refuses them."
        ["MINIO; RUSTFS; OVH; ZENKO; CEPH"]
    "REP-1107" STORE_KMS_ELEMENTS Emulator:
        "MinIO, Zenko and Ceph ignore `SseKmsEncryptedObjects` and `EncryptionConfiguration`; RustFS and OVHcloud refuse them."
        ["MINIO M28; RUSTFS R28; OVH; ZENKO; CEPH"]
    "REP-1108" STORE_REPLICA_MODIFICATIONS Emulator:
        "`ReplicaModifications` is honoured by MinIO and RustFS, refused by OVHcloud, and ignored by Zenko and Ceph."
        ["MINIO M14; RUSTFS R14; OVH; ZENKO; CEPH"]
    "REP-1109" STORE_OWNER_OVERRIDE Emulator:
        "MinIO and Zenko ignore `AccessControlTranslation`; RustFS and OVHcloud refuse it; on Ceph the owner is the name of a user."
        ["MINIO M28; RUSTFS R28; OVH; ZENKO; CEPH"]
    "REP-1110" STORE_ACCOUNT Emulator:
        "MinIO and Ceph ignore `Account`; RustFS and OVHcloud refuse it; Zenko honours it."
        ["MINIO M28; RUSTFS R28; OVH; ZENKO; CEPH"]
    "REP-1111" STORE_TIME_CONTROL Emulator:
        "MinIO, Zenko and Ceph ignore `ReplicationTime` and `Metrics`; RustFS and OVHcloud refuse them."
        ["MINIO M28; RUSTFS R28; OVH; ZENKO; CEPH"]
    "REP-1112" STORE_PRIORITY_ELEMENT Emulator:
        "Stores honour `Priority`; an S3-compatible server that ignores it lets the first rule of the document win."
        ["ministack 1.5.33"]
    "REP-1113" STORE_UNKNOWN_ELEMENTS Emulator:
        "AWS and OVHcloud refuse unknown elements; MinIO, RustFS, Zenko and Ceph ignore them."
        ["REP-104; MINIO M28; RUSTFS; OVH; ZENKO; CEPH"]
    "REP-1114" STORE_MISSING_PRIORITY Emulator:
        "A rule with `Filter` and without `Priority` has priority 0 on MinIO, RustFS and Ceph, and is accepted by Zenko."
        ["MINIO M21; RUSTFS; ZENKO; CEPH rgw_xml.h"]
    "REP-1115" STORE_WINNERS Primary:
        "On IBM Cloud Object Storage one rule applies to an object over all destinations; elsewhere one for each destination bucket."
        ["UG23:replication-add-config; IBM"]
    "REP-1116" STORE_DESTINATIONS Emulator:
        "Stores replicate to several destination buckets; an S3-compatible server replicates to one."
        ["UG23:replication-add-config; ministack 1.5.33"]
    "REP-1117" STORE_DELETE_MARKERS Inference:
        "`DeleteMarkerReplication` decides about delete markers where a store honours it; Zenko ignores it on reading, Ceph reads and does not keep it, and their effect is unknown."
        ["UG23:delete-marker-replication; ZENKO; CEPH"]
    "REP-1118" STORE_MISSING_DELETE_MARKERS Emulator:
        "A rule without `DeleteMarkerReplication` is refused by MinIO, OVHcloud and IBM Cloud Object Storage; RustFS accepts it and does not replicate delete markers, and Ceph accepts it."
        ["MINIO M12; RUSTFS R12; OVH; IBM; CEPH"]
    "REP-1119" STORE_DELETE_MARKERS_WITH_TAGS Emulator:
        "MinIO and RustFS refuse `DeleteMarkerReplication` next to `Filter/Tag`, but accept it next to tags in `And`."
        ["MINIO M16, M17; RUSTFS R16, R17"]
    "REP-1120" STORE_DELETE_MARKER_TAGS Emulator:
        "When an object is deleted, MinIO, RustFS and OVHcloud compare the tags of the deleted object."
        ["MINIO checkReplicateDelete; RUSTFS; OVH"]
    "REP-1121" STORE_REPLICA_DELETE_MARKERS Emulator:
        "A delete marker over a replica replicates on MinIO by rules that replicate delete markers, and on RustFS only if the rule replicates modifications of replicas."
        ["MINIO M13; RUSTFS R13"]
    "REP-1122" STORE_VERSION_DELETES Emulator:
        "MinIO and RustFS replicate permanent deletes of versions by rules with `DeleteReplication`, an extension that is disabled where it is absent."
        ["MINIO; RUSTFS R15"]
    "REP-1123" STORE_REPLICAS Inference:
        "Replicas do not replicate on; Ceph's option for chains is on by default, which suggests that there they do."
        ["REP-502; CEPH 59911"]
    "REP-1124" STORE_MISSING_REPLICA_MODIFICATIONS Emulator:
        "Without `ReplicaModifications`, MinIO replicates modifications of replicas; RustFS does not."
        ["MINIO M14; RUSTFS R14"]
    "REP-1125" STORE_OLDER_OBJECTS Emulator:
        "MinIO and RustFS replicate objects that are older than the configuration unless `ExistingObjectReplication` is disabled."
        ["MINIO M10; RUSTFS R10"]
    "REP-1126" STORE_KMS_VERSIONS Emulator:
        "MinIO and RustFS replicate versions encrypted with a KMS key by every rule."
        ["MINIO M28; RUSTFS"]
    "REP-1127" STORE_CUSTOMER_KEY_VERSIONS Primary:
        "Versions encrypted with SSE-C replicate, except on Wasabi."
        ["UG23:replication-config-for-kms-objects; WASABI"]
    "REP-1128" STORE_COPIES Primary:
        "Objects that `CopyObject` creates replicate, except on Wasabi."
        ["UG23:replication-what-is-isnot-replicated; WASABI"]
    "REP-1129" STORE_CLASSES Emulator:
        "`StorageClass` can be `STANDARD` or `REDUCED_REDUNDANCY` on MinIO, `STANDARD` on RustFS, names places on Zenko, and is any text on Ceph."
        ["MINIO M18; RUSTFS R18; ZENKO; CEPH"]
    "REP-1130" STORE_CLASS_EFFECT Emulator:
        "MinIO and RustFS ignore the `StorageClass` of a rule; the class of the replication target counts."
        ["MINIO; RUSTFS"]
    "REP-1131" STORE_DESTINATION_FORM Emulator:
        "`Bucket` is the ARN of a bucket; on MinIO and RustFS also that of a replication target, and on IBM Cloud Object Storage and Ceph also a bare name."
        ["MINIO; RUSTFS; IBM; CEPH"]
    "REP-1132" STORE_ROLE Emulator:
        "`Role` is the ARN of an IAM role; on MinIO and RustFS it is absent, empty or the ARN of a target for all rules, on Zenko it can be two ARNs, on OVHcloud its account is any letters and digits, and Ceph ignores it."
        ["MINIO; RUSTFS; ZENKO; OVH; CEPH"]
    "REP-1133" STORE_RULE_IDS Emulator:
        "MinIO and RustFS limit the ID of a rule to 255 bytes and accept repeated IDs, and so does Ceph."
        ["MINIO M22; RUSTFS; CEPH"]
    "REP-1134" STORE_SCHEMA_VERSIONS Emulator:
        "AWS has two versions of the schema with restrictions of their own, and Zenko two with the same; on RustFS and Ceph `Prefix` of a rule is another way to write `Filter/Prefix`, and `Filter` counts where both are written."
        ["UG23:replication-add-config; RUSTFS; CEPH"]
    "REP-1135" STORE_ROLE_AND_TARGETS Emulator:
        "On MinIO and RustFS, `Role` must be absent with several destinations, and a destination that is not a replication target of the store needs `Role`."
        ["MINIO M32; RUSTFS"]
    "REP-1136" STORE_OPEN_ANSWERS Inference:
        "Where nothing is known about a store, this crate does not guess: an answer that would change a decision has to be chosen."
        ["SILENT"]
    "REP-1137" STORE_PREFIX_SEARCH Emulator:
        "Ceph compares a key only with the rule whose prefix is the last one at or before the key in byte order, among the enabled rules for one destination bucket, and of several with that prefix with the last one of the document. So `logs/` does not match `logs/c` beside a rule for `logs/b`, and priorities do not matter."
        ["CEPH rgw_bucket_sync.cc, pipe_rules::find_obj_params"]
    "REP-1138" STORE_ZONES Emulator:
        "On Ceph, `Zone` of `Source` and `Zone` of `Destination` name the zones between which a rule replicates, and a rule without them is for every zone; other stores refuse or ignore both, like other unknown elements."
        ["CEPH rgw_rest_s3.cc (to_sync_policy_pipe); REP-1113"]

    // Permissions
    "REP-1201" ROLE_TRUST Primary:
        "The service `s3.amazonaws.com` assumes the role of a configuration, so the trust policy of the role allows it `sts:AssumeRole`. Otherwise replication fails with `AssumeRoleNotPermitted`. No sample policy has a condition here."
        ["UG26:setting-repl-config-perm-overview; UG26b:replication-metrics-events"]
    "REP-1202" ROLE_READS_BUCKET Primary:
        "The role needs `s3:GetReplicationConfiguration` and `s3:ListBucket` on the source bucket. No failure reason is published for their absence; that it is `SrcHeadObjectNotPermitted` without `s3:ListBucket` is inference."
        ["UG26:setting-repl-config-perm-overview"]
    "REP-1203" ROLE_READS_VERSIONS Primary:
        "The role reads versions with `s3:GetObjectVersionForReplication`. `s3:GetObjectVersion` is enough for unencrypted versions and those encrypted with SSE-S3. Otherwise replication fails with `SrcGetObjectNotPermitted`."
        ["UG26:setting-repl-config-perm-overview; UG26:replication-config-for-kms-objects; UG26b:replication-metrics-events"]
    "REP-1204" ROLE_READS_ACLS Primary:
        "The role reads ACLs with `s3:GetObjectVersionAcl`; otherwise replication fails with `SrcGetAclNotPermitted`. Every sample policy has the action. No source states that it is unnecessary where no ACL is replicated; the dialect decides."
        ["UG26:setting-repl-config-perm-overview; UG26b:replication-metrics-events"]
    "REP-1205" ROLE_READS_TAGS Primary:
        "The role reads tags with `s3:GetObjectVersionTagging`. According to the page on permissions, S3 replicates the object without tags if the action is not allowed; the list of failure reasons has `SrcGetTaggingNotPermitted`. The dialect decides."
        ["UG26:setting-repl-config-perm-overview; against it UG26b:replication-metrics-events"]
    "REP-1206" ROLE_READS_LOCKS Primary:
        "For a source bucket with Object Lock, the role needs `s3:GetObjectRetention` and `s3:GetObjectLegalHold`; otherwise replication fails with `SrcGetRetentionNotPermitted` or `SrcGetLegalHoldNotPermitted`."
        ["UG26b:object-lock-managing; UG26b:replication-metrics-events"]
    "REP-1207" ROLE_READS_ANNOTATIONS Primary:
        "The role reads annotations with `s3:GetObjectVersionAnnotationForReplication`; otherwise they fail with `SrcGetObjectAnnotationNotPermitted`. `s3:ReplicateObject` lets it write them, unless `s3:ReplicateObjectAnnotation` is denied."
        ["UG26b:replication-example-walkthroughs; UG26b:replication-metrics-events"]
    "REP-1208" ROLE_WRITES_OBJECTS Primary:
        "The role writes replicas with `s3:ReplicateObject`; otherwise replication fails with `DstPutObjectNotPermitted`, or with one of the three reasons about multipart uploads. A condition on `s3:x-amz-server-side-encryption` may limit the encryption; the sample uses `StringLikeIfExists`."
        ["UG26:setting-repl-config-perm-overview; UG26:replication-config-for-kms-objects; UG26b:replication-metrics-events"]
    "REP-1209" ROLE_WRITES_DELETE_MARKERS Primary:
        "The role writes delete markers with `s3:ReplicateDelete`; otherwise they fail with `DstDelObjNotPermitted`."
        ["UG26:setting-repl-config-perm-overview; UG26b:replication-metrics-events"]
    "REP-1210" ROLE_WRITES_TAGS Primary:
        "The list of actions has `s3:ReplicateTags` for tags. According to another paragraph, `s3:ReplicateObject` includes tags, and a denied `s3:ReplicateTags` withholds them. The reason of a failure is `DstPutTaggingNotPermitted`. The dialect decides."
        ["UG26:setting-repl-config-perm-overview (two paragraphs); UG26b:replication-metrics-events"]
    "REP-1211" ROLE_CHANGES_OWNER Primary:
        "Owner override needs `s3:ObjectOwnerOverrideToBucketOwner` in the policy of the role and in the bucket policy of the destination. The list of failure reasons names it under `DstPutObjectNotPermitted`."
        ["UG26:replication-change-owner; UG26b:replication-metrics-events"]
    "REP-1212" ROLE_DECRYPTS Primary:
        "To read versions encrypted with a KMS key, the role needs `kms:Decrypt` on that key; otherwise replication fails with `SrcGetObjectNotPermitted`."
        ["UG26:replication-config-for-kms-objects; UG26b:replication-metrics-events"]
    "REP-1213" ROLE_ENCRYPTS Primary:
        "To write replicas encrypted with a KMS key, the role needs `kms:Encrypt` on the key of the replicas. Two other pages name `kms:GenerateDataKey` and `kms:Decrypt` as well, and S3 Bucket Keys need `kms:Decrypt`. Otherwise replication fails with `DstPutObjectNotPermitted`. The dialect decides; this crate writes policies with all three."
        ["UG26:replication-config-for-kms-objects; against it UG26:replication-troubleshoot and UG26b:replication-metrics-events; UG26:bucket-key"]
    "REP-1214" ROLE_USES_DEFAULT_KEY Primary:
        "The replica of an unencrypted version in a bucket that encrypts with a KMS key by default needs `kms:GenerateDataKey` on that key."
        ["UG26:replication-config-for-kms-objects"]
    "REP-1215" KMS_CONDITIONS Primary:
        "Sample policies limit the use of a key to S3 in one Region by `kms:ViaService` (`s3.<Region>.amazonaws.com`; the Region of the source to decrypt, of the destination to encrypt) and to objects by `kms:EncryptionContext:aws:s3:arn`: the ARN of the object, or with an S3 Bucket Key the ARN of the bucket."
        ["UG26:replication-config-for-kms-objects; UG26:bucket-key; github.com/awsdocs/amazon-s3-userguide/pull/116"]
    "REP-1216" OTHER_ACCOUNT_BUCKET Primary:
        "The bucket policy of a destination in another account allows the role `s3:ReplicateObject`, and `s3:ReplicateDelete` if delete markers are replicated. The sample also allows `s3:List*`, `s3:GetBucketVersioning` and `s3:PutBucketVersioning` on the bucket; the sample policy of the role does not, so the role could not use them. The dialect decides."
        ["UG26:setting-repl-config-perm-overview; UG26:replication-troubleshoot"]
    "REP-1217" OTHER_ACCOUNT_KEY Primary:
        "A KMS key of another account needs a statement in its key policy that allows the role the same actions. The key has to be a customer managed one."
        ["UG26:replication-config-for-kms-objects; UG26:replication-troubleshoot"]
    "REP-1218" POLICY_DECISION Primary:
        "A request is denied if a statement denies it, else allowed if a statement allows it, else not allowed. A statement counts if its principal, action and resource match and all its conditions hold."
        ["IAM:reference_policies_evaluation-logic"]
    "REP-1219" POLICY_GRAMMAR Primary:
        "A policy document is an object with `Version`, `Id` and `Statement`. A statement has `Effect`, an action and, depending on the kind of document, a principal and a resource, each also in its opposite, such as `NotAction`. What may occur several times is a value alone or a list."
        ["IAM:reference_policies_grammar; IAM:reference_policies_elements"]
    "REP-1220" POLICY_WILDCARDS Primary:
        "`*` stands for any characters, `/` and `:` included, and `?` for one. Actions match letters of either case, resources only the same case."
        ["IAM:reference_policies_elements_resource; IAM:reference_policies_elements_action"]
    "REP-1221" POLICY_VARIABLES Primary:
        "Since version 2012-10-17, `${key}` in a resource or a condition is the value of a condition key, `${key, 'text'}` has a default, and `${*}`, `${?}` and `${$}` are characters. Before it, the text is literal. A variable without a value matches nothing."
        ["IAM:reference_policies_variables"]
    "REP-1222" CONDITION_VALUES Primary:
        "All keys and operators of a statement must hold. One of several values of the policy is enough, and of an opposite such as `StringNotEquals` none may match. `ForAllValues` and `ForAnyValue` quantify over the values of the request. `ArnEquals` is `ArnLike`: it compares the six parts of an ARN one by one, with wildcards."
        ["IAM:reference_policies_condition-logic-multiple-context-keys-or-values; IAM:reference_policies_elements_condition_operators"]
    "REP-1223" CONDITION_ABSENT_KEY Primary:
        "If a request does not have the key, a condition fails, except for an opposite, for an operator with `IfExists`, for `ForAllValues`, and for `Null` with the value true."
        ["IAM:reference_policies_elements_condition_operators; IAM:reference_policies_condition-single-vs-multi-valued-context-keys"]
    "REP-1224" POLICY_PRINCIPALS Primary:
        "The principal of a role session is the role, its account, or `*`. An account as a principal only passes the permission on to its own policies. `NotPrincipal` leaves out a role only if it lists the role and its account."
        ["IAM:reference_policies_elements_principal; IAM:reference_policies_elements_notprincipal"]
    "REP-1225" POLICIES_TOGETHER Primary:
        "Within an account a request needs the policy of the role or a bucket policy that names the role; between accounts it needs both. A statement that denies counts wherever it is."
        ["IAM:reference_policies_evaluation-logic; IAM:reference_policies_evaluation-logic-cross-account"]
    "REP-1226" KEY_POLICY_DECIDES Primary:
        "A KMS key may be used only if its key policy allows it: to the role itself, or to its account, which then decides by the policy of the role. The default key policy does the latter."
        ["KMSDG:key-policies; KMSDG:key-policy-default"]
    "REP-1227" REPLICATION_REQUESTS Inference:
        "The requests of S3 Replication and Batch Operations are made over TLS, by a session of the role and not by a service of AWS on its own behalf. The keys `aws:SecureTransport`, `aws:ViaAWSService`, `aws:PrincipalIsAWSService`, `kms:CallerAccount` and those about the role follow; those about networks, organisations, tags and time are not published."
        ["UG26:replication (transit is encrypted); IAM:reference_policies_condition-keys"]
    "REP-1228" TRUST_REQUESTS Inference:
        "When S3 assumes a role, `aws:SourceAccount` is the account of the source bucket, and `aws:SourceArn` is the source bucket or, for a job, the job. No source states it for replication."
        ["IAM:confused-deputy; otherwise SILENT"]
    "REP-1229" CONFIGURATION_CALLER Primary:
        "To put or delete a configuration, a caller needs `s3:PutReplicationConfiguration` on the bucket, to read it `s3:GetReplicationConfiguration`, and to put it also `iam:PassRole` on the role."
        ["API26:API_PutBucketReplication; API26:API_DeleteBucketReplication"]
    "REP-1230" JOB_ROLE_TRUST Primary:
        "The service `batchoperations.s3.amazonaws.com` assumes the role of a job, so the trust policy of the role allows it `sts:AssumeRole`."
        ["UG:batch-ops-iam-role-policies; UG26b:replication-metrics-events"]
    "REP-1231" JOB_ROLE_INITIATES Primary:
        "The role of a job needs `s3:InitiateReplication` on the objects of the source bucket; otherwise tasks fail with `InitiateReplicationNotPermitted`. It needs no permission on the destination."
        ["UG:s3-batch-replication-policies; UG26b:replication-metrics-events"]
    "REP-1232" JOB_ROLE_GENERATES Primary:
        "If S3 generates the manifest, the role of the job needs `s3:GetReplicationConfiguration` and `s3:PutInventoryConfiguration` on the source bucket; otherwise the job fails during preparation."
        ["UG:s3-batch-replication-policies; UG:batch-ops-create-job"]
    "REP-1233" JOB_ROLE_READS_MANIFEST Primary:
        "The role of a job reads a manifest with `s3:GetObject`, and a version of it with `s3:GetObjectVersion`; of an inventory also the data files. Otherwise the job fails."
        ["UG:batch-ops-iam-role-policies; UG23:troubleshooting-batch-operations (text)"]
    "REP-1234" JOB_ROLE_WRITES_OUTPUT Primary:
        "The role of a job writes the report and a manifest that is kept with `s3:PutObject`; otherwise the job fails with a text about either."
        ["UG:s3-batch-replication-policies; UG26:replication-troubleshoot; UG:batch-ops-iam-role-policies"]
    "REP-1235" JOB_ROLE_WRITES_ACL Primary:
        "A manifest that is kept in a bucket of another account that uses ACLs also needs `s3:PutObjectAcl`."
        ["UG:batch-ops-iam-role-policies"]
    "REP-1236" JOB_ROLE_USES_KEYS Primary:
        "If a manifest, an inventory or a report is encrypted with a KMS key, the role of the job needs `kms:Decrypt` and `kms:GenerateDataKey` on it. That it is so for a generated manifest is inference."
        ["UG:batch-ops-iam-role-policies; UG:batch-ops-create-job"]
    "REP-1237" JOB_CALLER Primary:
        "To create a job, a caller needs `s3:CreateJob`, `iam:PassRole` on its role, and with tags `s3:PutJobTagging`. A condition on `iam:PassedToService` denies, since CreateJob does not set that key."
        ["UG:batch-ops-iam-role-policies; UG23:troubleshooting-batch-operations; SAMPLE (permissions)"]
    "REP-1238" POLICY_SIZE Primary:
        "The inline policies of a role have at most 10,240 characters in all, a managed policy 6,144, without white space. A bucket policy has at most 20 KB, a key policy 32 KB."
        ["IAM:reference_iam-quotas; UG26:bucket-policies; KMSDG:resource-limits"]
}
