"""Requests that do not replicate, and refusals: S3's codes, texts and HTTP statuses."""

import asyncio
import base64
import hashlib
import http.client
import itertools
import os
import subprocess
import tempfile
import threading

import boto3
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError, ClientError

from load import peak_memory, presigned_put, put_at_once, put_zeros
from server import BINARY, REGION, ROLE, Case, Server, rule

MALFORMED = "The XML you provided was not well-formed or did not validate against our published schema"


class Requests(Case):
    def test_wrong_configurations(self):
        source, destination = self.bucket("photos"), self.bucket("backup")
        plain = self.bucket("plain", versioning=None)
        put = self.s3.put_bucket_replication

        def wrong(status, code, text, *rules, bucket=source, role=ROLE):
            configuration = {"Role": role, "Rules": list(rules)}
            self.refused(
                status, code, text, put, Bucket=bucket, ReplicationConfiguration=configuration
            )

        good = rule("all", destination)
        wrong(404, "NoSuchBucket", "The specified bucket does not exist", good, bucket="not-there")
        wrong(
            400, "InvalidRequest",
            "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
            good, bucket=plain,
        )
        wrong(
            400, "InvalidRequest", "Destination bucket must have versioning enabled.",
            rule("all", plain),
        )
        wrong(400, "InvalidRequest", "Destination bucket must exist.", rule("all", "not-there"))
        wrong(400, "MalformedXML", MALFORMED)
        wrong(400, "MalformedXML", MALFORMED, {**good, "Status": "enabled"})
        wrong(
            400, "InvalidArgument", "Invalid bucket ARN",
            {**good, "Destination": {"Bucket": destination}},
        )
        without = {name: value for name, value in good.items() if name != "Priority"}
        wrong(400, "InvalidRequest", None, without)
        wrong(400, "InvalidRequest", None, good, rule("other", destination))
        wrong(400, "InvalidArgument", None, rule("all", destination), rule("all", destination, priority=2))
        self.refused(
            404, "ReplicationConfigurationNotFoundError",
            "The replication configuration was not found",
            self.s3.get_bucket_replication, Bucket=source,
        )

    def test_a_configuration_comes_back_as_it_was_put(self):
        source, destination = self.bucket("photos"), self.bucket("backup")
        tagged = rule("tagged", destination, priority=2)
        tagged["Filter"] = {
            "And": {"Prefix": "a & <b>", "Tags": [{"Key": "x", "Value": "1"}, {"Key": "y", "Value": "2"}]}
        }
        rules = [rule("all", destination), tagged]
        self.replicate(source, *rules)
        got = self.s3.get_bucket_replication(Bucket=source)["ReplicationConfiguration"]
        self.assertEqual(got, {"Role": ROLE, "Rules": rules})
        self.s3.delete_bucket_replication(Bucket=source)
        self.refused(
            404, "ReplicationConfigurationNotFoundError", None,
            self.s3.get_bucket_replication, Bucket=source,
        )

    def test_versioning(self):
        bucket = self.bucket("plain", versioning=None)
        self.assertNotIn("Status", self.s3.get_bucket_versioning(Bucket=bucket))
        put = self.s3.put_object(Bucket=bucket, Key="a", Body=b"1")
        self.assertNotIn("VersionId", put)
        self.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        self.s3.put_object(Bucket=bucket, Key="a", Body=b"2")
        self.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
        self.assertEqual(self.s3.get_bucket_versioning(Bucket=bucket)["Status"], "Suspended")
        self.s3.put_object(Bucket=bucket, Key="a", Body=b"3")
        versions = self.s3.list_object_versions(Bucket=bucket)["Versions"]
        self.assertEqual([entry["Size"] for entry in versions], [1, 1])
        self.assertEqual([entry["VersionId"] == "null" for entry in versions], [True, False])
        destination = self.bucket("backup")
        self.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        self.replicate(bucket, rule("all", destination))
        self.refused(
            409, "InvalidBucketState",
            "A replication configuration is present on this bucket, so you cannot change the "
            "versioning state. To change the versioning state, first delete the replication "
            "configuration.",
            self.s3.put_bucket_versioning, Bucket=bucket,
            VersioningConfiguration={"Status": "Suspended"},
        )

    def test_buckets(self):
        bucket = self.bucket("photos")
        self.assertIn(bucket, [entry["Name"] for entry in self.s3.list_buckets()["Buckets"]])
        self.refused(
            409, "BucketAlreadyOwnedByYou",
            "Your previous request to create the named bucket succeeded and you already own it.",
            self.s3.create_bucket, Bucket=bucket,
            CreateBucketConfiguration={"LocationConstraint": "eu-central-1"},
        )
        self.s3.put_object(Bucket=bucket, Key="a", Body=b"1")
        self.refused(
            409, "BucketNotEmpty",
            "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
            self.s3.delete_bucket, Bucket=bucket,
        )
        self.refused(404, "404", None, self.s3.head_bucket, Bucket="not-there")
        self.refused(
            404, "ObjectLockConfigurationNotFoundError",
            "Object Lock configuration does not exist for this bucket",
            self.s3.get_object_lock_configuration, Bucket=bucket,
        )
        default = self.s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
        self.assertEqual(
            default["Rules"][0]["ApplyServerSideEncryptionByDefault"], {"SSEAlgorithm": "AES256"}
        )

    def test_objects_that_are_not_there(self):
        bucket = self.bucket("photos")
        get = self.s3.get_object
        self.refused(404, "NoSuchBucket", None, get, Bucket="not-there", Key="a")
        self.refused(404, "NoSuchKey", "The specified key does not exist.", get, Bucket=bucket, Key="a")
        put = self.s3.put_object(Bucket=bucket, Key="a", Body=b"1")
        other = "0" * 32
        self.refused(404, "NoSuchVersion", None, get, Bucket=bucket, Key="a", VersionId=other)
        marker = self.s3.delete_object(Bucket=bucket, Key="a")
        self.assertNotEqual(marker["VersionId"], put["VersionId"])
        answer = self.refused(404, "NoSuchKey", None, get, Bucket=bucket, Key="a")
        headers = answer["ResponseMetadata"]["HTTPHeaders"]
        self.assertEqual(headers["x-amz-delete-marker"], "true")
        self.refused(
            405, "MethodNotAllowed", "The specified method is not allowed against this resource.",
            get, Bucket=bucket, Key="a", VersionId=marker["VersionId"],
        )
        self.refused(
            404, "NoSuchKey", None, self.s3.copy_object,
            Bucket=bucket, Key="b", CopySource={"Bucket": bucket, "Key": "a"},
        )

    def test_conditions_and_ranges(self):
        bucket = self.bucket("photos")
        put = self.s3.put_object(Bucket=bucket, Key="a", Body=b"0123456789")
        name = {"Bucket": bucket, "Key": "a"}
        self.refused(304, "304", None, self.s3.get_object, **name, IfNoneMatch=put["ETag"])
        self.refused(412, "PreconditionFailed", None, self.s3.get_object, **name, IfMatch='"x"')
        self.refused(
            412, "PreconditionFailed", None, self.s3.put_object, **name, Body=b"", IfNoneMatch="*"
        )
        self.assertEqual(self.s3.get_object(**name, Range="bytes=-3")["Body"].read(), b"789")
        self.assertEqual(self.s3.get_object(**name, Range="bytes=2-3")["ContentRange"], "bytes 2-3/10")
        self.refused(416, "InvalidRange", None, self.s3.get_object, **name, Range="bytes=10-")

    def test_tags_and_words(self):
        bucket = self.bucket("photos")
        put = self.s3.put_object
        self.refused(400, "InvalidTag", None, put, Bucket=bucket, Key="a", Tagging="=1")
        self.refused(400, "InvalidArgument", None, put, Bucket=bucket, Key="a", Tagging="a=1&a=2")
        many = "&".join(f"t{number}=1" for number in range(11))
        self.refused(
            400, "BadRequest", "Object tags cannot be greater than 10",
            put, Bucket=bucket, Key="a", Tagging=many,
        )
        self.refused(
            400, "InvalidStorageClass", "The storage class you specified is not valid",
            put, Bucket=bucket, Key="a", StorageClass="COLD",
        )
        self.refused(
            400, "InvalidRequest", "Bucket is missing Object Lock Configuration",
            put, Bucket=bucket, Key="a", ObjectLockLegalHoldStatus="ON",
        )
        self.refused(400, "KeyTooLongError", "Your key is too long", put, Bucket=bucket, Key="k" * 1025)
        self.refused(
            400, "MetadataTooLarge", None, put, Bucket=bucket, Key="a", Metadata={"m": "x" * 2048}
        )

    def test_deleting_many(self):
        bucket = self.bucket("photos")
        for number in range(3):
            self.s3.put_object(Bucket=bucket, Key=f"k{number}", Body=b"1")
        deleted = self.s3.delete_objects(
            Bucket=bucket, Delete={"Objects": [{"Key": f"k{number}"} for number in range(3)]}
        )
        self.assertTrue(all(entry["DeleteMarker"] for entry in deleted["Deleted"]))
        listed = self.s3.list_object_versions(Bucket=bucket)
        everything = [
            {"Key": entry["Key"], "VersionId": entry["VersionId"]}
            for entry in listed["Versions"] + listed["DeleteMarkers"]
        ]
        self.s3.delete_objects(Bucket=bucket, Delete={"Objects": everything, "Quiet": True})
        self.s3.delete_bucket(Bucket=bucket)
        self.refused(
            400, "MalformedXML", MALFORMED, self.s3.delete_objects, Bucket=self.bucket("photos"),
            Delete={"Objects": [{"Key": str(number)} for number in range(10_000)]},
        )

    def test_listings_page_by_page(self):
        bucket = self.bucket("photos")
        keys = sorted(["a", "b/1", "b/2", "b/3", "c d", "c+d", "ü/1", "z"])
        for key in keys:
            for body in b"1", b"22":
                self.s3.put_object(Bucket=bucket, Key=key, Body=body)
        self.s3.delete_object(Bucket=bucket, Key="z")
        for size in 1, 2, 3, 1000:
            pages = self.s3.get_paginator("list_objects_v2").paginate(
                Bucket=bucket, PaginationConfig={"PageSize": size}
            )
            found = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
            self.assertEqual(found, keys[:-2] + keys[-1:] if keys[-1] != "z" else keys[:-1], size)
            pages = self.s3.get_paginator("list_object_versions").paginate(
                Bucket=bucket, PaginationConfig={"PageSize": size}
            )
            entries = [
                entry
                for page in pages
                for entry in page.get("Versions", []) + page.get("DeleteMarkers", [])
            ]
            self.assertEqual(len(entries), 2 * len(keys) + 1, size)
            self.assertEqual(sum(entry["IsLatest"] for entry in entries), len(keys), size)
            pages = self.s3.get_paginator("list_objects_v2").paginate(
                Bucket=bucket, Delimiter="/", PaginationConfig={"PageSize": size}
            )
            common = [
                entry["Prefix"] for page in pages for entry in page.get("CommonPrefixes", [])
            ]
            self.assertEqual(common, ["b/", "ü/"], size)
        got = self.s3.list_objects_v2(Bucket=bucket, Prefix="b/", StartAfter="b/1")
        self.assertEqual([entry["Key"] for entry in got["Contents"]], ["b/2", "b/3"])
        self.assertEqual(self.s3.list_objects_v2(Bucket=bucket, MaxKeys=0)["KeyCount"], 0)

    def test_uploads_that_go_wrong(self):
        bucket = self.bucket("photos")
        upload = self.s3.create_multipart_upload(Bucket=bucket, Key="big")
        name = {"Bucket": bucket, "Key": "big", "UploadId": upload["UploadId"]}
        part = self.s3.upload_part(**name, PartNumber=1, Body=b"1")["ETag"]
        last = self.s3.upload_part(**name, PartNumber=2, Body=b"2")["ETag"]
        complete = self.s3.complete_multipart_upload
        one, two = {"PartNumber": 1, "ETag": part}, {"PartNumber": 2, "ETag": last}
        self.refused(400, "EntityTooSmall", None, complete, **name, MultipartUpload={"Parts": [one, two]})
        self.refused(400, "InvalidPartOrder", None, complete, **name, MultipartUpload={"Parts": [two, one]})
        wrong = {"PartNumber": 1, "ETag": last}
        self.refused(400, "InvalidPart", None, complete, **name, MultipartUpload={"Parts": [wrong]})
        self.s3.abort_multipart_upload(**name)
        self.refused(404, "NoSuchUpload", None, complete, **name, MultipartUpload={"Parts": [one]})
        self.refused(404, "NoSuchUpload", None, self.s3.upload_part, **name, PartNumber=1, Body=b"")

    def test_strangers(self):
        for credentials, code in (
            ({"aws_access_key_id": "nobody", "aws_secret_access_key": "x"}, "InvalidAccessKeyId"),
            ({"aws_access_key_id": "replication", "aws_secret_access_key": "x"}, "SignatureDoesNotMatch"),
        ):
            stranger = boto3.client(
                "s3", endpoint_url=self.server.url, region_name="us-east-1", **credentials
            )
            answer = self.refused(403, code, None, stranger.list_buckets)
            self.assertTrue(answer["Error"]["Message"])
            self.assertTrue(answer["ResponseMetadata"]["RequestId"])

    def test_any_region(self):
        west = self.server.client(region="us-west-2")
        west.create_bucket(Bucket="in-the-west")
        self.assertEqual(west.get_bucket_location(Bucket="in-the-west")["LocationConstraint"], "us-west-2")
        old = self.server.client(region="us-east-1")
        # The oldest Region repeats its answer about a bucket of one's own.
        old.create_bucket(Bucket="in-the-east")
        old.create_bucket(Bucket="in-the-east")


class Faults(Case):
    """Bad input and faults: an error of S3 or a clear one, and nothing acknowledged is lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The other tests of this class run while this body hangs.
        cls.s3.create_bucket(Bucket="hanging", CreateBucketConfiguration={"LocationConstraint": REGION})
        cls.hanging = http.client.HTTPConnection(cls.server.address, timeout=60)
        cls.hanging.putrequest("PUT", presigned_put(cls.s3, "hanging", "half"))
        cls.hanging.putheader("Content-Length", "1000")
        cls.hanging.endheaders()
        cls.hanging.send(b"x" * 500)

    def test_the_body_that_hangs(self):
        answer = self.hanging.getresponse()
        self.assertEqual(answer.status, 400)
        self.assertIn(b"<Code>RequestTimeout</Code>", answer.read())
        self.hanging.close()
        self.assertEqual(self.s3.list_objects_v2(Bucket="hanging")["KeyCount"], 0)

    def test_wrong_digests(self):
        bucket = self.bucket("photos")
        other = base64.b64encode(hashlib.md5(b"other").digest()).decode()
        put = self.s3.put_object
        self.refused(400, "BadDigest", None, put, Bucket=bucket, Key="a", Body=b"1", ContentMD5=other)
        self.refused(400, "InvalidDigest", None, put, Bucket=bucket, Key="a", Body=b"1", ContentMD5="x")
        self.refused(
            400, "BadDigest", None, put, Bucket=bucket, Key="a", Body=b"1", ChecksumSHA256=base64.b64encode(b"0" * 32).decode()
        )
        self.assertEqual(self.s3.list_objects_v2(Bucket=bucket)["KeyCount"], 0)
        # CRC32C and CRC64NVME need a library that botocore does not bring.
        for algorithm in "CRC32", "SHA1", "SHA256":
            put(Bucket=bucket, Key="a", Body=b"1", ChecksumAlgorithm=algorithm)
            head = self.s3.head_object(Bucket=bucket, Key="a", ChecksumMode="ENABLED")
            self.assertIn(f"Checksum{algorithm}", head)

    def test_half_a_body(self):
        bucket = self.bucket("photos")
        connection = http.client.HTTPConnection(self.server.address, timeout=10)
        connection.putrequest("PUT", presigned_put(self.s3, bucket, "half"))
        connection.putheader("Content-Length", "1000")
        connection.endheaders()
        connection.send(b"x" * 500)
        connection.close()
        self.s3.put_object(Bucket=bucket, Key="whole", Body=b"1")
        found = [entry["Key"] for entry in self.s3.list_objects_v2(Bucket=bucket)["Contents"]]
        self.assertEqual(found, ["whole"])

    def test_odd_keys(self):
        bucket, backup = self.bucket("photos"), self.bucket("backup")
        self.replicate(bucket, rule("all", backup))
        keys = ["a/../b", "../x", "..", "./a", "a//b", "/a", "a/", "%2F", "a%00b", "a\0b", "\x7f", "k" * 1024, " ", "ключ", "a\nb", "?x=y&z"]
        for key in keys:
            self.s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
        for key in keys:
            self.wait_for_status("COMPLETED", bucket, key)
            self.assertEqual(self.s3.get_object(Bucket=backup, Key=key)["Body"].read(), key.encode())
        listed = self.s3.list_objects_v2(Bucket=backup)["Contents"]
        self.assertEqual(sorted(entry["Key"] for entry in listed), sorted(keys))

    def test_a_configuration_that_is_too_long_or_no_text(self):
        bucket = self.bucket("photos")
        request = AWSRequest("PUT", f"{self.server.url}/{bucket}?replication")
        S3SigV4QueryAuth(
            Credentials("replication", "replication-secret"), "s3", "eu-central-1"
        ).add_auth(request)
        url = request.url
        for body, code in (b"x" * (3 << 20), b"MaxMessageLengthExceeded"), (b"\xff\xfe\xfd", b"MalformedXML"), (b"", b"MalformedXML"):
            connection = http.client.HTTPConnection(self.server.address, timeout=10)
            try:
                connection.request("PUT", url.removeprefix(self.server.url), body=body)
                answer = connection.getresponse()
                self.assertEqual(answer.status, 400)
                self.assertIn(code, answer.read())
            except (BrokenPipeError, ConnectionResetError):
                # The server answered, and closed before it had read everything.
                self.assertGreater(len(body), 2 << 20)
            finally:
                connection.close()

    def test_large_bodies_are_not_in_memory(self):
        bucket, backup = self.bucket("photos"), self.bucket("backup")
        self.replicate(bucket, rule("all", backup))
        size = 64 << 20

        def put(key):
            self.assertEqual(put_zeros(self.server, presigned_put(self.s3, bucket, key), size), 200)

        threads = [threading.Thread(target=put, args=(f"large{number}",)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for number in range(4):
            self.wait_for_status("COMPLETED", bucket, f"large{number}")
        body = self.s3.get_object(Bucket=backup, Key="large3")["Body"]
        self.assertEqual(sum(len(chunk) for chunk in body.iter_chunks(1 << 20)), size)
        self.assertLess(peak_memory(self.server), 4 * (size >> 20))

    def test_a_thousand_objects_at_once(self):
        bucket, backup = self.bucket("photos"), self.bucket("backup")
        self.replicate(bucket, rule("all", backup))
        paths = [presigned_put(self.s3, bucket, f"k{number:04}") for number in range(1000)]
        statuses = asyncio.run(put_at_once(self.server.address, paths, b"x" * 1000))
        self.assertEqual(statuses, {b"HTTP/1.1 200 OK\r\n"})
        count = lambda: self.s3.list_objects_v2(Bucket=backup)["KeyCount"]
        self.wait(1000, count, seconds=30)
        statuses = {self.status(bucket, f"k{number:04}") for number in range(0, 1000, 97)}
        self.assertEqual(statuses, {"COMPLETED"})


class Restarts(Case):
    """A data folder survives."""

    def test_a_server_that_is_killed_under_load(self):
        acknowledged = {}

        def put(s3, bucket, name, size):
            for number in itertools.count():
                key = f"{name}-{number}"
                body = key.encode().ljust(size, b".")
                try:
                    s3.put_object(Bucket=bucket, Key=key, Body=body)
                except (BotoCoreError, ClientError):
                    return
                acknowledged[key] = body

        with tempfile.TemporaryDirectory() as folder:
            server = Server("--data", folder)
            self.addCleanup(server.kill)
            self.s3 = server.client()
            source, backup = self.bucket("photos"), self.bucket("backup")
            self.replicate(source, rule("all", backup))
            sizes = {"small": 10, "medium": 100_000, "large": 9 << 20}
            threads = [
                threading.Thread(target=put, args=(self.s3, source, name, size)) for name, size in sizes.items()
            ]
            for thread in threads:
                thread.start()
            self.wait(True, lambda: all(f"{name}-0" in acknowledged for name in sizes), seconds=30)
            server.kill()
            for thread in threads:
                thread.join()
            server = Server("--data", folder)
            self.addCleanup(server.kill)
            self.s3 = server.client()
            pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=source)
            kept = {entry["Key"]: entry["Size"] for page in pages for entry in page["Contents"]}
            for key, body in acknowledged.items():
                self.assertEqual(kept.get(key), len(body), key)
            for key in list(acknowledged)[-20:]:
                self.wait_for_status("COMPLETED", source, key)
                got = self.s3.get_object(Bucket=backup, Key=key)
                self.assertEqual(got["Body"].read(), acknowledged[key])
        self.s3 = self.server.client()

    def test_a_refused_body_leaves_no_file(self):
        with tempfile.TemporaryDirectory() as folder:
            server = Server("--data", folder)
            self.addCleanup(server.kill)
            s3 = self.s3 = server.client()
            path = presigned_put(s3, self.bucket("photos"), "a")
            other = base64.b64encode(hashlib.md5(b"other").digest()).decode()
            for status, headers, files in (
                (400, {"Content-MD5": other}, 0), (200, {}, 1), (412, {"If-None-Match": "*"}, 1)
            ):
                self.assertEqual(put_zeros(server, path, 9 << 20, **headers), status)
                self.assertEqual(len(os.listdir(f"{folder}/bodies")), files)
        self.s3 = self.server.client()

    def test_a_killed_server_has_lost_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            server = Server("--data", folder)
            s3 = self.s3 = server.client()
            source, backup = self.bucket("photos"), self.bucket("backup")
            self.replicate(source, rule("all", backup))
            large = bytes(range(256)) * (40 << 10)
            put = s3.put_object(Bucket=source, Key="large", Body=large)
            s3.put_object(Bucket=source, Key="small", Body=b"1", Tagging="a=b")
            self.wait_for_status("COMPLETED", source, "small")
            self.wait_for_status("COMPLETED", source, "large")
            before = s3.list_object_versions(Bucket=backup)["Versions"]
            refused = subprocess.run(
                [BINARY, "--listen", "127.0.0.1:0", "--data", folder], capture_output=True, text=True, timeout=20
            )
            self.assertEqual(refused.returncode, 2)
            self.assertIn("another server uses this folder", refused.stderr)
            server.kill()
            # A line that was not written completely belongs to no answered request.
            with open(f"{folder}/journal.jsonl", "ab") as journal:
                journal.write(b'{"At":"2026-11-29T00:00:00Z","Comm')
            server = Server("--data", folder)
            s3 = self.s3 = server.client()
            self.assertEqual(s3.list_object_versions(Bucket=backup)["Versions"], before)
            got = s3.get_object(Bucket=backup, Key="large")
            self.assertEqual(got["Body"].read(), large)
            self.assertEqual(got["VersionId"], put["VersionId"])
            self.assertEqual(self.status(source, "small"), "COMPLETED")
            s3.put_object(Bucket=source, Key="after", Body=b"1")
            self.wait_for_status("COMPLETED", source, "after")
            self.assertEqual(server.stop(), 0)
            with open(f"{folder}/journal.jsonl", "r+b") as journal:
                journal.seek(200)
                journal.write(b"\x00")
            damaged = subprocess.run(
                [BINARY, "--listen", "127.0.0.1:0", "--data", folder], capture_output=True, text=True, timeout=20
            )
            self.assertEqual(damaged.returncode, 2)
            self.assertIn("the journal is damaged", damaged.stderr)
        self.s3 = self.server.client()
