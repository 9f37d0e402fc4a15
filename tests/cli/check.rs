//! `check` and `lints`, where there is too much to say, and where somebody means harm.

use serde_json::json;

use super::Desk;
use crate::support::{rule_v2, with_role};

/// A document with more warnings than a report keeps.
fn talkative() -> String {
    let mut rules = String::new();
    for number in 0..1_000 {
        let prefix = format!("<Prefix>/* %20{number} </Prefix>");
        let filter = format!("<And>{prefix}<Tag><Key>a</Key><Value>b</Value></Tag></And>");
        rules += &rule_v2(&format!("r{number}"), number, &filter, "backup", "");
    }
    with_role(&rules)
}

#[test]
fn what_is_left_out_is_counted_in_every_format() {
    let desk = Desk::new("left-out");
    desk.put("c.xml", talkative());
    let run =
        |format: &str| desk.run(&["check", "c.xml", "--format", format, "--level", "all=warn"]);
    let left_out = run("json").ended(0).json()["files"][0]["diagnostics_left_out"].clone();
    let left_out = left_out.as_u64().unwrap();
    assert!(left_out > 0);
    let grouped = |number: u64| {
        if number < 1_000 {
            format!("and {number} more finding")
        } else {
            format!("and {},{:03} more finding", number / 1_000, number % 1_000)
        }
    };
    let text = run("text");
    assert!(text.ended(0).out.contains(&grouped(left_out)), "{left_out}");
    let github = run("github");
    let last = github.ended(0).out.lines().last().unwrap().to_owned();
    let expected = format!("::warning file=c.xml::{}", grouped(left_out));
    assert!(last.starts_with(&expected), "{last}");
    let run = run("sarif").ended(0).json()["runs"][0].clone();
    let told = &run["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(told.as_array().unwrap().len(), 1);
    assert!(told[0]["message"]["text"].as_str().unwrap().starts_with(&grouped(left_out)));
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    assert!(super::sarif_schema().is_valid(&json!({
        "version": "2.1.0", "runs": [{"tool": run["tool"], "invocations": run["invocations"]}],
    })));
}

#[test]
fn a_run_that_could_not_read_a_file_is_not_called_successful() {
    let desk = Desk::with_configuration("sarif-unread");
    let log = desk.run(&["check", "c.xml", "gone.xml", "--format", "sarif"]).ended(2).json();
    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], false);
}

#[test]
fn denied_findings_fail_however_much_else_there_is_to_say() {
    let desk = Desk::new("denied");
    let last = rule_v2("last", 5_000, "<Prefix>x*</Prefix>", "other", "");
    desk.put(
        "c.xml",
        talkative()
            .replace("</ReplicationConfiguration>", &format!("{last}</ReplicationConfiguration>")),
    );
    let denied = ["--level", "all=warn", "--level", "prefix-has-wildcard=deny"];
    let ran = desk.run(&[&["check", "c.xml"], &denied[..]].concat());
    assert!(ran.ended(1).out.contains("error[prefix-has-wildcard]"));
}

#[test]
fn annotations_hold_no_control_characters() {
    let desk = Desk::new("annotations");
    let name = "evil\u{1b}\n::error::x.xml";
    let prefix = "<Prefix>/x\u{85}\u{202e}y\u{9b}</Prefix>";
    desk.put(name, with_role(&rule_v2("r", 1, prefix, "backup", "")));
    let level = ["--level", "metrics-absent=allow"];
    let ran = desk.run(&[&["check", name, "--format", "github"], &level[..]].concat());
    let lines: Vec<&str> = ran.ended(0).out.lines().collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    let harmful = |c: char| c.is_control() || c == '\u{202e}';
    assert!(!lines[0].contains(harmful), "{:?}", lines[0]);
    assert!(
        lines[0].starts_with("::warning file=evil\\u{1b}%0A%3A%3Aerror%3A%3Ax.xml,"),
        "{lines:?}"
    );
    assert!(lines[0].contains("/x\\u{85}\\u{202e}y\\u{9b}"), "{lines:?}");
}

/// What a context says has to be clear, and one value where one is wanted.
#[test]
fn a_context_that_can_be_read_in_two_ways_is_refused() {
    let desk = Desk::with_configuration("contexts");
    let repeated = "element-repeated";
    let beside = "`gone` stands beside `Buckets`";
    let kind = "invalid-type";
    for (context, place, expected) in [
        (r#"{"backup": {}, "backup": {}}"#, "1:16", repeated),
        (r#"{"Buckets": {"backup": {}, "backup": null}}"#, "1:28", repeated),
        (r#"{"Buckets": null}"#, "1:13", "expected an object, found null"),
        (r#"{"Buckets": {}, "Buckets": {}}"#, "1:17", "`Buckets` stands beside `Buckets`"),
        (r#"{"Buckets": {}, "gone": null}"#, "1:17", beside),
        (r#"{"gone": null, "Buckets": {}}"#, "1:2", beside),
        (r#"{"gone": {}, "Buckets": {"backup": {}}}"#, "1:2", beside),
        ("[]", "1:1", "expected an object, found `[`"),
        (r#"{"backup": ["Enabled"]}"#, "1:12", kind),
        (r#"{"Buckets": {"backup": [["Enabled"]]}}"#, "1:24", kind),
        (r#"{"Buckets": [{}]}"#, "1:13", kind),
        (r#"{"backup": {"Versioning": ["Enabled"]}}"#, "1:27", kind),
        (r#"{"backup": {"Account": ["123456789012"]}}"#, "1:24", kind),
        (r#"{"backup": {"BucketKeyEnabled": [true]}}"#, "1:33", kind),
        (r#"{"backup": {"DefaultEncryption": ["SSE-S3"]}}"#, "1:34", kind),
        (r#"{"backup": {"Lifecycle": [30]}}"#, "1:26", kind),
        (r#"{"backup": {"Lifecycle": {"ExpirationDays": [30]}}}"#, "1:45", kind),
        (r#"{"backup": {"Payer": ["Requester"]}}"#, "1:22", kind),
        (r#"{"backup": {"Region": "nowhere at line 5"}}"#, "1:23", "`nowhere at line 5`"),
    ] {
        desk.put("b.json", context);
        let ran = desk.run(&["check", "c.xml", "--context", "b.json"]);
        assert_eq!(ran.status, 2, "{context}");
        let ended = ran.ended(2);
        assert!(ended.err.contains(expected), "{context}: {}", ended.err);
        assert!(ended.err.contains(&format!("--> b.json:{place}\n")), "{context}: {}", ended.err);
    }
}

#[test]
fn lints_knows_groups_and_what_documents_give() {
    let desk = Desk::new("lints-more");
    let group = desk.run(&["lints", "cost"]);
    assert!(
        group
            .ended(0)
            .out
            .starts_with("cost (allow): settings that cost money\n  bucket-key-absent ")
    );
    assert!(!group.out.contains("shadowed-rule"), "{}", group.out);
    let json = desk.run(&["lints", "cost", "--format", "json"]).ended(0).json();
    let groups = json["lints"].as_array().unwrap().iter().map(|lint| &lint["group"]);
    assert!(groups.clone().count() > 5 && groups.clone().all(|group| group == "cost"));
    let unknown = desk.run(&["lints", "element-unknown"]);
    assert!(unknown.ended(0).out.starts_with("element-unknown (document, deny, REP-104)\n"));
    assert!(
        unknown.out.contains("that the schema does not define at its place"),
        "{}",
        unknown.out
    );
    let json = desk.run(&["lints", "member-repeated", "--format", "json"]).ended(0).json();
    assert_eq!(
        (&json["lints"][0]["level"], &json["lints"][0]["clause"]),
        (&json!("warn"), &json!("REP-110"))
    );
    // Both lists have them at the end, and their group has a name.
    let documents = desk.run(&["lints", "document"]).ended(0).out.clone();
    assert!(documents.contains("\n  element-unknown "), "{documents}");
    assert!(desk.run(&["lints"]).ended(0).out.contains(&documents));
    let all = desk.run(&["lints", "--format", "json"]).ended(0).json();
    let group = desk.run(&["lints", "document", "--format", "json"]).ended(0).json();
    let (all, group) = (all["lints"].as_array().unwrap(), group["lints"].as_array().unwrap());
    assert!(all.ends_with(group) && group.len() > 5);
    assert!(group.iter().all(|lint| lint["group"] == "document"));
    let wrong = desk.run(&["lints", "element-unknwon"]);
    assert!(wrong.ended(2).err.contains("did you mean `element-unknown`?"), "{}", wrong.err);
}

#[test]
fn a_v1_rule_is_not_told_to_have_what_v1_refuses() {
    let desk = Desk::new("explain-v1");
    let text = json!({"Role": "arn:aws:iam::123456789012:role/r", "Rules": [{"Status": "Enabled",
        "Prefix": "", "Destination": {"Bucket": "arn:aws:s3:::backup"}}]});
    desk.put("c.json", text.to_string());
    let ran = desk.run(&[
        "explain",
        "-c",
        "c.json",
        "--key",
        "a",
        "--replication-status",
        "REPLICA",
        "--event",
        "ObjectTagging:Put",
    ]);
    assert!(ran.out.contains("write the configuration as V2, with `Filter`"), "{}", ran.out);
}

/// The options of the whole command line: colour, and results only.
#[test]
fn colour_and_remarks_follow_the_global_options() {
    let desk = Desk::with_configuration("global-options");
    desk.put("bad.xml", "<Nothing/>");
    let run = |options: &[&str]| {
        let files = ["check", "c.xml", "bad.xml", "--level", "metrics-absent=allow"];
        let arguments = [&files, options].concat();
        desk.run(&arguments).ended(1).out.clone()
    };
    let plain = run(&[]);
    assert!(!plain.contains('\x1b') && plain.contains("not checked"), "{plain}");
    assert!(plain.ends_with("\n2 files: 1 refused, 3 errors\n"), "{plain}");
    let coloured = run(&["--color", "always"]);
    assert!(coloured.contains("\x1b[1;31merror[root-unknown]\x1b[0m: "), "{coloured}");
    assert!(!run(&["--color=never"]).contains('\x1b'));
    let quiet = run(&["--quiet"]);
    assert!(!quiet.contains("not checked") && !quiet.contains("c.xml"), "{quiet}");
    assert!(quiet.contains("error[root-unknown]"), "{quiet}");
}

/// A denied lint is an error in every format, and the document stays valid.
#[test]
fn denied_lints_are_errors_and_the_document_stays_valid() {
    let desk = Desk::new("denied-valid");
    desk.put("c.xml", with_role(&rule_v2("r", 1, "<Prefix>/logs/</Prefix>", "backup", "")));
    let run = |format: &str| {
        let level = "prefix-begins-with-slash=deny";
        let arguments = ["check", "c.xml", "--level", "metrics-absent=allow", "--level", level];
        desk.run(&[&arguments, &["--format", format][..]].concat()).ended(1).out.clone()
    };
    let json: serde_json::Value = serde_json::from_str(&run("json")).unwrap();
    assert_eq!(json["files"][0]["valid"], true);
    assert_eq!(json["files"][0]["diagnostics"][0]["severity"], "error");
    assert!(run("github").starts_with("::error file=c.xml,line="));
    assert!(
        run("text").ends_with("\nc.xml: accepted (V2, 1 rule), but 1 finding is denied by level\n")
    );
}
