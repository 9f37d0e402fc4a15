//! Damages every member of a saved state: each must be refused, or read as if nothing had happened.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// A step from a value to one inside it.
#[derive(Clone, Debug)]
enum Step {
    Member(String),
    Item(usize),
}

/// Returns the damages of a saved state that are neither refused nor without effect.
pub(crate) fn unnoticed<T: DeserializeOwned + Serialize>(saved: &Value) -> Vec<String> {
    let whole: T = serde_json::from_value(saved.clone()).unwrap();
    assert_eq!(serde_json::to_value(&whole).unwrap(), *saved, "undamaged, it reads back equal");
    let mut damages = Vec::new();
    collect(saved, &mut Vec::new(), saved, &mut damages);
    assert!(damages.len() > 5, "nothing to damage");
    let is_unnoticed = |text: &str| {
        let read = serde_json::from_str::<T>(text);
        read.is_ok_and(|read| serde_json::to_value(&read).unwrap() != *saved)
    };
    damages.retain(|(_, text)| is_unnoticed(text));
    damages.into_iter().map(|(what, _)| what).collect()
}

/// The sign of a member that is written twice under the same name.
const TWICE: char = '\u{1}';

/// Collects all damages of the value at a path, each with the text of the whole state.
fn collect(
    value: &Value,
    path: &mut Vec<Step>,
    whole: &Value,
    damages: &mut Vec<(String, String)>,
) {
    let place = shown(path);
    let mut damage = |what: String, new: Value| {
        let text = serde_json::to_string(&with(whole, path, new)).unwrap();
        damages.push((format!("{place}: {what}"), text.replace("\\u0001", "")));
    };
    match value {
        Value::Object(members) => {
            for (name, inside) in members {
                damage(format!("{name} removed"), without(members, name));
                let twice = format!("{TWICE}{name}");
                damage(format!("{name} doubled"), and(members, &twice, inside));
                damage(format!("{name} is null"), and(members, name, &Value::Null));
            }
            damage("unknown member".to_owned(), and(members, "Unknown", &json!(1)));
            for (first, second) in pairs_of_a_kind(members) {
                let swapped = and(members, first, &members[second]);
                let swapped = and(swapped.as_object().unwrap(), second, &members[first]);
                damage(format!("{first} and {second} swapped"), swapped);
            }
        }
        Value::Array(items) => {
            for at in 0..items.len() {
                let mut fewer = items.clone();
                let item = fewer.remove(at);
                damage(format!("item {at} removed"), Value::Array(fewer));
                let mut more = items.clone();
                more.insert(at, item);
                damage(format!("item {at} doubled"), Value::Array(more));
                if at > 0 {
                    let mut swapped = items.clone();
                    swapped.swap(at - 1, at);
                    damage(format!("item {at} swapped with the one before"), Value::Array(swapped));
                }
            }
        }
        Value::Number(_) => {
            for extreme in [json!(u64::MAX), json!(i64::MIN), json!(-1), json!(0.5), json!(1e300)] {
                damage(format!("is {extreme}"), extreme);
            }
        }
        Value::Bool(is) => damage(format!("is {}", !is), json!(!is)),
        _ => {}
    }
    match value {
        Value::Object(members) => {
            for (name, inside) in members {
                path.push(Step::Member(name.clone()));
                collect(inside, path, whole, damages);
                path.pop();
            }
        }
        Value::Array(items) => {
            for (at, inside) in items.iter().enumerate() {
                path.push(Step::Item(at));
                collect(inside, path, whole, damages);
                path.pop();
            }
        }
        _ => {}
    }
}

/// Returns the pairs of members whose values have the same type and differ.
fn pairs_of_a_kind(members: &Map<String, Value>) -> Vec<(&str, &str)> {
    let kind = |value: &Value| std::mem::discriminant(value);
    let mut pairs = Vec::new();
    for (at, (first, one)) in members.iter().enumerate() {
        let others = members.iter().skip(at + 1);
        let others = others.filter(|(_, other)| kind(one) == kind(other) && one != *other);
        pairs.extend(others.map(|(second, _)| (first.as_str(), second.as_str())));
    }
    pairs
}

fn without(members: &Map<String, Value>, name: &str) -> Value {
    let mut members = members.clone();
    members.remove(name);
    Value::Object(members)
}

fn and(members: &Map<String, Value>, name: &str, value: &Value) -> Value {
    let mut members = members.clone();
    members.insert(name.to_owned(), value.clone());
    Value::Object(members)
}

/// Returns the whole state with another value at a path.
fn with(whole: &Value, path: &[Step], new: Value) -> Value {
    let mut whole = whole.clone();
    let mut at = &mut whole;
    for step in path {
        at = match step {
            Step::Member(name) => &mut at[name],
            Step::Item(item) => &mut at[item],
        };
    }
    *at = new;
    whole
}

fn shown(path: &[Step]) -> String {
    let steps = path.iter().map(|step| match step {
        Step::Member(name) => format!(".{name}"),
        Step::Item(at) => format!("[{at}]"),
    });
    steps.collect()
}
