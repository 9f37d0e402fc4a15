//! From a draft to a specification: everything that the service would refuse.
//!
//! The types of the draft hold what one value shows. What is checked here takes a whole text, two
//! members, or the absence of one to notice.
//!
//! ```text
//! JSON or XML ─▶ tables (form.rs) ─┬─▶ JobSpecificationDraft ─▶ here ─▶ JobSpecification
//! code of a caller ────────────────┘                               └──▶ findings
//! ```
//!
//! A finding is a refusal if the service would not take the request, a warning if sources differ or
//! a member has no effect, and an error without an answer of the service for the one thing that
//! only this crate refuses: another operation.
//!
//! `manifest_generator.rs` validates the generator and its filter. The state of buckets is checked
//! in `buckets.rs`, since a draft does not know it; advice on jobs that are accepted is in
//! `batch/advice.rs`.

mod manifest_generator;

use std::collections::HashSet;

use self::manifest_generator::{validate_filter, validate_generator};
use crate::batch::request::OperationName;
use crate::batch::request::form::{BUCKET_LIMIT, bad_request, limited};
use crate::batch::request::{
    JobManifest, JobManifestDraft, JobManifestGeneratorFilterDraft, JobManifestLocation,
    JobManifestLocationDraft, JobManifestSpecDraft, JobOperationDraft, JobReport, JobReportDraft,
    JobSource, JobSpecification, JobSpecificationDraft, JobTagDraft,
};
use crate::batch::{generator, manifest};
use crate::clause::{self, Clause};
use crate::diagnostic::{Diagnostic, Report};
use crate::dialect::job::{ConfirmationReading, JobDialect, ManifestVersions};
use crate::form::mistake::Objection;
use crate::model::{BucketArn, Tag};
use crate::path::FieldPath;

impl JobSpecificationDraft {
    /// Validates the draft, as far as the draft alone can show what the service would accept.
    ///
    /// Warnings are dropped if there is no refusal. One of them matters: the dialect decides whether
    /// a job without `ConfirmationRequired` runs (REP-907). [`check`](Self::check) returns
    /// all of them.
    ///
    /// # Errors
    ///
    /// Returns everything the service would refuse, and the warnings.
    pub fn validate(&self, dialect: &JobDialect) -> Result<JobSpecification, Report> {
        match self.check(dialect) {
            (Some(specification), _) => Ok(specification),
            (None, report) => Err(report),
        }
    }

    /// Returns the specification, if the service would accept the draft, and all findings,
    /// warnings included.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::dialect::job::JobDialect;
    /// use s3_replication::batch::request::JobSpecificationDraft;
    ///
    /// # fn example(mut draft: JobSpecificationDraft) {
    /// draft.confirmation_required = None;
    /// let (specification, report) = draft.check(&JobDialect::AWS);
    /// assert!(specification.is_some());
    /// assert!(report.iter().any(|finding| finding.code == "confirmation-unstated"));
    /// # }
    /// ```
    #[must_use]
    pub fn check(&self, dialect: &JobDialect) -> (Option<JobSpecification>, Report) {
        let mut findings = Findings { dialect, report: Report::new() };
        let specification = validate_specification(self, &mut findings);
        // A specification may be complete although a member was refused, such as a tag.
        (specification.filter(|_| !findings.report.has_errors()), findings.report)
    }
}

impl JobManifestGeneratorFilterDraft {
    /// Validates the filter. Warnings are dropped if there is no refusal.
    ///
    /// # Errors
    ///
    /// Returns everything the service would refuse, with paths that begin at the filter.
    pub fn validate(&self, dialect: &JobDialect) -> Result<generator::Filter, Report> {
        let mut findings = Findings { dialect, report: Report::new() };
        let filter = validate_filter(self, &FieldPath::root(), &mut findings);
        // The filter is made in any case, so only the findings decide.
        if findings.report.has_errors() { Err(findings.report) } else { Ok(filter) }
    }
}

/// The findings so far, and the dialect that decides where sources differ.
struct Findings<'d> {
    dialect: &'d JobDialect,
    report: Report,
}

impl Findings<'_> {
    /// Adds what the service would refuse. Its answer is the same for all of it, because its texts
    /// are not published.
    fn refuse(
        &mut self,
        code: &'static str,
        clause: &'static Clause,
        path: FieldPath,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let finding = Diagnostic::refusal(code, clause, path, message, bad_request());
        self.report.push(finding.with_help(help));
    }

    /// Adds a warning. The job is accepted, and the help names a way to write what is meant.
    fn warn(
        &mut self,
        code: &'static str,
        clause: &'static Clause,
        path: FieldPath,
        message: impl Into<String>,
        help: &str,
    ) {
        self.report.push(Diagnostic::warning(code, clause, path, message).with_help(help));
    }

    /// Returns a member that must be present.
    ///
    /// `None` with a refusal for an absent one. The path is that of the absent member, so that a
    /// report can show where it belongs.
    fn required<'v, T>(
        &mut self,
        value: Option<&'v T>,
        at: &FieldPath,
        name: &'static str,
    ) -> Option<&'v T> {
        if value.is_none() {
            let message = format!("`{name}` is missing");
            let path = at.clone().field(name);
            let help = format!("add `{name}`");
            self.refuse("element-missing", &clause::JOB_REQUIRED, path, message, help);
        }
        value
    }

    /// Returns a text of 1 to `limit` characters.
    ///
    /// `None` without a finding for an absent text, and with one for a text that is refused.
    fn text(
        &mut self,
        value: Option<&String>,
        at: &FieldPath,
        name: &'static str,
        limit: usize,
    ) -> Option<Box<str>> {
        self.limited(value?, || at.clone().field(name), limit, &clause::JOB_LIMITS)
    }

    /// Returns a text within a limit; `None` for one that was refused.
    ///
    /// The check is shared with the tables, which use it for the ARNs of buckets and keys.
    fn limited(
        &mut self,
        text: &str,
        path: impl FnOnce() -> FieldPath,
        limit: usize,
        clause: &'static Clause,
    ) -> Option<Box<str>> {
        match limited(text, limit, clause) {
            Ok(()) => Some(text.into()),
            Err(Objection { code, message, help, .. }) => {
                self.refuse(code.unwrap_or("length-invalid"), clause, path(), message, help);
                None
            }
        }
    }

    /// Returns the ARN of a bucket within the limit of the service, which is that of the text.
    ///
    /// `None` for an absent one, too.
    fn bucket(
        &mut self,
        bucket: Option<&BucketArn>,
        at: &FieldPath,
        name: &'static str,
    ) -> Option<BucketArn> {
        let path = || at.clone().field(name);
        self.limited(bucket?.as_str(), path, BUCKET_LIMIT, &clause::JOB_LIMITS)?;
        bucket.cloned()
    }
}

/// Validates every member before any of them can end the validation, so that one report has all
/// mistakes: absent members become `None`, and only the last step asks for them with `?`.
fn validate_specification(
    draft: &JobSpecificationDraft,
    findings: &mut Findings<'_>,
) -> Option<JobSpecification> {
    // Named twice: for an absent token, and for one of a wrong length.
    const TOKEN: &str = "ClientRequestToken";
    let at = FieldPath::root();
    let account_id = findings.required(draft.account_id.as_ref(), &at, "AccountId");
    // The dialect decides where the request does not.
    let needs_confirmation = validate_confirmation(draft.confirmation_required, findings);
    // Each member is validated, and none of them returns early.
    let operation = findings.required(draft.operation.as_ref(), &at, "Operation");
    if let Some(operation) = operation {
        validate_operation(operation, at.clone().field("Operation"), findings);
    }
    let report = findings.required(draft.report.as_ref(), &at, "Report");
    let report =
        report.and_then(|report| validate_report(report, &at.clone().field("Report"), findings));
    let token = findings.required(draft.client_request_token.as_ref(), &at, TOKEN);
    let token = findings.text(token, &at, TOKEN, 64);
    let description = findings.text(draft.description.as_ref(), &at, "Description", 256);
    let priority = findings.required(draft.priority.as_ref(), &at, "Priority");
    let role_arn = findings.required(draft.role_arn.as_ref(), &at, "RoleArn");
    let tags = draft.tags.as_ref();
    let tags = tags.map(|tags| validate_tags(tags, &at.clone().field("Tags"), findings));
    let source = validate_source(draft, &at, findings);
    // Not part of the specification, since only one is possible; without it there is none.
    operation?;
    Some(JobSpecification {
        dialect: *findings.dialect,
        account_id: *account_id?,
        confirmation_required: draft.confirmation_required,
        needs_confirmation,
        report: report?,
        client_request_token: token?,
        source: source?,
        description,
        priority: *priority?,
        role_arn: role_arn?.clone(),
        tags,
    })
}

/// Returns true if the job waits for a confirmation.
///
/// A stated value is what counts. Without one, the dialect decides, and a warning shows the
/// decision: it is the difference between a job that waits and one that runs at once.
fn validate_confirmation(required: Option<bool>, findings: &mut Findings<'_>) -> bool {
    if let Some(required) = required {
        return required;
    }
    let waits = findings.dialect.confirmation() == ConfirmationReading::Suspends;
    let (outcome, help) = if waits {
        ("the job is suspended until it is confirmed", "write `false` to run the job at once")
    } else {
        ("the job runs by itself", "write `true` to confirm the job before it runs")
    };
    let message =
        format!("`ConfirmationRequired` is left out, on which sources differ; here {outcome}");
    let path = FieldPath::root().field("ConfirmationRequired");
    findings.warn("confirmation-unstated", &clause::JOB_CONFIRMATION, path, message, help);
    waits
}

/// Checks that the job has one operation, and the one that this crate runs. Another operation is an
/// error of this crate only.
fn validate_operation(draft: &JobOperationDraft, path: FieldPath, findings: &mut Findings<'_>) {
    let clause = &clause::JOB_OPERATION;
    let mut names = draft.names();
    let (Some(name), None) = (names.next(), names.next()) else {
        // None and several have one message, with their number.
        let message = format!("a job runs one operation, here are {}", draft.names().count());
        let help = "name `S3ReplicateObject` and nothing else";
        return findings.refuse("operation-not-one", clause, path, message, help);
    };
    if name != OperationName::S3ReplicateObject {
        let message = format!("`{name}` is an operation of S3 that this crate does not run");
        let help = "give a job with the operation `S3ReplicateObject`";
        let path = path.field(name.as_str());
        // S3 accepts it: this is no refusal of the service.
        let finding = Diagnostic::error("operation-not-run", clause, path, message);
        findings.report.push(finding.with_help(help));
    }
}

/// Validates the completion report. A report that is not enabled needs none of the other members,
/// and keeps those it has.
///
/// `None` only if `Enabled` is absent.
fn validate_report(
    draft: &JobReportDraft,
    at: &FieldPath,
    findings: &mut Findings<'_>,
) -> Option<JobReport> {
    let enabled = findings.required(draft.enabled.as_ref(), at, "Enabled").copied();
    if enabled == Some(true) {
        // The three members that an enabled report needs; a prefix is optional.
        let present = [
            ("Bucket", draft.bucket.is_some()),
            ("Format", draft.format.is_some()),
            ("ReportScope", draft.report_scope.is_some()),
        ];
        for (name, _) in present.into_iter().filter(|(_, is_present)| !is_present) {
            let message = format!("a report that is enabled needs `{name}`");
            let help = format!("add `{name}`, or disable the report");
            let path = at.clone().field(name);
            findings.refuse("report-incomplete", &clause::JOB_REPORT, path, message, help);
        }
    }
    // Lengths are checked in a disabled report, too.
    let bucket = findings.bucket(draft.bucket.as_ref(), at, "Bucket");
    let prefix = findings.text(draft.prefix.as_ref(), at, "Prefix", 512);
    Some(JobReport {
        enabled: enabled?,
        bucket,
        format: draft.format,
        prefix,
        report_scope: draft.report_scope,
        expected_bucket_owner: draft.expected_bucket_owner,
    })
}

/// Validates the manifest or the generator; a job has exactly one of them.
///
/// With both or neither, none of them is validated: which one is meant is not known.
fn validate_source(
    draft: &JobSpecificationDraft,
    at: &FieldPath,
    findings: &mut Findings<'_>,
) -> Option<JobSource> {
    let clause = &clause::JOB_MANIFEST_OR_GENERATOR;
    let manifest_at = at.clone().field("Manifest");
    let generator_at = at.clone().field("ManifestGenerator");
    match (&draft.manifest, &draft.manifest_generator) {
        (None, None) => {
            let message = "neither `Manifest` nor `ManifestGenerator` names the objects";
            findings.refuse("manifest-missing", clause, manifest_at, message, "add one of them");
            None
        }
        (Some(_), Some(_)) => {
            let message = "`Manifest` and `ManifestGenerator` exclude each other";
            // At the second of them, so that the finding marks one place.
            let code = "manifest-and-generator";
            findings.refuse(code, clause, generator_at, message, "keep one of them");
            None
        }
        (Some(manifest), None) => {
            validate_manifest(manifest, &manifest_at, findings).map(JobSource::Manifest)
        }
        (None, Some(generator)) => {
            const ONLY: &str = "S3JobManifestGenerator";
            let generator = generator.s3_job_manifest_generator.as_ref();
            // A union without its only member is an empty object, and has nothing to validate.
            let generator = findings.required(generator, &generator_at, ONLY)?;
            let at = generator_at.field(ONLY);
            validate_generator(generator, &at, findings).map(JobSource::Generator)
        }
    }
}

/// Validates a manifest: its format, its columns, and where it is.
fn validate_manifest(
    draft: &JobManifestDraft,
    at: &FieldPath,
    findings: &mut Findings<'_>,
) -> Option<JobManifest> {
    let spec = findings.required(draft.spec.as_ref(), at, "Spec");
    let format = spec.and_then(|spec| validate_spec(spec, &at.clone().field("Spec"), findings));
    let location = findings.required(draft.location.as_ref(), at, "Location");
    let location = location
        .and_then(|location| validate_location(location, &at.clone().field("Location"), findings));
    Some(JobManifest { format: format?, fields: spec?.fields.clone(), location: location? })
}

/// Validates the format and the columns. An inventory names its columns in its own `manifest.json`,
/// so columns beside it are left unused, with a warning.
///
/// The columns of a CSV are required, so absent ones are the same as an empty list.
fn validate_spec(
    draft: &JobManifestSpecDraft,
    at: &FieldPath,
    findings: &mut Findings<'_>,
) -> Option<manifest::Format> {
    let format = *findings.required(draft.format.as_ref(), at, "Format")?;
    let path = at.clone().field("Fields");
    match (format, draft.fields.as_deref()) {
        (manifest::Format::S3InventoryReportCsv20161130, None) => {}
        (manifest::Format::S3InventoryReportCsv20161130, Some(_)) => {
            let message = "an inventory names its columns itself, so these have no effect";
            let clause = &clause::JOB_MANIFEST;
            findings.warn("fields-unexpected", clause, path, message, "leave `Fields` out");
        }
        (manifest::Format::S3BatchOperationsCsv20180820, fields) => {
            // Absent columns are reported as missing ones, one finding each.
            validate_columns(fields.unwrap_or_default(), &path, findings);
        }
    }
    Some(format)
}

/// Checks that the columns are there once each. Only a dialect that demands versions refuses a
/// manifest without them.
///
/// A header row is no way out: the columns are those of the job, and a header would be a row
/// (REP-941).
fn validate_columns(fields: &[manifest::Field], path: &FieldPath, findings: &mut Findings<'_>) {
    let clause = &clause::JOB_MANIFEST;
    for (field, count) in manifest::Fields::wrong_counts(fields) {
        if count == 0 {
            let message = format!("no column holds `{field}`");
            let help = format!("name the column that holds `{field}`");
            findings.refuse("fields-incomplete", clause, path.clone(), message, help);
        } else {
            let message = format!("`{field}` names {count} columns");
            let help = "call the others `Ignore`";
            findings.refuse("fields-repeated", clause, path.clone(), message, help);
        }
    }
    let needs_versions = findings.dialect.manifest_versions() == ManifestVersions::Required;
    if needs_versions && !fields.contains(&manifest::Field::VersionId) {
        let message = "the manifest of a replication names versions, and no column holds them";
        let help = "add a column with the version ID, `null` for the null version";
        let clause = &clause::JOB_MANIFEST_VERSIONS;
        findings.refuse("versions-missing", clause, path.clone(), message, help);
    }
}

/// Validates the address of a manifest. The ETag is required, the version is not.
///
/// The ETag is kept as it was given, with or without quotation marks.
fn validate_location(
    draft: &JobManifestLocationDraft,
    at: &FieldPath,
    findings: &mut Findings<'_>,
) -> Option<JobManifestLocation> {
    let object_arn = findings.required(draft.object_arn.as_ref(), at, "ObjectArn");
    let version = draft.object_version_id.as_ref();
    let object_version_id = findings.text(version, at, "ObjectVersionId", 2000);
    let e_tag = findings.required(draft.e_tag.as_ref(), at, "ETag");
    let e_tag = findings.text(e_tag, at, "ETag", 1024);
    Some(JobManifestLocation { object_arn: object_arn?.clone(), object_version_id, e_tag: e_tag? })
}

/// Validates the tags of a job, of which a repeated key is refused at its second place.
fn validate_tags(drafts: &[JobTagDraft], at: &FieldPath, findings: &mut Findings<'_>) -> Vec<Tag> {
    /// The most tags of a job.
    const LIMIT: usize = 50;
    if drafts.len() > LIMIT {
        let message = format!("a job has at most {LIMIT} tags, here are {}", drafts.len());
        let help = format!("remove {} tags", drafts.len() - LIMIT);
        findings.refuse("tags-over-limit", &clause::JOB_TAGS, at.clone(), message, help);
    }
    // Only the keys of tags that are valid, so one mistake has one finding.
    let mut keys = HashSet::new();
    let mut tags = Vec::new();
    for (index, draft) in drafts.iter().enumerate() {
        let at = at.clone().index(index);
        // A tag that is refused counts for the limit, and not as a key that is repeated.
        let Some(tag) = validate_tag(draft, &at, findings) else { continue };
        if keys.insert(tag.key().to_owned()) {
            tags.push(tag);
        } else {
            let message = format!("the key `{}` is repeated", tag.key().escape_debug());
            let help = "keep one of the tags; keys differ in case, too";
            findings.refuse("tag-key-repeated", &clause::JOB_TAGS, at.field("Key"), message, help);
        }
    }
    tags
}

/// Returns a tag that a job may have: fewer characters are allowed than in the tags of objects.
///
/// Of a tag with both members, one mistake is reported: the first character that is not allowed,
/// else a wrong length.
fn validate_tag(draft: &JobTagDraft, at: &FieldPath, findings: &mut Findings<'_>) -> Option<Tag> {
    let clause = &clause::JOB_TAGS;
    let key = findings.required(draft.key.as_ref(), at, "Key");
    let value = findings.required(draft.value.as_ref(), at, "Value");
    // Only now, so that a tag without both members has two findings.
    let (key, value) = (key?, value?);
    for (name, text) in [("Key", key), ("Value", value)] {
        if let Some(illegal) = text.chars().find(|c| !is_allowed_in_tag(*c)) {
            let message = format!("a tag of a job cannot hold `{}`", illegal.escape_debug());
            let help = "use letters, digits, separators and `_.:/=+-@`";
            findings.refuse("tag-invalid", clause, at.clone().field(name), message, help);
            return None;
        }
    }
    Tag::new(key, value)
        .map_err(|error| {
            let path = at.clone().field(error.part().as_str());
            let help = "a key has 1 to 128 characters, a value at most 256";
            findings.refuse("tag-invalid", clause, path, error.to_string(), help);
        })
        .ok()
}

/// Letters, numbers and separators by their Unicode categories, and a few signs. Some combining
/// vowel signs count as letters here, which by category they are not.
///
/// A tab and a line break are white space and control characters, and so they are refused.
fn is_allowed_in_tag(c: char) -> bool {
    let is_separator = c.is_whitespace() && !c.is_control();
    c.is_alphanumeric() || is_separator || "_.:/=+-@".contains(c)
}
