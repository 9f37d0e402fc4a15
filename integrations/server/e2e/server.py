"""A running server, and clients for it."""

import os
import socket
import subprocess
import time
import unittest

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

BINARY = os.environ["S3_REPLICATION_SERVER"]
ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/replication"
REGION = "eu-central-1"
CREDENTIALS = {
    "aws_access_key_id": "replication",
    "aws_secret_access_key": "replication-secret",
}


def resolve_account_hosts():
    """Clients of S3 Control put the account before the host, also before an address."""
    resolve = socket.getaddrinfo

    def getaddrinfo(host, *rest, **named):
        if isinstance(host, str) and host.endswith(".127.0.0.1"):
            host = "127.0.0.1"
        return resolve(host, *rest, **named)

    socket.getaddrinfo = getaddrinfo


resolve_account_hosts()


def client_for(url, credentials, service="s3", region=REGION, **options):
    options = {"retries": {"max_attempts": 1}, "s3": {"addressing_style": "path"}, **options}
    return boto3.client(
        service, endpoint_url=url, region_name=region, config=Config(**options), **credentials
    )


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    def __init__(self, *options, log=subprocess.DEVNULL):
        command = [BINARY, "--listen", "127.0.0.1:0", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("listening on http://127.0.0.1:"):
            raise AssertionError(f"the server said {line!r}")
        self.url = line.split()[-1]
        self.address = self.url.removeprefix("http://")

    def client(self, service="s3", region=REGION, **options):
        return client_for(self.url, CREDENTIALS, service, region, **options)

    def stop(self):
        self.process.terminate()
        code = self.process.wait(20)
        self.process.stdout.close()
        return code

    def kill(self):
        self.process.kill()
        self.process.wait(20)
        self.process.stdout.close()


def rule(name, destination, priority=1, prefix="", delete_markers="Disabled", **more):
    """A rule of a replication configuration."""
    return {
        "ID": name,
        "Priority": priority,
        "Status": "Enabled",
        "Filter": {"Prefix": prefix},
        "DeleteMarkerReplication": {"Status": delete_markers},
        "Destination": {"Bucket": f"arn:aws:s3:::{destination}"},
        **more,
    }


class Case(unittest.TestCase):
    """Tests on a server of their own, with buckets of their own."""

    options = ()

    @classmethod
    def setUpClass(cls):
        cls.server = Server(*cls.options)
        cls.s3 = cls.server.client()
        cls.count = 0

    @classmethod
    def tearDownClass(cls):
        if cls.server.stop() != 0:
            raise AssertionError("the server did not end well")

    def bucket(self, name, versioning="Enabled", **options):
        """Creates a bucket with a name that no other test has."""
        type(self).count += 1
        name = f"{name}-{self.count}"
        self.s3.create_bucket(
            Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION}, **options
        )
        if versioning:
            self.s3.put_bucket_versioning(
                Bucket=name, VersioningConfiguration={"Status": versioning}
            )
        return name

    def replicate(self, source, *rules):
        self.s3.put_bucket_replication(
            Bucket=source, ReplicationConfiguration={"Role": ROLE, "Rules": list(rules)}
        )

    def status(self, bucket, key, **version):
        return self.s3.head_object(Bucket=bucket, Key=key, **version).get("ReplicationStatus")

    def wait(self, wanted, question, seconds=10):
        """Asks until the answer is the wanted one."""
        end = time.monotonic() + seconds
        while (answer := question()) != wanted and time.monotonic() < end:
            time.sleep(0.02)
        self.assertEqual(answer, wanted)

    def wait_for_status(self, wanted, bucket, key, **version):
        self.wait(wanted, lambda: self.status(bucket, key, **version))

    def refused(self, status, code, text, operation, **parameters):
        """Calls an operation that must be refused with this answer."""
        with self.assertRaises(ClientError) as raised:
            operation(**parameters)
        answer = raised.exception.response
        self.assertEqual(
            (answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]), (status, code)
        )
        if text is not None:
            self.assertEqual(answer["Error"]["Message"], text)
        return answer
