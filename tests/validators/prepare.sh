# Sourced by the scripts beside it. Installs the packages of its arguments, builds `program`, and writes
# rules.json into `folder`, with the key `replica_key` for the replicas of another account.
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet "$@"
cargo build --quiet --features cli
program="${CARGO_TARGET_DIR:-target}/debug/s3-replication"
cat >"$folder/rules.json" <<JSON
{"Role": "arn:aws:iam::111122223333:role/replication", "Rules": [
  {"ID": "all", "Status": "Enabled", "Priority": 1, "Filter": {},
   "DeleteMarkerReplication": {"Status": "Enabled"}, "Destination": {"Bucket": "arn:aws:s3:::backup"}},
  {"ID": "vault", "Status": "Enabled", "Priority": 2, "Filter": {"Prefix": "vault/"},
   "DeleteMarkerReplication": {"Status": "Disabled"},
   "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
   "Destination": {"Bucket": "arn:aws:s3:::partner", "Account": "444455556666",
     "AccessControlTranslation": {"Owner": "Destination"},
     "EncryptionConfiguration": {"ReplicaKmsKeyID": "arn:aws:kms:eu-west-1:444455556666:$replica_key"}}}]}
JSON
