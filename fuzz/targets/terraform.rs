#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| s3_replication_fuzz::terraform(bytes));
