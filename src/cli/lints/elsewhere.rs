//! The findings that other commands than `check` report: about jobs, manifests, policies, scenarios
//! and several configurations.
//!
//! These findings have no levels and no page of their own. A user who sees a code in brackets looks
//! for it here:
//!
//! ```text
//! header-row (of `batch check`, without a level)
//!
//! Found by `batch check`: the first row holds the names of the columns.
//! ```
//!
//! Where the library describes a finding, its words are used, and this file adds the command only.
//! The others are made by commands, or by parts of the library that have codes without
//! descriptions; they stand in a table below. A test finds the codes in the source of the crate, so
//! a code that is missing here fails it. It does not look for codes that are only here: remove the
//! line of a finding together with the finding.

use s3_replication::topology::FindingKind;
use s3_replication::{analysis, policy, topology};

/// A kind of finding of a command that is not `check`.
#[derive(Clone, Copy)]
pub(super) struct OtherFinding {
    /// The code, as it stands in the brackets of a message.
    pub(super) name: &'static str,
    /// The command that reports it.
    pub(super) command: &'static str,
    /// One line, without a full stop: it is put into a sentence.
    pub(super) summary: &'static str,
}

/// Returns all these findings.
///
/// Those of the table come first, by command. Those that the library describes follow. It is
/// cloned, because a suggestion goes through the names more than once.
pub(super) fn all() -> impl Iterator<Item = OtherFinding> + Clone {
    // Every kind of finding of a topology is here by itself, so that a new kind needs no line.
    let of_library = FindingKind::ALL.iter().map(|kind| (kind.as_str(), "topology"));
    let of_library = of_library.chain([
        ("assertion-failed", "assert"),
        ("assertion-unknown", "assert"),
        ("decision-differs", "diff"),
    ]);
    let described = of_library.filter_map(|(name, command)| {
        // A name that none of the three describes is left out, which the test of the codes notices.
        let description = topology::describe(name).or_else(|| policy::describe(name));
        let description = description.or_else(|| analysis::describe(name))?;
        Some(OtherFinding { name, command, summary: description.summary })
    });
    OTHERS.iter().copied().chain(described)
}

/// Returns the finding of this name.
///
/// The name has to be exact. `None` for a lint and for a finding of reading a document, which
/// `lints.rs` looks up before.
pub(super) fn find(name: &str) -> Option<OtherFinding> {
    all().find(|found| found.name == name)
}

/// Makes the table of findings: for each command in a block, its codes with their summaries.
///
/// The commands are blocks and not a column, because a maintainer reads the list by command and
/// compares one block with the code of that command.
macro_rules! findings {
    ($( $command:literal { $( $name:literal: $summary:literal, )+ } )+) => {
        /// The findings that the library does not describe, by command.
        static OTHERS: &[OtherFinding] = &[
            $( $( OtherFinding { name: $name, command: $command, summary: $summary }, )+ )+
        ];
    };
}

// Within a block the codes are sorted. A summary has no article before the thing it is about where
// that is the whole input (`the manifest`), and an indefinite one where it is one of many (`a
// row`).
findings! {
    // Mistakes in the policy itself. A failed assertion is described by the library.
    "assert" {
        "assertion-invalid": "an assertion contradicts itself or has an invalid glob",
        "assertion-repeated": "two assertions have the same `Id`",
        "assertions-over-limit": "the policy has too many assertions",
        "requirement-missing": "an assertion has no requirement",
        "requirement-repeated": "an assertion has two requirements",
    }
    // Manifests and inventories, row by row, and the rules that apply to their versions.
    "batch check" {
        "bucket-invalid": "the first field of a row is not the name of a bucket",
        "byte-order-mark": "the manifest begins with a byte-order mark",
        "checksum-differs": "a file does not have the checksum that its document names",
        "field-count": "a row has another number of fields than the job declares",
        "header-row": "the first row holds the names of the columns",
        "inventory-invalid": "the document of an inventory cannot be a manifest",
        "key-encoded-twice": "a key is percent-encoded twice",
        "key-encoding": "a `%` in a key is not followed by two hexadecimal digits",
        "key-field-long": "the encoded key is longer than a key can be",
        "key-missing": "a row has no key",
        "key-not-encoded": "a key is not percent-encoded",
        "key-not-utf-8": "a decoded key is not UTF-8",
        "key-plus": "a `+` in a key can mean a space or a plus sign",
        "key-too-long": "a key is longer than 1,024 bytes",
        "line-empty": "a line is empty",
        "manifest-compressed": "the manifest is compressed with gzip",
        "no-rows": "the manifest has no rows",
        "no-rule": "no rule replicates a version of the manifest",
        "not-csv": "the manifest is not CSV in UTF-8",
        "not-utf-8": "a line is not UTF-8",
        "quote-unclosed": "a quote does not close on its line",
        "row-repeated": "two rows name the same version",
        "row-too-long": "a row has more bytes than any row needs",
        "several-buckets": "the rows name several buckets",
        "tags-unknown": "the rule of a version depends on its tags, which no manifest holds",
        "text-after-quote": "a closing quote is followed by text",
        "trailing-space": "a row ends with a space",
        "unreadable": "a file cannot be read",
        "value-invalid": "a field of an inventory has an impossible value",
        "version-id-missing": "a row has no version ID, and others have one",
        "version-id-too-long": "a version ID is too long",
        "version-ids-missing": "the manifest has no version IDs",
    }
    // Mistakes in the specification of a job, and jobs that do less than they seem to.
    "batch run" {
        "encryption-not-one": "an encryption of a job is not exactly one of the kinds",
        "fields-incomplete": "the columns of a manifest lack the bucket or the key",
        "fields-repeated": "a manifest has a column twice",
        "job-filter-lists-nothing": "no version can match the filter of a generator",
        "job-in-other-region": "a job is in another Region than the source bucket",
        "job-lists-ineligible-versions": "a generator lists versions that no rule replicates",
        "job-lists-replicated-versions": "a generator lists versions that are replicated already",
        "job-writes-to-source": "a job writes its report or manifest to the bucket that it lists",
        "key-names-over-limit": "a filter has too many names of keys",
        "manifest-and-generator": "a job has both a manifest and a generator",
        "manifest-in-other-region": "a manifest is written to another Region than the source bucket",
        "manifest-missing": "a job has neither a manifest nor a generator",
        "operation-not-one": "a job does not have exactly one operation",
        "operation-not-run": "a job has another operation than replication",
        "output-location-missing": "a generated manifest that is kept has no location",
        "report-incomplete": "an enabled report lacks a member",
        "tags-over-limit": "a job has too many tags",
        "versions-missing": "no column of a manifest holds version IDs",
    }
    // The comparison is exact or gives up, and this finding reports the latter. A difference itself
    // is described by the library.
    "diff" {
        "comparison-incomplete": "the comparison is not decided",
    }
    // Mistakes in a scenario, found before it is played.
    "simulate" {
        "bucket-refused": "S3 would refuse a bucket or its configuration",
        "bucket-unknown": "an event names a bucket that the scenario does not have",
        "end-too-early": "the scenario ends before its last event",
        "event-hold-without-lock": "a default event hold needs Object Lock",
        "fault-absent": "an event removes a fault from a bucket that has none",
        "fault-without-effect": "a fault is in a bucket that replication does not use",
        "key-unknown": "no earlier event writes the key of an event",
        "member-unexpected": "an event of a scenario has a member that its kind does not have",
        "retention-without-lock": "a default retention needs Object Lock",
        "time-backwards": "an event is earlier than the one before",
        "version-repeated": "two events write the same version ID",
        "version-unknown": "no earlier event writes the version of an event",
    }
    // Links that policies do not permit, and a search that was cut. All else is `FindingKind`.
    "topology" {
        "link-not-permitted": "a link is decided, and a policy does not permit a request that it needs",
        "link-permission-undecided": "a link is decided, and its permission depends on what is unknown",
        "search-incomplete": "the graph is too large to search fully",
    }
}
