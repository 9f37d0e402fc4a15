use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::{ArrayRef, StringViewArray};
use datafusion::common::plan_datafusion_err;
use datafusion::error::Result;
use s3_replication::batch::facts::UnknownFacts;
use s3_replication::model::BucketArn;
use s3_replication::{Engine, Parser, ReplicationRule};

/// Replication configurations that queries use by name, and those that they contain as a literal.
///
/// A query can contain the text of a configuration. Its text is then a part of the plan, and a
/// cluster sends it with every task, so give a large configuration a name. Every process of the
/// cluster registers the functions with the same names.
///
/// Each configuration is compiled once in each process. Clones share what is compiled.
///
/// # Examples
///
/// ```
/// use s3_replication_datafusion::Configurations;
///
/// # fn main() -> datafusion::error::Result<()> {
/// let text = r#"{"Role": "arn:aws:iam::123456789012:role/replication", "Rules": [
///     {"ID": "tax", "Status": "Enabled", "Priority": 1, "Filter": {"Prefix": "Tax/"},
///      "DeleteMarkerReplication": {"Status": "Disabled"},
///      "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#;
/// let configurations = Configurations::new().with("photos", text)?;
/// // Then `select s3_replicates('photos', key, …)`.
///
/// let error = Configurations::new().with("photos", "<Rules/>").unwrap_err();
/// assert!(error.to_string().contains("MalformedXML"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Configurations {
    named: Arc<BTreeMap<String, Arc<Compiled>>>,
    /// The literals that were compiled last, the latest at the end.
    literals: Arc<Mutex<Vec<Literal>>>,
}

/// A configuration that a query contains.
#[derive(Clone, Debug)]
struct Literal {
    text: String,
    compiled: Arc<Compiled>,
}

/// The number of literals that stay compiled.
const LITERALS: usize = 32;

impl Configurations {
    /// Creates a set without names.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a configuration under a name: the XML of the S3 API, or the JSON of the AWS CLI.
    ///
    /// # Errors
    ///
    /// When S3 would refuse the configuration. The message is the report about it.
    pub fn with(self, name: impl Into<String>, text: &str) -> Result<Self> {
        let name = name.into();
        let engine = engine_of(&name, text)?;
        Ok(self.with_engine(name, &engine))
    }

    /// Adds an engine under a name, for a store other than Amazon S3 or with facts about buckets.
    #[must_use]
    pub fn with_engine(mut self, name: impl Into<String>, engine: &Engine) -> Self {
        let compiled = Arc::new(Compiled::new(engine.clone()));
        Arc::make_mut(&mut self.named).insert(name.into(), compiled);
        self
    }

    /// Returns the configuration with this name, or else the one with this text.
    pub(crate) fn get(&self, name_or_text: &str) -> Result<Arc<Compiled>> {
        if let Some(compiled) = self.named.get(name_or_text) {
            return Ok(compiled.clone());
        }
        if !name_or_text.trim_start().starts_with(['<', '{']) {
            return Err(self.no_such_name(name_or_text));
        }
        // Nothing panics while the lock is held, and a poisoned list would still be complete.
        let mut literals = self.literals.lock().unwrap_or_else(PoisonError::into_inner);
        let found = literals.iter().rposition(|literal| literal.text == name_or_text);
        let literal = if let Some(found) = found {
            literals.remove(found)
        } else {
            let compiled = Arc::new(Compiled::new(engine_of("configuration", name_or_text)?));
            Literal { text: name_or_text.to_owned(), compiled }
        };
        if literals.len() == LITERALS {
            literals.remove(0);
        }
        let compiled = literal.compiled.clone();
        literals.push(literal);
        Ok(compiled)
    }

    fn no_such_name(&self, name: &str) -> datafusion::error::DataFusionError {
        let names: Vec<_> = self.named.keys().map(|name| format!("`{name}`")).collect();
        let registered = if names.is_empty() {
            "no configuration has a name here".to_owned()
        } else {
            format!("the registered names are {}", names.join(", "))
        };
        plan_datafusion_err!(
            "no replication configuration is registered as `{name}`, and the text is neither XML nor \
             JSON; {registered}"
        )
    }

    /// Returns true if both are clones of one set.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.named, &other.named) && Arc::ptr_eq(&self.literals, &other.literals)
    }
}

fn engine_of(name: &str, text: &str) -> Result<Engine> {
    let parsed = Parser::new().named(name).parse_str(text);
    let report = parsed.report().render(parsed.text());
    match parsed.into_configuration() {
        Ok(configuration) => Ok(Engine::new(&configuration)),
        Err(_) => Err(plan_datafusion_err!("{report}")),
    }
}

/// An engine with the columns of its rules, from which a result is gathered by position.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) engine: Engine,
    pub(crate) unknown: UnknownFacts,
    /// The ARN of the bucket of each rule.
    pub(crate) buckets: ArrayRef,
    /// The ID or number of each rule.
    pub(crate) names: ArrayRef,
    /// The KMS key for replicas of each rule, if it has one.
    pub(crate) keys: ArrayRef,
}

impl Compiled {
    fn new(engine: Engine) -> Self {
        let key = |rule: &ReplicationRule| {
            let key = rule.kms.as_ref()?.replica_key.as_ref()?;
            Some(key.to_string())
        };
        let rules = engine.rules();
        let buckets = rules.iter().map(|rule| Some(rule.destination.bucket.as_str()));
        let buckets = Arc::new(buckets.collect::<StringViewArray>());
        let names = rules.iter().map(|rule| Some(rule.name().to_string()));
        let names = Arc::new(names.collect::<StringViewArray>());
        let keys = Arc::new(rules.iter().map(key).collect::<StringViewArray>());
        let unknown = UnknownFacts::new(&engine);
        Self { engine, unknown, buckets, names, keys }
    }

    /// Returns the destination bucket with an ARN or a name, if a rule has it.
    pub(crate) fn bucket(&self, arn_or_name: &str) -> Option<&BucketArn> {
        let mut buckets = self.engine.rules().iter().map(|rule| &rule.destination.bucket);
        buckets.find(|bucket| [bucket.as_str(), bucket.name().as_str()].contains(&arn_or_name))
    }
}
