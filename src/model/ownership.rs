use crate::model::Account;

closed_vocabulary! {
    /// Who owns a replica.
    #[expect(clippy::exhaustive_enums, reason = "there are two accounts to choose from")]
    pub enum Owner("`source` or `destination`") {
        /// The owner of the source version.
        Source = "source",
        /// The owner of the destination bucket.
        Destination = "destination",
    }
}

/// What a rule says about the owner of its replicas.
///
/// S3 spells owner override in two elements, `Account` and `AccessControlTranslation`, of which
/// the second needs the first (REP-220). Here that combination is all that can be written down.
///
/// # Examples
///
/// ```
/// use s3_replication::model::{Owner, Ownership};
///
/// let kept = Ownership::Source { account: None };
/// assert_eq!(kept.owner(), Owner::Source);
/// let translated = Ownership::Destination { account: "012345678901".parse()? };
/// assert_eq!(translated.owner(), Owner::Destination);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "there are two accounts to choose from")]
pub enum Ownership {
    /// The owner of the source version keeps the replica.
    Source {
        /// The account that owns the destination bucket, where the rule names it.
        account: Option<Account>,
    },
    /// Owner override: the owner of the destination bucket gets the replica, and later changes of
    /// the source ACL are not replicated (REP-516, REP-602).
    Destination {
        /// The account that owns the destination bucket.
        account: Account,
    },
}

impl Ownership {
    /// Returns who owns the replicas.
    #[must_use]
    pub const fn owner(&self) -> Owner {
        match self {
            Self::Source { .. } => Owner::Source,
            Self::Destination { .. } => Owner::Destination,
        }
    }

    /// Returns the account that the rule names as owner of the destination bucket.
    #[must_use]
    pub const fn account(&self) -> Option<&Account> {
        match self {
            Self::Source { account } => account.as_ref(),
            Self::Destination { account } => Some(account),
        }
    }
}

closed_vocabulary! {
    /// The one word that `AccessControlTranslation/Owner` may hold.
    #[expect(clippy::exhaustive_enums, reason = "S3 has one word here")]
    pub enum OwnerOverride("`Destination`") {
        /// The owner of the destination bucket gets the replicas.
        Destination = "Destination",
    }
}
