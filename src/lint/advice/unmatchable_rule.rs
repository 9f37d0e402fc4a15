use crate::analysis::Reachability;
use crate::lint::advice::Decisions;
use crate::lint::helpers::filter_of;
use crate::lint::{Findings, declare_lint};
use crate::model::ObjectVersion;
use crate::model::Unmatchable;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule that asks for more than ten tags, or for a prefix longer than any key.
    ///
    /// ## Why it matters
    ///
    /// An object has at most ten tags, and a key at most 1,024 bytes. The rule takes nothing.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status>
    ///   <Filter><And>
    ///   <Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>b</Key><Value>1</Value></Tag>
    ///   <Tag><Key>c</Key><Value>1</Value></Tag><Tag><Key>d</Key><Value>1</Value></Tag>
    ///   <Tag><Key>e</Key><Value>1</Value></Tag><Tag><Key>f</Key><Value>1</Value></Tag>
    ///   <Tag><Key>g</Key><Value>1</Value></Tag><Tag><Key>h</Key><Value>1</Value></Tag>
    ///   <Tag><Key>i</Key><Value>1</Value></Tag><Tag><Key>j</Key><Value>1</Value></Tag>
    ///   <Tag><Key>k</Key><Value>1</Value></Tag>
    /// </And></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status>
    ///   <Filter><And>
    ///     <Tag><Key>a</Key><Value>1</Value></Tag>
    ///     <Tag><Key>b</Key><Value>1</Value></Tag></And></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "unmatchable-rule",
        summary: "no object matches the filter of a rule",
        clause: TAGS_OF_OBJECTS,
        group: Suspicious,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    for (rule, reachability) in decisions.reachability() {
        let Reachability::Unmatchable(why) = reachability else { continue };
        let name = rule.name();
        let (why, help) = match why {
            Unmatchable::PrefixLongerThanKeys { bytes } => (
                format!(
                    "its prefix has {bytes} bytes, and a key at most {}",
                    ObjectVersion::KEY_LIMIT
                ),
                "write the prefix of keys that exist",
            ),
            Unmatchable::MoreTagsThanObjects { tags } => (
                format!(
                    "it asks for {tags} tags, and an object has at most {}",
                    ObjectVersion::TAG_LIMIT
                ),
                "write the tags that the objects have together",
            ),
            Unmatchable::PrefixExcluded { bytes } => {
                let prefix = rule.filter.key_prefix().as_str();
                match prefix.get(..*bytes).unwrap_or(prefix) {
                    "" => (
                        "it excludes the empty prefix, with which every key begins".to_owned(),
                        "write the prefix of the keys to exclude, or disable the rule",
                    ),
                    excluded => (
                        format!(
                            "its keys begin with `{prefix}`, and it excludes the prefix `{excluded}`"
                        ),
                        "exclude a longer prefix, or disable the rule",
                    ),
                }
            }
            Unmatchable::NotCompared => (
                "a later rule for the bucket has the same prefix, and the store compares keys with that \
                 rule only"
                    .to_owned(),
                "write one rule for the prefix, or disable this one",
            ),
            Unmatchable::TagExcluded { tag } => match rule.filter.tags().get(*tag) {
                Some(tag) => (
                    format!("it requires the tag `{tag}`, and excludes it"),
                    "exclude another tag, or disable the rule",
                ),
                None => continue,
            },
        };
        let message = format!("no object matches rule `{name}`: {why}");
        let path = filter_of(rule);
        found.push(LINT.advice(path, message).with_help(help));
    }
}
