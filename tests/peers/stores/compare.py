"""Compares dialects with other stores, over random configurations and objects.

    compare.py PROGRAM PEER [SEED [CONFIGURATIONS]]

PROGRAM is the command line of this crate, PEER is arsenal, ministack or moto. The stores listen on
127.0.0.1. Ends with 1 at a difference that EXPLAINED does not list. Questions that a peer answers
in its own way are put to the dialect as the peer answers them.
"""

import collections
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
ROLE = "arn:aws:iam::123456789012:role/replication"
BUCKETS = ["peer-one", "peer-two"]
KEYS = ["a", "a/b", "a/b/c", "ab", "b", "b/x", "c"]

# What neither moto nor ministack checks, by the code of our refusal, with the clause by which S3 does.
UNCHECKED = {
    "delete-marker-replication-in-v1": "REP-207, reported",
    "delete-marker-replication-missing": "REP-206, documented",
    "delete-marker-replication-with-tags": "REP-225, documented",
    "priority-in-v1": "REP-208, reported",
    "priority-missing": "REP-205, documented",
    "priority-repeated": "REP-210, reported",
    "role-invalid": "REP-201, as an emulator answers",
    "rule-id-repeated": "REP-212, as an emulator answers",
    "rule-overlaps-in-v1": "REP-239, documented",
    "several-destinations-in-v1": "REP-209, reported",
    "versions-mixed": "REP-249, inferred",
}
EXPLAINED = {"arsenal": {}, "ministack": UNCHECKED, "moto": UNCHECKED}

# The questions of the dialect AWS that ministack answers otherwise.
MINISTACK = ["winners=one-over-all", "priority-order=document"]


def switch(draw, name, odds):
    if draw.random() > odds:
        return ""
    return f"<{name}><Status>{draw.choice(['Enabled', 'Disabled'])}</Status></{name}>"


def tag(draw):
    return f"<Tag><Key>{draw.choice('xy')}</Key><Value>{draw.choice('12')}</Value></Tag>"


def filter_of(draw, version):
    prefix = f"<Prefix>{draw.choice(['', 'a', 'a/', 'a/b', 'b', 'ab'])}</Prefix>"
    if version == 1:
        return prefix
    kind = draw.randrange(8)
    if kind == 0:
        return "<Filter/>"
    if kind == 1:
        return f"<Filter>{tag(draw)}</Filter>"
    if kind == 2:
        return f"<Filter><And>{prefix}{tag(draw)}</And></Filter>"
    if kind == 3:
        return prefix
    return f"<Filter>{prefix}</Filter>"


def rule(draw, number, version):
    status = "Disabled" if draw.random() < 0.15 else "Enabled"
    priority = ""
    if version == 2 and draw.random() < 0.9:
        priority = f"<Priority>{draw.choice([number + 1, 10 * draw.randrange(4) + number, 1])}</Priority>"
    markers = switch(draw, "DeleteMarkerReplication", 0.9 if version == 2 else 0.1)
    name = f"<ID>{draw.choice([f'r{number}', 'r0'] if draw.random() < 0.2 else [f'r{number}'])}</ID>"
    storage = draw.choice(["<StorageClass>STANDARD</StorageClass>"] * 4 + ["<StorageClass>STANDARD_IA</StorageClass>"])
    bucket = f"<Bucket>arn:aws:s3:::{draw.choice(BUCKETS)}</Bucket>"
    return (
        f"<Rule>{name}{priority}<Status>{status}</Status>{filter_of(draw, version)}{markers}"
        f"<Destination>{bucket}{storage}</Destination></Rule>"
    )


def document(draw):
    version = draw.choice([1, 2, 2, 2])
    rules = "".join(rule(draw, number, version) for number in range(draw.randint(1, 4)))
    role = ROLE if draw.random() > 0.05 else draw.choice(["", "role", f"{ROLE},{ROLE}"])
    return f"<ReplicationConfiguration><Role>{role}</Role>{rules}</ReplicationConfiguration>"


class Ours:
    """The command line, under a dialect."""

    def __init__(self, program, options):
        self.program, self.options = program, options

    def verdicts(self, documents):
        """Returns the code of the first refusal of each document, or None."""
        with tempfile.TemporaryDirectory() as folder:
            files = []
            for number, text in enumerate(documents):
                files.append(os.path.join(folder, f"{number:06}.xml"))
                with open(files[-1], "w", encoding="utf-8") as file:
                    file.write(text)
            command = [self.program, "check", *self.options, "--format", "json", *files]
            ran = subprocess.run(command, capture_output=True, text=True, check=False)
            entries = json.loads(ran.stdout)["files"]
        assert len(entries) == len(documents)
        refusals = []
        for entry in entries:
            codes = [one["code"] for one in entry["diagnostics"] if one["severity"] == "error"]
            refusals.append(codes[0] if codes else None)
        return refusals

    def buckets(self, text, objects):
        """Returns the destination buckets of each object."""
        with tempfile.NamedTemporaryFile("w", suffix=".xml") as file:
            file.write(text)
            file.flush()
            lines = "\n".join(json.dumps(one) for one in objects)
            command = [self.program, "decide", *self.options, "-c", file.name]
            ran = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
        decisions = [json.loads(line) for line in ran.stdout.splitlines()]
        return [sorted({one["Bucket"] for one in each["Replications"]}) for each in decisions]


class Arsenal:
    """Zenko's rule code, in one process of Node.js."""

    options = ["--dialect", "zenko"]

    def ask(self, documents):
        lines = "\n".join(json.dumps({"Xml": text, "Keys": KEYS}) for text in documents)
        command = ["node", os.path.join(HERE, "arsenal.cjs")]
        ran = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
        return [json.loads(line) for line in ran.stdout.splitlines()]

    def objects(self):
        return [{"Key": key} for key in KEYS]


class Server:
    """A store on a port of this machine."""

    def __init__(self, command, environment):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [word.format(port=port) for word in command]
        environment = {name: value.format(port=port) for name, value in environment.items()}
        self.address = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(300):
            try:
                urllib.request.urlopen(self.address, timeout=1).close()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("the peer does not listen")

    def request(self, method, path, body=b"", headers=None):
        """Returns the status and the body."""
        credential = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request"
        headers = {
            "Authorization": f"{credential}, SignedHeaders=host, Signature=0",
            "x-amz-date": "20260101T000000Z",
            "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
            "Content-Type": "application/xml",
            **(headers or {}),
        }
        request = urllib.request.Request(self.address + path, data=body or None, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def create(self, bucket):
        self.request("PUT", f"/{bucket}")
        versioning = b"<VersioningConfiguration xmlns='http://s3.amazonaws.com/doc/2006-03-01/'><Status>Enabled</Status></VersioningConfiguration>"
        status, text = self.request("PUT", f"/{bucket}?versioning", versioning)
        assert status == 200, (status, text)


class Store:
    """A store that is driven over HTTP."""

    options = ["--dialect", "aws"]
    replicates = False

    def __init__(self, command, environment):
        self.server = Server(command, environment)
        for bucket in BUCKETS:
            self.server.create(bucket)

    def objects(self):
        tags = [[], [("x", "1")], [("x", "1"), ("y", "2")]]
        return [
            {"Key": key, "Tags": [{"Key": name, "Value": value} for name, value in tags[at % 3]]}
            for at, key in enumerate(KEYS)
        ]

    def ask(self, documents):
        return [self.one(number, text) for number, text in enumerate(documents)]

    def one(self, number, text):
        source = f"peer-source-{number}"
        self.server.create(source)
        status, answer = self.server.request("PUT", f"/{source}?replication", text.encode())
        if status != 200:
            code = re.search(r"<Code>(.*?)</Code>", answer)
            return {"Accepted": False, "Error": code.group(1) if code else str(status)}
        if not self.replicates:
            return {"Accepted": True, "Buckets": None}
        for one in self.objects():
            headers = {}
            if one["Tags"]:
                headers["x-amz-tagging"] = "&".join(f"{tag['Key']}={tag['Value']}" for tag in one["Tags"])
            status, answer = self.server.request("PUT", f"/{source}/{one['Key']}", f"{number}".encode(), headers)
            assert status == 200, answer
        return {"Accepted": True, "Buckets": [self.found(number, one["Key"]) for one in self.objects()]}

    def found(self, number, key):
        """Returns the buckets that have this object of this configuration."""
        found = []
        for bucket in BUCKETS:
            status, body = self.server.request("GET", f"/{bucket}/{key}")
            if status == 200 and body == str(number):
                found.append(f"arn:aws:s3:::{bucket}")
        return sorted(found)


class Ministack(Store):
    options = ["--dialect", "aws", *(word for one in MINISTACK for word in ("--question", one))]
    replicates = True

    def __init__(self):
        super().__init__(["ministack"], {"GATEWAY_PORT": "{port}", "EDGE_PORT": "{port}", "PORT": "{port}"})


class Moto(Store):
    def __init__(self):
        super().__init__(["moto_server", "-p", "{port}"], {})


def main():
    program, name = sys.argv[1:3]
    seed, count = (int(word) for word in (sys.argv[3:] + ["1", "400"][len(sys.argv) - 3 :])[:2])
    draw = random.Random(seed)
    peer = {"arsenal": Arsenal, "ministack": Ministack, "moto": Moto}[name]()
    ours = Ours(program, peer.options)
    documents = [document(draw) for _ in range(count)]
    try:
        theirs = peer.ask(documents)
    finally:
        if isinstance(peer, Store):
            peer.server.stop()
    counts, differing = collections.Counter(), {}

    def differ(kind, example):
        counts[kind] += 1
        differing.setdefault(kind, example)

    for text, refused, their in zip(documents, ours.verdicts(documents), theirs):
        if (refused is None) != their["Accepted"]:
            side = f"refused by us only: {refused}" if refused else f"refused by them only: {their['Error']}"
            differ(side, text)
            continue
        counts["accepted by both" if refused is None else "refused by both"] += 1
        if refused is None and their["Buckets"] is not None:
            objects = peer.objects()
            for one, we, they in zip(objects, ours.buckets(text, objects), their["Buckets"]):
                if we == they:
                    counts["decided alike"] += 1
                    counts["of them, to a bucket"] += bool(we)
                else:
                    differ("decided otherwise", f"{one}: we {we}, they {they}\n  {text}")
    failed = False
    for kind, number in sorted(counts.items()):
        print(f"{number:6} {kind}")
        if kind in differing:
            reason = EXPLAINED[name].get(kind.rsplit(": ", 1)[-1])
            failed |= reason is None
            print(f"       not checked there; {reason}" if reason else f"       NOT EXPLAINED: {differing[kind]}")
    sys.exit(failed)


main()
