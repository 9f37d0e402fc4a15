//! The objects that people have: outputs of the AWS CLI, event records, and words of headers.

use serde_json::{Value, json};

use super::{Desk, Ran};
use crate::support::{rule_v2, with_role};

/// A desk whose only rule selects `prefix` or everything, by `filter`.
fn desk_with(name: &str, filter: &str) -> Desk {
    let desk = Desk::new(name);
    desk.put("c.xml", with_role(&rule_v2("all", 1, filter, "backup", "")));
    desk
}

fn decide(desk: &Desk, content: &str, flags: &[&str]) -> Ran {
    desk.put("o.json", content);
    desk.run(&[&["decide", "-c", "c.xml", "--objects", "o.json"], flags].concat())
}

/// The key, the event and the reason of the only rule for each answer.
fn answers(ran: &Ran) -> Vec<(String, String, Option<String>)> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let lines = ran.ended(0).lines();
    let answer = |line: &Value| {
        let event = text(&line["Event"]).unwrap();
        (text(&line["Key"]).unwrap(), event, text(&line["Rules"][0]["Reason"]))
    };
    lines.iter().map(answer).collect()
}

fn answer(key: &str, event: &str, reason: Option<&str>) -> (String, String, Option<String>) {
    (key.to_owned(), event.to_owned(), reason.map(str::to_owned))
}

const PUT: &str = "ObjectCreated:Put";

/// What `aws s3api head-object` prints.
fn head(extra: &Value) -> String {
    let mut head = json!({
        "AcceptRanges": "bytes", "LastModified": "2026-11-22T10:00:00+00:00", "ContentLength": 3,
        "ChecksumCRC64NVME": "AAAAAAAAAAA=", "ChecksumType": "FULL_OBJECT", "ETag": "\"9e10\"",
        "VersionId": "v1", "ContentType": "text/plain", "Metadata": {"Key": "of the user"},
    });
    head.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    serde_json::to_string_pretty(&head).unwrap()
}

#[test]
fn the_output_of_head_object_is_read_in_one_line_or_many() {
    let desk = desk_with("head-object", "");
    let cases = [
        (json!({"ServerSideEncryption": "AES256"}), None),
        (json!({"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "k"}), Some("kms-not-selected")),
        (json!({"ServerSideEncryption": "aws:kms:dsse"}), Some("kms-not-selected")),
        (json!({"SSECustomerAlgorithm": "AES256", "SSECustomerKeyMD5": "x"}), None),
        (json!({"StorageClass": "GLACIER", "Restore": "ongoing-request"}), Some("archived")),
        (
            json!({"StorageClass": "INTELLIGENT_TIERING", "ArchiveStatus": "DEEP_ARCHIVE_ACCESS"}),
            Some("archived"),
        ),
        (json!({"ReplicationStatus": "REPLICA", "BucketKeyEnabled": true}), Some("replica")),
        (json!({"TagCount": 2}), None),
    ];
    let mut lines = String::new();
    for (extra, reason) in &cases {
        let pretty = decide(&desk, &head(extra), &["--key", "a.txt"]);
        assert_eq!(answers(&pretty), [answer("a.txt", PUT, *reason)], "{extra}");
        let mut line: Value = serde_json::from_str(&head(extra)).unwrap();
        line["Key"] = json!("a.txt");
        lines += &(line.to_string() + "\n");
    }
    let expected: Vec<_> = cases.iter().map(|(_, reason)| answer("a.txt", PUT, *reason)).collect();
    assert_eq!(answers(&decide(&desk, &lines, &[])), expected);
    let many: String = cases.iter().map(|(extra, _)| head(extra) + "\n").collect();
    assert_eq!(answers(&decide(&desk, &many, &["--key", "a.txt"])), expected);
    let without = decide(&desk, &head(&json!({})), &[]);
    assert!(without.ended(2).err.contains("add `--key KEY`"), "{}", without.err);
}

#[test]
fn facts_that_decide_are_never_dropped() {
    let desk = desk_with("facts", "<Tag><Key>team</Key><Value>tax</Value></Tag>");
    let counted = decide(&desk, &head(&json!({"TagCount": 2})), &["--key", "a"]);
    assert!(counted.ended(2).err.contains("add `Tags`"), "{}", counted.err);
    let tags = json!({"TagCount": 1, "TagSet": [{"Key": "team", "Value": "tax"}]});
    assert_eq!(answers(&decide(&desk, &head(&tags), &["--key", "a"])), [answer("a", PUT, None)]);
    for (member, says) in [
        (r#""x-amz-server-side-encryption": "aws:kms""#, "`EncryptionStatus`"),
        (r#""x-amz-replication-status": "REPLICA""#, "`ReplicationStatus`"),
        (r#""x-amz-tagging-count": 1"#, "`Tags`"),
        (r#""SSEKMSKeyId": "k""#, "`EncryptionStatus`"),
        (r#""SSECustomerAlgorithm": "AES256", "EncryptionStatus": "SSE-S3""#, "keep one"),
        (r#""Colour": "red""#, "`decide --help`"),
        // Some members of `head-object` are not its output: each has a counterpart.
        (r#""ServerSideEncryption": "aws:kms""#, r#"`"EncryptionStatus": "SSE-KMS"`"#),
        (r#""ContentLength": 3, "DeleteMarker": true"#, r#""Size": 3, "IsDeleteMarker": true"#),
        (r#""BucketKeyEnabled": true"#, r#""BucketKeyStatus": "ENABLED""#),
        (r#""ArchiveStatus": "ARCHIVE_ACCESS""#, r#""IntelligentTieringAccessTier""#),
        (r#""TagCount": 1"#, r#""Tags": {"#),
        (r#""LastModified": 1795341600"#, "write `2026-11-22T10:00:00Z`"),
        (r#""LastModified": "Sun, 22 Nov 2026 10:00:00 GMT""#, "write `2026-11-22T10:00:00Z`"),
        (r#""Event": "s3:ObjectRestore:Post""#, "replicates nothing"),
    ] {
        let ran = decide(&desk, &format!(r#"{{"Key": "a", {member}}}"#), &[]);
        assert!(ran.ended(2).err.contains(says) && !ran.err.contains("take it out"), "{}", ran.err);
    }
}

#[test]
fn listings_are_read_with_their_delete_markers() {
    let desk = desk_with("listings", "");
    let listing = json!({
        "Versions": [
            {"Key": "a b", "VersionId": "null", "IsLatest": true, "Size": 1, "ETag": "\"x\"",
             "StorageClass": "STANDARD", "LastModified": "2026-11-22T10:00:00+00:00",
             "Owner": {"ID": "o"}, "ChecksumAlgorithm": ["CRC64NVME"]},
            {"Key": "b", "VersionId": "v1", "IsLatest": false, "StorageClass": "DEEP_ARCHIVE"},
        ],
        "DeleteMarkers": [{"Key": "b", "VersionId": "v2", "IsLatest": true, "Owner": {"ID": "o"}}],
        "RequestCharged": null, "Prefix": "",
    });
    let expected = [
        answer("a b", PUT, None),
        answer("b", PUT, Some("archived")),
        answer("b", "ObjectRemoved:DeleteMarkerCreated", Some("delete-markers-disabled")),
    ];
    for text in [listing.to_string(), serde_json::to_string_pretty(&listing).unwrap()] {
        let ran = decide(&desk, &text, &[]);
        assert_eq!(answers(&ran), expected);
        assert!(ran.err.contains("does not contain `EncryptionStatus`"), "{}", ran.err);
    }
    let versions = serde_json::to_string_pretty(&listing["Versions"]).unwrap();
    assert_eq!(answers(&decide(&desk, &versions, &[])), expected[..2]);
    let contents = json!({"Contents": [{"Key": "a", "Size": 1, "ETag": "x"}], "KeyCount": 1});
    assert_eq!(answers(&decide(&desk, &contents.to_string(), &[])), [answer("a", PUT, None)]);

    let mut wrong = listing;
    wrong["Versions"][1]["Sise"] = json!(1);
    let text = serde_json::to_string_pretty(&wrong).unwrap();
    let ran = decide(&desk, &text, &[]);
    assert_eq!(ran.ended(2).lines().len(), 2);
    let line = 1 + text.lines().position(|line| line.contains("Sise")).unwrap();
    let begins = text.lines().take(line).collect::<Vec<_>>();
    let object = 1 + begins.iter().rposition(|line| line.trim() == "{").unwrap();
    assert!(ran.err.contains(&format!("o.json:{object}: unknown member `Sise`")), "{}", ran.err);
}

/// A listing without objects has no answers, however a tool prints it, and is no object of `--key`.
#[test]
fn empty_listings_have_no_objects() {
    let desk = desk_with("empty-listings", "");
    for listing in [
        json!({"RequestCharged": null}),
        json!({"RequestCharged": null, "Prefix": ""}),
        json!({"RequestCharged": "requester"}),
        json!({"Versions": null, "DeleteMarkers": null}),
        json!({"Contents": null}),
        json!({"CommonPrefixes": null}),
        json!({"IsTruncated": false, "Name": "photos", "Prefix": "", "MaxKeys": 9, "KeyCount": 0}),
        json!([{"RequestCharged": null}, {"RequestCharged": null, "Prefix": ""}]),
    ] {
        for text in [listing.to_string(), serde_json::to_string_pretty(&listing).unwrap()] {
            for flags in [&[][..], &["--key", "a"]] {
                let ran = decide(&desk, &text, flags);
                assert_eq!(ran.ended(0).out, "", "{text}");
            }
        }
    }
    let empty = decide(&desk, r#"{"RequestCharged": null}"#, &[]);
    assert_eq!(empty.err, "note: `o.json` holds no objects\n");
    // The same member beside others is part of an object.
    let listed = json!([{"Key": "a", "RequestCharged": null}]);
    assert_eq!(answers(&decide(&desk, &listed.to_string(), &[])), [answer("a", PUT, None)]);
    let of_head = head(&json!({"RequestCharged": null}));
    assert_eq!(answers(&decide(&desk, &of_head, &["--key", "a"])), [answer("a", PUT, None)]);
    for text in [r#"{"Prefix": ""}"#, r#"{"Contents": null, "Role": "r"}"#] {
        assert!(decide(&desk, text, &[]).ended(2).err.contains("unknown member"), "{text}");
    }
}

#[test]
fn event_records_are_read_with_their_event() {
    let desk = desk_with("records", "");
    let record = |name: &str, key: &str| {
        json!({
            "eventVersion": "2.1", "eventSource": "aws:s3", "eventTime": "2026-11-22T10:00:00.000Z",
            "eventName": name, "s3": {"bucket": {"name": "photos"},
                "object": {"key": key, "size": 5, "eTag": "e", "versionId": "v1", "sequencer": "0"}},
        })
    };
    let records = json!({"Records": [
        record("ObjectCreated:Copy", "a+b%2Bc%C3%A4"),
        record("s3:ObjectRemoved:DeleteMarkerCreated", "d"),
        record("ObjectTagging:Put", "t"),
    ]});
    let expected = [
        answer("a b+cä", "ObjectCreated:Copy", None),
        answer("d", "ObjectRemoved:DeleteMarkerCreated", Some("delete-markers-disabled")),
        answer("t", "ObjectTagging:Put", Some("existing-object")),
    ];
    let ran = decide(&desk, &records.to_string(), &[]);
    let found = answers(&ran);
    assert_eq!(found[..2], expected[..2]);
    assert_eq!(found[2].1, expected[2].1);
    let bridge = |kind: &str, reason: &str, deletion: &str| {
        json!({
            "version": "0", "source": "aws.s3", "detail-type": kind, "time": "2026-11-22T10:00:00Z",
            "detail": {"bucket": {"name": "photos"}, "reason": reason, "deletion-type": deletion,
                "object": {"key": "a+b", "size": 5, "etag": "e", "version-id": "v1"}},
        })
    };
    let cases = [
        bridge("Object Created", "CompleteMultipartUpload", ""),
        bridge("Object Deleted", "DeleteObject", "Delete Marker Created"),
        bridge("Object Deleted", "Lifecycle Expiration", "Permanently Deleted"),
    ];
    let text: String = cases.iter().map(|case| case.to_string() + "\n").collect();
    let found = answers(&decide(&desk, &text, &[]));
    let events: Vec<_> =
        found.iter().map(|(key, event, _)| (key.as_str(), event.as_str())).collect();
    assert_eq!(
        events,
        [
            ("a+b", "ObjectCreated:CompleteMultipartUpload"),
            ("a+b", "ObjectRemoved:DeleteMarkerCreated"),
            ("a+b", "LifecycleExpiration:Delete"),
        ]
    );
}

/// Empty texts of an event count as absent, as those of an object do, and a key is required.
#[test]
fn empty_texts_of_events_count_as_absent() {
    let desk = desk_with("empty-events", "");
    let record = |key: &str| {
        json!({"eventName": "LifecycleTransition", "eventTime": "",
            "s3": {"object": {"key": key, "versionId": ""}},
            "lifecycleEventData": {"transitionEventData": {"destinationStorageClass": ""}},
            "intelligentTieringEventData": {"destinationAccessTier": ""}})
    };
    let bridge = |key: &str| {
        json!({"detail-type": "Object Created", "time": "",
            "detail": {"object": {"key": key, "version-id": ""}, "destination-storage-class": "",
                "destination-access-tier": ""}})
    };
    let key_of =
        |event: &Value| decide(&desk, &event.to_string(), &[]).ended(0).json()["Key"].clone();
    assert_eq!((key_of(&record("a")), key_of(&bridge("b"))), (json!("a"), json!("b")));
    for (event, says) in [
        (record(""), "the record has no `s3.object.key`"),
        (json!({"Records": [record("")]}), "the record has no `s3.object.key`"),
        (bridge(""), "the event has no `detail.object.key`"),
        (json!({"detail-type": "Object Created", "detail": {"object": {}}}), "`detail.object.key`"),
    ] {
        let ran = decide(&desk, &event.to_string(), &[]);
        assert!(ran.ended(2).err.contains(says), "{event}: {}", ran.err);
        assert_eq!(ran.out, "", "{event}");
    }
}

/// A member that is given twice is refused, under any of its names and whatever its first value.
#[test]
fn repeated_members_are_noticed() {
    let desk = desk_with("repeated", "");
    for (members, says) in [
        (r#""Key": "", "Key": "b""#, "member `Key` is repeated; keep one of them"),
        (r#""Key": "b", "Key": """#, "member `Key` is repeated; keep one of them"),
        (r#""Key": null, "Key": "b""#, "member `Key` is repeated"),
        (
            r#""Key": "a", "Tags": {}, "TagSet": [{"Key": "team", "Value": "tax"}]"#,
            "`TagSet` (also",
        ),
        (r#""Key": "a", "Tagging": "", "Tagging": "team=tax""#, "(also named `Tags`, `TagSet`)"),
        (
            r#""Key": "a", "Size": "", "ContentLength": 3, "ETag": "x""#,
            "member `ContentLength` (also named `Size`, `ObjectSize`) is repeated",
        ),
        (r#""Key": "a", "LastModified": null, "LastModifiedDate": """#, "`LastModifiedDate` (also"),
        (
            r#""Key": "a", "StorageClass": "", "StorageClass": "GLACIER""#,
            "`StorageClass` is repeated",
        ),
    ] {
        let ran = decide(&desk, &format!("{{{members}}}"), &[]);
        assert!(ran.ended(2).err.contains(says), "{members}: {}", ran.err);
    }
}

#[test]
fn notifications_are_read_out_of_messages() {
    let desk = desk_with("messages", "");
    let record = |key: &str| {
        json!({"eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
            "s3": {"bucket": {"name": "photos"}, "object": {"key": key, "size": 5}}})
    };
    let notification = |key: &str| json!({"Records": [record(key)]}).to_string();
    let topic = |message: &str| {
        json!({"Type": "Notification", "MessageId": "1", "TopicArn": "arn:aws:sns:eu-west-1:1:t",
            "Message": message})
        .to_string()
    };
    let test = json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "photos"});
    let bridge = json!({"detail-type": "Object Created", "detail": {"object": {"key": "e"}}});
    let message = |body: &str| json!({"MessageId": "1", "ReceiptHandle": "r", "Body": body});
    let queue = json!({"Messages": [message(&notification("a")), message(&topic(&notification("b"))),
        message(&test.to_string()), message(&bridge.to_string())]});
    let of_function = json!({"Records": [
        {"messageId": "1", "receiptHandle": "r", "eventSource": "aws:sqs", "body": notification("c+d")},
        {"EventSource": "aws:sns", "Sns": {"Message": notification("f"), "TopicArn": "t"}},
    ]});
    for (text, keys) in [
        (queue.to_string(), &["a", "b", "e"][..]),
        (serde_json::to_string_pretty(&queue).unwrap(), &["a", "b", "e"]),
        (topic(&notification("t")), &["t"]),
        (of_function.to_string(), &["c d", "f"]),
        (format!("{}\n{}\n", record("g"), record("h")), &["g", "h"]),
        (json!([record("i")]).to_string(), &["i"]),
    ] {
        let expected: Vec<_> = keys.iter().map(|key| answer(key, PUT, None)).collect();
        assert_eq!(answers(&decide(&desk, &text, &[])), expected, "{text}");
    }
    let alone = decide(&desk, &test.to_string(), &[]);
    assert!(alone.ended(0).err.contains("contains no object"), "{}", alone.err);
    let chat = json!({"Messages": [message("hello")]});
    assert!(decide(&desk, &chat.to_string(), &[]).ended(2).err.contains("no event of S3"));
    let trail = json!({"Records": [{"eventName": "PutObject", "requestParameters": {"key": "a"}}]});
    assert!(decide(&desk, &trail.to_string(), &[]).ended(2).err.contains("CloudTrail"));
    let folders = json!({"CommonPrefixes": [{"Prefix": "a/"}], "RequestCharged": null});
    decide(&desk, &folders.to_string(), &[]).ended(0);
}

#[test]
fn failures_that_s3_reports_are_explained() {
    let desk = desk_with("failure-event", "");
    let mut record = json!({
        "eventName": "Replication:OperationFailedReplication",
        "s3": {"bucket": {"name": "photos"}, "object": {"key": "a.txt", "versionId": "v1"}},
        "replicationEventData": {"replicationRuleId": "all", "s3Operation": "OBJECT_PUT",
            "destinationBucket": "arn:aws:s3:::backup", "failureReason": "DstBucketUnversioned"},
    });
    desk.put("e.json", json!({"Records": [record.clone()]}).to_string());
    let explain = ["explain", "-c", "c.xml", "--objects", "e.json"];
    let ran = desk.run(&explain);
    assert!(ran.ended(0).out.contains("DstBucketUnversioned: "), "{}", ran.out);
    assert!(ran.out.contains("help: enable versioning on the destination bucket"), "{}", ran.out);
    record["replicationEventData"]["failureReason"] = json!("New\u{1b}[31mReason");
    desk.put("e.json", json!({"Records": [record]}).to_string());
    let ran = desk.run(&explain);
    assert!(ran.ended(0).out.contains("New\\u{1b}[31mReason: a reason that"), "{}", ran.out);
}

#[test]
fn a_status_is_explained_beside_the_decision_at_creation() {
    let desk = desk_with("status", "");
    let explain = |flags: &[&str]| {
        desk.run(&[&["explain", "-c", "c.xml", "--key", "a"], flags].concat()).ended(0).out.clone()
    };
    let note = "the decision at the creation";
    assert!(explain(&["--replication-status", "FAILED"]).contains(note));
    assert!(explain(&["--replication-status", "COMPLETED"]).contains(note));
    assert!(
        !explain(&["--replication-status", "COMPLETED", "--event", "ObjectTagging:Put"])
            .contains(note)
    );
    assert!(!explain(&[]).contains(note));
}

#[test]
fn words_of_headers_and_operations_are_understood_in_flags() {
    let desk = desk_with("flag-words", "");
    let decide =
        |flags: &[&str]| desk.run(&[&["decide", "-c", "c.xml", "--key", "a"], flags].concat());
    let reason = |flags: &[&str]| decide(flags).ended(0).json()["Rules"][0]["Reason"].clone();
    assert_eq!(reason(&["--encryption", "aws:kms"]), "kms-not-selected");
    assert_eq!(reason(&["--encryption", "aws:kms:dsse"]), "kms-not-selected");
    assert_eq!(reason(&["--encryption", "AES256"]), Value::Null);
    assert_eq!(reason(&["--event", "s3:ObjectCreated:Copy"]), Value::Null);
    for (event, meant) in [
        ("PutObject", "ObjectCreated:Put"),
        ("s3:ObjectCreated:*", "ObjectCreated:Put"),
        ("DeleteObject", "ObjectRemoved:DeleteMarkerCreated"),
        ("PutObjectTagging", "ObjectTagging:Put"),
    ] {
        let ran = decide(&["--event", event]);
        assert!(ran.ended(2).err.contains(&format!("write `{meant}`")), "{}", ran.err);
    }
    let empty = desk.run(&["decide", "-c", "c.xml", "--key", ""]);
    assert!(empty.ended(2).err.contains("`--key` is empty"), "{}", empty.err);
    let context = r#"{"backup": {"DefaultEncryption": "aws:kms", "Versioning": "Enabled"}}"#;
    desk.put("b.json", context);
    desk.run(&["check", "c.xml", "--context", "b.json"]).ended(0);
}

#[test]
fn input_that_is_not_json_ends_early() {
    let desk = desk_with("not-json", "");
    let csv = "photos,key,v1\n".repeat(100);
    let ran = decide(&desk, &csv, &[]);
    assert_eq!(ran.ended(2).err.lines().count(), 1, "{}", ran.err);
    assert!(ran.err.contains("this is CSV, not objects; give the `manifest.json`"), "{}", ran.err);
    for (text, says) in [
        ("{'Key': 'a', 'ETag': None}\n", "json.dumps"),
        ("2026-11-22 10:00:00       1024 a.pdf\n", "`aws s3api list-object-versions"),
        ("VERSIONS\t\"x\"\ta\n", "`aws s3api list-object-versions"),
        ("HTTP/1.1 200 OK\nx-amz-replication-status: FAILED\n", "`aws s3api head-object`"),
        ("<html><body>no</body></html>\n", "a web page"),
        ("{Key: 'a'}\n", "`JSON.stringify(document)`"),
    ] {
        let ran = decide(&desk, &text.repeat(5), &[]);
        assert!(ran.ended(2).err.contains(says), "{text}: {}", ran.err);
        assert_eq!(ran.err.matches("not objects").count(), 1, "{text}: {}", ran.err);
    }
    for (text, says) in [
        ("[\"a\"]", "the text \"a\"; write `{\"Key\": \"a\"}`"),
        ("[[\"a\", \"v1\"]]", "keep the names in `--query`"),
        // The same advice outside lists.
        ("\"a.txt\"\n", "the text \"a.txt\"; write `{\"Key\": \"a.txt\"}`"),
        ("\"a, b: c.txt\"\n", "write `{\"Key\": \"a, b: c.txt\"}`"),
        ("7\n", "expected an object, found integer `7`; write one JSON object per line"),
        ("null\n", "expected an object, found null; write one JSON object per line"),
        ("\"{\\\"Key\\\": \\\"a\\\"}\"\n", "`jq -r .`"),
    ] {
        let ran = decide(&desk, text, &[]);
        assert!(ran.ended(2).err.contains(says), "{text}: {}", ran.err);
    }
    // An error before the answers does not hide them.
    let error = "An error occurred (404) when calling the HeadObject operation: Not Found";
    let ran = decide(&desk, &format!("{error}\n{{\"Key\": \"a\"}}\n"), &[]);
    assert_eq!(ran.ended(2).lines().len(), 1);
    let xml = decide(&desk, "<ListVersionsResult>\n</ListVersionsResult>\n", &[]);
    assert!(xml.ended(2).err.contains("this is XML"), "{}", xml.err);
    let empty = desk.run_with(&["decide", "-c", "c.xml"], "\n");
    assert!(empty.ended(2).err.contains("no objects read"), "{}", empty.err);
}

#[test]
fn objects_after_a_broken_document_are_read() {
    let desk = desk_with("broken", "");
    let good = "{\"Key\": \"good\"}";
    for broken in [
        "{\"Key\": \"a\"",
        "{\"Key\": \"a\",",
        "{\"Key\":",
        "{\n  \"Key\": \"a\",\n  oops\n}",
        "{\n  \"Key\": \"a\"\n]",
        "[{\"Key\": 1}",
        "{\"Key\": \"a\"}}",
        "\"Key\"",
    ] {
        let ran = decide(&desk, &format!("{good}\n{broken}\n{good}\n{good}\n"), &["--no-rules"]);
        let count = ran.ended(2).lines().len();
        assert!(count == 3, "{broken}: {count}\n{}", ran.err);
        assert!(ran.err.contains("o.json:2: "), "{broken}\n{}", ran.err);
    }
}

/// A line that is too long is the reason, wherever it is; what follows its document is read.
#[test]
fn a_long_line_inside_a_document_is_named() {
    let desk = desk_with("long-inside", "");
    let (good, long) = ("{\"Key\": \"good\"}", "k".repeat(2 << 20));
    let inside = |before: &str, after: &str| format!("{before}\n  \"{long}\"{after}\n{good}\n");
    for (text, line, answers) in [
        (inside("{\n  \"Key\":", "\n}"), 3, 1),
        (inside("[", ",\n{\"Key\": \"b\"}\n]"), 2, 1),
        (inside(&format!("{good}\n{{\"Key\":"), "\n}"), 3, 2),
        // A document without an end.
        (inside("{\"Key\":", ""), 2, 1),
        (inside("{\"Versions\": [\n{\"Key\": \"a\",", "\n]"), 3, 1),
    ] {
        let ran = decide(&desk, &text, &["--no-rules"]);
        let says = format!("o.json:{line}: the line is longer than 1,048,576 bytes");
        let shape = text.replace(&long, "long");
        assert!(ran.ended(2).err.contains(&says), "{shape}: {}", ran.err);
        assert!(!ran.err.contains("binary"), "{shape}: {}", ran.err);
        assert_eq!(ran.lines().len(), answers, "{shape}: {}", ran.err);
    }
    let yaml = decide(&desk, &format!("Versions:\n- Key: a\n- Key: {long}\n"), &[]);
    assert!(yaml.ended(2).err.contains("o.json:3: the line is longer than"), "{}", yaml.err);
}

/// REP-516, REP-525, REP-621: the Object Ownership of the buckets decides about owners and ACLs.
#[test]
fn object_ownership_decides_about_owners_and_acls() {
    let desk = desk_with("ownership", "");
    desk.put("b.json", r#"{"Buckets": {"backup": {"ObjectOwnership": "BucketOwnerEnforced"}}}"#);
    let enforced = r#"{"photos": {"ObjectOwnership": "BucketOwnerEnforced"}}"#;
    desk.put("a.json", enforced);
    let decide = |event: &str, flags: &[&str]| {
        let status = ["--replication-status", "COMPLETED"];
        let event = ["decide", "-c", "c.xml", "--key", "a", "--event", event];
        let ran = desk.run(&[&event[..], &status, flags].concat());
        ran.ended(0).lines().remove(0)
    };
    let there = ["--context", "b.json"];
    let here = ["--source-bucket", "photos", "--context", "a.json"];
    for (event, flags, owner, reason) in [
        (PUT, &[][..], Some("source"), None),
        (PUT, &there[..], Some("destination"), None),
        (PUT, &here[..], Some("source"), None),
        ("ObjectAcl:Put", &[][..], Some("source"), None),
        ("ObjectAcl:Put", &there[..], None, Some("owner-override")),
        ("ObjectAcl:Put", &here[..], None, Some("acls-disabled")),
        // Without the name of the source bucket, nothing is known of it.
        ("ObjectAcl:Put", &here[2..], Some("source"), None),
        ("ObjectTagging:Put", &here[..], Some("source"), None),
    ] {
        let answer = decide(event, flags);
        assert_eq!(answer["Replications"][0]["Owner"].as_str(), owner, "{event} {flags:?}");
        assert_eq!(answer["Rules"][0]["Reason"].as_str(), reason, "{event} {flags:?}");
    }
    let explain = ["explain", "-c", "c.xml", "--key", "a", "--context", "b.json"];
    assert!(desk.run(&explain).ended(0).out.contains("owned by the destination bucket owner"));
    desk.put("wrong.json", r#"{"backup": {"ObjectOwnership": "Enforced"}}"#);
    let wrong = desk.run(&["decide", "-c", "c.xml", "--key", "a", "--context", "wrong.json"]);
    assert!(wrong.ended(2).err.contains("BucketOwnerEnforced"), "{}", wrong.err);
}

/// REP-523, REP-524, REP-632: the events of 2026, and what `head-object` says of event holds.
#[test]
fn annotations_and_event_holds_are_events() {
    let desk = desk_with("annotations", "");
    let lines = [
        r#"{"Key": "a", "ReplicationStatus": "COMPLETED", "Event": "s3:ObjectAnnotation:Put"}"#,
        r#"{"Key": "b", "ReplicationStatus": "COMPLETED", "Event": "ObjectAnnotation:Delete"}"#,
        r#"{"Key": "c", "ReplicationStatus": "COMPLETED", "Event": "ObjectEventHold:Put",
            "ObjectLockEventHoldStatus": "On"}"#,
        r#"{"Key": "d", "ObjectLockEventHold": "ON", "ObjectLockEventHoldDurationYears": 7}"#,
    ];
    let lines = lines.map(|line| line.replace('\n', " ")).join("\n");
    assert_eq!(
        answers(&decide(&desk, &lines, &[])),
        [
            answer("a", "ObjectAnnotation:Put", None),
            answer("b", "ObjectAnnotation:Delete", Some("annotation-delete")),
            answer("c", "ObjectEventHold:Put", None),
            answer("d", PUT, None),
        ]
    );
    for (fields, message) in [
        (r#""ObjectLockEventHold": "HELD""#, "expected `ON` or `OFF`"),
        (r#""ObjectLockEventHoldDurationDays": 3"#, "needs `ObjectLockEventHold`"),
        (
            r#""ObjectLockEventHold": "ON", "ObjectLockEventHoldDurationDays": 36501"#,
            "expected 1 to 36,500",
        ),
        (
            r#""ObjectLockEventHold": "ON", "ObjectLockEventHoldDurationDays": 1,
               "ObjectLockEventHoldDurationYears": 1"#,
            "exclude each other",
        ),
        (r#""Event": "PutObjectAnnotation""#, "write `ObjectAnnotation:Put`"),
    ] {
        let line = format!(r#"{{"Key": "a", {}}}"#, fields.replace('\n', " "));
        let ran = decide(&desk, &line, &[]);
        assert!(ran.err.contains(message), "{line}: {}", ran.err);
    }
}

/// An inventory has no tags, and may lack columns: what is assumed is noted, once.
#[test]
fn facts_that_an_inventory_lacks_are_noted() {
    let desk = Desk::with_configuration("objects-inventory-facts");
    let rows = "\"src\",\"a\",\"STANDARD\"\n\"src\",\"b\",\"GLACIER\"\n";
    let manifest = desk.put_columns("Bucket, Key, StorageClass", rows);
    let decide = ["decide", "-c", "c.xml", "--objects", manifest, "--no-rules"];
    let ran = desk.run(&decide);
    let expected = "note: `manifest.json` does not contain `IsDeleteMarker`, \
         `IntelligentTieringAccessTier`, `EncryptionStatus`, `ReplicationStatus`, `Tags`; the defaults of \
         S3 are assumed\n";
    assert_eq!(ran.ended(0).err, expected);

    // Without a rule that selects by tags, they do not matter.
    let columns = "Bucket, Key, IsDeleteMarker, StorageClass, IntelligentTieringAccessTier, \
         EncryptionStatus, ReplicationStatus";
    desk.put_columns(columns, "\"src\",\"a\",\"false\",\"STANDARD\",\"\",\"SSE-S3\",\"\"\n");
    assert!(desk.run(&decide).ended(0).err.contains("does not contain `Tags`;"));
    desk.put("c.xml", with_role(&rule_v2("all", 1, "", "backup", "")));
    assert_eq!(desk.run(&decide).ended(0).err, "");
}
