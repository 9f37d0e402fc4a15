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
