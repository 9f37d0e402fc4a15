#!/usr/bin/env bash
# Shows the policies that `permissions` writes to parliament, a validator of IAM policies on PyPI,
# which knows every action and the resources that it takes. Not part of the default run: it needs
# the network. A policy with a wrong action is shown first, since a validator that accepts
# everything would prove nothing. Replica keys are named by their ID: parliament does not know the
# documented condition key `kms:ResourceAliases`, which an alias needs.
set -euo pipefail
cd "$(dirname "$0")/../.."
replica_key=key/1234abcd
# shellcheck source=tests/validators/prepare.sh
source tests/validators/prepare.sh parliament setuptools
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
