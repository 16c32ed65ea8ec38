//! Reading projects: discovery, giterminism, includes, `.Files` and `env`, against what werf answered.

#[path = "support/txtar.rs"]
mod txtar;

#[test]
fn a_case_becomes_the_repository_that_git_would_make() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let case = folder.path().join("case.txtar");
    let text = concat!(
        "words\n-- .case --\n{\"env\": \"dev\", \"worktree\": {\"a.txt\": \"changed\\n\", \"new.txt\": \"new\\n\"}, \"exec\": [\"run.sh\"], \"symlinks\": {\"link\": \"a.txt\"}}\n",
        "-- werf.yaml --\nproject: demo\n-- a.txt --\nx\n-- run.sh --\n#!/bin/sh\n-- deep/er/file --\ny\n-- deep.txt --\nz\n"
    );
    std::fs::write(&case, text).expect("the case is written");
    let meta = txtar::materialise(&case, &folder.path().join("out")).expect("the case is materialised");
    assert_eq!(meta.env.as_deref(), Some("dev"));
    assert_eq!(meta.dialects.len(), 4);
    let Ok(status) = std::process::Command::new("git")
        .args(["status", "--porcelain"])
        .current_dir(&meta.root)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("HOME", &meta.home)
        .output()
    else {
        return;
    };
    assert_eq!(
        String::from_utf8_lossy(&status.stdout),
        " M a.txt\n?? new.txt\n",
        "{}",
        String::from_utf8_lossy(&status.stderr)
    );
    let check = std::process::Command::new("git")
        .args(["fsck", "--strict"])
        .current_dir(&meta.root)
        .output()
        .expect("git ran before");
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stderr));
}
