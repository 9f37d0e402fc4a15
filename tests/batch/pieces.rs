//! The pieces of a file, which threads read: together they are the file.

use std::io::{self, BufReader, Read};

use proptest::prelude::*;
use s3_replication::batch::completion_report::{self, Summary, TaskResult};
use s3_replication::batch::inventory;
use s3_replication::batch::manifest::{self, Row, RowError, RowErrorKind};
use s3_replication::dialect::job::ManifestVersions;

/// Bytes, and then the end of the file or an error.
struct Stored<'b> {
    bytes: &'b [u8],
    is_broken: bool,
}

impl Read for Stored<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.bytes.is_empty() && self.is_broken {
            return Err(io::Error::other("the file is cut"));
        }
        self.bytes.read(buffer)
    }
}

type Rows = Vec<(u64, Result<Row, RowError>)>;

fn reader(
    file: Stored<'_>,
    buffer: usize,
    columns: &str,
) -> manifest::Reader<BufReader<impl Read>> {
    let schema: inventory::Schema = columns.parse().unwrap();
    manifest::Reader::inventory(BufReader::with_capacity(buffer, file), &schema).named("1.csv")
}

fn all<R: io::BufRead>(mut rows: manifest::Reader<R>) -> Rows {
    let mut all = Vec::new();
    while let Some(row) = rows.next() {
        all.push((rows.line(), row));
    }
    all
}

/// The rows of all pieces, read without copies.
fn in_pieces<R: io::BufRead>(rows: manifest::Reader<R>, size: usize) -> Rows {
    let mut all = Vec::new();
    for mut piece in rows.into_pieces(size) {
        while let Some(row) = piece.next_ref() {
            let row = row.map(manifest::RowRef::to_row);
            all.push((piece.line(), row));
        }
    }
    all
}

fn any_text() -> impl Strategy<Value = Vec<u8>> {
    let row = prop_oneof![
        4 => "\"src\",\"[a-c%+é]{0,3}\",\"v?\",\"[0-3x]?\"\r?\n".prop_map(String::into_bytes),
        1 => Just(b"\n".to_vec()),
        1 => Just(b"\xEF\xBB\xBFsrc,a,v,1\n".to_vec()),
        1 => prop::collection::vec(prop_oneof![
            4 => prop::sample::select(&b"\",\n\r%+ "[..]), 1 => any::<u8>(),
        ], 0..20),
    ];
    prop::collection::vec(row, 0..12).prop_map(|rows| rows.concat())
}

proptest! {
    #[test]
    fn pieces_of_any_size_have_the_rows_of_the_file(
        text in any_text(),
        size in 1usize..60,
        buffer in 1usize..40,
        is_broken: bool,
        before in 0usize..3,
        columns in prop::sample::select(&["Bucket, Key, VersionId, Size", "Bucket, Key, ETag, Size"][..]),
        is_optional: bool,
    ) {
        let versions = if is_optional { ManifestVersions::Optional } else { ManifestVersions::Required };
        let open = || {
            let file = Stored { bytes: &text, is_broken };
            let mut rows = reader(file, buffer, columns).with_versions(versions);
            rows.by_ref().take(before).for_each(drop);
            rows
        };
        prop_assert_eq!(in_pieces(open(), size), all(open()));
    }
}

fn any_report() -> impl Strategy<Value = Vec<u8>> {
    let row = prop_oneof![
        4 => "src,[ab]?,v?,(failed|succeeded|),[45]00,[A-C]?,[ab\"]{0,3}\r?\n"
            .prop_map(String::into_bytes),
        4 => "\"src\",\"b\",\"v\",\"failed\",\"500\",\"[A-C]\",\"([ab,]|\"\"|\r?\n){0,6}\"\r?\n"
            .prop_map(String::into_bytes),
        1 => Just(b"\n".to_vec()),
        1 => Just(b"\xEF\xBB\xBF\"src\",a,v,failed,500,A,\"\n".to_vec()),
        1 => Just(b"\"open\n\xFF\n".to_vec()),
        2 => prop::collection::vec(prop_oneof![
            6 => prop::sample::select(&b"\"\",\n\r "[..]), 1 => any::<u8>(),
        ], 0..20),
    ];
    prop::collection::vec(row, 0..10).prop_map(|rows| rows.concat())
}

fn report(file: Stored<'_>, buffer: usize) -> completion_report::Reader<BufReader<impl Read>> {
    completion_report::Reader::new(BufReader::with_capacity(buffer, file)).named("r.csv")
}

/// The results of a reader, and their counts if each is copied.
fn counted<R: io::BufRead>(
    rows: completion_report::Reader<R>,
) -> (Vec<Result<TaskResult, RowError>>, Summary) {
    let rows: Vec<_> = rows.collect();
    let mut summary = Summary::new();
    rows.iter().flatten().for_each(|result| summary.add(result));
    (rows, summary)
}

fn codes(summary: &Summary) -> (u64, u64, u64, Vec<completion_report::CodeCount>) {
    let codes = summary.codes().into_iter().cloned().collect();
    (summary.succeeded(), summary.failed(), summary.with_other_codes(), codes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    /// A line break in quotes is no place to cut, but an error ends the record with its line.
    #[test]
    fn pieces_of_reports_have_the_rows_of_the_part(
        text in any_report(),
        size in 1usize..60,
        buffer in 1usize..80,
        is_broken: bool,
        before in 0usize..3,
    ) {
        let open = |buffer| {
            let mut rows = report(Stored { bytes: &text, is_broken }, buffer);
            rows.by_ref().take(before).for_each(drop);
            rows
        };
        // With a buffer of one byte nearly every row takes the way that copies.
        let (expected, summary) = counted(open(1));
        prop_assert_eq!(&open(buffer).collect::<Vec<_>>(), &expected);
        let pieces: Vec<_> = open(buffer).into_pieces(size).flatten().collect();
        prop_assert_eq!(&pieces, &expected);
        let (mut of_pieces, mut errors) = (Summary::new(), Vec::new());
        for mut piece in open(buffer).into_pieces(size) {
            let mut of_piece = Summary::of_piece();
            while let Some(counted) = of_piece.add_next(&mut piece) {
                errors.extend(counted.err());
            }
            of_pieces.append(of_piece);
        }
        prop_assert_eq!(codes(&of_pieces), codes(&summary));
        let expected: Vec<_> = expected.into_iter().filter_map(Result::err).collect();
        prop_assert_eq!(errors, expected);
    }
}

#[test]
fn a_record_that_is_too_long_is_one_error_in_a_piece() {
    let row = b"src,a,v,failed,500,A,no\n";
    let many_lines = [b"src,a,v,failed,500,A,\"", &b"line\n".repeat(300_000)[..]].concat();
    let long_line = [b"src,a,v,failed,500,A,\"\n", &vec![b'x'; 3 << 20][..], b"\n"].concat();
    for long in [many_lines, long_line] {
        let text = [&row[..], &long, row].concat();
        for size in [1000, 1 << 20, 5 << 20] {
            let open = || report(Stored { bytes: &text, is_broken: false }, 4096);
            let (expected, _) = counted(open());
            let pieces: Vec<_> = open().into_pieces(size).flatten().collect();
            assert_eq!(pieces, expected);
            assert!(expected.iter().filter(|row| row.is_ok()).count() == 2);
            assert!(expected.iter().any(Result::is_err));
        }
    }
}

#[test]
fn the_first_codes_of_several_summaries_are_kept() {
    // From the second piece of 1,300 on, a known code comes after a thousand others.
    let code = |n: usize| if n.is_multiple_of(1299) { 0 } else { n % 2600 };
    let results = (0..4000).map(|n| {
        TaskResult::failed("src", &format!("k{n}"), None, format!("Code{}", code(n)).as_str())
    });
    let results: Vec<TaskResult> = results.collect();
    let mut whole = Summary::new();
    for result in &results {
        whole.add(result);
    }
    assert_eq!(whole.codes().len(), Summary::CODES);
    assert!(whole.with_other_codes() > 1000);
    for size in [1, 700, 1300, 4000] {
        let mut parts = Summary::new();
        for piece in results.chunks(size) {
            let mut part = Summary::of_piece();
            for result in piece {
                part.add(result);
            }
            parts.append(part);
        }
        assert_eq!(codes(&parts), codes(&whole), "{size}");
    }
}

#[test]
fn a_line_that_is_too_long_is_one_error_in_a_piece() {
    let long = vec![b'x'; 3 << 20];
    let text = [b"src,a,v,1\nsrc,", &long[..], b"\nsrc,b,v,1\n"].concat();
    for size in [1000, 1 << 20, 5 << 20] {
        let open = || {
            reader(Stored { bytes: &text, is_broken: false }, 4096, "Bucket, Key, VersionId, Size")
        };
        let rows = in_pieces(open(), size);
        assert_eq!(rows, all(open()));
        let found = rows[1].1.as_ref().unwrap_err();
        assert_eq!(found.kind(), &RowErrorKind::TooLong { limit: 1 << 20 });
    }
}

#[test]
fn a_line_without_end_takes_no_memory_in_pieces() {
    let long = io::repeat(b'x').take(20 << 20);
    let text = BufReader::new((&b"src,a,v\n"[..]).chain(long));
    let info = allocation_counter::measure(|| {
        let rows = manifest::Reader::new(text, &manifest::Fields::default());
        let pieces = rows.into_pieces(1 << 16).map(Iterator::count);
        assert_eq!(pieces.sum::<usize>(), 2);
    });
    assert!(info.bytes_max < 5 << 20, "{info:?}");
}

#[test]
fn quotes_without_end_take_no_memory_in_pieces() {
    for file in [b"x".repeat(20 << 20), b"line\n".repeat(4 << 20)] {
        let text = BufReader::new((&b"src,a,v,failed,500,A,\""[..]).chain(&file[..]));
        let info = allocation_counter::measure(|| {
            let pieces = completion_report::Reader::new(text).into_pieces(1 << 16);
            assert!(pieces.flatten().any(|row| row.is_err()));
        });
        assert!(info.bytes_max < 5 << 20, "{info:?}");
    }
}

#[test]
fn a_piece_has_no_million_errors() {
    let text = vec![b'\n'; 100_000];
    let rows = manifest::Reader::new(&text[..], &manifest::Fields::default());
    let counts: Vec<usize> = rows.into_pieces(1 << 20).map(Iterator::count).collect();
    assert_eq!(counts.iter().sum::<usize>(), text.len());
    assert!(counts.iter().all(|count| *count <= 1 << 14), "{counts:?}");
}

#[test]
fn rows_that_borrow_need_no_memory_each() {
    let row = "\"src\",\"a%20b\",\"v1\",\"STANDARD\",\"7\",\"2026-11-22T10:00:00.000Z\"\n";
    let schema: inventory::Schema =
        "Bucket, Key, VersionId, StorageClass, Size, LastModifiedDate".parse().unwrap();
    let count = |rows: usize| {
        let text = row.repeat(rows);
        let info = allocation_counter::measure(|| {
            let mut reader = manifest::Reader::inventory(text.as_bytes(), &schema);
            let mut bytes = 0;
            while let Some(row) = reader.next_ref() {
                bytes += row.unwrap().version().size;
            }
            assert_eq!(bytes, 7 * rows as u64);
        });
        info.count_total
    };
    assert_eq!(count(10), count(1000));
}

#[test]
fn the_reader_comes_back_after_its_pieces() {
    let file = Stored { bytes: b"src,a,v,1\nsrc,b,v,1\n", is_broken: false };
    let mut pieces = reader(file, 16, "Bucket, Key, VersionId, Size").into_pieces(5);
    assert_eq!(pieces.by_ref().map(Iterator::count).sum::<usize>(), 2);
    let mut rest = Vec::new();
    pieces.into_inner().read_to_end(&mut rest).unwrap();
    assert!(rest.is_empty());
}
