//! Joins the metadata of several events.

use std::collections::BTreeMap;

use crate::shape::Document;

/// The maximum depth at which objects are joined. Objects below it must be equal.
const DEEPEST: usize = 16;

/// Joins two objects, and returns whether they agree.
///
/// They agree if all members that both have are equal. If a member differs, the value of `known` is
/// kept.
pub(super) fn join(known: &Document, more: &Document) -> (Document, bool) {
    join_within(known, more, DEEPEST)
}

fn join_within(known: &Document, more: &Document, depth: usize) -> (Document, bool) {
    if more.is_null() || known.as_json() == more.as_json() {
        return (known.clone(), true);
    }
    if known.is_null() {
        return (more.clone(), true);
    }
    let members = |object: &Document| object.read::<BTreeMap<String, Document>>().ok();
    let (Some(depth), Some(mut joined), Some(more)) = (depth.checked_sub(1), members(known), members(more)) else {
        return (known.clone(), known == more);
    };
    let mut agree = true;
    for (name, value) in more {
        let value = match joined.get(&name) {
            Some(known) => {
                let (value, same) = join_within(known, &value, depth);
                agree &= same;
                value
            }
            None => value,
        };
        joined.insert(name, value);
    }
    match Document::new(&joined) {
        Ok(joined) => (joined, agree),
        Err(_) => (known.clone(), false),
    }
}
