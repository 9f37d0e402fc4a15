//! Where in the text something is written.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::path::Step;
use crate::simulation::Problem;
use crate::text::Position;

/// Finds the places of problems that have none yet. Only a text with problems is read twice.
pub(super) fn locate(problems: &mut [Problem], text: &str) {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Outline<'t> {
        #[serde(borrow, default)]
        buckets: BTreeMap<String, &'t RawValue>,
        #[serde(borrow, default)]
        events: Vec<&'t RawValue>,
    }
    let Ok(outline) = serde_json::from_str::<Outline<'_>>(text) else { return };
    for problem in problems.iter_mut().filter(|problem| problem.position.is_none()) {
        let (raw, field) = match problem.path.steps() {
            [Step::Field(_), Step::Field(name), rest @ ..] => {
                (outline.buckets.get(&**name), rest.first())
            }
            [Step::Field(_), Step::Index(at), rest @ ..] => (outline.events.get(*at), rest.first()),
            _ => continue,
        };
        let Some(raw) = raw else { continue };
        let fields = serde_json::from_str::<BTreeMap<String, &RawValue>>(raw.get());
        let fields = fields.unwrap_or_default();
        let value = match field {
            Some(Step::Field(name)) => fields.get(&**name),
            _ => None,
        };
        let at = offset(text, value.unwrap_or(raw).get());
        problem.position = Some(position(text, at));
    }
}

/// Returns where a part of a text begins in it.
pub(super) fn offset(text: &str, part: &str) -> usize {
    part.as_ptr().addr().saturating_sub(text.as_ptr().addr()).min(text.len())
}

pub(super) fn position(text: &str, offset: usize) -> Position {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Position { line: number(line), column: number(column) }
}
