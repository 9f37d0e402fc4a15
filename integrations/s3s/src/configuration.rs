//! Replication configurations.
//!
//! The conversions go by way of XML. They therefore carry everything that the DTO and the model
//! have in common, and depend on neither the fields nor the features of `s3s`.
//!
//! `s3s` parses a request body before a service sees it, and refuses what is not in its schema with
//! an error of its own. A service that wants the answer of S3 for every document reads the body in
//! an `s3s::route::S3Route` and passes it to [`Parser::parse_bytes`].

use s3_replication::diagnostic::RefusedConfiguration;
use s3_replication::{Parsed, Parser, ReplicationConfiguration};
use s3s::dto;
use s3s::xml::{Deserialize as _, Deserializer, Serialize as _, Serializer};

/// The error for a configuration that the DTO cannot represent, such as one with an exclusion
/// filter (`Not`), which `s3s` 0.14 does not have.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the types of s3s 0.14 cannot represent this configuration: {reason}")]
pub struct NotRepresentable {
    reason: String,
}

/// Returns the configuration of a DTO, as AWS reads it.
///
/// # Errors
///
/// Everything that S3 would refuse, its own answer first. The places are those in the XML of the
/// DTO, not in the request.
pub fn from_dto(
    dto: &dto::ReplicationConfiguration,
) -> Result<ReplicationConfiguration, RefusedConfiguration> {
    parse(&Parser::new(), dto).into_configuration()
}

/// Parses a DTO, for instance with the dialect of another store or with facts about its buckets.
///
/// # Examples
///
/// ```
/// use s3_replication::{Dialect, Parser};
/// use s3_replication_s3s::configuration;
///
/// # fn with(dto: &s3s::dto::ReplicationConfiguration) {
/// let parsed = configuration::parse(&Parser::new().with_dialect(Dialect::MINIO), dto);
/// assert!(!parsed.is_refused());
/// # }
/// ```
#[must_use]
pub fn parse(parser: &Parser, dto: &dto::ReplicationConfiguration) -> Parsed {
    parser.parse_xml(&to_xml(dto))
}

/// Returns the XML of a DTO.
fn to_xml(dto: &dto::ReplicationConfiguration) -> String {
    let mut xml = Vec::new();
    // Writing to memory does not fail. If it did, the parser would refuse the incomplete document.
    let _written = dto.serialize(&mut Serializer::new(&mut xml));
    String::from_utf8_lossy(&xml).into_owned()
}

/// Returns the DTO of a configuration.
///
/// # Errors
///
/// [`NotRepresentable`] names the element that the DTO does not have.
pub fn to_dto(
    configuration: &ReplicationConfiguration,
) -> Result<dto::ReplicationConfiguration, NotRepresentable> {
    let xml = configuration.to_xml();
    let unrepresentable = |reason: &str| NotRepresentable { reason: reason.to_owned() };
    if configuration.role().is_none() {
        return Err(unrepresentable("it has no `Role`, which the DTO requires"));
    }
    let mut deserializer = Deserializer::new(xml.as_bytes());
    let dto = dto::ReplicationConfiguration::deserialize(&mut deserializer);
    let dto = dto.map_err(|error| {
        let has_exclusion =
            configuration.rules().iter().any(|rule| !rule.filter.exclusion().is_empty());
        if has_exclusion {
            unrepresentable("the element `Not` of a filter has no field in the DTO")
        } else {
            unrepresentable(&error.to_string())
        }
    })?;
    // The DTO must not have lost anything on the way.
    match Parser::new().parse_xml(&to_xml(&dto)).draft() {
        Some(draft) if *draft == configuration.to_draft() => Ok(dto),
        _ => Err(unrepresentable("the DTO would not contain all of its elements")),
    }
}
