//! doublestar 1: components first, then each component by itself.

use super::{BadPattern, match_items, read_items, split_unescaped};

pub(super) fn matches(pattern: &str, path: &str, budget: &mut usize) -> Result<bool, BadPattern> {
    let pattern: Vec<&str> = split_unescaped(pattern, '/');
    let path: Vec<&str> = path.split('/').collect();
    match_components(&pattern, &path, budget)
}

fn match_components(pattern: &[&str], path: &[&str], budget: &mut usize) -> Result<bool, BadPattern> {
    let (mut at_pattern, mut at_path) = (0, 0);
    // The last `**` and where it began; a later one makes an earlier one irrelevant.
    let mut star: Option<(usize, usize)> = None;
    loop {
        match (pattern.get(at_pattern), path.get(at_path)) {
            (Some(&"**"), Some(_)) => {
                if at_pattern + 1 == pattern.len() {
                    return Ok(true);
                }
                star = Some((at_pattern, at_path));
                at_pattern += 1;
                continue;
            }
            (Some(component), Some(name)) => match alternatives(component, name, budget) {
                Ok(true) => {
                    at_pattern += 1;
                    at_path += 1;
                    continue;
                }
                Ok(false) => {}
                // Behind a `**` errors count as "no match".
                Err(_) if star.is_some() => {}
                Err(error) => return Err(error),
            },
            (None, None) => return Ok(true),
            _ => {}
        }
        match star {
            Some((starred, from)) if from + 1 < path.len() => {
                star = Some((starred, from + 1));
                at_pattern = starred + 1;
                at_path = from + 1;
            }
            _ => return Ok(false),
        }
    }
}

/// Tries the alternatives of the first brace one by one; they do not nest.
fn alternatives(component: &str, name: &str, budget: &mut usize) -> Result<bool, BadPattern> {
    *budget = budget.checked_sub(1).ok_or(BadPattern)?;
    let before = split_unescaped(component, '{')[0];
    if before.len() == component.len() {
        return match_items(&read_items(component, &['^']), name);
    }
    let rest = &component[before.len() + 1..];
    let inner = split_unescaped(rest, '}')[0];
    if inner.len() == rest.len() {
        return match_items(&read_items(component, &['^']), name);
    }
    let tail = &rest[inner.len() + 1..];
    for option in split_unescaped(inner, ',') {
        if alternatives(&format!("{before}{option}{tail}"), name, budget)? {
            return Ok(true);
        }
    }
    Ok(false)
}
