//! Documents and names of other tools and stores, each with advice.
//!
//! Stores that speak the S3 API have elements of their own, and tools spell S3's names in their own
//! case. Both are refused, since S3 refuses them, but with advice in the words of S3. Advice never
//! drops what an element means: where S3 has a counterpart, the counterpart is named.

use std::collections::BTreeMap;

use crate::document::{Element, Kind};
use crate::form::Form;
use crate::form::schema::{Content, Row, Schema};
use crate::vocabulary::is_same_but_for_case;

/// Returns advice on an element of another store or tool.
///
/// `None` means that the name is compared with the names of the table instead.
pub(crate) fn name(name: &str) -> Option<String> {
    let advice = match name {
        "DeleteReplication" => {
            "remove it; this is an extension of MinIO, and S3 never replicates deletes of versions"
        }
        "HistoricalObjectReplication" => {
            "remove it, and run a job of S3 Batch Replication for existing objects; this is an \
             element of other stores"
        }
        "Agency" => {
            "write the ARN of an IAM role as `Role`, `arn:aws:iam::<12 digits>:role/<name>`; \
             `Agency` is an element of Huawei Cloud OBS"
        }
        "DeleteData" => {
            "write `DeleteMarkerReplication` into the rule; `DeleteData` is an element of Huawei \
             Cloud OBS"
        }
        "PrefixSet" => {
            "write one rule with `Filter` for each prefix; `PrefixSet` is an element of Alibaba \
             Cloud OSS"
        }
        "Action" => {
            "write `DeleteMarkerReplication` for what happens to deletes; `Action` is an element of \
             Alibaba Cloud OSS, and S3 replicates all other changes"
        }
        "SyncRole" => "write the role as `Role`; `SyncRole` is an element of Alibaba Cloud OSS",
        "RTC" => {
            "write `ReplicationTime` into `Destination`; `RTC` is an element of Alibaba Cloud OSS"
        }
        "TagFilter" => "write `Tag`; `TagFilter` is its name in CloudFormation",
        "TagFilters" => "write `Tags` in `And`; `TagFilters` is its name in CloudFormation",
        "Source" | "Zone" => {
            "write one configuration for each source bucket; this is an extension of Ceph, and S3 \
             has no zones"
        }
        _ => return None,
    };
    Some(advice.to_owned())
}

/// The members of a document whose names are those of the schema but for case and punctuation.
///
/// The document as a whole is meant for another tool, so one finding about it replaces one for each
/// member.
pub(crate) struct OtherCase {
    /// Each name with the one that is meant, in the order of the names.
    pub(crate) names: BTreeMap<String, &'static str>,
}

/// Returns the names of a JSON document, if all of them differ from the schema in case only.
///
/// Pulumi, Crossplane and AWS Config write lower camel case, Terraform writes snake case.
///
/// A single member that differs in case is reported by itself.
pub(crate) fn other_case(root: Element<'_, '_>, schema: &'static Schema) -> Option<OtherCase> {
    let mut names = BTreeMap::new();
    let is_other = collect(root, schema.rows(), &mut names)?;
    (is_other && names.len() > 1).then_some(OtherCase { names })
}

/// Collects the names of an element and those inside. Returns `None` at a name that no row has, in
/// any case, and true if every name at this level is another.
///
/// The recursion is as deep as the schema.
fn collect(
    element: Element<'_, '_>,
    rows: &'static [Row],
    names: &mut BTreeMap<String, &'static str>,
) -> Option<bool> {
    let mut is_other = false;
    for child in element.children() {
        let meant = |row: &&Row| is_same_but_for_case(child.name(), row.name_in(Form::CliJson));
        // One name of no row in any case, or one in the right case, shows that the document is of
        // another kind or has single mistakes.
        let row = rows.iter().find(meant)?;
        if row.json == child.name() {
            return None;
        }
        is_other = true;
        names.insert(child.name().to_owned(), row.json);
        let inside = row.content.narrowed(child.kind()).fields();
        match child.kind() {
            Kind::Array if !matches!(row.content, Content::List(_)) || !inside.is_empty() => {
                for item in child.children().filter(|item| item.kind() == Kind::Object) {
                    collect(item, inside, names)?;
                }
            }
            Kind::Object => {
                collect(child, inside, names)?;
            }
            _ => {}
        }
    }
    Some(is_other)
}
