//! `completionItem/resolve`: what a list leaves out until an item is looked at.

use tower_lsp_server::ls_types::{CompletionItem, Documentation, MarkupContent, MarkupKind};

use crate::dialect::Dialect;
use crate::ide::completion::documentation;

pub fn handle(mut item: CompletionItem) -> CompletionItem {
    let said = item.data.as_ref().and_then(|data| Some((data.get("about")?.as_str()?, data.get("dialect")?.as_str()?)));
    let page = said.and_then(|(about, dialect)| {
        let dialect = Dialect::ALL.into_iter().find(|known| known.name() == dialect)?;
        documentation(about, dialect)
    });
    if let Some(value) = page {
        item.documentation = Some(Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value }));
    }
    item
}
