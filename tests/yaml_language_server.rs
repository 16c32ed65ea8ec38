//! The schemas in the hands of the language server of YAML that most editors use: what it reports, and what it offers.
//!
//! `WERFKIT_YAML_LANGUAGE_SERVER` names the program (`.ci/peers` installs it).

#[path = "support/program.rs"]
mod program;
#[path = "support/records.rs"]
mod records;
#[path = "support/skipped.rs"]
mod skipped;
#[path = "support/txtar.rs"]
mod txtar;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};
use werfkit::dialect::Dialect;

/// A server that does not answer for so long is broken.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running server whose documents are judged by one of our schemas.
struct Server {
    child: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    settings: Value,
    requests: u64,
    /// What was published, by document.
    published: BTreeMap<String, Vec<Value>>,
}

fn read_message(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim() {
            "" => break,
            header => {
                if let Some(value) = header.strip_prefix("Content-Length: ") {
                    length = value.parse().ok()?;
                }
            }
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

impl Server {
    fn start(program: &str, schema: &str) -> Self {
        let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema").join(schema);
        let settings = json!({
            "schemas": { format!("file://{}", schema.display()): "*.yaml" },
            "schemaStore": { "enable": false },
            // As werf reads: `yes` and `on` are booleans.
            "yamlVersion": "1.1",
            "validate": true,
            "completion": true,
            "hover": true,
        });
        let mut child = Command::new(program)
            .arg("--stdio")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let input = child.stdin.take().expect("piped");
        let mut output = BufReader::new(child.stdout.take().expect("piped"));
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            while let Some(message) = read_message(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let mut server = Self { child, input, messages, settings, requests: 0, published: BTreeMap::new() };
        server.request(
            "initialize",
            json!({
                "processId": std::process::id(),
                "rootUri": null,
                "capabilities": {
                    "workspace": { "configuration": true },
                    "textDocument": { "completion": { "completionItem": { "snippetSupport": true } } },
                },
            }),
        );
        server.notify("initialized", json!({}));
        server.notify("workspace/didChangeConfiguration", json!({ "settings": { "yaml": server.settings.clone() } }));
        server
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("the server reads");
        self.input.flush().expect("the server reads");
    }

    fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Takes the next message and answers what the server asks. Gives an answer to a request of ours.
    fn step(&mut self) -> Option<(u64, Value)> {
        let message = self.messages.recv_timeout(PATIENCE).expect("the server says something");
        let Some(method) = message["method"].as_str() else {
            return Some((message["id"].as_u64().expect("a number"), message["result"].clone()));
        };
        if method == "textDocument/publishDiagnostics" {
            let uri = message["params"]["uri"].as_str().expect("an address").to_owned();
            let diagnostics = message["params"]["diagnostics"].as_array().expect("a list").clone();
            self.published.insert(uri, diagnostics);
        } else if let Some(id) = message.get("id") {
            let sections = message["params"]["items"].as_array().into_iter().flatten();
            let settings: Vec<Value> = sections
                .map(|item| if item["section"] == "yaml" { self.settings.clone() } else { Value::Null })
                .collect();
            let result = if method == "workspace/configuration" { Value::from(settings) } else { Value::Null };
            self.send(&json!({ "jsonrpc": "2.0", "id": id.clone(), "result": result }));
        }
        None
    }

    fn request(&mut self, method: &str, params: Value) -> Value {
        self.requests += 1;
        let wanted = self.requests;
        self.send(&json!({ "jsonrpc": "2.0", "id": wanted, "method": method, "params": params }));
        loop {
            if let Some((id, result)) = self.step()
                && id == wanted
            {
                return result;
            }
        }
    }

    fn open(&mut self, name: &str, text: &str) -> String {
        let uri = format!("file:///project/{name}.yaml");
        let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
        uri
    }

    /// `line:column message`, sorted, of the errors in a text; lines and columns count from 1.
    fn judge(&mut self, name: &str, text: &str) -> Vec<String> {
        let uri = self.open(name, text);
        self.wait(&uri)
    }

    fn wait(&mut self, uri: &str) -> Vec<String> {
        while !self.published.contains_key(uri) {
            self.step();
        }
        let mut lines: Vec<(u64, u64, String)> = self.published[uri]
            .iter()
            .filter(|one| one["severity"].as_u64() == Some(1))
            .map(|one| {
                let start = |key: &str| one["range"]["start"][key].as_u64().expect("a number") + 1;
                (start("line"), start("character"), one["message"].as_str().unwrap_or_default().to_owned())
            })
            .collect();
        lines.sort();
        lines.into_iter().map(|(line, column, message)| format!("{line}:{column} {message}")).collect()
    }

    /// Labels that are offered at a place.
    fn offers(&mut self, uri: &str, line: u64, column: u64) -> Vec<String> {
        let place = json!({ "line": line - 1, "character": column - 1 });
        let answer =
            self.request("textDocument/completion", json!({ "textDocument": { "uri": uri }, "position": place }));
        let items = answer["items"].as_array().or_else(|| answer.as_array()).cloned().unwrap_or_default();
        items.iter().filter_map(|item| item["label"].as_str()).map(str::to_owned).collect()
    }

    fn hover(&mut self, uri: &str, line: u64, column: u64) -> String {
        let place = json!({ "line": line - 1, "character": column - 1 });
        let answer = self.request("textDocument/hover", json!({ "textDocument": { "uri": uri }, "position": place }));
        answer["contents"]["value"].as_str().unwrap_or_default().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn server(schema: &str) -> Option<Server> {
    let program = program::tool("WERFKIT_YAML_LANGUAGE_SERVER", "yaml-language-server")?;
    Some(Server::start(&program, schema))
}

const CLEAN: &str = "project: p
configVersion: 1
---
image: app
from: alpine:3.20
git:
- add: /
  to: /app
  stageDependencies:
    install: [package.json]
shell:
  install: npm ci
---
image: other
dockerfile: Dockerfile
args:
  A: 1
";

const MISTAKEN: &str = "project: p
configVersion: 1
clean: {}
---
image: app
from: alpine:3.20
fromm: nginx
git:
- add: /
  to: /app
  ownr: nobody
---
image: other
dockerfile: Dockerfile
contxt: a
---
image: third
from: alpine:3.20

";

#[test]
fn unknown_keys_are_reported_in_every_line_of_werf() {
    for schema in ["werf-1.1.json", "werf-1.2.json", "werf-2.json", "werf-3.json", "werf.json"] {
        let Some(mut server) = server(schema) else { return };
        assert_eq!(server.judge("clean", CLEAN), Vec::<String>::new(), "{schema}");
        let said = server.judge("mistaken", MISTAKEN);
        let wanted = [
            "3:1 Property clean is not allowed.",
            "7:1 Property fromm is not allowed.",
            "11:3 Property ownr is not allowed.",
            "15:1 Property contxt is not allowed.",
        ];
        assert_eq!(said, wanted, "{schema}");
    }
}

#[test]
fn keys_are_offered_and_explained() {
    let Some(mut server) = server("werf-2.json") else { return };
    let uri = server.open("mistaken", MISTAKEN);
    server.wait(&uri);
    let offered = server.offers(&uri, 19, 1);
    for key in ["fromImage", "git", "shell", "import", "imageSpec", "dependencies"] {
        assert!(offered.iter().any(|label| label == key), "{key} is not offered: {offered:?}");
    }
    // What the document has already, and what belongs elsewhere.
    for key in ["from", "configVersion", "dockerfile", "artifact"] {
        assert!(!offered.iter().any(|label| label == key), "{key} is offered: {offered:?}");
    }
    let hover = server.hover(&uri, 6, 2);
    assert!(hover.contains("Base image"), "{hover}");
}

#[test]
fn files_beside_werf_yaml() {
    let Some(mut server) = server("werf-giterminism-3.json") else { return };
    let text = "giterminismConfigVersion: 1\nconfig:\n  allowUncommitted: true\n  allowUncommited: true\n";
    assert_eq!(server.judge("giterminism", text), ["4:3 Property allowUncommited is not allowed."]);
    let Some(mut server) = self::server("werf-includes.json") else { return };
    let text = "includes:\n- git: https://example.org/a\n  branch: main\n  add: /\n";
    assert_eq!(server.judge("includes", text), ["2:3 Missing property \"to\"."]);
}

/// Accepted cases in which the server says something all the same: it reads YAML in another way, or has no schema's means to know better.
const READ_DIFFERENTLY: &[(&str, &str)] = &[
    ("dockerfile/without-image-key-broken-value", "werf drops a Dockerfile document without `image` unread"),
    ("splitter/bom-in-second-section", "werf takes a mark of byte order away in every document"),
    ("splitter/cr-line-ends", "a carriage return alone ends a line in YAML, and not for the server"),
    ("splitter/document-end-marker", "werf reads only as far as `...`"),
    (
        "splitter/separator-comment-with-hyphen-meta",
        "werf reads only the first of the documents that its own splitter left together",
    ),
    ("worktree/config-modified-repaired", "the text in the work tree is another one"),
    ("yaml/image-name-sexagesimal", "a name such as 1:30 is a number to the server"),
    ("yaml/merge-forgives-unknown-key", "werf forgets unknown keys before a merge key"),
    ("yaml/tag-local-unknown", "the server wants tags of one's own to be declared"),
];

/// Accepted cases whose file is no template: the schema must not complain in the eyes of this server either.
#[test]
fn what_werf_accepts_is_clean() {
    let Some(folder) = records::data_folder("conformance") else {
        skipped::say("no conformance data");
        return;
    };
    for dialect in Dialect::ALL {
        let Some(mut server) = server(&format!("werf-{dialect}.json")) else { return };
        let mut opened = Vec::new();
        let mut seen = BTreeSet::new();
        for record in records::read(&folder.join("expected"), dialect.name()) {
            if !record.ok || !seen.insert(record.id.clone()) {
                continue;
            }
            let case = std::fs::read(folder.join("cases").join(format!("{}.txtar", record.id))).expect("a case");
            let case = txtar::parse(&case).expect("a case");
            let Some(txtar::git_fixture::Entry::File { content, .. }) = case.files.get(&record.config) else {
                continue;
            };
            let Ok(text) = std::str::from_utf8(content) else { continue };
            if text.contains("{{") || READ_DIFFERENTLY.iter().any(|(id, _)| record.id == *id) {
                continue;
            }
            opened.push((server.open(&record.id, text), record.id));
        }
        let mut noisy = Vec::new();
        for (uri, id) in &opened {
            let said = server.wait(uri);
            if !said.is_empty() {
                noisy.push(format!("{id}: {said:?}"));
            }
        }
        println!("{dialect}: {} of {} clean", opened.len() - noisy.len(), opened.len());
        assert!(noisy.is_empty(), "{}", noisy.join("\n"));
        assert!(opened.len() > 400, "few cases");
    }
}
