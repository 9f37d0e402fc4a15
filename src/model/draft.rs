use crate::model::exclusion::ExclusionSpelling;
use crate::model::{
    Account, BucketArn, Exclusion, FilterSpelling, KmsKeyArn, Minutes, OwnerOverride, Prefix,
    Priority, RoleArn, RuleFilter, RuleId, RuleStatus, StorageClass, Tag, ZoneName, ZonePair,
    Zones,
};

closed_vocabulary! {
    /// The schema version of a configuration, which S3 infers from its rules (REP-114).
    #[expect(clippy::exhaustive_enums, reason = "a third version could change every answer")]
    pub enum ConfigurationVersion("`V1` or `V2`") {
        /// Rules with `Prefix`: one destination bucket, no tags, no priorities; delete markers are
        /// replicated.
        V1 = "V1",
        /// Rules with `Filter`.
        V2 = "V2",
    }
}

/// A configuration that has not been validated: one that is being written, or that a document
/// contains.
///
/// Each value is valid by itself, because it is typed. The whole may be invalid: a part may be
/// missing, or two parts may contradict each other. Lints read drafts, since they have to see
/// mistakes. [`validate`](Self::validate) turns a draft into a
/// [`ReplicationConfiguration`](crate::ReplicationConfiguration).
///
/// # Examples
///
/// ```
/// use s3_replication::Dialect;
/// use s3_replication::model::{ConfigurationDraft, RuleDraft, RuleFilter};
///
/// let rule = RuleDraft::new("arn:aws:s3:::backup".parse()?)
///     .with_id("tax".parse()?)
///     .with_priority("1".parse()?)
///     .with_filter(&RuleFilter::prefix("Tax/".parse()?));
/// let draft = ConfigurationDraft::new("arn:aws:iam::123456789012:role/r".parse()?).with_rule(rule);
/// let configuration = draft.validate(&Dialect::AWS)?;
/// assert_eq!(configuration.rules().len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct ConfigurationDraft {
    /// `Role`.
    pub role: Option<RoleArn>,
    /// `Role` in a form that S3 does not have: two ARNs, or the ARN of a replication target.
    pub other_role: Option<String>,
    /// The `Rule` elements, in document order.
    pub rules: Vec<RuleDraft>,
}

impl ConfigurationDraft {
    /// Creates a draft without rules.
    #[must_use]
    pub const fn new(role: RoleArn) -> Self {
        Self { role: Some(role), other_role: None, rules: Vec::new() }
    }

    /// Returns `Role` as it is written, also in a form that S3 does not have.
    pub(crate) fn written_role(&self) -> Option<String> {
        self.other_role.clone().or_else(|| self.role.as_ref().map(ToString::to_string))
    }

    /// Adds a rule at the end.
    #[must_use]
    pub fn with_rule(mut self, rule: RuleDraft) -> Self {
        self.rules.push(rule);
        self
    }

    /// Returns the draft as data sync from one zone to another applies it: the rules for other zones
    /// are disabled (REP-1138).
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::{ConfigurationDraft, RuleDraft, RuleStatus};
    ///
    /// let mut rule = RuleDraft::new("arn:aws:s3:::backup".parse()?);
    /// rule.source_zones.push("eu".parse()?);
    /// let draft = ConfigurationDraft::new("arn:aws:iam::123456789012:role/r".parse()?).with_rule(rule);
    /// let synced = draft.in_zones(&"us-east,us-west".parse()?);
    /// assert_eq!(synced.rules[0].status, Some(RuleStatus::Disabled));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn in_zones(mut self, pair: &ZonePair) -> Self {
        for rule in &mut self.rules {
            if !rule.zones().contain(pair) {
                rule.status = Some(RuleStatus::Disabled);
            }
        }
        self
    }

    /// Returns the schema version, as S3 infers it from the rules (REP-114).
    ///
    /// It is `None` when no rule has `Prefix` or `Filter`, and when rules of both versions occur.
    #[must_use]
    pub fn version(&self) -> Option<ConfigurationVersion> {
        let mut versions = self.rules.iter().filter_map(RuleDraft::version);
        let first = versions.next()?;
        versions.all(|version| version == first).then_some(first)
    }
}

/// One `Rule` of a [`ConfigurationDraft`].
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct RuleDraft {
    /// `ID`.
    pub id: Option<RuleId>,
    /// `Priority`.
    pub priority: Option<Priority>,
    /// `Prefix` in the rule itself, as in V1.
    pub prefix: Option<Prefix>,
    /// `Filter`, empty or not, as in V2.
    pub filter: Option<FilterDraft>,
    /// `Status`.
    pub status: Option<RuleStatus>,
    /// `SourceSelectionCriteria`.
    pub source_selection_criteria: Option<SourceSelectionDraft>,
    /// `ExistingObjectReplication/Status`.
    pub existing_object_replication: Option<RuleStatus>,
    /// `DeleteMarkerReplication/Status`.
    pub delete_marker_replication: Option<RuleStatus>,
    /// `DeleteReplication/Status`, an extension of MinIO and RustFS.
    pub delete_replication: Option<RuleStatus>,
    /// `Destination`.
    pub destination: Option<DestinationDraft>,
    /// The `Zone` elements of `Source`, an extension of Ceph, in document order.
    pub source_zones: Vec<ZoneName>,
}

impl RuleDraft {
    /// Creates an enabled V2 rule with an empty filter and without delete marker replication.
    ///
    /// The rule still needs a priority.
    #[must_use]
    pub fn new(bucket: BucketArn) -> Self {
        Self {
            filter: Some(FilterDraft::default()),
            status: Some(RuleStatus::Enabled),
            delete_marker_replication: Some(RuleStatus::Disabled),
            destination: Some(DestinationDraft { bucket: Some(bucket), ..Default::default() }),
            ..Self::default()
        }
    }

    /// Sets the ID.
    #[must_use]
    pub fn with_id(self, id: RuleId) -> Self {
        Self { id: Some(id), ..self }
    }

    /// Sets the priority.
    #[must_use]
    pub fn with_priority(self, priority: Priority) -> Self {
        Self { priority: Some(priority), ..self }
    }

    /// Sets the filter, in its own spelling.
    #[must_use]
    pub fn with_filter(self, filter: &RuleFilter) -> Self {
        let (prefix, filter) = FilterDraft::spell(filter);
        Self { prefix, filter, ..self }
    }

    /// Sets the status of delete marker replication.
    #[must_use]
    pub fn with_delete_marker_replication(self, status: RuleStatus) -> Self {
        Self { delete_marker_replication: Some(status), ..self }
    }

    /// Returns the zones that the rule names in `Source` and in `Destination`.
    #[must_use]
    pub fn zones(&self) -> Zones {
        let destination = self.destination.as_ref();
        Zones {
            source: self.source_zones.clone(),
            destination: destination.map(|one| one.zones.clone()).unwrap_or_default(),
        }
    }

    /// Returns the schema version of this rule; `None` without `Prefix` and `Filter`.
    #[must_use]
    pub const fn version(&self) -> Option<ConfigurationVersion> {
        match (&self.filter, &self.prefix) {
            (Some(_), _) => Some(ConfigurationVersion::V2),
            (None, Some(_)) => Some(ConfigurationVersion::V1),
            (None, None) => None,
        }
    }
}

/// `Filter`. S3 accepts at most one of the four children.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct FilterDraft {
    /// `Prefix`.
    pub prefix: Option<Prefix>,
    /// `Tag`.
    pub tag: Option<Tag>,
    /// `And`.
    pub and: Option<AndDraft>,
    /// `Not`.
    pub not: Option<NotDraft>,
}

/// `Filter/And`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct AndDraft {
    /// `Prefix`.
    pub prefix: Option<Prefix>,
    /// The `Tag` elements, in document order.
    pub tags: Vec<Tag>,
    /// `Not`.
    pub not: Option<NotDraft>,
}

/// `Not`, in `Filter` or in `And`: excludes what matches any of its children (REP-309).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct NotDraft {
    /// `Prefix`.
    pub prefix: Option<Prefix>,
    /// `Tag`.
    pub tag: Option<Tag>,
    /// `Or`.
    pub or: Option<OrDraft>,
}

/// `Not/Or`: any of the children excludes.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct OrDraft {
    /// The `Prefix` elements, in document order.
    pub prefixes: Vec<Prefix>,
    /// The `Tag` elements, in document order.
    pub tags: Vec<Tag>,
}

impl FilterDraft {
    /// Iterates over all required tags.
    pub fn tags(&self) -> impl Iterator<Item = &Tag> {
        self.tag.iter().chain(self.and.iter().flat_map(|and| &and.tags))
    }

    /// Iterates over the `Not` elements, of which S3 accepts at most one.
    pub fn exclusions(&self) -> impl Iterator<Item = &NotDraft> {
        self.not.iter().chain(self.and.iter().flat_map(|and| &and.not))
    }

    /// Returns a filter in its own spelling: as `Prefix` of the rule, or as `Filter`.
    pub(crate) fn spell(filter: &RuleFilter) -> (Option<Prefix>, Option<Self>) {
        let prefix = Some(filter.key_prefix().clone());
        let and = |prefix| {
            let not = NotDraft::spell(filter.exclusion());
            Self {
                and: Some(AndDraft { prefix, tags: filter.tags().to_vec(), not }),
                ..Self::default()
            }
        };
        let draft = match filter.spelling() {
            FilterSpelling::RulePrefix => return (prefix, None),
            FilterSpelling::Empty => Self::default(),
            FilterSpelling::Prefix => Self { prefix, ..Self::default() },
            FilterSpelling::Tag => Self { tag: filter.tags().first().cloned(), ..Self::default() },
            FilterSpelling::Not => {
                Self { not: NotDraft::spell(filter.exclusion()), ..Self::default() }
            }
            FilterSpelling::And => and(None),
            FilterSpelling::AndPrefix => and(prefix),
        };
        (None, Some(draft))
    }

    /// Returns the meaning of the filter, with its spelling.
    pub(crate) fn meaning(self) -> RuleFilter {
        let Self { prefix, tag, and, not } = self;
        let all = |tags, spelling| RuleFilter::spelled(Prefix::EMPTY, tags, spelling);
        match (and, not, tag, prefix) {
            (Some(AndDraft { prefix, tags, not }), ..) => {
                let filter = match prefix {
                    Some(prefix) => RuleFilter::spelled(prefix, tags, FilterSpelling::AndPrefix),
                    None => all(tags, FilterSpelling::And),
                };
                filter.with_exclusion(not.map_or(Exclusion::NONE, NotDraft::meaning))
            }
            (None, Some(not), ..) => {
                all(Vec::new(), FilterSpelling::Not).with_exclusion(not.meaning())
            }
            (None, None, Some(tag), _) => all(vec![tag], FilterSpelling::Tag),
            (None, None, None, Some(prefix)) => {
                RuleFilter::spelled(prefix, Vec::new(), FilterSpelling::Prefix)
            }
            (None, None, None, None) => RuleFilter::ALL,
        }
    }
}

impl NotDraft {
    /// Iterates over all excluded prefixes.
    pub fn prefixes(&self) -> impl Iterator<Item = &Prefix> {
        self.prefix.iter().chain(self.or.iter().flat_map(|or| &or.prefixes))
    }

    /// Iterates over all excluded tags.
    pub fn tags(&self) -> impl Iterator<Item = &Tag> {
        self.tag.iter().chain(self.or.iter().flat_map(|or| &or.tags))
    }

    /// Returns an exclusion in its own spelling; `None` where there is no `Not`.
    pub(crate) fn spell(exclusion: &Exclusion) -> Option<Self> {
        let (prefixes, tags) = (exclusion.prefixes(), exclusion.tags());
        match exclusion.spelling() {
            ExclusionSpelling::Absent => None,
            ExclusionSpelling::Direct => Some(Self {
                prefix: prefixes.first().cloned(),
                tag: tags.first().cloned(),
                or: None,
            }),
            ExclusionSpelling::Or => {
                let or = OrDraft { prefixes: prefixes.to_vec(), tags: tags.to_vec() };
                Some(Self { or: Some(or), ..Self::default() })
            }
        }
    }

    /// Returns the meaning of `Not`, with its spelling.
    pub(crate) fn meaning(self) -> Exclusion {
        let spelling =
            if self.or.is_some() { ExclusionSpelling::Or } else { ExclusionSpelling::Direct };
        let Self { prefix, tag, or } = self;
        let OrDraft { mut prefixes, mut tags } = or.unwrap_or_default();
        prefixes.extend(prefix);
        tags.extend(tag);
        Exclusion::spelled(prefixes, tags, spelling)
    }
}

/// `SourceSelectionCriteria`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct SourceSelectionDraft {
    /// `SseKmsEncryptedObjects/Status`.
    pub sse_kms_encrypted_objects: Option<RuleStatus>,
    /// `ReplicaModifications/Status`.
    pub replica_modifications: Option<RuleStatus>,
}

/// `Destination`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct DestinationDraft {
    /// `Bucket`.
    pub bucket: Option<BucketArn>,
    /// `Account`.
    pub account: Option<Account>,
    /// `StorageClass`.
    pub storage_class: Option<StorageClass>,
    /// `AccessControlTranslation/Owner`.
    pub access_control_translation: Option<OwnerOverride>,
    /// `EncryptionConfiguration`.
    pub encryption_configuration: Option<EncryptionDraft>,
    /// `ReplicationTime`.
    pub replication_time: Option<ReplicationTimeDraft>,
    /// `Metrics`.
    pub metrics: Option<MetricsDraft>,
    /// The `Zone` elements, an extension of Ceph, in document order.
    pub zones: Vec<ZoneName>,
}

/// `EncryptionConfiguration`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct EncryptionDraft {
    /// `ReplicaKmsKeyID`.
    pub replica_kms_key_id: Option<KmsKeyArn>,
    /// `UseSourceMultiRegionKey/Status`.
    pub use_source_multi_region_key: Option<RuleStatus>,
}

/// `ReplicationTime`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct ReplicationTimeDraft {
    /// `Status`.
    pub status: Option<RuleStatus>,
    /// `Time/Minutes`.
    pub time: Option<ReplicationTimeValueDraft>,
}

/// `Metrics`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct MetricsDraft {
    /// `Status`.
    pub status: Option<RuleStatus>,
    /// `EventThreshold/Minutes`.
    pub event_threshold: Option<ReplicationTimeValueDraft>,
}

/// `Time` or `EventThreshold`, which a document can contain without `Minutes`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct ReplicationTimeValueDraft {
    /// `Minutes`.
    pub minutes: Option<Minutes>,
}

impl From<Minutes> for ReplicationTimeValueDraft {
    fn from(minutes: Minutes) -> Self {
        Self { minutes: Some(minutes) }
    }
}
