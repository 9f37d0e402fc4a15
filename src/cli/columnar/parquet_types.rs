//! The depth of the types of a Parquet file, looked at before the decoder sees them.
//!
//! The footer is a struct of Thrift in its compact protocol. The schema is its second field: a list of
//! elements, depth first, each with the number of its children.
//!
//! ```text
//! schema (2 children)  bucket (0)  key (0)        depth 1, an inventory
//! schema (1)  a (1)  a (1)  a (1)  …              refused at DEEPEST
//! ```

use std::fs::File;

use super::footer::{self, DEEPEST};

/// The types of values in the compact protocol of Thrift.
mod kind {
    pub(super) const TRUE: u8 = 1;
    pub(super) const FALSE: u8 = 2;
    pub(super) const BYTE: u8 = 3;
    pub(super) const I16: u8 = 4;
    pub(super) const I64: u8 = 6;
    pub(super) const DOUBLE: u8 = 7;
    pub(super) const BINARY: u8 = 8;
    pub(super) const LIST: u8 = 9;
    pub(super) const SET: u8 = 10;
    pub(super) const MAP: u8 = 11;
    pub(super) const STRUCT: u8 = 12;
}

/// The field of the footer that holds the schema.
const SCHEMA: i64 = 2;

/// The field of an element of the schema that holds the number of its children.
const CHILDREN: i64 = 5;

/// Checks that no type of a file is too deep.
pub(super) fn check(file: &mut File) -> Result<(), String> {
    let damaged = || super::DAMAGED.to_owned();
    let length = footer::length(file)?;
    let end = length.checked_sub(8).ok_or_else(damaged)?;
    // The length of the footer and a mark are behind it.
    let trailer = footer::tail(file, length, 8)?;
    let [a, b, c, d, b'P', b'A', b'R', b'1'] = trailer[..] else { return Err(damaged()) };
    let bytes = footer::tail(file, end, u64::from(u32::from_le_bytes([a, b, c, d])))?;
    match (Thrift { rest: &bytes }).is_shallow() {
        Some(true) => Ok(()),
        _ => Err(damaged()),
    }
}

/// The bytes of a footer that are left. Every method returns `None` where they end too early.
struct Thrift<'b> {
    rest: &'b [u8],
}

impl Thrift<'_> {
    /// Returns true if no type of the schema is too deep.
    fn is_shallow(&mut self) -> Option<bool> {
        let mut field = 0;
        loop {
            let (number, kind) = self.field(field)?;
            field = number;
            if (number, kind) == (SCHEMA, kind::LIST) {
                break;
            }
            self.skip(kind, 0)?;
        }
        let (elements, _) = self.list()?;
        // The number of children that are still to come, for each type around the next element.
        let mut around: Vec<i64> = Vec::new();
        for _ in 0..elements {
            while around.last() == Some(&0) {
                around.pop();
            }
            if let Some(left) = around.last_mut() {
                *left -= 1;
            }
            let children = self.children()?;
            if children > 0 {
                around.push(children);
            }
            if around.len() > DEEPEST {
                return Some(false);
            }
        }
        Some(true)
    }

    /// Reads an element of the schema; returns the number of its children.
    fn children(&mut self) -> Option<i64> {
        let (mut field, mut children) = (0, 0);
        loop {
            let (number, kind) = self.field(field)?;
            field = number;
            match (number, kind) {
                (_, 0) => return Some(children),
                (CHILDREN, kind::I16..=kind::I64) => children = self.integer()?,
                _ => self.skip(kind, 0)?,
            }
        }
    }

    /// Reads the header of a field; the kind 0 is the end of a struct.
    fn field(&mut self, before: i64) -> Option<(i64, u8)> {
        let header = self.byte()?;
        let number = match (header, header >> 4) {
            (0, _) => 0,
            (_, 0) => self.integer()?,
            (_, difference) => before.checked_add(i64::from(difference))?,
        };
        Some((number, header & 0x0F))
    }

    /// Reads the header of a list: the number of its elements and their kind.
    fn list(&mut self) -> Option<(u64, u8)> {
        let header = self.byte()?;
        let count = match header >> 4 {
            15 => self.number()?,
            count => u64::from(count),
        };
        Some((count, header & 0x0F))
    }

    /// Passes a value.
    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        match kind {
            kind::TRUE | kind::FALSE => {}
            kind::BYTE => self.pass(1)?,
            kind::I16..=kind::I64 => drop(self.number()?),
            kind::DOUBLE => self.pass(8)?,
            kind::BINARY => {
                let length = self.number()?;
                self.pass(length)?;
            }
            kind::LIST | kind::SET => {
                let (count, kind) = self.list()?;
                // In a list a truth value has a byte.
                let kind = if matches!(kind, kind::TRUE | kind::FALSE) { kind::BYTE } else { kind };
                for _ in 0..count {
                    self.skip(kind, depth + 1)?;
                }
            }
            kind::STRUCT => {
                let mut field = 0;
                loop {
                    let (number, kind) = self.field(field)?;
                    if kind == 0 {
                        break;
                    }
                    field = number;
                    self.skip(kind, depth + 1)?;
                }
            }
            // No field before the schema or in it is a map.
            kind::MAP.. | 0 => return None,
        }
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn pass(&mut self, bytes: u64) -> Option<()> {
        self.rest = self.rest.get(usize::try_from(bytes).ok()?..)?;
        Some(())
    }

    /// Reads a number of seven bits a byte, the lowest first.
    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// Reads a number with a sign, which is its lowest bit.
    fn integer(&mut self) -> Option<i64> {
        let number = self.number()?;
        i64::try_from(number >> 1).ok().map(|half| if number & 1 == 1 { -half - 1 } else { half })
    }
}
