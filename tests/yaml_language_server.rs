//! The published schema in an editor's language server: a plain `werf.yaml` in `yaml-language-server`, spoken to over standard input and output.
//!
//! Runs where the program is installed: on the `PATH`, or in the folder `WERFKIT_NODE_TOOLS` (`npm i yaml-language-server`), or, with
//! `WERFKIT_NPM=1`, in a folder into which npm installs it now. Else it says loudly that it was skipped.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

const VALID: &str = "configVersion: 1\nproject: shop\n---\nimage: base\nfrom: alpine:3.20\n---\nimage: api\nfromImage: base\n\
                     git:\n- add: /api\n  to: /app\nshell:\n  install: [make]\n---\nimage: web\ndockerfile: Dockerfile\n";
const BROKEN: &str = "configVersion: 1\nproject: shop\n---\nimage: api\nfrom: alpine:3.20\nfromCacheversion: 1\n";
const UNFINISHED: &str = "configVersion: 1\nproject: shop\n---\nimage: api\nfrom\n";

/// Longest wait for one message; only a server that hangs reaches it.
const PATIENCE: Duration = Duration::from_secs(60);

/// The server's start command.
fn server(scratch: &Path) -> Option<PathBuf> {
    let name = "node_modules/.bin/yaml-language-server";
    let named = std::env::var_os("WERFKIT_NODE_TOOLS").map(|folder| PathBuf::from(folder).join(name));
    let on_path = std::env::var_os("PATH").into_iter().flat_map(|path| {
        std::env::split_paths(&path).map(|folder| folder.join("yaml-language-server")).collect::<Vec<_>>()
    });
    if let Some(found) = named.into_iter().chain(on_path).find(|program| program.is_file()) {
        return Some(found);
    }
    std::env::var_os("WERFKIT_NPM")?;
    let arguments = ["install", "--no-audit", "--no-fund", "--prefix", ".", "yaml-language-server"];
    let installed = Command::new("npm").current_dir(scratch).args(arguments).stdout(Stdio::null()).status();
    installed.is_ok_and(|status| status.success()).then(|| scratch.join(name))
}

/// A conversation with the server.
struct Conversation {
    child: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    settings: Value,
    next: u64,
}

fn read_message(reader: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.trim().parse().ok()?,
            None if line.trim().is_empty() => break,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

impl Conversation {
    fn start(program: &Path, settings: Value) -> Self {
        let mut child = Command::new(program)
            .arg("--stdio")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let input = child.stdin.take().expect("its input");
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            while let Some(message) = read_message(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let mut conversation = Self { child, input, messages, settings, next: 1 };
        let capabilities = json!({"workspace": {"configuration": true}, "textDocument": {"publishDiagnostics": {}}});
        conversation.request(
            "initialize",
            json!({"processId": null, "rootUri": null, "capabilities": capabilities, "workspaceFolders": null}),
        );
        conversation.notify("initialized", json!({}));
        let settings = conversation.settings.clone();
        conversation.notify("workspace/didChangeConfiguration", json!({"settings": {"yaml": settings}}));
        conversation
    }

    fn send(&mut self, message: Value) {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("the server listens");
        self.input.flush().expect("the server listens");
    }

    fn notify(&mut self, method: &str, parameters: Value) {
        self.send(json!({"jsonrpc": "2.0", "method": method, "params": parameters}));
    }

    /// Reads until a message fits; answers the server's own questions meanwhile.
    fn wait(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.messages.recv_timeout(PATIENCE).expect("an answer of the server");
            if fits(&message) {
                return message;
            }
            if let (Some(id), Some(method)) = (message.get("id"), message["method"].as_str()) {
                let result = match method {
                    "workspace/configuration" => {
                        let items = message["params"]["items"].as_array().expect("items");
                        let yaml = |item: &Value| match item["section"].as_str() {
                            Some("yaml") => self.settings.clone(),
                            _ => json!({}),
                        };
                        Value::Array(items.iter().map(yaml).collect())
                    }
                    _ => Value::Null,
                };
                self.send(json!({"jsonrpc": "2.0", "id": id, "result": result}));
            }
        }
    }

    fn request(&mut self, method: &str, parameters: Value) -> Value {
        let id = self.next;
        self.next += 1;
        self.send(json!({"jsonrpc": "2.0", "id": id, "method": method, "params": parameters}));
        self.wait(|message| message["id"] == id && message.get("method").is_none())["result"].clone()
    }

    fn open(&mut self, uri: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": "yaml", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// What the server says about a text.
    fn diagnostics(&mut self, uri: &str, text: &str) -> Vec<Value> {
        self.open(uri, text);
        let message = self
            .wait(|message| message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == *uri);
        message["params"]["diagnostics"].as_array().cloned().unwrap_or_default()
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        // The server has nothing to lose.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn an_editor_checks_and_completes_with_the_schema() {
    let scratch = tempfile::tempdir().expect("a folder");
    let Some(program) = server(scratch.path()) else {
        eprintln!("SKIPPED: yaml-language-server is not here (set WERFKIT_NODE_TOOLS, or WERFKIT_NPM=1 to install it)");
        return;
    };
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/werf-2.json");
    let mut schemas = serde_json::Map::new();
    schemas.insert(format!("file://{}", schema.display()), json!("*werf.yaml"));
    let settings = json!({
        "schemas": schemas, "validate": true, "completion": true, "hover": true,
        "schemaStore": {"enable": false}, "yamlVersion": "1.1",
    });
    let mut editor = Conversation::start(&program, settings);
    let uri = |name: &str| format!("file://{}/{name}/werf.yaml", scratch.path().display());

    let valid = editor.diagnostics(&uri("valid"), VALID);
    assert!(valid.is_empty(), "{valid:#?}");

    let broken = editor.diagnostics(&uri("broken"), BROKEN);
    assert_eq!(broken.len(), 1, "{broken:#?}");
    assert!(broken[0]["message"].as_str().unwrap_or_default().contains("fromCacheversion"), "{broken:#?}");
    assert_eq!(broken[0]["range"]["start"]["line"], 5, "{broken:#?}");

    let unfinished = uri("unfinished");
    editor.open(&unfinished, UNFINISHED);
    let position = json!({"textDocument": {"uri": unfinished}, "position": {"line": 4, "character": 4}});
    let offered = editor.request("textDocument/completion", position);
    let items = offered["items"].as_array().or_else(|| offered.as_array()).cloned().unwrap_or_default();
    let labels: Vec<&str> = items.iter().filter_map(|item| item["label"].as_str()).collect();
    assert!(labels.contains(&"fromImage"), "{labels:?}");

    let position = json!({"textDocument": {"uri": uri("valid")}, "position": {"line": 7, "character": 3}});
    let hover = editor.request("textDocument/hover", position).to_string();
    assert!(hover.contains("nother image of the file as base"), "{hover}");
}
