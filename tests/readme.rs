//! The example of the README is what the program prints. `UPDATE_README=1 cargo test --test readme` writes it anew.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

#[path = "support/git_fixture.rs"]
mod git_fixture;

use git_fixture::{Entry, Repository};

const OPENING: &str =
    "<!-- example: the output of `werfkit lint examples/shop`, kept by tests/readme.rs -->\n```text\n";
const CLOSING: &str = "```\n<!-- end -->";

#[test]
fn the_example_is_what_the_program_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // A repository of its own, so that the answer does not depend on what is committed in this one.
    let folder = tempfile::tempdir().expect("a folder");
    let files: BTreeMap<String, Entry> = ["examples/shop/werf.yaml", "examples/shop/.werf/service.tmpl"]
        .iter()
        .map(|path| ((*path).to_owned(), Entry::file(fs::read(root.join(path)).expect("an example file"))))
        .collect();
    let repository = Repository::create(folder.path(), &files).expect("a repository");
    repository.write_index().expect("an index");
    let output = Command::new(env!("CARGO_BIN_EXE_werfkit"))
        .current_dir(folder.path())
        .args(["lint", "--color", "never", "examples/shop"])
        .env_remove("WERF_ENV")
        .output()
        .expect("the program runs");
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    let path = root.join("README.md");
    let readme = fs::read_to_string(&path).expect("README.md");
    let start = readme.find(OPENING).expect("the opening mark") + OPENING.len();
    let end = start + readme[start..].find(CLOSING).expect("the closing mark");
    if std::env::var_os("UPDATE_README").is_some() {
        let new = format!("{}{}{}", &readme[..start], printed, &readme[end..]);
        fs::write(&path, new).expect("README.md is written");
        return;
    }
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(&readme[start..end], printed, "run `UPDATE_README=1 cargo test --test readme`");
}
