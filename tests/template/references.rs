//! Names that a template of CloudFormation uses, and those by which values are given.

use super::{ROLE, only, read, reader};

/// A template whose bucket has these members and this destination.
fn template(members: &str, destination: &str) -> String {
    format!(
        "Parameters:\n  Environment: {{Type: String}}\nConditions:\n  IsProd: !Equals [!Ref Environment, \
         prod]\nResources:\n  Backup: {{Type: 'AWS::S3::Bucket', Properties: {{VersioningConfiguration: {{Status: Enabled}}}}}}\n  Photos:\n    Type: \
         AWS::S3::Bucket\n{members}    Properties:\n      VersioningConfiguration: {{Status: Enabled}}\n      ReplicationConfiguration:\n        \
         Role: {ROLE}\n        Rules:\n          - Status: !If [IsProd, Enabled, Disabled]\n            \
         Priority: 1\n            Filter: {{Prefix: ''}}\n            \
         DeleteMarkerReplication: {{Status: Disabled}}\n            \
         Destination: {{Bucket: {destination}}}\n"
    )
}

fn undeclared(text: &str) -> Vec<(String, String)> {
    let template = read("t.yaml", text);
    let found = template.configurations().flat_map(|one| one.parsed().report().iter());
    let found = found.chain(template.files()[0].report().iter());
    found
        .filter(|found| found.code == "reference-undeclared")
        .map(|found| (found.message.clone(), found.help.clone().unwrap()))
        .collect()
}

#[test]
fn names_that_are_declared_nowhere_are_named() {
    let all = [
        ("", "!GetAtt Bakup.Arn", "no resource is called `Bakup`", "did you mean `Backup`?"),
        ("", "!GetAtt [Bakup, Arn]", "no resource is called `Bakup`", "did you mean `Backup`?"),
        ("", "!Sub '${Bakup.Arn}'", "no resource is called `Bakup`", "did you mean `Backup`?"),
        (
            "",
            "!Sub 'arn:aws:s3:::${Enviroment}-x'",
            "no parameter or resource is called `Enviroment`",
            "did you mean `Environment`?",
        ),
        (
            "",
            "!Ref Where",
            "no parameter or resource is called `Where`",
            "add a parameter or a resource `Where`, or use a declared name: `Backup`, `Environment`, `Photos`",
        ),
        (
            "    Condition: IsPrd\n",
            "'arn:aws:s3:::b'",
            "no condition is called `IsPrd`",
            "did you mean `IsProd`?",
        ),
        (
            "    DependsOn: [Photo]\n",
            "'arn:aws:s3:::b'",
            "no resource is called `Photo`",
            "did you mean `Photos`?",
        ),
        (
            "",
            "!If [IsProdd, 'arn:aws:s3:::a', 'arn:aws:s3:::b']",
            "no condition is called `IsProdd`",
            "did you mean `IsProd`?",
        ),
    ];
    for (members, destination, message, help) in all {
        let message = format!("{message}, so CloudFormation refuses the template");
        let found = undeclared(&template(members, destination));
        assert_eq!(found, [(message, help.to_owned())], "{members}{destination}");
    }
    // The template may be given in part, so the configuration is not refused.
    assert_eq!(only(&read("t.yaml", &template("", "!Ref Where"))).parsed().validity(), None);
}

/// A reference outside of the configurations belongs to the file.
#[test]
fn other_resources_are_compared_too() {
    let text = template("", "!GetAtt Backup.Arn")
        + "  Topic: {Type: 'AWS::SNS::Topic', \
        Properties: {TopicName: !Ref Nme}}\n";
    let template = read("t.yaml", &text);
    assert_eq!(template.files()[0].report().iter().count(), 1);
    assert_eq!(only(&template).parsed().validity(), None);
}

/// What a macro, a module or the caller gives is not known to be missing.
#[test]
fn names_that_something_else_may_declare_are_unknown() {
    let destination = "!GetAtt Elsewhere.Arn";
    for more in [
        "Transform: AWS::Serverless-2016-10-31\n",
        "  Other: {Type: 'My::Own::MODULE'}\n",
        "  'Fn::ForEach::All': [X, [a], {}]\n",
    ] {
        assert_eq!(undeclared(&(template("", destination) + more)), [], "{more}");
    }
    for known in ["!Ref AWS::StackName", "!Sub ['${Own}', {Own: x}]", "!Sub '${!Literal}'"] {
        assert_eq!(undeclared(&template("", known)), [], "{known}");
    }
    let given = reader().with_parameter("Elsewhere.Arn", "arn:aws:s3:::backup");
    let read = given.read("t.yaml", template("", destination).as_bytes());
    assert_eq!(only(&read).parsed().unknown_values().len(), 0);
    let fragment = "Role: !Ref Elsewhere\nRules: []\n";
    assert_eq!(undeclared(fragment), []);
}

#[test]
fn names_of_values_are_those_of_the_template() {
    let text = template("", "!ImportValue Shared-Arn");
    let template = read("t.yaml", &text);
    let names = template.value_names();
    assert_eq!(names.declared().collect::<Vec<_>>(), ["Environment"]);
    for known in ["Environment", "AWS::Region", "ImportValue Shared-Arn"] {
        assert!(names.takes(known), "{known}");
    }
    assert!(!names.takes("Backup.Arn") && !names.takes("Enviroment"));
    let value = &only(&template).parsed().unknown_values()[0];
    assert_eq!(value.options(), ["--parameter 'ImportValue Shared-Arn=VALUE'"]);
    let advice = only(&template).parsed().advice_on_unknown_values(|_| false);
    assert_eq!(advice, "give `--parameter Environment=VALUE`");
    let given = reader().with_parameter("ImportValue Shared-Arn", "arn:aws:s3:::backup");
    assert!(only(&given.read("t.yaml", text.as_bytes())).parsed().unknown_values().is_empty());
}

/// The name in a template is the one that is deployed.
#[test]
fn a_source_bucket_that_differs_is_a_warning() {
    let named = template("", "!GetAtt Backup.Arn")
        .replace("Properties:\n", "Properties:\n      BucketName: photos\n");
    let reader = |bucket: &str| {
        let parser = s3_replication::Parser::new().with_source_bucket(bucket.parse().unwrap());
        s3_replication::template::TemplateReader::new(parser)
    };
    let template = reader("films").read("t.yaml", named.as_bytes());
    let one = only(&template);
    assert!(super::codes(one).contains(&"source-bucket-differs"), "{}", one.parsed().report());
    assert_eq!(one.bucket().unwrap().as_str(), "photos");
    let same = reader("photos").read("t.yaml", named.as_bytes());
    assert!(!super::codes(only(&same)).contains(&"source-bucket-differs"));
}
