//! The arguments that the provider knows, and those that it requires.
//!
//! Terraform checks the types and names of arguments before the provider runs, and refuses a module
//! that has others. Without this check, a misspelled `storge_class` would be ignored in silence,
//! and the configuration that is judged would be one that is never sent.
//!
//! The tables follow the schemas of the provider (REP-1088). Limits of S3, such as the number of
//! rules, are none of these: those are judged later, in the request.
//!
//! `module` checks the tree of a block with one of the two tables, before `sent` or `legacy` make
//! the request:
//!
//! ```text
//! rule {
//!   id     = "a"
//!   stauts = "Enabled"     `stauts` is not expected in `rule`: did you mean `status`?
//!   tag {}                 `tag` is not expected in `rule`
//! }                        the argument `status` is required, and so is the block `destination`
//! ```
//!
//! All mistakes are reported, and the request is made all the same: what is missing in it is found
//! again by the checks of S3, and `merged` drops those second findings.

use super::expand::{Content, Tree};
use super::refused;
use crate::diagnostic::Diagnostic;
use crate::template::value::{Data, Value};
use crate::text::Span;
use crate::vocabulary::nearest;

/// The arguments of a block.
///
/// A block may have the arguments and blocks that are listed, and no others.
pub(super) struct Schema {
    /// The name for messages; empty for a block that is not looked into.
    name: &'static str,
    /// The arguments, in the order in which help lists them.
    attributes: &'static [Argument],
    /// The names of the blocks, the times that each may occur, and their schemas.
    blocks: &'static [(&'static str, Times, &'static Schema)],
}

/// A name with its type. Arguments that only Terraform itself reads, such as `count`, are listed
/// like the others.
///
/// What the argument means is for `sent` and `legacy`; here only its presence and its type count.
struct Argument {
    name: &'static str,
    /// True if a module without it is refused. Null counts as left out.
    is_required: bool,
    kind: Type,
}

/// Terraform converts between texts, numbers and truth values where that is possible, so `"15"` is
/// a number.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Type {
    /// A text. Lists and objects are none.
    Text,
    /// A number, or a text that is one.
    Number,
    /// `true` or `false`, as a word or as a text.
    Truth,
    /// A map whose values are texts.
    Texts,
    /// An argument that is not looked into.
    Any,
}

/// The number of times that a block may occur.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Times {
    /// An optional block.
    AtMostOnce,
    /// A block that must be there, and not again.
    Once,
    /// A block that must be there, and may be repeated: a rule.
    AtLeastOnce,
    /// A block that may be left out and repeated.
    Any,
}

/// Creates an optional argument that is a text.
const fn text(name: &'static str) -> Argument {
    Argument { name, is_required: false, kind: Type::Text }
}

/// Creates an optional argument of a type.
const fn of(name: &'static str, kind: Type) -> Argument {
    Argument { name, is_required: false, kind }
}

/// Creates an argument that must be given.
const fn required(name: &'static str, kind: Type) -> Argument {
    Argument { name, is_required: true, kind }
}

/// The status of a rule, of a switch and of the two settings of time and metrics, all required.
const STATUS: Argument = required("status", Type::Text);

/// A block with nothing but a status.
///
/// Its name is not known here, because four blocks are such: messages call it "the block".
static SWITCH: Schema = Schema { name: "the block", attributes: &[STATUS], blocks: &[] };

/// A block with nothing but a number of minutes.
static MINUTES: Schema =
    Schema { name: "the block", attributes: &[required("minutes", Type::Number)], blocks: &[] };

/// `aws_s3_bucket_replication_configuration`.
///
/// `id` and `region` are arguments of newer versions of the provider, or computed; both are
/// accepted. The last four arguments and all blocks but `rule` are no part of the request.
pub(super) static RESOURCE: Schema = Schema {
    name: "aws_s3_bucket_replication_configuration",
    attributes: &[
        required("bucket", Type::Text),
        required("role", Type::Text),
        text("token"),
        text("region"),
        text("id"),
        of("provider", Type::Any),
        of("depends_on", Type::Any),
        of("count", Type::Any),
        of("for_each", Type::Any),
    ],
    blocks: &[
        ("rule", Times::AtLeastOnce, &RULE),
        ("lifecycle", Times::Any, &ANY),
        ("timeouts", Times::Any, &ANY),
        ("provisioner", Times::Any, &ANY),
        ("connection", Times::Any, &ANY),
    ],
};

/// A block that is not looked into.
///
/// [`check`] knows it by its empty name.
static ANY: Schema = Schema { name: "", attributes: &[], blocks: &[] };

/// The schema of a rule. Neither `filter` nor `priority` is required: a rule without them is V1.
static RULE: Schema = Schema {
    name: "rule",
    attributes: &[text("id"), text("prefix"), of("priority", Type::Number), STATUS],
    blocks: &[
        ("delete_marker_replication", Times::AtMostOnce, &SWITCH),
        ("destination", Times::Once, &DESTINATION),
        ("existing_object_replication", Times::AtMostOnce, &SWITCH),
        ("filter", Times::AtMostOnce, &FILTER),
        ("source_selection_criteria", Times::AtMostOnce, &SOURCE_SELECTION),
    ],
};

/// The schema of a filter. Several children are allowed here, although the provider sends one only;
/// `sent` reports that.
static FILTER: Schema = Schema {
    name: "filter",
    attributes: &[text("prefix")],
    blocks: &[("and", Times::AtMostOnce, &AND), ("tag", Times::AtMostOnce, &TAG)],
};

/// The schema of a conjunction. `tags` is a map, so a key occurs once.
static AND: Schema =
    Schema { name: "and", attributes: &[text("prefix"), of("tags", Type::Texts)], blocks: &[] };

/// The schema of a single tag, both parts of which must be given.
static TAG: Schema = Schema {
    name: "tag",
    attributes: &[required("key", Type::Text), required("value", Type::Text)],
    blocks: &[],
};

/// The schema of the criteria. A block without any is not sent.
static SOURCE_SELECTION: Schema = Schema {
    name: "source_selection_criteria",
    attributes: &[],
    blocks: &[
        ("replica_modifications", Times::AtMostOnce, &SWITCH),
        ("sse_kms_encrypted_objects", Times::AtMostOnce, &SWITCH),
    ],
};

/// The schema of a destination. Lints judge which blocks need each other.
static DESTINATION: Schema = Schema {
    name: "destination",
    attributes: &[required("bucket", Type::Text), text("account"), text("storage_class")],
    blocks: &[
        ("access_control_translation", Times::AtMostOnce, &OWNER),
        ("encryption_configuration", Times::AtMostOnce, &ENCRYPTION),
        ("metrics", Times::AtMostOnce, &METRICS),
        ("replication_time", Times::AtMostOnce, &REPLICATION_TIME),
    ],
};

/// The schema of the owner of replicas, which both forms of the configuration have.
static OWNER: Schema = Schema {
    name: "access_control_translation",
    attributes: &[required("owner", Type::Text)],
    blocks: &[],
};

/// The schema of the encryption of replicas.
static ENCRYPTION: Schema = Schema {
    name: "encryption_configuration",
    attributes: &[required("replica_kms_key_id", Type::Text)],
    blocks: &[],
};

/// The schema of metrics. The threshold may be left out, unlike the time of the time control.
static METRICS: Schema = Schema {
    name: "metrics",
    attributes: &[STATUS],
    blocks: &[("event_threshold", Times::AtMostOnce, &MINUTES)],
};

/// The schema of the time control.
static REPLICATION_TIME: Schema = Schema {
    name: "replication_time",
    attributes: &[STATUS],
    blocks: &[("time", Times::Once, &MINUTES)],
};

/// `replication_configuration` of `aws_s3_bucket`.
///
/// This block has other names than the resource: `rules`, `account_id`, truth values for `enabled`,
/// and `tags` in `filter`. Missing values have defaults in many places, so less is required.
pub(super) static LEGACY: Schema = Schema {
    name: "replication_configuration",
    attributes: &[required("role", Type::Text)],
    blocks: &[("rules", Times::AtLeastOnce, &LEGACY_RULE)],
};

/// The schema of a rule, in which even the status may be left out: the rule is then not sent.
static LEGACY_RULE: Schema = Schema {
    name: "rules",
    attributes: &[
        text("id"),
        text("prefix"),
        of("priority", Type::Number),
        text("status"),
        text("delete_marker_replication_status"),
    ],
    blocks: &[
        ("destination", Times::Once, &LEGACY_DESTINATION),
        ("filter", Times::AtMostOnce, &LEGACY_FILTER),
        ("source_selection_criteria", Times::AtMostOnce, &LEGACY_SELECTION),
    ],
};

/// The schema of a filter: a prefix and a map of tags, without a block between them.
static LEGACY_FILTER: Schema =
    Schema { name: "filter", attributes: &[text("prefix"), of("tags", Type::Texts)], blocks: &[] };

/// The schema of the criteria, of which the block has one.
static LEGACY_SELECTION: Schema = Schema {
    name: "source_selection_criteria",
    attributes: &[],
    blocks: &[("sse_kms_encrypted_objects", Times::AtMostOnce, &LEGACY_KMS)],
};

/// The schema of the criterion for SSE-KMS, a truth value instead of a status.
static LEGACY_KMS: Schema = Schema {
    name: "sse_kms_encrypted_objects",
    attributes: &[required("enabled", Type::Truth)],
    blocks: &[],
};

/// The schema of a destination, with the KMS key as an argument.
static LEGACY_DESTINATION: Schema = Schema {
    name: "destination",
    attributes: &[
        required("bucket", Type::Text),
        text("account_id"),
        text("storage_class"),
        text("replica_kms_key_id"),
    ],
    blocks: &[
        ("access_control_translation", Times::AtMostOnce, &OWNER),
        ("metrics", Times::AtMostOnce, &LEGACY_TIME),
        ("replication_time", Times::AtMostOnce, &LEGACY_TIME),
    ],
};

/// The schema of metrics and of the time control, both with the minutes as an argument.
static LEGACY_TIME: Schema = Schema {
    name: "the block",
    attributes: &[text("status"), of("minutes", Type::Number)],
    blocks: &[],
};

/// Checks a block by its schema, as Terraform does before the provider sends anything.
///
/// An unknown number of blocks counts as one, which satisfies every bound.
///
/// The findings come in four groups: arguments that are there, arguments that are missing, blocks
/// with what is in them, and the numbers of blocks. The recursion is as deep as the schema.
pub(super) fn check(tree: &Tree, schema: &Schema, found: &mut Vec<Diagnostic>) {
    if schema.name.is_empty() {
        return;
    }
    for (name, head, value) in &tree.attributes {
        match schema.attributes.iter().find(|argument| argument.name == &**name) {
            Some(argument) => check_type(argument, value, found),
            None => found.push(schema.unexpected(name, *head)),
        }
    }
    for argument in schema.attributes.iter().filter(|argument| argument.is_required) {
        if tree.get(argument.name).is_none() {
            found.push(missing("argument", argument.name, tree.head));
        }
    }
    for inner in &tree.blocks {
        match schema.blocks.iter().find(|(name, ..)| *name == &*inner.kind) {
            None => found.push(schema.unexpected(&inner.kind, inner.head)),
            Some((_, _, inside)) => {
                // Nothing can be checked in blocks of an unknown number.
                if let Content::Tree(inner) = &inner.content {
                    check(inner, inside, found);
                }
            }
        }
    }
    for (name, times, _) in schema.blocks {
        // Counted behind `dynamic` blocks, as the provider sees them.
        let count = tree.all(name).count();
        if count == 0 && matches!(times, Times::Once | Times::AtLeastOnce) {
            found.push(missing("block", name, tree.head));
        }
        if let Some(second) = tree.all(name).nth(1)
            && matches!(times, Times::Once | Times::AtMostOnce)
        {
            let message = format!("only one block `{name}` is allowed here");
            found.push(refused(second.head, message, "remove one of the blocks".to_owned()));
        }
    }
}

/// Checks the type of a value. Null is an argument that is left out, and an unknown value has an
/// unknown type.
///
/// | type | accepted |
/// | --- | --- |
/// | text | `"a"`, `1`, `true` |
/// | number | `1`, `"15"`, `"1.5"` |
/// | truth | `true`, `"false"` |
/// | texts | `{ a = "b", c = 1, d = null }` |
fn check_type(argument: &Argument, value: &Value, found: &mut Vec<Diagnostic>) {
    let is_right = match (argument.kind, &value.data) {
        (_, Data::Null | Data::Absent | Data::Unknown(_)) | (Type::Any, _) => true,
        (Type::Texts, Data::Object(members)) => members.iter().all(|member| {
            member.value.is_unknown()
                || member.value.is_nothing()
                || member.value.as_text().is_some()
        }),
        (Type::Texts, _) => false,
        (Type::Number, _) => value.as_text().is_some_and(|text| text.parse::<f64>().is_ok()),
        (Type::Truth, _) => crate::template::value::truth(value).is_some(),
        (Type::Text, _) => value.as_text().is_some(),
    };
    if !is_right {
        let expected = match argument.kind {
            Type::Number => "a number",
            Type::Truth => "`true` or `false`",
            Type::Texts => "a map of strings",
            Type::Text | Type::Any => "a string",
        };
        let message = format!("`{}` is not {expected}", argument.name);
        found.push(refused(value.place, message, format!("write {expected}")));
    }
}

impl Schema {
    /// A block in place of an argument, or an argument in place of a block, has the right name and
    /// the wrong syntax. The help shows the right one.
    ///
    /// A name that is near nothing gets the list of all names: it may be one of another version of
    /// the provider.
    fn unexpected(&self, name: &str, head: Span) -> Diagnostic {
        let names = self.attributes.iter().map(|argument| argument.name);
        let names: Vec<&str> = names.chain(self.blocks.iter().map(|(name, ..)| *name)).collect();
        // A name that is listed is nearest to itself, so the first two cases are about syntax.
        let help = match nearest(name, names.iter().copied()) {
            Some(meant)
                if meant == name && self.blocks.iter().any(|(block, ..)| *block == name) =>
            {
                format!("write it as a block, `{name} {{ … }}`")
            }
            Some(meant) if meant == name => format!("write it as an argument, `{name} = …`"),
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("remove it; `{}` may have `{}`", self.name, names.join("`, `")),
        };
        refused(head, format!("`{name}` is not expected in `{}`", self.name), help)
    }
}

/// Returns the refusal of a block in which an argument or a block is missing, at its head.
fn missing(what: &str, name: &str, head: Span) -> Diagnostic {
    refused(head, format!("the {what} `{name}` is required"), format!("add `{name}`"))
}
