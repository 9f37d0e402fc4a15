//! The rules that shadow another one together.
//!
//! A report names few rules, because a person has to compare them with the dead one. So rules are
//! left out as long as the others still take every object.
//!
//! ```text
//! dead: `logs` (logs/)
//! above: `fresh` (not tag age=old), `old` (tag age=old), `cold` (tag class=cold)
//! object logs/               `fresh` wins; age=old is the only way to escape it
//! object logs/ with age=old  `old` wins, and nothing escapes it
//! result: `fresh` and `old`. `cold` was never in the way.
//! ```
//!
//! The result is one set of which no rule can be left out. There can be others, even smaller ones.

use std::collections::BTreeSet;

use crate::analysis::case::Case;
use crate::analysis::competition::Competitor;
use crate::analysis::ranking::Ranking;
use crate::keyspace::{Effort, GaveUp, KeySpace};

/// The most rules that are tried one by one. More are returned as they are.
///
/// Each try is a search among the others, so the work grows with the square of their number.
const TRIED_LIMIT: usize = 64;

/// Returns rules that together match every object that a competitor would replicate; none of them can
/// be left out. The competitor must win no object, `above` are the competitors that rank above it,
/// and `winner` is the one that wins the least object.
pub(super) fn shadowing_rules<'s, 'a>(
    one: &'s Competitor<'a>,
    winner: &'s Competitor<'a>,
    above: &'s [Competitor<'a>],
    rankings: &[(Case, Ranking<'_, 'a>); Case::COUNT],
    space: &KeySpace<'_>,
    effort: &mut Effort,
) -> Result<Vec<&'s Competitor<'a>>, GaveUp> {
    // Most shadowed rules are shadowed by one rule with a shorter prefix. That needs no search.
    if winner.covers(one) {
        return Ok(vec![winner]);
    }
    // The rules that stood in the way of one object or another are enough: the same search among
    // them alone fails at the same objects.
    let mut met = BTreeSet::new();
    for (case, ranking) in rankings.iter().filter(|(case, _)| one.replicates().has(*case)) {
        let Some(rank) = ranking.rank_of(one) else { continue };
        debug_assert!(one.competes.has(*case), "INVARIANT: a rule that replicates competes");
        ranking.escape_noting(&one.selection, rank, space.tags(), effort, &mut |blocker| {
            met.insert(blocker.rule.position);
        })?;
    }
    // Competitors are compared by rule, so that of a rule with several sets of tags all are kept.
    let is_met = |other: &&Competitor<'a>| met.contains(&other.rule.position);
    let mut needed: Vec<&Competitor<'a>> = above.iter().filter(is_met).collect();
    if needed.len() > TRIED_LIMIT {
        return Ok(needed);
    }
    // The lowest ranks first, so that the rules that win remain. The winner of the witness is kept
    // if it can be.
    let mut tried: Vec<usize> = needed.iter().rev().map(|other| other.rule.position).collect();
    // The sort is stable: it only moves the winner to the end.
    tried.sort_by_key(|position| *position == winner.rule.position);
    for position in tried {
        let others = needed.iter().copied().filter(|other| other.rule.position != position);
        let others: Vec<&Competitor<'a>> = others.collect();
        if is_shadowed(one, &others, space, effort)? {
            needed = others;
        }
    }
    Ok(needed)
}

/// Returns true when a competitor wins no object if only `others` rank above it.
///
/// In each case in which the competitor replicates something; where it replicates nothing, it is no
/// loss.
fn is_shadowed<'a>(
    one: &Competitor<'a>,
    others: &[&Competitor<'a>],
    space: &KeySpace<'_>,
    effort: &mut Effort,
) -> Result<bool, GaveUp> {
    for case in one.replicates().iter() {
        // Its own competitors are not among the others, so every rank counts as above.
        let ranking = Ranking::of(others.iter().copied(), case);
        if ranking.escape(&one.selection, usize::MAX, space.tags(), effort)?.is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}
