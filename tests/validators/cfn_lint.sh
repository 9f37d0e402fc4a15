#!/usr/bin/env bash
# Shows the documents that `permissions` writes to cfn-lint, a validator of CloudFormation on PyPI,
# which checks policies by the schemas of AWS. Each document goes into a template where CloudFormation
# takes it: roles, managed policies, bucket policies and key policies. Not part of the default run: it
# needs the network. A template with a mistake in each document is shown first, since a validator that
# accepts everything would prove nothing.
set -euo pipefail
cd "$(dirname "$0")/../.."
replica_key=alias/partner
# shellcheck source=tests/validators/prepare.sh
source tests/validators/prepare.sh cfn-lint
cat >"$folder/job.json" <<'JSON'
{"AccountId": "111122223333", "Operation": {"S3ReplicateObject": {}}, "Priority": 1,
 "ClientRequestToken": "t", "ConfirmationRequired": false, "RoleArn": "arn:aws:iam::111122223333:role/batch",
 "Report": {"Enabled": true, "Bucket": "arn:aws:s3:::reports", "Format": "Report_CSV_20180820",
   "Prefix": "jobs", "ReportScope": "AllTasks"},
 "ManifestGenerator": {"S3JobManifestGenerator": {"SourceBucket": "arn:aws:s3:::photos",
   "EnableManifestOutput": true, "ManifestOutputLocation": {"Bucket": "arn:aws:s3:::manifests",
     "ManifestFormat": "S3InventoryReport_CSV_20211130", "ManifestPrefix": "m",
     "ManifestEncryption": {"SSEKMS": {"KeyId": "arn:aws:kms:eu-central-1:111122223333:key/1234abcd"}}}}}}
JSON
cat >"$folder/context.json" <<'JSON'
{"photos": {"Region": "eu-central-1", "ObjectLock": "Enabled", "DefaultEncryption": "SSE-KMS",
   "DefaultKmsKeyId": "arn:aws:kms:eu-central-1:777788889999:key/1234abcd"},
 "partner": {"Region": "eu-west-1"}}
JSON
for extra in "" "--annotations"; do
    # shellcheck disable=SC2086 # no option is no argument
    "$program" permissions -c "$folder/rules.json" --source-bucket photos --context "$folder/context.json" \
        --batch "$folder/job.json" $extra --format json >"$folder/documents$extra.json"
done
cat >"$folder/wrap.py" <<'PYTHON'
import json, sys

documents = json.load(open(sys.argv[1]))
resources = {}
for name in ("ReplicationRole", "BatchRole"):
    role = documents[name]
    resources[name] = {"Type": "AWS::IAM::Role", "Properties": {
        "AssumeRolePolicyDocument": role["TrustPolicy"],
        "Policies": [{"PolicyName": "replication", "PolicyDocument": role["PermissionsPolicy"]}]}}
resources["Caller"] = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {
    "PolicyDocument": documents["Caller"]["PermissionsPolicy"]}}
for number, policy in enumerate(documents["DestinationBucketPolicies"]):
    resources[f"Bucket{number}"] = {"Type": "AWS::S3::BucketPolicy", "Properties": {
        "Bucket": policy["Bucket"].split(":")[-1], "PolicyDocument": policy["Policy"]}}
for number, key in enumerate(documents["KmsKeyPolicyStatements"]):
    resources[f"Key{number}"] = {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {
        "Version": "2012-10-17", "Statement": [
            {"Sid": "Administration", "Effect": "Allow", "Action": "kms:*", "Resource": "*",
             "Principal": {"AWS": "arn:aws:iam::444455556666:root"}},
            key["Statement"]]}}}
assert documents["DestinationBucketPolicies"] and documents["KmsKeyPolicyStatements"]
if "--break" in sys.argv:
    # One statement of each document loses its effect, one resource at a time.
    only = sys.argv[-1]
    def broken(value):
        if isinstance(value, dict):
            if "Effect" in value and "Action" in value:
                value["Effect"] = "Permit"
                return True
            return any(broken(one) for one in value.values())
        return isinstance(value, list) and any(broken(one) for one in value)
    assert broken(resources[only])
print(json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}, indent=1))
if "--names" in sys.argv:
    print("\n".join(resources), file=sys.stderr)
PYTHON
lint() { "$folder/python/bin/cfn-lint" --regions eu-central-1 -- "$1"; }
for documents in "$folder"/documents*.json; do
    names="$(python3 "$folder/wrap.py" "$documents" --names 2>&1 >"$folder/template.json")"
    for name in $names; do
        python3 "$folder/wrap.py" "$documents" --break "$name" >"$folder/broken.json"
        if lint "$folder/broken.json" >/dev/null 2>&1; then
            echo "cfn-lint accepts a statement without effect in $name"
            exit 1
        fi
    done
    lint "$folder/template.json"
    echo "accepted:" $names
done
