//! Refusals and advice.

mod advice;
mod catalogue;
mod comments;
mod exclusions;
mod refusals;
