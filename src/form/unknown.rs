//! What an element that the schema does not know was meant to be.

use crate::form::Form;
use crate::form::schema::{CONFIGURATION, Row};
use crate::vocabulary::nearest;

/// Returns advice for an unknown element among `rows`, inside an element called `parent`.
pub(super) fn advice(name: &str, parent: &str, rows: &[Row], form: Form) -> String {
    if name == parent {
        return format!("the element repeats the one around it; take one `{name}` away");
    }
    if let Some(extension) = extension(name) {
        return extension.to_owned();
    }
    let other_form = match form {
        Form::Xml => Form::CliJson,
        Form::CliJson => Form::Xml,
    };
    let names = rows.iter().map(|row| row.name_in(form));
    let translated = rows.iter().find(|row| row.name_in(other_form) == name);
    if let Some(row) = translated {
        return format!("in this form it is called `{}`", row.name_in(form));
    }
    if let Some(place) = place_of(name, form) {
        return format!("`{name}` belongs in `{place}`");
    }
    if let Some(meant) = nearest(name, names) {
        return format!("did you mean `{meant}`?");
    }
    if let Some((place, meant)) = near_place_of(name, form) {
        return format!("did you mean `{meant}`, which belongs in `{place}`?");
    }
    if rows.is_empty() {
        return format!("`{parent}` holds text only; remove the element");
    }
    let known: Vec<String> = rows.iter().map(|row| format!("`{}`", row.name_in(form))).collect();
    format!("remove it; `{parent}` may hold {}", known.join(", "))
}

/// Elements of other stores, which S3 does not have.
fn extension(name: &str) -> Option<&'static str> {
    match name {
        "DeleteReplication" => Some(
            "this is an extension of MinIO; S3 never replicates deletes of versions, remove it",
        ),
        "PrefixSet" | "HistoricalObjectReplication" | "SyncRole" | "RTC" | "Action" => {
            Some("this is an element of Alibaba Cloud OSS; S3 does not know it, remove it")
        }
        "Resources" | "AWSTemplateFormatVersion" => Some(
            "this is a CloudFormation template; give the `ReplicationConfiguration` of one bucket \
             in the form of the AWS CLI or the S3 API",
        ),
        "planned_values" | "terraform_version" | "format_version" => Some(
            "this is the output of `terraform show -json`; give the configuration of one bucket \
             in the form of the AWS CLI or the S3 API",
        ),
        "Source" | "Zone" => Some("this is an extension of Ceph; S3 does not know it, remove it"),
        _ => None,
    }
}

/// Returns the path of the element that may hold one called `name`.
fn place_of(name: &str, form: Form) -> Option<String> {
    holder("", CONFIGURATION, form, &|row| row == name).map(|(place, _)| place)
}

/// Returns the path of the element that may hold one called almost like `name`, and its name.
fn near_place_of(name: &str, form: Form) -> Option<(String, &'static str)> {
    holder("", CONFIGURATION, form, &|row| nearest(name, [row]).is_some())
}

fn holder(
    at: &str,
    rows: &'static [Row],
    form: Form,
    wanted: &dyn Fn(&str) -> bool,
) -> Option<(String, &'static str)> {
    if let Some(row) = rows.iter().find(|row| wanted(row.name_in(form))) {
        let place = if at.is_empty() { "ReplicationConfiguration" } else { at };
        return Some((place.to_owned(), row.name_in(form)));
    }
    rows.iter().find_map(|row| {
        let slash = if at.is_empty() { "" } else { "/" };
        let below = format!("{at}{slash}{}", row.name_in(form));
        holder(&below, row.fields(), form, wanted)
    })
}
