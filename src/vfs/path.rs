//! Paths as text: cleaning and joining as Go's `path` package does it, kept inside a root.

/// Go's `path.Clean`: no empty, `.` or inner `..` components; `""` becomes `.`; a leading `/` and leading `..` stay.
#[must_use]
pub fn go_clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&"..") | None if rooted => {}
                Some(&"..") | None => parts.push(".."),
                Some(_) => {
                    parts.pop();
                }
            },
            _ => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// A path below the root, cleaned; a leading slash counts for nothing. `None` when it climbs out.
#[must_use]
pub fn clean(path: &str) -> Option<String> {
    join("", path)
}

/// `path` as seen from the directory `base`, both below the root. `None` when it climbs out.
#[must_use]
pub fn join(base: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The directory that holds `path`; the root for a top-level name.
#[must_use]
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// `path` as seen from the directory `base`, with `../` where needed; both cleaned and below the same root.
#[must_use]
pub fn relative(base: &str, path: &str) -> String {
    if base.is_empty() {
        return path.to_owned();
    }
    let base_parts: Vec<&str> = base.split('/').collect();
    let path_parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let common = base_parts.iter().zip(&path_parts).take_while(|(left, right)| left == right).count();
    let mut parts = vec![".."; base_parts.len() - common];
    parts.extend(&path_parts[common..]);
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleaning_is_that_of_go() {
        for (path, cleaned) in [
            ("", "."),
            (".", "."),
            ("/", "/"),
            ("a//b/./c/", "a/b/c"),
            ("a/../b", "b"),
            ("../a", "../a"),
            ("a/../../b", "../b"),
            ("/../a", "/a"),
            ("/a/..", "/"),
        ] {
            assert_eq!(go_clean(path), cleaned, "{path}");
        }
    }

    #[test]
    fn joining_stays_inside() {
        assert_eq!(join("app", "../x"), Some("x".to_owned()));
        assert_eq!(join("app", "../../x"), None);
        assert_eq!(join("app", "/x"), Some("app/x".to_owned()));
        assert_eq!(relative("app", "app/x"), "x");
        assert_eq!(relative("app/b", "x"), "../../x");
        assert_eq!(relative("app", "app"), "");
    }
}
