//! The shapes of a service.

use serde_json::Value;

use crate::Failure;

/// A `service-2.json` of botocore.
pub(crate) struct Model(Value);

/// A type in a model, with its name.
#[derive(Clone, Copy)]
pub(crate) struct Shape<'m> {
    pub(crate) name: &'m str,
    content: &'m Value,
    model: &'m Model,
}

impl Model {
    pub(crate) fn read(file: &str) -> Result<Self, Failure> {
        let text = std::fs::read(file).map_err(|error| Failure::File(file.to_owned(), error))?;
        let model = serde_json::from_slice(&text);
        Ok(Self(model.map_err(|error| Failure::Json(file.to_owned(), error))?))
    }

    pub(crate) fn shape<'m>(&'m self, name: &'m str) -> Option<Shape<'m>> {
        let content = self.0.get("shapes")?.get(name)?;
        Some(Shape { name, content, model: self })
    }

    /// Returns true for the name of a shape or of an operation.
    pub(crate) fn knows(&self, name: &str) -> bool {
        let operations = self.0.get("operations");
        self.shape(name).is_some() || operations.is_some_and(|all| all.get(name).is_some())
    }

    /// Returns the names of the errors of an operation.
    pub(crate) fn errors(&self, operation: &str) -> Vec<&str> {
        let errors = self.0.pointer(&format!("/operations/{operation}/errors"));
        let errors = errors.and_then(Value::as_array).into_iter().flatten();
        errors.filter_map(|error| error.get("shape")?.as_str()).collect()
    }
}

impl<'m> Shape<'m> {
    fn referenced(self, reference: &'m Value) -> Option<Self> {
        self.model.shape(reference.get("shape")?.as_str()?)
    }

    /// Returns the members of a structure, and the type of each.
    pub(crate) fn members(self) -> Vec<(&'m str, Shape<'m>)> {
        let members = self.content.get("members").and_then(Value::as_object).into_iter().flatten();
        let members = members.filter_map(|(name, reference)| {
            // What is in the header or the address of a request is no member of the document.
            let is_inside = reference.get("location").is_none() || name == "AccountId";
            Some((name.as_str(), self.referenced(reference)?)).filter(|_| is_inside)
        });
        members.collect()
    }

    /// Returns the type of the items of a list.
    pub(crate) fn item(self) -> Option<Shape<'m>> {
        self.referenced(self.content.get("member")?)
    }

    /// Returns the words of a string; none if every string is allowed.
    pub(crate) fn words(self) -> Vec<&'m str> {
        let words = self.content.get("enum").and_then(Value::as_array).into_iter().flatten();
        words.filter_map(Value::as_str).collect()
    }

    pub(crate) fn kind(self) -> &'m str {
        self.content.get("type").and_then(Value::as_str).unwrap_or_default()
    }
}
