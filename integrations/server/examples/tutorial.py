"""The tutorial of S3 replication with boto3, on the server:

    cargo run -p s3-replication-server -- --listen 127.0.0.1:9000 --delay 1
    python tutorial.py http://127.0.0.1:9000
"""

import sys
import time

import boto3

s3 = boto3.client(
    "s3", endpoint_url=sys.argv[1], region_name="us-east-1",
    aws_access_key_id="replication", aws_secret_access_key="replication-secret",
)

for bucket in "photos", "backup":
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})

s3.put_bucket_replication(
    Bucket="photos",
    ReplicationConfiguration={
        "Role": "arn:aws:iam::123456789012:role/replication",
        "Rules": [{
            "ID": "tax",
            "Priority": 1,
            "Status": "Enabled",
            "Filter": {"Prefix": "Tax/"},
            "DeleteMarkerReplication": {"Status": "Disabled"},
            "Destination": {"Bucket": "arn:aws:s3:::backup", "StorageClass": "STANDARD_IA"},
        }],
    },
)

s3.put_object(Bucket="photos", Key="Tax/doc1.pdf", Body=b"tax")
s3.put_object(Bucket="photos", Key="holiday.jpg", Body=b"sea")

status = None
while status not in ("COMPLETED", "FAILED"):
    status = s3.head_object(Bucket="photos", Key="Tax/doc1.pdf")["ReplicationStatus"]
    print("photos/Tax/doc1.pdf", status)
    time.sleep(0.25)

replica = s3.head_object(Bucket="backup", Key="Tax/doc1.pdf")
print("backup/Tax/doc1.pdf", replica["ReplicationStatus"], replica["StorageClass"])
print("photos/holiday.jpg", s3.head_object(Bucket="photos", Key="holiday.jpg").get("ReplicationStatus"))
