//! `werfkit/explain`: the page of a rule.

use crate::check;
use crate::lsp::messages::{ExplainParams, MarkdownAnswer};

pub fn handle(params: &ExplainParams) -> Option<MarkdownAnswer> {
    check::find(&params.rule).map(|rule| MarkdownAnswer { markdown: rule.page.to_owned() })
}
