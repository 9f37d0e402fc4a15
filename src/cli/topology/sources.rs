//! Reading the configurations of all buckets, each with its bucket as the source.

use s3_replication::model::{BucketName, KnownBuckets};
use s3_replication::{Parsed, Parser};

use super::{Arguments, Documents};
use crate::cli::input::Input;
use crate::cli::output;
use crate::cli::refusal::Refusal;
use crate::cli::template::{self, Content};
use crate::cli::{Failure, Status};

impl Arguments {
    /// Reads the configurations, and the facts about buckets that templates add. All must be accepted;
    /// reports every one that is not.
    pub(super) fn documents(
        &self,
        known: KnownBuckets,
    ) -> Result<(Documents, KnownBuckets), Failure> {
        let mut documents = Documents::new();
        let mut refused: Option<Refusal> = None;
        self.reading.template().1.wait_for(self.sources.len());
        let mut known = known;
        for (bucket, input) in &self.sources {
            let parser = self.reading.parser().with_buckets(known.clone());
            let mut refuse = |refusal: Refusal| {
                let refusal = refusal.with_status(Status::Wrong);
                refused = Some(match refused.take() {
                    Some(first) => first.and(refusal),
                    None => refusal,
                });
            };
            let found = match bucket {
                Some(bucket) => {
                    let parser = parser.with_source_bucket(bucket.clone());
                    let read = self.reading.read(input, &parser);
                    read.map(|parsed| {
                        let stated = self.reading.source_bucket(Some(bucket));
                        vec![(stated.unwrap_or_else(|| bucket.clone()), parsed)]
                    })
                }
                None => self.template(input, &parser, &mut known),
            };
            let found = match found {
                Ok(found) => found,
                Err(failure) => {
                    refuse(Refusal::behind(failure)?);
                    continue;
                }
            };
            for (bucket, parsed) in found {
                if parsed.is_refused() {
                    let what = format!("the configuration of `{bucket}`");
                    refuse(self.reading.refusal(&parsed, &what));
                }
                if documents.insert(bucket.clone(), parsed).is_some() {
                    let message = format!("bucket `{bucket}` has two configurations");
                    return Err(Failure::Message(message));
                }
            }
        }
        match refused {
            None => Ok((documents, known)),
            Some(refusal) => Err(Failure::Refused(Box::new(refusal))),
        }
    }

    /// Reads every configuration of a template, with the bucket it belongs to.
    fn template(
        &self,
        input: &Input,
        parser: &Parser,
        known: &mut KnownBuckets,
    ) -> Result<Vec<(BucketName, Parsed)>, Failure> {
        let Content::Template(template) = self.reading.content(input, parser)? else {
            let name = input.given();
            return Err(Failure::Message(format!(
                "`{name}` is no template; write BUCKET=FILE, such as `photos={name}`"
            )));
        };
        if template.files().iter().any(|file| !file.is_read()) {
            return Err(Failure::Refused(Box::new(template::refusal(&template))));
        }
        for file in template.files() {
            output::eprint_report(&file.report().in_text(file.text()));
        }
        *known = template.buckets().clone();
        let mut found = Vec::new();
        for one in template.configurations() {
            let Some(bucket) = one.bucket_or_stand_in() else {
                let message = format!("`{input}` does not name the bucket of the configuration");
                return Err(Failure::Message(message));
            };
            found.push((bucket.clone(), one.parsed().clone()));
        }
        if found.is_empty() {
            let message = format!("`{input}` has no replication configuration");
            return Err(Failure::Message(message));
        }
        Ok(found)
    }
}
