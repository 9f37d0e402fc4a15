use crate::clause::{Clause, JOB_ROLE_TRUST, ROLE_TRUST};
use crate::model::{AccountId, BucketArn, RoleArn};
use crate::permissions::document::{
    Condition, Effect, PolicyDocument, PrincipalKind, Principals, Selection, Statement,
};
use crate::permissions::given::GivenDocuments;
use crate::permissions::need::{Identity, Key, Need, Purpose, Target};
use crate::permissions::note::Note;
use crate::permissions::operator::{Comparison, Operator};
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

/// The documents that make a configuration work, with least privilege.
#[derive(Clone, Debug)]
pub struct Documents {
    replication_role: RoleDocuments,
    bucket_policies: Vec<BucketPolicy>,
    key_statements: Vec<KeyStatement>,
    batch_role: Option<RoleDocuments>,
    caller: Explained,
    notes: Vec<Note>,
}

/// A policy with a reason for each statement.
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
    trust: Explained,
    policy: Explained,
}

/// The policy of a bucket that another account owns.
#[derive(Clone, Debug)]
pub struct BucketPolicy {
    bucket: BucketArn,
    account: AccountId,
    policy: Explained,
}

/// A statement for the policy of a KMS key that another account owns.
#[derive(Clone, Debug)]
pub struct KeyStatement {
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
        self.add_owner_documents(&mut documents, &replication, Some(role));
        self.add_owner_documents(&mut documents, &job, job_role);
        documents.notes = self.notes(&documents);
        documents
    }

    /// Adds what owners of buckets and keys have to allow a role.
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
        let foreign = needs.iter().filter(|need| need.concerns_owner);
        let foreign: Vec<(&Need, AccountId)> = foreign
            .filter_map(|need| match owner(need) {
                Owner::Other(account) => Some((need, account)),
                _ => None,
            })
            .collect();
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
    fn add_bucket_policy(&mut self, bucket: &BucketArn, account: AccountId, groups: Vec<Group>) {
        let explained = explained(groups);
        match self.bucket_policies.iter_mut().find(|policy| policy.bucket == *bucket) {
            Some(BucketPolicy { policy, .. }) => {
                policy.policy.statements.extend(explained.policy.statements);
                policy.reasons.extend(explained.reasons);
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
#[derive(PartialEq)]
enum Place<'n> {
    Bucket(&'n BucketArn),
    Key(&'n Key),
}

impl<'n> Place<'n> {
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

/// A statement in the making.
struct Group {
    statement: Statement,
    reason: Reason,
}

impl Group {
    /// Returns true if the statement allows everything that another one allows, under the same
    /// conditions.
    fn includes(&self, other: &Self) -> bool {
        let (own, other) = (&self.statement, &other.statement);
        let has_action = |action| own.actions().contains(action);
        let has_resource = |resource| own.resources().contains(resource);
        own.conditions == other.conditions
            && other.actions().iter().all(has_action)
            && other.resources().iter().all(has_resource)
    }

    fn granted_to(mut self, role: &RoleArn) -> Self {
        let entries = vec![(PrincipalKind::Aws, role.to_string())];
        self.statement.principals = Some(Principals { is_negated: false, entries });
        self
    }
}

fn trust(service: &'static str, clause: &'static Clause, why: &str) -> Explained {
    let entries = vec![(PrincipalKind::Service, service.to_owned())];
    let statement = Statement {
        sid: None,
        effect: Effect::Allow,
        principals: Some(Principals { is_negated: false, entries }),
        actions: Selection { is_negated: false, patterns: vec!["sts:AssumeRole".to_owned()] },
        resources: None,
        conditions: Vec::new(),
    };
    let reason = Reason { why: why.to_owned(), clauses: vec![clause] };
    Explained { policy: PolicyDocument::new(vec![statement]), reasons: vec![reason] }
}

fn of_identity(needs: &[Need]) -> Explained {
    // The sample policy of the role does not have the actions on destination buckets (REP-1216).
    let is_granted = |need: &&Need| need.purpose != Purpose::BucketOfDestination;
    explained(grouped(needs.iter().filter(is_granted).collect()))
}

fn explained(groups: Vec<Group>) -> Explained {
    let (mut statements, reasons): (Vec<Statement>, Vec<Reason>) =
        groups.into_iter().map(|group| (group.statement, group.reason)).unzip();
    name_uniquely(&mut statements);
    Explained { policy: PolicyDocument::new(statements), reasons }
}

/// Numbers statements whose `Sid` occurs again.
fn name_uniquely(statements: &mut [Statement]) {
    let mut seen: Vec<String> = Vec::new();
    for statement in statements {
        let Some(sid) = &mut statement.sid else { continue };
        let base = sid.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
        let before = seen.iter().filter(|other| **other == base).count();
        *sid = if before == 0 { base.clone() } else { format!("{base}{}", before + 1) };
        seen.push(base);
    }
}

/// Groups needs into statements: those with one purpose, conditions and resource share their
/// actions, and then those with the same actions share their resources.
fn grouped(needs: Vec<&Need>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for need in needs {
        let conditions = conditions(need);
        let resource = need.resource();
        let same = groups.iter_mut().find(|group| {
            let statement = &group.statement;
            statement.sid.as_deref() == Some(need.sid)
                && statement.conditions == conditions
                && statement.resources() == [resource.as_str()]
        });
        match same {
            Some(group) => {
                let actions = &mut group.statement.actions.patterns;
                if !actions.iter().any(|action| action == need.action) {
                    actions.push(need.action.to_owned());
                }
                group.reason.add(&need.why, need.clause);
            }
            None => groups.push(Group {
                statement: Statement {
                    sid: Some(need.sid.to_owned()),
                    effect: Effect::Allow,
                    principals: None,
                    actions: Selection {
                        is_negated: false,
                        patterns: vec![need.action.to_owned()],
                    },
                    resources: Some(Selection { is_negated: false, patterns: vec![resource] }),
                    conditions,
                },
                reason: Reason { why: need.why.clone(), clauses: vec![need.clause] },
            }),
        }
    }
    let mut merged: Vec<Group> = Vec::new();
    for group in groups {
        let same = merged.iter_mut().find(|other| {
            let (one, other) = (&group.statement, &other.statement);
            one.sid == other.sid
                && one.conditions == other.conditions
                && one.actions == other.actions
        });
        match same {
            Some(other) => {
                if let (Some(resources), Some(more)) =
                    (&mut other.statement.resources, group.statement.resources)
                {
                    resources.patterns.extend(more.patterns);
                }
                for clause in group.reason.clauses {
                    other.reason.add(&group.reason.why, clause);
                }
            }
            None => merged.push(group),
        }
    }
    without_included(merged)
}

/// Merges statements into others that include them: a report and a manifest of a job in one bucket need
/// one statement.
fn without_included(groups: Vec<Group>) -> Vec<Group> {
    let mut kept: Vec<Group> = Vec::new();
    for mut group in groups {
        if let Some(other) = kept.iter_mut().find(|other| other.includes(&group)) {
            let reason = other.reason.clone();
            other.reason = reason.with(group.reason);
            continue;
        }
        let included: Vec<Group> = kept.extract_if(.., |other| group.includes(other)).collect();
        // The reasons stay in the order of the statements.
        if let Some(reason) = included.into_iter().map(|other| other.reason).reduce(Reason::with) {
            group.reason = reason.with(group.reason);
        }
        kept.push(group);
    }
    kept
}

impl Reason {
    /// Adds another reason.
    fn with(mut self, other: Self) -> Self {
        for clause in other.clauses {
            self.add(&other.why, clause);
        }
        self
    }

    fn add(&mut self, why: &str, clause: &'static Clause) {
        if !self.why.contains(why) {
            if !self.why.is_empty() {
                self.why.push_str("; ");
            }
            self.why.push_str(why);
        }
        if !self.clauses.contains(&clause) {
            self.clauses.push(clause);
        }
    }
}

fn conditions(need: &Need) -> Vec<Condition> {
    let operator = |quantifier, comparison| Operator { quantifier, comparison, if_exists: false };
    let mut conditions: Vec<Condition> = need
        .conditions
        .iter()
        .map(|(key, values)| Condition {
            operator: operator(None, Comparison::StringLike),
            key: (*key).to_owned(),
            values: values.clone(),
        })
        .collect();
    if let Target::Key(key) = &need.target
        && let Some(alias) = key.alias()
    {
        let any = Some(crate::permissions::operator::Quantifier::ForAnyValue);
        conditions.push(Condition {
            operator: operator(any, Comparison::StringEquals),
            key: "kms:ResourceAliases".to_owned(),
            values: vec![alias],
        });
    }
    // As they are read back.
    conditions.sort_by_key(|condition| (condition.operator.to_string(), condition.key.clone()));
    conditions
}
