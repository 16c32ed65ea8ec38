//! What one analysis leaves for the next of the same project: trees of template sources and of YAML texts that did not change, and decoded documents.
//!
//! In: texts. Out: what reading made of them. Never: anything that depends on more than a text, its name, its place and the dialect.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::dialect::Dialect;
use crate::limits::KEPT_TURNS;
use crate::model::DocumentCache;
use crate::template::parse_source;
use crate::template::tree::Source;
use crate::vfs::FileCache;
use crate::yaml::ParseCache;

#[derive(Debug)]
struct Known {
    text: Box<[u8]>,
    dialect: Dialect,
    source: Arc<Source>,
    used: u64,
}

#[derive(Debug, Default)]
struct Templates {
    /// The newest text of each name; texts that `tpl` gets have names too.
    by_name: HashMap<Box<str>, Known, foldhash::fast::RandomState>,
    turn: u64,
}

/// Kept trees. One project per cache, the same limits for all its analyses.
#[derive(Debug, Default)]
pub struct Cache {
    /// YAML trees by text.
    pub trees: ParseCache,
    /// Contents of files by what the system says of them.
    pub files: Arc<FileCache>,
    /// Decoded documents by text.
    pub documents: DocumentCache,
    templates: Mutex<Templates>,
}

impl Cache {
    /// Begins another reading of the project.
    pub fn begin(&self) {
        self.files.begin();
        self.trees.begin();
        self.documents.begin();
        let mut templates = self.templates.lock().unwrap_or_else(PoisonError::into_inner);
        templates.turn += 1;
        let oldest = templates.turn.saturating_sub(KEPT_TURNS);
        templates.by_name.retain(|_, known| known.used >= oldest);
    }

    /// Forgets what the newest reading did not ask for: once a text is left alone, what it was before does not come back.
    pub fn rest(&self) {
        self.files.rest();
        self.trees.rest();
        self.documents.rest();
        let mut templates = self.templates.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = templates.turn;
        templates.by_name.retain(|_, known| known.used == turn);
    }

    /// The tree of a template source.
    #[must_use]
    pub fn template(&self, name: &str, text: &[u8], dialect: Dialect) -> Arc<Source> {
        let mut templates = self.templates.lock().unwrap_or_else(PoisonError::into_inner);
        let used = templates.turn;
        if let Some(known) = templates.by_name.get_mut(name)
            && known.dialect == dialect
            && *known.text == *text
        {
            known.used = used;
            return Arc::clone(&known.source);
        }
        let source = Arc::new(parse_source(name, text, dialect));
        let known = Known { text: text.into(), dialect, source: Arc::clone(&source), used };
        templates.by_name.insert(name.into(), known);
        source
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_that_of_its_name_text_and_dialect_and_forgotten_when_not_used() {
        let cache = Cache::default();
        let first = cache.template("a", b"{{ .X }}", Dialect::V2);
        assert!(Arc::ptr_eq(&first, &cache.template("a", b"{{ .X }}", Dialect::V2)));
        assert!(!Arc::ptr_eq(&first, &cache.template("b", b"{{ .X }}", Dialect::V2)));
        assert!(!Arc::ptr_eq(&first, &cache.template("a", b"{{ .X }}", Dialect::V1_1)));
        let second = cache.template("a", b"{{ .Y }}", Dialect::V2);
        (0..KEPT_TURNS).for_each(|_| cache.begin());
        assert!(Arc::ptr_eq(&second, &cache.template("a", b"{{ .Y }}", Dialect::V2)));
        (0..=KEPT_TURNS).for_each(|_| cache.begin());
        assert!(!Arc::ptr_eq(&second, &cache.template("a", b"{{ .Y }}", Dialect::V2)));
    }
}
