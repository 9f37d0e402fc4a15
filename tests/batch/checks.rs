//! What a check says about manifests that can be read.

use s3_replication::batch::inventory;
use s3_replication::batch::manifest::{self, RowFinding};
use s3_replication::clause::Clause;
use s3_replication::dialect::job::{JobDialect, ManifestVersions};
use s3_replication::engine::Reason;
use s3_replication::{Engine, Severity};

use crate::support::{configuration, rule_v2};

fn found(mut check: manifest::Check, text: &str) -> Vec<(u64, RowFinding)> {
    let fields: manifest::Fields = "Bucket,Key,VersionId".parse().unwrap();
    let mut rows = manifest::Reader::new(text.as_bytes(), &fields);
    let mut found = Vec::new();
    while let Some(row) = rows.next() {
        let line = rows.line();
        found.extend(check.row(&row.unwrap()).into_iter().map(|finding| (line, finding)));
    }
    found
}

fn codes(text: &str) -> Vec<(u64, &'static str)> {
    let found = found(manifest::Check::new(), text);
    found.into_iter().map(|(line, finding)| (line, finding.code())).collect()
}

/// REP-943, REP-944, REP-945.
#[test]
fn keys_are_looked_at_as_they_are_written() {
    let long = format!("src,{},v\n", "%C3%A9".repeat(400));
    for (text, codes_of_it) in [
        ("src,a/b-c_d.e~f%20g%2B,v\n", &[][..]),
        ("src,a+b,v\n", &["key-plus"]),
        ("src,a b,v\n", &["key-not-encoded"]),
        ("src,é,v\n", &["key-not-encoded"]),
        ("src,\"a,b\",v\n", &["key-not-encoded"]),
        ("src,é%20+,v\n", &["key-not-encoded", "key-plus"]),
        ("src,a%2520b,v\n", &["key-encoded-twice"]),
        ("src,100%25,v\n", &[]),
        ("src,%252,v\n", &[]),
        ("src,%25é,v\n", &["key-not-encoded"]),
        (&long, &["key-field-long"]),
    ] {
        let told: Vec<_> = codes(text).into_iter().map(|(_, code)| code).collect();
        assert_eq!(told, codes_of_it, "{text}");
    }
    // An inventory is encoded as S3 does it.
    let schema = inventory::Schema::generated();
    let mut rows = manifest::Reader::inventory(&b"\"src\",\"a+b=%2520\",\"v\"\n"[..], &schema);
    assert_eq!(manifest::Check::of_inventory().row(&rows.next().unwrap().unwrap()), []);
}

/// REP-941: the names of the columns are told on the first line, and say nothing of the others.
#[test]
fn a_header_row_is_told_and_no_bucket_is_expected_from_it() {
    assert_eq!(
        codes("Bucket,Key,VersionId\nphotos,Tax/1,v1\nphotos,Tax/2,v1\n"),
        [(1, "header-row")]
    );
    assert_eq!(codes("bucket,KEY,versionid\nphotos,a,v\n"), [(1, "header-row")]);
    let twice = "Bucket,Key,VersionId\nBucket,Key,VersionId\nphotos,a,v\n";
    assert_eq!(codes(twice), [(1, "header-row"), (2, "header-row")]);
    // Later, or with another version id, it is a row.
    assert_eq!(codes("photos,a,v\nBucket,Key,VersionId\n"), [(2, "several-buckets")]);
    assert_eq!(codes("Bucket,Key,v1\nBucket,Key,v2\n"), []);
    let header = &found(manifest::Check::new(), "Bucket,Key,VersionId\n")[0].1;
    assert_eq!(header, &RowFinding::HeaderRow);
    assert_eq!((header.severity(), header.clause().id()), (Severity::Error, "REP-941"));
    assert_eq!(header.to_string(), "the names of the columns stand where an object does");
    // Without version ids only S3's own spelling is taken for one.
    let unversioned = |text: &str| {
        let fields: manifest::Fields = "Bucket,Key".parse().unwrap();
        let dialect = JobDialect::AWS.with_manifest_versions(ManifestVersions::Optional);
        let rows = manifest::Reader::new(text.as_bytes(), &fields).with_dialect(&dialect);
        let mut check = manifest::Check::new();
        rows.flat_map(|row| check.row(&row.unwrap())).map(|found| found.code()).collect::<Vec<_>>()
    };
    assert_eq!(unversioned("Bucket,Key\nphotos,a\n"), ["header-row"]);
    assert_eq!(unversioned("bucket,key\nbucket,a\n"), [""; 0]);
    // An engine is not asked about it.
    let engine = Engine::new(&configuration(&rule_v2("t", 1, "<Prefix>T/</Prefix>", "backup", "")));
    let told =
        found(manifest::Check::new().with_engine(&engine), "Bucket,Key,VersionId\nsrc,T/a,v\n");
    assert_eq!(told, [(1, RowFinding::HeaderRow)]);
}

/// REP-968.
#[test]
fn repeated_rows_and_other_buckets_are_told() {
    let text = "src,k,v1\nsrc,k,v2\nsrc,%6B,v1\nother,k,v1\nsrc,k,null\nother,k,v1\n";
    assert_eq!(
        codes(text),
        [(3, "row-repeated"), (4, "several-buckets"), (6, "several-buckets"), (6, "row-repeated"),]
    );
    let other = &found(manifest::Check::new(), text)[1].1;
    assert_eq!(other.to_string(), "bucket `other`, and the first row names `src`");
    assert!(!manifest::Check::new().has_forgotten());
}

/// REP-969.
#[test]
fn versions_that_no_rule_takes_are_told_with_the_reason_that_came_furthest() {
    let tagged = "<And><Prefix>T/</Prefix><Tag><Key>a</Key><Value>b</Value></Tag></And>";
    let rules = rule_v2("plain", 1, "<Prefix>P/</Prefix>", "backup", "")
        + &rule_v2("tagged", 2, tagged, "backup", "");
    let engine = Engine::new(&configuration(&rules));
    let told = found(
        manifest::Check::new().with_engine(&engine),
        "src,P/1,v\nsrc,T/1,v\nsrc,other,v\nsrc,/P/1,v\n",
    );
    let prefix = RowFinding::NoRule { reason: Some(Reason::PrefixDiffers) };
    assert_eq!(
        told,
        [(2, RowFinding::TagsUnknown { rule: "tagged".into() }), (3, prefix.clone()), (4, prefix),]
    );

    let schema: inventory::Schema =
        "Bucket, Key, VersionId, StorageClass, EncryptionStatus, IsDeleteMarker".parse().unwrap();
    let mut check = manifest::Check::of_inventory().with_engine(&engine);
    for (row, reason) in [
        ("P/1\",\"v\",\"STANDARD\",\"SSE-S3\",\"false", None),
        ("P/2\",\"v\",\"GLACIER\",\"SSE-S3\",\"false", Some(Reason::Archived)),
        ("P/3\",\"v\",\"STANDARD\",\"SSE-KMS\",\"false", Some(Reason::KmsNotSelected)),
        ("P/4\",\"v\",\"\",\"\",\"true", Some(Reason::DeleteMarkersDisabled)),
        // Tags can't help what is archived, and a delete marker has none.
        ("T/2\",\"v\",\"GLACIER\",\"SSE-S3\",\"false", Some(Reason::Archived)),
        ("T/4\",\"v\",\"\",\"\",\"true", Some(Reason::DeleteMarkerHasNoTags)),
    ] {
        let row = format!("\"src\",\"{row}\"\n");
        let row = manifest::Reader::inventory(row.as_bytes(), &schema).next().unwrap().unwrap();
        let expected: Vec<_> =
            reason.map(|reason| RowFinding::NoRule { reason: Some(reason) }).into_iter().collect();
        assert_eq!(check.row(&row), expected);
    }
}

#[test]
fn every_finding_says_what_to_do() {
    let bucket = |name: &str| name.parse().unwrap();
    for (finding, severity, message, clause) in [
        (
            RowFinding::NoRule { reason: None },
            Severity::Error,
            "no rule takes the version",
            "REP-969",
        ),
        (
            RowFinding::NoRule { reason: Some(Reason::RuleDisabled) },
            Severity::Error,
            "no rule takes the version: the rule is disabled",
            "REP-969",
        ),
        (
            RowFinding::TagsUnknown { rule: "a\u{1b}".into() },
            Severity::Warning,
            "whether rule `a\\u{1b}` takes the version depends on tags",
            "REP-303",
        ),
        (RowFinding::Repeated, Severity::Warning, "the version is listed before", "REP-968"),
        (
            RowFinding::OtherBucket { first: bucket("one"), bucket: bucket("two") },
            Severity::Warning,
            "bucket `two`, and the first row names `one`",
            "REP-968",
        ),
        (
            RowFinding::KeyPlus,
            Severity::Warning,
            "a `+` in the key is a space or a plus sign",
            "REP-944",
        ),
        (
            RowFinding::KeyNotEncoded { found: '\n' },
            Severity::Warning,
            "`\\n` in the key is not encoded",
            "REP-943",
        ),
        (
            RowFinding::KeyEncodedTwice,
            Severity::Note,
            "the key is encoded still, once it is decoded",
            "REP-943",
        ),
        (
            RowFinding::KeyFieldLong { characters: 1025 },
            Severity::Warning,
            "the key has 1025 characters as it is written",
            "REP-945",
        ),
    ] {
        assert_eq!((finding.severity(), finding.to_string().as_str()), (severity, message));
        assert_eq!(Some(finding.clause()), Clause::find(clause));
        assert!(!finding.help().is_empty());
    }
}
