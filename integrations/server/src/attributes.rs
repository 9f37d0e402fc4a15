//! The attributes of an object that never change, as the memory store keeps them: in its map of
//! user metadata, which replicas inherit.

use std::collections::BTreeMap;

use s3s::dto::{self, ETag};

/// The attributes of an object.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attributes(pub(crate) BTreeMap<String, String>);

/// The prefix of the names that the user chose.
const USER: &str = "x-amz-meta-";
const E_TAG: &str = "etag";
const PARTS: &str = "parts";
/// The MD5 of the key that the customer provided.
const CUSTOMER_KEY: &str = "sse-customer-key-md5";

/// The headers that describe the content.
macro_rules! headers {
    ($($field:ident $name:literal),*) => {
        /// The headers of a request that describe the content, and those of a response.
        #[derive(Clone, Debug, Default)]
        pub(crate) struct ContentHeaders {
            $(pub(crate) $field: Option<String>,)*
        }

        impl Attributes {
            pub(crate) fn set_headers(&mut self, headers: ContentHeaders) {
                $(self.set($name, headers.$field);)*
            }

            pub(crate) fn headers(&self) -> ContentHeaders {
                ContentHeaders { $($field: self.get($name),)* }
            }
        }
    };
}

headers! {
    cache_control "cache-control",
    content_disposition "content-disposition",
    content_encoding "content-encoding",
    content_language "content-language",
    content_type "content-type",
    expires "expires",
    website_redirect_location "website-redirect-location"
}

impl Attributes {
    fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }

    fn set(&mut self, name: &str, value: Option<String>) {
        match value {
            Some(value) => self.0.insert(name.to_owned(), value),
            None => self.0.remove(name),
        };
    }

    pub(crate) fn set_user(&mut self, user: Option<dto::Metadata>) {
        self.0.retain(|name, _| !name.starts_with(USER));
        for (name, value) in user.into_iter().flatten() {
            // Names of headers have no case.
            self.0.insert(format!("{USER}{}", name.to_ascii_lowercase()), value);
        }
    }

    pub(crate) fn user(&self) -> dto::Metadata {
        let user = self
            .0
            .iter()
            .filter_map(|(name, value)| Some((name.strip_prefix(USER)?.to_owned(), value.clone())));
        user.collect()
    }

    /// Returns the number of bytes that S3 counts: names and values of the user.
    pub(crate) fn user_size(&self) -> usize {
        let user =
            self.0.iter().filter_map(|(name, value)| Some((name.strip_prefix(USER)?, value)));
        user.map(|(name, value)| name.len() + value.len()).sum()
    }

    pub(crate) fn set_e_tag(&mut self, e_tag: String) {
        self.set(E_TAG, Some(e_tag));
    }

    /// Returns the ETag; that of an object which a job wrote is computed from its bytes.
    pub(crate) fn e_tag(&self, body: &[u8]) -> ETag {
        ETag::Strong(self.get(E_TAG).unwrap_or_else(|| hex_of_md5(body)))
    }

    pub(crate) fn set_parts(&mut self, parts: Option<usize>) {
        self.set(PARTS, parts.map(|parts| parts.to_string()));
    }

    pub(crate) fn parts(&self) -> Option<i32> {
        self.get(PARTS)?.parse().ok()
    }

    pub(crate) fn set_customer_key(&mut self, md5: Option<String>) {
        self.set(CUSTOMER_KEY, md5);
    }

    pub(crate) fn customer_key(&self) -> Option<String> {
        self.get(CUSTOMER_KEY)
    }

    pub(crate) fn set_checksum(&mut self, checksum: dto::Checksum) {
        self.set("checksum-crc32", checksum.checksum_crc32);
        self.set("checksum-crc32c", checksum.checksum_crc32c);
        self.set("checksum-crc64nvme", checksum.checksum_crc64nvme);
        self.set("checksum-sha1", checksum.checksum_sha1);
        self.set("checksum-sha256", checksum.checksum_sha256);
        self.set("checksum-type", checksum.checksum_type.map(|word| word.as_str().to_owned()));
    }

    pub(crate) fn checksum(&self) -> dto::Checksum {
        dto::Checksum {
            checksum_crc32: self.get("checksum-crc32"),
            checksum_crc32c: self.get("checksum-crc32c"),
            checksum_crc64nvme: self.get("checksum-crc64nvme"),
            checksum_sha1: self.get("checksum-sha1"),
            checksum_sha256: self.get("checksum-sha256"),
            checksum_type: self.get("checksum-type").map(dto::ChecksumType::from),
        }
    }
}

/// Returns the MD5 of bytes in hexadecimal digits, which is the ETag of an object.
pub(crate) fn hex_of_md5(bytes: &[u8]) -> String {
    use md5::Digest as _;
    hex(&md5::Md5::digest(bytes))
}

/// Returns bytes in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _written = write!(text, "{byte:02x}");
        text
    })
}
