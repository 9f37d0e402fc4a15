//! The requests that S3 makes for a need, and the policy of the resource that guards them.
//!
//! A need has an action and a target. A policy sees more: the role, the account of the bucket, the
//! headers, the encryption context. What S3 certainly sends is set here, and what no source decides is
//! left unknown.
//!
//! ```text
//! need     s3:ReplicateObject on backup/*, variant with SSE-KMS
//! request  s3:ReplicateObject, principal: the role, and these keys:
//!          aws:SecureTransport true, aws:PrincipalArn, aws:ResourceAccount, aws:RequestedRegion,
//!          s3:x-amz-server-side-encryption aws:kms, …-aws-kms-key-id the key of the replicas
//! unknown  aws:SourceIp, aws:SourceVpce, aws:PrincipalOrgID, aws:CurrentTime, …
//! ```
//!
//! The resource is still the one of the statement, such as `backup/*`. `Scope` replaces it by
//! objects, one request for each that a policy may treat differently.

use super::identity_documents;
use crate::model::{BucketName, KmsKeyArn};
use crate::permissions::checked::DocumentName;
use crate::permissions::document::PolicyDocument;
use crate::permissions::given::GivenDocuments;
use crate::permissions::need::{EncryptionContext, Identity, Key, Keys, Need, Target};
use crate::permissions::request::{Request, RequestPrincipal};
use crate::permissions::scope::CONTEXT_KEY;
use crate::permissions::setup::{Owner, Setup};
use crate::permissions::wildcard::Wildcard;

impl Setup<'_> {
    /// Returns the request, but for what depends on an object.
    ///
    /// The condition keys that no source decides are left out, and are unknown then: a condition on
    /// `aws:SourceIp` leaves the answer open. Keys that S3 certainly sends, or certainly does not,
    /// are set. `key` is the KMS key of the need with the ARN that is tried for it, and `keys` is
    /// one variant of condition keys of the need.
    pub(super) fn request(
        &self,
        need: &Need,
        action: &str,
        keys: &Keys,
        key: Option<(&Key, &str)>,
    ) -> Request {
        // A key that is unknown has a pattern as its resource, which no request can have.
        let resource = key.map_or_else(|| need.resource(), |(_, arn)| arn.to_owned());
        let mut request = Request::new(action, resource);
        // S3 uses the role itself, through TLS (REP-1227). How a caller connects is not known.
        if need.identity != Identity::Caller {
            request = request
                .with("aws:SecureTransport", ["true"])
                .with("aws:ViaAWSService", ["false"])
                .with("aws:PrincipalIsAWSService", ["false"]);
        }
        // Without a role, the principal stays unknown, and so does a statement that names
        // principals.
        if let Some(role) = self.role_of(&need.identity) {
            request = request.by(RequestPrincipal::Role(role.clone()));
        }
        let owner =
            need.target.owner(|bucket| self.owner(bucket), |account| self.owned_by(account));
        let account = match owner {
            Owner::Same => Some(self.role_account()),
            Owner::Other(account) => Some(account),
            Owner::Unknown => None,
        };
        // The key of all services, and that of S3, with one value. With an unknown owner, both stay
        // unknown.
        if let Some(account) = account {
            request = request
                .with("aws:ResourceAccount", [account.as_str()])
                .with("s3:ResourceAccount", [account.as_str()]);
        }
        if let Some((_, arn)) = key {
            request = request
                .with("kms:CallerAccount", [self.role_account().as_str()])
                // S3 gives KMS one pair as the context, and KMS encrypts data keys by this
                // algorithm only.
                .with("kms:EncryptionContextKeys", ["aws:s3:arn"])
                .with("kms:EncryptionAlgorithm", ["SYMMETRIC_DEFAULT"]);
            // A key is used in its own Region, whatever the Region of the bucket.
            if let Ok(arn) = arn.parse::<KmsKeyArn>() {
                request = request.with("aws:RequestedRegion", [arn.region().as_str()]);
            }
        }
        if let Target::Bucket(bucket)
        | Target::Objects { bucket, .. }
        | Target::Object { bucket, .. } = &need.target
            && let Some(region) = self.region(bucket.name())
        {
            request = request.with("aws:RequestedRegion", [region.as_str()]);
        }
        for (name, possible) in keys {
            let possible = possible.iter().cloned().map(|values| {
                // The Region of an unknown place is that of the key.
                let region = key.and_then(|(_, arn)| arn.split(':').nth(3));
                values.map(|values| {
                    // `s3.*.amazonaws.com` is the service in the statement, where the Region of the
                    // bucket is unknown. No request has such a value, so it becomes that of the
                    // key.
                    let with_region = |value: String| match region {
                        Some(region) if *name == "kms:ViaService" => value.replace('*', region),
                        _ => value,
                    };
                    values.into_iter().map(with_region).collect()
                })
            });
            // Several possible values stay open: a condition is decided if it has one answer for
            // all.
            request = request.with_one_of(name, possible);
        }
        // With an S3 Bucket Key, S3 makes one request to KMS for many objects, and the context is
        // the bucket (REP-1215).
        if let Some(EncryptionContext::Bucket(bucket)) = &need.encryption_context {
            request = request.with(CONTEXT_KEY, [bucket.as_str()]);
        }
        request
    }

    /// Returns the policy of the bucket or key, if it is given.
    ///
    /// A caller has no guard here: the policies that are given for it are those of its own account.
    ///
    /// `None` if the policy is not given, and for a role or a job as the target, which no such
    /// policy guards.
    pub(super) fn guard<'g>(
        &self,
        need: &Need,
        key: Option<(&Key, &str)>,
        given: &'g GivenDocuments,
    ) -> Option<(DocumentName, &'g PolicyDocument)> {
        if need.identity == Identity::Caller {
            return None;
        }
        match (&need.target, key) {
            (
                Target::Bucket(bucket)
                | Target::Objects { bucket, .. }
                | Target::Object { bucket, .. },
                _,
            ) => {
                let name = bucket.name();
                Some((self.name_of_policy(name), given.bucket(name)?))
            }
            (Target::Key(_), Some((key, arn))) => {
                // A caller may have given the policy by ARN, by ID, or under the pattern of the
                // unknown key.
                let policy = given.key(arn, &key.pattern())?;
                Some((DocumentName::KmsKeyPolicy(arn.to_owned()), policy))
            }
            _ => None,
        }
    }

    /// The name decides how a message refers to the document. A bucket may be source and
    /// destination in a pair of configurations; for this one it is the source.
    ///
    /// A bucket that is neither is that of a manifest or a report.
    pub(in crate::permissions) fn name_of_policy(&self, bucket: &BucketName) -> DocumentName {
        if *bucket == self.source {
            DocumentName::SourceBucketPolicy(bucket.clone())
        } else if self.destinations().iter().any(|other| other.name() == bucket) {
            DocumentName::DestinationBucketPolicy(bucket.clone())
        } else {
            DocumentName::BucketPolicy(bucket.clone())
        }
    }
}

/// Returns the keys that an unknown key may be.
///
/// The last one is made up, and stands for all keys that no policy names. Without it, a policy that
/// grants each key by its ARN would look sufficient for a key that is added tomorrow.
///
/// ```text
/// known key                              the key
/// any key of an account, and a policy    the keys of that account which the policies of the role
///                                        name, those whose policies are given, and a made-up one
/// ```
///
/// Only whole ARNs are taken from the policies. A pattern of a policy needs no candidate of its
/// own: the made-up key matches it if it is wide enough, and a narrower one grants too little.
pub(super) fn candidates(key: &Key, need: &Need, given: &GivenDocuments) -> Vec<String> {
    if let Key::Known(arn) = key {
        return vec![arn.to_string()];
    }
    let pattern = key.pattern();
    let wildcard = Wildcard::new(&pattern);
    let mut candidates = Vec::new();
    for document in identity_documents(&need.identity, given) {
        for statement in &document.statements {
            for resource in statement.resources() {
                let is_key = resource.parse::<KmsKeyArn>().is_ok();
                // A key in another Region or account is none of the possible ones.
                if is_key && wildcard.matches(resource) && !candidates.contains(resource) {
                    candidates.push(resource.clone());
                }
            }
        }
    }
    for (name, _) in &given.keys {
        if wildcard.matches(name) && name.parse::<KmsKeyArn>().is_ok() {
            candidates.push(name.clone());
        }
    }
    candidates.push(key.made_up());
    candidates
}
