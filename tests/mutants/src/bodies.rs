//! The bodies of functions in a source text: which of them differ from another text's, and how
//! several stand side by side.

use std::collections::BTreeMap;
use std::ops::Range;

use syn::visit::{self, Visit};

use crate::weave::{Lines, SWITCH};

/// The body of a function.
struct Body {
    range: Range<usize>,
    /// The type it returns has no name, so two bodies can't return the same.
    is_unnameable: bool,
}

/// Returns the bodies that a new text replaces, each with its text; none if the texts differ
/// elsewhere.
pub fn changed(old: &str, new: &str) -> Option<Vec<(Range<usize>, String)>> {
    let (of_old, of_new) = (find(old), find(new));
    let same_around = around(old, &of_old) == around(new, &of_new);
    if !same_around {
        return None;
    }
    let pairs = of_old.into_iter().zip(of_new);
    let differing = pairs.filter(|(one, other)| old[one.range.clone()] != new[other.range.clone()]);
    let bodies = differing.map(|(one, other)| {
        (!one.is_unnameable).then(|| (one.range.clone(), new[other.range.clone()].to_owned()))
    });
    bodies.collect()
}

/// Returns the outermost bodies of a text, in order.
fn find(text: &str) -> Vec<Body> {
    let file = syn::parse_file(text).expect("the file is Rust");
    let mut finder = Finder { lines: Lines::new(text), bodies: Vec::new() };
    finder.visit_file(&file);
    finder.bodies
}

/// Returns what is outside of bodies.
fn around<'t>(text: &'t str, bodies: &[Body]) -> Vec<&'t str> {
    let starts = [0].into_iter().chain(bodies.iter().map(|body| body.range.end));
    let ends = bodies.iter().map(|body| body.range.start).chain([text.len()]);
    starts.zip(ends).map(|(start, end)| &text[start..end]).collect()
}

struct Finder<'t> {
    lines: Lines<'t>,
    bodies: Vec<Body>,
}

impl Finder<'_> {
    fn add(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let mut unnameable = Unnameable(false);
        unnameable.visit_return_type(&signature.output);
        let range = self.lines.range(block);
        self.bodies.push(Body { range, is_unnameable: unnameable.0 });
    }
}

impl<'a> Visit<'a> for Finder<'_> {
    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        self.add(&item.sig, &item.block);
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        self.add(&item.sig, &item.block);
    }

    fn visit_trait_item_fn(&mut self, item: &'a syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.add(&item.sig, block);
        }
    }
}

/// Whether a type contains an `impl Trait`.
struct Unnameable(bool);

impl<'a> Visit<'a> for Unnameable {
    fn visit_type_impl_trait(&mut self, item: &'a syn::TypeImplTrait) {
        self.0 = true;
        visit::visit_type_impl_trait(self, item);
    }
}

/// Puts bodies beside the original ones, each with the number of its switch.
pub fn weave(text: &str, bodies: Vec<(usize, Range<usize>, &str)>) -> String {
    let mut by_place: BTreeMap<(usize, usize), Vec<(usize, &str)>> = BTreeMap::new();
    for (id, range, new) in bodies {
        by_place.entry((range.start, range.end)).or_default().push((id, new));
    }
    let (mut out, mut at) = (String::new(), 0);
    for ((start, end), bodies) in by_place {
        out += &text[at..start];
        out += "{ ";
        for (id, new) in bodies {
            out += &format!("if {SWITCH}({id}) /*<{id}*/{new}/*{id}>*/ else ");
        }
        out += &text[start..end];
        out += " }";
        at = end;
    }
    out + &text[at..]
}
