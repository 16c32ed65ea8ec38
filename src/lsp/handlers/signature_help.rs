//! `textDocument/signatureHelp`.

use std::sync::Arc;

use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{
    Documentation, MarkupContent, MarkupKind, ParameterInformation, ParameterLabel, ServerCapabilities, SignatureHelp,
    SignatureHelpOptions, SignatureHelpParams, SignatureInformation,
};

use crate::ide::signature::{Signature, signature};
use crate::lsp::question::answer;
use crate::lsp::state::{Abilities, State};

pub fn announce(capabilities: &mut ServerCapabilities, _: &Abilities) {
    capabilities.signature_help_provider = Some(SignatureHelpOptions {
        trigger_characters: Some(vec![" ".to_owned(), "(".to_owned(), "\"".to_owned()]),
        retrigger_characters: Some(vec![")".to_owned()]),
        ..SignatureHelpOptions::default()
    });
}

pub async fn handle(state: &Arc<State>, params: SignatureHelpParams) -> Result<Option<SignatureHelp>> {
    let place = params.text_document_position_params;
    let uri = place.text_document.uri.clone();
    let found = answer(state, &uri, move |question| signature(&question.at(place.position))).await?;
    Ok(found.flatten().map(help))
}

fn help(found: Signature) -> SignatureHelp {
    // The protocol counts labels in UTF-16, whatever was agreed on for texts.
    let units = |bytes: usize| {
        let text = found.label.get(..bytes).unwrap_or_default();
        u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
    };
    let parameter = |range: &std::ops::Range<usize>| ParameterInformation {
        label: ParameterLabel::LabelOffsets([units(range.start), units(range.end)]),
        documentation: None,
    };
    let parameters = found.parameters.iter().map(parameter).collect();
    let active = found.active.and_then(|active| u32::try_from(active).ok());
    let words = MarkupContent { kind: MarkupKind::Markdown, value: found.documentation.clone() };
    SignatureHelp {
        signatures: vec![SignatureInformation {
            label: found.label.clone(),
            documentation: Some(Documentation::MarkupContent(words)),
            parameters: Some(parameters),
            active_parameter: active,
        }],
        active_signature: Some(0),
        active_parameter: active,
    }
}
