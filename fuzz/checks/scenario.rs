//! Deciding: the engine agrees with its definition, and its decisions with its explanations.

use arbitrary::{Result, Unstructured};
use s3_replication::dialect::{
    DeleteMarkerPrecedence, PriorityOrder, PriorityScope, ReplicaKeyReading, SourceSelection,
};
use s3_replication::engine::{Verdict, reference};
use s3_replication::model::{
    AccessTier, ConfigurationDraft, DeleteMarkerOrigin, EncryptionDraft, EncryptionStatus, Event,
    FilterDraft, OwnerAccess, OwnerOverride, ReplicationStatus, RuleDraft, RuleStatus,
    SourceSelectionDraft, StorageClass, Tag,
};
use s3_replication::{
    Dialect, Engine, ObjectVersion, Priority, ReplicationConfiguration, RuleFilter,
};

/// Returns an error when the bytes are too few for a question.
pub(super) fn check(bytes: &[u8]) -> Result<()> {
    let mut bytes = Unstructured::new(bytes);
    let dialect = dialect(&mut bytes)?;
    let Ok(configuration) = draft(&mut bytes)?.validate(&dialect) else { return Ok(()) };
    let engine = Engine::with_dialect(&configuration, &dialect);
    while !bytes.is_empty() {
        let rule = bytes.choose(configuration.rules())?;
        let key = key(&mut bytes, rule.filter.key_prefix().as_str())?;
        let tags = tags(&mut bytes, rule.filter.tags())?;
        let version = version(&mut bytes, &key, &tags)?;
        let event = *bytes.choose(Event::ALL)?;
        check_answers(&configuration, &dialect, &engine, &version, event);
    }
    Ok(())
}

fn check_answers(
    configuration: &ReplicationConfiguration,
    dialect: &Dialect,
    engine: &Engine,
    version: &ObjectVersion<'_>,
    event: Event,
) {
    let decision = engine.decide(version, event);
    let made = decision.replications().map(|made| (made.rule(), made.action()));
    let defined = reference::decide(configuration, dialect, version, event);
    assert_eq!(made.collect::<Vec<_>>(), defined, "{version:?} {event}");

    let explanation = engine.explain(version, event);
    let verdicts: Vec<_> = explanation.verdicts().map(|(_, verdict)| verdict).collect();
    assert_eq!(verdicts, reference::explain(configuration, dialect, version, event));
    assert!(explanation.decision().replications().eq(decision.replications()));
    let tally = engine.tally([(version, event)]);
    assert_eq!(tally.replicated().versions == 1, decision.replicates());
    let won = tally.rules().map(|(_, count)| count.versions).sum::<u64>();
    assert_eq!(won, decision.replications().len() as u64);
    let selected = verdicts.iter().filter(|verdict| **verdict == Verdict::Selected);
    assert_eq!(selected.count(), decision.replications().len());
}

pub(super) fn dialect(bytes: &mut Unstructured<'_>) -> Result<Dialect> {
    let mut dialect = Dialect::AWS;
    if bytes.arbitrary()? {
        dialect = dialect.with_priority_scope(PriorityScope::Destination);
    }
    if bytes.arbitrary()? {
        dialect = dialect.with_priority_order(PriorityOrder::LowerWins);
    }
    if bytes.arbitrary()? {
        dialect = dialect.with_source_selection(SourceSelection::AfterSelection);
    }
    if bytes.arbitrary()? {
        let rivals = DeleteMarkerPrecedence::ReplicatingRulesCompete;
        dialect = dialect.with_delete_marker_precedence(rivals);
    }
    if bytes.arbitrary()? {
        dialect = dialect.with_replica_key(ReplicaKeyReading::EveryVersion);
    }
    Ok(dialect)
}

/// Draws a configuration that is usually valid.
pub(super) fn draft(bytes: &mut Unstructured<'_>) -> Result<ConfigurationDraft> {
    let role = "arn:aws:iam::123456789012:role/replication".parse().unwrap();
    let mut draft = ConfigurationDraft::new(role);
    let is_v1: bool = bytes.ratio(1, 6)?;
    // Odd numbers first, so that the order of the rules is not the order of their priorities.
    let count = bytes.int_in_range(1..=60_u32)?;
    let priorities = (0..count).map(|at| (2 * at + 1) % 61);
    for priority in priorities {
        let made = if is_v1 { rule_v1(bytes)? } else { rule_v2(bytes, priority)? };
        draft = draft.with_rule(made);
    }
    Ok(draft)
}

fn rule_v1(bytes: &mut Unstructured<'_>) -> Result<RuleDraft> {
    let mut rule = RuleDraft::new("arn:aws:s3:::aaa".parse().unwrap());
    (rule.filter, rule.delete_marker_replication) = (None, None);
    rule.prefix = Some(text(bytes)?.parse().unwrap());
    add_settings(&mut rule, bytes)?;
    Ok(rule)
}

fn rule_v2(bytes: &mut Unstructured<'_>, priority: u32) -> Result<RuleDraft> {
    let bucket = format!("arn:aws:s3:::{}", bytes.choose(&["aaa", "bbb", "ccc"])?);
    let rule = RuleDraft::new(bucket.parse().unwrap());
    let mut rule = rule.with_priority(Priority::new(priority).unwrap());
    let mut filter = RuleFilter::prefix(text(bytes)?.parse().unwrap());
    for tag in some_tags(bytes)? {
        filter = filter.and_tag(tag);
    }
    if bytes.ratio(1, 3)? {
        filter = excluding(filter, bytes)?;
    }
    if bytes.ratio(1, 8)? {
        rule.filter = Some(FilterDraft::default());
    } else {
        rule = rule.with_filter(&filter);
    }
    if !filter.mentions_tags() {
        rule = rule.with_delete_marker_replication(*bytes.choose(RuleStatus::ALL)?);
    }
    add_settings(&mut rule, bytes)?;
    Ok(rule)
}

/// Excludes a few prefixes, most of them under that of the filter, and a few tags.
fn excluding(mut filter: RuleFilter, bytes: &mut Unstructured<'_>) -> Result<RuleFilter> {
    for _ in 0..bytes.int_in_range(0..=3)? {
        let own = if bytes.ratio(3, 4)? { filter.key_prefix().as_str() } else { "" };
        let prefix = format!("{own}{}", text(bytes)?);
        filter = filter.excluding_prefix(prefix.parse().unwrap());
    }
    for tag in some_tags(bytes)? {
        filter = filter.excluding_tag(tag);
    }
    Ok(filter)
}

fn add_settings(rule: &mut RuleDraft, bytes: &mut Unstructured<'_>) -> Result<()> {
    if bytes.ratio(1, 5)? {
        rule.status = Some(RuleStatus::Disabled);
    }
    let mut sources = SourceSelectionDraft::default();
    let Some(destination) = &mut rule.destination else { return Ok(()) };
    if bytes.arbitrary()? {
        sources.sse_kms_encrypted_objects = Some(*bytes.choose(RuleStatus::ALL)?);
        let mut encryption = EncryptionDraft::default();
        let key = "arn:aws:kms:eu-west-1:123456789012:key/1";
        encryption.replica_kms_key_id = Some(key.parse().unwrap());
        destination.encryption_configuration = Some(encryption);
    }
    if rule.filter.is_some() && bytes.arbitrary()? {
        sources.replica_modifications = Some(*bytes.choose(RuleStatus::ALL)?);
    }
    if sources != SourceSelectionDraft::default() {
        rule.source_selection_criteria = Some(sources);
    }
    if bytes.ratio(1, 4)? {
        destination.account = Some("210987654321".parse().unwrap());
        destination.access_control_translation = Some(OwnerOverride::Destination);
    }
    if bytes.ratio(1, 4)? {
        destination.storage_class = Some(bytes.choose(StorageClass::REPLICA_CLASSES)?.clone());
    }
    Ok(())
}

/// Draws a short text of few letters, so that some texts are prefixes of others.
fn text(bytes: &mut Unstructured<'_>) -> Result<String> {
    let length = bytes.int_in_range(0..=4)?;
    (0..length).map(|_| bytes.choose(&['a', 'b', '/', 'é']).copied()).collect()
}

fn some_tags(bytes: &mut Unstructured<'_>) -> Result<Vec<Tag>> {
    let mut tags = Vec::new();
    for key in ["x", "y", "z"] {
        if bytes.ratio(1, 4)? {
            tags.push(Tag::new(key, *bytes.choose(&["", "1", "2"])?).unwrap());
        }
    }
    Ok(tags)
}

/// Draws a key of any bytes that begins with the prefix, nearly does, or does not.
pub(super) fn key(bytes: &mut Unstructured<'_>, prefix: &str) -> Result<Vec<u8>> {
    let mut key = prefix.as_bytes().to_vec();
    match bytes.int_in_range(0..=7)? {
        0 => key.truncate(key.len().saturating_sub(1)),
        1 => key.clear(),
        2 => key.push(bytes.arbitrary()?),
        _ => {}
    }
    key.extend(text(bytes)?.into_bytes());
    Ok(key)
}

/// Draws tags that include all or most of the filter's, in any order.
pub(super) fn tags(bytes: &mut Unstructured<'_>, wanted: &[Tag]) -> Result<Vec<Tag>> {
    let mut tags = wanted.to_vec();
    if bytes.ratio(1, 4)? {
        tags.pop();
    }
    for tag in some_tags(bytes)? {
        if tags.iter().all(|present| present.key() != tag.key()) {
            tags.push(tag);
        }
    }
    if bytes.arbitrary()? {
        tags.reverse();
    }
    Ok(tags)
}

pub(super) fn version<'a>(
    bytes: &mut Unstructured<'_>,
    key: &'a [u8],
    tags: &'a [Tag],
) -> Result<ObjectVersion<'a>> {
    let mut version = ObjectVersion::new(key).with_tags(tags);
    version.encryption = *bytes.choose(EncryptionStatus::ALL)?;
    if bytes.ratio(1, 3)? {
        version.storage_class = bytes.choose(StorageClass::KNOWN)?.clone();
    }
    if bytes.ratio(1, 5)? {
        version.access_tier = Some(*bytes.choose(AccessTier::ALL)?);
    }
    if bytes.ratio(1, 8)? {
        version.owner_access = OwnerAccess::Unreadable;
    }
    if bytes.arbitrary()? {
        version.replication_status = Some(*bytes.choose(ReplicationStatus::ALL)?);
    }
    if bytes.ratio(1, 6)? {
        let origins = [DeleteMarkerOrigin::User, DeleteMarkerOrigin::Lifecycle];
        version.delete_marker = Some(*bytes.choose(&origins)?);
    }
    Ok(version)
}
