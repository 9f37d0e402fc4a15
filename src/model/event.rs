closed_vocabulary! {
    /// What happened to an object version: the names of S3's event notifications without `s3:`,
    /// and three of our own where S3 has none.
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
        /// A version was written by PUT.
        ObjectCreatedPut = "ObjectCreated:Put",
        /// A version was written by a form.
        ObjectCreatedPost = "ObjectCreated:Post",
        /// A version was written by CopyObject, onto itself included.
        ObjectCreatedCopy = "ObjectCreated:Copy",
        /// A version was put together from parts.
        ObjectCreatedCompleteMultipartUpload = "ObjectCreated:CompleteMultipartUpload",
        /// A user deleted the object without naming a version, which made a delete marker.
        ObjectRemovedDeleteMarkerCreated = "ObjectRemoved:DeleteMarkerCreated",
        /// A user deleted this version, or this delete marker, by its id.
        ObjectRemovedDelete = "ObjectRemoved:Delete",
        /// A lifecycle rule expired the object, which made a delete marker.
        LifecycleExpirationDeleteMarkerCreated = "LifecycleExpiration:DeleteMarkerCreated",
        /// A lifecycle rule deleted this version for good.
        LifecycleExpirationDelete = "LifecycleExpiration:Delete",
        /// A lifecycle rule moved the version to another storage class.
        LifecycleTransition = "LifecycleTransition",
        /// Intelligent-Tiering moved the version to an archive tier.
        IntelligentTiering = "IntelligentTiering",
        /// Tags were put on the version.
        ObjectTaggingPut = "ObjectTagging:Put",
        /// The tags of the version were removed.
        ObjectTaggingDelete = "ObjectTagging:Delete",
        /// The ACL of the version was replaced.
        ObjectAclPut = "ObjectAcl:Put",
        /// The retention of the version was set. Our name; S3 sends no such event.
        ObjectRetentionPut = "ObjectRetention:Put",
        /// The legal hold of the version was set. Our name; S3 sends no such event.
        ObjectLegalHoldPut = "ObjectLegalHold:Put",
        /// An archived version was restored.
        ObjectRestoreCompleted = "ObjectRestore:Completed",
        /// The version is on the list of a Batch Replication job. Our name; S3 sends no such event.
        BatchReplication = "BatchReplication",
    }
}

/// What an [`Event`] means to replication.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum EventKind {
    /// A version was written.
    Creation,
    /// A user's delete without a version id made a delete marker.
    DeleteMarkerByUser,
    /// A delete named a version id.
    VersionDelete,
    /// Lifecycle, tiering or a restore changed or removed something.
    LifecycleAction,
    /// Tags or lock settings of an existing version changed.
    MetadataChange,
    /// The ACL of an existing version changed.
    AclChange,
    /// A Batch Replication job came to the version.
    BatchReplication,
}

impl Event {
    /// Returns what the event means to replication.
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
            | Self::ObjectLegalHoldPut => EventKind::MetadataChange,
            Self::ObjectAclPut => EventKind::AclChange,
            Self::BatchReplication => EventKind::BatchReplication,
        }
    }

    /// Returns true for the two events in which a delete marker comes into being.
    #[must_use]
    pub const fn creates_delete_marker(self) -> bool {
        matches!(
            self,
            Self::ObjectRemovedDeleteMarkerCreated | Self::LifecycleExpirationDeleteMarkerCreated
        )
    }

    /// Returns true for the two events after which the version is gone for good.
    pub(crate) const fn deletes_version(self) -> bool {
        matches!(self, Self::ObjectRemovedDelete | Self::LifecycleExpirationDelete)
    }
}
