//! The command line from outside: what people see, and what programs rely on.

mod batch;
mod batch_agree;
mod batch_bad;
mod batch_doubts;
mod batch_plan;
mod batch_run;
mod check;
mod codes;
mod columnar;
mod compare;
mod control;
mod cores;
mod declared;
mod dialects;
mod files;
mod findings;
mod kinds;
mod objects;
mod permissions;
mod promises;
mod refusals;
mod schemas;
mod settings;
mod shells;
mod templates;
mod terminal;
mod topology;
mod values;
mod zones;

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::support::{rule_v2, with_role};

/// A folder of its own for a test, in which the commands run.
struct Desk(PathBuf);

/// How a command ended.
struct Ran {
    status: i32,
    out: String,
    err: String,
}

impl Desk {
    fn new(name: &str) -> Self {
        let folder = format!("s3-replication-{}-{name}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// A desk with a legal configuration: `all`, and `tax` for tagged keys below `Tax/`.
    fn with_configuration(name: &str) -> Self {
        let tax = "<And><Prefix>Tax/</Prefix><Tag><Key>team</Key><Value>tax</Value></Tag></And>";
        let rules = rule_v2("all", 1, "", "backup", "") + &rule_v2("tax", 2, tax, "backup", "");
        let desk = Self::new(name);
        desk.put("c.xml", with_role(&rules));
        desk
    }

    fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.0.join(name), content).unwrap();
    }

    fn start(&self, arguments: &[&str]) -> Child {
        self.start_with(arguments, &[])
    }

    /// Starts a command with some variables of the environment, and without others that change how
    /// text looks.
    fn start_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_s3-replication"));
        command.args(arguments).current_dir(&self.0);
        for variable in ["COLUMNS", "NO_COLOR", "CLICOLOR_FORCE", "TERM"] {
            command.env_remove(variable);
        }
        command.envs(variables.iter().copied());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    #[track_caller]
    fn run_with(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> Ran {
        Self::wait(self.start(arguments), input)
    }

    #[track_caller]
    fn run_under(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        Self::wait(self.start_with(arguments, variables), "")
    }

    #[track_caller]
    fn wait(mut child: Child, input: impl AsRef<[u8]>) -> Ran {
        let mut stdin = child.stdin.take().unwrap();
        let input = input.as_ref().to_vec();
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let (out, err) = (text(output.stdout), text(output.stderr));
        assert!(!err.contains("panicked"), "{err}");
        Ran { status: output.status.code().unwrap(), out, err }
    }

    #[track_caller]
    fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, "")
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs a command that ends with a status.
#[track_caller]
fn ended(desk: &Desk, arguments: &[&str], status: i32) -> Ran {
    let ran = desk.run(arguments);
    ran.ended(status);
    ran
}

impl Ran {
    #[track_caller]
    fn ended(&self, status: i32) -> &Self {
        assert_eq!(self.status, status, "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}:\n{}", self.out))
    }

    #[track_caller]
    fn lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// What the first file of `check --format json` is said to hold.
    #[track_caller]
    fn codes(&self) -> Vec<String> {
        let document = self.json();
        let found = document["files"][0]["diagnostics"].as_array().unwrap();
        found.iter().map(|found| found["code"].as_str().unwrap().to_owned()).collect()
    }
}

/// A document with a warning and a refusal.
const DOUBTFUL: &str = "<ReplicationConfiguration>\n<Role>nobody</Role>\n<Rule mood=\"sad\">\
    <Status>Enabled</Status><Prefix/><Destination><Bucket>arn:aws:s3:::backup</Bucket>\
    </Destination></Rule></ReplicationConfiguration>";

#[test]
fn check_accepts_in_words() {
    let desk = Desk::with_configuration("check-words");
    let quiet = ["--level", "metrics-absent=allow"];
    let ran = desk.run(&[&["check", "c.xml"], &quiet[..]].concat());
    assert_eq!(
        ran.ended(0).out,
        "not checked (facts about buckets unknown): DefaultEncryption, ObjectLock, Versioning of the \
         source bucket; Account, Versioning of `backup` (give `--source-bucket` and `--context`)\n\
         c.xml: accepted (V2, 2 rules)\n"
    );
    let ran = desk.run(&["check", "c.xml"]);
    assert!(ran.ended(0).out.starts_with("note[metrics-absent]: "), "{}", ran.out);
    assert!(ran.out.ends_with("\nc.xml: accepted (V2, 2 rules), 1 note\n"), "{}", ran.out);
    let known = r#"{"Versioning": "Enabled", "ObjectLock": "Disabled", "DefaultEncryption": "SSE-S3",
                   "Account": "123456789012"}"#;
    desk.put("b.json", format!(r#"{{"photos": {known}, "backup": {known}}}"#));
    let known = ["check", "c.xml", "--source-bucket", "photos", "--context", "b.json"];
    let ran = desk.run(&[&known, &quiet[..]].concat());
    assert_eq!(ran.ended(0).out, "c.xml: accepted (V2, 2 rules)\n");
}

#[test]
fn levels_set_the_severity_of_advice() {
    let desk = Desk::new("check-advice");
    desk.put("c.xml", with_role(&rule_v2("r", 1, "<Prefix>/logs/</Prefix>", "backup", "")));
    let ran = desk.run(&["check", "c.xml"]);
    assert!(ran.ended(0).out.contains("warning[prefix-begins-with-slash]"), "{}", ran.out);
    assert!(ran.out.contains("write `logs/`, unless"), "{}", ran.out);
    let run = |level: &str| desk.run(&["check", "c.xml", "--format", "json", "--level", level]);
    assert_eq!(run("prefix-begins-with-slash=allow").ended(0).codes(), ["metrics-absent"]);
    assert_eq!(run("all=allow").ended(0).codes(), [""; 0]);
    let noted = run("prefix-begins-with-slash=note").ended(0).json();
    assert_eq!(noted["files"][0]["diagnostics"][1]["severity"], "note");
    let denied = run("suspicious=deny");
    assert_eq!(denied.ended(1).json()["files"][0]["valid"], true);
    let severities = denied.json()["files"][0]["diagnostics"].clone();
    assert!(severities.as_array().unwrap().iter().any(|found| found["severity"] == "error"));
    let all = run("all=warn").ended(0).codes();
    let pedantic = ["metrics-absent", "prefix-begins-with-slash", "decided-differently-elsewhere"];
    assert!(pedantic.iter().all(|name| all.iter().any(|code| code == name)), "{all:?}");
    let wrong = run("suspicius=deny");
    assert!(wrong.ended(2).err.contains("did you mean `suspicious`?"), "{}", wrong.err);
}

#[test]
fn lints_are_listed_and_explained() {
    let desk = Desk::new("lints");
    let list = desk.run(&["lints"]);
    for line in ["\nsuspicious (warn): accepted by S3, but rarely intended", "\n  shadowed-rule  "]
    {
        assert!(list.ended(0).out.contains(line), "{}", list.out);
    }
    let one = desk.run(&["lints", "shadowed-rule"]);
    assert!(one.ended(0).out.starts_with("shadowed-rule (suspicious, warn, since 0.1.0, REP-401)"));
    assert!(one.out.contains("\n## Why it matters\n"), "{}", one.out);
    let json = desk.run(&["lints", "shadowed-rule", "--format", "json"]).ended(0).json();
    assert_eq!(json["lints"][0]["group"], "suspicious");
    let wrong = desk.run(&["lints", "shadowed-rules"]);
    assert!(wrong.ended(2).err.contains("did you mean `shadowed-rule`?"), "{}", wrong.err);
}

#[test]
fn check_shows_every_finding_and_the_line_it_is_about() {
    let desk = Desk::new("check-findings");
    desk.put("bad.xml", DOUBTFUL);
    let ran = desk.run(&["check", "bad.xml"]);
    assert!(ran.ended(1).out.contains("--> bad.xml:2:7\n"), "{}", ran.out);
    assert!(ran.out.contains("2 | <Role>nobody</Role>"), "{}", ran.out);
    assert!(ran.out.ends_with("\nbad.xml: refused, 1 error, 1 warning\n"), "{}", ran.out);
    assert!(!ran.out.contains('\x1b'), "no terminal, no colour");
}

#[test]
fn check_writes_the_json_of_the_contract() {
    let desk = Desk::with_configuration("check-json");
    desk.put("bad.xml", DOUBTFUL);
    let level = "metrics-absent=allow";
    let ran = desk.run(&["check", "c.xml", "bad.xml", "--format", "json", "--level", level]);
    let document = ran.ended(1).json();
    let good = json!({"file": "c.xml", "form": "xml", "version": "V2", "valid": true,
        "diagnostics": []});
    for (name, value) in good.as_object().unwrap() {
        assert_eq!(document["files"][0][name], *value);
    }
    let missing = document["files"][0]["missing_facts"].as_array().unwrap();
    let of_backup = json!({"bucket": "backup", "fact": "Versioning",
        "lints": ["destination-not-versioned"]});
    assert!(missing.contains(&of_backup), "{missing:?}");
    let bad = &document["files"][1];
    assert_eq!((&bad["valid"], &bad["version"]), (&json!(false), &json!("V1")));
    let found = bad["diagnostics"].as_array().unwrap();
    let role = found.iter().find(|found| found["code"] == "role-invalid").unwrap();
    assert_eq!(
        (&role["severity"], &role["path"], &role["line"], &role["column"]),
        (&json!("error"), &json!("Role"), &json!(2), &json!(7))
    );
    assert_eq!(role["service_error"]["code"], "InvalidArgument");
    assert!(role["clause"].as_str().unwrap().starts_with("REP-"));
    let grades = ["primary", "reported", "emulator", "inference"];
    assert!(grades.contains(&role["evidence"].as_str().unwrap()));
    let warning = found.iter().find(|found| found["code"] == "attribute-ignored").unwrap();
    assert_eq!(warning["severity"], "warning");
    assert!(warning.get("service_error").is_none() && warning.get("notes").is_none());
}

#[test]
fn check_tells_versions_apart() {
    let v1 = "<Rule><Status>Enabled</Status><Prefix>a</Prefix><Destination>\
              <Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>";
    let v2 = rule_v2("r", 1, "", "backup", "");
    let desk = Desk::new("check-versions");
    let version = |rules: &str| {
        let ran = desk.run_with(&["check", "-", "--format", "json"], with_role(rules));
        ran.json()["files"][0]["version"].clone()
    };
    assert_eq!(version(v1), "V1");
    assert_eq!(version(&v2), "V2");
    assert_eq!(version(&(v1.to_owned() + &v2)), "mixed");
    assert_eq!(version(""), Value::Null);
}

#[test]
fn check_goes_on_after_a_file_that_is_not_there() {
    let desk = Desk::with_configuration("check-missing");
    let ran = desk.run(&["check", "nowhere.xml", "c.xml", "--format", "json"]);
    let document = ran.ended(2).json();
    assert_eq!(document["files"].as_array().unwrap().len(), 1);
    assert_eq!(document["files"][0]["file"], "c.xml");
    assert!(ran.err.contains("cannot read `nowhere.xml`"), "{}", ran.err);
    let ran = desk.run(&["check", ".", "--format", "json"]).ended(0).json();
    assert_eq!(ran["files"][0]["file"], "./c.xml", "a folder is searched");
}

#[test]
fn check_survives_hostile_documents() {
    let desk = Desk::new("check-hostile");
    let depth = 10_000;
    let laughs = "<!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]><l>&b;&b;</l>";
    let documents: [(&str, Vec<u8>); 7] = [
        ("3 MB", [b"<a>".to_vec(), vec![b'x'; 3 << 20], b"</a>".to_vec()].concat()),
        ("deep", ("<a>".repeat(depth) + &"</a>".repeat(depth)).into_bytes()),
        ("deep JSON", ("[".repeat(depth) + &"]".repeat(depth)).into_bytes()),
        ("billion laughs", laughs.into()),
        ("not UTF-8", b"<ReplicationConfiguration>\xFF\xFE</ReplicationConfiguration>".to_vec()),
        ("NUL", b"<ReplicationConfiguration>\0</ReplicationConfiguration>".to_vec()),
        ("words", b"replicate everything please".to_vec()),
    ];
    for (name, bytes) in documents {
        let ran = desk.run_with(&["check", "-", "--format", "json"], bytes);
        assert_eq!(ran.ended(1).codes(), ["malformed-document"], "{name}");
        let file = &ran.json()["files"][0];
        assert_eq!(file["valid"], false, "{name}");
        assert_eq!(file["diagnostics"][0]["service_error"]["code"], "MalformedXML", "{name}");
    }
}

#[test]
fn check_counts_a_thousand_and_one_rules() {
    let rule = |at| rule_v2(&format!("r{at}"), at, &format!("<Prefix>{at}/</Prefix>"), "b-1", "");
    let rules: String = (1..=1001).map(rule).collect();
    let desk = Desk::new("check-many");
    desk.put("many.xml", with_role(&rules));
    let ran = desk.run(&["check", "many.xml"]);
    assert!(ran.ended(1).out.contains("many.xml: refused"), "{}", ran.out);
}

#[test]
fn check_annotates_for_github() {
    let desk = Desk::new("check-github");
    desk.put("a,b: 100%.xml", DOUBTFUL);
    let ran = desk.run(&["check", "a,b: 100%.xml", "--format", "github"]);
    let start =
        "::error file=a%2Cb%3A 100%25.xml,line=2,col=7,endLine=2,endColumn=13,title=role-invalid::";
    assert!(ran.ended(1).out.lines().any(|line| line.starts_with(start)), "{}", ran.out);
    assert!(ran.out.contains("%0Ahelp: "), "{}", ran.out);
    assert!(ran.out.lines().all(|line| line.starts_with("::")), "{}", ran.out);
}

#[test]
fn check_writes_sarif() {
    let desk = Desk::new("check-sarif");
    desk.put("a b.xml", DOUBTFUL);
    let log = desk.run(&["check", "a b.xml", "--format", "sarif"]).ended(1).json();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    for result in results {
        let at = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[at]["id"], result["ruleId"]);
    }
    let role = results.iter().find(|result| result["ruleId"] == "role-invalid").unwrap();
    assert_eq!(role["level"], "error");
    let place = &role["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a%20b.xml");
    let region = json!({"startLine": 2, "startColumn": 7, "endLine": 2, "endColumn": 13});
    assert_eq!(place["region"], region);
}

fn sarif_schema() -> jsonschema::Validator {
    let mut schema: Value = serde_json::from_str(include_str!("schemas/sarif-2.1.0.json")).unwrap();
    // Patterns with a bracket too many, about properties that are not written.
    for definition in ["run", "toolComponent"] {
        let language = format!("/definitions/{definition}/properties/language");
        let language = schema.pointer_mut(&language).and_then(Value::as_object_mut).unwrap();
        assert!(language.remove("pattern").is_some());
    }
    jsonschema::draft7::new(&schema).unwrap()
}

#[test]
fn sarif_is_valid_against_its_schema() {
    let schema = sarif_schema();
    let desk = Desk::with_configuration("sarif-schema");
    desk.put("bad.xml", DOUBTFUL);
    desk.put("no document", "<");
    desk.put(
        "advised \u{1F980}.xml",
        with_role(
            &[
                rule_v2("one", 1, "<Prefix>/logs/</Prefix>", "backup", ""),
                rule_v2("two", 2, "", "backup", ""),
            ]
            .concat(),
        ),
    );
    let valid = |files: &[&str], count: usize| {
        let arguments = [&["check", "--format", "sarif", "--level", "all=warn"], files].concat();
        let log = desk.run(&arguments).json();
        let wrong: Vec<String> = schema.iter_errors(&log).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        let results = log["runs"][0]["results"].as_array().unwrap();
        assert!(results.len() >= count, "{results:#?}");
    };
    valid(&["c.xml"], 0);
    valid(&["c.xml", "bad.xml", "no document", "advised \u{1F980}.xml"], 8);
    assert!(!schema.is_valid(&json!({"version": "2.1.0"})), "the schema is read");
    assert!(!schema.is_valid(&json!({"version": "2.1.0", "runs": [{"tool": {}}]})));
}

#[test]
fn levels_turn_warnings_up_and_down_but_no_refusals() {
    let warned =
        with_role(&rule_v2("r", 1, "", "backup", "")).replace("<Rule>", "<Rule mood=\"\">");
    let desk = Desk::new("levels");
    desk.put("w.xml", warned);
    let check = |level: &str| {
        let others = ["--level", "metrics-absent=allow", "--level", level];
        desk.run(&[&["check", "w.xml", "--format", "json"], &others[..]].concat())
    };
    let severity = |ran: &Ran| ran.json()["files"][0]["diagnostics"][0]["severity"].clone();

    let ran = check("attribute-ignored=warn");
    assert_eq!(severity(ran.ended(0)), "warning");
    let ran = check("attribute-ignored=deny");
    assert_eq!(severity(ran.ended(1)), "error");
    assert_eq!(ran.json()["files"][0]["valid"], true, "the store would still accept it");
    assert!(check("attribute-ignored=allow").ended(0).codes().is_empty());

    check("priority-missing=deny").ended(0);
    for (level, says) in [
        ("priority-missing=allow", "its level cannot change"),
        ("role-invalid=warn", "its level cannot change"),
        ("atribute-ignored=allow", "did you mean `attribute-ignored`?"),
        ("attribute-ignored=dney", "did you mean `deny`?"),
        ("attribute-ignored", "write LINT=LEVEL"),
    ] {
        let ran = check(level);
        assert!(ran.ended(2).err.contains(says), "{}", ran.err);
    }
}

#[test]
fn context_says_what_is_known_about_buckets() {
    let desk = Desk::with_configuration("context");
    desk.put("wrapped.json", r#"{"Buckets": {"photos": {"Versioning": "Enabled"}, "gone": null}}"#);
    desk.put("bare.json", "\u{FEFF}{\"photos\": {\"Versioning\": \"Enabled\"}, \"gone\": null}");
    desk.put("bad.json", "{\"Buckets\":\n {\"photos\": {\"Versionning\": \"Enabled\"}}}");
    let check =
        |context| desk.run(&["check", "c.xml", "--source-bucket", "photos", "--context", context]);
    check("wrapped.json").ended(0);
    check("bare.json").ended(0);
    let ran = check("bad.json");
    let expected =
        "error[element-unknown]: unknown member `Versionning` in `photos`\n --> bad.json:2:14";
    assert!(ran.ended(2).err.contains(expected), "{}", ran.err);
    assert!(ran.err.contains("help: did you mean `Versioning`?"), "{}", ran.err);
    check("nowhere.json").ended(2);
    desk.run(&["check", "c.xml", "--source-bucket", "No!"]).ended(2);
}

#[test]
fn dialects_are_named_and_suggested() {
    let desk = Desk::with_configuration("dialects");
    let tax = ["--key", "Tax/a", "--tag", "team=tax", "--no-rules"];
    let winner = |dialect: &str| {
        let ran = desk.run(&[&["decide", "-c", "c.xml", "--dialect", dialect], &tax[..]].concat());
        ran.ended(0).json()["Replications"][0]["Rule"].clone()
    };
    assert_eq!((winner("aws"), winner("aws-tutorial")), (json!("tax"), json!("all")));
    let ran = desk.run(&["check", "c.xml", "--dialect", "aws-tutorials"]);
    assert!(ran.ended(2).err.contains("did you mean `aws-tutorial`?"), "{}", ran.err);
}

#[test]
fn decide_answers_line_by_line_in_order() {
    let desk = Desk::with_configuration("decide");
    desk.put("o.jsonl", concat!(
        "\u{FEFF}{\"Key\": \"Tax/1\", \"VersionId\": \"v1\", \"Tags\": {\"team\": \"tax\"}}\r\n",
        "\r\n",
        "{\"Key\": \"Tax/2\", \"Tags\": \"team=t%61x&a=b+c\"}\n",
        "{\"Key\": \"Tax/3\", \"Tags\": [{\"Key\": \"team\", \"Value\": \"tax\"}], \"VersionId\": null}\n",
        "{\"Key\": \"x\", \"Event\": \"s3:ObjectCreated:Copy\", \"StorageClass\": \"\", \"ETag\": \"e\"}\n",
        "{\"Key\": \"x\", \"IsDeleteMarker\": \"true\", \"Size\": \"12\"}",
    ));
    let ran = desk.run(&["decide", "--configuration", "c.xml", "--objects", "o.jsonl"]);
    let answers = ran.ended(0).lines();
    assert_eq!(
        answers[0],
        json!({
        "Key": "Tax/1", "VersionId": "v1", "Event": "ObjectCreated:Put", "Replicates": true,
        "Replications": [{"Bucket": "arn:aws:s3:::backup", "Rule": "tax", "Priority": 2,
            "Action": "replicate-object", "StorageClass": "STANDARD", "Encryption": "SSE-S3",
            "Owner": "source", "ReplicationTimeControl": false, "Metrics": false}],
        "Rules": [{"Rule": "all", "Verdict": "outranked", "By": "tax"},
            {"Rule": "tax", "Verdict": "selected"}]})
    );
    let winners: Vec<&Value> =
        answers.iter().map(|answer| &answer["Replications"][0]["Rule"]).collect();
    assert_eq!(winners, [&json!("tax"), &json!("tax"), &json!("tax"), &json!("all"), &Value::Null]);
    assert!(answers[2].get("VersionId").is_none());
    assert_eq!(answers[3]["Event"], "ObjectCreated:Copy");
    assert_eq!(answers[3]["Rules"][1]["Reason"], "prefix-differs");
    assert_eq!(answers[4]["Event"], "ObjectRemoved:DeleteMarkerCreated");
    assert_eq!(answers[4]["Rules"][0]["Reason"], "delete-markers-disabled");
}

#[test]
fn decide_names_bad_lines_and_answers_the_rest() {
    let desk = Desk::with_configuration("bad-lines");
    let lines: &[(&[u8], &str)] = &[
        (b"{\"Kye\": \"a\"}", "unknown member `Kye` in an object; did you mean `Key`?"),
        (b"{}", "no `Key`"),
        (b"{\"Key\": \"\"}", "no `Key`"),
        (b"{\"Key\": 5}", "`Key`: invalid type"),
        (b"hello", "write one JSON object per line"),
        (b"[{\"Key\": 5}]", "`Key`: invalid type"),
        (b"{\"Key\":", "the text ends within"),
        (b"{\"Key\": \"a\", \"Key\": \"b\"}", "member `Key` is repeated"),
        (b"{\"Key\": \"\xFF\"}", "not UTF-8, see byte 10"),
        (b"{\"Key\": \"a\", \"Event\": \"ObjectCreatd:Put\"}", "did you mean `ObjectCreated:Put`?"),
        (b"{\"Key\": \"a\", \"EncryptionStatus\": \"AES\"}", "`EncryptionStatus`: expected"),
        (b"{\"Key\": \"a\", \"StorageClass\": \"glacier\"}", "did you mean `GLACIER`?"),
        (b"{\"Key\": \"a\", \"Size\": -1}", "`Size`: expected a number of bytes"),
        (
            b"{\"Key\": \"a\", \"IsDeleteMarker\": true, \"Event\": \"ObjectCreated:Put\"}",
            "`ObjectCreated:Put` does not create a delete marker",
        ),
        (b"{\"Key\": \"a\", \"Tags\": \"a=%zz\"}", "two hexadecimal digits"),
        (b"{\"Key\": \"a\", \"Tags\": {\"k\": \"1\", \"k\": \"2\"}}", "the key `k` is given twice"),
        (b"{\"Key\": \"a\", \"ObjectLockMode\": \"GOVERNANCE\"}", "require each other"),
        (b"{\"Key\": \"a\", \"LastModifiedDate\": \"yesterday\"}", "`yesterday` is not a time"),
    ];
    let mut input = Vec::new();
    for (line, _) in lines {
        input.extend([line, &b"\n{\"Key\": \"good\"}\n"[..]].concat());
    }
    input.extend(format!("{{\"Key\": \"{}\"}}\n{{\"Key\": \"last\"}}", "k".repeat(1025)).bytes());
    desk.put("o.jsonl", input);
    let ran = desk.run(&["decide", "-c", "c.xml", "--objects", "o.jsonl", "--no-rules"]);
    assert_eq!(ran.ended(2).lines().len(), lines.len() + 1);
    for (number, (_, says)) in (1..).step_by(2).zip(lines) {
        let place = format!("o.jsonl:{number}: ");
        let said = ran.err.lines().find(|line| line.starts_with(&place));
        assert!(said.is_some_and(|said| said.contains(says)), "{says}: {said:?}\n{}", ran.err);
    }
    assert!(ran.err.contains("`Key` has 1025 bytes"), "{}", ran.err);
    assert!(ran.err.ends_with("19 of 38 objects could not be read and have no answer\n"));
}

#[test]
fn a_line_beyond_all_proportion_is_a_bad_line() {
    let desk = Desk::with_configuration("long-line");
    let long = format!("{{\"Key\": \"{}\"}}\n{{\"Key\": \"a\"}}\n", "k".repeat(3 << 20));
    let ran = desk.run_with(&["decide", "-c", "c.xml"], long);
    assert_eq!(ran.ended(2).lines().len(), 1);
    assert!(ran.err.starts_with("<stdin>:1: the line is longer than"), "{}", ran.err);
}

#[test]
fn decide_takes_one_object_from_flags() {
    let desk = Desk::with_configuration("flags");
    let decide =
        |flags: &[&str]| desk.run(&[&["decide", "-c", "c.xml", "--key", "Tax/a"], flags].concat());
    let reason = |flags: &[&str]| decide(flags).ended(0).json()["Rules"][0]["Reason"].clone();
    assert_eq!(reason(&["--storage-class", "GLACIER"]), "archived");
    assert_eq!(reason(&["--access-tier", "DEEP_ARCHIVE"]), "archived");
    assert_eq!(reason(&["--encryption", "SSE-KMS"]), "kms-not-selected");
    assert_eq!(reason(&["--replication-status", "REPLICA"]), "replica");
    assert_eq!(
        reason(&["--event", "ObjectRemoved:Delete", "--version-id", "v1"]),
        "version-delete"
    );
    assert_eq!(reason(&["--event", "ObjectTagging:Put"]), "existing-object");
    assert_eq!(reason(&["--delete-marker"]), "delete-markers-disabled");
    assert_eq!(reason(&["--size", "1", "--last-modified", "2026-11-22T10:00:00Z"]), Value::Null);
    let ran = decide(&["--tag", "team=tax", "--no-rules"]);
    assert_eq!(ran.ended(0).json()["Replications"][0]["Rule"], "tax");
    assert!(ran.json().get("Rules").is_none());
    assert!(decide(&["--event", "Birthday"]).ended(2).err.contains("`Event`: expected"));
    assert!(decide(&["--tag", "team"]).ended(2).err.contains("KEY=VALUE"));
    decide(&["--objects", "o.jsonl"]).ended(2);
    desk.run(&["decide", "-c", "c.xml", "--size", "1"]).ended(2);
    let text = decide(&["--format", "text"]).ended(0).out.clone();
    assert_eq!(
        text,
        "Tax/a, ObjectCreated:Put: arn:aws:s3:::backup (rule all, replicate-object)\n"
    );
}

#[test]
fn decide_refuses_a_refused_configuration() {
    let desk = Desk::new("decide-refused");
    desk.put("bad.xml", DOUBTFUL);
    let ran = desk.run(&["decide", "-c", "bad.xml", "--key", "a"]);
    assert!(ran.ended(1).err.contains("error[role-invalid]"), "{}", ran.err);
    assert_eq!(ran.out, "");
    desk.put("none.xml", "hello");
    for command in [&["decide", "--key", "a", "-c"][..], &["convert", "--to", "xml"]] {
        let ran = desk.run(&[command, &["none.xml"]].concat());
        assert!(ran.ended(2).err.contains("neither XML nor JSON"), "{}", ran.err);
    }
    desk.run(&["decide", "-c", "nowhere.xml", "--key", "a"]).ended(2);
    let ran = desk.run_with(&["decide", "-c", "-"], DOUBTFUL);
    assert!(ran.ended(2).err.contains("cannot be both"), "{}", ran.err);
}

#[test]
fn decide_answers_a_process_that_waits() {
    let desk = Desk::with_configuration("talk");
    let mut child = desk.start(&["decide", "-c", "c.xml", "--no-rules"]);
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    for key in ["a", "b", "c"] {
        writeln!(stdin, "{{\"Key\": \"{key}\"}}").unwrap();
        let answer: Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
        assert_eq!(answer["Key"], key);
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let desk = Desk::with_configuration("pipe");
    desk.put("o.jsonl", "{\"Key\": \"a\"}\n".repeat(50_000));
    for arguments in [&["decide", "-c", "c.xml", "--objects", "o.jsonl"][..], &["demo"]] {
        let mut child = desk.start(arguments);
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_no_closed_pipe() {
    let desk = Desk::with_configuration("full");
    if Path::new("/dev/full").exists() {
        let mut command = Command::new(env!("CARGO_BIN_EXE_s3-replication"));
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        command.args(["check", "c.xml"]).current_dir(&desk.0).stdout(full).stderr(Stdio::piped());
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(!output.stderr.is_empty());
    }
}

#[test]
fn explain_gives_reasons_and_near_misses() {
    let desk = Desk::with_configuration("explain");
    let ran = desk.run(&["explain", "-c", "c.xml", "--key", "tax/a", "--tag", "team=tax"]);
    for part in [
        "tax/a, ObjectCreated:Put\n",
        "Replicates to: arn:aws:s3:::backup, by rule `all`",
        "the object, in STANDARD, encrypted with SSE-S3, owned by the source object owner",
        "all  selected [REP-404]",
        "tax  rejected (prefix-differs): the key does not begin with the prefix [REP-301]",
        "near miss: the key matches the prefix `Tax/` except for case [REP-302]\n",
        "help: to replicate it, use the same case in keys and prefix; the prefix is `Tax/`\n",
    ] {
        assert!(ran.ended(0).out.contains(part), "{part}\n{}", ran.out);
    }
    let ran = desk.run_with(
        &["explain", "-c", "c.xml", "--objects", "-", "--format", "json"],
        "{\"Key\": \"Tax/a\", \"Tags\": {\"team\": \"Tax\"}}\n{\"Key\": \"a\\u001b[31m\"}\n",
    );
    let rule = &ran.ended(0).lines()[0]["Rules"][1];
    assert_eq!(rule["Reason"], "tags-differ");
    assert_eq!(rule["NearMiss"], "tag `team` is `Tax`, but the rule requires `tax`");
    assert_eq!(rule["Clause"], "REP-303");
    assert!(
        rule["Help"]
            .as_str()
            .unwrap()
            .starts_with("set the tag `team=tax` when you write the object")
    );
    let ran = desk.run_with(&["explain", "-c", "c.xml"], "{\"Key\": \"b\"}\n");
    assert!(ran.ended(0).out.starts_with("b, "), "{}", ran.out);
    let ran = desk.run(&["explain", "-c", "c.xml", "--key", "a\u{1b}[31m\u{202e}"]);
    assert!(ran.ended(0).out.starts_with("a\\u{1b}[31m\\u{202e}, "), "{:?}", ran.out);
}

#[test]
fn convert_keeps_the_meaning() {
    let desk = Desk::with_configuration("convert");
    let json = desk.run(&["convert", "c.xml", "--to", "cli-json"]);
    assert_eq!(json.ended(0).json()["Rules"][1]["ID"], "tax");
    let xml = desk.run_with(&["convert", "-", "--to", "xml", "--output", "d.xml"], &json.out);
    assert_eq!(xml.ended(0).out, "");
    let again = desk.run(&["convert", "d.xml", "--to", "cli-json"]);
    assert_eq!(again.ended(0).out, json.out);

    desk.put("bad.xml", DOUBTFUL);
    let ran = desk.run(&["convert", "bad.xml", "--to", "cli-json"]);
    assert!(ran.ended(1).out.is_empty() && ran.err.contains("error[role-invalid]"), "{}", ran.err);
    desk.run(&["convert", "nowhere.xml", "--to", "xml"]).ended(2);
    desk.run(&["convert", "c.xml", "--to", "yaml"]).ended(2);
    desk.run(&["convert", "c.xml", "--to", "xml", "--output", "no/such/folder"]).ended(2);
}

#[test]
fn the_form_can_be_said_instead_of_seen() {
    let desk = Desk::with_configuration("form");
    desk.run(&["check", "c.xml", "--from", "xml"]).ended(0);
    let ran = desk.run(&["check", "c.xml", "--from", "cli-json", "--format", "json"]);
    assert_eq!(ran.ended(1).codes(), ["malformed-document"]);
    assert_eq!(ran.json()["files"][0]["form"], "cli-json");
}

#[test]
fn the_demo_names_its_reasons() {
    let desk = Desk::new("demo");
    let ran = desk.run(&["demo"]);
    for part in [
        "A configuration (V2, 5 rules)",
        "outranked by `tax`",
        "(prefix-differs)",
        "(tags-differ)",
        "(rule-disabled)",
        "(kms-not-selected)",
        "(archived)",
        "(delete-markers-disabled)",
        "(delete-marker-has-no-tags)",
        "(version-delete)",
        "(replica)",
        "(existing-object)",
        "near miss: ",
        "replicate: 1 done, 0 failed, 2 pending",
        "Tax/2026.pdf v2:  example-source COMPLETED STANDARD  example-backup REPLICA STANDARD_IA",
        "event Replication:OperationFailedReplication: Tax/2027.pdf, DstPutObjectNotPermitted",
        "Tax/2027.pdf v3:  example-source FAILED STANDARD\n",
        "photos/team.jpg v4:  example-source COMPLETED  example-backup REPLICA\n",
        "generate the manifest: Preparing, Suspended, 5 versions",
        "run the job: Active, Completing, Complete; 4 succeeded, 1 failed",
        "failed Tax/2026.pdf v2 DstObjectHardDeleted",
        "photos/1998.jpg v5:  example-source COMPLETED  example-backup REPLICA\n",
        "job-example-job/list/manifest.json\n",
        "s3-replication check",
    ] {
        assert!(ran.ended(0).out.contains(part), "{part}\n{}", ran.out);
    }
    assert_eq!(ran.out, desk.run(&["demo"]).out);
}

#[test]
fn usage_is_explained() {
    let desk = Desk::new("usage");
    for command in [&["--help"][..], &["check", "--help"], &["decide", "--help"], &["-V"]] {
        desk.run(command).ended(0);
    }
    for command in ["check", "decide", "explain", "convert", "topology"] {
        let help = desk.run(&[command, "--help"]).out;
        assert!(help.contains("Examples:\n"), "{help}");
    }
    desk.run(&[]).ended(2);
    desk.run(&["check"]).ended(2);
    assert!(desk.run(&["chek"]).ended(2).err.contains("'check'"));
    assert!(desk.run(&["check", "-", "-"]).ended(2).err.contains("only once"));
}

const SCENARIO: &str = r#"{
  "Buckets": {
    "photos": {"Versioning": "Enabled", "Replication": {
      "Role": "arn:aws:iam::111122223333:role/replication",
      "Rules": [{"ID": "all", "Status": "Enabled", "Priority": 1, "Filter": {},
                 "DeleteMarkerReplication": {"Status": "Enabled"},
                 "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}},
    "backup": {"Versioning": "Enabled"}
  },
  "Events": [
    {"At": "2026-11-22T09:00:00Z", "Bucket": "photos", "Key": "cat.jpg", "VersionId": "v1", "Size": 4096},
    {"At": "2026-11-22T09:00:10Z", "Bucket": "photos", "Key": "cat.jpg", "VersionId": "v2"}
  ]
}"#;

#[test]
fn simulate_plays_a_scenario() {
    let desk = Desk::new("simulate");
    desk.put("s.json", SCENARIO);
    let ran = desk.run(&["simulate", "s.json"]);
    ran.ended(0);
    assert!(ran.out.starts_with(
        "2026-11-22T09:00:00Z  photos  ObjectCreated:Put cat.jpg v1  PENDING\n\
         2026-11-22T09:00:01Z  photos    object of cat.jpg v1 to backup, rule `all`: replicated  COMPLETED\n"
    ));
    assert!(ran.out.contains("\nphotos (versioning Enabled): 2 COMPLETED\n  cat.jpg v2  0 bytes"));
    let json = desk.run(&["simulate", "s.json", "--format", "json"]);
    let document = json.ended(0).json();
    assert_eq!(document["Timeline"].as_array().unwrap().len(), 4);
    assert_eq!(document["Buckets"]["backup"]["Versions"][1]["Size"], 4096);
    let summary = desk.run(&["simulate", "-", "--format", "json", "--summary"]);
    assert_eq!(summary.status, 2, "the standard input is empty");
    let summary = desk.run_with(&["simulate", "-", "--format", "json", "--summary"], SCENARIO);
    let document = summary.ended(0).json();
    assert_eq!(document["Totals"]["Replicated"], 2);
    assert_eq!(document["Buckets"]["backup"]["Versions"], json!([]));
    assert_eq!(document.get("Timeline"), None);
}

#[test]
fn simulate_refuses_before_it_runs() {
    let desk = Desk::new("simulate-refused");
    desk.put("s.json", SCENARIO.replacen("\"photos\", \"Key\"", "\"fotos\", \"Key\"", 1));
    let ran = desk.run(&["simulate", "s.json"]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    let expected = "error[bucket-unknown]: the scenario has no bucket `fotos`; its buckets: \
                    `backup`, `photos`\n  --> s.json:11:46\n";
    assert!(ran.err.starts_with(expected), "{}", ran.err);
    desk.put("s.json", b"{\"Buckets\": \"\xFF\"}");
    let ran = desk.run(&["simulate", "s.json"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("byte 14 is not UTF-8"), "{}", ran.err);
}
