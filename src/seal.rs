//! Checksums of saved states, so that damage is noticed when they come back.
//!
//! A ledger, a job and a run can be saved as JSON and loaded later. What is loaded decides which
//! versions are replicated again, so a state that lost a member must not be taken for a complete
//! one.
//!
//! ```text
//! saving:   {"jobs":[…],"checksum":"0000000000000000"} is hashed, then written with the hash
//! loading:  the checksum is set to zero again, the state is hashed, and both hashes are compared
//! ```
//!
//! The hash is of the state as this version of the crate writes it, not of the bytes that were
//! read. So whitespace and the order of members in the document make no difference.

use std::fmt;
use std::io::{self, Write};
use std::mem;
use std::str::FromStr;

use serde::Serialize;

/// The checksum of a saved state: the 64-bit FNV-1a hash of its JSON.
///
/// It notices damage, such as a member that was lost. It is no protection against forgery.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Seal(u64);

/// The error returned for a state that differs from the one that was saved.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the state is not the one that was saved: its checksum is {computed}, not {saved}")]
pub(crate) struct BrokenSeal {
    /// The checksum that the state has as a member.
    saved: Seal,
    /// The checksum of the other members, as they were read.
    computed: Seal,
}

/// A saved state with its checksum among its members.
pub(crate) trait Sealed: Serialize {
    /// Returns the member for the checksum.
    fn seal_mut(&mut self) -> &mut Seal;

    /// Computes the checksum of the other members.
    ///
    /// The checksum itself counts as zero, so that the result is the same before and after it is
    /// set.
    fn compute(&mut self) -> Seal {
        let saved = mem::take(self.seal_mut());
        let mut hash = Hash(Hash::BASIS);
        // No member fails to serialize. If one did, it would do so at both ends, at the same place.
        let _ = serde_json::to_writer(&mut hash, self);
        *self.seal_mut() = saved;
        Seal(hash.0)
    }

    /// Returns the state with the checksum of its other members.
    ///
    /// It is the last step before a state is written: a change afterwards breaks the seal.
    fn sealed(mut self) -> Self
    where
        Self: Sized,
    {
        *self.seal_mut() = self.compute();
        self
    }

    /// Refuses a state whose checksum is not that of its other members.
    ///
    /// # Errors
    ///
    /// Returns both checksums if they differ. A state that was never sealed has the checksum zero,
    /// so it is refused like a damaged one.
    fn check_seal(&mut self) -> Result<(), BrokenSeal> {
        let (saved, computed) = (*self.seal_mut(), self.compute());
        if saved == computed { Ok(()) } else { Err(BrokenSeal { saved, computed }) }
    }
}

/// The FNV-1a hash of the bytes written so far. JSON is written into it piece by piece, so that the
/// text of a large state is never in memory.
struct Hash(u64);

impl Hash {
    /// The hash of no bytes, as FNV-1a defines it for 64 bits.
    const BASIS: u64 = 0xCBF2_9CE4_8422_2325;
    /// The factor for each byte.
    const PRIME: u64 = 0x0100_0000_01B3;
}

impl Write for Hash {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(Self::PRIME);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Always 16 digits, because a text of another length is no seal.
impl fmt::Display for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// The error returned when a text is not a [`Seal`].
///
/// It does not repeat the text, which may be anything in a damaged document.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a checksum of a saved state is 16 hexadecimal digits")]
pub(crate) struct InvalidSeal;

impl FromStr for Seal {
    type Err = InvalidSeal;

    fn from_str(text: &str) -> Result<Self, InvalidSeal> {
        // `from_str_radix` alone would accept a sign and a shorter number.
        let is_digits = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let value = is_digits.then(|| u64::from_str_radix(text, 16).ok()).flatten();
        value.map(Self).ok_or(InvalidSeal)
    }
}

text_serde!(Seal, "16 hexadecimal digits", |word| word.parse::<Seal>());
