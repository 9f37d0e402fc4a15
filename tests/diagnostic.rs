//! Findings: their rendering, for texts of any shape, and the answers of a store.

mod answers;

use std::time::{Duration, Instant};

use proptest::prelude::*;
use s3_replication::diagnostic::{Place, RenderOptions, SarifLog};
use s3_replication::path::FieldPath;
use s3_replication::text::{SourceText, Span};
use s3_replication::{Diagnostic, Parser, Report, clause, lint};
use serde_json::{Value, json};

use crate::support::ROLE;

/// A document whose rules have one finding each: their storage classes do not exist.
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

/// A document in one line is rendered as fast as one in many.
#[test]
fn long_lines_are_rendered_fast() {
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

/// A window around a place is shown, cut on both sides of a long line.
#[test]
fn places_are_shown_in_a_window_of_their_line() {
    let text = document(3).to_string();
    let shown = rendered(&text);
    let at = text.find("\"/2/\"").unwrap();
    assert!(shown.contains(&format!("--> c.json:1:{}\n", at + 1)), "{shown}");
    let line = format!("1 | …{}\"/2/\"{}…\n", &text[at - 46..at], &text[at + 5..at + 52]);
    assert!(shown.contains(&line), "{line}\n{shown}");
    let marks = format!("  | {}^^^^^ ", " ".repeat(47));
    assert!(shown.contains(&marks), "{shown}");

    // A line ends where it ends, in whatever way.
    for end in ["\n", "\r\n"] {
        let text = serde_json::to_string_pretty(&document(1)).unwrap().replace('\n', end);
        let shown = rendered(&text);
        assert!(shown.contains("\"StorageClass\": \"/1/\"\n"), "{shown}");
        assert!(!shown.contains("\\u{d}"), "{shown}");
    }
}

/// On a terminal no line is wider than the terminal, and no word of a message is lost.
#[test]
fn findings_fit_the_width_of_a_terminal() {
    let text = document(3).to_string();
    let parsed = Parser::new().named("c.json").parse_json(&text);
    let wide = parsed.report().render(parsed.text());
    for width in [40, 60, 80, 120] {
        let options = RenderOptions::new().with_width(width);
        let shown = parsed.report().render_with(parsed.text(), options);
        let is_source = |line: &&str| line.contains(" | ");
        for line in shown.lines().filter(|line| !line.contains(" | ") || !line.contains('`')) {
            assert!(line.chars().count() <= width || !line.trim().contains(' '), "{width}: {line}");
        }
        let words = |text: &str| {
            let lines = text.lines().filter(|line| !is_source(line));
            lines.flat_map(str::split_whitespace).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(words(&shown), words(&wide), "{width}");
    }
}

/// A row has the layout of a field, with the line of its file instead of an excerpt.
#[test]
fn rows_are_shown_with_file_and_line() {
    let place = Place::row("list.csv", 17).in_column("Key");
    let finding = Diagnostic::error("key-invalid", &clause::BUCKET_ARN, place, "the key is empty")
        .with_consequence("the job fails: InvalidManifestContent")
        .with_help("write a key");
    let grade = clause::BUCKET_ARN.grade();
    let expected = format!(
        "error[key-invalid]: the key is empty\n --> `Key` in list.csv:17\n  = the job fails: \
         InvalidManifestContent\n  = help: write a key\n  = clause: {} (evidence: {grade})\n\n",
        clause::BUCKET_ARN,
    );
    assert_eq!(finding.render(RenderOptions::new()), expected);
    let json = serde_json::to_value(&finding).unwrap();
    assert_eq!(
        json,
        json!({
            "code": "key-invalid", "severity": "error", "message": "the key is empty",
            "file": "list.csv", "line": 17, "field": "Key", "help": "write a key",
            "clause": clause::BUCKET_ARN.id(), "evidence": grade.to_string(),
            "consequence": "the job fails: InvalidManifestContent",
        })
    );
    let report = Report::from_iter([finding]);
    let text = SourceText::new("job.json", "{}");
    let github = report.in_text(&text).github("job.json");
    assert!(github.starts_with("::error file=list.csv,line=17,title=key-invalid::"), "{github}");
    let mut log = SarifLog::new(lint::describe);
    log.add("job.json", &report.in_text(&text));
    let log: Value = serde_json::from_str(&log.finish(true)).unwrap();
    let location = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], "list.csv");
    assert_eq!(location["region"]["startLine"], 17);
}

/// A report on several documents finds each place in the text that it names.
#[test]
fn places_name_their_documents() {
    let photos = SourceText::new("photos", "[]\n{}");
    let backup = SourceText::new("backup", "{}\n\n[]");
    let second = Place::field(FieldPath::rule(1)).in_document("backup");
    let finding = Diagnostic::note("pair", None, FieldPath::rule(0), "two rules")
        .at(Span::new(3, 5).unwrap())
        .with_note(second, "rule `b`");
    let report = Report::from_iter([finding]);
    let located = report.in_text(&photos).with_text(&backup);
    let shown = located.render(RenderOptions::new());
    assert!(shown.contains(" --> photos:2:1\n"), "{shown}");
    assert!(shown.contains(" = at `Rule[1]` of backup: rule `b`\n"), "{shown}");
    assert!(!shown.contains("clause"), "{shown}");
    let json = serde_json::to_value(&located).unwrap();
    assert_eq!((&json[0]["line"], &json[0]["notes"][0]["document"]), (&json!(2), &json!("backup")));
    assert!(!report.is_refused() && !report.has_errors());
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
