//! `werfkit/graph`: the images of a project as a drawing.

use std::sync::Arc;

use tower_lsp_server::jsonrpc::{Error, Result};

use crate::lsp::messages::{GraphParams, TextAnswer};
use crate::lsp::question::answer;
use crate::lsp::state::State;
use crate::report::graph::{Graph, format};

pub async fn handle(state: &Arc<State>, params: GraphParams) -> Result<Option<TextAnswer>> {
    let Some(write) = format(&params.format) else {
        return Err(Error::invalid_params(format!("there is no graph format `{}`", params.format)));
    };
    let draw = move |question: &crate::lsp::question::Question| {
        let mut out = Vec::new();
        // Writing into memory does not fail.
        let _ = write(&Graph::of(question.analysis().snapshot()), &mut out);
        TextAnswer { text: String::from_utf8_lossy(&out).into_owned() }
    };
    answer(state, &params.uri, draw).await
}
