//! Sprig's URL functions on Go's `net/url`.

use std::fmt::Write as _;

use super::args::{dict, text};
use super::defaults::kind;
use super::{Class, Function, row, show};
use crate::template::call::{Call, Failure};
use crate::template::value::{Key, Map, MapKind, Type, Value};

pub(super) static FUNCTIONS: &[Function] = &[
    row("urlParse", &[Type::String], Type::DICT, Class::Parse, url_parse),
    row("urlJoin", &[Type::DICT], Type::String, Class::Serialise, url_join),
];

/// Where in a URL a text stands; decides what must be escaped.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Path,
    Host,
    Zone,
    User,
    Fragment,
}

#[derive(Default)]
struct Url {
    scheme: Vec<u8>,
    opaque: Vec<u8>,
    user: Option<(Vec<u8>, Option<Vec<u8>>)>,
    host: Vec<u8>,
    path: Vec<u8>,
    force_query: bool,
    query: Vec<u8>,
    fragment: Vec<u8>,
}

fn must_escape(byte: u8, part: Part) -> bool {
    if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
        return false;
    }
    if matches!(part, Part::Host | Part::Zone) && b"!$&'()*+,;=:[]<>\"".contains(&byte) {
        return false;
    }
    if b"$&+,/:;=?@".contains(&byte) {
        return match part {
            Part::Path => byte == b'?',
            Part::User => b"@/?:".contains(&byte),
            Part::Fragment => false,
            Part::Host | Part::Zone => true,
        };
    }
    !(part == Part::Fragment && b"!()*".contains(&byte))
}

fn escape(text: &[u8], part: Part) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for &byte in text {
        if must_escape(byte, part) {
            out.extend_from_slice(format!("%{byte:02X}").as_bytes());
        } else {
            out.push(byte);
        }
    }
    out
}

fn unescape(text: &[u8], part: Part) -> Result<Vec<u8>, String> {
    let bad = |at: usize| {
        let piece = &text[at..text.len().min(at + 3)];
        format!("invalid URL escape {}", show::quoted(piece))
    };
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let byte = text[at];
        if byte == b'%' {
            let digit = |index: usize| text.get(index).and_then(|b| (*b as char).to_digit(16));
            let (Some(high), Some(low)) = (digit(at + 1), digit(at + 2)) else { return Err(bad(at)) };
            let value = (high * 16 + low) as u8;
            let percent = &text[at..at + 3] == b"%25";
            if part == Part::Host && high < 8 && !percent {
                return Err(bad(at));
            }
            if part == Part::Zone && !percent && value != b' ' && must_escape(value, Part::Host) {
                return Err(bad(at));
            }
            out.push(value);
            at += 3;
            continue;
        }
        if matches!(part, Part::Host | Part::Zone) && byte < 0x80 && must_escape(byte, part) {
            return Err(format!("invalid character {} in host name", show::quoted(&[byte])));
        }
        out.push(byte);
        at += 1;
    }
    Ok(out)
}

fn split_once(text: &[u8], byte: u8) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|b| *b == byte)?;
    Some((&text[..at], &text[at + 1..]))
}

/// The scheme and what follows its colon.
fn scheme_of(text: &[u8]) -> Result<(&[u8], &[u8]), String> {
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if at > 0 => {}
            b':' if at == 0 => return Err("missing protocol scheme".to_owned()),
            b':' => return Ok((&text[..at], &text[at + 1..])),
            _ => break,
        }
    }
    Ok((b"", text))
}

fn parse(text: &[u8]) -> Result<Url, String> {
    let error = |what: &[u8], reason: String| format!("parse {}: {reason}", show::quoted(what));
    let (before, fragment) = split_once(text, b'#').unwrap_or((text, b""));
    let mut url = parse_without_fragment(before).map_err(|reason| error(before, reason))?;
    url.fragment = unescape(fragment, Part::Fragment).map_err(|reason| error(text, reason))?;
    Ok(url)
}

fn parse_without_fragment(text: &[u8]) -> Result<Url, String> {
    if text.iter().any(|b| *b < b' ' || *b == 0x7f) {
        return Err("net/url: invalid control character in URL".to_owned());
    }
    let mut url = Url::default();
    if text == b"*" {
        url.path = b"*".to_vec();
        return Ok(url);
    }
    let (scheme, mut rest) = scheme_of(text)?;
    url.scheme = scheme.to_ascii_lowercase();
    if rest.last() == Some(&b'?') && rest.iter().filter(|b| **b == b'?').count() == 1 {
        url.force_query = true;
        rest = &rest[..rest.len() - 1];
    } else if let Some((before, query)) = split_once(rest, b'?') {
        url.query = query.to_vec();
        rest = before;
    }
    if !rest.starts_with(b"/") {
        if !url.scheme.is_empty() {
            url.opaque = rest.to_vec();
            return Ok(url);
        }
        let segment = split_once(rest, b'/').map_or(rest, |(segment, _)| segment);
        if segment.contains(&b':') {
            return Err("first path segment in URL cannot contain colon".to_owned());
        }
    }
    if rest.starts_with(b"//") && (!url.scheme.is_empty() || !rest.starts_with(b"///")) {
        let authority = &rest[2..];
        let end = authority.iter().position(|b| *b == b'/').unwrap_or(authority.len());
        rest = &authority[end..];
        parse_authority(&authority[..end], &mut url)?;
    }
    url.path = unescape(rest, Part::Path)?;
    Ok(url)
}

fn parse_authority(authority: &[u8], url: &mut Url) -> Result<(), String> {
    let at = authority.iter().rposition(|b| *b == b'@');
    url.host = parse_host(&authority[at.map_or(0, |at| at + 1)..])?;
    let Some(at) = at else { return Ok(()) };
    let user = &authority[..at];
    if !user.iter().all(|b| b.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(b)) {
        return Err("net/url: invalid userinfo".to_owned());
    }
    url.user = Some(match split_once(user, b':') {
        Some((name, password)) => (unescape(name, Part::User)?, Some(unescape(password, Part::User)?)),
        None => (unescape(user, Part::User)?, None),
    });
    Ok(())
}

fn check_port(port: &[u8]) -> Result<(), String> {
    let valid = match port {
        [] => true,
        [b':', digits @ ..] => digits.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if valid { Ok(()) } else { Err(format!("invalid port {} after host", show::quoted(port))) }
}

fn parse_host(host: &[u8]) -> Result<Vec<u8>, String> {
    if host.starts_with(b"[") {
        let Some(end) = host.iter().rposition(|b| *b == b']') else { return Err("missing ']' in host".to_owned()) };
        check_port(&host[end + 1..])?;
        if let Some(zone) = super::strings::find(&host[..end], b"%25") {
            let parts = [
                unescape(&host[..zone], Part::Host)?,
                unescape(&host[zone..end], Part::Zone)?,
                unescape(&host[end..], Part::Host)?,
            ];
            return Ok(parts.concat());
        }
    } else if let Some(colon) = host.iter().rposition(|b| *b == b':') {
        check_port(&host[colon..])?;
    }
    unescape(host, Part::Host)
}

/// The host without port and brackets.
fn hostname(host: &[u8]) -> &[u8] {
    let colon = host.iter().rposition(|b| *b == b':');
    let bare = match colon {
        Some(colon) if check_port(&host[colon..]).is_ok() => &host[..colon],
        _ => host,
    };
    match bare {
        [b'[', inner @ .., b']'] => inner,
        _ => bare,
    }
}

fn user_text(user: &(Vec<u8>, Option<Vec<u8>>)) -> Vec<u8> {
    let mut out = escape(&user.0, Part::User);
    if let Some(password) = &user.1 {
        out.push(b':');
        out.extend(escape(password, Part::User));
    }
    out
}

fn url_text(url: &Url) -> Vec<u8> {
    let mut out = Vec::new();
    if !url.scheme.is_empty() {
        out.extend_from_slice(&url.scheme);
        out.push(b':');
    }
    if url.opaque.is_empty() {
        let authority = !url.scheme.is_empty() || !url.host.is_empty() || url.user.is_some();
        if authority && (!url.host.is_empty() || !url.path.is_empty() || url.user.is_some()) {
            out.extend_from_slice(b"//");
            if let Some(user) = &url.user {
                out.extend(user_text(user));
                out.push(b'@');
            }
            out.extend(escape(&url.host, Part::Host));
        }
        let path = if url.path == b"*" { url.path.clone() } else { escape(&url.path, Part::Path) };
        if !path.is_empty() && path[0] != b'/' && !url.host.is_empty() {
            out.push(b'/');
        }
        if out.is_empty() {
            let segment = split_once(&path, b'/').map_or(&path[..], |(segment, _)| segment);
            if segment.contains(&b':') {
                out.extend_from_slice(b"./");
            }
        }
        out.extend(path);
    } else {
        out.extend_from_slice(&url.opaque);
    }
    if url.force_query || !url.query.is_empty() {
        out.push(b'?');
        out.extend_from_slice(&url.query);
    }
    if !url.fragment.is_empty() {
        out.push(b'#');
        out.extend(escape(&url.fragment, Part::Fragment));
    }
    out
}

fn url_parse(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let source = text(args, 0);
    call.charge(source.len())?;
    let url = parse(source.as_bytes()).map_err(|reason| Failure::new(format!("unable to parse url: {reason}")))?;
    let map = Map::new(MapKind::StringAny);
    let id = call.id();
    let user = url.user.as_ref().map(user_text).unwrap_or_default();
    let entries: [(&str, &[u8]); 8] = [
        ("scheme", &url.scheme),
        ("host", &url.host),
        ("hostname", hostname(&url.host)),
        ("query", &url.query),
        ("opaque", &url.opaque),
        ("fragment", &url.fragment),
        ("path", &url.path),
        ("userinfo", &user),
    ];
    for (name, part) in entries {
        let (key, value) = (call.derived(name), call.derived_value(part));
        map.insert(Key::Str(key), value, Some(id));
    }
    Ok(Value::Map(map))
}

/// A part of a URL from a dictionary.
fn part(map: &Map, name: &str) -> Result<Vec<u8>, Failure> {
    match map.get_str(name) {
        None => Ok(Vec::new()),
        Some(Value::Str(text)) => Ok(text.as_bytes().to_vec()),
        Some(Value::Nil | Value::NoValue) => Err(Failure::new(super::args::NIL_DEREFERENCE)),
        Some(other) => {
            let mut text = String::new();
            let _ = write!(text, "unable to parse {name} key, must be of type string, but {} found", kind(&other));
            Err(Failure::new(text))
        }
    }
}

fn url_join(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let map = dict(args, 0);
    let mut url = Url {
        scheme: part(&map, "scheme")?,
        host: part(&map, "host")?,
        path: part(&map, "path")?,
        query: part(&map, "query")?,
        opaque: part(&map, "opaque")?,
        fragment: part(&map, "fragment")?,
        ..Url::default()
    };
    let user = part(&map, "userinfo")?;
    if !user.is_empty() {
        let probe = [b"proto://".as_slice(), &user, b"@host"].concat();
        let parsed =
            parse(&probe).map_err(|reason| Failure::new(format!("unable to parse userinfo in dict: {reason}")))?;
        url.user = parsed.user;
    }
    let joined = url_text(&url);
    call.charge(joined.len())?;
    let unknown = map.items().iter().any(|(_, value)| value.is_unknown());
    Ok(if unknown { super::random::unknown_text(call, &joined) } else { call.derived_value(joined) })
}
