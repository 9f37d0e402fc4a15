//! The buckets of a template with a replication configuration.
//!
//! A configuration is the property `ReplicationConfiguration` of an `AWS::S3::Bucket`.
//! CloudFormation does not send it as it is written: a rule with neither `Filter` nor `Prefix` gets
//! an empty `Prefix`, and a property of `AWS::NoValue` is not sent. What is checked here is the
//! configuration that is sent, at the places of what is written.
//!
//! People also keep the property alone in a file, to paste it into a template. Such a fragment is
//! read like the property, without a bucket and without a logical ID.
//!
//! The input is a tree with tags, and the output is a [`Found`]. For one bucket the way is:
//!
//! ```text
//! source_in ─▶ readings ─▶ reading ─▶ evaluate, sent, with_prefix ─▶ Made
//!              once for each assumption about its conditions
//! ```
//!
//! Checks of the configuration itself come later, in `merged`, the same for both languages.

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

/// The property of a bucket, and the member that the AWS CLI prints.
const CONFIGURATION: &str = "ReplicationConfiguration";

/// Reads a template, or a part of one that has a configuration.
///
/// A finding about the whole file is added only if there is nothing else to report. A template
/// without a configuration is no mistake: a pipeline gives all its templates, and most of them
/// create no bucket.
///
/// | root | result |
/// | --- | --- |
/// | has `Resources` | the buckets in it, and their configurations |
/// | has names of a bucket or a configuration | a fragment: one configuration without an address |
/// | anything else | one finding, and no configuration |
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
                // `Fn::ForEach` stands as a key among the resources, and makes resources whose
                // names no text shows.
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
///
/// The names of rules are not asked for: a file with a rule alone is none. A function may yield
/// anything, so it counts.
fn is_fragment(root: Element<'_, '_>) -> bool {
    const NAMES: &[&str] = &["Role", "Rules", CONFIGURATION, "Properties", "BucketName", "Type"];
    root.children().any(|child| {
        let name = child.name();
        name.starts_with("Fn::") || NAMES.iter().any(|known| is_same_but_for_case(known, name))
    })
}

/// Returns the only finding about a document that is not a template.
///
/// A template whose `Resources` are missing is refused by CloudFormation. Any other document was
/// probably meant for another command, and help about `Resources` would mislead its author.
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
    ///
    /// `Transform` is a name, a list of names, or an object with a name. The template is read as it
    /// is written all the same.
    fn note_macros(&self, root: Element<'d, 't>) {
        let Some(transform) = member(root, "Transform") else { return };
        let names = match transform.kind() {
            Kind::Array => transform.children().collect(),
            _ => vec![transform],
        };
        for name in names {
            // A transform is a name, or an object with a name and parameters.
            let name = member(name, "Name").unwrap_or(name);
            self.note_unread(&format!("Transform {}", name.text()), name.content());
        }
    }

    /// Returns the configuration of a bucket, if it has one or may have one. `Fn::Transform` in its
    /// properties may add one, so the configuration is unknown then.
    ///
    /// Returns `None` for a bucket without properties or without a configuration, and for one that
    /// no reading creates. The readings of a macro have one unknown value each, in place of the
    /// configuration.
    fn source_in(&self, resource: Element<'d, 't>) -> Option<Source> {
        let properties = member(resource, "Properties")?;
        let written = member(properties, CONFIGURATION);
        if written.is_none() && member(properties, "Fn::Transform").is_none() {
            return None;
        }
        let name = self.bucket_name(resource.name(), resource.head());
        // The condition of the resource is asked for inside of the readings, not before. So a
        // finding in a bucket that is created in production only names that condition.
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
    ///
    /// An unknown condition counts as one that holds: the resource may be created, and then its
    /// configuration counts.
    fn is_created(&self, resource: Element<'d, 't>) -> bool {
        let condition = member(resource, "Condition");
        condition.is_none_or(|name| self.condition_named(name.text()) != Some(false))
    }

    /// Reads a part of a template: a `ReplicationConfiguration`, in its property or alone, or the
    /// properties of a bucket.
    ///
    /// The fragment may be the resource with its `Properties`, the properties, or the configuration
    /// itself.
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
    ///
    /// Findings belong to a reading as its values do: a scalar that YAML 1.1 reads in another way
    /// may stand in one branch only. Those that were found outside, such as a macro, are put aside
    /// and come back after the readings.
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
    ///
    /// A configuration that is not an object, such as `!Ref X` or a text, is handed over as it is, for
    /// the parser to judge.
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
    ///
    /// The order of the rules and of their members stays. Only what S3 reads counts, and a finding
    /// shows its place better where nothing has moved.
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
    ///
    /// A rule that is not an object, such as an unknown one, stays as it is: nothing shows what it has.
    /// A `Filter` of `AWS::NoValue` counts as absent, one that is unknown as present.
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
            // The place of the value is empty and before the rule: nothing in the text can be
            // underlined for it.
            members.push(Member { name: "Prefix".into(), head: place, value });
        }
        Value::new(Data::Object(members), place)
    }

    /// Notes rules that are equal: the schema of the resource demands unique items.
    ///
    /// They are compared by their texts, sorted, so that a thousand rules are not compared with
    /// each other in pairs.
    ///
    /// Of several equal rules all but one have the warning. Those behind the thousandth are not
    /// compared: S3 takes no more rules than that.
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
///
/// Members are sorted by their names, because the order of members is no difference. An unknown
/// value is its expression: `!Ref A` twice is the same value in every deployment.
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
