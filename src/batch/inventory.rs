//! S3 Inventory as a manifest: its document, its columns and what they say.

mod document;
mod facts;
mod field;
mod schema;

pub use self::document::{ChecksumMismatch, InvalidInventory, InventoryFile, InventoryManifest};
pub use self::facts::InventoryFacts;
pub use self::field::InventoryField;
pub use self::schema::{InvalidInventorySchema, InventorySchema};
