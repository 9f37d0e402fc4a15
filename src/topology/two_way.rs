//! What two buckets bring to each other, and what only one of them brings.

use std::collections::BTreeMap;

use crate::analysis::{Case, ObjectKind};
use crate::topology::survey::{Link, Seen, Survey};
use crate::topology::{Finding, FindingKind};

/// The kinds of objects that users write.
pub(super) const WRITTEN: [Case; 2] = [Case::Object, Case::ObjectUnderKms];

pub(super) fn find<'a>(survey: &Survey<'_, 'a>, findings: &mut Vec<Finding<'a>>) {
    for out in survey.links() {
        if let Some(back) = survey.link(out.to, out.from)
            && goes_both_ways(survey, out, back)
        {
            find_asymmetric(survey, (out, back), findings);
            find_delete_markers(survey, (out, back), findings);
        }
    }
}

/// Returns true when some object goes there when it is written here, and here when it is written
/// there. Two buckets that only bring different objects to each other are two one-way replications.
pub(super) fn goes_both_ways<'s, 'a>(
    survey: &Survey<'s, 'a>,
    out: &Link<'s, 'a>,
    back: &Link<'s, 'a>,
) -> bool {
    WRITTEN.into_iter().any(|case| survey.any(&[out.takes(case), back.takes(case)]))
}

fn find_asymmetric<'s, 'a>(
    survey: &Survey<'s, 'a>,
    (out, back): (&Link<'s, 'a>, &Link<'s, 'a>),
    findings: &mut Vec<Finding<'a>>,
) {
    let mut all = BTreeMap::new();
    for case in WRITTEN {
        survey.by_rule(&[out.takes(case), back.leaves(case)], case.object_kind(), &mut all);
    }
    for seen in all.into_values() {
        let (here, there) = (out.from.name(), out.to.name());
        let message = format!("{}, and `{there}` would not bring it back", seen.told(0));
        let help = format!(
            "give `{there}` a rule for `{here}` that takes it too, or narrow this one; until then \
             what is written to `{there}`, in a failover say, stays there"
        );
        let finding = Finding::new(FindingKind::TwoWayAsymmetric, out.from.name(), seen);
        findings.push(finding.saying(message, help));
    }
}

/// Finds keys whose objects go both ways, and whose delete markers go one way.
fn find_delete_markers<'s, 'a>(
    survey: &Survey<'s, 'a>,
    (out, back): (&Link<'s, 'a>, &Link<'s, 'a>),
    findings: &mut Vec<Finding<'a>>,
) {
    let marker = Case::DeleteMarker;
    let mut all: BTreeMap<usize, Seen<'a>> = BTreeMap::new();
    for case in WRITTEN {
        let asked = [
            out.takes(marker).of_another(),
            back.leaves(marker).of_another(),
            out.takes(case),
            back.takes(case),
        ];
        survey.by_rule(&asked, ObjectKind::DeleteMarkers, &mut all);
    }
    for seen in all.into_values() {
        let there = out.to.name();
        let message = format!(
            "{}, and `{there}` would not bring its own back, though objects of that key go both ways",
            seen.told(0)
        );
        let help = format!(
            "let a rule of `{there}` without tags replicate delete markers too; until then what is \
             deleted there is still there in `{}`",
            out.from.name()
        );
        let finding = Finding::new(FindingKind::DeleteMarkersOneWay, out.from.name(), seen);
        findings.push(finding.saying(message, help).about("DeleteMarkerReplication"));
    }
}
