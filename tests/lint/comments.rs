//! Comments of a document that allow a finding.

use s3_replication::build_script::Check;
use s3_replication::form::Form;
use s3_replication::lint::{CommentAllowances, Levels};
use s3_replication::template::TemplateReader;
use s3_replication::{Parser, Report};

const SLASH: &str = "prefix-begins-with-slash";
const ALLOW: &str = "s3-replication: allow prefix-begins-with-slash the keys are old";

/// What the comments of a document do: the reasons of the findings that they allow, and the findings
/// about the comments. `prefix-begins-with-slash` is the finding that each document has.
struct Seen {
    reasons: Vec<String>,
    about: Vec<String>,
    is_found: bool,
}

fn seen(text: &str, form: Form) -> Seen {
    let parser = Parser::new().with_advice(Levels::new());
    let (source, form, reports): (_, _, Vec<Report>) = match form {
        Form::Xml | Form::CliJson => {
            let parsed = parser.parse_bytes(text.as_bytes(), None);
            (parsed.text().clone(), parsed.form(), vec![parsed.report().clone()])
        }
        _ => {
            let template = TemplateReader::new(parser).with_form(form).read("t", text.as_bytes());
            let file = &template.files()[0];
            let inside = file.configurations().iter().map(|one| one.parsed().report().clone());
            let reports = std::iter::once(file.report().clone()).chain(inside).collect();
            (file.text().clone(), Some(form), reports)
        }
    };
    let has_slash = |report: &Report| report.iter().any(|found| found.code == SLASH);
    assert!(reports.iter().any(has_slash), "{text}");
    let mut comments = CommentAllowances::read(&source, form);
    let applied: Vec<_> = reports.iter().map(|report| comments.apply(report)).collect();
    Seen {
        is_found: applied.iter().any(|(report, _)| has_slash(report)),
        reasons: applied.into_iter().flat_map(|(_, taken)| taken).map(|one| one.reason).collect(),
        about: comments.findings(|_| true).iter().map(ToString::to_string).collect(),
    }
}

/// Checks that the finding is allowed, or that nothing at all is.
#[track_caller]
fn assert_allowed(text: &str, form: Form, is_allowed: bool) {
    let seen = seen(text, form);
    let expected: &[&str] = if is_allowed { &["the keys are old"] } else { &[] };
    assert_eq!(seen.reasons, expected, "{text}");
    assert_eq!(seen.is_found, !is_allowed, "{text}");
}

fn xml(before: &str, above: &str, behind: &str) -> String {
    format!(
        "{before}<ReplicationConfiguration>\n<Role>arn:aws:iam::123456789012:role/r</Role>\n<Rule>\n\
         <Status>Enabled</Status>\n{above}<Prefix>/tax</Prefix>{behind}\n\
         <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination>\n</Rule>\n\
         </ReplicationConfiguration>\n"
    )
}

fn cloudformation(before: &str, above: &str, behind: &str) -> String {
    format!(
        "{before}Resources:\n  Photos:\n    Type: AWS::S3::Bucket\n    Properties:\n      \
         VersioningConfiguration: {{Status: Enabled}}\n      ReplicationConfiguration:\n        \
         Role: arn:aws:iam::123456789012:role/r\n        Rules:\n          - Status: Enabled\n\
         {above}            Prefix: /tax{behind}\n            Destination:\n              \
         Bucket: arn:aws:s3:::backup\n"
    )
}

fn terraform(before: &str, above: &str, behind: &str) -> String {
    format!(
        "{before}resource \"aws_s3_bucket_replication_configuration\" \"r\" {{\n  bucket = \"photos\"\n  \
         role = \"arn:aws:iam::123456789012:role/r\"\n  rule {{\n    status = \"Enabled\"\n\
         {above}    prefix = \"/tax\"{behind}\n    \
         destination {{\n      bucket = \"arn:aws:s3:::backup\"\n    }}\n  }}\n}}\n"
    )
}

#[test]
fn a_comment_of_xml_allows_a_finding() {
    for (before, above, behind, is_allowed) in [
        (String::new(), format!("<!-- {ALLOW} -->\n"), String::new(), true),
        (String::new(), format!("<!--\n  {ALLOW}\n-->\n"), String::new(), true),
        (String::new(), format!("<!-- {} -->\n", ALLOW.replace(' ', "\n")), String::new(), true),
        (
            String::new(),
            format!("<!-- {} -->\n", ALLOW.replace("the ", "the\n ")),
            String::new(),
            true,
        ),
        (String::new(), format!("<!-- {ALLOW} -->\n<!-- another -->\n"), String::new(), true),
        (String::new(), format!("<!-- {ALLOW} -->\n\n"), String::new(), false),
        (String::new(), String::new(), format!("<!-- {ALLOW} -->"), true),
        (String::new(), String::new(), format!("\n<!-- {ALLOW} -->"), false),
        (format!("<!-- {ALLOW} -->\n"), String::new(), String::new(), true),
        (
            format!("<?xml version='1.0'?>\n<!-- {ALLOW} -->\n\n"),
            String::new(),
            String::new(),
            true,
        ),
        // Nothing of this is a comment.
        (format!("<?x <!-- {ALLOW} --> ?>\n"), String::new(), String::new(), false),
        (String::new(), format!("<ID><![CDATA[<!-- {ALLOW} -->\n]]></ID>"), String::new(), false),
        (String::new(), format!("<ID>{ALLOW}</ID>"), String::new(), false),
    ] {
        assert_allowed(&xml(&before, &above, &behind), Form::Xml, is_allowed);
    }
}

#[test]
fn a_comment_of_yaml_allows_a_finding() {
    for (before, above, behind, is_allowed) in [
        (String::new(), format!("            # {ALLOW}\n"), String::new(), true),
        (String::new(), format!("# {ALLOW}\n  # another\n"), String::new(), true),
        (String::new(), format!("            # {ALLOW}\n\n"), String::new(), false),
        (String::new(), String::new(), format!(" # {ALLOW}"), true),
        (format!("# {ALLOW}\n---\n"), String::new(), String::new(), true),
        (format!("\u{feff}# {ALLOW}\n\n"), String::new(), String::new(), true),
        // Nothing of this is a comment.
        (String::new(), format!("            Id: ' # {ALLOW}'\n"), String::new(), false),
        (
            String::new(),
            format!("            Id: |\n              # {ALLOW}\n"),
            String::new(),
            false,
        ),
        (String::new(), format!("            Id: \"\n\n # {ALLOW}\n \"\n"), String::new(), false),
    ] {
        let text = cloudformation(&before, &above, &behind);
        assert_allowed(&text, Form::CloudFormation, is_allowed);
    }
    // A block scalar ends before the comment that is less indented.
    let block = format!("            Id: |\n              a\n            # {ALLOW}\n");
    assert_allowed(&cloudformation("", &block, ""), Form::CloudFormation, true);
    // The YAML that the AWS CLI prints.
    let text = format!(
        "Role: arn:aws:iam::123456789012:role/r\nRules:\n- Status: Enabled\n  Prefix: /tax # {ALLOW}\n  \
         Destination:\n    Bucket: arn:aws:s3:::backup\n"
    );
    let parsed = Parser::new().with_advice(Levels::new()).parse_yaml(&text);
    let (_, taken) = CommentAllowances::read(parsed.text(), parsed.form()).apply(parsed.report());
    assert_eq!(taken.len(), 1);
}

#[test]
fn a_comment_of_hcl_allows_a_finding() {
    for (before, above, behind, is_allowed) in [
        (String::new(), format!("    # {ALLOW}\n"), String::new(), true),
        (String::new(), format!("    // {ALLOW}\n"), String::new(), true),
        (String::new(), format!("    /* {ALLOW} */\n"), String::new(), true),
        (String::new(), String::new(), format!(" # {ALLOW}"), true),
        (String::new(), String::new(), format!(" /* {ALLOW} */"), true),
        (format!("# {ALLOW}\n\n"), String::new(), String::new(), true),
        // Behind strings with comments and quotation marks in them.
        (
            String::new(),
            "    id = \"//\\\"${\"#\"}\" ".to_owned() + &format!("\n# {ALLOW}\n"),
            String::new(),
            true,
        ),
        (String::new(), format!("    id = \"$${{\" # another\n# {ALLOW}\n"), String::new(), true),
        // Nothing of this is a comment.
        (String::new(), format!("    id = \"# {ALLOW}\"\n"), String::new(), false),
        (String::new(), format!("    id = <<EOT\n# {ALLOW}\nEOT\n"), String::new(), false),
        (
            String::new(),
            format!("    id = <<-EOT\n  a\n  // {ALLOW}\n  EOT\n"),
            String::new(),
            false,
        ),
    ] {
        assert_allowed(&terraform(&before, &above, &behind), Form::Terraform, is_allowed);
    }
}

#[test]
fn json_has_no_comments() {
    let text = format!(
        r#"{{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [{{"ID": " # {ALLOW} <!-- {ALLOW} -->",
            "Status": "Enabled", "Prefix": "/tax", "Destination": {{"Bucket": "arn:aws:s3:::backup"}}}}]}}"#
    );
    assert_allowed(&text, Form::CliJson, false);
}

/// A missing field has the place of the element that lacks it.
#[test]
fn a_missing_field_is_allowed_at_its_element() {
    let comment = "# s3-replication: allow metrics-absent an alarm watches";
    let text = terraform("", "", "").replace("destination {", &format!("destination {{ {comment}"));
    assert_eq!(seen(&text, Form::Terraform).reasons, ["an alarm watches"]);
    let text = cloudformation("", "", &format!("\n            {comment}"));
    assert_eq!(seen(&text, Form::CloudFormation).reasons, ["an alarm watches"]);
}

#[test]
fn what_is_wrong_with_a_comment_is_reported() {
    for (comment, expected) in [
        ("allow", "warning[allowance-invalid]: the comment names no finding"),
        ("allow shadowed-rule", "warning[allowance-invalid]: the comment gives no reason"),
        (
            "allow shadowed-rul why",
            "warning[allowance-invalid]: there is no finding `shadowed-rul`",
        ),
        (
            "Allow shadowed-rule why",
            "warning[allowance-invalid]: a comment can `allow` a finding, not `Allow`",
        ),
        (
            "allow priority-missing why",
            "warning[allowance-invalid]: `priority-missing` is an error in S3, so it cannot be allowed",
        ),
        (
            "allow shadowed-rule why",
            "note[allowance-unused]: the comment allows nothing: there is no finding `shadowed-rule` here",
        ),
    ] {
        let text = xml("", &format!("<!-- s3-replication: {comment} -->\n"), "");
        assert_eq!(seen(&text, Form::Xml).about, [expected]);
    }
    // A label is no mistake.
    let text = xml("", "<!-- s3-replication: see the wiki -->\n<!-- s3-replication: -->\n", "");
    assert!(seen(&text, Form::Xml).about.is_empty());
    // The nearest name, and the place.
    let text = xml("", "<!-- s3-replication: allow shadowed-rul why -->\n", "");
    let parsed = Parser::new().parse_xml(&text);
    let report = CommentAllowances::read(parsed.text(), parsed.form()).findings(|_| true);
    let finding = report.iter().next().unwrap();
    assert_eq!(finding.help.as_deref(), Some("did you mean `shadowed-rule`?"));
    assert_eq!(parsed.text().position(finding.primary.span().unwrap().start()).line, 5);
}

/// A comment can hold several allowances, and a second one for the same finding is not needed.
#[test]
fn each_allowance_counts_once() {
    let comment = format!("<!-- {ALLOW}\n s3-replication: allow shadowed-rule why\n {ALLOW} -->\n");
    let seen = seen(&xml("", &comment, ""), Form::Xml);
    assert_eq!(seen.reasons, ["the keys are old"]);
    assert_eq!(seen.about.len(), 2, "{:?}", seen.about);
}

#[test]
fn a_refusal_cannot_be_allowed() {
    let text =
        xml("<!-- s3-replication: allow invalid-value why -->", "", "").replace("Enabled", "On");
    let parsed = Parser::new().parse_xml(&text);
    let mut comments = CommentAllowances::read(parsed.text(), parsed.form());
    let (report, taken) = comments.apply(parsed.report());
    assert!(report.is_refused() && taken.is_empty());
    assert_eq!(comments.findings(|_| true).iter().next().unwrap().code, "allowance-invalid");
}

#[test]
fn many_comments_are_read_in_linear_time() {
    let comments = format!("<!-- {ALLOW} -->\n").repeat(20_000);
    let seen = seen(&xml("", &comments, ""), Form::Xml);
    assert_eq!((seen.reasons.len(), seen.about.len()), (1, Report::LIMIT / 2));
}

#[test]
fn a_build_script_sees_the_comments() {
    let check = |file: &str, text: String| {
        Check::new().file(file, Ok::<_, std::io::Error>(text)).to_string()
    };
    let comment = format!("# {ALLOW}\n");
    for (file, with, without) in [
        ("c.xml", xml("", &format!("<!-- {ALLOW} -->\n"), ""), xml("", "", "")),
        ("t.yaml", cloudformation("", &comment, ""), cloudformation("", "", "")),
        ("main.tf", terraform("", &comment, ""), terraform("", "", "")),
    ] {
        assert!(!check(file, with).contains(SLASH), "{file}");
        assert!(check(file, without).contains(SLASH), "{file}");
    }
    let wrong = check("c.xml", xml("", "<!-- s3-replication: allow x y -->\n", ""));
    assert!(wrong.contains("cargo::warning=c.xml:5:1: there is no finding `x`"), "{wrong}");
}
