//! Random configurations, written in each form by a writer of the test, mean what their XML means.

use std::fmt::Write as _;

use proptest::prelude::*;
use s3_replication::model::{ConfigurationDraft, RuleDraft};
use s3_replication::{ReplicationConfiguration, strategies};
use serde_json::{Value, json};

use s3_replication::form::Form;
use s3_replication::template::{WrittenForm, write};

use super::{only, read, reader, unknown};

/// Returns the JSON of a configuration with the names of CloudFormation.
fn cloudformation(configuration: &ReplicationConfiguration) -> Option<Value> {
    let mut value: Value = serde_json::from_str(&configuration.to_json()).unwrap();
    for rule in value["Rules"].as_array_mut()? {
        let rule = rule.as_object_mut()?;
        if let Some(id) = rule.remove("ID") {
            rule.insert("Id".to_owned(), id);
        }
        let Some(filter) = rule.get_mut("Filter").and_then(Value::as_object_mut) else { continue };
        if filter.contains_key("Not") {
            return None;
        }
        if let Some(tag) = filter.remove("Tag") {
            filter.insert("TagFilter".to_owned(), tag);
        }
        if let Some(and) = filter.get_mut("And").and_then(Value::as_object_mut) {
            if and.contains_key("Not") {
                return None;
            }
            if let Some(tags) = and.remove("Tags") {
                and.insert("TagFilters".to_owned(), tags);
            }
        }
    }
    Some(value)
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '$' | '%' => {
                out.push(c);
                // `${` would begin an expression.
            }
            c if (c as u32) < 0x20 || c as u32 == 0x7F => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out = out.replace("${", "$${").replace("%{", "%%{");
    out.push('"');
    out
}

/// Writes a rule as a block of the resource, or nothing if the block cannot express it.
fn terraform_rule(rule: &RuleDraft) -> Option<String> {
    let mut out = String::from("  rule {\n");
    let line = |out: &mut String, name: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(out, "{name} = {}", quoted(&value));
        }
    };
    line(&mut out, "id", rule.id.as_ref().map(|id| id.as_str().to_owned()));
    line(&mut out, "status", rule.status.map(|status| status.to_string()));
    match &rule.filter {
        None => line(&mut out, "prefix", rule.prefix.as_ref().map(|one| one.as_str().to_owned())),
        Some(filter) => {
            let _ = writeln!(out, "priority = {}", rule.priority?.get());
            out.push_str("filter {\n");
            line(&mut out, "prefix", filter.prefix.as_ref().map(|one| one.as_str().to_owned()));
            if let Some(tag) = &filter.tag {
                let (key, value) = (quoted(tag.key()), quoted(tag.value()));
                let _ = writeln!(out, "tag {{\nkey = {key}\nvalue = {value}\n}}");
            }
            if let Some(and) = &filter.and {
                // The provider removes the tags of AWS and sorts the others.
                if and.tags.iter().any(|tag| tag.key().starts_with("aws:")) || and.tags.is_empty() {
                    return None;
                }
                out.push_str("and {\n");
                line(&mut out, "prefix", and.prefix.as_ref().map(|one| one.as_str().to_owned()));
                out.push_str("tags = {\n");
                for tag in &and.tags {
                    let _ = writeln!(out, "{} = {}", quoted(tag.key()), quoted(tag.value()));
                }
                out.push_str("}\n}\n");
            }
            out.push_str("}\n");
        }
    }
    let switch = |out: &mut String, name: &str, status: Option<_>| {
        if let Some(status) = status {
            let status: s3_replication::model::RuleStatus = status;
            let _ = writeln!(out, "{name} {{\nstatus = \"{status}\"\n}}");
        }
    };
    switch(&mut out, "delete_marker_replication", rule.delete_marker_replication);
    if let Some(selection) = rule.source_selection_criteria {
        out.push_str("source_selection_criteria {\n");
        switch(&mut out, "sse_kms_encrypted_objects", selection.sse_kms_encrypted_objects);
        switch(&mut out, "replica_modifications", selection.replica_modifications);
        out.push_str("}\n");
    }
    let destination = rule.destination.as_ref()?;
    out.push_str("destination {\n");
    line(&mut out, "bucket", destination.bucket.as_ref().map(ToString::to_string));
    line(&mut out, "account", destination.account.as_ref().map(ToString::to_string));
    line(
        &mut out,
        "storage_class",
        destination.storage_class.as_ref().map(|one| one.as_str().to_owned()),
    );
    if let Some(owner) = destination.access_control_translation {
        let _ = writeln!(out, "access_control_translation {{\nowner = \"{owner}\"\n}}");
    }
    if let Some(encryption) = &destination.encryption_configuration {
        let key = encryption.replica_kms_key_id.as_ref()?;
        let _ = writeln!(out, "encryption_configuration {{\nreplica_kms_key_id = \"{key}\"\n}}");
    }
    if let Some(time) = destination.replication_time {
        let (status, minutes) = (time.status?, time.time?.minutes?.get());
        let _ = writeln!(
            out,
            "replication_time {{\nstatus = \"{status}\"\ntime {{\nminutes = {minutes}\n}}\n}}"
        );
    }
    if let Some(metrics) = destination.metrics {
        let _ = writeln!(out, "metrics {{\nstatus = \"{}\"", metrics.status?);
        if let Some(threshold) = metrics.event_threshold {
            let _ = writeln!(out, "event_threshold {{\nminutes = {}\n}}", threshold.minutes?.get());
        }
        out.push_str("}\n");
    }
    out.push_str("}\n  }\n");
    Some(out)
}

fn terraform(draft: &ConfigurationDraft) -> Option<String> {
    let rules: Option<String> = draft.rules.iter().map(terraform_rule).collect();
    Some(format!(
        "resource \"aws_s3_bucket_replication_configuration\" \"a\" {{\n  bucket = \"photos\"\n  \
         role = \"{}\"\n{}}}\n",
        draft.role.as_ref()?,
        rules?
    ))
}

/// Sorts the tags, whose order means nothing and which a map of Terraform does not keep.
fn sorted(mut draft: ConfigurationDraft) -> ConfigurationDraft {
    for rule in &mut draft.rules {
        if let Some(and) = rule.filter.as_mut().and_then(|filter| filter.and.as_mut()) {
            and.tags.sort_by(|one, other| one.key().cmp(other.key()));
        }
    }
    draft
}

/// Makes what S3 takes in other forms and neither tool can say.
fn expressible(configuration: &ReplicationConfiguration) -> ConfigurationDraft {
    let mut draft = configuration.to_draft();
    for rule in &mut draft.rules {
        rule.existing_object_replication = None;
        // An empty block is not sent.
        if let Some(and) = rule.filter.as_mut().and_then(|filter| filter.and.as_mut())
            && and.prefix.as_ref().is_some_and(|prefix| prefix.as_str().is_empty())
        {
            and.prefix = None;
        }
        // A conjunction of nothing is an empty filter.
        if let Some(filter) = &mut rule.filter
            && filter
                .and
                .as_ref()
                .is_some_and(|and| and.prefix.is_none() && and.tags.is_empty() && and.not.is_none())
        {
            filter.and = None;
        }
    }
    draft
}

proptest! {
    /// REP-1081, REP-1084, REP-1085.
    #[test]
    fn every_form_means_what_the_xml_means(configuration in strategies::configuration()) {
        let draft = expressible(&configuration);
        if let Some(value) = cloudformation(&configuration) {
            let template = json!({"Resources": {"A": {"Type": "AWS::S3::Bucket", "Properties": {
                "VersioningConfiguration": {"Status": "Enabled"}, "ReplicationConfiguration": value}}}});
            let read = read("t.json", &template.to_string());
            let one = only(&read);
            prop_assert_eq!(unknown(one), vec![]);
            prop_assert_eq!(one.parsed().draft(), Some(&configuration.to_draft()), "{}", one.parsed().report());
            // JSON is YAML, too.
            let yaml = format!("---\n{template}");
            let yaml = super::read("t.yaml", &yaml);
            prop_assert_eq!(only(&yaml).parsed().draft(), Some(&configuration.to_draft()));
        }
        for form in [WrittenForm::CloudFormation, WrittenForm::CloudFormationYaml, WrittenForm::Terraform, WrittenForm::TerraformJson] {
            // What a form cannot express is named, and nothing else is refused.
            let Ok(text) = write(&draft, form, Some("photos")) else {
                let is_excluding = configuration.to_json().contains("\"Not\"");
                prop_assert!(is_excluding || configuration.to_json().contains("\"aws:") || configuration.to_json().contains("MultiRegion"));
                continue;
            };
            let read = reader().with_form(if form.as_str().starts_with('c') { Form::CloudFormation } else { Form::Terraform });
            let read = read.read("written", text.as_bytes());
            let found = only(&read).parsed().draft().cloned().map(sorted);
            prop_assert_eq!(found, Some(sorted(draft.clone())), "{}", text);
        }
        if let Some(text) = terraform(&draft) {
            let read = read("main.tf", &text);
            let one = only(&read);
            let found = one.parsed().draft().cloned().map(sorted);
            prop_assert_eq!(found, Some(sorted(draft)), "{}\n{}", one.parsed().report(), text);
        }
    }
}
