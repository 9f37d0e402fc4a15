//! Facts that a row lacks, facts in other types, and values that are none.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, DictionaryArray, MapBuilder, StringArray, StringBuilder};
use datafusion::arrow::datatypes::Int32Type;

use crate::support::{context, error, shown, table, value};

#[test]
fn what_depends_on_a_missing_fact_is_null() {
    let context = context();
    for (arguments, expected) in [
        // No rule has this prefix, and the other rule needs a tag.
        ("'Logs/1', ''", "false"),
        ("'Logs/1'", ""),
        ("'Logs/1', 'a=c', NULL, NULL", "false"),
        ("'Tax/1'", ""),
        ("'Tax/1', '', 'SSE-S3', 'STANDARD', NULL, false", ""),
        // `NULL` in a column of statuses means that S3 wrote none.
        ("'Tax/1', '', 'SSE-S3', 'STANDARD', arrow_cast(NULL, 'Utf8'), false", "true"),
        ("'Tax/1', '', 'SSE-S3', 'STANDARD', 'REPLICA', false", "false"),
        ("'Tax/1', '', 'SSE-S3', 'STANDARD', NULL, false, NULL, 'BatchReplication'", "true"),
        ("'Tax/1', '', NULL, 'STANDARD', '', false", ""),
        ("'Tax/1', '', 'SSE-S3', NULL, '', false", ""),
        ("'Tax/1', '', 'SSE-KMS', 'STANDARD', '', false", "false"),
        ("'Tax/1', '', 'SSE-S3', 'GLACIER', '', false", "false"),
        ("'Tax/1', '', 'SSE-S3', 'INTELLIGENT_TIERING', '', false", ""),
        ("'Tax/1', '', 'SSE-S3', 'INTELLIGENT_TIERING', '', false, 'FREQUENT'", "true"),
        ("'Tax/1', '', 'SSE-S3', NULL, '', false, 'ARCHIVE'", "false"),
        // A delete marker has neither class nor encryption.
        ("'Tax/1', '', NULL, NULL, '', true", "true"),
        ("'Logs/1', 'a=b', NULL, NULL, '', true", "false"),
        // An older version and a delete marker are replicated alike.
        ("'Tax/1', '', 'SSE-S3', 'STANDARD', '', NULL", "true"),
        ("'Logs/1', 'a=b', 'SSE-S3', 'STANDARD', '', NULL", ""),
        ("NULL, '', 'SSE-S3', 'STANDARD', '', false", ""),
    ] {
        let answer = value(&context, &format!("s3_replicates('photos', {arguments})"));
        assert_eq!(answer, expected, "{arguments}");
    }
}

#[test]
fn a_replication_leaves_out_only_what_is_unknown() {
    let context = context();
    let known = "'Logs/1', 'a=b', 'SSE-KMS', 'GLACIER_IR', '', false";
    assert_eq!(
        value(&context, &format!("s3_replications('photos', {known})")),
        "[{bucket: arn:aws:s3:::archive, rule: tagged, storage_class: GLACIER_IR, kms_key: \
         arn:aws:kms:eu-central-1:123456789012:key/k}]"
    );
    // The rule holds for every encryption but one.
    let unknown = "'Logs/1', 'a=b', NULL, 'STANDARD', '', false";
    assert_eq!(
        value(&context, &format!("s3_replications('photos', {unknown})")),
        "[{bucket: arn:aws:s3:::archive, rule: tagged, storage_class: STANDARD, kms_key: }]"
    );
    let unknown = "'Logs/1', 'a=b', 'SSE-S3', NULL, '', false, 'FREQUENT'";
    assert_eq!(
        value(&context, &format!("s3_replications('photos', {unknown})")),
        "[{bucket: arn:aws:s3:::archive, rule: tagged, storage_class: INTELLIGENT_TIERING, kms_key: }]"
    );
    let marker = "'Tax/1', '', NULL, NULL, '', true";
    assert_eq!(
        value(&context, &format!("s3_replications('photos', {marker})")),
        "[{bucket: arn:aws:s3:::backup, rule: tax, storage_class: , kms_key: }]"
    );
    let either = "'Tax/1', '', 'SSE-S3', 'STANDARD', '', NULL";
    assert_eq!(value(&context, &format!("s3_replications('photos', {either})")), "");
    assert_eq!(value(&context, &format!("s3_rule('photos', 'backup', {either})")), "tax");
    let neither = "'Logs/1', '', 'SSE-S3', 'STANDARD', '', NULL";
    assert_eq!(value(&context, &format!("s3_replications('photos', {neither})")), "[]");
}

#[test]
fn a_rule_is_asked_for_by_arn_or_name() {
    let context = context();
    let facts = "'Tax/1', 'a=b', 'SSE-S3', 'STANDARD', '', false";
    for (bucket, rule) in [
        ("'arn:aws:s3:::backup'", "tax"),
        ("'backup'", "tax"),
        ("'archive'", "tagged"),
        ("'elsewhere'", ""),
        ("NULL", ""),
    ] {
        assert_eq!(value(&context, &format!("s3_rule('photos', {bucket}, {facts})")), rule);
    }
}

#[test]
fn arguments_have_names() {
    let context = context();
    let call = "s3_replicates('photos', key => 'Logs/1', tags => '')";
    assert_eq!(value(&context, call), "false");
}

#[test]
fn tags_are_a_header_or_a_map() {
    let context = context();
    let mut tags = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    tags.keys().append_value("c");
    tags.values().append_value("d");
    tags.keys().append_value("a");
    tags.values().append_value("b");
    tags.append(true).unwrap();
    tags.append(true).unwrap();
    tags.append(false).unwrap();
    let headers = StringArray::from(vec![Some("c=d&%61=b"), Some(""), None]);
    table(&context, vec![("map", Arc::new(tags.finish())), ("header", Arc::new(headers))]);
    let facts = "'SSE-S3', 'STANDARD', '', false";
    let query = format!(
        "select s3_replicates('photos', 'Logs/1', map, {facts}) as by_map,
                s3_replicates('photos', 'Logs/1', header, {facts}) as by_header from objects"
    );
    assert_eq!(
        shown(&context, &query),
        "+--------+-----------+\n| by_map | by_header |\n+--------+-----------+\n\
         | true   | true      |\n| false  | false     |\n|        |           |\n\
         +--------+-----------+"
    );
}

#[test]
fn a_dictionary_is_a_text() {
    let context = context();
    let classes: DictionaryArray<Int32Type> = ["STANDARD", "GLACIER"].into_iter().collect();
    table(&context, vec![("class", Arc::new(classes) as ArrayRef)]);
    let facts = "'Tax/1', '', 'SSE-S3', class, '', 'FALSE'";
    let query = format!("select s3_replicates('photos', {facts}) as answer from objects");
    let expected = "+--------+\n| answer |\n+--------+\n| true   |\n| false  |\n+--------+";
    assert_eq!(shown(&context, &query), expected);
}

#[test]
fn a_value_that_is_none_ends_the_query() {
    let context = context();
    for (arguments, message) in [
        ("'k', '', 'SSE-S4'", "`encryption`: "),
        ("'k', '', 'SSE-S3', 'STANDARD', 'DONE'", "`status`: "),
        ("'k', '', 'SSE-S3', 'STANDARD', '', false, 'COLD'", "`access_tier`: "),
        ("'k', '', 'SSE-S3', 'STANDARD', '', false, '', 'Put'", "`event`: "),
        ("'k', 'a%2=b'", "`tags`: "),
    ] {
        let found = error(&context, &format!("s3_replicates('photos', {arguments})"));
        assert!(found.contains(message), "{arguments}: {found}");
    }
}

#[test]
fn wrong_arguments_are_not_planned() {
    let context = context();
    for (call, message) in [
        ("s3_replicates('photos')", "takes 2 to 9 arguments, and it is called with 1"),
        ("s3_rule('photos', 'backup')", "takes 3 to 10 arguments"),
        ("s3_replicates('photos', 7)", "`key` has to be a text, and it is Int64"),
        ("s3_replicates('photos', 'k', 7)", "`tags` has to be a text such as `a=b&c=d`, or a map"),
        ("s3_decode_key('a', 'b')", "takes one argument"),
    ] {
        let found = error(&context, call);
        assert!(found.contains(message), "{call}: {found}");
    }
}

#[test]
fn keys_are_decoded() {
    let context = context();
    assert_eq!(value(&context, "s3_decode_key('Tax/a+b%26c')"), "Tax/a b&c");
    assert_eq!(value(&context, "s3_decode_key(NULL)"), "");
    let found = error(&context, "s3_decode_key('100%')");
    assert!(found.contains("a `%` without two hexadecimal digits"), "{found}");
}
