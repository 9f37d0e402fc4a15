//! The graph for people.

use std::fmt;

use crate::model::Versioning;
use crate::text::Visible;
use crate::topology::{Edge, EdgeRegions, Graph, Node};

/// How many rules of an edge are named.
const NAMED: usize = 5;

/// One line for each bucket, and below it one for each destination; `<->` when some object goes
/// both ways.
impl fmt::Display for Graph<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for node in self.nodes() {
            let facts = facts(node).join(", ");
            let between = if facts.is_empty() { "" } else { "  " };
            writeln!(f, "{}{between}{facts}", self.called(node.bucket()))?;
            for edge in self.edges().iter().filter(|edge| edge.source() == node.bucket()) {
                let arrow = if edge.is_two_way() { "<->" } else { "->" };
                let to = self.called(edge.destination());
                writeln!(f, "  {arrow} {to} by {}{}", rules(edge), regions(edge))?;
            }
        }
        Ok(())
    }
}

/// Returns what is known about a bucket, in words.
pub(super) fn facts(node: &Node<'_>) -> Vec<String> {
    let mut words = Vec::new();
    if node.is_missing() {
        words.push("does not exist".to_owned());
    }
    if let Some(facts) = node.facts() {
        words.extend(facts.region.as_ref().map(ToString::to_string));
        let versioning = facts.versioning.filter(|state| *state != Versioning::Enabled);
        words.extend(versioning.map(|state| format!("versioning {state}")));
    }
    words
}

/// Returns the rules of an edge, in words.
pub(super) fn rules(edge: &Edge<'_>) -> String {
    let named = edge.rule_names().take(NAMED).map(|name| format!("`{}`", Visible(&name)));
    let mut words: Vec<String> = named.collect();
    if let Some(more) = edge.rules().len().checked_sub(NAMED).filter(|more| *more > 0) {
        words.push(format!("{more} more"));
    }
    words.join(", ")
}

fn regions(edge: &Edge<'_>) -> String {
    match edge.regions() {
        EdgeRegions::Unknown => String::new(),
        known => format!(", {known}"),
    }
}
