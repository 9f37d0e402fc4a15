use crate::model::MetadataAspect;

closed_vocabulary! {
    /// An event on an object version, by the name of the S3 event notification without `s3:`. Names
    /// with `s3:` are read too.
    ///
    /// Three names are this crate's own: `ObjectLegalHold:Put` and `BatchReplication`, because S3 sends
    /// no notification of these events, and `ObjectEventHold:Put`, for which S3 sends
    /// `ObjectRetention:Put`.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::{Event, EventKind};
    ///
    /// let event: Event = "LifecycleExpiration:DeleteMarkerCreated".parse()?;
    /// assert_eq!(event.kind(), EventKind::LifecycleAction);
    /// assert!(event.creates_delete_marker());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[non_exhaustive]
    pub enum Event("an event such as `ObjectCreated:Put`") {
        /// A version was written with PutObject.
        ObjectCreatedPut = "ObjectCreated:Put" | "s3:ObjectCreated:Put",
        /// A version was written with an HTML form (POST).
        ObjectCreatedPost = "ObjectCreated:Post" | "s3:ObjectCreated:Post",
        /// A version was written with CopyObject, possibly onto itself.
        ObjectCreatedCopy = "ObjectCreated:Copy" | "s3:ObjectCreated:Copy",
        /// A version was written with a multipart upload.
        ObjectCreatedCompleteMultipartUpload = "ObjectCreated:CompleteMultipartUpload" | "s3:ObjectCreated:CompleteMultipartUpload",
        /// A user deleted the object without a version ID, which created a delete marker.
        ObjectRemovedDeleteMarkerCreated = "ObjectRemoved:DeleteMarkerCreated" | "s3:ObjectRemoved:DeleteMarkerCreated",
        /// A user deleted this version, or this delete marker, by its ID.
        ObjectRemovedDelete = "ObjectRemoved:Delete" | "s3:ObjectRemoved:Delete",
        /// A lifecycle rule expired the object, which created a delete marker.
        LifecycleExpirationDeleteMarkerCreated = "LifecycleExpiration:DeleteMarkerCreated" | "s3:LifecycleExpiration:DeleteMarkerCreated",
        /// A lifecycle rule deleted this version permanently.
        LifecycleExpirationDelete = "LifecycleExpiration:Delete" | "s3:LifecycleExpiration:Delete",
        /// A lifecycle rule moved the version to another storage class.
        LifecycleTransition = "LifecycleTransition" | "s3:LifecycleTransition",
        /// Intelligent-Tiering moved the version to an archive tier.
        IntelligentTiering = "IntelligentTiering" | "s3:IntelligentTiering",
        /// The tags of the version were replaced.
        ObjectTaggingPut = "ObjectTagging:Put" | "s3:ObjectTagging:Put",
        /// The tags of the version were removed.
        ObjectTaggingDelete = "ObjectTagging:Delete" | "s3:ObjectTagging:Delete",
        /// The ACL of the version was replaced.
        ObjectAclPut = "ObjectAcl:Put" | "s3:ObjectAcl:Put",
        /// The retention of the version was set, or its event hold.
        ObjectRetentionPut = "ObjectRetention:Put" | "s3:ObjectRetention:Put",
        /// The legal hold of the version was set. The name is this crate's.
        ObjectLegalHoldPut = "ObjectLegalHold:Put",
        /// The event hold of the version was set or released. The name is this crate's; S3 sends
        /// `ObjectRetention:Put`.
        ObjectEventHoldPut = "ObjectEventHold:Put",
        /// An annotation of the version was written (REP-523).
        ObjectAnnotationPut = "ObjectAnnotation:Put" | "s3:ObjectAnnotation:Put",
        /// An annotation of the version was deleted (REP-524).
        ObjectAnnotationDelete = "ObjectAnnotation:Delete" | "s3:ObjectAnnotation:Delete",
        /// An archived version was restored.
        ObjectRestoreCompleted = "ObjectRestore:Completed" | "s3:ObjectRestore:Completed",
        /// The version is in the manifest of a Batch Replication job. The name is this crate's.
        BatchReplication = "BatchReplication",
    }
}

/// The kind of an [`Event`], as far as replication distinguishes it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum EventKind {
    /// A version was written.
    Creation,
    /// A delete without a version ID created a delete marker.
    DeleteMarkerByUser,
    /// A version was deleted by its ID.
    VersionDelete,
    /// A lifecycle rule, Intelligent-Tiering or a restore changed or deleted the version.
    LifecycleAction,
    /// Tags, lock settings or an annotation of an existing version changed.
    MetadataChange,
    /// The ACL of an existing version changed.
    AclChange,
    /// An annotation of an existing version was deleted.
    AnnotationDelete,
    /// A Batch Replication job processes the version.
    BatchReplication,
}

impl Event {
    /// Returns the kind of the event.
    #[must_use]
    pub const fn kind(self) -> EventKind {
        match self {
            Self::ObjectCreatedPut
            | Self::ObjectCreatedPost
            | Self::ObjectCreatedCopy
            | Self::ObjectCreatedCompleteMultipartUpload => EventKind::Creation,
            Self::ObjectRemovedDeleteMarkerCreated => EventKind::DeleteMarkerByUser,
            Self::ObjectRemovedDelete => EventKind::VersionDelete,
            Self::LifecycleExpirationDeleteMarkerCreated
            | Self::LifecycleExpirationDelete
            | Self::LifecycleTransition
            | Self::IntelligentTiering
            | Self::ObjectRestoreCompleted => EventKind::LifecycleAction,
            Self::ObjectTaggingPut
            | Self::ObjectTaggingDelete
            | Self::ObjectRetentionPut
            | Self::ObjectLegalHoldPut
            | Self::ObjectEventHoldPut
            | Self::ObjectAnnotationPut => EventKind::MetadataChange,
            Self::ObjectAnnotationDelete => EventKind::AnnotationDelete,
            Self::ObjectAclPut => EventKind::AclChange,
            Self::BatchReplication => EventKind::BatchReplication,
        }
    }

    /// Returns the aspect of the metadata that the event changes; `None` for any other event, and for
    /// annotations, each of which is content of its own.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::{Event, MetadataAspect};
    ///
    /// assert_eq!(Event::ObjectTaggingDelete.aspect(), Some(MetadataAspect::Tags));
    /// assert_eq!(Event::ObjectCreatedPut.aspect(), None);
    /// ```
    #[must_use]
    pub const fn aspect(self) -> Option<MetadataAspect> {
        match self {
            Self::ObjectTaggingPut | Self::ObjectTaggingDelete => Some(MetadataAspect::Tags),
            Self::ObjectAclPut => Some(MetadataAspect::Acl),
            Self::ObjectRetentionPut => Some(MetadataAspect::Retention),
            Self::ObjectLegalHoldPut => Some(MetadataAspect::LegalHold),
            Self::ObjectEventHoldPut => Some(MetadataAspect::EventHold),
            _ => None,
        }
    }

    /// Returns true for the two events that create a delete marker.
    #[must_use]
    pub const fn creates_delete_marker(self) -> bool {
        matches!(
            self,
            Self::ObjectRemovedDeleteMarkerCreated | Self::LifecycleExpirationDeleteMarkerCreated
        )
    }

    /// Returns true for the two events of annotations.
    pub(crate) const fn is_about_annotation(self) -> bool {
        matches!(self, Self::ObjectAnnotationPut | Self::ObjectAnnotationDelete)
    }

    /// Returns true for the two events that delete the version permanently.
    pub(crate) const fn deletes_version(self) -> bool {
        matches!(self, Self::ObjectRemovedDelete | Self::LifecycleExpirationDelete)
    }
}
