//! Path texts as werf compares them: cleaned lexically, with forward slashes, on every operating system.
//!
//! In: the text of a directive. Out: cleaned texts and yes-or-no answers (config spec §11.1, 1.1 §6.1). Never: file access.

use std::borrow::Cow;

/// The shortest equal path: repeated slashes, `.` and inner `..` are resolved, a trailing slash is dropped, an empty text becomes `.`.
#[must_use]
pub fn clean(path: &str) -> String {
    cleaned(path).into_owned()
}

/// As [`clean`]; most paths are clean as they are written.
#[must_use]
pub fn cleaned(path: &str) -> Cow<'_, str> {
    if is_clean(path) {
        return Cow::Borrowed(path);
    }
    let rooted = path.starts_with('/');
    let mut kept: Vec<&str> = Vec::new();
    for component in path.split('/') {
        match component {
            "" | "." => {}
            ".." => match kept.last() {
                Some(&last) if last != ".." => {
                    kept.pop();
                }
                _ if rooted => {}
                _ => kept.push(".."),
            },
            other => kept.push(other),
        }
    }
    let joined = kept.join("/");
    Cow::Owned(match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    })
}

/// Whether cleaning would change nothing, for the many paths of which that is plain.
fn is_clean(path: &str) -> bool {
    let bytes = path.as_bytes();
    if bytes == b"/" {
        return true;
    }
    let mut start = usize::from(bytes.first() == Some(&b'/'));
    for (index, byte) in bytes.iter().enumerate().skip(start) {
        if *byte == b'/' {
            if is_void(&bytes[start..index]) {
                return false;
            }
            start = index + 1;
        }
    }
    !is_void(&bytes[start..])
}

/// Whether a component goes nowhere by itself.
fn is_void(component: &[u8]) -> bool {
    matches!(component, b"" | b"." | b"..")
}

/// Both texts with a slash between them, cleaned; empty parts are left out, two empty parts give an empty text.
#[must_use]
pub fn join(first: &str, second: &str) -> String {
    match (first.is_empty(), second.is_empty()) {
        (true, true) => String::new(),
        (true, false) => clean(second),
        (false, true) => clean(first),
        (false, false) => {
            let mut joined = String::with_capacity(first.len() + 1 + second.len());
            joined.push_str(first);
            joined.push('/');
            joined.push_str(second);
            match cleaned(&joined) {
                Cow::Borrowed(_) => joined,
                Cow::Owned(other) => other,
            }
        }
    }
}

/// Whether the path starts at the root.
#[must_use]
pub fn is_absolute(path: &str) -> bool {
    path.starts_with('/')
}

/// Whether the path is not absolute and, once cleaned, does not leave its directory.
#[must_use]
pub fn is_relative_inside(path: &str) -> bool {
    if is_absolute(path) {
        return false;
    }
    let cleaned = cleaned(path);
    cleaned != ".." && !cleaned.starts_with("../")
}

/// Whether `path` equals `directory` or lies beneath it, as texts.
#[must_use]
pub fn is_beneath(directory: &str, path: &str) -> bool {
    let prefix = directory.trim_end_matches('/');
    path == directory || path.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'))
}

/// `path` as seen from `directory`, both cleaned and absolute; `path` lies beneath `directory`.
#[must_use]
pub fn relative_to(directory: &str, path: &str) -> String {
    let prefix = directory.trim_end_matches('/');
    match path.strip_prefix(prefix).map(|rest| rest.trim_start_matches('/')) {
        Some("") | None => ".".to_owned(),
        Some(rest) => rest.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleaning() {
        for (path, expected) in [
            ("", "."),
            (".", "."),
            ("/", "/"),
            ("/a//b/", "/a/b"),
            ("x/", "x"),
            ("a/../b", "b"),
            ("a/../../b", "../b"),
            ("../../x", "../../x"),
            ("/../a", "/a"),
            ("./a/./b", "a/b"),
            ("/b//c/../d/", "/b/d"),
        ] {
            assert_eq!(clean(path), expected, "{path}");
        }
    }

    #[test]
    fn relative_paths_do_not_climb_out() {
        for path in ["", ".", "a/../b", "..a", "a/.."] {
            assert!(is_relative_inside(path), "{path}");
        }
        for path in ["/a", "..", "../x", "a/../../b"] {
            assert!(!is_relative_inside(path), "{path}");
        }
    }

    #[test]
    fn beneath() {
        assert!(is_beneath("/", "/a"));
        assert!(is_beneath("/app", "/app"));
        assert!(is_beneath("/app", "/app/x"));
        assert!(!is_beneath("/app", "/application"));
        assert!(!is_beneath("/app/x", "/app"));
        assert!(is_beneath("assets", "assets/y"));
        assert!(!is_beneath("", "a"));
        assert_eq!(relative_to("/app", "/app/x/y"), "x/y");
        assert_eq!(relative_to("/", "/x"), "x");
    }

    #[test]
    fn joining() {
        assert_eq!(join("", "a/b"), "a/b");
        assert_eq!(join("app", "../x"), "x");
        assert_eq!(join("", ""), "");
        assert_eq!(join("app", ""), "app");
    }
}
