//! The object version that a row describes, with the facts that the row does not contain.

use datafusion::common::exec_err;
use datafusion::error::Result;
use s3_replication::batch::facts::{Fact, FactSet};
use s3_replication::model::{
    AccessTier, DeleteMarkerOrigin, EncryptionStatus, Event, ObjectTags, ReplicationStatus, Tagging,
};
use s3_replication::{ObjectVersion, StorageClass};

use crate::cells::{Flags, TagSets, Texts, Words};
use crate::parameters::{Arguments, Parameter};

/// The rows of a batch.
#[derive(Debug)]
pub(crate) struct Rows<'a> {
    keys: Texts<'a>,
    tags: TagSets<'a>,
    encryptions: Words<'a, EncryptionStatus>,
    classes: Words<'a, StorageClass>,
    statuses: Words<'a, ReplicationStatus>,
    markers: Flags<'a>,
    tiers: Words<'a, AccessTier>,
    events: Words<'a, Event>,
    /// The tags of the present row, if they are a map.
    pairs: Vec<(&'a str, &'a str)>,
    /// The tags of the present row, if their text is encoded.
    decoded: Tagging,
}

/// The version that a row describes.
#[derive(Debug)]
pub(crate) struct Subject<'s> {
    /// The version, in which unknown facts have their defaults.
    pub(crate) version: ObjectVersion<'s>,
    pub(crate) known: FactSet,
    /// The event, if the row has one.
    pub(crate) event: Option<Event>,
}

/// The facts that a delete marker does not have, because it has no bytes. Whatever its columns
/// contain, they are known.
const OF_BYTES: [Fact; 4] =
    [Fact::EncryptionStatus, Fact::StorageClass, Fact::AccessTier, Fact::Tags];

impl Subject<'_> {
    /// Returns the event: by default that which created the version; `None` if the version may be a
    /// delete marker or not.
    pub(crate) fn event(&self) -> Option<Event> {
        let by_default = || match self.version.delete_marker {
            Some(_) => Some(Event::ObjectRemovedDeleteMarkerCreated),
            None if self.known.contains(Fact::IsDeleteMarker) => Some(Event::ObjectCreatedPut),
            None => None,
        };
        self.event.or_else(by_default)
    }

    /// Returns the delete marker that the row may stand for.
    pub(crate) fn as_delete_marker(&self) -> Self {
        let Self { version, known, event } = self;
        let mut marker = ObjectVersion::delete_marker(version.key).with_tags(version.tags);
        marker.replication_status = version.replication_status;
        let known = OF_BYTES.into_iter().fold(known.with(Fact::IsDeleteMarker), FactSet::with);
        Self { version: marker, known, event: *event }
    }
}

impl<'a> Rows<'a> {
    pub(crate) fn of(arguments: Arguments<'a>) -> Result<Self> {
        macro_rules! words {
            ($parameter:ident) => {{
                let parameter = Parameter::$parameter;
                Words::of(parameter.name(), arguments.get(parameter))?
            }};
        }
        Ok(Self {
            keys: Texts::of(arguments.get(Parameter::Key))?,
            tags: TagSets::of(arguments.get(Parameter::Tags))?,
            encryptions: words!(Encryption),
            classes: words!(StorageClass),
            statuses: words!(Status),
            markers: Flags::of(arguments.get(Parameter::IsDeleteMarker))?,
            tiers: words!(AccessTier),
            events: words!(Event),
            pairs: Vec::new(),
            decoded: Tagging::default(),
        })
    }

    /// Reads a row; returns `None` if its key is `NULL`.
    ///
    /// # Errors
    ///
    /// When a value is none that the column can have.
    pub(crate) fn read(&mut self, row: usize) -> Result<Option<Subject<'_>>> {
        let Some(key) = self.keys.get(row) else { return Ok(None) };
        let mut version = ObjectVersion::new(key);
        let mut known = FactSet::NONE;
        let event = self.events.get(row)?.copied();
        if let Some(is_marker) = self.markers.get(row) {
            known = known.with(Fact::IsDeleteMarker);
            if is_marker {
                version.delete_marker = Some(origin(event));
            }
        }
        // S3 writes nothing where a version has no status, so `NULL` in a column is a value.
        version.replication_status = self.statuses.get(row)?.copied();
        if !self.statuses.is_absent() {
            known = known.with(Fact::ReplicationStatus);
        }
        if version.delete_marker.is_some() {
            known = OF_BYTES.into_iter().fold(known, FactSet::with);
        } else {
            known = self.describe(row, &mut version, known)?;
        }
        if let Some(tags) = self.read_tags(row)? {
            version.tags = tags;
            known = known.with(Fact::Tags);
        }
        Ok(Some(Subject { version, known, event }))
    }

    /// Sets the encryption and the storage class, as the reader of an inventory does.
    fn describe(
        &mut self,
        row: usize,
        version: &mut ObjectVersion<'_>,
        mut known: FactSet,
    ) -> Result<FactSet> {
        if let Some(encryption) = self.encryptions.get(row)? {
            version.encryption = *encryption;
            known = known.with(Fact::EncryptionStatus);
        }
        version.access_tier = self.tiers.get(row)?.copied();
        if !self.tiers.is_absent() {
            known = known.with(Fact::AccessTier);
        }
        if let Some(class) = self.classes.get(row)? {
            version.storage_class = class.clone();
            known = known.with(Fact::StorageClass);
        } else if version.access_tier.is_some() {
            // Other classes have no tiers.
            version.storage_class = StorageClass::INTELLIGENT_TIERING;
            known = known.with(Fact::StorageClass);
        }
        Ok(known)
    }
}

impl Rows<'_> {
    /// Returns the tags of a row; `None` if they are `NULL`.
    fn read_tags(&mut self, row: usize) -> Result<Option<ObjectTags<'_>>> {
        match &self.tags {
            TagSets::Maps(maps) => {
                let is_known = maps.read(row, &mut self.pairs);
                Ok(is_known.then(|| self.pairs.as_slice().into()))
            }
            TagSets::Headers(texts) => {
                let Some(text) = texts.get(row) else { return Ok(None) };
                if let Some(tags) = ObjectTags::from_header(text) {
                    return Ok(Some(tags));
                }
                match text.parse() {
                    Ok(decoded) => self.decoded = decoded,
                    Err(error) => return exec_err!("`{}`: {error}", Parameter::Tags.name()),
                }
                Ok(Some((&self.decoded).into()))
            }
        }
    }
}

/// Returns the origin of a delete marker. Unless the event names a lifecycle rule, a user is assumed,
/// as in an inventory (REP-956).
fn origin(event: Option<Event>) -> DeleteMarkerOrigin {
    match event {
        Some(Event::LifecycleExpirationDeleteMarkerCreated) => DeleteMarkerOrigin::Lifecycle,
        _ => DeleteMarkerOrigin::User,
    }
}
