//! The AWS SDK for Rust drives the server through the tutorial and live replication, with the
//! conversions of this package: what the server returned is linted, and what was converted is sent.
//!
//! The tests need the server's binary. `integrations/server/e2e/run.sh` builds it and runs them.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod http;
mod live;
mod setup;
mod tutorial;
