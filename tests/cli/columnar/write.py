"""Writes one inventory in the three formats of S3 Inventory, with Apache Arrow's own library (`pip install pyarrow`).

`write.py` writes `inventory.csv.gz`, `inventory.orc` and `inventory.parquet` beside itself. They are kept in the repository, so
that the tests need neither Python nor pyarrow, and so that another implementation wrote what this crate reads.
"""

import datetime
import gzip
import pathlib
import urllib.parse

import pyarrow
import pyarrow.orc
import pyarrow.parquet

ROWS = 600
KEYS = ["Tax/a&b 1.pdf", "Tax/ü+%.txt", 'logs/"quoted", and comma', "logs/line\nbreak", "100%", "photos/cat.jpg", "a"]
CLASSES = ["STANDARD", "GLACIER", "STANDARD_IA", None]
STATUSES = [None, "COMPLETED", "REPLICA", "FAILED", "PENDING"]
TEXT, TIME = pyarrow.string(), pyarrow.timestamp("ms", tz="UTC")
COLUMNS = [
    ("bucket", TEXT),
    ("key", TEXT),
    ("version_id", TEXT),
    ("is_latest", pyarrow.bool_()),
    ("is_delete_marker", pyarrow.bool_()),
    ("size", pyarrow.int64()),
    ("last_modified_date", TIME),
    ("e_tag", TEXT),
    ("storage_class", TEXT),
    ("is_multipart_uploaded", pyarrow.bool_()),
    ("replication_status", TEXT),
    ("encryption_status", TEXT),
    ("object_lock_retain_until_date", TIME),
    ("object_lock_mode", TEXT),
    ("object_lock_legal_hold_status", TEXT),
    ("object_owner", TEXT),
]


def row(number):
    """Returns one version: every combination occurs, because the lists have lengths without common factors."""
    marker = number % 11 == 0
    locked = number % 13 == 0
    begin = datetime.datetime(2026, 11, 1, tzinfo=datetime.timezone.utc)
    return {
        "bucket": "photos",
        "key": f"{KEYS[number % 7]}{number // 7}",
        # The null version has no version ID.
        "version_id": None if number % 17 == 0 else f"v{number}",
        "is_latest": number % 3 != 0,
        "is_delete_marker": marker,
        "size": None if marker else number * 1000,
        "last_modified_date": begin + datetime.timedelta(milliseconds=number * 1_234_567),
        "e_tag": None if marker else f"{number:032x}",
        "storage_class": None if marker else CLASSES[number % 4] or "STANDARD",
        "is_multipart_uploaded": None if marker else number % 2 == 0,
        "replication_status": STATUSES[number % 5],
        "encryption_status": None if marker else ["SSE-S3", "SSE-KMS", "SSE-C", "NOT-SSE"][number % 4],
        "object_lock_retain_until_date": begin + datetime.timedelta(days=number) if locked else None,
        "object_lock_mode": "GOVERNANCE" if locked else None,
        "object_lock_legal_hold_status": "On" if number % 19 == 0 else None,
        "object_owner": "123456789012",
    }


def text(name, value):
    """Returns a value as S3 writes it into CSV."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03}Z"
    return urllib.parse.quote_plus(value, safe="/") if name == "key" else str(value)


def main():
    """Writes the three files."""
    folder = pathlib.Path(__file__).parent
    rows = [row(number) for number in range(ROWS)]
    lines = [",".join(f'"{text(name, version[name])}"' for name, _ in COLUMNS) + "\n" for version in rows]
    (folder / "inventory.csv.gz").write_bytes(gzip.compress("".join(lines).encode(), mtime=0))
    table = pyarrow.Table.from_pylist(rows, schema=pyarrow.schema(COLUMNS))
    # S3 writes no schema of Arrow into the file.
    pyarrow.parquet.write_table(table, folder / "inventory.parquet", compression="snappy", row_group_size=250, store_schema=False)
    pyarrow.orc.write_table(table, folder / "inventory.orc", compression="zlib")


main()
