//! The policies that a template declares beside its configurations.
//!
//! A template often has the role, its policies and the bucket policies beside the configuration.
//! They are judged as if they were given as files. Two questions come first: which policies are
//! those of the role that the configuration names, and which have a value that the template leaves
//! open.
//!
//! ```text
//! configuration   Role: arn:aws:iam::111122223333:role/replication
//! AWS::IAM::Role  RoleName: replication, names `replication`, `${Role.Arn}`, `${Role}`
//! AWS::IAM::Policy  Roles: [!Ref Role]    names `${Role}`
//! ```
//!
//! Here the policy names the role in a way in which the configuration does not. Only the role
//! itself has all of its names, and joins the two.

use std::collections::BTreeSet;

use s3_replication::model::{BucketName, KmsKeyArn, RoleArn};
use s3_replication::permissions::{DocumentKind, GivenDocuments, Note, PolicyDocument};
use s3_replication::template::{PolicyHolder, TemplatePolicy};

/// The policies of a template that concern one configuration.
#[derive(Default)]
pub(in crate::cli) struct Declared<'t> {
    /// The permissions policies of the role, which count together.
    permissions: Vec<&'t TemplatePolicy>,
    /// The trust policy of the role: the first one, where a template has several roles of that
    /// name.
    trust: Option<&'t TemplatePolicy>,
    /// The policies of all buckets and keys. The check uses those that it needs.
    others: Vec<&'t TemplatePolicy>,
}

impl<'t> Declared<'t> {
    /// Selects the policies of the role that a configuration names by these texts, and those of buckets
    /// and keys.
    ///
    /// `role` has the texts of `names_of`, for a role that is known. Without a match the
    /// configuration uses a role of another template, and there are only the policies of buckets
    /// and keys.
    pub(in crate::cli) fn of(policies: &'t [TemplatePolicy], role: &[String]) -> Self {
        let of_roles = || {
            let is_of_role = |policy: &&TemplatePolicy| {
                matches!(policy.holder(), PolicyHolder::Role | PolicyHolder::TrustOfRole)
            };
            policies.iter().filter(is_of_role)
        };
        let mut names: BTreeSet<&str> = role.iter().map(String::as_str).collect();
        // A policy calls its role by reference, and the role calls itself by all its names.
        // The trust policy is a property of the role, so its names are those of the role itself.
        let of_itself = of_roles().filter(|policy| policy.holder() == PolicyHolder::TrustOfRole);
        for policy in of_itself {
            if policy.names().iter().any(|name| names.contains(name.as_str())) {
                names.extend(policy.names().iter().map(String::as_str));
            }
        }
        let is_meant = |policy: &&TemplatePolicy| {
            policy.names().iter().any(|name| names.contains(name.as_str()))
        };
        // The trust policy has a name from before, so this finds it again.
        let (trust, permissions): (Vec<_>, Vec<_>) = of_roles()
            .filter(is_meant)
            .partition(|policy| policy.holder() == PolicyHolder::TrustOfRole);
        let others = policies
            .iter()
            .filter(|policy| matches!(policy.holder(), PolicyHolder::Bucket | PolicyHolder::Key));
        Self { permissions, trust: trust.first().copied(), others: others.collect() }
    }

    /// Returns the documents, and a remark for each that is not used because something in it is unknown.
    /// A role is not judged by a part of its policies.
    ///
    /// ```text
    /// two policies of the role, one depends on `${Bucket}`   neither is used, one remark
    /// the trust policy, a bucket policy, a key policy        each is used or not by itself
    /// ```
    pub(in crate::cli) fn documents(&self) -> (GivenDocuments, Vec<String>) {
        let (mut given, mut remarks) = (GivenDocuments::new(), Vec::new());
        let mut of_role = Vec::new();
        for policy in &self.permissions {
            match document(policy, DocumentKind::RolePolicy) {
                Ok(document) => of_role.push(document),
                Err(remark) => remarks.push(remark),
            }
        }
        // One that is missing could permit what the others do not, or deny what they permit.
        // Without any the check lists the role as not checked.
        if remarks.is_empty() {
            given = of_role.into_iter().fold(given, GivenDocuments::with_role_policy);
        }
        if let Some(policy) = self.trust {
            match document(policy, DocumentKind::TrustPolicy) {
                Ok(document) => given = given.with_trust_policy(document),
                Err(remark) => remarks.push(remark),
            }
        }
        for policy in &self.others {
            given = match other(policy, given.clone()) {
                Ok(given) => given,
                Err(remark) => {
                    remarks.push(remark);
                    given
                }
            };
        }
        (given, remarks)
    }

    /// Returns the findings about each document by itself, with the policy that it is about.
    ///
    /// A document is judged alone here: `check` shows the finding at the resource that has it. One
    /// that cannot be used has no findings and no remark.
    pub(in crate::cli) fn findings(&self) -> Vec<(&'t TemplatePolicy, Note)> {
        let roles = self.permissions.iter().map(|policy| {
            let document = document(policy, DocumentKind::RolePolicy).ok();
            (*policy, document.map(|one| GivenDocuments::new().with_role_policy(one)))
        });
        let trust = self.trust.map(|policy| {
            let document = document(policy, DocumentKind::TrustPolicy).ok();
            (policy, document.map(|one| GivenDocuments::new().with_trust_policy(one)))
        });
        let others =
            self.others.iter().map(|policy| (*policy, other(policy, GivenDocuments::new()).ok()));
        let all = roles.chain(trust).chain(others);
        all.flat_map(|(policy, given)| {
            let notes = given.map(|given| given.findings()).unwrap_or_default();
            notes.into_iter().map(move |note| (policy, note))
        })
        .collect()
    }
}

/// Returns the texts by which a template may call a role.
///
/// These are the ARN and the last part of the path:
///
/// ```text
/// arn:aws:iam::111122223333:role/service/replication   the ARN, and `replication`
/// ```
pub(in crate::cli) fn names_of(role: &RoleArn) -> Vec<String> {
    let name = role.path_and_name().rsplit('/').next().unwrap_or_default();
    vec![role.to_string(), name.to_owned()]
}

/// Returns the document of a policy; the error is a remark that it is not used, with the expression
/// that makes it unknown, or with the first finding in it.
fn document(policy: &TemplatePolicy, kind: DocumentKind) -> Result<PolicyDocument, String> {
    let address = policy.address();
    let text = policy.json().map_err(|unknown| {
        format!("a policy of `{address}` is not used: it depends on `{unknown}`")
    })?;
    PolicyDocument::from_output(kind, address, text).map_err(|refused| {
        let (_, report) = *refused;
        let first = report.iter().next().map(|one| one.message.clone()).unwrap_or_default();
        format!("a policy of `{address}` is not used: {first}")
    })
}

/// Adds the policy of a bucket or a key.
///
/// The holder needs a name that a request can have: the name of a bucket, or the ARN of a key. A
/// template has several names for it, of which the first such one is used. If all are expressions,
/// the error is the remark that the policy is not used.
fn other(policy: &TemplatePolicy, given: GivenDocuments) -> Result<GivenDocuments, String> {
    let names = || policy.names().iter();
    let unnamed = || {
        let address = policy.address();
        format!("the policy of `{address}` is not used: the name of its holder is unknown")
    };
    if policy.holder() == PolicyHolder::Bucket {
        let bucket =
            names().find_map(|name| name.parse::<BucketName>().ok()).ok_or_else(unnamed)?;
        return Ok(given.with_bucket_policy(bucket, document(policy, DocumentKind::BucketPolicy)?));
    }
    let key = names().find(|name| name.parse::<KmsKeyArn>().is_ok()).ok_or_else(unnamed)?;
    Ok(given.with_key_policy(key.clone(), document(policy, DocumentKind::KeyPolicy)?))
}
