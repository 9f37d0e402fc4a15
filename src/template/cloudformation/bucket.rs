//! The buckets of a template with a replication configuration.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::function::is_bucket;
use super::{Evaluator, member};
use crate::clause::{
    CLOUDFORMATION_LANGUAGE, CLOUDFORMATION_RULE_WITHOUT_FILTER, CLOUDFORMATION_RULES,
};
use crate::diagnostic::Diagnostic;
use crate::document::{Document, Element, Kind, Made};
use crate::form::OTHER_KIND;
use crate::path::FieldPath;
use crate::template::assumption::{Readings, readings};
use crate::template::found::{Found, FoundBucket, FoundReading, Source};
use crate::template::value::{Data, Member, Value};
use crate::text::Span;
use crate::vocabulary::is_same_but_for_case;

const CONFIGURATION: &str = "ReplicationConfiguration";

/// Reads a template, or a part of one that has a configuration.
pub(in crate::template) fn read(
    document: &Document<'_>,
    given: &BTreeMap<String, String>,
) -> Found {
    let evaluator = Evaluator::new(document, given);
    let root = document.root();
    let mut found = Found::default();
    evaluator.note_macros(root);
    match member(root, "Resources") {
        Some(resources) => {
            for resource in resources.children() {
                if resource.name().starts_with("Fn::") {
                    evaluator.note_unread(resource.name(), resource.head());
                } else if is_bucket(resource) {
                    found.buckets.push(evaluator.settings_of(resource));
                    found.sources.extend(evaluator.source_in(resource));
                }
            }
            found.policies = evaluator.policies(resources);
        }
        None if is_fragment(root) => found.sources.extend(evaluator.source_of_fragment(root)),
        None => found.findings.push((0, not_a_template(root))),
    }
    evaluator.add_references(root, &mut found);
    found.findings.extend(evaluator.take_found().into_iter().map(|finding| (0, finding)));
    if found.sources.is_empty() && found.findings.is_empty() {
        let message = "the template creates no bucket with a `ReplicationConfiguration`";
        let clause = &CLOUDFORMATION_LANGUAGE;
        let finding = Diagnostic::note("no-configuration", clause, FieldPath::root(), message);
        found.findings.push((0, finding.at(Span::default())));
    }
    found
}

/// Returns true for a part of a template that can have a configuration. A name in another case is a
/// slip.
fn is_fragment(root: Element<'_, '_>) -> bool {
    const NAMES: &[&str] = &["Role", "Rules", CONFIGURATION, "Properties", "BucketName", "Type"];
    root.children().any(|child| {
        let name = child.name();
        name.starts_with("Fn::") || NAMES.iter().any(|known| is_same_but_for_case(known, name))
    })
}

/// Returns the only finding about a document that is no template.
fn not_a_template(root: Element<'_, '_>) -> Diagnostic {
    let has = |name: &str| member(root, name).is_some();
    if has("AWSTemplateFormatVersion") || has("Parameters") || has("Outputs") {
        let message = "the template has no `Resources`, so CloudFormation refuses it";
        let (code, path) = ("cloudformation-refused", FieldPath::root());
        let finding = Diagnostic::error(code, &CLOUDFORMATION_LANGUAGE, path, message);
        return finding.at(root.head()).with_help("add `Resources` with the bucket");
    }
    let message = "this is neither a CloudFormation template nor a replication configuration";
    let help = "give a template with `Resources`, a `ReplicationConfiguration`, or the output of \
                `aws s3api get-bucket-replication`";
    let clause = &CLOUDFORMATION_LANGUAGE;
    let place = root.children().next().map_or_else(|| root.head(), Element::head);
    Diagnostic::error(OTHER_KIND, clause, FieldPath::root(), message).at(place).with_help(help)
}

impl<'d, 't> Evaluator<'d, 't> {
    /// Notes macros that may change the template.
    fn note_macros(&self, root: Element<'d, 't>) {
        let Some(transform) = member(root, "Transform") else { return };
        let names = match transform.kind() {
            Kind::Array => transform.children().collect(),
            _ => vec![transform],
        };
        for name in names {
            let name = member(name, "Name").unwrap_or(name);
            self.note_unread(&format!("Transform {}", name.text()), name.content());
        }
    }

    fn source_in(&self, resource: Element<'d, 't>) -> Option<Source> {
        let properties = member(resource, "Properties")?;
        let written = member(properties, CONFIGURATION);
        if written.is_none() && member(properties, "Fn::Transform").is_none() {
            return None;
        }
        let name = self.bucket_name(resource.name(), resource.head());
        let readings = if let Some(written) = written {
            self.readings(|| self.is_created(resource).then(|| self.reading(written))?)
        } else {
            let unknown = Value::unknown("Fn::Transform", properties.content());
            self.note_unread("Fn::Transform", properties.content());
            self.readings(|| {
                let made = || unknown.made(&Arc::from(""), Some(resource.head()));
                self.is_created(resource).then(made)?
            })
        };
        (!readings.all.is_empty()).then(|| Source {
            address: resource.name().to_owned(),
            bucket: FoundBucket::of(&name),
            file: 0,
            readings,
        })
    }

    /// Returns false for a resource whose condition does not hold.
    fn is_created(&self, resource: Element<'d, 't>) -> bool {
        let condition = member(resource, "Condition");
        condition.is_none_or(|name| self.condition_named(name.text()) != Some(false))
    }

    /// Reads a part of a template: a `ReplicationConfiguration`, in its property or alone, or the
    /// properties of a bucket.
    fn source_of_fragment(&self, root: Element<'d, 't>) -> Option<Source> {
        let properties = member(root, "Properties").unwrap_or(root);
        let written = member(properties, CONFIGURATION).unwrap_or(root);
        let readings = self.readings(|| self.reading(written));
        let name = member(properties, "BucketName").map(|name| self.evaluate(name));
        (!readings.all.is_empty()).then(|| Source {
            address: String::new(),
            bucket: name.map_or(FoundBucket::default(), |name| FoundBucket::of(&name)),
            file: 0,
            readings,
        })
    }

    /// Reads a configuration under every assumption about its conditions.
    fn readings(&self, read: impl Fn() -> Option<Made>) -> Readings<FoundReading> {
        let outside = self.take_found();
        let Readings { all, too_many } = readings(|assumed, is_last| {
            self.assuming.begin(assumed, is_last);
            let made = read();
            let (wanted, found) = (self.assuming.take_wanted(), self.take_found());
            (made.map(|made| FoundReading { made, found }), wanted)
        });
        for finding in outside {
            self.note(finding);
        }
        let all = all.into_iter().filter_map(|(assumed, reading)| Some((assumed, reading?)));
        Readings { all: all.collect(), too_many }
    }

    /// Makes the configuration that CloudFormation sends; `None` if a condition takes it away.
    fn reading(&self, written: Element<'d, 't>) -> Option<Made> {
        let value = self.evaluate(written);
        let data = match value.data {
            Data::Object(members) => {
                Data::Object(members.into_iter().map(|member| self.sent(member)).collect())
            }
            other => other,
        };
        Value::new(data, value.place).made(&Arc::from(""), Some(written.head()))
    }

    /// Completes the rules as CloudFormation does.
    fn sent(&self, member: Member) -> Member {
        let Member { name, head, value } = member;
        match value.data {
            Data::List(rules) if &*name == "Rules" => {
                self.note_equal_rules(&rules);
                let rules = rules.into_iter().map(|rule| self.with_prefix(rule)).collect();
                Member { name, head, value: Value::new(Data::List(rules), value.place) }
            }
            data => Member { name, head, value: Value::new(data, value.place) },
        }
    }

    /// Adds the empty `Prefix` that a rule with neither `Filter` nor `Prefix` is sent with.
    fn with_prefix(&self, rule: Value) -> Value {
        let Value { data: Data::Object(mut members), place } = rule else { return rule };
        let has_either = members.iter().any(|member| {
            matches!(&*member.name, "Filter" | "Prefix")
                && !matches!(member.value.data, Data::Absent)
        });
        if !has_either {
            let message = "the rule has neither `Filter` nor `Prefix`, so it is sent as V1";
            let help = "write `Filter` with an empty `Prefix`, `Priority` and \
                        `DeleteMarkerReplication`, which makes it V2";
            let clause = &CLOUDFORMATION_RULE_WITHOUT_FILTER;
            let code = "cloudformation-rule-in-v1";
            let finding = Diagnostic::note(code, clause, FieldPath::root(), message);
            self.note(finding.at(place).with_help(help));
            let here = Span::clamped(place.start() as usize, place.start() as usize);
            let value = Value::string("", here);
            members.push(Member { name: "Prefix".into(), head: place, value });
        }
        Value::new(Data::Object(members), place)
    }

    /// Notes rules that are equal: the schema of the resource demands unique items.
    fn note_equal_rules(&self, rules: &[Value]) {
        const MOST: usize = 1000;
        let texts = rules.iter().take(MOST).map(|rule| (canonical(rule), rule.place));
        let mut texts: Vec<(String, Span)> = texts.collect();
        texts.sort();
        for pair in texts.windows(2) {
            if let [(one, _), (other, place)] = pair
                && one == other
            {
                let message =
                    "the rule is equal to another one; CloudFormation demands unique rules";
                let clause = &CLOUDFORMATION_RULES;
                let finding =
                    Diagnostic::warning("rule-repeated", clause, FieldPath::root(), message);
                self.note(finding.at(*place).with_help("remove one of the two rules"));
            }
        }
    }
}

/// Returns a text that is the same for equal values.
fn canonical(value: &Value) -> String {
    match &value.data {
        Data::List(items) => format!("{:?}", items.iter().map(canonical).collect::<Vec<_>>()),
        Data::Object(members) => {
            let members = members.iter().map(|member| (&member.name, canonical(&member.value)));
            format!("{:?}", members.collect::<BTreeMap<_, _>>())
        }
        Data::Unknown(unknown) => unknown.text.to_string(),
        _ => value.as_text().map_or_else(String::new, |text| format!("{text:?}")),
    }
}
