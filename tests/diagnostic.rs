//! How findings are shown, whatever the text they are about looks like.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use s3_replication::Parser;
use s3_replication::text::SourceText;
use serde_json::{Value, json};

use crate::support::ROLE;

/// Rules of which each has a finding: there is no such storage class.
fn document(rules: usize) -> Value {
    let rules = (1..=rules).map(|number| {
        json!({"ID": format!("r{number}"), "Status": "Enabled", "Priority": number,
            "Filter": {"Prefix": ""},
            "DeleteMarkerReplication": {"Status": "Disabled"},
            "Destination": {"Bucket": "arn:aws:s3:::backup", "StorageClass": format!("/{number}/")}})
    });
    json!({"Role": ROLE, "Rules": rules.collect::<Vec<_>>()})
}

fn rendered(text: &str) -> String {
    let parsed = Parser::new().named("c.json").parse_json(text);
    parsed.report().render(parsed.text())
}

/// A document in one line is shown as fast as one in many.
#[test]
fn long_lines_are_shown_at_once() {
    let document = document(1000);
    let (line, lines) = (document.to_string(), serde_json::to_string_pretty(&document).unwrap());
    let time = |text: &str| {
        let parsed = Parser::new().named("c.json").parse_json(text);
        let began = Instant::now();
        let shown = parsed.report().render(parsed.text());
        (began.elapsed(), shown)
    };
    let ((long, shown), (short, others)) = (time(&line), time(&lines));
    let count = |shown: &str| shown.matches("--> c.json:").count();
    assert!(count(&shown) >= 500);
    assert_eq!(count(&shown), count(&others));
    assert!(long < short * 10 + Duration::from_secs(1), "{long:?} against {short:?}");
}

/// What is around a place is shown, cut on both sides where the line is long.
#[test]
fn places_are_shown_with_what_is_around_them() {
    let text = document(3).to_string();
    let shown = rendered(&text);
    let at = text.find("\"/2/\"").unwrap();
    assert!(shown.contains(&format!("--> c.json:1:{}\n", at + 1)), "{shown}");
    let line = format!("1 | …{}\"/2/\"{}…\n", &text[at - 50..at], &text[at + 5..at + 55]);
    assert!(shown.contains(&line), "{line}\n{shown}");
    let marks = format!("  | {}^^^^^ ", " ".repeat(51));
    assert!(shown.contains(&marks), "{shown}");

    // A line ends where it ends, in whatever way.
    for end in ["\n", "\r\n"] {
        let text = serde_json::to_string_pretty(&document(1)).unwrap().replace('\n', end);
        let shown = rendered(&text);
        assert!(shown.contains("\"StorageClass\": \"/1/\"\n"), "{shown}");
        assert!(!shown.contains("\\u{d}"), "{shown}");
    }
}

proptest! {
    /// Lines and columns are those that counting from the beginning gives.
    #[test]
    fn positions_are_counted(
        parts in prop::collection::vec(("[aö€𝄞]{0,3}", 0_usize..900, any::<bool>()), 1..8),
        places in prop::collection::vec(any::<prop::sample::Index>(), 1..20),
    ) {
        let text: String = parts
            .iter()
            .map(|(part, times, ends)| part.repeat(*times) + if *ends { "\n" } else { "" })
            .collect();
        let source = SourceText::new("c.json", text.as_str());
        let offsets: Vec<usize> =
            text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        for place in places {
            let offset = *place.get(&offsets);
            let before = &text[..offset];
            let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
            let position = source.position(offset.try_into().unwrap());
            let expected = (before.matches('\n').count() + 1, column);
            prop_assert_eq!((position.line as usize, position.column as usize), expected);
        }
    }
}
