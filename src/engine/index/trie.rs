//! Finds the longest prefix of a key among many.
//!
//! A radix trie in flat arrays: one walk along the key, whatever the number of prefixes. Of the
//! ways measured (sorted array, hashes of every length, automata, `fst`, dense tables) it was the
//! fastest from ten prefixes on, and takes memory linear in what the prefixes hold.

/// No prefix, place or child at all.
pub(super) const NOTHING: u32 = u32::MAX;

/// No child for this byte. Prefixes are UTF-8, in which fewer bytes than this can occur.
const NO_CHILD: u8 = u8::MAX;

/// How many bytes of a label a node holds in itself.
const HEAD: usize = 8;

/// Prefixes, each with what there is for keys that begin with it.
#[derive(Debug)]
pub(super) struct Trie<P> {
    // INVARIANT: the root first, the children of a node side by side.
    nodes: Box<[Node<P>]>,
    /// For each node the numbers of its children, from the lowest byte that leads to one to the
    /// highest.
    children: Box<[u8]>,
    labels: Box<[u8]>,
}

/// A place where prefixes end or part. It fills a line of the cache with everything a decision
/// needs, and what is behind it in memory is rarely read.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Node<P> {
    /// What there is for the longest prefix that ends here or before, if there is one.
    place: P,
    /// The first bytes of the label as a number, and which of its bits count.
    head: u64,
    mask: u64,
    label: Range,
    /// The rank of that prefix, or [`NOTHING`].
    rank: u32,
    first_child: u32,
    /// Where its part of `children` begins, how long it is, and for which byte it begins.
    children: u32,
    span: u8,
    low: u8,
}

/// A part of one of the arrays.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Range {
    start: u32,
    length: u32,
}

impl Range {
    pub(super) const EMPTY: Self = Self { start: 0, length: 0 };

    pub(super) const fn is_empty(self) -> bool {
        self.length == 0
    }

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

impl<P: Copy> Trie<P> {
    /// Builds a trie of different prefixes in ascending order, each with its place; `nowhere` is
    /// for keys that begin with none.
    pub(super) fn new(prefixes: &[&[u8]], places: &[P], nowhere: P) -> Self {
        let (nodes, children, labels) = Default::default();
        Builder { prefixes, places, nowhere, nodes, children, labels }.build()
    }

    /// Finds the longest prefix that `key` begins with: its rank and its place.
    #[inline]
    pub(super) fn longest(&self, key: &[u8]) -> Option<(u32, P)> {
        let mut node = self.nodes.first()?;
        let mut rest = self.behind_label(node, key)?;
        while let Some((byte, behind)) = rest.split_first() {
            let Some(child) = self.child(node, *byte) else { break };
            let Some(behind) = self.behind_label(child, behind) else { break };
            (node, rest) = (child, behind);
        }
        (node.rank != NOTHING).then_some((node.rank, node.place))
    }

    #[inline]
    fn child(&self, node: &Node<P>, byte: u8) -> Option<&Node<P>> {
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

    /// Returns what follows the label of a node, if `rest` begins with it.
    #[inline]
    fn behind_label<'k>(&self, node: &Node<P>, rest: &'k [u8]) -> Option<&'k [u8]> {
        let length = node.label.length as usize;
        if length == 0 {
            return Some(rest);
        }
        if head_of(rest) & node.mask != node.head {
            return None;
        }
        // Without a call for labels that the head holds whole, which most are.
        if length > HEAD && rest.get(HEAD..length) != node.label.of(&self.labels).get(HEAD..) {
            return None;
        }
        rest.get(length..)
    }
}

/// Returns the first bytes as a number, the first byte lowest, and zeros for those that are not
/// there.
#[inline]
fn head_of(bytes: &[u8]) -> u64 {
    match bytes.first_chunk::<HEAD>() {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => short_head(bytes),
    }
}

/// The end of a key is seldom where prefixes still part.
#[cold]
fn short_head(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

struct Builder<'p, P> {
    prefixes: &'p [&'p [u8]],
    places: &'p [P],
    nowhere: P,
    nodes: Vec<Node<P>>,
    children: Vec<u8>,
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

impl<'p, P: Copy> Builder<'p, P> {
    fn build(mut self) -> Trie<P> {
        // A queue, not a recursion: prefixes can nest a thousand levels deep.
        let mut branches = Vec::new();
        if !self.prefixes.is_empty() {
            branches.push(Branch { from: 0, to: self.prefixes.len(), depth: 0, above: NOTHING });
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
    fn add(&mut self, branch: Branch, branches: &mut Vec<Branch>) {
        let Branch { mut from, to, depth, above: mut rank } = branch;
        // Sorted, so that what the first and the last agree in, all do.
        let [first, last] = [from, to - 1].map(|at| self.behind(at, depth));
        let common = first.iter().zip(last).take_while(|(a, b)| a == b).count();
        let label = first.get(..common).unwrap_or_default();
        if first.len() == common {
            rank = small(from);
            from += 1;
        }
        let mut head = [0; HEAD];
        head.iter_mut().zip(label).for_each(|(byte, of_label)| *byte = *of_label);
        let missing = HEAD.saturating_sub(common);
        let start = self.labels.len();
        self.labels.extend_from_slice(label);
        let mut node = Node {
            place: self.places.get(rank as usize).copied().unwrap_or(self.nowhere),
            head: u64::from_le_bytes(head),
            mask: if missing == HEAD { 0 } else { u64::MAX >> (8 * missing) },
            label: Range::since(start, &self.labels),
            rank,
            first_child: small(branches.len()),
            children: small(self.children.len()),
            span: 0,
            low: 0,
        };
        let rest = Branch { from, to, depth: depth + common, above: rank };
        (node.low, node.span) = self.add_children(rest, branches);
        self.nodes.push(node);
    }

    /// Adds the branches of the children of a node, and the table that leads to them; returns for
    /// which byte it begins and how long it is.
    fn add_children(&mut self, rest: Branch, branches: &mut Vec<Branch>) -> (u8, u8) {
        let Branch { mut from, to, depth, above } = rest;
        if from == to {
            return (0, 0);
        }
        let edge = |at: usize| self.behind(at, depth).first().copied().unwrap_or_default();
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
            branches.push(Branch { from, to: end, depth: depth + 1, above });
            from = end;
        }
        self.children.extend(table);
        (low, (high - low).saturating_add(1))
    }

    /// Returns what a prefix has behind its first `depth` bytes.
    fn behind(&self, rank: usize, depth: usize) -> &'p [u8] {
        self.prefixes.get(rank).and_then(|prefix| prefix.get(depth..)).unwrap_or_default()
    }
}
