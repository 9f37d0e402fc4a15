//! Weaves all mutants into one source text, each behind a switch.
//!
//! `a == b` becomes `(if is(7) { a != b } else { a == b })`. The changed branch has the original
//! text, so mutants inside of mutants do not multiply. Comments around each changed branch say which
//! mutant a compiler error is about.

use std::collections::HashMap;
use std::ops::Range;

use proc_macro2::LineColumn;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};

use crate::mutant::{Genre, Mutant, Place};

/// The path of the switch in the woven crate.
pub const SWITCH: &str = "crate::woven_mutants::is";

/// A place of the text at which there are mutants.
struct Node {
    range: Range<usize>,
    kind: Kind,
    mutants: Vec<usize>,
}

enum Kind {
    /// A value returned at the beginning of a body.
    Body,
    /// An operator, or a field with its comma, that is replaced within an expression.
    Part(Range<usize>),
    /// A guard.
    Guard,
    /// The end of the pattern of an arm.
    Arm,
}

/// Weaves mutants, each with its number, into the text of a file.
pub fn weave(text: &str, mutants: &[(usize, &Mutant)]) -> String {
    let file = syn::parse_file(text).expect("the file is Rust");
    let mut wanted: HashMap<(usize, usize, u8), Vec<usize>> = HashMap::new();
    for (id, mutant) in mutants {
        let Place { line, column } = mutant.span.start;
        wanted.entry((line, column - 1, mutant.genre as u8)).or_default().push(*id);
    }
    let mut finder = Finder { lines: Lines::new(text), wanted, nodes: Vec::new() };
    finder.visit_file(&file);
    let mut nodes = finder.nodes;
    nodes.sort_by_key(|node| (node.range.start, usize::MAX - node.range.end));
    let replacements = mutants.iter().map(|(id, mutant)| (*id, mutant.replacement.as_str()));
    Weaver { text, replacements: replacements.collect() }.render(0..text.len(), &nodes)
}

/// The lines of a text.
pub struct Lines<'t> {
    text: &'t str,
    /// The offset of each line.
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub fn new(text: &'t str) -> Self {
        let starts = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { text, starts: [0].into_iter().chain(starts).collect() }
    }

    pub fn offset(&self, place: LineColumn) -> usize {
        let line = self.starts[place.line - 1];
        let before = self.text[line..].chars().take(place.column);
        line + before.map(char::len_utf8).sum::<usize>()
    }

    pub fn range(&self, of: &impl syn::spanned::Spanned) -> Range<usize> {
        let span = of.span();
        self.offset(span.start())..self.offset(span.end())
    }
}

struct Finder<'t> {
    lines: Lines<'t>,
    wanted: HashMap<(usize, usize, u8), Vec<usize>>,
    nodes: Vec<Node>,
}

impl Finder<'_> {
    fn range(&self, of: &impl syn::spanned::Spanned) -> Range<usize> {
        self.lines.range(of)
    }

    /// Adds a node if there are mutants that begin at a place.
    fn add(&mut self, at: LineColumn, genre: Genre, range: Range<usize>, kind: Kind) {
        if let Some(mutants) = self.wanted.remove(&(at.line, at.column, genre as u8)) {
            self.nodes.push(Node { range, kind, mutants });
        }
    }

    fn body(&mut self, block: &syn::Block) {
        if let Some(first) = block.stmts.first() {
            let start = first.span().start();
            let at = self.lines.offset(start);
            self.add(start, Genre::FnValue, at..at, Kind::Body);
        }
    }
}

impl<'a> Visit<'a> for Finder<'_> {
    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        self.body(&item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        self.body(&item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'a syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.body(block);
        }
        visit::visit_trait_item_fn(self, item);
    }

    // The compiler evaluates constants, where no switch can be on.
    fn visit_item_const(&mut self, _: &'a syn::ItemConst) {}
    fn visit_impl_item_const(&mut self, _: &'a syn::ImplItemConst) {}
    fn visit_trait_item_const(&mut self, _: &'a syn::TraitItemConst) {}
    fn visit_item_static(&mut self, _: &'a syn::ItemStatic) {}

    fn visit_expr_binary(&mut self, binary: &'a syn::ExprBinary) {
        // A chain with `let` can't stand in parentheses.
        let has_let = |side: &syn::Expr| matches!(side, syn::Expr::Let(_));
        if !has_let(&binary.left) && !has_let(&binary.right) && !begins_with_let(&binary.left) {
            let (range, part) = (self.range(binary), self.range(&binary.op));
            let start = binary.op.span().start();
            self.add(start, Genre::BinaryOperator, range, Kind::Part(part));
        } else {
            let start = binary.op.span().start();
            self.wanted.remove(&(start.line, start.column, Genre::BinaryOperator as u8));
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_unary(&mut self, unary: &'a syn::ExprUnary) {
        let (range, part) = (self.range(unary), self.range(&unary.op));
        self.add(unary.op.span().start(), Genre::UnaryOperator, range, Kind::Part(part));
        visit::visit_expr_unary(self, unary);
    }

    fn visit_expr_match(&mut self, expression: &'a syn::ExprMatch) {
        let is_catchall =
            |arm: &syn::Arm| matches!(arm.pat, syn::Pat::Wild(_)) && arm.guard.is_none();
        if !expression.arms.iter().any(is_catchall) {
            // Without an arm, the others do not cover every value.
            for arm in &expression.arms {
                let start = arm.span().start();
                self.wanted.remove(&(start.line, start.column, Genre::MatchArm as u8));
            }
        }
        visit::visit_expr_match(self, expression);
    }

    fn visit_arm(&mut self, arm: &'a syn::Arm) {
        let end = self.range(&arm.pat).end;
        self.add(arm.span().start(), Genre::MatchArm, end..end, Kind::Arm);
        if let Some((_, guard)) = &arm.guard {
            let range = self.range(guard);
            self.add(guard.span().start(), Genre::MatchArmGuard, range, Kind::Guard);
        }
        visit::visit_arm(self, arm);
    }

    fn visit_expr_struct(&mut self, expression: &'a syn::ExprStruct) {
        if expression.rest.is_some() {
            for pair in expression.fields.pairs() {
                let mut part = self.range(*pair.value());
                if let Some(comma) = pair.punct() {
                    part.end = self.range(comma).end;
                }
                let (start, range) = (pair.value().span().start(), self.range(expression));
                self.add(start, Genre::StructField, range, Kind::Part(part));
            }
        }
        visit::visit_expr_struct(self, expression);
    }
}

fn begins_with_let(expression: &syn::Expr) -> bool {
    match expression {
        syn::Expr::Let(_) => true,
        syn::Expr::Binary(binary) => {
            begins_with_let(&binary.left) || begins_with_let(&binary.right)
        }
        _ => false,
    }
}

struct Weaver<'t> {
    text: &'t str,
    replacements: HashMap<usize, &'t str>,
}

impl Weaver<'_> {
    /// Renders a range of the text with the mutants of the nodes within.
    fn render(&self, range: Range<usize>, mut nodes: &[Node]) -> String {
        let (mut out, mut at) = (String::new(), range.start);
        while let Some((node, rest)) = nodes.split_first() {
            out.push_str(&self.text[at..node.range.start]);
            let inside = rest.iter().take_while(|one| one.range.end <= node.range.end).count();
            let inside = if node.range.is_empty() { 0 } else { inside };
            let (inside, rest) = rest.split_at(inside);
            out.push_str(&self.wrap(node, &self.render(node.range.clone(), inside)));
            (at, nodes) = (node.range.end, rest);
        }
        out.push_str(&self.text[at..range.end]);
        out
    }

    fn wrap(&self, node: &Node, original: &str) -> String {
        let mut out = String::new();
        for id in &node.mutants {
            let new = self.replacements[id];
            let (begin, end) = (format!("/*<{id}*/"), format!("/*{id}>*/"));
            out += &match &node.kind {
                Kind::Body => format!("if {SWITCH}({id}) {{ {begin}return {new};{end} }} "),
                Kind::Arm => format!(" {begin}if !{SWITCH}({id}){end} "),
                Kind::Guard => format!("if {SWITCH}({id}) {{ {begin}{new}{end} }} else "),
                Kind::Part(part) => {
                    let before = &self.text[node.range.start..part.start];
                    let after = &self.text[part.end..node.range.end];
                    format!("if {SWITCH}({id}) {{ {begin}{before}{new}{after}{end} }} else ")
                }
            };
        }
        match node.kind {
            Kind::Body | Kind::Arm => out,
            Kind::Guard | Kind::Part(_) => format!("({out}{{ {original} }})"),
        }
    }
}

/// Returns the innermost mutant whose changed text contains an offset of a woven text, else the last
/// one before it: a moved value is an error where it is used again.
pub fn mutant_at(woven: &str, offset: usize) -> Option<usize> {
    let (mut open, mut last) = (Vec::new(), None);
    for (at, _) in woven.match_indices("/*").take_while(|(at, _)| *at <= offset) {
        let Some((mark, _)) = woven[at + 2..].split_once("*/") else { continue };
        if let Some(id) = mark.strip_prefix('<').and_then(|id| id.parse::<usize>().ok()) {
            open.push(id);
            last = Some(id);
        } else if mark
            .strip_suffix('>')
            .is_some_and(|id| id.parse() == Ok(open.last().copied().unwrap_or(usize::MAX)))
        {
            open.pop();
        }
    }
    open.pop().or(last)
}

/// The switch, which is off where the compiler itself evaluates a function.
pub const SWITCH_MODULE: &str = r#"
/// Which mutant is active.
pub mod woven_mutants {
    use std::sync::atomic::{AtomicUsize, Ordering};

    static ACTIVE: AtomicUsize = AtomicUsize::new(usize::MAX);

    /// Returns true for the active mutant.
    pub const fn is(id: usize) -> bool {
        core::intrinsics::const_eval_select((id,), never, asked)
    }

    const fn never(_: usize) -> bool {
        false
    }

    #[inline]
    fn asked(id: usize) -> bool {
        let mut active = ACTIVE.load(Ordering::Relaxed);
        if active == usize::MAX {
            active = read();
            ACTIVE.store(active, Ordering::Relaxed);
        }
        active == id
    }

    /// Reads the number without allocating, because tests count allocations.
    #[cold]
    fn read() -> usize {
        unsafe extern "C" {
            fn getenv(name: *const core::ffi::c_char) -> *const core::ffi::c_char;
        }
        let text = unsafe { getenv(c"MUTANT".as_ptr()) };
        if text.is_null() {
            return usize::MAX - 1;
        }
        let text = unsafe { core::ffi::CStr::from_ptr(text) };
        text.to_str().ok().and_then(|text| text.parse().ok()).unwrap_or(usize::MAX - 1)
    }
}
"#;
