//! Which namespaces hold where.
//!
//! A declaration is in force inside its element, and an inner one hides an outer one of the same
//! prefix.
//!
//! Elements refer to the name of a namespace by number. Two declarations that are in force together
//! have the same number for the same name; those of siblings may have different ones. So numbers
//! are compared within one tag only, and names elsewhere.

use std::borrow::Cow;

use super::attributes::Attribute;
use super::refusals::ill_formed;
use crate::clause::DOCUMENT_DEFENCES;
use crate::document::SyntaxError;

/// The namespace that the prefix `xml` is bound to without a declaration.
const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// The namespace of declarations, which no document may bind.
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// The most namespace declarations in force at one place: every name is looked up in them.
const NAMESPACE_LIMIT: usize = 64;

/// The namespace declarations in force.
///
/// The innermost declaration is the last, so looking up a prefix goes backwards.
pub(super) struct Scope<'t> {
    bindings: Vec<Binding<'t>>,
    /// The numbers of bindings in force before each open element.
    outer: Vec<usize>,
    pub(super) namespaces: Vec<Cow<'t, str>>,
}

/// A prefix and the namespace that it stands for.
struct Binding<'t> {
    /// Empty for the default namespace.
    prefix: &'t str,
    /// As in `Node::namespace`. Of two that are in force, the same number if the same name.
    namespace: u32,
}

impl<'t> Scope<'t> {
    /// Creates the scope around the root: only `xml` is bound.
    pub(super) fn new() -> Self {
        Self {
            bindings: vec![Binding { prefix: "xml", namespace: 1 }],
            outer: Vec::new(),
            namespaces: vec![Cow::Borrowed(XML)],
        }
    }

    /// Enters an element. Declarations that follow belong to it.
    pub(super) fn enter(&mut self) {
        self.outer.push(self.bindings.len());
    }

    /// Leaves an element, and ends its declarations.
    pub(super) fn leave(&mut self) {
        self.bindings.truncate(self.outer.pop().unwrap_or_default());
    }

    /// Adds a declaration to the element that was entered last. An empty value is allowed only for
    /// the default namespace, which it unsets.
    ///
    /// The prefixes `xml` and `xmlns` and their namespaces belong together by the specification:
    /// `xml` may be declared with its own namespace only, and `xmlns` not at all.
    pub(super) fn declare(
        &mut self,
        prefix: &'t str,
        declaration: &Attribute<'t>,
    ) -> Result<(), SyntaxError> {
        let Attribute { value, place, .. } = declaration;
        if self.bindings.len() > NAMESPACE_LIMIT {
            let message =
                format!("more than {NAMESPACE_LIMIT} namespace declarations are not read");
            return Err(SyntaxError::new(&DOCUMENT_DEFENCES, *place, message));
        }
        let is_reserved =
            prefix == "xmlns" || value == XMLNS || (prefix == "xml") != (value == XML);
        if is_reserved || (value.is_empty() && !prefix.is_empty()) {
            return Err(ill_formed(*place, "this namespace declaration is not allowed"));
        }
        let namespace = self.number_of(value.clone());
        self.bindings.push(Binding { prefix, namespace });
        Ok(())
    }

    /// Returns the number of a namespace name; 0 for the empty name.
    ///
    /// Only the declarations in force are searched, which [`NAMESPACE_LIMIT`] keeps few. A search
    /// of all names of the document would take quadratic time for a document that declares a
    /// namespace in each element.
    fn number_of(&mut self, namespace: Cow<'t, str>) -> u32 {
        if namespace.is_empty() {
            return 0;
        }
        let known = self.bindings.iter().map(|binding| binding.namespace);
        let mut known = known.filter(|number| self.name(*number) == Some(namespace.as_ref()));
        known.next().unwrap_or_else(|| {
            self.namespaces.push(namespace);
            u32::try_from(self.namespaces.len()).unwrap_or(u32::MAX)
        })
    }

    /// Returns the name of a namespace by its number.
    fn name(&self, number: u32) -> Option<&str> {
        let index = (number as usize).checked_sub(1)?;
        self.namespaces.get(index).map(Cow::as_ref)
    }

    /// Returns the number of the namespace of a prefix, 0 for none; `None` when the
    /// prefix is not declared.
    ///
    /// An element without a prefix is in the default namespace, or in none.
    pub(super) fn resolve(&self, prefix: &str) -> Option<u32> {
        let mut inner_first = self.bindings.iter().rev();
        // Nearly all names have no prefix, and need no comparison of strings.
        if prefix.is_empty() {
            let default = inner_first.find(|binding| binding.prefix.is_empty());
            return Some(default.map_or(0, |binding| binding.namespace));
        }
        inner_first.find(|binding| binding.prefix == prefix).map(|binding| binding.namespace)
    }

    /// Returns true when a prefix is bound to a namespace.
    pub(super) fn binds(&self, prefix: &str, namespace: &str) -> bool {
        let number = if prefix.is_empty() { None } else { self.resolve(prefix) };
        number.and_then(|number| self.name(number)) == Some(namespace)
    }
}
