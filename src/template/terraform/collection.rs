//! Lists, maps and sets: their items in the order in which Terraform visits them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::template::value::{Data, Member, Value};
use crate::text::Span;

/// Returns the keys and values of a collection.
///
/// ```text
/// ["a", "b"]          (0, a), (1, b)
/// { y = 1, x = 2 }    (x, 2), (y, 1)
/// toset(["a"])        (a, a), as sets are held
/// ```
pub(super) fn elements(collection: &Value) -> Option<Vec<(Value, Value)>> {
    let place = collection.place;
    match &collection.data {
        Data::List(items) => {
            let keyed = items.iter().enumerate().map(|(index, item)| {
                (Value::new(Data::Number(index.to_string().into()), place), item.clone())
            });
            Some(keyed.collect())
        }
        Data::Object(members) => {
            // Terraform visits a map in the order of its keys. In the order of the text, a priority
            // that counts the items would go to another rule. Of equal keys the last one counts.
            let sorted: BTreeMap<_, _> =
                members.iter().map(|member| (&member.name, &member.value)).collect();
            let keyed = sorted.into_iter();
            let keyed =
                keyed.map(|(name, value)| (Value::string(Arc::clone(name), place), value.clone()));
            Some(keyed.collect())
        }
        _ => None,
    }
}

/// Makes an object.
///
/// `each` and `count` are objects: `each.key` and `count.index` are paths into them.
pub(super) fn object<const N: usize>(members: [(&str, Value); N], place: Span) -> Value {
    let members = members.into_iter();
    let members = members.map(|(name, value)| Member { name: name.into(), head: place, value });
    Value::new(Data::Object(members.collect()), place)
}
