//! The filter that a person would write for one inventory and one configuration, with `csv`.
//!
//! The filter knows the columns and the rules, decodes no keys, and checks no checksums.

use std::error::Error;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};

use flate2::bufread::MultiGzDecoder;

const BUFFER: usize = 128 * 1024;
const RULES: u64 = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    for path in std::env::args().skip(1) {
        let file = BufReader::with_capacity(BUFFER, File::open(&path)?);
        let file: Box<dyn Read> = if path.ends_with(".gz") {
            Box::new(MultiGzDecoder::new(file))
        } else {
            Box::new(file)
        };
        let mut settings = csv::ReaderBuilder::new();
        let mut rows = settings.has_headers(false).buffer_capacity(BUFFER).from_reader(file);
        let mut row = csv::ByteRecord::new();
        while rows.read_byte_record(&mut row)? {
            if is_listed(&row) {
                for column in 0..3 {
                    out.write_all(&row[column])?;
                    out.write_all(if column < 2 { b"," } else { b"\n" })?;
                }
            }
        }
    }
    out.flush()?;
    Ok(())
}

fn is_listed(row: &csv::ByteRecord) -> bool {
    matches!(&row[10], b"" | b"FAILED")
        && &row[4] == b"false"
        && &row[8] != b"GLACIER"
        && &row[11] == b"SSE-S3"
        && tenant(&row[1]).is_some_and(|tenant| tenant < RULES)
}

/// Returns the number in `tenant-7/…`.
fn tenant(key: &[u8]) -> Option<u64> {
    let rest = key.strip_prefix(b"tenant-")?;
    let end = rest.iter().position(|byte| *byte == b'/')?;
    std::str::from_utf8(&rest[..end]).ok()?.parse().ok()
}
