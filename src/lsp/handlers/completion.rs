//! `textDocument/completion`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{
    CompletionItem, CompletionItemKind, CompletionItemTag, CompletionOptions, CompletionParams, CompletionResponse,
    CompletionTextEdit, InsertTextFormat, InsertTextMode, ServerCapabilities, TextEdit,
};

use crate::ide::completion::{Around, Candidate, Files, Kind, complete};
use crate::ide::templates::action_at;
use crate::lsp::question::{Question, answer};
use crate::lsp::state::{Abilities, State};

pub fn announce(capabilities: &mut ServerCapabilities, _: &Abilities) {
    let triggers = [".", "$", "\"", "/", ":", " ", "{"];
    capabilities.completion_provider = Some(CompletionOptions {
        resolve_provider: Some(true),
        trigger_characters: Some(triggers.map(str::to_owned).to_vec()),
        ..CompletionOptions::default()
    });
}

pub async fn handle(state: &Arc<State>, params: CompletionParams) -> Result<Option<CompletionResponse>> {
    let uri = params.text_document_position.text_document.uri.clone();
    answer(state, &uri, move |question| CompletionResponse::Array(items(question, &params))).await
}

fn items(question: &Question, params: &CompletionParams) -> Vec<CompletionItem> {
    let at = question.at(params.text_document_position.position);
    let trigger = params.context.as_ref().and_then(|context| context.trigger_character.as_deref());
    if trigger.is_some_and(|trigger| !is_worth(trigger, at.text(), at.offset)) {
        return Vec::new();
    }
    let accepted = question.state.accepted(&question.project);
    let files = Disk { directory: question.done.directory.clone() };
    let around = Around { before: accepted.as_deref().and_then(|accepted| accepted.analysis()), files: Some(&files) };
    let has_snippets = question.state.abilities().has_snippets;
    let dialect = question.analysis().dialect().name();
    let found = complete(&at, around);
    found.into_iter().enumerate().map(|(place, one)| item(question, one, place, has_snippets, dialect)).collect()
}

/// Whether a list should open by itself behind a character: a blank or a colon is typed in any text.
fn is_worth(trigger: &str, text: &[u8], offset: usize) -> bool {
    let before = text.get(..offset.min(text.len())).unwrap_or_default();
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    match trigger {
        "{" => line.ends_with(b"{{"),
        " " => {
            let rest = line.trim_ascii_end();
            let is_value = rest.len() + 1 == line.len() && (rest.ends_with(b":") || rest.trim_ascii() == b"-");
            is_value || action_at(text, offset).is_some()
        }
        ":" => false,
        _ => true,
    }
}

fn item(question: &Question, one: Candidate, place: usize, has_snippets: bool, dialect: &str) -> CompletionItem {
    let is_snippet = one.is_snippet && has_snippets;
    let new_text = if one.is_snippet && !has_snippets { without_places(&one.insert) } else { one.insert };
    let range = question.range(one.replace);
    CompletionItem {
        kind: Some(kind(one.kind)),
        detail: (!one.detail.is_empty()).then_some(one.detail),
        sort_text: Some(format!("{place:04}")),
        filter_text: Some(one.label.clone()),
        label: one.label,
        insert_text_format: Some(if is_snippet { InsertTextFormat::SNIPPET } else { InsertTextFormat::PLAIN_TEXT }),
        insert_text_mode: new_text.contains('\n').then_some(InsertTextMode::ADJUST_INDENTATION),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit { range, new_text })),
        tags: one.is_deprecated.then(|| vec![CompletionItemTag::DEPRECATED]),
        data: one.about.map(|about| json!({"about": about, "dialect": dialect})),
        ..CompletionItem::default()
    }
}

/// A snippet as plain text: of each place what stands there at first.
fn without_places(snippet: &str) -> String {
    let mut text = String::new();
    let mut rest = snippet;
    while let Some(at) = rest.find('$') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(inner) = rest.strip_prefix('{') {
            let (place, behind) = inner.split_once('}').unwrap_or((inner, ""));
            let digits = place.bytes().take_while(u8::is_ascii_digit).count();
            let first = place[digits..].trim_start_matches([':', '|']).split([',', '|']).next();
            text.push_str(first.unwrap_or(""));
            rest = behind;
        } else {
            rest = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
        }
    }
    text.push_str(rest);
    text
}

fn kind(kind: Kind) -> CompletionItemKind {
    match kind {
        Kind::Key => CompletionItemKind::PROPERTY,
        Kind::Value => CompletionItemKind::ENUM_MEMBER,
        Kind::Image => CompletionItemKind::CLASS,
        Kind::File => CompletionItemKind::FILE,
        Kind::Folder => CompletionItemKind::FOLDER,
        Kind::Function => CompletionItemKind::FUNCTION,
        Kind::Keyword => CompletionItemKind::KEYWORD,
        Kind::Variable => CompletionItemKind::VARIABLE,
        Kind::Field => CompletionItemKind::FIELD,
        Kind::Block => CompletionItemKind::MODULE,
        Kind::Environment => CompletionItemKind::CONSTANT,
        Kind::Declared => CompletionItemKind::REFERENCE,
        Kind::Snippet => CompletionItemKind::SNIPPET,
    }
}

/// The project on disk.
pub struct Disk {
    /// Its directory.
    pub directory: PathBuf,
}

/// Entries of a directory that are read.
const ENTRIES: usize = 4_000;

/// The largest file that is read, in bytes.
const LARGEST: u64 = 1 << 20;

impl Disk {
    /// The path of something in the project; nothing that leads out of it.
    fn path(&self, path: &str) -> Option<PathBuf> {
        let is_plain = |part: std::path::Component<'_>| matches!(part, std::path::Component::Normal(_));
        let relative = Path::new(path);
        relative.components().all(is_plain).then(|| self.directory.join(relative))
    }
}

impl Files for Disk {
    fn list(&self, directory: &str) -> Vec<(String, bool)> {
        let entries = self.path(directory).and_then(|path| std::fs::read_dir(path).ok());
        let entries = entries.into_iter().flatten().take(ENTRIES).flatten();
        let named = entries.filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            Some((name, entry.file_type().is_ok_and(|kind| kind.is_dir())))
        });
        named.filter(|(name, _)| name != ".git").collect()
    }

    fn read(&self, path: &str) -> Option<Vec<u8>> {
        let path = self.path(path)?;
        let size = std::fs::metadata(&path).ok()?;
        if !size.is_file() || size.len() > LARGEST {
            return None;
        }
        std::fs::read(path).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snippets_become_plain_text() {
        assert_eq!(without_places("git:\n- add: ${1:/}\n  to: $2$0"), "git:\n- add: /\n  to: ");
        assert_eq!(without_places("final: ${1|false,true|}"), "final: false");
        assert_eq!(without_places("a$"), "a");
    }

    #[test]
    fn lists_open_by_themselves_where_something_belongs() {
        let opens = |trigger: &str, text: &str| is_worth(trigger, text.as_bytes(), text.len());
        assert!(opens(" ", "from: ") && opens(" ", "- ") && opens(" ", "a: {{ env "));
        assert!(!opens(" ", "run a ") && !opens(" ", "from:  ") && !opens("{", "a: {") && opens("{", "a: {{"));
    }
}
