"""Live replication."""

import datetime
import time

from server import ACCOUNT, Case, rule

KMS_KEY = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"


class Live(Case):
    def pair(self, **options):
        source, destination = self.bucket("photos"), self.bucket("backup")
        self.replicate(source, rule("all", destination, **options))
        return source, destination

    def test_an_object_and_its_replica(self):
        source, destination = self.pair()
        put = self.s3.put_object(
            Bucket=source, Key="a b/ü+&.jpg", Body=b"meow", ContentType="image/jpeg",
            Metadata={"mood": "sleepy"}, Tagging="team=cats",
        )
        self.wait_for_status("COMPLETED", source, "a b/ü+&.jpg")
        got = self.s3.get_object(Bucket=destination, Key="a b/ü+&.jpg")
        self.assertEqual(got["Body"].read(), b"meow")
        self.assertEqual(got["ReplicationStatus"], "REPLICA")
        self.assertEqual(got["VersionId"], put["VersionId"])
        self.assertEqual(got["ETag"], put["ETag"])
        self.assertEqual(got["ContentType"], "image/jpeg")
        self.assertEqual(got["Metadata"], {"mood": "sleepy"})
        original = self.s3.head_object(Bucket=source, Key="a b/ü+&.jpg")
        self.assertEqual(got["LastModified"], original["LastModified"])
        tags = self.s3.get_object_tagging(Bucket=destination, Key="a b/ü+&.jpg")["TagSet"]
        self.assertEqual(tags, [{"Key": "team", "Value": "cats"}])

    def test_objects_that_no_rule_selects(self):
        source, destination = self.pair(prefix="Tax/")
        self.s3.put_object(Bucket=source, Key="tax/doc1.pdf", Body=b"1")
        self.s3.put_object(Bucket=source, Key="Tax/doc1.pdf", Body=b"1")
        self.wait_for_status("COMPLETED", source, "Tax/doc1.pdf")
        self.assertIsNone(self.status(source, "tax/doc1.pdf"))
        self.refused(404, "404", None, self.s3.head_object, Bucket=destination, Key="tax/doc1.pdf")

    def test_objects_from_before_the_configuration(self):
        source, destination = self.bucket("photos"), self.bucket("backup")
        self.s3.put_object(Bucket=source, Key="old", Body=b"1")
        self.replicate(source, rule("all", destination))
        self.s3.put_object(Bucket=source, Key="new", Body=b"1")
        self.wait_for_status("COMPLETED", source, "new")
        self.assertIsNone(self.status(source, "old"))

    def test_priorities_within_a_destination_and_two_destinations(self):
        source = self.bucket("photos")
        near, far = self.bucket("near"), self.bucket("far")
        cold = rule("cold", near, priority=2, prefix="logs/")
        cold["Destination"]["StorageClass"] = "GLACIER"
        self.replicate(source, rule("all", near, priority=1), cold, rule("far", far, priority=3))
        self.s3.put_object(Bucket=source, Key="logs/1", Body=b"1")
        self.s3.put_object(Bucket=source, Key="2", Body=b"1")
        for key, class_ in ("logs/1", "GLACIER"), ("2", None):
            self.wait_for_status("COMPLETED", source, key)
            self.assertEqual(
                self.s3.head_object(Bucket=near, Key=key).get("StorageClass"), class_, key
            )
            self.assertEqual(self.status(far, key), "REPLICA")
        self.refused(
            403, "InvalidObjectState", "The operation is not valid for the object's storage class",
            self.s3.get_object, Bucket=near, Key="logs/1",
        )

    def test_failure(self):
        source, destination = self.pair()
        self.s3.delete_bucket(Bucket=destination)
        self.s3.put_object(Bucket=source, Key="lost", Body=b"1")
        self.wait_for_status("FAILED", source, "lost")

    def test_delete_markers(self):
        for setting, arrives in ("Enabled", True), ("Disabled", False):
            source, destination = self.pair(delete_markers=setting)
            self.s3.put_object(Bucket=source, Key="a", Body=b"1")
            self.wait_for_status("COMPLETED", source, "a")
            marker = self.s3.delete_object(Bucket=source, Key="a")
            self.assertTrue(marker["DeleteMarker"])
            if arrives:
                self.wait(
                    [marker["VersionId"]],
                    lambda: [
                        entry["VersionId"]
                        for entry in self.s3.list_object_versions(Bucket=destination).get(
                            "DeleteMarkers", []
                        )
                    ],
                )
                # A delete marker that is deleted by its ID stays at the destination.
                self.s3.delete_object(Bucket=source, Key="a", VersionId=marker["VersionId"])
            time.sleep(0.3)
            listed = self.s3.list_object_versions(Bucket=destination)
            self.assertEqual(len(listed.get("DeleteMarkers", [])), int(arrives))
            self.assertEqual(len(listed["Versions"]), 1)

    def test_a_deleted_version_stays_at_the_destination(self):
        source, destination = self.pair()
        put = self.s3.put_object(Bucket=source, Key="a", Body=b"1")
        self.wait_for_status("COMPLETED", source, "a")
        self.s3.delete_object(Bucket=source, Key="a", VersionId=put["VersionId"])
        time.sleep(0.3)
        self.assertEqual(self.status(destination, "a"), "REPLICA")

    def test_changes_of_metadata(self):
        source, destination = self.pair()
        self.s3.put_object(Bucket=source, Key="a", Body=b"1")
        self.wait_for_status("COMPLETED", source, "a")
        self.s3.put_object_tagging(
            Bucket=source, Key="a", Tagging={"TagSet": [{"Key": "team", "Value": "tax"}]}
        )
        tags = lambda: self.s3.get_object_tagging(Bucket=destination, Key="a")["TagSet"]
        self.wait([{"Key": "team", "Value": "tax"}], tags)
        self.s3.delete_object_tagging(Bucket=source, Key="a")
        self.wait([], tags)
        self.s3.put_object_acl(Bucket=source, Key="a", ACL="public-read")
        grants = lambda: len(self.s3.get_object_acl(Bucket=destination, Key="a")["Grants"])
        self.wait(2, grants)

    def test_object_lock(self):
        source = self.bucket("photos", ObjectLockEnabledForBucket=True)
        destination = self.bucket("backup")
        self.s3.put_object_lock_configuration(
            Bucket=destination,
            ObjectLockConfiguration={
                "ObjectLockEnabled": "Enabled",
                "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 3}},
            },
        )
        self.replicate(source, rule("all", destination))
        until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=30)
        until = until.replace(microsecond=0)
        self.s3.put_object(
            Bucket=source, Key="a", Body=b"1", ObjectLockMode="COMPLIANCE",
            ObjectLockRetainUntilDate=until,
        )
        self.s3.put_object(Bucket=source, Key="b", Body=b"1")
        self.wait_for_status("COMPLETED", source, "a")
        self.wait_for_status("COMPLETED", source, "b")
        retention = self.s3.get_object_retention(Bucket=destination, Key="a")["Retention"]
        self.assertEqual(retention, {"Mode": "COMPLIANCE", "RetainUntilDate": until})
        default = self.s3.get_object_retention(Bucket=destination, Key="b")["Retention"]
        self.assertEqual(default["Mode"], "GOVERNANCE")
        self.s3.put_object_legal_hold(Bucket=source, Key="b", LegalHold={"Status": "ON"})

        def hold():
            try:
                answer = self.s3.get_object_legal_hold(Bucket=destination, Key="b")
                return answer["LegalHold"]["Status"]
            except self.s3.exceptions.ClientError as error:
                return error.response["Error"]["Code"]

        self.wait("ON", hold)
        version = self.s3.head_object(Bucket=destination, Key="a")["VersionId"]
        self.refused(
            403, "AccessDenied", "Access Denied because object protected by object lock.",
            self.s3.delete_object, Bucket=destination, Key="a", VersionId=version,
        )

    def test_a_destination_without_object_lock(self):
        source = self.bucket("photos", ObjectLockEnabledForBucket=True)
        destination = self.bucket("backup")
        self.replicate(source, rule("all", destination))
        self.s3.put_object(Bucket=source, Key="a", Body=b"1")
        self.wait_for_status("FAILED", source, "a")

    def test_encryption(self):
        source, destination = self.bucket("photos"), self.bucket("backup")
        opt_in = rule("kms", destination, prefix="secret/", priority=2)
        opt_in["SourceSelectionCriteria"] = {"SseKmsEncryptedObjects": {"Status": "Enabled"}}
        opt_in["Destination"]["EncryptionConfiguration"] = {"ReplicaKmsKeyID": KMS_KEY}
        self.replicate(source, rule("all", destination), opt_in)
        kms = {"ServerSideEncryption": "aws:kms"}
        self.s3.put_object(Bucket=source, Key="secret/a", Body=b"1", **kms)
        self.s3.put_object(Bucket=source, Key="b", Body=b"1", **kms)
        self.s3.put_object(Bucket=source, Key="c", Body=b"1")
        self.wait_for_status("COMPLETED", source, "secret/a")
        self.wait_for_status("COMPLETED", source, "c")
        self.assertIsNone(self.status(source, "b"))
        replica = self.s3.head_object(Bucket=destination, Key="secret/a")
        self.assertEqual(replica["ServerSideEncryption"], "aws:kms")
        self.assertEqual(replica["SSEKMSKeyId"], KMS_KEY)
        plain = self.s3.head_object(Bucket=destination, Key="c")
        self.assertEqual(plain["ServerSideEncryption"], "AES256")

    def test_customer_keys(self):
        source, destination = self.pair()
        key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"k" * 32}
        self.s3.put_object(Bucket=source, Key="a", Body=b"1", **key)
        status = lambda bucket: self.s3.head_object(Bucket=bucket, Key="a", **key).get(
            "ReplicationStatus"
        )
        self.wait("COMPLETED", lambda: status(source))
        self.assertEqual(status(destination), "REPLICA")
        got = self.s3.get_object(Bucket=destination, Key="a", **key)
        self.assertEqual(got["Body"].read(), b"1")
        self.refused(400, "InvalidRequest", None, self.s3.get_object, Bucket=source, Key="a")
        other = {**key, "SSECustomerKey": b"x" * 32}
        self.refused(403, "AccessDenied", None, self.s3.get_object, Bucket=source, Key="a", **other)

    def test_default_encryption_of_the_destination(self):
        source, destination = self.pair()
        self.s3.put_bucket_encryption(
            Bucket=source,
            ServerSideEncryptionConfiguration={
                "Rules": [
                    {
                        "ApplyServerSideEncryptionByDefault": {
                            "SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KMS_KEY,
                        },
                        "BucketKeyEnabled": True,
                    }
                ]
            },
        )
        self.s3.put_object(Bucket=source, Key="a", Body=b"1")
        head = self.s3.head_object(Bucket=source, Key="a")
        self.assertEqual((head["SSEKMSKeyId"], head["BucketKeyEnabled"]), (KMS_KEY, True))
        # No rule opts in to SSE-KMS.
        self.assertNotIn("ReplicationStatus", head)
        rules = self.s3.get_bucket_encryption(Bucket=source)["ServerSideEncryptionConfiguration"]
        self.assertEqual(
            rules["Rules"][0]["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"], KMS_KEY
        )
        self.s3.delete_bucket_encryption(Bucket=source)
        self.s3.put_object(Bucket=source, Key="a", Body=b"2")
        self.wait_for_status("COMPLETED", source, "a")

    def test_two_way(self):
        here, there = self.bucket("here"), self.bucket("there")
        sync = {"SourceSelectionCriteria": {"ReplicaModifications": {"Status": "Enabled"}}}
        self.replicate(here, rule("out", there, **sync))
        self.replicate(there, rule("back", here, **sync))
        self.s3.put_object(Bucket=here, Key="a", Body=b"1")
        self.s3.put_object(Bucket=there, Key="b", Body=b"2")
        self.wait_for_status("COMPLETED", here, "a")
        self.wait_for_status("COMPLETED", there, "b")
        self.assertEqual(self.status(there, "a"), "REPLICA")
        self.assertEqual(self.status(here, "b"), "REPLICA")
        # Replica modification sync: a tag of a replica reaches the original.
        tag = {"TagSet": [{"Key": "seen", "Value": "yes"}]}
        self.s3.put_object_tagging(Bucket=there, Key="a", Tagging=tag)
        self.wait(tag["TagSet"], lambda: self.s3.get_object_tagging(Bucket=here, Key="a")["TagSet"])
        time.sleep(0.3)
        for bucket in here, there:
            self.assertEqual(len(self.s3.list_object_versions(Bucket=bucket)["Versions"]), 2)

    def test_copies_and_uploads(self):
        source, destination = self.pair()
        self.s3.put_object(Bucket=source, Key="a", Body=b"1", Metadata={"x": "y"}, Tagging="t=1")
        self.s3.copy_object(Bucket=source, Key="b", CopySource={"Bucket": source, "Key": "a"})
        self.wait_for_status("COMPLETED", source, "b")
        copied = self.s3.head_object(Bucket=destination, Key="b")
        self.assertEqual(copied["Metadata"], {"x": "y"})
        upload = self.s3.create_multipart_upload(Bucket=source, Key="big", Tagging="t=2")
        name = {"Bucket": source, "Key": "big", "UploadId": upload["UploadId"]}
        bodies = b"a" * (5 << 20), b"b" * (6 << 20), b"c"
        parts = [
            {"PartNumber": number, "ETag": self.s3.upload_part(**name, PartNumber=number, Body=body)["ETag"]}
            for number, body in enumerate(bodies, 1)
        ]
        self.assertEqual(len(self.s3.list_parts(**name)["Parts"]), 3)
        done = self.s3.complete_multipart_upload(**name, MultipartUpload={"Parts": parts})
        self.assertTrue(done["ETag"].endswith('-3"'))
        self.wait_for_status("COMPLETED", source, "big")
        got = self.s3.get_object(Bucket=destination, Key="big")
        self.assertEqual(got["ETag"], done["ETag"])
        self.assertEqual(got["Body"].read(), b"".join(bodies))
        middle = f"bytes={(5 << 20) - 2}-{(5 << 20) + 1}"
        part = self.s3.get_object(Bucket=destination, Key="big", Range=middle)
        self.assertEqual(part["Body"].read(), b"aabb")
        self.assertEqual(part["ResponseMetadata"]["HTTPStatusCode"], 206)

    def test_a_configuration_that_is_deleted(self):
        source, destination = self.pair()
        self.s3.delete_bucket_replication(Bucket=source)
        self.s3.put_object(Bucket=source, Key="a", Body=b"1")
        time.sleep(0.3)
        self.assertIsNone(self.status(source, "a"))
        self.assertNotIn("Versions", self.s3.list_object_versions(Bucket=destination))


class Delayed(Case):
    options = ("--delay", "1.5")

    def test_pending_can_be_seen(self):
        source, destination = self.bucket("photos"), self.bucket("backup")
        self.replicate(source, rule("all", destination))
        self.s3.put_object(Bucket=source, Key="a", Body=b"1")
        time.sleep(0.5)
        self.assertEqual(self.status(source, "a"), "PENDING")
        self.refused(404, "404", None, self.s3.head_object, Bucket=destination, Key="a")
        self.wait_for_status("COMPLETED", source, "a")
        self.assertEqual(self.status(destination, "a"), "REPLICA")
