use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanBuilder};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature,
};

use crate::cells::Texts;
use crate::configurations::{Compiled, Configurations};
use crate::functions::output::{self, Lists};
use crate::judge::Judge;
use crate::parameters::{self, ABOUT_A_BUCKET, ABOUT_A_VERSION, Arguments, Parameter};
use crate::rows::Rows;

/// The answer that a function gives about a version.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Question {
    /// Its replications.
    Replications,
    /// True if it is replicated.
    Replicates,
    /// The rule that replicates it to a bucket.
    Rule,
}

/// A function that decides about the version in each row.
#[derive(Debug)]
pub(crate) struct Decisions {
    question: Question,
    configurations: Configurations,
    signature: Signature,
}

impl Decisions {
    pub(crate) fn new(question: Question, configurations: &Configurations) -> Self {
        let signature = parameters::signature(question.parameters());
        Self { question, configurations: configurations.clone(), signature }
    }
}

impl Question {
    const fn name(self) -> &'static str {
        match self {
            Self::Replications => "s3_replications",
            Self::Replicates => "s3_replicates",
            Self::Rule => "s3_rule",
        }
    }

    const fn parameters(self) -> &'static [Parameter] {
        match self {
            Self::Replications | Self::Replicates => ABOUT_A_VERSION,
            Self::Rule => ABOUT_A_BUCKET,
        }
    }

    fn return_type(self) -> DataType {
        match self {
            Self::Replications => DataType::List(output::item()),
            Self::Replicates => DataType::Boolean,
            Self::Rule => DataType::Utf8View,
        }
    }
}

impl ScalarUDFImpl for Decisions {
    fn name(&self) -> &'static str {
        self.question.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.question.return_type())
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        parameters::coerce(self.name(), self.question.parameters(), given)
    }

    /// Reads the configuration, so that a query with a wrong one is not planned.
    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        parameters::planned(&self.configurations, arguments.scalar_arguments)?;
        Ok(Arc::new(Field::new(self.name(), self.question.return_type(), true)))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let ScalarFunctionArgs { args, number_rows, .. } = &arguments;
        let arguments = Arguments::new(self.question.parameters(), args);
        let compiled = arguments.configuration(&self.configurations)?;
        let rows = Rows::of(arguments)?;
        let answer = match self.question {
            Question::Replications => replications(&compiled, rows, *number_rows)?,
            Question::Replicates => replicates(&compiled, rows, *number_rows)?,
            Question::Rule => {
                let buckets = Texts::of(arguments.get(Parameter::Bucket))?;
                rules(&compiled, buckets, rows, *number_rows)?
            }
        };
        Ok(ColumnarValue::Array(answer))
    }
}

fn replications(compiled: &Compiled, mut rows: Rows<'_>, number: usize) -> Result<ArrayRef> {
    let mut judge = Judge::new(compiled);
    let mut lists = Lists::with_capacity(number);
    for row in 0..number {
        let subject = rows.read(row)?;
        let is_certain =
            subject.is_some_and(|subject| judge.replications(&subject, |one| lists.push(&one)));
        lists.end(is_certain)?;
    }
    lists.finish(compiled)
}

fn replicates(compiled: &Compiled, mut rows: Rows<'_>, number: usize) -> Result<ArrayRef> {
    let mut judge = Judge::new(compiled);
    let mut answers = BooleanBuilder::with_capacity(number);
    for row in 0..number {
        let subject = rows.read(row)?;
        answers.append_option(subject.and_then(|subject| judge.replicates(&subject)));
    }
    Ok(Arc::new(answers.finish()))
}

fn rules(
    compiled: &Compiled,
    buckets: Texts<'_>,
    mut rows: Rows<'_>,
    number: usize,
) -> Result<ArrayRef> {
    let mut judge = Judge::new(compiled);
    let mut positions = Vec::with_capacity(number);
    // Neighbours mostly name the same bucket.
    let mut last = (None, None);
    for row in 0..number {
        let name = buckets.get(row);
        if last.0 != name {
            last = (name, name.and_then(|name| compiled.bucket(name)));
        }
        let subject = rows.read(row)?;
        let found =
            subject.zip(last.1).and_then(|(subject, bucket)| judge.rule_to(bucket, &subject));
        positions.push(found.map(|position| position as u64));
    }
    output::gather(&compiled.names, positions)
}

/// Equal when both answer the same question from the same set of configurations.
impl PartialEq for Decisions {
    fn eq(&self, other: &Self) -> bool {
        self.question == other.question && self.configurations.is(&other.configurations)
    }
}

impl Eq for Decisions {}

impl Hash for Decisions {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.question.hash(state);
    }
}
