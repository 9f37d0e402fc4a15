//! Fails the build when S3 would refuse the configuration, and warns of what nobody means.

use s3_replication::build_script::Check;

fn main() {
    // Another file to try out what happens: `REPLICATION=refused.xml cargo build`.
    println!("cargo::rerun-if-env-changed=REPLICATION");
    let file = std::env::var("REPLICATION").unwrap_or_else(|_| "replication.xml".to_owned());
    print!("{}", Check::new().file(&file, std::fs::read(&file)));
}
