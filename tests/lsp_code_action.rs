//! Code actions over the server's streams: each is taken as an editor would take it, and its finding is gone.

#[path = "support/client.rs"]
mod client;

use client::{Client, commit, folder};
use serde_json::{Value, json};

const META: &str = "project: p\nconfigVersion: 1\n---\n";

fn abilities(resolves: bool) -> Value {
    let resolve = if resolves { json!({"properties": ["edit"]}) } else { Value::Null };
    json!({
        "textDocument": {"codeAction": {"resolveSupport": resolve}},
        "workspace": {"workspaceEdit": {"documentChanges": true, "resourceOperations": ["create"]}},
    })
}

/// Actions at a finding.
fn actions(client: &mut Client, path: &str, diagnostic: &Value, only: Option<&str>) -> Vec<Value> {
    let mut context = json!({"diagnostics": [diagnostic]});
    if let Some(only) = only {
        context["only"] = json!([only]);
    }
    let params = json!({"textDocument": {"uri": client.uri(path)}, "range": diagnostic["range"], "context": context});
    client.request("textDocument/codeAction", params).as_array().cloned().unwrap_or_default()
}

fn find<'a>(list: &'a [Value], rule: &str) -> &'a Value {
    list.iter().find(|one| one["code"] == rule).unwrap_or_else(|| panic!("{rule} is not among {list:?}"))
}

/// A text with the edits of one document, all positions in ASCII.
fn apply(text: &str, edits: &Value) -> String {
    let offset = |position: &Value| {
        let line = position["line"].as_u64().expect("a line") as usize;
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        (start + position["character"].as_u64().expect("a column") as usize).min(text.len())
    };
    let mut edits: Vec<(usize, usize, &str)> = edits
        .as_array()
        .expect("a list")
        .iter()
        .map(|edit| {
            let range = &edit["range"];
            (offset(&range["start"]), offset(&range["end"]), edit["newText"].as_str().expect("a text"))
        })
        .collect();
    edits.sort_by_key(|(start, end, _)| std::cmp::Reverse((*start, *end)));
    let mut text = text.to_owned();
    for (start, end, new) in edits {
        text.replace_range(start..end, new);
    }
    text
}

#[test]
fn a_misspelt_key_is_renamed() {
    let text = format!("{META}image: a\nfrmo: alpine:3.20\n");
    let folder = folder(&[("werf.yaml", &text)]);
    let mut client = Client::start(folder.path());
    client.open("werf.yaml", &text);
    let diagnostics = client.pushed("werf.yaml", 1);
    let found = actions(&mut client, "werf.yaml", find(&diagnostics, "unknown-field"), None);
    let fix = found.iter().find(|one| one["isPreferred"] == true).expect("there is a safe fix");
    assert_eq!(fix["diagnostics"][0]["code"], "unknown-field");
    let edited = apply(&text, &fix["edit"]["changes"][client.uri("werf.yaml").as_str()]);
    assert_eq!(edited, text.replace("frmo", "from"));
    let version = client.change("werf.yaml", &edited);
    assert!(!client.pushed("werf.yaml", version).iter().any(|one| one["code"] == "unknown-field"));
}

#[test]
fn everything_safe_is_fixed_at_once_when_it_is_chosen() {
    let text = format!("{META}image: a\nfrmo: alpine:3.20\n---\nimage: b\nfrom: alpine:3.20\nshel:\n  setup: [x]\n");
    let folder = folder(&[("werf.yaml", &text)]);
    for resolves in [true, false] {
        let options = json!({"looseGiterminism": true});
        let mut client = Client::start_with(folder.path(), abilities(resolves), options);
        client.open("werf.yaml", &text);
        let diagnostics = client.pushed("werf.yaml", 1);
        let found = actions(&mut client, "werf.yaml", &diagnostics[0], Some("source.fixAll"));
        assert_eq!(found.len(), 1, "{found:?}");
        let mut action = found[0].clone();
        if resolves {
            assert_eq!(action.get("edit"), None);
            action = client.request("codeAction/resolve", action);
        }
        let edited = apply(&text, &action["edit"]["changes"][client.uri("werf.yaml").as_str()]);
        assert_eq!(edited, text.replace("frmo", "from").replace("shel:", "shell:"));
    }
}

#[test]
fn a_variable_is_permitted_in_a_new_file_and_in_one_that_is_there() {
    let text = format!("{META}image: a\nfrom: alpine:{{{{ env \"VERSION\" \"3.20\" }}}}\n");
    let permitted =
        "giterminismConfigVersion: 1\nconfig:\n  goTemplateRendering:\n    allowEnvVariables:\n    - VERSION\n";
    for before in [None, Some("giterminismConfigVersion: 1\n")] {
        let folder = folder(&[("werf.yaml", &text)]);
        if let Some(before) = before {
            std::fs::write(folder.path().join("werf-giterminism.yaml"), before).expect("the file can be written");
            commit(folder.path());
        }
        let mut client = Client::start_with(folder.path(), abilities(true), json!({}));
        client.open("werf.yaml", &text);
        let diagnostics = client.pushed("werf.yaml", 1);
        let found = actions(&mut client, "werf.yaml", find(&diagnostics, "env-not-allowed"), None);
        let action = found.iter().find(|one| one["title"].as_str().is_some_and(|title| title.starts_with("Permit")));
        let edit = &action.unwrap_or_else(|| panic!("{found:?}"))["edit"];
        let after = match before {
            None => {
                assert_eq!(edit["documentChanges"][0]["kind"], "create");
                apply("", &edit["documentChanges"][1]["edits"])
            }
            Some(before) => apply(before, &edit["changes"][client.uri("werf-giterminism.yaml").as_str()]),
        };
        assert_eq!(after, permitted);
        client.open("werf-giterminism.yaml", &after);
        let uri = client.uri("werf.yaml");
        client.wait(|message| {
            message["params"]["uri"] == uri.as_str()
                && message["method"] == "textDocument/publishDiagnostics"
                && !message.to_string().contains("env-not-allowed")
        });
    }
}

#[test]
fn every_finding_can_be_explained() {
    let text = format!("{META}image: a\n");
    let folder = folder(&[("werf.yaml", &text)]);
    let mut client = Client::start(folder.path());
    client.open("werf.yaml", &text);
    let diagnostics = client.pushed("werf.yaml", 1);
    for diagnostic in &diagnostics {
        let found = actions(&mut client, "werf.yaml", diagnostic, None);
        let action = found.iter().find(|one| one["command"]["command"] == "werfkit.explain");
        let command = &action.unwrap_or_else(|| panic!("{diagnostic}"))["command"];
        // An editor that does not know the command sends it back.
        client.request(
            "workspace/executeCommand",
            json!({"command": command["command"], "arguments": command["arguments"]}),
        );
        let rule = diagnostic["code"].as_str().expect("a rule").to_owned();
        client.wait(|message| {
            message["method"] == "window/showMessage"
                && message["params"]["message"].as_str().is_some_and(|text| text.starts_with(&rule))
        });
    }
}

/// In the file at `path`, `frmo` is offered to become `from`, by itself and with everything else that is safe. `main` is the text of `werf.yaml`.
#[track_caller]
fn mends(main: &str, path: &str, text: &str) {
    let main = format!("{META}{main}");
    let folder = folder(&[("werf.yaml", &main), (path, if path == "werf.yaml" { &main } else { text })]);
    let text = if path == "werf.yaml" { &main } else { text };
    let mut client = Client::start(folder.path());
    client.open(path, text);
    let diagnostics = client.pushed(path, 1);
    let found = actions(&mut client, path, find(&diagnostics, "unknown-field"), None);
    let wanted = text.replace("frmo", "from");
    for kind in ["quickfix", "source.fixAll.werfkit"] {
        let is_wanted = |one: &&Value| one["kind"] == kind && one["edit"] != Value::Null;
        let fix = found.iter().find(is_wanted).unwrap_or_else(|| panic!("no {kind} in {found:?}"));
        assert_eq!(apply(text, &fix["edit"]["changes"][client.uri(path).as_str()]), wanted, "{kind}");
    }
    let version = client.change(path, &wanted);
    assert!(!client.pushed(path, version).iter().any(|one| one["code"] == "unknown-field"));
}

#[test]
fn code_actions_plain() {
    mends("image: a\nfrmo: alpine:3.20\n", "werf.yaml", "");
}

#[test]
fn code_actions_templated() {
    let text = "{{ range list \"a\" \"b\" }}\n---\nimage: {{ . }}\nfrmo: alpine:{{ add 1 2 }}.20\n{{ end }}\n";
    mends(text, "werf.yaml", "");
}

#[test]
fn code_actions_across_files() {
    let template = "{{ define \"one\" }}\nimage: {{ .name }}\nfrmo: alpine:3.20\n{{ end }}\n";
    mends("{{ include \"one\" (dict \"name\" \"a\") }}\n", ".werf/one.tmpl", template);
}

#[test]
fn code_actions_in_data_file() {
    mends("{{ tpl (.Files.Get \"part.yaml\") . }}\n", "part.yaml", "image: {{ \"a\" }}\nfrmo: alpine:3.20\n");
}

#[test]
fn code_actions_half_typed() {
    mends("image: a\nfrmo: alpine:3.20\n---\nimage: b\nfro\n", "werf.yaml", "");
    mends("image: a\nfrmo: alpine:3.20\nshell:\n  install: {{ if\n", "werf.yaml", "");
}
