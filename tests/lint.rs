//! Refusals and advice.

mod advice;
mod catalogue;
mod exclusions;
mod refusals;
