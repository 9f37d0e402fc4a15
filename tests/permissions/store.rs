//! The memory store under policies: what is permitted succeeds, and what is not fails with its
//! reason.

use s3_replication::Dialect;
use s3_replication::model::{
    BucketName, EncryptionStatus, MetadataAspect, ReplicationStatus, Tag, Timestamp, VersionId,
};
use s3_replication::permissions::{
    GivenDocuments, Operation, OperationKind, PolicyDocument, Verdict,
};
use s3_replication::replication::Outcome;
use s3_replication::simulation::Scenario;
use s3_replication::storage::{MemoryStore, NewObject};

use super::setups::{ALL, CONTEXT, Case, PARTNER, VAULT, policy_of};

/// The rules of the scenario: a plain one, one for another account, and one with KMS keys.
const RULES: &[&str] = &[ALL, PARTNER, VAULT];

fn locked_context() -> String {
    let lock = r#""ObjectLock": "Enabled", "Versioning": "Enabled""#;
    CONTEXT
        .replace(r#""ObjectLock": "Disabled""#, lock)
        .replace(r#""backup": {"#, &format!(r#""backup": {{{lock}, "#))
        .replace(r#""partner": {"#, &format!(r#""partner": {{{lock}, "#))
}

fn store_of(case: &Case) -> MemoryStore {
    let store = MemoryStore::new();
    for name in ["photos", "backup", "partner"] {
        let name: BucketName = name.parse().unwrap();
        let settings = case.known.get(&name).unwrap().clone().of_older_bucket();
        store.create_bucket(&name, settings).unwrap();
    }
    let photos = "photos".parse().unwrap();
    store.bucket(&photos).put_replication(&case.configuration, &Dialect::AWS).unwrap();
    store
}

/// The outcome of the scenario: the status of each version, the tags of the replica in `backup`,
/// and the reasons of failed tasks.
#[derive(Debug, PartialEq)]
struct Played {
    statuses: Vec<Option<ReplicationStatus>>,
    replica_tags: Option<usize>,
    reasons: Vec<String>,
}

/// Plays the scenario: a tagged object for every bucket, an encrypted one, a delete marker.
fn play(case: &Case, policies: Option<GivenDocuments>) -> Played {
    let store = store_of(case);
    let (photos, backup) = ("photos".parse().unwrap(), "backup".parse().unwrap());
    let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
    let bucket = store.bucket(&photos);
    bucket.put_policies(policies).unwrap();
    let id = |text: &str| text.parse::<VersionId>().unwrap();
    let mut tagged = NewObject::new("cat.jpg", "meow");
    tagged.tags = vec![Tag::new("share", "yes").unwrap()];
    // The bucket encrypts with a KMS key by default.
    tagged.encryption = Some(EncryptionStatus::SseS3);
    bucket.put_object(tagged, &id("v1"), now).unwrap();
    let mut vault = NewObject::new("Vault/keys.db", "secret");
    vault.encryption = Some(EncryptionStatus::SseKms);
    bucket.put_object(vault, &id("v2"), now).unwrap();
    bucket.delete_object("cat.jpg", &id("v3"), now).unwrap();
    let tasks: Vec<_> =
        bucket.read_ledger(|ledger| ledger.open_tasks().map(|task| task.id).collect()).unwrap();
    let tasks: Vec<s3_replication::replication::TaskId> = tasks;
    let mut reasons: Vec<String> = tasks
        .into_iter()
        .filter_map(|task| match bucket.run_task(task, now)?.outcome {
            Outcome::Failed(reason) => Some(reason.to_string()),
            _ => None,
        })
        .collect();
    reasons.sort();
    reasons.dedup();
    let replica = store.bucket(&backup).all_versions().unwrap();
    let replica = replica.iter().find(|version| version.version_id == id("v1"));
    Played {
        statuses: [("cat.jpg", "v1"), ("Vault/keys.db", "v2"), ("cat.jpg", "v3")]
            .iter()
            .map(|(key, version)| bucket.status(*key, &id(version)).unwrap())
            .collect(),
        replica_tags: replica.map(|version| version.metadata.tags.len()),
        reasons,
    }
}

fn owners_of(case: &Case) -> GivenDocuments {
    let mut given = GivenDocuments::new();
    for policy in case.documents().bucket_policies() {
        let bucket = policy.bucket().name().clone();
        given = given.with_bucket_policy(bucket, policy.explained().policy().clone());
    }
    given
}

/// REP-1201 to REP-1217: under the written documents everything succeeds. Without a statement
/// something fails with the reason of S3, or the list below states why not.
#[test]
fn each_statement_makes_something_succeed() {
    let case = Case::new(RULES, &locked_context());
    let free = play(&case, None);
    assert_eq!(
        free.statuses,
        [
            Some(ReplicationStatus::Completed),
            Some(ReplicationStatus::Completed),
            Some(ReplicationStatus::Completed)
        ]
    );
    assert_eq!(free.replica_tags, Some(1));
    let documents = case.documents();
    assert_eq!(play(&case, Some(documents.as_given())), free);

    let role = documents.replication_role().policy();
    let mut failures = Vec::new();
    for (at, statement) in role.statements().iter().enumerate() {
        let given = owners_of(&case).with_role_policy(role.without_statement(at));
        let played = play(&case, Some(given));
        let sid = statement.sid().unwrap();
        let what = match played.reasons.as_slice() {
            [] if played == free => "no change".to_owned(),
            [] if played.replica_tags == Some(0) => "no tags".to_owned(),
            [] => "pending".to_owned(),
            reasons => reasons.join(" "),
        };
        failures.push(format!("{sid}: {what}"));
    }
    assert_eq!(
        failures,
        [
            // S3 publishes no reason for `s3:GetReplicationConfiguration`: nothing happens.
            "ReadSourceBucket: pending",
            "ReadSourceVersions: SrcGetObjectNotPermitted",
            "ReadSourceAcls: SrcGetAclNotPermitted",
            "ReadSourceTags: no tags",
            "ReadSourceLocks: SrcGetRetentionNotPermitted",
            "WriteReplicas: DstPutObjectNotPermitted",
            "WriteDeleteMarkers: DstDelObjNotPermitted",
            // `s3:ReplicateObject` includes tags in one reading, which the dialect follows; the
            // statement makes the documents right in the other one, too (REP-1210).
            "WriteTags: no change",
            "ChangeOwner: DstPutObjectNotPermitted",
            "DecryptSourceVersions: SrcGetObjectNotPermitted",
            "EncryptReplicas: DstPutObjectNotPermitted",
        ]
    );
    let trust = documents.replication_role().trust().without_statement(0);
    let played = play(&case, Some(GivenDocuments::new().with_trust_policy(trust)));
    assert_eq!(played.reasons, ["AssumeRoleNotPermitted"]);

    // The owner of the other bucket has to allow the same.
    let bucket = documents.bucket_policies()[0].explained().policy();
    for (at, statement) in bucket.statements().iter().enumerate() {
        let given = GivenDocuments::new()
            .with_role_policy(role.clone())
            .with_bucket_policy("partner".parse().unwrap(), bucket.without_statement(at));
        let played = play(&case, Some(given));
        let is_about_tags = statement.sid() == Some("WriteTags");
        assert_eq!(played == free, is_about_tags, "{:?} {played:?}", statement.sid());
    }
}

/// REP-1217: without its statement, the policy of a key of another account refuses the role. The key
/// of the source bucket belongs to a third account here.
#[test]
fn each_statement_of_a_key_policy_makes_something_succeed() {
    let context = locked_context().replace(
        "arn:aws:kms:eu-central-1:111122223333:key/source",
        "arn:aws:kms:eu-central-1:777788889999:key/source",
    );
    let case = Case::new(RULES, &context);
    let (documents, free) = (case.documents(), play(&case, None));
    assert_eq!(play(&case, Some(documents.as_given())), free);
    let mut failures = Vec::new();
    for key in documents.key_statements() {
        let nobody = policy_of(&format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "kms:*",
                "Principal": {{"AWS": "{}"}}, "Resource": "*"}}}}"#,
            key.account()
        ));
        let role = documents.replication_role().policy().clone();
        let given = owners_of(&case).with_role_policy(role).with_key_policy(key.key(), nobody);
        failures.push((key.statement().sid().unwrap(), play(&case, Some(given)).reasons));
    }
    let reasons = |reason: &str| vec![reason.to_owned()];
    assert_eq!(
        failures,
        [
            ("DecryptSourceVersions", reasons("SrcGetObjectNotPermitted")),
            ("EncryptReplicas", reasons("DstPutObjectNotPermitted")),
        ]
    );
}

/// REP-1205, REP-1210: tags are withheld, and nothing fails.
#[test]
fn tags_are_withheld() {
    let case = Case::new(RULES, &locked_context());
    let role = serde_json::to_value(case.documents().replication_role().policy()).unwrap();
    let with = |action: &str| {
        let mut role = role.clone();
        let deny = serde_json::json!({"Effect": "Deny", "Action": action, "Resource": "*"});
        role["Statement"].as_array_mut().unwrap().push(deny);
        play(&case, Some(owners_of(&case).with_role_policy(policy_of(&role.to_string()))))
    };
    for action in ["s3:GetObjectVersionTagging", "s3:ReplicateTags"] {
        let played = with(action);
        assert_eq!((played.replica_tags, played.reasons.len()), (Some(0), 0), "{action}");
    }
    assert_eq!(with("s3:Nothing").replica_tags, Some(1));
}

/// REP-1204, REP-1206, REP-1208, REP-1210: a change of metadata needs permissions of its own.
#[test]
fn changes_of_metadata_are_judged() {
    let case = Case::new(&[ALL], &locked_context());
    let role = case.documents().replication_role().policy().clone();
    let without = |sid: &str| -> PolicyDocument {
        let at = role.statements().iter().position(|one| one.sid() == Some(sid)).unwrap();
        role.without_statement(at)
    };
    let bucket = "arn:aws:s3:::backup".parse().unwrap();
    let judge = |policy: PolicyDocument, aspect| {
        let operation = Operation::new(OperationKind::Metadata(aspect), "k", &bucket);
        match case.setup().judge(&GivenDocuments::new().with_role_policy(policy), &operation) {
            Verdict::NotPermitted(refusal) => refusal.failure_reason.unwrap_or("none").to_owned(),
            other => format!("{other:?}"),
        }
    };
    for (sid, aspect, expected) in [
        ("ReadSourceTags", MetadataAspect::Tags, "WithoutTags"),
        ("ReadSourceAcls", MetadataAspect::Acl, "SrcGetAclNotPermitted"),
        ("ReadSourceLocks", MetadataAspect::Retention, "SrcGetRetentionNotPermitted"),
        ("ReadSourceLocks", MetadataAspect::LegalHold, "SrcGetLegalHoldNotPermitted"),
        ("ReadSourceLocks", MetadataAspect::Tags, "Permitted"),
        ("WriteReplicas", MetadataAspect::Tags, "DstPutTaggingNotPermitted"),
        ("WriteReplicas", MetadataAspect::Acl, "DstPutAclNotPermitted"),
        ("WriteReplicas", MetadataAspect::Retention, "DstPutRetentionNotPermitted"),
        ("WriteReplicas", MetadataAspect::LegalHold, "DstPutLegalHoldNotPermitted"),
    ] {
        assert_eq!(judge(without(sid), aspect), expected, "{sid} {aspect}");
    }
}

/// A scenario may have policies; a mistake in one has its place in the scenario.
#[test]
fn a_scenario_plays_under_policies() {
    let rule = format!(r#"{{"ID": "all", "Status": "Enabled", "Priority": 1, {ALL}}}"#);
    let case = Case::new(&[ALL], CONTEXT);
    let granted = case.documents().replication_role().policy().clone();
    let at =
        granted.statements().iter().position(|one| one.sid() == Some("WriteReplicas")).unwrap();
    let scenario = |policy: &str| {
        format!(
            r#"{{"Buckets": {{"backup": {{"Versioning": "Enabled"}},
                "photos": {{"Versioning": "Enabled", "Policies": {{"RolePolicies": [{policy}]}},
                    "Replication": {{"Role": "arn:aws:iam::111122223333:role/r", "Rules": [{rule}]}}}}}},
               "Events": [{{"At": "2026-11-22T10:00:00Z", "Bucket": "photos", "Key": "a",
                    "VersionId": "v1"}}]}}"#
        )
    };
    let statuses = |policy: &PolicyDocument| {
        let text = scenario(&policy.to_json());
        let scenario = Scenario::from_json(&text, &Dialect::AWS).unwrap_or_else(|e| panic!("{e}"));
        let mut timeline = Vec::new();
        scenario.play(|event| timeline.push(event.to_string()));
        timeline.join("\n")
    };
    assert!(statuses(&granted).contains("COMPLETED"), "{}", statuses(&granted));
    let less = statuses(&granted.without_statement(at));
    assert!(less.contains("DstPutObjectNotPermitted") && less.contains("FAILED"), "{less}");

    let wrong = scenario(r#"{"Statement": [{"Effect": "Alow", "Action": "*", "Resource": "*"}]}"#);
    let report = Scenario::from_json(&wrong, &Dialect::AWS).unwrap_err();
    let path = "Buckets.photos.Policies.RolePolicies[0].Statement[0].Effect";
    assert!(report.to_string().contains(path), "{report}");
}

/// A scenario may have the policies of the role of a job. What a job needs for its manifest and its
/// report, a scenario does not have; `jobs` takes those statements away.
#[test]
fn a_scenario_has_the_role_of_a_job() {
    let rule = format!(r#"{{"ID": "all", "Status": "Enabled", "Priority": 1, {ALL}}}"#);
    let case = Case::new(&[ALL], CONTEXT);
    let documents = case.setup().with_generated_job().documents();
    let batch = documents.batch_role().unwrap();
    let played = |policy: &str, trust: &str| {
        let text = format!(
            r#"{{"Buckets": {{"backup": {{"Versioning": "Enabled"}},
                "photos": {{"Versioning": "Enabled", "Policies": {{
                    "RolePolicies": [{}], "BatchRolePolicies": [{policy}],
                    "BatchTrustPolicy": {trust}}}}}}},
               "Events": [
                {{"At": "2026-11-22T10:00:00Z", "Bucket": "photos", "Key": "a", "VersionId": "v1"}},
                {{"At": "2026-11-22T10:01:00Z", "Bucket": "photos", "Event": "PutBucketReplication",
                  "Replication": {{"Role": "arn:aws:iam::111122223333:role/r", "Rules": [{rule}]}}}},
                {{"At": "2026-11-22T10:02:00Z", "Bucket": "photos", "Event": "BatchReplication",
                  "Key": "a"}}]}}"#,
            documents.replication_role().policy().to_json()
        );
        let scenario = Scenario::from_json(&text, &Dialect::AWS).unwrap_or_else(|e| panic!("{e}"));
        let mut timeline = Vec::new();
        scenario.play(|event| timeline.push(event.to_string()));
        timeline.join("\n")
    };
    let (policy, trust) = (batch.policy(), batch.trust().to_json());
    let whole = played(&policy.to_json(), &trust);
    assert!(whole.contains("replicated  COMPLETED"), "{whole}");
    for (at, statement) in policy.statements().iter().enumerate() {
        let less = played(&policy.without_statement(at).to_json(), &trust);
        let is_refused = less.contains("is refused: InitiateReplicationNotPermitted");
        assert_eq!(is_refused, statement.sid() == Some("InitiateReplication"), "{less}");
        assert_eq!(less.contains("COMPLETED"), !is_refused, "{less}");
    }
    let other = trust.replace("batchoperations.s3.amazonaws.com", "s3.amazonaws.com");
    let refused = played(&policy.to_json(), &other);
    assert!(refused.contains("is refused: AssumeRoleNotPermitted"), "{refused}");
    let condition = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*",
        "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/team": "a"}}}}"#;
    let undecided = played(condition, &trust);
    assert!(undecided.contains("PermissionUndecided"), "{undecided}");
}
