//! What somebody may be sorry for in a manifest that can be read.

mod finding;

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

pub use self::finding::RowFinding;

use crate::batch::ManifestRow;
use crate::engine::{Engine, Reason, Verdict};
use crate::model::{BucketName, Event, ObjectVersion};

/// Looks at the rows of a manifest, one after the other, before a job does.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::{ManifestCheck, ManifestFields, ManifestReader};
/// use s3_replication::{Engine, ReplicationConfiguration};
///
/// # let configuration = ReplicationConfiguration::from_json(
/// #     r#"{"Role": "arn:aws:iam::123456789012:role/replication", "Rules": [
/// #         {"ID": "tax", "Status": "Enabled", "Priority": 1, "Filter": {"Prefix": "Tax/"},
/// #          "DeleteMarkerReplication": {"Status": "Disabled"},
/// #          "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
/// # )?;
/// let engine = Engine::new(&configuration);
/// let mut check = ManifestCheck::new().with_engine(&engine);
/// let fields: ManifestFields = "Bucket,Key,VersionId".parse()?;
/// let text = b"photos,Tax/1,v1\nphotos,cat.jpg,v1\nphotos,Tax/1,v1\n";
/// let mut told = Vec::new();
/// for row in ManifestReader::new(&text[..], &fields) {
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
pub struct ManifestCheck<'e> {
    engine: Option<&'e Engine>,
    is_inventory: bool,
    bucket: Option<BucketName>,
    seen: HashSet<u64>,
    has_forgotten: bool,
}

impl<'e> ManifestCheck<'e> {
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
    pub fn with_engine(self, engine: &'e Engine) -> Self {
        Self { engine: Some(engine), ..self }
    }

    /// Looks at a row.
    pub fn row(&mut self, row: &ManifestRow) -> Vec<RowFinding> {
        if self.bucket.is_none() && finding::is_header(row) {
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
            found.extend(finding::of_key(row));
        }
        found.extend(self.engine.and_then(|engine| without_rule(engine, &row.version())));
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

    fn is_repeated(&mut self, row: &ManifestRow) -> bool {
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

/// Returns why no rule takes a version. A manifest does not know tags: where a rule asks for some,
/// the version may have them.
fn without_rule(engine: &Engine, version: &ObjectVersion<'_>) -> Option<RowFinding> {
    const EVENT: Event = Event::BatchReplication;
    if engine.decide(version, EVENT).replicates() {
        return None;
    }
    let explanation = engine.explain(version, EVENT);
    let mut deepest: Option<Reason> = None;
    for (at, (rule, verdict)) in explanation.verdicts().enumerate() {
        let Verdict::Rejected(mut reason) = verdict else { continue };
        if reason == Reason::TagsDiffer {
            let tagged = version.clone().with_tags(rule.filter.tags());
            let explanation = engine.explain(&tagged, EVENT);
            if explanation.decision().replicates() {
                let rule = rule.name().to_string().into();
                return Some(RowFinding::TagsUnknown { rule });
            }
            // Not even then: what else is in the way counts.
            let behind = explanation.verdicts().nth(at).map(|(_, verdict)| verdict);
            if let Some(Verdict::Rejected(behind)) = behind {
                reason = behind;
            }
        }
        if deepest.is_none_or(|deepest| deepest.depth() < reason.depth()) {
            deepest = Some(reason);
        }
    }
    Some(RowFinding::NoRule { reason: deepest })
}
