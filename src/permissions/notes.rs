//! The remarks about written and checked documents.
//!
//! There are two sets. Documents that are written get remarks about everything that was assumed for
//! them. Documents that are checked get only remarks about what they contain; facts that are
//! unknown are reported apart, because they take the verdict away.
//!
//! Each remark is one sentence fragment with a clause, such as "the account of `backup` is unknown
//! and taken for 111122223333". The functions are called in the order in which a report shows them:
//! accounts, keys, options, job, size. An order by importance would change with the facts, and so
//! would the output.
//!
//! Remarks that name permissions which are granted and not needed are in `excess.rs`, those with
//! codes in `lints.rs`, and the unknown facts of a check in `unknown.rs`.

use crate::clause::{
    CONFIGURATION_CALLER, JOB_ROLE, JOB_ROLE_WRITES_OUTPUT, KMS_CONDITIONS, OTHER_ACCOUNT_BUCKET,
    POLICY_SIZE, REPLICA_KEY_ALIAS, ROLE_DECRYPTS, ROLE_ENCRYPTS, ROLE_READS_ANNOTATIONS,
    ROLE_READS_LOCKS, ROLE_TRUST,
};
use crate::dialect::permission::DestinationBucketActions;
use crate::model::{KmsKeyResource, ReplicationConfiguration, ReplicationRule};
use crate::permissions::check::Answer;
use crate::permissions::documents::Documents;
use crate::permissions::given::GivenDocuments;
use crate::permissions::need::{Need, Purpose};
use crate::permissions::note::Note;
use crate::permissions::setup::{Job, Owner, Setup};

impl Setup<'_> {
    /// Returns the remarks about generated documents.
    ///
    /// They are part of [`Documents`], and the last to be made, because the size is that of the
    /// finished documents.
    pub(super) fn notes(&self, documents: &Documents) -> Vec<Note> {
        let mut notes = self.notes_on_owners();
        notes.extend(self.notes_on_keys());
        notes.extend(self.notes_on_options());
        notes.extend(self.notes_on_job());
        notes.extend(notes_on_size(documents));
        notes
    }

    /// Returns the remarks about accounts. The account decides whether a bucket policy is needed,
    /// and it is the fact that is missing most often.
    fn notes_on_owners(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        // The one configuration that S3 refuses whatever the documents allow, so it comes first.
        if self.source_account() != self.role_account() {
            notes.push(Note::new(
                &CONFIGURATION_CALLER,
                format!(
                    "the role is in the account {}, the source bucket in {}; S3 denies such a \
                     configuration, so create the role in the account of the bucket",
                    self.role_account(),
                    self.source_account()
                ),
            ));
        }
        // Without an enabled rule the documents grant nothing on a destination, which would look
        // like a mistake of this crate.
        if self.rules().next().is_none() {
            notes.push(Note::new(
                &ROLE_TRUST,
                "every rule is disabled, so the role needs no permission on any destination",
            ));
        }
        for bucket in self.destinations() {
            let name = bucket.name();
            match self.owner(bucket) {
                // The documents have no bucket policy for it: whether one is needed, and in which
                // account, is not known.
                Owner::Unknown => notes.push(Note::new(
                    &OTHER_ACCOUNT_BUCKET,
                    format!(
                        "the account of `{name}` is unknown and taken for {}; if another one owns \
                         it, name that in `Account` of the rule or in the context",
                        self.role_account()
                    ),
                )),
                Owner::Other(_)
                    if self.answers().destination_bucket_actions()
                        // Who compares the documents with the sample finds these actions missing,
                        // so the reason is stated. With the other answer of the dialect, the
                        // documents have them.
                        == DestinationBucketActions::Unneeded =>
                {
                    notes.push(Note::new(
                        &OTHER_ACCOUNT_BUCKET,
                        format!(
                            "the sample policy of AWS for `{name}` also allows `s3:List*`, \
                             `s3:GetBucketVersioning` and `s3:PutBucketVersioning`, which the \
                             sample role may not use"
                        ),
                    ));
                }
                // A bucket of the account of the role needs no policy.
                _ => {}
            }
        }
        notes
    }

    /// Returns the remarks about KMS keys; none if no rule selects versions that are encrypted with
    /// one.
    ///
    /// Unknown keys and Regions widen the written statements, and each remark names the fact that
    /// would narrow them.
    fn notes_on_keys(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        if !self.rules().any(ReplicationRule::selects_kms) {
            return notes;
        }
        let source = &self.source;
        if self.source_keys().is_empty() {
            notes.push(Note::new(
                &ROLE_DECRYPTS,
                format!(
                    "the keys of `{source}` are unknown, so the role may use every key of the \
                     account there; name them with `--source-key` or `DefaultKmsKeyId` in the context"
                ),
            ));
            // A known key has a Region, so this matters only where no key is known.
            if self.region(source).is_none() {
                notes.push(Note::new(
                    &KMS_CONDITIONS,
                    format!("the Region of `{source}` is unknown; name it in the context"),
                ));
            }
        }
        // The two settings have different encryption contexts, and a statement for one denies the
        // other (REP-1215).
        if self.settings(source).and_then(|settings| settings.bucket_key_enabled).is_none() {
            notes.push(Note::new(
                &KMS_CONDITIONS,
                format!(
                    "the use of S3 Bucket Keys by `{source}` is unknown, so the conditions name \
                     objects and bucket"
                ),
            ));
        }
        for rule in self.rules().filter(|rule| rule.selects_kms()) {
            let Some(kms) = &rule.kms else { continue };
            // An AWS managed key has a policy that cannot be changed, so another account can never
            // use it.
            let is_managed = kms.replica_key.as_ref().is_some_and(|key| {
                // Its ARN as a key is like any other, so only the alias shows that it is the
                // managed one.
                matches!(key.resource(), KmsKeyResource::Alias(alias) if &**alias == "aws/s3")
            });
            // With an unknown owner, the remark about its account is there already.
            if is_managed && matches!(self.owner(&rule.destination.bucket), Owner::Other(_)) {
                notes.push(Note::new(
                    &REPLICA_KEY_ALIAS,
                    format!(
                        "the rule `{}` uses the AWS managed key for a bucket of another account, \
                         which cannot use it",
                        rule.name()
                    ),
                ));
            }
        }
        notes.push(Note::new(
            // Once for the documents, and not once for each key, because the statements of all keys
            // are alike.
            &ROLE_ENCRYPTS,
            "sources differ on the actions that the key of the replicas needs; the documents allow \
             all of them",
        ));
        notes
    }

    /// Returns the remarks about features that would add needs.
    ///
    /// These are the features that no configuration shows: Object Lock is a setting of the bucket,
    /// and the use of annotations is stated by the caller.
    fn notes_on_options(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        let source = &self.source;
        if self.settings(source).and_then(|settings| settings.object_lock).is_none() {
            notes.push(Note::new(
                &ROLE_READS_LOCKS,
                format!(
                    "Object Lock of `{source}` is unknown; if it is enabled, name it in the \
                     context, since the role then needs two more actions"
                ),
            ));
        }
        if !self.replicates_annotations {
            notes.push(Note::new(
                &ROLE_READS_ANNOTATIONS,
                "annotations are not replicated; `--annotations` adds the permission",
            ));
        }
        notes
    }

    /// Returns the remarks about the job.
    ///
    /// For a job without a document, only the permissions are written that every job with a
    /// generated manifest needs.
    fn notes_on_job(&self) -> Vec<Note> {
        match self.job {
            Some(Job::Generated) => vec![Note::new(
                &JOB_ROLE_WRITES_OUTPUT,
                "a job without a document keeps no manifest and writes no report; give the document \
                 with `--batch JOB.json` for the permissions on their buckets",
            )],
            Some(Job::Specified(job)) if job.role_arn() == self.role => {
                vec![one_role()]
            }
            Some(Job::Specified(_)) | None => Vec::new(),
        }
    }

    /// Adds remarks about documents that were checked.
    ///
    /// There are three: one role for both purposes, the findings of `GivenDocuments::findings`, and
    /// versions that are read with the older action. `check.rs` calls it last, so that these
    /// remarks follow those about each identity.
    pub(super) fn add_doubts(&self, given: &GivenDocuments, notes: &mut Vec<Note>) {
        let is_kms = self.rules().any(ReplicationRule::selects_kms);
        // A setup of a job alone has no configuration, and no second role to compare with.
        if let Some(Job::Specified(job)) = self.job
            && Some(job.role_arn()) == self.configuration.and_then(ReplicationConfiguration::role)
        {
            notes.push(one_role());
        }
        notes.extend(given.findings());
        // With KMS the need has no substitute, and the lack of the action is an error and no
        // remark.
        if !is_kms && self.takes_get_object_version(given) {
            notes.push(Note::new(
                &crate::clause::ROLE_READS_VERSIONS,
                "the role reads versions with `s3:GetObjectVersion`, which is not enough for those \
                 encrypted with SSE-C or a KMS key",
            ));
        }
    }

    /// Returns true if only the substitute makes reading permitted. The answer with and without it
    /// shows that, whatever the statements look like.
    ///
    /// False if no document was given, since everything counts as permitted then.
    fn takes_get_object_version(&self, given: &GivenDocuments) -> bool {
        let needs = self.replication_needs();
        let Some(need) = needs.into_iter().find(|need| need.purpose == Purpose::ReadVersion) else {
            return false;
        };
        let strict = Need { substitute: None, ..need.clone() };
        let is_permitted = |need: &Need| matches!(self.answer(need, given), Answer::Permitted);
        is_permitted(&need) && !is_permitted(&strict)
    }
}

/// Returns the remark about a job with the role of the configuration.
///
/// Written and checked documents have the same one. Its code lets a user switch it off, since one
/// role for both is permitted.
fn one_role() -> Note {
    Note::new(
        &JOB_ROLE,
        "the job has the role of the configuration; both services have to be trusted, and two roles \
         would each have fewer permissions",
    )
    .with_code("job-role-replicates")
}

/// IAM and S3 limit the size of policies.
///
/// IAM counts characters without white space, so the compact form is measured.
///
/// A role may have managed policies beside the inline ones, so a policy that is too large can be
/// split. A bucket has one policy only, so its remark offers no way out. Key policies are not
/// measured: the statements here are added to a policy whose size is not known.
fn notes_on_size(documents: &Documents) -> Vec<Note> {
    // The limits of REP-1238.
    const INLINE: usize = 10_240;
    const BUCKET: usize = 20 * 1024;
    let mut notes = Vec::new();
    let roles = [Some(documents.replication_role()), documents.batch_role()];
    for role in roles.into_iter().flatten() {
        // The policy of a caller is left out, because a caller has others beside it.
        let size = role.policy().to_compact_json().chars().count();
        // The limit is for all inline policies of a role together; this one is the only one that is
        // known.
        if size > INLINE {
            notes.push(Note::new(
                &POLICY_SIZE,
                format!(
                    "the policy of a role has {size} characters, more than the {INLINE} of inline \
                     policies; split it into managed policies"
                ),
            ));
        }
    }
    for policy in documents.bucket_policies() {
        let size = policy.explained().policy().to_compact_json().len();
        if size > BUCKET {
            let name = policy.bucket().name();
            notes.push(Note::new(
                &POLICY_SIZE,
                format!("the policy of `{name}` has {size} bytes, more than the {BUCKET} of S3"),
            ));
        }
    }
    notes
}
