//! The graph for Graphviz.

use std::fmt::Write as _;

use crate::topology::{EdgeRegions, Graph, text};

impl Graph<'_> {
    /// Writes the graph in the language of Graphviz. What goes both ways has a bold line, what
    /// crosses Regions a dashed one; a bucket that is known not to exist is dotted.
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
            label.extend(text::facts(node));
            let style = if node.is_missing() { ", style=dotted" } else { "" };
            let (id, label) = (quoted(node.bucket().as_str()), quoted(&label.join("\n")));
            // Writing to a string can't fail.
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
            let label = quoted(&text::rules(edge));
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

/// Returns a quoted string of DOT: a backslash would begin an escape of its own.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{escaped}\"")
}
