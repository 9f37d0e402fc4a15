//! Documents and names of other tools and stores, each with advice.
//!
//! Stores that speak the S3 API have elements of their own, and tools spell S3's names in their own
//! case. Both are refused, since S3 refuses them, but with advice in the words of S3. Advice never
//! drops what an element means: where S3 has a counterpart, the counterpart is named.
//!
//! | element | of |
//! | --- | --- |
//! | `DeleteReplication` | MinIO; a dialect that has it reads it |
//! | `Agency`, `DeleteData` | Huawei Cloud OBS |
//! | `PrefixSet`, `Action`, `SyncRole`, `RTC` | Alibaba Cloud OSS |
//! | `Source`, `Zone` | Ceph, whose dialect reads them |
//! | `HistoricalObjectReplication` | several stores |
//! | `TagFilter`, `TagFilters` | CloudFormation |
//!
//! `unknown` has the advice on names of no store, and `document_kind` that on whole documents.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{Element, Kind};
use crate::form::Form;
use crate::form::schema::{Content, Row, Schema};
use crate::vocabulary::is_same_but_for_case;

/// Returns advice on an element of another store or tool.
///
/// `None` means that the name is compared with the names of the table instead.
///
/// The name is all that is looked at, wherever it stands. So no name may be listed that is one of
/// S3's, misspelled or in a wrong place: the advice of `unknown` would be lost.
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
        name if names_zones(name) => {
            "write one configuration for each source bucket; zones are an extension of Ceph, which S3 \
             does not have, and only the dialect `ceph` reads them"
        }
        _ => return None,
    };
    Some(advice.to_owned())
}

/// Returns true for the elements of Ceph with the names of zones.
pub(crate) fn names_zones(name: &str) -> bool {
    matches!(name, "Source" | "Zone" | "Zones")
}

/// The members of a document whose names are those of the schema but for case and punctuation.
///
/// The document as a whole is meant for another tool, so one finding about it replaces one for each
/// member.
#[derive(Default)]
pub(crate) struct OtherCase {
    /// Each name with the one that is meant, in the order of the names.
    pub(crate) names: BTreeMap<String, &'static str>,
    /// The names that the schema does not have in any case.
    pub(crate) unknown: BTreeSet<String>,
    /// The number of members in the case of the schema.
    ///
    /// They speak against another tool, which would have written all names in its own case.
    right: usize,
}

/// Returns the names of a document, if most of those that the schema has differ from it in case, and all
/// at the root.
///
/// Pulumi, Crossplane and AWS Config write lower camel case, Terraform writes snake case.
///
/// A single member that differs in case is reported by itself, and so is each one of a document with
/// more unknown names than others.
///
/// | names at the root of a configuration | result |
/// | --- | --- |
/// | `role`, `rules` | both, and those of the rules |
/// | `Role`, `rules` | `None`: a slip |
/// | `role` alone | `None`, unless there are more such names inside |
/// | `role`, `statement`, `version` | `None`: most names are of another document |
pub(crate) fn other_case(
    root: Element<'_, '_>,
    form: Form,
    schema: &'static Schema,
) -> Option<OtherCase> {
    let (mut known, mut all) = (0, 0);
    for child in root.children() {
        let mut rows = schema.rows().iter().map(|row| row.name_in(form));
        known += usize::from(rows.any(|name| is_same_but_for_case(child.name(), name)));
        all += 1;
    }
    if schema
        .rows()
        .iter()
        .any(|row| root.children().any(|child| child.name() == row.name_in(form)))
    {
        return None;
    }
    let mut found = OtherCase::default();
    found.collect(root, form, schema.rows());
    let most = found.right.max(found.unknown.len());
    // Three bounds keep a slip from being taken for another tool: most members of the root are
    // known in some case, more than one of them differs, and there are fewer members in the right
    // case or unknown.
    (known * 2 > all && found.names.len() > 1 && found.names.len() > most).then_some(found)
}

impl OtherCase {
    /// Collects the names of an element and those inside.
    ///
    /// The recursion is as deep as the schema.
    ///
    /// A name that no row has is kept in `unknown`, and nothing inside it is looked at, because
    /// there are no rows to compare it with.
    fn collect(&mut self, element: Element<'_, '_>, form: Form, rows: &'static [Row]) {
        for child in element.children() {
            let meant = |row: &&Row| is_same_but_for_case(child.name(), row.name_in(form));
            let Some(row) = rows.iter().find(meant) else {
                self.unknown.insert(child.name().to_owned());
                continue;
            };
            if row.name_in(form) == child.name() {
                self.right += 1;
            } else {
                self.names.insert(child.name().to_owned(), row.name_in(form));
            }
            // The content of a row that may occur many times is that of one item, so its rows are
            // those of the items.
            let inside = row.content.narrowed(child.kind()).fields();
            match child.kind() {
                Kind::Array if !matches!(row.content, Content::List(_)) || !inside.is_empty() => {
                    for item in child.children().filter(|item| item.kind() == Kind::Object) {
                        self.collect(item, form, inside);
                    }
                }
                Kind::Object => self.collect(child, form, inside),
                _ => {}
            }
        }
    }
}
