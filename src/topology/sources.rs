//! Two sources of one destination.

use std::collections::BTreeMap;

use crate::topology::survey::{Hop, Seen, Survey};
use crate::topology::two_way::WRITTEN;
use crate::topology::{Finding, FindingKind};

/// Finds keys that two buckets replicate to a third one. Where the two replicate them to each other
/// as well, all three hold the same, and that is what was meant.
pub(super) fn find<'a>(survey: &Survey<'_, 'a>, findings: &mut Vec<Finding<'a>>) {
    let hops = survey.hops();
    for (at, one) in hops.iter().enumerate() {
        let others = hops.iter().skip(at + 1).filter(|other| other.to == one.to);
        for other in others {
            find_shared(survey, (one, other), findings);
        }
    }
}

fn find_shared<'s, 'a>(
    survey: &Survey<'s, 'a>,
    (one, other): (&Hop<'s, 'a>, &Hop<'s, 'a>),
    findings: &mut Vec<Finding<'a>>,
) {
    let over = survey.hop(one.from, other.from);
    let back = survey.hop(other.from, one.from);
    let mut all: BTreeMap<usize, Seen<'a>> = BTreeMap::new();
    for mine in WRITTEN {
        for its in WRITTEN {
            let both = [one.takes(mine), other.takes(its).of_another()];
            let subject = mine.subject();
            let (Some(over), Some(back)) = (over, back) else {
                survey.by_rule(&both, subject, &mut all);
                continue;
            };
            for apart in [over.leaves(mine), back.leaves(its).of_another()] {
                let asked: Vec<_> = both.iter().copied().chain([apart]).collect();
                survey.by_rule(&asked, subject, &mut all);
            }
        }
    }
    for seen in all.into_values() {
        let (mine, its, there) = (one.from.name(), other.from.name(), one.to.name());
        let key = seen.sightings.first().map_or("", |sighting| sighting.witness.key());
        let message = format!(
            "`{mine}` and `{its}` both replicate the key `{key}` to `{there}`: there the versions of \
             both are versions of one object, and the one created last is the latest"
        );
        let help = "give the two prefixes or destination buckets of their own, or let them replicate \
                    to each other as well, so that all three hold the same";
        let finding = Finding::new(FindingKind::KeysOfTwoSources, one.from.name(), seen);
        findings.push(finding.saying(message, help));
    }
}
