//! The graph as text and for Graphviz.
//!
//! ```text
//! backup  eu-west-1
//! photos  eu-central-1, versioning Suspended
//!   <-> backup by `all`, `logs`, cross-region
//! ```

use std::fmt::{self, Write as _};

use crate::model::Versioning;
use crate::text::Visible;
use crate::topology::{Edge, EdgeRegions, Graph, Node};

/// The most rules of an edge that are named.
const NAMED_RULES: usize = 5;

/// One line for each bucket, followed by one for each destination. `<->` means that some object goes
/// both ways.
impl fmt::Display for Graph<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for node in self.nodes() {
            let facts = settings(node).join(", ");
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

/// Describes the known settings of a bucket.
fn settings(node: &Node<'_>) -> Vec<String> {
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

/// Names the rules of an edge.
fn rules(edge: &Edge<'_>) -> String {
    let named = edge.rule_names().take(NAMED_RULES).map(|name| format!("`{}`", Visible(&name)));
    let mut words: Vec<String> = named.collect();
    if let Some(more) = edge.rules().len().checked_sub(NAMED_RULES).filter(|more| *more > 0) {
        words.push(format!("{more} more"));
    }
    words.join(", ")
}

/// Names the relation of the Regions, where it is known.
fn regions(edge: &Edge<'_>) -> String {
    match edge.regions() {
        EdgeRegions::Unknown => String::new(),
        known => format!(", {known}"),
    }
}

impl Graph<'_> {
    /// Returns the graph in DOT, the language of Graphviz. A line is bold if some object goes both
    /// ways, and dashed if it crosses Regions. A bucket that is known not to exist is dotted.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::topology::Topology;
    /// use s3_replication::{Dialect, ReplicationConfiguration};
    ///
    /// let configuration = ReplicationConfiguration::from_json(
    ///     r#"{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [{"Status": "Enabled",
    ///         "Prefix": "", "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
    /// )?;
    /// let topology =
    ///     Topology::new(Dialect::AWS).with_configuration("photos".parse()?, configuration);
    /// let dot = topology.graph().to_dot();
    /// assert!(dot.contains("\"arn:aws:s3:::photos\" -> \"arn:aws:s3:::backup\" [label=\"`#1`\"];"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn to_dot(&self) -> String {
        let mut out = String::from("digraph replication {\n  node [shape=box];\n");
        for node in self.nodes() {
            let mut label = vec![self.called(node.bucket()).to_owned()];
            label.extend(settings(node));
            let style = if node.is_missing() { ", style=dotted" } else { "" };
            let (id, label) = (quoted(node.bucket().as_str()), quoted(&label.join("\n")));
            // Writing to a string cannot fail.
            let _ = writeln!(out, "  {id} [label={label}{style}];");
        }
        for edge in self.edges() {
            let mut styles = Vec::new();
            if edge.is_two_way() {
                styles.push("bold");
            }
            if edge.regions() == EdgeRegions::Cross {
                styles.push("dashed");
            }
            let (from, to) = (quoted(edge.source().as_str()), quoted(edge.destination().as_str()));
            let label = quoted(&rules(edge));
            let style = match styles.as_slice() {
                [] => String::new(),
                styles => format!(", style=\"{}\"", styles.join(",")),
            };
            let _ = writeln!(out, "  {from} -> {to} [label={label}{style}];");
        }
        out.push_str("}\n");
        out
    }
}

/// Returns a quoted string of DOT, in which a backslash would start an escape.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{escaped}\"")
}
