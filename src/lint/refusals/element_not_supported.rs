use crate::clause;
use crate::diagnostic::{Diagnostic, ServiceError, ServiceErrorCode};
use crate::dialect::{ElementReading, Question};
use crate::form::Mistake;
use crate::lint::store_elements::{StoreElement, settings};
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
            if element.question == Question::VersionDeletes {
                found.push(unknown_element(element));
                continue;
            }
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

/// Returns the finding of a document about an extension of other stores.
///
/// The reader of documents drops what it does not know, so only a draft made otherwise has it.
fn unknown_element(element: StoreElement) -> Diagnostic {
    let message = format!("unknown element `{}` in `Rule`", element.name);
    let mut finding = LINT.refusal(element.path, message, ServiceError::malformed_xml());
    finding.code = Mistake::Unknown.code();
    finding.clause = Some(&clause::SCHEMA_ELEMENTS);
    let help = "remove it; this is an extension of MinIO and RustFS";
    finding.with_help(help)
}
