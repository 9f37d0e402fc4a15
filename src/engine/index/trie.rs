//! The search for the longest prefix of a key among many.
//!
//! A radix trie in flat arrays: one walk along the key, whatever the number of prefixes. Of the
//! structures measured (a sorted array, hashes of every length, automata, `fst`, dense tables) it
//! was the fastest from ten prefixes on, and its memory is linear in the bytes of the prefixes.
//!
//! The rank of a prefix is its number in ascending order, from 0. Prefixes that agree in their
//! first bytes share a path. With `log`, `logs/app/` and `logs/db/`:
//!
//! ```text
//! (root) "log"                        rank 0
//!          └─ s → "/"                 rank 0, inherited from `log`
//!                  ├─ a → "pp/"       rank 1
//!                  └─ d → "b/"        rank 2
//! ```
//!
//! The edge to a child is one byte. The bytes after it that all prefixes below the child share are
//! the label of the child. A node where no prefix ends inherits the rank of the longest prefix
//! above it, so a walk that stops anywhere has its answer at hand, and never turns back.

/// The number that stands for no prefix here, and for no destination elsewhere in the index.
pub(super) const NONE: u32 = u32::MAX;

/// The entry for a byte without a child. It is never the number of a child: a node has at most one
/// child for each byte value, and 13 of the 256 values never occur in UTF-8.
const NO_CHILD: u8 = u8::MAX;

/// The number of bytes of a label that the node itself holds.
const HEAD: usize = 8;

/// Prefixes, each with a value for the keys that begin with it.
#[derive(Debug)]
pub(super) struct Trie<V> {
    // INVARIANT: the root first, the children of a node side by side.
    nodes: Box<[Node<V>]>,
    /// A table for each node, with an entry for each byte from the lowest edge to the highest: the
    /// number of the child, counted from the first child of the node, or [`NO_CHILD`].
    children: Box<[u8]>,
    /// The labels of all nodes, one after the other.
    labels: Box<[u8]>,
}

/// A point where a prefix ends, or where prefixes begin to differ.
///
/// A node fills one cache line with everything that a decision needs; the other arrays are rarely
/// read.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Node<V> {
    /// The value of the longest prefix that ends here or before, if there is one.
    value: V,
    /// The first bytes of the label, as a number with the first byte lowest.
    head: u64,
    /// The bits of `head` that are compared. A label shorter than the head leaves its upper bytes
    /// unused, and the key may have any bytes there.
    mask: u64,
    /// The label in [`Trie::labels`]: the bytes after the edge that leads here, up to the point of
    /// this node.
    label: Range,
    /// The rank of the longest prefix that ends here or before, or [`NONE`].
    rank: u32,
    /// The number of the first child; meaningless when there are no children.
    first_child: u32,
    /// The start of the table of the node in [`Trie::children`].
    children: u32,
    /// The length of the table; 0 without children.
    span: u8,
    /// The byte of the first entry of the table.
    low: u8,
}

/// A range of one of the arrays, in half the memory of `std::ops::Range<usize>`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    start: u32,
    length: u32,
}

impl Range {
    /// The range of no items.
    pub(super) const EMPTY: Self = Self { start: 0, length: 0 };

    /// Returns true when the range has no items.
    pub(super) const fn is_empty(self) -> bool {
        self.length == 0
    }

    /// Returns the range of the items that were added to an array since it had `start` items.
    ///
    /// The items must have been appended, not inserted.
    pub(super) fn since<T>(start: usize, items: &[T]) -> Self {
        Self { start: to_u32(start), length: to_u32(items.len() - start) }
    }

    /// Returns the items of the range.
    #[inline]
    pub(super) fn of<T>(self, items: &[T]) -> &[T] {
        let start = self.start as usize;
        let of = items.get(start..start + self.length as usize);
        // Checked in debug builds only: a panic here would cost every decision.
        debug_assert!(
            of.is_some(),
            "INVARIANT: a range lies within the array that it was made for"
        );
        of.unwrap_or_default()
    }
}

/// Converts a number of rules, of prefixes, or of bytes of prefixes and tags.
///
/// # Panics
///
/// If the number does not fit. S3 allows 1,000 rules with prefixes of at most 1,024 bytes, so no
/// real configuration comes near. A truncated number would make decisions wrong without notice.
#[expect(
    clippy::expect_used,
    reason = "INVARIANT: a configuration has fewer than 2^32 rules and bytes"
)]
pub(super) fn to_u32(number: usize) -> u32 {
    u32::try_from(number).expect("the configuration fits into memory")
}

impl<V: Copy> Trie<V> {
    /// Builds a trie of distinct prefixes in ascending order, each with its value; `default` is
    /// for keys that begin with none.
    pub(super) fn new(prefixes: &[&[u8]], values: &[V], default: V) -> Self {
        let (nodes, children, labels) = (Vec::new(), Vec::new(), Vec::new());
        Builder { prefixes, values, default, nodes, children, labels }.build()
    }

    /// Finds the longest prefix that `key` begins with: its rank and its value.
    ///
    /// The walk takes at most one step for each byte of the key, however many prefixes there are.
    /// `None` means that no prefix begins the key.
    #[inline]
    pub(super) fn longest(&self, key: &[u8]) -> Option<(u32, V)> {
        let mut node = self.nodes.first()?;
        let mut rest = self.after_label(node, key)?;
        while let Some((byte, after_byte)) = rest.split_first() {
            // A walk that stops at an edge or within a label has passed every prefix that begins
            // the key. The node before holds the longest of them.
            let Some(child) = self.child(node, *byte) else { break };
            let Some(after_label) = self.after_label(child, after_byte) else { break };
            (node, rest) = (child, after_label);
        }
        (node.rank != NONE).then_some((node.rank, node.value))
    }

    /// Finds the longest prefix as [`longest`](Self::longest) does, and the number of first bytes
    /// of the key that decide it: every key that begins with these bytes has the same longest
    /// prefix.
    ///
    /// If a longer key could have a longer prefix, the end of the key decides, too. It counts as a
    /// byte, so the number is then one more than the length of the key.
    pub(super) fn longest_and_reach(&self, key: &[u8]) -> (Option<(u32, V)>, usize) {
        let Some(mut node) = self.nodes.first() else { return (None, 0) };
        let Some(mut rest) = self.after_label(node, key) else {
            return (None, self.reach_into(node, key));
        };
        let reach = loop {
            let at = key.len() - rest.len();
            if node.span == 0 {
                // No prefix continues here, so the rest of the key does not matter.
                break at;
            }
            let Some((byte, after_byte)) = rest.split_first() else { break at + 1 };
            let Some(child) = self.child(node, *byte) else { break at + 1 };
            let Some(after_label) = self.after_label(child, after_byte) else {
                break at + 1 + self.reach_into(child, after_byte);
            };
            (node, rest) = (child, after_label);
        };
        ((node.rank != NONE).then_some((node.rank, node.value)), reach)
    }

    /// Returns the number of bytes that show that the rest of a key does not begin with the label
    /// of a node: those that agree, and the first that differs. The end of the key counts as a
    /// byte.
    fn reach_into(&self, node: &Node<V>, rest: &[u8]) -> usize {
        let label = node.label.of(&self.labels);
        label.iter().zip(rest).take_while(|(a, b)| a == b).count() + 1
    }

    /// Returns the child behind an edge; `None` when no prefix continues with this byte.
    #[inline]
    fn child(&self, node: &Node<V>, byte: u8) -> Option<&Node<V>> {
        // A byte below `low` wraps to a number that is at least `span`.
        let at = byte.wrapping_sub(node.low);
        if at >= node.span {
            return None;
        }
        let number = *self.children.get(node.children as usize + usize::from(at))?;
        if number == NO_CHILD {
            return None;
        }
        self.nodes.get(node.first_child as usize + usize::from(number))
    }

    /// Returns the rest of the key after the label of a node, if it begins with the label.
    #[inline]
    fn after_label<'k>(&self, node: &Node<V>, rest: &'k [u8]) -> Option<&'k [u8]> {
        let length = node.label.length as usize;
        if length == 0 {
            return Some(rest);
        }
        // Most labels fit into the head, and comparing two numbers is faster than a call to
        // `memcmp`. The missing bytes of a key that ends within the label count as zeros here, and
        // a label may contain zeros. The last `get` below returns `None` for such a key.
        if head_of(rest) & node.mask != node.head {
            return None;
        }
        if length > HEAD && rest.get(HEAD..length) != node.label.of(&self.labels).get(HEAD..) {
            return None;
        }
        rest.get(length..)
    }
}

/// Returns the first bytes as a number, the first byte lowest; missing bytes are zeros.
#[inline]
fn head_of(bytes: &[u8]) -> u64 {
    match bytes.first_chunk::<HEAD>() {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => short_head(bytes),
    }
}

/// Returns the head of fewer bytes than [`HEAD`].
///
/// This is rare: a label is seldom compared with the last few bytes of a key.
#[cold]
fn short_head(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// The arrays of a trie while they grow. The number of a node is its place in the queue of
/// branches.
struct Builder<'p, V> {
    prefixes: &'p [&'p [u8]],
    values: &'p [V],
    default: V,
    nodes: Vec<Node<V>>,
    children: Vec<u8>,
    labels: Vec<u8>,
}

/// The prefixes from `from` to `to`, which agree in their first `depth` bytes; `above` is the rank
/// of the longest prefix that ends before.
#[derive(Clone, Copy)]
struct Branch {
    from: usize,
    to: usize,
    depth: usize,
    above: u32,
}

impl<'p, V: Copy> Builder<'p, V> {
    /// Builds the nodes level by level.
    fn build(mut self) -> Trie<V> {
        // A queue, not a recursion: prefixes can nest a thousand levels deep. It also puts the
        // children of a node side by side.
        let mut branches = Vec::new();
        if !self.prefixes.is_empty() {
            branches.push(Branch { from: 0, to: self.prefixes.len(), depth: 0, above: NONE });
        }
        let mut next = 0;
        while let Some(branch) = branches.get(next).copied() {
            self.add(branch, &mut branches);
            next += 1;
        }
        let Self { nodes, children, labels, .. } = self;
        Trie { nodes: nodes.into(), children: children.into(), labels: labels.into() }
    }

    /// Adds the node of a branch, and the branches of its children to the end of the queue.
    ///
    /// The queue holds the branches of all nodes so far, so that a branch has the number of its
    /// node.
    fn add(&mut self, branch: Branch, branches: &mut Vec<Branch>) {
        let Branch { mut from, to, depth, above: mut rank } = branch;
        // In sorted order all prefixes agree in the bytes in which the first and the last agree.
        let [first, last] = [from, to - 1].map(|at| self.after_depth(at, depth));
        let common = first.iter().zip(last).take_while(|(a, b)| a == b).count();
        // The prefix that ends here, if there is one, sorts before all that continue.
        let label = first.get(..common).unwrap_or_default();
        if first.len() == common {
            rank = to_u32(from);
            from += 1;
        }
        let mut head = [0; HEAD];
        head.iter_mut().zip(label).for_each(|(byte, of_label)| *byte = *of_label);
        let missing = HEAD.saturating_sub(common);
        let start = self.labels.len();
        self.labels.extend_from_slice(label);
        let mut node = Node {
            // `NONE` is above every rank, so it has no value.
            value: self.values.get(rank as usize).copied().unwrap_or(self.default),
            head: u64::from_le_bytes(head),
            mask: if missing == HEAD { 0 } else { u64::MAX >> (8 * missing) },
            label: Range::since(start, &self.labels),
            rank,
            first_child: to_u32(branches.len()),
            children: to_u32(self.children.len()),
            span: 0,
            low: 0,
        };
        let rest = Branch { from, to, depth: depth + common, above: rank };
        (node.low, node.span) = self.add_children(rest, branches);
        self.nodes.push(node);
    }

    /// Adds the branches of the children of a node, and the table that leads to them. Returns the
    /// lowest byte of the table and its length.
    ///
    /// The children of a node are consecutive in the queue, so a node needs only the number of the
    /// first.
    fn add_children(&mut self, rest: Branch, branches: &mut Vec<Branch>) -> (u8, u8) {
        let Branch { mut from, to, depth, above } = rest;
        if from == to {
            return (0, 0);
        }
        let edge = |at: usize| self.after_depth(at, depth).first().copied().unwrap_or_default();
        // The table spans the bytes that occur, not all 256: children of one node mostly differ in
        // digits or small letters.
        let (low, high) = (edge(from), edge(to - 1));
        let mut table = vec![NO_CHILD; usize::from(high - low) + 1];
        let mut number = 0;
        while from < to {
            let byte = edge(from);
            let others = self.prefixes.get(from..to).unwrap_or_default();
            let end = from + others.partition_point(|prefix| prefix.get(depth) == Some(&byte));
            if let Some(child) = table.get_mut(usize::from(byte - low)) {
                *child = number;
            }
            number += 1;
            // The byte of the edge is not part of the label, so the child is one byte deeper.
            branches.push(Branch { from, to: end, depth: depth + 1, above });
            from = end;
        }
        self.children.extend(table);
        (low, (high - low).saturating_add(1))
    }

    /// Returns the rest of a prefix after its first `depth` bytes.
    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: the prefixes of a branch have at least `depth` bytes"
    )]
    fn after_depth(&self, rank: usize, depth: usize) -> &'p [u8] {
        &self.prefixes[rank][depth..]
    }
}
