//! The lists of a job: read, and written.

mod fields;
mod layout;
mod reader;
mod row;
mod settings;
mod writer;

pub use self::fields::{InvalidManifestFields, ManifestFields};
pub use self::reader::ManifestReader;
pub use self::row::ManifestRow;
pub use self::settings::EmptyVersionId;
pub use self::writer::ManifestWriter;
