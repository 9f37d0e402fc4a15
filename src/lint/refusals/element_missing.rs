use crate::diagnostic::ServiceError;
use crate::dialect::RoleReading;
use crate::lint::{Context, Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A configuration without `Role`, or a rule without `Status`, `Destination` or the `Bucket`
    /// in it.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: the schema requires these.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Filter/><Priority>1</Priority>
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
        name: "element-missing",
        summary: "an element that the schema requires is missing",
        clause: SCHEMA_REQUIRED,
        stage: Schema,
        concern: Absence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    let mut missing = |path: FieldPath, name: &'static str, holder: &str| {
        let message = format!("{holder} has no `{name}`");
        let error = ServiceError::malformed_xml();
        let finding = LINT.refusal(path.field(name), message, error);
        found.push(finding.with_help(format!("add `{name}`")));
    };
    let draft = context.draft();
    let lacks_role = match context.dialect().role() {
        RoleReading::IamRole | RoleReading::OneOrTwoRoles => draft.role.is_none(),
        RoleReading::RoleOfAnyAccount => draft.role.is_none() && draft.other_role.is_none(),
        RoleReading::TargetOrAbsent | RoleReading::Ignored => false,
    };
    if lacks_role {
        missing(FieldPath::root(), "Role", "the configuration");
    }
    for (at, rule) in context.rules() {
        if rule.status.is_none() {
            missing(FieldPath::rule(at), "Status", "the rule");
        }
        match &rule.destination {
            None => missing(FieldPath::rule(at), "Destination", "the rule"),
            Some(destination) if destination.bucket.is_none() => {
                missing(FieldPath::rule(at).field("Destination"), "Bucket", "the destination");
            }
            Some(_) => {}
        }
    }
}
