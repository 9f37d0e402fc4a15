//! The tutorial: from two buckets over live replication to the completion report of a job.

use aws_sdk_s3::error::ProvideErrorMetadata as _;
use aws_sdk_s3::types::{ReplicationConfiguration as SdkConfiguration, ReplicationStatus};
use aws_sdk_s3control::types::RequestedJobStatus;
use pollster::block_on;
use s3_replication::ReplicationConfiguration;
use s3_replication::batch::completion_report::{Manifest, Reader, TaskStatus};
use s3_replication::batch::job::Status;
use s3_replication::batch::request::JobParser;
use s3_replication::batch::response::JobDescriptor;
use s3_replication_aws_sdk::{configuration, job};

use crate::setup::{ACCOUNT, Server, wait};

#[test]
#[ignore = "needs the binary of the server"]
fn the_tutorial() {
    let server = Server::start(&["--delay", "1"]);
    two_buckets(&server);
    server.put("photos", "Tax/old.txt", b"old");
    the_configuration_and_its_role(&server);
    an_object_is_replicated(&server);
    a_delete_marker_is_replicated(&server);
    let job = a_job_for_the_object_from_before(&server);
    the_report_of_a_job(&server, &job);
}

/// Step 1: two buckets. Step 2: both need versioning.
fn two_buckets(server: &Server) {
    server.bucket("photos");
    server.bucket_without_versioning("backup");
    assert_eq!(put(server, configuration()).unwrap_err(), "InvalidRequest");
    server.enable_versioning("backup");
}

/// Step 3: the role and the configuration. The server refuses what the model refuses.
fn the_configuration_and_its_role(server: &Server) {
    for role in ["", "replication", "arn:aws:iam::123456789012:user/replication"] {
        let mut wrong = configuration();
        role.clone_into(&mut wrong.role);
        let refused = configuration::from_sdk(&wrong).unwrap_err();
        let code = refused.service_error().code.to_string();
        assert_eq!(put(server, wrong).unwrap_err(), code, "{role:?}");
    }
    let absent = block_on(server.s3.get_bucket_replication().bucket("photos").send()).unwrap_err();
    assert_eq!(absent.code(), Some("ReplicationConfigurationNotFoundError"));
    put(server, configuration()).unwrap();
    assert_eq!(server.replication("photos"), configuration());
}

fn configuration() -> SdkConfiguration {
    let model = ReplicationConfiguration::from_json(
        r#"{"Role": "arn:aws:iam::123456789012:role/replication", "Rules": [
            {"ID": "tax", "Status": "Enabled", "Priority": 1, "Filter": {"Prefix": "Tax/"},
             "DeleteMarkerReplication": {"Status": "Enabled"},
             "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
    );
    configuration::to_sdk(&model.unwrap()).unwrap()
}

/// Puts a configuration. Returns the code of the error if S3 refuses it.
fn put(server: &Server, configuration: SdkConfiguration) -> Result<(), String> {
    let put = server.s3.put_bucket_replication().bucket("photos");
    let answer = block_on(put.replication_configuration(configuration).send());
    answer.map(drop).map_err(|error| error.code().unwrap().to_owned())
}

/// Step 4: an object, `PENDING` at first and then `COMPLETED`, and its replica.
fn an_object_is_replicated(server: &Server) {
    let version = server.put("photos", "Tax/new.txt", b"new");
    server.put("photos", "holiday.jpg", b"jpg");
    assert_eq!(server.status("photos", "Tax/new.txt"), Some(ReplicationStatus::Pending));
    assert_eq!(server.status("backup", "Tax/new.txt"), None);
    server.wait_for_status(ReplicationStatus::Completed, "photos", "Tax/new.txt");
    assert_eq!(server.status("backup", "Tax/new.txt"), Some(ReplicationStatus::Replica));
    let replica = server.s3.get_object().bucket("backup").key("Tax/new.txt").version_id(version);
    let body = block_on(block_on(replica.send()).unwrap().body.collect()).unwrap();
    assert_eq!(body.to_vec(), b"new");
    // No rule selects the one, and the other is older than the configuration.
    assert_eq!(server.status("photos", "holiday.jpg"), None);
    assert_eq!(server.status("photos", "Tax/old.txt"), None);
}

/// Step 5: a delete marker.
fn a_delete_marker_is_replicated(server: &Server) {
    let deleted = server.s3.delete_object().bucket("photos").key("Tax/new.txt").send();
    let marker = block_on(deleted).unwrap().version_id.unwrap();
    wait(&vec![marker], || server.delete_markers("backup"));
}

/// Step 6: a job replicates the object from before, when it is confirmed. Returns the job.
fn a_job_for_the_object_from_before(server: &Server) -> JobDescriptor {
    let specification = JobParser::new().parse_json(
        r#"{"AccountId": "123456789012", "ConfirmationRequired": true, "Priority": 10,
            "ClientRequestToken": "one", "RoleArn": "arn:aws:iam::123456789012:role/batch",
            "Operation": {"S3ReplicateObject": {}},
            "Report": {"Enabled": true, "Bucket": "arn:aws:s3:::backup", "Prefix": "reports",
                       "Format": "Report_CSV_20180820", "ReportScope": "AllTasks"},
            "ManifestGenerator": {"S3JobManifestGenerator": {
                "SourceBucket": "arn:aws:s3:::photos", "EnableManifestOutput": false,
                "Filter": {"EligibleForReplication": true, "ObjectReplicationStatuses": ["NONE"]}}}}"#,
    );
    let request = job::to_create_job(&specification.into_specification().unwrap()).unwrap();
    let id = block_on(request.send_with(&server.control)).unwrap().job_id.unwrap();
    wait(&Status::Suspended, || described(server, &id).status);
    assert_eq!(described(server, &id).progress_summary.total_number_of_tasks, 1);
    assert_eq!(server.status("photos", "Tax/old.txt"), None);
    let confirm = server.control.update_job_status().account_id(ACCOUNT).job_id(&id);
    block_on(confirm.requested_job_status(RequestedJobStatus::Ready).send()).unwrap();
    wait(&Status::Complete, || described(server, &id).status);
    assert_eq!(server.status("photos", "Tax/old.txt"), Some(ReplicationStatus::Completed));
    assert_eq!(server.status("backup", "Tax/old.txt"), Some(ReplicationStatus::Replica));
    described(server, &id)
}

fn described(server: &Server, id: &str) -> JobDescriptor {
    let describe = server.control.describe_job().account_id(ACCOUNT).job_id(id).send();
    job::from_job_descriptor(&block_on(describe).unwrap().job.unwrap()).unwrap()
}

/// Step 7: the completion report.
fn the_report_of_a_job(server: &Server, job: &JobDescriptor) {
    let manifest = server.get("backup", &format!("reports/job-{}/manifest.json", job.job_id));
    let mut results = Vec::new();
    for part in Manifest::from_json(manifest).unwrap().results {
        let text = server.get("backup", &part.key);
        results.extend(Reader::new(&*text).collect::<Result<Vec<_>, _>>().unwrap());
    }
    let rows: Vec<_> = results.iter().map(|row| (row.bucket(), row.key(), row.status())).collect();
    assert_eq!(rows, [("photos", "Tax/old.txt", TaskStatus::Succeeded)]);
}
