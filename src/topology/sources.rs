//! Two sources of one destination.

use std::collections::BTreeMap;

use crate::topology::survey::{Link, Seen, Survey};
use crate::topology::two_way::WRITTEN;
use crate::topology::{Finding, FindingKind};

/// Finds keys that two buckets replicate to a third one. Where the two replicate them to each other
/// as well, all three hold the same, and that is what was meant.
pub(super) fn find<'a>(survey: &Survey<'_, 'a>, findings: &mut Vec<Finding<'a>>) {
    let links = survey.links();
    for (at, one) in links.iter().enumerate() {
        let others = links.iter().skip(at + 1).filter(|other| other.to == one.to);
        for other in others {
            find_shared(survey, (one, other), findings);
        }
    }
}

fn find_shared<'s, 'a>(
    survey: &Survey<'s, 'a>,
    (one, other): (&Link<'s, 'a>, &Link<'s, 'a>),
    findings: &mut Vec<Finding<'a>>,
) {
    let over = survey.link(one.from, other.from);
    let back = survey.link(other.from, one.from);
    let mut all: BTreeMap<usize, Seen<'a>> = BTreeMap::new();
    for mine in WRITTEN {
        for its in WRITTEN {
            let both = [one.takes(mine), other.takes(its).of_another()];
            let kind = mine.object_kind();
            let (Some(over), Some(back)) = (over, back) else {
                survey.by_rule(&both, kind, &mut all);
                continue;
            };
            for apart in [over.leaves(mine), back.leaves(its).of_another()] {
                let asked: Vec<_> = both.iter().copied().chain([apart]).collect();
                survey.by_rule(&asked, kind, &mut all);
            }
        }
    }
    for seen in all.into_values() {
        let (mine, its, there) = (one.from.name(), other.from.name(), one.to.name());
        let key = seen.hops.first().map_or("", |hop| hop.witness.key());
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
