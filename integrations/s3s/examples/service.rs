//! A service on `s3s` that takes a replication configuration, refuses what S3 refuses, and shows which
//! objects wait for replication. `storage::replicate` then replicates them.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, Write as _};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use s3_replication::model::{Event, ReplicationStatus, Tagging};
use s3_replication::{Engine, ObjectVersion, ReplicationConfiguration};
use s3_replication_s3s::{ToS3s as _, configuration};
use s3s::dto::{HeadObjectInput, HeadObjectOutput, PutBucketReplicationInput};
use s3s::dto::{PutBucketReplicationOutput, PutObjectInput, PutObjectOutput};
use s3s::service::S3ServiceBuilder;
use s3s::{Body, S3, S3Error, S3ErrorCode, S3Request, S3Response, S3Result};

/// One bucket: its configuration, and the statuses of its objects.
#[derive(Default)]
struct Bucket {
    configuration: Mutex<Option<ReplicationConfiguration>>,
    statuses: Mutex<BTreeMap<String, Option<ReplicationStatus>>>,
}

#[async_trait]
impl S3 for Bucket {
    async fn put_bucket_replication(
        &self,
        request: S3Request<PutBucketReplicationInput>,
    ) -> S3Result<S3Response<PutBucketReplicationOutput>> {
        let given = configuration::from_dto(&request.input.replication_configuration)
            .map_err(|refused| refused.service_error().to_s3s())?;
        *self.configuration.lock().unwrap_or_else(PoisonError::into_inner) = Some(given);
        Ok(S3Response::new(PutBucketReplicationOutput::default()))
    }

    async fn put_object(
        &self,
        request: S3Request<PutObjectInput>,
    ) -> S3Result<S3Response<PutObjectOutput>> {
        let key = request.input.key;
        let tags = request.input.tagging.unwrap_or_default().parse::<Tagging>();
        let tags = tags
            .map_err(|error| S3Error::with_message(S3ErrorCode::InvalidTag, error.to_string()))?;
        let configuration = self.configuration.lock().unwrap_or_else(PoisonError::into_inner);
        let is_replicated = configuration.as_ref().is_some_and(|configuration| {
            let version = ObjectVersion::new(&key).with_tags(&tags);
            Engine::new(configuration).decide(&version, Event::ObjectCreatedPut).replicates()
        });
        let status = is_replicated.then_some(ReplicationStatus::Pending);
        self.statuses.lock().unwrap_or_else(PoisonError::into_inner).insert(key, status);
        Ok(S3Response::new(PutObjectOutput::default()))
    }

    async fn head_object(
        &self,
        request: S3Request<HeadObjectInput>,
    ) -> S3Result<S3Response<HeadObjectOutput>> {
        let statuses = self.statuses.lock().unwrap_or_else(PoisonError::into_inner);
        let status = statuses.get(&request.input.key).copied();
        let status = status.ok_or_else(|| S3Error::new(S3ErrorCode::NoSuchKey))?;
        let replication_status = status.map(|status| status.to_s3s());
        Ok(S3Response::new(HeadObjectOutput { replication_status, ..Default::default() }))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout();
    let service = S3ServiceBuilder::new(Bucket::default()).build();
    // As they come from a client; a real service has credentials, and hyper in front.
    let configuration = r#"<ReplicationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <Role>arn:aws:iam::123456789012:role/replication</Role>
        <Rule><ID>tax</ID><Priority>1</Priority><Filter><Prefix>Tax/</Prefix></Filter>
          <Status>Enabled</Status><DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
          <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
        </ReplicationConfiguration>"#;
    let without_priority = configuration.replace("<Priority>1</Priority>", "");
    for (method, path, body) in [
        ("PUT", "/photos?replication", without_priority.as_str()),
        ("PUT", "/photos?replication", configuration),
        ("PUT", "/photos/Tax/doc1.pdf", ""),
        ("PUT", "/photos/holiday.jpg", ""),
        ("HEAD", "/photos/Tax/doc1.pdf", ""),
        ("HEAD", "/photos/holiday.jpg", ""),
    ] {
        let request = http::Request::builder()
            .method(method)
            .uri(format!("http://localhost{path}"))
            .header("content-length", body.len())
            .body(Body::from(body.to_owned()))?;
        let answer = futures::executor::block_on(service.call(request))
            .map_err(|error| format!("{error:?}"))?;
        let status = answer.headers().get("x-amz-replication-status");
        writeln!(out, "{method} {path}: {} {status:?}", answer.status())?;
    }
    Ok(())
}
