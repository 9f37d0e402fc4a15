//! The questions on which the sources about permissions differ, and their answers.

dialect_answers! {
    (Clone, Copy, Debug, Eq, Hash, PartialEq)
    /// Does replication fail if the role may not read the tags of a version? (REP-1205)
    UnreadableTags {
        /// No, the replica has no tags: the page on permissions.
        Withheld,
        /// Yes, with `SrcGetTaggingNotPermitted`: the list of failure reasons.
        Fail,
    }
    /// Which permission lets the role write the tags of a replica? (REP-1210)
    TagPermission {
        /// `s3:ReplicateObject`: a paragraph of the page on permissions, and the list of failure
        /// reasons.
        ReplicateObject,
        /// `s3:ReplicateTags`: the list of actions on the same page.
        ReplicateTags,
    }
    /// Which actions on the key of the replicas does the role need? (REP-1213)
    ReplicaKeyActions {
        /// `kms:Encrypt`: the page on encrypted objects.
        Encrypt,
        /// `kms:Encrypt`, `kms:GenerateDataKey` and `kms:Decrypt`: the page on troubleshooting and the
        /// list of failure reasons.
        EncryptAndGenerateDataKey,
    }
    /// Does a bucket policy of another account allow more than writing replicas? (REP-1216)
    DestinationBucketActions {
        /// No: the sample policy of the role does not allow more, so the role could not use it.
        Unneeded,
        /// Yes, `s3:List*`, `s3:GetBucketVersioning` and `s3:PutBucketVersioning`: the sample bucket
        /// policy.
        AsInSample,
    }
    /// Is the permission to read ACLs needed if no ACL is replicated? (REP-1204)
    UnreplicatedAcls {
        /// Yes: every sample policy has it.
        Needed,
        /// No: the reason of the failure is about replicated ACLs.
        Unneeded,
    }
}

/// The permissions of replication: an answer to each question on which sources differ.
///
/// # Examples
///
/// ```
/// use s3_replication::Dialect;
/// use s3_replication::dialect::permission::{PermissionDialect, UnreadableTags};
///
/// assert_eq!(Dialect::AWS.permissions(), PermissionDialect::AWS);
/// let strict = PermissionDialect::AWS.with_unreadable_tags(UnreadableTags::Fail);
/// assert_ne!(Dialect::AWS.with_permissions(strict), Dialect::AWS);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PermissionDialect {
    unreadable_tags: UnreadableTags,
    tag_permission: TagPermission,
    replica_key_actions: ReplicaKeyActions,
    destination_bucket_actions: DestinationBucketActions,
    unreplicated_acls: UnreplicatedAcls,
}

impl PermissionDialect {
    /// Amazon S3 as its user guide describes it.
    ///
    /// | question | answer | evidence |
    /// | --- | --- | --- |
    /// | unreadable tags | withheld | REP-1205: a sentence of the page on permissions |
    /// | tag permission | `s3:ReplicateObject` | REP-1210: two of three texts |
    /// | replica key actions | `kms:Encrypt` | REP-1213: the page on the subject, and its sample |
    /// | bucket actions of a destination | unneeded | REP-1216: the role of the sample has none |
    /// | ACLs that are not replicated | needed | REP-1204: every sample |
    pub const AWS: Self = Self {
        unreadable_tags: UnreadableTags::Withheld,
        tag_permission: TagPermission::ReplicateObject,
        replica_key_actions: ReplicaKeyActions::Encrypt,
        destination_bucket_actions: DestinationBucketActions::Unneeded,
        unreplicated_acls: UnreplicatedAcls::Needed,
    };
}

/// [`PermissionDialect::AWS`].
impl Default for PermissionDialect {
    fn default() -> Self {
        Self::AWS
    }
}

dialect_questions!(PermissionDialect {
        /// Does replication fail if the role may not read the tags of a version? (REP-1205)
        unreadable_tags, with_unreadable_tags: UnreadableTags;
        /// Which permission lets the role write the tags of a replica? (REP-1210)
        tag_permission, with_tag_permission: TagPermission;
        /// Which actions on the key of the replicas does the role need? (REP-1213)
        replica_key_actions, with_replica_key_actions: ReplicaKeyActions;
        /// Does a bucket policy of another account allow more than writing replicas? (REP-1216)
        destination_bucket_actions, with_destination_bucket_actions: DestinationBucketActions;
        /// Is the permission to read ACLs needed if no ACL is replicated? (REP-1204)
        unreplicated_acls, with_unreplicated_acls: UnreplicatedAcls;
});
