//! The table of directives and the decoder that walks by it, held together: every directive of every dialect, written out with a
//! value of its type, is accepted, arrives in the typed document, and is unknown in the dialects that lack it.

use werfkit::dialect::Dialect;
use werfkit::grammar::{Directive, Section, ValueType};
use werfkit::limits::Limits;
use werfkit::model;

/// Writes all directives of a section that the filter lets through. Numbers mark the values, so that each can be found again.
struct Writer<'a> {
    wanted: &'a dyn Fn(Section, &Directive) -> bool,
    text: String,
    next: u32,
    markers: Vec<String>,
    /// Directives whose value is a presence rather than a section.
    fields: usize,
}

impl Writer<'_> {
    fn marker(&mut self) -> String {
        self.next += 1;
        let marker = format!("marker{}x", self.next);
        self.markers.push(marker.clone());
        marker
    }

    fn line(&mut self, indent: usize, text: &str) {
        self.text.push_str(&" ".repeat(indent));
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn section(&mut self, section: Section, indent: usize) {
        for directive in section.directives() {
            if !(self.wanted)(section, directive) || ["configVersion", "project"].contains(&directive.key) {
                continue;
            }
            let key = directive.key;
            match directive.value {
                ValueType::ImageName => {
                    let marker = self.marker();
                    self.line(indent, &format!("{key}: {marker}"));
                }
                ValueType::Str | ValueType::OptStr | ValueType::StrOrList => {
                    self.fields += 1;
                    let allowed = directive.allowed.first().map(|value| (*value).to_owned());
                    let value = allowed.unwrap_or_else(|| self.marker());
                    self.line(indent, &format!("{key}: {value}"));
                }
                ValueType::Bool | ValueType::OptBool => {
                    self.fields += 1;
                    self.line(indent, &format!("{key}: true"));
                }
                ValueType::OptInt | ValueType::OptUInt => {
                    self.fields += 1;
                    self.line(indent, &format!("{key}: 7"));
                }
                ValueType::OptDuration => {
                    self.fields += 1;
                    self.line(indent, &format!("{key}: 1h"));
                }
                ValueType::StrList => {
                    self.fields += 1;
                    let marker = self.marker();
                    self.line(indent, &format!("{key}: [{marker}]"));
                }
                ValueType::StrMap => {
                    self.fields += 1;
                    let marker = self.marker();
                    self.line(indent, &format!("{key}: {{a: {marker}}}"));
                }
                ValueType::AnyMap => {
                    self.fields += 1;
                    let marker = self.marker();
                    self.line(indent, &format!("{key}: {{{marker}: [1]}}"));
                }
                ValueType::Object(below) => {
                    self.line(indent, &format!("{key}:"));
                    self.section(below, indent + 2);
                }
                ValueType::Objects(Section::Task) => {
                    self.fields += 1;
                    self.line(indent, &format!("{key}:"));
                    self.line(indent, "- command: make");
                }
                ValueType::Objects(below) => {
                    self.fields += 1;
                    self.line(indent, &format!("{key}:"));
                    self.line(indent, "- ");
                    self.section(below, indent + 2);
                }
            }
        }
    }
}

fn heads(section: Section) -> &'static str {
    match section {
        Section::Meta => "configVersion: 1\nproject: p\n",
        _ => "",
    }
}

/// Leaves out what excludes another directive.
fn compatible(section: Section, key: &str) -> bool {
    !matches!(
        (section, key),
        (Section::StapelImage, "artifact")
            | (Section::References, "tag")
            | (Section::Secret, "src" | "value")
            | (Section::Import | Section::Dependency, "image")
    )
}

#[test]
fn every_directive_arrives_in_its_document() {
    for dialect in Dialect::ALL {
        for section in [Section::Meta, Section::DockerfileImage, Section::StapelImage] {
            let wanted = |section: Section, directive: &Directive| {
                directive.dialects.contains(dialect) && compatible(section, directive.key)
            };
            let mut writer =
                Writer { wanted: &wanted, text: heads(section).to_owned(), next: 0, markers: Vec::new(), fields: 0 };
            writer.section(section, 0);
            let decoded = model::decode(writer.text.as_bytes(), dialect, &Limits::default());
            let fatal: Vec<_> = decoded.findings.iter().filter(|finding| finding.fatal).collect();
            assert!(fatal.is_empty(), "{dialect} {section:?}\n{}\n{fatal:#?}", writer.text);
            assert_eq!(decoded.documents.len(), 1, "{dialect} {section:?}\n{}", writer.text);
            let shown = format!("{:?}", decoded.documents);
            for marker in &writer.markers {
                assert!(shown.contains(marker), "{dialect} {section:?} lost {marker}\n{}", writer.text);
            }
            let heads = if section == Section::Meta { 2 } else { 0 };
            let given = shown.matches("presence: Given").count();
            assert_eq!(given, writer.fields + heads, "{dialect} {section:?}\n{}\n{shown}", writer.text);
        }
    }
}

#[test]
fn a_directive_is_unknown_where_its_dialect_lacks_it() {
    for dialect in Dialect::ALL {
        for section in [Section::Meta, Section::DockerfileImage, Section::StapelImage] {
            for directive in section.directives().filter(|directive| !directive.dialects.contains(dialect)) {
                let head = match section {
                    Section::Meta => "configVersion: 1\nproject: p\n",
                    Section::DockerfileImage => "image: a\ndockerfile: D\n",
                    _ => "image: a\n",
                };
                let text = format!("{head}{}: x\n", directive.key);
                let decoded = model::decode(text.as_bytes(), dialect, &Limits::default());
                let first = decoded.findings.first().map(|finding| finding.rule.0);
                assert_eq!(first, Some("unknown-field"), "{dialect} {}", directive.key);
            }
        }
    }
}
