//! Completion reports: written as S3 writes them, read as anybody may have, and summed up.

use std::io;

use proptest::prelude::*;
use s3_replication::batch::checksum::Md5Checksum;
use s3_replication::batch::completion_report::{
    self, PartName, TaskErrorCode, TaskResult, TaskStatus,
};
use s3_replication::batch::manifest::{RowError, RowErrorKind};
use s3_replication::dialect::job::PrefixJoin;
use s3_replication::model::VersionId;
use s3_replication::replication::FailureReason;

use crate::support::second;

fn place() -> completion_report::Location {
    completion_report::Location::new("reports".parse().unwrap(), "f8fb9d89-a3aa".parse().unwrap())
}

fn name(digit: &str) -> PartName {
    digit.repeat(40).parse().unwrap()
}

fn id(text: &str) -> VersionId {
    text.parse().unwrap()
}

fn success() -> TaskResult {
    TaskResult::succeeded("src", "a%2Cb", Some(id("v1")))
}

fn failure() -> TaskResult {
    TaskResult::failed("src", "pct%2520x", Some(id("v2")), FailureReason::SRC_OBJECT_NOT_ELIGIBLE)
}

type Written = Option<(completion_report::Document, Vec<Vec<u8>>)>;

fn write(scope: completion_report::Scope, results: &[TaskResult]) -> Written {
    let open = |status| {
        let digit = if status == TaskStatus::Succeeded { "1" } else { "2" };
        Ok((name(digit), Vec::new()))
    };
    let mut report = completion_report::Writer::new(place(), scope, open);
    for result in results {
        report.write(result).unwrap();
    }
    report.finish(second(0)).unwrap()
}

fn read(text: impl AsRef<[u8]>) -> Vec<Result<TaskResult, RowError>> {
    completion_report::Reader::new(text.as_ref()).named("r.csv").collect()
}

#[track_caller]
fn only(text: &str) -> TaskResult {
    let mut results = read(text);
    assert_eq!(results.len(), 1);
    results.remove(0).unwrap()
}

/// REP-960, REP-961, REP-962, REP-964.
#[test]
fn a_report_is_written_as_s3_writes_it() {
    let (report, parts) =
        write(completion_report::Scope::AllTasks, &[failure(), success(), success()]).unwrap();
    assert_eq!(parts, [
        &b"src,a%2Cb,v1,succeeded,200,,success\nsrc,a%2Cb,v1,succeeded,200,,success\n"[..],
        b"src,pct%2520x,v2,failed,500,SrcObjectNotEligible,Object is not eligible for replication\n",
    ]);
    let (first, second) = (Md5Checksum::of(&parts[0]), Md5Checksum::of(&parts[1]));
    let expected = format!(
        r#"{{
  "Format": "Report_CSV_20180820",
  "ReportCreationDate": "2026-11-22T10:00:00.000Z",
  "Results": [
    {{
      "TaskExecutionStatus": "succeeded",
      "Bucket": "reports",
      "MD5Checksum": "{first}",
      "Key": "job-f8fb9d89-a3aa/results/1111111111111111111111111111111111111111.csv"
    }},
    {{
      "TaskExecutionStatus": "failed",
      "Bucket": "reports",
      "MD5Checksum": "{second}",
      "Key": "job-f8fb9d89-a3aa/results/2222222222222222222222222222222222222222.csv"
    }}
  ],
  "ReportSchema": "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage"
}}"#
    );
    assert_eq!(report.text, expected);
    assert_eq!(report.key, "job-f8fb9d89-a3aa/manifest.json");
    assert_eq!(report.checksum_key, "job-f8fb9d89-a3aa/manifest.json.md5");
    assert_eq!(report.checksum, Md5Checksum::of(&report.text));
    assert_eq!(completion_report::Manifest::from_json(&report.text), Ok(report.manifest));
}

/// REP-958.
#[test]
fn there_is_no_report_without_a_task() {
    assert_eq!(write(completion_report::Scope::AllTasks, &[]), None);
    assert_eq!(write(completion_report::Scope::FailedTasksOnly, &[]), None);
}

/// REP-963.
#[test]
fn the_scope_may_leave_out_what_succeeded() {
    let scope = completion_report::Scope::FailedTasksOnly;
    let (report, parts) = write(scope, &[success(), failure()]).unwrap();
    assert_eq!(parts.len(), 1);
    assert_eq!(report.manifest.results[0].task_execution_status, TaskStatus::Failed);
    let (report, parts) = write(scope, &[success()]).unwrap();
    assert_eq!((report.manifest.results.len(), parts.len()), (0, 0));
    let (report, parts) = write(completion_report::Scope::AllTasks, &[success()]).unwrap();
    assert_eq!(parts.len(), 1);
    assert_eq!(report.manifest.results[0].task_execution_status, TaskStatus::Succeeded);
}

/// REP-959.
#[test]
fn reports_lie_where_s3_puts_them() {
    for (prefix, join, key) in [
        ("", PrefixJoin::OneSlash, "job-f8fb9d89-a3aa/manifest.json"),
        ("", PrefixJoin::Literal, "job-f8fb9d89-a3aa/manifest.json"),
        ("a/b", PrefixJoin::OneSlash, "a/b/job-f8fb9d89-a3aa/manifest.json"),
        ("a/b", PrefixJoin::Literal, "a/b/job-f8fb9d89-a3aa/manifest.json"),
        ("a/b/", PrefixJoin::OneSlash, "a/b/job-f8fb9d89-a3aa/manifest.json"),
        ("a/b/", PrefixJoin::Literal, "a/b//job-f8fb9d89-a3aa/manifest.json"),
    ] {
        let place = place().with_prefix(prefix).with_prefix_join(join);
        assert_eq!(place.manifest_key(), key);
        assert_eq!(place.checksum_key(), format!("{key}.md5"));
        let part = key.replace("manifest.json", &format!("results/{}.csv", "a".repeat(40)));
        assert_eq!(place.part_key(&name("a")), part);
    }
    for text in ["", "6217", &"A".repeat(40), &"g".repeat(40), &"1".repeat(41)] {
        assert!(text.parse::<PartName>().is_err(), "{text}");
    }
}

#[test]
fn a_part_that_cannot_be_opened_is_an_error_of_the_row() {
    let refuse = |_| Err::<(PartName, Vec<u8>), _>(io::Error::other("no space"));
    let mut report =
        completion_report::Writer::new(place(), completion_report::Scope::AllTasks, refuse);
    assert_eq!(report.write(&success()).unwrap_err().to_string(), "no space");
}

/// REP-961.
#[test]
fn status_and_code_are_told_apart_by_what_they_are() {
    let real = only("src,k,v,failed,500,SrcObjectNotEligible,no\n");
    assert_eq!(real.http_status(), Some(500));
    assert_eq!(real.error_code().map(TaskErrorCode::as_str), Some("SrcObjectNotEligible"));
    assert_eq!(only("src,k,v,failed,SrcObjectNotEligible,500,no\n"), real);
    let succeeded = only("src,k,v,succeeded,,200,\r\n");
    assert_eq!((succeeded.http_status(), succeeded.error_code()), (Some(200), None));
    // Of two numbers the first is the status, as S3 has it.
    let tie = only("src,k,v,failed,404,500,no\n");
    assert_eq!(tie.http_status(), Some(404));
    assert_eq!(tie.error_code().map(TaskErrorCode::as_str), Some("500"));
    let without = only("src,k,v,failed,,SlowDown,no\n");
    assert_eq!((without.http_status(), without.error_code().unwrap().as_str()), (None, "SlowDown"));
    for odd in ["99", "600", "0500", "+50", "5OO"] {
        let row = format!("src,k,v,failed,{odd},Code,no\n");
        let fault = read(row).remove(0).unwrap_err().to_string();
        let expected = "`HTTPStatusCode`: expected a number from 100 to 599";
        assert_eq!(fault, format!("r.csv:1: {expected}, found `{odd}`"));
    }
}

/// REP-962, REP-964.
#[test]
fn messages_may_hold_anything() {
    let text =
        "src,a%2Cb,,failed,500,X,\"two\nlines, \"\"quoted\"\"\"\nsrc,k,v,succeeded,200,,success";
    let results = read(text);
    let first = results[0].as_ref().unwrap();
    assert_eq!(first.message(), "two\nlines, \"quoted\"");
    assert_eq!((first.key(), first.version_id()), ("a%2Cb", None));
    assert_eq!(results[1].as_ref().unwrap().message(), "success");
    // The line of a fault counts the lines of the rows before.
    let faults = read(format!("{text}\nbad\n"));
    assert_eq!(faults[2].as_ref().unwrap_err().to_string(), "r.csv:4: expected 7 fields, found 1");
}

#[test]
fn bad_rows_are_named_and_the_rest_is_read() {
    for (text, message) in [
        ("\n", "the line is empty"),
        ("src,k,v,ok,200,,x\n", "`TaskStatus`: expected `succeeded` or `failed`, found `ok`"),
        ("src,k,failed,400,InvalidRequest,x\n", "expected 7 fields, found 6"),
        ("src,\"k\"x,v,failed,400,E,x\n", "text follows the closing quote of field 2"),
    ] {
        let results = read(format!("{text}src,k,v,succeeded,200,,success\n"));
        let fault = results[0].as_ref().unwrap_err();
        assert_eq!(fault.to_string(), format!("r.csv:1: {message}"));
        assert_eq!(fault.consequence(), None);
        assert!(results[1].is_ok());
    }
    let results = read("src,k,v,failed,500,X,\"open\nsrc,k,v,succeeded,200,,success\n");
    assert_eq!(results.len(), 1);
    assert_eq!(results[0].as_ref().unwrap_err().kind(), &RowErrorKind::UnclosedQuote);
}

#[test]
fn an_open_quote_takes_neither_time_nor_memory() {
    let mut text = b"src,k,v,failed,500,X,\"".to_vec();
    text.extend(b"\n".repeat(3 * 1024 * 1024));
    text.extend(b"src,k,v,succeeded,200,,success\n");
    let info = allocation_counter::measure(|| {
        let mut rows = completion_report::Reader::new(&text[..]);
        let first = rows.next().unwrap().unwrap_err();
        assert_eq!((first.line(), first.kind()), (1, &RowErrorKind::UnclosedQuote));
        let result = rows.find_map(Result::ok).unwrap();
        assert_eq!(result.status(), TaskStatus::Succeeded);
    });
    assert!(info.bytes_max < 8 * 1024 * 1024, "{info:?}");
}

/// REP-960.
#[test]
fn the_document_of_a_report_is_checked() {
    let text = write(completion_report::Scope::AllTasks, &[success()]).unwrap().0.text;
    let refused = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        completion_report::Manifest::from_json(text.replacen(from, to, 1)).unwrap_err()
    };
    assert_eq!(
        refused("Report_CSV_20180820", "Report_CSV_2030").to_string(),
        "`Format` is `Report_CSV_2030`, expected `Report_CSV_20180820`"
    );
    assert!(matches!(
        refused("ErrorCode, ", ""),
        completion_report::InvalidManifest::Schema { .. }
    ));
    assert!(matches!(
        refused("MD5Checksum", "MD5checksum"),
        completion_report::InvalidManifest::Json { .. }
    ));
    assert!(matches!(
        refused("succeeded", "done"),
        completion_report::InvalidManifest::Json { .. }
    ));
    let order = text.replace("ErrorCode, HTTPStatusCode", "HTTPStatusCode, ErrorCode");
    assert!(completion_report::Manifest::from_json(order).is_ok());
    assert!(completion_report::Manifest::from_json(b"\xFF").is_err());
}

/// REP-965.
#[test]
fn every_code_has_an_http_status() {
    for (code, status) in [
        ("AccessDenied", 403),
        ("InvalidRequest", 400),
        ("SrcObjectNotEligible", 500),
        ("DstBucketNotFound", 500),
        ("PermanentFailure", 200),
    ] {
        assert_eq!(TaskErrorCode::from(code).http_status(), status);
        assert_eq!(TaskResult::failed("src", "k", None, code).http_status(), Some(status));
    }
}

/// REP-966.
#[test]
fn a_status_of_200_is_no_success() {
    let result = only("src,k,v,failed,200,PermanentFailure,gave up\n");
    assert_eq!(result.status(), TaskStatus::Failed);
    let mut summary = completion_report::Summary::new();
    summary.add(&result);
    assert_eq!((summary.succeeded(), summary.failed()), (0, 1));
}

/// REP-967.
#[test]
fn every_reason_has_a_remedy() {
    let texts = |reason: &FailureReason| Some((reason.meaning()?, reason.remedy()?));
    for reason in FailureReason::KNOWN {
        let (meaning, remedy) = texts(reason).unwrap_or_else(|| panic!("{reason}"));
        assert!(!meaning.is_empty() && !remedy.is_empty() && meaning != remedy, "{reason}");
        for text in [meaning, remedy] {
            assert!(!text.contains("  ") && !text.ends_with('.'), "{text}");
        }
        let code = TaskErrorCode::from(reason.clone());
        assert_eq!(code.failure_reason().as_ref(), Some(reason));
        assert_eq!((code.meaning(), code.remedy()), (Some(meaning), Some(remedy)));
    }
    for code in TaskErrorCode::KNOWN {
        assert!(code.meaning().is_some() && code.remedy().is_some(), "{code}");
    }
    assert_eq!(texts(&FailureReason::from("New")), None);
    assert_eq!(TaskErrorCode::from("New").failure_reason(), None);
    // One side's words are not the other's.
    for reason in FailureReason::KNOWN.iter().filter(|reason| reason.as_str().starts_with("DstPut"))
    {
        assert!(reason.remedy().unwrap().contains("destination"), "{reason}");
    }
}

#[test]
fn a_summary_counts_by_code_the_most_frequent_first() {
    let mut summary = completion_report::Summary::new();
    let codes = ["B", "A", "C", "C", "", "A", "C"];
    for (at, code) in codes.iter().enumerate() {
        let row = format!("src,k{at},v,failed,500,{code},x\n");
        summary.add(&only(&row));
    }
    summary.add(&success());
    let counted: Vec<_> = summary
        .codes()
        .iter()
        .map(|code| (code.code.as_str().to_owned(), code.count, code.example.key().to_owned()))
        .collect();
    let expected = [("C", 3, "k2"), ("A", 2, "k1"), ("", 1, "k4"), ("B", 1, "k0")];
    let expected = expected.map(|(code, count, key)| (code.to_owned(), count, key.to_owned()));
    assert_eq!(counted, expected);
    assert_eq!((summary.succeeded(), summary.failed(), summary.with_other_codes()), (1, 7, 0));
}

#[test]
fn a_summary_of_noise_stays_small() {
    let mut summary = completion_report::Summary::new();
    for at in 0..completion_report::Summary::CODES + 5 {
        summary.add(&TaskResult::failed("src", "k", None, format!("Code{at}").as_str()));
    }
    summary.add(&TaskResult::failed("src", "k", None, "Code0"));
    assert_eq!(summary.codes().len(), completion_report::Summary::CODES);
    assert_eq!(summary.codes()[0].count, 2);
    assert_eq!(summary.with_other_codes(), 5);
    assert_eq!(summary.failed(), completion_report::Summary::CODES as u64 + 6);
}

/// A report of noise takes memory for some of its codes, and for none of its long texts.
#[test]
fn a_summary_of_long_texts_stays_small() {
    let long = "ß".repeat(500_000);
    let info = allocation_counter::measure(|| {
        let mut summary = completion_report::Summary::new();
        for at in 0..100 {
            let code = format!("{at}{long}");
            summary.add(&TaskResult::failed(&long, &long, None, code.as_str()));
            let known = TaskResult::failed(&long, &long, None, format!("Code{at}").as_str());
            summary.add(&known.with_message(long.as_str()));
        }
        assert_eq!((summary.failed(), summary.with_other_codes()), (200, 100));
        let codes = summary.codes();
        assert_eq!(codes.len(), 100);
        let example = &codes[0].example;
        let sizes = [example.bucket(), example.key(), example.message()].map(|t| t.chars().count());
        assert_eq!(sizes, [255, 3072, 1024]);
    });
    assert!(info.bytes_max < 12 * 1024 * 1024, "{info:?}");
    // The longest code that is told apart, by characters.
    let mut summary = completion_report::Summary::new();
    summary.add(&TaskResult::failed("src", "k", None, "ß".repeat(64).as_str()));
    summary.add(&TaskResult::failed("src", "k", None, "ß".repeat(65).as_str()));
    assert_eq!((summary.codes().len(), summary.with_other_codes()), (1, 1));
}

/// REP-705, REP-967: the word of 2023 is read, the word of today written, and both are one cause.
#[test]
fn the_older_word_for_parts_is_the_same_cause() {
    let older = "DstMultipartPartUploadNotPermitted";
    let current = TaskErrorCode::from("DstMultipartUploadNotPermitted");
    assert_eq!(TaskErrorCode::from(older).current(), current);
    assert_eq!(TaskErrorCode::from("New").current().as_str(), "New");
    assert_eq!(TaskErrorCode::ACCESS_DENIED.current(), TaskErrorCode::ACCESS_DENIED);
    let written = TaskResult::failed("src", "k", None, older);
    assert_eq!(written.error_code(), Some(&current));
    let read = only(&format!("src,k,v,failed,500,{older},x\n"));
    assert_eq!(read.error_code().unwrap().as_str(), older);
    let mut summary = completion_report::Summary::new();
    summary.add(&read);
    summary.add(&written);
    let counted: Vec<_> = summary.codes().iter().map(|code| (&code.code, code.count)).collect();
    assert_eq!(counted, [(&current, 2)]);
}

proptest! {
    #[test]
    fn reports_read_back(drawn in prop::collection::vec(
        (".{0,8}", ".{0,8}", prop::option::of(".{1,5}"), prop::option::of("[A-Z][A-Za-z]{0,8}"), ".{0,8}", any::<bool>()), 0..6,
    )) {
        let results: Vec<_> = drawn.iter().map(|(bucket, key, id, code, message, line_break)| {
            let id = id.as_ref().map(|id| id.parse().unwrap());
            let result = match code {
                Some(code) => TaskResult::failed(bucket, key, id, code.as_str()),
                None => TaskResult::succeeded(bucket, key, id),
            };
            let message = if *line_break { format!("{message}\r\n\"{message}") } else { message.clone() };
            result.with_message(message)
        }).collect();
        let parts = write(completion_report::Scope::AllTasks, &results).map_or(Vec::new(), |(_, parts)| parts);
        let mut read_back: Vec<_> = parts.iter().flat_map(read).map(Result::unwrap).collect();
        let mut expected = results.clone();
        expected.sort_by_key(TaskResult::status);
        prop_assert_eq!(read_back.len(), expected.len());
        read_back.sort_by_key(TaskResult::status);
        prop_assert_eq!(read_back, expected);
    }

    #[test]
    fn any_bytes_are_results_or_faults(bytes in prop::collection::vec(prop_oneof![
        4 => prop::sample::select(&b"\",\n\r5"[..]), 1 => any::<u8>(), 2 => Just(b'a'),
    ], 0..60)) {
        for result in read(&bytes) {
            if let Err(fault) = result {
                prop_assert!(fault.line() >= 1 && !fault.to_string().contains(char::is_control));
            }
        }
    }
}
