//! Links: the bytes and what they open.

#[path = "support/fixture.rs"]
mod fixture;

use fixture::Fixture;
use werfkit::ide::links::{LinkTarget, links};

fn linked(text: &str, path: &str) -> Vec<String> {
    let fixture = Fixture::new(text);
    let file = fixture.file(path);
    let bytes = fixture.analysis.text(file);
    let shown = |target: &LinkTarget| match target {
        LinkTarget::Path(path) => path.clone(),
        LinkTarget::Place(place) => fixture.shown(*place).lines().next().unwrap_or_default().to_owned(),
        LinkTarget::Page(page) => page.clone(),
    };
    let found = links(&fixture.analysis, file);
    found
        .iter()
        .map(|link| format!("{} -> {}", String::from_utf8_lossy(&bytes[link.span.range()]), shown(&link.target)))
        .collect()
}

#[test]
fn links_plain() {
    assert_eq!(
        linked(
            "image: a\ndockerfile: Dockerfile\ncontext: sub\n---\nimage: b\nfrom: alpine:3\n---\nimage: c\nfrom: ghcr.io/x/y:1\n---\nimage: d\nfrom: me/tool@sha256:0123456789012345678901234567890123456789012345678901234567890123\n---\nimage: e\nfrom: a\n",
            "werf.yaml"
        ),
        [
            "Dockerfile -> sub/Dockerfile",
            "sub -> sub",
            "alpine:3 -> https://hub.docker.com/_/alpine",
            "me/tool@sha256:0123456789012345678901234567890123456789012345678901234567890123 -> https://hub.docker.com/r/me/tool",
        ]
    );
}

#[test]
fn links_templated() {
    assert_eq!(
        linked(
            "{{ $x := .Files.Get \"a/b.txt\" }}{{ define \"t\" }}{{ end }}{{ include \"t\" . }}{{ template \"t\" }}{{ $.Files.Get \"/c\" }}{{ include \"no\" . }}\n",
            "werf.yaml"
        ),
        [
            "a/b.txt -> a/b.txt",
            "t -> werf.yaml:4:33 {{ define \"t\" }}",
            "t -> werf.yaml:4:33 {{ define \"t\" }}",
            "/c -> c"
        ]
    );
}

#[test]
fn links_across_files() {
    let text = "=== werf.yaml\n{{ include \"x.tmpl\" . }}\n{{ include \"y\" . }}\n=== .werf/x.tmpl\n{{ define \"y\" }}{{ end }}\nimage: a\ndockerfile: Dockerfile\n";
    assert_eq!(linked(text, "werf.yaml"), ["x.tmpl -> .werf/x.tmpl:1:1 {", "y -> .werf/x.tmpl:1:1 {{ define \"y\" }}"]);
    assert_eq!(linked(text, ".werf/x.tmpl"), ["Dockerfile -> Dockerfile"]);
}

#[test]
fn links_in_data_file() {
    let text = "=== werf.yaml\n{{ tpl (.Files.Get \"d.yaml\") . }}\n=== d.yaml\nimage: a\ndockerfile: Dockerfile\n{{ if .Files.Get \"d.yaml\" }}{{ end }}";
    assert_eq!(linked(text, "werf.yaml"), ["d.yaml -> d.yaml"]);
    assert_eq!(linked(text, "d.yaml"), ["Dockerfile -> Dockerfile", "d.yaml -> d.yaml"]);
}

#[test]
fn links_half_typed() {
    assert_eq!(
        linked("image: a\nfrom: alpine:3\nshell: {{ .Files.Get \"a.txt\n", "werf.yaml"),
        ["alpine:3 -> https://hub.docker.com/_/alpine", "a.txt -> a.txt"]
    );
    for text in ["", "{{", "{{ include \"", "{{ .Files.Get", "dockerfile: \n"] {
        let _ = linked(text, "werf.yaml");
    }
}
