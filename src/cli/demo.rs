//! `demo`: a tour without input, on buckets in memory.
//!
//! The parts build on one configuration: decisions with their reasons, the permissions that it
//! needs, live replication, and a batch job. All output comes from the library; nothing in it is
//! made up.
//!
//! ```text
//! CONFIGURATION ─ Parser ─▶ engine ─▶ this file   eleven objects and the verdicts about them
//!                    │
//!                    ├─▶ roles    the statements of both roles, and a task without one of them
//!                    ├─▶ live     events in three buckets, with the statuses of versions
//!                    └─▶ job      a job on the buckets that `live` left behind
//! ```
//!
//! No answer is stored here, so a change of the library changes the tour.

mod job;
mod live;
mod roles;

use std::fmt::Write as _;

use s3_replication::model::{RuleFilter, TimeControl};
use s3_replication::{Engine, Parser, ReplicationConfiguration, ReplicationRule};

use crate::cli::configuration::decided;
use crate::cli::counts::counted;
use crate::cli::describe::Rules;
use crate::cli::object::{self, Problem};
use crate::cli::output::Output;
use crate::cli::styles::Styles;
use crate::cli::{Ended, Failure, Status, describe};

/// Shows the main features without input files: decisions with reasons, live replication, and a batch
/// job on a store in memory
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {}

/// A configuration with a rule for each kind of decision.
///
/// Every rule is there for an example of [`STORY`]: `tax` outranks `everything`, `secrets` takes
/// versions with SSE-KMS, `shared` has a bucket of its own and a tag, and `logs` is disabled. The
/// names of buckets are those of `live`.
const CONFIGURATION: &str = r#"<ReplicationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
  <Role>arn:aws:iam::111122223333:role/replication</Role>
  <Rule>
    <ID>everything</ID>
    <Status>Enabled</Status>
    <Priority>1</Priority>
    <Filter/>
    <DeleteMarkerReplication><Status>Enabled</Status></DeleteMarkerReplication>
    <Destination><Bucket>arn:aws:s3:::example-backup</Bucket></Destination>
  </Rule>
  <Rule>
    <ID>tax</ID>
    <Status>Enabled</Status>
    <Priority>2</Priority>
    <Filter><Prefix>Tax/</Prefix></Filter>
    <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    <Destination>
      <Bucket>arn:aws:s3:::example-backup</Bucket>
      <StorageClass>STANDARD_IA</StorageClass>
      <ReplicationTime><Status>Enabled</Status><Time><Minutes>15</Minutes></Time></ReplicationTime>
      <Metrics>
        <Status>Enabled</Status>
        <EventThreshold><Minutes>15</Minutes></EventThreshold>
      </Metrics>
    </Destination>
  </Rule>
  <Rule>
    <ID>secrets</ID>
    <Status>Enabled</Status>
    <Priority>3</Priority>
    <Filter><Prefix>Vault/</Prefix></Filter>
    <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    <SourceSelectionCriteria>
      <SseKmsEncryptedObjects><Status>Enabled</Status></SseKmsEncryptedObjects>
    </SourceSelectionCriteria>
    <Destination>
      <Bucket>arn:aws:s3:::example-backup</Bucket>
      <EncryptionConfiguration>
        <ReplicaKmsKeyID>arn:aws:kms:eu-west-1:111122223333:alias/replicas</ReplicaKmsKeyID>
      </EncryptionConfiguration>
    </Destination>
  </Rule>
  <Rule>
    <ID>shared</ID>
    <Status>Enabled</Status>
    <Priority>4</Priority>
    <Filter><Tag><Key>share</Key><Value>partner</Value></Tag></Filter>
    <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    <Destination>
      <Bucket>arn:aws:s3:::example-partner</Bucket>
      <Account>444455556666</Account>
      <AccessControlTranslation><Owner>Destination</Owner></AccessControlTranslation>
    </Destination>
  </Rule>
  <Rule>
    <ID>logs</ID>
    <Status>Disabled</Status>
    <Priority>5</Priority>
    <Filter><Prefix>logs/</Prefix></Filter>
    <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    <Destination>
      <Bucket>arn:aws:s3:::example-backup</Bucket>
      <StorageClass>GLACIER</StorageClass>
    </Destination>
  </Rule>
</ReplicationConfiguration>
"#;

/// The title of each example, and the object with its event.
///
/// An object is written as in the input of `decide`, so that a reader can try it. Without `Event`,
/// an object is created, and a delete marker is a delete without a version ID.
const STORY: &[(&str, &str)] = &[
    ("A new object: the rule for every object replicates it", r#"{"Key": "photos/cat.jpg"}"#),
    ("Two rules for one bucket: the higher priority wins", r#"{"Key": "Tax/2026.pdf"}"#),
    (
        "Prefixes are case-sensitive: tax/ misses the rule of Tax/, so the replica is in STANDARD",
        r#"{"Key": "tax/2026.pdf"}"#,
    ),
    (
        "A tag adds a second bucket: each destination bucket has its own winning rule",
        r#"{"Key": "photos/team.jpg", "Tags": {"share": "partner"}}"#,
    ),
    (
        "Encrypted with SSE-KMS: only a rule with SseKmsEncryptedObjects replicates it",
        r#"{"Key": "Vault/keys.db", "EncryptionStatus": "SSE-KMS"}"#,
    ),
    (
        "Archived: S3 cannot read it before it is restored",
        r#"{"Key": "photos/1999.tar", "StorageClass": "DEEP_ARCHIVE"}"#,
    ),
    (
        "A delete without a version ID: the winning rule decides about the delete marker",
        r#"{"Key": "Tax/2026.pdf", "IsDeleteMarker": true}"#,
    ),
    (
        "A delete by version ID: never replicated, which protects the backup from malicious deletes",
        r#"{"Key": "photos/cat.jpg", "VersionId": "v1", "Event": "ObjectRemoved:Delete"}"#,
    ),
    (
        "A replica from another bucket: live replication does not replicate it again",
        r#"{"Key": "photos/guest.jpg", "ReplicationStatus": "REPLICA"}"#,
    ),
    (
        "New tags on a replicated version: they are replicated",
        r#"{"Key": "photos/cat.jpg", "ReplicationStatus": "COMPLETED",
            "Tags": {"share": "partners"}, "Event": "ObjectTagging:Put"}"#,
    ),
    (
        "New tags on a version that was never replicated: use Batch Replication",
        r#"{"Key": "photos/old.jpg", "Event": "ObjectTagging:Put"}"#,
    ),
];

/// The commands to try next. The last lines of the tour are what a reader remembers.
const AFTERWORD: &str = "\
Next: run `s3-replication check FILE` on your configuration, then `s3-replication explain -c FILE --key KEY`.\n";

/// Writes the parts in their order. Nothing is written if one of them fails.
///
/// An error here is a mistake of this program and not of its user, because there is no input. It is
/// shown as any other failure.
pub(super) fn run(_: &Arguments) -> Ended {
    let parsed = Parser::new().named("demo.xml").parse_xml(CONFIGURATION);
    let configuration = decided(parsed)?;
    let engine = Engine::new(&configuration);
    let styles = Styles::stdout();
    let mut text = titled(&summary(&configuration));
    for (number, (title, json)) in (1..).zip(STORY) {
        let _ = writeln!(text, "\n{}", styles.heading(&format!("{number}. {title}")));
        let object = object::read(json).map_err(|Problem(message)| Failure::Message(message))?;
        let _ = writeln!(text, "  {}", describe::object(&object));
        object.with_version(|version| {
            let explanation = engine.explain(version, object.event());
            // The first example shows every rule once; later ones only those that have to do with
            // the key.
            let shown = if number == 1 { Rules::All } else { Rules::Concerned };
            describe::explanation(&explanation, object.event(), shown, &mut text);
        });
    }
    let failure = |error: live::Error| Failure::Message(error.to_string());
    // Everything is made before anything is written.
    let roles = roles::run(&configuration).map_err(failure)?;
    let (store, live) = live::run(&configuration).map_err(failure)?;
    let job = job::run(&store, &configuration).map_err(failure)?;
    let mut out = Output::new();
    out.text(text)?;
    // The statuses of versions and jobs are coloured in these parts only; in the examples above, a
    // title may contain such a word.
    for part in [roles, live, job] {
        out.text(styles.statuses(&titled(&part)))?;
    }
    out.text(format!("\n{AFTERWORD}"))?;
    out.flush()?;
    Ok(Status::Clean)
}

/// Paints the first line of a part up to its colon, which is its title.
///
/// The line feeds in front of it stay: they separate the part from the one before. Without a colon
/// the whole line is the title.
fn titled(part: &str) -> String {
    let text = part.trim_start_matches('\n');
    let (space, _) = part.split_at(part.len() - text.len());
    let end = text.find([':', '\n']).unwrap_or(text.len());
    let (title, rest) = text.split_at(end);
    format!("{space}{}{rest}", Styles::stdout().heading(title))
}

/// Describes the rules, one per line, as a table of name, priority, filter and destination.
///
/// ```text
///   tax         priority 2  keys that begin with Tax/       → example-backup, STANDARD_IA, S3 RTC
///   shared      priority 4  tag share=partner               → example-partner, owner override
/// ```
///
/// The columns fit the rules of the demo, and are not measured.
fn summary(configuration: &ReplicationConfiguration) -> String {
    let (rules, version) = (configuration.rules(), configuration.version());
    let count = counted(rules.len(), "rule");
    let mut out = format!("A configuration ({version}, {count}) and its decisions\n\n");
    for rule in rules {
        let priority = rule.priority.map(|priority| format!("priority {priority}"));
        let _ = writeln!(
            out,
            "  {:12}{:12}{:32}→ {}",
            rule.name(),
            priority.unwrap_or_default(),
            filter(&rule.filter),
            settings(rule)
        );
    }
    out
}

/// Describes a filter in words: `keys that begin with Tax/ and tag share=partner`.
///
/// A filter without conditions is `every object`.
fn filter(filter: &RuleFilter) -> String {
    let prefix = filter.key_prefix();
    let prefix = (!prefix.is_empty()).then(|| format!("keys that begin with {prefix}"));
    let tags = filter.tags().iter().map(|tag| format!("tag {tag}"));
    let exclusion = filter.exclusion();
    let excluded = exclusion.prefixes().iter().map(|prefix| format!("not below {prefix}"));
    let excluded = excluded.chain(exclusion.tags().iter().map(|tag| format!("without tag {tag}")));
    let parts: Vec<String> = prefix.into_iter().chain(tags).chain(excluded).collect();
    if parts.is_empty() { "every object".to_owned() } else { parts.join(" and ") }
}

/// Describes the destination of a rule and its settings, without those that have their defaults.
fn settings(rule: &ReplicationRule) -> String {
    use s3_replication::model::Owner::Destination;
    let destination = &rule.destination;
    let mut out = destination.bucket.name().to_string();
    if let Some(class) = &destination.storage_class {
        let _ = write!(out, ", {class}");
    }
    // Each remark with the condition under which it is made, in the order of the line.
    let remarks = [
        (rule.replicates_delete_markers(), "with delete markers"),
        (destination.time_control.is_some_and(TimeControl::is_enabled), "S3 RTC"),
        (rule.selects_kms(), "with SSE-KMS"),
        (destination.ownership.owner() == Destination, "owner override"),
        (!rule.is_enabled(), "disabled"),
    ];
    for (_, remark) in remarks.iter().filter(|(applies, _)| *applies) {
        let _ = write!(out, ", {remark}");
    }
    out
}
