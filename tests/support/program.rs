//! The program and `git` from outside, in a folder of their own.

#![allow(dead_code, reason = "each test binary compiles this file and uses a part of it")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::skipped;

/// The program without the variables of the machine that would change its answers.
pub fn werfkit(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_werfkit"));
    command.current_dir(folder).args(arguments);
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        if name_text.starts_with("WERF_") || name_text.starts_with("GIT_") || name_text == "RUST_BACKTRACE" {
            command.env_remove(name);
        }
    }
    command.output().expect("the program runs")
}

/// `git` with an author and nothing of the machine's settings.
pub fn git_command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .args(["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"])
        .args(["-c", "protocol.file.allow=always"])
        .args(arguments);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") {
            command.env_remove(name);
        }
    }
    command
}

/// Runs `git`, which must succeed.
pub fn git(folder: &Path, arguments: &[&str]) {
    let output = git_command(folder, arguments).output().expect("git runs");
    assert!(output.status.success(), "git {arguments:?}: {}", text(&output));
}

/// Writes files below a folder.
pub fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, content) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, content).expect("a file");
    }
}

/// A repository with one commit that holds these files.
pub fn repository(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), files);
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "-A", "-f"]);
    git(folder.path(), &["commit", "-q", "-m", "initial", "--allow-empty"]);
    folder
}

/// Both streams.
pub fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Standard output.
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// A program named by a variable (`.ci/peers` installs them) or found on PATH. One that is named must run; where there is none, the test
/// says loudly that it did not run.
pub fn tool(variable: &str, name: &str) -> Option<String> {
    let given = std::env::var(variable).ok().filter(|path| !path.is_empty());
    let is_given = given.is_some();
    let program = given.unwrap_or_else(|| name.to_owned());
    match Command::new(&program).arg("--version").output() {
        Ok(_) => Some(program),
        Err(error) if is_given => panic!("{variable} names {program}, which does not run: {error}"),
        Err(_) => {
            skipped::say(format!("`{name}` is not installed; name it with {variable}. This part was NOT tested."));
            None
        }
    }
}

/// A file named by a variable, which must be there; without the variable the test says loudly that it did not run.
pub fn file(variable: &str, what: &str) -> Option<PathBuf> {
    let Some(path) = std::env::var_os(variable).filter(|path| !path.is_empty()) else {
        skipped::say(format!("name {what} with {variable}. This part was NOT tested."));
        return None;
    };
    let path = PathBuf::from(path);
    assert!(path.is_file(), "{variable} names {}, which is not there", path.display());
    Some(path)
}
