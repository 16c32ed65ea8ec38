//! The language server over its standard streams: life cycle, synchronisation, diagnostics, settings, several projects and folders.

#[path = "support/client.rs"]
mod client;

use client::{Client, folder};
use serde_json::{Value, json};

const META: &str = "project: p\nconfigVersion: 1\n---\n";

fn rules(diagnostics: &[Value]) -> Vec<String> {
    diagnostics.iter().map(|one| one["code"].as_str().unwrap_or_default().to_owned()).collect()
}

fn has_rule(diagnostics: &[Value], rule: &str) -> bool {
    rules(diagnostics).iter().any(|one| one == rule)
}

#[test]
fn it_says_hello_and_goodbye_while_its_input_stays_open() {
    let folder = folder(&[("werf.yaml", META)]);
    let client = Client::start(folder.path());
    assert_eq!(client.initialized["serverInfo"]["name"], "werfkit");
    assert_eq!(client.initialized["capabilities"]["positionEncoding"], "utf-16");
    assert_eq!(client.end(), Some(0));
}

#[test]
fn the_best_encoding_is_taken() {
    let folder = folder(&[]);
    let offer = json!({"general": {"positionEncodings": ["utf-16", "utf-8"]}});
    let client = Client::start_with(folder.path(), offer, json!({}));
    assert_eq!(client.initialized["capabilities"]["positionEncoding"], "utf-8");
}

#[test]
fn a_mistake_is_pushed_and_goes_when_it_is_mended() {
    let text = format!("{META}image: a\nfrom: alpine:3\nfromImage: b\n");
    let folder = folder(&[("werf.yaml", &text)]);
    let mut client = Client::start(folder.path());
    client.open("werf.yaml", &text);
    let diagnostics = client.pushed("werf.yaml", 1);
    assert!(has_rule(&diagnostics, "from-and-from-image") || !diagnostics.is_empty(), "{diagnostics:?}");
    let version = client.change("werf.yaml", &format!("{META}image: a\nfrom: alpine:3\n"));
    let diagnostics = client.pushed("werf.yaml", version);
    let errors: Vec<_> = diagnostics.iter().filter(|one| one["severity"] == 1).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(client.end(), Some(0));
}

#[test]
fn changes_are_applied_in_their_order_and_unit() {
    let text = format!("{META}image: a\nfrom: alpine:3 # й𐍈\n");
    let folder = folder(&[("werf.yaml", &text)]);
    let mut client = Client::start(folder.path());
    client.open("werf.yaml", &text);
    client.pushed("werf.yaml", 1);
    // Behind the comment a new line, then a word in it: columns count in UTF-16.
    let line = 4;
    let behind = "from: alpine:3 # ".len() + 3;
    let at = |line: usize, column: usize| json!({"line": line, "character": column});
    let version = client.edit(
        "werf.yaml",
        json!([
            {"range": {"start": at(line, behind), "end": at(line, behind)}, "text": "\nfromImag: b"},
            {"range": {"start": at(line + 1, 0), "end": at(line + 1, 4)}, "text": "form"},
        ]),
    );
    let diagnostics = client.pushed("werf.yaml", version);
    let unknown = diagnostics.iter().find(|one| one["code"] == "unknown-field").expect("the key is unknown");
    assert!(unknown["message"].as_str().is_some_and(|text| text.contains("formImag")), "{unknown}");
    assert_eq!(unknown["range"]["start"], at(line + 1, 0));
}

#[test]
fn a_mistake_in_a_template_file_shows_there() {
    let config = format!("{META}{{{{ include \"one\" . }}}}\n");
    let template = "{{ define \"one\" }}\nimage: a\nfrmo: alpine:3\n{{ end }}\n";
    let folder = folder(&[("werf.yaml", &config), (".werf/one.tmpl", template)]);
    let mut client = Client::start(folder.path());
    client.open("werf.yaml", &config);
    client.pushed("werf.yaml", 1);
    let uri = client.uri(".werf/one.tmpl");
    let message = client.wait(|message| {
        message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri.as_str()
    });
    let diagnostics = message["params"]["diagnostics"].as_array().cloned().unwrap_or_default();
    assert!(has_rule(&diagnostics, "unknown-field"), "{diagnostics:?}");
    // The template is opened and mended there; the project's own file is told nothing new.
    client.open(".werf/one.tmpl", template);
    client.pushed(".werf/one.tmpl", 1);
    let version = client.change(".werf/one.tmpl", &template.replace("frmo", "from"));
    assert!(!has_rule(&client.pushed(".werf/one.tmpl", version), "unknown-field"));
}

#[test]
fn diagnostics_can_be_pulled_with_those_of_related_documents() {
    let config = format!("{META}{{{{ include \"one\" . }}}}\n");
    let template = "{{ define \"one\" }}\nimage: a\nfrmo: alpine:3\n{{ end }}\n";
    let folder = folder(&[("werf.yaml", &config), (".werf/one.tmpl", template)]);
    let abilities = json!({"textDocument": {"diagnostic": {"relatedDocumentSupport": true}}});
    let mut client = Client::start_with(folder.path(), abilities, json!({"looseGiterminism": true}));
    assert_eq!(client.initialized["capabilities"]["diagnosticProvider"]["interFileDependencies"], true);
    client.open("werf.yaml", &config);
    let params = json!({"textDocument": {"uri": client.uri("werf.yaml")}});
    let report = client.request("textDocument/diagnostic", params.clone());
    assert_eq!(report["kind"], "full");
    let related = &report["relatedDocuments"][client.uri(".werf/one.tmpl").as_str()];
    assert!(has_rule(related["items"].as_array().expect("a list"), "unknown-field"), "{report}");
    let mut again = params;
    again["previousResultId"] = report["resultId"].clone();
    assert_eq!(client.request("textDocument/diagnostic", again)["kind"], "unchanged");
    let workspace = client.request("workspace/diagnostic", json!({"previousResultIds": []}));
    let uris: Vec<_> = workspace["items"].as_array().expect("a list").iter().map(|one| one["uri"].clone()).collect();
    assert!(uris.contains(&json!(client.uri(".werf/one.tmpl"))), "{workspace}");
}

#[test]
fn a_server_ends_when_its_client_goes_while_a_question_waits_for_news() {
    let config = format!("{META}image: a\nfrom: alpine\nnope: 1\n");
    let folder = folder(&[("werf.yaml", &config)]);
    let mut client = Client::start_with(folder.path(), json!({"textDocument": {"diagnostic": {}}}), json!({}));
    client.open("werf.yaml", &config);
    client.request("textDocument/diagnostic", json!({"textDocument": {"uri": client.uri("werf.yaml")}}));
    let workspace = client.request("workspace/diagnostic", json!({"previousResultIds": []}));
    let items = workspace["items"].as_array().expect("a list");
    let known: Vec<_> = items.iter().map(|one| json!({"uri": one["uri"], "value": one["resultId"]})).collect();
    assert!(!known.is_empty(), "{workspace}");
    client.ask("workspace/diagnostic", json!({"previousResultIds": known}));
    assert!(client.leave().is_some(), "the server outlives its client");
}

#[test]
fn settings_change_what_is_said() {
    let text = format!("{META}image: a\nfrom: alpine:3\nimageSpec:\n  author: x\n");
    let folder = folder(&[("werf.yaml", &text)]);
    let options = json!({"looseGiterminism": true, "dialect": "2"});
    let mut client = Client::start_with(folder.path(), json!({}), options);
    client.open("werf.yaml", &text);
    assert!(!has_rule(&client.pushed("werf.yaml", 1), "unknown-field"));
    let settings = json!({"settings": {"werfkit": {"dialect": "1.2", "looseGiterminism": true}}});
    client.notify("workspace/didChangeConfiguration", settings);
    assert!(has_rule(&client.pushed("werf.yaml", 1), "unknown-field"));
}

#[test]
fn a_file_that_changes_on_disk_is_read_again() {
    let config = format!("{META}image: a\nfrom: {{{{ .Files.Get \"base\" }}}}\n");
    let folder = folder(&[("werf.yaml", &config), ("base", "alpine:3")]);
    let mut client = Client::start(folder.path());
    client.open("werf.yaml", &config);
    assert!(!has_rule(&client.pushed("werf.yaml", 1), "external-from-untagged"));
    std::fs::write(folder.path().join("base"), "alpine:latest").expect("the file can be written");
    let uri = client.uri("base");
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": uri, "type": 2}]}));
    // The tag is written in that file, so the finding is there too.
    let uri = client.uri("base");
    let message = client.wait(|message| {
        message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri.as_str()
    });
    assert!(has_rule(message["params"]["diagnostics"].as_array().expect("a list"), "base-untagged"), "{message}");
}

#[test]
fn every_project_of_a_folder_is_judged() {
    let wrong = format!("{META}image: a\n");
    let folder = folder(&[("one/werf.yaml", &wrong), ("two/deep/werf.yml", &wrong)]);
    let mut client = Client::start(folder.path());
    for path in ["one/werf.yaml", "two/deep/werf.yml"] {
        let uri = client.uri(path);
        let message = client.wait(|message| {
            message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri.as_str()
        });
        assert!(!message["params"]["diagnostics"].as_array().expect("a list").is_empty(), "{path}");
    }
}

#[test]
fn own_requests_answer() {
    let config =
        format!("{META}{{{{ range list \"a\" \"b\" }}}}\n---\nimage: {{{{ . }}}}\nfrom: alpine:3\n{{{{ end }}}}\n");
    let folder = folder(&[("werf.yaml", &config)]);
    let mut client = Client::start(folder.path());
    client.open("werf.yaml", &config);
    let uri = client.uri("werf.yaml");
    let rendered = client.request("werfkit/rendered", json!({"uri": uri}));
    let text = rendered["text"].as_str().expect("a text");
    assert!(text.contains("image: b\nfrom: alpine:3") && rendered["complete"] == true, "{rendered}");
    assert!(!rendered["map"].as_array().expect("a list").is_empty());
    let graph = client.request("werfkit/graph", json!({"uri": uri, "format": "svg"}));
    assert!(graph["text"].as_str().is_some_and(|text| text.starts_with("<svg") || text.contains("<svg")), "{graph}");
    let page = client.request("werfkit/explain", json!({"rule": "unknown-field"}));
    assert!(page["markdown"].as_str().is_some_and(|text| text.contains("unknown-field")), "{page}");
    let id = client.ask("werfkit/graph", json!({"uri": uri, "format": "gif"}));
    assert!(client.answer(id)["error"]["message"].as_str().is_some_and(|text| text.contains("gif")));
    let status = client.wait(|message| message["method"] == "werfkit/status");
    assert_eq!(status["params"]["dialect"], "2");
}

#[test]
fn a_file_of_no_project_gets_no_answers_and_no_errors() {
    let folder = folder(&[("values.yaml", "a: 1\n")]);
    let mut client = Client::start(folder.path());
    client.open("values.yaml", "a: 1\n");
    let uri = client.uri("values.yaml");
    assert_eq!(client.request("werfkit/rendered", json!({"uri": uri})), Value::Null);
    assert_eq!(client.end(), Some(0));
}

#[test]
fn what_is_wrong_in_another_world_is_said_with_its_condition() {
    let text = format!("{META}image: a\nfrom: alpine:3\n{{{{ if eq .Env \"production\" }}}}\nfrmo: x\n{{{{ end }}}}\n");
    let folder = folder(&[("werf.yaml", &text)]);
    let mut client = Client::start(folder.path());
    client.open("werf.yaml", &text);
    let message = client.wait(|message| message.to_string().contains("only when `.Env` is `production`"));
    assert_eq!(message["method"], "textDocument/publishDiagnostics");
    let diagnostics = message["params"]["diagnostics"].as_array().cloned().unwrap_or_default();
    assert!(has_rule(&diagnostics, "unknown-field"), "{diagnostics:?}");
}
