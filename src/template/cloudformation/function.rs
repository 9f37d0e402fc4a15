//! The functions of templates.
//!
//! A function whose arguments are known has a known result. If one of them is unknown, the result
//! is unknown, too, and keeps the expression as a reader would write it: `${Role.Arn}`. There is no
//! guess in between, with one exception that is exact: `Fn::If` with equal branches.
//!
//! ```text
//! !Ref Backup               the name of the bucket, if its `BucketName` is known
//! !GetAtt Backup.Arn        arn:aws:s3:::backup
//! !Join ["", [a, !Ref X]]   Unknown("a${X}")
//! !Select [0, !Split [",", "a,b"]]    a
//! ```
//!
//! Functions are added here when templates of real configurations use them. `Fn::ImportValue`,
//! `Fn::GetAZs` and the like depend on the account, and stay unknown.

use super::{Argument, Evaluator, member};
use crate::document::{Element, Kind};
use crate::template::partition::Partition;
use crate::template::value::{Data, Value};
use crate::text::Span;

impl<'d, 't> Evaluator<'d, 't> {
    /// Evaluates the function of this name, such as `Fn::Sub`, used at a place.
    ///
    /// The value takes the place where the function is used. The text of a default, or a mapping,
    /// is elsewhere in the template, and a finding there would not show which rule has it.
    ///
    /// A result of `None` below makes an unknown value. The function is not read then, an argument
    /// is unknown, or there are other arguments than it takes, which only CloudFormation reports.
    pub(super) fn call(&self, name: &str, argument: Argument<'d, 't>, place: Span) -> Value {
        let value = match name {
            "Ref" => argument.text().map(|name| self.reference(name, place)),
            "Fn::GetAtt" => self.attribute_named(argument, place),
            "Fn::Sub" => self.substitute(argument, place),
            "Fn::Join" => self.join(argument, place),
            "Fn::Select" => self.select(argument),
            "Fn::Split" => self.split(argument, place),
            "Fn::FindInMap" => self.find_in_map(argument),
            "Fn::If" => self.branch(argument, place),
            "Fn::Length" => self.length(argument),
            _ if name.starts_with("Fn::ForEach") || name == "Fn::Transform" => {
                self.note_unread(name, place);
                None
            }
            _ => None,
        };
        let unknown = || {
            let expression = expression(name, argument);
            // A caller may give any expression a value, for instance `ImportValue backup-arn`: a
            // pipeline that knows the export need not rewrite its template.
            match self.given.get(&expression) {
                Some(given) => Value::string(given.as_str(), place),
                None => Value::unknown(&expression, place),
            }
        };
        value.map_or_else(unknown, |value| value.at(place))
    }

    /// Evaluates a reference to a parameter or a resource.
    ///
    /// The values of the caller come first, also for `AWS::Region`. Parameters come before
    /// resources; a name that is both is refused by CloudFormation.
    pub(super) fn reference(&self, name: &str, place: Span) -> Value {
        if let Some(given) = self.given.get(name) {
            return self.given_value(name, given, place);
        }
        if name == "AWS::NoValue" {
            return Value::new(Data::Absent, place);
        }
        if let Some(known) = self.pseudo_parameter(name) {
            return Value::string(known, place);
        }
        if let Some(parameter) = self.parameters.get(name) {
            return self.default_of(name, *parameter, place);
        }
        match self.resources.get(name) {
            Some(resource) if is_bucket(*resource) => self.bucket_name(name, place),
            _ => Value::unknown(name, place),
        }
    }

    /// Returns a value that the caller gave, as a list where the parameter is one. The AWS CLI
    /// writes such a value with commas, as the default does.
    ///
    /// A value for anything but a parameter has no type, and is a text.
    fn given_value(&self, name: &str, given: &str, place: Span) -> Value {
        let kind = self.parameters.get(name).and_then(|parameter| member(*parameter, "Type"));
        if kind.is_some_and(|kind| is_list_type(kind.text())) {
            return list_of(given, place);
        }
        Value::string(given, place)
    }

    /// Returns the value of a pseudo parameter that follows from the partition.
    ///
    /// `AWS::AccountId` and the names of the stack follow from nothing in the text.
    fn pseudo_parameter(&self, name: &str) -> Option<&'static str> {
        let region = self.given.get("AWS::Region").map_or("", String::as_str);
        let partition = Partition::of_region(region);
        match name {
            "AWS::Partition" => Some(partition.name),
            "AWS::URLSuffix" => Some(partition.suffix),
            _ => None,
        }
    }

    /// Returns the default of a parameter. Every default is a text, also that of a `Number`:
    /// `Default: 1` and `Default: "1"` are the same.
    ///
    /// | parameter | value |
    /// | --- | --- |
    /// | `Type: String`, `Default: a` | `a` |
    /// | `Type: CommaDelimitedList`, `Default: "a, b"` | the list `a`, `b` |
    /// | `Type: AWS::SSM::Parameter::Value<String>` | unknown: the default is the name of a value |
    /// | no `Default` | unknown |
    fn default_of(&self, name: &str, parameter: Element<'d, 't>, place: Span) -> Value {
        let kind = member(parameter, "Type").map_or("", Element::text);
        // The default of such a parameter is the name of the value, not the value.
        if kind.starts_with("AWS::SSM::Parameter::Value") {
            return Value::unknown(name, place);
        }
        match member(parameter, "Default") {
            Some(default) if is_list_type(kind) => list_of(default.text(), place),
            Some(default) => match self.plain(default).as_text() {
                Some(text) => Value::string(text, place),
                None => Value::unknown(name, place),
            },
            None => Value::unknown(name, place),
        }
    }

    /// Returns the name of a bucket of the template.
    ///
    /// A name that is left out is made by CloudFormation when the stack is created. It is unknown,
    /// but it is the name of this one bucket: [`Value::unknown_resource`] keeps that, so that
    /// `!GetAtt Backup.Arn` in a rule is recognised as the bucket `Backup` of the same template.
    pub(super) fn bucket_name(&self, logical_id: &str, place: Span) -> Value {
        let unknown = || Value::unknown_resource(logical_id, place);
        if let Some(name) = self.names.borrow().get(logical_id) {
            return name.clone().map_or_else(unknown, |name| name.at(place));
        }
        // A name that refers to itself is unknown.
        self.names.borrow_mut().insert(logical_id.to_owned(), None);
        let name = self.evaluated_name(logical_id, place);
        // Another reading may have another name. What depends on no assumption is the same in all
        // of them, and is kept.
        if self.assuming.is_anything_assumed() {
            self.names.borrow_mut().remove(logical_id);
        } else {
            self.names.borrow_mut().insert(logical_id.to_owned(), Some(name.clone()));
        }
        name
    }

    /// Returns the value of `BucketName`.
    ///
    /// An unknown expression for the name, such as `${Env}-photos`, is replaced by the logical ID:
    /// both stand for the same bucket.
    fn evaluated_name(&self, logical_id: &str, place: Span) -> Value {
        let name = self.resources.get(logical_id).and_then(|resource| {
            let properties = member(*resource, "Properties")?;
            Some(self.evaluate(member(properties, "BucketName")?))
        });
        match name.and_then(|name| name.as_text()) {
            Some(name) => Value::string(name, place),
            None => Value::unknown_resource(logical_id, place),
        }
    }

    /// Evaluates `Fn::GetAtt` in its two spellings: `Backup.Arn`, and `[Backup, Arn]`. The name of
    /// an attribute may have dots itself, as in `Nested.Outputs.Arn`; the logical ID has none.
    fn attribute_named(&self, argument: Argument<'d, 't>, place: Span) -> Option<Value> {
        let (resource, attribute) = if let Some(text) = argument.text() {
            let (resource, attribute) = text.split_once('.')?;
            (resource.to_owned(), attribute.to_owned())
        } else {
            let items = argument.items().into_iter().map(|item| self.evaluate(item));
            let items = items.map(|item| item.as_text()).collect::<Option<Vec<_>>>()?;
            let [resource, attributes @ ..] = &items[..] else { return None };
            (resource.to_string(), attributes.join("."))
        };
        Some(self.attribute(&resource, &attribute, place))
    }

    /// Evaluates an attribute of a resource.
    ///
    /// Of all attributes, only the ARN of a bucket follows from the text. `DomainName` and the like
    /// would, but no part of a configuration has them.
    pub(super) fn attribute(&self, resource: &str, attribute: &str, place: Span) -> Value {
        let expression = format!("{resource}.{attribute}");
        if let Some(given) = self.given.get(&expression) {
            return Value::string(given.as_str(), place);
        }
        let is_bucket = self.resources.get(resource).is_some_and(|found| is_bucket(*found));
        if !is_bucket || attribute != "Arn" {
            return Value::unknown(&expression, place);
        }
        match self.bucket_name(resource, place).as_text() {
            Some(name) => {
                let partition = self.reference("AWS::Partition", place).as_text();
                let partition = partition.unwrap_or_else(|| "aws".into());
                Value::string(format!("arn:{partition}:s3:::{name}"), place)
            }
            None => Value::unknown_resource(&expression, place),
        }
    }

    /// ```text
    /// "${Env}-${!Name}"                  ${Env} is replaced, ${!Name} is the text `${Name}`
    /// ["${A}-x", {A: !Ref Env}]          own names count before those of the template
    /// ```
    ///
    /// A `${` without a closing brace is refused by CloudFormation, so the value is unknown.
    fn substitute(&self, argument: Argument<'d, 't>, place: Span) -> Option<Value> {
        let (template, names) = match argument.text() {
            Some(text) => (text, None),
            None => match argument.items()[..] {
                [template, names] if template.kind() == Kind::String => {
                    (template.text(), Some(self.evaluate(names)))
                }
                _ => return None,
            },
        };
        let mut parts = Vec::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, behind) = after.split_once('}')?;
            parts.push(Value::string(before, place));
            parts.push(match name.trim().strip_prefix('!') {
                Some(literal) => Value::string(format!("${{{literal}}}"), place),
                None => self.substituted(name.trim(), names.as_ref(), place),
            });
            rest = behind;
        }
        parts.push(Value::string(rest, place));
        Some(Value::join(&parts, "", place))
    }

    /// Returns the value of a name in `Fn::Sub`: an own name, an attribute, or a reference.
    fn substituted(&self, name: &str, names: Option<&Value>, place: Span) -> Value {
        if let Some(value) = names.and_then(|names| names.get(name)) {
            return value.clone();
        }
        match name.split_once('.') {
            Some((resource, attribute)) => self.attribute(resource, attribute, place),
            None => self.reference(name, place),
        }
    }

    /// Evaluates `Fn::Join`. Unknown items leave their expressions in the text; an unknown list or
    /// separator makes all of it unknown.
    fn join(&self, argument: Argument<'d, 't>, place: Span) -> Option<Value> {
        let [separator, list] = argument.items()[..] else { return None };
        let separator = self.evaluate(separator).as_text()?;
        let list = self.evaluate(list);
        Some(Value::join(list.as_list()?, &separator, place))
    }

    /// Evaluates `Fn::Select`. An index that is outside of the list is refused by CloudFormation,
    /// so the result is unknown.
    fn select(&self, argument: Argument<'d, 't>) -> Option<Value> {
        let [index, list] = argument.items()[..] else { return None };
        let index: usize = self.evaluate(index).as_text()?.parse().ok()?;
        self.evaluate(list).as_list()?.get(index).cloned()
    }

    /// Evaluates `Fn::Split`. An empty separator is refused by CloudFormation, so the result is
    /// unknown.
    fn split(&self, argument: Argument<'d, 't>, place: Span) -> Option<Value> {
        let [separator, text] = argument.items()[..] else { return None };
        let separator = self.evaluate(separator).as_text().filter(|text| !text.is_empty())?;
        let text = self.evaluate(text).as_text()?;
        let parts = text.split(&*separator).map(|part| Value::string(part, place));
        Some(Value::new(Data::List(parts.collect()), place))
    }

    /// Evaluates `Fn::FindInMap`: the map, the first key and the second key. A fourth item, which
    /// gives a default, is not read: with a key that is found it does not matter.
    fn find_in_map(&self, argument: Argument<'d, 't>) -> Option<Value> {
        let items = argument.items();
        let mut found = self.mappings?;
        for key in items.iter().take(3) {
            // A key is often `!Ref AWS::Region`. Without its value nothing is found, and the result
            // is unknown.
            found = member(found, &self.evaluate(*key).as_text()?)?;
        }
        // The values of mappings are literals, in which CloudFormation allows no function.
        (items.len() >= 3).then(|| self.plain(found))
    }

    /// Evaluates `Fn::Length`, whose argument is the list itself. With a tag, the list carries the
    /// tag of the function, so it is read without that.
    fn length(&self, argument: Argument<'d, 't>) -> Option<Value> {
        let list = if argument.is_tagged {
            self.plain(argument.element)
        } else {
            self.evaluate(argument.element)
        };
        let length = list.as_list()?.len().to_string();
        Some(Value::new(Data::Number(length.into()), list.place))
    }

    /// The reading has no assumption only if there are too many conditions. Equal branches make the
    /// condition irrelevant even then.
    ///
    /// Evaluates `Fn::If`. Where the condition is decided, the other branch is not evaluated, so no
    /// condition in it is asked for.
    fn branch(&self, argument: Argument<'d, 't>, place: Span) -> Option<Value> {
        let [condition, yes, no] = argument.items()[..] else { return None };
        let name = condition.text();
        match self.condition_named(name) {
            Some(true) => Some(self.evaluate(yes)),
            Some(false) => Some(self.evaluate(no)),
            None => {
                let (yes, no) = (self.evaluate(yes).as_text(), self.evaluate(no).as_text());
                Some(match yes {
                    Some(text) if no.as_ref() == Some(&text) => Value::string(text, place),
                    _ => Value::unknown(&format!("If {name}"), place),
                })
            }
        }
    }
}

/// Returns the expression of a function, as messages show it.
///
/// ```text
/// !GetAtt [Backup, Arn]      Backup.Arn
/// !ImportValue backup        ImportValue backup
/// !FindInMap [A, b, c]       FindInMap
/// ```
///
/// [`ValueNames`](crate::template::ValueNames) offers the first two as names of values. The last
/// one has too many parts to be one.
pub(super) fn expression(name: &str, argument: Argument<'_, '_>) -> String {
    let name = name.strip_prefix("Fn::").unwrap_or(name);
    match argument.text() {
        Some(text) if matches!(name, "Ref" | "GetAtt") => text.to_owned(),
        Some(text) => format!("{name} {text}"),
        None if name == "GetAtt" => {
            argument.items().iter().map(|item| item.text()).collect::<Vec<_>>().join(".")
        }
        None => name.to_owned(),
    }
}

/// Returns true for the type of a parameter whose value is a list.
fn is_list_type(kind: &str) -> bool {
    kind == "CommaDelimitedList" || kind.starts_with("List<")
}

/// Returns the items of a text with commas. The space around them is not theirs.
fn list_of(text: &str, place: Span) -> Value {
    let items = text.split(',').map(|item| Value::string(item.trim(), place));
    Value::new(Data::List(items.collect()), place)
}

/// Returns true for a bucket.
pub(super) fn is_bucket(resource: Element<'_, '_>) -> bool {
    member(resource, "Type").is_some_and(|kind| kind.text() == "AWS::S3::Bucket")
}
