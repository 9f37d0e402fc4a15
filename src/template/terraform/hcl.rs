//! From the tree of HCL to bodies and expressions.
//!
//! The parser keeps comments and white space, to write a file again as it was. None of that matters
//! for the meaning, so the tree is converted to the smaller one of [`syntax`](super::syntax), which
//! JSON makes as well:
//!
//! ```text
//! bucket = var.name        Attribute { name: "bucket", value: Path("var", [.name]) }
//! rule { id = "a" }        Block { kind: "rule", labels: [], body }
//! "${a}-b"                 Text([Path(a), Literal("-b")])
//! "${a}"                   Path(a): not a text
//! ```
//!
//! The callers are `terraform::body_of`, for files, and `json`, for templates inside the texts of
//! JSON. What is not evaluated becomes [`Node::Other`], so that the conversion itself never fails.

use std::ops::Range;

use hcl_edit::Span as _;
use hcl_edit::expr::{
    BinaryOperator, Expression as Hcl, FuncCall, ObjectKey, Traversal, TraversalOperator,
    UnaryOperator,
};
use hcl_edit::structure::{Body as HclBody, Structure};
use hcl_edit::template::{Element, Template};

use super::syntax::{Attribute, Block, Body, Expression, For, Node, Step};
use crate::template::value::Data;
use crate::text::Span;

/// The way from places of the tree to places of the text.
///
/// A byte order mark is no part of the text that the parser gets, and a template inside of a JSON
/// text has escapes, by which its places are not those of the file. Both are corrected here, in one
/// place.
#[derive(Clone, Copy)]
pub(super) struct Places {
    /// The number of bytes before the text that the tree counts from.
    pub(super) before: usize,
    /// The place of everything, if the text of the tree is inside another text.
    pub(super) whole: Option<Span>,
}

impl Places {
    /// Returns the place of a range; the beginning for a node that has none.
    ///
    /// With `whole` every node has that place, which is the text of JSON around the template.
    fn of(self, range: Option<Range<usize>>) -> Span {
        let range = range.unwrap_or_default();
        let inside = || Span::clamped(range.start + self.before, range.end + self.before);
        self.whole.unwrap_or_else(inside)
    }

    /// Converts the inside of a file or of a block.
    ///
    /// The head of a block reaches from its first word to its last label. Attributes and blocks
    /// keep their order, each among their own kind.
    pub(super) fn body(self, body: &HclBody) -> Body {
        let mut converted = Body::default();
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => converted.attributes.push(Attribute {
                    name: attribute.key.as_str().into(),
                    head: self.of(attribute.key.span()),
                    value: self.expression(&attribute.value),
                }),
                Structure::Block(block) => {
                    let start = self.of(block.ident.span());
                    let end = block.labels.last().and_then(hcl_edit::Span::span);
                    let end = end.map_or(start, |end| self.of(Some(end)));
                    converted.blocks.push(Block {
                        kind: block.ident.as_str().into(),
                        labels: block
                            .labels
                            .iter()
                            .map(|label| label.as_str().to_owned())
                            .collect(),
                        head: Span::clamped(start.start() as usize, end.end() as usize),
                        body: self.body(&block.body),
                    });
                }
            }
        }
        converted
    }

    /// Converts an expression. One that Terraform has and that is not evaluated, such as grouping
    /// by `...` in a `for`, is kept as its kind.
    ///
    /// | HCL | node |
    /// | --- | --- |
    /// | `"a"`, `1`, `true`, `null` | a literal |
    /// | `"a-${var.b}"`, a heredoc | a text of parts |
    /// | `(var.a)` | that of the inside: parentheses are gone |
    /// | `var.a[0].b` | a path with steps |
    /// | `[for v in l : v]` | a `for` |
    /// | `{for k, v in m : k => v...}` | not evaluated: groups are not read |
    pub(super) fn expression(self, hcl: &Hcl) -> Expression {
        let node = match hcl {
            Hcl::Null(_) => Node::Literal(Data::Null),
            Hcl::Bool(value) => Node::Literal(Data::Boolean(*value.value())),
            Hcl::Number(number) => Node::Literal(Data::Number(number.value().to_string().into())),
            Hcl::String(text) => Node::Literal(Data::String(text.as_str().into())),
            Hcl::Array(items) => {
                Node::List(items.iter().map(|item| self.expression(item)).collect())
            }
            Hcl::Object(object) => {
                let members = object.iter();
                let members =
                    members.map(|(key, value)| (self.key(key), self.expression(value.expr())));
                Node::Object(members.collect())
            }
            Hcl::StringTemplate(template) => self.text(template.iter()),
            Hcl::HeredocTemplate(heredoc) => self.text(heredoc.template.iter()),
            Hcl::Parenthesis(inside) => return self.expression(inside.inner()),
            Hcl::Variable(name) => Node::Path(name.as_str().to_owned(), Vec::new()),
            Hcl::Conditional(conditional) => Node::Conditional(Box::new([
                self.expression(&conditional.cond_expr),
                self.expression(&conditional.true_expr),
                self.expression(&conditional.false_expr),
            ])),
            Hcl::FuncCall(call) => self.call(call),
            Hcl::Traversal(traversal) => self.traversal(traversal),
            Hcl::UnaryOp(operation) => {
                let inside = Box::new(self.expression(&operation.expr));
                match *operation.operator.value() {
                    UnaryOperator::Not => Node::Not(inside),
                    UnaryOperator::Neg => Node::Negative(inside),
                }
            }
            Hcl::BinaryOp(operation) => Node::Binary(
                operator(*operation.operator.value()),
                Box::new([
                    self.expression(&operation.lhs_expr),
                    self.expression(&operation.rhs_expr),
                ]),
            ),
            Hcl::ForExpr(each) if !each.grouping => Node::For(Box::new(For {
                key: each.intro.key_var.as_ref().map(|name| name.as_str().to_owned()),
                value: each.intro.value_var.as_str().to_owned(),
                collection: self.expression(&each.intro.collection_expr),
                key_result: each.key_expr.as_ref().map(|key| self.expression(key)),
                result: self.expression(&each.value_expr),
                condition: each.cond.as_ref().map(|condition| self.expression(&condition.expr)),
            })),
            Hcl::ForExpr(_) => Node::Other("for …"),
        };
        Expression { place: self.of(hcl.span()), node }
    }

    /// ```text
    /// { a = 1 }          the name `a`
    /// { "a" = 1 }        the text `a`
    /// { (var.a) = 1 }    an expression
    /// ```
    fn key(self, key: &ObjectKey) -> Expression {
        match key {
            // A bare word in parentheses is a reference, and alone it is a name.
            ObjectKey::Ident(name) | ObjectKey::Expression(Hcl::Variable(name)) => {
                self.name(name.span(), name.as_str())
            }
            ObjectKey::Expression(key) => self.expression(key),
        }
    }

    /// Makes a text of a bare word.
    fn name(self, span: Option<Range<usize>>, name: &str) -> Expression {
        Expression { place: self.of(span), node: Node::Literal(Data::String(name.into())) }
    }

    /// Converts a template: a text, or a single expression in a text.
    ///
    /// `json` calls this with the place of the whole text.
    pub(super) fn template(self, template: &Template, place: Span) -> Expression {
        Expression { place, node: self.text(template.iter()) }
    }

    /// Converts the parts of a template. A text without parts is empty, and one with a single part
    /// is that part: `"${var.list}"` is a list.
    fn text<'e>(self, elements: impl Iterator<Item = &'e Element>) -> Node {
        let mut parts: Vec<Expression> = elements.map(|element| self.part(element)).collect();
        match &parts[..] {
            [] => Node::Literal(Data::String("".into())),
            // What is nothing but an expression has the value of the expression, and its type.
            [_] => parts.pop().map_or(Node::Other("template"), |part| part.node),
            _ => Node::Text(parts),
        }
    }

    /// Converts a part of a template. A directive, `%{ if … }`, is not evaluated, so the text is
    /// unknown.
    ///
    /// The text around the directive is known, but its content may be repeated or left out.
    fn part(self, element: &Element) -> Expression {
        match element {
            Element::Literal(text) => Expression {
                place: self.of(text.span()),
                node: Node::Literal(Data::String(text.as_str().into())),
            },
            Element::Interpolation(inside) => self.expression(&inside.expr),
            Element::Directive(_) => {
                Expression { place: self.of(None), node: Node::Other("%{…}") }
            }
        }
    }

    /// Converts a call. A function with a namespace belongs to a provider, and its result is in no
    /// text.
    ///
    /// `is_expanded` is set by `...` behind the last argument, as in `merge(local.all...)`.
    fn call(self, call: &FuncCall) -> Node {
        Node::Call {
            name: if call.name.is_namespaced() {
                "provider function".to_owned()
            } else {
                call.name.name.as_str().to_owned()
            },
            arguments: call.args.iter().map(|argument| self.expression(argument)).collect(),
            is_expanded: call.args.expand_final(),
        }
    }

    /// Converts a path.
    ///
    /// The splats `.*` and `[*]` differ in what follows. The first one takes names only, and an index
    /// behind them is one of the whole list; the second one takes everything:
    ///
    /// ```text
    /// rules.*.tags[0]     (rules.*.tags)[0]: the tags of the first rule
    /// rules[*].tags[0]    the first tag of each rule
    /// ```
    fn traversal(self, traversal: &Traversal) -> Node {
        let (mut root, mut steps) = (None, Vec::new());
        let mut is_after_names_only = false;
        for operator in &traversal.operators {
            let step = match operator.value() {
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => Step::Each,
                TraversalOperator::GetAttr(name) => Step::Name(name.as_str().to_owned()),
                TraversalOperator::Index(index) => Step::Index(self.expression(index)),
                // `list.0`, the spelling of old modules.
                TraversalOperator::LegacyIndex(index) => Step::Index(Expression {
                    place: self.of(None),
                    node: Node::Literal(Data::Number(index.value().to_string().into())),
                }),
            };
            // The index ends the names behind `.*`. All steps so far become the inside, and the
            // index is the first step of the new node.
            if is_after_names_only && !matches!(step, Step::Name(_)) {
                let inside = self.stepped(traversal, root.take(), std::mem::take(&mut steps));
                root = Some(inside);
                is_after_names_only = false;
            }
            is_after_names_only |= matches!(operator.value(), TraversalOperator::AttrSplat(_));
            steps.push(step);
        }
        self.stepped(traversal, root, steps)
    }

    /// Makes the node of steps that follow the root of a path, or a part of the path.
    ///
    /// `root` is the node of the steps before, if the path was split; else the path begins at its
    /// name, or at another expression, such as a call.
    fn stepped(self, traversal: &Traversal, root: Option<Node>, steps: Vec<Step>) -> Node {
        match (root, &traversal.expr) {
            (Some(node), _) => {
                let inside = Expression { place: self.of(traversal.span()), node };
                Node::Inside(Box::new(inside), steps)
            }
            (None, Hcl::Variable(name)) => Node::Path(name.as_str().to_owned(), steps),
            (None, inside) => Node::Inside(Box::new(self.expression(inside)), steps),
        }
    }
}

/// Returns the spelling of an operator, by which [`evaluate`](super::evaluate) knows it.
fn operator(operator: BinaryOperator) -> &'static str {
    operator.as_str()
}
