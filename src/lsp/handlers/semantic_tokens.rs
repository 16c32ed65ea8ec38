//! `textDocument/semanticTokens/full`, `…/full/delta`, `…/range`.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{
    Position, Range, SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokens, SemanticTokensDelta,
    SemanticTokensDeltaParams, SemanticTokensEdit, SemanticTokensFullDeltaResult, SemanticTokensFullOptions,
    SemanticTokensLegend, SemanticTokensOptions, SemanticTokensParams, SemanticTokensRangeParams,
    SemanticTokensRangeResult, SemanticTokensResult, SemanticTokensServerCapabilities, ServerCapabilities,
};

use crate::ide::semantic_tokens::{Word, WordKind, semantic_tokens};
use crate::ide::tokens::TokenKind;
use crate::lsp::question::{Question, answer};
use crate::lsp::state::{Abilities, State, lock};
use crate::source::Span;

/// The types in the order of their numbers.
const TYPES: &[SemanticTokenType] = &[
    SemanticTokenType::MACRO,
    SemanticTokenType::KEYWORD,
    SemanticTokenType::FUNCTION,
    SemanticTokenType::VARIABLE,
    SemanticTokenType::PROPERTY,
    SemanticTokenType::STRING,
    SemanticTokenType::NUMBER,
    SemanticTokenType::OPERATOR,
    SemanticTokenType::COMMENT,
    SemanticTokenType::CLASS,
];

/// The modifiers in the order of their bits.
const MODIFIERS: &[SemanticTokenModifier] = &[SemanticTokenModifier::DEFINITION, SemanticTokenModifier::DEPRECATED];

/// Its number in [`TYPES`].
fn type_of(kind: WordKind) -> u32 {
    match kind {
        WordKind::Action(TokenKind::Delimiter) => 0,
        WordKind::Action(TokenKind::Keyword | TokenKind::Constant) => 1,
        WordKind::Action(TokenKind::Function) | WordKind::Template => 2,
        WordKind::Action(TokenKind::Variable) => 3,
        WordKind::Action(TokenKind::Field) | WordKind::Directive => 4,
        WordKind::Action(TokenKind::String) => 5,
        WordKind::Action(TokenKind::Number) => 6,
        WordKind::Action(TokenKind::Operator) => 7,
        WordKind::Action(TokenKind::Comment) => 8,
        WordKind::Image => 9,
    }
}

pub fn announce(capabilities: &mut ServerCapabilities, _: &Abilities) {
    let legend = SemanticTokensLegend { token_types: TYPES.to_vec(), token_modifiers: MODIFIERS.to_vec() };
    let options = SemanticTokensOptions {
        legend,
        range: Some(true),
        full: Some(SemanticTokensFullOptions::Delta { delta: Some(true) }),
        ..SemanticTokensOptions::default()
    };
    capabilities.semantic_tokens_provider = Some(SemanticTokensServerCapabilities::SemanticTokensOptions(options));
}

/// Documents whose tokens are kept for the next question.
const KEPT: usize = 64;

/// The tokens that were sent last, by document.
#[derive(Debug, Default)]
pub struct Sent {
    /// Number of the next result.
    next: u64,
    documents: HashMap<PathBuf, (String, Arc<Vec<SemanticToken>>)>,
}

impl Sent {
    /// Keeps tokens; the name of the result, and what was kept under the name `previous`.
    fn keep(
        &mut self,
        path: &std::path::Path,
        tokens: &Arc<Vec<SemanticToken>>,
        previous: Option<&str>,
    ) -> (String, Option<Arc<Vec<SemanticToken>>>) {
        self.next += 1;
        let name = self.next.to_string();
        let before = self.documents.remove(path).filter(|(id, _)| previous == Some(id));
        if self.documents.len() >= KEPT {
            self.documents.clear();
        }
        self.documents.insert(path.to_path_buf(), (name.clone(), Arc::clone(tokens)));
        (name, before.map(|(_, tokens)| tokens))
    }
}

pub async fn full(state: &Arc<State>, params: SemanticTokensParams) -> Result<Option<SemanticTokensResult>> {
    let all = |question: &Question| {
        let tokens = Arc::new(tokens(question, whole(question)));
        let (id, _) = lock(&question.state.tokens).keep(&question.path, &tokens, None);
        SemanticTokens { result_id: Some(id), data: tokens.to_vec() }.into()
    };
    answer(state, &params.text_document.uri, all).await
}

pub async fn delta(
    state: &Arc<State>,
    params: SemanticTokensDeltaParams,
) -> Result<Option<SemanticTokensFullDeltaResult>> {
    let changed = move |question: &Question| {
        let tokens = Arc::new(tokens(question, whole(question)));
        let previous = Some(params.previous_result_id.as_str());
        let (id, before) = lock(&question.state.tokens).keep(&question.path, &tokens, previous);
        let result_id = Some(id);
        match before {
            Some(before) => SemanticTokensDelta { result_id, edits: edits(&before, &tokens) }.into(),
            None => SemanticTokens { result_id, data: tokens.to_vec() }.into(),
        }
    };
    answer(state, &params.text_document.uri, changed).await
}

pub async fn range(state: &Arc<State>, params: SemanticTokensRangeParams) -> Result<Option<SemanticTokensRangeResult>> {
    let some = move |question: &Question| {
        let data = tokens(question, question.span(params.range));
        SemanticTokens { result_id: None, data }.into()
    };
    answer(state, &params.text_document.uri, some).await
}

fn whole(question: &Question) -> Span {
    Span::new(0, question.analysis().text(question.file).len())
}

/// The words of a range in the protocol's numbers.
fn tokens(question: &Question, span: Span) -> Vec<SemanticToken> {
    let analysis = question.analysis();
    let text = analysis.text(question.file);
    let mut found = Vec::new();
    let mut last = Position::default();
    for word in semantic_tokens(analysis, question.file, span) {
        // Not every client knows words over several lines.
        let mut start = word.span.start as usize;
        for line in text[word.span.range()].split_inclusive(|byte| *byte == b'\n') {
            let bytes = line.trim_ascii_end().len();
            let range = question.range(Span::new(start, start + bytes));
            start += line.len();
            push(&mut found, &mut last, range, &word);
        }
    }
    found
}

fn push(found: &mut Vec<SemanticToken>, last: &mut Position, range: Range, word: &Word) {
    let Range { start, end } = range;
    let length = end.character.saturating_sub(start.character);
    if length == 0 || start.line != end.line {
        return;
    }
    let delta_line = start.line.saturating_sub(last.line);
    let delta_start = if delta_line == 0 { start.character.saturating_sub(last.character) } else { start.character };
    found.push(SemanticToken {
        delta_line,
        delta_start,
        length,
        token_type: type_of(word.kind),
        token_modifiers_bitset: u32::from(word.is_definition) | (u32::from(word.is_deprecated) << 1),
    });
    *last = start;
}

/// The one edit between two lists: what is not their common beginning and end.
fn edits(before: &[SemanticToken], after: &[SemanticToken]) -> Vec<SemanticTokensEdit> {
    let same = before.iter().zip(after).take_while(|(before, after)| before == after).count();
    let rest = (before.len() - same).min(after.len() - same);
    let from_end = before.iter().rev().zip(after.iter().rev()).take(rest);
    let end = from_end.take_while(|(before, after)| before == after).count();
    if same == before.len() && same == after.len() {
        return Vec::new();
    }
    // The protocol counts numbers, five for each token.
    let numbers = |count: usize| u32::try_from(5 * count).unwrap_or(u32::MAX);
    vec![SemanticTokensEdit {
        start: numbers(same),
        delete_count: numbers(before.len() - same - end),
        data: Some(after[same..after.len() - end].to_vec()),
    }]
}
