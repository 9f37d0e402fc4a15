//! Replication configurations: their table, and the way from a tree to a draft.
//!
//! Values that no reading makes legal are refused here, with a fixed code. Mistakes that only two
//! fields together show are left to the lints.
//!
//! Configurations are read by hand, not by `Deserialize`. S3 answers a bad role, a bad priority and
//! a bad tag with different codes and texts, so each scalar has a function of its own (`scalars`).
//! The result is a draft, which may be wrong as a whole: lints have to see the mistakes that they
//! are about.
//!
//! The way of one document, which `parser` goes:
//!
//! ```text
//! tree ──▶ not_a_configuration ──▶ one finding, and no draft is read
//!      └─▶ decode: root_of ──▶ configuration ──▶ rule, filter, destination, … ──▶ Decoded
//! ```
//!
//! There are several tables and two authorities, because dialects differ in three questions: a store
//! may know `DeleteReplication`, it may know zones, and it may skip elements that it does not know.
//! Everything else that dialects answer differently is in the functions of `scalars`, or in lints.
//!
//! `write` is the way back, and `foreign` has the advice on names of other stores.

mod scalars;
mod write;

#[cfg(feature = "forms")]
pub(crate) use self::scalars::stand_in_of_bucket;

use crate::clause::{self, Clause};
use crate::diagnostic::{Diagnostic, ServiceError, Stage};
use crate::dialect::{Dialect, UnknownElements, VersionDeletes, ZoneReading};
use crate::document::{Document, Element};
use crate::form::fields::Fields;
use crate::form::foreign;
use crate::form::mistake::Mistake;
use crate::form::path_stack::PathStack;
use crate::form::reader::Reader;
use crate::form::schema::{
    Authority, Content, RepeatedMember, Row, Schema, fields, integer, known, many, text, texts,
};
use crate::form::{self, DocumentKind, Form};
use crate::model::{
    AndDraft, ConfigurationDraft, DestinationDraft, EncryptionDraft, FilterDraft, MetricsDraft,
    NotDraft, OrDraft, OwnerOverride, ReplicationTimeDraft, ReplicationTimeValueDraft, RuleDraft,
    RuleStatus, SourceSelectionDraft, StorageClass, Tag,
};
use crate::path::FieldPath;
use crate::text::Span;

/// The table of a configuration.
pub(crate) static SCHEMA: Schema = schema(CONFIGURATION, &S3);

/// The table with every extension, for places and for writing.
pub(crate) static EXTENDED: Schema = schema(EXTENDED_CONFIGURATION, &S3);

/// The tables of a store that has some extensions.
struct Tables {
    /// The rows of a rule.
    rule: &'static [Row],
    /// The table of a store that refuses unknown elements.
    strict: Schema,
    /// The table of a store that ignores unknown elements.
    lenient: Schema,
}

/// The tables of S3.
static WITHOUT_EXTENSIONS: Tables = tables(CONFIGURATION, RULE);

/// The tables with `DeleteReplication`, the extension of MinIO and RustFS.
static WITH_DELETES: Tables =
    tables(&[text("Role"), many("Rule", "Rules", RULE_WITH_DELETES)], RULE_WITH_DELETES);

/// The tables with the zones of Ceph.
static WITH_ZONES: Tables =
    tables(&[text("Role"), many("Rule", "Rules", RULE_WITH_ZONES)], RULE_WITH_ZONES);

/// The tables with both extensions, which no store has, but a caller can ask for.
static WITH_DELETES_AND_ZONES: Tables = tables(EXTENDED_CONFIGURATION, RULE_WITH_BOTH);

const fn tables(configuration: &'static [Row], rule: &'static [Row]) -> Tables {
    Tables { rule, strict: schema(configuration, &S3), lenient: schema(configuration, &LENIENT_S3) }
}

const fn schema(configuration: &'static [Row], authority: &'static Authority) -> Schema {
    Schema {
        root: "ReplicationConfiguration",
        kind: Some(DocumentKind::Configuration),
        content: Content::Fields(configuration),
        authority,
    }
}

/// S3, but for unknown elements: they are a warning, and what is in them is not looked at.
const LENIENT_S3: Authority = Authority { skips_unknown: true, ..S3 };

/// S3 as the reader of configurations. Its answer to any mistake that the schema shows is
/// `MalformedXML`.
///
/// A repeated member of JSON is a warning only: the AWS CLI has taken the last one before S3 sees
/// anything (REP-110). `null` is not absence, so it is reported as a value of the wrong kind.
const S3: Authority = Authority {
    name: "S3",
    namespace: "http://s3.amazonaws.com/doc/2006-03-01/",
    clause: |mistake| Some(clause_of(mistake)),
    answer: Some(ServiceError::malformed_xml),
    foreign_element: Mistake::Namespace,
    repeated_member: RepeatedMember::LastCounts,
    null_is_absent: false,
    skips_unknown: false,
};

/// Returns the clause that a mistake in a configuration rests on.
///
/// An attribute and a text rest on the clause of unknown elements: the schema lists what may stand
/// where, and lists neither of them.
const fn clause_of(mistake: Mistake) -> &'static Clause {
    match mistake {
        Mistake::Malformed => &clause::DOCUMENT_WELL_FORMED,
        Mistake::Root | Mistake::Namespace => &clause::DOCUMENT_ROOT,
        Mistake::Unknown | Mistake::Item | Mistake::Text | Mistake::Attribute => {
            &clause::SCHEMA_ELEMENTS
        }
        Mistake::Repeated => &clause::SCHEMA_REPEATED,
        Mistake::RepeatedMember => &clause::JSON_FORM,
        Mistake::Missing => &clause::SCHEMA_REQUIRED,
        Mistake::Kind | Mistake::Value | Mistake::EmptyList => &clause::SCHEMA_VALUES,
    }
}

/// The root. `Role` is required by S3 and read as optional, like all that a lint reports.
const CONFIGURATION: &[Row] = &[text("Role"), RULES];

/// The rules: `Rule` again and again in XML, the array `Rules` in JSON (REP-110).
const RULES: Row = many("Rule", "Rules", RULE);

/// The root, with every extension.
const EXTENDED_CONFIGURATION: &[Row] = &[text("Role"), many("Rule", "Rules", RULE_WITH_BOTH)];

/// The word of a rule, of a switch and of the two settings of time and metrics.
///
/// The table knows the two words for JSON Schema; the check is in `scalars`, for S3's answer.
const STATUS_WORD: Row = known::<RuleStatus>("Status");

/// A switch.
///
/// An element with a `Status` and nothing else. Without its `Status` it has no meaning, so it is
/// required.
const STATUS: &[Row] = &[STATUS_WORD.required()];

/// A rule of S3: one without the extensions, which are the first row and the last.
const RULE: &[Row] = ROWS.split_at(ROWS.len() - 1).0.split_at(1).1;

/// A rule with `DeleteReplication`.
const RULE_WITH_DELETES: &[Row] = ROWS.split_at(1).1;

/// A rule with zones.
const RULE_WITH_ZONES: &[Row] = ROWS_WITH_ZONES.split_at(ROWS.len() - 1).0;

/// A rule with both extensions.
const RULE_WITH_BOTH: &[Row] = ROWS_WITH_ZONES;

const ROWS: &[Row] = &rows(DESTINATION);

const ROWS_WITH_ZONES: &[Row] = &rows(DESTINATION_WITH_ZONES);

/// Returns every row of a rule, in the order in which XML is written. The extensions have to stay
/// the first row and the last, since a rule without them is a part of the array.
///
/// `Status` and `Destination` are required by S3, but optional here: a rule without them is
/// reported with the clause of S3, and the rest of the rule is still read and checked.
const fn rows(destination: &'static [Row]) -> [Row; 11] {
    [
        fields("Source", &[ZONES]).not_in_cloudformation(),
        text("ID").cloudformation("Id"),
        integer::<0, { i32::MAX as i128 }>("Priority"),
        text("Prefix"),
        fields("Filter", FILTER),
        STATUS_WORD,
        fields("SourceSelectionCriteria", SOURCE_SELECTION),
        fields("ExistingObjectReplication", STATUS).not_in_cloudformation(),
        fields("Destination", destination),
        fields("DeleteMarkerReplication", STATUS),
        fields("DeleteReplication", STATUS).not_in_cloudformation(),
    ]
}

/// The names of zones.
const ZONES: Row = texts("Zone", "Zones").not_in_cloudformation();

/// The table allows several of these together; a lint refuses it (REP-241), so that both are read.
const FILTER: &[Row] = &[
    text("Prefix"),
    fields("Tag", TAG).cloudformation("TagFilter"),
    fields("And", AND),
    fields("Not", NOT).not_in_cloudformation(),
];

/// The conjunction of predicates.
const AND: &[Row] = &[
    text("Prefix"),
    many("Tag", "Tags", TAG).cloudformation("TagFilters"),
    fields("Not", NOT).not_in_cloudformation(),
];

/// The exclusion, which S3 has had since 2026-11-18 (REP-309).
const NOT: &[Row] = &[text("Prefix"), fields("Tag", TAG), fields("Or", OR)];

/// The alternatives of an exclusion. `Prefix` and `Tag` may each occur many times.
const OR: &[Row] = &[texts("Prefix", "Prefixes"), many("Tag", "Tags", TAG)];

/// A tag. Both parts are required; an empty value is a value.
const TAG: &[Row] = &[text("Key").required(), text("Value").required()];

/// The criteria beyond the filter (REP-405).
const SOURCE_SELECTION: &[Row] =
    &[fields("SseKmsEncryptedObjects", STATUS), fields("ReplicaModifications", STATUS)];

/// The destination bucket and the properties of replicas: all rows but the zones, which come last.
const DESTINATION: &[Row] = DESTINATION_WITH_ZONES.split_at(DESTINATION_WITH_ZONES.len() - 1).0;

/// The destination with zones.
const DESTINATION_WITH_ZONES: &[Row] = &[
    text("Bucket"),
    text("Account"),
    known::<StorageClass>("StorageClass"),
    fields("AccessControlTranslation", &[known::<OwnerOverride>("Owner").required()]),
    fields(
        "EncryptionConfiguration",
        &[text("ReplicaKmsKeyID"), fields("UseSourceMultiRegionKey", STATUS)],
    ),
    fields("ReplicationTime", &[STATUS_WORD, fields("Time", MINUTES)]),
    fields("Metrics", &[STATUS_WORD, fields("EventThreshold", MINUTES)]),
    ZONES,
];

/// A number of minutes. S3 accepts 15 only, which lints check: any integer is read, so that the
/// message can show it.
///
/// The range of the row is for JSON Schema and for the kind; `scalars` parses the number.
const MINUTES: &[Row] = &[integer::<{ i32::MIN as i128 }, { i32::MAX as i128 }>("Minutes")];

/// The most rules that are read: ten times as many as S3 takes, so that a document with a few too
/// many is reported whole, and one with a million of them does not become a million findings.
const RULES_READ: usize = 10_000;

/// A draft that was read from a document.
///
/// The draft may be wrong as a whole, and the findings here are only those that reading shows.
pub(crate) struct Decoded<'d, 't, D = ConfigurationDraft> {
    /// The draft, with a hole for everything that was refused.
    pub(crate) draft: D,
    /// The findings, each with the stage at which the store would come to it.
    pub(crate) found: Vec<(Stage, Diagnostic)>,
    /// The number of findings that were counted only.
    pub(crate) left_out: usize,
    /// The element that holds the fields of the draft.
    pub(crate) root: Element<'d, 't>,
    /// The places whose values a template does not state, each with the expression for the value.
    pub(crate) unknown: Vec<(FieldPath, Span, String)>,
}

/// Reads a configuration.
///
/// This never fails. A document without anything readable yields an empty draft and findings.
///
/// Call [`not_a_configuration`] first: a document of another kind would have a finding for each of
/// its members here, and none that names the mistake.
pub(crate) fn decode<'d, 't>(
    document: &'d Document<'t>,
    form: Form,
    dialect: &Dialect,
) -> Decoded<'d, 't> {
    let mut decoder = Decoder::new(form, dialect);
    let root = decoder.root_of(document.root());
    let draft = decoder.configuration(root);
    decoder.finish(draft, root)
}

/// Returns the only finding about a document that is not a configuration, or one whose names are all
/// written in another way.
///
/// `None` means that the document is worth reading, not that it is right. The table of S3 is used
/// for every dialect: at the root, where a kind shows, all have the same names.
pub(crate) fn not_a_configuration(document: &Document<'_>, form: Form) -> Option<Diagnostic> {
    let root = document.root();
    form::other_kind(root, form, &SCHEMA).or_else(|| form::other_case(root, form, &SCHEMA))
}

/// The table of a rule alone.
///
/// This one is for messages and for the JSON Schema. The rows that are read depend on the dialect,
/// see `Decoder::new`.
pub(crate) static RULE_SCHEMA: Schema = Schema {
    root: "Rule",
    kind: Some(DocumentKind::Rule),
    content: Content::Fields(RULE),
    authority: &S3,
};

/// Returns the only finding about a document that is not a rule, or one whose names are all written in
/// another way.
pub(crate) fn not_a_rule(document: &Document<'_>, form: Form) -> Option<Diagnostic> {
    let root = document.root();
    form::other_kind(root, form, &RULE_SCHEMA)
        .or_else(|| form::other_case(root, form, &RULE_SCHEMA))
}

/// Reads a document that holds one rule and nothing around it.
///
/// In XML the root is a `Rule`, in JSON an item of `Rules`.
///
/// There is no other rule, so nothing is checked that needs the whole configuration, such as the
/// priority of another one.
pub(crate) fn decode_rule<'d, 't>(
    document: &'d Document<'t>,
    form: Form,
    dialect: &Dialect,
) -> Decoded<'d, 't, RuleDraft> {
    let mut decoder = Decoder::new(form, dialect);
    let root = document.root();
    decoder.reader.check_root(root, RULES.name);
    // The path is that of a first rule. So a finding names `Rule[0].Status`, as in a configuration.
    let list = PathStack::ROOT.field(RULES.name);
    let at = list.index(0);
    let fields = decoder.reader.fields(root, &at, decoder.rule_rows);
    let draft = decoder.rule(&fields, &at);
    decoder.finish(draft, root)
}

/// Returns true when zones are read as elements of a rule.
///
/// A store that treats them as it treats any unknown element has no use for the rows: the finding
/// about an unknown element is the right one.
const fn reads_zones(dialect: &Dialect) -> bool {
    !matches!(
        (dialect.zone_elements(), dialect.unknown_elements()),
        (ZoneReading::Refused, UnknownElements::Refused)
            | (ZoneReading::Ignored, UnknownElements::Ignored)
    )
}

/// The reader, and the dialect for the few answers that stores give differently.
struct Decoder<'c> {
    reader: Reader<'static>,
    /// The rows that are read. The reader has a schema with the same rows, for its advice on unknown
    /// names. The two must agree, or the advice would name an element that is refused.
    rule_rows: &'static [Row],
    dialect: &'c Dialect,
}

impl<'c> Decoder<'c> {
    /// Creates a decoder without findings.
    fn new(form: Form, dialect: &'c Dialect) -> Self {
        let tables = match (dialect.version_deletes(), reads_zones(dialect)) {
            (VersionDeletes::Never, false) => &WITHOUT_EXTENSIONS,
            (VersionDeletes::ByElement, false) => &WITH_DELETES,
            (VersionDeletes::Never, true) => &WITH_ZONES,
            (VersionDeletes::ByElement, true) => &WITH_DELETES_AND_ZONES,
        };
        let schema = match dialect.unknown_elements() {
            UnknownElements::Refused => &tables.strict,
            UnknownElements::Ignored => &tables.lenient,
        };
        // Where zones are read, advice on their place is better than advice on another store.
        let advice: fn(&str, &PathStack<'_>) -> Option<String> = if reads_zones(dialect) {
            |name, _| {
                if foreign::names_zones(name) { None } else { foreign::name(name) }
            }
        } else {
            |name, _| foreign::name(name)
        };
        Self {
            reader: Reader::new(form, schema).with_advice(advice),
            rule_rows: tables.rule,
            dialect,
        }
    }

    /// Returns a draft with the findings.
    ///
    /// `root` is the element that was read: that of a configuration behind its wrapper, if there
    /// was one.
    fn finish<'d, 't, D>(mut self, draft: D, root: Element<'d, 't>) -> Decoded<'d, 't, D> {
        let unknown = self.reader.take_unknown();
        let (found, left_out) = self.reader.into_found();
        Decoded { draft, found, left_out, root, unknown }
    }

    /// Finds the element that holds `Role` and the rules: the root, or what wraps it in the input
    /// and output of the CLI and the SDKs.
    ///
    /// For example, the output of `get-bucket-replication` is `{"ReplicationConfiguration":
    /// {"Role": …, "Rules": […]}}`, and the input of `put-bucket-replication --cli-input-json` has
    /// `Bucket` beside it.
    ///
    /// | members of the JSON root | element that is read |
    /// | --- | --- |
    /// | `Role`, `Rules` | the root |
    /// | `ReplicationConfiguration` | that member |
    /// | `ReplicationConfiguration`, `Bucket`, `ResponseMetadata` | that member |
    /// | `ReplicationConfiguration`, `Rules` | the root, where the first member is unknown |
    /// | `Bucket` | the root, where it is unknown |
    /// | none | the root, which lacks everything |
    fn root_of<'d, 't>(&mut self, root: Element<'d, 't>) -> Element<'d, 't> {
        const BESIDE: &[&str] =
            &["Bucket", "ChecksumAlgorithm", "ContentMD5", "ExpectedBucketOwner"];
        const ANSWER: &[&str] = &["ResponseMetadata", "Token"];
        // In XML the root is the configuration itself: the API has no wrapper.
        if self.reader.form == Form::Xml {
            self.reader.check_root(root, SCHEMA.root);
            return root;
        }
        let is_known = |child: Element<'_, '_>| {
            let name = child.name();
            name == SCHEMA.root || BESIDE.contains(&name) || ANSWER.contains(&name)
        };
        // Any other member means that the root itself is meant, and the member is a mistake in it.
        if self.reader.form != Form::CliJson || !root.children().all(is_known) {
            return root;
        }
        // A wrapper that is given twice is one member that is given twice: a warning, and the last
        // one counts.
        let mut inner = None;
        for wrapped in root.children().filter(|child| child.name() == SCHEMA.root) {
            if inner.is_some() {
                self.reader.repeated(SCHEMA.root, wrapped, &PathStack::ROOT);
            }
            inner = Some(wrapped);
        }
        inner.unwrap_or(root)
    }

    /// Reads the root. Rules beyond [`RULES_READ`] are not read. A dialect that limits the number
    /// of rules refuses such a document (REP-237); under one that does not, the rest is lost.
    fn configuration(&mut self, root: Element<'_, '_>) -> ConfigurationDraft {
        let at = PathStack::ROOT;
        let fields = self.reader.fields(root, &at, CONFIGURATION);
        let (role, other_role) = self.role(&fields, &at);
        let mut draft = ConfigurationDraft { role, other_role, rules: Vec::new() };
        // Indices count from 0, refused rules included: a rule is never left out of the draft, only
        // its parts are.
        for (index, rule) in fields.all(RULES.name).take(RULES_READ).enumerate() {
            let list = at.field(RULES.name);
            let at = list.index(index);
            let fields = self.reader.fields(rule, &at, self.rule_rows);
            draft.rules.push(self.rule(&fields, &at));
        }
        draft
    }

    /// Reads a field that holds others.
    ///
    /// The path grows by the name, so that findings inside name the whole way.
    ///
    /// Returns `None` only for an absent element. One of the wrong kind is refused, and `decode`
    /// sees it without any field: the draft then has a part with nothing in it, which `Holes` keeps
    /// the lints from reporting.
    fn inside<T>(
        &mut self,
        fields: &Fields<'_, '_>,
        name: &'static str,
        at: &PathStack<'_>,
        decode: impl FnOnce(&mut Self, &Fields<'_, '_>, &PathStack<'_>) -> T,
    ) -> Option<T> {
        let (row, element) = fields.get(name)?;
        let at = at.field(name);
        let fields = self.reader.fields(element, &at, row.content.fields());
        Some(decode(self, &fields, &at))
    }

    /// Reads a field that holds a `Status` and nothing else.
    ///
    /// For example `<DeleteMarkerReplication><Status>Enabled</Status></DeleteMarkerReplication>`.
    /// The element without `Status` is a mistake, and leaves a hole.
    ///
    /// Both an absent element and one with a hole yield `None`. The finding about the hole keeps
    /// lints from taking the second for the first.
    fn switch(
        &mut self,
        fields: &Fields<'_, '_>,
        name: &'static str,
        at: &PathStack<'_>,
    ) -> Option<RuleStatus> {
        self.inside(fields, name, at, |this, fields, at| this.word(fields, "Status", at))?
    }

    /// Reads one rule.
    ///
    /// All fields are read, whatever is wrong with the others. The order is that of findings of one
    /// stage before they are sorted, and has no other meaning.
    fn rule(&mut self, fields: &Fields<'_, '_>, at: &PathStack<'_>) -> RuleDraft {
        RuleDraft {
            id: self.rule_id(fields, at),
            priority: self.priority(fields, at),
            prefix: self.prefix(fields, at),
            filter: self.inside(fields, "Filter", at, Self::filter),
            status: self.word(fields, "Status", at),
            source_selection_criteria: self.inside(
                fields,
                "SourceSelectionCriteria",
                at,
                Self::source_selection,
            ),
            existing_object_replication: self.switch(fields, "ExistingObjectReplication", at),
            delete_marker_replication: self.switch(fields, "DeleteMarkerReplication", at),
            delete_replication: self.switch(fields, "DeleteReplication", at),
            destination: self.inside(fields, "Destination", at, Self::destination),
            source_zones: self.inside(fields, "Source", at, Self::zones).unwrap_or_default(),
        }
    }

    /// Reads a `Filter`. Absent and empty elements stay different (REP-113).
    ///
    /// Several predicates beside each other are all read; a lint refuses them together (REP-241). A
    /// tag with a bad part is absent, like a tag that is not written.
    fn filter(&mut self, fields: &Fields<'_, '_>, at: &PathStack<'_>) -> FilterDraft {
        FilterDraft {
            prefix: self.prefix(fields, at),
            tag: self.inside(fields, "Tag", at, Self::tag).flatten(),
            and: self.inside(fields, "And", at, Self::and),
            not: self.inside(fields, "Not", at, Self::not),
        }
    }

    /// Reads an `And`.
    ///
    /// `Tag` stands in it any number of times, none included: one with too few predicates is for a
    /// lint.
    fn and(&mut self, fields: &Fields<'_, '_>, at: &PathStack<'_>) -> AndDraft {
        AndDraft {
            prefix: self.prefix(fields, at),
            tags: self.tags(fields, at),
            not: self.inside(fields, "Not", at, Self::not),
        }
    }

    /// Reads a `Not`.
    ///
    /// The same element occurs in `Filter` and in `And`, with the same content.
    fn not(&mut self, fields: &Fields<'_, '_>, at: &PathStack<'_>) -> NotDraft {
        NotDraft {
            prefix: self.prefix(fields, at),
            tag: self.inside(fields, "Tag", at, Self::tag).flatten(),
            or: self.inside(fields, "Or", at, |this, fields, at| OrDraft {
                prefixes: this.prefixes(fields, at),
                tags: this.tags(fields, at),
            }),
        }
    }

    /// Reads the repeated `Tag` of an operator.
    fn tags(&mut self, fields: &Fields<'_, '_>, at: &PathStack<'_>) -> Vec<Tag> {
        // A refused tag is left out, and those behind it move up. A lint that names the index of a
        // later tag therefore names one that is too low.
        let Some((row, _)) = fields.get("Tag") else { return Vec::new() };
        let list = at.field("Tag");
        let mut tags = Vec::new();
        for (index, tag) in fields.all("Tag").enumerate() {
            let at = list.index(index);
            let fields = self.reader.fields(tag, &at, row.content.fields());
            tags.extend(self.tag(&fields, &at));
        }
        tags
    }

    /// Reads `SourceSelectionCriteria`. An empty element yields a value without members, which a
    /// lint refuses (REP-215).
    fn source_selection(
        &mut self,
        fields: &Fields<'_, '_>,
        at: &PathStack<'_>,
    ) -> SourceSelectionDraft {
        SourceSelectionDraft {
            sse_kms_encrypted_objects: self.switch(fields, "SseKmsEncryptedObjects", at),
            replica_modifications: self.switch(fields, "ReplicaModifications", at),
        }
    }

    /// Reads a `Destination`, whose parts may each be wrong without the others.
    fn destination(&mut self, fields: &Fields<'_, '_>, at: &PathStack<'_>) -> DestinationDraft {
        DestinationDraft {
            bucket: self.bucket(fields, at),
            account: self.account(fields, at),
            storage_class: self.storage_class(fields, at),
            access_control_translation: self
                .inside(fields, "AccessControlTranslation", at, Self::owner)
                .flatten(),
            encryption_configuration: self.inside(
                fields,
                "EncryptionConfiguration",
                at,
                |this, fields, at| EncryptionDraft {
                    replica_kms_key_id: this.replica_key(fields, at),
                    use_source_multi_region_key: this.switch(fields, "UseSourceMultiRegionKey", at),
                },
            ),
            replication_time: self.inside(fields, "ReplicationTime", at, |this, fields, at| {
                ReplicationTimeDraft {
                    status: this.word(fields, "Status", at),
                    time: this.time_value(fields, "Time", at),
                }
            }),
            metrics: self.inside(fields, "Metrics", at, |this, fields, at| MetricsDraft {
                status: this.word(fields, "Status", at),
                event_threshold: this.time_value(fields, "EventThreshold", at),
            }),
            zones: self.zones(fields, at),
        }
    }

    /// Reads `AccessControlTranslation`.
    ///
    /// `Owner` is required and has one word. Without it the whole translation is absent from the
    /// draft.
    fn owner(&mut self, fields: &Fields<'_, '_>, at: &PathStack<'_>) -> Option<OwnerOverride> {
        self.word(fields, "Owner", at)
    }

    /// Reads an element that holds a number of minutes.
    fn time_value(
        &mut self,
        fields: &Fields<'_, '_>,
        name: &'static str,
        at: &PathStack<'_>,
    ) -> Option<ReplicationTimeValueDraft> {
        self.inside(fields, name, at, |this, fields, at| ReplicationTimeValueDraft {
            minutes: this.minutes(fields, at),
        })
    }
}
