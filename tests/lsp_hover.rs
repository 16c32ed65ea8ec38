//! Hover, hints, tokens, folding, selection and links over the protocol.

#[path = "support/client.rs"]
mod client;

use client::{Client, folder};
use serde_json::{Value, json};

const CONFIG: &str = "project: p\nconfigVersion: 1\n---\n# й𐍈\nimage: a\nfrom: alpine:{{ .Env }}\n---\nimage: b\nfrom: a\n{{ include \"one\" . }}\n";
const TEMPLATE: &str = "{{ define \"two\" }}{{ end }}\n{{ define \"one\" }}\nshell:\n  install:\n  - ls\n{{ end }}\n";

fn start() -> (tempfile::TempDir, Client) {
    let folder = folder(&[("werf.yaml", CONFIG), (".werf/one.tmpl", TEMPLATE)]);
    let options = json!({"looseGiterminism": true, "dialect": "2", "env": "production"});
    let mut client = Client::start_with(folder.path(), json!({}), options);
    client.open("werf.yaml", CONFIG);
    (folder, client)
}

fn document(client: &Client) -> Value {
    json!({"textDocument": {"uri": client.uri("werf.yaml")}})
}

fn all() -> Value {
    json!({"start": {"line": 0, "character": 0}, "end": {"line": 100, "character": 0}})
}

#[test]
fn hover_over_the_protocol() {
    let (_folder, mut client) = start();
    let place = client.place("werf.yaml", 5, 17);
    let hover = client.request("textDocument/hover", place);
    assert!(
        hover["contents"]["value"].as_str().is_some_and(|text| text.contains("Renders to `production`")),
        "{hover}"
    );
    assert_eq!(hover["range"]["start"], json!({"line": 5, "character": 16}));
    let place = client.place("werf.yaml", 8, 6);
    let hover = client.request("textDocument/hover", place);
    assert!(hover["contents"]["value"].as_str().is_some_and(|text| text.contains("Used by 1 image: `b`")), "{hover}");
    let place = client.place("werf.yaml", 1, 17);
    assert_eq!(client.request("textDocument/hover", place)["range"]["start"]["line"], 1);
}

#[test]
fn hints_folds_selections_and_links_over_the_protocol() {
    let (_folder, mut client) = start();
    let mut params = document(&client);
    params["range"] = all();
    let hints = client.request("textDocument/inlayHint", params);
    assert_eq!(hints[0]["label"], "production", "{hints}");
    assert_eq!(hints[0]["position"], json!({"line": 5, "character": 23}));
    let folds = client.request("textDocument/foldingRange", document(&client));
    let lines: Vec<_> = folds
        .as_array()
        .expect("a list")
        .iter()
        .map(|fold| (fold["startLine"].clone(), fold["endLine"].clone()))
        .collect();
    assert_eq!(lines, [(json!(0), json!(1)), (json!(4), json!(5)), (json!(7), json!(9))]);
    let mut params = document(&client);
    params["positions"] = json!([{"line": 5, "character": 18}, {"line": 99, "character": 0}]);
    let ranges = client.request("textDocument/selectionRange", params);
    assert_eq!(ranges.as_array().map(Vec::len), Some(2));
    assert_eq!(ranges[0]["range"], json!({"start": {"line": 5, "character": 17}, "end": {"line": 5, "character": 20}}));
    assert_eq!(ranges[0]["parent"]["range"]["start"], json!({"line": 5, "character": 16}));
    let links = client.request("textDocument/documentLink", document(&client));
    let link = &links.as_array().expect("a list")[0];
    assert_eq!(link["target"], format!("{}#L2", client.uri(".werf/one.tmpl")), "{links}");
}

/// Tokens as places: line, column, length, type.
fn places(data: &Value) -> Vec<[u64; 4]> {
    let numbers: Vec<u64> = data.as_array().expect("a list").iter().filter_map(Value::as_u64).collect();
    let (mut line, mut column) = (0, 0);
    let mut found = Vec::new();
    for token in numbers.chunks_exact(5) {
        column = if token[0] == 0 { column + token[1] } else { token[1] };
        line += token[0];
        found.push([line, column, token[2], token[3]]);
    }
    found
}

#[test]
fn semantic_tokens_over_the_protocol() {
    let (_folder, mut client) = start();
    let legend = client.initialized["capabilities"]["semanticTokensProvider"]["legend"]["tokenTypes"].clone();
    let name = |number: u64| legend[usize::try_from(number).expect("a number")].as_str().unwrap_or_default().to_owned();
    let full = client.request("textDocument/semanticTokens/full", document(&client));
    let found = places(&full["data"]);
    assert_eq!((found[0], name(found[0][3])), ([0, 0, 7, found[0][3]], "property".to_owned()));
    assert!(found.iter().any(|token| token[..3] == [5, 16, 4] && name(token[3]) == "property"), "{found:?}");
    assert!(found.iter().any(|token| token[..3] == [8, 6, 1] && name(token[3]) == "class"), "{found:?}");

    let mut params = document(&client);
    params["range"] = json!({"start": {"line": 5, "character": 0}, "end": {"line": 5, "character": 23}});
    let some = places(&client.request("textDocument/semanticTokens/range", params)["data"]);
    assert!(some.iter().all(|token| token[0] == 5) && some.len() == 4, "{some:?}");

    let mut params = document(&client);
    params["previousResultId"] = full["resultId"].clone();
    let same = client.request("textDocument/semanticTokens/full/delta", params.clone());
    assert_eq!(same["edits"], json!([]));
    let changed = CONFIG.replace("image: a\n", "final: true\nimage: a\n");
    client.change("werf.yaml", &changed);
    params["previousResultId"] = same["resultId"].clone();
    let delta = client.request("textDocument/semanticTokens/full/delta", params);
    let edit = &delta["edits"][0];
    let mut data = full["data"].as_array().expect("a list").clone();
    let start = usize::try_from(edit["start"].as_u64().expect("a number")).expect("small");
    let count = usize::try_from(edit["deleteCount"].as_u64().expect("a number")).expect("small");
    data.splice(start..start + count, edit["data"].as_array().expect("a list").iter().cloned());
    let again = client.request("textDocument/semanticTokens/full", document(&client));
    assert_eq!(json!(data), again["data"]);
    assert!(edit["data"].as_array().is_some_and(|data| data.len() <= 20), "{delta}");
}
