//! The types of the model.

mod filters;
