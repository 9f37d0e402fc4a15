//! A running server, clients for it, and buckets.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_s3::types;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use pollster::block_on;
use s3_replication::ReplicationConfiguration;
use s3_replication_aws_sdk::configuration;

pub(crate) const ACCOUNT: &str = "123456789012";
pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/replication";

/// A server of its own, which ends with the test.
pub(crate) struct Server {
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) control: aws_sdk_s3control::Client,
    _process: Process,
}

/// A process that ends when it is dropped.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Server {
    pub(crate) fn start(options: &[&str]) -> Self {
        let binary = std::env::var_os("S3_REPLICATION_SERVER").unwrap();
        let command = Command::new(binary)
            .args(["--listen", "127.0.0.1:0"])
            .args(options)
            .stdout(Stdio::piped())
            .spawn();
        let mut process = Process(command.unwrap());
        let mut line = String::new();
        BufReader::new(process.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim_end().strip_prefix("listening on ").unwrap();
        let config = config(url);
        let s3 = aws_sdk_s3::config::Builder::from(&config).force_path_style(true).build();
        Self {
            s3: aws_sdk_s3::Client::from_conf(s3),
            control: aws_sdk_s3control::Client::new(&config),
            _process: process,
        }
    }

    /// Creates a bucket with versioning.
    pub(crate) fn bucket(&self, name: &str) {
        self.bucket_without_versioning(name);
        self.enable_versioning(name);
    }

    pub(crate) fn enable_versioning(&self, name: &str) {
        let enabled = types::VersioningConfiguration::builder()
            .status(types::BucketVersioningStatus::Enabled)
            .build();
        let put = self.s3.put_bucket_versioning().bucket(name).versioning_configuration(enabled);
        block_on(put.send()).unwrap();
    }

    pub(crate) fn bucket_without_versioning(&self, name: &str) {
        let place = types::CreateBucketConfiguration::builder()
            .location_constraint(types::BucketLocationConstraint::EuCentral1)
            .build();
        let create = self.s3.create_bucket().bucket(name).create_bucket_configuration(place);
        block_on(create.send()).unwrap();
    }

    /// Puts a configuration that is converted from the model.
    pub(crate) fn replicate(&self, bucket: &str, configuration: &ReplicationConfiguration) {
        let sdk = configuration::to_sdk(configuration).unwrap();
        let put = self.s3.put_bucket_replication().bucket(bucket).replication_configuration(sdk);
        block_on(put.send()).unwrap();
    }

    /// Returns what GetBucketReplication returns.
    pub(crate) fn replication(&self, bucket: &str) -> types::ReplicationConfiguration {
        let got = block_on(self.s3.get_bucket_replication().bucket(bucket).send()).unwrap();
        got.replication_configuration.unwrap()
    }

    /// Puts an object, and returns its version ID.
    pub(crate) fn put(&self, bucket: &str, key: &str, body: &'static [u8]) -> String {
        let put = self.s3.put_object().bucket(bucket).key(key).body(body.to_vec().into());
        block_on(put.send()).unwrap().version_id.unwrap()
    }

    /// Returns the replication status of an object; `None` if the object or its status is absent.
    pub(crate) fn status(&self, bucket: &str, key: &str) -> Option<types::ReplicationStatus> {
        let head = block_on(self.s3.head_object().bucket(bucket).key(key).send());
        head.ok()?.replication_status
    }

    pub(crate) fn wait_for_status(
        &self,
        wanted: types::ReplicationStatus,
        bucket: &str,
        key: &str,
    ) {
        wait(&Some(wanted), || self.status(bucket, key));
    }

    /// Returns the version IDs of the delete markers of a bucket.
    pub(crate) fn delete_markers(&self, bucket: &str) -> Vec<String> {
        let listed = block_on(self.s3.list_object_versions().bucket(bucket).send()).unwrap();
        listed.delete_markers.into_iter().flatten().filter_map(|marker| marker.version_id).collect()
    }

    /// Returns the body of an object.
    pub(crate) fn get(&self, bucket: &str, key: &str) -> Vec<u8> {
        let got = block_on(self.s3.get_object().bucket(bucket).key(key).send()).unwrap();
        block_on(got.body.collect()).unwrap().to_vec()
    }
}

fn config(url: &str) -> SdkConfig {
    let credentials =
        Credentials::new("replication", "replication-secret", None, None, "the server");
    let address = url.strip_prefix("http://").unwrap().parse().unwrap();
    SdkConfig::builder()
        .behavior_version(aws_sdk_s3::config::BehaviorVersion::latest())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(url)
        .http_client(crate::http::client(address))
        // These wait, and so need a runtime.
        .identity_cache(aws_sdk_s3::config::IdentityCache::no_cache())
        .retry_config(RetryConfig::disabled())
        .timeout_config(TimeoutConfig::disabled())
        .stalled_stream_protection(aws_sdk_s3::config::StalledStreamProtectionConfig::disabled())
        .region(Region::new("eu-central-1"))
        .build()
}

/// Asks until the answer is the wanted one, for ten seconds at most.
pub(crate) fn wait<T: PartialEq + std::fmt::Debug>(wanted: &T, mut question: impl FnMut() -> T) {
    let start = Instant::now();
    let mut answer = question();
    while answer != *wanted && start.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(20));
        answer = question();
    }
    assert_eq!(answer, *wanted);
}
