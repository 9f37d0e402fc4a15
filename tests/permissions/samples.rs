//! Policies of the shapes that AWS publishes are sufficient for what they are for.

use s3_replication::permissions::{GivenDocuments, Setup};

use super::setups::{ALL, CONTEXT, Case, PARTNER, TAX, VAULT, missing, policy_of};

const TRUST: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
    "Principal": {"Service": ["s3.amazonaws.com", "batchoperations.s3.amazonaws.com"]},
    "Action": "sts:AssumeRole"}]}"#;

/// The policy of the role on the page about permissions.
const ROLE: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": ["s3:GetReplicationConfiguration", "s3:ListBucket"],
     "Resource": ["arn:aws:s3:::photos"]},
    {"Effect": "Allow", "Action": ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl",
        "s3:GetObjectVersionTagging"], "Resource": ["arn:aws:s3:::photos/*"]},
    {"Effect": "Allow", "Action": ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"],
     "Resource": "arn:aws:s3:::backup/*"}]}"#;

fn is_sufficient(setup: &Setup<'_>, given: &GivenDocuments) {
    let checked = setup.check(given);
    assert!(checked.is_sufficient(), "{:?} {:?}", checked.missing(), checked.undecided());
}

/// REP-1201, REP-1202, REP-1230
#[test]
fn the_sample_role_is_sufficient() {
    for context in [CONTEXT, "{}"] {
        for rules in [&[ALL][..], &[TAX], &[ALL, TAX]] {
            let case = Case::new(rules, context);
            let given = GivenDocuments::new()
                .with_role_policy(policy_of(ROLE))
                .with_trust_policy(policy_of(TRUST));
            is_sufficient(&case.setup(), &given);
            let checked = case.setup().check(&given);
            let excess: Vec<&str> =
                checked.notes().iter().map(|note| note.message.as_str()).collect();
            let expected = !rules.contains(&ALL);
            assert_eq!(
                excess.iter().any(|note| note.contains("`s3:ReplicateDelete` is granted")),
                expected,
                "{excess:?}"
            );
        }
    }
}

/// REP-1203: the older sample reads with `s3:GetObjectVersion`, which KMS rules out.
#[test]
fn the_older_sample_is_sufficient_without_kms() {
    let older = ROLE.replace("s3:GetObjectVersionForReplication", "s3:GetObjectVersion");
    let case = Case::new(&[ALL], CONTEXT);
    let checked = case.check_role(&older);
    assert!(checked.is_sufficient(), "{:?}", checked.missing());
    assert!(checked.notes().iter().any(|note| note.message.contains("SSE-C")));
    // It is enough beside the newer action, too, where a condition of that one fails.
    let mut both: serde_json::Value = serde_json::from_str(&older).unwrap();
    both["Statement"].as_array_mut().unwrap().push(serde_json::json!({
        "Effect": "Allow", "Action": "s3:GetObjectVersionForReplication", "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalAccount": "999999999999"}}}));
    let checked = case.check_role(&both.to_string());
    assert!(checked.is_sufficient(), "{:?}", checked.missing());
    // Where a condition of the older action is unknown, so is the answer.
    for statement in both["Statement"].as_array_mut().unwrap() {
        if statement["Action"].to_string().contains("\"s3:GetObjectVersion\"") {
            statement["Condition"] =
                serde_json::json!({"StringEquals": {"aws:PrincipalTag/x": "1"}});
        }
    }
    let checked = case.check_role(&both.to_string());
    assert_eq!((missing(&checked), checked.is_sufficient()), (Vec::new(), false));
    let kms = Case::new(&[ALL, VAULT], CONTEXT);
    let actions: Vec<String> =
        missing(&kms.check_role(&older)).into_iter().map(|(action, _, _)| action).collect();
    assert!(actions.contains(&"s3:GetObjectVersionForReplication".to_owned()), "{actions:?}");
}

/// REP-1216: the bucket policy of the page about permissions, with two statements.
#[test]
fn the_sample_bucket_policy_is_sufficient() {
    let bucket = |principal: &str| {
        policy_of(&format!(
            r#"{{"Version": "2012-10-17", "Id": "PolicyForDestinationBucket", "Statement": [
            {{"Sid": "Permissions on objects", "Effect": "Allow",
              "Principal": {{"AWS": "{principal}"}},
              "Action": ["s3:ReplicateDelete", "s3:ReplicateObject"],
              "Resource": "arn:aws:s3:::partner/*"}},
            {{"Sid": "Permissions on bucket", "Effect": "Allow",
              "Principal": {{"AWS": "{principal}"}},
              "Action": ["s3:List*", "s3:GetBucketVersioning", "s3:PutBucketVersioning"],
              "Resource": "arn:aws:s3:::partner"}}]}}"#
        ))
    };
    let rule = r#""Filter": {}, "DeleteMarkerReplication": {"Status": "Enabled"},
        "Destination": {"Bucket": "arn:aws:s3:::partner", "Account": "444455556666"}"#;
    let case = Case::new(&[rule], CONTEXT);
    let granted = policy_of(&ROLE.replace(":::backup", ":::partner"));
    for principal in [
        "arn:aws:iam::111122223333:role/service-role/replication",
        "arn:aws:iam::111122223333:root",
        "111122223333",
    ] {
        let given = GivenDocuments::new()
            .with_role_policy(granted.clone())
            .with_bucket_policy("partner".parse().unwrap(), bucket(principal));
        is_sufficient(&case.setup(), &given);
    }
    let given = GivenDocuments::new()
        .with_role_policy(granted)
        .with_bucket_policy("partner".parse().unwrap(), bucket("arn:aws:iam::999999999999:root"));
    let checked = case.setup().check(&given);
    assert_eq!(checked.missing().len(), 2, "{:?}", checked.missing());
    assert!(checked.missing().iter().all(|one| one.document.kind() == "DestinationBucketPolicy"));
}

/// REP-1208, REP-1212, REP-1213, REP-1215: the page about encrypted objects. Its role has no tags
/// and only `kms:Encrypt` for the replicas.
#[test]
fn the_sample_for_encrypted_objects_is_sufficient() {
    let role = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["s3:GetReplicationConfiguration", "s3:ListBucket"],
         "Resource": ["arn:aws:s3:::photos"]},
        {"Effect": "Allow",
         "Action": ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl"],
         "Resource": ["arn:aws:s3:::photos/*"]},
        {"Effect": "Allow", "Action": ["s3:ReplicateObject", "s3:ReplicateDelete"],
         "Resource": "arn:aws:s3:::partner/*",
         "Condition": {"StringLikeIfExists": {
            "s3:x-amz-server-side-encryption": ["aws:kms", "AES256", "aws:kms:dsse"],
            "s3:x-amz-server-side-encryption-aws-kms-key-id": [
                "arn:aws:kms:eu-west-1:444455556666:key/replica"]}}},
        {"Effect": "Allow", "Action": ["kms:Decrypt"],
         "Condition": {"StringLike": {"kms:ViaService": "s3.eu-central-1.amazonaws.com",
            "kms:EncryptionContext:aws:s3:arn": ["arn:aws:s3:::photos/Vault/*"]}},
         "Resource": ["arn:aws:kms:eu-central-1:111122223333:key/source"]},
        {"Effect": "Allow", "Action": ["kms:Encrypt"],
         "Condition": {"StringLike": {"kms:ViaService": "s3.eu-west-1.amazonaws.com",
            "kms:EncryptionContext:aws:s3:arn": ["arn:aws:s3:::partner/Vault/*"]}},
         "Resource": ["arn:aws:kms:eu-west-1:444455556666:key/replica"]}]}"#;
    for context in [CONTEXT, "{}"] {
        let case = Case::new(&[VAULT], context);
        is_sufficient(&case.setup(), &GivenDocuments::new().with_role_policy(policy_of(role)));
    }
    // The Region of another place, another key, another prefix: each is a condition that fails.
    let case = Case::new(&[VAULT], CONTEXT);
    for (from, to) in [
        ("s3.eu-central-1.amazonaws", "s3.eu-west-1.amazonaws"),
        (":::photos/Vault/*", ":::photos/Tax/*"),
    ] {
        let checked = case.check_role(&role.replace(from, to));
        let found = missing(&checked);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, "kms:Decrypt");
        assert_eq!(found[0].2.as_str(), "condition");
        let keys: Vec<&str> =
            checked.missing()[0].failing_conditions.iter().map(String::as_str).collect();
        let key = if from.starts_with("s3.") {
            "kms:ViaService"
        } else {
            "kms:EncryptionContext:aws:s3:arn"
        };
        assert_eq!(keys, [key]);
    }
}

/// REP-1211
#[test]
fn the_sample_for_owner_override_is_sufficient() {
    let role = ROLE.replace(":::backup", ":::partner").replace(
        r#""s3:ReplicateTags""#,
        r#""s3:ReplicateTags", "s3:ObjectOwnerOverrideToBucketOwner""#,
    );
    let case = Case::new(&[PARTNER], CONTEXT);
    is_sufficient(&case.setup(), &GivenDocuments::new().with_role_policy(policy_of(&role)));
    let without = case.check_role(&ROLE.replace(":::backup", ":::partner"));
    assert_eq!(without.missing()[0].action, "s3:ObjectOwnerOverrideToBucketOwner");
    assert_eq!(without.missing()[0].failure_reason, Some("DstPutObjectNotPermitted"));
}

/// REP-1231, REP-1232, REP-1233, REP-1234: both policies of the page about Batch Replication.
#[test]
fn the_sample_roles_of_jobs_are_sufficient() {
    let role = policy_of(
        r#"{"Version": "2012-10-17", "Statement": [
        {"Action": ["s3:InitiateReplication"], "Effect": "Allow",
         "Resource": ["arn:aws:s3:::photos/*"]},
        {"Action": ["s3:GetReplicationConfiguration", "s3:PutInventoryConfiguration"],
         "Effect": "Allow", "Resource": ["arn:aws:s3:::photos"]},
        {"Action": ["s3:GetObject", "s3:GetObjectVersion"], "Effect": "Allow",
         "Resource": ["arn:aws:s3:::lists/*"]},
        {"Action": ["s3:PutObject"], "Effect": "Allow",
         "Resource": ["arn:aws:s3:::reports/*", "arn:aws:s3:::lists/*"]}]}"#,
    );
    let report = r#""Report": {"Enabled": true, "Bucket": "arn:aws:s3:::reports",
        "Format": "Report_CSV_20180820", "ReportScope": "AllTasks"}"#;
    let generated = format!(
        r#"{report}, "ManifestGenerator": {{"S3JobManifestGenerator": {{
            "SourceBucket": "arn:aws:s3:::photos", "EnableManifestOutput": true,
            "ManifestOutputLocation": {{"Bucket": "arn:aws:s3:::lists",
                "ManifestFormat": "S3InventoryReport_CSV_20211130"}}}}}}"#
    );
    let inventory = format!(
        r#"{report}, "Manifest": {{"Spec": {{"Format": "S3InventoryReport_CSV_20161130"}},
            "Location": {{"ObjectArn": "arn:aws:s3:::lists/p/photos/c/2026-11-01/manifest.json",
                "ETag": "e"}}}}"#
    );
    let given = GivenDocuments::new()
        .with_batch_role_policy(role)
        .with_batch_trust_policy(policy_of(TRUST));
    for job in [generated, inventory] {
        let case = Case::new(&[ALL], CONTEXT).with_job(&job);
        is_sufficient(&case.setup(), &given);
    }
}
