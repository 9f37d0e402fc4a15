use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::batch::facts::{Fact, FactSet, TagChoices, WhatIf};
use crate::batch::manifest::{Row, RowError};
use crate::clause::{self, Clause};
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::engine::{Engine, Reason};
use crate::model::{BucketName, Event, ObjectVersion};
use crate::text::Visible;

/// Checks the rows of a manifest, one after the other, for what a job would stumble over.
///
/// | code | severity | finding |
/// | --- | --- | --- |
/// | `header-row` | error | the row contains the names of the columns, which S3 takes for an object |
/// | `no-rule` | error | no rule replicates the version, so its task fails |
/// | `tags-unknown` | warning | a rule replicates the version if it has certain tags |
/// | `row-repeated` | warning | an earlier row names the same version |
/// | `several-buckets` | warning | the bucket is not the one of the first row |
/// | `key-plus` | warning | a `+` in the key, which is a space or a plus sign |
/// | `key-not-encoded` | warning | a character in the key that is not percent-encoded |
/// | `key-field-long` | warning | a key of more than 1,024 characters, though not when decoded |
/// | `key-encoded-twice` | note | the decoded key looks percent-encoded |
///
/// A row that S3 does not accept is an error or, where S3 does not look, a warning, with the code
/// of its [`RowError`].
///
/// # Examples
///
/// ```
/// use s3_replication::batch::manifest;
/// use s3_replication::{Engine, ReplicationConfiguration};
///
/// # let configuration = ReplicationConfiguration::from_json(
/// #     r#"{"Role": "arn:aws:iam::123456789012:role/replication", "Rules": [
/// #         {"ID": "tax", "Status": "Enabled", "Priority": 1, "Filter": {"Prefix": "Tax/"},
/// #          "DeleteMarkerReplication": {"Status": "Disabled"},
/// #          "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
/// # )?;
/// let engine = Engine::new(&configuration);
/// let mut check = manifest::Check::new().with_engine(&engine);
/// let fields: manifest::Fields = "Bucket,Key,VersionId".parse()?;
/// let text = b"photos,Tax/1,v1\nphotos,cat.jpg,v1\nphotos,Tax/1,v1\n";
/// let mut rows = manifest::Reader::new(&text[..], &fields).named("manifest.csv");
/// let mut findings = Vec::new();
/// while let Some(row) = rows.next() {
///     findings.extend(check.row(row.as_ref(), &rows.place()));
/// }
/// let findings: Vec<_> = findings.iter().map(ToString::to_string).collect();
/// assert_eq!(
///     findings,
///     [
///         "error[no-rule]: no rule replicates the version: the key does not begin with the prefix \
///          (at manifest.csv:2)",
///         "warning[row-repeated]: an earlier row names the same version (at manifest.csv:3)",
///     ],
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Check {
    what_if: Option<WhatIf>,
    is_inventory: bool,
    /// The bucket of the first row.
    bucket: Option<BucketName>,
    /// Hashes of the versions so far.
    versions: HashSet<u64>,
    has_forgotten: bool,
}

/// A kind of finding, with everything but the message.
struct Kind {
    code: &'static str,
    severity: Severity,
    clause: &'static Clause,
    help: &'static str,
}

/// Declares the kinds.
macro_rules! kinds {
    ($( $name:ident = $code:literal, $severity:ident, $clause:ident, $help:literal; )+) => {
        $( const $name: Kind = Kind {
            code: $code,
            severity: Severity::$severity,
            clause: &clause::$clause,
            help: $help,
        }; )+
    };
}

kinds! {
    HEADER_ROW = "header-row", Error, MANIFEST_FIELDS,
        "remove the row; the job declares the columns";
    NO_RULE = "no-rule", Error, MANIFEST_NOT_ELIGIBLE,
        "remove the row; `explain` shows why each rule does not match";
    TAGS_UNKNOWN = "tags-unknown", Warning, FILTER_TAGS, "check the tags of the version";
    REPEATED = "row-repeated", Warning, MANIFEST_REPEATS, "remove the row: each row is a task";
    OTHER_BUCKET = "several-buckets", Warning, MANIFEST_REPEATS, "create a job for each bucket";
    KEY_PLUS = "key-plus", Warning, MANIFEST_PLUS,
        "write `%20` for a space and `%2B` for a plus sign";
    KEY_NOT_ENCODED = "key-not-encoded", Warning, MANIFEST_KEYS,
        "percent-encode everything but letters, digits, `-_.~` and `/`";
    KEY_ENCODED_TWICE = "key-encoded-twice", Note, MANIFEST_KEYS,
        "encode the key once, unless its name really contains such text";
    KEY_FIELD_LONG = "key-field-long", Warning, MANIFEST_KEY_FORM,
        "leave characters unencoded that need no encoding";
}

impl Kind {
    fn at(&self, place: &Place, message: impl Into<String>) -> Diagnostic {
        let finding = Diagnostic::error(self.code, self.clause, place.clone(), message);
        Diagnostic { severity: self.severity, ..finding.with_help(self.help) }
    }
}

impl Check {
    /// The greatest number of rows that are remembered to find repeated ones, as a hash of eight
    /// bytes each. Later rows are still compared with these.
    pub const REMEMBERED: usize = 4_000_000;

    /// Begins to check a manifest, whose writer chose the encoding of keys.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins to check an inventory, whose keys S3 has encoded.
    #[must_use]
    pub fn of_inventory() -> Self {
        Self { is_inventory: true, ..Self::default() }
    }

    /// Also checks whether a rule of this engine replicates each version.
    #[must_use]
    pub fn with_engine(self, engine: &Engine) -> Self {
        let known = FactSet::ALL.without(Fact::Tags);
        Self { what_if: Some(WhatIf::new(engine.clone(), known)), ..self }
    }

    /// Checks a row, or the reason why it was not accepted. The place is the one of the
    /// [reader](crate::batch::manifest::Reader::place).
    pub fn row(&mut self, row: Result<&Row, &RowError>, place: &Place) -> Vec<Diagnostic> {
        let error = row.err();
        let Some(row) = row.ok().or_else(|| error?.row()) else {
            return error.map(Diagnostic::from).into_iter().collect();
        };
        if self.bucket.is_none() && is_header(row) {
            // Column names are no values: nothing else that is wrong with them matters.
            return vec![HEADER_ROW.at(place, "the row contains the names of the columns")];
        }
        let mut findings: Vec<_> = error.map(Diagnostic::from).into_iter().collect();
        match &self.bucket {
            Some(first) if *first != row.bucket => {
                let message =
                    format!("the bucket is `{}`; the first row names `{first}`", row.bucket);
                findings.push(OTHER_BUCKET.at(place, message));
            }
            Some(_) => {}
            None => self.bucket = Some(row.bucket.clone()),
        }
        if !self.is_inventory {
            check_key(row, place, &mut findings);
        }
        if let Some(what_if) = &self.what_if {
            findings.extend(without_rule(what_if, &row.version(), place));
        }
        if self.is_repeated(row) {
            findings.push(REPEATED.at(place, "an earlier row names the same version"));
        }
        findings
    }

    /// Returns true if there were more rows than are remembered, so that repeated rows may have been
    /// missed.
    #[must_use]
    pub const fn has_forgotten(&self) -> bool {
        self.has_forgotten
    }

    fn is_repeated(&mut self, row: &Row) -> bool {
        let mut hasher = DefaultHasher::new();
        (&row.bucket, &row.key, &row.version_id).hash(&mut hasher);
        let hash = hasher.finish();
        if self.versions.len() < Self::REMEMBERED {
            return !self.versions.insert(hash);
        }
        self.has_forgotten = true;
        self.versions.contains(&hash)
    }
}

/// Finds out that no rule replicates a version. A manifest has no tags: the version may have those
/// that a rule asks for.
fn without_rule(
    what_if: &WhatIf,
    version: &ObjectVersion<'_>,
    place: &Place,
) -> Option<Diagnostic> {
    const EVENT: Event = Event::BatchReplication;
    let engine = what_if.engine();
    if engine.decide(version, EVENT).replicates() {
        return None;
    }
    let no_rule = |reason: Option<Reason>| {
        let why = reason.map(|reason| format!(": {}", reason.sentence())).unwrap_or_default();
        NO_RULE.at(place, format!("no rule replicates the version{why}"))
    };
    let by_tags = what_if.explore(version, TagChoices::EachRule, |possible| {
        let found = possible.tagged().find_map(|tagged| {
            let decision = engine.decide(tagged, EVENT);
            let replication = decision.replications().next()?;
            Some(replication.rule().name().to_string())
        });
        if let Some(name) = found {
            let name = Visible(&name);
            let message =
                format!("rule `{name}` replicates the version only if it has certain tags");
            return TAGS_UNKNOWN.at(place, message);
        }
        // Tags alone do not help. What stops a rule in spite of them explains more than their lack.
        let reasons =
            possible.versions().iter().filter_map(|one| engine.reason_not_replicated(one, EVENT));
        no_rule(reasons.reduce(|one, next| if one.depth() < next.depth() { next } else { one }))
    });
    Some(by_tags.unwrap_or_else(|| no_rule(engine.reason_not_replicated(version, EVENT))))
}

/// Returns true for a row of column names.
///
/// A bucket could once be called `Bucket`, so without a version ID the names have to be exactly
/// those of S3. With one, any case will do, because S3 never assigns the version ID `VersionId`.
fn is_header(row: &Row) -> bool {
    let (bucket, key) = (row.bucket.as_str().as_bytes(), row.key.as_bytes());
    match &row.version_id {
        None => bucket == b"Bucket" && key == b"Key",
        Some(id) => {
            bucket.eq_ignore_ascii_case(b"Bucket")
                && key.eq_ignore_ascii_case(b"Key")
                && id.as_str().eq_ignore_ascii_case("VersionId")
        }
    }
}

/// Checks the encoding of a key.
fn check_key(row: &Row, place: &Place, findings: &mut Vec<Diagnostic>) {
    const LIMIT: usize = 1024;
    // A row that was read has a key in UTF-8. The encoding of other keys is not checked.
    let Ok(key) = str::from_utf8(row.key.as_bytes()) else { return };
    let written = row.written_key.as_deref().unwrap_or(key);
    let is_odd = |c: char| !c.is_ascii_graphic() || matches!(c, '"' | ',');
    if let Some(odd) = written.chars().find(|c| is_odd(*c)) {
        let message = format!("`{}` in the key is not percent-encoded", odd.escape_default());
        findings.push(KEY_NOT_ENCODED.at(place, message));
    }
    if written.contains('+') {
        findings.push(KEY_PLUS.at(place, "a `+` in the key may mean a space or a plus sign"));
    }
    if is_encoded(key) {
        findings.push(KEY_ENCODED_TWICE.at(place, "the key looks percent-encoded twice"));
    }
    if written.len() > LIMIT {
        let characters = written.chars().count();
        if characters > LIMIT {
            let message = format!("the key is {characters} characters long as it is written");
            findings.push(KEY_FIELD_LONG.at(place, message));
        }
    }
}

/// Returns true if a key contains a `%` with two hexadecimal digits.
fn is_encoded(key: &str) -> bool {
    let digits = |rest: &str| rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count();
    key.split('%').skip(1).any(|rest| digits(rest) == 2)
}
