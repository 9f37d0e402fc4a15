//! Dialects on the command line.

use serde_json::{Value, json};

use super::Desk;
use crate::support::{rule_v2, with_role};

const TAGS: &str = "<And><Tag><Key>a</Key><Value>1</Value></Tag>\
                    <Tag><Key>b</Key><Value>2</Value></Tag></And>";

fn desk(name: &str) -> Desk {
    let desk = Desk::new(name);
    desk.put("c.xml", with_role(&rule_v2("r", 1, TAGS, "backup", "")));
    desk
}

/// REP-1136: the contract of `dialects --format json`.
#[test]
fn dialects_are_listed_with_their_answers() {
    let desk = desk("dialects-list");
    let listed = desk.run(&["dialects", "--format", "json"]);
    let listed = listed.ended(0).json();
    let names: Vec<&str> =
        listed.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    let expected = [
        "aws",
        "aws-tutorial",
        "minio",
        "rustfs",
        "rustfs-rc3",
        "ceph",
        "ovh",
        "ibm-cos",
        "zenko",
        "wasabi",
    ];
    assert_eq!(names, expected);
    for dialect in listed.as_array().unwrap() {
        for question in dialect["questions"].as_array().unwrap() {
            for member in ["question", "answer", "evidence", "clause"] {
                assert!(
                    question[member].as_str().is_some_and(|text| !text.is_empty()),
                    "{question}"
                );
            }
            assert!(question["clause"].as_str().unwrap().starts_with("REP-"), "{question}");
        }
    }
    let answer = |dialect: &Value, name: &str| {
        let questions = dialect["questions"].as_array().unwrap();
        questions.iter().find(|one| one["question"] == name).unwrap()["answer"].clone()
    };
    assert_eq!(answer(&listed[2], "tags"), "any");
    assert_eq!(answer(&listed[9], "tags"), "unknown");
    let text = desk.run(&["dialects", "minio"]);
    assert!(text.ended(0).out.contains("M01"), "{}", text.out);
    desk.run(&["dialects"]).ended(0);
    let ran = desk.run(&["dialects", "mini"]);
    assert!(ran.ended(2).err.contains("did you mean `minio`?"), "{}", ran.err);
}

#[test]
fn two_dialects_are_compared() {
    let desk = desk("dialects-two");
    let ran = desk.run(&["dialects", "aws", "aws-tutorial"]);
    assert!(ran.ended(1).out.starts_with("priority-order: Which of two priorities wins?"));
    let ran = desk.run(&["dialects", "aws", "aws"]);
    assert_eq!(ran.ended(0).out, "`aws` and `aws` answer every question alike\n");
    let ran = desk.run(&["dialects", "rustfs", "rustfs-rc3", "--format", "json"]);
    let differing = ran.ended(1).json();
    let names = |at: usize| -> Vec<Value> {
        let questions = differing[at]["questions"].as_array().unwrap().iter();
        questions.map(|one| one["question"].clone()).collect()
    };
    assert_eq!(names(0), ["tags", "empty-tag-value", "rule-prefix"]);
    assert_eq!(names(0), names(1));
}

/// `diff` compares two readings of one file, with a witness on which `decide` agrees.
#[test]
fn readings_of_one_file_are_compared() {
    let desk = desk("dialects-diff");
    let readings = ["--dialect-old", "aws", "--dialect-new", "minio", "--format", "json"];
    for files in [&["c.xml"][..], &["c.xml", "c.xml"]] {
        let ran = desk.run(&[&["diff"], files, &readings].concat());
        let difference = &ran.ended(1).json()["differences"];
        let differences = difference.as_array().unwrap();
        let puts = differences.iter().filter(|one| one["Witness"]["Event"] == "ObjectCreated:Put");
        let mut count = 0;
        for difference in puts {
            count += 1;
            desk.put("w.json", difference["Witness"].to_string());
            for (dialect, side) in [("aws", "Old"), ("minio", "New")] {
                let decided = desk.run(&[
                    "decide",
                    "-c",
                    "c.xml",
                    "--objects",
                    "w.json",
                    "--dialect",
                    dialect,
                ]);
                let goes = decided.ended(0).json()["Replicates"].clone();
                assert_eq!(goes, json!(!difference[side].is_null()), "{dialect} {difference}");
            }
        }
        assert!(count > 0);
    }
    desk.run(&["diff", "c.xml"]).ended(2);
    desk.run(&["diff", "c.xml", "--dialect-old", "aws", "--dialect-new", "aws"]).ended(0);
}

/// Any answer can be chosen.
#[test]
fn answers_are_set_one_by_one() {
    let desk = desk("dialects-question");
    let goes = |more: &[&str]| {
        let decide = ["decide", "-c", "c.xml", "--key", "k", "--tag", "a=1"];
        desk.run(&[&decide, more].concat()).ended(0).json()["Replicates"].clone()
    };
    assert_eq!(goes(&[]), false);
    assert_eq!(goes(&["--question", "tags=any"]), true);
    assert_eq!(goes(&["--dialect", "minio"]), true);
    assert_eq!(goes(&["--dialect", "minio", "--question", "tags=all"]), false);
    let several = ["--question", "status-precedence=failed-first", "--question", "tags=any"];
    assert_eq!(goes(&several), true);
    let ran = desk.run(&["decide", "-c", "c.xml", "--key", "k", "--question", "tags=some"]);
    let expected = "`some` is not an answer to `tags`; write one of `all`, `any`, `ignored`";
    assert!(ran.ended(2).err.contains(expected), "{}", ran.err);
    let ran = desk.run(&["decide", "-c", "c.xml", "--key", "k", "--question", "tag=any"]);
    assert!(ran.ended(2).err.contains("did you mean `tags`?"), "{}", ran.err);
    desk.run(&["decide", "-c", "c.xml", "--key", "k", "--question", "tags"]).ended(2);
}

/// REP-1136: what is not known about a store is not guessed where it matters.
#[test]
fn unknown_answers_are_refused_where_they_matter() {
    let desk = desk("dialects-unknown");
    let decide = |key: &str, more: &[&str]| {
        let decide = ["decide", "-c", "c.xml", "--dialect", "wasabi", "--key", key];
        desk.run(&[&decide, more].concat())
    };
    // With both tags the answer does not matter.
    decide("k", &["--tag", "a=1", "--tag", "b=2"]).ended(0);
    let ran = decide("k", &["--tag", "a=1"]);
    assert!(ran.ended(2).err.contains("`--question tags=all`"), "{}", ran.err);
    assert_eq!(ran.out, "");
    // All questions that matter are named at once.
    assert!(ran.err.contains("`--question and-predicates=one`"), "{}", ran.err);
    assert_eq!(ran.err.matches("answers `").count(), 2, "{}", ran.err);
    let settled = ["--question", "tags=all", "--question", "and-predicates=one"];
    decide("k", &[&["--tag", "a=1"][..], &settled].concat()).ended(0);
    let ran =
        desk.run(&["explain", "-c", "c.xml", "--dialect", "wasabi", "--key", "k", "--tag", "a=1"]);
    assert!(ran.ended(2).err.contains("`tags`"), "{}", ran.err);
    let diff = ["diff", "c.xml", "--dialect-old", "wasabi", "--dialect-new", "wasabi"];
    let ran = desk.run(&[&diff[..], &["--format", "json"]].concat());
    let document = ran.ended(1).json();
    assert_eq!(document["equivalent"], Value::Null);
    assert!(document["open_questions"].as_array().unwrap().contains(&json!("tags")), "{document}");

    // A question about one side only is remarked on, whichever side it is, and one about both once.
    desk.put("n.xml", with_role(&rule_v2("r", 1, "<Prefix>logs/</Prefix>", "backup", "")));
    for (pair, notes) in [(["c.xml", "n.xml"], 1), (["n.xml", "c.xml"], 1), (["c.xml", "c.xml"], 1)]
    {
        let ran = desk.run(&["diff", pair[0], pair[1], "--dialect", "wasabi"]);
        assert_eq!(ran.ended(1).err.matches("`--question tags=all`").count(), notes, "{}", ran.err);
    }
}

/// REP-1122: the action where a store replicates permanent deletes.
#[test]
fn permanent_deletes_have_an_action() {
    let desk = desk("dialects-deletes");
    let element = "<DeleteReplication><Status>Enabled</Status></DeleteReplication>";
    desk.put("d.xml", with_role(&rule_v2("r", 1, "", "backup", element)));
    let delete = ["--key", "k", "--event", "ObjectRemoved:Delete"];
    let decide = ["decide", "-c", "d.xml", "--dialect"];
    let ran = desk.run(&[&decide[..], &["minio"], &delete].concat());
    let decided = ran.ended(0).json();
    assert_eq!(decided["Replications"][0]["Action"], "replicate-version-delete");
    let ran = desk.run(&[&decide[..], &["aws"], &delete].concat());
    assert!(ran.ended(1).err.contains("DeleteReplication"), "{}", ran.err);
    // S3 has no such element, so neither have the tools that are made for it.
    for form in ["cloudformation", "cloudformation-yaml", "terraform", "terraform-json"] {
        let ran = desk.run(&["convert", "d.xml", "--to", form, "--dialect", "minio"]);
        assert!(
            ran.ended(2).err.contains("`DeleteReplication` of rule `r`"),
            "{form}: {}",
            ran.err
        );
        assert_eq!(ran.out, "");
    }
    let ran = desk.run(&["check", "d.xml", "--dialect", "rustfs", "--format", "json"]);
    assert_eq!(ran.ended(0).json()["files"][0]["valid"], true);
}

/// The lints of the portability group compare the stores exactly.
#[test]
fn portability_lints_name_stores_and_witnesses() {
    let desk = desk("dialects-lints");
    let check = ["check", "c.xml", "--format", "json", "--level"];
    let found = |level: &str| -> Vec<String> {
        let ran = desk.run(&[&check[..], &[level]].concat());
        let diagnostics = ran.ended(0).json()["files"][0]["diagnostics"].clone();
        let messages = diagnostics.as_array().unwrap().iter();
        messages.map(|one| one["message"].as_str().unwrap().to_owned()).collect()
    };
    assert!(!found("several-tags=allow").iter().any(|one| one.contains("minio")));
    let differing = found("decided-differently-elsewhere=warn");
    let any =
        differing.iter().find(|one| one.starts_with("`minio`, `rustfs-rc3` and `ceph` decide"));
    assert!(any.is_some_and(|one| one.contains("Any of them")), "{differing:?}");
    let metrics = "<Metrics><Status>Enabled</Status></Metrics>";
    let rule = rule_v2("r", 1, "", "backup", "");
    desk.put("c.xml", with_role(&rule.replace("</Bucket>", &format!("</Bucket>{metrics}"))));
    let refused = found("refused-elsewhere=warn");
    for store in ["ovh", "rustfs"] {
        let answers = format!("`{store}` refuses the configuration: ");
        assert!(refused.iter().any(|one| one.starts_with(&answers)), "{store}: {refused:?}");
    }
    // What a store refuses it does not decide about.
    let deletes = "<DeleteReplication><Status>Enabled</Status></DeleteReplication><Destination>";
    desk.put("c.xml", with_role(&rule.replace("<Destination>", deletes)));
    let of_minio = |level: &str| {
        let ran = desk.run(&[&check[..], &[level, "--dialect", "minio"]].concat());
        ran.ended(0).out.clone()
    };
    let refused = of_minio("refused-elsewhere=warn");
    for store in ["aws", "ovh", "ibm-cos", "wasabi"] {
        let answer = format!("`{store}` refuses the configuration: MalformedXML");
        assert!(refused.contains(&answer), "{refused}");
    }
    let differing = of_minio("decided-differently-elsewhere=warn");
    assert!(differing.contains("`ceph` decides"), "{differing}");
    assert!(!differing.contains("`aws`"), "{differing}");
}

/// REP-1132: a role of `OVHcloud` goes into every form, and is none whose permissions are known.
#[test]
fn roles_of_other_stores_are_kept() {
    let desk = desk("dialects-roles");
    let role = "arn:aws:iam::a1b2c3:role/replication";
    let text = with_role(&rule_v2("r", 1, "", "backup", ""));
    desk.put("c.xml", text.replace(crate::support::ROLE, role));
    for form in ["xml", "cli-json", "cloudformation", "cloudformation-yaml", "terraform"] {
        let ran = desk.run(&["convert", "c.xml", "--to", form, "--dialect", "ovh"]);
        assert!(ran.ended(0).out.contains(role), "{form}: {}", ran.out);
    }
    let permissions = ["permissions", "-c", "c.xml", "--source-bucket", "data", "--dialect", "ovh"];
    let ran = desk.run(&permissions);
    let message = format!("`{role}` is not a role of AWS IAM");
    assert!(ran.ended(2).err.contains(&message), "{}", ran.err);
}

/// REP-1132: the help for a pair of roles is about what the store takes.
#[test]
fn a_pair_of_roles_is_refused_as_the_store_takes_it() {
    let desk = desk("dialects-pair");
    let text = with_role(&rule_v2("r", 1, "", "backup", ""));
    let pair = format!("{},arn:aws:iam::1:role/b", crate::support::ROLE);
    desk.put("c.xml", text.replace(crate::support::ROLE, &pair));
    for (dialect, help) in [("zenko", "name one role or two"), ("aws", "name one role; two belong")]
    {
        let ran = desk.run(&["check", "c.xml", "--dialect", dialect]);
        assert!(ran.ended(1).out.contains(help), "{dialect}: {}", ran.out);
    }
}

/// REP-1104, REP-1106, REP-240: what a store leaves of a filter is seen by whoever checks for it.
#[test]
fn ignored_parts_of_filters_are_named() {
    let desk = desk("dialects-ignored");
    let found = |dialect: &str| {
        let ran = desk.run(&["check", "c.xml", "--dialect", dialect, "--format", "json"]);
        let json = ran.ended(0).json();
        let findings = json["files"][0]["diagnostics"].as_array().unwrap().clone();
        let of_code = findings.into_iter().filter(|one| one["code"] == "filter-part-ignored");
        of_code.map(|one| one["path"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found("zenko"), ["Rule[0].Filter.And"]);
    assert!(found("aws").is_empty());
    assert!(found("minio").is_empty());
    // Nothing is known of Wasabi, so nothing is claimed.
    assert!(found("wasabi").is_empty());
}
