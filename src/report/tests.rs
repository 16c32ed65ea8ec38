use super::*;
use crate::analysis::{ImageKind, ImageSummary, Mode, Snapshot, Verdict};
use crate::diagnostic::{Diagnostic, RelatedLocation, RuleId};
use crate::dialect::Dialect;
use crate::source::{Location, SourceMap, Span};

const CONFIG: &str =
    "project: p\nconfigVersion: 1\n---\nimage: app\nfrom: {{ .Vals.base }}\n# привет\nfromLatest: true\n";

fn location(sources: &mut SourceMap, path: &str, text: &[u8], part: &str) -> Location {
    let file = sources.add(path, text.into());
    let start = text.windows(part.len().max(1)).position(|window| window == part.as_bytes()).unwrap_or(0);
    Location { file, span: Span::new(start, start + part.len()) }
}

fn diagnostic(rule: &'static str, severity: Severity, location: Option<Location>) -> Diagnostic {
    Diagnostic {
        rule: RuleId(rule),
        severity,
        fatal: severity == Severity::Error,
        message: format!("message of `{rule}`"),
        location,
        related: Vec::new(),
        help: None,
        fix: None,
        worlds: Vec::new(),
    }
}

fn project() -> Linted {
    let mut sources = SourceMap::default();
    let latest = location(&mut sources, "werf.yaml", CONFIG.as_bytes(), "fromLatest: true");
    let call = location(&mut sources, "werf.yaml", CONFIG.as_bytes(), "{{ .Vals.base }}");
    let set = location(&mut sources, ".werf/base.tmpl", b"{{ define \"base\" }}\nalpine\n{{ end }}\n", "alpine");
    let mut first = diagnostic("from-latest-not-allowed", Severity::Error, Some(latest));
    first.related = vec![
        RelatedLocation { message: "included from".to_owned(), location: call },
        RelatedLocation { message: "set here".to_owned(), location: set },
    ];
    first.help = Some("name a tag instead".to_owned());
    let diagnostics = vec![first, diagnostic("from-latest", Severity::Warning, None)];
    let snapshot = Snapshot {
        templates: Vec::new(),
        root: "sub".to_owned(),
        config: Some("werf.yaml".to_owned()),
        config_file: None,
        dialect: Dialect::V2,
        dialect_reason: "nothing says otherwise".to_owned(),
        mode: Mode::Strict,
        verdict: Verdict::Refused { rule: RuleId("from-latest-not-allowed"), message: "m".to_owned() },
        images: vec![ImageSummary {
            name: "app".to_owned(),
            kind: ImageKind::Stapel,
            is_final: true,
            is_artifact: false,
        }],
        rendered: None,
        text: std::sync::Arc::from(&b""[..]),
        provenance: crate::analysis::Provenance::default(),
        trace: crate::template::trace::Trace::default(),
        decoded: crate::model::Decoded::default(),
        validated: crate::model::validate::Validated::default(),
        files: Default::default(),
        sources,
        findings: Vec::new(),
    };
    Linted { snapshot, diagnostics }
}

fn written(format: &str, projects: &[Linted], style: &Style) -> String {
    let mut out = Vec::new();
    super::format(format).expect("a known format")(projects, style, &mut out).expect("memory takes everything");
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn pretty_shows_source_related_places_and_summary() {
    insta::assert_snapshot!(written("pretty", &[project()], &Style::default()));
}

#[test]
fn concise_is_one_line_each() {
    insta::assert_snapshot!(written("concise", &[project()], &Style::default()), @r"
    sub/werf.yaml:7:1: error[from-latest-not-allowed] message of `from-latest-not-allowed`
    sub: warning[from-latest] message of `from-latest`
    1 error, 1 warning (werf 2: nothing says otherwise, 1 image)
    ");
}

#[test]
fn json_has_the_agreed_form() {
    let text = written("json", &[project()], &Style::default());
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let object = |text| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
    assert_eq!(value["format"], "werfkit-lint/1");
    assert_eq!(
        value["projects"][0],
        object(
            r#"{"root":"sub","config":"werf.yaml","dialect":"2","dialect_reason":"nothing says otherwise","mode":"strict",
            "verdict":{"accepted":false,"rule":"from-latest-not-allowed","message":"m"},
            "images":[{"name":"app","kind":"stapel","final":true,"artifact":false}],"rendered_sha256":null}"#
        )
    );
    assert_eq!(value["diagnostics"][0]["file"], "werf.yaml");
    assert_eq!(
        value["diagnostics"][0]["range"],
        object(r#"{"start":{"offset":81,"line":7,"column":1},"end":{"offset":97,"line":7,"column":17}}"#)
    );
    assert_eq!(value["diagnostics"][0]["related"][1]["file"], ".werf/base.tmpl");
    assert_eq!(value["diagnostics"][1]["range"], serde_json::Value::Null);
}

#[test]
fn no_text_of_a_project_reaches_the_terminal_raw() {
    let long = format!("a: {}\n", "x".repeat(5_000));
    let texts: [&[u8]; 7] = [
        b"\x1b[31mred\x1b[0m\xff\xfe\r\n",
        b"",
        b"\n",
        b"no end",
        b"\tt\xc2\x9bx\n\x00",
        long.as_bytes(),
        "é\u{301}\u{1f44d}".as_bytes(),
    ];
    for text in texts {
        for (start, end) in [(0, 0), (0, 1), (2, 4), (text.len(), text.len()), (0, text.len()), (90_000, 90_001)] {
            let mut project = project();
            let file = project.snapshot.sources.add("odd\u{1b}name.yaml", text.into());
            let place = Location { file, span: Span::new(start, end) };
            let mut odd = diagnostic("from-latest", Severity::Info, Some(place));
            odd.message = "bell \u{7} and\nline".to_owned();
            odd.related = vec![RelatedLocation { message: "here \u{1b}".to_owned(), location: place }; 12];
            project.diagnostics = vec![odd];
            for (format, _) in FORMATS {
                let output = written(format, std::slice::from_ref(&project), &Style::default());
                assert!(!output.contains(|c: char| c.is_control() && c != '\n' && c != '\t'), "{format}: {output:?}");
            }
        }
    }
}
