//! `textDocument/prepareCallHierarchy`, `callHierarchy/incomingCalls` and `callHierarchy/outgoingCalls`: what images are made from.

use std::sync::Arc;

use serde_json::{Value, json};
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{
    CallHierarchyIncomingCall, CallHierarchyIncomingCallsParams, CallHierarchyItem, CallHierarchyOutgoingCall,
    CallHierarchyOutgoingCallsParams, CallHierarchyPrepareParams, CallHierarchyServerCapability, Range,
    ServerCapabilities, SymbolKind,
};

use crate::ide::call_hierarchy::{self, Call, Item};
use crate::lsp::question::{Question, answer};
use crate::lsp::state::{Abilities, State};
use crate::source::FileId;

pub fn announce(capabilities: &mut ServerCapabilities, _: &Abilities) {
    capabilities.call_hierarchy_provider = Some(CallHierarchyServerCapability::Simple(true));
}

pub async fn prepared(
    state: &Arc<State>,
    params: CallHierarchyPrepareParams,
) -> Result<Option<Vec<CallHierarchyItem>>> {
    let place = params.text_document_position_params;
    let uri = place.text_document.uri;
    let find = move |question: &Question| {
        let items = call_hierarchy::prepare(&question.at(place.position));
        let items: Vec<_> = items.iter().filter_map(|item| shown(question, item)).collect();
        (!items.is_empty()).then_some(items)
    };
    Ok(answer(state, &uri, find).await?.flatten())
}

pub async fn incoming(
    state: &Arc<State>,
    params: CallHierarchyIncomingCallsParams,
) -> Result<Option<Vec<CallHierarchyIncomingCall>>> {
    let item = params.item;
    let uri = item.uri.clone();
    let find = move |question: &Question| {
        let known = known(question, &item)?;
        let calls = call_hierarchy::incoming(question.analysis(), known.image);
        let call = |call: &Call| {
            let from_ranges = ranges(question, call, call.item.location.file);
            Some(CallHierarchyIncomingCall { from: shown(question, &call.item)?, from_ranges })
        };
        Some(calls.iter().filter_map(call).collect())
    };
    Ok(answer(state, &uri, find).await?.flatten())
}

pub async fn outgoing(
    state: &Arc<State>,
    params: CallHierarchyOutgoingCallsParams,
) -> Result<Option<Vec<CallHierarchyOutgoingCall>>> {
    let item = params.item;
    let uri = item.uri.clone();
    let find = move |question: &Question| {
        let known = known(question, &item)?;
        let calls = call_hierarchy::outgoing(question.analysis(), known.image);
        let call = |call: &Call| {
            let from_ranges = ranges(question, call, known.location.file);
            Some(CallHierarchyOutgoingCall { to: shown(question, &call.item)?, from_ranges })
        };
        Some(calls.iter().filter_map(call).collect())
    };
    Ok(answer(state, &uri, find).await?.flatten())
}

/// The image that an item of an earlier answer was about.
fn known(question: &Question, item: &CallHierarchyItem) -> Option<Item> {
    let data = item.data.as_ref().unwrap_or(&Value::Null);
    let is_artifact = data.get("artifact").and_then(Value::as_bool).unwrap_or(false);
    call_hierarchy::find(question.analysis(), &item.name, is_artifact)
}

/// The protocol wants these places in the file of the image that uses.
fn ranges(question: &Question, call: &Call, file: FileId) -> Vec<Range> {
    let here = call.places.iter().filter(|place| place.file == file);
    here.map(|place| question.range_in(file, place.span)).collect()
}

fn shown(question: &Question, item: &Item) -> Option<CallHierarchyItem> {
    let place = question.location(item.location)?;
    Some(CallHierarchyItem {
        name: item.name.clone(),
        kind: if item.is_artifact { SymbolKind::INTERFACE } else { SymbolKind::CLASS },
        tags: None,
        detail: Some(item.detail.clone()),
        uri: place.uri,
        range: place.range,
        selection_range: place.range,
        data: Some(json!({"artifact": item.is_artifact})),
    })
}
