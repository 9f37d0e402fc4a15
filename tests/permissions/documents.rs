//! The documents that are written.

use iam_rs::{IAMPolicy, Validate};
use s3_replication::Dialect;
use s3_replication::dialect::permission::{
    DestinationBucketActions, PermissionDialect, UnreplicatedAcls,
};
use s3_replication::permissions::PolicyDocument;

use super::setups::{ALL, CONTEXT, Case, PARTNER, TAX, VAULT, grants};

fn granted(policy: &PolicyDocument) -> Vec<String> {
    let mut granted: Vec<String> = grants(policy)
        .into_iter()
        .map(|(action, resource)| format!("{action} {}", resource.replace("arn:aws:s3:::", "")))
        .collect();
    granted.sort();
    granted
}

/// REP-1201, REP-1202, REP-1203, REP-1204, REP-1205, REP-1208, REP-1209, REP-1210
#[test]
fn a_plain_rule_needs_the_least() {
    let documents = Case::new(&[ALL], CONTEXT).documents();
    let role = documents.replication_role();
    assert_eq!(
        granted(role.policy()),
        [
            "s3:GetObjectVersionAcl photos/*",
            "s3:GetObjectVersionForReplication photos/*",
            "s3:GetObjectVersionTagging photos/*",
            "s3:GetReplicationConfiguration photos",
            "s3:ListBucket photos",
            "s3:ReplicateDelete backup/*",
            "s3:ReplicateObject backup/*",
            "s3:ReplicateTags backup/*",
        ]
    );
    assert_eq!(
        role.trust().to_compact_json(),
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#
    );
    assert!(documents.bucket_policies().is_empty());
    assert!(documents.key_statements().is_empty());
    assert!(documents.batch_role().is_none());
}

/// REP-1209
#[test]
fn delete_markers_need_a_permission_only_where_they_are_replicated() {
    let has_delete = |case: &Case| {
        let documents = case.documents();
        granted(documents.replication_role().policy())
            .iter()
            .any(|one| one.starts_with("s3:ReplicateDelete"))
    };
    assert!(has_delete(&Case::new(&[TAX, ALL], CONTEXT)));
    assert!(!has_delete(&Case::new(&[TAX, PARTNER], CONTEXT)));
}

/// REP-1206, REP-1207
#[test]
fn locks_and_annotations_need_permissions_where_they_are_used() {
    let locked = CONTEXT.replace(r#""ObjectLock": "Disabled""#, r#""ObjectLock": "Enabled""#);
    let case = Case::new(&[TAX], &locked);
    let policy = granted(case.documents().replication_role().policy());
    assert!(policy.contains(&"s3:GetObjectRetention photos/*".to_owned()), "{policy:?}");
    assert!(policy.contains(&"s3:GetObjectLegalHold photos/*".to_owned()), "{policy:?}");
    let with = case.setup().with_annotations().documents();
    let annotations = "s3:GetObjectVersionAnnotationForReplication photos/*".to_owned();
    assert!(granted(with.replication_role().policy()).contains(&annotations));
    assert!(!policy.contains(&annotations));
    let unlocked = Case::new(&[TAX], CONTEXT).documents();
    assert!(!granted(unlocked.replication_role().policy()).iter().any(|one| one.contains("Legal")));
    // Whether the bucket has Object Lock is unknown: a note says so.
    let unknown = Case::new(&[TAX], "{}").documents();
    assert!(unknown.notes().iter().any(|note| note.message.contains("Object Lock")));
}

/// REP-1211, REP-1216: owner override stands in both documents; the sample has more than the role
/// of the sample may use.
#[test]
fn a_bucket_of_another_account_needs_a_policy() {
    let case = Case::new(&[PARTNER], CONTEXT);
    let documents = case.documents();
    let owner = "s3:ObjectOwnerOverrideToBucketOwner partner/*".to_owned();
    assert!(granted(documents.replication_role().policy()).contains(&owner));
    let [policy] = documents.bucket_policies() else { panic!("one bucket") };
    assert_eq!(policy.bucket().to_string(), "arn:aws:s3:::partner");
    assert_eq!(policy.account().to_string(), "444455556666");
    assert_eq!(
        granted(policy.explained().policy()),
        [&*owner, "s3:ReplicateObject partner/*", "s3:ReplicateTags partner/*"]
    );
    let json = policy.explained().policy().to_json();
    assert!(json.contains("arn:aws:iam::111122223333:role/service-role/replication"), "{json}");

    let sample = PermissionDialect::AWS
        .with_destination_bucket_actions(DestinationBucketActions::AsInSample);
    let case = Case { dialect: Dialect::AWS.with_permissions(sample), ..case };
    let documents = case.documents();
    let policy = granted(documents.bucket_policies()[0].explained().policy());
    assert!(policy.contains(&"s3:List* partner".to_owned()), "{policy:?}");
    assert!(policy.contains(&"s3:PutBucketVersioning partner".to_owned()), "{policy:?}");
    assert!(
        !granted(documents.replication_role().policy()).contains(&"s3:List* partner".to_owned())
    );
}

/// REP-1204: both readings.
#[test]
fn acls_are_read_in_every_setup_or_where_they_are_replicated() {
    let has_acl = |dialect: Dialect, rules: &[&str]| {
        let case = Case { dialect, ..Case::new(rules, CONTEXT) };
        let policy = case.documents().replication_role().policy().to_json();
        policy.contains("s3:GetObjectVersionAcl")
    };
    let where_replicated = Dialect::AWS.with_permissions(
        PermissionDialect::AWS.with_unreplicated_acls(UnreplicatedAcls::Unneeded),
    );
    assert!(has_acl(Dialect::AWS, &[PARTNER]));
    assert!(!has_acl(where_replicated.clone(), &[PARTNER]), "the owner changes, the ACL is lost");
    assert!(has_acl(where_replicated, &[ALL]));
}

/// REP-1212, REP-1213, REP-1215, REP-1217
#[test]
fn keys_are_limited_to_s3_in_their_region() {
    let documents = Case::new(&[VAULT], CONTEXT).documents();
    let policy = serde_json::to_value(documents.replication_role().policy()).unwrap();
    let statement = |sid: &str| {
        let statements = policy["Statement"].as_array().unwrap();
        statements.iter().find(|one| one["Sid"] == sid).unwrap().clone()
    };
    let decrypt = statement("DecryptSourceVersions");
    assert_eq!(decrypt["Action"], "kms:Decrypt");
    assert_eq!(decrypt["Resource"], "arn:aws:kms:eu-central-1:111122223333:key/source");
    let conditions = &decrypt["Condition"]["StringLike"];
    assert_eq!(conditions["kms:ViaService"], "s3.eu-central-1.amazonaws.com");
    assert_eq!(conditions["kms:EncryptionContext:aws:s3:arn"], "arn:aws:s3:::photos/*");
    let encrypt = statement("EncryptReplicas");
    assert_eq!(
        encrypt["Action"],
        serde_json::json!(["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"])
    );
    assert_eq!(encrypt["Condition"]["StringLike"]["kms:ViaService"], "s3.eu-west-1.amazonaws.com");
    let [key] = documents.key_statements() else { panic!("one key of another account") };
    assert_eq!(key.key(), "arn:aws:kms:eu-west-1:444455556666:key/replica");
    let statement = serde_json::to_value(key.statement()).unwrap();
    assert_eq!(statement["Resource"], "*");
    assert_eq!(
        statement["Principal"]["AWS"],
        "arn:aws:iam::111122223333:role/service-role/replication"
    );

    // With S3 Bucket Keys, the context of the encryption is the bucket.
    let with_bucket_keys =
        CONTEXT.replace(r#""BucketKeyEnabled": false"#, r#""BucketKeyEnabled": true"#);
    let documents = Case::new(&[VAULT], &with_bucket_keys).documents();
    let json = documents.replication_role().policy().to_json();
    assert!(json.contains("\"arn:aws:s3:::photos\","), "{json}");
}

/// REP-1215: what is unknown is a wildcard and a note; in China the service has another name.
#[test]
fn unknown_regions_and_keys_are_noted() {
    let documents = Case::new(&[VAULT], "{}").documents();
    let json = documents.replication_role().policy().to_json();
    assert!(json.contains("arn:aws:kms:*:111122223333:key/*"), "{json}");
    assert!(json.contains("s3.*.amazonaws.com"), "{json}");
    for word in ["the keys of `photos` are unknown", "the Region of `photos` is unknown"] {
        assert!(documents.notes().iter().any(|note| note.message.contains(word)), "{word}");
    }
    let alias = VAULT.replace("key/replica", "alias/replicas");
    let json = Case::new(&[&alias], CONTEXT).documents().replication_role().policy().to_json();
    assert!(json.contains("arn:aws:kms:eu-west-1:444455556666:key/*"), "{json}");
    assert!(json.contains("kms:ResourceAliases") && json.contains("\"alias/replicas\""), "{json}");
}

/// REP-1214
#[test]
fn a_bucket_that_encrypts_by_default_needs_its_key() {
    let context = CONTEXT.replace(
        r#""backup": {"#,
        r#""backup": {"DefaultEncryption": "SSE-KMS",
            "DefaultKmsKeyId": "arn:aws:kms:eu-central-1:111122223333:key/default", "#,
    );
    let json = Case::new(&[ALL], &context).documents().replication_role().policy().to_json();
    assert!(json.contains("EncryptByDefault"), "{json}");
    assert!(json.contains("arn:aws:kms:eu-central-1:111122223333:key/default"), "{json}");
}

/// REP-1229, REP-1237
#[test]
fn callers_pass_roles() {
    let case = Case::new(&[ALL], CONTEXT).with_job(
        r#""Report": {"Enabled": false}, "Tags": [{"Key": "a", "Value": "b"}],
           "ManifestGenerator": {"S3JobManifestGenerator": {
               "SourceBucket": "arn:aws:s3:::photos", "EnableManifestOutput": false}}"#,
    );
    assert_eq!(
        granted(case.documents().caller().policy()),
        [
            "iam:PassRole arn:aws:iam::111122223333:role/batch",
            "iam:PassRole arn:aws:iam::111122223333:role/service-role/replication",
            "s3:CreateJob *",
            "s3:GetReplicationConfiguration photos",
            "s3:PutJobTagging *",
            "s3:PutReplicationConfiguration photos",
        ]
    );
}

/// REP-1230, REP-1231, REP-1232, REP-1233, REP-1234, REP-1235, REP-1236
#[test]
fn the_role_of_a_job_reads_and_writes_lists() {
    let generated = r#""Report": {"Enabled": true, "Bucket": "arn:aws:s3:::reports",
            "Prefix": "batch", "Format": "Report_CSV_20180820", "ReportScope": "AllTasks"},
        "ManifestGenerator": {"S3JobManifestGenerator": {
            "SourceBucket": "arn:aws:s3:::photos", "EnableManifestOutput": true,
            "ManifestOutputLocation": {"Bucket": "arn:aws:s3:::lists", "ManifestPrefix": "m",
                "ExpectedManifestBucketOwner": "444455556666",
                "ManifestFormat": "S3InventoryReport_CSV_20211130",
                "ManifestEncryption": {"SSEKMS": {
                    "KeyId": "arn:aws:kms:eu-central-1:111122223333:key/lists"}}}}}"#;
    let lists = r#""lists": {"Account": "444455556666", "ObjectOwnership": "ObjectWriter"}, "#;
    let context = CONTEXT.replace(r#""backup": {"#, &format!(r#"{lists}"backup": {{"#));
    let documents = Case::new(&[ALL], &context).with_job(generated).documents();
    let role = documents.batch_role().unwrap();
    assert!(role.trust().to_json().contains("\"batchoperations.s3.amazonaws.com\""));
    assert_eq!(
        granted(role.policy()),
        [
            "kms:Decrypt arn:aws:kms:eu-central-1:111122223333:key/lists",
            "kms:GenerateDataKey arn:aws:kms:eu-central-1:111122223333:key/lists",
            "s3:GetObject lists/*",
            "s3:GetObjectVersion lists/*",
            "s3:GetReplicationConfiguration photos",
            "s3:InitiateReplication photos/*",
            "s3:PutInventoryConfiguration photos",
            "s3:PutObject lists/*",
            "s3:PutObject reports/*",
            "s3:PutObjectAcl lists/*",
        ]
    );
    // The bucket of another account has to allow the role of the job, too.
    let [policy] = documents.bucket_policies() else { panic!("one bucket") };
    assert!(policy.explained().policy().to_json().contains("role/batch"));

    let manifest = r#""Report": {"Enabled": false},
        "Manifest": {"Spec": {"Format": "S3BatchOperations_CSV_20180820",
                "Fields": ["Bucket", "Key", "VersionId"]},
            "Location": {"ObjectArn": "arn:aws:s3:::lists/a.csv", "ETag": "e"}}"#;
    let documents = Case::new(&[ALL], CONTEXT).with_job(manifest).documents();
    let policy = granted(documents.batch_role().unwrap().policy());
    assert!(policy.contains(&"s3:GetObject lists/*".to_owned()), "{policy:?}");
    assert!(!policy.iter().any(|one| one.contains("Inventory") || one.contains("PutObject")));
    // A manifest that S3 generates and does not keep is no object.
    let case = Case::new(&[ALL], CONTEXT);
    let documents = case.setup().with_generated_job().documents();
    assert_eq!(documents.batch_role().unwrap().policy().statements().len(), 2);
}

/// A report and a manifest in one bucket need one statement, with both reasons.
#[test]
fn what_another_statement_includes_is_merged() {
    let writing = |report: &str| -> Vec<(String, String)> {
        let job = format!(
            r#""Report": {{"Enabled": true, "Bucket": "arn:aws:s3:::{report}", "Prefix": "r",
                "Format": "Report_CSV_20180820", "ReportScope": "AllTasks"}},
            "ManifestGenerator": {{"S3JobManifestGenerator": {{
                "SourceBucket": "arn:aws:s3:::photos", "EnableManifestOutput": true,
                "ManifestOutputLocation": {{"Bucket": "arn:aws:s3:::lists", "ManifestPrefix": "m",
                    "ManifestFormat": "S3InventoryReport_CSV_20211130"}}}}}}"#
        );
        let documents = Case::new(&[ALL], CONTEXT).with_job(&job).documents();
        let explained = documents.batch_role().unwrap().explained_policy();
        let all = explained.policy().statements().iter().zip(explained.reasons());
        let all = all.filter(|(statement, _)| statement.actions() == ["s3:PutObject"]);
        all.map(|(statement, reason)| (statement.resources().join(" "), reason.why.clone()))
            .collect()
    };
    let manifest = "S3 keeps the manifest in `lists`";
    let place = |bucket: &str| format!("arn:aws:s3:::{bucket}/*");
    let both = format!("{manifest}; S3 writes the completion report to `lists`");
    assert_eq!(writing("lists"), [(place("lists"), both)]);
    let report = "S3 writes the completion report to `reports`".to_owned();
    let two = [(place("lists"), manifest.to_owned()), (place("reports"), report)];
    assert_eq!(writing("reports"), two);
}

/// REP-1238
#[test]
fn a_policy_that_is_too_large_is_noted() {
    let rules: Vec<String> = (0..300)
        .map(|number| TAX.replace(":::backup", &format!(":::a-bucket-with-a-long-name-{number}")))
        .collect();
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    let documents = Case::new(&rules, "{}").documents();
    assert!(documents.notes().iter().any(|note| note.clause.id() == "REP-1238"));
}

/// Every document that is written is valid for another implementation, names each statement once,
/// and has a reason for each.
#[test]
fn written_documents_are_valid() {
    for case in [
        Case::new(&[ALL], "{}"),
        Case::new(&[ALL, TAX, PARTNER, VAULT], CONTEXT),
        Case::new(&[VAULT], "{}"),
    ] {
        let documents = case.setup().with_generated_job().documents();
        let batch = documents.batch_role().unwrap();
        let role = documents.replication_role();
        let mut all = vec![
            role.explained_policy(),
            role.explained_trust(),
            batch.explained_policy(),
            batch.explained_trust(),
            documents.caller(),
        ];
        all.extend(
            documents
                .bucket_policies()
                .iter()
                .map(s3_replication::permissions::BucketPolicy::explained),
        );
        for explained in all {
            let policy = explained.policy();
            let read = IAMPolicy::from_json(&policy.to_json()).unwrap();
            // It knows no trust policies: there, the role is the only resource.
            let is_trust = policy.statements().iter().all(|one| one.resources().is_empty());
            assert!(
                is_trust || read.is_valid(),
                "{:?}\n{}",
                read.validate_result(),
                policy.to_json()
            );
            assert_eq!(PolicyDocument::from_json(&policy.to_json()).unwrap(), *policy);
            let mut names: Vec<&str> =
                policy.statements().iter().filter_map(|one| one.sid()).collect();
            let count = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), count, "a name occurs twice");
            assert!(names.iter().all(|name| name.bytes().all(|b| b.is_ascii_alphanumeric())));
            assert_eq!(explained.reasons().len(), policy.statements().len());
            for reason in explained.reasons() {
                assert!(!reason.why.is_empty() && !reason.clauses.is_empty());
            }
        }
    }
}
