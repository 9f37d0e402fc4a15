//! Documents and names of other tools and stores, each with advice.

use std::collections::BTreeMap;

use crate::document::{Element, Kind};
use crate::form::Form;
use crate::form::schema::{Content, Row, Schema};
use crate::vocabulary::is_same_but_for_case;

/// Returns advice on an element of another store or tool.
pub(crate) fn name(name: &str) -> Option<String> {
    let advice = match name {
        "DeleteReplication" => {
            "this is an extension of MinIO; S3 never replicates deletes of versions, remove it"
        }
        "HistoricalObjectReplication" => {
            "other stores have this; S3 replicates existing objects with S3 Batch Replication, remove it"
        }
        "Agency" => {
            "this is an element of Huawei Cloud OBS; write the ARN of an IAM role as `Role`, \
             `arn:aws:iam::<12 digits>:role/<name>`"
        }
        "DeleteData" => {
            "this is an element of Huawei Cloud OBS; write `DeleteMarkerReplication` into the rule"
        }
        "PrefixSet" => "this is an element of Alibaba Cloud OSS; write one rule for each prefix",
        "SyncRole" => "this is an element of Alibaba Cloud OSS; write the role as `Role`",
        "RTC" => {
            "this is an element of Alibaba Cloud OSS; write `ReplicationTime` into `Destination`"
        }
        "Action" => "this is an element of Alibaba Cloud OSS; S3 does not know it, remove it",
        "TagFilter" => "this is the name in CloudFormation; write `Tag`",
        "TagFilters" => "this is the name in CloudFormation; write `Tags` into `And`",
        "Source" | "Zone" => "this is an extension of Ceph; S3 does not know it, remove it",
        _ => return None,
    };
    Some(advice.to_owned())
}

/// The members of a document whose names are those of the schema but for case and punctuation.
pub(crate) struct OtherCase {
    /// Each name with the one that is meant, in the order of the names.
    pub(crate) names: BTreeMap<String, &'static str>,
}

/// Returns the names of a JSON document, if all of them differ from the schema in case only.
///
/// Pulumi, Crossplane and AWS Config write lower camel case, Terraform writes snake case.
pub(crate) fn other_case(root: Element<'_, '_>, schema: &'static Schema) -> Option<OtherCase> {
    let mut names = BTreeMap::new();
    let is_other = collect(root, schema.rows(), &mut names)?;
    (is_other && names.len() > 1).then_some(OtherCase { names })
}

/// Collects the names of an element and those inside. Returns `None` at a name that no row has, in
/// any case, and true if every name at this level is another.
fn collect(
    element: Element<'_, '_>,
    rows: &'static [Row],
    names: &mut BTreeMap<String, &'static str>,
) -> Option<bool> {
    let mut is_other = false;
    for child in element.children() {
        let meant = |row: &&Row| is_same_but_for_case(child.name(), row.name_in(Form::CliJson));
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
