"""The AWS CLI, which reaches S3 Control on a loopback address."""

import sys

import server  # noqa: F401 (resolves the hosts of accounts)
from awscli.clidriver import main

sys.exit(main())
