//! The settings of buckets that a template declares.
//!
//! Lints ask for these as facts about buckets. A template creates the bucket, so unlike in
//! Terraform a property that is left out is known: the bucket has the default of S3.
//!
//! | property | left out | unknown value in it |
//! | --- | --- | --- |
//! | `VersioningConfiguration` | unversioned | unknown |
//! | `ObjectLockEnabled` | disabled | unknown |
//! | `BucketEncryption` | SSE-S3, without a bucket key | unknown |
//! | `OwnershipControls` | `BucketOwnerEnforced` | unknown |
//!
//! Region and account are those that the caller gives as `AWS::Region` and `AWS::AccountId`.

use super::{Evaluator, member};
use crate::document::Element;
use crate::model::{
    BucketSettings, EncryptionStatus, ObjectLockStatus, ObjectOwnership, Versioning,
};
use crate::template::found::FoundBucket;
use crate::template::value::{Value, truth};

impl<'d, 't> Evaluator<'d, 't> {
    /// Returns a bucket with the settings that follow from its properties. What a template leaves out
    /// has the default of S3 when the bucket is created.
    pub(super) fn settings_of(&self, resource: Element<'d, 't>) -> (FoundBucket, BucketSettings) {
        let name = FoundBucket::of(&self.bucket_name(resource.name(), resource.head()));
        let properties = member(resource, "Properties");
        // Nothing is known at first; each property below adds what follows from it.
        let mut settings = BucketSettings::new();
        settings.region = self.given.get("AWS::Region").and_then(|region| region.parse().ok());
        settings.account = self.given.get("AWS::AccountId").and_then(|id| id.parse().ok());
        // A macro may add any property, so nothing that is left out is known.
        if properties.is_some_and(|all| member(all, "Fn::Transform").is_some()) {
            return (name, settings);
        }
        // The outer `None` is an unknown value, the inner one a property that is left out.
        let property = |name: &str| -> Option<Option<Value>> {
            let Some(found) = properties.and_then(|all| member(all, name)) else {
                return Some(None);
            };
            let value = self.evaluate(found);
            (!value.has_unknown()).then_some((!value.is_nothing()).then_some(value))
        };
        if let Some(versioning) = property("VersioningConfiguration") {
            let status = versioning.and_then(|versioning| versioning.get("Status")?.as_text());
            // A status that is not a word of S3 is refused at the deployment, so it is no fact.
            let status = status.map_or(Ok(Versioning::Unversioned), |text| text.parse());
            settings.versioning = status.ok();
        }
        if let Some(lock) = property("ObjectLockEnabled") {
            // Anything but true, and nothing at all, leaves Object Lock off.
            let is_enabled = lock.as_ref().and_then(truth) == Some(true);
            let (yes, no) = (ObjectLockStatus::Enabled, ObjectLockStatus::Disabled);
            settings.object_lock = Some(if is_enabled { yes } else { no });
        }
        if let Some(encryption) = property("BucketEncryption") {
            read_encryption(encryption.as_ref(), &mut settings);
        }
        if let Some(ownership) = property("OwnershipControls") {
            let rules = ownership.as_ref().and_then(|controls| controls.get("Rules")?.as_list());
            let word = rules.and_then(|rules| rules.first()?.get("ObjectOwnership")?.as_text());
            let word = word.map_or(Ok(ObjectOwnership::BucketOwnerEnforced), |text| text.parse());
            settings.object_ownership = word.ok();
        }
        // Conditions that only settings ask for do not matter for the configurations.
        self.assuming.take_wanted();
        (name, settings)
    }
}

/// Reads the default encryption and the bucket key from the first rule. Without a property,
/// `encryption` is `None`, and both have the default.
fn read_encryption(encryption: Option<&Value>, settings: &mut BucketSettings) {
    let rules = encryption
        .and_then(|encryption| encryption.get("ServerSideEncryptionConfiguration")?.as_list());
    let rule = rules.and_then(<[Value]>::first);
    let default = rule.and_then(|rule| rule.get("ServerSideEncryptionByDefault"));
    let algorithm = default.and_then(|default| default.get("SSEAlgorithm")?.as_text());
    settings.default_encryption = algorithm_of(algorithm.as_deref());
    let key = rule.and_then(|rule| rule.get("BucketKeyEnabled"));
    settings.bucket_key_enabled = Some(key.and_then(truth).unwrap_or(false));
}

/// Returns the encryption of an algorithm; without one a bucket encrypts with SSE-S3.
///
/// Returns `None` for a word that S3 does not have.
pub(in crate::template) fn algorithm_of(algorithm: Option<&str>) -> Option<EncryptionStatus> {
    match algorithm {
        None | Some("AES256") => Some(EncryptionStatus::SseS3),
        Some("aws:kms") => Some(EncryptionStatus::SseKms),
        Some("aws:kms:dsse") => Some(EncryptionStatus::DsseKms),
        Some(_) => None,
    }
}
