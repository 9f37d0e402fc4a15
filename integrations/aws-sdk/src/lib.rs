//! Conversions between [`s3_replication`] and the types of the AWS SDK for Rust.
//!
//! [`configuration`] (feature `s3`) converts replication configurations, and [`job`] (feature
//! `s3control`) converts jobs of S3 Batch Replication. The package uses the types of the SDK only: it
//! sends no requests, and it brings neither an HTTP client nor TLS.
//!
//! A program asks the SDK for a configuration, and this crate for S3's answer and advice:
//!
//! ```
//! use aws_sdk_s3::operation::get_bucket_replication::GetBucketReplicationOutput;
//! use s3_replication::Parser;
//! use s3_replication::lint::Levels;
//! use s3_replication_aws_sdk::configuration;
//!
//! fn review(answer: &GetBucketReplicationOutput) -> Vec<String> {
//!     let Some(given) = answer.replication_configuration() else { return Vec::new() };
//!     let parsed = configuration::parse(&Parser::new().with_advice(Levels::default()), given);
//!     parsed.report().iter().map(|finding| finding.message.to_string()).collect()
//! }
//! ```
//!
//! # Nothing is lost
//!
//! Both directions go by way of the JSON that the AWS CLI and the SDKs share. A word that the SDK does
//! not know travels as text, and is judged as it would be in a document. A value that the SDK cannot
//! express, such as an exclusion filter (`Not`), is the error [`NotRepresentable`], which names its
//! place: what was made is read back and compared.

#[cfg(feature = "s3")]
pub mod configuration;
#[cfg(feature = "s3control")]
pub mod job;
mod json;
mod time;

pub use self::json::NotRepresentable;
pub use self::time::{TimeOutOfRange, from_sdk_time, to_sdk_time};
