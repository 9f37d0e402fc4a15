//! Structs that only this crate can create have a builder method for each of their fields.

use std::fs;
use std::path::Path;

use s3_replication::model::{
    AccessTier, BucketKeyStatus, DeleteMarkerOrigin, EncryptionStatus, Event, KmsKeyArn, LegalHold,
    ObjectLock, OwnerAccess, ReplicationStatus, Tag,
};
use s3_replication::storage::NewObject;
use s3_replication::{ObjectVersion, StorageClass};

/// Each struct with its file, and the fields that its constructors set.
const STRUCTS: &[(&str, &str, &[&str])] = &[
    ("src/model/object.rs", "ObjectVersion", &["key"]),
    ("src/model/bucket.rs", "BucketSettings", &[]),
    ("src/storage/memory/new_object.rs", "NewObject", &["key", "body", "size"]),
];

/// Returns the names of the public fields of a struct.
fn fields<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let start = text.find(&format!("pub struct {name}")).unwrap();
    let (body, _) = text[start..].split_once("\n}\n").unwrap();
    let lines = body.lines().filter_map(|line| line.trim_start().strip_prefix("pub "));
    lines.filter_map(|line| Some(line.split_once(':')?.0)).collect()
}

#[test]
fn every_field_has_a_builder_method() {
    for (file, name, constructed) in STRUCTS {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        let fields = fields(&text, name);
        assert!(fields.len() >= 5, "{name}: {fields:?}");
        for field in fields {
            let method = format!("pub fn with_{field}(");
            assert!(
                constructed.contains(&field) || text.contains(&method),
                "{name} has no `with_{field}`"
            );
        }
    }
}

/// Each method sets its field and no other.
#[test]
fn builder_methods_set_their_fields() {
    let key: KmsKeyArn = "arn:aws:kms:eu-west-1:123456789012:key/1".parse().unwrap();
    let (id, at) = ("v1".parse().unwrap(), "2026-11-22T09:00:00Z".parse().unwrap());
    let tags = [Tag::new("team", "tax").unwrap()];
    let lock = ObjectLock { legal_hold: Some(LegalHold::On), ..ObjectLock::default() };
    let built = ObjectVersion::new("a")
        .with_version_id(&id)
        .with_is_latest(false)
        .with_size(7)
        .with_last_modified(at)
        .with_storage_class(StorageClass::INTELLIGENT_TIERING)
        .with_access_tier(AccessTier::Archive)
        .with_tags(&tags)
        .with_encryption(EncryptionStatus::SseKms)
        .with_kms_key(&key)
        .with_bucket_key(BucketKeyStatus::Enabled)
        .with_lock(lock)
        .with_owner_access(OwnerAccess::Unreadable)
        .with_replication_status(ReplicationStatus::Failed)
        .with_delete_marker(DeleteMarkerOrigin::Lifecycle);
    let mut assigned = ObjectVersion::new("a");
    assigned.version_id = Some(&id);
    assigned.is_latest = Some(false);
    assigned.size = 7;
    assigned.last_modified = Some(at);
    assigned.storage_class = StorageClass::INTELLIGENT_TIERING;
    assigned.access_tier = Some(AccessTier::Archive);
    assigned.tags = (&tags).into();
    assigned.encryption = EncryptionStatus::SseKms;
    assigned.kms_key = Some(&key);
    assigned.bucket_key = Some(BucketKeyStatus::Enabled);
    assigned.lock = lock;
    assigned.owner_access = OwnerAccess::Unreadable;
    assigned.replication_status = Some(ReplicationStatus::Failed);
    assigned.delete_marker = Some(DeleteMarkerOrigin::Lifecycle);
    assert_eq!(built, assigned);

    let built = NewObject::sized("a", 7)
        .with_event(Event::ObjectCreatedCopy)
        .with_tags(tags.clone())
        .with_acl("private")
        .with_lock(lock)
        .with_user_metadata("Content-Type", "text/plain")
        .with_storage_class(StorageClass::STANDARD_IA)
        .with_encryption(EncryptionStatus::SseKms)
        .with_kms_key_id(key.clone())
        .with_bucket_key(BucketKeyStatus::Enabled);
    let mut assigned = NewObject::sized("a", 7);
    assigned.event = Event::ObjectCreatedCopy;
    assigned.tags = tags.into();
    assigned.acl = "private".to_owned();
    assigned.lock = lock;
    assigned.user_metadata.insert("Content-Type".to_owned(), "text/plain".to_owned());
    assigned.storage_class = StorageClass::STANDARD_IA;
    assigned.encryption = Some(EncryptionStatus::SseKms);
    assigned.kms_key_id = Some(key);
    assigned.bucket_key = Some(BucketKeyStatus::Enabled);
    assert_eq!(format!("{built:?}"), format!("{assigned:?}"));
}
