//! Diagnostics over the server's streams, pushed and pulled, wherever a mistake may stand: at its own bytes and with the text that it is about.

#[path = "support/client.rs"]
mod client;

use client::{Client, folder};
use serde_json::{Value, json};

const META: &str = "project: p\nconfigVersion: 1\n---\n";

/// A project with the mistake `frmo` in one of its files.
struct Scene {
    files: Vec<(&'static str, String)>,
    /// The file with the mistake.
    path: &'static str,
}

impl Scene {
    fn of(main: &str, others: &[(&'static str, &str)]) -> Self {
        let mut files = vec![("werf.yaml", format!("{META}{main}"))];
        files.extend(others.iter().map(|(path, text)| (*path, (*text).to_owned())));
        let path = files.iter().find(|(_, text)| text.contains("frmo")).map_or("werf.yaml", |(path, _)| *path);
        Self { files, path }
    }

    fn plain() -> Self {
        Self::of("image: a\nfrmo: alpine:3.20\n", &[])
    }

    fn templated() -> Self {
        Self::of("{{ range list \"a\" \"b\" }}\n---\nimage: {{ . }}\nfrmo: alpine:3.20\n{{ end }}\n", &[])
    }

    fn across_files() -> Self {
        let template = "{{ define \"one\" }}\nimage: a\nfrmo: alpine:3.20\n{{ end }}\n";
        Self::of("{{ include \"one\" . }}\n", &[(".werf/one.tmpl", template)])
    }

    fn in_data_file() -> Self {
        let data = "image: {{ \"a\" }}\nfrmo: alpine:3.20\n";
        Self::of("{{ tpl (.Files.Get \"part.yaml\") . }}\n", &[("part.yaml", data)])
    }

    fn half_typed() -> Self {
        Self::of("image: a\nfrmo: alpine:3.20\nshell:\n  install: {{ if\n", &[])
    }

    fn text(&self, path: &str) -> &str {
        self.files.iter().find(|(known, _)| *known == path).map(|(_, text)| text.as_str()).expect("a file of the scene")
    }

    fn start(&self, capabilities: Value) -> (tempfile::TempDir, Client) {
        let files: Vec<(&str, &str)> = self.files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let folder = folder(&files);
        let client = Client::start_with(folder.path(), capabilities, json!({"looseGiterminism": true, "dialect": "2"}));
        (folder, client)
    }

    /// Where the mistake stands.
    fn range(&self) -> Value {
        let before = &self.text(self.path)[..self.text(self.path).find("frmo").expect("the mistake")];
        let line = before.matches('\n').count();
        json!({"start": {"line": line, "character": 0}, "end": {"line": line, "character": 4}})
    }

    #[track_caller]
    fn assert_said(&self, diagnostics: &[Value]) {
        let found: Vec<&Value> = diagnostics.iter().filter(|one| one["code"] == "unknown-field").collect();
        assert_eq!(found.len(), 1, "{diagnostics:?}");
        assert_eq!(found[0]["range"], self.range());
    }
}

/// `werf.yaml` is opened: the mistake is told of where it stands, and is gone once it is mended there.
#[track_caller]
fn is_pushed(scene: &Scene) -> Vec<Value> {
    let (_folder, mut client) = scene.start(json!({}));
    client.open("werf.yaml", scene.text("werf.yaml"));
    let uri = client.uri(scene.path);
    let pushed = client.wait(|message| {
        message["method"] == "textDocument/publishDiagnostics"
            && message["params"]["uri"] == uri.as_str()
            && message.to_string().contains("frmo")
    });
    let diagnostics = pushed["params"]["diagnostics"].as_array().cloned().unwrap_or_default();
    scene.assert_said(&diagnostics);
    if scene.path != "werf.yaml" {
        client.open(scene.path, scene.text(scene.path));
    }
    let version = client.change(scene.path, &scene.text(scene.path).replace("frmo", "from"));
    assert!(!client.pushed(scene.path, version).iter().any(|one| one["code"] == "unknown-field"));
    diagnostics
}

/// The mistake is in the report of its file, in that of `werf.yaml` with related documents, and in that of the workspace.
#[track_caller]
fn is_pulled(scene: &Scene) -> Vec<Value> {
    let (_folder, mut client) = scene.start(json!({"textDocument": {"diagnostic": {"relatedDocumentSupport": true}}}));
    client.open("werf.yaml", scene.text("werf.yaml"));
    let items = |report: &Value| report["items"].as_array().cloned().unwrap_or_default();
    let params = json!({"textDocument": {"uri": client.uri("werf.yaml")}});
    let report = client.request("textDocument/diagnostic", params);
    let uri = client.uri(scene.path);
    let diagnostics =
        if scene.path == "werf.yaml" { items(&report) } else { items(&report["relatedDocuments"][uri.as_str()]) };
    scene.assert_said(&diagnostics);
    let own = client.request("textDocument/diagnostic", json!({"textDocument": {"uri": uri}}));
    scene.assert_said(&items(&own));
    // The workspace's report is of what has been judged so far; a client asks again.
    let mut of_workspace = || {
        let workspace = client.request("workspace/diagnostic", json!({"previousResultIds": []}));
        std::thread::sleep(std::time::Duration::from_millis(5));
        items(&workspace).into_iter().find(|one| one["uri"] == uri.as_str())
    };
    let of_file = (0..1_000).find_map(|_| of_workspace()).expect("a report of the file");
    scene.assert_said(&items(&of_file));
    diagnostics
}

#[test]
fn push_diagnostics_plain() {
    is_pushed(&Scene::plain());
}

#[test]
fn push_diagnostics_templated() {
    is_pushed(&Scene::templated());
}

#[test]
fn push_diagnostics_across_files() {
    let said = is_pushed(&Scene::across_files());
    assert!(said.iter().any(|one| one["relatedInformation"].to_string().contains("is included here")), "{said:?}");
}

#[test]
fn push_diagnostics_in_data_file() {
    is_pushed(&Scene::in_data_file());
}

#[test]
fn push_diagnostics_half_typed() {
    let said = is_pushed(&Scene::half_typed());
    assert!(said.iter().any(|one| one["code"] == "template-parse" && one["range"]["start"]["line"] == 6), "{said:?}");
}

#[test]
fn pull_diagnostics_plain() {
    is_pulled(&Scene::plain());
}

#[test]
fn pull_diagnostics_templated() {
    is_pulled(&Scene::templated());
}

#[test]
fn pull_diagnostics_across_files() {
    is_pulled(&Scene::across_files());
}

#[test]
fn pull_diagnostics_in_data_file() {
    is_pulled(&Scene::in_data_file());
}

#[test]
fn pull_diagnostics_half_typed() {
    let said = is_pulled(&Scene::half_typed());
    assert!(said.iter().any(|one| one["code"] == "template-parse" && one["range"]["start"]["line"] == 6), "{said:?}");
}
