//! What S3 lists for a job when it makes the list itself.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use s3_replication::batch::facts::{Fact, FactSet};
use s3_replication::batch::generator::{
    self, Exclusion, FilterMember, KeyNameConstraint, ManifestGenerator, StatusFilter,
};
use s3_replication::batch::inventory;
use s3_replication::batch::manifest;
use s3_replication::batch::request::{JobManifestGeneratorFilterDraft, JobSource};
use s3_replication::dialect::SourceSelection;
use s3_replication::dialect::job::{
    DisabledEligibility, JobDialect, KeyNameStrings, ListedDeleteMarkers, UnselectedKms,
};
use s3_replication::engine::{Reason, reference};
use s3_replication::model::{
    AccessTier, DeleteMarkerOrigin, EncryptionStatus, Event, ReplicationStatus, Tag, Timestamp,
    VersionId,
};
use s3_replication::strategies::{Scenario, scenario};
use s3_replication::{Dialect, Engine, ObjectVersion, ReplicationConfiguration, StorageClass};
use serde_json::json;

use crate::support::{configuration, job_specification, rule_v2};

fn filter(write: impl FnOnce(&mut JobManifestGeneratorFilterDraft)) -> generator::Filter {
    let mut draft = JobManifestGeneratorFilterDraft::default();
    write(&mut draft);
    draft.validate(&JobDialect::AWS.with_key_name_strings(KeyNameStrings::Many)).unwrap()
}

fn eligible(value: bool) -> generator::Filter {
    filter(|draft| draft.eligible_for_replication = Some(value))
}

fn generator(rules: &str, filter: generator::Filter) -> ManifestGenerator {
    let engine = Engine::new(&configuration(rules));
    ManifestGenerator::new("photos".parse().unwrap(), filter, engine)
}

const TAX: &str = "<Prefix>Tax/</Prefix>";

fn not_eligible(reason: Reason) -> Result<(), Exclusion> {
    Err(Exclusion::NotEligible(Some(reason)))
}

/// REP-971: every status, replicas and noncurrent versions; today's tags; nothing archived, and
/// only what an enabled rule takes.
#[test]
fn eligible_is_what_the_rules_replicate() {
    let disabled = rule_v2("off", 3, "<Prefix>logs/</Prefix>", "backup", "");
    let disabled = disabled
        .replace("<Status>Enabled</Status><Priority>", "<Status>Disabled</Status><Priority>");
    let tagged = "<Tag><Key>share</Key><Value>yes</Value></Tag>";
    let rules = rule_v2("tax", 1, TAX, "backup", "") + &rule_v2("share", 2, tagged, "other", "");
    let generator = generator(&(rules + &disabled), eligible(true));
    let judge = |version: &ObjectVersion<'_>| generator.judge(version);

    let tax = ObjectVersion::new("Tax/1.pdf");
    for status in ReplicationStatus::ALL {
        assert_eq!(judge(&tax.clone().with_replication_status(*status)), Ok(()));
    }
    for is_latest in [None, Some(false), Some(true)] {
        let mut version = tax.clone();
        version.is_latest = is_latest;
        assert_eq!(judge(&version), Ok(()));
    }
    let shared = [Tag::new("share", "yes").unwrap()];
    assert_eq!(judge(&ObjectVersion::new("cat.jpg").with_tags(&shared)), Ok(()));
    assert_eq!(judge(&ObjectVersion::new("cat.jpg")), not_eligible(Reason::TagsDiffer));
    assert_eq!(judge(&ObjectVersion::new("logs/1")), not_eligible(Reason::TagsDiffer));
    for class in [StorageClass::GLACIER, StorageClass::DEEP_ARCHIVE] {
        let version = tax.clone().with_storage_class(class);
        assert_eq!(judge(&version), not_eligible(Reason::Archived));
    }
    assert_eq!(judge(&tax.clone().with_storage_class(StorageClass::GLACIER_IR)), Ok(()));
    let mut tiered = tax.clone().with_storage_class(StorageClass::INTELLIGENT_TIERING);
    tiered.access_tier = Some(AccessTier::DeepArchive);
    assert_eq!(judge(&tiered), not_eligible(Reason::Archived));
    tiered.access_tier = Some(AccessTier::Frequent);
    assert_eq!(judge(&tiered), Ok(()));
}

/// REP-970: without `EligibleForReplication` everything that passes the rest is listed, rules or
/// none.
#[test]
fn without_eligibility_the_rules_do_not_count() {
    let generator = generator(&rule_v2("tax", 1, TAX, "backup", ""), generator::Filter::ALL);
    let archived = ObjectVersion::new("cat.jpg").with_storage_class(StorageClass::GLACIER);
    assert_eq!(generator.judge(&archived), Ok(()));
    assert_eq!(generator.judge(&ObjectVersion::delete_marker("cat.jpg")), Ok(()));
}

/// REP-972: two readings of `false`.
#[test]
fn eligibility_that_is_false_has_two_readings() {
    let plain = generator(&rule_v2("tax", 1, TAX, "backup", ""), eligible(false));
    let only = JobDialect::AWS.with_disabled_eligibility(DisabledEligibility::OnlyIneligible);
    let inverse = plain.clone().with_dialect(only);
    let (tax, cat) = (ObjectVersion::new("Tax/1.pdf"), ObjectVersion::new("cat.jpg"));
    assert_eq!(plain.judge(&tax), Ok(()));
    assert_eq!(plain.judge(&cat), Ok(()));
    assert_eq!(inverse.judge(&tax), Err(Exclusion::Eligible));
    assert_eq!(inverse.judge(&cat), Ok(()));
    assert_eq!(Exclusion::Eligible.clause().id(), "REP-972");
}

/// REP-973: delete markers go by rule, or never; never those of lifecycle.
#[test]
fn delete_markers_are_listed_by_rule() {
    let on = "<DeleteMarkerReplication><Status>Enabled";
    let rule = rule_v2("tax", 1, TAX, "backup", "");
    let with = rule.replace("<DeleteMarkerReplication><Status>Disabled", on);
    let marker = ObjectVersion::delete_marker("Tax/1.pdf");
    let without = generator(&rule, eligible(true));
    assert_eq!(without.judge(&marker), not_eligible(Reason::DeleteMarkersDisabled));
    let with = generator(&with, eligible(true));
    assert_eq!(with.judge(&marker), Ok(()));
    let mut by_lifecycle = marker.clone();
    by_lifecycle.delete_marker = Some(DeleteMarkerOrigin::Lifecycle);
    assert_eq!(with.judge(&by_lifecycle), not_eligible(Reason::LifecycleAction));

    let never = JobDialect::AWS.with_listed_delete_markers(ListedDeleteMarkers::Never);
    let never = with.with_dialect(never);
    assert_eq!(never.judge(&marker), Err(Exclusion::DeleteMarker));
    assert_eq!(never.judge(&ObjectVersion::new("Tax/1.pdf")), Ok(()));
}

/// REP-974: versions under KMS without opt-in are left out, or listed although their tasks fail.
#[test]
fn kms_without_opt_in_is_left_out() {
    let generator = generator(&rule_v2("tax", 1, TAX, "backup", ""), eligible(true));
    let listed = JobDialect::AWS.with_unselected_kms(UnselectedKms::Listed);
    let listing = generator.clone().with_dialect(listed);
    for encryption in EncryptionStatus::ALL.iter().filter(|one| !one.is_of_other_service()) {
        let version = ObjectVersion::new("Tax/1.pdf").with_encryption(*encryption);
        let expected =
            if encryption.is_kms() { not_eligible(Reason::KmsNotSelected) } else { Ok(()) };
        assert_eq!(generator.judge(&version), expected);
        assert_eq!(listing.judge(&version), Ok(()));
    }
    let elsewhere = ObjectVersion::new("cat.jpg").with_encryption(EncryptionStatus::SseKms);
    assert_eq!(listing.judge(&elsewhere), not_eligible(Reason::PrefixDiffers));
}

/// REP-975: destinations are not asked: rules for two buckets list a version once, whatever became
/// of it before.
#[test]
fn destinations_are_no_matter_of_the_list() {
    let rules = rule_v2("one", 1, "", "backup", "") + &rule_v2("two", 2, "", "other", "");
    let generator = generator(&rules, eligible(true));
    let id: VersionId = "v1".parse().unwrap();
    let mut version = ObjectVersion::new("a").with_replication_status(ReplicationStatus::Completed);
    version.version_id = Some(&id);
    let row = generator.offer(&version).unwrap();
    assert_eq!((row.key.as_bytes(), row.version_id.as_ref()), (&b"a"[..], Some(&id)));
    assert_eq!(row.bucket.as_str(), "photos");
    version.version_id = None;
    assert_eq!(generator.offer(&version), Err(Exclusion::NoVersionId));
}

fn inventory(schema: &str, row: &str) -> (manifest::Row, FactSet) {
    let schema: inventory::Schema = schema.parse().unwrap();
    let row = manifest::Reader::inventory(row.as_bytes(), &schema).next().unwrap().unwrap();
    (row, schema.facts())
}

/// REP-976: what an inventory does not say keeps a version off the list only where it would decide.
#[test]
fn unknown_facts_are_said_where_they_decide() {
    let tagged = "<Tag><Key>share</Key><Value>yes</Value></Tag>";
    let all = "Bucket, Key, VersionId, IsDeleteMarker, Size, LastModifiedDate, StorageClass, \
               ReplicationStatus, EncryptionStatus, IntelligentTieringAccessTier";
    let full =
        r#""photos","Tax/1","v1","false","3","2026-11-22T10:00:00Z","STANDARD","","SSE-S3","""#;
    let (row, facts) = inventory(all, full);
    let tax = rule_v2("tax", 1, TAX, "backup", "");
    let judge = |rules: &str, filter, facts, row: &manifest::Row| {
        generator(rules, filter).with_known_facts(facts).judge_row(row)
    };
    let unknown = |fact| {
        let member = FilterMember::EligibleForReplication;
        Err(Exclusion::Unknown { member, fact: Some(fact) })
    };
    assert_eq!(judge(&tax, eligible(true), facts, &row), Ok(()));
    // A rule by tag matters only if no other rule takes the version anyway.
    let both = tax.clone() + &rule_v2("share", 2, tagged, "other", "");
    assert_eq!(judge(&both, eligible(true), facts, &row), Ok(()));
    let by_tag = rule_v2("share", 2, tagged, "other", "");
    assert_eq!(judge(&by_tag, eligible(true), facts, &row), unknown(Fact::Tags));
    let elsewhere = tagged.replace("<Tag>", "<And><Prefix>b/</Prefix><Tag>") + "</And>";
    let elsewhere = rule_v2("share", 2, &elsewhere, "other", "");
    assert_eq!(judge(&elsewhere, eligible(true), facts, &row), not_eligible(Reason::PrefixDiffers));

    let (bare, none) = inventory("Bucket, Key, VersionId", r#""photos","Tax/1","v1""#);
    assert_eq!(judge(&tax, eligible(true), none, &bare), unknown(Fact::IsDeleteMarker));
    let none = none.with(Fact::IsDeleteMarker);
    assert_eq!(judge(&tax, eligible(true), none, &bare), unknown(Fact::StorageClass));
    let none = none.with(Fact::StorageClass);
    assert_eq!(judge(&tax, eligible(true), none, &bare), unknown(Fact::EncryptionStatus));
    let none = none.with(Fact::EncryptionStatus);
    // Only one class has tiers.
    assert_eq!(judge(&tax, eligible(true), none, &bare), Ok(()));
    let (tiered, _) = inventory(
        "Bucket, Key, VersionId, StorageClass",
        r#""photos","Tax/1","v1","INTELLIGENT_TIERING""#,
    );
    assert_eq!(judge(&tax, eligible(true), none, &tiered), unknown(Fact::AccessTier));

    // Certain reasons go before possible ones.
    let size = filter(|draft| {
        draft.object_size_greater_than_bytes = Some(1);
        draft.eligible_for_replication = Some(true);
    });
    let (cat, _) = inventory("Bucket, Key, VersionId", r#""photos","cat","v1""#);
    assert_eq!(judge(&tax, size.clone(), none, &cat), not_eligible(Reason::PrefixDiffers));
    let member = FilterMember::ObjectSizeGreaterThanBytes;
    let fact = Some(Fact::Size);
    assert_eq!(judge(&tax, size, none, &bare), Err(Exclusion::Unknown { member, fact }));

    let (foreign, _) = inventory("Bucket, Key, VersionId", r#""videos","Tax/1","v1""#);
    assert_eq!(judge(&tax, eligible(true), none, &foreign), Err(Exclusion::OtherBucket));
}

/// REP-977: where a generated manifest is kept, and how it is encrypted.
#[test]
fn output_is_where_and_as_the_job_says() {
    let output = |encryption: serde_json::Value| {
        let mut location = json!({"Bucket": "arn:aws:s3:::lists", "ManifestPrefix": "a/",
            "ManifestFormat": "S3InventoryReport_CSV_20211130"});
        if !encryption.is_null() {
            location["ManifestEncryption"] = encryption;
        }
        let generator = json!({"SourceBucket": "arn:aws:s3:::photos",
            "EnableManifestOutput": true, "ManifestOutputLocation": location});
        let job = json!({"ManifestGenerator": {"S3JobManifestGenerator": generator}});
        match job_specification(&job).source() {
            JobSource::Generator(generator) => generator.manifest_output_location.clone().unwrap(),
            JobSource::Manifest(_) => panic!("a manifest"),
        }
    };
    let plain = output(serde_json::Value::Null);
    let place = generator::Location::of_job(&plain, "job-1".parse().unwrap());
    assert_eq!(place.manifest_key(), "a/job-job-1/list/manifest.json");
    assert_eq!(place.bucket().as_str(), "lists");
    assert_eq!(plain.encryption(None), (EncryptionStatus::SseS3, None));
    let kms = Some(EncryptionStatus::SseKms);
    assert_eq!(plain.encryption(kms), (EncryptionStatus::SseKms, None));
    let s3 = output(json!({"SSES3": {}}));
    assert_eq!(s3.encryption(kms), (EncryptionStatus::SseS3, None));
    let own = output(json!({"SSEKMS": {"KeyId": "key-1"}}));
    assert_eq!(own.encryption(None), (EncryptionStatus::SseKms, Some("key-1")));
}

fn drawn_filter() -> impl Strategy<Value = JobManifestGeneratorFilterDraft> {
    let statuses = option::of(vec(select(StatusFilter::ALL), 0..3));
    let classes = [StorageClass::STANDARD, StorageClass::GLACIER, StorageClass::STANDARD_IA];
    let classes = option::of(vec(select(classes.to_vec()), 0..3));
    let moment = || {
        let hour = (0..4u32).prop_map(|hour| format!("2026-11-22T0{hour}:00:00Z"));
        option::of(hour.prop_map(|text| text.parse::<Timestamp>().unwrap()))
    };
    let parts = || option::weighted(0.2, vec("[ab/]{1,2}", 0..3));
    let sizes = (option::of(-1..1_000i64), option::of(-1..1_000i64));
    let names = (parts(), parts(), parts());
    let eligible = option::of(prop::bool::weighted(0.8));
    (eligible, statuses, classes, (moment(), moment()), names, sizes).prop_map(
        |(eligible, statuses, classes, (after, before), (prefix, suffix, part), sizes)| {
            let mut draft = JobManifestGeneratorFilterDraft::default();
            draft.eligible_for_replication = eligible;
            draft.object_replication_statuses = statuses;
            draft.match_any_storage_class = classes;
            (draft.created_after, draft.created_before) = (after, before);
            let mut names = KeyNameConstraint::default();
            names.match_any_prefix = prefix;
            names.match_any_suffix = suffix;
            names.match_any_substring = part;
            draft.key_name_constraint = Some(names);
            draft.object_size_greater_than_bytes = sizes.0;
            draft.object_size_less_than_bytes = sizes.1;
            draft
        },
    )
}

fn drawn_dialect() -> impl Strategy<Value = JobDialect> {
    any::<[bool; 3]>().prop_map(|[inverse, never, listed]| {
        let mut dialect = JobDialect::AWS.with_key_name_strings(KeyNameStrings::Many);
        if inverse {
            dialect = dialect.with_disabled_eligibility(DisabledEligibility::OnlyIneligible);
        }
        if never {
            dialect = dialect.with_listed_delete_markers(ListedDeleteMarkers::Never);
        }
        if listed {
            dialect = dialect.with_unselected_kms(UnselectedKms::Listed);
        }
        dialect
    })
}

/// The definition: what the filter says, member by member, in its own words.
fn is_listed(
    scenario: &Scenario,
    version: &ObjectVersion<'_>,
    draft: &JobManifestGeneratorFilterDraft,
    dialect: &JobDialect,
) -> bool {
    fn any<T: AsRef<str>>(list: Option<&Vec<T>>, fits: impl Fn(&str) -> bool) -> bool {
        list.is_none_or(|list| list.is_empty() || list.iter().any(|item| fits(item.as_ref())))
    }
    let status = version.replication_status.map_or("NONE", |status| status.as_str());
    let names = draft.key_name_constraint.clone().unwrap_or_default();
    let size = i64::try_from(version.size).unwrap();
    let key = version.key;
    let statuses: Option<Vec<&str>> = draft
        .object_replication_statuses
        .as_ref()
        .map(|statuses| statuses.iter().map(|status| status.as_str()).collect());
    let classes: Option<Vec<&str>> = draft
        .match_any_storage_class
        .as_ref()
        .map(|classes| classes.iter().map(StorageClass::as_str).collect());
    let passes = any(statuses.as_ref(), |word| word == status)
        && any(classes.as_ref(), |word| {
            version.delete_marker.is_none() && word == version.storage_class.as_str()
        })
        && any(names.match_any_prefix.as_ref(), |text| key.starts_with(text.as_bytes()))
        && any(names.match_any_suffix.as_ref(), |text| key.ends_with(text.as_bytes()))
        && any(names.match_any_substring.as_ref(), |text| {
            (0..key.len()).any(|at| key[at..].starts_with(text.as_bytes()))
        })
        && draft.object_size_greater_than_bytes.is_none_or(|bound| size > bound)
        && draft.object_size_less_than_bytes.is_none_or(|bound| size < bound)
        && draft.created_after.is_none_or(|at| version.last_modified.unwrap() > at)
        && draft.created_before.is_none_or(|at| version.last_modified.unwrap() < at);
    let goes = |configuration: &ReplicationConfiguration, version: &ObjectVersion<'_>| {
        let event = Event::BatchReplication;
        !reference::decide(configuration, &scenario.dialect, version, event).is_empty()
    };
    let mut eligible = goes(&scenario.configuration, version);
    if dialect.unselected_kms() == UnselectedKms::Listed && version.encryption.is_kms() {
        let plain = version.clone().with_encryption(EncryptionStatus::NotSse);
        eligible |= goes(&scenario.configuration, &plain);
    }
    if dialect.listed_delete_markers() == ListedDeleteMarkers::Never {
        eligible &= version.delete_marker.is_none();
    }
    let inverse = dialect.disabled_eligibility() == DisabledEligibility::OnlyIneligible;
    passes
        && match draft.eligible_for_replication {
            Some(true) => eligible,
            Some(false) if inverse => !eligible,
            _ => true,
        }
}

/// What may stand in the columns of an inventory, in the order below.
const ROWS: &[[&str; 8]] = &[
    ["false", "0", "2026-01-01T00:00:00.000Z", "STANDARD", "", "SSE-S3", "", ""],
    ["true", "", "2026-11-22T10:00:00.000Z", "GLACIER", "FAILED", "SSE-KMS", "ARCHIVE", "ENABLED"],
    ["", "100", "", "INTELLIGENT_TIERING", "COMPLETED", "NOT-SSE", "FREQUENT", "DISABLED"],
    ["false", "5000", "2025-06-01T00:00:00.000Z", "", "REPLICA", "", "", ""],
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// A generator asks about no other columns than those that it names.
    #[test]
    fn the_columns_that_are_named_are_enough(
        draft in drawn_filter(),
        dialect in drawn_dialect(),
        fields in vec(select(ROWS), 8),
        key in select(&["Tax/a", "Tax/b", "cat"][..]),
    ) {
        let schema = "Bucket, Key, VersionId, IsDeleteMarker, Size, LastModifiedDate, ETag, \
                      StorageClass, ReplicationStatus, EncryptionStatus, IntelligentTieringAccessTier, \
                      BucketKeyStatus";
        let schema: inventory::Schema = schema.parse().unwrap();
        let [marker, size, moment, class, status, encryption, tier, bucket_key]: [[&str; 8]; 8] =
            fields.try_into().unwrap();
        let row = format!(
            "photos,{key},v1,{},{},{},e,{},{},{},{},{}",
            marker[0], size[1], moment[2], class[3], status[4], encryption[5], tier[6], bucket_key[7]
        );
        let rules = rule_v2("tax", 1, "<Prefix>Tax/</Prefix>", "backup", "");
        let filter = draft.validate(&dialect).unwrap();
        let generator = generator(&rules, filter).with_dialect(dialect);
        let generator = generator.with_known_facts(schema.facts());
        let read = || manifest::Reader::inventory(row.as_bytes(), &schema);
        let whole = read().next().unwrap().unwrap();
        let spare = read().with_columns(&generator.columns()).next().unwrap().unwrap();
        prop_assert_eq!(generator.judge_row(&spare), generator.judge_row(&whole));
        prop_assert_eq!(spare.facts.unwrap().e_tag, None);
    }

    /// REP-914, REP-915, REP-971: the generator lists what its definition lists; and an inventory
    /// that knows less lists nothing that it should not, and leaves out for certain only what is
    /// left out.
    #[test]
    fn lists_are_those_of_the_definition(
        scenario in scenario(),
        draft in drawn_filter(),
        dialect in drawn_dialect(),
        hour in 0..4u32,
        unknown in vec(select(Fact::ALL), 0..4),
    ) {
        let mut version = scenario.object.version();
        version.last_modified = Some(format!("2026-11-22T0{hour}:00:00Z").parse().unwrap());
        if unknown.contains(&Fact::IsDeleteMarker) && version.delete_marker.is_some() {
            version.delete_marker = Some(DeleteMarkerOrigin::User);
        }
        // An unknown fact is never thought to contradict a known one.
        if version.storage_class != StorageClass::INTELLIGENT_TIERING {
            version.access_tier = None;
        }
        if !version.storage_class.is_of_other_service() && version.encryption.is_of_other_service() {
            version.encryption = EncryptionStatus::NotSse;
        }
        let filter = draft.validate(&dialect).unwrap();
        let engine = Engine::with_dialect(&scenario.configuration, &scenario.dialect);
        let generator = ManifestGenerator::new("photos".parse().unwrap(), filter, engine)
            .with_dialect(dialect);
        let expected = is_listed(&scenario, &version, &draft, &dialect);
        let judged = generator.judge(&version);
        prop_assert_eq!(judged.is_ok(), expected, "{:?}", judged);
        prop_assert!(judged.is_ok() || !judged.unwrap_err().is_unknown());

        let facts = unknown.iter().fold(FactSet::ALL, |facts, fact| facts.without(*fact));
        let mut less = version.clone();
        for fact in &unknown {
            match fact {
                Fact::IsDeleteMarker => less.delete_marker = None,
                Fact::Size => less.size = 0,
                Fact::LastModifiedDate => less.last_modified = None,
                Fact::StorageClass => less.storage_class = StorageClass::STANDARD,
                Fact::AccessTier => less.access_tier = None,
                Fact::EncryptionStatus => less.encryption = EncryptionStatus::SseS3,
                Fact::ReplicationStatus => less.replication_status = None,
                _ => less.tags = (&[] as &[Tag]).into(),
            }
        }
        match generator.with_known_facts(facts).judge(&less) {
            Err(exclusion) if exclusion.is_unknown() => prop_assert!(!unknown.is_empty()),
            certain => prop_assert_eq!(certain.is_ok(), expected, "{:?} for {:?}", certain, less),
        }
    }

    /// REP-957: what is listed is read again as it was written.
    #[test]
    fn generated_manifests_are_read_again(keys in vec("[ -~äß,\"%+]{1,9}", 1..9)) {
        let generator = generator(&rule_v2("all", 1, "", "backup", ""), eligible(true));
        let schema = inventory::Schema::generated();
        let mut writer = manifest::Writer::inventory(Vec::new(), &schema);
        let id: VersionId = "v1".parse().unwrap();
        let mut rows = Vec::new();
        for key in &keys {
            let mut version = ObjectVersion::new(key);
            version.version_id = Some(&id);
            let row = generator.offer(&version).unwrap();
            writer.write(&row).unwrap();
            rows.push((row.key, row.version_id));
        }
        let (text, _) = writer.finish("1.csv").unwrap();
        let read = manifest::Reader::inventory(&text[..], &schema)
            .map(Result::unwrap);
        prop_assert_eq!(read.map(|row| (row.key, row.version_id)).collect::<Vec<_>>(), rows);
    }
}

/// REP-976: a rule by tag that wins and then refuses KMS makes tags count both ways.
#[test]
fn tags_count_both_ways_where_criteria_come_after_the_selection() {
    let kms = "<SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status>\
               </SseKmsEncryptedObjects></SourceSelectionCriteria>";
    let key = "<EncryptionConfiguration><ReplicaKmsKeyID>arn:aws:kms:eu-west-1:111122223333:alias/r\
               </ReplicaKmsKeyID></EncryptionConfiguration></Destination>";
    let all = rule_v2("all", 1, "", "backup", kms).replace("</Destination>", key);
    let tagged = rule_v2("t", 2, "<Tag><Key>a</Key><Value>b</Value></Tag>", "backup", "");
    let configuration = configuration(&(all + &tagged));
    let dialect = Dialect::AWS.with_source_selection(SourceSelection::AfterSelection);
    let engine = Engine::with_dialect(&configuration, &dialect);
    let generator = ManifestGenerator::new("photos".parse().unwrap(), eligible(true), engine)
        .with_known_facts(FactSet::ALL.without(Fact::Tags));
    let version = ObjectVersion::new("a").with_encryption(EncryptionStatus::SseKms);
    let exclusion = generator.judge(&version).unwrap_err();
    let text = "`EligibleForReplication` depends on `Tags`, which is unknown";
    assert_eq!(exclusion.to_string(), text);
    assert_eq!(generator.judge(&ObjectVersion::new("a")), Ok(()));
}
