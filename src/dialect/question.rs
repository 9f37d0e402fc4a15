//! The questions, as one table: the method that returns the answer, the word on the command line,
//! the clause, and the answers. The first answer is that of AWS.

use std::fmt;
use std::str::FromStr;

use crate::clause::{self, Clause};
use crate::dialect::Dialect;
use crate::dialect::evidence::{Answered, Evidence, unknown};
use crate::dialect::permission::PermissionDialect;
use crate::vocabulary::{UnknownWord, nearest};

/// Declares the answers to a question. A question can also have the answers of an earlier one.
macro_rules! answers {
    ($type:ident, [$($doc:literal)+], $clause:ident) => {};
    ($type:ident, [$($doc:literal)+], $clause:ident,
        $( $(#[doc = $answer_doc:literal])+ $answer:ident = $word:literal, )+) => {
        $( #[doc = $doc] )+
        #[doc = ""]
        #[doc = concat!("The clause is [`", stringify!($clause), "`](crate::clause::", stringify!($clause), ").")]
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum $type {
            $( $(#[doc = $answer_doc])+ $answer, )+
        }

        impl $type {
            /// Every answer, that of AWS first.
            pub const ALL: &'static [Self] = &[$( Self::$answer, )+];

            /// Returns the word for the answer.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $( Self::$answer => $word, )+
                }
            }

            /// Returns the answer as a sentence.
            fn text(self) -> String {
                let lines: &[&str] = match self {
                    $( Self::$answer => &[$( $answer_doc ),+], )+
                };
                lines.concat().trim().to_owned()
            }
        }
    };
}

macro_rules! questions {
    ($(
        $( #[doc = $doc:literal] )+
        $question:ident($field:ident, $with:ident, $word:literal, $clause:ident): $type:ident
            $({ $( $(#[doc = $answer_doc:literal])+ $answer:ident = $answer_word:literal, )+ })?
    )+) => {
        $( answers!($type, [$($doc)+], $clause $(, $( $(#[doc = $answer_doc])+ $answer = $answer_word, )+)?); )+

        /// A question on which stores, or the sources about one store, differ.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum Question {
            $( $( #[doc = $doc] )+ $question, )+
        }

        impl Question {
            /// Every question.
            pub const ALL: &'static [Self] = &[$( Self::$question, )+];

            /// Returns the word for the question.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $( Self::$question => $word, )+
                }
            }

            /// Returns the question as a sentence.
            #[must_use]
            pub fn text(self) -> String {
                let lines: &[&str] = match self {
                    $( Self::$question => &[$( $doc ),+], )+
                };
                lines.concat().trim().to_owned()
            }

            /// Returns the clause behind the question.
            #[must_use]
            pub const fn clause(self) -> &'static Clause {
                match self {
                    $( Self::$question => &clause::$clause, )+
                }
            }

            /// Returns the words for the possible answers, that of AWS first.
            #[must_use]
            pub fn answers(self) -> Vec<&'static str> {
                match self {
                    $( Self::$question => $type::ALL.iter().map(|answer| answer.as_str()).collect(), )+
                }
            }
        }

        /// The answers of a store. They are next to each other, because decisions read them.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub(super) struct Answers {
            $( $field: $type, )+
        }

        /// The answers of a store with their evidence, for declarations of dialects.
        pub(super) struct Table {
            $( pub(super) $field: Answered<$type>, )+
        }

        impl Table {
            /// The answers about a store of which nothing is known: those of AWS, as assumptions. The
            /// table of a store names what is known, or assumed otherwise.
            pub(super) const UNKNOWN: Self =
                Self { $( $field: unknown(Dialect::AWS.answers.$field, "nothing is known"), )+ };

            pub(super) const fn dialect(self, name: &'static str) -> Dialect {
                Dialect {
                    name,
                    answers: Answers { $( $field: self.$field.answer, )+ },
                    evidence: [$( self.$field.evidence, )+],
                    permissions: PermissionDialect::AWS,
                    refusals: &[],
                }
            }
        }

        /// The evidence for each answer, in the order of [`Question::ALL`].
        pub(super) type Evidences = [Evidence; [$( $word, )+].len()];

        impl Dialect {
            $(
                $( #[doc = $doc] )+
                #[must_use]
                pub const fn $field(&self) -> $type {
                    self.answers.$field
                }

                #[doc = concat!("Returns the dialect with another answer to [`", stringify!($field), "`](Self::", stringify!($field), ").")]
                #[must_use]
                pub const fn $with(mut self, answer: $type) -> Self {
                    if self.answers.$field as u8 != answer as u8 || !self.is_known(Question::$question) {
                        self.answers.$field = answer;
                        self = self.choosing(Question::$question);
                    }
                    self
                }
            )+

            /// Returns the word for the answer to a question, even if it is an assumption.
            #[must_use]
            pub const fn answer(&self, question: Question) -> &'static str {
                match question {
                    $( Question::$question => self.answers.$field.as_str(), )+
                }
            }

            /// Returns the answer to a question as a sentence, even if it is an assumption.
            #[must_use]
            pub fn answer_text(&self, question: Question) -> String {
                match question {
                    $( Question::$question => self.answers.$field.text(), )+
                }
            }

            /// Returns the dialect with another answer to a question, given by its word.
            ///
            /// # Errors
            ///
            /// Returns an error when the word is not one of [`Question::answers`].
            ///
            /// # Examples
            ///
            /// ```
            /// use s3_replication::Dialect;
            /// use s3_replication::dialect::{Question, TagReading};
            ///
            /// let any = Dialect::AWS.with_answer(Question::Tags, "any")?;
            /// assert_eq!(any.tags(), TagReading::Any);
            /// # Ok::<(), Box<dyn std::error::Error>>(())
            /// ```
            pub fn with_answer(self, question: Question, word: &str) -> Result<Self, UnknownAnswer> {
                let unknown = || UnknownAnswer { question, found: word.to_owned() };
                match question {
                    $(
                        Question::$question => {
                            let mut answers = $type::ALL.iter();
                            let answer = answers.find(|answer| answer.as_str() == word);
                            Ok(self.$with(*answer.ok_or_else(unknown)?))
                        }
                    )+
                }
            }
        }
    };
}

impl Question {
    /// Returns true when decisions about a configuration depend on the answer; otherwise only its
    /// validation does, and what the store reads in it.
    pub(crate) const fn is_asked_by_decisions(self) -> bool {
        matches!(
            self,
            Self::Tags
                | Self::OddTags
                | Self::PriorityOrder
                | Self::Winners
                | Self::Destinations
                | Self::SourceSelection
                | Self::DeleteMarkerPrecedence
                | Self::DeleteMarkerTags
                | Self::ReplicaDeleteMarkers
                | Self::VersionDeletes
                | Self::Replicas
                | Self::OlderObjects
                | Self::KmsVersions
                | Self::CustomerKeyVersions
                | Self::Copies
                | Self::ReplicaKey
        )
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Question {
    type Err = UnknownQuestion;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|question| question.as_str() == word);
        found.copied().ok_or_else(|| UnknownQuestion {
            suggestion: nearest(word, Self::ALL.iter().map(|question| question.as_str())),
            word: UnknownWord::new("a question that `s3-replication dialects` lists", word),
        })
    }
}

/// The error returned when a text is not the word for a question.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{word}{}", suggestion.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default())]
pub struct UnknownQuestion {
    word: UnknownWord,
    suggestion: Option<&'static str>,
}

/// The error returned when a word is not an answer to a question.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{found}` is not an answer to `{question}`; write one of `{}`", question.answers().join("`, `"))]
pub struct UnknownAnswer {
    question: Question,
    found: String,
}

questions! {
    /// May `And` contain a single predicate?
    And(and, with_and, "and-predicates", AND_PREDICATES): AndReading {
        /// Yes.
        OnePredicateIsEnough = "one",
        /// No: a document with a single predicate is malformed.
        TwoPredicates = "two",
        /// Yes, and it may even be empty.
        NoneIsEnough = "none",
        /// Yes, and the store ignores what is in it, so the rule takes every key.
        Ignored = "ignored",
    }
    /// Which tags of a filter must an object have?
    Tags(tags, with_tags, "tags", STORE_TAGS): TagReading {
        /// All of them.
        All = "all",
        /// Any of them.
        Any = "any",
        /// None: the store ignores the tags of a filter.
        Ignored = "ignored",
    }
    /// Which objects match a tag with an empty value?
    EmptyTagValue(empty_tag_value, with_empty_tag_value, "empty-tag-value", STORE_EMPTY_TAG_VALUE): EmptyTagValue {
        /// Those with the key and an empty value.
        Compared = "compared",
        /// Every object.
        MatchesEverything = "matches-everything",
    }
    /// Do tags of a filter match objects with a tag outside ASCII?
    OddTags(odd_tags, with_odd_tags, "odd-object-tags", STORE_ODD_TAGS): OddTags {
        /// Yes, they are compared like any other.
        Compared = "compared",
        /// No: the store fails to read the tags of the object, and no tag of a filter matches.
        MatchNothing = "match-nothing",
    }
    /// Is `Prefix` of a rule, as in V1, honoured?
    RulePrefix(rule_prefix, with_rule_prefix, "rule-prefix", STORE_RULE_PREFIX): RulePrefix {
        /// Yes.
        Honoured = "honoured",
        /// No: the store ignores the element, and the rule matches every key.
        Ignored = "ignored",
        /// No: the store refuses a rule without `Filter`.
        Refused = "refused",
    }
    /// Are there two versions of the schema, each with restrictions of its own?
    SchemaVersions(schema_versions, with_schema_versions, "schema-versions", STORE_SCHEMA_VERSIONS): SchemaVersions {
        /// Yes: rules with `Prefix` are V1, rules with `Filter` are V2.
        Two = "two",
        /// Yes, but V1 rules may have everything that V2 rules have.
        Alike = "alike",
        /// No: `Prefix` of a rule is another way to write `Filter/Prefix`.
        One = "one",
    }
    /// Is a rule with neither `Prefix` nor `Filter` accepted?
    MissingFilter(missing_filter, with_missing_filter, "missing-filter", STORE_MISSING_FILTER): MissingFilter {
        /// No.
        Refused = "refused",
        /// Yes, and it matches every key.
        EveryKey = "every-key",
    }
    /// Which exclusions may a filter contain?
    Exclusions(exclusions, with_exclusions, "exclusion-filters", STORE_EXCLUSIONS): ExclusionReading {
        /// `Not` with exactly one of `Prefix`, `Tag` and `Or`, and `Or` with at least one predicate.
        ExactlyOneChild = "one-child",
        /// `Not` and `Or` with any number of predicates, even none.
        AnyChildren = "any-children",
        /// None: `Not` is an unknown element, as in S3 before 2026-11-18.
        Unknown = "refused",
        /// None: the store ignores the element.
        Ignored = "ignored",
    }
    /// Is `SseKmsEncryptedObjects`, or `EncryptionConfiguration`, honoured?
    KmsElements(kms_elements, with_kms_elements, "kms-elements", STORE_KMS_ELEMENTS): ElementReading {
        /// The element has the meaning that AWS documents.
        Honoured = "honoured",
        /// The store refuses the element.
        Refused = "refused",
        /// The store ignores the element.
        Ignored = "ignored",
    }
    /// Is `ReplicaModifications` honoured?
    ReplicaModificationsElement(replica_modifications_element, with_replica_modifications_element, "replica-modifications-element", STORE_REPLICA_MODIFICATIONS): ElementReading
    /// Is `AccessControlTranslation` honoured?
    OwnerOverrideElement(owner_override_element, with_owner_override_element, "owner-override-element", STORE_OWNER_OVERRIDE): ElementReading
    /// Is `Account` honoured?
    AccountElement(account_element, with_account_element, "account-element", STORE_ACCOUNT): ElementReading
    /// Are `ReplicationTime` and `Metrics` honoured?
    TimeControlElements(time_control_elements, with_time_control_elements, "time-control-elements", STORE_TIME_CONTROL): ElementReading
    /// Are `Zone` of `Source` and `Zone` of `Destination`, an extension of Ceph, honoured?
    ZoneElements(zone_elements, with_zone_elements, "zone-elements", STORE_ZONES): ZoneReading {
        /// No: the store refuses a rule that names zones.
        Refused = "refused",
        /// No: the store ignores them, and the rule is for every zone.
        Ignored = "ignored",
        /// Yes: the rule is for data sync between the zones that it names.
        Honoured = "honoured",
    }
    /// Is `Priority` honoured?
    PriorityElement(priority_element, with_priority_element, "priority-element", STORE_PRIORITY_ELEMENT): ElementReading
    /// Are unknown elements refused?
    UnknownElements(unknown_elements, with_unknown_elements, "unknown-elements", STORE_UNKNOWN_ELEMENTS): UnknownElements {
        /// Yes.
        Refused = "refused",
        /// No, the store ignores them.
        Ignored = "ignored",
    }
    /// Which of two priorities wins?
    PriorityOrder(priority_order, with_priority_order, "priority-order", PRIORITY_HIGHER_WINS): PriorityOrder {
        /// The higher number: the API reference and the user guide.
        HigherWins = "higher",
        /// The lower number: AWS's hands-on tutorials.
        LowerWins = "lower",
        /// Neither: the first rule of the document wins.
        DocumentOrder = "document",
    }
    /// Among which rules must priorities be unique?
    PriorityScope(priority_scope, with_priority_scope, "priority-scope", PRIORITY_UNIQUE): PriorityScope {
        /// Among all rules of the configuration, including disabled ones.
        Configuration = "configuration",
        /// Among the rules of one destination bucket.
        Destination = "destination",
        /// Among the enabled rules of one destination bucket.
        EnabledRules = "enabled-rules",
        /// Among the rules of one destination bucket and storage class whose prefixes overlap: both
        /// need a priority, and not the same.
        OverlappingRules = "overlapping-rules",
        /// Nowhere: the store does not compare them.
        Nowhere = "nowhere",
    }
    /// Is a rule with `Filter` and without `Priority` accepted?
    MissingPriority(missing_priority, with_missing_priority, "missing-priority", STORE_MISSING_PRIORITY): MissingPriority {
        /// No.
        Refused = "refused",
        /// Yes, with the priority 0.
        Zero = "zero",
        /// Yes, below every other priority.
        Lowest = "lowest",
    }
    /// With which enabled rules for a destination bucket is a key compared?
    PrefixSearch(prefix_search, with_prefix_search, "prefix-search", STORE_PREFIX_SEARCH): PrefixSearch {
        /// With all.
        Every = "every",
        /// With one: that whose prefix is the last in byte order at or before the key, and the last of the
        /// document if several have that prefix. Priorities do not matter.
        LastBeforeKey = "last-before-key",
    }
    /// Which rules win an object: one for each destination bucket, or a single one?
    Winners(winners, with_winners, "winners", STORE_WINNERS): Winners {
        /// One for each destination bucket.
        PerDestination = "per-destination",
        /// One over all destination buckets.
        OneOverAll = "one-over-all",
    }
    /// May a configuration have several destination buckets?
    Destinations(destinations, with_destinations, "destinations", STORE_DESTINATIONS): DestinationCount {
        /// Yes, in V2.
        Many = "many",
        /// No.
        One = "one",
    }
    /// Does a rule compete if its `SourceSelectionCriteria` exclude the version?
    SourceSelection(source_selection, with_source_selection, "source-selection", SOURCE_SELECTION_IS_A_FILTER): SourceSelection {
        /// No: the criteria are filters, and a rule of lower priority may win the version.
        Filters = "filters",
        /// Yes: the rule may win, and then nothing is replicated to its bucket.
        AfterSelection = "after-selection",
    }
    /// Which rules compete for a delete marker?
    DeleteMarkerPrecedence(delete_marker_precedence, with_delete_marker_precedence, "delete-marker-precedence", DELETE_MARKER_PRECEDENCE): DeleteMarkerPrecedence {
        /// All rules that match; the `DeleteMarkerReplication` of the winner decides.
        WinnerDecides = "winner-decides",
        /// Only rules that replicate delete markers.
        ReplicatingRulesCompete = "replicating-rules-compete",
    }
    /// Which rules replicate the delete markers that users create?
    DeleteMarkers(delete_markers, with_delete_markers, "delete-markers", STORE_DELETE_MARKERS): DeleteMarkers {
        /// Those with `DeleteMarkerReplication` enabled.
        ByElement = "by-element",
        /// All.
        Always = "always",
        /// None.
        Never = "never",
    }
    /// Is a rule without `DeleteMarkerReplication` accepted?
    MissingDeleteMarkerReplication(missing_delete_marker_replication, with_missing_delete_marker_replication, "missing-delete-marker-replication", STORE_MISSING_DELETE_MARKERS): MissingDeleteMarkerReplication {
        /// Yes in V1, and the rule replicates delete markers; no in V2.
        ByVersion = "by-version",
        /// No.
        Refused = "refused",
        /// Yes, and the rule does not replicate delete markers.
        Disabled = "disabled",
        /// Yes, and the rule replicates delete markers.
        Enabled = "enabled",
    }
    /// Is `DeleteMarkerReplication` accepted next to tags?
    DeleteMarkersWithTags(delete_markers_with_tags, with_delete_markers_with_tags, "delete-markers-with-tags", STORE_DELETE_MARKERS_WITH_TAGS): DeleteMarkersWithTags {
        /// No.
        Refused = "refused",
        /// No next to `Filter/Tag`, yes next to tags in `And`.
        RefusedForTag = "refused-for-tag",
        /// Yes.
        Accepted = "accepted",
    }
    /// Which tags does the filter of a rule compare when an object is deleted?
    DeleteMarkerTags(delete_marker_tags, with_delete_marker_tags, "delete-marker-tags", STORE_DELETE_MARKER_TAGS): DeleteMarkerTags {
        /// None: a delete marker has no tags.
        None = "none",
        /// Those of the object that is deleted.
        OfDeletedObject = "of-deleted-object",
    }
    /// Does a delete marker over a replica replicate?
    ReplicaDeleteMarkers(replica_delete_markers, with_replica_delete_markers, "replica-delete-markers", STORE_REPLICA_DELETE_MARKERS): ReplicaDeleteMarkers {
        /// No.
        NotReplicated = "not-replicated",
        /// Yes, by rules that replicate delete markers.
        ByRule = "by-rule",
        /// Only if the rule also replicates modifications of replicas.
        ByReplicaModifications = "by-replica-modifications",
    }
    /// Do permanent deletes of versions replicate?
    VersionDeletes(version_deletes, with_version_deletes, "version-deletes", STORE_VERSION_DELETES): VersionDeletes {
        /// Never.
        Never = "never",
        /// By rules with `DeleteReplication` enabled, an extension of S3.
        ByElement = "by-element",
    }
    /// Do replicas replicate on?
    Replicas(replicas, with_replicas, "replicas", STORE_REPLICAS): Replicas {
        /// No.
        NotReplicated = "not-replicated",
        /// Yes, like any other object.
        Replicated = "replicated",
    }
    /// Do rules without `ReplicaModifications` replicate modifications of replicas?
    MissingReplicaModifications(missing_replica_modifications, with_missing_replica_modifications, "missing-replica-modifications", STORE_MISSING_REPLICA_MODIFICATIONS): MissingReplicaModifications {
        /// No.
        Disabled = "disabled",
        /// Yes.
        Enabled = "enabled",
    }
    /// Is `ExistingObjectReplication` accepted?
    ExistingObjects(existing_objects, with_existing_objects, "existing-object-element", EXISTING_OBJECT_REPLICATION_REMOVED): ExistingObjectReading {
        /// No, the document is malformed.
        Refused = "refused",
        /// Yes, as in accounts where AWS Support once enabled it.
        Accepted = "accepted",
    }
    /// Do objects that are older than the configuration replicate?
    OlderObjects(older_objects, with_older_objects, "existing-objects", STORE_OLDER_OBJECTS): OlderObjects {
        /// Only by a batch job.
        BatchOnly = "batch-only",
        /// Yes, unless `ExistingObjectReplication` is disabled.
        Replicated = "replicated",
    }
    /// Do versions encrypted with a KMS key replicate?
    KmsVersions(kms_versions, with_kms_versions, "kms-versions", STORE_KMS_VERSIONS): KmsVersions {
        /// By rules with `SseKmsEncryptedObjects` enabled.
        OptIn = "opt-in",
        /// By every rule.
        Always = "always",
    }
    /// Do versions encrypted with a customer-provided key (SSE-C) replicate?
    CustomerKeyVersions(customer_key_versions, with_customer_key_versions, "customer-key-versions", STORE_CUSTOMER_KEY_VERSIONS): OriginReading {
        /// Yes.
        Replicated = "replicated",
        /// No.
        NotReplicated = "not-replicated",
    }
    /// Do objects that `CopyObject` creates replicate?
    Copies(copies, with_copies, "copies", STORE_COPIES): OriginReading
    /// Does a replica key also encrypt the replicas of SSE-S3 versions?
    ReplicaKey(replica_key, with_replica_key, "replica-key", REPLICA_KEY_AND_SSE_S3): ReplicaKeyReading {
        /// No: the replica has SSE-S3, like its source.
        KmsVersionsOnly = "kms-versions",
        /// Yes: the replica has SSE-KMS with the replica key.
        EveryVersion = "every-version",
    }
    /// Is a version that failed in one destination `PENDING` while another is pending?
    StatusPrecedence(status_precedence, with_status_precedence, "status-precedence", FAILED_AND_PENDING): StatusPrecedence {
        /// Yes, until replication to every destination has ended.
        PendingFirst = "pending-first",
        /// No, it is `FAILED` at once.
        FailedFirst = "failed-first",
    }
    /// Which storage classes may `StorageClass` name?
    StorageClasses(storage_classes, with_storage_classes, "storage-classes", STORE_CLASSES): StorageClasses {
        /// Those in which S3 writes replicas.
        S3 = "s3",
        /// `STANDARD` and `REDUCED_REDUNDANCY`.
        StandardOrReduced = "standard-or-reduced",
        /// `STANDARD`.
        Standard = "standard",
        /// Any: they name places of the store.
        Any = "any",
    }
    /// Do replicas get the storage class that the rule names?
    StorageClassEffect(storage_class_effect, with_storage_class_effect, "storage-class-effect", STORE_CLASS_EFFECT): StorageClassEffect {
        /// Yes.
        Applied = "applied",
        /// No, the store ignores it.
        Ignored = "ignored",
    }
    /// Which form has `Destination/Bucket`?
    DestinationForm(destination_form, with_destination_form, "destination-form", STORE_DESTINATION_FORM): DestinationForm {
        /// The ARN of a bucket.
        BucketArn = "bucket-arn",
        /// The ARN of a bucket, or of a replication target of the store.
        TargetArn = "target-arn",
        /// The ARN or the bare name of a bucket.
        BucketName = "bucket-name",
    }
    /// Which form has `Role`?
    Role(role, with_role, "role-form", STORE_ROLE): RoleReading {
        /// The ARN of an IAM role.
        IamRole = "iam-role",
        /// One ARN of an IAM role, or two with a comma between them.
        OneOrTwoRoles = "one-or-two-roles",
        /// The ARN of an IAM role, whose account is any letters and digits.
        RoleOfAnyAccount = "role-of-any-account",
        /// Absent, or the ARN of a replication target of the store.
        TargetOrAbsent = "target-or-absent",
        /// Absent, or any text, which the store ignores.
        Ignored = "ignored",
    }
    /// Which texts may be the ID of a rule?
    RuleIds(rule_ids, with_rule_ids, "rule-ids", STORE_RULE_IDS): RuleIds {
        /// ASCII texts of up to 255 characters, each once.
        Unique = "unique",
        /// Texts of up to 255 bytes, which may be repeated.
        Repeatable = "repeatable",
    }
    /// Is the number of rules limited?
    RuleLimit(rule_limit, with_rule_limit, "rule-limit", RULE_LIMIT): RuleLimit {
        /// Yes, to 1,000.
        OneThousand = "1000",
        /// No, for stores that do not count rules.
        Unlimited = "unlimited",
    }
    /// Which error code rejects an empty `Account`?
    EmptyAccountCode(empty_account_code, with_empty_account_code, "empty-account-code", ACCOUNT_EMPTY): EmptyAccountCode {
        /// `InvalidArgument`, which the documentation lists first.
        InvalidArgument = "InvalidArgument",
        /// `InvalidRequest`, which the documentation also lists.
        InvalidRequest = "InvalidRequest",
    }
    /// Which message rejects a destination bucket that does not exist?
    MissingDestinationText(missing_destination_text, with_missing_destination_text, "missing-destination-text", DESTINATION_EXISTS): MissingDestinationText {
        /// `Destination bucket must exist.`
        MustExist = "must-exist",
        /// `Destination bucket must have versioning enabled.`
        MustHaveVersioning = "must-have-versioning",
    }
}
