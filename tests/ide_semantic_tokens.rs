//! Semantic tokens: each word with a letter for its kind.

#[path = "support/fixture.rs"]
mod fixture;

use fixture::Fixture;
use werfkit::ide::semantic_tokens::{WordKind, semantic_tokens};
use werfkit::ide::tokens::TokenKind;
use werfkit::source::Span;

fn words(text: &str, path: &str) -> String {
    let fixture = Fixture::new(text);
    let file = fixture.file(path);
    let bytes = fixture.analysis.text(file);
    let found = semantic_tokens(&fixture.analysis, file, Span::new(0, bytes.len()));
    for pair in found.windows(2) {
        assert!(pair[0].span.end <= pair[1].span.start, "{pair:?}");
    }
    let start = if bytes.starts_with(fixture::META.as_bytes()) { fixture::META.len() } else { 0 };
    let mut shown = Vec::new();
    for word in found.iter().filter(|word| word.span.start as usize >= start) {
        let kind = match word.kind {
            WordKind::Action(kind) => match kind {
                TokenKind::Delimiter => "d",
                TokenKind::Keyword => "k",
                TokenKind::Function => "f",
                TokenKind::Variable => "v",
                TokenKind::Field => ".",
                TokenKind::String => "s",
                TokenKind::Number => "n",
                TokenKind::Constant => "c",
                TokenKind::Operator => "o",
                TokenKind::Comment => "#",
            },
            WordKind::Directive => "key",
            WordKind::Image => "image",
            WordKind::Template => "template",
        };
        let more =
            format!("{}{}", if word.is_definition { "!" } else { "" }, if word.is_deprecated { "~" } else { "" });
        shown.push(format!("{kind}{more}:{}", String::from_utf8_lossy(&bytes[word.span.range()])));
    }
    shown.join(" ")
}

#[test]
fn semantic_tokens_plain() {
    assert_eq!(
        words(
            "image: a\nfrom: alpine:3\nnope: 1\nshell:\n  install:\n  - |\n    from: x\n---\nartifact: b\nfromImage: a\ngit:\n- add: /\n  to: /x\n",
            "werf.yaml"
        ),
        "key:image image!:a key:from key:shell key:install key~:artifact image!:b key:fromImage image:a key:git key:add key:to"
    );
}

#[test]
fn semantic_tokens_plain_files_beside() {
    let text = "=== werf.yaml\n=== werf-giterminism.yaml\ngiterminismConfigVersion: 1\nconfig:\n  allowUncommitted: true\n  x: 1\n";
    assert_eq!(words(text, "werf-giterminism.yaml"), "key:giterminismConfigVersion key:config key:allowUncommitted");
}

#[test]
fn semantic_tokens_templated() {
    assert_eq!(
        words("{{ $x := \"a\" -}}\nimage: {{ $x }}\nfrom: x:{{ env \"E\" | trunc 3 }} {{/* c */}}\n", "werf.yaml"),
        "d:{{ v!:$x o::= s:\" image!:a s:\" d:-}} key:image d:{{ v:$x d:}} key:from d:{{ f:env s:\"E\" o:| f:trunc n:3 d:}} d:{{ #:/* c */ d:}}"
    );
}

#[test]
fn semantic_tokens_across_files() {
    let text = "=== werf.yaml\n{{ include \"x\" . }}\n---\nimage: b\nfrom: a\n=== .werf/x.tmpl\n{{ define \"x\" }}\nimage: a\nfrom: b:1\n{{ end }}";
    assert_eq!(
        words(text, "werf.yaml"),
        "d:{{ f:include s:\" template:x s:\" .:. d:}} key:image image!:b key:from image:a"
    );
    assert_eq!(
        words(text, ".werf/x.tmpl"),
        "d:{{ k:define s:\" template!:x s:\" d:}} key:image image!:a key:from d:{{ k:end d:}}"
    );
}

#[test]
fn semantic_tokens_in_data_file() {
    let text = "=== werf.yaml\n{{ tpl (.Files.Get \"d.yaml\") . }}\n=== d.yaml\nimage: a\nfrom: {{ .Env }}\n";
    assert_eq!(words(text, "d.yaml"), "key:image image!:a key:from d:{{ .:.Env d:}}");
}

#[test]
fn semantic_tokens_half_typed() {
    assert_eq!(
        words("image: a\nfrom: {{ env \"x\nshell:\n", "werf.yaml"),
        "key:image image!:a key:from d:{{ f:env s:\"x key:shell"
    );
    for text in ["", "{{", "{{ \"", "a:\n- ", "- - :", ":", "{{ define \"", "{{ }}}}"] {
        let _ = words(text, "werf.yaml");
    }
}
