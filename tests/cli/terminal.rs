//! Colours, the width of lines, and `--quiet`, in every command.

use super::{Desk, Ran};
use crate::support::{rule_v2, with_role};

const V1: &str = "<Rule><ID>one</ID><Status>Enabled</Status><Prefix>a/</Prefix>\
    <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>";

fn desk(name: &str) -> Desk {
    let desk = Desk::with_configuration(name);
    desk.put("new.xml", with_role(&rule_v2("all", 1, "<Prefix>a/</Prefix>", "other", "")));
    desk.put("back.xml", with_role(&rule_v2("on", 1, "", "archive", "")));
    desk.put("v1.xml", with_role(V1));
    desk.put(
        "rule.json",
        r#"{"Status": "Enabled", "Filter": {"Prefix": "Tax/"},
            "DeleteMarkerReplication": {"Status": "Disabled"},
            "Destination": {"Bucket": "arn:aws:s3:::backup", "StorageClass": "GLACIER"}}"#,
    );
    desk.put(
        "policy.json",
        r#"{"Assertions": [{"Id": "never", "MustNotReach": {}},
            {"Id": "eu", "MayOnlyReach": {"Regions": ["eu-west-1"]}},
            {"Id": "held", "MustNotReach": {"Buckets": ["nowhere"]}}]}"#,
    );
    let role = "arn:aws:iam::111122223333:role/r";
    desk.put(
        "scenario.json",
        format!(
            r#"{{"Buckets": {{"photos": {{"Versioning": "Enabled", "Replication": {{"Role": "{role}",
                "Rules": [{{"ID": "all", "Status": "Enabled", "Priority": 1, "Filter": {{}},
                  "DeleteMarkerReplication": {{"Status": "Enabled"}},
                  "Destination": {{"Bucket": "arn:aws:s3:::backup"}}}}]}}}},
              "backup": {{"Versioning": "Enabled"}}}},
             "Events": [{{"At": "2026-11-22T09:00:00Z", "Bucket": "photos",
                "Event": "ObjectCreated:Put", "Key": "a", "Size": 1}}]}}"#
        ),
    );
    desk.put("m.csv", "photos,a\nphotos,a\nphotos,\n");
    desk.put("role.json", r#"{"Version": "2012-10-17", "Statement": []}"#);
    desk
}

/// Every command that writes text for people.
const COMMANDS: &[&[&str]] = &[
    &["check", "c.xml", "--level", "all=warn"],
    &["explain", "-c", "c.xml", "--key", "tax/a"],
    &["decide", "-c", "c.xml", "--key", "Tax/a", "--tag", "team=tax", "--format", "text"],
    &["diff", "c.xml", "new.xml"],
    &["diff", "c.xml", "c.xml"],
    &["assert", "-c", "c.xml", "--policy", "policy.json"],
    &["append", "c.xml", "--rule", "rule.json", "--allow-changes"],
    &["migrate", "v1.xml"],
    &["topology", "photos=c.xml", "backup=back.xml"],
    &["permissions", "-c", "c.xml", "--source-bucket", "photos"],
    &[
        "permissions",
        "-c",
        "c.xml",
        "--source-bucket",
        "photos",
        "--check",
        "--role-policy",
        "role.json",
    ],
    &["simulate", "scenario.json"],
    &["batch", "check", "m.csv"],
    &["lints"],
    &["lints", "shadowed-rule"],
    &["dialects"],
    &["dialects", "aws", "minio"],
    &["demo"],
];

fn without_colours(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        out.push_str(before);
        let (codes, after) = after.split_once('m').unwrap();
        assert!(codes.chars().all(|c| c.is_ascii_digit() || c == ';'), "{codes:?}");
        rest = after;
    }
    out + rest
}

fn all(ran: &Ran) -> String {
    format!("{}\n{}", ran.out, ran.err)
}

#[test]
fn colours_change_nothing_else() {
    let desk = desk("terminal-colours");
    for command in COMMANDS {
        let run = |color: &str| all(&desk.run(&[command, &["--color", color][..]].concat()));
        let (always, never) = (run("always"), run("never"));
        assert!(always.contains("\u{1b}["), "{command:?}: {always}");
        assert!(!never.contains('\u{1b}'), "{command:?}: {never}");
        assert_eq!(without_colours(&always), never, "{command:?}");
        assert_eq!(run("auto"), never, "no terminal: {command:?}");
    }
}

#[test]
fn the_environment_decides_where_the_user_does_not() {
    let desk = desk("terminal-environment");
    let is_coloured = |arguments: &[&str], variables: &[(&str, &str)]| {
        all(&desk.run_under(&[&["diff", "c.xml", "new.xml"], arguments].concat(), variables))
            .contains('\u{1b}')
    };
    assert!(is_coloured(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!is_coloured(&[], &[("CLICOLOR_FORCE", "0")]));
    assert!(!is_coloured(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(is_coloured(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(!is_coloured(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
}

/// Lines that are copied and so keep their length: documents, and places of findings.
fn keeps_its_length(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with(['{', '}', '[', ']', '"', '<', '`'])
        || line.contains(" | ")
        || line.contains("{\"")
        || line.starts_with("| ")
}

#[test]
fn lines_fit_the_terminal_and_no_word_is_lost() {
    let desk = desk("terminal-width");
    for command in COMMANDS {
        let run = |columns: Option<&str>| {
            let variables: Vec<(&str, &str)> =
                columns.map(|width| ("COLUMNS", width)).into_iter().collect();
            let arguments = [command, &["--color", "always"][..]].concat();
            without_colours(&all(&desk.run_under(&arguments, &variables)))
        };
        let words = |text: &str| -> Vec<String> {
            // Source lines are cut to the window, so only text is compared.
            let lines = text.lines().filter(|line| !line.contains(" | "));
            lines.flat_map(str::split_whitespace).map(str::to_owned).collect()
        };
        let whole = run(None);
        for width in [80, 100, 120] {
            let text = run(Some(&width.to_string()));
            for line in text.lines().filter(|line| !keeps_its_length(line)) {
                let longest = line.split_whitespace().map(|word| word.chars().count()).max();
                let is_one_word = longest.unwrap_or(0) > width / 2;
                let columns = line.trim_end().chars().count();
                assert!(columns <= width || is_one_word, "{command:?} at {width}: {line}");
            }
            assert_eq!(words(&text), words(&whole), "{command:?} at {width}");
        }
    }
}

/// A message about the standard input is text, although its name has the brackets of XML.
#[test]
fn messages_about_the_standard_input_fit_the_terminal() {
    let desk = desk("terminal-stdin");
    let arguments = ["decide", "-c", "c.xml", "--color", "always"];
    let child = desk.start_with(&arguments, &[("COLUMNS", "40")]);
    let text = without_colours(&all(&Desk::wait(child, "{\"Kye\": 1}\n")));
    let expected =
        "<stdin>:1: unknown member `Kye` in an\n  object; did you mean `Key`? (column 6)\n";
    assert!(text.contains(expected), "{text}");
}

/// The commands that a help text lists.
fn commands(help: &str) -> Vec<String> {
    let Some((_, list)) = help.split_once("\nCommands:\n") else { return Vec::new() };
    let lines = list.lines().take_while(|line| !line.is_empty());
    let names = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .filter(|name| name != "help")
        .collect()
}

/// Every command and command in a command, with the arguments that name it.
fn every_command(desk: &Desk) -> Vec<Vec<String>> {
    let (mut found, mut open) = (Vec::new(), vec![Vec::new()]);
    while let Some(path) = open.pop() {
        let help = help(desk, &path, 100);
        for name in commands(&help) {
            open.push([path.clone(), vec![name]].concat());
        }
        found.push(path);
    }
    found
}

fn help(desk: &Desk, path: &[String], width: usize) -> String {
    let mut arguments: Vec<&str> = path.iter().map(String::as_str).collect();
    arguments.push("--help");
    let ran = desk.run_under(&arguments, &[("COLUMNS", &width.to_string())]);
    ran.ended(0);
    ran.out
}

#[test]
fn help_fills_the_terminal() {
    let desk = Desk::new("terminal-help");
    let commands = every_command(&desk);
    assert!(commands.len() >= 22, "{commands:?}");
    for path in commands {
        let mut examples: Vec<Vec<String>> = Vec::new();
        for width in [80, 100, 120] {
            let help = help(&desk, &path, width);
            let lines: Vec<&str> = help.lines().collect();
            for line in &lines {
                assert!(line.trim_end().chars().count() <= width, "{path:?} at {width}: {line}");
            }
            // A paragraph goes on to the end of the line, so no line was broken by hand.
            for pair in lines.windows(2) {
                let is_prose = |line: &str| !line.is_empty() && !line.starts_with(' ');
                if let [first, second] = pair
                    && is_prose(first)
                    && is_prose(second)
                    && !first.starts_with("Usage:")
                {
                    let next = second.split(' ').next().unwrap_or_default();
                    let fits = first.chars().count() + 1 + next.chars().count() <= width;
                    assert!(!fits, "{path:?} at {width}: {first}\n{second}");
                }
            }
            let behind = help.split_once("Read no settings\n").map_or("", |(_, behind)| behind);
            let indented = behind.lines().filter(|line| line.starts_with(' '));
            examples.push(indented.map(str::to_owned).collect());
        }
        assert_eq!(examples[0], examples[2], "{path:?}: an example is broken at 80 columns");
    }
}

#[test]
fn quiet_leaves_results_only() {
    let desk = desk("terminal-quiet");
    for command in COMMANDS {
        let loud = desk.run(command);
        let quiet = desk.run(&[command, &["--quiet"][..]].concat());
        assert_eq!(quiet.status, loud.status, "{command:?}");
        assert!(!quiet.err.contains("note:"), "{command:?}: {}", quiet.err);
    }
    // A new destination: the advice is a remark.
    assert!(desk.run(&["diff", "c.xml", "new.xml"]).err.contains("note:"));
    for silent in [&["migrate", "v1.xml"][..], &["convert", "c.xml", "--to", "cli-json"]] {
        let ran = desk.run(&[silent, &["-q"]].concat());
        assert_eq!(ran.ended(0).err, "", "{silent:?}");
    }
    let other = ["append", "back.xml", "--rule", "rule.json", "-q"];
    let loud = desk.run(&["append", "back.xml", "--rule", "rule.json"]);
    assert!(loud.ended(0).err.contains("Priority:"), "{}", loud.err);
    assert!(!desk.run(&other).ended(0).err.contains("Priority:"));
    assert_eq!(
        desk.run(&["check", "c.xml", "-q", "--level", "metrics-absent=allow"]).ended(0).out,
        ""
    );
}
