//! `textDocument/codeAction` and `codeAction/resolve`: the remedies of findings, as they come with them. No rule is known here.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{
    CodeAction, CodeActionKind, CodeActionOptions, CodeActionOrCommand, CodeActionParams, CodeActionProviderCapability,
    CodeActionResponse, Command, CreateFile, Diagnostic, DocumentChangeOperation, DocumentChanges, NumberOrString,
    OneOf, OptionalVersionedTextDocumentIdentifier, Range, ResourceOp, ServerCapabilities, TextDocumentEdit, TextEdit,
    Uri, WorkspaceEdit,
};

use crate::check::{self, allow, fixes};
use crate::diagnostic::Applicability;
use crate::lsp::convert::{Lines, path_of, uri_of};
use crate::lsp::problems::uri_of_document;
use crate::lsp::question::{Question, answer, compute};
use crate::lsp::state::{Abilities, State};
use crate::source::{Location, Span};

pub fn announce(capabilities: &mut ServerCapabilities, _: &Abilities) {
    capabilities.code_action_provider = Some(CodeActionProviderCapability::Options(CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, CodeActionKind::SOURCE_FIX_ALL]),
        resolve_provider: Some(true),
        ..CodeActionOptions::default()
    }));
}

pub async fn handle(state: &Arc<State>, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
    let uri = params.text_document.uri.clone();
    let Some(mut found) = answer(state, &uri, move |question| actions(question, &params)).await? else {
        return Ok(None);
    };
    if !state.abilities().resolves_actions {
        for action in &mut found {
            if let CodeActionOrCommand::CodeAction(action) = action {
                *action = resolve(state, action.clone()).await?;
            }
        }
        // What turns out to change nothing is not offered.
        found.retain(|action| match action {
            CodeActionOrCommand::CodeAction(action) => action.edit.is_some() || action.command.is_some(),
            CodeActionOrCommand::Command(_) => true,
        });
    }
    Ok(Some(found))
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
    let linted = &question.analysis().linted;
    // What is about the project as a whole is shown at the beginning of its config file.
    let is_config = question.analysis().snapshot().config_file == Some(question.file);
    let beginning = is_config.then_some(Location { file: question.file, span: Span::empty(0) });
    let place_of = |one: &crate::diagnostic::Diagnostic| one.location.or(beginning);
    let here = linted.diagnostics.iter().filter(|one| place_of(one).is_some_and(|place| place.file == question.file));
    if wants(params, &CodeActionKind::QUICKFIX) {
        for diagnostic in here.clone().filter(|one| place_of(one).is_some_and(|place| touches(place.span))) {
            let sent = params.context.diagnostics.iter().find(|sent| is_same(question, sent, diagnostic)).cloned();
            let mut add = |title: String, edit: WorkspaceEdit, is_preferred: bool| {
                found.push(CodeActionOrCommand::CodeAction(CodeAction {
                    title,
                    kind: Some(CodeActionKind::QUICKFIX),
                    diagnostics: sent.clone().map(|sent| vec![sent]),
                    edit: Some(edit),
                    is_preferred: is_preferred.then_some(true),
                    ..CodeAction::default()
                }));
            };
            for offer in fixes::offers(linted, diagnostic) {
                let edits = offer.edits.into_iter().map(|edit| (edit.location, edit.text));
                if let Some(edit) = edit(question, edits) {
                    add(offer.title, edit, offer.applicability == Applicability::Safe);
                }
            }
            if let Some(permission) = allow::permission(linted, diagnostic)
                && let Some(edit) = permitting(question, &permission)
            {
                add(permission.title, edit, false);
            }
            found.push(explain(diagnostic.rule.0, sent));
        }
    }
    let fix_all = CodeActionKind::new("source.fixAll.werfkit");
    let is_safe = |fix: &crate::diagnostic::Fix| fix.applicability == Applicability::Safe;
    if wants(params, &fix_all) && here.clone().any(|one| one.fix.as_ref().is_some_and(is_safe)) {
        found.push(CodeActionOrCommand::CodeAction(CodeAction {
            title: "Fix everything in this file that can be fixed safely".to_owned(),
            kind: Some(fix_all),
            data: Some(json!({"fixAll": params.text_document.uri})),
            ..CodeAction::default()
        }));
    }
    found
}

/// `codeAction/resolve`: the edits of an action that takes some work, each fix judged by an analysis.
pub async fn resolve(state: &Arc<State>, mut action: CodeAction) -> Result<CodeAction> {
    let uri = action.data.as_ref().and_then(|data| data.get("fixAll")).and_then(Value::as_str);
    let Some(path) = uri.and_then(|uri| uri.parse::<Uri>().ok()).as_ref().and_then(path_of) else { return Ok(action) };
    let Some(project) = state.project_of(&path) else { return Ok(action) };
    let of_state = Arc::clone(state);
    action.edit = compute(move || fix_file(&of_state, &project, &path)).await?;
    Ok(action)
}

fn fix_file(state: &Arc<State>, project: &Path, path: &Path) -> Option<WorkspaceEdit> {
    let (request, ..) = state.request(project)?;
    let first = check::lint(&request).ok()?;
    let fixed = fixes::fix_file(&request, first, Applicability::Safe, path).ok()?;
    let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
    for change in &fixed.changes {
        let lines = Lines::new(&change.before);
        let edits = change
            .edits()
            .into_iter()
            .map(|(span, new_text)| TextEdit { range: lines.range(&change.before, span, state.encoding()), new_text });
        changes.entry(uri_of_document(state, &change.file)?).or_default().extend(edits);
    }
    (!changes.is_empty()).then(|| WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() })
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

fn is_same(question: &Question, sent: &Diagnostic, diagnostic: &crate::diagnostic::Diagnostic) -> bool {
    let range = diagnostic.location.map_or_else(Range::default, |place| question.range_in(place.file, place.span));
    let code = NumberOrString::String(diagnostic.rule.0.to_owned());
    range == sent.range && sent.code == Some(code) && sent.message.starts_with(&diagnostic.message)
}

/// Replacements in the protocol's form.
fn edit(question: &Question, edits: impl Iterator<Item = (Location, String)>) -> Option<WorkspaceEdit> {
    let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
    for (place, new_text) in edits {
        let text_edit = TextEdit { range: question.range_in(place.file, place.span), new_text };
        changes.entry(question.uri(place.file)?).or_default().push(text_edit);
    }
    (!changes.is_empty()).then(|| WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() })
}

/// The edit that writes a permission, into a new file where there is none and the client can make one.
fn permitting(question: &Question, permission: &allow::Permission) -> Option<WorkspaceEdit> {
    if let Some((file, span)) = permission.place {
        return edit(question, std::iter::once((Location { file, span }, permission.text.clone())));
    }
    if !question.state.abilities().creates_files {
        return None;
    }
    let uri = uri_of(&question.done.directory.join(allow::FILE))?;
    let create = CreateFile { uri: uri.clone(), options: None, annotation_id: None };
    let write = TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier { uri, version: None },
        edits: vec![OneOf::Left(TextEdit { range: Default::default(), new_text: permission.text.clone() })],
    };
    let operations =
        vec![DocumentChangeOperation::Op(ResourceOp::Create(create)), DocumentChangeOperation::Edit(write)];
    Some(WorkspaceEdit { document_changes: Some(DocumentChanges::Operations(operations)), ..WorkspaceEdit::default() })
}
