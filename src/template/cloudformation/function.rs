//! The functions of templates.

use super::{Argument, Evaluator, member};
use crate::document::{Element, Kind};
use crate::template::value::{Data, Value};
use crate::text::Span;

impl<'d, 't> Evaluator<'d, 't> {
    /// Evaluates the function of this name, such as `Fn::Sub`, used at a place.
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
            match self.given.get(&expression) {
                Some(given) => Value::string(given.as_str(), place),
                None => Value::unknown(&expression, place),
            }
        };
        value.map_or_else(unknown, |value| value.at(place))
    }

    /// Evaluates a reference to a parameter or a resource.
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

    fn given_value(&self, name: &str, given: &str, place: Span) -> Value {
        let kind = self.parameters.get(name).and_then(|parameter| member(*parameter, "Type"));
        if kind.is_some_and(|kind| is_list_type(kind.text())) {
            return list_of(given, place);
        }
        Value::string(given, place)
    }

    /// Returns the value of a pseudo parameter that follows from the partition.
    fn pseudo_parameter(&self, name: &str) -> Option<String> {
        let region = self.given.get("AWS::Region").map_or("", String::as_str);
        let partition = match region {
            _ if region.starts_with("cn-") => "aws-cn",
            _ if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        };
        let china = if partition == "aws-cn" { ".cn" } else { "" };
        match name {
            "AWS::Partition" => Some(partition.to_owned()),
            "AWS::URLSuffix" => Some(format!("amazonaws.com{china}")),
            _ => None,
        }
    }

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
    pub(super) fn bucket_name(&self, logical_id: &str, place: Span) -> Value {
        let unknown = || Value::unknown_resource(logical_id, place);
        if let Some(name) = self.names.borrow().get(logical_id) {
            return name.clone().map_or_else(unknown, |name| name.at(place));
        }
        // A name that refers to itself is unknown.
        self.names.borrow_mut().insert(logical_id.to_owned(), None);
        let name = self.evaluated_name(logical_id, place);
        if self.assuming.is_anything_assumed() {
            self.names.borrow_mut().remove(logical_id);
        } else {
            self.names.borrow_mut().insert(logical_id.to_owned(), Some(name.clone()));
        }
        name
    }

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

    fn substituted(&self, name: &str, names: Option<&Value>, place: Span) -> Value {
        if let Some(value) = names.and_then(|names| names.get(name)) {
            return value.clone();
        }
        match name.split_once('.') {
            Some((resource, attribute)) => self.attribute(resource, attribute, place),
            None => self.reference(name, place),
        }
    }

    fn join(&self, argument: Argument<'d, 't>, place: Span) -> Option<Value> {
        let [separator, list] = argument.items()[..] else { return None };
        let separator = self.evaluate(separator).as_text()?;
        let list = self.evaluate(list);
        Some(Value::join(list.as_list()?, &separator, place))
    }

    fn select(&self, argument: Argument<'d, 't>) -> Option<Value> {
        let [index, list] = argument.items()[..] else { return None };
        let index: usize = self.evaluate(index).as_text()?.parse().ok()?;
        self.evaluate(list).as_list()?.get(index).cloned()
    }

    fn split(&self, argument: Argument<'d, 't>, place: Span) -> Option<Value> {
        let [separator, text] = argument.items()[..] else { return None };
        let separator = self.evaluate(separator).as_text().filter(|text| !text.is_empty())?;
        let text = self.evaluate(text).as_text()?;
        let parts = text.split(&*separator).map(|part| Value::string(part, place));
        Some(Value::new(Data::List(parts.collect()), place))
    }

    fn find_in_map(&self, argument: Argument<'d, 't>) -> Option<Value> {
        let items = argument.items();
        let mut found = self.mappings?;
        for key in items.iter().take(3) {
            found = member(found, &self.evaluate(*key).as_text()?)?;
        }
        (items.len() >= 3).then(|| self.plain(found))
    }

    fn length(&self, argument: Argument<'d, 't>) -> Option<Value> {
        let list = if argument.is_tagged {
            self.plain(argument.element)
        } else {
            self.evaluate(argument.element)
        };
        let length = list.as_list()?.len().to_string();
        Some(Value::new(Data::Number(length.into()), list.place))
    }

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

fn is_list_type(kind: &str) -> bool {
    kind == "CommaDelimitedList" || kind.starts_with("List<")
}

fn list_of(text: &str, place: Span) -> Value {
    let items = text.split(',').map(|item| Value::string(item.trim(), place));
    Value::new(Data::List(items.collect()), place)
}

/// Returns true for a bucket.
pub(super) fn is_bucket(resource: Element<'_, '_>) -> bool {
    member(resource, "Type").is_some_and(|kind| kind.text() == "AWS::S3::Bucket")
}
