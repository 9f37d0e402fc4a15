//! ListObjectVersions and ListObjects.

use std::fmt::Write as _;
use std::sync::Arc;

use s3_replication::model::{BucketName, VersionId};
use s3_replication::replication::ObjectKey as Key;
use s3_replication::storage::{MemoryStore, StoredVersion};
use s3_replication_s3s::ToS3s as _;
use s3s::dto::{
    CommonPrefix, DeleteMarkerEntry, ETag, EncodingType, ListObjectVersionsInput,
    ListObjectVersionsOutput, ListObjectsInput, ListObjectsOutput, ListObjectsV2Input,
    ListObjectsV2Output, Object, ObjectVersion,
};
use s3s::{S3Request, S3Response, S3Result};

use super::{owner, respond};
use crate::attributes::Attributes;
use crate::errors;
use crate::service::{Shared, lock};

/// The greatest number of entries on a page.
const LIMIT: i32 = 1000;
/// The number of versions that are read from the store at once.
const CHUNK: usize = 1000;

/// The entries that a listing selects.
struct Selection<'r> {
    prefix: &'r str,
    delimiter: Option<&'r str>,
    /// True for one entry of each key: the latest version, unless it is a delete marker.
    latest_only: bool,
    limit: usize,
}

/// An entry of a page.
enum Entry {
    Version { version: Box<StoredVersion<()>>, is_latest: bool },
    CommonPrefix(String),
}

/// A page of a listing.
struct Page {
    entries: Vec<Entry>,
    is_truncated: bool,
}

/// Lists the entries after a version.
fn list(
    store: &MemoryStore,
    bucket: &BucketName,
    selection: &Selection<'_>,
    after: Option<(Key, VersionId)>,
    mut last_key: Option<String>,
) -> S3Result<Page> {
    let mut page = Page { entries: Vec::new(), is_truncated: false };
    if selection.limit == 0 {
        return Ok(page);
    }
    let mut after = after;
    loop {
        let position = after.as_ref().map(|(key, id)| (key, id));
        let chunk = store.bucket(bucket).list(position, CHUNK).map_err(errors::of_store)?;
        let is_last = chunk.len() < CHUNK;
        after = chunk.last().map(|version| (version.key.clone(), version.version_id.clone()));
        for version in chunk {
            // Keys arrive as text, so all of them are.
            let key = String::from_utf8_lossy(version.key.as_bytes()).into_owned();
            let is_latest = last_key.as_deref() != Some(key.as_str());
            last_key = Some(key.clone());
            if !key.starts_with(selection.prefix) {
                if key.as_str() > selection.prefix {
                    return Ok(page);
                }
                continue;
            }
            if selection.latest_only && (!is_latest || version.body.is_none()) {
                continue;
            }
            let entry = match common_prefix(&key, selection) {
                Some(common) if matches!(page.entries.last(), Some(Entry::CommonPrefix(last)) if *last == common) =>
                {
                    continue;
                }
                Some(common) => Entry::CommonPrefix(common),
                None => Entry::Version { version: Box::new(version), is_latest },
            };
            if page.entries.len() == selection.limit {
                page.is_truncated = true;
                return Ok(page);
            }
            page.entries.push(entry);
        }
        if is_last {
            return Ok(page);
        }
    }
}

fn common_prefix(key: &str, selection: &Selection<'_>) -> Option<String> {
    let delimiter = selection.delimiter.filter(|delimiter| !delimiter.is_empty())?;
    let rest = key.strip_prefix(selection.prefix)?;
    let (head, _) = rest.split_once(delimiter)?;
    Some(format!("{}{head}{delimiter}", selection.prefix))
}

/// Returns the position before all versions of a key.
fn before(key: &str) -> (Key, VersionId) {
    (Key::from(key), nowhere())
}

/// Returns an ID that no version has. A listing after it begins with the first version of the key.
fn nowhere() -> VersionId {
    "~".parse().unwrap_or_else(|_| VersionId::null())
}

/// Returns the position behind all versions of a key, or of all keys with a prefix.
fn behind(key: &str) -> (Key, VersionId) {
    (Key::from(format!("{key}\u{0}").as_str()), nowhere())
}

/// Returns the position behind a common prefix: the least text that is greater than all its keys.
fn behind_prefix(prefix: &str) -> (Key, VersionId) {
    let mut bytes = prefix.as_bytes().to_vec();
    while let Some(last) = bytes.pop() {
        if last < 0xff {
            bytes.push(last + 1);
            break;
        }
    }
    (Key::from(bytes.as_slice()), nowhere())
}

fn limit_of(max_keys: Option<i32>) -> S3Result<(usize, i32)> {
    let given = max_keys.unwrap_or(LIMIT);
    let text = "Argument maxKeys must be an integer between 0 and 2147483647";
    let limit = usize::try_from(given.min(LIMIT)).map_err(|_| errors::invalid_argument(text))?;
    Ok((limit, given.min(LIMIT)))
}

/// Encodes the keys of a response, if the request wants that.
struct Encoding(Option<EncodingType>);

impl Encoding {
    fn encode(&self, text: &str) -> String {
        if self.0.is_none() {
            return text.to_owned();
        }
        let mut encoded = String::new();
        for byte in text.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' | b'/' => {
                    encoded.push(char::from(byte));
                }
                b' ' => encoded.push('+'),
                _ => {
                    let _written = write!(encoded, "%{byte:02X}");
                }
            }
        }
        encoded
    }
}

fn e_tag(version: &StoredVersion<()>, bucket: &BucketName, store: &MemoryStore) -> Option<ETag> {
    version.body?;
    let attributes = Attributes(version.user_metadata.clone());
    // An object that a job wrote has no ETag among its attributes.
    let key = version.key.clone();
    let has_none = !attributes.0.contains_key("etag");
    let body = has_none.then(|| store.bucket(bucket).version(key, &version.version_id).ok()?.body);
    Some(attributes.e_tag(body.flatten().as_deref().unwrap_or_default()))
}

pub(crate) fn versions(
    shared: &Arc<Shared>,
    request: S3Request<ListObjectVersionsInput>,
) -> S3Result<S3Response<ListObjectVersionsOutput>> {
    let input = request.input;
    let bucket = errors::bucket_name(&input.bucket)?;
    let (limit, max_keys) = limit_of(input.max_keys)?;
    let prefix = input.prefix.clone().unwrap_or_default();
    let delimiter = input.delimiter.as_deref();
    let selection = Selection { prefix: &prefix, delimiter, latest_only: false, limit };
    let core = lock(&shared.core);
    let key_marker = input.key_marker.as_deref().filter(|key| !key.is_empty());
    let id_marker = input.version_id_marker.as_deref().filter(|id| !id.is_empty());
    let mut last_key = None;
    let after = match (key_marker, errors::version_id(id_marker)?) {
        (None, Some(_)) => {
            let text = "A version-id marker cannot be specified without a key marker.";
            return Err(errors::invalid_argument(text));
        }
        (Some(key), Some(id)) => {
            last_key = Some(key.to_owned());
            Some((Key::from(key), id))
        }
        (Some(key), None) if ends_common_prefix(key, &selection) => Some(behind_prefix(key)),
        (Some(key), None) => Some(behind(key)),
        (None, None) => Some(before(&prefix)),
    };
    let page = list(&core.store, &bucket, &selection, after, last_key)?;
    let encoding = Encoding(input.encoding_type.clone());
    let mut output = ListObjectVersionsOutput {
        delimiter: input.delimiter.as_deref().map(|text| encoding.encode(text)),
        encoding_type: input.encoding_type,
        is_truncated: Some(page.is_truncated),
        key_marker: Some(input.key_marker.map(|key| encoding.encode(&key)).unwrap_or_default()),
        max_keys: Some(max_keys),
        name: Some(input.bucket),
        prefix: Some(encoding.encode(&prefix)),
        version_id_marker: Some(input.version_id_marker.unwrap_or_default()),
        ..Default::default()
    };
    if let Some(last) = page.entries.last().filter(|_| page.is_truncated) {
        let (key, id) = match last {
            Entry::CommonPrefix(common) => (common.clone(), None),
            Entry::Version { version, .. } => {
                (version.key.to_string(), Some(version.version_id.to_string()))
            }
        };
        output.next_key_marker = Some(encoding.encode(&key));
        output.next_version_id_marker = id;
    }
    let (mut versions, mut markers, mut prefixes) = (Vec::new(), Vec::new(), Vec::new());
    for entry in page.entries {
        match entry {
            Entry::CommonPrefix(common) => {
                prefixes.push(CommonPrefix { prefix: Some(encoding.encode(&common)) });
            }
            Entry::Version { version, is_latest } if version.body.is_none() => {
                markers.push(DeleteMarkerEntry {
                    is_latest: Some(is_latest),
                    key: Some(encoding.encode(&version.key.to_string())),
                    last_modified: Some(version.last_modified.to_s3s()),
                    owner: Some(owner()),
                    version_id: Some(version.version_id.to_s3s()),
                });
            }
            Entry::Version { version, is_latest } => versions.push(ObjectVersion {
                e_tag: e_tag(&version, &bucket, &core.store),
                is_latest: Some(is_latest),
                key: Some(encoding.encode(&version.key.to_string())),
                last_modified: Some(version.last_modified.to_s3s()),
                owner: Some(owner()),
                size: i64::try_from(version.size).ok(),
                storage_class: Some(version.storage_class.to_string().into()),
                version_id: Some(version.version_id.to_s3s()),
                ..Default::default()
            }),
        }
    }
    output.versions = Some(versions);
    output.delete_markers = Some(markers);
    output.common_prefixes = Some(prefixes);
    respond(output)
}

fn ends_common_prefix(key: &str, selection: &Selection<'_>) -> bool {
    common_prefix(key, selection).is_some_and(|common| common == key)
}

pub(crate) fn objects(
    shared: &Arc<Shared>,
    request: S3Request<ListObjectsV2Input>,
) -> S3Result<S3Response<ListObjectsV2Output>> {
    let input = request.input;
    let bucket = errors::bucket_name(&input.bucket)?;
    let (limit, max_keys) = limit_of(input.max_keys)?;
    let prefix = input.prefix.clone().unwrap_or_default();
    let delimiter = input.delimiter.as_deref();
    let selection = Selection { prefix: &prefix, delimiter, latest_only: true, limit };
    let token = input.continuation_token.as_deref().map(|token| {
        let decoded = base64_simd::URL_SAFE_NO_PAD.decode_to_vec(token).ok();
        let decoded = decoded.and_then(|decoded| String::from_utf8(decoded).ok());
        decoded
            .ok_or_else(|| errors::invalid_argument("The continuation token provided is incorrect"))
    });
    let token = token.transpose()?;
    let start_after = input.start_after.as_deref().filter(|key| !key.is_empty());
    let after = match (&token, start_after) {
        (Some(last), _) if ends_common_prefix(last, &selection) => behind_prefix(last),
        (Some(last), _) => behind(last),
        (None, Some(key)) if key > prefix.as_str() => behind(key),
        (None, _) => before(&prefix),
    };
    let core = lock(&shared.core);
    let page = list(&core.store, &bucket, &selection, Some(after), None)?;
    let encoding = Encoding(input.encoding_type.clone());
    let next = page.entries.last().filter(|_| page.is_truncated).map(|last| match last {
        Entry::CommonPrefix(common) => common.clone(),
        Entry::Version { version, .. } => version.key.to_string(),
    });
    let key_count = i32::try_from(page.entries.len()).ok();
    let is_truncated = page.is_truncated;
    let with_owner = input.fetch_owner == Some(true);
    let (mut contents, mut prefixes) = (Vec::new(), Vec::new());
    for entry in page.entries {
        match entry {
            Entry::CommonPrefix(common) => {
                prefixes.push(CommonPrefix { prefix: Some(encoding.encode(&common)) });
            }
            Entry::Version { version, .. } => contents.push(Object {
                e_tag: e_tag(&version, &bucket, &core.store),
                key: Some(encoding.encode(&version.key.to_string())),
                last_modified: Some(version.last_modified.to_s3s()),
                owner: with_owner.then(owner),
                size: i64::try_from(version.size).ok(),
                storage_class: Some(version.storage_class.to_string().into()),
                ..Default::default()
            }),
        }
    }
    respond(ListObjectsV2Output {
        name: Some(input.bucket),
        prefix: Some(encoding.encode(&prefix)),
        max_keys: Some(max_keys),
        key_count,
        continuation_token: input.continuation_token,
        is_truncated: Some(is_truncated),
        next_continuation_token: next
            .map(|next| base64_simd::URL_SAFE_NO_PAD.encode_to_string(next)),
        contents: Some(contents),
        common_prefixes: Some(prefixes),
        delimiter: input.delimiter.as_deref().map(|text| encoding.encode(text)),
        encoding_type: input.encoding_type,
        start_after: input.start_after.map(|key| encoding.encode(&key)),
        ..Default::default()
    })
}

/// Answers the first version of ListObjects by the second one.
pub(crate) fn objects_v1(
    shared: &Arc<Shared>,
    request: S3Request<ListObjectsInput>,
) -> S3Result<S3Response<ListObjectsOutput>> {
    let marker = request.input.marker.clone();
    let response = objects(
        shared,
        request.map_input(|input| {
            let token = input.marker.filter(|marker| !marker.is_empty());
            ListObjectsV2Input {
                bucket: input.bucket,
                continuation_token: token
                    .map(|token| base64_simd::URL_SAFE_NO_PAD.encode_to_string(token)),
                delimiter: input.delimiter,
                encoding_type: input.encoding_type,
                fetch_owner: Some(true),
                max_keys: input.max_keys,
                prefix: input.prefix,
                ..Default::default()
            }
        }),
    )?;
    let output = response.output;
    let decoded = output.next_continuation_token.and_then(|token| {
        String::from_utf8(base64_simd::URL_SAFE_NO_PAD.decode_to_vec(token).ok()?).ok()
    });
    let encoding = Encoding(output.encoding_type.clone());
    respond(ListObjectsOutput {
        name: output.name,
        prefix: output.prefix,
        marker: Some(marker.map(|key| encoding.encode(&key)).unwrap_or_default()),
        max_keys: output.max_keys,
        is_truncated: output.is_truncated,
        contents: output.contents,
        common_prefixes: output.common_prefixes,
        delimiter: output.delimiter,
        next_marker: decoded.map(|key| encoding.encode(&key)),
        encoding_type: output.encoding_type,
        ..Default::default()
    })
}
