//! Given documents, checked.

use std::collections::BTreeSet;

use proptest::prelude::*;
use s3_replication::Dialect;
use s3_replication::dialect::permission::{
    PermissionDialect, ReplicaKeyActions, TagPermission, UnreadableTags,
};
use s3_replication::permissions::{
    Cause, DocumentName, GivenDocuments, PolicyDocument, Request, RequestPrincipal,
};
use serde_json::{Value, json};

use super::evaluation::naive;
use super::setups::{ALL, CONTEXT, Case, PARTNER, TAX, VAULT, missing, policy_of};

const REPLICATION: &str = "arn:aws:iam::111122223333:role/service-role/replication";

/// Returns the generated policy of the role with an edit of its statements.
fn edited(case: &Case, edit: impl FnOnce(&mut Vec<Value>)) -> PolicyDocument {
    let mut policy = serde_json::to_value(case.documents().replication_role().policy()).unwrap();
    edit(policy["Statement"].as_array_mut().unwrap());
    policy_of(&policy.to_string())
}

fn without(action: &'static str) -> impl FnOnce(&mut Vec<Value>) {
    move |statements| {
        for statement in statements.iter_mut() {
            if let Value::Array(actions) = &mut statement["Action"] {
                actions.retain(|one| one != action);
            }
        }
        statements
            .retain(|statement| statement["Action"] != action && statement["Action"] != json!([]));
    }
}

fn cases() -> Vec<Case> {
    let locked = CONTEXT.replace(r#""ObjectLock": "Disabled""#, r#""ObjectLock": "Enabled""#);
    let bucket_keys =
        CONTEXT.replace(r#""BucketKeyEnabled": false"#, r#""BucketKeyEnabled": true"#);
    let job = r#""Report": {"Enabled": true, "Bucket": "arn:aws:s3:::reports",
            "Prefix": "batch", "Format": "Report_CSV_20180820", "ReportScope": "AllTasks"},
        "Manifest": {"Spec": {"Format": "S3InventoryReport_CSV_20161130"},
            "Location": {"ObjectArn": "arn:aws:s3:::lists/a/photos/c/2026/manifest.json",
                "ObjectVersionId": "v", "ETag": "e"}}"#;
    vec![
        Case::new(&[ALL], "{}"),
        Case::new(&[TAX], CONTEXT),
        Case::new(&[ALL, PARTNER], &locked),
        Case::new(&[VAULT, ALL], CONTEXT),
        Case::new(&[VAULT, PARTNER], &bucket_keys),
        Case::new(&[VAULT], "{}"),
        Case::new(&[&VAULT.replace("key/replica", "alias/replicas")], CONTEXT),
        Case::new(&[ALL, VAULT], CONTEXT).with_job(job),
    ]
}

/// REP-1225, REP-1226: what is written is sufficient, and nothing in it is superfluous.
#[test]
fn written_documents_are_sufficient() {
    for case in cases() {
        let checked = case.setup().check(&case.documents().as_given());
        assert!(checked.is_sufficient(), "{:?} {:?}", checked.missing(), checked.undecided());
        assert!(checked.not_checked().is_empty(), "{:?}", checked.not_checked());
        let granted = checked.notes().iter().filter(|note| {
            note.message.contains("not needed") || note.message.contains("does not allow")
        });
        assert_eq!(granted.map(|note| &note.message).collect::<Vec<_>>(), Vec::<&String>::new());
    }
}

/// A statement is missed if it is taken away, or sources differ on it and a note says so.
#[test]
fn every_statement_is_needed() {
    for case in cases() {
        let documents = case.documents();
        let full = documents.as_given();
        let complaints = |given: &GivenDocuments| {
            let checked = case.setup().check(given);
            let advised = checked.notes().iter().filter(|note| {
                ["does not allow", "under a condition"].iter().any(|one| note.message.contains(one))
            });
            checked.missing().len() + advised.count()
        };
        assert_eq!(complaints(&full), 0);
        let role = documents.replication_role();
        let owners = || {
            let mut given = GivenDocuments::new();
            for policy in documents.bucket_policies() {
                let bucket = policy.bucket().name().clone();
                given = given.with_bucket_policy(bucket, policy.explained().policy().clone());
            }
            given
        };
        for at in 0..role.policy().statements().len() {
            let given = owners().with_role_policy(role.policy().without_statement(at));
            assert!(complaints(&given) > 0, "{:?}", role.policy().statements()[at]);
        }
        let given = owners().with_trust_policy(role.trust().without_statement(0));
        assert_eq!(case.setup().check(&given).missing()[0].action, "sts:AssumeRole");
        for policy in documents.bucket_policies() {
            let full = policy.explained().policy();
            for at in 0..full.statements().len() {
                let given = GivenDocuments::new()
                    .with_bucket_policy(policy.bucket().name().clone(), full.without_statement(at));
                assert!(complaints(&given) > 0, "{:?}", full.statements()[at]);
            }
        }
        if let Some(batch) = documents.batch_role() {
            for at in 0..batch.policy().statements().len() {
                let given = GivenDocuments::new()
                    .with_batch_role_policy(batch.policy().without_statement(at));
                assert!(complaints(&given) > 0, "{:?}", batch.policy().statements()[at]);
            }
        }
    }
}

/// REP-1201, REP-1202, REP-1203, REP-1204, REP-1206, REP-1208, REP-1209, REP-1211, REP-1212,
/// REP-1213: the reasons that S3 reports.
#[test]
fn each_action_has_its_failure_reason() {
    let locked = CONTEXT.replace(r#""ObjectLock": "Disabled""#, r#""ObjectLock": "Enabled""#);
    let case = Case::new(&[ALL, PARTNER, VAULT], &locked);
    for (action, reason) in [
        ("s3:GetReplicationConfiguration", None),
        ("s3:ListBucket", Some("SrcHeadObjectNotPermitted")),
        ("s3:GetObjectVersionForReplication", Some("SrcGetObjectNotPermitted")),
        ("s3:GetObjectVersionAcl", Some("SrcGetAclNotPermitted")),
        ("s3:GetObjectVersionTagging", None),
        ("s3:GetObjectRetention", Some("SrcGetRetentionNotPermitted")),
        ("s3:GetObjectLegalHold", Some("SrcGetLegalHoldNotPermitted")),
        ("s3:ReplicateObject", Some("DstPutObjectNotPermitted")),
        ("s3:ReplicateDelete", Some("DstDelObjNotPermitted")),
        ("s3:ObjectOwnerOverrideToBucketOwner", Some("DstPutObjectNotPermitted")),
        ("kms:Encrypt", Some("DstPutObjectNotPermitted")),
    ] {
        let policy = edited(&case, without(action));
        let checked = case.setup().check(&GivenDocuments::new().with_role_policy(policy));
        let one = checked.missing().first().unwrap_or_else(|| panic!("{action} is not missed"));
        assert_eq!(one.action, action);
        assert_eq!((one.cause, one.failure_reason), (Cause::NotAllowed, reason), "{action}");
        assert_eq!(one.document, DocumentName::ReplicationRole);
        assert!(reason.is_some() || !one.effect.is_empty());
    }
}

/// REP-1205, REP-1210, REP-1213: both readings of each question.
#[test]
fn a_dialect_decides_where_sources_differ() {
    let check = |rules: &[&str], action: &'static str, answers: PermissionDialect| {
        let dialect = Dialect::AWS.with_permissions(answers);
        let case = Case { dialect, ..Case::new(rules, CONTEXT) };
        let policy = edited(&case, without(action));
        let checked = case.setup().check(&GivenDocuments::new().with_role_policy(policy));
        let noted = checked.notes().iter().any(|note| note.message.contains(action));
        (checked.missing().first().map(|one| one.failure_reason), noted)
    };
    let (aws, tags) = (PermissionDialect::AWS, "s3:GetObjectVersionTagging");
    // Without a filter for tags, nothing fails; with one, the role has to read them.
    assert_eq!(check(&[ALL], tags, aws), (None, true));
    assert_eq!(check(&[PARTNER], tags, aws), (Some(None), false));
    let strict = aws.with_unreadable_tags(UnreadableTags::Fail);
    assert_eq!(check(&[ALL], tags, strict), (Some(Some("SrcGetTaggingNotPermitted")), false));
    assert_eq!(check(&[ALL], "s3:ReplicateTags", aws), (None, true));
    let strict = aws.with_tag_permission(TagPermission::ReplicateTags);
    assert_eq!(
        check(&[ALL], "s3:ReplicateTags", strict),
        (Some(Some("DstPutTaggingNotPermitted")), false)
    );
    assert_eq!(check(&[VAULT], "kms:GenerateDataKey", aws), (None, true));
    let strict = aws.with_replica_key_actions(ReplicaKeyActions::EncryptAndGenerateDataKey);
    assert_eq!(
        check(&[VAULT], "kms:GenerateDataKey", strict),
        (Some(Some("DstPutObjectNotPermitted")), false)
    );
}

/// REP-1218: what a statement denies, and where.
#[test]
fn a_denied_request_has_an_example() {
    let case = Case::new(&[TAX], CONTEXT);
    let deny = |resource: &str| {
        let statement = json!({"Sid": "No", "Effect": "Deny", "Action": "s3:Replicate*",
            "Resource": format!("arn:aws:s3:::{resource}")});
        let policy = edited(&case, |statements| statements.push(statement));
        case.setup().check(&GivenDocuments::new().with_role_policy(policy))
    };
    let denied = deny("backup/Tax/secret/*");
    let one = &denied.missing()[0];
    assert_eq!((one.cause, one.statement.as_deref()), (Cause::Denied, Some("No")));
    assert_eq!(one.resource, "arn:aws:s3:::backup/*");
    assert_eq!(one.example, "arn:aws:s3:::backup/Tax/secret/");
    // What the rules do not select does not matter.
    assert!(deny("backup/logs/*").is_sufficient());
    assert!(deny("backup/tax/*").is_sufficient());
    assert!(!deny("backup/*.pdf").is_sufficient());
}

/// The keys that the rules select have to be allowed, and no others.
#[test]
fn a_policy_may_be_limited_to_the_selected_keys() {
    let case = Case::new(&[TAX], CONTEXT);
    let limited = |prefix: &str| {
        let text = serde_json::to_string(case.documents().replication_role().policy()).unwrap();
        case.check_role(&text.replace("/*\"", &format!("/{prefix}*\"")))
    };
    assert!(limited("Tax/").is_sufficient());
    assert!(limited("T").is_sufficient());
    let narrower = limited("Tax/2026/");
    assert_eq!(narrower.missing()[0].example, "arn:aws:s3:::photos/Tax/");
    // Two statements together may cover what neither does.
    let text = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::photos*"},
        {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::backup/Tax/?*"},
        {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::backup/Tax/"}]}"#;
    assert!(case.check_role(text).is_sufficient());
    let half = text.replace("backup/Tax/\"}]", "backup/Tax\"}]");
    assert_eq!(case.check_role(&half).missing()[0].example, "arn:aws:s3:::backup/Tax/");
}

/// REP-1225: between accounts both policies allow; within one, either.
#[test]
fn policies_of_both_sides_count() {
    let case = Case::new(&[PARTNER], CONTEXT);
    let documents = case.documents();
    let bucket = documents.bucket_policies()[0].explained().policy().clone();
    let role = documents.replication_role().policy().clone();
    let check = |role: PolicyDocument, bucket: PolicyDocument| {
        let given = GivenDocuments::new()
            .with_role_policy(role)
            .with_bucket_policy("partner".parse().unwrap(), bucket);
        missing(&case.setup().check(&given))
    };
    assert_eq!(check(role.clone(), bucket.clone()), []);
    let without_owner = check(role.clone(), bucket.without_statement(2));
    let owner = "s3:ObjectOwnerOverrideToBucketOwner".to_owned();
    assert_eq!(without_owner, [(owner, "DestinationBucketPolicy", Cause::NotAllowed)]);
    let only_bucket = check(edited(&case, without("s3:ReplicateObject")), bucket);
    let replicate = "s3:ReplicateObject".to_owned();
    assert_eq!(only_bucket, [(replicate.clone(), "ReplicationRole", Cause::NotAllowed)]);

    let case = Case::new(&[ALL], CONTEXT);
    let policy = |effect: &str, principal: &str, condition: Value| {
        policy_of(
            &json!({"Version": "2012-10-17", "Statement": [{"Effect": effect,
                "Principal": {"AWS": principal}, "Action": "s3:ReplicateObject",
                "Resource": "arn:aws:s3:::backup/*", "Condition": condition}]})
            .to_string(),
        )
    };
    let check = |bucket: PolicyDocument| {
        let given = GivenDocuments::new()
            .with_role_policy(edited(&case, without("s3:ReplicateObject")))
            .with_bucket_policy("backup".parse().unwrap(), bucket);
        missing(&case.setup().check(&given))
    };
    assert_eq!(check(policy("Allow", REPLICATION, json!({}))), []);
    let by_account = check(policy("Allow", "111122223333", json!({})));
    assert_eq!(by_account, [(replicate.clone(), "ReplicationRole", Cause::NotAllowed)]);

    // REP-1227: requests are made over TLS.
    let tls = json!({"Bool": {"aws:SecureTransport": "false"}});
    for (condition, expected) in [(tls, 0), (json!({}), 1)] {
        let given = GivenDocuments::new()
            .with_role_policy(case.documents().replication_role().policy().clone())
            .with_bucket_policy("backup".parse().unwrap(), policy("Deny", "*", condition));
        let found = missing(&case.setup().check(&given));
        assert_eq!(found.len(), expected, "{found:?}");
        assert!(
            found.iter().all(|one| one.1 == "DestinationBucketPolicy" && one.2 == Cause::Denied)
        );
    }
}

/// REP-1217, REP-1226
#[test]
fn a_key_policy_decides() {
    let case = Case::new(&[VAULT], CONTEXT);
    let role = case.documents().replication_role().policy().clone();
    let source = "arn:aws:kms:eu-central-1:111122223333:key/source";
    let replica = "arn:aws:kms:eu-west-1:444455556666:key/replica";
    let key = |principal: &str, action: &str| {
        policy_of(
            &json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow",
                "Principal": {"AWS": principal}, "Action": action, "Resource": "*"}})
            .to_string(),
        )
    };
    let check = |role: Option<&PolicyDocument>, name: &str, policy: PolicyDocument| {
        let given = GivenDocuments::new().with_key_policy(name, policy);
        let given = match role {
            Some(role) => given.with_role_policy(role.clone()),
            None => given,
        };
        missing(&case.setup().check(&given))
    };
    let root = "arn:aws:iam::111122223333:root";
    // The default key policy leaves the decision to the policies of the account.
    assert_eq!(check(Some(&role), source, key(root, "kms:*")), []);
    assert_eq!(check(Some(&role), "source", key(root, "kms:*")), []);
    // Whichever name a key has, its later policy is the one that counts.
    for names in [[source, "source"], ["source", source]] {
        let given = GivenDocuments::new().with_role_policy(role.clone());
        let given = given.with_key_policy(names[0], key(root, "kms:Encrypt"));
        let given = given.with_key_policy(names[1], key(root, "kms:*"));
        assert_eq!(missing(&case.setup().check(&given)), [], "{names:?}");
    }
    let no_decrypt = edited(&case, |statements| {
        statements.retain(|one| one["Sid"] != "DecryptSourceVersions");
    });
    let decrypt = |document| vec![("kms:Decrypt".to_owned(), document, Cause::NotAllowed)];
    assert_eq!(check(Some(&no_decrypt), source, key(root, "kms:*")), decrypt("ReplicationRole"));
    // Within an account the key policy alone is enough if it names the role.
    assert_eq!(check(Some(&no_decrypt), source, key(REPLICATION, "kms:Decrypt")), []);
    assert_eq!(
        check(Some(&role), source, key(REPLICATION, "kms:Encrypt")),
        decrypt("KmsKeyPolicy")
    );
    let other = key("arn:aws:iam::999999999999:root", "kms:*");
    let encrypt = vec![("kms:Encrypt".to_owned(), "KmsKeyPolicy", Cause::NotAllowed)];
    assert_eq!(check(Some(&role), replica, other), encrypt);
    assert_eq!(check(Some(&role), replica, key(REPLICATION, "kms:*")), []);
}

/// REP-1225, REP-1226: one side permits the request, and the other one may deny it, or the other
/// way round: nothing is missing for sure.
#[test]
fn a_denial_that_is_unknown_leaves_the_answer_open() {
    let at_home = json!({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}});
    let statement = |effect: &str, action: &str, condition: &Value| json!({"Effect": effect, "Action": action, "Resource": "*", "Condition": condition});
    let of = |principal: &str, statement: Value| {
        let mut statement = statement;
        statement["Principal"] = json!({"AWS": principal});
        policy_of(&json!({"Version": "2012-10-17", "Statement": statement}).to_string())
    };
    let always = json!({});
    for (case, action, name) in [
        (Case::new(&[ALL], CONTEXT), "s3:ReplicateObject", "backup"),
        (Case::new(&[VAULT], CONTEXT), "kms:Decrypt", "source"),
    ] {
        let guarded = |given: GivenDocuments, policy: PolicyDocument| match action {
            "kms:Decrypt" => given.with_key_policy(name, policy),
            _ => given.with_bucket_policy(name.parse().unwrap(), policy),
        };
        let lacking = |more: Option<Value>| {
            let role = edited(&case, |statements| {
                if action == "kms:Decrypt" {
                    statements.retain(|one| one["Sid"] != "DecryptSourceVersions");
                } else {
                    without("s3:ReplicateObject")(statements);
                }
                statements.extend(more);
            });
            GivenDocuments::new().with_role_policy(role)
        };
        let may_deny = lacking(Some(statement("Deny", action, &at_home)));
        let names_role = of(REPLICATION, statement("Allow", action, &always));
        let may_name_role = of(REPLICATION, statement("Allow", action, &at_home));
        for given in [guarded(may_deny, names_role), guarded(lacking(None), may_name_role)] {
            let checked = case.setup().check(&given);
            assert_eq!(missing(&checked), [], "{action}");
            let undecided: Vec<&str> =
                checked.undecided().iter().map(|one| one.action.as_str()).collect();
            assert_eq!(undecided, [action]);
        }
    }
}

/// REP-1215: a condition for another Region fails; without S3 Bucket Keys the context is the object.
#[test]
fn conditions_on_keys_are_compared() {
    let with = |context: &str, from: &str, to: &str| {
        let case = Case::new(&[VAULT], context);
        let text = serde_json::to_string(case.documents().replication_role().policy()).unwrap();
        assert!(text.contains(from), "{text}");
        missing(&case.check_role(&text.replace(from, to)))
    };
    let decrypt = vec![("kms:Decrypt".to_owned(), "ReplicationRole", Cause::Condition)];
    let region = with(CONTEXT, "s3.eu-central-1.", "s3.eu-west-1.");
    assert_eq!(region, decrypt);
    let misspelt = with(
        CONTEXT,
        "kms:EncryptionContext:aws:s3:arn\":\"arn:aws:s3:::photos",
        "kms:EncryptionContext:arn:aws:arn\":\"arn:aws:s3:::photos",
    );
    assert!(misspelt.is_empty(), "a key that is unknown is not decided: {misspelt:?}");
    let bucket_keys =
        CONTEXT.replace(r#""BucketKeyEnabled": false"#, r#""BucketKeyEnabled": true"#);
    let objects_only = with(
        &bucket_keys,
        r#"["arn:aws:s3:::photos","arn:aws:s3:::photos/*"]"#,
        r#"["arn:aws:s3:::photos/*"]"#,
    );
    assert_eq!(objects_only, decrypt);
}

/// REP-1227: what is unknown is named, never guessed.
#[test]
fn unknown_keys_are_named() {
    let case = Case::new(&[ALL], CONTEXT);
    let with = |effect: &str, condition: Value| {
        let statement = json!({"Effect": effect, "Action": "s3:ReplicateObject",
            "Resource": "*", "Condition": condition});
        let policy = edited(&case, |statements| {
            statements.retain(|one| effect == "Deny" || one["Sid"] != "WriteReplicas");
            statements.push(statement);
        });
        case.setup().check(&GivenDocuments::new().with_role_policy(policy))
    };
    for (effect, condition, key) in [
        ("Deny", json!({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}), "`aws:SourceVpce`"),
        ("Allow", json!({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}), "`aws:PrincipalOrgID`"),
        (
            "Allow",
            json!({"DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}}),
            "`aws:CurrentTime`",
        ),
        (
            "Allow",
            json!({"StringEquals": {"s3:x-amz-server-side-encryption": "AES256"}}),
            "`s3:x-amz-server-side-encryption`",
        ),
    ] {
        let checked = with(effect, condition);
        assert!(checked.missing().is_empty() && !checked.is_sufficient(), "{key}");
        let depends_on: BTreeSet<String> =
            checked.undecided().iter().flat_map(|one| one.depends_on.clone()).collect();
        assert!(depends_on.contains(key), "{depends_on:?}");
    }
    // Known keys decide.
    for (effect, condition, is_sufficient) in [
        ("Allow", json!({"StringEquals": {"aws:PrincipalAccount": "111122223333"}}), true),
        ("Allow", json!({"StringEquals": {"aws:ResourceAccount": "444455556666"}}), false),
        (
            "Allow",
            json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}}),
            true,
        ),
        ("Allow", json!({"StringEquals": {"aws:RequestedRegion": "eu-central-1"}}), true),
        ("Deny", json!({"Bool": {"aws:ViaAWSService": "true"}}), true),
        ("Deny", json!({"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}), false),
        ("Allow", json!({"StringEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}), false),
    ] {
        let checked = with(effect, condition.clone());
        assert_eq!(checked.is_sufficient(), is_sufficient, "{condition} {:?}", checked.undecided());
        assert_eq!(checked.undecided().len(), 0, "{condition}");
    }
}

/// REP-1201, REP-1228, REP-1230: the service, and the bucket or job for which it asks.
#[test]
fn trust_is_checked() {
    let job = r#""Report": {"Enabled": false}, "ManifestGenerator": {"S3JobManifestGenerator": {
        "SourceBucket": "arn:aws:s3:::photos", "EnableManifestOutput": false}}"#;
    let case = Case::new(&[ALL], CONTEXT).with_job(job);
    let trust = |service: &str, condition: Value| {
        policy_of(
            &json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
                "Principal": {"Service": service}, "Action": "sts:AssumeRole",
                "Condition": condition}]})
            .to_string(),
        )
    };
    let account = |account: &str| json!({"StringEquals": {"aws:SourceAccount": account}});
    for (service, condition, expected) in [
        ("s3.amazonaws.com", json!({}), None),
        ("batchoperations.s3.amazonaws.com", json!({}), Some(Cause::NotAllowed)),
        ("s3.amazonaws.com", account("111122223333"), None),
        ("s3.amazonaws.com", account("444455556666"), Some(Cause::Condition)),
        ("s3.amazonaws.com", json!({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::photos"}}), None),
        (
            "s3.amazonaws.com",
            json!({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::other"}}),
            Some(Cause::Condition),
        ),
    ] {
        let given = GivenDocuments::new().with_trust_policy(trust(service, condition.clone()));
        let checked = case.setup().check(&given);
        let found = checked.missing().first().map(|one| one.cause);
        assert_eq!(found, expected, "{service} {condition}");
        let swapped = checked.notes().iter().any(|note| note.message.contains("role of a job"));
        assert_eq!(swapped, service.starts_with("batch"), "{service}");
        if let Some(one) = checked.missing().first() {
            assert_eq!(one.document, DocumentName::ReplicationRoleTrust);
            assert_eq!(one.failure_reason, Some("AssumeRoleNotPermitted"));
            assert_eq!(one.resource, REPLICATION);
        }
    }
    for (service, condition, expected) in [
        (
            "batchoperations.s3.amazonaws.com",
            json!({"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:111122223333:job/*"}}),
            None,
        ),
        ("s3.amazonaws.com", json!({}), Some(Cause::NotAllowed)),
    ] {
        let given = GivenDocuments::new().with_batch_trust_policy(trust(service, condition));
        let checked = case.setup().check(&given);
        assert_eq!(checked.missing().first().map(|one| one.cause), expected);
    }
}

/// Keys that a rule excludes need no permission.
#[test]
fn excluded_keys_need_no_permission() {
    let rule = r#""Filter": {"And": {"Prefix": "a/", "Not": {"Prefix": "a/tmp/"}}},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": "arn:aws:s3:::backup"}"#;
    let case = Case::new(&[rule], CONTEXT);
    let deny = |resource: &str| {
        let statement = json!({"Effect": "Deny", "Action": "s3:*",
            "Resource": format!("arn:aws:s3:::photos/{resource}")});
        let policy = edited(&case, |statements| statements.push(statement));
        case.setup().check(&GivenDocuments::new().with_role_policy(policy)).is_sufficient()
    };
    assert!(deny("a/tmp/*"));
    assert!(deny("a/tmp/x*"));
    assert!(!deny("a/tm*"));
    assert!(!deny("a/*"));
}

/// REP-1213, REP-1217: the related multi-Region key is the one that needs permissions.
#[test]
fn a_multi_region_key_is_the_related_one() {
    let rule = VAULT.replace(
        r#""EncryptionConfiguration": {
            "ReplicaKmsKeyID": "arn:aws:kms:eu-west-1:444455556666:key/replica"}"#,
        r#""EncryptionConfiguration": {"UseSourceMultiRegionKey": {"Status": "Enabled"}}"#,
    );
    assert!(rule.contains("MultiRegion"));
    let related = "arn:aws:kms:eu-west-1:111122223333:key/mrk-1";
    let policy = |context: &str| {
        let case = Case::new(&[&rule], context);
        let policy = serde_json::to_string(case.documents().replication_role().policy()).unwrap();
        let checked = case.setup().check(&case.documents().as_given());
        assert!(checked.is_sufficient(), "{:?}", checked.missing());
        policy
    };
    let known = policy(&CONTEXT.replace("key/source", "key/mrk-1"));
    assert!(known.contains(related), "{known}");
    let unknown = policy(r#"{"partner": {"Region": "eu-west-1"}}"#);
    assert!(unknown.contains("arn:aws:kms:eu-west-1:111122223333:key/mrk-*"), "{unknown}");
}

/// REP-1231 to REP-1236: the reasons of failed jobs.
#[test]
fn a_job_fails_with_its_reason() {
    let job = r#""Report": {"Enabled": true, "Bucket": "arn:aws:s3:::reports", "Prefix": "r",
            "Format": "Report_CSV_20180820", "ReportScope": "AllTasks"},
        "ManifestGenerator": {"S3JobManifestGenerator": {
            "SourceBucket": "arn:aws:s3:::photos", "EnableManifestOutput": true,
            "ManifestOutputLocation": {"Bucket": "arn:aws:s3:::lists",
                "ManifestFormat": "S3InventoryReport_CSV_20211130"}}}"#;
    let case = Case::new(&[ALL], CONTEXT).with_job(job);
    let documents = case.documents();
    let role = documents.batch_role().unwrap().policy();
    for (sid, reason) in [
        ("InitiateReplication", Some("InitiateReplicationNotPermitted")),
        ("GenerateManifest", None),
        ("ReadManifest", Some("Reading the manifest is forbidden: AccessDenied")),
        ("WriteManifest", Some("Error occurred when preparing manifest: Failed to write manifest")),
        (
            "WriteReport",
            Some(
                "The job report could not be written to your report bucket. Please check your permissions.",
            ),
        ),
    ] {
        let at = role.statements().iter().position(|one| one.sid() == Some(sid)).unwrap();
        let given = GivenDocuments::new().with_batch_role_policy(role.without_statement(at));
        let checked = case.setup().check(&given);
        let one = &checked.missing()[0];
        assert_eq!((one.document.kind(), one.failure_reason), ("BatchRole", reason), "{sid}");
    }
    // A report below one prefix does not need the whole bucket.
    let text = serde_json::to_string(role).unwrap().replace("reports/*", "reports/r/*");
    let given = GivenDocuments::new().with_batch_role_policy(policy_of(&text));
    assert_eq!(case.setup().check(&given).missing()[0].example, "arn:aws:s3:::reports/r");
}

/// REP-1205, REP-1207, REP-1210: a denied action for tags withholds them; that is no failure.
#[test]
fn withheld_tags_are_a_note() {
    let case = Case::new(&[ALL], CONTEXT);
    let deny = json!({"Effect": "Deny", "Action": ["s3:ReplicateTags", "s3:ReplicateObjectAnnotation"],
        "Resource": "*"});
    let policy = edited(&case, |statements| statements.push(deny));
    let checked = case.setup().check(&GivenDocuments::new().with_role_policy(policy));
    assert!(checked.is_sufficient());
    let note =
        checked.notes().iter().find(|note| note.message.contains("denies `s3:ReplicateTags`"));
    assert!(
        note.is_some_and(|note| note.message.contains("have no tags")),
        "{:?}",
        checked.notes()
    );
}

/// Hostile patterns are not decided, and soon.
#[test]
fn hostile_patterns_end_soon() {
    let case = Case::new(&[ALL], CONTEXT);
    let statements: Vec<Value> = (0..400)
        .map(|number| {
            let pattern = format!(
                "arn:aws:s3:::*a{}*b{}*",
                "?".repeat(number % 17),
                "a?".repeat(number % 13)
            );
            json!({"Effect": "Allow", "Action": "s3:*", "Resource": pattern})
        })
        .collect();
    let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    let checked = case.check_role(&text);
    assert!(!checked.is_sufficient());
}

/// Draws the resources of a statement about `backup`.
fn random_policy() -> impl Strategy<Value = Vec<Value>> {
    let pattern =
        prop::collection::vec(prop::sample::select(&["T", "a", "x", "*", "?", "/"][..]), 0..4);
    let statement = (prop::bool::weighted(0.7), pattern, prop::bool::weighted(0.2)).prop_map(
        |(allows, pattern, not)| {
            let effect = if allows { "Allow" } else { "Deny" };
            let resource = format!("arn:aws:s3:::backup/{}", pattern.concat());
            let name = if not { "NotResource" } else { "Resource" };
            json!({"Effect": effect, "Action": "s3:ReplicateObject", name: resource})
        },
    );
    prop::collection::vec(statement, 1..5)
}

proptest! {
    /// A request is missing exactly if there is a key for which it is not permitted: compared with
    /// every key of up to five characters.
    #[test]
    fn a_missing_request_has_a_key(statements in random_policy(), prefix in prop::sample::select(&["", "T", "Ta", "x/"][..])) {
        let rule = TAX.replace("Tax/", prefix);
        let case = Case::new(&[&rule], CONTEXT);
        let policy = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        let checked = case.check_role(&policy);
        let found = checked.missing().iter().find(|one| one.action == "s3:ReplicateObject");
        let mut keys = vec![prefix.to_owned()];
        let mut all = keys.clone();
        for _ in 0..5_usize.saturating_sub(prefix.len()) {
            keys = keys.iter().flat_map(|key| "Tax/z".chars().map(move |c| format!("{key}{c}"))).collect();
            all.extend(keys.iter().cloned());
        }
        let permitted = |key: &str| naive(&statements, "s3:ReplicateObject", &format!("arn:aws:s3:::backup/{key}")).0;
        let refused = all.iter().filter(|key| !key.is_empty()).find(|key| !permitted(key));
        prop_assert_eq!(found.is_some(), refused.is_some(), "{:?} {:?}", found, refused);
        if let Some(found) = found {
            let key = found.example.strip_prefix("arn:aws:s3:::backup/").unwrap();
            prop_assert!(key.starts_with(prefix) && !permitted(key), "{}", key);
        }
    }
}

/// The request of a role is decided in the same way by the document itself.
#[test]
fn a_document_decides_alone() {
    let case = Case::new(&[ALL], CONTEXT);
    let documents = case.documents();
    let request = Request::new("s3:ReplicateObject", "arn:aws:s3:::backup/k")
        .by(RequestPrincipal::Role(REPLICATION.parse().unwrap()));
    let role = documents.replication_role();
    assert_eq!(role.policy().decide(&request), s3_replication::permissions::Decision::Allowed);
}
