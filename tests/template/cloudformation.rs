//! CloudFormation: functions, conditions, its own rules, and settings of buckets.

use s3_replication::form::Form;
use s3_replication::model::{ConfigurationVersion, ObjectLockStatus, Versioning};
use s3_replication::template::recognise;

use super::{ROLE, codes, only, read, reader, text_at, unknown};

/// A template with one bucket whose configuration has a role and these rules in YAML, each indented by
/// ten spaces.
fn with_rules(rules: &str) -> String {
    format!(
        "Resources:\n  Photos:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: photos\n      \
         VersioningConfiguration: {{Status: Enabled}}\n      ReplicationConfiguration:\n        \
         Role: {ROLE}\n        Rules:\n{rules}"
    )
}

const RULE: &str = "          - Id: logs\n            Status: Enabled\n            Priority: 1\n            \
    Filter: {Prefix: logs/}\n            DeleteMarkerReplication: {Status: Disabled}\n            \
    Destination: {Bucket: 'arn:aws:s3:::backup'}\n";

#[test]
fn a_literal_template_is_known() {
    let template = read("t.yaml", &with_rules(RULE));
    let one = only(&template);
    assert_eq!((template.form(), one.address()), (Form::CloudFormation, "Photos"));
    assert_eq!(one.bucket().unwrap().as_str(), "photos");
    assert_eq!((one.parsed().validity(), codes(one)), (Some(true), vec![]));
    let draft = one.parsed().draft().unwrap();
    assert_eq!(draft.version(), Some(ConfigurationVersion::V2));
    assert_eq!(draft.rules[0].id.as_ref().unwrap().as_str(), "logs");
}

/// REP-1081: a member that CloudFormation lacks, and names of the API, are refused at their places.
#[test]
fn names_are_those_of_cloudformation() {
    let text = with_rules(
        "          - ID: a\n            Status: Enabled\n            Priority: 1\n            \
         Filter: {Tag: {Key: a, Value: b}}\n            \
         ExistingObjectReplication: {Status: Enabled}\n            \
         DeleteMarkerReplication: {Status: Disabled}\n            \
         Destination: {Bucket: 'arn:aws:s3:::backup'}\n",
    );
    let template = read("t.yaml", &text);
    let one = only(&template);
    let found: Vec<_> = one.parsed().report().iter().map(|found| &found.message).collect();
    assert_eq!(
        found,
        [
            "unknown property `ID` in `Rules`",
            "unknown property `ExistingObjectReplication` in `Rules`",
            "unknown property `Tag` in `Filter`",
        ]
    );
    assert_eq!(one.parsed().validity(), Some(false));
    let help = one.parsed().report().iter().next().unwrap().help.clone().unwrap();
    assert!(help.contains("`Id`"), "{help}");
}

/// REP-1082: CloudFormation adds the empty prefix that makes V1, which a note says.
#[test]
fn a_rule_without_filter_and_prefix_is_v1() {
    let rule = "          - Status: Enabled\n            \
        Destination: {Bucket: 'arn:aws:s3:::backup'}\n";
    let template = read("t.yaml", &with_rules(rule));
    let one = only(&template);
    assert_eq!(one.parsed().draft().unwrap().version(), Some(ConfigurationVersion::V1));
    assert_eq!(codes(one), ["cloudformation-rule-in-v1"]);
    assert_eq!(one.parsed().validity(), Some(true));
}

/// REP-1080: functions in their short and long form, in YAML and in JSON.
#[test]
fn functions_are_evaluated() {
    let bucket = |function: &str| {
        let text = format!(
            "Parameters:\n  Name: {{Type: String, Default: backup}}\n  \
             Names: {{Type: CommaDelimitedList, Default: 'a, backup'}}\n\
             Mappings: {{Stages: {{prod: {{Name: backup}}}}}}\n\
             Conditions: {{Yes: !Equals [!Ref Name, backup], No: !Not [!Condition Yes]}}\n\
             Resources:\n  Backup:\n    Type: AWS::S3::Bucket\n    \
             Properties: {{BucketName: backup, VersioningConfiguration: {{Status: Enabled}}}}\n  \
             Photos:\n    Type: AWS::S3::Bucket\n    Properties:\n      \
             VersioningConfiguration: {{Status: Enabled}}\n      ReplicationConfiguration:\n        \
             Role: {ROLE}\n        Rules:\n          - Status: Enabled\n            Prefix: ''\n            \
             Destination:\n              Bucket: {function}\n"
        );
        let template = read("t.yaml", &text);
        let one = only(&template);
        assert_eq!(one.parsed().validity(), Some(true), "{function}: {}", one.parsed().report());
        let draft = one.parsed().draft().unwrap();
        draft.rules[0].destination.as_ref().unwrap().bucket.as_ref().unwrap().to_string()
    };
    for function in [
        "!GetAtt Backup.Arn",
        "!GetAtt [Backup, Arn]",
        "{'Fn::GetAtt': [Backup, Arn]}",
        "{'Fn::GetAtt': Backup.Arn}",
        "!Sub 'arn:aws:s3:::${Backup}'",
        "!Sub 'arn:${AWS::Partition}:s3:::${Name}'",
        "!Sub ['arn:aws:s3:::${X}', {X: !Ref Backup}]",
        "!Sub '${Backup.Arn}'",
        "!Join ['', ['arn:aws:s3:::', !Ref Name]]",
        "!Join [':::', ['arn:aws:s3', !Select [1, !Ref Names]]]",
        "!Sub ['arn:aws:s3:::${X}', {X: !FindInMap [Stages, prod, Name]}]",
        "!If [Yes, 'arn:aws:s3:::backup', 'arn:aws:s3:::other']",
        "!If [No, 'arn:aws:s3:::other', {'Fn::Sub': 'arn:aws:s3:::${Name}'}]",
        "!Select [1, !Split ['|', 'a|arn:aws:s3:::backup']]",
    ] {
        assert_eq!(bucket(function), "arn:aws:s3:::backup", "{function}");
    }
}

#[test]
fn unknown_values_keep_their_expressions() {
    let text = with_rules(
        "          - Id: !Sub '${Prefix}-rule'\n            Status: !Ref Status\n            \
         Priority: 1\n            Filter: {Prefix: !ImportValue prefix}\n            \
         DeleteMarkerReplication: {Status: Disabled}\n            \
         Destination: {Bucket: !GetAtt Elsewhere.Arn, Account: !Ref AWS::AccountId}\n  \
         Elsewhere: {Type: 'Custom::Bucket'}\n\
         Parameters: {Prefix: {Type: String}, Status: {Type: String}}\n",
    );
    let template = read("t.yaml", &text);
    let one = only(&template);
    let expected = [
        ("Rules[0].ID", "${Prefix}-rule"),
        ("Rules[0].Filter.Prefix", "${ImportValue prefix}"),
        ("Rules[0].Status", "${Status}"),
        ("Rules[0].Destination.Bucket", "${Elsewhere.Arn}"),
        ("Rules[0].Destination.Account", "${AWS::AccountId}"),
    ];
    let mut found = unknown(one);
    found.sort();
    let mut expected: Vec<_> =
        expected.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    expected.sort();
    assert_eq!((found, one.parsed().validity(), codes(one)), (expected, None, vec![]));

    let given = reader()
        .with_parameter("Prefix", "p")
        .with_parameter("Status", "Enabled")
        .with_parameter("Elsewhere.Arn", "arn:aws:s3:::elsewhere")
        .read("t.yaml", text.as_bytes());
    let left: Vec<_> = unknown(only(&given)).into_iter().map(|(path, _)| path).collect();
    assert_eq!(left, ["Rules[0].Filter.Prefix", "Rules[0].Destination.Account"]);
}

#[test]
fn what_is_wrong_beside_an_unknown_value_is_found() {
    let text = with_rules(
        "          - Status: !Ref Status\n            Priority: -1\n            Filter: {}\n            \
         DeleteMarkerReplication: {Status: Disabled}\n            \
         Destination: {Bucket: !Ref Bucket}\n\
         Parameters: {Status: {Type: String}, Bucket: {Type: String}}\n",
    );
    let template = read("t.yaml", &text);
    let one = only(&template);
    assert_eq!(codes(one), ["priority-out-of-range"]);
    assert_eq!(
        (text_at(one, "priority-out-of-range"), one.parsed().validity()),
        ("-1", Some(false))
    );
}

/// REP-1080: each condition makes two configurations, and a finding names the one it holds under.
#[test]
fn conditions_make_several_configurations() {
    let rule = "          - Status: Enabled\n            Priority: !If [Prod, 1, -1]\n            \
        Filter: {}\n            DeleteMarkerReplication: {Status: Disabled}\n            \
        Destination: {Bucket: 'arn:aws:s3:::backup'}\n          - !If\n            - Wide\n            \
        - Status: Enabled\n              Priority: 2\n              Filter: {}\n              \
        DeleteMarkerReplication: {Status: Disabled}\n              \
        Destination: {Bucket: 'arn:aws:s3:::wide'}\n            - !Ref AWS::NoValue\n";
    let head = "Parameters: {Stage: {Type: String}, Kind: {Type: String}}\n\
        Conditions: {Prod: !Equals [!Ref Stage, prod], Wide: !Equals [!Ref Kind, wide]}\n";
    let text = head.to_owned() + &with_rules(rule);
    let template = read("t.yaml", &text);
    let one = only(&template);
    assert_eq!(one.conditions(), ["Prod", "Wide"]);
    let found: Vec<_> = one.parsed().report().iter().map(|found| found.message.as_str()).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].ends_with("under the condition that `Prod` is false"), "{found:?}");
    assert_eq!(one.parsed().validity(), None, "it is refused under one condition only");

    let given = reader().with_parameter("Stage", "prod").read("t.yaml", text.as_bytes());
    let given = only(&given);
    assert_eq!((codes(given), given.conditions()), (vec![], &["Wide".to_owned()][..]));
    let possible = given.parsed().possible_configurations().unwrap();
    let mut counts: Vec<_> = possible.iter().map(|one| one.rules().len()).collect();
    counts.sort_unstable();
    assert_eq!(counts, [1, 2]);
}

#[test]
fn conditions_that_exclude_each_other_do_not_hold_together() {
    let rule = "          - Status: Enabled\n            \
        Priority: !If [Prod, 1, !If [Dev, 2, !If [NotProd, 3, -1]]]\n            \
        Filter: {}\n            DeleteMarkerReplication: {Status: Disabled}\n            \
        Destination: {Bucket: 'arn:aws:s3:::backup'}\n";
    let head = "Parameters: {Stage: {Type: String}}\n\
        Conditions: {Prod: !Equals [!Ref Stage, prod], Dev: !Equals [!Ref Stage, dev], \
        NotProd: !Not [!Condition Prod]}\n";
    let template = read("t.yaml", &(head.to_owned() + &with_rules(rule)));
    assert_eq!(codes(only(&template)), Vec::<&str>::new());
}

#[test]
fn too_many_conditions_are_left_unknown() {
    let names: Vec<String> = (0..6).map(|n| format!("C{n}")).collect();
    let conditions: Vec<String> =
        names.iter().map(|name| format!("{name}: !Equals [!Ref P{name}, a]")).collect();
    let rules: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(n, name)| {
            format!(
                "          - Status: !If [{name}, Enabled, Disabled]\n            Priority: {n}\n            \
                 Filter: {{Prefix: p{n}}}\n            DeleteMarkerReplication: {{Status: Disabled}}\n            \
                 Destination: {{Bucket: 'arn:aws:s3:::backup'}}\n"
            )
        })
        .collect();
    let parameters: Vec<String> =
        names.iter().map(|name| format!("P{name}: {{Type: String}}")).collect();
    let text = format!(
        "Parameters: {{{}}}\nConditions: {{{}}}\n{}",
        parameters.join(", "),
        conditions.join(", "),
        with_rules(&rules.concat())
    );
    let template = read("t.yaml", &text);
    let one = only(&template);
    assert_eq!(codes(one), ["conditions-not-read"]);
    assert_eq!(one.parsed().unknown_values().len(), 6);
}

/// REP-1083: plain scalars that YAML 1.1 does not keep.
#[test]
fn plain_scalars_are_those_of_yaml_1_1() {
    let rule = RULE.replace("Id: logs", "Id: yes").replace("Priority: 1", "Priority: 010");
    let template = read("t.yaml", &with_rules(&rule));
    let one = only(&template);
    assert_eq!(codes(one), ["scalar-resolved", "scalar-resolved"]);
    let draft = one.parsed().draft().unwrap();
    assert_eq!(draft.rules[0].id.as_ref().unwrap().as_str(), "true");
    assert_eq!(draft.rules[0].priority.unwrap().get(), 8);
    let quoted = RULE.replace("Id: logs", "Id: 'yes'");
    assert_eq!(codes(only(&read("t.yaml", &with_rules(&quoted)))), Vec::<&str>::new());
}

/// REP-1083: merge keys are resolved with a warning, aliases without one.
#[test]
fn merge_keys_are_noted() {
    let rule = RULE.replace("Destination: {", "Destination: {<<: &d {StorageClass: STANDARD_IA}, ");
    let second = rule.replace("logs", "more").replace("Priority: 1", "Priority: 2");
    let second = second.replace("<<: &d {StorageClass: STANDARD_IA}, ", "<<: *d, ");
    let template = read("t.yaml", &with_rules(&(rule + &second)));
    let one = only(&template);
    assert_eq!(codes(one), ["merge-key", "merge-key"]);
    for rule in &one.parsed().draft().unwrap().rules {
        let class = rule.destination.as_ref().unwrap().storage_class.as_ref().unwrap();
        assert_eq!(class.as_str(), "STANDARD_IA");
    }
}

/// REP-1081: equal rules.
#[test]
fn equal_rules_are_noted() {
    let rule =
        RULE.replace("Id: logs", "Status: Enabled").replacen("Status: Enabled\n", "Id: a\n", 1);
    let template = read("t.yaml", &with_rules(&(rule.clone() + &rule)));
    assert!(codes(only(&template)).contains(&"rule-repeated"));
}

/// REP-1080: a resource whose condition does not hold is not created.
#[test]
fn conditions_of_resources_count() {
    let text =
        "Parameters: {Env: {Type: String}}\nConditions:\n  IsProd: !Equals [!Ref Env, prod]\n"
            .to_owned()
            + &with_rules(&RULE.replace("arn:aws:s3:::backup", "nonsense")).replacen(
                "    Type: AWS::S3::Bucket\n",
                "    Type: AWS::S3::Bucket\n    Condition: IsProd\n",
                1,
            );
    assert!(text.contains("Condition: IsProd"));
    let given = |value: &str| reader().with_parameter("Env", value).read("t.yaml", text.as_bytes());
    assert_eq!(codes(only(&given("prod"))), ["bucket-arn-invalid"]);
    let none = given("dev");
    assert_eq!(none.configurations().count(), 0);
    let finding = none.files()[0].report().iter().next().unwrap();
    assert_eq!((finding.code, none.files()[0].validity()), ("no-configuration", Some(true)));
    // It is refused if it is created at all.
    let unknown = read("t.yaml", &text);
    let one = only(&unknown);
    assert_eq!(
        (one.conditions(), one.parsed().validity()),
        (&["IsProd".to_owned()][..], Some(false))
    );
    let finding = one.parsed().report().iter().next().unwrap();
    assert!(!finding.message.contains("condition"), "{}", finding.message);
}

/// REP-1080: macros may change everything.
#[test]
fn macros_are_named() {
    let text = "Transform: [AWS::Serverless-2016-10-31]\n".to_owned() + &with_rules(RULE);
    let template = read("t.yaml", &text);
    let report = template.files()[0].report();
    assert_eq!(report.iter().map(|found| found.code).collect::<Vec<_>>(), ["macro-not-read"]);
    assert!(report.to_string().contains("AWS::Serverless-2016-10-31"));

    let text = "Resources:\n  Fn::ForEach::Buckets: [N, [a], {}]\n  Photos:\n    \
        Type: AWS::S3::Bucket\n    Properties: {Fn::Transform: {Name: AWS::Include}}\n";
    let template = read("t.yaml", text);
    let found: Vec<_> = template.files()[0].report().iter().map(|found| found.code).collect();
    assert_eq!(found, ["macro-not-read", "macro-not-read"]);
    assert_eq!(only(&template).parsed().validity(), None);
}

#[test]
fn settings_of_buckets_are_those_of_the_template() {
    let text = with_rules(&RULE.replace("'arn:aws:s3:::backup'", "!GetAtt Backup.Arn"))
        + "  Backup:\n    Type: AWS::S3::Bucket\n    Properties: {ObjectLockEnabled: true}\n";
    let template = read("t.yaml", &text);
    let one = only(&template);
    assert_eq!(codes(one), ["destination-not-versioned"], "it is created without versioning");
    let photos = template.buckets().get(&"photos".parse().unwrap()).unwrap();
    assert_eq!(photos.versioning, Some(Versioning::Enabled));
    assert_eq!(photos.object_lock, Some(ObjectLockStatus::Disabled));

    let unversioned =
        with_rules(RULE).replace("      VersioningConfiguration: {Status: Enabled}\n", "");
    assert_eq!(codes(only(&read("t.yaml", &unversioned))), ["source-not-versioned"]);
    let unknown = with_rules(RULE)
        .replace("{Status: Enabled}\n      Rep", "{Status: !Ref V}\n      Rep")
        + "Parameters: {V: {Type: String}}\n";
    assert_eq!(codes(only(&read("t.yaml", &unknown))), Vec::<&str>::new());
}

#[test]
fn several_buckets_have_several_configurations() {
    let other = with_rules(RULE).replace("Resources:\n", "").replace("Photos", "Films");
    let other = other.replace("BucketName: photos", "BucketName: films");
    let template = read("t.yaml", &(with_rules(RULE) + &other));
    let addresses: Vec<_> = template
        .configurations()
        .map(s3_replication::template::TemplateConfiguration::address)
        .collect();
    assert_eq!(addresses, ["Photos", "Films"]);
}

#[test]
fn the_value_alone_is_read() {
    let text = format!("Role: {ROLE}\nRules:\n{RULE}");
    let template = read("value.yaml", &text);
    assert_eq!((only(&template).address(), only(&template).parsed().validity()), ("", Some(true)));
    let json =
        r#"{"ReplicationConfiguration": {"Role": {"Fn::GetAtt": ["R", "Arn"]}, "Rules": []}}"#
            .to_string();
    assert_eq!(recognise("c.json", &json), Some(Form::CloudFormation));
    // Without a name of a file, the first line decides; a name of a function has colons.
    for first in ["Fn::If:", "Role: r", "\"Rules\":", "Fn::Transform:\tx"] {
        assert_eq!(
            recognise("-", &format!("{first}\n  - a\n")),
            Some(Form::CloudFormation),
            "{first}"
        );
    }
    assert_eq!(recognise("-", "https://example.com/a\n"), None);
}

#[test]
fn places_are_those_of_the_text() {
    let text = "# ä\u{1F600}\r\n".to_owned()
        + &with_rules(&RULE.replace("Priority: 1", "Priority: one")).replace('\n', "\r\n");
    for text in [text.clone(), format!("\u{FEFF}{text}")] {
        let template = read("t.yaml", &text);
        assert_eq!(text_at(only(&template), "invalid-value"), "one");
    }
}
