//! The program from outside: exit codes, streams, and bad input that must end in one clear message.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const CONFIG: &str = "project: p\nconfigVersion: 1\n---\nimage: app\nfrom: alpine:3.20\n";

fn werfkit(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("the program runs")
}

/// The program without the variables of the machine that would change its answers.
fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_werfkit"));
    command.current_dir(folder).args(arguments);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("WERF_") || name == "RUST_BACKTRACE" {
            command.env_remove(name);
        }
    }
    command
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("it ended by itself")
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn git(folder: &Path, arguments: &[&str]) {
    let status = Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("git runs");
    assert!(status.success(), "git {arguments:?}");
}

/// A repository with one commit that holds these files.
fn repository(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, content) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, content).expect("a file");
    }
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "-A", "-f"]);
    git(folder.path(), &["commit", "-q", "-m", "initial", "--allow-empty"]);
    folder
}

#[test]
fn a_clean_project_ends_with_0() {
    let folder = repository(&[("werf.yaml", CONFIG.as_bytes())]);
    let output = werfkit(folder.path(), &["lint"]);
    assert_eq!(code(&output), 0, "{}", text(&output));
}

#[test]
fn findings_end_with_1_and_fail_on_moves_the_threshold() {
    let folder = repository(&[("werf.yaml", CONFIG.replace("from", "fromm").as_bytes())]);
    assert_eq!(code(&werfkit(folder.path(), &["lint"])), 1);
    assert_eq!(code(&werfkit(folder.path(), &["lint", "--fail-on", "never"])), 0);
    let warned = repository(&[("werf.yaml", CONFIG.replace(":3.20", ":latest").as_bytes())]);
    assert_eq!(code(&werfkit(warned.path(), &["lint"])), 0);
    assert_eq!(code(&werfkit(warned.path(), &["lint", "--fail-on", "warning"])), 1);
}

#[test]
fn json_is_one_object_in_every_case() {
    let folder = repository(&[("werf.yaml", CONFIG.as_bytes())]);
    for arguments in [&["lint", "--format", "json"][..], &["lint", "--format", "json", "no-such-path"]] {
        let output = werfkit(folder.path(), arguments);
        let value: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(value["format"], "werfkit-lint/1");
    }
}

#[test]
fn render_prints_the_bytes_that_werf_parses() {
    let config = "project: p\r\nconfigVersion: 1\n---\n{{ range list 1 2 -}}\nx{{ . }}: y\n{{ end }}";
    let folder = repository(&[("werf.yaml", config.as_bytes())]);
    let output = werfkit(folder.path(), &["render"]);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "project: p\r\nconfigVersion: 1\n---\nx1: y\nx2: y\n",
        "{}",
        text(&output)
    );
    let map = werfkit(folder.path(), &["render", "--map"]);
    let map = String::from_utf8_lossy(&map.stdout).into_owned();
    assert!(map.contains("werf.yaml:5\tx1: y\n"), "{map}");
}

#[test]
fn standard_input_stands_in_for_a_file() {
    let folder = repository(&[("werf.yaml", CONFIG.as_bytes())]);
    let mut command = command(folder.path(), &["lint", "--format", "concise", "--stdin-filename", "werf.yaml"]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let saved = CONFIG.replace("from:", "fromm:");
    child.stdin.take().expect("a pipe").write_all(saved.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(code(&output), 1);
    assert!(text(&output).contains("werf.yaml:5:1: error[unknown-field]"), "{}", text(&output));
}

#[test]
fn explain_knows_the_rules_and_suggests() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = werfkit(folder.path(), &["explain", "from-missing"]);
    assert_eq!(code(&page), 0);
    assert!(text(&page).starts_with("# from-missing\n"));
    let list = werfkit(folder.path(), &["explain"]);
    assert!(text(&list).contains("from-missing"));
    let wrong = werfkit(folder.path(), &["explain", "from-mising"]);
    assert_eq!(code(&wrong), 2);
    assert!(text(&wrong).contains("did you mean `from-missing`?"), "{}", text(&wrong));
}

#[test]
fn wrong_usage_ends_with_2() {
    let folder = tempfile::tempdir().expect("a folder");
    let calls: [&[&str]; 7] = [
        &[],
        &["lnt"],
        &["lint", "--werf", "4"],
        &["lint", "--set-env", "novalue"],
        &["lint", "--format", "xml"],
        &["lint", "--stdin-filename", "werf.yaml", "a", "b"],
        &["lint", "no-such-path"],
    ];
    for call in calls {
        let output = werfkit(folder.path(), call);
        assert_eq!(code(&output), 2, "{call:?}: {}", text(&output));
        assert!(!text(&output).is_empty(), "{call:?} says nothing");
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = format!("'{}' explain | head -c 1", env!("CARGO_BIN_EXE_werfkit"));
    let output = Command::new("bash").current_dir(folder.path()).args(["-c", &script]).output().expect("bash runs");
    assert!(output.stderr.is_empty(), "{}", text(&output));
}

/// Bad input ends with 1 or 2 and with words, never with a panic, a signal or silence.
#[test]
fn bad_input_ends_in_one_clear_message() {
    let huge = {
        let folder = repository(&[]);
        let file = fs::File::create(folder.path().join("werf.yaml")).expect("a file");
        file.set_len(100 << 20).expect("a sparse file");
        folder
    };
    let directory = repository(&[("werf.yaml/x", b"")]);
    let no_git = tempfile::tempdir().expect("a folder");
    fs::write(no_git.path().join("werf.yaml"), CONFIG).expect("a file");
    let corrupt = repository(&[("werf.yaml", CONFIG.as_bytes())]);
    fs::write(corrupt.path().join(".git/HEAD"), "nonsense\u{0}").expect("a file");
    let broken_index = repository(&[("werf.yaml", CONFIG.as_bytes())]);
    fs::write(broken_index.path().join(".git/index"), "DIRCnonsense").expect("a file");
    let no_objects = repository(&[("werf.yaml", CONFIG.as_bytes())]);
    fs::remove_dir_all(no_objects.path().join(".git/objects")).expect("removed");
    fs::create_dir(no_objects.path().join(".git/objects")).expect("a folder");
    let empty = tempfile::tempdir().expect("a folder");
    git(empty.path(), &["init", "-q"]);
    let cases: Vec<(&str, tempfile::TempDir)> = vec![
        ("no config", repository(&[("other.yaml", b"")])),
        ("no git", no_git),
        ("no commit", empty),
        ("a directory", directory),
        ("100 MB", huge),
        ("empty", repository(&[("werf.yaml", b"")])),
        ("NUL bytes", repository(&[("werf.yaml", b"project: p\0\nconfigVersion: 1\n")])),
        ("binary", repository(&[("werf.yaml", &[0x7f, b'E', b'L', b'F', 0, 0xff, 0xfe, 0, 1, 2])])),
        ("invalid UTF-8", repository(&[("werf.yaml", b"project: \xff\xfe\nconfigVersion: 1\n")])),
        ("corrupt HEAD", corrupt),
        ("corrupt index", broken_index),
        ("no objects", no_objects),
        ("deep flow", repository(&[("werf.yaml", "[".repeat(200_000).as_bytes())])),
        ("deep parentheses", repository(&[("werf.yaml", format!("{{{{ {}", "(".repeat(100_000)).as_bytes())])),
        (
            "endless include",
            repository(&[("werf.yaml", b"{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}")]),
        ),
        ("endless tpl", repository(&[("werf.yaml", b"{{ $_ := set . \"t\" \"{{ tpl .t . }}\" }}{{ tpl .t . }}")])),
        ("a huge text", repository(&[("werf.yaml", b"{{ repeat 1000000000 \"x\" }}")])),
        (
            "a long loop",
            repository(&[(
                "werf.yaml",
                b"{{ range until 1000000000 }}{{ range until 1000000000 }}x{{ end }}{{ end }}",
            )]),
        ),
    ];
    let mut wrong = Vec::new();
    for (name, folder) in &cases {
        for arguments in [&["lint", "--werf", "2"][..], &["lint", "--werf", "1.1", "--format", "json"]] {
            let output = werfkit(folder.path(), arguments);
            let tolerated = arguments.contains(&"1.1")
                && matches!(*name, "no git" | "no commit" | "corrupt HEAD" | "corrupt index" | "no objects");
            match output.status.code() {
                Some(1 | 2) => {}
                Some(0) if tolerated => {}
                other => wrong.push(format!("{name} {arguments:?}: {other:?} {}", text(&output))),
            }
            if text(&output).contains("bug in werfkit") || text(&output).trim().is_empty() {
                wrong.push(format!("{name} {arguments:?}: {}", text(&output)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[cfg(unix)]
#[test]
fn links_in_a_loop_and_unreadable_files_are_told() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let looped = repository(&[]);
    symlink("werf.yml", looped.path().join("werf.yaml")).expect("a link");
    symlink("werf.yaml", looped.path().join("werf.yml")).expect("a link");
    symlink(".", looped.path().join(".werf")).expect("a link");
    git(looped.path(), &["add", "-A"]);
    git(looped.path(), &["commit", "-q", "-m", "links"]);
    let closed = repository(&[("werf.yaml", CONFIG.as_bytes())]);
    fs::set_permissions(closed.path().join("werf.yaml"), fs::Permissions::from_mode(0o000)).expect("set");
    for folder in [&looped, &closed] {
        for werf in ["1.1", "2"] {
            let output = werfkit(folder.path(), &["lint", "--werf", werf]);
            // Root reads every file, so the unreadable one is a clean project there.
            let accepted = folder.path() == closed.path() && code(&output) == 0;
            assert!(accepted || matches!(code(&output), 1 | 2), "{}", text(&output));
            assert!(!text(&output).contains("bug in werfkit"), "{}", text(&output));
        }
    }
}
