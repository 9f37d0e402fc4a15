use crate::dialect::Question;
use crate::lint::store_elements::{StoreElement, ignored_filter_parts};
use crate::lint::{Context, Findings, declare_lint};

declare_lint! {
    /// ## What it finds
    ///
    /// A part of a filter that the store of the dialect ignores: `And` and tags on Zenko, `Prefix`
    /// of a rule on MinIO, `Not` on both.
    ///
    /// ## Why it matters
    ///
    /// The store accepts the configuration, and the rule takes more objects than it names. AWS
    /// ignores no part of a filter.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status>
    ///   <Filter><Tag><Key>a</Key><Value>1</Value></Tag></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter><Prefix>logs/</Prefix></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "filter-part-ignored",
        summary: "the store ignores a part of a filter",
        clause: STORE_TAGS,
        group: Suspicious,
        reads: Draft,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    let dialect = context.dialect();
    for (at, rule) in context.rules() {
        let ignored = ignored_filter_parts(dialect, at, rule).into_iter();
        for part in ignored.filter(|part| dialect.is_known(part.question)) {
            let taken = match part.question {
                Question::Exclusions => "what it excludes",
                Question::RulePrefix => "keys with other prefixes",
                _ => "objects that do not match it",
            };
            let message = format!(
                "the store of the dialect `{}` ignores `{}`, so the rule also takes {taken}",
                dialect.name(),
                part.name
            );
            let help = help(&part);
            let mut finding = LINT.advice(part.path, message).with_help(help);
            finding.clause = Some(part.question.clause());
            found.push(finding);
        }
    }
}

fn help(part: &StoreElement) -> &'static str {
    match part.question {
        Question::RulePrefix => "write the prefix as `Filter/Prefix`, which this store reads",
        Question::And => {
            "write the prefix as `Filter/Prefix`, which this store reads; what the other predicates \
             separate needs prefixes of its own"
        }
        Question::Exclusions => "write rules for the prefixes that should be replicated",
        _ => "keep the objects that should be replicated under a prefix of their own",
    }
}
