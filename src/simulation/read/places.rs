//! The places of findings in the text, without a tree of it.
//!
//! Serde knows no places. The raw values of the buckets and events are slices of the text, though,
//! so the distance of two pointers is an offset. Within one of them the fields are found in the
//! same way.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::path::{FieldPath, Step};
use crate::text::Span;

/// The texts of the buckets and events. Only a text with problems is read twice.
pub(super) struct Places<'t> {
    text: &'t str,
    outline: Outline<'t>,
}

/// The outermost two levels of a scenario, without a look inside.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Outline<'t> {
    #[serde(borrow, default)]
    buckets: BTreeMap<String, &'t RawValue>,
    #[serde(borrow, default)]
    events: Vec<&'t RawValue>,
    #[serde(borrow)]
    until: Option<&'t RawValue>,
}

impl<'t> Places<'t> {
    /// Returns nothing for a text that is no JSON.
    pub(super) fn new(text: &'t str) -> Option<Self> {
        Some(Self { text, outline: serde_json::from_str(text).ok()? })
    }

    /// Returns the place of a field of a bucket or an event; that of the whole for a missing field.
    ///
    /// | path | place |
    /// | --- | --- |
    /// | `Events[2].Key` | the value of `Key` |
    /// | `Events[2].Key`, which is missing | the brace that opens the event |
    /// | `Buckets.photos.Policies.TrustPolicy` | the value of `Policies`: no deeper than one field |
    /// | `Until` | its value |
    pub(super) fn find(&self, path: &FieldPath) -> Option<Span> {
        let Outline { buckets, events, until } = &self.outline;
        let (raw, field) = match path.steps() {
            [Step::Field(_), Step::Field(name), rest @ ..] => {
                (*buckets.get(&**name)?, rest.first())
            }
            [Step::Field(_), Step::Index(at), rest @ ..] => (*events.get(*at)?, rest.first()),
            _ => return Some(self.span((*until)?)),
        };
        let fields = serde_json::from_str::<BTreeMap<String, &RawValue>>(raw.get());
        let value = match (field, &fields) {
            (Some(Step::Field(name)), Ok(fields)) => fields.get(&**name).copied(),
            _ => None,
        };
        Some(value.map_or_else(|| self.first_byte(raw), |value| self.span(value)))
    }

    /// Returns the place of a value.
    ///
    /// A raw value is the text of the value without white space around it, so the place is exact.
    fn span(&self, raw: &RawValue) -> Span {
        let start = offset(self.text, raw.get());
        Span::clamped(start, start + raw.get().len())
    }

    /// Returns the place of the brace that opens a value, where a field is missing in it.
    fn first_byte(&self, raw: &RawValue) -> Span {
        let start = offset(self.text, raw.get());
        Span::clamped(start, start + 1)
    }
}

/// Returns the offset of a part of a text.
pub(super) fn offset(text: &str, part: &str) -> usize {
    part.as_ptr().addr().saturating_sub(text.as_ptr().addr()).min(text.len())
}
