//! Circles of three buckets and more. Two that replicate to each other are no surprise.

use std::collections::BTreeSet;

use crate::analysis::Case;
use crate::model::BucketArn;
use crate::topology::survey::{Asked, Link, Survey};
use crate::topology::two_way::WRITTEN;
use crate::topology::{Finding, FindingKind, component};

/// The most ways that are looked at among buckets that ways lead round. There can be more circles
/// than anybody counts, but then the first is found at once: this bounds the search among those that
/// nothing goes round.
pub(super) const PATH_LIMIT: usize = 50_000;

/// Finds, from each bucket that is in no circle found before, the shortest circle that an object
/// goes round, if every bucket took it for its own. Returns the buckets among which there may be
/// more circles, for there are more ways than are looked at.
pub(super) fn find<'a>(
    survey: &Survey<'_, 'a>,
    findings: &mut Vec<Finding<'a>>,
) -> Vec<Vec<&'a BucketArn>> {
    let mut cut_short = Vec::new();
    for buckets in component::components(survey) {
        let mut search =
            Search { survey, buckets: &buckets, left: PATH_LIMIT, is_cut_short: false };
        search.find(findings);
        if search.is_cut_short {
            cut_short.push(buckets.into_iter().collect());
        }
    }
    cut_short.sort_unstable();
    cut_short
}

/// The search among buckets that ways lead round.
struct Search<'c, 's, 'a> {
    survey: &'c Survey<'s, 'a>,
    buckets: &'c BTreeSet<&'a BucketArn>,
    left: usize,
    is_cut_short: bool,
}

impl<'c, 's, 'a> Search<'c, 's, 'a> {
    fn find(&mut self, findings: &mut Vec<Finding<'a>>) {
        let mut circled: BTreeSet<&BucketArn> = BTreeSet::new();
        for start in self.buckets {
            if circled.contains(start) {
                continue;
            }
            if let Some(circle) = self.shortest(start) {
                circled.extend(circle.iter().map(|link| link.from));
                findings.extend(finding(self.survey, &circle));
            }
        }
    }

    /// Returns the shortest circle from a bucket that an object goes round.
    fn shortest(&mut self, start: &'a BucketArn) -> Option<Vec<&'c Link<'s, 'a>>> {
        let mut ways: Vec<Vec<&Link<'s, 'a>>> = vec![Vec::new()];
        while !ways.is_empty() {
            let mut longer = Vec::new();
            for way in ways {
                let last = way.last().map_or(start, |link| link.to);
                for link in self.survey.links_from(last) {
                    let closes = link.to == start;
                    let repeats = way.iter().any(|before| before.from == link.to);
                    let leaves = !self.buckets.contains(link.to);
                    if leaves || closes && way.len() < 2 || repeats && !closes {
                        continue;
                    }
                    if self.left == 0 {
                        self.is_cut_short = true;
                        return None;
                    }
                    self.left -= 1;
                    let next: Vec<&Link<'s, 'a>> = way.iter().copied().chain([link]).collect();
                    if WRITTEN.into_iter().any(|case| self.survey.any(&round(&next, case))) {
                        if closes {
                            return Some(next);
                        }
                        longer.push(next);
                    }
                }
            }
            ways = longer;
        }
        None
    }
}

fn round<'h, 's, 'a>(circle: &[&'h Link<'s, 'a>], case: Case) -> Vec<Asked<'h, 's, 'a>> {
    circle.iter().map(|link| link.takes(case)).collect()
}

fn finding<'s, 'a>(survey: &Survey<'s, 'a>, circle: &[&Link<'s, 'a>]) -> Option<Finding<'a>> {
    let mut cases = WRITTEN.into_iter();
    let (case, mut seen) =
        cases.find_map(|case| Some((case, survey.first(&round(circle, case))?)))?;
    seen.object_kinds.push(case.object_kind());
    seen.object_kinds
        .extend(cases.filter(|case| survey.any(&round(circle, *case))).map(Case::object_kind));
    let first = circle.first()?.from.name();
    let mut names: Vec<String> =
        circle.iter().map(|link| format!("`{}`", link.from.name())).collect();
    names.push(format!("`{first}`"));
    let witness = seen.hops.first().map(|hop| hop.witness.to_string())?;
    let message = format!(
        "every bucket of the circle {} would replicate {witness} to the next one; it goes one hop, \
         and so do changes of its metadata, because what replication brought is not replicated again",
        names.join(" -> ")
    );
    let help = "on S3 this is safe, and no way to have the object everywhere: each bucket needs a rule \
                for every other one; a store that replicates replicas would send it round for ever";
    Some(Finding::new(FindingKind::ReplicationCycle, first, seen).saying(message, help))
}
