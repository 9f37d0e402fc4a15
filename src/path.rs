//! The addresses of fields in a document, independent of its text.

use std::borrow::Cow;
use std::fmt;

/// The address of one field, such as `Rule[2].Filter.And.Tag[0].Key`.
///
/// Names are those of the S3 XML document, whatever form the configuration was read from, and
/// rules are counted from zero in document order. Checks report paths, not spans, because a
/// configuration that is built in code has no text. The parser maps paths to spans at the end.
///
/// # Examples
///
/// ```
/// use s3_replication::path::FieldPath;
///
/// let path = FieldPath::rule(2).field("Filter").field("Prefix");
/// assert_eq!(path.to_string(), "Rule[2].Filter.Prefix");
/// assert_eq!(FieldPath::root().to_string(), "");
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct FieldPath(Vec<Step>);

/// One step of a [`FieldPath`].
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[expect(clippy::exhaustive_enums, reason = "a document has names and positions, nothing else")]
pub enum Step {
    /// The element of this name.
    Field(Cow<'static, str>),
    /// The element at this position among those of the same name, counted from zero.
    Index(usize),
}

impl FieldPath {
    /// Returns the path of the document itself.
    #[must_use]
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// Returns the path of the rule at `index`, counted from zero in document order.
    #[must_use]
    pub fn rule(index: usize) -> Self {
        Self::root().field("Rule").index(index)
    }

    /// Appends the field `name`.
    #[must_use]
    pub fn field(mut self, name: impl Into<std::borrow::Cow<'static, str>>) -> Self {
        self.0.push(Step::Field(name.into()));
        self
    }

    /// Appends the element at `index`.
    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        self.0.push(Step::Index(index));
        self
    }

    /// Returns the steps from the root down.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Returns true when this path is `other` or below it.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }
}

impl FromIterator<Step> for FieldPath {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        Self(steps.into_iter().collect())
    }
}

/// Cuts a name that is longer than any bucket name or tag key. It is one that a document made up.
fn cut(name: &str) -> Cow<'_, str> {
    const LONGEST: usize = 255;
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}…", name.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(name),
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            match step {
                Step::Field(name) if i == 0 => f.write_str(&cut(name))?,
                Step::Field(name) => write!(f, ".{}", cut(name))?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
