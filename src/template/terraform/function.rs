//! The functions of Terraform whose results follow from literal arguments.
//!
//! Terraform has more than a hundred functions. Those below occur in real modules for replication,
//! mostly to make rules of a map or to build prefixes. A function that is missing makes an unknown
//! value, never a wrong one, so the table can be short.
//!
//! Arguments with unknown parts are allowed where the result does not depend on them: the length of
//! `["a", var.b]` is 2.
//!
//! A value goes through these in three forms, which the functions keep apart:
//!
//! ```text
//! list        ["b", "a"]          in its order
//! object      { y = 1, x = 2 }    in the order of the text; functions that list it sort it
//! set         toset(["b", "a"])   an object whose members name themselves: { a = "a", b = "b" }
//! ```
//!
//! `try`, `can` and `jsonencode` are not here: `evaluate` calls them before it evaluates arguments,
//! or with a bound of its own.

use std::sync::Arc;

use super::collection::elements;
use super::condition::equal;
use crate::template::value::{Data, Member, Value};
use crate::text::Span;

/// The most numbers of a `range`, as in Terraform.
///
/// A longer range is an error there.
const MOST_NUMBERS: usize = 1_024;

/// Calls a function; nothing if it is not read, or if its result is unknown.
///
/// The number of arguments is a part of each entry. A call with another number is refused by
/// Terraform, and is unknown here.
///
/// Each entry asks for as much as it needs: `as_text` and `as_list` are `None` for an unknown
/// value, and `has_unknown` looks into collections as well.
#[expect(clippy::too_many_lines, reason = "one table: an entry for each function")]
pub(super) fn call(name: &str, arguments: &[Value], place: Span) -> Option<Value> {
    let text = |text: String| Some(Value::string(text, place));
    let list = |items: Vec<Value>| Some(Value::new(Data::List(items), place));
    let boolean = |value: bool| Some(Value::new(Data::Boolean(value), place));
    match (name, arguments) {
        (
            "tolist" | "tomap" | "tostring" | "tonumber" | "tobool" | "sensitive" | "nonsensitive",
            [one],
            // A conversion of an unknown value may fail, so its result stays unknown.
        ) if !one.has_unknown() => converted(name, one),
        ("toset", [one]) => set(one, place),
        // The items of all sets as one list, from which a set is made again.
        ("setunion", sets) => {
            let items: Option<Vec<_>> = sets.iter().map(elements).collect();
            set(
                &Value::new(
                    Data::List(items?.concat().into_iter().map(|(_, item)| item).collect()),
                    place,
                ),
                place,
            )
        }
        // Only lists. Items may be unknown, since they are not looked at.
        ("concat", lists) => {
            let items: Option<Vec<&[Value]>> = lists.iter().map(Value::as_list).collect();
            list(items?.concat())
        }
        // A later member replaces an earlier one of the name, and stands in the place of the later.
        ("merge", objects) => {
            let mut merged: Vec<Member> = Vec::new();
            // Terraform ignores null among the objects.
            for object in objects.iter().filter(|object| !object.is_nothing()) {
                for member in object.as_members()? {
                    merged.retain(|other| other.name != member.name);
                    merged.push(member.clone());
                }
            }
            Some(Value::new(Data::Object(merged), place))
        }
        // A list in a list, at any depth, is replaced by its items.
        ("flatten", [one]) => {
            let mut flat = Vec::new();
            flatten(one, &mut flat)?;
            list(flat)
        }
        // An unknown item may be empty, so the number of items is unknown then.
        ("compact", [one]) => {
            let items = one.as_list()?.iter();
            let is_empty = |item: &&Value| {
                item.is_nothing() || item.as_text().is_some_and(|text| text.is_empty())
            };
            (!one.has_unknown()).then_some(())?;
            list(items.filter(|item| !is_empty(item)).cloned().collect())
        }
        // The first of equal items stays. Unknown items may be equal to any other.
        ("distinct", [one]) => {
            (!one.has_unknown()).then_some(())?;
            let mut items: Vec<Value> = Vec::new();
            for item in one.as_list()? {
                if !items.iter().any(|other| equal(other, item) == Some(true)) {
                    items.push(item.clone());
                }
            }
            list(items)
        }
        // Of a text the characters, of a collection the items, also unknown ones.
        ("length", [one]) => {
            let length = match &one.data {
                Data::String(text) => text.chars().count(),
                _ => elements(one)?.len(),
            };
            Some(Value::new(Data::Number(length.to_string().into()), place))
        }
        // Objects have no order in Terraform; `keys` and `values` are sorted by name.
        ("keys", [one]) => {
            let mut names: Vec<Arc<str>> =
                one.as_members()?.iter().map(|member| Arc::clone(&member.name)).collect();
            names.sort();
            list(names.into_iter().map(|name| Value::string(name, place)).collect())
        }
        // In the order of `keys`, so that both can be joined by index.
        ("values", [one]) => {
            let mut members = one.as_members()?.to_vec();
            members.sort_by(|one, other| one.name.cmp(&other.name));
            list(members.into_iter().map(|member| member.value).collect())
        }
        // Without a default a missing name is an error in Terraform.
        ("lookup", [object, name]) => object.get(&name.as_text()?).cloned(),
        ("lookup", [object, name, default]) => {
            object.as_members()?;
            Some(object.get(&name.as_text()?).unwrap_or(default).clone())
        }
        // The index goes around: item 3 of two items is item 1. A negative index is not modelled.
        ("element", [items, index]) => {
            let items = items.as_list()?;
            let index = index.as_text()?.parse::<usize>().ok()?;
            items.get(index.checked_rem(items.len())?).cloned()
        }
        // All items must be comparable: an unknown one before the equal one may be equal, too.
        ("index", [items, wanted]) => {
            let found = items.as_list()?.iter().map(|item| equal(item, wanted));
            let found = found.collect::<Option<Vec<bool>>>()?;
            let at = found.iter().position(|is_equal| *is_equal)?;
            Some(Value::new(Data::Number(at.to_string().into()), place))
        }
        ("reverse", [one]) => list(one.as_list()?.iter().rev().cloned().collect()),
        // Texts only, by their bytes.
        ("sort", [one]) => {
            let texts = one.as_list()?.iter().map(Value::as_text).collect::<Option<Vec<_>>>();
            let mut texts = texts?;
            texts.sort();
            list(texts.into_iter().map(|text| Value::string(text, place)).collect())
        }
        // From 0 up to `end`, without it. The forms with a start and a step are not read.
        ("range", [end]) => {
            let end: usize = end.as_text()?.parse().ok()?;
            let numbers = (0..end.min(MOST_NUMBERS)).map(|number| number.to_string().into());
            let numbers = numbers.map(|number| Value::new(Data::Number(number), place));
            (end <= MOST_NUMBERS).then(|| Value::new(Data::List(numbers.collect()), place))
        }
        // Lists of different lengths are refused by Terraform.
        ("zipmap", [names, values]) => {
            let (names, values) = (names.as_list()?, values.as_list()?);
            (names.len() == values.len()).then_some(())?;
            let members = names.iter().zip(values).map(|(name, value)| {
                Some(Member { name: name.as_text()?, head: place, value: value.clone() })
            });
            Some(Value::new(Data::Object(members.collect::<Option<Vec<_>>>()?), place))
        }
        // Null for an empty list, and an error for several items. Sets are not read here.
        ("one", [one]) => match one.as_list()? {
            [] => Some(Value::new(Data::Null, place)),
            [item] => Some(item.clone()),
            _ => None,
        },
        ("contains", [items, wanted]) => {
            let found = elements(items)?.into_iter().map(|(_, item)| equal(&item, wanted));
            // One equal item decides. Without one, an unknown item may still be equal.
            let found: Vec<Option<bool>> = found.collect();
            if found.contains(&Some(true)) {
                return boolean(true);
            }
            (!found.contains(&None)).then(|| Value::new(Data::Boolean(false), place))
        }
        // The first value that is neither null nor empty. An unknown one before it is the result.
        ("coalesce", all) => {
            let is_nothing = |value: &&Value| {
                value.is_nothing() || value.as_text().is_some_and(|text| text.is_empty())
            };
            all.iter().find(|value| !is_nothing(value)).cloned()
        }
        // Functions of texts. Numbers and truth values count as texts, as Terraform converts them.
        ("lower", [one]) => text(one.as_text()?.to_lowercase()),
        ("upper", [one]) => text(one.as_text()?.to_uppercase()),
        ("trimspace", [one]) => text(one.as_text()?.trim().to_owned()),
        ("trimprefix", [one, prefix]) => {
            let one = one.as_text()?;
            text(one.strip_prefix(&*prefix.as_text()?).unwrap_or(&one).to_owned())
        }
        ("trimsuffix", [one, suffix]) => {
            let one = one.as_text()?;
            text(one.strip_suffix(&*suffix.as_text()?).unwrap_or(&one).to_owned())
        }
        ("replace", [one, from, to]) => {
            let from = from.as_text()?;
            // Between slashes it is a regular expression.
            let is_pattern = from.len() > 1 && from.starts_with('/') && from.ends_with('/');
            (!is_pattern).then_some(())?;
            text(one.as_text()?.replace(&*from, &to.as_text()?))
        }
        ("startswith", [one, start]) => boolean(one.as_text()?.starts_with(&*start.as_text()?)),
        ("endswith", [one, end]) => boolean(one.as_text()?.ends_with(&*end.as_text()?)),
        // An unknown item leaves its expression in the text, which is unknown then.
        ("join", [separator, items]) => {
            Some(Value::join(items.as_list()?, &separator.as_text()?, place))
        }
        ("split", [separator, one]) => {
            let (separator, one) = (separator.as_text()?, one.as_text()?);
            // Without a separator Terraform splits between characters; Rust would add an empty
            // part at both ends.
            if separator.is_empty() {
                let parts = one.chars().map(|part| Value::string(part.to_string(), place));
                return list(parts.collect());
            }
            list(one.split(&*separator).map(|part| Value::string(part, place)).collect())
        }
        ("format", [template, values @ ..]) => format(&template.as_text()?, values, place),
        _ => None,
    }
}

/// Nothing for a text that cannot be converted, which Terraform refuses.
///
/// Returns a value as the type that `to…` names.
///
/// | call | result |
/// | --- | --- |
/// | `tostring(1)` | `"1"` |
/// | `tonumber("1")` | 1 |
/// | `tonumber("a")`, `tobool("1")` | nothing |
/// | `tolist({ a = 1 })` | `[1]`, in the order of the keys |
/// | `tomap`, `sensitive`, `nonsensitive` | the value itself |
fn converted(name: &str, value: &Value) -> Option<Value> {
    let place = value.place;
    match (name, &value.data) {
        ("tostring", Data::Null) => Some(value.clone()),
        ("tostring", _) => Some(Value::string(value.as_text()?, place)),
        ("tonumber", Data::String(text)) => {
            text.parse::<f64>().ok()?;
            Some(Value::new(Data::Number(Arc::clone(text)), place))
        }
        ("tobool", Data::String(text)) => {
            Some(Value::new(Data::Boolean(text.parse().ok()?), place))
        }
        ("tolist", Data::Object(_)) => {
            let items = elements(value)?.into_iter().map(|(_, item)| item);
            Some(Value::new(Data::List(items.collect()), place))
        }
        _ => Some(value.clone()),
    }
}

/// Makes a set. The keys of a set of texts are its values.
///
/// Sets of texts are held as objects whose members are their own names. `for_each` over a set has
/// equal keys and values, and it comes out right without a kind of its own for sets. Other sets are
/// held as lists, whose order Terraform would not keep.
///
/// | argument | set |
/// | --- | --- |
/// | `["b", "a", "a"]` | `{ a = "a", b = "b" }` |
/// | `[1, 2]`, `["a", var.b]` | a list of the items, as it is |
/// | a value that is not a collection | nothing |
fn set(value: &Value, place: Span) -> Option<Value> {
    let items = elements(value)?;
    let texts: Option<Vec<Arc<str>>> = items
        .iter()
        .map(|(_, item)| match &item.data {
            Data::String(text) => Some(Arc::clone(text)),
            _ => None,
        })
        .collect();
    let Some(mut texts) = texts else {
        let items = items.into_iter().map(|(_, item)| item);
        return Some(Value::new(Data::List(items.collect()), place));
    };
    texts.sort();
    texts.dedup();
    let members = texts.into_iter().map(|text| Member {
        name: Arc::clone(&text),
        head: place,
        value: Value::string(text, place),
    });
    Some(Value::new(Data::Object(members.collect()), place))
}

/// Adds the items of a list and of the lists inside it. Nothing if one of them is unknown, because
/// it may be a list.
///
/// Adds nothing for an empty list inside. A set of texts and a map whose members name themselves
/// look the same here, so both make the result unknown.
fn flatten(value: &Value, flat: &mut Vec<Value>) -> Option<()> {
    for (_, item) in elements(value)? {
        match &item.data {
            Data::List(_) => flatten(&item, flat)?,
            Data::Unknown(_) => return None,
            // A set of texts, which is flattened, or a map of the same shape, which is not.
            Data::Object(members) if !members.is_empty() && members.iter().all(names_itself) => {
                return None;
            }
            _ => flat.push(item),
        }
    }
    Some(())
}

/// Returns true for an item of a set of texts, as [`set`] makes it. A map may have such members too.
fn names_itself(member: &Member) -> bool {
    matches!(&member.value.data, Data::String(text) if *text == member.name)
}

/// Formats texts and numbers; nothing for other verbs.
///
/// ```text
/// format("%s/%03d", "logs", 7)     logs/007
/// format("%q", "logs")             nothing
/// ```
///
/// The verbs are those of Go. `%s`, `%d` and `%v` print texts and whole numbers alike.
///
/// A verb without a value makes nothing. Flags, precisions and the other verbs are not read.
fn format(template: &str, values: &[Value], place: Span) -> Option<Value> {
    let mut parts = Vec::new();
    let mut values = values.iter();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('%') {
        parts.push(Value::string(before, place));
        let verb_at = after.find(|c: char| !c.is_ascii_digit())?;
        let (width, verb) = after.split_at(verb_at);
        let verb = verb.chars().next()?;
        match verb {
            '%' if width.is_empty() => parts.push(Value::string("%", place)),
            's' | 'd' | 'v' if width.is_empty() => parts.push(values.next()?.clone()),
            // A width needs a number that is known. Without one, a value may be unknown, and the
            // text keeps its expression.
            'd' => parts.push(Value::string(padded(values.next()?, width)?, place)),
            _ => return None,
        }
        rest = after.get(verb_at + verb.len_utf8()..)?;
    }
    parts.push(Value::string(rest, place));
    Some(Value::join(&parts, "", place))
}

/// Pads a number to a width, as `%5d` and `%05d` do.
///
/// A width of thousands would make a text of that size from a few bytes.
///
/// | width | 7 |
/// | --- | --- |
/// | `3` | two spaces and `7` |
/// | `03` | `007` |
fn padded(value: &Value, width: &str) -> Option<String> {
    const MOST: usize = 1_024;
    let number: u64 = value.as_text()?.parse().ok()?;
    let wide: usize = width.parse().ok().filter(|width| *width <= MOST)?;
    let has_zeros = width.starts_with('0');
    Some(if has_zeros { format!("{number:0wide$}") } else { format!("{number:wide$}") })
}
