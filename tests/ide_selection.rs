//! Selection ranges: the texts from the cursor outwards.

#[path = "support/fixture.rs"]
mod fixture;

use fixture::Fixture;
use werfkit::ide::selection::selection;

/// Ranges of one line, from the inside.
fn selected(text: &str) -> Vec<String> {
    let fixture = Fixture::new(text);
    let at = fixture.at();
    let spans = selection(&at);
    for pair in spans.windows(2) {
        assert!(pair[1].start <= pair[0].start && pair[0].end <= pair[1].end && pair[0] != pair[1]);
    }
    assert_eq!(spans.last().map(|span| span.len()), Some(at.text().len()));
    spans.iter().map(|span| String::from_utf8_lossy(&at.text()[span.range()]).into_owned()).collect()
}

#[test]
fn selection_plain() {
    let found = selected("image: a\nfrom: b\ngit:\n- add: /so<|>me\n  to: /x\n");
    let first: Vec<&str> = found.iter().map(String::as_str).take(7).collect();
    assert_eq!(
        first,
        [
            "some",
            "/some",
            "add: /some",
            "- add: /some",
            "- add: /some\n  to: /x",
            "git:\n- add: /some\n  to: /x",
            "image: a\nfrom: b\ngit:\n- add: /some\n  to: /x"
        ]
    );
    assert_eq!(selected("image: \"a<|>b\"\n")[..3], ["ab", "\"ab\"", "image: \"ab\""]);
}

#[test]
fn selection_templated() {
    let found = selected("image: a\nfrom: x{{ include \"t\" (dict \"a\" .E<|>nv) | trim }}\n");
    let wanted = [
        "Env",
        ".Env",
        "dict \"a\" .Env",
        "include \"t\" (dict \"a\" .Env)",
        "include \"t\" (dict \"a\" .Env) | trim",
        "{{ include \"t\" (dict \"a\" .Env) | trim }}",
        "x{{ include \"t\" (dict \"a\" .Env) | trim }}",
    ];
    for text in wanted {
        assert!(found.iter().any(|found| found == text), "{text} in {found:?}");
    }
    let found = selected("{{ if true }}\nima<|>ge: a\n{{ end }}\n");
    assert!(found.contains(&"{{ if true }}\nimage: a\n{{ end }}".to_owned()), "{found:?}");
}

#[test]
fn selection_across_files() {
    let found = selected("=== werf.yaml\n=== .werf/a.tmpl\n{{ define \"x\" }}\nima<|>ge: a\n{{ end }}\n");
    assert!(found.contains(&"{{ define \"x\" }}\nimage: a\n{{ end }}".to_owned()), "{found:?}");
}

#[test]
fn selection_in_data_file() {
    let found =
        selected("=== werf.yaml\n{{ tpl (.Files.Get \"d.yaml\") . }}\n=== d.yaml\nimage: a\nfrom: {{ .E<|>nv }}\n");
    assert_eq!(found[..4], ["Env", ".Env", "{{ .Env }}", "from: {{ .Env }}"]);
}

#[test]
fn selection_half_typed() {
    let found = selected("image: a\nfrom: {{ env \"A<|>B\n");
    assert_eq!(found[..4], ["AB", "\"AB", "env \"AB", "{{ env \"AB"]);
    for text in ["<|>", "{{<|>", "<|>{{ }}", "\n<|>\n", "a: <|>", "-<|> ", "\"<|>", "{{ \"a<|>"] {
        let _ = selected(text);
    }
}
