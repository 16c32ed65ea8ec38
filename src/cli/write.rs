//! Writing fixed files: whole or not at all, and only where the analysed text still stands.
//!
//! In: changes, and the work tree that holds them. Out: files with their new text and old permissions. Never: files that a link leads out of the work tree,
//! files that changed meanwhile.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use crate::check::fixes::Change;

/// Writes the new text of a file, in place of the file that links lead to. The message says why it was not done.
pub(super) fn write(change: &Change, work_tree: &Path) -> Result<(), String> {
    let shown = &change.path;
    let words = |error: io::Error| format!("cannot write `{shown}`: {error}");
    let real = change.file.canonicalize().map_err(words)?;
    let root = work_tree.canonicalize().map_err(words)?;
    if !real.starts_with(&root) || real.starts_with(root.join(".git")) {
        return Err(format!("`{shown}` lies outside of the work tree and was left as it is"));
    }
    if fs::read(&real).map_err(words)? != *change.before {
        return Err(format!("`{shown}` on disk is not the text that was analysed and was left as it is"));
    }
    replace(&real, &change.after).map_err(words)
}

/// A new file beside the old one takes its name when it is complete.
fn replace(file: &Path, text: &[u8]) -> io::Result<()> {
    let permissions = fs::metadata(file)?.permissions();
    if permissions.readonly() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only"));
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let temporary = file.with_file_name(format!(".{name}.werfkit-{}", std::process::id()));
    let mut out = OpenOptions::new().write(true).create_new(true).open(&temporary)?;
    let written = fill(&mut out, text, permissions).and_then(|()| fs::rename(&temporary, file));
    if written.is_err() {
        // The error that stopped us is the one to tell.
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn fill(out: &mut File, text: &[u8], permissions: fs::Permissions) -> io::Result<()> {
    out.write_all(text)?;
    out.set_permissions(permissions)?;
    out.sync_all()
}
