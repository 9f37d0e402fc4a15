//! Refusals of inputs: every command writes them in the format that is asked for.

use serde_json::Value;

use super::{Desk, Ran, sarif_schema};

/// The commands with a place for an input, and the options that name it.
const COMMANDS: &[&str] = &[
    "check FILE",
    "check c.xml --context FILE",
    "decide -c FILE --key a",
    "decide -c c.xml --key a --context FILE",
    "explain -c FILE --key a",
    "explain -c c.xml --key a --source-bucket photos --role-policy FILE",
    "lints FILE",
    "assert -c FILE --policy p.json",
    "assert -c c.xml --policy FILE",
    "diff c.xml FILE",
    "diff FILE c.xml",
    "migrate FILE",
    "topology photos=FILE",
    "topology photos=c.xml --context FILE",
    "permissions -c FILE --source-bucket photos",
    "permissions -c c.xml --source-bucket photos --context FILE",
    "permissions -c c.xml --source-bucket photos --batch FILE",
    "permissions -c c.xml --source-bucket photos --check --role-policy FILE",
    "permissions -c c.xml --source-bucket photos --check --bucket-policy backup=FILE",
    "simulate FILE",
    "batch run -c FILE --objects o.jsonl --source-bucket photos --dry-run",
    "batch run -c c.xml --job FILE --objects o.jsonl",
    "batch check FILE",
    "batch check list.csv -c FILE",
    "batch report FILE",
];

/// Inputs that no command takes.
const INPUTS: &[(&str, Option<&[u8]>)] = &[
    ("gone.xml", None),
    ("refused.xml", Some(b"<ReplicationConfiguration/>")),
    ("cut.json", Some(b"{\"Role\": ")),
    ("iam.json", Some(b"{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": 3}}")),
    ("bytes.xml", Some(b"<Replication\xff\xfe")),
    ("empty.json", Some(b"")),
    // The settings of a project are an input of most commands, too.
    ("c.xml --config settings.toml", None),
    // A value under a misspelled name is found when everything is read.
    ("t.json --parameter Rol=x", None),
];

fn desk(name: &str) -> Desk {
    let desk = Desk::with_configuration(name);
    for (name, content) in INPUTS {
        if let Some(content) = content {
            desk.put(name, content);
        }
    }
    desk.put("settings.toml", "dialekt = \"aws\"\n");
    desk.put("p.json", r#"{"Assertions": [{"Id": "a", "MustNotReach": {"Buckets": ["vault"]}}]}"#);
    desk.put("o.jsonl", "{\"Key\": \"a\"}\n");
    desk.put("list.csv", "photos,a,v\n");
    let rule =
        r#"{"Status": "Enabled", "Prefix": "", "Destination": {"Bucket": "arn:aws:s3:::backup"}}"#;
    desk.put(
        "t.json",
        format!(
            r#"{{"Resources": {{"Photos": {{"Type": "AWS::S3::Bucket", "Properties": {{
                "BucketName": "photos", "ReplicationConfiguration": {{
                    "Role": "arn:aws:iam::111122223333:role/r", "Rules": [{rule}]}}}}}}}}}}"#
        ),
    );
    desk
}

/// Returns the formats of a command, without its own for graphs.
fn formats(command: &str) -> &'static [&'static str] {
    match command.split(' ').next() {
        Some("check" | "assert" | "diff" | "topology") => &["text", "json", "sarif", "github"],
        _ => &["text", "json"],
    }
}

/// Returns true if a document says what is wrong: `errors`, or findings about the file.
fn says_why(answer: &Value) -> bool {
    let is_filled =
        |value: &Value| value.as_array().is_some_and(|items: &Vec<Value>| !items.is_empty());
    let files = answer["files"].as_array().into_iter().flatten();
    is_filled(&answer["errors"])
        || is_filled(&answer["diagnostics"])
        || files.into_iter().any(|file| is_filled(&file["diagnostics"]))
}

#[test]
fn every_format_of_every_command_carries_refusals() {
    let (desk, schema) = (desk("refusals-all"), sarif_schema());
    let mut refused = 0;
    for command in COMMANDS {
        for (input, _) in INPUTS {
            let line = command.replace("FILE", input);
            let run = |format| {
                let arguments: Vec<&str> = line.split(' ').chain(["--format", format]).collect();
                desk.run(&arguments)
            };
            let text = run("text");
            // Some inputs are right for some commands, and clap refuses an option that one lacks.
            if text.status == 0 || text.err.contains("Usage:") {
                continue;
            }
            refused += 1;
            assert!(!text.err.is_empty() || !text.out.is_empty(), "{line}");
            for format in &formats(command)[1..] {
                let ran = run(format);
                assert_eq!(ran.status, text.status, "{line}: {}", ran.err);
                assert!(is_refusal(format, &ran, &schema), "{line}: {}", ran.out);
            }
        }
    }
    assert!(refused > COMMANDS.len() * 5, "{refused}");
}

fn is_refusal(format: &str, ran: &Ran, schema: &jsonschema::Validator) -> bool {
    match format {
        "json" => says_why(&ran.json()),
        "sarif" => {
            let (log, run) = (ran.json(), &ran.json()["runs"][0]);
            let notifications =
                [&run["results"], &run["invocations"][0]["toolExecutionNotifications"]];
            schema.is_valid(&log)
                && notifications.iter().any(|notifications| {
                    notifications.as_array().is_some_and(|notifications| !notifications.is_empty())
                })
        }
        _ => !ran.out.is_empty() && ran.out.lines().all(|line| line.starts_with("::")),
    }
}

/// Every command with a choice of formats is in the table.
#[test]
fn every_command_is_tried() {
    let desk = Desk::new("refusals-commands");
    let commands = |arguments: &[&str]| -> Vec<String> {
        let help = desk.run(arguments).ended(0).out.clone();
        let list = help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next());
        let names = list.unwrap_or_default().lines().filter(|line| !line.starts_with("   "));
        names.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
    };
    let batch = commands(&["batch", "--help"]);
    let all = commands(&["--help"]).into_iter().filter(|name| name != "batch");
    let all: Vec<String> =
        all.chain(batch.into_iter().map(|name| format!("batch {name}"))).collect();
    assert!(all.len() > 15, "{all:?}");
    for name in all.iter().filter(|name| !name.ends_with("help")) {
        let arguments: Vec<&str> = name.split(' ').chain(["--help"]).collect();
        // A wrong name of a dialect is a mistake of usage.
        let has_formats = desk.run(&arguments).out.contains("--format <") && name != "dialects";
        let is_tried = COMMANDS.iter().any(|command| command.starts_with(&format!("{name} ")));
        assert_eq!(has_formats, is_tried, "{name}");
    }
}

/// A mistake of usage is on the standard error only, because the format may be the mistake.
#[test]
fn mistakes_of_usage_are_on_the_standard_error() {
    let desk = desk("refusals-usage");
    for line in
        ["check c.xml --levl cost=warn", "decide --key a", "dialects nope", "lints --format x"]
    {
        let arguments: Vec<&str> = line.split(' ').chain(["--format", "json"]).collect();
        let ran = desk.run(&arguments);
        assert_eq!(ran.ended(2).out, "", "{line}");
        assert!(ran.err.starts_with("error: "), "{line}: {}", ran.err);
    }
}
