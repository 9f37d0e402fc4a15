//! The written forms of a configuration: which elements there are, how to read and to write them.

mod decode;
mod encode;
mod locator;
mod path_stack;
mod schema;
mod unknown;

pub(crate) use self::decode::{Decoded, INVALID_TYPE, decode, decode_rule};
pub(crate) use self::locator::Locator;

closed_vocabulary! {
    /// A form in which a configuration can be written.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::form::Form;
    ///
    /// assert_eq!(Form::recognise("  <ReplicationConfiguration/>"), Some(Form::Xml));
    /// assert_eq!(Form::recognise("{}"), Some(Form::CliJson));
    /// assert_eq!(Form::recognise("Rules:"), None);
    /// ```
    #[non_exhaustive]
    pub enum Form("a form: `xml` or `cli-json`") {
        /// The XML of the S3 API.
        Xml = "xml",
        /// The JSON of the AWS CLI and SDKs.
        CliJson = "cli-json",
    }
}

impl Form {
    /// Recognises the form of a text by its first character that is not white space.
    #[must_use]
    pub fn recognise(text: &str) -> Option<Self> {
        match text.trim_start().chars().next() {
            Some('<') => Some(Self::Xml),
            Some('{' | '[') => Some(Self::CliJson),
            _ => None,
        }
    }
}

/// The namespace of the S3 API.
pub(crate) const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";
