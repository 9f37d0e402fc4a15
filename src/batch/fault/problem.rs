use std::fmt;

use crate::batch::{InvalidManifestContent, JobFailure, JobManifestField};
use crate::clause::{self, Clause};
use crate::text::Visible;

/// What is wrong with a row.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RowProblem {
    /// The file can't be read any further.
    Unreadable {
        /// What the reader answered.
        error: Box<str>,
    },
    /// The line is not UTF-8.
    NotUtf8 {
        /// The first byte of the line that is wrong, from one.
        byte: usize,
    },
    /// The file begins with a byte-order mark.
    ByteOrderMark,
    /// The line is empty.
    EmptyLine,
    /// The row has more bytes than any row needs.
    TooLong {
        /// The most bytes that are read.
        limit: usize,
    },
    /// A quote does not close, or a line break stands in quotes.
    UnclosedQuote,
    /// Something stands between a closing quote and the next comma.
    TextAfterQuote {
        /// The column, from one.
        column: usize,
    },
    /// A space ends the line.
    TrailingSpace,
    /// There are more or fewer fields than columns.
    FieldCount {
        /// How many columns the manifest declares.
        expected: usize,
        /// How many fields the row has.
        found: usize,
    },
    /// The bucket has no name that a bucket can have.
    Bucket {
        /// What stands there.
        found: Box<str>,
    },
    /// The key is empty.
    KeyMissing,
    /// A `%` in the key is not followed by two hexadecimal digits.
    KeyEncoding {
        /// The key as it is written.
        found: Box<str>,
    },
    /// The key is not UTF-8 once it is decoded.
    KeyNotUtf8 {
        /// The key as it is written.
        found: Box<str>,
    },
    /// The key is longer than any key.
    KeyTooLong {
        /// How many bytes it has, decoded.
        bytes: usize,
    },
    /// The version id is empty.
    VersionIdMissing,
    /// The manifest has no version ids at all.
    VersionIdsMissing,
    /// The version id is longer than any.
    VersionIdTooLong {
        /// How many bytes it has.
        bytes: usize,
    },
    /// A column does not hold what it is for.
    Value {
        /// The name of the column.
        column: Box<str>,
        /// What it is for.
        expected: &'static str,
        /// What stands there.
        found: Box<str>,
    },
}

impl RowProblem {
    /// Returns with what a job fails; `None` when S3 does not look, or goes on.
    pub(super) fn job_failure(&self) -> Option<JobFailure> {
        Some(JobFailure::invalid_manifest(match self {
            Self::NotUtf8 { .. }
            | Self::ByteOrderMark
            | Self::EmptyLine
            | Self::TooLong { .. }
            | Self::UnclosedQuote
            | Self::TextAfterQuote { .. }
            | Self::TrailingSpace => InvalidManifestContent::FileFormat,
            Self::FieldCount { .. } => InvalidManifestContent::TaskFields,
            Self::Bucket { .. } => InvalidManifestContent::Content,
            Self::KeyMissing
            | Self::KeyEncoding { .. }
            | Self::KeyNotUtf8 { .. }
            | Self::KeyTooLong { .. } => InvalidManifestContent::KeyFormat,
            Self::VersionIdTooLong { .. } => InvalidManifestContent::VersionIdFormat,
            Self::VersionIdsMissing => {
                return Some(JobFailure::fields_missing(JobManifestField::VersionId.as_str()));
            }
            Self::Unreadable { .. } | Self::VersionIdMissing | Self::Value { .. } => return None,
        }))
    }

    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "unreadable",
            Self::NotUtf8 { .. } => "not-utf-8",
            Self::ByteOrderMark => "byte-order-mark",
            Self::EmptyLine => "line-empty",
            Self::TooLong { .. } => "row-too-long",
            Self::UnclosedQuote => "quote-unclosed",
            Self::TextAfterQuote { .. } => "text-after-quote",
            Self::TrailingSpace => "trailing-space",
            Self::FieldCount { .. } => "field-count",
            Self::Bucket { .. } => "bucket-invalid",
            Self::KeyMissing => "key-missing",
            Self::KeyEncoding { .. } => "key-encoding",
            Self::KeyNotUtf8 { .. } => "key-not-utf-8",
            Self::KeyTooLong { .. } => "key-too-long",
            Self::VersionIdMissing => "version-id-missing",
            Self::VersionIdsMissing => "version-ids-missing",
            Self::VersionIdTooLong { .. } => "version-id-too-long",
            Self::Value { .. } => "value-invalid",
        }
    }

    pub(super) const fn help(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "read the file again",
            Self::NotUtf8 { .. } => "write the file in UTF-8",
            Self::ByteOrderMark => "write the file without a byte-order mark",
            Self::EmptyLine => "take the line out",
            Self::TooLong { .. } => "break the row off where the next one begins",
            Self::UnclosedQuote => "close the quote on its line; encode a line break as %0A",
            Self::TextAfterQuote { .. } => {
                "put the whole field in quotes, and double the quotes in it"
            }
            Self::TrailingSpace => "take the space out; encode it as %20 if it belongs to the key",
            Self::FieldCount { .. } => {
                "give every row a field for every column; declare columns that don't matter as \
                 `Ignore`, and encode commas as %2C"
            }
            Self::Bucket { .. } => {
                "write the name of the bucket, the same in every row; a header row has no place here"
            }
            Self::KeyMissing => "name the key",
            Self::KeyEncoding { .. } => {
                "percent-encode every byte of the key that is not a letter or digit"
            }
            Self::KeyNotUtf8 { .. } => "encode the bytes of the key in UTF-8",
            Self::KeyTooLong { .. } => "keys have at most 1,024 bytes",
            Self::VersionIdMissing => "write `null` for the null version",
            Self::VersionIdsMissing => {
                "add a column `VersionId`; for an inventory, list all versions"
            }
            Self::VersionIdTooLong { .. } => "version ids have at most 1,024 bytes",
            Self::Value { .. } => "write what the column is for, or leave it empty",
        }
    }

    pub(super) const fn clause(&self) -> &'static Clause {
        match self {
            Self::FieldCount { .. } => &clause::MANIFEST_FIELD_COUNT,
            Self::Bucket { .. } => &clause::MANIFEST_FIELDS,
            Self::KeyMissing
            | Self::KeyEncoding { .. }
            | Self::KeyNotUtf8 { .. }
            | Self::KeyTooLong { .. } => &clause::MANIFEST_KEY_FORM,
            Self::VersionIdMissing => &clause::MANIFEST_EMPTY_VERSION,
            Self::VersionIdsMissing => &clause::MANIFEST_VERSIONS_REQUIRED,
            Self::VersionIdTooLong { .. } => &clause::MANIFEST_FAILURE_TEXTS,
            Self::UnclosedQuote | Self::TextAfterQuote { .. } => &clause::MANIFEST_QUOTES,
            Self::Value { .. } => &clause::INVENTORY_ROWS,
            _ => &clause::MANIFEST_TEXT,
        }
    }

    pub(in crate::batch) fn value(column: &str, expected: &'static str, found: &str) -> Self {
        Self::Value { column: column.into(), expected, found: excerpt(found) }
    }
}

impl fmt::Display for RowProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { error } => write!(f, "can't be read: {}", Visible(error)),
            Self::NotUtf8 { byte } => write!(f, "the line is not UTF-8, see byte {byte}"),
            Self::ByteOrderMark => f.write_str("the file begins with a byte-order mark"),
            Self::EmptyLine => f.write_str("the line is empty"),
            Self::TooLong { limit } => write!(f, "the row is longer than {limit} bytes"),
            Self::UnclosedQuote => f.write_str("a quote does not close"),
            Self::TextAfterQuote { column } => {
                write!(f, "text behind the closing quote of field {column}")
            }
            Self::TrailingSpace => f.write_str("the line ends with a space"),
            Self::FieldCount { expected, found } => {
                write!(f, "expected {expected} fields, found {found}")
            }
            Self::Bucket { found } => write!(f, "`{}` is no name of a bucket", Visible(found)),
            Self::KeyMissing => f.write_str("the key is empty"),
            Self::KeyEncoding { found } => {
                let found = Visible(found);
                write!(f, "a `%` without two hexadecimal digits in the key `{found}`")
            }
            Self::KeyNotUtf8 { found } => {
                write!(f, "the key `{}` is not UTF-8 once it is decoded", Visible(found))
            }
            Self::KeyTooLong { bytes } => write!(f, "the key has {bytes} bytes"),
            Self::VersionIdMissing => f.write_str("the version id is empty"),
            Self::VersionIdsMissing => f.write_str("the manifest has no column `VersionId`"),
            Self::VersionIdTooLong { bytes } => write!(f, "the version id has {bytes} bytes"),
            Self::Value { column, expected, found } => {
                write!(f, "`{column}`: expected {expected}, found `{}`", Visible(found))
            }
        }
    }
}

/// Returns the beginning of a text, enough to find it again.
pub(in crate::batch) fn excerpt(text: &str) -> Box<str> {
    const SHOWN: usize = 80;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()).into(),
        None => text.into(),
    }
}
