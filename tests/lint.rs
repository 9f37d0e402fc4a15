//! Refusals and advice.

mod advice;
mod catalogue;
mod refusals;
