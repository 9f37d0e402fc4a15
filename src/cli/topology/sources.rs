//! Reading the configurations of all buckets, each with its bucket as the source.
//!
//! ```text
//! photos=p.xml     one configuration; its text may name the bucket otherwise, if it is a template
//! t.yaml           every configuration of the template, and the settings of its buckets as facts
//! ```
//!
//! What S3 would refuse has to be known before the search, because a finding about a refused
//! configuration would be about nothing. Each one is read with its bucket as the source and with
//! the facts that are known, so that a bucket as its own destination is found, for instance.

use s3_replication::model::{BucketName, KnownBuckets};
use s3_replication::{Parsed, Parser};

use super::{Arguments, Documents};
use crate::cli::configuration::remark_on_zones;
use crate::cli::input::Input;
use crate::cli::output;
use crate::cli::refusal::Refusal;
use crate::cli::template::{self, Content};
use crate::cli::{Failure, Status};

impl Arguments {
    /// Reads the configurations, and the facts about buckets that templates add. All must be accepted;
    /// reports every one that is not.
    ///
    /// `known` has the facts of `--context`, and the result those of templates, too.
    ///
    /// All inputs are read before a refusal is returned, and it has the findings of each. A bucket
    /// that has two configurations ends the reading at once, since one of the two was not meant.
    pub(super) fn documents(
        &self,
        known: KnownBuckets,
    ) -> Result<(Documents, KnownBuckets), Failure> {
        if self.reading.zones().is_some() {
            let message =
                "a topology has several pairs of zones, and `--zones` gives one; leave it out";
            return Err(Failure::Message(message.to_owned()));
        }
        let mut documents = Documents::new();
        // The refusals of all inputs so far, in one.
        let mut refused: Option<Refusal> = None;
        // A `--parameter` may be meant for the last input only, so names are compared after it.
        self.reading.template().1.wait_for(self.sources.len());
        let mut known = known;
        for (bucket, input) in &self.sources {
            // Made anew for each input, because a template before it may have added facts.
            let parser = self.reading.parser()?.with_buckets(known.clone());
            let mut refuse = |refusal: Refusal| {
                // Status 1 means warnings about the topology, so a refused configuration has status
                // 2.
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
                        // The name that a template states counts, with a warning if it is another
                        // one.
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
                // It is put in nevertheless, so that a second one of the bucket is noticed.
                remark_on_zones(&parsed, input);
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
    ///
    /// A template without a configuration is an error, as is one that does not name the bucket of a
    /// configuration: a finding needs the name. `known` is replaced by the facts of the template,
    /// among which are those that were known before.
    fn template(
        &self,
        input: &Input,
        parser: &Parser,
        known: &mut KnownBuckets,
    ) -> Result<Vec<(BucketName, Parsed)>, Failure> {
        // A configuration alone does not have the name of its bucket, so the argument has to.
        let Content::Template(template) = self.reading.content(input, parser)? else {
            let name = input.given();
            return Err(Failure::Message(format!(
                "`{name}` is not a template; write BUCKET=FILE, such as `photos={name}`"
            )));
        };
        // A file that is not well-formed may hold another configuration.
        if template.files().iter().any(|file| !file.is_read()) {
            return Err(Failure::Refused(Box::new(template::refusal(&template))));
        }
        // Findings about the files themselves, such as a value that is not known, stop nothing
        // here.
        for file in template.files() {
            output::eprint_report(&file.report().in_text(file.text()));
        }
        *known = template.buckets().clone();
        let mut found = Vec::new();
        for one in template.configurations() {
            // A bucket whose name is made at deployment has a name that stands for it.
            let Some(bucket) = one.bucket_or_stand_in() else {
                let message = format!("`{input}` does not name the bucket of the configuration");
                return Err(Failure::Message(message));
            };
            found.push((bucket.clone(), one.parsed().clone()));
        }
        // Without an error a template of other resources would be a graph without buckets, and
        // clean.
        if found.is_empty() {
            let message = format!("`{input}` has no replication configuration");
            return Err(Failure::Message(message));
        }
        Ok(found)
    }
}
