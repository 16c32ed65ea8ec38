//! Inlay hints: each note is put into the text between `‹` and `›`.

#[path = "support/fixture.rs"]
mod fixture;

use fixture::Fixture;
use werfkit::dialect::Dialect;
use werfkit::ide::inlay_hints::inlay_hints;
use werfkit::source::Span;

fn noted(text: &str, path: &str) -> String {
    let fixture = Fixture::with(text, Dialect::V2, |request| {
        request.env = Some("production".to_owned());
        request.environ.insert("API_TOKEN".to_owned(), "hush".to_owned());
    });
    let file = fixture.file(path);
    let bytes = fixture.analysis.text(file);
    let hints = inlay_hints(&fixture.analysis, file, Span::new(0, bytes.len()));
    let mut shown = String::from_utf8_lossy(bytes).into_owned();
    for hint in hints.iter().rev() {
        shown.insert_str(hint.offset, &format!("‹{}›", hint.label));
    }
    shown.strip_prefix(fixture::META).unwrap_or(&shown).to_owned()
}

#[test]
fn inlay_hints_plain() {
    assert_eq!(noted("image: a\nfrom: alpine:3\n", "werf.yaml"), "image: a\nfrom: alpine:3\n");
}

#[test]
fn inlay_hints_templated() {
    assert_eq!(
        noted("image: a-{{ .Env }}\nfrom: alpine:3\n", "werf.yaml"),
        "image: a-{{ .Env }}‹production›\nfrom: alpine:3\n"
    );
    let range = "{{ range list 1 2 }}\nimage: a{{ . }}\nfrom: alpine:{{ $.Env }}\n---\n{{ end }}";
    let shown = "{{ range list 1 2 }}‹2 turns›\nimage: a{{ . }}\nfrom: alpine:{{ $.Env }}‹production›\n---\n{{ end }}";
    assert_eq!(noted(range, "werf.yaml"), shown);
    let trimmed = "image: {{- \" \" }}a\nfrom: alpine:{{ .Env -}}\n\nx\n";
    assert_eq!(noted(trimmed, "werf.yaml"), trimmed.replace("-}}", "-}}‹production›"));
    let secret = "{{ $t := env \"API_TOKEN\" }}image: a\nfrom: alpine:{{ $t }}{{ env \"API_TOKEN\" }}-{{ env \"API_TOKEN\" | b64enc }}\n";
    assert_eq!(noted(secret, "werf.yaml"), secret);
    let adjacent = "image: a\nfrom: alpine:{{ .Env }}{{ .Env }}\n";
    assert_eq!(noted(adjacent, "werf.yaml"), adjacent);
    let branches = "image: a{{ if true }}{{ .Env }}{{ end }}\nfrom: alpine:3\n";
    assert_eq!(noted(branches, "werf.yaml"), branches.replace("{{ .Env }}", "{{ .Env }}‹production›"));
}

#[test]
fn inlay_hints_across_files() {
    let project = "=== werf.yaml\nimage: a\nfrom: {{ include \"x\" . }}\n=== .werf/x.tmpl\n{{ define \"x\" }}alpine:{{ .Env }}{{ end }}\n{{ define \"y\" }}{{ .Env }}{{ end }}";
    let shown = noted(project, ".werf/x.tmpl");
    assert!(
        shown.starts_with(
            "{{ define \"x\" }}alpine:{{ .Env }}‹production›{{ end }}\n{{ define \"y\" }}{{ .Env }}{{ end }}"
        ),
        "{shown}"
    );
    assert!(!noted(project, "werf.yaml").contains('‹'));
    let alone = "=== werf.yaml\nimage: a\nfrom: alpine:{{ include \"x\" . }}\n=== .werf/x.tmpl\n{{ define \"x\" }}{{ .Env }}{{ end }}";
    assert!(noted(alone, ".werf/x.tmpl").contains("{{ .Env }}‹production›{{ end }}"));
}

#[test]
fn inlay_hints_in_data_file() {
    let project = "=== werf.yaml\n{{ tpl (.Files.Get \"d.yaml\") . }}\n=== d.yaml\nimage: a\nfrom: alpine:{{ .Env }}\n";
    assert!(noted(project, "d.yaml").contains("{{ .Env }}‹production›"));
}

#[test]
fn inlay_hints_half_typed() {
    assert!(noted("image: a\nfrom: alpine:{{ .Env }}\nshell: {{ if\n", "werf.yaml").contains("{{ .Env }}‹production›"));
    for text in ["", "{{", "{{ .Env", "{{ range", "{{ end }}", "{{ range .x }}"] {
        let _ = noted(text, "werf.yaml");
    }
}
