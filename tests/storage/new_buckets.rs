//! The settings that S3 gives to new buckets since 2023 and 2026.

use s3_replication::Dialect;
use s3_replication::model::{
    BucketName, BucketSettings, EncryptionStatus, ObjectOwnership, Owner, VersionId, Versioning,
};
use s3_replication::storage::{MemoryStore, MetadataValue, NewObject};

use crate::support::{configuration, rule_v2, second as at};

fn name(text: &str) -> BucketName {
    text.parse().unwrap()
}

fn store(settings: impl Fn(BucketSettings) -> BucketSettings) -> MemoryStore {
    let store = MemoryStore::new();
    for bucket in ["photos", "backup"] {
        let versioned = BucketSettings::new().with_versioning(Versioning::Enabled);
        store.create_bucket(&name(bucket), settings(versioned)).unwrap();
    }
    let rule = configuration(&rule_v2("all", 1, "", "backup", ""));
    store.bucket(&name("photos")).put_replication(&rule, &Dialect::AWS).unwrap();
    store
}

/// REP-621, REP-629, REP-631: ACLs are disabled, SSE-C is blocked, and SSE-S3 is the default.
#[test]
fn a_new_bucket_has_no_acls_and_takes_no_customer_keys() {
    let store = store(|settings| settings);
    let (photos, v1): (_, VersionId) = (name("photos"), "v1".parse().unwrap());
    let photos = store.bucket(&photos);
    let mut secret = NewObject::new("secret", "");
    secret.encryption = Some(EncryptionStatus::SseC);
    let refused = photos.put_object(secret, &v1, at(0)).unwrap_err();
    assert!(refused.to_string().starts_with("AccessDenied"), "{refused}");

    photos.put_object(NewObject::new("cat.jpg", "meow"), &v1, at(0)).unwrap();
    let acl = MetadataValue::Acl("public-read".to_owned());
    let refused = photos.change_metadata("cat.jpg", &v1, acl, at(1)).unwrap_err();
    assert!(refused.to_string().starts_with("AccessControlListNotSupported"), "{refused}");

    store.replicate(at(60));
    let replica = store.bucket(&name("backup")).version("cat.jpg", &v1).unwrap();
    assert_eq!(replica.owner, Owner::Destination);
    assert_eq!(replica.encryption, Some(EncryptionStatus::SseS3));
    let settings = photos.settings().unwrap();
    assert_eq!(settings.object_ownership, Some(ObjectOwnership::BucketOwnerEnforced));
    assert!(settings.blocks(EncryptionStatus::SseC));
}

/// What is known of a bucket stays; an older bucket has the defaults of its time.
#[test]
fn an_older_bucket_has_acls_and_takes_customer_keys() {
    let store = store(BucketSettings::of_older_bucket);
    let (photos, v1): (_, VersionId) = (name("photos"), "v1".parse().unwrap());
    let photos = store.bucket(&photos);
    let mut secret = NewObject::new("cat.jpg", "meow");
    secret.encryption = Some(EncryptionStatus::SseC);
    photos.put_object(secret, &v1, at(0)).unwrap();
    let acl = MetadataValue::Acl("public-read".to_owned());
    photos.change_metadata("cat.jpg", &v1, acl, at(1)).unwrap();
    assert_eq!(store.replicate(at(60)).failed, 0);
    let replica = store.bucket(&name("backup")).version("cat.jpg", &v1).unwrap();
    assert_eq!((replica.owner, replica.metadata.acl.as_str()), (Owner::Source, "public-read"));

    let preferred =
        BucketSettings::new().with_object_ownership(ObjectOwnership::BucketOwnerPreferred);
    let kept = preferred.of_older_bucket().object_ownership;
    assert_eq!(kept, Some(ObjectOwnership::BucketOwnerPreferred));
}
