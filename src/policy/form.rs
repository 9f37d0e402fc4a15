//! The JSON form of a policy.
//!
//! The table checks names, kinds and single texts, and `serde` reads what is left. Then each
//! assertion is validated: one `Id`, one requirement, and what [`AssertionDraft`] demands. An
//! example with one assertion:
//!
//! ```json
//! {"Assertions": [
//!   {"Id": "logs-stay-in-the-eu", "Keys": ["logs/**"], "MayOnlyReach": {"Regions": ["eu-west-1"]}}
//! ]}
//! ```
//!
//! A policy with any finding is not used at all. A part of it would pass for the whole.
//!
//! A document passes three stages, and each of them adds findings:
//!
//! ```text
//! table      unknown and repeated members, kinds, single texts     at the member
//! serde      `WrittenPolicy`, with holes where something was refused
//! validate   ids, requirements, what belongs together              at the assertion or a member of it
//! ```
//!
//! The table also is the JSON Schema of a policy, so editors know what the reader accepts.
//!
//! Findings of the third stage, with the place of each:
//!
//! ```text
//! {"MustNotReach": {}}                               `Id` is missing        Id
//! {"Id": "a"}                                        requirement-missing    MustReach
//! {"Id": "a", "MustReach": {}, "MustNotReach": {}}   requirement-repeated   MustNotReach
//! {"Id": "a", "MayOnlyReach": {}}                    assertion-invalid      MayOnlyReach
//! two assertions with the id `a`                     assertion-repeated     Id of the second
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::diagnostic::{Diagnostic, Report};
use crate::form::mistake::{self, Objection};
use crate::form::schema::{
    Content, List, Map, OURS, Row, Schema, Words, boolean, check, fields, integer, row, text, word,
};
use crate::form::{self, DocumentKind, Form, Mistake};
use crate::model::{
    AccountId, BucketArn, BucketName, EncryptionStatus, KmsKeyArn, Owner, Region, StorageClass, Tag,
};
use crate::path::FieldPath;
use crate::policy::assertion::{Assertion, AssertionDraft, Requirement};
use crate::policy::automaton::{Budget, PolicyBudget};
use crate::policy::glob::{KeyGlob, Separator};
use crate::policy::target::Target;
use crate::policy::{About, Policy};

/// The table of a policy.
pub(super) static POLICY: Schema = Schema {
    root: "policy",
    kind: Some(DocumentKind::Assertions),
    content: Content::Fields(&[
        word::<Separator>("Separator"),
        row("Assertions", some(&Content::Fields(ASSERTION))).required(),
    ]),
    authority: &OURS,
};

/// The members of an assertion. The last four are its requirements, of which one has to be there.
const ASSERTION: &[Row] = &[
    // Required, and checked by `validate`: the finding has a help of its own.
    text("Id"),
    text("Description"),
    row("Keys", some(&Content::Text(Some(check::<KeyGlob>)))),
    row("ExceptKeys", some(&Content::Text(Some(check::<KeyGlob>)))),
    // Any text: an example that is not a key is refused with the globs that it should match.
    row("Examples", some(&Content::Text(None))),
    row("Tags", Content::Map(Map { name: Some(tag_key), inside: &Content::Text(Some(tag_value)) })),
    ENCRYPTION_STATUSES,
    row("StorageClasses", some(&Content::Word(Words::with_check::<StorageClass>(storage_class)))),
    row("About", some(&Content::Word(Words::of::<About>()))),
    fields("MustReach", COUNTED_TARGET),
    fields("MayOnlyReach", TARGET),
    fields("MustNotReach", TARGET),
    fields("DeleteMarkersMustFollow", TARGET),
];

/// The members of the target of `MustReach`, which counts buckets. `AtLeast` has to be the first
/// row, see `TARGET`.
const COUNTED_TARGET: &[Row] = &[
    integer::<1, { u32::MAX as i128 }>("AtLeast"),
    row("Buckets", some(&Content::Text(Some(bucket_name)))),
    row("Accounts", some(&Content::Text(Some(check::<AccountId>)))),
    row("Regions", some(&Content::Text(Some(check::<Region>)))),
    row("StorageClasses", some(&Content::Word(Words::with_check::<StorageClass>(replica_class)))),
    ENCRYPTION_STATUSES,
    row("KmsKeyIds", some(&Content::Text(Some(check::<KmsKeyArn>)))),
    word::<Owner>("Owner"),
    boolean("ReplicationTimeControl"),
    boolean("Metrics"),
];

/// The rows where nothing is counted.
const TARGET: &[Row] = COUNTED_TARGET.split_at(1).1;

/// The encryptions of objects in an assertion, and of replicas in a target.
const ENCRYPTION_STATUSES: Row =
    row("EncryptionStatuses", some(&Content::Word(Words::of::<EncryptionStatus>())));

/// A list that is not empty: an empty one would select nothing, which is never meant.
const fn some(item: &'static Content) -> Content {
    Content::List(List { names: &[], item, is_never_empty: true })
}

/// Checks the key alone, with a value that is always right.
///
/// Key and value are two texts of the document, and the table checks each at its own place.
fn tag_key(text: &str) -> Result<(), Objection> {
    Tag::new(text, "").map(drop).map_err(|error| mistake::value(&error))
}

/// Checks the value alone, with a key that is always right.
fn tag_value(text: &str) -> Result<(), Objection> {
    Tag::new("key", text).map(drop).map_err(|error| mistake::value(&error))
}

/// Checks that a class is known: a misspelt one must not become a class of its own.
///
/// The vocabulary is open, so the parser itself accepts any word, and an assertion about a class
/// that no object is in would always hold.
fn storage_class(text: &str) -> Result<(), Objection> {
    let class = StorageClass::from(text);
    if class.is_known() {
        return Ok(());
    }
    let words = StorageClass::REPLICA_CLASSES.iter().map(StorageClass::as_str);
    // Suggestions are the classes of replicas, which are those that most targets name.
    let help = mistake::did_you_mean(text, words)
        .unwrap_or_else(|| "write a storage class such as `STANDARD_IA`".to_owned());
    let shown = mistake::shortened(text);
    Err(Objection::new(format!("`{shown}` is not a storage class of S3"), help))
}

/// Checks that a replica can be in a class. A source object may be in any class that S3 has, a
/// replica only in those that `StorageClass` of a destination can name.
fn replica_class(text: &str) -> Result<(), Objection> {
    storage_class(text)?;
    let class = StorageClass::from(text);
    if class.is_replica_class() {
        return Ok(());
    }
    let all: Vec<&str> = StorageClass::REPLICA_CLASSES.iter().map(StorageClass::as_str).collect();
    // The class exists, so the message is about replicas, and the help lists all that are possible.
    let message = format!("no replica is in `{class}`");
    Err(Objection::new(message, format!("write one of `{}`", all.join("`, `"))))
}

/// Checks the name of a bucket. Policies name buckets, and configurations their ARNs: who writes
/// the ARN here gets the name in it as help.
///
/// ```text
/// backup                accepted
/// arn:aws:s3:::backup   refused, with the help to write `backup`
/// Backup_1              refused, with the help of the parser of names
/// ```
fn bucket_name(text: &str) -> Result<(), Objection> {
    text.parse::<BucketName>().map(drop).map_err(|error| {
        let arn: Option<BucketArn> = text.parse().ok();
        let objection = mistake::value(&error);
        match arn {
            Some(arn) => {
                Objection { help: format!("write the name alone, `{}`", arn.name()), ..objection }
            }
            None => objection,
        }
    })
}

/// Returns the JSON Schema of a policy.
pub(super) fn policy_schema() -> String {
    form::json_schema(&POLICY, "Policy of s3-replication")
}

/// A policy as it is written.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WrittenPolicy {
    /// The separator for all globs; none by default.
    separator: Option<Separator>,
    /// At least one, as the table requires.
    assertions: Vec<WrittenAssertion>,
}

/// An assertion as it is written. Exactly one of the requirements must be there.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct WrittenAssertion {
    /// Absent only in a document with a finding.
    id: Option<String>,
    description: Option<String>,
    #[serde(deserialize_with = "globs")]
    keys: Vec<KeyGlob>,
    #[serde(deserialize_with = "globs")]
    except_keys: Vec<KeyGlob>,
    // Empty lists stand for absent members here: the table has refused empty ones.
    examples: Vec<String>,
    tags: BTreeMap<String, String>,
    encryption_statuses: Vec<EncryptionStatus>,
    storage_classes: Vec<StorageClass>,
    about: Vec<About>,
    // Each requirement is a member of its own, and not a word with a target, so that the JSON reads
    // as a sentence and the schema shows the members of each target.
    must_reach: Option<WrittenTarget>,
    may_only_reach: Option<WrittenTarget>,
    must_not_reach: Option<WrittenTarget>,
    delete_markers_must_follow: Option<WrittenTarget>,
}

/// A target as it is written.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct WrittenTarget {
    /// The number of buckets; one where it is absent, and always absent but in `MustReach`.
    at_least: Option<NonZeroU32>,
    buckets: Vec<BucketName>,
    accounts: Vec<AccountId>,
    regions: Vec<Region>,
    storage_classes: Vec<StorageClass>,
    encryption_statuses: Vec<EncryptionStatus>,
    // The members are those of `Target`, with the same meaning when they are empty.
    kms_key_ids: Vec<KmsKeyArn>,
    owner: Option<Owner>,
    replication_time_control: Option<bool>,
    metrics: Option<bool>,
}

/// Reads a list of globs. The table has parsed each of them before, so an error here is not for
/// users.
fn globs<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<KeyGlob>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts.iter().map(|text| text.parse().map_err(D::Error::custom)).collect()
}

/// Reads a policy.
///
/// # Errors
///
/// Returns all findings, up to the limit of a report. A policy with a warning is refused, too.
pub(super) fn policy(text: &str) -> Result<Policy, Report> {
    let (assertions, report) = form::read(
        text,
        Form::CliJson,
        &POLICY,
        |_, _| None,
        |written: WrittenPolicy, reading| {
            let mut findings = Report::new();
            let assertions = written.validate(reading, &mut findings);
            (assertions, findings)
        },
    );
    match assertions {
        Some(assertions) if report.is_empty() => Ok(Policy::new(assertions)),
        _ => Err(report),
    }
}

impl WrittenPolicy {
    /// Validates what was read; `reading` has the findings so far.
    ///
    /// Returns the assertions that are right; the caller drops them if there is any finding.
    fn validate(self, reading: &Report, findings: &mut Report) -> Vec<Assertion> {
        let list = FieldPath::root().field("Assertions");
        // Before any of them is validated, which costs work for each.
        if self.assertions.len() > Policy::LIMIT {
            let message = format!("a policy has at most {} assertions", Policy::LIMIT);
            let finding = Diagnostic::error("assertions-over-limit", None, list, message);
            findings.push(finding.with_help("split the policy"));
            return Vec::new();
        }
        let separator = self.separator.unwrap_or(Separator::None);
        // An item that could not be read is left out, so the indexes behind it do not count.
        // With a hole in the list, the third item of `assertions` may be the fourth of the
        // document, and findings would be at the wrong one. The items are not validated then.
        let is_whole = !reading.iter().any(|finding| {
            let path = finding.primary.path();
            path.is_within(&list) && path.steps().len() <= 2
        });
        let mut ids = BTreeSet::new();
        let mut assertions = Vec::new();
        // The globs of hostile assertions may take long. All of them share one budget.
        let mut budget = PolicyBudget::new(self.assertions.len());
        for (index, written) in self.assertions.into_iter().enumerate().filter(|_| is_whole) {
            let path = list.clone().index(index);
            if let Some(id) = &written.id
                && !ids.insert(id.clone())
            {
                let message = format!("another assertion has the id `{}`", mistake::shortened(id));
                let path = path.clone().field("Id");
                let finding = Diagnostic::error("assertion-repeated", None, path, message);
                findings.push(finding.with_help("give every assertion an id of its own"));
            }
            assertions.extend(
                // Each assertion gets a part of the work, and gives back what it does not use.
                budget.lend(|budget| written.validate(&path, separator, reading, findings, budget)),
            );
        }
        assertions
    }
}

impl WrittenAssertion {
    /// Validates one assertion; `None` if it has a finding, from the table or from here.
    ///
    /// A mistake has one finding. So a member that the table has refused is not reported as
    /// missing, and an assertion with an unknown member, which may be its requirement, not as one
    /// without requirement.
    fn validate(
        self,
        path: &FieldPath,
        separator: Separator,
        reading: &Report,
        findings: &mut Report,
        budget: &mut Budget,
    ) -> Option<Assertion> {
        // The findings of the table about this assertion.
        let mistakes: Vec<&Diagnostic> =
            reading.iter().filter(|finding| finding.primary.path().is_within(path)).collect();
        // The member is there, and could not be read.
        let is_refused = |name: &str| {
            let path = path.clone().field(name.to_owned());
            mistakes.iter().any(|finding| finding.primary.path().is_within(&path))
        };
        if self.id.is_none() && !is_refused("Id") {
            let path = path.clone().field("Id");
            let finding = Diagnostic::error(Mistake::Missing.code(), None, path, "`Id` is missing");
            findings.push(finding.with_help("add `Id`"));
        }
        // In the order of `REQUIREMENTS`, so that the first and the second of two are named in it.
        let requirements = [
            self.must_reach.map(|target| {
                // One bucket is what `MustReach` means without a number.
                let at_least = target.at_least.unwrap_or(NonZeroU32::MIN);
                Requirement::MustReach { target: target.into(), at_least }
            }),
            self.may_only_reach.map(|target| Requirement::MayOnlyReach(target.into())),
            self.must_not_reach.map(|target| Requirement::MustNotReach(target.into())),
            self.delete_markers_must_follow
                .map(|target| Requirement::DeleteMarkersMustFollow(target.into())),
        ];
        let mut requirements = requirements.into_iter().flatten();
        let Some(requirement) = requirements.next() else {
            // An unknown member may be the requirement, misspelt.
            let may_be_misspelt =
                mistakes.iter().any(|finding| finding.code == Mistake::Unknown.code());
            if !may_be_misspelt && !REQUIREMENTS.iter().any(|name| is_refused(name)) {
                let message = "the assertion has no requirement";
                let help = format!("add one of `{}`", REQUIREMENTS.join("`, `"));
                // There is no place of a member that is missing. The first requirement stands for
                // all of them.
                let path = path.clone().field("MustReach");
                let finding = Diagnostic::error("requirement-missing", None, path, message);
                findings.push(finding.with_help(help));
            }
            return None;
        };
        if let Some(second) = requirements.next() {
            let (first, second) = (requirement.as_str(), second.as_str());
            let message = format!("an assertion has one requirement, not `{first}` and `{second}`");
            // At the second one, since each of the two may be meant.
            let path = path.clone().field(second);
            let finding = Diagnostic::error("requirement-repeated", None, path, message);
            // Two requirements have two outcomes, and an assertion reports one.
            findings.push(finding.with_help("make two assertions of it"));
            return None;
        }
        // With a mistake, what is left of the assertion is not what its author wrote.
        let id = self.id.filter(|_| mistakes.is_empty())?;
        // INVARIANT: the table has checked every key and value.
        let tags = self.tags.into_iter().filter_map(|(key, value)| Tag::new(key, value).ok());
        let draft = AssertionDraft {
            description: self.description,
            keys: self.keys,
            except_keys: self.except_keys,
            examples: self.examples,
            tags: tags.collect(),
            encryption_statuses: self.encryption_statuses,
            storage_classes: self.storage_classes,
            about: self.about,
            // The id and the requirement; all other members are given above.
            ..AssertionDraft::new(id, requirement)
        };
        draft
            .validate_within(separator, budget)
            .map_err(|error| {
                let path = path.clone().field(error.member());
                let message = error.to_string();
                let finding = Diagnostic::error("assertion-invalid", None, path, message);
                findings.push(finding);
            })
            .ok()
    }
}

/// The requirements; an assertion has one of them.
const REQUIREMENTS: [&str; 4] =
    ["MustReach", "MayOnlyReach", "MustNotReach", "DeleteMarkersMustFollow"];

impl From<WrittenTarget> for Target {
    // `at_least` is left out. It belongs to the requirement and was taken before.
    fn from(written: WrittenTarget) -> Self {
        Self {
            buckets: written.buckets,
            accounts: written.accounts,
            regions: written.regions,
            storage_classes: written.storage_classes,
            encryption_statuses: written.encryption_statuses,
            kms_key_ids: written.kms_key_ids,
            owner: written.owner,
            replication_time_control: written.replication_time_control,
            metrics: written.metrics,
        }
    }
}
