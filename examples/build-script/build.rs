//! Fails the build if S3 would refuse the configuration, and prints a warning for each likely mistake.

use s3_replication::build_script::Check;

fn main() {
    // Use another file to see a failure: `REPLICATION=refused.xml cargo build`.
    println!("cargo::rerun-if-env-changed=REPLICATION");
    let file = std::env::var("REPLICATION").unwrap_or_else(|_| "replication.xml".to_owned());
    print!("{}", Check::new().file(&file, std::fs::read(&file)));
}
