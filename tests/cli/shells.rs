//! Completions, manual pages, and the schemas of documents.

use super::Desk;

#[test]
fn completions_know_every_command() {
    let desk = Desk::new("completions");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = desk.run(&["completions", shell]);
        for word in ["topology", "manifest", "dialect-old", "no-config", "completions"] {
            assert!(ran.ended(0).out.contains(word), "{shell}: {word}");
        }
    }
    desk.run(&["completions", "tcsh"]).ended(2);
    desk.run(&["completions"]).ended(2);
}

#[test]
fn every_command_has_a_manual_page() {
    let desk = Desk::new("man");
    let page = desk.run(&["man"]);
    assert!(page.ended(0).out.contains(".TH s3-replication 1"), "{}", page.out);
    desk.run(&["man", "--out", "pages/man1"]).ended(0);
    let folder = desk.0.join("pages/man1");
    for (file, words) in [
        ("s3-replication.1", "batch"),
        ("s3-replication-check.1", "source\\-bucket"),
        ("s3-replication-batch-run.1", "dry\\-run"),
        ("s3-replication-completions.1", "elvish"),
    ] {
        let page = std::fs::read_to_string(folder.join(file)).unwrap();
        assert!(page.contains(words), "{file}");
    }
    let pages = std::fs::read_dir(&folder).unwrap().count();
    assert!(pages >= 22, "{pages}");
    desk.put("file", "");
    desk.run(&["man", "--out", "file"]).ended(2);
}
