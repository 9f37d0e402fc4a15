//! The functions in queries, compared with the engine row by row.

#![cfg(test)]

mod agreement;
mod arguments;
mod configurations;
mod inventories;
mod support;
