//! The functions as DataFusion calls them.

mod decisions;
mod decode_key;
mod output;

use std::sync::Arc;

use datafusion::logical_expr::ScalarUDF;

use self::decisions::{Decisions, Question};
use self::decode_key::DecodeKey;
use crate::configurations::Configurations;

/// Creates the functions, for a registry that [`register`](crate::register) does not take: a session
/// state builder, or a scheduler or an executor of Ballista.
///
/// # Examples
///
/// ```
/// use datafusion::execution::SessionStateBuilder;
/// use s3_replication_datafusion::{Configurations, functions};
///
/// let mut builder = SessionStateBuilder::new_with_default_features();
/// let functions = functions(&Configurations::new());
/// builder.scalar_functions().get_or_insert_default().extend(functions);
/// let state = builder.build();
/// assert!(state.scalar_functions().contains_key("s3_rule"));
/// ```
#[must_use]
pub fn functions(configurations: &Configurations) -> Vec<Arc<ScalarUDF>> {
    let questions = [Question::Replications, Question::Replicates, Question::Rule];
    let about = |question| ScalarUDF::new_from_impl(Decisions::new(question, configurations));
    let mut functions: Vec<_> = questions.map(about).into();
    functions.push(ScalarUDF::new_from_impl(DecodeKey::new()));
    functions.into_iter().map(Arc::new).collect()
}
