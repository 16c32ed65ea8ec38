//! A client of the real language server over its standard streams.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::{Value, json};

/// How long a message may take before the test gives up: a hang ends as a failure.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server and what it said.
pub struct Client {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// Messages that came while another was waited for.
    waiting: VecDeque<Value>,
    next: i64,
    /// Answer of `initialize`.
    pub initialized: Value,
    /// The workspace folder.
    pub folder: PathBuf,
    versions: std::collections::HashMap<String, i64>,
    /// What `workspace/configuration` is answered with, by section; null: nothing is set.
    pub settings: Value,
}

fn read_messages(output: impl Read) -> impl Iterator<Item = Value> {
    let mut output = BufReader::new(output);
    std::iter::from_fn(move || {
        let mut length = None;
        loop {
            let mut line = String::new();
            if output.read_line(&mut line).ok()? == 0 {
                return None;
            }
            let line = line.trim();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("Content-Length: ") {
                length = value.parse().ok();
            }
        }
        let mut body = vec![0; length?];
        output.read_exact(&mut body).ok()?;
        serde_json::from_slice(&body).ok()
    })
}

impl Client {
    /// Starts a server for a folder with modest abilities: diagnostics are pushed, columns count in UTF-16.
    pub fn start(folder: &Path) -> Self {
        Self::start_with(folder, json!({}), json!({"looseGiterminism": true}))
    }

    /// Starts a server with these client capabilities and initialisation options.
    pub fn start_with(folder: &Path, capabilities: Value, options: Value) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_werfkit"));
        command.arg("lsp");
        Self::start_program(command, folder, capabilities, options)
    }

    /// Starts any language server that speaks on its standard streams.
    pub fn start_program(mut command: Command, folder: &Path, capabilities: Value, options: Value) -> Self {
        let mut child = command
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the server starts");
        let output = child.stdout.take().expect("an output");
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            for message in read_messages(output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let folder = folder.canonicalize().expect("the folder is there");
        let mut client = Self {
            input: child.stdin.take(),
            child,
            messages,
            waiting: VecDeque::new(),
            next: 0,
            initialized: Value::Null,
            folder,
            versions: std::collections::HashMap::new(),
            settings: Value::Null,
        };
        let uri = client.uri("");
        client.initialized = client.request(
            "initialize",
            json!({"processId": null, "rootUri": uri, "capabilities": capabilities, "initializationOptions": options,
                "workspaceFolders": [{"uri": uri, "name": "test"}]}),
        );
        client.notify("initialized", json!({}));
        client
    }

    /// The URI of a file of the folder.
    pub fn uri(&self, path: &str) -> String {
        let path = if path.is_empty() { self.folder.clone() } else { self.folder.join(path) };
        format!("file://{}", path.display())
    }

    /// The process id of the server.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        let input = self.input.as_mut().expect("the input is open");
        write!(input, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("the server listens");
        input.flush().expect("the server listens");
    }

    /// Sends a notification.
    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request without waiting; its id.
    pub fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.next += 1;
        let id = self.next;
        let mut message = json!({"jsonrpc": "2.0", "id": id, "method": method});
        if !params.is_null() {
            message["params"] = params;
        }
        self.send(&message);
        id
    }

    /// The whole answer to a request, errors included.
    pub fn answer(&mut self, id: i64) -> Value {
        self.wait(|message| message["id"] == id && message.get("method").is_none())
    }

    /// Sends a request and gives its result.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        let answer = self.answer(id);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// The next message that is wanted; requests of the server are answered from the settings, or with null, on the way.
    pub fn wait(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        self.wait_for(PATIENCE, wanted).expect("the server says it in time")
    }

    /// The same, or nothing within a time.
    pub fn wait_for(&mut self, patience: Duration, wanted: impl Fn(&Value) -> bool) -> Option<Value> {
        if let Some(index) = self.waiting.iter().position(&wanted) {
            return self.waiting.remove(index);
        }
        loop {
            let message = match self.messages.recv_timeout(patience) {
                Ok(message) => message,
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
            };
            if message.get("id").is_some() && message.get("method").is_some() && !wanted(&message) {
                let answer = json!({"jsonrpc": "2.0", "id": message["id"], "result": self.result_of(&message)});
                self.send(&answer);
            }
            if wanted(&message) {
                return Some(message);
            }
            self.waiting.push_back(message);
        }
    }

    /// What a request of the server is answered with.
    fn result_of(&self, message: &Value) -> Value {
        if message["method"] != "workspace/configuration" || self.settings.is_null() {
            return Value::Null;
        }
        let items = message["params"]["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        let of_section = |item: &Value| self.settings[item["section"].as_str().unwrap_or_default()].clone();
        items.iter().map(of_section).collect()
    }

    /// Opens a file of the folder with a text.
    pub fn open(&mut self, path: &str, text: &str) {
        let uri = self.uri(path);
        self.versions.insert(path.to_owned(), 1);
        let document = json!({"uri": uri, "languageId": "werf-yaml", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// Replaces the text of an open file; its new version.
    pub fn change(&mut self, path: &str, text: &str) -> i64 {
        self.edit(path, json!([{"text": text}]))
    }

    /// Sends changes of an open file; its new version.
    pub fn edit(&mut self, path: &str, changes: Value) -> i64 {
        let uri = self.uri(path);
        let version = self.versions.entry(path.to_owned()).or_insert(1);
        *version += 1;
        let version = *version;
        self.notify(
            "textDocument/didChange",
            json!({"textDocument": {"uri": uri, "version": version}, "contentChanges": changes}),
        );
        version
    }

    /// The diagnostics pushed for a version of a file.
    pub fn pushed(&mut self, path: &str, version: i64) -> Vec<Value> {
        let uri = self.uri(path);
        let message = self.wait(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri.as_str()
                && message["params"]["version"] == version
        });
        message["params"]["diagnostics"].as_array().cloned().unwrap_or_default()
    }

    /// Drops what has arrived so far and nobody waited for.
    pub fn forget(&mut self) {
        self.waiting.clear();
        while self.messages.try_recv().is_ok() {}
    }

    /// Parameters for a question about a place: line and column from 0.
    pub fn place(&self, path: &str, line: u32, character: u32) -> Value {
        json!({"textDocument": {"uri": self.uri(path)}, "position": {"line": line, "character": character}})
    }

    /// Goes away without a word and waits for the end; the exit code.
    pub fn leave(mut self) -> Option<i32> {
        self.input = None;
        self.exit_code()
    }

    /// Says goodbye and waits for the end; the exit code. Standard input stays open all the while.
    pub fn end(mut self) -> Option<i32> {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        self.exit_code()
    }

    fn exit_code(&mut self) -> Option<i32> {
        let began = std::time::Instant::now();
        while began.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        None
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A git work tree with these files, committed.
pub fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders can be made");
        std::fs::write(path, text).expect("files can be written");
    }
    commit(folder.path());
    folder
}

/// Makes a folder a git work tree and commits everything in it.
pub fn commit(folder: &Path) {
    for arguments in [&["init", "-q"][..], &["add", "-A"], &["commit", "-q", "--allow-empty", "-m", "all"]] {
        let status = Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .current_dir(folder)
            .status()
            .expect("git is installed");
        assert!(status.success(), "git {arguments:?}");
    }
}
