//! The findings of a check in manifests that can be read.

use s3_replication::batch::inventory;
use s3_replication::batch::manifest;
use s3_replication::diagnostic::Place;
use s3_replication::dialect::job::{JobDialect, ManifestVersions};
use s3_replication::engine::Reason;
use s3_replication::{Diagnostic, Engine, Severity};

use crate::support::{configuration, rule_v2};

fn findings(mut check: manifest::Check, text: &str) -> Vec<(u64, Diagnostic)> {
    let fields: manifest::Fields = "Bucket,Key,VersionId".parse().unwrap();
    let mut rows = manifest::Reader::new(text.as_bytes(), &fields);
    let mut findings = Vec::new();
    while let Some(row) = rows.next() {
        let found = check.row(row.as_ref(), &rows.place());
        findings.extend(found.into_iter().map(|finding| (rows.line(), finding)));
    }
    findings
}

/// The findings in a row.
fn in_row(check: &mut manifest::Check, row: &manifest::Row) -> Vec<Diagnostic> {
    check.row(Ok(row), &Place::row("manifest.csv", 1))
}

fn codes(text: &str) -> Vec<(u64, &'static str)> {
    let findings = findings(manifest::Check::new(), text);
    findings.into_iter().map(|(line, finding)| (line, finding.code)).collect()
}

/// The finding that no rule replicates a version.
fn no_rule(reason: Reason) -> String {
    format!("no rule replicates the version: {}", reason.sentence())
}

/// REP-943, REP-944, REP-945.
#[test]
fn keys_are_checked_as_they_are_written() {
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
    let row = rows.next().unwrap().unwrap();
    assert_eq!(in_row(&mut manifest::Check::of_inventory(), &row), []);
}

/// REP-941: a header row is reported, and does not set the expected bucket.
#[test]
fn a_header_row_is_reported_and_sets_no_bucket() {
    assert_eq!(
        codes("Bucket,Key,VersionId\nphotos,Tax/1,v1\nphotos,Tax/2,v1\n"),
        [(1, "header-row")]
    );
    assert_eq!(codes("bucket,KEY,versionid\nphotos,a,v\n"), [(1, "header-row")]);
    let twice = "Bucket,Key,VersionId\nBucket,Key,VersionId\nphotos,a,v\n";
    assert_eq!(codes(twice), [(1, "header-row"), (2, "header-row")]);
    // Later, or with another version ID, it is a row.
    assert_eq!(codes("photos,a,v\nBucket,Key,VersionId\n"), [(2, "several-buckets")]);
    assert_eq!(codes("Bucket,Key,v1\nBucket,Key,v2\n"), []);
    let header = &findings(manifest::Check::new(), "Bucket,Key,VersionId\n")[0].1;
    assert_eq!((header.severity, header.clause.unwrap().id()), (Severity::Error, "REP-941"));
    assert_eq!(header.message, "the row contains the names of the columns");
    // Without version IDs only S3's own spelling is taken for one.
    let unversioned = |text: &str| {
        let fields: manifest::Fields = "Bucket,Key".parse().unwrap();
        let dialect = JobDialect::AWS.with_manifest_versions(ManifestVersions::Optional);
        let rows = manifest::Reader::new(text.as_bytes(), &fields).with_dialect(&dialect);
        let mut check = manifest::Check::new();
        let mut codes = Vec::new();
        for row in rows {
            codes.extend(in_row(&mut check, &row.unwrap()).iter().map(|finding| finding.code));
        }
        codes
    };
    assert_eq!(unversioned("Bucket,Key\nphotos,a\n"), ["header-row"]);
    assert_eq!(unversioned("bucket,key\nbucket,a\n"), [""; 0]);
    // An engine is not asked about it.
    let engine = Engine::new(&configuration(&rule_v2("t", 1, "<Prefix>T/</Prefix>", "backup", "")));
    let check = manifest::Check::new().with_engine(&engine);
    let header = findings(check, "Bucket,Key,VersionId\nsrc,T/a,v\n");
    assert_eq!(header.iter().map(|(_, finding)| finding.code).collect::<Vec<_>>(), ["header-row"]);
}

/// REP-968.
#[test]
fn repeated_rows_and_other_buckets_are_reported() {
    let text = "src,k,v1\nsrc,k,v2\nsrc,%6B,v1\nother,k,v1\nsrc,k,null\nother,k,v1\n";
    assert_eq!(
        codes(text),
        [(3, "row-repeated"), (4, "several-buckets"), (6, "several-buckets"), (6, "row-repeated"),]
    );
    let other = &findings(manifest::Check::new(), text)[1].1;
    assert_eq!(other.message, "the bucket is `other`; the first row names `src`");
    assert!(!manifest::Check::new().has_forgotten());
}

/// REP-969.
#[test]
fn versions_without_a_rule_are_reported_with_the_deepest_reason() {
    let tagged = "<And><Prefix>T/</Prefix><Tag><Key>a</Key><Value>b</Value></Tag></And>";
    let rules = rule_v2("plain", 1, "<Prefix>P/</Prefix>", "backup", "")
        + &rule_v2("tagged", 2, tagged, "backup", "");
    let engine = Engine::new(&configuration(&rules));
    let findings = findings(
        manifest::Check::new().with_engine(&engine),
        "src,P/1,v\nsrc,T/1,v\nsrc,other,v\nsrc,/P/1,v\n",
    );
    let messages: Vec<_> =
        findings.iter().map(|(line, finding)| (*line, finding.message.as_str())).collect();
    let (tags, prefix) = (
        "rule `tagged` replicates the version only if it has certain tags",
        no_rule(Reason::PrefixDiffers),
    );
    assert_eq!(messages, [(2, tags), (3, &*prefix), (4, &*prefix)]);

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
        let found = in_row(&mut check, &row);
        let messages: Vec<_> = found.into_iter().map(|finding| finding.message).collect();
        assert_eq!(messages, reason.map(no_rule).into_iter().collect::<Vec<_>>());
    }
}

/// Every kind of finding has its severity, message, clause and advice.
#[test]
fn every_finding_gives_advice() {
    let disabled = rule_v2("off", 1, "<Prefix>D/</Prefix>", "backup", "")
        .replace("<Status>Enabled</Status><Priority>", "<Status>Disabled</Status><Priority>");
    let tagged = "<And><Prefix>T/</Prefix><Tag><Key>a</Key><Value>b</Value></Tag></And>";
    let rules = disabled + &rule_v2("a&lt;b", 2, tagged, "backup", "");
    let engine = Engine::new(&configuration(&rules));
    let plain = manifest::Check::new;
    let long = format!("src,{},v\n", "%C3%A9".repeat(400));
    for (check, text, severity, message, clause) in [
        (
            plain().with_engine(&engine),
            "src,T/1,v\n",
            Severity::Warning,
            "rule `a<b` replicates the version only if it has certain tags",
            "REP-303",
        ),
        (
            plain().with_engine(&engine),
            "src,x,v\n",
            Severity::Error,
            "no rule replicates the version: the key does not begin with the prefix",
            "REP-969",
        ),
        (
            plain(),
            "src,k,v\nsrc,k,v\n",
            Severity::Warning,
            "an earlier row names the same version",
            "REP-968",
        ),
        (
            plain(),
            "one,k,v\ntwo,k,v\n",
            Severity::Warning,
            "the bucket is `two`; the first row names `one`",
            "REP-968",
        ),
        (
            plain(),
            "src,a+b,v\n",
            Severity::Warning,
            "a `+` in the key may mean a space or a plus sign",
            "REP-944",
        ),
        (
            plain(),
            "src,a\tb,v\n",
            Severity::Warning,
            "`\\t` in the key is not percent-encoded",
            "REP-943",
        ),
        (
            plain(),
            "src,a%2520,v\n",
            Severity::Note,
            "the key looks percent-encoded twice",
            "REP-943",
        ),
        (
            plain(),
            &long,
            Severity::Warning,
            "the key is 2400 characters long as it is written",
            "REP-945",
        ),
    ] {
        let (line, finding) = findings(check, text).remove(0);
        assert_eq!((finding.severity, finding.message.as_str()), (severity, message));
        assert_eq!(finding.clause.unwrap().id(), clause, "{message}");
        assert_eq!(finding.primary, Place::row("", line), "{message}");
        assert!(finding.help.is_some() && !finding.is_refusal(), "{message}");
    }
}

/// A row that S3 does not accept is a finding with the consequence for the job.
#[test]
fn row_errors_are_findings() {
    let text = "src,k\nsrc,k,\n";
    let found = findings(manifest::Check::new(), text);
    let shown: Vec<_> = found.iter().map(|(_, finding)| finding.to_string()).collect();
    assert_eq!(
        shown,
        [
            "error[field-count]: expected 3 fields, found 2 (at line 1)",
            "error[version-id-missing]: the version ID is empty (at line 2)",
        ]
    );
    let consequence = found[1].1.consequence.as_deref().unwrap();
    assert_eq!(consequence, "the task fails: SrcObjectNotFound: Object versionID is invalid");

    // S3 does not read this column, so it is no error; the version itself is checked.
    let schema: inventory::Schema = "Bucket, Key, VersionId, Size".parse().unwrap();
    let text = "\"src\",\"k\",\"v\",\"huge\"\n\"src\",\"k\",\"v\",\"1\"\n";
    let mut rows = manifest::Reader::inventory(text.as_bytes(), &schema);
    let mut check = manifest::Check::of_inventory();
    let mut codes = Vec::new();
    while let Some(row) = rows.next() {
        let found = check.row(row.as_ref(), &rows.place());
        codes.extend(found.into_iter().map(|finding| (finding.severity, finding.code)));
    }
    let warning = Severity::Warning;
    assert_eq!(codes, [(warning, "value-invalid"), (warning, "row-repeated")]);
}
