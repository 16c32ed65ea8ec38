//! The texts that the client has open.
//!
//! In: notifications about documents. Out: the text of a path as the person sees it. A change that does not fit its document is applied as well as it can be.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tower_lsp_server::ls_types::{TextDocumentContentChangeEvent, Uri};

use super::convert::{Encoding, Lines};

/// An open document.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its URI as the client writes it.
    pub uri: Uri,
    /// Its version.
    pub version: i32,
    /// Its text.
    pub text: Arc<[u8]>,
}

/// All open documents, by path.
#[derive(Debug, Default)]
pub struct Documents {
    open: HashMap<PathBuf, Document>,
}

impl Documents {
    /// Opens a document, or replaces it.
    pub fn open(&mut self, path: PathBuf, uri: Uri, version: i32, text: String) {
        self.open.insert(path, Document { uri, version, text: text.into_bytes().into() });
    }

    /// Applies changes in their order. Whether there is such a document.
    pub fn change(
        &mut self,
        path: &Path,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) -> bool {
        let Some(document) = self.open.get_mut(path) else { return false };
        let mut text = document.text.to_vec();
        for change in changes {
            match change.range {
                None => text = change.text.into_bytes(),
                Some(range) => {
                    let known = Lines::new(&text);
                    let start = known.offset(&text, range.start, encoding);
                    let end = known.offset(&text, range.end, encoding).max(start);
                    text.splice(start..end, change.text.into_bytes());
                }
            }
        }
        document.version = version;
        document.text = text.into();
        true
    }

    /// Closes a document.
    pub fn close(&mut self, path: &Path) -> Option<Document> {
        self.open.remove(path)
    }

    /// The document at a path.
    #[must_use]
    pub fn get(&self, path: &Path) -> Option<&Document> {
        self.open.get(path)
    }

    /// All documents with their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&PathBuf, &Document)> {
        self.open.iter()
    }
}
