//! Text that is not committed yet: `--as-if-committed`, and the hooks in the real pre-commit.

#[path = "support/program.rs"]
mod program;
#[path = "support/skipped.rs"]
mod skipped;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use program::{git, git_command, repository, stdout, text, tool, werfkit, write};

const GOOD: &str = "project: p\nconfigVersion: 1\n---\nimage: app\nfrom: alpine:3.20\n";
const BROKEN: &str = "project: p\nconfigVersion: 1\n---\nimage: app\nfromm: alpine:3.20\n";

fn lint(folder: &Path, which: &str) -> (Option<i32>, String) {
    let output = werfkit(folder, &["lint", "--werf", "2", "--format", "concise", "--as-if-committed", which]);
    (output.status.code(), stdout(&output))
}

#[test]
fn without_the_option_werf_has_the_last_word() {
    let folder = repository(&[("werf.yaml", GOOD)]);
    write(folder.path(), &[("werf.yaml", &format!("{GOOD}# more\n"))]);
    let output = werfkit(folder.path(), &["lint", "--format", "concise"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("config-uncommitted"), "{}", text(&output));
}

#[test]
fn staged_text_is_what_is_linted() {
    let folder = repository(&[("werf.yaml", GOOD)]);
    assert_eq!(lint(folder.path(), "staged"), (Some(0), "no findings (werf 2: asked for, 1 image)\n".to_owned()));
    write(folder.path(), &[("werf.yaml", BROKEN)]);
    // Saved, but no part of the next commit.
    assert_eq!(lint(folder.path(), "staged").0, Some(0));
    git(folder.path(), &["add", "werf.yaml"]);
    write(folder.path(), &[("werf.yaml", GOOD)]);
    insta::assert_snapshot!(lint(folder.path(), "staged").1, @r"
    werf.yaml:1:1: info[not-committed-yet] staged, but not committed yet: `werf.yaml`
    werf.yaml:5:1: error[unknown-field] unknown key `fromm` in a stapel image
    1 error, 1 info (werf 2: asked for)
    ");
}

#[test]
fn what_is_not_staged_is_missing_in_the_commit() {
    let config = GOOD.replace("from:", "{{ include \"x\" . }}\nfrom:");
    let folder = repository(&[("werf.yaml", GOOD)]);
    write(folder.path(), &[("werf.yaml", &config), (".werf/x.tmpl", "{{ define \"x\" }}fromCacheVersion: a{{ end }}")]);
    git(folder.path(), &["add", "werf.yaml"]);
    let (code, output) = lint(folder.path(), "staged");
    assert_eq!(code, Some(1));
    assert!(output.contains("template-file-untracked"), "{output}");
    git(folder.path(), &["add", "-A"]);
    let (code, output) = lint(folder.path(), "staged");
    assert_eq!(code, Some(0), "{output}");
    assert!(output.contains("not committed yet: `.werf/x.tmpl`, `werf.yaml`"), "{output}");
    assert_eq!(output.matches("not-committed-yet").count(), 1, "one note, not one per file");
}

#[test]
fn deleted_and_first_files() {
    let folder = repository(&[("werf.yaml", GOOD), ("data", "x")]);
    git(folder.path(), &["rm", "-q", "--cached", "werf.yaml"]);
    let (code, output) = lint(folder.path(), "staged");
    assert_eq!(code, Some(1));
    assert!(output.contains("config-untracked"), "{output}");
    fs::remove_file(folder.path().join("werf.yaml")).expect("removed");
    assert!(lint(folder.path(), "staged").1.contains("config-not-found"));
    // A repository before its first commit.
    let first = tempfile::tempdir().expect("a folder");
    write(first.path(), &[("werf.yaml", GOOD)]);
    git(first.path(), &["init", "-q"]);
    git(first.path(), &["add", "-A"]);
    let (code, output) = lint(first.path(), "staged");
    assert_eq!(code, Some(0), "{output}");
    assert!(output.contains("not-committed-yet"), "{output}");
}

#[test]
fn saved_text_is_what_an_editor_wants() {
    let folder = repository(&[("werf.yaml", GOOD), (".werf/old.tmpl", "{{ nonsense")]);
    fs::remove_file(folder.path().join(".werf/old.tmpl")).expect("removed");
    let config = GOOD.replace("from:", "{{ .Files.Get \"new\" }}\n{{ include \"x\" . }}\nfrom:");
    let template = "{{ define \"x\" }}git: [{add: /, to: /a}]{{ end }}";
    write(folder.path(), &[("werf.yaml", &config), ("new", "fromCacheVersion: a"), (".werf/x.tmpl", template)]);
    let (code, output) = lint(folder.path(), "saved");
    assert_eq!(code, Some(0), "{output}");
    assert!(output.contains("not committed yet: `.werf/x.tmpl`, `new`, `werf.yaml`"), "{output}");
}

/// The real pre-commit with a home of its own.
struct PreCommit {
    program: String,
    home: tempfile::TempDir,
    hooks: tempfile::TempDir,
}

impl PreCommit {
    fn new(hooks: tempfile::TempDir) -> Option<Self> {
        let program = tool("WERFKIT_PRE_COMMIT", "pre-commit")?;
        Some(Self { program, home: tempfile::tempdir().expect("a folder"), hooks })
    }

    /// Makes a command see this pre-commit and the program under test.
    fn surround(&self, command: &mut Command) {
        let mut path: Vec<PathBuf> = vec![Path::new(env!("CARGO_BIN_EXE_werfkit")).parent().expect("a folder").into()];
        path.extend(Path::new(&self.program).parent().filter(|parent| parent.is_dir()).map(Path::to_path_buf));
        path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
        command
            .env("PRE_COMMIT_HOME", self.home.path())
            .env("PATH", std::env::join_paths(path).expect("a path"))
            .env("GIT_CONFIG_COUNT", "1")
            .env("GIT_CONFIG_KEY_0", "safe.directory")
            .env("GIT_CONFIG_VALUE_0", "*");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("WERF_") {
                command.env_remove(name);
            }
        }
    }

    /// A project in which the hook `id` is installed.
    fn project(&self, id: &str) -> tempfile::TempDir {
        let head = git_command(self.hooks.path(), &["rev-parse", "HEAD"]).output().expect("git runs");
        let config = format!(
            "repos:\n- repo: {}\n  rev: {}  hooks:\n  - id: {id}\n    verbose: true\n",
            self.hooks.path().display(),
            String::from_utf8_lossy(&head.stdout)
        );
        let folder = repository(&[("README", "x"), (".pre-commit-config.yaml", &config)]);
        let mut install = Command::new(&self.program);
        install.current_dir(folder.path()).arg("install");
        self.surround(&mut install);
        let output = install.output().expect("pre-commit runs");
        assert!(output.status.success(), "{}", text(&output));
        folder
    }

    fn commit(&self, folder: &Path, arguments: &[&str]) -> Output {
        let mut command = git_command(folder, &["commit", "-m", "try"]);
        command.args(arguments);
        self.surround(&mut command);
        command.output().expect("git runs")
    }

    fn a_broken_file_fails_and_a_mended_one_passes(&self, id: &str) {
        let folder = self.project(id);
        write(folder.path(), &[("werf.yaml", BROKEN)]);
        git(folder.path(), &["add", "-A"]);
        let refused = self.commit(folder.path(), &[]);
        assert!(!refused.status.success(), "{}", text(&refused));
        assert!(text(&refused).contains("unknown-field"), "{}", text(&refused));
        write(folder.path(), &[("werf.yaml", GOOD)]);
        git(folder.path(), &["add", "-A"]);
        let passed = self.commit(folder.path(), &[]);
        assert!(passed.status.success(), "{}", text(&passed));
        assert!(text(&passed).contains("not-committed-yet"), "{}", text(&passed));
        // `git commit -a` prepares an index of its own for the hooks.
        write(folder.path(), &[("werf.yaml", BROKEN)]);
        let refused = self.commit(folder.path(), &["-a"]);
        assert!(!refused.status.success() && text(&refused).contains("unknown-field"), "{}", text(&refused));
        // What is not part of the commit does not matter.
        write(folder.path(), &[("README", "y")]);
        git(folder.path(), &["add", "README"]);
        let passed = self.commit(folder.path(), &[]);
        assert!(passed.status.success(), "{}", text(&passed));
    }
}

fn manifest() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_system_hook_holds_back_a_broken_file() {
    let hooks = fs::read_to_string(manifest().join(".pre-commit-hooks.yaml")).expect("the hooks");
    let Some(pre_commit) = PreCommit::new(repository(&[(".pre-commit-hooks.yaml", &hooks)])) else { return };
    pre_commit.a_broken_file_fails_and_a_mended_one_passes("werfkit-system");
}

#[test]
fn the_rust_hook_builds_itself_and_holds_back_a_broken_file() {
    if std::env::var_os("WERFKIT_PRE_COMMIT_RUST").is_none() {
        skipped::say("the rust hook compiles the whole program; set WERFKIT_PRE_COMMIT_RUST=1. This was NOT tested.");
        return;
    }
    let hooks = tempfile::tempdir().expect("a folder");
    git(hooks.path(), &["clone", "-q", &manifest().display().to_string(), "."]);
    let Some(pre_commit) = PreCommit::new(hooks) else { return };
    pre_commit.a_broken_file_fails_and_a_mended_one_passes("werfkit");
}
