use std::collections::{BTreeMap, BTreeSet};

use crate::model::{BucketName, KmsKeyArn, RoleArn};
use crate::permissions::checked::{Cause, Checked, DocumentName, Missing, Undecided};
use crate::permissions::decision::{Decision, Details};
use crate::permissions::document::PolicyDocument;
use crate::permissions::given::GivenDocuments;
use crate::permissions::need::{EncryptionContext, Identity, Key, Keys, Need, Purpose, Target};
use crate::permissions::note::Note;
use crate::permissions::request::{Request, RequestPrincipal};
use crate::permissions::scope::Scope;
use crate::permissions::setup::{Job, Owner, Setup};

/// The answer about one request.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    Permitted,
    /// The document does not permit it.
    Not {
        document: DocumentName,
        cause: Cause,
        statement: Option<String>,
        example: String,
        failing: BTreeSet<String>,
    },
    Unknown {
        document: DocumentName,
        depends_on: BTreeSet<String>,
    },
}

impl Setup<'_> {
    /// Checks documents against what the configuration needs, and the job if there is one.
    ///
    /// The answers are exact: a request is judged for every key that the rules select, and where a
    /// policy treats keys differently, the answer has an example. What depends on unknown condition
    /// keys is undecided.
    #[must_use]
    pub fn check(&self, given: &GivenDocuments) -> Checked {
        let mut checked = Checked {
            missing: Vec::new(),
            undecided: Vec::new(),
            not_given: Vec::new(),
            unknown: Vec::new(),
            notes: Vec::new(),
        };
        for (identity, needs) in self.needs() {
            if let Some(answer) = self.answer_about_trust(&identity, given) {
                checked.add_trust(self, &identity, answer);
            }
            for need in &needs {
                let answer = self.answer(need, given);
                checked.add(need, answer);
            }
            super::excess::add_excess(&identity, &needs, given, &mut checked.notes);
        }
        checked.not_given = self.not_given(given);
        checked.unknown = self.unknown_facts(given);
        self.add_doubts(given, &mut checked.notes);
        checked
    }

    /// Returns all needs, by the holder of the permission.
    pub(super) fn needs(&self) -> Vec<(Identity, Vec<Need>)> {
        let mut needs = vec![(Identity::ReplicationRole, self.replication_needs())];
        if self.job.is_some() {
            needs.push((Identity::JobRole, self.job_needs()));
        }
        needs.push((Identity::Caller, self.caller_needs()));
        needs
    }

    /// Returns the role whose session makes the requests, if its name is known.
    pub(super) fn role_of(&self, identity: &Identity) -> Option<&RoleArn> {
        match (identity, self.job) {
            (Identity::ReplicationRole, _) => Some(self.role),
            (Identity::JobRole, Some(Job::Specified(job))) => Some(job.role_arn()),
            _ => None,
        }
    }

    /// Answers about a need: a request that is not permitted, else one that is undecided.
    pub(super) fn answer(&self, need: &Need, given: &GivenDocuments) -> Answer {
        let answer = self.answer_about_action(need, need.action, given);
        match (need.substitute, answer) {
            (
                Some(substitute),
                Answer::Not { document, cause: Cause::NotAllowed, statement, example, failing },
            ) => match self.answer_about_action(need, substitute, given) {
                Answer::Permitted => Answer::Permitted,
                _ => {
                    Answer::Not { document, cause: Cause::NotAllowed, statement, example, failing }
                }
            },
            (_, answer) => answer,
        }
    }

    fn answer_about_action(&self, need: &Need, action: &str, given: &GivenDocuments) -> Answer {
        let Target::Key(key) = &need.target else {
            return self.answer_about_key(need, action, None, given);
        };
        // Any key that the policies name may be the unknown one; a made-up key represents all others.
        let mut worst: Option<Answer> = None;
        for candidate in candidates(key, need, given) {
            let answer = self.answer_about_key(need, action, Some((key, &candidate)), given);
            match (&answer, &worst) {
                (Answer::Permitted, _) => return answer,
                (_, None) | (Answer::Unknown { .. }, Some(Answer::Not { .. })) => {
                    worst = Some(answer);
                }
                _ => {}
            }
        }
        worst.unwrap_or(Answer::Permitted)
    }

    fn answer_about_key(
        &self,
        need: &Need,
        action: &str,
        key: Option<(&Key, &str)>,
        given: &GivenDocuments,
    ) -> Answer {
        let identity = identity_documents(&need.identity, given);
        let guard = self.guard(need, key, given);
        let guard_document = guard.as_ref().map(|(_, document)| *document);
        let mut documents: Vec<&PolicyDocument> = identity.clone();
        documents.extend(guard_document);
        let mut unknown = None;
        for keys in &need.variants {
            let base = self.request(need, action, keys, key);
            let scope = Scope::of(need, &base);
            let Some(requests) = scope.requests(&documents) else {
                let document = document_of(&need.identity);
                let depends_on = ["patterns that are too many to follow".to_owned()].into();
                return Answer::Unknown { document, depends_on };
            };
            for request in requests {
                match self.answer_about_request(need, &request, &identity, guard.as_ref()) {
                    Answer::Permitted => {}
                    answer @ Answer::Not { .. } => return answer,
                    answer @ Answer::Unknown { .. } => unknown = unknown.or(Some(answer)),
                }
            }
        }
        unknown.unwrap_or(Answer::Permitted)
    }

    /// Returns the request, but for what depends on an object.
    fn request(
        &self,
        need: &Need,
        action: &str,
        keys: &Keys,
        key: Option<(&Key, &str)>,
    ) -> Request {
        let resource = key.map_or_else(|| need.resource(), |(_, arn)| arn.to_owned());
        let mut request = Request::new(action, resource);
        if need.identity != Identity::Caller {
            request = request
                .with("aws:SecureTransport", ["true"])
                .with("aws:ViaAWSService", ["false"])
                .with("aws:PrincipalIsAWSService", ["false"]);
        }
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
        if let Some(account) = account {
            request = request
                .with("aws:ResourceAccount", [account.as_str()])
                .with("s3:ResourceAccount", [account.as_str()]);
        }
        if let Some((_, arn)) = key {
            request = request
                .with("kms:CallerAccount", [self.role_account().as_str()])
                .with("kms:EncryptionContextKeys", ["aws:s3:arn"])
                .with("kms:EncryptionAlgorithm", ["SYMMETRIC_DEFAULT"]);
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
                    let with_region = |value: String| match region {
                        Some(region) if *name == "kms:ViaService" => value.replace('*', region),
                        _ => value,
                    };
                    values.into_iter().map(with_region).collect()
                })
            });
            request = request.with_one_of(name, possible);
        }
        if let Some(EncryptionContext::Bucket(bucket)) = &need.encryption_context {
            request = request.with(super::scope::CONTEXT_KEY, [bucket.as_str()]);
        }
        request
    }

    /// Returns the policy of the bucket or key, if it is given.
    fn guard<'g>(
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
                let policy = given.key(arn, &key.pattern())?;
                Some((DocumentName::KmsKeyPolicy(arn.to_owned()), policy))
            }
            _ => None,
        }
    }

    pub(super) fn name_of_policy(&self, bucket: &BucketName) -> DocumentName {
        if *bucket == self.source {
            DocumentName::SourceBucketPolicy(bucket.clone())
        } else if self.destinations().iter().any(|other| other.name() == bucket) {
            DocumentName::DestinationBucketPolicy(bucket.clone())
        } else {
            DocumentName::BucketPolicy(bucket.clone())
        }
    }

    /// Decides about one request by the policies of both sides (REP-1225, REP-1226).
    fn answer_about_request(
        &self,
        need: &Need,
        request: &Request,
        identity: &[&PolicyDocument],
        guard: Option<&(DocumentName, &PolicyDocument)>,
    ) -> Answer {
        let example = super::scope::example(request);
        let document = document_of(&need.identity);
        let own = Side::of(identity, request);
        let other = guard.map(|(name, policy)| (name.clone(), Side::of(&[policy], request)));
        let not = |document: &DocumentName, side: &Side, cause| Answer::Not {
            document: document.clone(),
            cause,
            statement: side.denying.clone(),
            failing: side.failing(cause),
            example: example.clone(),
        };
        if own.denying.is_some() {
            return not(&document, &own, Cause::Denied);
        }
        if let Some((name, side)) = other.as_ref().filter(|(_, side)| side.denying.is_some()) {
            return not(name, side, Cause::Denied);
        }
        let owner = need.target.owner(|bucket| self.owner(bucket), |one| self.owned_by(one));
        let is_key = matches!(need.target, Target::Key(_));
        let is_foreign = matches!(owner, Owner::Other(_));
        let has_identity = !identity.is_empty();
        let own_decision = || if has_identity { own.decision(false) } else { Decision::Allowed };
        let own_answer = || match own_decision() {
            Decision::Allowed => Answer::Permitted,
            Decision::Undecided(depends_on) => {
                Answer::Unknown { document: document.clone(), depends_on }
            }
            Decision::ConditionFails => not(&document, &own, Cause::Condition),
            _ => not(&document, &own, Cause::NotAllowed),
        };
        let Some((name, side)) = &other else { return own_answer() };
        let other_answer = |by_account| match side.decision(by_account) {
            Decision::Allowed => Answer::Permitted,
            Decision::Undecided(depends_on) => {
                Answer::Unknown { document: name.clone(), depends_on }
            }
            Decision::ConditionFails => not(name, side, Cause::Condition),
            _ => not(name, side, Cause::NotAllowed),
        };
        if is_foreign {
            return both(own_answer(), other_answer(true));
        }
        if is_key {
            let direct = other_answer(false);
            return match direct {
                Answer::Permitted if own.never_denies() => direct,
                _ => both(own_answer(), other_answer(true)),
            };
        }
        // Within an account either policy is enough, and neither may deny.
        match (own_answer(), other_answer(false)) {
            (Answer::Permitted, _) if !side.never_denies() => {
                Answer::Unknown { document: name.clone(), depends_on: side.doubts() }
            }
            (_, Answer::Permitted) if own.never_denies() => Answer::Permitted,
            (Answer::Not { .. }, answer @ Answer::Unknown { .. }) | (answer, _) => answer,
        }
    }

    pub(super) fn answer_about_trust(
        &self,
        identity: &Identity,
        given: &GivenDocuments,
    ) -> Option<Answer> {
        let (name, policy, service) = match identity {
            Identity::ReplicationRole => (
                DocumentName::ReplicationRoleTrust,
                given.trust.as_ref()?,
                super::documents::REPLICATION_SERVICE,
            ),
            Identity::JobRole => (
                DocumentName::BatchRoleTrust,
                given.batch_trust.as_ref()?,
                super::documents::JOB_SERVICE,
            ),
            Identity::Caller => return None,
        };
        let role = self.role_of(identity).map_or_else(|| "*".to_owned(), RoleArn::to_string);
        let mut request = Request::new("sts:AssumeRole", role.clone())
            .by(RequestPrincipal::Service(service))
            .with("aws:SourceAccount", [self.source_account().as_str()])
            .with("aws:PrincipalIsAWSService", ["true"])
            .with("aws:PrincipalServiceName", [service])
            .with("aws:SecureTransport", ["true"]);
        request = match (identity, self.region(&self.source)) {
            (Identity::ReplicationRole, _) => {
                request.with("aws:SourceArn", [self.source_arn().as_str()])
            }
            // The ID of the job is not known before it is created.
            (_, Some(region)) => {
                let (partition, account) = (self.partition(), self.source_account());
                let id = "00000000-0000-0000-0000-000000000000";
                request.with(
                    "aws:SourceArn",
                    [format!("arn:{partition}:s3:{region}:{account}:job/{id}")],
                )
            }
            _ => request,
        };
        let side = Side::of(&[policy], &request);
        let not = |cause| Answer::Not {
            document: name.clone(),
            cause,
            statement: side.denying.clone(),
            failing: side.failing(cause),
            example: role.clone(),
        };
        Some(match side.decision(false) {
            Decision::Allowed => Answer::Permitted,
            Decision::Denied { .. } => not(Cause::Denied),
            Decision::ConditionFails => not(Cause::Condition),
            Decision::NotAllowed => not(Cause::NotAllowed),
            Decision::Undecided(depends_on) => Answer::Unknown { document: name, depends_on },
        })
    }

    /// Returns the documents that are needed and not given.
    fn not_given(&self, given: &GivenDocuments) -> Vec<DocumentName> {
        let mut names = BTreeMap::new();
        let mut needed = |name: DocumentName, is_given: bool| {
            names.insert(name, is_given);
        };
        needed(DocumentName::ReplicationRole, !given.role.is_empty());
        needed(DocumentName::ReplicationRoleTrust, given.trust.is_some());
        if self.job.is_some() {
            needed(DocumentName::BatchRole, !given.batch_role.is_empty());
            needed(DocumentName::BatchRoleTrust, given.batch_trust.is_some());
        }
        let documents = self.documents();
        for policy in documents.bucket_policies() {
            let name = policy.bucket().name();
            needed(self.name_of_policy(name), given.bucket(name).is_some());
        }
        for statement in documents.key_statements() {
            let key = statement.key();
            needed(DocumentName::KmsKeyPolicy(key.to_owned()), given.key(key, key).is_some());
        }
        names.into_iter().filter(|(_, is_given)| !is_given).map(|(name, _)| name).collect()
    }
}

/// Returns the keys that an unknown key may be.
fn candidates(key: &Key, need: &Need, given: &GivenDocuments) -> Vec<String> {
    if let Key::Known(arn) = key {
        return vec![arn.to_string()];
    }
    let pattern = key.pattern();
    let wildcard = super::wildcard::Wildcard::new(&pattern);
    let mut candidates = Vec::new();
    for document in identity_documents(&need.identity, given) {
        for statement in &document.statements {
            for resource in statement.resources() {
                let is_key = resource.parse::<KmsKeyArn>().is_ok();
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
    let id = "key/00000000-0000-0000-0000-000000000000";
    let made_up = pattern.replacen(":*:", ":xx-nowhere-1:", 1).replacen(":*:", ":000000000000:", 1);
    candidates.push(made_up.replace("key/*", id));
    candidates
}

pub(super) fn identity_documents<'g>(
    identity: &Identity,
    given: &'g GivenDocuments,
) -> Vec<&'g PolicyDocument> {
    match identity {
        Identity::ReplicationRole => given.role.iter().collect(),
        Identity::JobRole => given.batch_role.iter().collect(),
        Identity::Caller => given.caller.iter().collect(),
    }
}

pub(super) const fn document_of(identity: &Identity) -> DocumentName {
    match identity {
        Identity::ReplicationRole => DocumentName::ReplicationRole,
        Identity::JobRole => DocumentName::BatchRole,
        Identity::Caller => DocumentName::Caller,
    }
}

/// Returns the first answer that is no permission; one that is certain goes first.
fn both(one: Answer, other: Answer) -> Answer {
    if matches!(one, Answer::Not { .. }) || matches!(other, Answer::Permitted) {
        return one;
    }
    if matches!(other, Answer::Not { .. }) || matches!(one, Answer::Permitted) {
        return other;
    }
    one
}

/// The policies of one side, and what they decide together.
struct Side {
    details: Option<Details>,
    /// The statement that denies, by its `Sid` or number.
    denying: Option<String>,
}

impl Side {
    fn of(documents: &[&PolicyDocument], request: &Request) -> Self {
        let mut side = Self { details: None, denying: None };
        for document in documents {
            let details = document.details(request);
            if let (Some(position), None) = (details.denying, &side.denying) {
                let sid = document.statements.get(position).and_then(|one| one.sid.clone());
                side.denying = Some(sid.unwrap_or_else(|| format!("#{}", position + 1)));
            }
            side.details = Some(match side.details.take() {
                Some(before) => before.together(details),
                None => details,
            });
        }
        side
    }

    fn decision(&self, by_account: bool) -> Decision {
        self.details.clone().map_or(Decision::NotAllowed, |details| details.decision(by_account))
    }

    /// Returns the keys of the conditions that fail, if that is the cause.
    fn failing(&self, cause: Cause) -> BTreeSet<String> {
        let details = self.details.as_ref().filter(|_| cause == Cause::Condition);
        details.map(|details| details.failing.clone()).unwrap_or_default()
    }

    fn never_denies(&self) -> bool {
        self.details.as_ref().is_none_or(Details::never_denies)
    }

    fn doubts(&self) -> BTreeSet<String> {
        self.details.as_ref().map(Details::doubts).unwrap_or_default()
    }
}

impl Checked {
    fn add(&mut self, need: &Need, answer: Answer) {
        match answer {
            Answer::Not { document, cause, statement, example, failing } if need.is_required => {
                let missing = Missing {
                    action: need.action.to_owned(),
                    resource: need.resource(),
                    example,
                    document,
                    cause,
                    statement,
                    failing_conditions: failing,
                    why: need.why.clone(),
                    failure_reason: need.failure,
                    effect: need.effect,
                    clause: need.clause,
                };
                let is_known = self.missing.iter().any(|other| {
                    (&other.action, &other.resource, &other.document)
                        == (&missing.action, &missing.resource, &missing.document)
                });
                if !is_known {
                    self.missing.push(missing);
                }
            }
            Answer::Not { document, cause, .. } => {
                let note = advised(need, &document, cause);
                if !self.notes.contains(&note) {
                    self.notes.push(note);
                }
            }
            Answer::Unknown { document, depends_on } if need.is_required => {
                let undecided = Undecided {
                    action: need.action.to_owned(),
                    resource: need.resource(),
                    document,
                    depends_on,
                };
                if !self.undecided.contains(&undecided) {
                    self.undecided.push(undecided);
                }
            }
            Answer::Permitted | Answer::Unknown { .. } => {}
        }
    }

    fn add_trust(&mut self, setup: &Setup<'_>, identity: &Identity, answer: Answer) {
        let role = setup.role_of(identity).map_or_else(|| "*".to_owned(), RoleArn::to_string);
        let (clause, service) = identity.trust();
        match answer {
            Answer::Permitted => {}
            Answer::Not { document, cause, statement, example, failing } => {
                self.missing.push(Missing {
                    action: "sts:AssumeRole".to_owned(),
                    resource: role,
                    example,
                    document,
                    cause,
                    statement,
                    failing_conditions: failing,
                    why: format!("`{service}` assumes the role"),
                    failure_reason: Some("AssumeRoleNotPermitted"),
                    effect: "",
                    clause,
                });
            }
            Answer::Unknown { document, depends_on } => self.undecided.push(Undecided {
                action: "sts:AssumeRole".to_owned(),
                resource: role,
                document,
                depends_on,
            }),
        }
    }
}

/// Returns the remark about a need that is not certain.
fn advised(need: &Need, document: &DocumentName, cause: Cause) -> Note {
    let verb = match cause {
        Cause::NotAllowed => "does not allow",
        Cause::Denied => "denies",
        Cause::Condition => "allows only under a condition that fails",
    };
    let effect = match need.purpose {
        Purpose::ReadTags => "replicas have no tags",
        Purpose::WriteTags if cause == Cause::Denied => "replicas have no tags",
        Purpose::WriteTags => "one source states that replicas need it for their tags",
        Purpose::Encrypt | Purpose::Decrypt => "some sources or versions need it, see the clause",
        Purpose::EncryptByDefault => "only versions written before 2023 need it",
        Purpose::ChangeOwner => "the bucket owner owns the replicas without it",
        _ => "some sources or versions need it",
    };
    Note::new(
        need.clause,
        format!("{document} {verb} `{}` on `{}`; {effect}", need.action, need.resource()),
    )
}
