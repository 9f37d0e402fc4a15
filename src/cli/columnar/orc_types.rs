//! The types in the footer of an ORC file, looked at before the decoder sees them.
//!
//! Each type names its subtypes by number, and a type may even be its own subtype. In a right file the
//! number of a subtype is greater than that of its type, so that one pass finds every mistake.

use std::fs::File;
use std::io::Read as _;

use flate2::read::DeflateDecoder;
use orc_rust::proto::{CompressionKind, Footer, PostScript, Type};
use prost::Message as _;

use super::footer::{self, DEEPEST, LONGEST};

/// Checks that the types of a file are a tree, and that S3 has compressed it.
pub(super) fn check(file: &mut File) -> Result<(), String> {
    let footer = footer_of(file)?;
    let footer = Footer::decode(&footer[..]).map_err(|_| super::DAMAGED.to_owned())?;
    if is_tree(&footer.types) { Ok(()) } else { Err(super::DAMAGED.to_owned()) }
}

/// Returns true if every type comes before its subtypes, none too deep.
fn is_tree(types: &[Type]) -> bool {
    let mut depths = vec![0_usize; types.len()];
    for (number, parent) in types.iter().enumerate() {
        let below = depths.get(number).map_or(0, |depth| depth + 1);
        for subtype in &parent.subtypes {
            let subtype = usize::try_from(*subtype).unwrap_or(usize::MAX);
            match depths.get_mut(subtype) {
                Some(depth) if subtype > number && below <= DEEPEST => *depth = below,
                _ => return false,
            }
        }
    }
    true
}

/// Returns the bytes of the footer, decompressed.
///
/// The last byte of the file is the length of the postscript before it, which has the length of the
/// footer before that.
fn footer_of(file: &mut File) -> Result<Vec<u8>, String> {
    let damaged = || super::DAMAGED.to_owned();
    let length = footer::length(file)?;
    let last = footer::tail(file, length, 1)?;
    let postscript_length = last.first().copied().map_or(0, u64::from);
    let end = length.checked_sub(1).ok_or_else(damaged)?;
    let postscript = footer::tail(file, end, postscript_length)?;
    let postscript = PostScript::decode(&postscript[..]).map_err(|_| damaged())?;
    let end = end.checked_sub(postscript_length).ok_or_else(damaged)?;
    let stored = footer::tail(file, end, postscript.footer_length())?;
    match postscript.compression() {
        CompressionKind::None => Ok(stored),
        CompressionKind::Zlib => inflated(&stored).ok_or_else(damaged),
        other => Err(format!(
            "it is compressed with {}; S3 compresses ORC with ZLIB",
            other.as_str_name()
        )),
    }
}

/// Decompresses the chunks of a footer. The header of a chunk is its length in three bytes, of which the
/// lowest bit is set where the chunk is stored as it is.
fn inflated(mut stored: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    while let [first, second, third, rest @ ..] = stored {
        let header = u32::from_le_bytes([*first, *second, *third, 0]);
        let (chunk, behind) = rest.split_at_checked(usize::try_from(header >> 1).ok()?)?;
        if header & 1 == 1 {
            bytes.extend_from_slice(chunk);
        } else {
            DeflateDecoder::new(chunk).take(LONGEST + 1).read_to_end(&mut bytes).ok()?;
        }
        if bytes.len() as u64 > LONGEST {
            return None;
        }
        stored = behind;
    }
    Some(bytes)
}
