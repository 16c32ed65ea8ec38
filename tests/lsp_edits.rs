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

use client::Client;
use serde_json::{Value, json};

/// Projects that are edited.
const PROJECTS: usize = 30;
/// Edits of all projects together, unless said otherwise.
const EDITS: usize = 600;
/// Edits between two looks at the answer.
const BURST: usize = 5;
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

#[test]
fn random_edits_end_in_what_a_fresh_start_says() {
    let Some(corpus) = records::data_folder("corpus") else {
        skipped::say("the corpus is not on this machine");
        return;
    };
    let number =
        |name: &str, default: usize| std::env::var(name).ok().map_or(default, |text| text.parse().expect("a number"));
    let seed = number("WERFKIT_SEED", 20_261_124) as u64;
    let mut numbers = Numbers(seed | 1);
    let projects = projects(&corpus);
    let each = number("WERFKIT_EDITS", EDITS) / projects.len().max(1);
    println!("seed {seed}: {each} edits in each of {} projects", projects.len());
    let mut grown = Vec::new();
    for project in &projects {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = txtar::materialise_folder(project, folder.path()).expect("it is copied").root;
        let original = edited(&root);
        let mut files = edited(&root);
        let mut client = Client::start(&root);
        for file in &files {
            client.open(&file.path, &file.text);
        }
        client.pushed("werf.yaml", 1);
        let before = memory(client.pid());
        for turn in 0..each {
            let index = numbers.below(files.len());
            let file = &mut files[index];
            if file.text.len() > 200_000 {
                file.text.clone_from(&original[index].text);
                client.change(&file.path, &file.text);
            }
            let change = edit(&mut numbers, &mut file.text);
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
        assert_eq!(end, fresh(&root, &files), "{}", project.display());
        // Back to the beginning: so is the memory.
        for file in &original {
            let version = client.change(&file.path, &file.text);
            client.pushed(&file.path, version);
        }
        grown.push(memory(client.pid()) as f64 / before as f64);
        assert_eq!(client.end(), Some(0), "{}", project.display());
    }
    grown.sort_by(f64::total_cmp);
    let median = grown.get(grown.len() / 2).copied().unwrap_or(1.0);
    let most = grown.last().copied().unwrap_or(1.0);
    println!("memory after all edits, as a share of that before: median {median:.2}, most {most:.2}");
}
