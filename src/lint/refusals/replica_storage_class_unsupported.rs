use crate::diagnostic::ServiceError;
use crate::dialect::StorageClasses;
use crate::lint::helpers::in_destination;
use crate::lint::{Context, Findings, declare_lint};
use crate::model::StorageClass;
use crate::vocabulary::nearest;

declare_lint! {
    /// ## What it finds
    ///
    /// A `StorageClass` that replicas cannot be written in, or that does not exist.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it. A destination without `StorageClass` gives replicas the class of the source.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <StorageClass>OUTPOSTS</StorageClass></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <StorageClass>STANDARD_IA</StorageClass></Destination></Rule>
    /// ```
    static LINT = {
        name: "replica-storage-class-unsupported",
        summary: "replicas cannot be written in this storage class",
        clause: REPLICA_STORAGE_CLASS,
        stage: Schema,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for (at, destination) in context.destinations() {
        let Some(class) = &destination.storage_class else { continue };
        let is_supported = match context.dialect().storage_classes() {
            StorageClasses::S3 => class.is_replica_class(),
            StorageClasses::StandardOrReduced => {
                [StorageClass::STANDARD, StorageClass::REDUCED_REDUNDANCY].contains(class)
            }
            StorageClasses::Standard => *class == StorageClass::STANDARD,
            StorageClasses::Any => true,
        };
        if !is_supported {
            let error = ServiceError::malformed_xml();
            let message = format!("replicas cannot be written in storage class `{class}`");
            let finding = LINT.refusal(in_destination(at, "StorageClass"), message, error);
            found.push(finding.with_help(help_for(class, context.dialect().storage_classes())));
        }
    }
}

fn help_for(class: &StorageClass, classes: StorageClasses) -> String {
    match classes {
        StorageClasses::S3 | StorageClasses::Any => {}
        StorageClasses::StandardOrReduced => {
            return "write `STANDARD` or `REDUCED_REDUNDANCY`, or leave the class out".to_owned();
        }
        StorageClasses::Standard => return "write `STANDARD`, or leave the class out".to_owned(),
    }
    let classes = || StorageClass::REPLICA_CLASSES.iter().map(StorageClass::as_str);
    if let Some(meant) = nearest(class.as_str(), classes()) {
        return format!("did you mean `{meant}`?");
    }
    format!("write one of `{}`", classes().collect::<Vec<_>>().join("`, `"))
}
