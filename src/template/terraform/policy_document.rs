//! The data source `aws_iam_policy_document`.
//!
//! Its document follows from its blocks: the provider sends no request for it.
//!
//! ```text
//! statement {
//!   sid       = "Write"
//!   actions   = ["s3:ReplicateObject"]          {"Version": "2012-10-17", "Statement": [
//!   resources = ["arn:aws:s3:::backup/*"]  ─▶     {"Sid": "Write", "Effect": "Allow",
//! }                                                "Action": […], "Resource": […]}]}
//! ```
//!
//! Resources take the text of the document, `data.aws_iam_policy_document.d.json`. `path` calls
//! [`policy_document`](Evaluator::policy_document) for that, and `policies` judges the text like
//! any other. A single item stays a list, which means the same in a policy.

use std::sync::Arc;

use super::collection::elements;
use super::encode::decoded;
use super::evaluate::{Evaluator, Scope};
use super::expand::{Content, Inner, Tree};
use super::syntax::Step;
use crate::template::value::{Data, Member, Value};
use crate::text::Span;

/// The most statements of a document: more than fit into a policy.
///
/// A policy of a role has at most 10,240 characters, so one with more statements is not a document
/// that AWS accepts.
const MOST_STATEMENTS: usize = 4_000;

/// The version that a document has without one.
///
/// The provider writes it, although a policy of IAM without a version is of the older one.
const VERSION: &str = "2012-10-17";

/// The arguments of a statement that are sets of texts, with the elements that they become. `&{…}` in
/// the last two stands for a policy variable.
const SETS: [(&str, &str, bool); 4] = [
    ("actions", "Action", false),
    ("not_actions", "NotAction", false),
    ("resources", "Resource", true),
    ("not_resources", "NotResource", true),
];

/// A document with the statements that are merged so far.
///
/// The statements keep their order, because a statement with the ID of an earlier one replaces it
/// in its place.
struct Document {
    /// The version, which a source with a later one replaces.
    version: Value,
    /// `policy_id`; `None` without one.
    id: Option<Value>,
    statements: Vec<Value>,
    place: Span,
}

impl Evaluator<'_> {
    /// Evaluates the document of a data source; nothing if the steps name something else.
    ///
    /// The result is the text of the JSON, because that is what resources take. A part that is
    /// unknown makes the whole text unknown, with its expressions in it.
    ///
    /// `.json` and `.minified_json` are the same here: the text has no white space in either. A
    /// data source with several instances needs an index.
    pub(super) fn policy_document(
        &self,
        name: &str,
        steps: &[Step],
        scope: &Scope<'_>,
        place: Span,
    ) -> Option<Value> {
        let (index, attribute) = self.index_and_attribute(steps, scope)?;
        matches!(attribute, "json" | "minified_json").then_some(())?;
        let block = self.module.data.get(&("aws_iam_policy_document", name))?;
        let instance = self.instance_at(block, index.as_ref())?;
        let tree = instance.with_scope(|scope| self.expand(&block.body, block.head, scope));
        let document = self.document(&tree);
        Some(self.encode(&document.into_value(), place))
    }

    /// Makes the document of the blocks, merged with others in the order of the provider.
    ///
    /// Sources come first, then the own statements, then overrides: each replaces the statements
    /// before it that have the same ID.
    fn document(&self, tree: &Tree) -> Document {
        let place = tree.head;
        let version = tree.get_text("version").map(|(_, version)| version.clone());
        let version = version.unwrap_or_else(|| Value::string(VERSION, place));
        let id = tree.get_text("policy_id").map(|(_, id)| id.clone());
        let mut document = Document { version, id, statements: Vec::new(), place };
        self.merge_texts(tree, "source_policy_documents", &mut document);
        for block in tree.all("statement") {
            document.merge(match &block.content {
                Content::Tree(inner) => statement(inner),
                Content::Unknown(unknown) => unknown.clone(),
            });
        }
        self.merge_texts(tree, "override_policy_documents", &mut document);
        document
    }

    /// Merges the documents of an argument.
    ///
    /// Each text is one that another data source has made, or one that is written. An argument that
    /// is unknown as a whole is one unknown statement.
    fn merge_texts(&self, tree: &Tree, argument: &str, document: &mut Document) {
        let Some((head, texts)) = tree.get(argument) else { return };
        for text in items(texts) {
            // A document that is unknown may have any statement, so it stands among them as an
            // unknown one.
            let Data::String(text) = &text.data else {
                document.merge(text);
                continue;
            };
            self.count_bytes(text);
            match serde_json::from_str::<serde_json::Value>(text) {
                Ok(json) => document.merge_document(&decoded(&json, head)),
                // A text that is no JSON is refused by the provider.
                Err(_) => document.merge(Value::unknown(argument, head)),
            }
        }
    }
}

impl Document {
    /// Adds a statement, or replaces the one with its ID.
    fn merge(&mut self, statement: Value) {
        // The last one is the mark that statements are missing. It is unknown, so nothing is
        // concluded from the others.
        if self.statements.len() > MOST_STATEMENTS {
            return;
        }
        if self.statements.len() == MOST_STATEMENTS {
            self.statements.push(Value::unknown("more statements than are read", self.place));
            return;
        }
        // Statements without an ID are all kept, also equal ones.
        let same = sid(&statement).and_then(|own| {
            self.statements.iter().position(|other| sid(other).as_ref() == Some(&own))
        });
        match same.and_then(|same| self.statements.get_mut(same)) {
            Some(same) => *same = statement,
            None => self.statements.push(statement),
        }
    }

    /// Merges another document, whose version counts if it is later.
    ///
    /// `Statement` may be a list or a single statement. The ID of the other document is not taken.
    fn merge_document(&mut self, other: &Value) {
        let version = other.get("Version");
        if let (Some(own), Some(other)) = (self.version.as_text(), version.and_then(Value::as_text))
            && other > own
        {
            self.version = Value::string(other, self.place);
        }
        match other.get("Statement") {
            Some(Value { data: Data::List(statements), .. }) => {
                for statement in statements {
                    self.merge(statement.clone());
                }
            }
            Some(statement) => self.merge(statement.clone()),
            None => {}
        }
    }

    /// Returns the document as an object, with its members in the order of the provider.
    fn into_value(self) -> Value {
        let mut members = Members { members: Vec::new(), place: self.place };
        members.put("Version", self.version);
        if let Some(id) = self.id {
            members.put("Id", id);
        }
        members.put("Statement", Value::new(Data::List(self.statements), self.place));
        members.into_value()
    }
}

/// The members of an object that is made.
///
/// Their places are all the same: a document that is a text has no places of its own.
struct Members {
    members: Vec<Member>,
    place: Span,
}

impl Members {
    /// Adds a member behind the others.
    fn put(&mut self, name: impl Into<Arc<str>>, value: Value) {
        self.members.push(Member { name: name.into(), head: self.place, value });
    }

    /// Returns the object.
    fn into_value(self) -> Value {
        Value::new(Data::Object(self.members), self.place)
    }
}

/// Lists with their names, in the order in which they are written.
type Lists = Vec<(Arc<str>, Vec<Value>)>;

/// Returns the ID of a statement. An empty one is none.
fn sid(statement: &Value) -> Option<Arc<str>> {
    statement.get("Sid")?.as_text().filter(|sid| !sid.is_empty())
}

/// Makes a statement of its block.
///
/// ```text
/// actions = ["s3:Get*"]                 {"Effect": "Allow", "Action": ["s3:Get*"]}
/// ```
///
/// The defaults are those of the data source: the effect is `Allow`.
///
/// A set that is empty, null or absent is no member. An unknown one is a list with one unknown
/// item.
fn statement(tree: &Tree) -> Value {
    let mut made = Members { members: Vec::new(), place: tree.head };
    if let Some((_, sid)) = tree.get_text("sid") {
        made.put("Sid", sid.clone());
    }
    let effect = tree.get_text("effect").map(|(_, effect)| effect.clone());
    made.put("Effect", effect.unwrap_or_else(|| Value::string("Allow", tree.head)));
    for (argument, name, has_variables) in SETS {
        let Some((_, value)) = tree.get(argument) else { continue };
        let items = if has_variables { with_variables(value) } else { items(value) };
        if !items.is_empty() {
            made.put(name, Value::new(Data::List(items), tree.head));
        }
    }
    for (kind, name) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
        let blocks: Vec<&Inner> = tree.all(kind).collect();
        if !blocks.is_empty() {
            made.put(name, principals(&blocks, tree.head));
        }
    }
    let conditions: Vec<&Inner> = tree.all("condition").collect();
    if !conditions.is_empty() {
        made.put("Condition", condition(&conditions, tree.head));
    }
    made.into_value()
}

/// Makes the principals of their blocks. Everyone is written without a type, as the provider does.
///
/// Several blocks of one type are one list. A block whose type or identifiers are missing makes the
/// principals unknown: to leave it out would narrow a statement.
///
/// | blocks | principals |
/// | --- | --- |
/// | `type = "Service"`, `identifiers = ["s3.amazonaws.com"]` | `{"Service": ["s3.amazonaws.com"]}` |
/// | `type = "*"`, `identifiers = ["*"]` | `"*"` |
/// | `type = "AWS"`, twice | `{"AWS": […, …]}` |
fn principals(blocks: &[&Inner], place: Span) -> Value {
    let mut types: Lists = Vec::new();
    for block in blocks {
        let tree = match &block.content {
            Content::Tree(tree) => tree,
            Content::Unknown(unknown) => return unknown.clone(),
        };
        let (Some((_, kind)), Some((_, identifiers))) = (tree.get("type"), tree.get("identifiers"))
        else {
            return Value::unknown("principals", tree.head);
        };
        let Some(name) = kind.as_text() else { return kind.clone() };
        add_to(&mut types, name, with_variables(identifiers));
    }
    if let [(kind, identifiers)] = &types[..]
        && let ("*", [one]) = (&**kind, &identifiers[..])
        && one.as_text().as_deref() == Some("*")
    {
        return one.clone();
    }
    object(types, place)
}

/// Makes the conditions of their blocks.
///
/// ```text
/// condition { test = "StringEquals", variable = "aws:SourceAccount", values = ["1"] }
///   {"StringEquals": {"aws:SourceAccount": ["1"]}}
/// ```
///
/// Blocks with the same test and variable are one list: any of its values matches. Two blocks are
/// not two conditions then, which is what the provider makes of them.
fn condition(blocks: &[&Inner], place: Span) -> Value {
    let mut tests: Vec<(Arc<str>, Lists)> = Vec::new();
    for block in blocks {
        let tree = match &block.content {
            Content::Tree(tree) => tree,
            Content::Unknown(unknown) => return unknown.clone(),
        };
        let (Some((_, test)), Some((_, variable)), Some((_, values))) =
            (tree.get("test"), tree.get("variable"), tree.get("values"))
        else {
            return Value::unknown("condition", tree.head);
        };
        let Some(test_name) = test.as_text() else { return test.clone() };
        let Some(variable_name) = variable.as_text() else { return variable.clone() };
        let values = with_variables(values);
        match tests.iter_mut().find(|(other, _)| *other == test_name) {
            Some((_, variables)) => add_to(variables, variable_name, values),
            None => tests.push((test_name, vec![(variable_name, values)])),
        }
    }
    let mut made = Members { members: Vec::new(), place };
    for (test, variables) in tests {
        made.put(test, object(variables, place));
    }
    made.into_value()
}

/// Adds items to the list with a name.
///
/// The list keeps the place of its first item among the others.
fn add_to(lists: &mut Lists, name: Arc<str>, items: Vec<Value>) {
    match lists.iter_mut().find(|(other, _)| *other == name) {
        Some((_, list)) => list.extend(items),
        None => lists.push((name, items)),
    }
}

/// Makes an object of lists.
fn object(lists: Lists, place: Span) -> Value {
    let mut made = Members { members: Vec::new(), place };
    for (name, list) in lists {
        made.put(name, Value::new(Data::List(list), place));
    }
    made.into_value()
}

/// Returns the items of a list or a set, or what stands for them.
///
/// `policies` uses this for lists of ARNs and roles, too: null has no items, and a value that is no
/// collection is its own single item.
pub(super) fn items(value: &Value) -> Vec<Value> {
    match elements(value) {
        Some(items) => items.into_iter().map(|(_, item)| item).collect(),
        None if value.is_nothing() => Vec::new(),
        None => vec![value.clone()],
    }
}

/// Returns the items with the policy variables in them, which the data source writes as `&{…}`.
///
/// Terraform would replace `${aws:username}` by a value of its own.
fn with_variables(value: &Value) -> Vec<Value> {
    let items = items(value).into_iter();
    let replaced = items.map(|item| match &item.data {
        Data::String(text) if text.contains("&{") => {
            Value::string(text.replace("&{", "${"), item.place)
        }
        _ => item,
    });
    replaced.collect()
}
