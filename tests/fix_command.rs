//! `lint --fix`, `--unsafe-fixes` and `--diff` from outside: what is written, what is left alone, and what is told.

#[path = "support/git_fixture.rs"]
mod git_fixture;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const META: &str = "project: p\nconfigVersion: 1\n---\n";

/// A repository with one commit that holds these files.
fn repository(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let entry = |text: &str| git_fixture::Entry::file(text.as_bytes());
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), entry(text))).collect();
    git_fixture::Repository::create(folder.path(), &files)
        .and_then(|repository| repository.write_index())
        .expect("the repository is written");
    folder
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_werfkit"));
    command.current_dir(folder).arg("lint").args(arguments);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("WERF_") || name == "RUST_BACKTRACE" {
            command.env_remove(name);
        }
    }
    command
}

fn lint(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("the program runs")
}

fn lint_stdin(folder: &Path, arguments: &[&str], text: &str) -> Output {
    let mut child = command(folder, arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("the text is read");
    child.wait_with_output().expect("it ends")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn read(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).expect("a text")
}

/// Fixes a `werf.yaml` of a project that has nothing else.
fn fixed(text: &str, arguments: &[&str]) -> (String, Output) {
    let folder = repository(&[("werf.yaml", text)]);
    let output = lint(folder.path(), arguments);
    (read(folder.path(), "werf.yaml"), output)
}

#[test]
fn form_survives() {
    let text = "project: p # mine\r\nconfigVersion: 1\r\n\r\nimage:   app\r\nfrom: 'alpine:3.20'\r\nfromCacheversion:   \"1\"   # why\r\nshell:\r\n    install: [ \"a\",  5 ]\r\n";
    let (after, output) = fixed(text, &["--werf", "2", "--fix"]);
    let expected = text
        .replace("image:  ", "---\r\nimage:  ")
        .replace("fromCacheversion", "fromCacheVersion")
        .replace("  5 ", "  \"5\" ");
    assert_eq!(after, expected, "{}", told(&output));
    assert!(told(&output).contains("[unknown-field]"), "{}", told(&output));
    assert!(!told(&output).contains("not fixed"), "{}", told(&output));
}

#[test]
fn meaning_changes_only_when_asked() {
    let text = format!("{META}image: app\nfrom: alpine:3.20\ngit:\n- add: src\n  to: /app\n");
    let (after, output) = fixed(&text, &["--werf", "2", "--fix"]);
    assert_eq!(after, text);
    assert_eq!(output.status.code(), Some(1));
    let (after, _) = fixed(&text, &["--werf", "2", "--unsafe-fixes"]);
    assert_eq!(after, text.replace("add: src", "add: /src"));
}

#[test]
fn a_diff_is_one_that_other_tools_apply() {
    let text = format!("{META}image: app\r\nfromm: alpine:3.20");
    let folder = repository(&[("werf.yaml", &text), ("other.txt", "x")]);
    let output = lint(folder.path(), &["--werf", "2", "--diff"]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert_eq!(read(folder.path(), "werf.yaml"), text);
    fs::write(folder.path().join("fix.diff"), &output.stdout).expect("the diff is written");
    let applied = Command::new("git").current_dir(folder.path()).args(["apply", "-p0", "fix.diff"]).status();
    assert!(applied.expect("git runs").success(), "{}", out(&output));
    assert_eq!(read(folder.path(), "werf.yaml"), text.replace("fromm", "from"));
    let clean = repository(&[("werf.yaml", &text.replace("fromm", "from"))]);
    let output = lint(clean.path(), &["--werf", "2", "--diff"]);
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(0), ""));
}

#[test]
fn a_place_that_images_share_is_fixed_once() {
    let config = format!(
        "{META}{{{{ range list \"a\" \"b\" }}}}\n---\nimage: {{{{ . }}}}\n{{{{ include \"base\" . }}}}\n{{{{ end }}}}\n"
    );
    let include = "{{- define \"base\" }}fromm: alpine:3.20{{ end }}\n";
    let folder = repository(&[("werf.yaml", &config), (".werf/base.tmpl", include)]);
    let output = lint(folder.path(), &["--werf", "2", "--fix"]);
    assert_eq!(read(folder.path(), ".werf/base.tmpl"), include.replace("fromm", "from"), "{}", told(&output));
    assert_eq!(read(folder.path(), "werf.yaml"), config);
    assert_eq!(told(&output).matches("fixed ").count(), 1, "{}", told(&output));
    let names: Vec<_> = fs::read_dir(folder.path().join(".werf")).expect("a folder").collect();
    assert_eq!(names.len(), 1, "nothing else is left there");
}

#[test]
fn texts_of_actions_are_changed_only_by_what_is_a_text_there() {
    let text = format!("{META}image: builder\nfrom: alpine:3.20\n---\nimage: app\nfrom: {{{{ \"bulider\" }}}}\n");
    let (after, output) = fixed(&text, &["--werf", "3", "--unsafe-fixes"]);
    assert_eq!(after, text.replace("bulider", "builder"), "{}", told(&output));
    let text = format!("{META}image: {{{{ \"1\" }}}}\nfrom: alpine:3.20\n");
    let (after, _) = fixed(&text, &["--werf", "2", "--unsafe-fixes"]);
    assert_eq!(after, text);
    let text = format!("{META}image: {{{{ printf \"%d\" 1 }}}}\nfrom: alpine:3.20\n");
    let (after, _) = fixed(&text, &["--werf", "2", "--unsafe-fixes"]);
    assert_eq!(after, text);
}

#[test]
fn a_fix_that_brings_a_finding_is_not_applied() {
    let text = format!("{META}image: app\nfrom: alpine:3.20\ngit:\n- to: /app\n  stageDependency:\n    setup: x\n");
    let (after, output) = fixed(&text, &["--werf", "2", "--fix"]);
    assert_eq!(after, text);
    assert!(told(&output).contains("it would bring a finding of `stage-dependencies-without-instructions`"));
    let folder = repository(&[("werf.yaml", &text)]);
    let report = lint(folder.path(), &["--werf", "2", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&report.stdout).expect("JSON");
    assert_eq!(report["diagnostics"][0]["rule"], "unknown-field");
    assert_eq!(report["diagnostics"][0]["fix"], serde_json::Value::Null);
}

#[test]
fn other_files_of_werf_are_fixed_too() {
    let text = format!("{META}image: app\nfrom: alpine:3.20\n");
    let permissions = "giterminismConfigVersion: 1\nconfig: # all\n  stapel:\n    allowFromLastest: true\n";
    let folder = repository(&[("werf.yaml", &text), ("werf-giterminism.yaml", permissions)]);
    let output = lint(folder.path(), &["--werf", "3", "--fix"]);
    let expected = permissions.replace("allowFromLastest", "allowFromLatest");
    assert_eq!(read(folder.path(), "werf-giterminism.yaml"), expected, "{}", told(&output));
}

#[test]
fn names_in_actions_are_respelt() {
    let text = format!(
        "{META}{{{{- define \"version\" }}}}3.20{{{{ end }}}}\nimage: app\nfrom: alpine:{{{{ include \"vesion\" . | tirm }}}}\n"
    );
    let (after, output) = fixed(&text, &["--werf", "2", "--fix"]);
    assert_eq!(after, text.replace("vesion", "version").replace("tirm", "trim"), "{}", told(&output));
}

#[test]
fn rounds_follow_until_nothing_is_left() {
    let text =
        format!("{META}imgae: app\nformImage: base\n---\nimage: base\nfrom: alpine:3.20\nfromLatest: \"false\"\n");
    let (after, output) = fixed(&text, &["--werf", "2", "--fix"]);
    let expected = text.replace("imgae", "image").replace("formImage", "fromImage").replace("\"false\"", "false");
    assert_eq!(after, expected, "{}", told(&output));
}

#[test]
fn standard_input_comes_back_fixed() {
    let text = format!("{META}image: app\r\nfromm: alpine:3.20\r\n");
    let folder = repository(&[("werf.yaml", "project: p\nconfigVersion: 1\n")]);
    let output = lint_stdin(folder.path(), &["--werf", "2", "--fix", "-"], &text);
    assert_eq!(out(&output), text.replace("fromm", "from"), "{}", told(&output));
    assert_eq!(read(folder.path(), "werf.yaml"), "project: p\nconfigVersion: 1\n");
    let broken = format!("{META}image: [\n");
    assert_eq!(out(&lint_stdin(folder.path(), &["--werf", "2", "--fix", "-"], &broken)), broken);
    let output = lint_stdin(folder.path(), &["--werf", "2", "--diff", "-"], &text);
    assert!(out(&output).contains("+from: alpine:3.20"), "{}", out(&output));
}

#[cfg(unix)]
#[test]
fn files_keep_their_mode_and_links_are_not_left_by() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let text = format!("{META}image: app\nfromm: alpine:3.20\n");
    let folder = repository(&[("werf.yaml", &text)]);
    let config = folder.path().join("werf.yaml");
    fs::set_permissions(&config, fs::Permissions::from_mode(0o640)).expect("a mode");
    lint(folder.path(), &["--werf", "1.1", "--fix"]);
    assert_eq!(read(folder.path(), "werf.yaml"), text.replace("fromm", "from"));
    assert_eq!(fs::metadata(&config).expect("it is there").permissions().mode() & 0o777, 0o640);

    let outside = tempfile::tempdir().expect("a folder");
    fs::write(outside.path().join("werf.yaml"), &text).expect("a file");
    fs::remove_file(&config).expect("it was there");
    symlink(outside.path().join("werf.yaml"), &config).expect("a link");
    let output = lint(folder.path(), &["--werf", "1.1", "--fix"]);
    assert_eq!(read(outside.path(), "werf.yaml"), text, "{}", told(&output));
}
