//! Jobs of S3 Batch Replication: the input of CreateJob, and the job that DescribeJob returns.

mod from_sdk;
mod to_sdk;

use aws_sdk_s3control::operation::create_job::CreateJobInput;
use aws_sdk_s3control::operation::create_job::builders::CreateJobInputBuilder;
use aws_sdk_s3control::types;
use aws_smithy_types::error::operation::BuildError;
use s3_replication::Report;
use s3_replication::batch::request::{JobParser, JobSpecification};
use s3_replication::batch::response::{DescribeJobResult, JobDescriptor};
use s3_replication::form::Form;
use serde_json::Value;

use crate::TimeOutOfRange;
use crate::json::{Members, NotRepresentable, missing};

/// The error for a job of the SDK that has no value in the model.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidJob {
    /// The service would refuse the job, or it is not a job of S3 Batch Replication.
    #[error(transparent)]
    Refused(Report),
    /// A time is outside the years that S3 can express.
    #[error("`{path}`: {error}")]
    Time {
        /// The place of the time.
        path: &'static str,
        /// The time.
        error: TimeOutOfRange,
    },
    /// The SDK received a variant of a union that it does not know, and has lost it.
    #[error("`{0}` has a variant that this version of the AWS SDK does not know")]
    UnknownVariant(&'static str),
}

/// Returns the specification of a job that is to be created.
///
/// # Errors
///
/// [`InvalidJob`]
pub fn from_create_job_input(input: &CreateJobInput) -> Result<JobSpecification, InvalidJob> {
    let json = from_sdk::create_job_input(input)?;
    let parsed = JobParser::new().parse_json(&format!("{json:#}"));
    parsed.into_specification().map_err(InvalidJob::Refused)
}

/// Returns the request CreateJob for a specification: `send_with(&client)` sends it, and `build()`
/// returns its input.
///
/// # Errors
///
/// [`NotRepresentable`] names what the SDK cannot express.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::request::JobParser;
/// use s3_replication_aws_sdk::job;
///
/// let specification = JobParser::new().parse_json(
///     r#"{"AccountId": "111122223333", "ConfirmationRequired": false, "Priority": 10,
///         "ClientRequestToken": "one", "RoleArn": "arn:aws:iam::111122223333:role/batch",
///         "Operation": {"S3ReplicateObject": {}}, "Report": {"Enabled": false},
///         "ManifestGenerator": {"S3JobManifestGenerator": {
///             "SourceBucket": "arn:aws:s3:::photos", "EnableManifestOutput": false}}}"#,
/// ).into_specification()?;
/// let request = job::to_create_job(&specification)?;
/// // request.send_with(&client).await?;
/// let input = request.build()?;
/// assert_eq!(input.account_id(), Some("111122223333"));
/// assert!(job::from_create_job_input(&input)?.asks_the_same(&specification));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn to_create_job(
    specification: &JobSpecification,
) -> Result<CreateJobInputBuilder, NotRepresentable> {
    let json: Value = serde_json::from_str(&specification.to_text(Form::CliJson))
        .map_err(|_| NotRepresentable::new("Operation"))?;
    let invalid = |error: BuildError| NotRepresentable::new(error.to_string());
    let made = to_sdk::create_job(&json).map_err(invalid)?;
    let read = from_sdk::create_job_input(&made.clone().build().map_err(invalid)?)
        .map_err(|error| NotRepresentable::new(error.to_string()))?;
    match missing(&json, &read, "") {
        None => Ok(made),
        Some(path) => Err(NotRepresentable::new(path)),
    }
}

/// Returns a job as DescribeJob describes it.
///
/// # Errors
///
/// [`InvalidJob`]
pub fn from_job_descriptor(job: &types::JobDescriptor) -> Result<JobDescriptor, InvalidJob> {
    let described = from_sdk::job_descriptor(job)?;
    let json = Value::from(Members::default().with("Job", Some(described)));
    let result = DescribeJobResult::from_text(&format!("{json:#}"), Form::CliJson);
    Ok(result.map_err(InvalidJob::Refused)?.job)
}
