//! Finds the longest prefix of a key among many.
//!
//! A radix trie in flat arrays: one walk along the key, whatever the number of prefixes. Of the
//! ways measured (sorted array, hashes of every length, automata, `fst`, dense tables) it was the
//! fastest from ten prefixes on, and takes memory linear in what the prefixes hold.

/// No prefix at all.
pub(super) const NOTHING: u32 = u32::MAX;

/// Prefixes, each known by its rank among them.
#[derive(Debug)]
pub(super) struct Trie {
    // INVARIANT: the root first, the children of a node side by side.
    nodes: Box<[Node]>,
    /// The byte that leads to each node; nothing leads to the root.
    edges: Box<[u8]>,
    labels: Box<[u8]>,
}

/// A place where prefixes end or part.
#[derive(Clone, Copy, Debug, Default)]
struct Node {
    label: Range,
    children: Range,
    /// The rank of the longest prefix that ends here or before, or [`NOTHING`].
    prefix: u32,
}

/// A part of one of the arrays.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Range {
    start: u32,
    length: u32,
}

impl Range {
    /// Returns the range that was added to an array since it had `start` items.
    pub(super) fn since<T>(start: usize, items: &[T]) -> Self {
        Self { start: small(start), length: small(items.len() - start) }
    }

    pub(super) fn of<T>(self, items: &[T]) -> &[T] {
        let start = self.start as usize;
        items.get(start..start + self.length as usize).unwrap_or_default()
    }
}

/// Shortens a number of rules, prefixes, or bytes of prefixes, of which memory can't hold more.
pub(super) fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Trie {
    /// Builds a trie of different prefixes in ascending order.
    pub(super) fn new(prefixes: &[&[u8]]) -> Self {
        Builder { prefixes, nodes: Vec::new(), edges: Vec::new(), labels: Vec::new() }.build()
    }

    /// Returns the rank of the longest prefix that `key` begins with, or [`NOTHING`].
    pub(super) fn longest(&self, key: &[u8]) -> u32 {
        let mut longest = NOTHING;
        let Some(mut node) = self.nodes.first() else { return longest };
        let mut rest = key;
        loop {
            let label = node.label.of(&self.labels);
            if rest.get(..label.len()) != Some(label) {
                return longest;
            }
            longest = node.prefix;
            let Some((byte, behind)) = rest.get(label.len()..).and_then(<[u8]>::split_first) else {
                return longest;
            };
            let edges = node.children.of(&self.edges);
            let Some(at) = edges.iter().position(|edge| edge == byte) else { return longest };
            let Some(child) = self.nodes.get(node.children.start as usize + at) else {
                return longest;
            };
            (node, rest) = (child, behind);
        }
    }
}

struct Builder<'p> {
    prefixes: &'p [&'p [u8]],
    nodes: Vec<Node>,
    edges: Vec<u8>,
    labels: Vec<u8>,
}

/// The prefixes from `from` to `to`, which agree in their first `depth` bytes; `above` is the
/// longest prefix that ends before.
#[derive(Clone, Copy)]
struct Branch {
    from: usize,
    to: usize,
    depth: usize,
    above: u32,
}

impl<'p> Builder<'p> {
    fn build(mut self) -> Trie {
        // A queue, not a recursion: prefixes can nest a thousand levels deep.
        let mut branches = Vec::new();
        if !self.prefixes.is_empty() {
            branches.push(Branch { from: 0, to: self.prefixes.len(), depth: 0, above: NOTHING });
            self.edges.push(0);
        }
        let mut next = 0;
        while let Some(branch) = branches.get(next).copied() {
            self.add(branch, &mut branches);
            next += 1;
        }
        let Self { nodes, edges, labels, .. } = self;
        Trie { nodes: nodes.into(), edges: edges.into(), labels: labels.into() }
    }

    /// Adds the node of a branch, and the branches of its children to the end of the queue.
    fn add(&mut self, branch: Branch, branches: &mut Vec<Branch>) {
        let Branch { mut from, to, depth, mut above } = branch;
        let first = self.prefix(from);
        let common = common_length(first, self.prefix(to - 1));
        let start = self.labels.len();
        self.labels.extend_from_slice(first.get(depth..common).unwrap_or_default());
        let label = Range::since(start, &self.labels);
        if first.len() == common {
            above = small(from);
            from += 1;
        }
        let start = branches.len();
        while from < to {
            let edge = self.prefix(from).get(common).copied();
            let same = |at: &usize| self.prefix(*at).get(common).copied() == edge;
            let end = (from..to).take_while(same).last().map_or(to, |last| last + 1);
            self.edges.push(edge.unwrap_or_default());
            branches.push(Branch { from, to: end, depth: common + 1, above });
            from = end;
        }
        self.nodes.push(Node { label, children: Range::since(start, branches), prefix: above });
    }

    fn prefix(&self, rank: usize) -> &'p [u8] {
        self.prefixes.get(rank).copied().unwrap_or_default()
    }
}

fn common_length(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}
