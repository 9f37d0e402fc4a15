//! Conversions between [`s3_replication`] and the types of `s3s` 0.14.
//!
//! A service on `s3s` receives and returns DTOs (`s3s::dto`). [`ToS3s`] and [`FromS3s`] convert
//! the values of the model to and from them, [`configuration`] converts replication configurations,
//! and [`body`] reads and writes bodies.
//!
//! ```
//! use s3_replication::model::{ReplicationStatus, Tag};
//! use s3_replication_s3s::{FromS3s, ToS3s, configuration};
//! use s3s::dto;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let dto = dto::ReplicationConfiguration {
//!     role: "arn:aws:iam::123456789012:role/replication".to_owned(),
//!     rules: Vec::new(),
//! };
//! // The error that the service returns to its client.
//! let refused = configuration::from_dto(&dto).unwrap_err();
//! let refusal = refused.service_error().to_s3s();
//! assert_eq!(refusal.code(), &s3s::S3ErrorCode::MalformedXML);
//!
//! assert_eq!(ReplicationStatus::Pending.to_s3s().as_str(), "PENDING");
//! let tags = vec![Tag::new("team", "tax")?];
//! assert_eq!(Vec::<Tag>::from_s3s(&tags.to_s3s())?, tags);
//! # Ok(())
//! # }
//! ```
//!
//! # Versions and features
//!
//! The package is named for the version of `s3s`, because the DTOs of another version are other
//! types. Feature `minio` of `s3s` adds fields to the DTOs, and any crate of a graph may enable it.
//! The conversions work with and without it: they read and write XML instead of naming the fields.

pub mod body;
pub mod configuration;
mod error;
mod lock;
mod time;
mod words;

pub use self::words::InvalidDto;

/// Converts a value of the model to a DTO. Nothing is lost.
pub trait ToS3s {
    /// The DTO.
    type Dto;

    /// Returns the DTO.
    fn to_s3s(&self) -> Self::Dto;
}

/// Converts a DTO to a value of the model.
pub trait FromS3s<Dto: ?Sized>: Sized {
    /// The error for a DTO that has no value in the model.
    type Error;

    /// Returns the value.
    ///
    /// # Errors
    ///
    /// Returns an error for a word that S3 does not have, and for a missing or contradictory field.
    fn from_s3s(dto: &Dto) -> Result<Self, Self::Error>;
}
