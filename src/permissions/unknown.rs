//! The unknown facts on which the answer of a check depends.
//!
//! A fact may be unknown and harmless. If the documents permit the requests in every case, nothing
//! has to be asked. So each fact is tried: the needs that its other value would add are checked
//! against the documents, and only a fact whose value changes the answer takes the verdict away.
//!
//! ```text
//! fact that is unknown        tried with
//! account of a destination    an account that no policy names
//! Object Lock of the source   the two needs of a locked bucket
//! keys of the source          nothing: the check takes the best key, so the fact always counts
//! document of the job         nothing: any bucket may have the report
//! ```
//!
//! A fact is reported only if there are documents that it is about: without a policy of the role or
//! the bucket, nothing is judged.

use crate::clause::{
    JOB_ROLE_WRITES_OUTPUT, OTHER_ACCOUNT_BUCKET, ROLE_DECRYPTS, ROLE_READS_LOCKS,
};
use crate::model::{AccountId, BucketArn, ReplicationRule};
use crate::permissions::check::Answer;
use crate::permissions::given::GivenDocuments;
use crate::permissions::need::{Need, Target};
use crate::permissions::note::Note;
use crate::permissions::setup::{Job, Owner, Setup};

impl Setup<'_> {
    /// Returns the unknown facts with a value for which the given documents may be too little. A fact
    /// that cannot change the answer is left out.
    pub(super) fn unknown_facts(&self, given: &GivenDocuments) -> Vec<Note> {
        let mut facts = self.unknown_accounts(given);
        let source = &self.source;
        let has_role = !given.role.is_empty();
        let is_kms = self.rules().any(ReplicationRule::selects_kms);
        // Only rules that select versions with a KMS key make their keys matter.
        if is_kms && has_role && self.source_keys().is_empty() {
            let message = format!(
                "the keys of `{source}` are unknown, and one that the role may use was taken for \
                 theirs; name them with `--source-key`"
            );
            facts.push(Note::new(&ROLE_DECRYPTS, message));
        }
        let object_lock = self.settings(source).and_then(|settings| settings.object_lock);
        let is_permitted = |need: &Need| matches!(self.answer(need, given), Answer::Permitted);
        if has_role
            // An answer of the facts ends the question; without rules nothing is read.
            && object_lock.is_none()
            && self.rules().next().is_some()
            && !self.lock_needs().iter().all(is_permitted)
        {
            let message = format!(
                "Object Lock of `{source}` is unknown; if it is enabled, the role needs two more \
                 actions; name it in the context"
            );
            facts.push(Note::new(&ROLE_READS_LOCKS, message));
        }
        if matches!(self.job, Some(Job::Generated)) && !given.batch_role.is_empty() {
            let message = "the buckets of the manifest and of the report of the job are unknown; give \
                           the document with `--batch JOB.json`";
            facts.push(Note::new(&JOB_ROLE_WRITES_OUTPUT, message));
        }
        facts
    }

    /// Returns the destinations that another account may own, unless the documents permit the requests
    /// in that case, too.
    ///
    /// A bucket of the same account needs no bucket policy, and one of another account does.
    /// Documents with a bucket policy can be enough for both.
    ///
    /// A bucket policy that is not given counts as too little, since a bucket of another account
    /// would need one.
    fn unknown_accounts(&self, given: &GivenDocuments) -> Vec<Note> {
        let is_unknown = |bucket: &&BucketArn| self.owner(bucket) == Owner::Unknown;
        let mut facts = Vec::new();
        for bucket in self.destinations().into_iter().filter(is_unknown) {
            let name = bucket.name();
            let is_guarded = given.bucket(name).is_some();
            // Either document is about the bucket.
            let is_about = !given.role.is_empty() || is_guarded;
            if !is_about || is_guarded && self.is_enough_for_strangers(bucket, given) {
                continue;
            }
            let message = format!(
                "the account of `{name}` is unknown; if it is not {}, its bucket policy decides, too; \
                 name it in the context",
                self.role_account()
            );
            facts.push(Note::new(&OTHER_ACCOUNT_BUCKET, message));
        }
        facts
    }

    /// Returns true if the documents permit the requests to a bucket that another account owns.
    ///
    /// Advised needs are left out, as everywhere in a verdict. Keys are not asked about: the
    /// account of a key is in its ARN, or its need is advised.
    fn is_enough_for_strangers(&self, bucket: &BucketArn, given: &GivenDocuments) -> bool {
        // An account that no policy names: the answer is the one for any other account.
        let foreign = self.with_stranger(AccountId::ZERO);
        let needs = foreign.replication_needs().into_iter();
        let mut needs = needs.filter(|need| match &need.target {
            Target::Bucket(one) | Target::Objects { bucket: one, .. } => one == bucket,
            _ => false,
        });
        needs.all(|need| {
            !need.is_required || matches!(foreign.answer(&need, given), Answer::Permitted)
        })
    }
}
