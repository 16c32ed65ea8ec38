//! Local changes as the `git` program tells them and as werfkit tells them, over repositories changed at random.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;

use werfkit::git::Repository;
use werfkit::limits::Limits;

#[path = "support/git_fixture.rs"]
mod git_fixture;

use git_fixture::Entry;

/// A small generator of numbers, so that a failure can be repeated by its seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).expect("a small number")
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

const PATHS: &[&str] = &[
    "a",
    "b.txt",
    "c.log",
    "d/e",
    "d/f.log",
    "d/g/h",
    "d/g/i.txt",
    "k/l",
    "k/m/n",
    "k/m/ignored/o",
    "build/p",
    "sp ace",
    "ü",
];
const TEXTS: &[&str] = &["", "x\n", "y\n", "longer text\n", "x\r\n"];

fn git(root: &Path, home: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .args(["-c", "core.quotePath=false"])
        .args(arguments)
        .current_dir(root)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn change(random: &mut Random, root: &Path, home: &Path) {
    let path = random.pick(PATHS);
    let full = root.join(path);
    match random.below(9) {
        0 => {
            let _ = fs::remove_file(&full);
        }
        1 => {
            let _ = fs::set_permissions(&full, fs::Permissions::from_mode(0o755));
        }
        2 => {
            let _ = git(root, home, &["add", "-f", path]);
        }
        3 => {
            let _ = git(root, home, &["rm", "-q", "--cached", "-f", path]);
        }
        4 => {
            let _ = Entry::Link(random.pick(PATHS).to_owned()).write(&full);
        }
        5 => {
            let patterns = ["*.log\n", "ignored/\n", "/build\n!b.txt\nd/g\n", "k/**\n!k/l\n"];
            let folder = random.pick(&["", "d/", "k/"]);
            let _ = Entry::file(random.pick(&patterns)).write(&root.join(format!("{folder}.gitignore")));
        }
        6 => {
            let _ = git(root, home, &["add", "-N", path]);
        }
        _ => {
            let _ = Entry::file(random.pick(TEXTS)).write(&full);
        }
    }
}

/// Untracked and changed paths as git tells them.
fn told_by_git(root: &Path, home: &Path, path: &str) -> Option<(BTreeSet<String>, BTreeSet<String>)> {
    let mut arguments = vec!["status", "--porcelain=v2", "--untracked-files=all", "--no-renames", "-z"];
    if !path.is_empty() {
        arguments.extend(["--", path]);
    }
    let (mut untracked, mut changed) = (BTreeSet::new(), BTreeSet::new());
    for line in git(root, home, &arguments)?.split('\0').filter(|line| !line.is_empty()) {
        match line.split_once(' ') {
            Some(("?", path)) => untracked.insert(path.to_owned()),
            Some(("1", rest)) => changed.insert(rest.splitn(8, ' ').nth(7).unwrap_or_default().to_owned()),
            Some(("u", rest)) => changed.insert(rest.splitn(10, ' ').nth(9).unwrap_or_default().to_owned()),
            _ => panic!("an unexpected line: {line}"),
        };
    }
    Some((untracked, changed))
}

#[test]
fn local_changes_are_those_that_git_tells() {
    let scratch = tempfile::tempdir().expect("a temporary folder");
    let home = scratch.path().join("home");
    fs::create_dir_all(&home).expect("a folder");
    if git(&home, &home, &["--version"]).is_none() {
        println!("no git program");
        return;
    }
    let mut told = 0;
    for seed in 1..=25_u64 {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let root = scratch.path().join(format!("r{seed}"));
        fs::create_dir_all(&root).expect("a folder");
        let mut files = BTreeMap::new();
        for _ in 0..random.below(12) {
            files.insert(random.pick(PATHS).to_owned(), Entry::file(random.pick(TEXTS)));
        }
        let repository = git_fixture::Repository::create(&root, &files).expect("a repository");
        repository.write_index().expect("an index");
        if random.below(4) == 0 {
            let _ = Entry::file("* text=auto\n").write(&root.join(".gitattributes"));
        }
        for _ in 0..random.below(14) {
            change(&mut random, &root, &home);
        }
        for path in ["", "d", "k/m", "a", "b.txt", "d/g/h", "missing"] {
            let Some((untracked, changed)) = told_by_git(&root, &home, path) else { return };
            told += untracked.len() + changed.len();
            let repository = Rc::new(Repository::open(&root, Limits::default()).expect("it opens"));
            let head = repository.head().expect("there is a commit");
            let status = repository.status(path, &repository.files(&head), &|_| true).expect("a status");
            let sets = (status.untracked.iter().cloned().collect(), status.changed.iter().cloned().collect());
            assert_eq!((untracked, changed), sets, "seed {seed}, path {path:?} (git on the left)");
        }
    }
    assert!(told > 100, "the repositories have changes: {told}");
}
