//! Completion, its details on demand and signature help over the protocol.

#[path = "support/client.rs"]
mod client;

use client::{Client, folder};
use serde_json::{Value, json};

const META: &str = "project: p\nconfigVersion: 1\n---\n";

fn labels(items: &Value) -> Vec<&str> {
    items.as_array().into_iter().flatten().filter_map(|item| item["label"].as_str()).collect()
}

#[test]
fn a_key_is_offered_with_its_range_and_explained_on_demand() {
    let text = format!("{META}image: a\nfrom: alpine:3\ngi\n");
    let folder = folder(&[("werf.yaml", &text)]);
    let snippets = json!({"textDocument": {"completion": {"completionItem": {"snippetSupport": true}}}});
    let mut client = Client::start_with(folder.path(), snippets, json!({"looseGiterminism": true}));
    client.open("werf.yaml", &text);
    let place = client.place("werf.yaml", 5, 2);
    let items = client.request("textDocument/completion", place);
    let first = &items[0];
    assert_eq!(first["label"], "git");
    assert_eq!(first["insertTextFormat"], 2);
    let at = |column: u32| json!({"line": 5, "character": column});
    assert_eq!(first["textEdit"]["range"], json!({"start": at(0), "end": at(2)}));
    assert!(first["textEdit"]["newText"].as_str().is_some_and(|text| text.starts_with("git:\n- add: ")), "{first}");
    let whole = client.request("completionItem/resolve", first.clone());
    let page = whole["documentation"]["value"].as_str().unwrap_or_default();
    assert!(page.contains("files from git"), "{whole}");
}

#[test]
fn without_snippets_the_text_is_plain() {
    let text = format!("{META}image: a\nfrom: alpine:3\ngi\n");
    let folder = folder(&[("werf.yaml", &text)]);
    let mut client = Client::start(folder.path());
    client.open("werf.yaml", &text);
    let place = client.place("werf.yaml", 5, 2);
    let items = client.request("textDocument/completion", place);
    assert!(items[0]["textEdit"]["newText"].as_str().is_some_and(|text| !text.contains('$')), "{}", items[0]);
}

#[test]
fn names_stay_while_an_action_does_not_parse() {
    let text = format!("{META}image: tool\nfrom: alpine:3\n---\nimage: b\nfromImage: \n");
    let folder = folder(&[("werf.yaml", &format!("{META}image: tool\nfrom: alpine:3\n")), ("app/main.go", "")]);
    let mut client = Client::start(folder.path());
    client.open("werf.yaml", &text);
    let place = client.place("werf.yaml", 7, 11);
    let items = client.request("textDocument/completion", place);
    assert_eq!(labels(&items)[0], "tool");
    client.change("werf.yaml", &format!("{text}{{{{ .Files.Get \"app/"));
    let place = client.place("werf.yaml", 8, 19);
    let items = client.request("textDocument/completion", place);
    assert_eq!(labels(&items), ["app/main.go"]);
}

#[test]
fn a_blank_opens_no_list_in_ordinary_text() {
    let text = format!("{META}image: a\nfrom: alpine:3\nshell:\n  install:\n  - run a \n");
    let folder = folder(&[("werf.yaml", &text)]);
    let mut client = Client::start(folder.path());
    client.open("werf.yaml", &text);
    let mut place = client.place("werf.yaml", 7, 10);
    place["context"] = json!({"triggerKind": 2, "triggerCharacter": " "});
    assert_eq!(client.request("textDocument/completion", place), json!([]));
}

#[test]
fn the_signature_shows_which_argument_is_typed() {
    let text = format!("{META}image: {{{{ printf \"%s\" . }}}}\nfrom: alpine:3\n");
    let folder = folder(&[("werf.yaml", &text)]);
    let mut client = Client::start(folder.path());
    client.open("werf.yaml", &text);
    let place = client.place("werf.yaml", 3, 22);
    let help = client.request("textDocument/signatureHelp", place);
    assert_eq!(help["signatures"][0]["label"], "printf(format string, values… any) string");
    assert_eq!(help["activeParameter"], 1);
    let range = &help["signatures"][0]["parameters"][1]["label"];
    assert_eq!(*range, json!([22, 33]));
}
