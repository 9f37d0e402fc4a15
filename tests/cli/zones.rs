//! Zones of Ceph on the command line.

use super::Desk;
use crate::support::{rule_v2, with_role};

/// A desk with `c.xml`, whose rules are for the zone `east` and for every zone.
fn desk(name: &str) -> Desk {
    let desk = Desk::new(name);
    let east = rule_v2("east", 2, "", "vault", "<Source><Zone>east</Zone></Source>");
    let west = rule_v2("all", 1, "", "backup", "");
    desk.put("c.xml", with_role(&(east + &west)));
    desk
}

/// A store with zones about which everything else is known.
const ZONED: &[&str] = &["--question", "zone-elements=honoured"];

/// REP-1138: `--zones` decides by the rules for these zones, and a command without it warns.
#[test]
fn decisions_depend_on_the_zones() {
    let desk = desk("zones-decide");
    let decide =
        |more: &[&str]| desk.run(&[&["decide", "-c", "c.xml", "--key", "k"], ZONED, more].concat());
    let ran = decide(&[]);
    assert_eq!(ran.ended(0).json()["Replications"].as_array().unwrap().len(), 2);
    assert!(
        ran.err.contains("`c.xml` name are not evaluated; give `--zones FROM,TO`"),
        "{}",
        ran.err
    );
    let ran = decide(&["--zones", "east,west"]);
    assert_eq!(ran.ended(0).json()["Replications"].as_array().unwrap().len(), 2);
    assert_eq!(ran.err, "");
    let ran = decide(&["--zones", "west,east"]);
    assert_eq!(ran.ended(0).json()["Replications"].as_array().unwrap().len(), 1);
    let note = "not applied by data sync from `west` to `east`: 1 rule of `c.xml` with other zones";
    assert!(ran.err.contains(note), "{}", ran.err);
    let ran = desk
        .run(&[&["explain", "-c", "c.xml", "--key", "k", "--zones", "west,east"], ZONED].concat());
    assert!(ran.ended(0).out.contains("(other-zones): the rule is for other zones"), "{}", ran.out);
}

/// REP-1138: a rule for other zones changes nothing between these.
#[test]
fn differences_depend_on_the_zones() {
    let desk = desk("zones-diff");
    desk.put("n.xml", with_role(&rule_v2("all", 1, "", "backup", "")));
    let diff =
        |zones: &str| desk.run(&[&["diff", "c.xml", "n.xml", "--zones", zones], ZONED].concat());
    diff("west,east").ended(0);
    diff("east,west").ended(1);
    let ran = desk.run(&[&["diff", "c.xml", "n.xml"], ZONED].concat());
    assert_eq!(ran.ended(1).err.matches("are not evaluated").count(), 1, "{}", ran.err);
    // Here nothing is known about delete markers, and only a rule for other zones replicates them.
    let markers = rule_v2("east", 2, "", "vault", "<Source><Zone>east</Zone></Source>");
    let markers = markers.replacen("Disabled", "Enabled", 1);
    let idle = rule_v2("all", 1, "", "backup", "").replace("Enabled", "Disabled");
    desk.put("m.xml", with_role(&(markers + &idle)));
    let open =
        |zones: &str| desk.run(&["diff", "m.xml", "m.xml", "--dialect", "ceph", "--zones", zones]);
    assert!(open("east,west").ended(1).err.contains("`delete-markers`"));
    open("west,east").ended(0);
}

/// REP-1138: `check` warns about zones that are not evaluated, and gives advice for those that are.
#[test]
fn checks_depend_on_the_zones() {
    let desk = desk("zones-check");
    let check = |more: &[&str]| {
        let ran = desk.run(&[&["check", "c.xml", "--format", "json"], ZONED, more].concat());
        let document = ran.ended(0).json();
        let found = document["files"][0]["diagnostics"].as_array().unwrap().clone();
        found.iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(check(&[]).contains(&"zones-not-evaluated".to_owned()));
    assert!(!check(&["--zones", "west,east"]).contains(&"zones-not-evaluated".to_owned()));
    let ran = desk.run(&[&["check", "c.xml"], ZONED].concat());
    assert!(ran.ended(0).out.contains("`--zones FROM,TO`"), "{}", ran.out);
    // The same filter and bucket: shadowed, unless the winner is for other zones.
    let east = rule_v2("east", 2, "", "backup", "<Source><Zone>east</Zone></Source>");
    desk.put("c.xml", with_role(&(east + &rule_v2("all", 1, "", "backup", ""))));
    let is_shadowed = |found: Vec<String>| {
        found.iter().any(|code| code == "redundant-rule" || code == "shadowed-rule")
    };
    assert!(is_shadowed(check(&["--zones", "east,west"])));
    assert!(!is_shadowed(check(&["--zones", "west,east"])));
}

/// `--zones` needs two names, and a store that has zones.
#[test]
fn wrong_zones_are_refused() {
    let desk = desk("zones-wrong");
    desk.put("n.xml", with_role(&rule_v2("all", 1, "", "backup", "")));
    for command in [
        &["decide", "-c", "n.xml", "--key", "k"][..],
        &["explain", "-c", "n.xml", "--key", "k"],
        &["check", "n.xml"],
        &["diff", "n.xml", "n.xml"],
        &["convert", "n.xml", "--to", "cli-json"],
    ] {
        for dialect in ["aws", "minio"] {
            let ran = desk.run(&[command, &["--zones", "a,b", "--dialect", dialect]].concat());
            let message = format!("the dialect `{dialect}` has no zones");
            assert!(ran.ended(2).err.contains(&message), "{command:?}: {}", ran.err);
        }
        let ran = desk.run(&[command, &["--zones", "a", "--dialect", "ceph"]].concat());
        assert!(ran.ended(2).err.contains("such as `us-east,us-west`"), "{}", ran.err);
    }
}

/// REP-1138: zones are kept where a form has them, whatever `--zones` gives.
#[test]
fn conversions_keep_the_zones() {
    let desk = desk("zones-convert");
    let convert = |form: &str, more: &[&str]| {
        desk.run(&[&["convert", "c.xml", "--to", form], ZONED, more].concat())
    };
    let ran = convert("xml", &["--zones", "west,east"]);
    assert!(ran.ended(0).out.contains("<Zone>east</Zone>"), "{}", ran.out);
    assert_eq!(ran.out.matches("<Status>Enabled</Status>").count(), 2, "{}", ran.out);
    for form in ["cloudformation", "cloudformation-yaml", "terraform", "terraform-json"] {
        let ran = convert(form, &[]);
        assert!(ran.ended(2).err.contains("the zones of rule `east`"), "{form}: {}", ran.err);
    }
}

/// REP-1138: without the zones nothing is proved about every object, and each pair of zones can change
/// that.
#[test]
fn nothing_is_proved_without_the_zones() {
    let desk = desk("zones-proof");
    let west = with_role(&rule_v2("west", 1, "", "vault", "<Source><Zone>west</Zone></Source>"));
    desk.put("west.xml", &west);
    let east = west.replace("<Zone>west", "<Zone>east");
    desk.put("east.xml", &east);
    let diff = |more: &[&str]| desk.run(&[&["diff", "west.xml", "east.xml"], ZONED, more].concat());
    assert!(diff(&[]).ended(1).out.contains("not decided"));
    assert!(diff(&["-q"]).ended(1).err.contains("are not evaluated"));
    assert!(diff(&["--format", "sarif"]).ended(1).out.contains("give the zones with `--zones`"));
    diff(&["--zones", "other,west"]).ended(0);
    diff(&["--zones", "west,other"]).ended(1);
    desk.put(
        "policy.json",
        r#"{"Assertions": [{"Id": "a", "MustReach": {"Buckets": ["vault"]}}]}"#,
    );
    let assert = |more: &[&str]| {
        desk.run(&[&["assert", "-c", "west.xml", "--policy", "policy.json"], ZONED, more].concat())
    };
    let ran = assert(&[]);
    assert!(ran.ended(2).err.contains("depends; give `--zones FROM,TO`"), "{}", ran.err);
    // Objects encrypted with a KMS key reach nothing, so the answer is that of these zones.
    assert!(assert(&["--zones", "west,x"]).ended(1).out.contains("SSE-KMS"));
}

/// REP-1138: commands that write again, or look at both directions, and names that no zone has.
#[test]
fn zones_where_they_cannot_be_or_change_nothing() {
    let desk = desk("zones-else");
    let zones = ["--zones", "west,east"];
    let ran = desk.run(&[&["migrate", "c.xml", "--format", "json"], ZONED, &zones[..]].concat());
    assert_eq!(ran.ended(0).json()["equivalent"], true);
    let ran = desk.run(&[&["topology", "photos=c.xml"], ZONED, &zones[..]].concat());
    assert!(ran.ended(2).err.contains("`--zones` gives one; leave it out"), "{}", ran.err);
    let ran = desk.run(&[&["topology", "photos=c.xml"], ZONED].concat());
    assert!(ran.err.contains("are not evaluated"), "{}", ran.err);
    let spaced = ["--zones", "west, east"];
    let ran = desk.run(&[&["decide", "-c", "c.xml", "--key", "k"], ZONED, &spaced[..]].concat());
    assert!(ran.ended(2).err.contains("write the names of two zones"), "{}", ran.err);
    // A store without zones is compared as it is.
    let sides = ["--dialect-old", "ceph", "--dialect-new", "minio"];
    let ran = desk.run(&[&["diff", "c.xml"], &sides[..], &zones[..]].concat());
    assert!(!ran.err.contains("has no zones"), "{}", ran.err);
    let sides = ["--dialect-old", "aws", "--dialect-new", "minio"];
    let ran = desk.run(&[&["diff", "c.xml"], &sides[..], &zones[..]].concat());
    assert!(ran.ended(2).err.contains("neither store has zones"), "{}", ran.err);
}

/// REP-1138: rules for different zones do not compete, so advice about competition waits for the zones.
#[test]
fn rules_for_different_zones_are_no_rivals() {
    let desk = desk("zones-rivals");
    let of = |zone: &str, priority| {
        rule_v2(
            zone,
            priority,
            "<Prefix>logs/</Prefix>",
            "vault",
            &format!("<Source><Zone>{zone}</Zone></Source>"),
        )
    };
    desk.put("twin.xml", with_role(&(of("east", 2) + &of("west", 1))));
    let check = |more: &[&str]| {
        desk.run(&[&["check", "twin.xml", "--dialect", "ceph", "--format", "json"], more].concat())
    };
    let ran = check(&[]);
    let codes = |text: &str| text.matches("unmatchable-rule").count();
    assert_eq!(codes(&ran.ended(0).out), 0, "{}", ran.out);
    assert!(ran.out.contains("zones-not-evaluated"), "{}", ran.out);
    assert_eq!(codes(&check(&["--zones", "east,x"]).ended(0).out), 0);
}
