//! The probable meaning of a name that no row has.
//!
//! A name that no row has is the most common mistake, and the most dangerous one to ignore:
//! `<Prefx>` would select every object. The advice is looked for from the most certain to the
//! least: the name in the other form, the element where it belongs, a near spelling here, a near
//! spelling elsewhere, and last the names that are known here.
//!
//! The messages for the name `Prefx` in a `Filter`, and for `Status` there:
//!
//! ```text
//! unknown element `Prefx` in `Filter`        help: did you mean `Prefix`?
//! unknown element `Status` in `Filter`       help: `Status` belongs in `Rule`
//! ```

use crate::form::Form;
use crate::form::mistake::{Wording, noun, shortened, wording};
use crate::form::schema::{Row, Schema};
use crate::vocabulary::nearest;

/// An unknown element among `rows`, inside an element called `parent`; `advice` is what the document
/// knows about the name.
///
/// Only the name is shortened and escaped; that of the parent has been accepted before.
pub(crate) fn unknown(
    name: &str,
    parent: &str,
    rows: &[Row],
    (schema, form): (&Schema, Form),
    advice: Option<String>,
) -> Wording {
    let message =
        format!("unknown {} `{}` in `{parent}`", noun(form), shortened(name).escape_debug());
    wording(message, advice.unwrap_or_else(|| meant(name, parent, rows, schema, form)))
}

/// Returns advice on the probable meaning of an unknown name.
///
/// The help never advises removing an element whose purpose is not known.
fn meant(name: &str, parent: &str, rows: &[Row], schema: &Schema, form: Form) -> String {
    if name == parent {
        return format!("the element repeats the one around it; take one `{name}` away");
    }
    let is_meant = |row: &&Row| row.name == name || row.json == name;
    if let Some(row) = rows.iter().find(is_meant) {
        if row.name_in(form).is_empty() {
            return "CloudFormation cannot express it; remove it".to_owned();
        }
        return format!("in this form it is called `{}`", row.name_in(form));
    }
    // `Prefix` is a name of a filter and of an exclusion. Inside `Not`, only the second is meant.
    let holder = |is_wanted: &dyn Fn(&str) -> bool| {
        if is_exclusion(parent) {
            holder_below(parent, rows, form, is_wanted)
        } else {
            holder(schema, form, is_wanted)
        }
    };
    if let Some((holder, _)) = holder(&|row| row == name) {
        return format!("`{name}` belongs in `{holder}`");
    }
    if let Some(meant) = nearest(name, rows.iter().map(|row| row.name_in(form))) {
        return format!("did you mean `{meant}`?");
    }
    if let Some((holder, meant)) = holder(&|row| nearest(name, [row]).is_some()) {
        return format!("did you mean `{meant}`, which belongs in `{holder}`?");
    }
    if rows.is_empty() {
        return format!("write a plain value; `{parent}` has no {}s", noun(form));
    }
    let known: Vec<&str> =
        rows.iter().map(|row| row.name_in(form)).filter(|name| !name.is_empty()).collect();
    // Not "remove it": what the unknown element was meant to select or to leave out would be lost.
    format!("write it in the terms that `{parent}` has: `{}`", known.join("`, `"))
}

/// Returns true for the elements of an exclusion. Advice about a name in it does not lead out of it:
/// `And` of a filter states what a rule takes, and `Not` what it leaves out.
fn is_exclusion(parent: &str) -> bool {
    matches!(parent, "Not" | "Or")
}

/// Returns the path of the first element that may hold one whose name is wanted, and the name.
///
/// The rows of an element are compared before those inside it, so an element near the root is
/// preferred to one of the same name deep inside.
fn holder(
    schema: &Schema,
    form: Form,
    is_wanted: &dyn Fn(&str) -> bool,
) -> Option<(String, &'static str)> {
    let (path, name) = holder_below("", schema.rows(), form, is_wanted)?;
    Some((if path.is_empty() { schema.root.to_owned() } else { path }, name))
}

/// The recursion is as deep as the schema.
///
/// Names that the form does not have are passed over, with everything inside them.
fn holder_below(
    path: &str,
    rows: &[Row],
    form: Form,
    is_wanted: &dyn Fn(&str) -> bool,
) -> Option<(String, &'static str)> {
    let rows_in_form = || rows.iter().filter(|row| !row.name_in(form).is_empty());
    if let Some(row) = rows_in_form().find(|row| is_wanted(row.name_in(form))) {
        return Some((path.to_owned(), row.name_in(form)));
    }
    rows_in_form().find_map(|row| {
        let slash = if path.is_empty() { "" } else { "/" };
        let below = format!("{path}{slash}{}", row.name_in(form));
        holder_below(&below, row.content.fields(), form, is_wanted)
    })
}
