//! Signature help: a text with a cursor, and the signature there with the active parameter in brackets.

#[path = "support/fixture.rs"]
mod fixture;

use fixture::Fixture;
use werfkit::ide::signature::signature;

fn shown(text: &str) -> String {
    let fixture = Fixture::new(text);
    let Some(found) = signature(&fixture.at()) else { return String::new() };
    let mut label = found.label;
    if let Some(active) = found.active {
        let range = found.parameters[active].clone();
        label.insert(range.end, ']');
        label.insert(range.start, '[');
    }
    label
}

#[test]
fn signature_plain() {
    assert_eq!(shown("{{ include \"x\" <|>. }}"), "include(name string, [data any]) string");
    assert_eq!(shown("{{ include <|>\"x\" . }}"), "include([name string], data any) string");
    assert_eq!(shown("{{ replace \"a\" \"b\" <|> }}"), "replace(old string, new string, [text string]) string");
    assert_eq!(shown("{{ list 1 2 3 <|> }}"), "list([elements… any]) list");
    assert_eq!(shown("{{ .Files.Get \"<|>\" }}"), "Get([path])");
    assert_eq!(shown("{{ template \"x\" <|>. }}"), "template(name, [data])");
    assert_eq!(shown("image: <|>a"), "");
    assert_eq!(shown("{{ incl<|> }}"), "");
}

#[test]
fn signature_templated() {
    assert_eq!(shown("a: {{ if eq .Env <|>\"x\" }}b{{ end }}"), "eq(left any, [rights… any]) bool");
    assert_eq!(shown("a: {{ env \"X\" | default <|> }}"), "default([default any], value… any) any");
    assert_eq!(shown("a: {{ $x := printf \"%s\" <|>. }}"), "printf(format string, [values… any]) string");
}

#[test]
fn signature_half_typed() {
    assert_eq!(shown("a: {{ printf \"%s\" (trunc 5 <|>\nb: c\n"), "trunc(length int, [text string]) string");
    assert_eq!(shown("a: {{ include \"x<|>\n"), "include([name string], data any) string");
    assert_eq!(shown("a: {{ printf \"%s\" (trunc 5 .x) <|>\nb: c\n"), "printf(format string, [values… any]) string");
}

#[test]
fn signature_across_files() {
    let project = "=== werf.yaml\nproject: p\nconfigVersion: 1\n=== .werf/a.tmpl\n{{ define \"a\" }}{{ indent 2 <|> }}{{ end }}\n";
    assert_eq!(shown(project), "indent(columns int, [text string]) string");
}

#[test]
fn signature_in_data_file() {
    let project = "=== werf.yaml\nproject: p\nconfigVersion: 1\n---\n{{ tpl (.Files.Get \"x.yaml\") . }}\n=== x.yaml\nimage: {{ trimSuffix <|>\"a\" \"ba\" }}\nfrom: b\n";
    assert_eq!(shown(project), "trimSuffix([suffix string], text string) string");
}
