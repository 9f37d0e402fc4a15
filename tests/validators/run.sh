#!/usr/bin/env bash
# Shows the policies that `permissions` writes to parliament, a validator of IAM policies on PyPI,
# which knows every action and the resources that it takes. Not part of the default run: it needs
# the network. A policy with a wrong action is shown first, since a validator that accepts
# everything would prove nothing. Replica keys are named by their ID: parliament does not know the
# documented condition key `kms:ResourceAliases`, which an alias needs.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet parliament setuptools
cargo build --quiet --features cli
program="${CARGO_TARGET_DIR:-target}/debug/s3-replication"
cat >"$folder/rules.json" <<'JSON'
{"Role": "arn:aws:iam::111122223333:role/replication", "Rules": [
  {"ID": "all", "Status": "Enabled", "Priority": 1, "Filter": {},
   "DeleteMarkerReplication": {"Status": "Enabled"}, "Destination": {"Bucket": "arn:aws:s3:::backup"}},
  {"ID": "vault", "Status": "Enabled", "Priority": 2, "Filter": {"Prefix": "vault/"},
   "DeleteMarkerReplication": {"Status": "Disabled"},
   "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
   "Destination": {"Bucket": "arn:aws:s3:::partner", "Account": "444455556666",
     "AccessControlTranslation": {"Owner": "Destination"},
     "EncryptionConfiguration": {"ReplicaKmsKeyID": "arn:aws:kms:eu-west-1:444455556666:key/1234abcd"}}}]}
JSON
echo '{"photos": {"Region": "eu-central-1", "ObjectLock": "Enabled"}}' >"$folder/context.json"
"$program" permissions -c "$folder/rules.json" --source-bucket photos --context "$folder/context.json" \
    --batch --format json >"$folder/documents.json"
"$folder/python/bin/python" - "$folder/documents.json" <<'PYTHON'
import json, sys
from parliament import analyze_policy_string

def findings(policy):
    return [finding.issue for finding in analyze_policy_string(json.dumps(policy)).findings]

documents = json.load(open(sys.argv[1]))
policies = {name: documents[name]["PermissionsPolicy"] for name in ("ReplicationRole", "BatchRole", "Caller")}
wrong = json.loads(json.dumps(policies["ReplicationRole"]))
wrong["Statement"][0]["Action"] = "s3:ReplicateEverything"
assert findings(wrong), "the validator accepts an action that does not exist"
for name, policy in policies.items():
    assert not findings(policy), (name, findings(policy))
    print(name, "accepted")
PYTHON
