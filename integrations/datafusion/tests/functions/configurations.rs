//! Configurations as literals and by name.

use s3_replication::Engine;
use s3_replication::ReplicationConfiguration;
use s3_replication_datafusion::Configurations;

use crate::support::{CONFIGURATION, context, context_with, error, table, value};

#[test]
fn a_literal_and_a_name_mean_the_same() {
    let context = context();
    let facts = "'Tax/1', '', 'SSE-S3', 'STANDARD', '', false";
    let by_name = value(&context, &format!("s3_replications('photos', {facts})"));
    let by_text = value(&context, &format!("s3_replications('{CONFIGURATION}', {facts})"));
    assert_eq!(by_name, by_text);
    let configuration = ReplicationConfiguration::from_json(CONFIGURATION).unwrap();
    let xml = configuration.to_xml();
    let by_xml = value(&context, &format!("s3_replications('{xml}', {facts})"));
    assert_eq!(by_name, by_xml);
}

#[test]
fn a_literal_that_s3_refuses_is_not_planned() {
    let text = CONFIGURATION.replace("\"Priority\": 2", "\"Priority\": 1");
    let found = error(&context(), &format!("s3_replicates('{text}', 'k')"));
    assert!(found.starts_with("Error during planning:"), "{found}");
    assert!(found.contains("configuration:5:"), "{found}");
    let found = Configurations::new().with("broken", "<a>").unwrap_err().to_string();
    assert!(found.contains("broken:1:"), "{found}");
}

#[test]
fn a_name_that_is_not_registered_is_not_planned() {
    let found = error(&context(), "s3_replicates('pictures', 'k')");
    assert!(found.contains("registered as `pictures`"), "{found}");
    assert!(found.contains("the registered names are `photos`"), "{found}");
    let found = error(&context_with(&Configurations::new()), "s3_replicates('photos', 'k')");
    assert!(found.contains("no configuration has a name here"), "{found}");
}

#[test]
fn a_configuration_is_a_literal() {
    let context = context();
    let names = datafusion::arrow::array::StringArray::from(vec!["photos"]);
    table(&context, vec![("name", std::sync::Arc::new(names))]);
    let found = error(&context, "s3_replicates(name, 'k') from objects");
    assert!(found.contains("has to be a literal"), "{found}");
}

/// More literals than stay compiled, each of which is asked twice.
#[test]
fn any_number_of_literals_is_answered() {
    let context = context();
    for number in (0..40).chain(0..40) {
        let text = CONFIGURATION.replace("\"tax\"", &format!("\"tax-{number}\""));
        let call =
            format!("s3_rule('{text}', 'backup', 'Tax/1', '', 'SSE-S3', 'STANDARD', '', false)");
        assert_eq!(value(&context, &call), format!("tax-{number}"));
    }
}

#[test]
fn an_engine_has_a_name_too() {
    let configuration = ReplicationConfiguration::from_json(CONFIGURATION).unwrap();
    let engine = Engine::new(&configuration);
    let configurations = Configurations::new().with_engine("mine", &engine);
    let copy = configurations.clone().with("photos", CONFIGURATION).unwrap();
    let call = |name: &str| format!("s3_replicates('{name}', 'Logs/1', '')");
    assert_eq!(value(&context_with(&copy), &call("mine")), "false");
    // A clone that gets more names leaves the first as it is.
    assert!(error(&context_with(&configurations), &call("photos")).contains("`mine`"));
}
