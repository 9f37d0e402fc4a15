//! Bodies and expressions, the same for HCL and for its JSON.
//!
//! Terraform has two syntaxes for the same thing. Both are converted to these types, so that
//! nothing behind them has to know which one a file is in. Comments and the way that a text is
//! quoted are lost here; places are kept.
//!
//! `hcl` and `json` make these types, `declared` sorts the blocks of a module, and `evaluate` turns
//! expressions into values. `aws_s3_bucket.b.id` in HCL and `"${aws_s3_bucket.b.id}"` in JSON are
//! the same:
//!
//! ```text
//! Expression { place, node: Path("aws_s3_bucket", [.b, .id]) }
//! ```

use std::fmt;
use std::sync::Arc;

use crate::template::value::Data;
use crate::text::Span;

/// The inside of a file or of a block.
///
/// Attributes and blocks are apart, because their order among each other has no meaning.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// The arguments in the order of the text.
    pub(super) attributes: Vec<Attribute>,
    /// The blocks in the order of the text.
    pub(super) blocks: Vec<Block>,
}

/// An argument: `name = value`.
#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) name: Arc<str>,
    /// The place of the name.
    pub(super) head: Span,
    pub(super) value: Expression,
}

/// ```text
/// resource "aws_s3_bucket" "b" {}     kind `resource`, labels `aws_s3_bucket` and `b`
/// ```
#[derive(Debug)]
pub(super) struct Block {
    /// The first word, such as `resource` or `rule`.
    pub(super) kind: Arc<str>,
    pub(super) labels: Vec<String>,
    /// The place of the words before the brace.
    pub(super) head: Span,
    pub(super) body: Body,
}

/// A node with its place in the text.
#[derive(Debug)]
pub(super) struct Expression {
    pub(super) place: Span,
    pub(super) node: Node,
}

/// The kinds of expressions.
#[derive(Debug)]
pub(super) enum Node {
    /// A value that is written as itself.
    Literal(Data),
    /// A list in brackets.
    List(Vec<Expression>),
    /// Keys and values. A key that is a bare word is a literal.
    Object(Vec<(Expression, Expression)>),
    /// A text that is put together.
    Text(Vec<Expression>),
    /// A name and what follows it: `var.rules[0].id`.
    Path(String, Vec<Step>),
    /// Something else and what follows it. For instance `merge(a, b).c`.
    Inside(Box<Expression>, Vec<Step>),
    /// Condition, and the results if it holds and if it does not.
    Conditional(Box<[Expression; 3]>),
    Call {
        name: String,
        arguments: Vec<Expression>,
        /// True if the last argument is a list of arguments: `max(local.all...)`.
        is_expanded: bool,
    },
    /// `!a`
    Not(Box<Expression>),
    /// `-a`
    Negative(Box<Expression>),
    /// An operator, by its spelling, with its sides.
    Binary(&'static str, Box<[Expression; 2]>),
    /// A list or an object that is made of a collection.
    For(Box<For>),
    /// Something that is not evaluated.
    Other(&'static str),
}

/// A step into a value.
#[derive(Debug)]
pub(super) enum Step {
    /// `.name`
    Name(String),
    /// `[0]` or `["key"]`
    Index(Expression),
    /// `[*]`
    Each,
}

/// A `for` expression.
///
/// ```text
/// [for value in collection : result if condition]
/// {for key, value in collection : key_result => result}
/// ```
#[derive(Debug)]
pub(super) struct For {
    pub(super) key: Option<String>,
    pub(super) value: String,
    pub(super) collection: Expression,
    pub(super) key_result: Option<Expression>,
    pub(super) result: Expression,
    pub(super) condition: Option<Expression>,
}

impl Body {
    /// Returns true if the body has an attribute of a name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.attribute(name).is_some()
    }

    /// Returns the attribute of a name. Terraform refuses a second one.
    pub(super) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| &*attribute.name == name)
    }

    /// Iterates over the blocks of a kind, without those that `dynamic` makes.
    pub(super) fn blocks<'b>(&'b self, kind: &'b str) -> impl Iterator<Item = &'b Block> {
        self.blocks.iter().filter(move |block| &*block.kind == kind)
    }
}

impl Expression {
    /// Returns true if a condition holds for the expression or for one inside it.
    ///
    /// The indexes of a path are not visited: the callers look for names of functions and
    /// resources, which are no indexes.
    pub(super) fn any(&self, holds: &dyn Fn(&Node) -> bool) -> bool {
        let any = |all: &[Self]| all.iter().any(|one| one.any(holds));
        holds(&self.node)
            || match &self.node {
                Node::Literal(_) | Node::Path(..) | Node::Other(_) => false,
                Node::List(all) | Node::Text(all) | Node::Call { arguments: all, .. } => any(all),
                Node::Object(all) => {
                    all.iter().any(|(key, value)| key.any(holds) || value.any(holds))
                }
                Node::Inside(inside, _) | Node::Not(inside) | Node::Negative(inside) => {
                    inside.any(holds)
                }
                Node::Conditional(all) => any(&all[..]),
                Node::Binary(_, all) => any(&all[..]),
                Node::For(each) => {
                    let more = [&each.key_result, &each.condition].into_iter().flatten();
                    each.collection.any(holds)
                        || each.result.any(holds)
                        || more.into_iter().any(|one| one.any(holds))
                }
            }
    }
}

/// As a reader would write it, shortened where it is long.
///
/// Conditions and unknown values are shown like this in messages, so a long list is a gap. The
/// texts also identify unknown values: the same expression is the same value.
impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.node {
            Node::Literal(Data::String(text)) => write!(f, "\"{text}\""),
            Node::Literal(Data::Number(text)) => f.write_str(text),
            Node::Literal(Data::Boolean(value)) => write!(f, "{value}"),
            Node::Literal(_) => f.write_str("null"),
            Node::List(_) => f.write_str("[…]"),
            Node::Object(_) => f.write_str("{…}"),
            Node::Text(_) => f.write_str("\"…\""),
            Node::Path(root, steps) => {
                f.write_str(root)?;
                steps.iter().try_for_each(|step| write!(f, "{step}"))
            }
            Node::Inside(inside, steps) => {
                write!(f, "{inside}")?;
                steps.iter().try_for_each(|step| write!(f, "{step}"))
            }
            Node::Conditional(parts) => {
                let [condition, yes, no] = &**parts;
                write!(f, "{condition} ? {yes} : {no}")
            }
            Node::Call { name, arguments, .. } => {
                write!(f, "{name}(")?;
                for (index, argument) in arguments.iter().enumerate() {
                    write!(f, "{}{argument}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str(")")
            }
            Node::Not(inside) => write!(f, "!{inside}"),
            Node::Negative(inside) => write!(f, "-{inside}"),
            Node::Binary(operator, sides) => {
                let [one, other] = &**sides;
                write!(f, "{one} {operator} {other}")
            }
            Node::For(_) => f.write_str("for …"),
            Node::Other(what) => f.write_str(what),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(f, ".{name}"),
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Each => f.write_str("[*]"),
        }
    }
}
