//! The policies of roles, buckets and KMS keys in a module.
//!
//! The permissions that replication needs are judged against the policies of a module. A policy and
//! its holder are often two resources, which refer to each other by attributes that are unknown
//! until the deployment:
//!
//! ```text
//! resource "aws_iam_role" "r" { … }                       names: ${aws_iam_role.r.arn}, …
//! resource "aws_iam_role_policy" "p" {
//!   role   = aws_iam_role.r.id                            holder: ${aws_iam_role.r.id}
//!   policy = data.aws_iam_policy_document.p.json
//! }
//! ```
//!
//! So a holder has all names that any resource may use for it, and a policy matches a configuration
//! if they have one in common.

use std::collections::HashMap;

use super::evaluate::{Evaluator, Scope};
use super::expand::{Content, Tree};
use super::instance::{counted, keyed};
use super::policy_document::items;
use super::syntax::Block;
use crate::template::assumption::Assumptions;
use crate::template::found::Found;
use crate::template::policies::{PolicyHolder, TemplatePolicy};
use crate::template::value::{Data, Value};
use crate::text::Span;

/// The attributes by which other resources name a role, a policy or a key.
///
/// A reference by one of these is a reference by any of them.
const NAMES: [&str; 4] = ["arn", "id", "name", "key_id"];

/// The resources that are read.
///
/// Users, groups and service control policies are no part of replication: S3 assumes a role.
const KINDS: [&str; 9] = [
    "aws_iam_role",
    "aws_iam_role_policy",
    "aws_iam_policy",
    "aws_iam_role_policy_attachment",
    "aws_iam_policy_attachment",
    "aws_s3_bucket",
    "aws_s3_bucket_policy",
    "aws_kms_key",
    "aws_kms_key_policy",
];

/// The most bytes of the policies of one root module.
///
/// A module that makes a thousand roles of a large document would multiply it.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// The bytes that a policy counts for beside its document.
///
/// A policy whose document is unknown has names and an address, too.
const BYTES_OF_POLICY: usize = 256;

/// The policies of a root module and of the modules that it calls.
#[derive(Default)]
pub(super) struct Policies {
    /// The policies so far, without those that are attached.
    found: Vec<TemplatePolicy>,
    /// The bytes of what is found.
    bytes: usize,
    /// The documents of `aws_iam_policy`, by their ARNs.
    managed: HashMap<String, Value>,
    /// The attachments, with the ARNs of their policies: a policy may come after them.
    /// [`finish`](Policies::finish) matches them with the documents.
    attached: Vec<(Attached, Value)>,
}

/// The role that a managed policy is attached to, and the resource that does it.
struct Attached {
    address: String,
    file: usize,
    place: Span,
    names: Vec<String>,
}

/// A resource with the values of its attributes.
pub(super) struct Resource<'r> {
    /// The type, one of [`KINDS`].
    pub(super) kind: &'r str,
    /// The address with modules and keys, which expressions for the resource begin with.
    pub(super) address: &'r str,
    pub(super) file: usize,
    /// The arguments and blocks, evaluated without assumptions.
    pub(super) tree: &'r Tree,
    /// The `count` or `for_each` of a resource that may not exist.
    ///
    /// A policy that may not exist grants nothing for sure and denies nothing for sure, so its
    /// document is unknown.
    pub(super) condition: Option<&'r str>,
    /// The values that the caller gave, by expression.
    pub(super) given: &'r HashMap<String, Value>,
}

impl Evaluator<'_> {
    /// Adds the policies of one instance of a module.
    ///
    /// Policies are read without assumptions: they do not make variants of a configuration. What
    /// depends on an unknown condition is unknown.
    ///
    /// Modules come one after the other, and all add to the same [`Policies`]: an attachment may be
    /// in another module than the policy or the role.
    pub(super) fn add_policies(&self, policies: &mut Policies) {
        let (nothing, mut unread) = (Assumptions::default(), Found::default());
        for (file, block) in &self.module.blocks {
            let [kind, name] = &block.labels[..] else { continue };
            if !is_read(kind) || policies.is_full() {
                continue;
            }
            let instances = self.instances(*file, block, &mut unread);
            self.assuming.begin(&nothing, true);
            let condition = self.unknown_condition(block);
            for instance in instances {
                if policies.is_full() {
                    return;
                }
                let tree = instance.with_scope(|scope| self.expand(&block.body, block.head, scope));
                policies.add(&Resource {
                    kind,
                    address: &format!("{}{kind}.{name}{}", self.address, instance.suffix),
                    file: *file,
                    tree: &tree,
                    condition: condition.as_deref(),
                    given: self.given,
                });
            }
        }
    }

    /// Returns the argument that makes an unknown number of instances.
    ///
    /// Returns `None` for a resource without `count` and `for_each`, and for one whose number is
    /// known.
    fn unknown_condition(&self, block: &Block) -> Option<String> {
        ["count", "for_each"].into_iter().find_map(|name| {
            let argument = &block.body.attribute(name)?.value;
            let value = self.evaluate(argument, &Scope::MODULE);
            let known = if name == "count" { counted(&value) } else { keyed(&value) };
            known.is_none().then(|| format!("{name} = {argument}"))
        })
    }
}

/// Returns true for a type of resources that may have a policy.
pub(super) fn is_read(kind: &str) -> bool {
    KINDS.contains(&kind)
}

impl Policies {
    /// Adds the policies of a resource.
    ///
    /// | resource | policy of |
    /// | --- | --- |
    /// | `aws_iam_role` | the role: trust, inline and managed policies |
    /// | `aws_iam_role_policy` | the role that `role` names |
    /// | `aws_iam_policy` | none yet: its document is kept for attachments |
    /// | `…_policy_attachment` | the roles that it names |
    /// | `aws_s3_bucket`, `aws_s3_bucket_policy` | the bucket that `bucket` names |
    /// | `aws_kms_key`, `aws_kms_key_policy` | the key |
    ///
    /// A resource without a document adds nothing.
    pub(super) fn add(&mut self, resource: &Resource<'_>) {
        let tree = resource.tree;
        match resource.kind {
            "aws_iam_role" => self.add_role(resource),
            "aws_iam_role_policy" => {
                if let (Some((_, role)), Some((_, policy))) = (tree.get("role"), tree.get("policy"))
                {
                    let names = resource.names_in(role);
                    self.push(resource.policy(PolicyHolder::Role, names, policy));
                }
            }
            "aws_iam_policy" => {
                if let Some((_, policy)) = tree.get("policy") {
                    let document = resource.document(policy);
                    let names = resource.own_names(&["arn", "id"]);
                    self.managed.extend(names.into_iter().map(|name| (name, document.clone())));
                }
            }
            "aws_iam_role_policy_attachment" => self.attach(resource, "role"),
            "aws_iam_policy_attachment" => self.attach(resource, "roles"),
            "aws_s3_bucket" | "aws_s3_bucket_policy" => {
                self.add_named(resource, PolicyHolder::Bucket, "bucket");
            }
            "aws_kms_key_policy" => self.add_named(resource, PolicyHolder::Key, "key_id"),
            "aws_kms_key" => {
                if let Some((_, policy)) = tree.get("policy") {
                    let names = resource.own_names(&["arn", "id", "key_id"]);
                    self.push(resource.policy(PolicyHolder::Key, names, policy));
                }
            }
            _ => {}
        }
    }

    /// Returns true if there is more than is read.
    const fn is_full(&self) -> bool {
        self.bytes > MOST_BYTES
    }

    /// Adds a policy, if there is space.
    ///
    /// The bytes are counted in any case, so that `finish` sees that something is missing.
    fn push(&mut self, policy: TemplatePolicy) {
        self.bytes += policy.json().map_or(0, str::len) + BYTES_OF_POLICY;
        if !self.is_full() {
            self.found.push(policy);
        }
    }

    /// Returns the policies, after those that are attached are found. If there is no space for one, all are
    /// unknown, because no role is judged by a part of its policies.
    pub(super) fn finish(mut self) -> Vec<TemplatePolicy> {
        for (attached, arn) in std::mem::take(&mut self.attached) {
            // A managed policy is found by its ARN, or by the expression that stands for it.
            let text = text_of(&arn);
            let document = self.managed.get(&text).cloned();
            // AWS has many policies whose documents no module shows.
            let document = document.unwrap_or_else(|| Value::unknown_text(text, arn.place));
            let Attached { address, file, place, names } = attached;
            let policy = TemplatePolicy::new(&address, place, PolicyHolder::Role, names, &document);
            self.push(policy.in_file(file));
        }
        let is_whole = !self.is_full();
        let all = self.found.into_iter();
        all.map(|policy| {
            let reason = || "more policies than are read".to_owned();
            if is_whole { policy } else { policy.unknown(reason()) }
        })
        .collect()
    }

    /// A role has a trust policy, policies inside of it, and the ARNs of managed ones.
    fn add_role(&mut self, resource: &Resource<'_>) {
        let tree = resource.tree;
        let names = resource.own_names(&["name", "arn", "id"]);
        let mut add = |holder, policy: &Value| {
            self.push(resource.policy(holder, names.clone(), policy));
        };
        if let Some((_, trust)) = tree.get("assume_role_policy") {
            add(PolicyHolder::TrustOfRole, trust);
        }
        for inline in tree.all("inline_policy") {
            match &inline.content {
                // A block without a policy removes those that others attach.
                Content::Tree(inner) => {
                    if let Some((_, policy)) = inner.get("policy") {
                        add(PolicyHolder::Role, policy);
                    }
                }
                Content::Unknown(unknown) => add(PolicyHolder::Role, unknown),
            }
        }
        let attached = tree.get("managed_policy_arns").map(|(_, arns)| items(arns));
        for arn in attached.unwrap_or_default() {
            self.attached.push((resource.attached(names.clone()), arn));
        }
    }

    /// Adds the policy of a bucket or a key that an attribute names.
    ///
    /// A bucket is named by its attribute even if the policy is an argument of the bucket itself,
    /// so a bucket without a name has no policy here.
    fn add_named(&mut self, resource: &Resource<'_>, holder: PolicyHolder, attribute: &str) {
        let tree = resource.tree;
        if let (Some((_, name)), Some((_, policy))) = (tree.get(attribute), tree.get("policy")) {
            let names = resource.names_in(name);
            self.push(resource.policy(holder, names, policy));
        }
    }

    /// Attaches a managed policy to roles.
    ///
    /// The argument is one role, or a list of roles.
    fn attach(&mut self, resource: &Resource<'_>, attribute: &str) {
        let tree = resource.tree;
        let roles = tree.get(attribute).map(|(_, roles)| items(roles)).unwrap_or_default();
        let Some((_, arn)) = tree.get("policy_arn") else { return };
        for role in roles {
            let attached = resource.attached(resource.names_in(&role));
            let arn = match resource.condition {
                Some(condition) => Value::unknown_text(condition, arn.place),
                None => arn.clone(),
            };
            self.attached.push((attached, arn));
        }
    }
}

impl Resource<'_> {
    /// Makes a policy of a document in this resource.
    fn policy(&self, holder: PolicyHolder, names: Vec<String>, policy: &Value) -> TemplatePolicy {
        let document = self.document(policy);
        TemplatePolicy::new(self.address, self.tree.head, holder, names, &document)
            .in_file(self.file)
    }

    /// Returns a document, which is unknown if the resource may not exist.
    fn document(&self, policy: &Value) -> Value {
        match self.condition {
            Some(condition) => Value::unknown_text(condition, policy.place),
            None => policy.clone(),
        }
    }

    /// Makes the attachment of a managed policy by this resource.
    fn attached(&self, names: Vec<String>) -> Attached {
        let (address, file, place) = (self.address.to_owned(), self.file, self.tree.head);
        Attached { address, file, place, names }
    }

    /// Returns the names of the resource: its attributes, and the expressions that stand for them.
    ///
    /// With the caller's value for `aws_iam_role.r.arn`, that ARN is one of the names as well.
    fn own_names(&self, attributes: &[&str]) -> Vec<String> {
        let known = attributes.iter().filter_map(|name| self.tree.get_text(name));
        let known = known.map(|(_, value)| text_of(value));
        known.chain(self.named(self.address, attributes)).collect()
    }

    /// Returns the names of a holder that a value refers to: all that the resource of the value has.
    ///
    /// ```text
    /// ${aws_iam_role.r.name}     ${aws_iam_role.r.arn}, ${aws_iam_role.r.id}, …
    /// replication                replication
    /// ```
    fn names_in(&self, value: &Value) -> Vec<String> {
        let text = text_of(value);
        let path = text.strip_prefix("${").and_then(|text| text.strip_suffix('}'));
        let referred = path.and_then(|path| path.rsplit_once('.'));
        match referred.filter(|(_, attribute)| NAMES.contains(attribute)) {
            Some((address, _)) => self.named(address, &NAMES).collect(),
            None => vec![text],
        }
    }

    /// Returns the values that the caller gave for attributes of a resource, and the expressions of the
    /// attributes.
    fn named(&self, address: &str, attributes: &[&str]) -> impl Iterator<Item = String> {
        let names = attributes.iter().flat_map(move |attribute| {
            let expression = format!("{address}.{attribute}");
            let given = self.given.get(&expression).map(text_of);
            given.into_iter().chain([format!("${{{expression}}}")])
        });
        names.collect::<Vec<_>>().into_iter()
    }
}

/// Returns the text of a value, or its expression.
///
/// Empty for a list, an object and null.
fn text_of(value: &Value) -> String {
    match &value.data {
        Data::Unknown(unknown) => unknown.text.to_string(),
        _ => value.as_text().unwrap_or_default().to_string(),
    }
}
