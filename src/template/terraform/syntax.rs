//! Bodies and expressions, the same for HCL and for its JSON.

use std::fmt;
use std::sync::Arc;

use crate::template::value::Data;
use crate::text::Span;

/// The inside of a file or of a block.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) attributes: Vec<Attribute>,
    pub(super) blocks: Vec<Block>,
}

#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) name: Arc<str>,
    pub(super) head: Span,
    pub(super) value: Expression,
}

#[derive(Debug)]
pub(super) struct Block {
    pub(super) kind: Arc<str>,
    pub(super) labels: Vec<String>,
    /// The place of the words before the brace.
    pub(super) head: Span,
    pub(super) body: Body,
}

#[derive(Debug)]
pub(super) struct Expression {
    pub(super) place: Span,
    pub(super) node: Node,
}

#[derive(Debug)]
pub(super) enum Node {
    Literal(Data),
    List(Vec<Expression>),
    Object(Vec<(Expression, Expression)>),
    /// A text that is put together.
    Text(Vec<Expression>),
    /// A name and what follows it: `var.rules[0].id`.
    Path(String, Vec<Step>),
    /// Something else and what follows it.
    Inside(Box<Expression>, Vec<Step>),
    Conditional(Box<[Expression; 3]>),
    Call {
        name: String,
        arguments: Vec<Expression>,
        is_expanded: bool,
    },
    Not(Box<Expression>),
    Negative(Box<Expression>),
    Binary(&'static str, Box<[Expression; 2]>),
    For(Box<For>),
    /// Something that is not evaluated.
    Other(&'static str),
}

#[derive(Debug)]
pub(super) enum Step {
    Name(String),
    Index(Expression),
    Each,
}

/// A `for` expression.
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
    pub(super) fn has(&self, name: &str) -> bool {
        self.attribute(name).is_some()
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| &*attribute.name == name)
    }

    pub(super) fn blocks<'b>(&'b self, kind: &'b str) -> impl Iterator<Item = &'b Block> {
        self.blocks.iter().filter(move |block| &*block.kind == kind)
    }
}

impl Expression {
    /// Returns true if a condition holds for the expression or for one inside it.
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
