//! Conformance cases (`.txtar`) and corpus projects as real git repositories.
//!
//! In: a case file or a project folder. Out: a repository below a destination folder and what the case says about the run. The form of a case is described in
//! the README of the conformance suite. Never: the `git` program, the network.

#![allow(dead_code, reason = "each test binary compiles this file and uses a part of it")]

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

#[path = "git_fixture.rs"]
pub mod git_fixture;

use git_fixture::{Entry, Repository};

/// What a case says about the run, and where it was written.
#[derive(Clone, Debug, Default)]
pub struct CaseMeta {
    /// Words before the first section.
    pub comment: String,
    /// Root of the repository: `<destination>/project`.
    pub root: PathBuf,
    /// Project directory: the root or a folder below it. The reference ran with this as current directory.
    pub project_dir: PathBuf,
    /// An empty home directory: `<destination>/home`.
    pub home: PathBuf,
    /// Environment name (`--env`).
    pub env: Option<String>,
    /// Main file relative to the project directory (`--config`).
    pub config: Option<String>,
    /// Project directory relative to the root.
    pub dir: Option<String>,
    /// Names of the dialects in which the case is run; all four by default.
    pub dialects: Vec<String>,
    /// The whole environment of the process, `HOME` and `PATH` included.
    pub environ: BTreeMap<String, String>,
    /// Whether something was changed after the commit.
    pub uncommitted: bool,
}

/// A parsed case.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// Words before the first section.
    pub comment: String,
    /// What is committed, by path.
    pub files: BTreeMap<String, Entry>,
    /// What is written and staged after the commit (`None`: removed).
    pub staged: Vec<(String, Option<String>)>,
    /// What is written after the commit (`None`: removed).
    pub worktree: Vec<(String, Option<String>)>,
    /// The `.case` section.
    pub settings: serde_json::Map<String, Value>,
}

fn invalid(message: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message.into())
}

/// The name in a marker line `-- name --`.
fn marker(line: &[u8]) -> Option<String> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let name = line.strip_prefix(b"-- ")?.strip_suffix(b" --")?;
    let name = String::from_utf8_lossy(name).trim().to_owned();
    (!name.is_empty()).then_some(name)
}

fn changes(value: Option<&Value>) -> Vec<(String, Option<String>)> {
    let Some(Value::Object(map)) = value else { return Vec::new() };
    map.iter().map(|(path, content)| (path.clone(), content.as_str().map(str::to_owned))).collect()
}

/// Parses a case.
pub fn parse(text: &[u8]) -> io::Result<Case> {
    let mut case = Case::default();
    let mut sections: Vec<(String, Vec<u8>)> = Vec::new();
    let mut comment = Vec::new();
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if let Some(name) = marker(line) {
            sections.push((name, Vec::new()));
            continue;
        }
        let target = sections.last_mut().map_or(&mut comment, |(_, content)| content);
        target.extend(line);
        if !line.ends_with(b"\n") {
            target.push(b'\n');
        }
    }
    case.comment = String::from_utf8_lossy(&comment).into_owned();
    for (name, content) in sections {
        if name == ".case" {
            case.settings = serde_json::from_slice(&content).map_err(|error| invalid(format!(".case: {error}")))?;
        } else {
            case.files.insert(name, Entry::file(content));
        }
    }
    let object = |key: &str| case.settings.get(key).and_then(Value::as_object).cloned().unwrap_or_default();
    for (path, content) in object("raw") {
        let content = STANDARD
            .decode(content.as_str().unwrap_or_default())
            .map_err(|error| invalid(format!("raw {path}: {error}")))?;
        case.files.insert(path, Entry::file(content));
    }
    for (path, target) in object("symlinks") {
        case.files.insert(path, Entry::Link(target.as_str().unwrap_or_default().to_owned()));
    }
    let executables = case.settings.get("exec").and_then(Value::as_array).cloned().unwrap_or_default();
    for path in executables.iter().filter_map(Value::as_str) {
        if let Some(Entry::File { executable, .. }) = case.files.get_mut(path) {
            *executable = true;
        }
    }
    case.staged = changes(case.settings.get("staged"));
    case.worktree = changes(case.settings.get("worktree"));
    Ok(case)
}

/// Removes a file and the folders that become empty, as `git rm` does.
fn remove_with_empty_folders(root: &Path, path: &str) -> io::Result<()> {
    let full = root.join(path);
    match fs::remove_file(&full) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut folder = full.parent();
    while let Some(current) = folder.filter(|current| *current != root) {
        if fs::remove_dir(current).is_err() {
            break;
        }
        folder = current.parent();
    }
    Ok(())
}

/// Writes the case at `case_path` below `destination` (which must be empty or absent).
pub fn materialise(case_path: &Path, destination: &Path) -> io::Result<CaseMeta> {
    let case = parse(&fs::read(case_path)?)?;
    let root = destination.join("project");
    let home = destination.join("home");
    fs::create_dir_all(&root)?;
    fs::create_dir_all(&home)?;
    let mut repository = Repository::create(&root, &case.files)?;
    for (path, content) in &case.staged {
        match content {
            Some(content) => repository.add(path, &Entry::file(content.as_bytes()))?,
            None => repository.remove(path)?,
        }
    }
    repository.write_index()?;
    for (path, content) in &case.worktree {
        match content {
            Some(content) => Entry::file(content.as_bytes()).write(&root.join(path))?,
            None => remove_with_empty_folders(&root, path)?,
        }
    }
    let text = |key: &str| case.settings.get(key).and_then(Value::as_str).map(str::to_owned);
    let dir = text("dir");
    let project_dir = dir.as_ref().map_or_else(|| root.clone(), |dir| root.join(dir));
    let dialects = match case.settings.get("dialects").and_then(Value::as_array) {
        Some(list) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        None => ["1.1", "1.2", "2", "3"].map(str::to_owned).to_vec(),
    };
    let mut environ = base_environment(&home);
    if let Some(map) = case.settings.get("environ").and_then(Value::as_object) {
        environ.extend(map.iter().filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))));
    }
    Ok(CaseMeta {
        comment: case.comment,
        root,
        project_dir,
        home,
        env: text("env"),
        config: text("config"),
        dir,
        dialects,
        environ,
        uncommitted: !case.staged.is_empty() || !case.worktree.is_empty(),
    })
}

/// The environment in which the reference was run.
pub fn base_environment(home: &Path) -> BTreeMap<String, String> {
    let path = std::env::var("PATH").unwrap_or_default();
    [
        ("PATH", path.as_str()),
        ("HOME", &home.to_string_lossy()),
        ("TZ", "UTC"),
        ("WERF_TELEMETRY", "0"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Entry>) -> io::Result<()> {
    for item in fs::read_dir(folder)? {
        let item = item?;
        let path = format!("{prefix}{}", item.file_name().to_string_lossy());
        let kind = item.file_type()?;
        if kind.is_symlink() {
            files.insert(path, Entry::Link(fs::read_link(item.path())?.to_string_lossy().into_owned()));
        } else if kind.is_dir() {
            if item.file_name() != ".git" {
                collect(&item.path(), &format!("{path}/"), files)?;
            }
        } else {
            let executable = item.metadata()?.permissions().mode() & 0o100 != 0;
            files.insert(path, Entry::File { content: fs::read(item.path())?, executable });
        }
    }
    Ok(())
}

/// Copies a corpus project below `destination` and commits it.
pub fn materialise_folder(folder: &Path, destination: &Path) -> io::Result<CaseMeta> {
    let mut files = BTreeMap::new();
    collect(folder, "", &mut files)?;
    materialise_files(&files, destination)
}

/// Writes these files below `destination` and commits them.
pub fn materialise_files(files: &BTreeMap<String, Entry>, destination: &Path) -> io::Result<CaseMeta> {
    let root = destination.join("project");
    let home = destination.join("home");
    fs::create_dir_all(&root)?;
    fs::create_dir_all(&home)?;
    Repository::create(&root, files)?.write_index()?;
    Ok(CaseMeta {
        project_dir: root.clone(),
        root,
        environ: base_environment(&home),
        home,
        dialects: ["1.1", "1.2", "2", "3"].map(str::to_owned).to_vec(),
        ..CaseMeta::default()
    })
}
