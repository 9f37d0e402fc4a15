//! Drawn objects and scenarios as text that the command line takes.

use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{DrawnObject, Scenario};
use crate::dialect::{Dialect, Question};
use crate::form::Form;
use crate::model::{DeleteMarkerOrigin, EncryptionStatus, OwnerAccess, StorageClass};

/// Members with the default value of S3 are left out. The result is the input of the commands `decide`
/// and `explain`.
///
/// JSON is text: a key that is not UTF-8 gets replacement characters. The commands refuse what no
/// client can have done, such as a delete marker that an `ObjectCreated` event created.
impl Serialize for DrawnObject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { key, tags, event, rest } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("Key", &String::from_utf8_lossy(key))?;
        if let Some(origin) = rest.delete_marker {
            map.serialize_entry("IsDeleteMarker", &true)?;
            if origin == DeleteMarkerOrigin::Lifecycle {
                map.serialize_entry("DeleteMarkerOrigin", &origin)?;
            }
        }
        if rest.size > 0 {
            map.serialize_entry("Size", &rest.size)?;
        }
        if rest.storage_class != StorageClass::STANDARD || rest.access_tier.is_some() {
            map.serialize_entry("StorageClass", &rest.storage_class)?;
        }
        if let Some(tier) = rest.access_tier {
            map.serialize_entry("IntelligentTieringAccessTier", &tier)?;
        }
        if rest.encryption != EncryptionStatus::SseS3 {
            map.serialize_entry("EncryptionStatus", &rest.encryption)?;
        }
        if let Some(status) = rest.bucket_key {
            map.serialize_entry("BucketKeyStatus", &status)?;
        }
        if let Some(status) = rest.replication_status {
            map.serialize_entry("ReplicationStatus", &status)?;
        }
        if let Some(hold) = rest.lock.legal_hold {
            map.serialize_entry("ObjectLockLegalHoldStatus", &hold)?;
        }
        if rest.owner_access == OwnerAccess::Unreadable {
            map.serialize_entry("OwnerCanRead", &false)?;
        }
        if !tags.is_empty() {
            map.serialize_entry("TagSet", tags)?;
        }
        map.serialize_entry("Event", event)?;
        map.end()
    }
}

/// Writes the object as a line of JSON.
impl fmt::Display for DrawnObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

/// Writes a shell script that shows the decision with the command line: the configuration, what is
/// known about the source bucket, the object and the answers of the dialect.
///
/// # Examples
///
/// ```
/// use proptest::prelude::*;
/// use s3_replication::Engine;
/// use s3_replication::strategies::scenario;
///
/// proptest!(|(scenario in scenario())| {
///     let engine = Engine::with_dialect(&scenario.configuration, &scenario.dialect);
///     let version = scenario.object.version();
///     let decision = engine.decide(&version, scenario.object.event);
///     // A failure prints a script to try.
///     let buckets = decision.replications().count();
///     prop_assert!(buckets <= scenario.configuration.rules().len(), "{scenario}");
/// });
/// ```
impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { dialect, configuration, object } = self;
        // JSON, in which the shell has nothing to expand between `<<'END'` and `END`.
        let configuration = configuration.to_draft().to_text(Form::CliJson);
        writeln!(f, "cat >configuration.json <<'END'\n{}\nEND", configuration.trim_end())?;
        // ACLs are disabled in a bucket, not for an object, so no line about an object can have it.
        if object.rest.acls_disabled {
            let context = r#"{"source": {"ObjectOwnership": "BucketOwnerEnforced"}}"#;
            writeln!(f, "cat >context.json <<'END'\n{context}\nEND")?;
        }
        write!(f, "s3-replication explain -c configuration.json")?;
        if object.rest.acls_disabled {
            write!(f, " --context context.json --source-bucket source")?;
        }
        for question in Question::ALL {
            let answer = dialect.answer(*question);
            if answer != Dialect::AWS.answer(*question) {
                write!(f, " --question {question}={answer}")?;
            }
        }
        write!(f, " <<'END'\n{object}\nEND")
    }
}
