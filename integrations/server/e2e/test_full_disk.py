"""A full disk: a clear answer, and nothing acknowledged is lost."""

import os
import subprocess
import sys
import tempfile

from botocore.exceptions import ClientError

from server import Case, Server, rule

SIZE = 24 << 20


class FullDisk(Case):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(os.rmdir, self.folder)
        mount = ("mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", self.folder)
        try:
            subprocess.run(mount, capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            text = f"no test of a full disk: {error} {getattr(error, 'stderr', '')}".strip()
            print(text, file=sys.stderr)
            self.skipTest(text)
        self.addCleanup(subprocess.run, ("umount", self.folder), check=True)
        self.data = f"{self.folder}/data"
        self.ballast = f"{self.folder}/ballast"
        self.acknowledged = {}

    def start(self):
        server = Server("--data", self.data)
        self.addCleanup(server.kill)
        self.s3 = server.client(retries={"max_attempts": 0})
        # After a body that it refused unread, the server ends the connection, which a client may reuse.
        self.reading = server.client()
        return server

    def put(self, key, body):
        """Returns the error, if the object is refused."""
        try:
            self.s3.put_object(Bucket=self.source, Key=key, Body=body)
        except ClientError as error:
            self.assertEqual(error.response["ResponseMetadata"]["HTTPStatusCode"], 500)
            return error.response["Error"]
        self.acknowledged[key] = body
        return None

    def fill(self):
        """Leaves no free byte, except in pages of other files."""
        with open(self.ballast, "ab", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(bytes(4096))
            except OSError:
                pass
        for number in range(100):
            if refused := self.put(f"last-{number}", b"1"):
                return refused
        self.fail("the disk is not full")

    def stored(self):
        """Returns the objects of the source."""
        listed = self.reading.list_objects_v2(Bucket=self.source)["Contents"]
        read = lambda key: self.reading.get_object(Bucket=self.source, Key=key)["Body"].read()
        return {entry["Key"]: read(entry["Key"]) for entry in listed}

    def test_a_full_disk(self):
        server = self.start()
        self.source, self.backup = self.bucket("photos"), self.bucket("backup")
        self.replicate(self.source, rule("all", self.backup))
        self.put("in-the-journal", b"x" * (1 << 20))
        self.put("in-a-file", b"y" * (9 << 20))
        refused = self.fill()
        self.assertEqual(refused["Code"], "InternalError")
        self.assertIn("No space left on device", refused["Message"])
        self.large_bodies_are_refused_and_removed()
        self.assertEqual(self.stored(), self.acknowledged)
        server.kill()
        # The disk is as full as before.
        self.start().kill()
        server = self.start()
        self.assertEqual(self.stored(), self.acknowledged)
        self.assertIsNotNone(self.put("still-full", b"x" * 5000))
        os.remove(self.ballast)
        self.assertIsNone(self.put("space-again", b"1"))
        server.kill()
        server = self.start()
        self.assertEqual(self.stored(), self.acknowledged)
        for key, body in self.acknowledged.items():
            self.wait_for_status("COMPLETED", self.source, key)
            got = self.s3.get_object(Bucket=self.backup, Key=key)
            self.assertEqual(got["Body"].read(), body)
        self.assertEqual(server.stop(), 0)

    def large_bodies_are_refused_and_removed(self):
        files = os.listdir(f"{self.data}/bodies")
        self.assertEqual(len(files), 1)
        refused = self.put("large", b"z" * (9 << 20))
        self.assertEqual(refused["Code"], "InternalError")
        self.assertIn("No space left on device", refused["Message"])
        self.assertEqual(os.listdir(f"{self.data}/bodies"), files)
