//! The configurations of a module.
//!
//! The order of the passes is the order of what they need. The settings of a bucket may come from
//! another module than the bucket, so all buckets are collected first. Configurations come after
//! both. References come with them, because a refusal of a reference is added to the configuration
//! in whose resource it stands.
//!
//! A configuration is found in three places of a module:
//!
//! | block | address | tables |
//! | --- | --- | --- |
//! | `aws_s3_bucket_replication_configuration.r` | of the resource | `schema::RESOURCE`, `sent` |
//! | `replication_configuration` in `aws_s3_bucket.b` | of the bucket | `schema::LEGACY`, `legacy` |
//! | `replication_configuration` alone in a file | none | `schema::LEGACY`, `legacy` |
//!
//! Each instance of each of them becomes a [`Source`], with one reading for each assumption.

use super::composition::Versioned;
use super::evaluate::{Evaluator, Scope};
use super::expand::Content;
use super::policies::Policies;
use super::syntax::Block;
use super::{call, composition, legacy, schema, sent};
use crate::template::assumption::{Assumptions, Readings, readings};
use crate::template::found::{Found, FoundBucket, FoundReading, Source};
use crate::template::value::Value;

/// Reads a root module, and the modules that it calls.
///
/// Buckets come first, and then what sets them up: a module may do that for the bucket of another.
pub(super) fn read(root: &Evaluator<'_>) -> Found {
    let mut found = Found::default();
    // Three visits of all modules: buckets, their settings, and all that needs both.
    root.visit(&mut |module| module.add_buckets(&mut found.buckets));
    root.visit(&mut |module| module.add_all_settings(&mut found.buckets));
    let is_whole = root.visit(&mut |module| {
        module.check_calls(&mut found);
        module.add_configurations(&mut found);
        module.add_references(&mut found);
    });
    // There are instances that no visit has come to; the same ones in each visit.
    if !is_whole {
        found.note(0, call::too_many());
    }
    // Last, because values are evaluated without assumptions here, and kept.
    let mut policies = Policies::default();
    root.visit(&mut |module| module.add_policies(&mut policies));
    found.policies = policies.finish();
    found
}

impl<'m> Evaluator<'m> {
    /// Adds the configurations of one instance of a module.
    ///
    /// A block that stands alone is a fragment of an old module. It has no address, and no bucket.
    ///
    /// Resources of other types have none. Their blocks are looked at for settings and policies
    /// elsewhere.
    fn add_configurations(&self, found: &mut Found) {
        // Once for the module, since every configuration asks for it.
        let versioned = self.versioned();
        for (file, block) in &self.module.blocks {
            let [kind, name] = &block.labels[..] else { continue };
            match kind.as_str() {
                "aws_s3_bucket_replication_configuration" => {
                    self.resource(*file, block, name, &versioned, found);
                }
                "aws_s3_bucket" => self.inline(*file, block, name, found),
                _ => {}
            }
        }
        for (file, block) in &self.module.fragments {
            let readings = self.readings(|| {
                let tree = self.expand(&block.body, block.head, &Scope::MODULE);
                let mut notes = Vec::new();
                schema::check(&tree, &schema::LEGACY, &mut notes);
                let made = legacy::configuration(&tree, &mut notes)?;
                Some(FoundReading { made, found: notes })
            });
            let (address, bucket) = (String::new(), FoundBucket::default());
            found.sources.push(Source { address, bucket, file: *file, readings });
        }
    }

    /// Reads a configuration under every assumption about its conditions.
    ///
    /// A reading without a configuration is left out, such as one in which a `dynamic` block makes
    /// no block.
    fn readings(&self, read: impl Fn() -> Option<FoundReading>) -> Readings<FoundReading> {
        let Readings { all, too_many } = readings(|assumed, is_last| {
            self.assuming.begin(assumed, is_last);
            let reading = read();
            (reading, self.assuming.take_wanted())
        });
        // No assumption of the last reading may remain: names of buckets and policies are evaluated
        // between the readings, and would be those of one variant.
        self.assuming.begin(&Assumptions::default(), true);
        let all = all.into_iter().filter_map(|(assumed, reading)| Some((assumed, reading?)));
        Readings { all: all.collect(), too_many }
    }

    /// Reads a resource `aws_s3_bucket_replication_configuration`, each instance on its own.
    ///
    /// The bucket is evaluated outside of the readings, once: its name belongs to the source and
    /// not to a variant.
    ///
    /// Each instance has a source of its own, with an address that ends with its key.
    fn resource(
        &self,
        file: usize,
        block: &'m Block,
        name: &str,
        versioned: &Versioned<'_>,
        found: &mut Found,
    ) {
        for instance in self.instances(file, block, found) {
            let address = format!(
                "{}aws_s3_bucket_replication_configuration.{name}{}",
                self.address, instance.suffix
            );
            let bucket = block
                .body
                .attribute("bucket")
                .map(|bucket| instance.with_scope(|scope| self.evaluate(&bucket.value, scope)));
            let bucket = bucket.map_or(FoundBucket::default(), |name| FoundBucket::of(&name));
            // The same in every reading, and cheap to copy.
            let unawaited = composition::versioning_not_awaited(block, &bucket, versioned);
            let readings = self.readings(|| {
                let tree = instance.with_scope(|scope| self.expand(&block.body, block.head, scope));
                let mut notes = Vec::new();
                // What Terraform refuses comes first, then what the provider changes, then what
                // resources do to each other.
                schema::check(&tree, &schema::RESOURCE, &mut notes);
                let made = sent::configuration(&tree, &mut notes)?;
                notes.extend(composition::equal_priorities(block, &tree));
                notes.extend(unawaited.clone());
                Some(FoundReading { made, found: notes })
            });
            if !readings.all.is_empty() {
                found.sources.push(Source { address, bucket, file, readings });
            }
        }
    }

    /// Reads the block inside a bucket.
    ///
    /// The bucket is expanded as a whole, because its block may be `dynamic`: then its content is
    /// evaluated with the item of that block.
    ///
    /// A bucket without the block is passed without being evaluated. The name of the bucket is that
    /// of the resource itself, known or by its address, to which references lead.
    fn inline(&self, file: usize, block: &'m Block, name: &str, found: &mut Found) {
        let is_written = block.body.blocks("replication_configuration").next().is_some()
            || block.body.blocks("dynamic").any(|dynamic| {
                dynamic.labels.first().is_some_and(|kind| kind == "replication_configuration")
            });
        if !is_written {
            return;
        }
        for instance in self.instances(file, block, found) {
            let address = format!("{}aws_s3_bucket.{name}{}", self.address, instance.suffix);
            let readings = self.readings(|| {
                let bucket =
                    instance.with_scope(|scope| self.expand(&block.body, block.head, scope));
                // Terraform allows one such block, so a second one is not looked at.
                let inner = bucket.first("replication_configuration")?;
                let mut notes = Vec::new();
                let made = match &inner.content {
                    Content::Tree(tree) => {
                        schema::check(tree, &schema::LEGACY, &mut notes);
                        notes.push(composition::deprecated_block(tree));
                        legacy::configuration(tree, &mut notes)?
                    }
                    // An unknown number of blocks: a configuration of which nothing is known.
                    Content::Unknown(value) => value.made(&"".into(), Some(inner.head))?,
                };
                Some(FoundReading { made, found: notes })
            });
            let known = block
                .body
                .attribute("bucket")
                .map(|bucket| instance.with_scope(|scope| self.evaluate(&bucket.value, scope)));
            // An unknown name is replaced by the address. The settings of a bucket without
            // instances were stored under the same one.
            let known = known.filter(|name| !name.is_unknown());
            let name = known.unwrap_or_else(|| Value::unknown_resource(&address, block.head));
            if !readings.all.is_empty() {
                found.sources.push(Source {
                    address,
                    bucket: FoundBucket::of(&name),
                    file,
                    readings,
                });
            }
        }
    }
}
