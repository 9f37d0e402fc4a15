//! The settings of buckets that a module declares.
//!
//! Lints need facts about buckets: versioning, the default encryption, the Region. A module that
//! declares a bucket states some of them, in the bucket or in resources beside it, for instance
//! `aws_s3_bucket_versioning`. A setting that no resource makes is unknown, because another module
//! or a person may make it.
//!
//! ```text
//! resource "aws_s3_bucket" "b" { bucket = "photos" }     a bucket, with the Region of its provider
//! resource "aws_s3_bucket_versioning" "v" {
//!   bucket = aws_s3_bucket.b.id                          found by the name `photos`
//!   versioning_configuration { status = "Enabled" }      versioning is enabled
//! }
//! ```
//!
//! `module` calls the two passes in this order for all modules: the buckets, then what sets them
//! up. A resource for a bucket that no module declares has no effect here.

use super::evaluate::{Evaluator, Scope};
use super::expand::{Content, Tree};
use super::syntax::{Block, Node, Step};
use crate::model::{BucketName, BucketSettings, ObjectLockStatus, Versioning};
use crate::template::cloudformation::algorithm_of;
use crate::template::found::FoundBucket;
use crate::template::partition::Partition;
use crate::template::value::{Value, truth};

impl Evaluator<'_> {
    /// Adds the buckets with the settings that follow from their own blocks. Another module may have
    /// more resources for a bucket, so what is left out is unknown.
    ///
    /// Buckets with instances are left out: their resources have instances, too, and which belongs
    /// to which is a question of keys.
    ///
    /// A bucket with an unknown name is known by its address, as references to it are. The Region
    /// is that of the bucket itself, or of the provider that it names.
    pub(super) fn add_buckets(&self, buckets: &mut Vec<(FoundBucket, BucketSettings)>) {
        for (_, block) in &self.module.blocks {
            if let [kind, name] = &block.labels[..]
                && kind == "aws_s3_bucket"
                && block.body.attribute("count").is_none()
                && block.body.attribute("for_each").is_none()
            {
                let tree = self.expand(&block.body, block.head, &Scope::MODULE);
                let known = self.name_of_bucket(block, None).filter(|name| !name.is_unknown());
                let address = format!("{}aws_s3_bucket.{name}", self.address);
                let name = known.unwrap_or_else(|| Value::unknown_resource(&address, block.head));
                let mut settings = BucketSettings::new();
                Self::inline_settings(&tree, &mut settings);
                // `provider = aws.west` names the alias `west`; `provider = aws` names the one
                // without.
                let provider =
                    block.body.attribute("provider").and_then(|provider| {
                        match &provider.value.node {
                            Node::Path(_, steps) => match &steps[..] {
                                [Step::Name(alias)] => Some(alias.as_str()),
                                _ => None,
                            },
                            _ => None,
                        }
                    });
                let own = tree.get("region").and_then(|(_, region)| region.as_text());
                let region = own.map(|own| own.to_string()).or_else(|| self.region(provider));
                settings.region = region.and_then(|region| region.parse().ok());
                buckets.push((FoundBucket::of(&name), settings));
            }
        }
        // A condition in a setting does not make variants of a configuration.
        self.assuming.take_wanted();
    }

    /// Adds the settings that the resources of this module make, of any bucket.
    ///
    /// Buckets of all modules are in the list, since a module may set up the bucket of its caller.
    pub(super) fn add_all_settings(&self, buckets: &mut [(FoundBucket, BucketSettings)]) {
        for (_, block) in &self.module.blocks {
            self.add_settings(block, buckets);
        }
        self.assuming.take_wanted();
    }

    /// Returns the Region of the provider of AWS with an alias, or of the one without. A module has the
    /// provider of its caller, unless it has one of its own.
    ///
    /// `None` where no provider states a Region, which is then taken from the environment of the
    /// deployment.
    pub(super) fn region(&self, alias: Option<&str>) -> Option<String> {
        let own = self.module.providers.iter().find(|provider| {
            let own = provider.body.attribute("alias");
            let own = own.map(|own| self.evaluate(&own.value, &Scope::MODULE).as_text());
            provider.labels.first().is_some_and(|name| name == "aws")
                && own.flatten().as_deref() == alias
        });
        let Some(provider) = own else { return self.caller?.region(alias) };
        let region = provider.body.attribute("region")?;
        Some(self.evaluate(&region.value, &Scope::MODULE).as_text()?.to_string())
    }

    /// Returns the partition of the provider that resources have without naming one. A module has
    /// providers of several Regions, but S3 replicates only within a partition.
    pub(super) fn partition(&self) -> Partition {
        Partition::of_region(&self.region(None).unwrap_or_default())
    }

    /// Adds the settings that old modules have inside of the bucket.
    ///
    /// | block | versioning |
    /// | --- | --- |
    /// | `versioning { enabled = true }` | enabled |
    /// | `versioning { enabled = false }` | suspended |
    /// | `versioning {}`, an unknown value, no block | unknown |
    fn inline_settings(tree: &Tree, settings: &mut BucketSettings) {
        if let Some(Content::Tree(versioning)) = tree.first("versioning").map(|one| &one.content) {
            let enabled = versioning.get("enabled").and_then(|(_, value)| truth(value));
            settings.versioning = match enabled {
                Some(true) => Some(Versioning::Enabled),
                Some(false) => Some(Versioning::Suspended),
                None => None,
            };
        }
        if let Some((_, value)) = tree.get("object_lock_enabled") {
            settings.object_lock = truth(value).map(lock_status);
        }
    }

    /// Adds the settings that a resource of its own makes.
    ///
    /// The bucket is found by its name, known or not: a reference to `aws_s3_bucket.b.id` and the
    /// bucket have the same stand-in.
    ///
    /// A resource with `count` or `for_each` is passed over, as the buckets with instances are. A
    /// status or a word that is unknown makes the setting unknown, also where the bucket itself has
    /// stated one.
    fn add_settings(&self, block: &Block, buckets: &mut [(FoundBucket, BucketSettings)]) {
        let [kind, _] = &block.labels[..] else { return };
        let is_meant = matches!(
            kind.as_str(),
            "aws_s3_bucket_versioning"
                | "aws_s3_bucket_server_side_encryption_configuration"
                | "aws_s3_bucket_object_lock_configuration"
                | "aws_s3_bucket_ownership_controls"
        );
        let has_instances =
            ["count", "for_each"].iter().any(|name| block.body.attribute(name).is_some());
        if !is_meant || has_instances {
            return;
        }
        let tree = self.expand(&block.body, block.head, &Scope::MODULE);
        let Some((_, bucket)) = tree.get("bucket") else { return };
        let Some(name): Option<BucketName> = FoundBucket::of(bucket).name else { return };
        let found = buckets.iter_mut().find(|(bucket, _)| bucket.name.as_ref() == Some(&name));
        let Some((_, settings)) = found else { return };
        // The path of blocks to an attribute: each block occurs once in these resources.
        let inside = |path: &[&str]| -> Option<Value> {
            let (attribute, blocks) = path.split_last()?;
            let mut tree = &tree;
            for name in blocks {
                let Content::Tree(inner) = &tree.first(name)?.content else { return None };
                tree = inner;
            }
            tree.get(attribute).map(|(_, value)| value.clone())
        };
        let text = |path: &[&str]| inside(path).and_then(|value| value.as_text());
        match kind.as_str() {
            "aws_s3_bucket_versioning" => {
                let status = text(&["versioning_configuration", "status"]);
                settings.versioning = status.and_then(|status| status.parse().ok());
            }
            "aws_s3_bucket_server_side_encryption_configuration" => {
                let path = ["rule", "apply_server_side_encryption_by_default", "sse_algorithm"];
                let algorithm = text(&path);
                settings.default_encryption =
                    algorithm.and_then(|algorithm| algorithm_of(Some(&algorithm)));
                let key = inside(&["rule", "bucket_key_enabled"]);
                settings.bucket_key_enabled = key.and_then(|key| truth(&key));
            }
            "aws_s3_bucket_object_lock_configuration" => {
                settings.object_lock = Some(ObjectLockStatus::Enabled);
            }
            _ => {
                let ownership = text(&["rule", "object_ownership"]);
                settings.object_ownership = ownership.and_then(|word| word.parse().ok());
            }
        }
    }
}

/// Returns the status of Object Lock.
const fn lock_status(is_enabled: bool) -> ObjectLockStatus {
    if is_enabled { ObjectLockStatus::Enabled } else { ObjectLockStatus::Disabled }
}
