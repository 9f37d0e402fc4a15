//! Files that commands write: one owner for each, nothing half written, and nothing left behind.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::Desk;
use super::batch_run::{self, with};

/// The names in a folder, in order.
fn names(desk: &Desk, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(desk.0.join(folder)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// REP-959: of several jobs that run at the same time with one report folder, one succeeds. The others
/// report the folder, and leave nothing in it.
#[test]
fn one_report_folder_takes_one_job() {
    let desk = batch_run::desk("one-folder");
    let run: Vec<_> = with(&["--report", "out"]);
    let run: Vec<_> = run.iter().map(|word| word.replace("objects.jsonl", "-")).collect();
    let run: Vec<&str> = run.iter().map(String::as_str).collect();
    // Each job has seen an empty place before any of them gets its versions.
    let mut jobs: Vec<_> = (0..5).map(|_| desk.start(&run)).collect();
    std::thread::sleep(Duration::from_millis(300));
    for (number, job) in jobs.iter_mut().enumerate() {
        let object = format!("{{\"Key\": \"Tax/{number}\", \"VersionId\": \"v\", \"Size\": 1}}\n");
        job.stdin.take().unwrap().write_all(object.as_bytes()).unwrap();
    }
    let mut winners = Vec::new();
    for (number, job) in jobs.into_iter().enumerate() {
        let ended = job.wait_with_output().unwrap();
        let error = String::from_utf8(ended.stderr).unwrap();
        match ended.status.code() {
            Some(0) => winners.push(number),
            code => {
                assert_eq!(code, Some(2), "{error}");
                assert!(error.contains("exists; remove it, or name another folder"), "{error}");
            }
        }
    }
    assert_eq!(winners.len(), 1, "{winners:?}");
    assert_eq!(names(&desk, "out"), ["manifest.json", "manifest.json.md5", "results"]);
    let results = names(&desk, "out/results");
    assert_eq!(results.len(), 1);
    let rows = std::fs::read_to_string(desk.0.join("out/results").join(&results[0])).unwrap();
    assert!(rows.contains(&format!("Tax/{}", winners[0])), "{rows}");
    desk.run(&["batch", "report", "out/manifest.json"]).ended(0);
}

/// A signal ends a command that is writing. The incomplete file goes, and the older one stays.
#[test]
#[cfg(unix)]
fn a_signal_leaves_no_incomplete_file() {
    use std::os::unix::process::ExitStatusExt as _;

    let desk = batch_run::desk("signal");
    let mut rows = String::new();
    for number in 0..300_000 {
        writeln!(rows, "src,Tax/{number},v,STANDARD").unwrap();
    }
    desk.put_columns("Bucket, Key, VersionId, StorageClass", &rows);
    desk.put("list.csv", "older\n");
    let before = names(&desk, ".");
    for (signal, number) in [("TERM", 15), ("INT", 2), ("HUP", 1)] {
        let arguments =
            ["batch", "manifest", "-c", "rules.json", "-i", "manifest.json", "-o", "list.csv"];
        let mut child = desk.start(&arguments);
        let begun = Instant::now();
        while names(&desk, ".") == before && begun.elapsed() < Duration::from_secs(20) {
            assert!(child.try_wait().unwrap().is_none(), "it ended before the signal");
            std::thread::sleep(Duration::from_millis(2));
        }
        let sent = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
        assert!(sent.unwrap().success());
        let ended = child.wait().unwrap();
        assert_eq!(ended.signal(), Some(number), "{ended:?}");
        assert_eq!(names(&desk, "."), before, "after SIG{signal}");
        assert_eq!(std::fs::read_to_string(desk.0.join("list.csv")).unwrap(), "older\n");
    }
}

/// Help and version into a full disk are an error with a message, and no panic; a mistake in the usage
/// keeps its status wherever its text goes.
#[test]
#[cfg(target_os = "linux")]
fn help_into_a_full_disk_fails() {
    if !std::path::Path::new("/dev/full").exists() {
        return;
    }
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let command = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_s3-replication"));
        command.args(arguments).stdin(Stdio::null());
        command
    };
    for arguments in [
        &["--help"][..],
        &["-h"],
        &["--version"],
        &["help"],
        &["batch", "run", "--help"],
        &["demo"],
    ] {
        let ended = command(arguments).stdout(full()).output().unwrap();
        let error = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(2), "{arguments:?}: {error}");
        assert!(error.starts_with("error: cannot write to the standard output"), "{error}");
    }
    for arguments in [&["nonsense"][..], &[], &["check", "missing.xml"]] {
        let ended = command(arguments).stderr(full()).output().unwrap();
        assert_eq!(ended.status.code(), Some(2), "{arguments:?}");
    }
}
