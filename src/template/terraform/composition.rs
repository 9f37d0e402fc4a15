//! Mistakes in how resources of a module work together, which no single request shows.
//!
//! S3 judges one request at a time. Terraform sends the requests of a module in an order of its
//! own, and two resources may send one for the same bucket. What goes wrong between them appears at
//! the next `apply`, when nothing in the module has changed.
//!
//! | finding | needs |
//! | --- | --- |
//! | `terraform-bucket-shared` | two configurations of one bucket, in any files |
//! | `terraform-block-deprecated` | the block inside a bucket |
//! | `terraform-priorities-equal` | a `dynamic` block of rules over an unknown collection |
//! | `terraform-versioning-not-awaited` | a resource that sets the versioning of the bucket |

use std::collections::BTreeMap;

use super::evaluate::{Evaluator, Scope};
use super::expand::{Content, Tree};
use super::syntax::{Block, Body, Node};
use crate::clause::{
    TERRAFORM_DEPENDENCY, TERRAFORM_FILTER, TERRAFORM_LEGACY, TERRAFORM_ONE_OWNER,
};
use crate::diagnostic::Diagnostic;
use crate::model::BucketName;
use crate::path::FieldPath;

use crate::template::found::{Found, FoundBucket};
use crate::template::value::Data;

/// The type of the resource that sets versioning.
const VERSIONING: &str = "aws_s3_bucket_versioning";

/// Adds a warning to every configuration whose bucket has another one before it.
///
/// Instances of `count` and `for_each` are left out: of two that are written, one may be meant.
///
/// REP-1089: a bucket has one configuration, and each resource sends the whole of it. Two resources
/// replace each other in turn, at every `apply`.
pub(super) fn note_other_owners(found: &mut Found) {
    let mut owners: BTreeMap<BucketName, String> = BTreeMap::new();
    for source in &mut found.sources {
        let Some(bucket) = &source.bucket.name else { continue };
        // A fragment has no address and may be pasted anywhere.
        if source.address.is_empty() || source.address.ends_with(']') {
            continue;
        }
        let Some(owner) = owners.get(bucket) else {
            owners.insert(bucket.clone(), source.address.clone());
            continue;
        };
        let message = format!("`{owner}` configures the replication of the same bucket");
        for (_, reading) in &mut source.readings.all {
            let clause = &TERRAFORM_ONE_OWNER;
            let path = FieldPath::root();
            let finding =
                Diagnostic::warning("terraform-bucket-shared", clause, path, message.as_str());
            let help = "write all rules of a bucket in one resource; a later request replaces the \
                        whole configuration";
            reading.found.push(finding.at(reading.made.head).with_help(help));
        }
    }
}

/// Returns the note that a block inside a bucket is deprecated.
pub(super) fn deprecated_block(tree: &Tree) -> Diagnostic {
    let message = "`replication_configuration` in `aws_s3_bucket` is deprecated";
    let help = "write a resource `aws_s3_bucket_replication_configuration`, as \
                `convert --to terraform` does";
    Diagnostic::note("terraform-block-deprecated", &TERRAFORM_LEGACY, FieldPath::root(), message)
        .at(tree.head)
        .with_help(help)
}

/// Returns the warning about `dynamic` blocks that make rules without a priority, whose number is
/// unknown. Where it is known, the rules themselves show what is wrong.
///
/// REP-1084: the provider sends priority 0 for a rule with a `filter` and without a `priority`. One
/// such rule is fine; two with one destination are refused, and the number of rules of a `dynamic`
/// block over an unknown list shows only at the deployment.
pub(super) fn equal_priorities(block: &Block, tree: &Tree) -> Option<Diagnostic> {
    let is_unknown = |dynamic: &&Block| {
        tree.all("rule")
            .any(|rule| rule.head == dynamic.head && matches!(rule.content, Content::Unknown(_)))
    };
    // The filter may itself be written by a `dynamic` block. A rule without any filter is V1, which
    // has no priority.
    let lacks_priority = |dynamic: &&Block| {
        dynamic.body.blocks("content").any(|content| {
            content.body.attribute("priority").is_none()
                && content.body.blocks.iter().any(|inner| {
                    &*inner.kind == "filter"
                        || inner.labels.first().is_some_and(|kind| kind == "filter")
                })
        })
    };
    let dynamic = block.body.blocks("dynamic").filter(is_unknown).find(lacks_priority)?;
    let message = "every rule of this block is sent with priority 0";
    let help =
        "write `priority = rule.key` where `for_each` is a list, so that each rule has its own";
    let code = "terraform-priorities-equal";
    let finding = Diagnostic::warning(code, &TERRAFORM_FILTER, FieldPath::root(), message);
    Some(finding.at(dynamic.head).with_help(help))
}

/// The names of the resources that set the versioning of buckets, by bucket.
///
/// The value is the name of the resource, for messages.
pub(super) type Versioned<'m> = BTreeMap<BucketName, &'m str>;

impl Evaluator<'_> {
    /// Finds the resources that set versioning. Each is evaluated once, however many instances the
    /// replication of the module has.
    pub(super) fn versioned(&self) -> Versioned<'_> {
        let mut versioned = Versioned::new();
        for (_, block) in &self.module.blocks {
            let [kind, name] = &block.labels[..] else { continue };
            let Some(bucket) = block.body.attribute("bucket").filter(|_| kind == VERSIONING) else {
                continue;
            };
            let bucket = FoundBucket::of(&self.evaluate(&bucket.value, &Scope::MODULE));
            if let Some(bucket) = bucket.name {
                versioned.entry(bucket).or_insert(name.as_str());
            }
        }
        versioned
    }
}

/// Returns the note that nothing makes Terraform enable versioning before replication, where the
/// module does both.
///
/// REP-1090: a reference from one resource to another is the only thing that orders them. S3
/// refuses replication on a bucket without versioning, and whether the request comes too early
/// changes from run to run.
pub(super) fn versioning_not_awaited(
    block: &Block,
    bucket: &FoundBucket,
    versioned: &Versioned<'_>,
) -> Option<Diagnostic> {
    let name = versioned.get(bucket.name.as_ref()?)?;
    if body_mentions(&block.body, VERSIONING) {
        return None;
    }
    let message = format!("Terraform may send this before `{VERSIONING}.{name}`");
    let help = format!("write `depends_on = [{VERSIONING}.{name}]`");
    let code = "terraform-versioning-not-awaited";
    let finding = Diagnostic::note(code, &TERRAFORM_DEPENDENCY, FieldPath::root(), message);
    Some(finding.at(block.head).with_help(help))
}

/// Returns true if an expression in a body names a resource of a kind.
///
/// Any mention orders the resources, not only `depends_on`: `bucket =
/// aws_s3_bucket_versioning.photos.bucket` is the shorter way.
fn body_mentions(body: &Body, kind: &str) -> bool {
    let names = |node: &Node| match node {
        // In JSON `depends_on` is a list of texts.
        Node::Literal(Data::String(text)) => text.starts_with(kind),
        Node::Path(root, _) => root == kind,
        _ => false,
    };
    body.attributes.iter().any(|attribute| attribute.value.any(&names))
        || body.blocks.iter().any(|block| body_mentions(&block.body, kind))
}
