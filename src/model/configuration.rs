use std::sync::Arc;

use crate::model::{
    BucketSettings, ConfigurationDraft, ConfigurationVersion, Destination, DestinationDraft,
    EncryptionDraft, FilterDraft, FilterSpelling, KmsReplication, KnownBuckets, MetricsDraft,
    OwnerOverride, Ownership, Prefix, ReplicationRule, ReplicationTimeDraft, RoleArn, RuleDraft,
    RuleFilter, RuleStatus, SourceSelectionDraft, TimeControl, ZonePair,
};

/// A replication configuration that S3 accepts.
///
/// The type is the proof: a value has passed every check of a [`Dialect`](crate::Dialect) and
/// cannot be changed afterwards. Create one from a document with [`from_xml`](Self::from_xml),
/// [`from_json`](Self::from_json) or, with options, [`Parser`](crate::Parser); or from a
/// [`ConfigurationDraft`]. Clones share the rules.
///
/// # Examples
///
/// ```
/// use s3_replication::ReplicationConfiguration;
///
/// let configuration = ReplicationConfiguration::from_xml(
///     "<ReplicationConfiguration>
///        <Role>arn:aws:iam::123456789012:role/replication</Role>
///        <Rule>
///          <Status>Enabled</Status>
///          <Priority>1</Priority>
///          <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
///          <Filter/>
///          <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination>
///        </Rule>
///      </ReplicationConfiguration>",
/// )?;
/// let again = ReplicationConfiguration::from_json(&configuration.to_json())?;
/// assert_eq!(again, configuration);
/// # Ok::<(), s3_replication::Report>(())
/// ```
#[derive(Clone, Debug, Eq)]
pub struct ReplicationConfiguration {
    role: Option<RoleArn>,
    other_role: Option<String>,
    version: ConfigurationVersion,
    // INVARIANT: not empty, and legal together.
    rules: Arc<[ReplicationRule]>,
    /// The draft as it was written, where the store of the dialect reads something else.
    written: Option<Arc<ConfigurationDraft>>,
    /// True where the store compares a key with the rule of the last prefix only (REP-1137).
    has_last_prefix_only: bool,
}

impl ReplicationConfiguration {
    /// Creates a configuration from a draft that passed every check; `None` when a required part is
    /// missing, which no such draft is.
    pub(crate) fn from_validated(mut draft: ConfigurationDraft) -> Option<Self> {
        let version = draft.version()?;
        let rules = std::mem::take(&mut draft.rules).into_iter().enumerate();
        let rules: Option<Arc<[ReplicationRule]>> =
            rules.map(|(position, rule)| rule_from(position, rule)).collect();
        let ConfigurationDraft { role, other_role, .. } = draft;
        Some(Self {
            role,
            other_role,
            version,
            rules: rules?,
            written: None,
            has_last_prefix_only: false,
        })
    }

    /// Makes the rules match objects with any of the tags of their filters.
    pub(crate) fn matching_any_tag(mut self) -> Self {
        if let Some(rules) = Arc::get_mut(&mut self.rules) {
            for rule in rules {
                rule.filter.match_any_tag();
            }
        }
        self
    }

    /// Leaves to each rule the keys for which its prefix is the last one at or before the key, among the
    /// prefixes of the enabled rules for its destination bucket. Of several rules with one prefix the
    /// last one has its keys (REP-1137).
    pub(crate) fn with_last_prefix_only(mut self) -> Self {
        self.has_last_prefix_only = true;
        let mut in_order: Vec<(&str, &Prefix, usize)> = Vec::new();
        for rule in self.rules.iter().filter(|rule| rule.is_enabled()) {
            let prefix = rule.filter.key_prefix();
            in_order.push((rule.destination.bucket.as_str(), prefix, rule.position));
        }
        in_order.sort_unstable();
        let mut next_of = vec![None; self.rules.len()];
        for ((bucket, _, position), (other, next, _)) in
            in_order.iter().zip(in_order.iter().skip(1))
        {
            if let Some(next_of) = next_of.get_mut(*position).filter(|_| bucket == other) {
                *next_of = Some((*next).clone());
            }
        }
        for (rule, next) in Arc::make_mut(&mut self.rules).iter_mut().zip(next_of) {
            rule.filter.set_keys_before(next);
        }
        self
    }

    /// Returns the configuration in zones, if they are given.
    pub(crate) fn in_given_zones(self, pair: Option<&ZonePair>) -> Self {
        match pair {
            Some(pair) => self.in_zones(pair),
            None => self,
        }
    }

    /// Keeps what was written, where the store of the dialect reads something else.
    pub(crate) fn written_as(self, draft: ConfigurationDraft) -> Self {
        Self { written: Some(Arc::new(draft)), ..self }
    }

    /// Returns the IAM role that S3 assumes to replicate; `None` in stores that need none.
    #[must_use]
    pub const fn role(&self) -> Option<&RoleArn> {
        self.role.as_ref()
    }

    /// Returns the schema version.
    #[must_use]
    pub const fn version(&self) -> ConfigurationVersion {
        self.version
    }

    /// Returns the rules, in document order.
    #[must_use]
    pub fn rules(&self) -> &[ReplicationRule] {
        &self.rules
    }

    /// Returns the configuration with the known settings of the destination buckets that decide about
    /// replicas: where Object Ownership is `BucketOwnerEnforced`, the bucket owner owns the replicas,
    /// and no ACL is replicated (REP-621).
    ///
    /// What is written stays the same: [`to_draft`](Self::to_draft) returns the same draft.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::{Event, KnownBuckets, Owner};
    /// use s3_replication::{Engine, ObjectVersion, ReplicationConfiguration};
    ///
    /// let configuration = ReplicationConfiguration::from_json(
    ///     r#"{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [{"Status": "Enabled",
    ///         "Prefix": "", "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
    /// )?;
    /// let known = KnownBuckets::from_json(r#"{"backup": {"ObjectOwnership": "BucketOwnerEnforced"}}"#)?;
    /// let engine = Engine::new(&configuration.in_buckets(&known));
    /// let version = ObjectVersion::new("a");
    /// let decision = engine.decide(&version, Event::ObjectCreatedPut);
    /// assert_eq!(decision.replications().next().unwrap().replica().owner, Owner::Destination);
    /// # Ok::<(), s3_replication::Report>(())
    /// ```
    #[must_use]
    pub fn in_buckets(&self, known: &KnownBuckets) -> Self {
        let enforces = |rule: &ReplicationRule| {
            let settings = known.get(rule.destination.bucket.name());
            settings.is_some_and(BucketSettings::has_acls_disabled)
        };
        if !self.rules.iter().any(enforces) {
            return self.clone();
        }
        let rules = self.rules.iter().map(|rule| {
            let mut rule = rule.clone();
            if enforces(&rule) && !rule.destination.ownership.is_overridden() {
                let account = rule.destination.ownership.account().cloned();
                rule.destination.ownership = Ownership::Enforced { account };
            }
            rule
        });
        Self { rules: rules.collect(), ..self.clone() }
    }

    /// Returns the configuration as data sync from one zone to another applies it: the rules for other
    /// zones count as disabled (REP-1138).
    ///
    /// Zones are an extension of Ceph. A rule without zones is for all of them. What is written stays
    /// the same: a rule keeps its `status`, and [`to_draft`](Self::to_draft) returns the same draft.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::{Dialect, Parser};
    ///
    /// let text = r#"{"Rules": [{"Status": "Enabled", "Source": {"Zones": ["us-east"]},
    ///     "Destination": {"Bucket": "backup"}}]}"#;
    /// let parsed = Parser::new().with_dialect(Dialect::CEPH).parse_json(text);
    /// let configuration = parsed.into_configuration()?;
    /// let from_east = configuration.in_zones(&"us-east,us-west".parse()?);
    /// assert!(from_east.rules()[0].is_enabled());
    /// let from_west = configuration.in_zones(&"us-west,us-east".parse()?);
    /// assert!(!from_west.rules()[0].is_enabled());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn in_zones(&self, pair: &ZonePair) -> Self {
        let is_elsewhere = |rule: &ReplicationRule| !rule.zones.contain(pair);
        if self.rules.iter().all(|rule| is_elsewhere(rule) == rule.is_for_other_zones) {
            return self.clone();
        }
        let rules = self.rules.iter().cloned().map(|mut rule| {
            rule.is_for_other_zones = is_elsewhere(&rule);
            rule
        });
        let synced = Self { rules: rules.collect(), ..self.clone() };
        // Data sync between two zones has a pipe for each rule that it applies, and searches only
        // these for the last prefix.
        if self.has_last_prefix_only { synced.with_last_prefix_only() } else { synced }
    }

    /// Shares the rules.
    pub(crate) fn share_rules(&self) -> Arc<[ReplicationRule]> {
        Arc::clone(&self.rules)
    }

    /// Returns the configuration as a draft, which can be changed.
    ///
    /// The draft contains what was written, even if the store of the dialect ignores a part of it.
    #[must_use]
    pub fn to_draft(&self) -> ConfigurationDraft {
        if let Some(written) = &self.written {
            return ConfigurationDraft::clone(written);
        }
        let rules = self.rules.iter().map(draft_of).collect();
        let (role, other_role) = (self.role.clone(), self.other_role.clone());
        ConfigurationDraft { role, other_role, rules }
    }
}

/// Compares the meaning, not what was written.
impl PartialEq for ReplicationConfiguration {
    fn eq(&self, other: &Self) -> bool {
        self.role == other.role
            && self.other_role == other.other_role
            && self.version == other.version
            && self.rules == other.rules
    }
}

fn rule_from(position: usize, draft: RuleDraft) -> Option<ReplicationRule> {
    let zones = draft.zones();
    let destination = draft.destination?;
    let selection = draft.source_selection_criteria.unwrap_or_default();
    let filter = match (draft.filter, draft.prefix) {
        (Some(filter), _) => filter.meaning(),
        (None, prefix) => RuleFilter::spelled(prefix?, Vec::new(), FilterSpelling::RulePrefix),
    };
    let kms = match (selection.sse_kms_encrypted_objects, destination.encryption_configuration) {
        (Some(status), Some(encryption)) => {
            let kms = KmsReplication {
                status,
                replica_key: encryption.replica_kms_key_id,
                use_source_multi_region_key: encryption.use_source_multi_region_key,
            };
            // A validated draft has one of the two keys.
            let has_key = kms.replica_key.is_some() || kms.uses_source_multi_region_key();
            Some(has_key.then_some(kms)?)
        }
        _ => None,
    };
    Some(ReplicationRule {
        position,
        id: draft.id,
        status: draft.status?,
        priority: draft.priority,
        filter,
        delete_marker_replication: draft.delete_marker_replication,
        delete_replication: draft.delete_replication,
        kms,
        replica_modifications: selection.replica_modifications,
        existing_object_replication: draft.existing_object_replication,
        destination: Destination {
            bucket: destination.bucket?,
            storage_class: destination.storage_class,
            ownership: match (destination.access_control_translation, destination.account) {
                (Some(_), account) => Ownership::Destination { account: account? },
                (None, account) => Ownership::Source { account },
            },
            time_control: time_control(destination.replication_time, destination.metrics),
        },
        zones,
        is_for_other_zones: false,
    })
}

fn time_control(
    time: Option<ReplicationTimeDraft>,
    metrics: Option<MetricsDraft>,
) -> Option<TimeControl> {
    let metrics = metrics?.status?;
    Some(match time.and_then(|time| time.status) {
        Some(RuleStatus::Enabled) => TimeControl::Enabled,
        Some(RuleStatus::Disabled) => TimeControl::Disabled { metrics },
        None => TimeControl::MetricsOnly(metrics),
    })
}

fn draft_of(rule: &ReplicationRule) -> RuleDraft {
    let (prefix, filter) = FilterDraft::spell(&rule.filter);
    let kms = rule.kms.as_ref();
    let selection = SourceSelectionDraft {
        sse_kms_encrypted_objects: kms.map(|kms| kms.status),
        replica_modifications: rule.replica_modifications,
    };
    let ownership = &rule.destination.ownership;
    let (replication_time, metrics) = drafts_of(rule.destination.time_control);
    RuleDraft {
        id: rule.id.clone(),
        priority: rule.priority,
        prefix,
        filter,
        status: Some(rule.status),
        source_selection_criteria: (selection != SourceSelectionDraft::default())
            .then_some(selection),
        existing_object_replication: rule.existing_object_replication,
        delete_marker_replication: rule.delete_marker_replication,
        delete_replication: rule.delete_replication,
        destination: Some(DestinationDraft {
            bucket: Some(rule.destination.bucket.clone()),
            account: ownership.account().cloned(),
            storage_class: rule.destination.storage_class.clone(),
            access_control_translation: matches!(ownership, Ownership::Destination { .. })
                .then_some(OwnerOverride::Destination),
            encryption_configuration: kms.map(|kms| EncryptionDraft {
                replica_kms_key_id: kms.replica_key.clone(),
                use_source_multi_region_key: kms.use_source_multi_region_key,
            }),
            replication_time,
            metrics,
            zones: rule.zones.destination.clone(),
        }),
        source_zones: rule.zones.source.clone(),
    }
}

fn drafts_of(
    time_control: Option<TimeControl>,
) -> (Option<ReplicationTimeDraft>, Option<MetricsDraft>) {
    let time = |status| ReplicationTimeDraft {
        status: Some(status),
        time: Some(TimeControl::THRESHOLD.into()),
    };
    let metrics = |status| MetricsDraft { status: Some(status), event_threshold: None };
    match time_control {
        None => (None, None),
        Some(TimeControl::MetricsOnly(status)) => (None, Some(metrics(status))),
        Some(TimeControl::Disabled { metrics: status }) => {
            (Some(time(RuleStatus::Disabled)), Some(metrics(status)))
        }
        Some(TimeControl::Enabled) => {
            let threshold = Some(TimeControl::THRESHOLD.into());
            let status = Some(RuleStatus::Enabled);
            let metrics = MetricsDraft { status, event_threshold: threshold };
            (Some(time(RuleStatus::Enabled)), Some(metrics))
        }
    }
}
