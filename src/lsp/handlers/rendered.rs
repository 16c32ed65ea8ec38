//! `werfkit/rendered`: the text that werf would parse, with the places it came from.

use std::sync::Arc;

use tower_lsp_server::jsonrpc::Result;

use crate::lsp::convert::Lines;
use crate::lsp::messages::{DocumentParams, Mapped, RenderedDocument};
use crate::lsp::question::{Question, answer};
use crate::lsp::state::State;
use crate::source::{Location, Span};
use crate::template::text::Origin;

pub async fn handle(state: &Arc<State>, params: DocumentParams) -> Result<Option<RenderedDocument>> {
    let uri = params.uri.clone();
    answer(state, &uri, rendered).await
}

fn rendered(question: &Question) -> RenderedDocument {
    let snapshot = question.analysis().snapshot();
    // The client gets text: bytes that are none are replaced, and places are counted in what it gets.
    let text = String::from_utf8_lossy(&snapshot.text).into_owned();
    let is_text = text.len() == snapshot.text.len();
    let lines = Lines::new(text.as_bytes());
    let mut map = Vec::new();
    let mut begin = 0;
    for segment in snapshot.provenance.segments.iter().filter(|_| is_text) {
        let span = Span { start: begin, end: segment.end };
        begin = segment.end;
        let (location, exact) = match segment.origin {
            Origin::File { file, offset } => {
                let span = Span { start: offset, end: offset + (span.end - span.start) };
                (Some(Location { file, span }), true)
            }
            Origin::Derived(call) | Origin::Padding(call) | Origin::Unknown(call) => {
                (snapshot.provenance.call_place(call), false)
            }
            Origin::Data => (snapshot.provenance.frame_place(segment.frame), false),
        };
        if let Some(location) = location.and_then(|location| question.location(location)) {
            let rendered = lines.range(text.as_bytes(), span, question.encoding());
            map.push(Mapped { rendered, uri: location.uri, range: location.range, exact });
        }
    }
    let name = question.done.directory.join("werf.yaml");
    RenderedDocument {
        uri: format!("werf-rendered:{}", name.display()),
        text,
        complete: snapshot.rendered.is_some(),
        map,
    }
}
