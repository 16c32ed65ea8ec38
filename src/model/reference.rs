//! Registry references: how Docker reads `repository:tag@digest`, in the two grammars that werf uses.
//!
//! In: the text of a directive. Out: its parts, or nothing when it is no reference (config spec §11.5). Never: network access.

/// A reference cut into its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference<'a> {
    /// Repository, with the registry's host when the text names one.
    pub repository: &'a str,
    /// Text after the colon.
    pub tag: Option<&'a str>,
    /// Text after the `@`.
    pub digest: Option<&'a str>,
}

impl Reference<'_> {
    /// Whether it says which of the repository's images it means.
    #[must_use]
    pub fn is_pinned_by_name(&self) -> bool {
        self.tag.is_some() || self.digest.is_some()
    }
}

/// Longest repository, in bytes.
const REPOSITORY_BYTES: usize = 255;

/// Reads a reference as it stands (werf 3 for `from` and import sources).
#[must_use]
pub fn parse(text: &str) -> Option<Reference<'_>> {
    let (name_and_tag, digest) = match text.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (text, None),
    };
    if digest.is_some_and(|digest| !is_digest(digest)) {
        return None;
    }
    let slash = name_and_tag.rfind('/').map_or(0, |index| index + 1);
    let (repository, tag) = match name_and_tag[slash..].find(':') {
        // A colon in the first component can also be the port of a host, but a host needs a path behind it.
        Some(colon) => (&name_and_tag[..slash + colon], Some(&name_and_tag[slash + colon + 1..])),
        None => (name_and_tag, None),
    };
    if tag.is_some_and(|tag| !is_tag(tag)) || repository.len() > REPOSITORY_BYTES || !is_repository(repository) {
        return None;
    }
    Some(Reference { repository, tag, digest })
}

/// Reads a reference as a person writes it on the command line of Docker (werf 2 for import sources): a first component that looks like no
/// host belongs to the path, which has to be in lower case, and a bare image id is refused.
#[must_use]
pub fn parse_normalized(text: &str) -> Option<Reference<'_>> {
    if text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
        return None;
    }
    let path = match text.split_once('/') {
        Some((host, rest)) if is_host_like(host) => rest,
        _ => text,
    };
    let path_end = path.find([':', '@']).unwrap_or(path.len());
    if path[..path_end].bytes().any(|b| b.is_ascii_uppercase()) {
        return None;
    }
    // The library completes short names before it reads them, so its limit of 255 bytes is met a little earlier there.
    let reference = parse(text)?;
    let completion = match text.split_once('/') {
        Some((host, _)) if is_host_like(host) => 0,
        Some(_) => "docker.io/".len(),
        None => "docker.io/library/".len(),
    };
    (reference.repository.len() + completion <= REPOSITORY_BYTES).then_some(reference)
}

fn is_host_like(component: &str) -> bool {
    component.contains(['.', ':']) || component == "localhost" || component.bytes().any(|b| b.is_ascii_uppercase())
}

fn is_tag(tag: &str) -> bool {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    (1..=128).contains(&tag.len())
        && tag.bytes().enumerate().all(|(index, b)| is_word(b) || (index > 0 && (b == b'.' || b == b'-')))
}

fn is_digest(digest: &str) -> bool {
    let Some((algorithm, hex)) = digest.split_once(':') else { return false };
    let is_algorithm = algorithm.split(['-', '_', '+', '.']).all(|part| {
        part.bytes().next().is_some_and(|b| b.is_ascii_alphabetic()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    });
    let known_length = match algorithm {
        "sha256" => Some(64),
        "sha384" => Some(96),
        "sha512" => Some(128),
        _ => None,
    };
    let is_lower_hex = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    is_algorithm
        && hex.len() >= 32
        && hex.bytes().all(|b| b.is_ascii_hexdigit())
        // The library knows these three and refuses every other algorithm.
        && known_length.is_some_and(|length| hex.len() == length && is_lower_hex(hex))
}

fn is_repository(repository: &str) -> bool {
    let Some((first, rest)) = repository.split_once('/') else { return is_path_component(repository) };
    (is_path_component(first) || is_host(first)) && rest.split('/').all(is_path_component)
}

/// Lower-case letters and digits, with `.`, `_`, `__` or any number of `-` between them.
fn is_path_component(component: &str) -> bool {
    let is_alphanumeric = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = component.as_bytes();
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else { return false };
    if !is_alphanumeric(first) || !is_alphanumeric(last) {
        return false;
    }
    bytes
        .split(|&b| is_alphanumeric(b))
        .all(|separator| matches!(separator, b"" | b"." | b"_" | b"__") || separator.iter().all(|&b| b == b'-'))
}

/// A host name or an address, with an optional port.
fn is_host(component: &str) -> bool {
    let is_port = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if let Some(rest) = component.strip_prefix('[') {
        let Some((address, after)) = rest.split_once(']') else { return false };
        return !address.is_empty()
            && address.bytes().all(|b| b.is_ascii_hexdigit() || b == b':')
            && (after.is_empty() || after.strip_prefix(':').is_some_and(is_port));
    }
    let (host, port) = match component.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (component, None),
    };
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    host.split('.').all(is_label) && port.is_none_or(is_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    fn pinned(text: &str) -> Option<bool> {
        parse(text).map(|reference| reference.is_pinned_by_name())
    }

    #[test]
    fn tags_and_digests() {
        assert_eq!(pinned("alpine:3.19"), Some(true));
        assert_eq!(pinned("alpine"), Some(false));
        assert_eq!(pinned("registry.example.com:5000/base"), Some(false));
        assert_eq!(pinned("registry.example.com:5000/base:1"), Some(true));
        assert_eq!(pinned(&format!("alpine@{SHA}")), Some(true));
        assert_eq!(pinned(&format!("alpine:3@{SHA}")), Some(true));
        assert_eq!(pinned("localhost:5000"), Some(true));
    }

    #[test]
    fn no_references() {
        for text in [
            "",
            " ",
            "Alpine:3",
            "alpine:",
            "alpine:-x",
            "alpine@sha256:12",
            "a b:1",
            "a//b:1",
            ":latest",
            "/a:1",
            "a/:1",
            "a:b:c",
            "a.:1",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&format!("{}:1", "a".repeat(256))), None);
    }

    #[test]
    fn hosts_may_have_capitals() {
        assert_eq!(pinned("Registry.example.com/base:1"), Some(true));
        assert_eq!(pinned("[2001:db8::1]:5000/base:1"), Some(true));
        assert_eq!(pinned("host/Base:1"), None);
    }

    #[test]
    fn normalised() {
        assert!(parse_normalized("alpine:3").is_some());
        assert_eq!(parse_normalized("Alpine:3"), None);
        assert_eq!(parse_normalized(&"a".repeat(64)), None);
        assert!(parse_normalized(&"g".repeat(64)).is_some());
        assert!(parse_normalized("Host/base:1").is_some());
    }
}
