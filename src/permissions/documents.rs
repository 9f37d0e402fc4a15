//! The documents that a configuration needs, written with least privilege.
//!
//! A [`Need`] is one permission with a reason. Written one by one, they would make a policy of
//! fifty statements, of which most differ in the action alone. So they are grouped: same purpose,
//! conditions and resource share their actions, and then same actions share their resources.
//!
//! ```text
//! ReadSourceVersions  s3:GetObjectVersionForReplication  photos/*
//! ReadSourceVersions  s3:GetObjectVersionAcl             photos/*
//!   ─▶ one statement with two actions on photos/*
//! ```
//!
//! Each group keeps the reasons of its needs, so a reviewer can trace every statement to a source.
//! No wildcard is ever made: `s3:Get*` would be shorter, and would grant what nothing needs.
//!
//! The needs come from `replication_needs.rs`, `job_needs.rs` and `caller_needs.rs`; `grouping.rs`
//! makes the statements of them, and `notes.rs` the remarks. Where the documents go:
//!
//! ```text
//! needs of the role     policy and trust of the role
//!   of them, about a bucket of another account    bucket policy, with the role as principal
//!   of them, about a key of another account       statements for the key policy
//! needs of the job      policy and trust of its role, and the same for owners
//! needs of the caller   policy of the caller
//! ```
//!
//! A key policy is not written as a whole, because a key without a statement for its administrators
//! cannot be managed any more. A bucket policy is whole, and its owner adds the statements to the
//! policy that exists.

mod grouping;

use self::grouping::{Group, grouped, name_uniquely};
use crate::clause::{Clause, JOB_ROLE_TRUST, ROLE_TRUST};
use crate::model::{AccountId, BucketArn, RoleArn};
use crate::permissions::document::{
    Effect, PolicyDocument, PrincipalKind, Principals, Selection, Statement,
};
use crate::permissions::given::GivenDocuments;
use crate::permissions::need::{Identity, Key, Need, Purpose, Target};
use crate::permissions::note::Note;
use crate::permissions::setup::{Job, Owner, Setup};

/// The service that assumes the role of a configuration (REP-1201).
pub(super) const REPLICATION_SERVICE: &str = "s3.amazonaws.com";

/// The service that assumes the role of a job (REP-1230).
pub(super) const JOB_SERVICE: &str = "batchoperations.s3.amazonaws.com";

impl Identity {
    /// Returns the service that a role has to trust, with the clause about it.
    pub(super) const fn trust(&self) -> (&'static Clause, &'static str) {
        match self {
            Self::JobRole => (&JOB_ROLE_TRUST, JOB_SERVICE),
            _ => (&ROLE_TRUST, REPLICATION_SERVICE),
        }
    }
}

/// The documents that make a configuration work, with least privilege. Equal configurations and
/// facts have equal documents, byte by byte: nothing here depends on the order of a map.
#[derive(Clone, Debug)]
pub struct Documents {
    // Always there, also without an enabled rule: the role has to exist before a rule is enabled.
    replication_role: RoleDocuments,
    // One for each bucket, in the order of the needs; the statements of both roles are in it.
    bucket_policies: Vec<BucketPolicy>,
    // Several may be about one key; `as_given` joins them.
    key_statements: Vec<KeyStatement>,
    // Also there for a job without a document, whose role has no name.
    batch_role: Option<RoleDocuments>,
    // It includes the creation of the job, if there is one.
    caller: Explained,
    notes: Vec<Note>,
}

/// A policy with a reason for each statement.
///
/// The two lists have the same length: the reason at a position is that of the statement there.
#[derive(Clone, Debug)]
pub struct Explained {
    policy: PolicyDocument,
    reasons: Vec<Reason>,
}

/// The reason for a statement.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Reason {
    /// The purpose of the statement.
    pub why: String,
    /// The clauses behind it.
    pub clauses: Vec<&'static Clause>,
}

/// The two policies of a role.
#[derive(Clone, Debug)]
pub struct RoleDocuments {
    // One statement without conditions.
    trust: Explained,
    policy: Explained,
}

/// The policy of a bucket that another account owns.
///
/// It contains only what replication needs, so it is added to the policy that the bucket has.
#[derive(Clone, Debug)]
pub struct BucketPolicy {
    bucket: BucketArn,
    // The owner of the bucket, who has to attach the policy.
    account: AccountId,
    policy: Explained,
}

/// A statement for the policy of a KMS key that another account owns.
#[derive(Clone, Debug)]
pub struct KeyStatement {
    // The ARN, or the pattern of the keys that it may be if only an alias or nothing is known.
    key: String,
    account: AccountId,
    statement: Statement,
    reason: Reason,
}

impl Documents {
    /// Returns the policies of the role of the configuration.
    #[must_use]
    pub const fn replication_role(&self) -> &RoleDocuments {
        &self.replication_role
    }

    /// Returns the policies of buckets that other accounts own.
    #[must_use]
    pub fn bucket_policies(&self) -> &[BucketPolicy] {
        &self.bucket_policies
    }

    /// Returns the statements for the policies of KMS keys that other accounts own.
    #[must_use]
    pub fn key_statements(&self) -> &[KeyStatement] {
        &self.key_statements
    }

    /// Returns the policies of the role of the job; `None` without a job.
    #[must_use]
    pub const fn batch_role(&self) -> Option<&RoleDocuments> {
        self.batch_role.as_ref()
    }

    /// Returns the policy of a caller who puts the configuration and creates the job.
    #[must_use]
    pub const fn caller(&self) -> &Explained {
        &self.caller
    }

    /// Returns remarks: facts that are unknown, and sources that differ.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Returns the documents in the form that [`Setup::check`] takes.
    ///
    /// A check of the result finds nothing missing. It is also the start for a check with one
    /// document changed.
    #[must_use]
    pub fn as_given(&self) -> GivenDocuments {
        let role = &self.replication_role;
        let mut given = GivenDocuments::new()
            .with_role_policy(role.policy.policy.clone())
            .with_trust_policy(role.trust.policy.clone())
            .with_caller_policy(self.caller.policy.clone());
        for bucket in &self.bucket_policies {
            let name = bucket.bucket.name().clone();
            given = given.with_bucket_policy(name, bucket.policy.policy.clone());
        }
        // A document that is given counts once for each key, so a second one would replace the
        // first.
        let mut keys: Vec<(&str, Vec<Statement>)> = Vec::new();
        for KeyStatement { key, statement, .. } in &self.key_statements {
            match keys.iter_mut().find(|(other, _)| other == key) {
                Some((_, statements)) => statements.push(statement.clone()),
                None => keys.push((key, vec![statement.clone()])),
            }
        }
        for (key, statements) in keys {
            given = given.with_key_policy(key, PolicyDocument::new(statements));
        }
        if let Some(role) = &self.batch_role {
            given = given
                .with_batch_role_policy(role.policy.policy.clone())
                .with_batch_trust_policy(role.trust.policy.clone());
        }
        given
    }
}

impl Explained {
    /// Returns the policy.
    #[must_use]
    pub const fn policy(&self) -> &PolicyDocument {
        &self.policy
    }

    /// Returns the reason for each statement.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }
}

impl RoleDocuments {
    /// Returns the trust policy.
    #[must_use]
    pub const fn trust(&self) -> &PolicyDocument {
        &self.trust.policy
    }

    /// Returns the permissions policy.
    #[must_use]
    pub const fn policy(&self) -> &PolicyDocument {
        &self.policy.policy
    }

    /// Returns the trust policy with its reasons.
    #[must_use]
    pub const fn explained_trust(&self) -> &Explained {
        &self.trust
    }

    /// Returns the permissions policy with its reasons.
    #[must_use]
    pub const fn explained_policy(&self) -> &Explained {
        &self.policy
    }
}

impl BucketPolicy {
    /// Returns the bucket.
    #[must_use]
    pub const fn bucket(&self) -> &BucketArn {
        &self.bucket
    }

    /// Returns the account that owns the bucket.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// Returns the policy with its reasons.
    #[must_use]
    pub const fn explained(&self) -> &Explained {
        &self.policy
    }
}

impl KeyStatement {
    /// Returns the ARN of the key, or the pattern of the keys that it may be.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Returns the account that owns the key.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// Returns the statement.
    #[must_use]
    pub const fn statement(&self) -> &Statement {
        &self.statement
    }

    /// Returns the reason for the statement.
    #[must_use]
    pub const fn reason(&self) -> &Reason {
        &self.reason
    }
}

impl Setup<'_> {
    /// Returns the documents that make the configuration work, and the job if there is one.
    ///
    /// Where sources differ on an action, the documents have it. What no rule uses, they leave out.
    #[must_use]
    pub fn documents(&self) -> Documents {
        let replication = self.replication_needs();
        let job = self.job_needs();
        let role = self.role;
        // No principal can be written for a role without a name, so its owners get no documents.
        let job_role = match self.job {
            Some(Job::Specified(job)) => Some(job.role_arn()),
            _ => None,
        };
        let mut documents = Documents {
            replication_role: RoleDocuments {
                trust: trust(REPLICATION_SERVICE, &ROLE_TRUST, "S3 assumes the role to replicate"),
                policy: of_identity(&replication),
            },
            bucket_policies: Vec::new(),
            key_statements: Vec::new(),
            batch_role: self.job.map(|_| RoleDocuments {
                trust: trust(
                    JOB_SERVICE,
                    &JOB_ROLE_TRUST,
                    "S3 Batch Operations assumes the role to run the job",
                ),
                policy: of_identity(&job),
            }),
            caller: of_identity(&self.caller_needs()),
            notes: Vec::new(),
        };
        // The role of the configuration first: its statements keep their names, and those of the
        // job get numbers.
        self.add_owner_documents(&mut documents, &replication, Some(role));
        self.add_owner_documents(&mut documents, &job, job_role);
        // Last, since the remarks measure the documents.
        documents.notes = self.notes(&documents);
        documents
    }

    /// Adds what owners of buckets and keys have to allow a role.
    ///
    /// Within the account of the role, the policy of the role is enough (REP-1225). Between
    /// accounts both sides have to allow, so the owner gets the same statements with the role as
    /// principal.
    ///
    /// A bucket or a key of an unknown owner counts as one of the account of the role, and a remark
    /// names it.
    fn add_owner_documents(
        &self,
        documents: &mut Documents,
        needs: &[Need],
        role: Option<&RoleArn>,
    ) {
        let Some(role) = role else { return };
        let owner = |need: &Need| {
            need.target.owner(|bucket| self.owner(bucket), |account| self.owned_by(account))
        };
        // Needs on the source bucket concern no owner, whatever the account of the bucket is.
        let foreign = needs.iter().filter(|need| need.concerns_owner);
        let foreign: Vec<(&Need, AccountId)> = foreign
            .filter_map(|need| match owner(need) {
                Owner::Other(account) => Some((need, account)),
                _ => None,
            })
            .collect();
        // In the order of the needs, so that equal configurations have equal documents.
        let mut places: Vec<(Place<'_>, AccountId)> = Vec::new();
        for (need, account) in &foreign {
            let place = Place::of(&need.target).map(|place| (place, *account));
            places.extend(place.filter(|place| !places.contains(place)));
        }
        for (place, account) in places {
            let here: Vec<&Need> = foreign
                .iter()
                .map(|(need, _)| *need)
                .filter(|need| Place::of(&need.target).as_ref() == Some(&place))
                .collect();
            // Grouped for each place, since a document of one owner must not name what belongs to
            // another.
            let groups = grouped(here).into_iter().map(|group| group.granted_to(role));
            match place {
                Place::Bucket(bucket) => {
                    documents.add_bucket_policy(bucket, account, groups.collect());
                }
                Place::Key(key) => documents.key_statements.extend(groups.map(|group| {
                    let key = key.pattern();
                    // In a key policy the key is the only resource.
                    let all = Selection { is_negated: false, patterns: vec!["*".to_owned()] };
                    let statement = Statement { resources: Some(all), ..group.statement };
                    KeyStatement { key, account, statement, reason: group.reason }
                })),
            }
        }
    }
}

impl Documents {
    /// Adds statements to the policy of a bucket.
    ///
    /// The bucket has a policy already if the other role needs it, too; the statements are appended
    /// then.
    fn add_bucket_policy(&mut self, bucket: &BucketArn, account: AccountId, groups: Vec<Group>) {
        let explained = explained(groups);
        match self.bucket_policies.iter_mut().find(|policy| policy.bucket == *bucket) {
            Some(BucketPolicy { policy, .. }) => {
                policy.policy.statements.extend(explained.policy.statements);
                policy.reasons.extend(explained.reasons);
                // The role of the job may need the same bucket as the role of the configuration.
                name_uniquely(&mut policy.policy.statements);
            }
            None => self.bucket_policies.push(BucketPolicy {
                bucket: bucket.clone(),
                account,
                policy: explained,
            }),
        }
    }
}

/// A bucket or a key whose owner has to allow something.
///
/// Objects and their bucket have one policy, so they are one place.
#[derive(PartialEq)]
enum Place<'n> {
    Bucket(&'n BucketArn),
    Key(&'n Key),
}

impl<'n> Place<'n> {
    /// Returns the place of a target; nothing for what no owner guards.
    fn of(target: &'n Target) -> Option<Self> {
        match target {
            Target::Bucket(bucket)
            | Target::Objects { bucket, .. }
            | Target::Object { bucket, .. } => Some(Self::Bucket(bucket)),
            Target::Key(key) => Some(Self::Key(key)),
            Target::Role(_) | Target::Anything => None,
        }
    }
}

/// Makes the trust policy for a service. It has no condition on the source account: that is good
/// practice, but no source requires it, and a wrong one stops replication.
///
/// `why` is the reason of the only statement.
fn trust(service: &'static str, clause: &'static Clause, why: &str) -> Explained {
    let entries = vec![(PrincipalKind::Service, service.to_owned())];
    let statement = Statement {
        sid: None,
        effect: Effect::Allow,
        principals: Some(Principals { is_negated: false, entries }),
        actions: Selection { is_negated: false, patterns: vec!["sts:AssumeRole".to_owned()] },
        // A trust policy has no resource: it belongs to the role that it is about.
        resources: None,
        conditions: Vec::new(),
    };
    let reason = Reason { why: why.to_owned(), clauses: vec![clause] };
    Explained { policy: PolicyDocument::new(vec![statement]), reasons: vec![reason] }
}

/// Makes the permissions policy of a role or a caller.
///
/// Statement by statement in the order of the needs, with everything that is advised.
fn of_identity(needs: &[Need]) -> Explained {
    // The sample policy of the role does not have the actions on destination buckets (REP-1216).
    let is_granted = |need: &&Need| need.purpose != Purpose::BucketOfDestination;
    explained(grouped(needs.iter().filter(is_granted).collect()))
}

/// Splits groups into statements and reasons, which keep their order.
fn explained(groups: Vec<Group>) -> Explained {
    let (mut statements, reasons): (Vec<Statement>, Vec<Reason>) =
        groups.into_iter().map(|group| (group.statement, group.reason)).unzip();
    name_uniquely(&mut statements);
    Explained { policy: PolicyDocument::new(statements), reasons }
}
