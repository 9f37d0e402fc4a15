//! Puts its configuration on a bucket, knowing that it is right.

const CONFIGURATION: &str = include_str!("../replication.xml");

fn main() {
    println!("{CONFIGURATION}");
}
