"""The process: options, log, metrics and the end."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

from server import BINARY, Server, rule, ROLE


def run(*words):
    return subprocess.run([BINARY, *words], capture_output=True, text=True, timeout=30)


class Process(unittest.TestCase):
    def test_wrong_options(self):
        for words, text in (
            (("--listen", "0.0.0.0:0"), "--allow-remote"),
            (("--listen", "nowhere"), "--listen"),
            (("--dialect", "awz"), "awz"),
            (("--delay=-1",), "--delay"),
            (("--data", "/dev/null/folder"), "/dev/null/folder"),
        ):
            ran = run(*words)
            self.assertEqual((ran.returncode, ran.stdout), (2, ""), words)
            self.assertIn(text, ran.stderr)
            self.assertNotIn("panicked", ran.stderr)

    def test_help_names_the_credentials(self):
        self.assertIn("replication-secret", run("--help").stdout)

    def test_an_address_in_use(self):
        server = Server()
        ran = run("--listen", server.url.removeprefix("http://"))
        self.assertEqual(ran.returncode, 2)
        self.assertIn("cannot listen", ran.stderr)
        self.assertEqual(server.stop(), 0)

    def test_the_example(self):
        server = Server("--delay", "1")
        self.addCleanup(server.kill)
        example = pathlib.Path(__file__).parents[1] / "examples" / "tutorial.py"
        ran = subprocess.run(
            [sys.executable, str(example), server.url], capture_output=True, text=True, timeout=30
        )
        self.assertEqual(ran.returncode, 0, ran.stderr)
        lines = ran.stdout.splitlines()
        self.assertEqual(lines[0], "photos/Tax/doc1.pdf PENDING")
        self.assertEqual(
            lines[-3:],
            ["photos/Tax/doc1.pdf COMPLETED", "backup/Tax/doc1.pdf REPLICA STANDARD_IA", "photos/holiday.jpg None"],
        )

    def test_log_and_metrics(self):
        with tempfile.TemporaryFile("w+") as log:
            server = Server(
                "--log-level", "info", "--log-format", "json", "--metrics", "127.0.0.1:0", log=log
            )
            self.addCleanup(server.kill)
            s3 = server.client(region="us-east-1")
            for bucket in "photos", "backup":
                s3.create_bucket(Bucket=bucket)
                s3.put_bucket_versioning(
                    Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
                )
            configuration = {"Role": ROLE, "Rules": [rule("all", "backup")]}
            s3.put_bucket_replication(Bucket="photos", ReplicationConfiguration=configuration)
            s3.put_object(Bucket="photos", Key="secret-key", Body=b"1")
            while s3.head_object(Bucket="photos", Key="secret-key")["ReplicationStatus"] == "PENDING":
                pass
            log.seek(0)
            lines = [json.loads(line) for line in log.read().splitlines()]
            address = next(line["address"] for line in lines if "address" in line)
            with urllib.request.urlopen(f"http://{address}/metrics") as answer:
                text = answer.read().decode()
            self.assertIn("\ns3_replication_replicated_tasks_total 1\n", text)
            self.assertIn("\ns3_replication_replicated_bytes_total 1\n", text)
            self.assertIn("\ns3_replication_pending_tasks 0\n", text)
            self.assertIn('s3_replication_latency_seconds_bucket{le="+Inf"} 1\n', text)
            with self.assertRaises(urllib.error.HTTPError):
                urllib.request.urlopen(f"http://{address}/")
            puts = [line for line in lines if line.get("path") == "/photos/secret-key"]
            self.assertEqual((puts[0]["method"], puts[0]["status"]), ("PUT", 200))
            self.assertNotIn("replication-secret", json.dumps(lines))
