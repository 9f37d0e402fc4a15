"""Load on a server of its own: objects a second, latency from PUT to REPLICA, and memory.

    run.sh load                 5000 objects of 1 KiB from 4 processes
    run.sh load 20000 4         the number of objects, and of processes
    run.sh load large 10 1024   ten objects of 1024 MiB at once
"""

import http.client
import io
import multiprocessing
import sys
import threading
import time
import urllib.request

from server import BINARY, Server, rule, REGION, ROLE


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


def metric(address, name):
    with urllib.request.urlopen(f"http://{address}/metrics") as answer:
        for line in answer.read().decode().splitlines():
            if line.startswith(f"s3_replication_{name} "):
                return float(line.split()[1])
    raise KeyError(name)


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


def small(count, processes):
    metrics = "127.0.0.1:19464"
    server = Server("--metrics", metrics)
    s3 = buckets(server)
    paths = [
        s3.generate_presigned_url("put_object", {"Bucket": "source", "Key": f"k{number:07}"})
        for number in range(count)
    ]
    paths = [path.removeprefix(server.url) for path in paths]
    start = multiprocessing.Barrier(processes + 1)
    host = server.url.removeprefix("http://")
    workers = [
        multiprocessing.Process(target=put_all, args=(host, paths[first::processes], start))
        for first in range(processes)
    ]
    for worker in workers:
        worker.start()
    start.wait()
    began = time.monotonic()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    put = time.monotonic() - began
    while metric(metrics, "pending_tasks") > 0:
        time.sleep(0.02)
    replicated = time.monotonic() - began
    done = metric(metrics, "replicated_tasks_total")
    latency = metric(metrics, "latency_seconds_sum") / done
    assert done == count, done
    print(f"{count} objects of 1 KiB from {processes} processes")
    print(f"PUT: {count / put:.0f} a second; replicated: {count / replicated:.0f} a second")
    print(f"from PUT to REPLICA: {1000 * latency:.0f} ms on average")
    print(f"greatest memory of the server: {peak_memory(server)} MiB")
    server.stop()


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


def large(count, mebibytes):
    server = Server()
    s3 = buckets(server)
    size = mebibytes << 20
    host = server.url.removeprefix("http://")
    failed = []

    def put(number):
        url = s3.generate_presigned_url("put_object", {"Bucket": "source", "Key": f"large{number}"})
        connection = http.client.HTTPConnection(host, blocksize=1 << 20)
        connection.request(
            "PUT", url.removeprefix(server.url), body=Zeros(size), headers={"Content-Length": str(size)}
        )
        if connection.getresponse().status != 200:
            failed.append(number)

    began = time.monotonic()
    threads = [threading.Thread(target=put, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed
    seconds = time.monotonic() - began
    while s3.list_objects_v2(Bucket="replicas")["KeyCount"] < count:
        time.sleep(0.05)
    got = s3.get_object(Bucket="replicas", Key="large0")["Body"]
    read = sum(len(chunk) for chunk in got.iter_chunks(1 << 20))
    assert read == size, read
    print(f"{count} objects of {mebibytes} MiB at once: {count * mebibytes / seconds:.0f} MiB a second")
    print(f"greatest memory of the server: {peak_memory(server)} MiB")
    server.stop()
    return True


if __name__ == "__main__":
    words = sys.argv[1:]
    if words[:1] == ["large"]:
        large(*(int(word) for word in words[1:] or ("10", "1024")))
    else:
        small(*(int(word) for word in words or ("5000", "4")))
