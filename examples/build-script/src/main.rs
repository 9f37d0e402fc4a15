//! Prints the configuration, which the build script has checked.

const CONFIGURATION: &str = include_str!("../replication.xml");

fn main() {
    println!("{CONFIGURATION}");
}
