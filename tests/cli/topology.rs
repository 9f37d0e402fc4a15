//! `topology`.

use serde_json::json;

use super::Desk;
use crate::support::{rule_v2, with_role};

/// A pair that replicates less in one direction, and a chain from the second bucket.
fn desk(name: &str) -> Desk {
    let desk = Desk::new(name);
    desk.put("photos.xml", with_role(&("\n".to_owned() + &rule_v2("all", 1, "", "backup", ""))));
    let logs = rule_v2("logs", 1, "<Prefix>logs/</Prefix>", "photos", "");
    desk.put("backup.xml", with_role(&(logs + "\n" + &rule_v2("on", 2, "", "archive", ""))));
    desk
}

const BOTH: [&str; 3] = ["topology", "photos=photos.xml", "backup=backup.xml"];

#[test]
fn topology_shows_graph_and_findings() {
    let ran = desk("topology-text").run(&BOTH);
    let (graph, findings) = ran.ended(1).out.split_once("\n\n").unwrap();
    assert_eq!(
        graph,
        "archive\nbackup\n  -> archive by `on`\n  <-> photos by `logs`\nphotos\n  <-> backup by `all`"
    );
    for part in [
        "warning[modification-sync-missing]: ",
        "warning[replica-chain]: `photos` replicates ",
        "warning[two-way-asymmetric]: ",
        " --> photos.xml:2:1\n",
        "\n  = at rule `on` of `backup`, `Rule[1]`, to `archive`\n",
        "\n  = clause: REP-1060 (evidence: primary)\n",
        "\n3 buckets, 3 edges: 3 warnings\n",
    ] {
        assert!(findings.contains(part), "{part}\n{}", ran.out);
    }
}

/// `decide` takes every witness and confirms the finding.
#[test]
fn topology_writes_witnesses_for_decide() {
    let desk = desk("topology-json");
    let ran = desk.run(&[&BOTH[..], &["--format", "json"]].concat());
    let document = ran.ended(1).json();
    assert_eq!(document["graph"]["Edges"][1]["TwoWay"], true);
    assert_eq!(document["graph"]["Buckets"][0]["HasConfiguration"], false);
    let findings = document["findings"].as_array().unwrap();
    let codes: Vec<&str> = findings.iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["modification-sync-missing", "two-way-asymmetric", "replica-chain"]);
    assert_eq!(findings[1]["line"], 2);
    assert_eq!(findings[1]["path"], "Rule[0]");
    assert_eq!(findings[1]["subjects"], json!(["objects"]));
    for sighting in findings.iter().flat_map(|one| one["sightings"].as_array().unwrap()) {
        let source = sighting["Source"].as_str().unwrap().rsplit(':').next().unwrap();
        let file = format!("{source}.xml");
        let arguments = ["decide", "-c", &file, "--no-rules"];
        let decided = desk.run_with(&arguments, sighting["Witness"].to_string());
        let decided = decided.ended(0).json()["Replications"].clone();
        let mut made = decided.as_array().unwrap().iter();
        let made = made.find(|made| made["Bucket"] == sighting["Destination"]);
        assert_eq!(made.map_or(json!(null), |made| made["Rule"].clone()), sighting["Rule"]);
    }
}

#[test]
fn topology_writes_dot() {
    let ran = desk("topology-dot").run(&[&BOTH[..], &["--format", "dot"]].concat());
    let dot = &ran.ended(1).out;
    assert!(dot.starts_with("digraph replication {\n") && dot.ends_with("}\n"), "{dot}");
    assert_eq!(dot.lines().filter(|line| line.contains(" -> ")).count(), 3);
    // The graph does not say why the status is what it is.
    assert!(ran.err.ends_with("3 buckets, 3 edges: 3 warnings\n"), "{}", ran.err);
}

/// Buckets with the same name in two partitions are different.
#[test]
fn topology_names_partitions() {
    let desk = Desk::new("topology-partitions");
    desk.put("aws.xml", with_role(&rule_v2("all", 1, "", "bbb", "")));
    let china = with_role(&rule_v2("all", 1, "", "aaa", "")).replace("arn:aws:", "arn:aws-cn:");
    desk.put("cn.xml", china);
    let two = ["topology", "aaa=aws.xml", "bbb=cn.xml"];
    let expected = "arn:aws-cn:s3:::aaa\narn:aws:s3:::aaa\n  -> arn:aws:s3:::bbb by `all`\n\
                    arn:aws-cn:s3:::bbb\n  -> arn:aws-cn:s3:::aaa by `all`\narn:aws:s3:::bbb\n\n";
    let ran = desk.run(&two);
    assert!(ran.ended(0).out.starts_with(expected), "{}", ran.out);
    let dot = desk.run(&[&two[..], &["--format", "dot"]].concat());
    assert!(dot.ended(0).out.contains("[label=\"arn:aws-cn:s3:::bbb\"]"), "{}", dot.out);
}

/// Components with too many paths are reported.
#[test]
fn topology_reports_incomplete_components() {
    let desk = Desk::new("topology-cut-short");
    let name = |number: usize| format!("maze-{number:02}");
    let mut arguments = vec!["topology".to_owned()];
    for from in 0..20 {
        let there = "<Tag><Key>way</Key><Value>there</Value></Tag>";
        let filter = if from == 0 { there } else { "" };
        let mut rules: String = (from + 1..20)
            .zip(1..)
            .map(|(to, priority)| rule_v2(&name(to), priority, filter, &name(to), ""))
            .collect();
        if from == 19 {
            rules = rule_v2("back", 99, &there.replace("there", "back"), &name(0), "");
        }
        desk.put(&name(from), with_role(&rules));
        arguments.push(format!("{0}={0}", name(from)));
    }
    let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ran = desk.run(&arguments);
    let note = "\nnote: there may be more cycles among `maze-00` and 19 more buckets: the search \
                stopped after 100,000 paths\n20 buckets, 191 edges: ";
    assert!(ran.ended(1).out.contains(note), "{}", ran.out);
    arguments.extend(["--format", "json"]);
    let actual = desk.run(&arguments).ended(1).json();
    assert_eq!(actual["cut_short"][0].as_array().unwrap().len(), 20);
    assert_eq!(actual["cut_short"][0][0], "arn:aws:s3:::maze-00");
    let small = desk.run(&["topology", "maze-18=maze-18", "--format", "json"]);
    let small = small.ended(0).json();
    assert_eq!(small["cut_short"], json!([]));
    assert_eq!((&small["complete"], &actual["complete"]), (&json!(true), &json!(false)));
}

/// Notes alone are clean, and so is an empty result.
#[test]
fn topology_is_clean_without_warnings() {
    let desk = desk("topology-clean");
    let ran = desk.run(&["topology", "photos=photos.xml"]);
    assert_eq!(
        ran.ended(0).out,
        "backup\nphotos\n  -> backup by `all`\n\n2 buckets, 1 edge: nothing found\n"
    );
    let sync = "<SourceSelectionCriteria><ReplicaModifications><Status>Enabled</Status>\
                </ReplicaModifications></SourceSelectionCriteria>";
    let mesh = ["aaa", "bbb", "ccc"];
    for name in mesh {
        let others = mesh.into_iter().filter(|other| *other != name).zip(1..);
        let rules: String = others.map(|(other, at)| rule_v2(other, at, "", other, sync)).collect();
        desk.put(name, with_role(&rules));
    }
    let ran = desk.run(&["topology", "aaa=aaa", "bbb=bbb", "ccc=ccc"]);
    assert!(ran.ended(0).out.ends_with("\n3 buckets, 6 edges: 1 note\n"), "{}", ran.out);
    assert!(ran.out.contains(
        "note[replication-cycle]: every bucket of the cycle `aaa` -> `bbb` -> `ccc` -> `aaa`"
    ));
}

#[test]
fn topology_uses_the_context() {
    let desk = desk("topology-context");
    desk.put(
        "buckets.json",
        r#"{"photos": {"Region": "eu-west-1", "Lifecycle": false},
            "backup": {"Region": "eu-central-1", "Lifecycle": {"ExpirationDays": 30}}}"#,
    );
    let ran = desk.run(&["topology", "photos=photos.xml", "--context", "buckets.json"]);
    let out = &ran.ended(1).out;
    assert!(out.contains("  -> backup by `all`, cross-region\n"), "{out}");
    assert!(out.contains(
        "warning[destination-expires-earlier]: objects in `backup` expire after 30 days"
    ));
    desk.put("gone.json", r#"{"backup": null}"#);
    let ran = desk.run(&["topology", "photos=photos.xml", "--context", "gone.json"]);
    assert!(ran.ended(2).err.contains("error[destination-missing]"), "{}", ran.err);
}

/// Refusals are shown for every bucket, and no graph.
#[test]
fn topology_shows_refusals() {
    let desk = desk("topology-refused");
    desk.put("self.xml", with_role(&rule_v2("own", 1, "", "own", "")));
    desk.put("bad.xml", with_role("<Rule/>"));
    desk.put("text.txt", "nothing");
    let ran = desk.run(&["topology", "own=self.xml", "bad=bad.xml", "photos=photos.xml"]);
    assert!(ran.ended(2).out.is_empty());
    for part in [
        "error[destination-is-source]",
        "the configuration of `own` is refused",
        "error[element-missing]",
        "the configuration of `bad` is refused",
    ] {
        assert!(ran.err.contains(part), "{part}\n{}", ran.err);
    }
    desk.run(&["topology", "own=text.txt"]).ended(2);
}

#[test]
fn topology_refuses_contradictory_arguments() {
    let desk = desk("topology-usage");
    for (arguments, actual) in [
        (
            &["photos=photos.xml", "photos=backup.xml"][..],
            "bucket `photos` is given twice, with `photos.xml` and `backup.xml`",
        ),
        (&["photos=-", "backup=-"], "the standard input can be read only once"),
        (&["photos=-", "--context", "-"], "the standard input can be read only once"),
        (&["photos.xml"], "write BUCKET=FILE, such as `photos=photos.xml`"),
        (&["photos="], "write BUCKET=FILE"),
        (&["p*=photos.xml"], "bucket name `p*` is not 3 to 255"),
        (&["photos=nowhere.xml"], "cannot read `nowhere.xml`"),
        (&[], "BUCKET=FILE"),
    ] {
        let ran = desk.run(&[&["topology"], arguments].concat());
        assert!(ran.ended(2).err.contains(actual), "{actual}\n{}", ran.err);
    }
    let ran =
        desk.run_with(&["topology", "photos=-"], std::fs::read(desk.0.join("photos.xml")).unwrap());
    ran.ended(0);
}

/// A role that writes to one of two destinations, and the policy of the other bucket's owner.
fn policies(desk: &Desk) {
    let statement = |actions: serde_json::Value, resource: serde_json::Value| json!({"Effect": "Allow", "Action": actions, "Resource": resource});
    let read = statement(
        json!(["s3:GetReplicationConfiguration", "s3:ListBucket", "s3:GetObjectVersion*"]),
        json!(["arn:aws:s3:::*"]),
    );
    let write = statement(
        json!(["s3:ReplicateObject", "s3:ReplicateTags"]),
        json!("arn:aws:s3:::backup/*"),
    );
    desk.put("role.json", json!({"Version": "2012-10-17", "Statement": [read, write]}).to_string());
    let service = json!({"Service": "batchoperations.s3.amazonaws.com"});
    let trust = json!({"Effect": "Allow", "Principal": service, "Action": "sts:AssumeRole"});
    desk.put("trust.json", json!({"Version": "2012-10-17", "Statement": [trust]}).to_string());
    let facts = json!({"Account": "123456789012", "ObjectLock": "Disabled"});
    let facts = json!({"photos": facts, "backup": facts, "archive": facts});
    desk.put("facts.json", facts.to_string());
}

/// With policies, each link is judged by itself: here the role may write to one bucket alone.
#[test]
fn links_that_are_decided_may_not_be_permitted() {
    let desk = desk("topology-policies");
    policies(&desk);
    let judged = [&BOTH[..], &["--role-policy", "role.json", "--context", "facts.json"]].concat();
    let document = desk.run(&[&judged[..], &["--format", "json"]].concat()).ended(1).json();
    let verdicts: Vec<_> = document["permissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| {
            let missing =
                link["Missing"].as_array().unwrap().iter().map(|one| one["Action"].clone());
            (link["Destination"].clone(), link["Verdict"].clone(), missing.collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(
        verdicts,
        [
            (
                json!("arn:aws:s3:::archive"),
                json!("not-permitted"),
                vec![json!("s3:ReplicateObject")]
            ),
            (
                json!("arn:aws:s3:::photos"),
                json!("not-permitted"),
                vec![json!("s3:ReplicateObject")]
            ),
            (json!("arn:aws:s3:::backup"), json!("permitted"), vec![]),
        ]
    );
    assert_eq!(
        document["permissions"][0]["Missing"][0]["FailureReason"],
        "DstPutObjectNotPermitted"
    );
    // Another account may own the destination, and its bucket policy would decide, too.
    let without_facts = [&BOTH[..], &["--role-policy", "role.json"]].concat();
    let json = [&without_facts[..], &["--format", "json"]].concat();
    let link = &desk.run(&json).ended(1).json()["permissions"][2];
    assert_eq!(
        (&link["Destination"], &link["Verdict"]),
        (&json!("arn:aws:s3:::backup"), &json!("undecided"))
    );
    let unknown = link["Unknown"].to_string();
    assert!(unknown.contains("the account of `backup` is unknown"), "{unknown}");
    let ran = desk.run(&without_facts);
    let text = &ran.ended(1).out;
    for part in [
        "warning[link-permission-undecided]: `photos` to `backup` is decided, and its permission is \
         not: the account of `backup` is unknown",
        "2 edges not permitted, 1 edge with an undecided permission\n",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    // Without policies, nothing is judged.
    let without = desk.run(&[&BOTH[..], &["--format", "json"]].concat()).ended(1).json();
    assert_eq!(without["permissions"], json!(null));

    let ran = desk.run(&judged);
    let text = &ran.ended(1).out;
    for part in [
        "warning[link-not-permitted]: `backup` to `archive` is decided, but not permitted: it needs \
         `s3:ReplicateObject` on `arn:aws:s3:::archive/*`; the policy of the replication role does \
         not allow it, such as for arn:aws:s3:::archive/",
        " --> backup.xml:2:",
        "S3 reports DstPutObjectNotPermitted",
        "\n3 buckets, 3 edges: 3 warnings, 2 edges not permitted\n",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let sarif = desk.run(&[&judged[..], &["--format", "sarif"]].concat()).ended(1).json();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.iter().filter(|one| one["ruleId"] == "link-not-permitted").count(), 2);

    // A policy of another bucket says nothing about this one, and a trust policy concerns every link.
    let trust = [&BOTH[..], &["--trust-policy", "photos=trust.json", "--format", "json"]].concat();
    let document = desk.run(&trust).ended(1).json();
    assert_eq!(document["permissions"][2]["Missing"][0]["FailureReason"], "AssumeRoleNotPermitted");
}

/// A policy belongs to one role; the message names the way to say which.
#[test]
fn policies_name_their_role() {
    let desk = desk("topology-roles");
    policies(&desk);
    let other = with_role(&rule_v2("all", 1, "", "photos", ""));
    desk.put("backup.xml", other.replace(":role/", ":role/other-"));
    for (more, expected) in [
        (&["--role-policy", "role.json"][..], "write BUCKET=FILE, such as `backup=role.json`"),
        (&["--role-policy", "archive=role.json"], "no configuration is given for `archive`"),
        (&["--role-policy", "photos="], "write BUCKET=FILE, such as `photos=role.json`"),
        (
            &["--trust-policy", "photos=trust.json", "--trust-policy", "photos=trust.json"],
            "has two trust policies",
        ),
        (&["--role-policy", "photos=-", "--bucket-policy", "backup=-"], "only once"),
    ] {
        let ran = desk.run(&[&BOTH[..], more].concat());
        assert!(ran.ended(2).err.contains(expected), "{more:?}\n{}", ran.err);
    }
    let one = ["--role-policy", "photos=role.json", "--format", "json", "--context", "facts.json"];
    let one = [&BOTH[..], &one].concat();
    let document = desk.run(&one).json();
    let verdicts: Vec<_> =
        document["permissions"].as_array().unwrap().iter().map(|link| &link["Verdict"]).collect();
    assert_eq!(verdicts, ["permitted", "permitted"], "the other role has no policy to judge by");
}
