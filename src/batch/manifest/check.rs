use std::collections::HashSet;
use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::batch::facts::{Fact, FactSet, TagChoices, WhatIf};
use crate::batch::manifest::Row;
use crate::clause::{self, Clause};
use crate::diagnostic::Severity;
use crate::engine::{Engine, Reason};
use crate::model::{BucketName, Event, ObjectVersion};
use crate::text::Visible;

/// Looks at the rows of a manifest, one after the other, before a job does.
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
/// let mut told = Vec::new();
/// for row in manifest::Reader::new(&text[..], &fields) {
///     told.extend(check.row(&row?).iter().map(ToString::to_string));
/// }
/// assert_eq!(
///     told,
///     [
///         "no rule takes the version: the key does not begin with the prefix",
///         "the version is listed before",
///     ],
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Check {
    what_if: Option<WhatIf>,
    is_inventory: bool,
    bucket: Option<BucketName>,
    seen: HashSet<u64>,
    has_forgotten: bool,
}

impl Check {
    /// The most rows that are remembered to find those that repeat them, by a number of eight
    /// bytes each. Later rows are still compared with these.
    pub const REMEMBERED: usize = 4_000_000;

    /// Begins with a manifest in the encoding that its writer chose.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins with an inventory, whose encoding is that of S3.
    #[must_use]
    pub fn of_inventory() -> Self {
        Self { is_inventory: true, ..Self::default() }
    }

    /// Asks an engine, too, whether any rule takes the versions.
    #[must_use]
    pub fn with_engine(self, engine: &Engine) -> Self {
        let known = FactSet::ALL.without(Fact::Tags);
        Self { what_if: Some(WhatIf::new(engine.clone(), known)), ..self }
    }

    /// Looks at a row.
    pub fn row(&mut self, row: &Row) -> Vec<RowFinding> {
        if self.bucket.is_none() && is_header(row) {
            // It says nothing about the rows behind it.
            return vec![RowFinding::HeaderRow];
        }
        let mut found = Vec::new();
        match &self.bucket {
            Some(first) if *first != row.bucket => {
                let (first, bucket) = (first.clone(), row.bucket.clone());
                found.push(RowFinding::OtherBucket { first, bucket });
            }
            Some(_) => {}
            None => self.bucket = Some(row.bucket.clone()),
        }
        if !self.is_inventory {
            found.extend(of_key(row));
        }
        let what_if = self.what_if.as_ref();
        found.extend(what_if.and_then(|what_if| without_rule(what_if, &row.version())));
        if self.is_repeated(row) {
            found.push(RowFinding::Repeated);
        }
        found
    }

    /// Returns true when there were more rows than are remembered, so that some that repeat each
    /// other may have passed.
    #[must_use]
    pub const fn has_forgotten(&self) -> bool {
        self.has_forgotten
    }

    fn is_repeated(&mut self, row: &Row) -> bool {
        let mut hasher = DefaultHasher::new();
        (&row.bucket, &row.key, &row.version_id).hash(&mut hasher);
        let name = hasher.finish();
        if self.seen.len() < Self::REMEMBERED {
            return !self.seen.insert(name);
        }
        self.has_forgotten = true;
        self.seen.contains(&name)
    }
}

/// Returns why no rule replicates a version. A manifest has no tags: a version may have those that a
/// rule asks for.
fn without_rule(what_if: &WhatIf, version: &ObjectVersion<'_>) -> Option<RowFinding> {
    const EVENT: Event = Event::BatchReplication;
    let engine = what_if.engine();
    if engine.decide(version, EVENT).replicates() {
        return None;
    }
    let by_tags = what_if.explore(version, TagChoices::EachRule, |possible| {
        let mut tagged = possible.tagged();
        let found = tagged.find(|(_, tagged)| engine.decide(tagged, EVENT).replicates());
        if let Some((rule, _)) = found {
            return RowFinding::TagsUnknown { rule: rule.name().to_string().into() };
        }
        // Tags alone do not help. What stops a rule that has its tags says more than their lack.
        let reasons =
            possible.versions().iter().filter_map(|one| engine.reason_not_replicated(one, EVENT));
        let deepest =
            reasons.reduce(|one, next| if one.depth() < next.depth() { next } else { one });
        RowFinding::NoRule { reason: deepest }
    });
    let without_tags =
        || RowFinding::NoRule { reason: engine.reason_not_replicated(version, EVENT) };
    Some(by_tags.unwrap_or_else(without_tags))
}

/// What a [`Check`] says about a row.
///
/// [`Check`]: crate::batch::manifest::Check
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RowFinding {
    /// In front of the first object stand the names of the columns, which S3 takes for an object
    /// like any other.
    HeaderRow,
    /// No rule replicates the version, so its task fails.
    NoRule {
        /// Why the rule that came furthest does not; `None` where no rule says so.
        reason: Option<Reason>,
    },
    /// Whether a rule replicates the version depends on its tags, which no manifest says.
    TagsUnknown {
        /// The first rule that would.
        rule: Box<str>,
    },
    /// The version was listed before.
    Repeated,
    /// The row is about another bucket than the first.
    OtherBucket {
        /// The bucket of the first row.
        first: BucketName,
        /// The bucket of this row.
        bucket: BucketName,
    },
    /// A `+` stands in the key, which is a space or a plus sign.
    KeyPlus,
    /// Something in the key should be percent-encoded and is not.
    KeyNotEncoded {
        /// The first such character.
        found: char,
    },
    /// The key looks encoded still, now that it is decoded.
    KeyEncodedTwice,
    /// The key is longer than 1,024 characters as it is written, though not once it is decoded.
    KeyFieldLong {
        /// How many characters.
        characters: usize,
    },
}

/// Returns true for the row that names the columns. A bucket could once be called `Bucket`, so
/// without a version id the names have to be those of S3 to the letter; a version id that S3 makes
/// is never `VersionId`, however it is written.
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

/// Says what strikes about the key of a row.
fn of_key(row: &Row) -> impl Iterator<Item = RowFinding> {
    const LIMIT: usize = 1024;
    let key = str::from_utf8(row.key.as_bytes()).unwrap_or_default();
    let written = row.written_key.as_deref().unwrap_or(key);
    let is_odd = |c: char| !c.is_ascii_graphic() || matches!(c, '"' | ',');
    let odd = written.chars().find(|c| is_odd(*c)).map(|found| RowFinding::KeyNotEncoded { found });
    let plus = written.contains('+').then_some(RowFinding::KeyPlus);
    let twice = is_encoded(key).then_some(RowFinding::KeyEncodedTwice);
    let long = (written.len() > LIMIT)
        .then(|| written.chars().count())
        .filter(|characters| *characters > LIMIT)
        .map(|characters| RowFinding::KeyFieldLong { characters });
    [odd, plus, twice, long].into_iter().flatten()
}

/// Returns true when a `%` with two hexadecimal digits stands in a key.
fn is_encoded(key: &str) -> bool {
    let digits = |behind: &str| behind.bytes().take(2).filter(u8::is_ascii_hexdigit).count();
    key.split('%').skip(1).any(|behind| digits(behind) == 2)
}

impl RowFinding {
    /// Returns the stable name of the finding.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::HeaderRow => "header-row",
            Self::NoRule { .. } => "no-rule",
            Self::TagsUnknown { .. } => "tags-unknown",
            Self::Repeated => "row-repeated",
            Self::OtherBucket { .. } => "several-buckets",
            Self::KeyPlus => "key-plus",
            Self::KeyNotEncoded { .. } => "key-not-encoded",
            Self::KeyEncodedTwice => "key-encoded-twice",
            Self::KeyFieldLong { .. } => "key-field-long",
        }
    }

    /// Returns how much it matters: an error is a task that fails.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        match self {
            Self::HeaderRow | Self::NoRule { .. } => Severity::Error,
            Self::KeyEncodedTwice => Severity::Note,
            _ => Severity::Warning,
        }
    }

    /// Returns what to do about it.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        match self {
            Self::HeaderRow => "take the row out; the job names the columns",
            Self::NoRule { .. } => "take the row out, or add a rule; `explain` says more",
            Self::TagsUnknown { .. } => "look at the tags of the version",
            Self::Repeated => "take the row out: each row is a task",
            Self::OtherBucket { .. } => "make a job for each bucket",
            Self::KeyPlus => "write `%20` for a space and `%2B` for a plus sign",
            Self::KeyNotEncoded { .. } => {
                "percent-encode everything but letters, digits, `-_.~` and `/`"
            }
            Self::KeyEncodedTwice => "encode the key once only, unless it has such a name",
            Self::KeyFieldLong { .. } => "leave characters alone that need no encoding",
        }
    }

    /// Returns the clause it rests on.
    #[must_use]
    pub const fn clause(&self) -> &'static Clause {
        match self {
            Self::HeaderRow => &clause::MANIFEST_FIELDS,
            Self::NoRule { .. } => &clause::MANIFEST_NOT_ELIGIBLE,
            Self::TagsUnknown { .. } => &clause::FILTER_TAGS,
            Self::Repeated | Self::OtherBucket { .. } => &clause::MANIFEST_REPEATS,
            Self::KeyPlus => &clause::MANIFEST_PLUS,
            Self::KeyNotEncoded { .. } | Self::KeyEncodedTwice => &clause::MANIFEST_KEYS,
            Self::KeyFieldLong { .. } => &clause::MANIFEST_KEY_FORM,
        }
    }
}

impl fmt::Display for RowFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HeaderRow => f.write_str("the names of the columns stand where an object does"),
            Self::NoRule { reason: None } => f.write_str("no rule takes the version"),
            Self::NoRule { reason: Some(reason) } => {
                write!(f, "no rule takes the version: {}", reason.sentence())
            }
            Self::TagsUnknown { rule } => {
                write!(f, "whether rule `{}` takes the version depends on tags", Visible(rule))
            }
            Self::Repeated => f.write_str("the version is listed before"),
            Self::OtherBucket { first, bucket } => {
                write!(f, "bucket `{bucket}`, and the first row names `{first}`")
            }
            Self::KeyPlus => f.write_str("a `+` in the key is a space or a plus sign"),
            Self::KeyNotEncoded { found } => {
                write!(f, "`{}` in the key is not encoded", found.escape_default())
            }
            Self::KeyEncodedTwice => f.write_str("the key is encoded still, once it is decoded"),
            Self::KeyFieldLong { characters } => {
                write!(f, "the key has {characters} characters as it is written")
            }
        }
    }
}
