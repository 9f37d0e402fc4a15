#!/usr/bin/env python3
"""From an inventory to a manifest, side by side in one run: this crate's command line, a filter
written by hand with `csv`, DuckDB and polars.

    cargo build --release --features cli
    python3 -m pip install duckdb polars        # a peer that is missing is reported as such
    benches/side-by-side/run.py [--rows 1000000] [--files 1] [--gzip] [--rounds 5]

Each way is a process of its own, and runs once in every round. The table has the medians of processor
time and wall time, and the most memory. The outputs are compared first. The peers know the columns
and the rules by heart, decode no keys and check no checksums.
"""
import argparse, gzip, hashlib, importlib.util, json, os, statistics, subprocess, sys, tempfile, time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
COLUMNS = ("Bucket", "Key", "VersionId", "IsLatest", "IsDeleteMarker", "Size", "LastModifiedDate", "ETag",
           "StorageClass", "IsMultipartUploaded", "ReplicationStatus", "EncryptionStatus",
           "IntelligentTieringAccessTier")
RULES = 20

DUCKDB = """
import duckdb, sys
*files, threads, out = sys.argv[1:]
duckdb.sql(f"set threads = {threads}")
columns = {c: 'VARCHAR' for c in COLUMNS}
duckdb.sql(f'''copy (select Bucket, Key, VersionId
    from read_csv({files}, header=false, columns={columns}, quote='"', escape='"', delim=',', auto_detect=false)
    where coalesce(ReplicationStatus, '') in ('', 'FAILED') and IsDeleteMarker = 'false'
    and StorageClass <> 'GLACIER' and EncryptionStatus = 'SSE-S3'
    and try_cast(split_part(split_part(Key, '/', 1), '-', 2) as integer) < RULES)
    to '{out}' (header false, delimiter ',')''')
"""

POLARS = """
import os, sys
*files, threads, out = sys.argv[1:]
os.environ["POLARS_MAX_THREADS"] = threads
import polars as pl
rows = pl.scan_csv(files, has_header=False, new_columns=list(COLUMNS), infer_schema=False)
tenant = pl.col("Key").str.extract(r"^tenant-([0-9]+)/").cast(pl.Int64)
rows.filter(pl.col("ReplicationStatus").fill_null("").is_in(["", "FAILED"]), pl.col("IsDeleteMarker") == "false",
    pl.col("StorageClass") != "GLACIER", pl.col("EncryptionStatus") == "SSE-S3", tenant < RULES
).select("Bucket", "Key", "VersionId").sink_csv(out, include_header=False)
"""


def generate(folder, rows, files, compressed):
    """Writes an inventory, its document, and a configuration."""
    entries, n = [], 0
    for number in range(files):
        name = f"data-{number}.csv" + (".gz" if compressed else "")
        file = gzip.open(folder / name, "wb", 6) if compressed else open(folder / name, "wb")
        with file:
            for _ in range(rows // files):
                marker = n % 50 == 49
                file.write((",".join(f'"{field}"' for field in (
                    "photos", f"tenant-{n * 7919 % 40}/2026/year{n % 7}/object-{n:09}.dat",
                    f"3sL4kqtJlcpXroDTDmJrmSpXd3dIbrHY{n:08}", "true", "true" if marker else "false",
                    "" if marker else n * 37, f"2026-{n % 12 + 1:02}-11T21:12:55.000Z",
                    "" if marker else f"{n * 0x9E3779B97F4A7C15 % 2**128:032x}",
                    ("STANDARD", "STANDARD_IA", "GLACIER")[n % 3], "false",
                    ("", "COMPLETED", "FAILED", "COMPLETED")[n // 3 % 4],
                    "SSE-KMS" if n % 10 == 0 else "SSE-S3", "")) + "\n").encode())
                n += 1
        with open(folder / name, "rb") as file:
            checksum = hashlib.file_digest(file, "md5").hexdigest()
        entries.append({"key": name, "size": (folder / name).stat().st_size, "MD5checksum": checksum})
    (folder / "manifest.json").write_text(json.dumps({
        "sourceBucket": "photos", "destinationBucket": "arn:aws:s3:::lists", "version": "2016-11-30",
        "creationTimestamp": "1514944800000", "fileFormat": "CSV", "fileSchema": ", ".join(COLUMNS),
        "files": entries}))
    (folder / "rules.json").write_text(json.dumps({"Role": "arn:aws:iam::111122223333:role/replication", "Rules": [
        {"ID": f"r{n}", "Status": "Enabled", "Priority": n, "Filter": {"Prefix": f"tenant-{n}/"},
         "DeleteMarkerReplication": {"Status": "Disabled"}, "Destination": {"Bucket": "arn:aws:s3:::backup"}}
        for n in range(RULES)]}))
    return [str(folder / entry["key"]) for entry in entries]


def run(command, out):
    """Runs a command; returns its processor time, wall time and most memory."""
    with open(out if "{out}" not in command else os.devnull, "wb") as stdout:
        command = [str(out) if part == "{out}" else part for part in command]
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=stdout, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command[0]} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024


def listed(out):
    """Returns the number of rows and a checksum that does not depend on their order. Other processes read
    them: the memory of this one would count as that of the next way."""
    script = 'LC_ALL=C sort "$1" | tee >(md5sum >&2) | wc -l'
    done = subprocess.run(["bash", "-c", script, "bash", out], capture_output=True, check=True)
    return int(done.stdout), done.stderr


def python(code, files, threads):
    code = f"COLUMNS = {COLUMNS!r}\n" + code.replace("RULES", str(RULES))
    return [sys.executable, "-c", code, *files, str(threads), "{out}"]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--files", type=int, default=1)
    arguments.add_argument("--gzip", action="store_true")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--ours", action="append", help="a binary; may be repeated, to compare two builds")
    given = arguments.parse_args()
    subprocess.run(["cargo", "build", "--quiet", "--release"], cwd=HERE, check=True)
    target = json.loads(subprocess.run(
        ["cargo", "metadata", "--no-deps", "--format-version", "1"], cwd=HERE, check=True,
        capture_output=True).stdout)["target_directory"]
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        files = generate(folder, given.rows, given.files, given.gzip)
        cores = os.cpu_count()
        ways = {}
        for binary in given.ours or [str(ROOT / "target/release/s3-replication")]:
            ways[f"ours ({binary})" if given.ours else "ours"] = [
                binary, "batch", "manifest", "-c", str(folder / "rules.json"), "--inventory",
                str(folder / "manifest.json"), "--filter",
                '{"EligibleForReplication": true, "ObjectReplicationStatuses": ["NONE", "FAILED"]}']
        ways["`csv` by hand"] = [f"{target}/release/csv-filter", *files]
        for name, code in ("DuckDB", DUCKDB), ("polars", POLARS):
            if importlib.util.find_spec(name.lower()) is None:
                print(f"{name}: not installed")
                continue
            for threads in sorted({1, cores}):
                ways[f"{name}, {threads} threads"] = python(code, files, threads)
        results = {way: [] for way in ways}
        rows_listed = None
        for _ in range(given.rounds):
            for way, command in ways.items():
                results[way].append(run(command, folder / "out.csv"))
                found = listed(folder / "out.csv")
                if rows_listed not in (None, found):
                    sys.exit(f"{way} lists {found[0]} rows, others {rows_listed[0]}, or other ones")
                rows_listed = found
        size = sum(os.path.getsize(file) for file in files) / 1e6
        print(f"{given.rows:,} rows, {size:,.0f} MB in {given.files} files, {rows_listed[0]:,} listed, "
              f"{cores} cores, load {os.getloadavg()[0]:.1f}, median of {given.rounds}\n")
        print("| way | CPU s | wall s | RSS MB |\n| --- | ---: | ---: | ---: |")
        for way, figures in results.items():
            cpu, wall, memory = (statistics.median(column) for column in zip(*figures))
            print(f"| {way} | {cpu:.2f} | {wall:.2f} | {memory:.0f} |")


if __name__ == "__main__":
    main()
