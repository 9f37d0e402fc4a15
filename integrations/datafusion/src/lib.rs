#![doc = include_str!("../README.md")]

mod cells;
mod configurations;
mod functions;
pub mod inventory;
mod judge;
mod parameters;
mod rows;

pub use self::configurations::Configurations;
pub use self::functions::functions;

use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;

/// Registers the functions in a context, a session state or another registry.
///
/// # Errors
///
/// When the registry takes no functions. A context and a session state do.
///
/// # Examples
///
/// ```
/// use datafusion::prelude::SessionContext;
/// use s3_replication_datafusion::{Configurations, register};
///
/// # fn main() -> datafusion::error::Result<()> {
/// let mut context = SessionContext::new();
/// register(&mut context, &Configurations::new())?;
/// assert!(context.state().scalar_functions().contains_key("s3_replications"));
/// # Ok(())
/// # }
/// ```
pub fn register(
    registry: &mut dyn FunctionRegistry,
    configurations: &Configurations,
) -> Result<()> {
    for function in functions(configurations) {
        registry.register_udf(function)?;
    }
    Ok(())
}
