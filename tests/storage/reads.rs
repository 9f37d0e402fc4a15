//! What a service over the store in memory reads: configurations, versioning and tags.

use s3_replication::Dialect;
use s3_replication::diagnostic::ServiceError;
use s3_replication::model::{BucketName, BucketSettings, Tag, VersionId, Versioning};
use s3_replication::storage::{MemoryStore, MetadataValue, NewObject};

use crate::support::{configuration, rule_v2, second};

/// Creates two versioned buckets.
fn store(names: [&BucketName; 2]) -> MemoryStore {
    let store = MemoryStore::new();
    for name in names {
        let settings = BucketSettings::new().with_versioning(Versioning::Enabled);
        store.create_bucket(name, settings).unwrap();
    }
    store
}

fn code(error: &ServiceError) -> &str {
    error.code.as_str()
}

/// REP-260: a configuration is read as it was put, and there is none before and afterwards.
#[test]
fn a_configuration_is_read_as_it_was_put() {
    let [photos, backup, gone] = ["photos", "backup", "gone"].map(|name| name.parse().unwrap());
    let store = store([&photos, &backup]);
    let bucket = store.bucket(&photos);
    let missing = bucket.replication().unwrap_err();
    assert_eq!(
        (code(&missing), missing.http_status()),
        ("ReplicationConfigurationNotFoundError", 404)
    );
    bucket.delete_replication().unwrap();

    let [first, second] = ["one", "two"].map(|id| configuration(&rule_v2(id, 1, "", "backup", "")));
    for put in [&first, &second] {
        bucket.put_replication(put, &Dialect::AWS).unwrap();
        assert_eq!(bucket.replication().as_ref(), Ok(put));
    }
    // A configuration that is refused changes nothing.
    let refused = configuration(&rule_v2("three", 1, "", "gone", ""));
    bucket.put_replication(&refused, &Dialect::AWS).unwrap_err();
    assert_eq!(bucket.replication(), Ok(second));
    bucket.delete_replication().unwrap();
    assert_eq!(bucket.replication(), Err(missing));
    assert_eq!(code(&store.bucket(&gone).replication().unwrap_err()), "NoSuchBucket");
}

#[test]
fn versioning_is_read_as_it_was_put() {
    let [photos, backup, gone] = ["photos", "backup", "gone"].map(|name| name.parse().unwrap());
    let store = store([&photos, &backup]);
    assert_eq!(store.bucket(&photos).versioning(), Ok(Versioning::Enabled));
    store.bucket(&photos).put_versioning(Versioning::Suspended).unwrap();
    assert_eq!(store.bucket(&photos).versioning(), Ok(Versioning::Suspended));
    assert_eq!(code(&store.bucket(&gone).versioning().unwrap_err()), "NoSuchBucket");
}

#[test]
fn tags_are_read_as_they_were_put() {
    let [photos, backup] = ["photos", "backup"].map(|name| name.parse().unwrap());
    let store = store([&photos, &backup]);
    let bucket = store.bucket(&photos);
    let [first, changed] = ["sleepy", "awake"].map(|mood| vec![Tag::new("mood", mood).unwrap()]);
    let [v1, m1, v9]: [VersionId; 3] = ["v1", "m1", "v9"].map(|id| id.parse().unwrap());
    let cat = NewObject::new("cat.jpg", "meow").with_tags(first.clone());
    bucket.put_object(cat, &v1, second(0)).unwrap();
    assert_eq!(bucket.tags("cat.jpg", &v1), Ok(first));
    let change = MetadataValue::Tags(changed.clone());
    bucket.change_metadata("cat.jpg", &v1, change, second(1)).unwrap();
    assert_eq!(bucket.tags("cat.jpg", &v1), Ok(changed));

    bucket.delete_object("cat.jpg", &m1, second(2)).unwrap();
    assert_eq!(code(&bucket.tags("cat.jpg", &m1).unwrap_err()), "MethodNotAllowed");
    assert_eq!(code(&bucket.tags("cat.jpg", &v9).unwrap_err()), "NoSuchVersion");
}
