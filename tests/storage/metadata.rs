//! Metadata: each aspect has its own stamp, and a retention is never weakened.

use proptest::collection::vec;
use proptest::prelude::*;
use s3_replication::model::{
    AccessTier, BucketKeyStatus, BucketName, DeleteMarkerOrigin, EncryptionStatus, LegalHold,
    MetadataAspect, ObjectLock, Owner, Retention, RetentionMode, StorageClass, Tag,
};
use s3_replication::storage::{
    Metadata, MetadataChange, MetadataValue, Stamp, StoredVersion, WeakerRetention,
};
use serde_json::{Value, json};

use crate::support::damage::unnoticed;
use crate::support::second as at;

const BUCKETS: [&str; 2] = ["photos", "backup"];

fn name(text: &str) -> BucketName {
    text.parse().unwrap()
}

fn tags(value: &str) -> MetadataValue {
    MetadataValue::Tags(vec![Tag::new("note", value).unwrap()])
}

fn hold(hold: LegalHold) -> MetadataValue {
    MetadataValue::LegalHold(Some(hold))
}

fn retain(mode: RetentionMode, until: i64) -> MetadataValue {
    MetadataValue::Retention(Some(Retention { mode, retain_until: at(until) }))
}

fn change(value: MetadataValue, seconds: i64, bucket: &str) -> MetadataChange {
    MetadataChange { value, stamp: Stamp { at: at(seconds), bucket: name(bucket) } }
}

fn version(owner: Owner) -> StoredVersion<()> {
    let mut version = StoredVersion::new(
        "cat.jpg".into(),
        "v1".parse().unwrap(),
        (),
        4,
        Metadata::new(at(0), name("photos")),
    );
    version.owner = owner;
    version
}

/// REP-626: a change of one aspect leaves the others and their stamps, whatever is newer.
#[test]
fn a_change_touches_one_aspect() {
    let mut replica = version(Owner::Source);
    replica.metadata.change(hold(LegalHold::On), at(30), &name("backup"));
    let here = replica.metadata.last_change(MetadataAspect::LegalHold);
    assert_eq!(replica.update_metadata(&change(tags("new"), 20, "photos"), at(0)), Ok(true));
    assert_eq!(replica.metadata.value(MetadataAspect::Tags), tags("new"));
    assert_eq!(replica.metadata.last_change(MetadataAspect::LegalHold), here);
    assert_eq!(replica.metadata.changed().at, at(30));
    assert_eq!(replica.metadata.stamp(MetadataAspect::Tags).at, at(20));
    assert_eq!(replica.metadata.stamp(MetadataAspect::Acl).at, at(0));
    // Once more, and an older one.
    assert_eq!(replica.update_metadata(&change(tags("new"), 20, "photos"), at(0)), Ok(false));
    assert_eq!(replica.update_metadata(&change(tags("old"), 10, "photos"), at(0)), Ok(false));
    assert_eq!(replica.metadata.value(MetadataAspect::Tags), tags("new"));
}

/// REP-610: a change gets a later stamp than the one before, even when the clock stands still.
#[test]
fn stamps_of_an_aspect_grow() {
    let mut metadata = Metadata::new(at(5), name("photos"));
    let mut before = metadata.stamp(MetadataAspect::Tags).clone();
    for seconds in [5, 5, 3, 6] {
        metadata.change(tags("again"), at(seconds), &name("backup"));
        let after = metadata.stamp(MetadataAspect::Tags).clone();
        assert!(after > before, "{after:?} after {before:?}");
        before = after;
    }
    assert_eq!(before.at, at(6));
    assert_eq!(metadata.stamp(MetadataAspect::Acl).at, at(5));
}

/// REP-607, REP-613: a value that was never set does not replace one that was, and the ACL of a replica
/// of the bucket owner stays.
#[test]
fn unset_values_replace_nothing() {
    let mut replica = version(Owner::Source);
    let set = [
        MetadataValue::Acl("private".to_owned()),
        retain(RetentionMode::Governance, 100),
        hold(LegalHold::On),
    ];
    for value in &set {
        assert_eq!(replica.update_metadata(&change(value.clone(), 10, "photos"), at(0)), Ok(true));
    }
    let unset = [
        MetadataValue::Acl(String::new()),
        MetadataValue::Retention(None),
        MetadataValue::LegalHold(None),
    ];
    for (value, kept) in unset.into_iter().zip(&set) {
        let aspect = value.aspect();
        assert_eq!(replica.update_metadata(&change(value, 20, "photos"), at(0)), Ok(false));
        assert_eq!(replica.metadata.last_change(aspect), change(kept.clone(), 10, "photos"));
    }
    // Tags that were removed are a value.
    assert_eq!(replica.update_metadata(&change(tags("a"), 20, "photos"), at(0)), Ok(true));
    let none = MetadataValue::Tags(Vec::new());
    assert_eq!(replica.update_metadata(&change(none.clone(), 30, "photos"), at(0)), Ok(true));
    assert_eq!(replica.metadata.value(MetadataAspect::Tags), none);

    let mut theirs = version(Owner::Destination);
    let acl = change(MetadataValue::Acl("public-read".to_owned()), 10, "photos");
    assert_eq!(theirs.update_metadata(&acl, at(0)), Ok(false));
    assert_eq!(theirs.metadata.acl, "");
    assert_eq!(theirs.update_metadata(&change(tags("a"), 10, "photos"), at(0)), Ok(true));
}

/// REP-625: replication lowers neither mode nor period, and a stronger retention applies even late.
#[test]
fn retention_is_only_raised() {
    use RetentionMode::{Compliance, Governance};
    // Of the version, of the change, its second; what stays.
    let table = [
        ((Compliance, 30), (Governance, 30), 20, Err(())),
        ((Compliance, 30), (Compliance, 29), 20, Err(())),
        ((Compliance, 30), (Governance, 99), 20, Err(())),
        ((Governance, 30), (Compliance, 29), 20, Err(())),
        ((Governance, 30), (Governance, 29), 20, Err(())),
        ((Governance, 30), (Governance, 30), 20, Ok(true)),
        ((Governance, 30), (Compliance, 30), 20, Ok(true)),
        ((Governance, 30), (Governance, 31), 20, Ok(true)),
        // A late change that is weaker is history; one that is stronger applies.
        ((Governance, 30), (Governance, 29), 5, Ok(false)),
        ((Governance, 30), (Compliance, 31), 5, Ok(true)),
        // The retention has ended.
        ((Compliance, 15), (Governance, 15), 15, Ok(true)),
        ((Compliance, 15), (Governance, 15), 14, Err(())),
    ];
    for (current, new, seconds, expected) in table {
        let mut replica = version(Owner::Source);
        let set = change(retain(current.0, current.1), 10, "photos");
        assert_eq!(replica.update_metadata(&set, at(0)), Ok(true));
        let updated =
            replica.update_metadata(&change(retain(new.0, new.1), seconds, "photos"), at(0));
        assert_eq!(updated.map_err(|_| ()), expected, "{new:?} over {current:?} at {seconds}");
        let (mode, until) = if expected == Ok(true) { new } else { current };
        assert_eq!(replica.metadata.value(MetadataAspect::Retention), retain(mode, until));
    }
    let mut replica = version(Owner::Source);
    replica.update_metadata(&change(retain(Compliance, 30), 10, "photos"), at(0)).unwrap();
    let refused = replica.update_metadata(&change(retain(Governance, 1), 20, "photos"), at(0));
    let WeakerRetention { current, weaker, .. } = refused.unwrap_err();
    assert_eq!((current.mode, weaker.mode), (Compliance, Governance));
    assert_eq!(
        refused.unwrap_err().to_string(),
        "the version is retained until 2026-11-22T10:00:30Z in COMPLIANCE mode; replication does not \
         change that to 2026-11-22T10:00:01Z in GOVERNANCE mode"
    );
}

/// REP-612, REP-613, REP-616, REP-980: a version that is there stays, and takes over what is newer.
#[test]
fn a_version_that_is_there_stays() {
    let mut there = version(Owner::Source);
    there.storage_class = StorageClass::STANDARD_IA;
    there.metadata.acl = "public-read".to_owned();
    there.metadata.change(hold(LegalHold::On), at(9), &name("backup"));
    let mut comes = version(Owner::Destination);
    comes.storage_class = StorageClass::GLACIER;
    comes.metadata.change(tags("newer"), at(5), &name("photos"));
    let merged = comes.clone().in_place_of(&there, at(0)).unwrap();
    let mut expected = there.clone();
    expected.metadata.change(tags("newer"), at(5), &name("photos"));
    assert_eq!(merged, expected);
    // Weaker retention is refused.
    let mut retained = there.clone();
    retained.metadata.change(retain(RetentionMode::Compliance, 30), at(3), &name("backup"));
    comes.metadata.change(retain(RetentionMode::Governance, 1), at(5), &name("photos"));
    assert!(comes.clone().in_place_of(&retained, at(0)).is_err());
    // Another null version is another version, and so is another ID.
    let mut later = comes.clone();
    later.last_modified = at(1);
    assert_eq!(later.clone().in_place_of(&there, at(0)), Ok(later));
    let mut other = comes;
    other.version_id = "v2".parse().unwrap();
    assert!(!other.is_same_version(&there));
    assert_eq!(other.clone().in_place_of(&there, at(0)), Ok(other));
}

/// Saved metadata reads back equal, as long as it is what a store can hold.
#[test]
fn saved_metadata_is_checked() {
    let mut replica = version(Owner::Source);
    replica.metadata.change(tags("a"), at(5), &name("backup"));
    replica.metadata.change(hold(LegalHold::On), at(9), &name("photos"));
    let saved = serde_json::to_value(&replica.metadata).unwrap();
    assert_eq!(saved["Changed"], json!("2026-11-22T10:00:09Z"));
    assert_eq!(saved["Older"]["Tags"], json!({"At": "2026-11-22T10:00:05Z", "In": "backup"}));
    let read = |saved: &Value| serde_json::from_value::<Metadata>(saved.clone());
    assert_eq!(read(&saved).unwrap(), replica.metadata);
    // Metadata that never changed has one stamp.
    let new = serde_json::to_value(Metadata::new(at(0), name("photos"))).unwrap();
    assert_eq!((&new["Changed"], &new["Older"]), (&json!(at(0)), &json!({})));
    let refuses = |damage: &dyn Fn(&mut Value), expected: &str| {
        let mut damaged = saved.clone();
        damage(&mut damaged);
        let error = read(&damaged).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    refuses(&|saved| saved["Older"]["Tags"]["At"] = json!(at(10)), "`Tags` did not change last");
    refuses(
        &|saved| saved["Older"]["LegalHold"] = saved["Older"]["Tags"].clone(),
        "nothing changed",
    );
    refuses(&|saved| saved["Older"]["Colour"] = saved["Older"]["Tags"].clone(), "Colour");
    refuses(&|saved| saved["Extra"] = json!(1), "Extra");
    refuses(&|saved| drop(saved.as_object_mut().unwrap().remove("ChangedIn")), "ChangedIn");
}

/// Each member of a saved version is removed, doubled, swapped and made extreme. A version has no
/// checksum; what is not noticed makes another version that can exist.
#[test]
fn damage_to_a_version_is_noticed() {
    let mut object = version(Owner::Destination);
    object.storage_class = StorageClass::INTELLIGENT_TIERING;
    object.access_tier = Some(AccessTier::Frequent);
    object.encryption = Some(EncryptionStatus::SseKms);
    object.kms_key_id = Some("arn:aws:kms:eu-west-1:123456789012:key/1".parse().unwrap());
    object.bucket_key = Some(BucketKeyStatus::Enabled);
    object.user_metadata.insert("Content-Type".to_owned(), "image/jpeg".to_owned());
    object.metadata.acl = "private".to_owned();
    object.metadata.change(tags("a"), at(5), &name("backup"));
    object.metadata.change(hold(LegalHold::On), at(9), &name("photos"));
    object.metadata.change(retain(RetentionMode::Governance, 99), at(9), &name("photos"));
    let metadata = Metadata::new(at(7), name("photos"));
    let (key, id, origin) =
        ("cat.jpg".into(), "m1".parse().unwrap(), DeleteMarkerOrigin::Lifecycle);
    let marker = StoredVersion::<()>::delete_marker(key, id, origin, metadata);
    for saved in [object, marker] {
        let saved = serde_json::to_value(saved.with_body::<()>(None)).unwrap();
        let mut unnoticed = unnoticed::<StoredVersion<()>>(&saved);
        unnoticed.retain(|what| {
            // Texts in each other's places, a missing value where none is needed, another size.
            let is_other_value = what.contains(" swapped") || what.ends_with("is null");
            let is_other_size = what.starts_with(".Size: is");
            // One tag, one stamp or one header less.
            let is_less = [".Metadata.Tags", ".Metadata.Older", ".UserMetadata", ".Metadata.Lock"];
            let is_less = is_less.iter().any(|place| what.starts_with(place));
            // The key of a replica may be the one that is related to that of its source.
            let is_other_key =
                what == ".UsesRelatedKey: is true" && saved["Encryption"] == "SSE-KMS";
            !(is_other_value || is_other_size || is_less || is_other_key)
        });
        assert_eq!(unnoticed, Vec::<String>::new());
    }
    // A delete marker has nothing but a name and a time.
    let mut saved = serde_json::to_value(StoredVersion::<()>::delete_marker(
        "k".into(),
        "m".parse().unwrap(),
        DeleteMarkerOrigin::User,
        Metadata::new(at(0), name("photos")),
    ))
    .unwrap();
    saved["Size"] = json!(1);
    let error = serde_json::from_value::<StoredVersion<()>>(saved).unwrap_err().to_string();
    assert_eq!(error, "the fields of version `m` of `k` contradict each other");
}

/// A change that arrives, alone or with the whole replica.
#[derive(Clone, Debug)]
struct Arrival {
    change: MetadataChange,
    with_replica: bool,
}

fn arrival() -> impl Strategy<Value = Arrival> {
    let value = prop_oneof![
        (0..3u8).prop_map(|value| tags(&value.to_string())),
        (0..3u8).prop_map(|value| MetadataValue::Acl(format!("acl {value}"))),
        any::<bool>().prop_map(|on| hold(if on { LegalHold::On } else { LegalHold::Off })),
        (any::<bool>(), 1..40_i64).prop_map(|(strict, until)| {
            retain(
                if strict { RetentionMode::Compliance } else { RetentionMode::Governance },
                until,
            )
        }),
    ];
    (value, 1..20_i64, 0..2_usize, any::<bool>()).prop_map(
        |(value, seconds, bucket, with_replica)| Arrival {
            change: change(value, seconds, BUCKETS[bucket]),
            with_replica,
        },
    )
}

/// Lets a change arrive. Returns false if it is refused.
fn arrive(replica: &mut StoredVersion<()>, arrival: &Arrival) -> bool {
    if !arrival.with_replica {
        return replica.update_metadata(&arrival.change, at(0)).is_ok();
    }
    let mut comes = version(Owner::Source);
    let MetadataChange { value, stamp } = arrival.change.clone();
    comes.metadata.change(value, stamp.at, &stamp.bucket);
    let merged = comes.in_place_of(replica, at(0));
    merged.map(|merged| *replica = merged).is_ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// REP-610, REP-612, REP-626: whatever the order of arrival, each aspect has its newest change.
    /// The oracle sorts the changes of the aspect and takes the last one.
    #[test]
    fn each_aspect_keeps_its_newest_change(arrivals in vec(arrival(), 1..15)) {
        let mut replica = version(Owner::Source);
        for arrival in &arrivals {
            arrive(&mut replica, arrival);
        }
        for aspect in MetadataAspect::ALL.iter().filter(|one| **one != MetadataAspect::Retention) {
            let of_aspect = arrivals.iter().map(|arrival| &arrival.change);
            let mut of_aspect: Vec<_> =
                of_aspect.filter(|change| change.value.aspect() == *aspect).collect();
            // Of equal stamps the first to arrive stays.
            of_aspect.reverse();
            of_aspect.sort_by_key(|change| change.stamp.clone());
            let seen = replica.metadata.last_change(*aspect);
            let first = version(Owner::Source).metadata.last_change(*aspect);
            prop_assert_eq!(&seen, of_aspect.last().map_or(&first, |newest| *newest));
        }
    }

    /// REP-625: whatever arrives, a retention gets neither a lower mode nor a shorter period while it
    /// lasts, and a change is refused only if it would do that.
    #[test]
    fn retention_never_gets_weaker(arrivals in vec(arrival(), 1..15)) {
        let mut replica = version(Owner::Source);
        for arrival in &arrivals {
            let before = replica.metadata.lock;
            let is_taken = arrive(&mut replica, arrival);
            let after = replica.metadata.lock;
            let new = match arrival.change.value {
                MetadataValue::Retention(new) => new,
                _ => None,
            };
            let Some(current) = before.retention else {
                prop_assert_eq!(after.retention, new);
                continue;
            };
            let kept = after.retention.unwrap();
            let ended = current.retain_until <= arrival.change.stamp.at;
            let is_lower = |a: Retention| {
                a.retain_until < current.retain_until
                    || (a.mode, current.mode)
                        == (RetentionMode::Governance, RetentionMode::Compliance)
            };
            prop_assert!(ended || !is_lower(kept), "{:?} became {:?}", current, kept);
            prop_assert!(is_taken || !ended && new.is_some_and(is_lower));
            if !is_taken {
                prop_assert_eq!(ObjectLock { legal_hold: None, ..before }.retention, after.retention);
            } else if let Some(new) = new && !is_lower(new) {
                prop_assert_eq!(kept, new);
            }
        }
    }

    /// A change that was saved reads back equal, whatever the stamps.
    #[test]
    fn metadata_survives_saving(arrivals in vec(arrival(), 0..15)) {
        let mut replica = version(Owner::Source);
        for arrival in &arrivals {
            arrive(&mut replica, arrival);
        }
        let saved = serde_json::to_string(&replica.metadata).unwrap();
        prop_assert_eq!(serde_json::from_str::<Metadata>(&saved).unwrap(), replica.metadata);
    }
}
