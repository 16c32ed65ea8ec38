//! Navigation over the protocol: definition, references, highlights, rename, symbols, call hierarchy, lenses.

#[path = "support/client.rs"]
mod client;

use client::{Client, folder};
use serde_json::{Value, json};

const META: &str = "project: p\nconfigVersion: 1\n---\n";
/// Line 3 is the first behind the meta section.
const CONFIG: &str = "image: base\nfrom: alpine:3\n---\nimage: app\nfromImage: base\n---\n{{ include \"one\" . }}\n";
const TEMPLATE: &str = "{{ define \"one\" }}\nimage: one\nfromImage: base\n{{ end }}\n";

fn start(capabilities: Value) -> (tempfile::TempDir, Client) {
    let config = format!("{META}{CONFIG}");
    let folder = folder(&[("werf.yaml", &config), (".werf/one.tmpl", TEMPLATE)]);
    let options = json!({"looseGiterminism": true, "dialect": "2"});
    let mut client = Client::start_with(folder.path(), capabilities, options);
    client.open("werf.yaml", &config);
    client.open(".werf/one.tmpl", TEMPLATE);
    (folder, client)
}

fn place(path: &str, line: u32, from: u32, to: u32, client: &Client) -> Value {
    let at = |character| json!({"line": line, "character": character});
    json!({"uri": client.uri(path), "range": {"start": at(from), "end": at(to)}})
}

#[test]
fn definition_and_declaration() {
    let (_folder, mut client) = start(json!({"textDocument": {"definition": {"linkSupport": true}}}));
    let from_template = client.place(".werf/one.tmpl", 2, 13);
    let links = client.request("textDocument/definition", from_template.clone());
    assert_eq!(links[0]["targetUri"], client.uri("werf.yaml"));
    assert_eq!(links[0]["targetSelectionRange"], place("", 3, 7, 11, &client)["range"]);
    assert_eq!(links[0]["originSelectionRange"], place("", 2, 11, 15, &client)["range"]);
    assert_eq!(links, client.request("textDocument/declaration", from_template));
    let (_folder, mut client) = start(json!({}));
    let call = client.place("werf.yaml", 9, 13);
    let found = client.request("textDocument/definition", call);
    assert_eq!(found, json!([place(".werf/one.tmpl", 0, 11, 14, &client)]));
    let nothing = client.place("werf.yaml", 4, 8);
    assert_eq!(client.request("textDocument/definition", nothing), Value::Null);
}

#[test]
fn references_and_highlights() {
    let (_folder, mut client) = start(json!({}));
    let mut params = client.place("werf.yaml", 3, 8);
    params["context"] = json!({"includeDeclaration": false});
    let found = client.request("textDocument/references", params.clone());
    let mut found: Vec<Value> = found.as_array().expect("a list").clone();
    found.sort_by_key(ToString::to_string);
    let mut wanted = vec![place("werf.yaml", 7, 11, 15, &client), place(".werf/one.tmpl", 2, 11, 15, &client)];
    wanted.sort_by_key(ToString::to_string);
    assert_eq!(found, wanted);
    params["context"] = json!({"includeDeclaration": true});
    assert_eq!(client.request("textDocument/references", params.clone()).as_array().map(Vec::len), Some(3));
    let lit = client.request("textDocument/documentHighlight", params);
    assert_eq!(lit.as_array().map(Vec::len), Some(2));
    assert_eq!((&lit[0]["kind"], &lit[1]["kind"]), (&json!(3), &json!(2)));
}

#[test]
fn rename_is_prepared_checked_and_refused() {
    let (_folder, mut client) = start(json!({"textDocument": {"rename": {"prepareSupport": true}}}));
    assert_eq!(client.initialized["capabilities"]["renameProvider"]["prepareProvider"], true);
    let params = client.place("werf.yaml", 7, 12);
    let prepared = client.request("textDocument/prepareRename", params.clone());
    assert_eq!(prepared, json!({"range": place("", 7, 11, 15, &client)["range"], "placeholder": "base"}));
    let mut to = params.clone();
    to["newName"] = json!("core");
    let edit = client.request("textDocument/rename", to.clone());
    assert_eq!(edit["changes"][client.uri("werf.yaml")].as_array().map(Vec::len), Some(2));
    assert_eq!(edit["changes"][client.uri(".werf/one.tmpl")][0]["newText"], "core");
    to["newName"] = json!("app");
    let id = client.ask("textDocument/rename", to);
    let error = client.answer(id)["error"].clone();
    assert_eq!(error["code"], -32803);
    assert!(error["message"].as_str().is_some_and(|text| text.contains("already")), "{error}");
    // What the template makes depends on the name: only a second analysis sees that.
    let text = format!("{META}{{{{ $n := \"base\" }}}}\nimage: {{{{ $n }}}}\nfrom: alpine:{{{{ len $n }}}}\n");
    client.change("werf.yaml", &text);
    let mut to = client.place("werf.yaml", 3, 11);
    to["newName"] = json!("other");
    let id = client.ask("textDocument/rename", to);
    let error = client.answer(id)["error"].clone();
    assert!(error["message"].as_str().is_some_and(|text| text.contains("more of the configuration")), "{error}");
    let nothing = client.place("werf.yaml", 1, 2);
    let id = client.ask("textDocument/prepareRename", nothing);
    assert_eq!(client.answer(id)["error"]["code"], -32803);
}

#[test]
fn symbols() {
    let tree = json!({"textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": true}}});
    let (_folder, mut client) = start(tree);
    let params = json!({"textDocument": {"uri": client.uri("werf.yaml")}});
    let found = client.request("textDocument/documentSymbol", params.clone());
    let names: Vec<_> = found.as_array().expect("a list").iter().map(|one| one["name"].clone()).collect();
    assert_eq!(names, ["p", "base", "app"]);
    assert_eq!(found[2]["detail"], "stapel image, final, from base");
    assert_eq!(found[2]["children"][1]["name"], "fromImage");
    let found = client.request("workspace/symbol", json!({"query": "on"}));
    let mut names: Vec<_> = found.as_array().expect("a list").iter().map(|one| one["name"].to_string()).collect();
    names.sort();
    assert_eq!(names, ["\"one\"", "\"one\"", "\"one.tmpl\""]);
    let (_folder, mut client) = start(json!({}));
    let params = json!({"textDocument": {"uri": client.uri("werf.yaml")}});
    let flat = client.request("textDocument/documentSymbol", params);
    assert!(flat.as_array().expect("a list").iter().any(|one| one["containerName"] == "app"), "{flat}");
}

#[test]
fn call_hierarchy() {
    let (_folder, mut client) = start(json!({}));
    let params = client.place("werf.yaml", 3, 8);
    let items = client.request("textDocument/prepareCallHierarchy", params);
    assert_eq!(items[0]["name"], "base");
    let incoming = client.request("callHierarchy/incomingCalls", json!({"item": items[0]}));
    let names: Vec<_> = incoming.as_array().expect("a list").iter().map(|one| one["from"]["name"].clone()).collect();
    assert_eq!(names, ["app", "one"]);
    assert_eq!(incoming[0]["fromRanges"], json!([place("", 7, 11, 15, &client)["range"]]));
    let outgoing = client.request("callHierarchy/outgoingCalls", json!({"item": incoming[1]["from"]}));
    assert_eq!(outgoing[0]["to"]["name"], "base");
}

#[test]
fn lenses() {
    let (_folder, mut client) = start(json!({}));
    let params = json!({"textDocument": {"uri": client.uri("werf.yaml")}});
    let found = client.request("textDocument/codeLens", params);
    let titles: Vec<_> = found.as_array().expect("a list").iter().map(|one| one["command"]["title"].clone()).collect();
    assert_eq!(titles, ["used by 2 images · base of app, one", "used by no other image"]);
    let command = &found[0]["command"];
    assert_eq!(command["command"], "werfkit.showReferences");
    assert_eq!(command["arguments"][2].as_array().map(Vec::len), Some(2));
}
