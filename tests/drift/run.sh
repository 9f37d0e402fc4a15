#!/usr/bin/env bash
# Compares a version of botocore with what this crate models; without an argument the version that
# the statements of SEMANTICS.md rest on. Needs cargo, and Python 3 with pip.
#
#   tests/drift/run.sh            must agree, but for the lines of not-modelled.txt
#   tests/drift/run.sh latest     what is new, gone or different today?
set -euo pipefail
cd "$(dirname "$0")/../.."
version=${1:-1.44.8}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

wanted="botocore==$version"
[ "$version" = latest ] && wanted=botocore
python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$folder" "$wanted"
python3 - "$folder" <<'PYTHON'
import glob, gzip, pathlib, sys, zipfile

folder = pathlib.Path(sys.argv[1])
(wheel,) = glob.glob(str(folder / "*.whl"))
with zipfile.ZipFile(wheel) as archive:
    for service, date in ("s3", "2006-03-01"), ("s3control", "2018-08-20"):
        name = f"botocore/data/{service}/{date}/service-2.json"
        try:
            model = gzip.decompress(archive.read(name + ".gz"))
        except KeyError:
            model = archive.read(name)
        (folder / f"{service}.json").write_bytes(model)
print(pathlib.Path(wheel).name)
PYTHON
cargo run --quiet --package drift -- tests/drift/not-modelled.txt "$folder/s3.json" "$folder/s3control.json"
