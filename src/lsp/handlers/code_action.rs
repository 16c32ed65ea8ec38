//! `textDocument/codeAction`: the remedies of findings, as they come with them. No rule is known here.

use std::collections::HashMap;
use std::sync::Arc;

use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{
    CodeAction, CodeActionKind, CodeActionOptions, CodeActionOrCommand, CodeActionParams, CodeActionProviderCapability,
    CodeActionResponse, Command, Diagnostic, ServerCapabilities, TextEdit, Uri, WorkspaceEdit,
};

use crate::diagnostic::{Applicability, Edit, Place};
use crate::lsp::question::{Question, answer};
use crate::lsp::state::{Abilities, State};
use crate::source::Span;

pub fn announce(capabilities: &mut ServerCapabilities, _: &Abilities) {
    capabilities.code_action_provider = Some(CodeActionProviderCapability::Options(CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, CodeActionKind::SOURCE_FIX_ALL]),
        ..CodeActionOptions::default()
    }));
}

pub async fn handle(state: &Arc<State>, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
    let uri = params.text_document.uri.clone();
    answer(state, &uri, move |question| actions(question, &params)).await
}

fn wants(params: &CodeActionParams, kind: &CodeActionKind) -> bool {
    let is_below = |wanted: &CodeActionKind| {
        kind == wanted || kind.as_str().strip_prefix(wanted.as_str()).is_some_and(|rest| rest.starts_with('.'))
    };
    params.context.only.as_ref().is_none_or(|only| only.iter().any(is_below))
}

fn actions(question: &Question, params: &CodeActionParams) -> CodeActionResponse {
    let span = question.span(params.range);
    let touches = |other: Span| other.start <= span.end && span.start <= other.end;
    let mut found = Vec::new();
    let diagnostics = &question.analysis().linted.diagnostics;
    let here = diagnostics.iter().filter(|one| one.location.is_some_and(|place| place.file == question.file));
    if wants(params, &CodeActionKind::QUICKFIX) {
        for diagnostic in here.clone().filter(|one| one.location.is_some_and(|place| touches(place.span))) {
            let sent = params.context.diagnostics.iter().find(|sent| is_same(question, sent, diagnostic)).cloned();
            if let Some(fix) = &diagnostic.fix
                && let Some(edit) = edit(question, &fix.edits)
            {
                found.push(CodeActionOrCommand::CodeAction(CodeAction {
                    title: fix.title.clone(),
                    kind: Some(CodeActionKind::QUICKFIX),
                    diagnostics: sent.clone().map(|sent| vec![sent]),
                    edit: Some(edit),
                    is_preferred: Some(fix.applicability == Applicability::Safe),
                    ..CodeAction::default()
                }));
            }
            found.push(explain(diagnostic.rule.0, sent));
        }
    }
    let fix_all = CodeActionKind::new("source.fixAll.werfkit");
    if wants(params, &fix_all) {
        let mut edits: Vec<Edit> = Vec::new();
        for fix in here.filter_map(|one| one.fix.as_ref()).filter(|fix| fix.applicability == Applicability::Safe) {
            if fix.edits.iter().all(|edit| !edits.iter().any(|other| overlaps(edit, other))) {
                edits.extend(fix.edits.iter().cloned());
            }
        }
        if let Some(edit) = edit(question, &edits).filter(|_| !edits.is_empty()) {
            found.push(CodeActionOrCommand::CodeAction(CodeAction {
                title: "Fix everything in this file that can be fixed safely".to_owned(),
                kind: Some(fix_all),
                edit: Some(edit),
                ..CodeAction::default()
            }));
        }
    }
    found
}

/// The page of a rule, shown by the editor.
fn explain(rule: &str, diagnostic: Option<Diagnostic>) -> CodeActionOrCommand {
    let title = format!("Explain `{rule}`");
    CodeActionOrCommand::CodeAction(CodeAction {
        title: title.clone(),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: diagnostic.map(|diagnostic| vec![diagnostic]),
        command: Some(Command { title, command: "werfkit.explain".to_owned(), arguments: Some(vec![rule.into()]) }),
        ..CodeAction::default()
    })
}

fn overlaps(one: &Edit, other: &Edit) -> bool {
    match (one.place, other.place) {
        (Place::File(one), Place::File(other)) => {
            let (a, b) = (one.span, other.span);
            one.file == other.file && (a == b || (a.start < b.end && b.start < a.end))
        }
        _ => false,
    }
}

fn is_same(question: &Question, sent: &Diagnostic, diagnostic: &crate::diagnostic::Diagnostic) -> bool {
    let range = diagnostic.location.map(|place| question.range_in(place.file, place.span));
    let code = tower_lsp_server::ls_types::NumberOrString::String(diagnostic.rule.0.to_owned());
    range == Some(sent.range) && sent.code == Some(code) && sent.message.starts_with(&diagnostic.message)
}

/// The edits of a remedy; `None` when one of them has no place in a file.
fn edit(question: &Question, edits: &[Edit]) -> Option<WorkspaceEdit> {
    let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
    for edit in edits {
        let Place::File(place) = edit.place else { return None };
        let text_edit = TextEdit { range: question.range_in(place.file, place.span), new_text: edit.text.clone() };
        changes.entry(question.uri(place.file)?).or_default().push(text_edit);
    }
    Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() })
}
