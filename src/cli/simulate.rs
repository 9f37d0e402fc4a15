//! `simulate`: a script of events played on several buckets, with the timeline as it happens.
//!
//! The scenario is read and checked as a whole, then played. The timeline is written event by
//! event, since it can be longer than the memory; the final state follows. A refused request is
//! part of the simulation, and not an error of the command.
//!
//! The timeline and the state of one object that is replicated in a second:
//!
//! ```text
//! 2026-11-22T09:00:00Z  photos  ObjectCreated:Put cat.jpg v1  PENDING
//! 2026-11-22T09:00:01Z  photos    object of cat.jpg v1 to backup, rule `all`: replicated  COMPLETED
//!
//! photos (versioning Enabled): 1 COMPLETED
//!   cat.jpg v1  4,096 bytes  STANDARD  2026-11-22T09:00:00Z  latest  COMPLETED
//! ```
//!
//! With `--format json` the members `Timeline`, `At`, `Totals` and `Buckets` have the same facts.
//! The timeline is left out with `--summary`.
//!
//! ```text
//! {"Timeline": [{"At": "2026-11-22T09:00:00Z", "Bucket": "photos", "What": "version",
//!                "Event": "ObjectCreated:Put", "Key": "cat.jpg", "VersionId": "v1", "Tasks": 1,
//!                "ReplicationStatus": "PENDING"}, …],
//!  "At": "2026-11-22T09:00:01Z", "Totals": {"Events": 1, "Tasks": 1, "Replicated": 1, …},
//!  "Buckets": {"backup": {"Versioning": "Enabled", "Statuses": {"REPLICA": 1}, …}, …}}
//! ```
//!
//! The library reads a scenario, plays it and makes both forms of an event; this file has the
//! layout of the document and of the state. `intake.rs` reads the bytes.

mod intake;

use std::fmt::Write as _;

use s3_replication::model::{EncryptionStatus, Owner};
use s3_replication::simulation::{
    BucketState, MeterState, Scenario, Simulator, State, TimelineEvent, VersionState,
};
use s3_replication::storage::StoredVersion;
use s3_replication::text::{SourceText, Visible};

use crate::cli::counts::{beginning, grouped};
use crate::cli::dialect::DialectChoice;
use crate::cli::format::TextOrJson as Format;
use crate::cli::input::Input;
use crate::cli::output::{self, Output};
use crate::cli::progress::Progress;
use crate::cli::refusal::{AnswerForm, Refusal};
use crate::cli::styles::Styles;
use crate::cli::{Ended, Failure, Status};

// The doc comments on this type and its fields are the help.
/// Simulates several buckets with scripted events, and shows how their versions replicate
///
/// The scenario is JSON: `Buckets` with their settings and replication configurations, and `Events`
/// with times. It is checked first: an unknown bucket, time that runs backwards, or a fault without
/// effect is an error, reported with its line. The same scenario always produces the same timeline.
#[derive(Debug, clap::Args)]
#[command(after_help = r#"A scenario:
  {
    "Buckets": {
      "photos": {"Versioning": "Enabled", "Replication": {
        "Role": "arn:aws:iam::111122223333:role/replication",
        "Rules": [{"ID": "all", "Status": "Enabled", "Priority": 1,
                   "Filter": {},
                   "DeleteMarkerReplication": {"Status": "Enabled"},
                   "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}},
      "backup": {"Versioning": "Enabled"}
    },
    "LatencySeconds": 5,
    "Events": [
      {"At": "2026-11-22T09:00:00Z", "Bucket": "photos",
       "Event": "ObjectCreated:Put", "Key": "cat.jpg", "VersionId": "v1",
       "Size": 4096, "Tags": {"team": "tax"}},
      {"At": "2026-11-22T09:01:00Z", "Bucket": "backup", "Fault": "Outage"},
      {"At": "2026-11-22T09:02:00Z", "Bucket": "photos",
       "Event": "ObjectTagging:Put", "Key": "cat.jpg", "Tags": {"team": "law"}},
      {"At": "2026-11-22T09:30:00Z", "Bucket": "backup", "Fault": "None"}
    ]
  }

`LatencySeconds` is the number of seconds between an event and its replication, by default 1. `Until` ends the
simulation at that time.

`Event` is an event name as in `decide`, `PutBucketReplication` (with `Replication`),
`DeleteBucketReplication` or `PutBucketVersioning` (with `Versioning`). `BatchReplication` is a task of
S3 Batch Replication for one version. `Fault` is "Outage", {"Refusal": "DstPutObjectNotPermitted"}
with any failure reason of S3, {"SlowSeconds": 600}, or "None", which removes the fault.

Other fields of an event: Acl, StorageClass, IntelligentTieringAccessTier, EncryptionStatus, KmsKeyId,
BucketKeyStatus, ObjectLockMode, ObjectLockRetainUntilDate, ObjectLockLegalHoldStatus,
ObjectLockEventHold, ObjectLockEventHoldDurationDays,
ObjectLockEventHoldDurationYears, RestoreUntil.

Fields of a bucket: Versioning, Region, Account, ObjectLock,
DefaultRetention {"Mode", "Days"}, DefaultEventHold {"Days"} or {"Years"},
DefaultEncryption, DefaultKmsKeyId, BucketKeyEnabled,
BlockedEncryptionTypes, ObjectOwnership, Replication, and Policies {"RolePolicies": […],
"TrustPolicy": …, "BucketPolicies": {BUCKET: …}, "KeyPolicies": {KEY: …}}, without which everything
is permitted. In Policies, "BatchRolePolicies": […] and "BatchTrustPolicy": … are those of the role of
a job: without permission, S3 refuses a `BatchReplication` event.

Examples:
  s3-replication simulate scenario.json
  s3-replication simulate scenario.json --summary
  s3-replication simulate - --format json < scenario.json | jq .Buckets

Exit status: 0 the scenario was played, whatever S3 refuses in it; 2 a scenario with mistakes, wrong
usage or unreadable input."#)]
pub(super) struct Arguments {
    /// Scenario file; `-` reads standard input
    #[arg(value_name = "SCENARIO")]
    scenario: Input,
    /// Output format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Omit the timeline and the versions
    #[arg(long)]
    summary: bool,
    #[command(flatten)]
    dialect: DialectChoice,
}

impl Arguments {
    /// Returns the form in which a refusal is written: no member beside `errors`, as nothing was
    /// played.
    pub(super) fn answer(&self) -> AnswerForm {
        AnswerForm::with_errors_only(self.format.into())
    }
}

/// Plays a scenario, and writes timeline and state.
///
/// The status is clean whatever happens in the scenario, also if S3 refuses every request. A
/// scenario with a mistake is refused with status 2, before anything is written.
pub(super) fn run(arguments: &Arguments) -> Ended {
    let scenario = read(arguments)?;
    let mut out = Output::new();
    // Steps and not events: an event of the scenario makes several, such as the end of each task.
    let mut progress = Progress::of("steps");
    // The document is written in parts, because the timeline does not fit into memory. From here to
    // the last `}` each part has to fit the one before.
    if arguments.format == Format::Json {
        out.write("{")?;
        if !arguments.summary {
            out.write("\"Timeline\":[")?;
        }
    }
    // A failure here is one of writing, and leaves the document cut.
    let simulator = play(scenario, arguments, &mut out, &mut progress)?;
    progress.clear();
    // A summary has no versions, and does not cost the memory for a copy of them.
    let state = if arguments.summary { simulator.summary() } else { simulator.state() };
    match arguments.format {
        Format::Text => {
            let text = text_of(&state, arguments.summary);
            out.text(Styles::stdout().statuses(&text))?;
        }
        Format::Json => {
            let end = if arguments.summary { "" } else { "]," };
            // Serializing a state cannot fail.
            let state = serde_json::to_string(&state).unwrap_or_default();
            // The members of the state follow the timeline in one document, so its own bracket is
            // dropped.
            let members = state.strip_prefix('{').unwrap_or(&state);
            out.write(format!("{end}{members}\n"))?;
        }
    }
    out.flush()?;
    Ok(Status::Clean)
}

/// Reads the scenario, and shows every problem in it.
///
/// All problems are shown at once, up to a limit of the library, each at its line.
fn read(arguments: &Arguments) -> Result<Scenario, Failure> {
    let input = &arguments.scenario;
    let bytes = intake::read(input)?;
    let text = output::text_of(input, &bytes)?;
    Scenario::from_json(text, arguments.dialect.get()).map_err(|report| {
        // At the limit there are perhaps no more. The sentence is right in either case.
        let is_cut = report.len() == Scenario::PROBLEM_LIMIT;
        let refusal =
            Refusal::of([(SourceText::new(input.to_string(), text), report)], Status::Wrong);
        let refusal = if is_cut {
            refusal.with_message("there may be more problems; only the first are shown".to_owned())
        } else {
            refusal
        };
        Failure::Refused(Box::new(refusal))
    })
}

/// Plays the scenario and writes the timeline as it happens.
///
/// Returns the simulator at the end, which has the final state. In a summary events are counted and
/// not written.
fn play(
    scenario: Scenario,
    arguments: &Arguments,
    out: &mut Output,
    progress: &mut Progress,
) -> Result<Simulator, Failure> {
    // The library calls back for each event and cannot be stopped, so a failure is kept to the end,
    // and the rest is played without being written.
    let (mut written, mut failure) = (0_u64, None);
    let styles = Styles::stdout();
    let simulator = scenario.play(|event: TimelineEvent| {
        progress.advance();
        if arguments.summary || failure.is_some() {
            return;
        }
        let line = match arguments.format {
            // Control characters of keys are made visible before colours are added: `present` lets
            // colours pass.
            Format::Text => {
                let line = styles.statuses(&Visible(&event.to_string()).to_string());
                styles.present(&format!("{line}\n"))
            }
            Format::Json => {
                // Before each event but the first: which one is the last is not known.
                let comma = if written > 0 { "," } else { "" };
                // Serializing an event cannot fail.
                format!("{comma}{}", serde_json::to_string(&event).unwrap_or_default())
            }
        };
        written += 1;
        failure = out.write(line).err();
    });
    failure.map_or(Ok(simulator), Err)
}

/// Formats the final state as text.
///
/// The first line has the totals, and a paragraph for each bucket follows, by name. Without a
/// timeline above, the empty line before it is left out.
fn text_of(state: &State, summary: bool) -> String {
    let mut out = String::new();
    if !summary {
        out.push('\n');
    }
    let totals = state.totals;
    // A scenario without events has no time.
    let at = state.at.map_or_else(|| "the end".to_owned(), |at| at.to_string());
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "At {at}: {} events, {} refused, {} held off; {} tasks: {} replicated, {}; {} event \
         notifications",
        grouped(totals.events),
        grouped(totals.refused),
        grouped(totals.held_off),
        grouped(totals.tasks),
        grouped(totals.replicated),
        Styles::stdout().failed(totals.failed, "failed"),
        grouped(totals.notifications),
    );
    for (name, bucket) in &state.buckets {
        describe_bucket(&mut out, name.as_str(), bucket);
    }
    out
}

/// Describes a bucket: the number of versions by status, pending tasks, versions, metrics.
///
/// ```text
/// photos (versioning Enabled): 2 COMPLETED, 1 PENDING
///   1 tasks are pending
///   cat.jpg v1  4,096 bytes  STANDARD  2026-11-22T09:00:00Z  latest  COMPLETED
///   rule `all` to backup: 1 replicated, OperationsFailedReplication 0
/// ```
///
/// A bucket without versions is `empty`. In a summary the lines of versions are left out, since the
/// state has none.
fn describe_bucket(out: &mut String, name: &str, bucket: &BucketState) {
    let versioning = bucket.versioning.map_or("unknown", |versioning| versioning.as_str());
    let name = Styles::stdout().heading(name);
    let _ = write!(out, "\n{name} (versioning {versioning}): ");
    let statuses = bucket.statuses.iter();
    let counts: Vec<_> =
        statuses.map(|(status, count)| format!("{} {status}", grouped(*count))).collect();
    let _ = writeln!(out, "{}", if counts.is_empty() { "empty".into() } else { counts.join(", ") });
    // For instance where `Until` ends the scenario before its tasks are done.
    if bucket.pending > 0 {
        let _ = writeln!(out, "  {} tasks are pending", grouped(bucket.pending as u64));
    }
    for version in &bucket.versions {
        describe_version(out, version);
    }
    for meter in &bucket.metrics {
        describe_meter(out, meter);
    }
}

/// Describes a version in one line.
///
/// The order is fixed: key and version, class and size, time, tags, then what is rare, and the
/// status at the end. A delete marker has neither size nor class.
fn describe_version(out: &mut String, state: &VersionState) {
    let version = &state.version;
    let key = version.key.to_string();
    let _ = write!(out, "  {} {}", Visible(&key), Visible(version.version_id.as_str()));
    let _ = if version.delete_marker.is_some() {
        write!(out, "  delete marker")
    } else {
        let class = beginning(version.storage_class.as_str());
        write!(out, "  {} bytes  {}", grouped(version.size), Visible(&class))
    };
    let _ = write!(out, "  {}", version.last_modified);
    for tag in &version.metadata.tags {
        let _ = write!(out, "  {}={}", Visible(tag.key()), Visible(tag.value()));
    }
    // Two spaces before each, as between all parts of the line: a value may have single ones.
    for special in special_properties(version) {
        let _ = write!(out, "  {}", Visible(&special));
    }
    if state.is_latest {
        out.push_str("  latest");
    }
    let _ = match state.replication_status {
        Some(status) => writeln!(out, "  {status}"),
        None => writeln!(out),
    };
}

/// Returns descriptions of the properties that most versions do not have.
///
/// The usual case is left out, so that a line of an ordinary version stays short: SSE-S3, no lock,
/// no ACL, and the owner of the source.
fn special_properties(version: &StoredVersion<()>) -> impl Iterator<Item = String> {
    // The default of S3, which every version has unless something else is set.
    let encryption = version.encryption.filter(|status| *status != EncryptionStatus::SseS3);
    let lock = version.metadata.lock;
    let acl = Some(&version.metadata.acl).filter(|acl| !acl.is_empty());
    let owner = (version.owner == Owner::Destination).then(|| "owned by the bucket owner".into());
    [
        version.access_tier.map(|tier| format!("tier {tier}")),
        encryption.map(|status| status.to_string()),
        acl.map(|acl| format!("ACL `{}`", beginning(acl))),
        // Retention, legal hold and event hold are independent of each other in S3, so each has its
        // own words.
        lock.retention
            .map(|retention| format!("{} until {}", retention.mode, retention.retain_until)),
        lock.legal_hold.map(|hold| format!("legal hold {hold}")),
        lock.event_hold.map(|hold| match hold.duration {
            Some(duration) => format!("event hold {}, {duration}", hold.status),
            None => format!("event hold {}", hold.status),
        }),
        owner,
    ]
    .into_iter()
    .flatten()
}

/// Describes the metrics of a rule and a destination bucket.
///
/// The names of the data are those of CloudWatch. The share is there only if S3 Replication Time
/// Control covered an operation.
fn describe_meter(out: &mut String, meter: &MeterState) {
    let _ = write!(
        out,
        "  rule `{}` to {}: {} replicated",
        Visible(&meter.rule_id),
        meter.destination_bucket,
        grouped(meter.operations_replicated)
    );
    for datum in &meter.data {
        let _ = write!(out, ", {} {}", datum.metric_name, grouped(datum.value));
    }
    let _ = match meter.share_on_time {
        Some(share) => writeln!(out, ", {:.4} % within 15 minutes", share * 100.0),
        None => writeln!(out),
    };
}
