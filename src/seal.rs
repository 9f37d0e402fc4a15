//! Checksums of saved states, so that damage is noticed when they come back.

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
    saved: Seal,
    computed: Seal,
}

/// A saved state with its checksum among its members.
pub(crate) trait Sealed: Serialize {
    /// Returns the member for the checksum.
    fn seal_mut(&mut self) -> &mut Seal;

    /// Computes the checksum of the other members.
    fn compute(&mut self) -> Seal {
        let saved = mem::take(self.seal_mut());
        let mut hash = Hash(Hash::BASIS);
        // No member fails to serialize. If one did, it would do so at both ends, at the same place.
        let _ = serde_json::to_writer(&mut hash, self);
        *self.seal_mut() = saved;
        Seal(hash.0)
    }

    /// Returns the state with the checksum of its other members.
    fn sealed(mut self) -> Self
    where
        Self: Sized,
    {
        *self.seal_mut() = self.compute();
        self
    }

    /// Refuses a state whose checksum is not that of its other members.
    fn check_seal(&mut self) -> Result<(), BrokenSeal> {
        let (saved, computed) = (*self.seal_mut(), self.compute());
        if saved == computed { Ok(()) } else { Err(BrokenSeal { saved, computed }) }
    }
}

struct Hash(u64);

impl Hash {
    const BASIS: u64 = 0xCBF2_9CE4_8422_2325;
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

impl fmt::Display for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// The error returned when a text is not a [`Seal`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a checksum of a saved state is 16 hexadecimal digits")]
pub(crate) struct InvalidSeal;

impl FromStr for Seal {
    type Err = InvalidSeal;

    fn from_str(text: &str) -> Result<Self, InvalidSeal> {
        let is_digits = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let value = is_digits.then(|| u64::from_str_radix(text, 16).ok()).flatten();
        value.map(Self).ok_or(InvalidSeal)
    }
}

text_serde!(Seal, "16 hexadecimal digits", |word| word.parse::<Seal>());
