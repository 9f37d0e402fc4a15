"""The AWS CLI: a tutorial from two buckets to a completion report."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

from server import ACCOUNT, CREDENTIALS, REGION, ROLE, Case, rule


class Tutorial(Case):
    def aws(self, *words, fails=None):
        """Runs a command; returns its JSON."""
        environment = {
            **os.environ,
            "AWS_ACCESS_KEY_ID": CREDENTIALS["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": CREDENTIALS["aws_secret_access_key"],
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.server.url,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_MAX_ATTEMPTS": "1",
        }
        here = pathlib.Path(__file__).parent
        command = [sys.executable, str(here / "aws.py"), *words]
        ran = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=60, cwd=here
        )
        if fails:
            self.assertNotEqual(ran.returncode, 0, ran.stdout)
            self.assertIn(fails, ran.stderr)
            return None
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return json.loads(ran.stdout) if ran.stdout.lstrip().startswith("{") else ran.stdout

    def test_the_tutorial(self):
        # 1. Two buckets with versioning.
        for bucket in "tutorial-source", "tutorial-backup":
            self.aws(
                "s3api", "create-bucket", "--bucket", bucket,
                "--create-bucket-configuration", f"LocationConstraint={REGION}",
            )
        configuration = json.dumps({"Role": ROLE, "Rules": [rule("tax", "tutorial-backup", prefix="Tax")]})
        put = (
            "s3api", "put-bucket-replication", "--bucket", "tutorial-source",
            "--replication-configuration", configuration,
        )
        self.aws(*put, fails="Versioning must be 'Enabled' on the bucket")
        for bucket in "tutorial-source", "tutorial-backup":
            self.aws(
                "s3api", "put-bucket-versioning", "--bucket", bucket,
                "--versioning-configuration", "Status=Enabled",
            )
        with tempfile.TemporaryDirectory() as folder:
            # 2. An object that exists before the configuration.
            (pathlib.Path(folder) / "old.txt").write_text("old")
            (pathlib.Path(folder) / "new.txt").write_text("new" * (4 << 20))
            self.aws("s3", "cp", f"{folder}/old.txt", "s3://tutorial-source/Tax/old.txt")
            # 3. The configuration.
            self.aws(*put)
            got = self.aws("s3api", "get-bucket-replication", "--bucket", "tutorial-source")
            self.assertEqual(got["ReplicationConfiguration"], json.loads(configuration))
            # 4. An object that is replicated: a multipart upload, since it has 12 MiB.
            self.aws("s3", "cp", f"{folder}/new.txt", "s3://tutorial-source/Tax/new.txt")
            # 5. Its statuses.
            self.wait_for_status("COMPLETED", "tutorial-source", "Tax/new.txt")
            head = ("s3api", "head-object", "--key", "Tax/new.txt", "--bucket")
            self.assertEqual(self.aws(*head, "tutorial-backup")["ReplicationStatus"], "REPLICA")
            self.aws("s3", "cp", "s3://tutorial-backup/Tax/new.txt", f"{folder}/back.txt")
            back = (pathlib.Path(folder) / "back.txt").read_text()
            self.assertEqual(back, "new" * (4 << 20))
        # 6. A job for the object that existed before.
        generator = {
            "S3JobManifestGenerator": {
                "SourceBucket": "arn:aws:s3:::tutorial-source",
                "EnableManifestOutput": True,
                "ManifestOutputLocation": {
                    "Bucket": "arn:aws:s3:::tutorial-backup",
                    "ManifestPrefix": "manifests",
                    "ManifestFormat": "S3InventoryReport_CSV_20211130",
                },
                "Filter": {"EligibleForReplication": True, "ObjectReplicationStatuses": ["NONE"]},
            }
        }
        report = {
            "Bucket": "arn:aws:s3:::tutorial-backup", "Prefix": "reports", "Enabled": True,
            "Format": "Report_CSV_20180820", "ReportScope": "AllTasks",
        }
        account = ("--account-id", ACCOUNT)
        job = self.aws(
            "s3control", "create-job", *account, "--confirmation-required", "--priority", "1",
            "--operation", '{"S3ReplicateObject":{}}', "--role-arn", f"arn:aws:iam::{ACCOUNT}:role/batch",
            "--manifest-generator", json.dumps(generator), "--report", json.dumps(report),
        )["JobId"]
        describe = ("s3control", "describe-job", *account, "--job-id", job)
        status = lambda: self.aws(*describe)["Job"]["Status"]
        self.wait("Suspended", status)
        self.assertIn("GeneratedManifestDescriptor", self.aws(*describe)["Job"])
        self.aws(
            "s3control", "update-job-status", *account, "--job-id", job,
            "--requested-job-status", "Ready",
        )
        self.wait("Complete", status)
        self.wait_for_status("COMPLETED", "tutorial-source", "Tax/old.txt")
        # 7. The report, and cleaning up.
        listed = self.aws("s3", "ls", "--recursive", "s3://tutorial-backup/")
        for name in "Tax/old.txt", f"manifests/job-{job}", f"reports/job-{job}/manifest.json":
            self.assertIn(name, listed)
        self.aws("s3api", "delete-bucket-replication", "--bucket", "tutorial-source")
        self.aws(
            "s3api", "get-bucket-replication", "--bucket", "tutorial-source",
            fails="ReplicationConfigurationNotFoundError",
        )
