"""S3 Batch Replication: jobs of S3 Control."""

import csv
import io
import json

from server import ACCOUNT, Case, rule

BATCH_ROLE = f"arn:aws:iam::{ACCOUNT}:role/batch"


class Jobs(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.control = cls.server.client("s3control")

    def existing(self):
        """Two buckets with a configuration that is younger than the objects."""
        source, destination = self.bucket("photos"), self.bucket("backup")
        for key in "a", "b", "c":
            self.s3.put_object(Bucket=source, Key=key, Body=key.encode())
        self.replicate(source, rule("all", destination))
        return source, destination

    def create(self, source, reports, confirm=False, **more):
        generator = {
            "S3JobManifestGenerator": {
                "SourceBucket": f"arn:aws:s3:::{source}",
                "EnableManifestOutput": False,
                "Filter": {"EligibleForReplication": True, "ObjectReplicationStatuses": ["NONE", "FAILED"]},
            }
        }
        job = {
            "AccountId": ACCOUNT,
            "ConfirmationRequired": confirm,
            "Operation": {"S3ReplicateObject": {}},
            "Priority": 10,
            "RoleArn": BATCH_ROLE,
            "Report": {
                "Enabled": True,
                "Bucket": f"arn:aws:s3:::{reports}",
                "Prefix": "reports",
                "Format": "Report_CSV_20180820",
                "ReportScope": "AllTasks",
            },
            "ManifestGenerator": generator,
            **more,
        }
        if "Manifest" in more:
            del job["ManifestGenerator"]
        return self.control.create_job(**job)["JobId"]

    def job(self, job):
        return self.control.describe_job(AccountId=ACCOUNT, JobId=job)["Job"]

    def report(self, bucket, job):
        """Returns the rows of a completion report."""
        document = self.s3.get_object(Bucket=bucket, Key=f"reports/job-{job}/manifest.json")
        rows = []
        for part in json.loads(document["Body"].read())["Results"]:
            text = self.s3.get_object(Bucket=part["Bucket"], Key=part["Key"])["Body"].read()
            rows += csv.reader(io.StringIO(text.decode()))
        return rows

    def test_from_creation_over_confirmation_to_the_report(self):
        source, destination = self.existing()
        reports = self.bucket("reports")
        job = self.create(source, reports, confirm=True, Description="all of it")
        self.wait("Suspended", lambda: self.job(job)["Status"])
        described = self.job(job)
        self.assertEqual(described["Description"], "all of it")
        self.assertEqual(described["ProgressSummary"]["TotalNumberOfTasks"], 3)
        self.assertIsNone(self.status(source, "a"))
        self.control.update_job_priority(AccountId=ACCOUNT, JobId=job, Priority=42)
        updated = self.control.update_job_status(
            AccountId=ACCOUNT, JobId=job, RequestedJobStatus="Ready", StatusUpdateReason="go"
        )
        self.assertIn(updated["Status"], ("Ready", "Active"))
        self.wait("Complete", lambda: self.job(job)["Status"])
        described = self.job(job)
        self.assertEqual(described["Priority"], 42)
        self.assertEqual(described["ProgressSummary"]["NumberOfTasksSucceeded"], 3)
        for key in "a", "b", "c":
            self.assertEqual(self.status(source, key), "COMPLETED")
            self.assertEqual(self.status(destination, key), "REPLICA")
        rows = self.report(reports, job)
        self.assertEqual(sorted((row[1], row[3]) for row in rows), [(key, "succeeded") for key in "abc"])
        listed = self.control.list_jobs(AccountId=ACCOUNT, JobStatuses=["Complete"])["Jobs"]
        self.assertIn(job, [entry["JobId"] for entry in listed])

    def test_a_manifest_of_the_caller(self):
        source, destination = self.existing()
        reports = self.bucket("reports")
        version = self.s3.head_object(Bucket=source, Key="a")["VersionId"]
        manifest = f"{source},a,{version}\n{source},missing,{version}\n"
        put = self.s3.put_object(Bucket=reports, Key="manifest.csv", Body=manifest.encode())
        job = self.create(
            source, reports,
            Manifest={
                "Spec": {"Format": "S3BatchOperations_CSV_20180820", "Fields": ["Bucket", "Key", "VersionId"]},
                "Location": {"ObjectArn": f"arn:aws:s3:::{reports}/manifest.csv", "ETag": put["ETag"].strip('"')},
            },
        )
        self.wait("Complete", lambda: self.job(job)["Status"])
        progress = self.job(job)["ProgressSummary"]
        self.assertEqual((progress["NumberOfTasksSucceeded"], progress["NumberOfTasksFailed"]), (1, 1))
        self.assertEqual(self.status(source, "a"), "COMPLETED")
        self.assertIsNone(self.status(source, "b"))
        self.assertEqual(self.status(destination, "a"), "REPLICA")

    def test_a_failed_object_is_replicated_again(self):
        source, destination = self.bucket("photos"), self.bucket("backup")
        self.replicate(source, rule("all", destination))
        self.s3.delete_bucket(Bucket=destination)
        self.s3.put_object(Bucket=source, Key="a", Body=b"1")
        self.wait_for_status("FAILED", source, "a")
        self.s3.create_bucket(
            Bucket=destination,
            CreateBucketConfiguration={"LocationConstraint": "eu-central-1"},
        )
        self.s3.put_bucket_versioning(
            Bucket=destination, VersioningConfiguration={"Status": "Enabled"}
        )
        job = self.create(source, source)
        self.wait("Complete", lambda: self.job(job)["Status"])
        self.assertEqual(self.status(source, "a"), "COMPLETED")

    def test_cancelling(self):
        source, _ = self.existing()
        job = self.create(source, source, confirm=True)
        self.wait("Suspended", lambda: self.job(job)["Status"])
        self.control.update_job_status(AccountId=ACCOUNT, JobId=job, RequestedJobStatus="Cancelled")
        self.wait("Cancelled", lambda: self.job(job)["Status"])
        self.assertIsNone(self.status(source, "a"))
        self.refused(
            400, "JobStatusException", None, self.control.update_job_status,
            AccountId=ACCOUNT, JobId=job, RequestedJobStatus="Ready",
        )

    def test_a_job_that_fails(self):
        lonely = self.bucket("lonely")
        job = self.create(lonely, lonely)
        self.wait("Failed", lambda: self.job(job)["Status"])
        self.assertTrue(self.job(job)["FailureReasons"])

    def test_refusals(self):
        source, _ = self.existing()
        unknown = "00e123a4-c0d8-41f4-a0eb-b46f9ba5b07c"
        self.refused(
            400, "NotFoundException", None, self.control.describe_job, AccountId=ACCOUNT, JobId=unknown
        )
        job = self.create(source, source, confirm=True, ClientRequestToken="one")
        self.assertEqual(self.create(source, source, confirm=True, ClientRequestToken="one"), job)
        self.refused(
            400, "IdempotencyException", None, self.control.create_job,
            AccountId=ACCOUNT, ConfirmationRequired=False, Operation={"S3ReplicateObject": {}},
            Priority=1, RoleArn=BATCH_ROLE, Report={"Enabled": False}, ClientRequestToken="one",
            ManifestGenerator={"S3JobManifestGenerator": {
                "SourceBucket": f"arn:aws:s3:::{source}", "EnableManifestOutput": False}},
        )
        # A job is of an account and a Region.
        other = self.server.client("s3control", region="us-west-2")
        self.refused(400, "NotFoundException", None, other.describe_job, AccountId=ACCOUNT, JobId=job)
        self.assertEqual(other.list_jobs(AccountId=ACCOUNT)["Jobs"], [])
