//! `.s3-replication.toml`: where it is found, what it changes, and what is wrong with it.

use serde_json::json;

use super::{Desk, Ran};
use crate::support::{rule_v2, with_role};

/// A desk with a rule that begins with a slash, in a folder.
fn desk(name: &str, settings: &str) -> Desk {
    let desk = Desk::new(name);
    std::fs::create_dir_all(desk.0.join("stacks/deep")).unwrap();
    let rule = rule_v2("tax", 1, "<Prefix>/Tax/</Prefix>", "backup", "");
    desk.put("stacks/deep/r.xml", with_role(&rule));
    desk.put(".s3-replication.toml", settings);
    desk
}

const SLASH: &str = "prefix-begins-with-slash";

fn allow(finding: &str, rest: &str) -> String {
    format!("[[allow]]\nfinding = '{finding}'\nreason = 'the keys are old'\n{rest}\n")
}

#[track_caller]
fn assert_allowed(ran: &Ran, is_allowed: bool) {
    let document = ran.ended(0).json();
    let file = &document["files"][0];
    let found = file["diagnostics"].as_array().unwrap();
    let is_found = found.iter().any(|found| found["code"] == SLASH);
    assert_eq!(!is_found, is_allowed, "{document:#}");
    let allowed = file["allowed"].as_array().map_or(0, Vec::len);
    assert_eq!(allowed, usize::from(is_allowed));
}

#[test]
fn settings_are_found_in_the_nearest_folder_above() {
    let desk = desk("settings-found", "[levels]\nprefix-begins-with-slash = 'deny'\n");
    let check = |folder: &str, arguments: &[&str]| {
        let inside = Desk(desk.0.join(folder));
        let ran = inside.run(&[&["check", "r.xml"], arguments].concat());
        std::mem::forget(inside);
        ran
    };
    check("stacks/deep", &[]).ended(1);
    check("stacks/deep", &["--no-config"]).ended(0);
    // The command line precedes the settings.
    check("stacks/deep", &["--level", "prefix-begins-with-slash=warn"]).ended(0);
    desk.put("stacks/.s3-replication.toml", "");
    check("stacks/deep", &[]).ended(0);
    check("stacks/deep", &["--config", "../../.s3-replication.toml"]).ended(1);
    let both = check("stacks/deep", &["--config", "x", "--no-config"]);
    assert!(both.ended(2).err.contains("cannot be used with"), "{}", both.err);
}

#[test]
fn the_more_specific_level_counts() {
    let settings = "[levels]\nshadowed-rule = 'note'\nall = 'allow'\nsuspicious = 'deny'\n";
    let desk = desk("settings-levels", settings);
    let ran = desk.run(&["check", "stacks/deep/r.xml", "--format", "json"]);
    let severities = ran.ended(1).json()["files"][0]["diagnostics"].clone();
    let severities = severities.as_array().unwrap();
    assert!(severities.iter().any(|found| found["code"] == SLASH && found["severity"] == "error"));
}

#[test]
fn dialect_and_questions_apply_to_every_command() {
    let desk = desk("settings-dialect", "dialect = 'aws'\n[questions]\ntags = 'any'\n");
    let tags =
        "<And><Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>b</Key><Value>2</Value></Tag></And>";
    desk.put("c.xml", with_role(&rule_v2("r", 1, tags, "backup", "")));
    let replicates = |arguments: &[&str]| {
        let object = ["decide", "-c", "c.xml", "--key", "k", "--tag", "a=1"];
        desk.run(&[&object, arguments].concat()).ended(0).json()["Replicates"].clone()
    };
    assert_eq!(replicates(&[]), json!(true));
    assert_eq!(replicates(&["--no-config"]), json!(false));
    // A dialect that is named has its own answers.
    assert_eq!(replicates(&["--dialect", "aws"]), json!(false));
    assert_eq!(replicates(&["--question", "tags=all"]), json!(false));
    let differ = ["diff", "c.xml", "--dialect-new", "aws", "--format", "json"];
    assert_eq!(desk.run(&differ).ended(1).json()["equivalent"], false);
}

#[test]
fn the_context_is_relative_to_the_settings() {
    let desk = desk("settings-context", "context = 'buckets.json'\n");
    desk.put("buckets.json", r#"{"Buckets": {"backup": null}}"#);
    let inside = Desk(desk.0.join("stacks"));
    let ran = inside.run(&["check", "deep/r.xml", "--format", "json"]);
    std::mem::forget(inside);
    let codes = ran.ended(1).codes();
    assert!(codes.iter().any(|code| code == "destination-missing"), "{codes:?}");
    desk.put("stacks/none.json", "{}");
    desk.run(&["check", "stacks/deep/r.xml", "--context", "stacks/none.json"]).ended(0);
}

#[test]
fn files_of_the_settings_are_checked_where_none_is_named() {
    let desk = desk("settings-files", "files = ['stacks/**/*.xml']\n");
    let names = |ran: &Ran| {
        let files = ran.ended(0).json()["files"].as_array().unwrap().clone();
        files.iter().map(|file| file["file"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&desk.run(&["check", "--format", "json"])), ["stacks/deep/r.xml"]);
    let inside = Desk(desk.0.join("stacks"));
    assert_eq!(names(&inside.run(&["check", "--format", "json"])), ["../stacks/deep/r.xml"]);
    std::mem::forget(inside);
    let none = desk.run(&["check", "--no-config"]);
    assert!(none.ended(2).err.contains("set `files` in `.s3-replication.toml`"), "{}", none.err);
    desk.put(".s3-replication.toml", "files = ['gone.xml']\n");
    desk.run(&["check"]).ended(2);
}

#[test]
fn a_finding_is_allowed_at_its_place_only() {
    let desk = desk("settings-allow", "");
    for (entry, is_allowed) in [
        ("", true),
        ("rule = 'tax'", true),
        ("rule = 'gone'", false),
        ("rule = '#1'", false),
        ("file = 'stacks/**/*.xml'", true),
        ("file = './stacks/deep/r.xml'", true),
        ("file = 'stacks/*.xml'", false),
        ("file = 'stacks/deep/r.xml'\nrule = 'tax'", true),
        ("file = 'stacks/deep/r.xml'\nrule = 'gone'", false),
        ("resource = 'Photos'", false),
    ] {
        desk.put(".s3-replication.toml", allow(SLASH, entry));
        let ran = desk.run(&["check", "stacks/deep/r.xml", "--format", "json"]);
        assert_allowed(&ran, is_allowed);
    }
    let text = desk.run(&["check", "stacks/deep/r.xml", "--config", ".s3-replication.toml"]);
    assert!(!text.ended(0).out.contains("allowed"));
    desk.put(".s3-replication.toml", allow(SLASH, ""));
    let text = desk.run(&["check", "stacks/deep/r.xml"]);
    assert!(text.ended(0).out.contains("1 finding allowed"), "{}", text.out);
}

#[test]
fn an_entry_is_about_one_configuration_of_a_template() {
    let desk = Desk::new("settings-resource");
    let bucket = |name: &str| {
        json!({"Type": "AWS::S3::Bucket", "Properties": {"BucketName": name,
            "VersioningConfiguration": {"Status": "Enabled"},
            "ReplicationConfiguration": {"Role": "arn:aws:iam::123456789012:role/r", "Rules": [
                {"Id": "tax", "Status": "Enabled", "Prefix": "/Tax",
                 "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}}})
    };
    let template = json!({"Resources": {"Photos": bucket("photos"), "Videos": bucket("videos")}});
    desk.put("t.json", template.to_string());
    desk.put(".s3-replication.toml", allow(SLASH, "resource = 'Photos'\nrule = 'tax'"));
    let document = desk.run(&["check", "t.json", "--format", "json"]).ended(0).json();
    let configurations = document["files"][0]["configurations"].as_array().unwrap();
    let found = configurations.iter().filter(|one| one.to_string().contains(SLASH));
    let found: Vec<_> = found.map(|one| one["resource"].clone()).collect();
    assert_eq!(found, [json!("Videos")]);
}

#[test]
fn an_entry_that_allows_nothing_is_a_note() {
    let unused = allow("metrics-absent", "rule = 'gone'") + &allow(SLASH, "rule = 'tax'");
    let desk = desk("settings-unused", &unused);
    let document = desk.run(&["check", "stacks/deep/r.xml", "--format", "json"]).ended(0).json();
    let notes = document["settings"]["diagnostics"].as_array().unwrap();
    assert_eq!(notes.len(), 1);
    assert_eq!(
        (&notes[0]["code"], &notes[0]["severity"]),
        (&json!("allowance-unused"), &json!("note"))
    );
    assert_eq!((&notes[0]["path"], &notes[0]["line"]), (&json!("allow[0]"), &json!(1)));
    // The entry is about a file that was not checked.
    desk.put(".s3-replication.toml", allow(SLASH, "file = 'other.xml'"));
    let document = desk.run(&["check", "stacks/deep/r.xml", "--format", "json"]).ended(0).json();
    assert_eq!(document["settings"], json!(null));
    let github = desk.run(&["check", "stacks/deep/r.xml", "--format", "github"]);
    assert!(!github.ended(0).out.contains("allowance-unused"));
    desk.put(".s3-replication.toml", allow("metrics-absent", "rule = 'gone'"));
    let github = desk.run(&["check", "stacks/deep/r.xml", "--format", "github"]);
    assert!(github.ended(0).out.contains("file=.s3-replication.toml,line=1,"), "{}", github.out);
}

#[test]
fn what_the_store_refuses_is_never_allowed() {
    let desk = desk("settings-refusal", &allow("priority-missing", ""));
    let ran = desk.run(&["check", "stacks/deep/r.xml"]);
    assert!(ran.ended(2).err.contains("it cannot be allowed"), "{}", ran.err);
}

#[test]
fn findings_of_topology_are_allowed_too() {
    let desk = Desk::new("settings-topology");
    desk.put("p.xml", with_role(&rule_v2("all", 1, "", "backup", "")));
    desk.put("b.xml", with_role(&rule_v2("on", 1, "", "archive", "")));
    let run = || desk.run(&["topology", "photos=p.xml", "backup=b.xml", "--format", "json"]);
    assert_eq!(run().ended(1).json()["findings"][0]["code"], "replica-chain");
    desk.put(".s3-replication.toml", allow("replica-chain", "file = 'p.xml'\nrule = 'all'"));
    let document = run().ended(0).json();
    assert_eq!(document["findings"], json!([]));
    assert_eq!(document["allowed"][0]["code"], "replica-chain");
    assert_eq!(document["allowed"][0]["reason"], "the keys are old");
    desk.put(".s3-replication.toml", allow("replica-chain", "file = 'b.xml'"));
    run().ended(1);
    // `check` does not look for it, so it is no news that it is not found.
    let check = desk.run(&["check", "b.xml"]);
    assert!(!check.ended(0).out.contains("allowance-unused"), "{}", check.out);
}

#[test]
fn every_mistake_has_its_place_and_a_suggestion() {
    let desk = desk("settings-mistakes", "");
    for (settings, place, help) in [
        ("dialekt = 'aws'", "1:1", "did you mean `dialect`?"),
        ("dialect = 'rustf'", "1:11", "did you mean `rustfs`?"),
        ("\n[levels]\nshadow-rule = 'warn'", "3:1", "did you mean `shadowed-rule`?"),
        ("[levels]\ncost = 'wrn'", "2:8", "did you mean `warn`?"),
        ("[levels]\npriority-missing = 'allow'", "2:20", "remove the line"),
        ("[questions]\ntaggs = 'any'", "2:1", "did you mean `tags`?"),
        ("[questions]\ntags = 'anny'", "2:8", "did you mean `any`?"),
        ("[[allow]]\nfinding = 'metrics-absent'", "1:1", "add `reason`"),
        (
            "[[allow]]\nfinding = 'metric-absent'\nreason = 'r'",
            "2:11",
            "did you mean `metrics-absent`?",
        ),
        ("[[allow]]\nfinding = 'metrics-absent'\nreason = ' '", "3:10", "write a text"),
        ("[allow]\nfinding = 'x'", "1:1", "write `[[allow]]`"),
        ("[[allow]]\nfinding='metrics-absent'\nreason='r'\nrul='x'", "4:1", "did you mean `rule`?"),
        ("files = ['a[']", "1:10", "write a path such as"),
        ("context = 1", "1:11", "write a string"),
        ("context = \"x", "1:13", "correct the syntax here"),
        ("context = 'x'\ncontext = 'y'", "2:1", "correct the syntax here"),
    ] {
        desk.put(".s3-replication.toml", settings);
        for command in
            [&["check", "stacks/deep/r.xml"][..], &["decide", "-c", "c.xml", "--key", "a"]]
        {
            let ran = desk.run(command);
            let place = format!(".s3-replication.toml:{place}");
            assert!(ran.ended(2).err.contains(&place), "{settings}: {}", ran.err);
            assert!(ran.err.contains(help), "{settings}: {}", ran.err);
            assert!(ran.out.is_empty());
        }
    }
    // Commands that do not use settings are not in their way.
    desk.run(&["lints"]).ended(0);
    let xml = desk.run(&["check", "--config", "stacks/deep/r.xml"]);
    assert!(xml.ended(2).err.contains("`--configuration`"), "{}", xml.err);
    desk.run(&["check", "--config", "gone.toml", "stacks/deep/r.xml"]).ended(2);
}

#[test]
fn patterns_need_no_shell_and_folders_leave_out_what_is_not_written() {
    let desk = desk("settings-globs", "");
    let text = std::fs::read(desk.0.join("stacks/deep/r.xml")).unwrap();
    for folder in ["node_modules/x", ".git", "build", "ignored", "target"] {
        std::fs::create_dir_all(desk.0.join(folder)).unwrap();
        desk.put(&format!("{folder}/r.xml"), &text);
    }
    desk.put("build/CACHEDIR.TAG", "");
    desk.put(".gitignore", "ignored/\n");
    desk.put("a[1].xml", &text);
    let names = |arguments: &[&str]| {
        let ran = desk.run(&[&["check", "--format", "json"], arguments].concat());
        let files = ran.ended(0).json()["files"].as_array().unwrap().clone();
        files.iter().map(|file| file["file"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    // `target` may be the folder of a destination.
    let all = ["a[1].xml", "stacks/deep/r.xml", "target/r.xml"];
    assert_eq!(names(&["**/*.xml"]), all);
    assert_eq!(names(&["./**/*.xml"]), all);
    assert_eq!(names(&["."]), all.map(|name| format!("./{name}")));
    assert_eq!(names(&["*.xml"]), ["a[1].xml"]);
    assert_eq!(names(&["stacks/{deep,flat}/?.xml"]), ["stacks/deep/r.xml"]);
    // A file of this name exists, so it is no pattern; and a folder that is named is looked into.
    assert_eq!(names(&["a[1].xml", "ignored/r.xml"]), ["a[1].xml", "ignored/r.xml"]);
    assert_eq!(names(&["node_modules"]), ["node_modules/x/r.xml"]);
    let none = desk.run(&["check", "nothing/*.xml"]);
    assert!(none.ended(2).err.contains("no file matches `nothing/*.xml`"), "{}", none.err);
    let bad = desk.run(&["check", "a[.xml"]);
    assert!(bad.ended(2).err.contains("is not a pattern of files"), "{}", bad.err);
}

#[test]
fn a_comment_of_the_file_allows_a_finding() {
    let desk = desk("settings-comment", &allow(SLASH, ""));
    let rule = rule_v2("tax", 1, "<Prefix>/Tax/</Prefix>", "backup", "");
    let comment = "<!-- s3-replication: allow prefix-begins-with-slash old -->\n";
    let unused = "\n<!-- s3-replication: allow bucket-key-absent why -->";
    desk.put("stacks/deep/r.xml", comment.to_owned() + &with_role(&rule) + unused);
    let check = ["check", "stacks/deep/r.xml", "--format", "json"];
    let ran = desk.run(&[&check[..], &["--level", "prefix-begins-with-slash=deny"]].concat());
    assert_allowed(&ran, true);
    // The comment precedes the settings, which are not needed then.
    assert_eq!(ran.json()["files"][0]["allowed"][0]["reason"], "old");
    assert_eq!(ran.json()["settings"]["diagnostics"][0]["code"], "allowance-unused");
    // A lint that is off finds nothing, so its allowance may be needed elsewhere.
    assert!(!ran.json()["files"][0].to_string().contains("allowance-unused"), "{}", ran.out);
    let ran = desk.run(&[&check[..], &["--level", "cost=note"]].concat());
    assert!(ran.json()["files"][0].to_string().contains("allowance-unused"), "{}", ran.out);
}
