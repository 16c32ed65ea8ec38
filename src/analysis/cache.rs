//! What one analysis leaves for the next of the same project: trees of template sources and of YAML texts that did not change.
//!
//! In: texts. Out: their trees. Never: anything that depends on more than a text, its name and the dialect.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::dialect::Dialect;
use crate::template::parse_source;
use crate::template::tree::Source;
use crate::yaml::ParseCache;

#[derive(Debug)]
struct Known {
    text: Arc<[u8]>,
    dialect: Dialect,
    source: Arc<Source>,
}

/// Kept trees. One project per cache, the same limits for all its analyses.
#[derive(Debug, Default)]
pub struct Cache {
    /// YAML trees by text.
    pub trees: ParseCache,
    /// The newest text of each template source.
    templates: Mutex<HashMap<String, Known>>,
}

impl Cache {
    /// The tree of a template source.
    #[must_use]
    pub fn template(&self, name: &str, text: &Arc<[u8]>, dialect: Dialect) -> Arc<Source> {
        let mut templates = self.templates.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = templates.get(name).filter(|known| known.dialect == dialect && known.text == *text) {
            return Arc::clone(&known.source);
        }
        let source = Arc::new(parse_source(name, text, dialect));
        let known = Known { text: Arc::clone(text), dialect, source: Arc::clone(&source) };
        templates.insert(name.to_owned(), known);
        source
    }
}
