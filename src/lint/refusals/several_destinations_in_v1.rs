use crate::clause;
use crate::diagnostic::{Diagnostic, ServiceError, ServiceErrorCode};
use crate::lint::helpers::in_destination;
use crate::lint::{Context, Findings, declare_lint};
use crate::model::{BucketArn, ConfigurationVersion};

declare_lint! {
    /// ## What it finds
    ///
    /// Two rules with `Prefix` and with different destination buckets; it is reported once, at the
    /// first rule that differs. In a template it is a warning if the buckets are unknown and may be
    /// one.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: several destinations came with `Filter`.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Prefix>logs/</Prefix>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><Status>Enabled</Status><Prefix>data/</Prefix>
    ///   <Destination><Bucket>arn:aws:s3:::archive</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Prefix>logs/</Prefix>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><Status>Enabled</Status><Prefix>data/</Prefix>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "several-destinations-in-v1",
        summary: "two V1 rules have different destination buckets",
        clause: V1_ONE_DESTINATION,
        stage: Destinations,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    let mut buckets = context
        .destinations_in(ConfigurationVersion::V1)
        .filter_map(|(at, destination)| Some((at, destination.bucket.as_ref()?)));
    let Some((first, bucket)) = buckets.next() else { return };
    // An unknown destination may turn out to be the first one.
    let differs =
        |other: &BucketArn| other != bucket && !other.is_ambiguous() && !bucket.is_ambiguous();
    let buckets: Vec<_> = buckets.collect();
    let first = in_destination(first, "Bucket");
    let help = "write the prefixes in `Filter`, in every rule, with `Priority` and \
                `DeleteMarkerReplication`";
    if let Some((at, other)) = buckets.iter().find(|(_, other)| differs(other)) {
        let answer = "Number of distinct destination bucket ARNs cannot exceed 1";
        let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
        let message =
            format!("`{other}` is a second destination, which rules with `Prefix` cannot have");
        let finding = LINT.refusal(in_destination(*at, "Bucket"), message, error);
        found.push(finding.with_note(first, "the first destination").with_help(help));
    } else if let Some((at, other)) = buckets.iter().find(|(_, other)| *other != bucket) {
        let message = format!(
            "S3 refuses a second destination in rules with `Prefix`, unless the unknown `{other}` and \
             `{bucket}` are the same bucket"
        );
        let clause = &clause::V1_ONE_DESTINATION;
        let finding =
            Diagnostic::warning(LINT.name, clause, in_destination(*at, "Bucket"), message);
        found.push(finding.with_note(first, "the first destination").with_help(help));
    }
}
