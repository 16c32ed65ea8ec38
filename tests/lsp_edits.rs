//! Random edits of real projects in the running server: it never ends by itself, every diagnostic is of the newest text, what it says at the end is what
//! a fresh server says of the same texts, and its memory comes back.
//!
//! `WERFKIT_EDITS=100000` asks for that many edits over all projects, `WERFKIT_SEED` for another run.

#[path = "support/client.rs"]
mod client;
#[path = "support/records.rs"]
mod records;
#[path = "support/skipped.rs"]
mod skipped;
#[path = "support/txtar.rs"]
mod txtar;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use client::Client;
use serde_json::{Value, json};

/// Projects that are edited.
const PROJECTS: usize = 30;
/// Edits of all projects together, unless said otherwise.
const EDITS: usize = 600;
/// Edits between two looks at the answer.
const BURST: usize = 5;
/// What can be asked of a document.
const OF_DOCUMENT: &[&str] = &[
    "textDocument/codeAction",
    "textDocument/codeLens",
    "textDocument/completion",
    "textDocument/definition",
    "textDocument/documentHighlight",
    "textDocument/documentLink",
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/hover",
    "textDocument/inlayHint",
    "textDocument/prepareCallHierarchy",
    "textDocument/references",
    "textDocument/selectionRange",
    "textDocument/semanticTokens/full",
    "textDocument/signatureHelp",
];
/// Longer than the server waits before it looks at other worlds, with time for that, and before it gives memory back.
const REST: Duration = Duration::from_secs(3);
/// Memory at the end as a share of that at the beginning.
const GROWTH: f64 = 1.20;
/// Servers at once: most of the time they rest.
const AT_ONCE: usize = 6;

/// Files beyond this are looked at with fewer edits by the speed of things only.
const LARGE: u64 = 60_000;

/// Numbers that look random: xorshift.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

/// What people type, whole and in pieces.
const TYPED: &[&str] = &[
    "\n",
    " ",
    "  ",
    "-",
    "- ",
    ":",
    ": ",
    "---\n",
    "image: a",
    "from",
    "fromImage: ",
    "{{",
    "}}",
    "{{ ",
    " }}",
    "{{ end }}",
    "{{ if .Env }}",
    "{{ include \"x\" . }}",
    "{{ range .",
    "\"",
    "'",
    "|",
    "|-\n",
    "#",
    "й",
    "𐍈",
    "\t",
    "\r\n",
    "&a ",
    "*a",
    "[",
    "]",
    "{",
    "}",
    "git:\n- add: /\n  to: /app\n",
    "shell:\n  install:\n  - x\n",
    "$x := ",
    ".Values.",
    "define \"y\"",
    "import",
    "<<: *a",
];

struct Edited {
    path: String,
    text: String,
}

/// An edit as the protocol has it, applied to the text too.
fn edit(numbers: &mut Numbers, text: &mut String) -> Value {
    let mut place = |text: &str| {
        let mut offset = numbers.below(text.len() + 1);
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    };
    let start = place(text);
    let mut end = start;
    let kind = numbers.below(10);
    if kind < 4 {
        end = (start + numbers.below(if kind == 0 { 200 } else { 8 })).min(text.len());
        while !text.is_char_boundary(end) {
            end += 1;
        }
    }
    let inserted = if (1..4).contains(&kind) { "" } else { TYPED[numbers.below(TYPED.len())] };
    let change = json!({
        "range": {"start": position(text, start), "end": position(text, end)},
        "text": inserted,
    });
    text.replace_range(start..end, inserted);
    change
}

/// Line and column in UTF-16; a carriage return ends a line too.
fn position(text: &str, offset: usize) -> Value {
    let before = &text[..offset];
    let (mut line, mut start) = (0, 0);
    let bytes = before.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let ends = match byte {
            b'\n' => true,
            // One that a line feed follows ends no line by itself; the offset may lie between the two.
            b'\r' => text.as_bytes().get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        if ends {
            line += 1;
            start = at + 1;
        }
    }
    let line_end = before[start..].find('\r').map_or(before.len(), |at| start + at);
    json!({"line": line, "character": before[start..line_end].encode_utf16().count()})
}

/// Resident memory of a process in bytes.
fn memory(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/statm")).unwrap_or_default();
    status.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4096
}

fn projects(corpus: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(corpus.join("public"))
        .expect("the corpus has public projects")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.join("werf.yaml").is_file())
        .filter(|path| path.join("werf.yaml").metadata().is_ok_and(|facts| facts.len() < LARGE))
        .collect();
    found.sort();
    let step = (found.len() / PROJECTS).max(1);
    found.into_iter().step_by(step).take(PROJECTS).collect()
}

/// Files of a project that are edited.
fn edited(folder: &Path) -> Vec<Edited> {
    let mut paths = vec!["werf.yaml".to_owned()];
    if let Ok(entries) = std::fs::read_dir(folder.join(".werf")) {
        let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
        paths.extend(names.filter(|name| name.ends_with(".tmpl")).map(|name| format!(".werf/{name}")).take(2));
    }
    let read = |path: String| Some(Edited { text: std::fs::read_to_string(folder.join(&path)).ok()?, path });
    paths.into_iter().filter_map(read).collect()
}

/// Diagnostics without what differs between two runs on the same texts: versions.
fn said(client: &mut Client, path: &str, version: i64) -> Vec<Value> {
    let mut list = client.pushed(path, version);
    list.sort_by_key(Value::to_string);
    list
}

fn fresh(folder: &Path, files: &[Edited]) -> BTreeMap<String, Vec<Value>> {
    let mut client = Client::start(folder);
    for file in files {
        client.open(&file.path, &file.text);
    }
    // The last change of each file is what counts: the texts are sent once more, together.
    let versions: Vec<(String, i64)> =
        files.iter().map(|file| (file.path.clone(), client.change(&file.path, &file.text))).collect();
    versions.into_iter().map(|(path, version)| (path.clone(), said(&mut client, &path, version))).collect()
}

/// Asks everything that can be asked of the files.
fn ask_everything(client: &mut Client, files: &[Edited]) {
    for file in files {
        let whole = json!({"start": {"line": 0, "character": 0}, "end": position(&file.text, file.text.len())});
        for method in OF_DOCUMENT {
            let mut params = client.place(&file.path, 1, 2);
            params["range"] = whole.clone();
            params["context"] = json!({"includeDeclaration": true, "diagnostics": []});
            params["positions"] = json!([params["position"]]);
            let id = client.ask(method, params);
            client.answer(id);
        }
    }
    let id = client.ask("workspace/symbol", json!({"query": ""}));
    client.answer(id);
    client.forget();
}

/// The memory of a server that is warm: it has analysed these texts, one mistake was made in each file and taken back, everything was asked, its work in
/// the background is done and what it let go went back to the system. So what it makes once and keeps (tables for suggestions, pools of threads)
/// is in it, and nothing that it holds because of what was typed before. The same is done before and after the edits.
fn warm_memory(client: &mut Client, files: &[Edited]) -> u64 {
    for file in files {
        client.change(&file.path, &format!("{}{{{{ inclde", file.text));
        let version = client.change(&file.path, &file.text);
        client.pushed(&file.path, version);
    }
    ask_everything(client, files);
    std::thread::sleep(REST);
    // The allocator gives back at a later call.
    ask_everything(client, files);
    std::thread::sleep(REST / 4);
    memory(client.pid())
}

/// Two lists of diagnostics by file are the same; else says what only one of them has.
#[track_caller]
fn assert_same(project: &Path, edited: &BTreeMap<String, Vec<Value>>, fresh: &BTreeMap<String, Vec<Value>>) {
    let only = |one: &BTreeMap<String, Vec<Value>>, other: &BTreeMap<String, Vec<Value>>| {
        let is_in_other = |path: &String, said: &Value| other.get(path).is_some_and(|list| list.contains(said));
        let mut lines = String::new();
        for (path, list) in one {
            for said in list.iter().filter(|said| !is_in_other(path, said)) {
                lines.push_str(&format!("{path}: {said}\n"));
            }
        }
        lines
    };
    let (stale, missed) = (only(edited, fresh), only(fresh, edited));
    assert!(edited == fresh, "{}\nonly after edits:\n{stale}only after a fresh start:\n{missed}", project.display());
}

/// Edits a project and holds its end against a fresh start. Memory before and after.
fn run(project: &Path, edits: usize, numbers: &mut Numbers) -> (u64, u64) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = txtar::materialise_folder(project, folder.path()).expect("it is copied").root;
    let original = edited(&root);
    let mut files = edited(&root);
    let mut client = Client::start(&root);
    for file in &files {
        client.open(&file.path, &file.text);
    }
    client.pushed("werf.yaml", 1);
    let before = warm_memory(&mut client, &original);
    for turn in 0..edits {
        let index = numbers.below(files.len());
        let file = &mut files[index];
        if file.text.len() > 200_000 {
            file.text.clone_from(&original[index].text);
            client.change(&file.path, &file.text);
        }
        let change = edit(numbers, &mut file.text);
        let version = client.edit(&file.path, json!([change]));
        // A person looks around while typing.
        if turn % 7 == 0 {
            for method in ["textDocument/hover", "textDocument/completion", "textDocument/definition"] {
                let id = client.ask(method, client.place(&file.path, u32::try_from(turn % 40).unwrap_or(0), 3));
                client.answer(id);
            }
        }
        if turn % BURST == BURST - 1 {
            client.pushed(&file.path, version);
            client.forget();
        }
    }
    let last: Vec<(String, i64)> =
        files.iter().map(|file| (file.path.clone(), client.change(&file.path, &file.text))).collect();
    let end: BTreeMap<String, Vec<Value>> =
        last.into_iter().map(|(path, version)| (path.clone(), said(&mut client, &path, version))).collect();
    assert_same(project, &end, &fresh(&root, &files));
    // Back to the beginning: so is the memory.
    let after = warm_memory(&mut client, &original);
    assert_eq!(client.end(), Some(0), "{}", project.display());
    (before, after)
}

#[test]
fn random_edits_end_in_what_a_fresh_start_says() {
    let Some(corpus) = records::data_folder("corpus") else {
        skipped::say("the corpus is not on this machine");
        return;
    };
    let number =
        |name: &str, default: usize| std::env::var(name).ok().map_or(default, |text| text.parse().expect("a number"));
    let seed = number("WERFKIT_SEED", 20_261_124) as u64;
    let projects = projects(&corpus);
    let each = number("WERFKIT_EDITS", EDITS) / projects.len().max(1);
    println!("seed {seed}: {each} edits in each of {} projects", projects.len());
    let next = AtomicUsize::new(0);
    let grown = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(project) = projects.get(next.fetch_add(1, Ordering::Relaxed)) {
                    // Each project has its own edits, in whatever order they are taken up.
                    let name = project.file_name().unwrap_or_default().to_string_lossy();
                    let of_name =
                        name.bytes().fold(seed, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
                    let (before, after) = run(project, each, &mut Numbers(of_name | 1));
                    let share = after as f64 / before as f64;
                    grown.lock().expect("no other project failed").push((share, before, after, name.into_owned()));
                }
            });
        }
    });
    let mut grown = grown.into_inner().expect("no project failed");
    grown.sort_by(|one, other| one.0.total_cmp(&other.0));
    for (share, before, after, name) in &grown {
        let mebibytes = |bytes: &u64| *bytes as f64 / 1_048_576.0;
        println!("{share:.2} {:6.1} -> {:6.1} MiB {name}", mebibytes(before), mebibytes(after));
    }
    let median = grown.get(grown.len() / 2).map_or(1.0, |one| one.0);
    let most = grown.last().map_or(1.0, |one| one.0);
    println!("memory after all edits, as a share of that before: median {median:.2}, most {most:.2}");
    assert!(most <= GROWTH, "memory grew to {most:.2} of what it was");
}
