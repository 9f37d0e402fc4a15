//! Policy documents as they are written and printed.

use s3_replication::permissions::{DocumentKind, PolicyDocument};

const BUCKET: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:*","Resource":"arn:aws:s3:::b/*"}]}"#;

fn read(kind: DocumentKind, text: &str) -> PolicyDocument {
    PolicyDocument::from_output(kind, "p.json", text)
        .unwrap_or_else(|refused| panic!("{text}: {}", refused.1))
}

/// REP-1219: what the commands of the AWS CLI and the API print.
#[test]
fn the_output_of_commands_is_read() {
    let expected = PolicyDocument::from_json(BUCKET).unwrap();
    let quoted = serde_json::to_string(BUCKET).unwrap();
    let encoded: Vec<String> = BUCKET.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let encoded = encoded.concat();
    let partly = BUCKET.replace('{', "%7B").replace('"', "%22").replace('}', "%7D");
    for text in [
        BUCKET.to_owned(),
        format!("\n  {BUCKET}\n"),
        format!(r#"{{"Policy": {quoted}}}"#),
        format!(r#"{{"Policy": {quoted}, "PolicyName": "default"}}"#),
        format!(r#"{{"RoleName": "r", "PolicyName": "p", "PolicyDocument": {BUCKET}}}"#),
        format!(r#"{{"RoleName": "r", "PolicyName": "p", "PolicyDocument": "{encoded}"}}"#),
        format!(r#"{{"PolicyVersion": {{"VersionId": "v1", "Document": {BUCKET}}}}}"#),
        format!(r#"{{"Role": {{"RoleName": "r", "AssumeRolePolicyDocument": {BUCKET}}}}}"#),
        format!(r#"{{"Role": {{"AssumeRolePolicyDocument": "{partly}"}}}}"#),
        quoted,
        encoded,
        partly,
    ] {
        assert_eq!(read(DocumentKind::BucketPolicy, &text), expected, "{text}");
    }
}

/// REP-1219: one value or a list, opposites, every kind of principal.
#[test]
fn documents_read_back_equal() {
    for text in [
        BUCKET,
        r#"{"Statement": {"Effect": "Deny", "NotAction": ["s3:Get*", "kms:*"], "NotResource": "*"}}"#,
        r#"{"Version": "2008-10-17", "Id": "x", "Statement": [{"Sid": "a b", "Effect": "Deny",
            "NotPrincipal": {"AWS": ["111122223333", "arn:aws:iam::111122223333:root"],
                "Service": "s3.amazonaws.com", "Federated": "x", "CanonicalUser": "y"},
            "Action": "*", "Resource": ["arn:aws:s3:::a", "arn:aws:s3:::a/*"],
            "Condition": {"Bool": {"aws:SecureTransport": false},
                "NumericLessThan": {"s3:max-keys": 10},
                "ForAllValues:StringLikeIfExists": {"aws:TagKeys": ["a", "b"], "x:y": []}}}]}"#,
    ] {
        let document = PolicyDocument::from_json(text).unwrap_or_else(|report| panic!("{report}"));
        let again = PolicyDocument::from_json(&document.to_json()).unwrap();
        assert_eq!(again, document);
        assert_eq!(PolicyDocument::from_json(&document.to_compact_json()).unwrap(), document);
    }
}

/// REP-1219: every mistake is found at its place.
#[test]
fn mistakes_are_found_at_their_place() {
    let one = |statement: &str| format!(r#"{{"Version": "2012-10-17", "Statement": {statement}}}"#);
    let role = DocumentKind::RolePolicy;
    for (kind, text, expected) in [
        (role, "nonsense".to_owned(), "malformed-document"),
        (role, "[]".to_owned(), "malformed-document"),
        (role, r#"{"Version": "2012-10-18", "Statement": []}"#.to_owned(), "`Version`"),
        (role, one("[]"), "list-empty"),
        (role, one(r#"{"Effect": "Allow", "Resource": "*"}"#), "`Action` is missing"),
        (role, one(r#"{"Action": "s3:*", "Resource": "*"}"#), "`Effect` is missing"),
        (role, one(r#"{"Effect": "Allow", "Action": "s3:*"}"#), "`Resource` is missing"),
        (role, one(r#"{"Effect": "Allow", "Action": "s3 get", "Resource": "*"}"#), "not an action"),
        (
            role,
            one(r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "backup/*"}"#),
            "not an ARN",
        ),
        (
            role,
            one(r#"{"Effect": "Allow", "Action": "s3:*", "NotAction": "s3:*", "Resource": "*"}"#),
            "`Action` and `NotAction`",
        ),
        (
            role,
            one(r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Principal": "*"}"#),
            "this is a bucket policy, not a permissions policy of a role",
        ),
        (
            role,
            one(r#"[{"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
                 {"Effect": "Allow", "Action": "s3:*", "Resource": "*",
                  "Condition": {"StringLik": {"a:b": "c"}}}]"#),
            "(at `Statement[1].Condition.StringLik`)",
        ),
        (
            DocumentKind::TrustPolicy,
            one(
                r#"{"Effect": "Allow", "Principal": "s3.amazonaws.com", "Action": "sts:AssumeRole"}"#,
            ),
            "has no kind",
        ),
        (
            DocumentKind::TrustPolicy,
            one(r#"{"Effect": "Allow", "Principal": "*", "Action": "sts:*", "Resource": "*"}"#),
            "has no `Resource`",
        ),
        (
            DocumentKind::BucketPolicy,
            one(r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b"}"#),
            "this is a permissions policy of a role, not a bucket policy",
        ),
        (
            DocumentKind::BucketPolicy,
            one(
                r#"{"Effect": "Allow", "Principal": {"Aws": "*"}, "Action": "s3:*", "Resource": "*"}"#,
            ),
            "`AWS`",
        ),
    ] {
        let refused = PolicyDocument::from_output(kind, "p.json", &text).unwrap_err();
        let found = refused.1.to_string();
        assert!(found.contains(expected), "{text}\n{found}");
        assert!(refused.1.iter().all(|finding| finding.primary.span().is_some()), "{found}");
    }
    let refused = PolicyDocument::from_output(
        role,
        "p.json",
        r#"{"PolicyDocument": {"Statement": [{"Effect": "Alow", "Action": "*", "Resource": "*"}]}}"#,
    );
    let (text, report) = *refused.unwrap_err();
    let shown = report.render(&text);
    assert!(shown.contains("p.json (PolicyDocument):1:"), "{shown}");
}

/// Hostile text ends soon.
#[test]
fn hostile_text_ends_soon() {
    for text in [
        "%7B%".to_owned(),
        "%7B%2".to_owned(),
        "[".repeat(100_000),
        format!(r#"{{"Policy": "{}"}}"#, "\\\"".repeat(10_000)),
        format!(
            r#"{{"Policy": {{"Policy": {{"Policy": {{"Policy": {{"Policy": {BUCKET}}}}}}}}}}}"#
        ),
    ] {
        assert!(PolicyDocument::from_output(DocumentKind::BucketPolicy, "p", &text).is_err());
    }
}
