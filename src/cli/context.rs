//! What is known about buckets.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use s3_replication::model::{BucketFacts, BucketName, KnownBuckets};

use crate::cli::Failure;
use crate::cli::input::Input;
use crate::cli::output;

/// The most bytes that are read.
const LIMIT: usize = 16 * 1024 * 1024;

/// A document with the buckets in a member of their own. No bucket can have that name.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wrapped {
    buckets: Option<IgnoredAny>,
}

/// Reads `{"Buckets": {…}}`, or the buckets alone.
pub(in crate::cli) fn read(input: &Input) -> Result<KnownBuckets, Failure> {
    let bytes = input.read(LIMIT + 1)?;
    if bytes.len() > LIMIT {
        let limit = output::grouped(LIMIT as u64);
        return Err(Failure::Message(format!("`{input}` has more than {limit} bytes")));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    parse(bytes).map_err(|error| {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        let (line, column) = (error.line(), error.column());
        Failure::Message(format!("{input}:{line}:{column}: {message}"))
    })
}

fn parse(bytes: &[u8]) -> Result<KnownBuckets, serde_json::Error> {
    let wrapped: Wrapped = serde_json::from_slice(bytes)?;
    if wrapped.buckets.is_some() {
        return serde_json::from_slice(bytes);
    }
    let buckets: BTreeMap<BucketName, Option<BucketFacts>> = serde_json::from_slice(bytes)?;
    Ok(buckets.into_iter().fold(KnownBuckets::new(), |known, (name, facts)| match facts {
        Some(facts) => known.with(name, facts),
        None => known.without(name),
    }))
}
