use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::dialect::RuleLimit;
use crate::lint::{Context, Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// More than 1,000 rules; it is reported once, at the first rule beyond them.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: that is its limit.
    ///
    /// ## Example
    ///
    /// The first of these is 1,001 rules, each with its own `Priority`.
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "rules-over-limit",
        summary: "the configuration has more than 1,000 rules",
        clause: RULE_LIMIT,
        stage: Rule,
        concern: Presence,
        since: "0.1.0",
    }
}

/// The most rules a configuration may have.
const LIMIT: usize = 1_000;

fn check(context: &Context<'_>, found: &mut Findings) {
    let limited = context.dialect().rule_limit() == RuleLimit::OneThousand;
    if limited && context.draft().rules.len() > LIMIT {
        let answer = "The number of replication rules must not exceed the allowed limit of 1000 \
                      rules.";
        let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
        let message = format!("the configuration has more than {LIMIT} rules");
        let finding = LINT.refusal(FieldPath::rule(LIMIT), message, error);
        let help = "merge rules that have the same destination and settings into one with a \
                    shorter prefix";
        found.push(finding.with_help(help));
    }
}
