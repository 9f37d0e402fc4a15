//! Findings about given documents that have a code.

use s3_replication::lint::DOCUMENT_FINDINGS;
use s3_replication::permissions::GivenDocuments;

use super::setups::{ALL, CONTEXT, Case, policy_of};

const JOB: &str = r#""Report": {"Enabled": false}, "ManifestGenerator": {"S3JobManifestGenerator": {
    "SourceBucket": "arn:aws:s3:::photos", "EnableManifestOutput": false}}"#;

fn trust(service: &str) -> String {
    format!(
        r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow",
            "Principal": {{"Service": "{service}"}}, "Action": "sts:AssumeRole"}}}}"#
    )
}

/// Returns the codes of the findings, each with its message.
fn found(given: &GivenDocuments) -> Vec<(&'static str, String)> {
    let case = Case::new(&[ALL], CONTEXT).with_job(JOB);
    let checked = case.setup().check(given);
    let notes = checked.notes().iter();
    notes.filter_map(|note| Some((note.code?, note.message.clone()))).collect()
}

/// REP-1201, REP-1230: each role has its own service.
#[test]
fn roles_trust_their_own_service() {
    let (s3, jobs) = ("s3.amazonaws.com", "batchoperations.s3.amazonaws.com");
    for (service, of_job, expected) in [
        (s3, false, None),
        (jobs, true, None),
        (
            jobs,
            false,
            Some(
                "the role of the configuration trusts `batchoperations.s3.amazonaws.com`, and `s3.amazonaws.com` assumes it; it is perhaps the role of a job",
            ),
        ),
        (
            s3,
            true,
            Some(
                "the role of the job trusts `s3.amazonaws.com`, and `batchoperations.s3.amazonaws.com` assumes it; it is perhaps the role of a configuration",
            ),
        ),
        (
            "lambda.amazonaws.com",
            false,
            Some(
                "the role of the configuration trusts `lambda.amazonaws.com`, and `s3.amazonaws.com` assumes it",
            ),
        ),
    ] {
        let policy = policy_of(&trust(service));
        let given = GivenDocuments::new();
        let given = if of_job {
            given.with_batch_trust_policy(policy)
        } else {
            given.with_trust_policy(policy)
        };
        let expected: Vec<_> = expected
            .map(|message| ("role-trusts-other-service", message.to_owned()))
            .into_iter()
            .collect();
        assert_eq!(found(&given), expected);
    }
}

/// REP-1215: `kms:ViaService` names the Region of the key.
#[test]
fn statements_about_keys_name_their_region() {
    let statement = |effect: &str, action: &str, key: &str, operator: &str, via: &str| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Sid": "Keys", "Effect": "{effect}",
                "Action": "{action}", "Resource": "{key}",
                "Condition": {{"{operator}": {{"kms:viaservice": {via}}}}}}}}}"#
        )
    };
    let key = "arn:aws:kms:eu-west-1:111122223333:key/1";
    let (wrong, right) = (r#""s3.us-east-1.amazonaws.com""#, r#""s3.eu-west-1.amazonaws.com""#);
    let both = format!("[{wrong}, {right}]");
    for (effect, action, resource, operator, via, is_found) in [
        ("Allow", "kms:Decrypt", key, "StringEquals", wrong, true),
        ("Allow", "KMS:*", key, "StringLike", wrong, true),
        ("Allow", "kms:Decrypt", key, "StringEquals", right, false),
        ("Allow", "kms:Decrypt", key, "StringEquals", &both, false),
        ("Allow", "kms:Decrypt", key, "StringLike", r#""s3.*.amazonaws.com""#, false),
        ("Allow", "kms:Decrypt", key, "StringNotEquals", wrong, false),
        ("Allow", "kms:Decrypt", "*", "StringEquals", wrong, false),
        ("Allow", "kms:Decrypt", "arn:aws:kms:*:111122223333:key/1", "StringEquals", wrong, false),
        ("Allow", "s3:GetObject", key, "StringEquals", wrong, false),
        ("Deny", "kms:Decrypt", key, "StringEquals", wrong, false),
    ] {
        let policy = policy_of(&statement(effect, action, resource, operator, via));
        let roles = GivenDocuments::new().with_role_policy(policy.clone());
        let jobs = GivenDocuments::new().with_batch_role_policy(policy);
        for given in [roles, jobs] {
            let found = found(&given);
            assert_eq!(
                !found.is_empty(),
                is_found,
                "{effect} {action} {resource} {operator} {via}"
            );
            for (code, message) in found {
                assert_eq!(code, "kms-statement-for-other-region");
                assert!(
                    message.contains("`Keys`") && message.contains("`s3.eu-west-1.amazonaws.com`")
                );
            }
        }
    }
    // In the policy of a key, the resource is the key.
    let policy = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*",
        "Action": "kms:Decrypt", "Resource": "*",
        "Condition": {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}}}"#;
    let given = |key: &str| GivenDocuments::new().with_key_policy(key, policy_of(policy));
    assert_eq!(found(&given(key)).len(), 1);
    assert_eq!(found(&given("arn:aws:kms:us-east-1:111122223333:key/1")), []);
}

/// The codes are in the list of all findings.
#[test]
fn findings_about_policies_are_listed() {
    for code in
        ["role-trusts-other-service", "kms-statement-for-other-region", "job-role-replicates"]
    {
        assert!(DOCUMENT_FINDINGS.iter().any(|finding| finding.name == code), "{code}");
    }
}
