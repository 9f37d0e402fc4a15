"""Load on a server of its own: objects a second, latency from PUT to REPLICA, and memory.

    run.sh load                 5000 objects of 1 KiB from 4 processes, beside ministack
    run.sh load 20000 4         the number of objects, and of processes
    run.sh load large 10 1024   ten objects of 1024 MiB at once
"""

import asyncio
import http.client
import io
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from botocore.exceptions import BotoCoreError, ClientError

from server import REGION, ROLE, Server, client_for, free_port, rule


def peak_memory(server):
    """Returns the greatest memory that the server had, in MiB."""
    with open(f"/proc/{server.process.pid}/status") as status:
        line = next(line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


def buckets(server):
    s3 = server.client()
    for bucket in "source", "replicas":
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    configuration = {"Role": ROLE, "Rules": [rule("all", "replicas")]}
    s3.put_bucket_replication(Bucket="source", ReplicationConfiguration=configuration)
    return s3


class Ministack:
    """Ministack, another server for tests, whose S3 replicates within the PUT."""

    def __init__(self):
        port = free_port()
        environment = {**os.environ, "GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "LOG_LEVEL": "ERROR"}
        self.address = f"127.0.0.1:{port}"
        self.url = f"http://{self.address}"
        # Files that it makes, and its log, are not in the folder of the caller.
        self.folder = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(
            [os.environ["MINISTACK"]], env=environment, cwd=self.folder.name,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + 60
        while True:
            try:
                self.client().list_buckets()
                return
            except (BotoCoreError, ClientError):
                if time.monotonic() > end:
                    self.stop()
                    raise
                time.sleep(0.2)

    def client(self):
        # The key that it knows without IAM.
        return client_for(self.url, {"aws_access_key_id": "test", "aws_secret_access_key": "test"})

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self.folder.cleanup()


def presigned_put(s3, bucket, key):
    """Returns the path of a PUT that is signed already."""
    url = s3.generate_presigned_url("put_object", {"Bucket": bucket, "Key": key})
    return url.removeprefix(s3.meta.endpoint_url)


async def put_at_once(address, paths, body):
    """Sends all requests, and their bodies when all are in progress at once. Returns the statuses."""
    host, port = address.split(":")
    in_progress = 0
    all_in_progress = asyncio.Event()
    # A system that has been told to keep 128 connections waiting resets some of a thousand.
    opening = asyncio.Semaphore(64)

    async def put(path):
        nonlocal in_progress
        async with opening:
            reader, writer = await asyncio.open_connection(host, port)
            fields = f"Host: {address}\r\nContent-Length: {len(body)}\r\nExpect: 100-continue"
            writer.write(f"PUT {path} HTTP/1.1\r\n{fields}\r\n\r\n".encode())
            # The server asks for the body, so it has taken the request.
            interim = await reader.readuntil(b"\r\n\r\n")
            assert interim.startswith(b"HTTP/1.1 100 "), interim
        in_progress += 1
        if in_progress == len(paths):
            all_in_progress.set()
        await all_in_progress.wait()
        writer.write(body)
        await writer.drain()
        status = await reader.readline()
        writer.close()
        return status

    return set(await asyncio.gather(*(put(path) for path in paths)))


def put_all(host, paths, start):
    """Sends requests that are signed already, over one connection."""
    connection = http.client.HTTPConnection(host)
    body = b"x" * 1024
    start.wait()
    for path in paths:
        connection.request("PUT", path, body=body)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status


def replicas(s3):
    """Returns the number of objects at the destination."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="replicas", Prefix="k")
    return sum(page["KeyCount"] for page in pages)


def replica_arrives(connection, key):
    """Returns whether the destination has the object, and its status is REPLICA."""
    connection.request("HEAD", key)
    answer = connection.getresponse()
    answer.read()
    return answer.status == 200 and answer.getheader("x-amz-replication-status") == "REPLICA"


def probe(server, s3, seconds, stop):
    """Measures the time from the start of a PUT to a HEAD that shows the replica, again and again."""
    connection = http.client.HTTPConnection(server.address)
    for number in range(1_000_000):
        if stop.is_set():
            return
        key = f"probe{number}"
        put = presigned_put(s3, "source", key)
        head = s3.generate_presigned_url("head_object", {"Bucket": "replicas", "Key": key})
        head = head.removeprefix(server.url)
        began = time.monotonic()
        connection.request("PUT", put, body=b"x" * 1024)
        connection.getresponse().read()
        while not replica_arrives(connection, head):
            assert time.monotonic() - began < 30, "the replica does not arrive"
            time.sleep(0.001)
        seconds.append(time.monotonic() - began)
        time.sleep(0.02)


def measure(server, count, processes):
    """Returns what was measured, as names and texts."""
    s3 = buckets(server)
    paths = [presigned_put(s3, "source", f"k{number:07}") for number in range(count)]
    start = multiprocessing.Barrier(processes + 1)
    workers = [
        multiprocessing.Process(target=put_all, args=(server.address, paths[first::processes], start))
        for first in range(processes)
    ]
    for worker in workers:
        worker.start()
    latencies, stop = [], threading.Event()
    prober = threading.Thread(target=probe, args=(server, s3, latencies, stop))
    start.wait()
    began = time.monotonic()
    prober.start()
    for worker in workers:
        worker.join()
    put = time.monotonic() - began
    stop.set()
    assert all(worker.exitcode == 0 for worker in workers)
    while replicas(s3) < count:
        assert time.monotonic() - began < 600, "the replicas do not arrive"
        time.sleep(0.02)
    replicated = time.monotonic() - began
    prober.join()
    return {
        "PUTs a second": f"{count / put:.0f}",
        "replicated objects a second": f"{count / replicated:.0f}",
        "PUT to REPLICA under this load, median (ms)": f"{1000 * statistics.median(latencies):.0f}",
        "PUT to REPLICA under this load, greatest (ms)": f"{1000 * max(latencies):.0f}",
        "greatest memory of the process (MiB)": f"{peak_memory(server)}",
    }


def small(count, processes):
    measured = {}
    for name, start in ("s3-replication-server", Server), (f"ministack {os.environ['MINISTACK_VERSION']}", Ministack):
        server = start()
        try:
            measured[name] = measure(server, count, processes)
        finally:
            server.stop()
    print(f"{count} objects of 1 KiB from {processes} processes, on {os.cpu_count()} cores")
    names = list(measured)
    print(f"{'':46}", *(f"{name:>22}" for name in names))
    for row in measured[names[0]]:
        print(f"{row:46}", *(f"{measured[name][row]:>22}" for name in names))


class Zeros(io.RawIOBase):
    """A body that costs no memory."""

    def __init__(self, size):
        self.left = size

    def readable(self):
        return True

    def readinto(self, buffer):
        count = min(len(buffer), self.left)
        self.left -= count
        return count


def put_zeros(server, path, size, **headers):
    """Puts a large body. Returns the HTTP status."""
    connection = http.client.HTTPConnection(server.address, blocksize=1 << 20)
    connection.request("PUT", path, body=Zeros(size), headers={"Content-Length": str(size), **headers})
    status = connection.getresponse().status
    connection.close()
    return status


def large(count, mebibytes):
    server = Server()
    s3 = buckets(server)
    size = mebibytes << 20
    paths = [presigned_put(s3, "source", f"k{number}") for number in range(count)]
    statuses = []
    threads = [
        threading.Thread(target=lambda path=path: statuses.append(put_zeros(server, path, size)))
        for path in paths
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - began
    assert statuses == [200] * count, statuses
    while replicas(s3) < count:
        time.sleep(0.05)
    got = s3.get_object(Bucket="replicas", Key="k0")["Body"]
    read = sum(len(chunk) for chunk in got.iter_chunks(1 << 20))
    assert read == size, read
    print(f"{count} objects of {mebibytes} MiB at once: {count * mebibytes / seconds:.0f} MiB a second")
    print(f"greatest memory of the server: {peak_memory(server)} MiB")
    server.stop()


if __name__ == "__main__":
    words = sys.argv[1:]
    if words[:1] == ["large"]:
        large(*(int(word) for word in words[1:] or ("10", "1024")))
    else:
        small(*(int(word) for word in words or ("5000", "4")))
