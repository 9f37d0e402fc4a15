//! Templates that are not well-formed, too large, too deep, or bombs.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use s3_replication::document::{SIZE_LIMIT, read_yaml};

use super::{read, reader};

/// Returns the line and the message of the only finding about a file that can't be read.
#[track_caller]
fn refused(name: &str, text: &str) -> (u32, String) {
    let start = Instant::now();
    let template = read(name, text);
    assert!(start.elapsed() < Duration::from_secs(20), "{name} takes {:?}", start.elapsed());
    let file = &template.files()[0];
    assert!(!file.is_read(), "{name} is read");
    assert_eq!((file.validity(), file.report().len()), (Some(false), 1));
    let found = file.report().iter().next().unwrap();
    assert_eq!(found.code, "malformed-document");
    let place = found.primary.span().unwrap();
    assert!(file.text().text().get(place.range()).is_some(), "{found} is outside of the text");
    let line = file.text().position(place.start()).line;
    (line, found.message.clone())
}

#[test]
fn large_and_deep_texts_are_refused() {
    let large = "# a\n".repeat(SIZE_LIMIT / 4 + 1);
    for name in ["t.yaml", "main.tf"] {
        assert!(refused(name, &large).1.contains("more than 2097152 bytes"));
    }
    let deep = |open: &str, close: &str| open.repeat(100_000) + &close.repeat(100_000);
    for text in [
        format!("Resources: {}", deep("[", "]")),
        format!("Resources: {}", deep("{a: ", "}")),
        deep("{\"Resources\":", "}"),
        (0..1_000).fold("Resources:\n".to_owned(), |mut text, depth| {
            let _ = writeln!(text, "{}a:", " ".repeat(depth + 1));
            text
        }),
    ] {
        let (_, message) = refused("t.yaml", &text);
        assert!(message.contains("nesting deeper than"), "{message}");
    }
    for text in [
        format!("a = {}1{}\n", "[".repeat(100_000), "]".repeat(100_000)),
        format!("a = {}1{}\n", "(".repeat(100_000), ")".repeat(100_000)),
        format!("a = 1{}\n", " + 1".repeat(100_000)),
        format!("a = \"{}{}\"\n", "${\"".repeat(10_000), "\"}".repeat(10_000)),
        "a {\n".repeat(10_000) + &"}\n".repeat(10_000),
    ] {
        refused("main.tf", &text);
    }
}

/// Parsers count bytes, so an error may be inside a character. Its place is that character.
#[test]
fn the_place_of_an_error_is_a_whole_character() {
    for end in ["\u{2028}", "é", "\u{1f980}", "\u{feff}"] {
        for (name, open) in [("main.tf", "a \"b\" {\n#  "), ("main.tf", "a = $")] {
            refused(name, &format!("{open}{end}"));
            refused(name, &format!("{open}{end}\n{end}"));
        }
        for open in ["Resources: {", "Resources: [\"", "Resources:\n  a: b\n c: ", "a: - %"] {
            refused("t.yaml", &format!("{open}{end}"));
        }
    }
}

#[test]
fn aliases_have_a_budget() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let before = format!("*a{}", level - 1);
        let _ = writeln!(text, "a{level}: &a{level} [{}]", vec![before; 10].join(", "));
    }
    text.push_str("Resources: *a9\n");
    assert!(refused("t.yaml", &text).1.contains("aliases"));
    assert!(read_yaml("a: &a\n  b: *a\n").is_err(), "an alias inside its own anchor");
}

#[test]
fn evaluation_has_a_budget() {
    let mut text = "Resources:\n".to_owned();
    for n in 0..60 {
        let _ = writeln!(
            text,
            "  B{n}:\n    Type: AWS::S3::Bucket\n    Properties:\n      \
             BucketName: !Sub '${{B{}}}${{B{}}}'\n      ReplicationConfiguration: {{Role: !Ref B{n}}}",
            n + 1,
            n + 1
        );
    }
    let start = Instant::now();
    let template = read("t.yaml", &text);
    assert_eq!(template.configurations().count(), 60);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());

    let mut text = "locals {\n".to_owned();
    for n in 0..60 {
        let _ = writeln!(text, "  a{n} = [local.a{}, local.a{}]", n + 1, n + 1);
    }
    text.push_str(
        "  a60 = local.a0\n}\nresource \"aws_s3_bucket\" \"b\" {\n  bucket = local.a0\n}\n",
    );
    let start = Instant::now();
    read("main.tf", &text);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn mistakes_of_syntax_are_at_their_places() {
    for (name, text, line, words) in [
        ("t.yaml", "Resources:\n\tPhotos: {}\n", 2, "this is not YAML"),
        ("t.yaml", "Resources: {\n", 1, "unclosed"),
        ("t.yaml", "Resources: 'a\n", 1, "this is not YAML"),
        ("t.yaml", "- a\n", 1, "expected a mapping"),
        ("t.json", "{\"Resources\": {,}}", 1, "expected"),
        ("main.tf", "locals {\n  a = \"b\n  c = 1\n}\n", 2, "the string is not closed"),
        ("main.tf", "locals {\n  a = <<EOT\nb\n}\n", 2, "the heredoc is not closed"),
        ("main.tf", "locals {\n  a = 1\n  a = 2\n}\n", 3, "this is not HCL"),
        ("main.tf", "locals {\n", 1, "this is not HCL"),
        ("main.tf", "locals = {\n a = [1\n", 2, "this is not HCL"),
    ] {
        let (found, message) = refused(name, text);
        assert!(message.contains(words), "{text:?}: {message}");
        assert_eq!(found, line, "{text:?}: {message}");
    }
}

/// Pieces of templates in any order.
fn pieces(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(words), 0..60).prop_map(|all| all.concat())
}

proptest! {
    #[test]
    fn no_text_is_too_strange(
        text in pieces(&[
            "Resources:", "\n", "  ", "- ", "Photos:", "Type: AWS::S3::Bucket", "Properties:", "!Ref ",
            "!Sub '${a}'", "!If [", "]", "{", "}", "*a", "&a ", "<<: ", "Rules:", "Fn::Join: ", "'", "\"",
            ": ", "|\n", ">-\n", "\t", "%YAML 1.1\n", "---\n", "...\n", "\u{FEFF}", "é", "? ", "!!binary ",
            "ReplicationConfiguration:", "a", "0x", "!", "#",
        ])
    ) {
        read("t.yaml", &text);
        let _ = reader().with_parameter("a", "b").read("x", text.as_bytes());
    }

    #[test]
    fn no_module_is_too_strange(
        text in pieces(&[
            "resource \"aws_s3_bucket_replication_configuration\" \"a\" {\n", "rule {\n", "}\n", "a = ",
            "for_each = ", "dynamic \"rule\" {\n", "content {\n", "filter {\n", "[", "]", "{", "}", "\"",
            "${", "%{ if a }", "<<EOT\n", "EOT\n", "<<-E\n", "E\n", "var.a", "local.a", "[*]", ".0", "\n",
            "locals {\n", "count = ", "each.value", "? 1 : 2", "==", "null", "1", "(", ")", "...", "\\u",
            "é", "#", "/*", "replication_configuration {\n", "rules {\n", "tags = { a = 1 }\n",
        ])
    ) {
        read("main.tf", &text);
    }
}
