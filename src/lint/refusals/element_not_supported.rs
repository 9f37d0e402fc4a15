use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::dialect::ElementReading;
use crate::lint::store_elements::settings;
use crate::lint::{Context, Findings, declare_lint};

declare_lint! {
    /// ## What it finds
    ///
    /// An element that the store of the dialect refuses although S3 knows it, such as `Metrics` on
    /// RustFS and `OVHcloud`.
    ///
    /// ## Why it matters
    ///
    /// The store refuses the whole configuration. AWS refuses none of these elements.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <Metrics><Status>Enabled</Status></Metrics></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "element-not-supported",
        summary: "the store does not support an element",
        clause: STORE_TIME_CONTROL,
        stage: Schema,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    let dialect = context.dialect();
    let store = dialect.name();
    for (at, rule) in context.rules() {
        for element in settings(dialect, ElementReading::Refused, at, rule) {
            let name = element.name;
            let answer = format!("{name} is not supported");
            let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
            let message =
                format!("`{name}` is not supported by the store of the dialect `{store}`");
            let mut finding = LINT.refusal(element.path, message, error);
            finding.clause = Some(element.question.clause());
            found.push(finding.with_help(format!("remove `{name}` for this store")));
        }
    }
}
