//! `assert` and `append`.

use serde_json::{Value, json};

use super::Desk;
use crate::support::{ROLE, rule_v2, with_role};

const POLICY: &str = r#"{"Assertions": [
  {"Id": "tax-is-kept", "Description": "the law wants it", "Keys": ["Tax/**"],
   "Examples": ["Tax/doc1.pdf"], "EncryptionStatuses": ["SSE-S3"],
   "MustReach": {"Buckets": ["backup"]}},
  {"Id": "in-europe", "MayOnlyReach": {"Regions": ["eu-central-1"]}},
  {"Id": "secrets-stay", "Keys": ["**/secret/*"], "MustNotReach": {}}]}"#;

fn desk(name: &str) -> Desk {
    let desk = Desk::with_configuration(name);
    desk.put("p.json", POLICY);
    desk.put("buckets.json", r#"{"Buckets": {"backup": {"Region": "eu-central-1"}}}"#);
    desk
}

const ASSERT: [&str; 5] = ["assert", "-c", "c.xml", "--policy", "p.json"];

#[test]
fn assert_shows_violations_with_decisions() {
    let desk = desk("assert-words");
    let ran = desk.run(&ASSERT);
    let object = "the object, in STANDARD, encrypted with SSE-S3, owned by the source object owner";
    let goes = format!("    replicates to arn:aws:s3:::backup: {object}, by rule `all`\n");
    let expected = format!(
        "held     tax-is-kept: the law wants it\n\
         UNKNOWN  in-europe\n  \
         depends on the Region of `backup`; give it with `--context`\n  \
         such as: {{\"Key\":\"a\",\"Event\":\"ObjectCreated:Put\"}}\n{goes}\
         FAILED   secrets-stay\n  \
         is replicated to arn:aws:s3:::backup in a way that the assertion forbids\n  \
         such as: {{\"Key\":\"secret/\",\"Event\":\"ObjectCreated:Put\"}}\n{goes}\
         3 assertions: 1 held, 1 failed, 1 unknown\n"
    );
    assert_eq!(ran.ended(1).out, expected);
}

/// `decide` takes every witness and gives the answer that was shown.
#[test]
fn assert_writes_witnesses_for_decide() {
    let desk = desk("assert-json");
    let ran = desk.run(&[&ASSERT[..], &["--format", "json"]].concat());
    let document = ran.ended(1).json();
    assert_eq!(document["held"], false);
    let assertions = document["assertions"].as_array().unwrap();
    let outcomes: Vec<&Value> = assertions.iter().map(|one| &one["Outcome"]).collect();
    assert_eq!(outcomes, ["held", "unknown", "failed"]);
    let held = json!({"Id": "tax-is-kept", "Requirement": "MustReach", "Outcome": "held"});
    assert_eq!(assertions[0], held);
    assert_eq!(assertions[1]["Missing"], json!([{"Bucket": "backup", "Fact": "Region"}]));
    assert_eq!(assertions[2]["Offence"], "forbidden");
    for one in &assertions[1..] {
        let decide = ["decide", "-c", "c.xml", "--no-rules"];
        let ran = desk.run_with(&decide, one["Witness"].to_string());
        assert_eq!(one["Replications"], ran.ended(0).json()["Replications"]);
    }
}

#[test]
fn assert_exit_status_is_documented() {
    let desk = desk("assert-ends");
    let two =
        json!({"Assertions": [{"Id": "in-europe", "MayOnlyReach": {"Regions": ["eu-central-1"]}}]});
    desk.put("p.json", two.to_string());
    desk.run(&ASSERT).ended(1);
    desk.run(&[&ASSERT[..], &["--allow-unknown"]].concat()).ended(0);
    let ran = desk.run(&[&ASSERT[..], &["--context", "buckets.json"]].concat());
    assert_eq!(ran.ended(0).out, "held     in-europe\n1 assertion: 1 held\n");
    desk.put("buckets.json", r#"{"Buckets": {"backup": {"Region": "us-east-1"}}}"#);
    let allowed = [&ASSERT[..], &["--context", "buckets.json", "--allow-unknown"]].concat();
    desk.run(&allowed).ended(1);
    desk.put("buckets.json", "{");
    desk.run(&allowed).ended(2);
    // The other reading of priorities decides otherwise.
    let cold = "</Bucket><StorageClass>GLACIER</StorageClass>";
    let rules = rule_v2("all", 1, "", "backup", "").replace("</Bucket>", cold)
        + &rule_v2("logs", 2, "<Prefix>logs/</Prefix>", "backup", "");
    desk.put("c.xml", with_role(&rules));
    let frozen =
        json!({"Assertions": [{"Id": "a", "MayOnlyReach": {"StorageClasses": ["GLACIER"]}}]});
    desk.put("p.json", frozen.to_string());
    desk.run(&ASSERT).ended(1);
    desk.run(&[&ASSERT[..], &["--dialect", "aws-tutorial"]].concat()).ended(0);
}

/// Giving up and missing facts are two different reasons.
#[test]
fn assert_gives_reasons_for_unknown_outcomes() {
    let desk = desk("assert-doubt");
    // Which of the last 200 characters was an `a` is 2²⁰⁰ things to know.
    let end = "?".repeat(200);
    let entangled = json!({"Assertions": [
        {"Id": "a", "Keys": [format!("*a{end}")], "ExceptKeys": [format!("x/*[ab]{end}")],
         "MustNotReach": {"Buckets": ["vault"]}},
        {"Id": "b", "MayOnlyReach": {"Regions": ["eu-central-1"]}}]});
    desk.put("p.json", entangled.to_string());
    desk.put("c.xml", with_role(&rule_v2("x", 1, "<Prefix>x/</Prefix>", "backup", "")));
    let json = [&ASSERT[..], &["--format", "json", "--allow-unknown"]].concat();
    let document = desk.run(&json).ended(1).json();
    let doubts: Vec<&Value> =
        document["assertions"].as_array().unwrap().iter().map(|one| &one["Doubt"]).collect();
    assert_eq!(doubts, ["too-complex", "missing-facts"]);
    let ran = desk.run(&[&ASSERT[..], &["--allow-unknown"]].concat());
    assert!(ran.ended(1).out.contains("are too complex to decide\n"), "{}", ran.out);
}

#[test]
fn assert_reports_problems_of_the_policy() {
    let desk = desk("assert-wrong");
    desk.put("p.json", "{\"Assertions\": [\n{\"Id\": \"a\", \"MustReech\": {}},\n{\"Id\": 3}]}");
    let ran = desk.run(&ASSERT);
    assert!(ran.ended(2).out.is_empty());
    let unknown =
        "error[element-unknown]: unknown member `MustReech` in `Assertions`\n --> p.json:2:13";
    assert!(ran.err.contains(unknown), "{}", ran.err);
    assert!(ran.err.contains("help: did you mean `MustReach`?"), "{}", ran.err);
    assert!(
        ran.err.contains("error[invalid-type]: expected a string, found a number\n --> p.json:3:8"),
        "{}",
        ran.err
    );
    desk.put("p.json", b"\xFF\xFE\x00");
    desk.run(&ASSERT).ended(2);
    desk.run(&["assert", "-c", "c.xml", "--policy", "nowhere.json"]).ended(2);
    desk.run(&["assert", "-c", "-", "--policy", "-"]).ended(2);
    desk.put("p.json", POLICY);
    desk.put("c.xml", with_role(""));
    desk.run(&ASSERT).ended(2);
}

/// The policy in the help text is valid.
#[test]
fn assert_help_shows_a_valid_policy() {
    let desk = desk("assert-help");
    let help = desk.run(&["assert", "--help"]).ended(0).out.clone();
    let (_, from) = help.split_once("{\"Assertions\"").unwrap();
    let (policy, _) = from.split_once("]}\nA requirement").unwrap();
    desk.put("p.json", format!("{{\"Assertions\"{policy}]}}"));
    let ran = desk.run(&[&ASSERT[..], &["--format", "json"]].concat());
    assert_eq!(ran.ended(1).json()["assertions"].as_array().unwrap().len(), 5);
}

const LOGS: &str = r#"{"Status": "Enabled", "Filter": {"Prefix": "logs/"},
  "DeleteMarkerReplication": {"Status": "Disabled"},
  "Destination": {"Bucket": "arn:aws:s3:::vault", "StorageClass": "GLACIER_IR"}}"#;

#[test]
fn append_adds_a_rule_below_all_others() {
    let desk = desk("append");
    desk.put("logs.json", LOGS);
    let ran = desk.run(&["append", "c.xml", "--rule", "logs.json"]);
    assert!(ran.ended(0).err.starts_with(
        "ID: `rule-3`, because the rule has none\n\
         Priority: 3, which ranks the rule below every rule for the same objects and destination\n\nnew:\n"
    ));
    assert!(ran.err.ends_with("the result has 3 rules\n"), "{}", ran.err);
    assert!(!ran.err.contains("changed"));
    desk.put("new.xml", &ran.out);
    let checked = desk.run(&["check", "new.xml"]);
    assert!(
        checked.ended(0).out.ends_with("new.xml: accepted (V2, 3 rules), 1 note\n"),
        "{}",
        checked.out
    );
    let document = desk.run(&["diff", "c.xml", "new.xml", "--format", "json"]).ended(1).json();
    let differences = document["differences"].as_array().unwrap();
    assert!(differences.iter().all(|one| one["Old"].is_null() && one["New"]["Rule"] == "rule-3"));

    // In the form of the configuration, whatever that of the rule; into a file.
    let json = desk.run(&["convert", "c.xml", "--to", "cli-json"]).ended(0).out.clone();
    desk.put("c.json", json);
    let rule = rule_v2("mine", 9, "<Prefix>x/</Prefix>", "vault", "");
    let ran = desk.run_with(&["append", "c.json", "--rule", "-", "-o", "new.json"], rule);
    assert!(ran.ended(0).out.is_empty() && !ran.err.contains("Priority:"), "{}", ran.err);
    let text = desk.run(&["convert", "new.json", "--to", "cli-json"]).ended(0).json();
    assert_eq!(text["Rules"][2]["ID"], "mine");
}

#[test]
fn append_refuses_changes_to_present_rules() {
    let desk = desk("append-changes");
    let all = json!({"ID": "everything", "Priority": 3, "Status": "Enabled", "Filter": {},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": "arn:aws:s3:::backup", "StorageClass": "GLACIER_IR"}});
    desk.put("all.json", all.to_string());
    let append = ["append", "c.xml", "--rule", "all.json"];
    let ran = desk.run(&append);
    assert!(ran.ended(1).out.is_empty());
    let changed = "changed for existing rules:\narn:aws:s3:::backup: objects in another storage \
                   class than GLACIER_IR\n";
    assert!(ran.err.contains(changed), "{}", ran.err);
    assert!(
        ran.err.contains("such as: {\"Key\":\"Tax/\",\"Tags\":{\"team\":\"tax\"}"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("`tax` would no longer win any object\n"));
    assert!(ran.err.ends_with("`--allow-changes` adds it anyway\n"), "{}", ran.err);
    let ran = desk.run(&[&append[..], &["--allow-changes"]].concat());
    assert!(ran.ended(0).out.contains("<ID>everything</ID>"));
}

/// A rule may take objects with the same effect, but not from a rule with metrics.
#[test]
fn append_names_rules_that_lose_objects() {
    let desk = desk("append-outranks");
    let sub = rule_v2("sub", 9, "<Prefix>x</Prefix>", "backup", "");
    let told = "`sub` outranks `all` for some objects, such as \
                {\"Key\":\"x\",\"Event\":\"ObjectCreated:Put\"}";
    let append = ["append", "c.xml", "--rule", "-"];
    let ran = desk.run_with(&append, &sub);
    assert_eq!(ran.ended(0).err, format!("{told}\nthe result has 3 rules\n"));

    let measured = "</Bucket><Metrics><Status>Enabled</Status></Metrics>";
    let all = rule_v2("all", 1, "", "backup", "").replace("</Bucket>", measured);
    desk.put("c.xml", with_role(&all));
    let sub = sub.replace("</Bucket>", measured);
    let ran = desk.run_with(&append, &sub);
    assert!(ran.ended(1).out.is_empty());
    let told = format!("{told}, which its metrics no longer count\nerror: the rule is not added");
    assert!(ran.err.starts_with(&told), "{}", ran.err);
    desk.run_with(&[&append[..], &["--allow-changes"]].concat(), &sub).ended(0);
}

#[test]
fn append_keeps_the_text_around_the_configuration() {
    let desk = desk("append-frame");
    desk.put("logs.json", LOGS);
    let json = desk.run(&["convert", "c.xml", "--to", "cli-json"]).ended(0).out.clone();
    let inner = json.trim_end().replace('\n', "\n  ");
    let framed =
        format!("{{\n  \"Bucket\": \"photos\",\n  \"ReplicationConfiguration\": {inner}\n}}\n");
    desk.put("c.json", &framed);
    let ran = desk.run(&["append", "c.json", "--rule", "logs.json"]);
    let new = ran.ended(0).json();
    assert_eq!(new["Bucket"], "photos");
    assert_eq!(new["ReplicationConfiguration"]["Rules"].as_array().unwrap().len(), 3);
    let (kept, _) = framed.split_once("\n      }\n    ]").unwrap();
    assert!(ran.out.starts_with(kept), "{}", ran.out);
    assert!(ran.out.ends_with("\n    ]\n  }\n}\n"), "{}", ran.out);
    assert!(!ran.err.contains("comments"));

    // A configuration is changed where it is; the rule is not written over.
    let over = desk.run(&["append", "c.json", "--rule", "logs.json", "-o", "logs.json"]);
    assert!(over.ended(2).err.contains("`logs.json` is read, and not written over"));
    // Where the same stands twice, the configuration is the last one of its name.
    let text = format!(
        r#"{{"Bucket": "photos", "ReplicationConfiguration": {inner}, "Replication\u0043onfiguration": {inner}}}"#
    );
    desk.put("c.json", text);
    desk.run(&["append", "c.json", "--rule", "logs.json", "-o", "new.json"]).ended(0);
    let new = std::fs::read_to_string(desk.0.join("new.json")).unwrap();
    let before = format!(r#"{{"Bucket": "photos", "ReplicationConfiguration": {inner}, "#);
    assert!(new.starts_with(&before), "{new}");
    // The output of `get-bucket-replication` is written as `put-bucket-replication` takes it.
    desk.put(
        "c.json",
        format!(r#"{{"ReplicationConfiguration": {inner}, "ResponseMetadata": {{}}}}"#),
    );
    let new = desk.run(&["append", "c.json", "--rule", "logs.json"]).ended(0).json();
    assert_eq!(new["Rules"].as_array().unwrap().len(), 3);

    let xml = with_role(&rule_v2("all", 1, "", "backup", ""));
    let append = |text: String| {
        desk.put("c.xml", text);
        desk.run(&["append", "c.xml", "--rule", "logs.json"]).ended(0).err.clone()
    };
    let told = "comments in `c.xml` are lost\n";
    assert!(append(xml.replace("<Rule>", "<!-- keep --><Rule>")).contains(told));
    let text = "<ID><![CDATA[<!-- no]]></ID>";
    assert!(!append(xml.replace("<ID>all</ID>", text)).contains(told));
    let both = xml.replace("<ID>all</ID>", text).replace("<Status>", "<!-- on --><Status>");
    assert!(append(both).contains(told));
}

/// Advice is about the new rule only.
#[test]
fn append_gives_advice_about_the_rule() {
    let desk = desk("append-advice");
    let wild = |id: &str, bucket: &str| {
        rule_v2(id, if id == "old" { 1 } else { 2 }, "<Prefix>logs/*</Prefix>", bucket, "")
    };
    desk.put("c.xml", with_role(&wild("old", "backup")));
    let ran = desk.run_with(&["append", "c.xml", "--rule", "-"], wild("new", "vault"));
    let advice: Vec<&str> =
        ran.ended(0).err.lines().filter(|line| line.starts_with("warning")).collect();
    assert!(advice.iter().all(|line| line.starts_with("warning[prefix-has-wildcard]")));
    assert_eq!(advice.len(), 1, "{}", ran.err);
}

#[test]
fn append_refuses_a_rule_that_never_wins() {
    let desk = desk("append-shadowed");
    let logs = LOGS.replace("vault", "backup");
    desk.put("logs.json", &logs);
    let ran = desk.run(&["append", "c.xml", "--rule", "logs.json"]);
    assert!(ran.ended(1).out.is_empty());
    let told = "the rule would never win: it is outranked for every object, by `all` for \
                {\"Key\":\"logs/\",\"Event\":\"ObjectCreated:Put\"}\n";
    assert!(ran.err.contains("Priority: 0, ") && ran.err.contains(told), "{}", ran.err);
    let off =
        logs.replace("\"Status\": \"Enabled\", \"Filter\"", "\"Status\": \"Disabled\", \"Filter\"");
    let ran = desk.run_with(&["append", "c.xml", "--rule", "-"], off);
    assert!(ran.ended(0).err.contains("the rule is disabled, so nothing changes\n"), "{}", ran.err);
}

#[test]
fn append_reports_refusals_of_s3() {
    let desk = desk("append-refused");
    let refused = |rule: &str, status: i32, words: &str| {
        let ran = desk.run_with(&["append", "c.xml", "--rule", "-"], rule);
        assert!(ran.ended(status).out.is_empty());
        assert!(ran.err.contains(words), "{words}: {}", ran.err);
    };
    let named = LOGS.replacen('{', r#"{"ID": "all", "Priority": 2, "#, 1);
    refused(&named, 1, "error[priority-repeated]");
    refused(&named, 1, "error[rule-id-repeated]");
    refused(
        &LOGS.replace("\"Filter\": {\"Prefix\": \"logs/\"}", "\"Prefix\": \"x\""),
        1,
        "versions-mixed",
    );
    refused(&LOGS.replace("GLACIER_IR", "OUTPOSTS"), 1, "replica-storage-class-unsupported");
    refused(&LOGS.replace("Filter", "Fliter"), 1, "did you mean `Filter`?");
    refused("<Rules/>", 1, "the root element is `Rules`, not `Rule`");
    refused("replicate everything", 2, "the rule `<stdin>` is refused");
    refused("{", 2, "malformed-document");
    let lowest = rule_v2("all", 0, "", "vault", "");
    desk.put("c.xml", with_role(&lowest));
    refused(LOGS, 1, "no free priority ranks the rule below `all`");
    desk.put(
        "c.xml",
        format!("<ReplicationConfiguration><Role>{ROLE}</Role></ReplicationConfiguration>"),
    );
    refused(LOGS, 1, "the configuration `c.xml` is refused");
    desk.run(&["append", "-", "--rule", "-"]).ended(2);
    desk.run(&["append", "c.xml"]).ended(2);
}

#[test]
fn a_failed_assertion_names_what_breaks_it() {
    let desk = desk("broken-by");
    desk.put("b.json", r#"{"backup": {"Account": "444455556666", "Region": "us-east-1"}}"#);
    for (requirement, says) in [
        (
            json!({"MayOnlyReach": {"Accounts": ["111122223333"]}}),
            "the account of the bucket is `444455556666`, not `111122223333`",
        ),
        (
            json!({"MayOnlyReach": {"Regions": ["eu-west-1", "eu-west-2"]}}),
            "the Region of the bucket is `us-east-1`, not `eu-west-1` or `eu-west-2`",
        ),
        (json!({"MustReach": {"Buckets": ["vault"]}}), "the bucket is `backup`, not `vault`"),
        (json!({"MustReach": {"Metrics": true}}), "`Metrics` is `false`, not `true`"),
        (json!({"MustNotReach": {"Accounts": ["444455556666"]}}), "bucket is `444455556666`\n"),
    ] {
        let mut assertion = requirement.clone();
        assertion["Id"] = json!("a");
        desk.put("p.json", json!({"Assertions": [assertion]}).to_string());
        let ran = desk.run(&["assert", "-c", "c.xml", "--policy", "p.json", "--context", "b.json"]);
        assert!(ran.ended(1).out.contains(says), "{requirement}: {}", ran.out);
        assert!(ran.out.contains("  in arn:aws:s3:::backup "), "{}", ran.out);
    }
}

/// An input that can't become a scenario is not kept to its end, and values are not repeated whole.
#[test]
fn simulate_is_bounded_by_what_a_scenario_can_ask_for() {
    let desk = Desk::new("simulate-bounds");
    let long = "x".repeat(2 << 20);
    let refused = |input: String, reason: &str| {
        let ran = desk.run_with(&["simulate", "-"], input);
        assert!(ran.ended(2).err.contains(reason), "{}", ran.err);
        assert!(ran.err.len() < 5_000, "{} bytes", ran.err.len());
    };
    // No end of the text ever comes, nor of the white space, nor of the brackets.
    refused(format!(r#"{{"Buckets": "{long}"#), "a value has more than 1048576 bytes");
    refused(format!("{{{}", " ".repeat(2 << 20)), "a value has more than 1048576 bytes");
    refused(format!(r#"{{"Events": {}"#, "[".repeat(500)), "more than 128 brackets are open");
    refused("\0".repeat(2 << 20), "error[");
    let event = |members: &str| {
        let text =
            r#"{"Buckets": {"photos": {}}, "Events": [{"At": "2026-11-22T09:00:00Z", "Key": "a", "#;
        format!("{text}{members}}}]}}")
    };
    let word = "x".repeat(500_000);
    refused(event(&format!(r#""Bucket": "{word}""#)), "bucket name `xxx");
    refused(event(&format!(r#""Bucket": "photos", "Event": "{word}""#)), "found `xxx");
    refused(event(&format!(r#""Bucket": "photos", "Retention": "{word}""#)), "Retention");
    let ran = desk
        .run_with(&["simulate", "-"], event(&format!(r#""Bucket": "photos", "Acl": "{word}""#)));
    assert!(ran.ended(0).out.contains("ACL `xxx") && ran.out.len() < 5_000);
}

#[test]
fn a_new_destination_needs_a_job_for_existing_objects() {
    let desk = desk("existing-objects");
    desk.put("logs.json", LOGS.replace("backup", "vault"));
    let run =
        ["append", "c.xml", "--rule", "logs.json", "--source-bucket", "photos", "-o", "n.xml"];
    let ran = desk.run(&run);
    assert!(ran.ended(0).err.contains("existing objects are not replicated to"), "{}", ran.err);
    let job = ran.err.lines().find(|line| line.starts_with('{')).unwrap();
    desk.put("job.json", job);
    desk.put("o.jsonl", "{\"Key\": \"logs/a\", \"VersionId\": \"v1\"}\n");
    let batch =
        ["batch", "run", "--job", "job.json", "-c", "n.xml", "--objects", "o.jsonl", "--dry-run"];
    assert_eq!(desk.run(&[&batch[..], &["--format", "json"]].concat()).json()["tasks"], 1);
    let differ = desk.run(&["diff", "c.xml", "n.xml"]);
    assert!(
        differ.ended(1).err.contains("existing objects are not replicated to"),
        "{}",
        differ.err
    );
    let same = desk.run(&["diff", "c.xml", "c.xml"]);
    assert!(!same.ended(0).err.contains("existing objects"), "{}", same.err);
}
