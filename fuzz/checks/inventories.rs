//! Inventories: every line of a data file is read as a row or reported as an error, by every reader.

use s3_replication::batch::checksum;
use s3_replication::batch::facts::FactSet;
use s3_replication::batch::generator::{Exclusion, ManifestGenerator, StatusFilter};
use s3_replication::batch::inventory;
use s3_replication::batch::manifest;
use s3_replication::batch::request::JobManifestGeneratorFilterDraft;
use s3_replication::dialect::job::{EmptyVersionId, JobDialect, ManifestVersions, PlusReading};
use s3_replication::{Engine, ReplicationConfiguration};

use super::manifests;

/// The separator between the document and its data files.
const BETWEEN: u8 = 0x1E;

const RULES: &str = r#"{"Role": "arn:aws:iam::111122223333:role/replication", "Rules": [
    {"ID": "tax", "Status": "Enabled", "Priority": 1,
     "Filter": {"And": {"Prefix": "Tax/", "Tags": [{"Key": "team", "Value": "tax"}]}},
     "DeleteMarkerReplication": {"Status": "Disabled"},
     "Destination": {"Bucket": "arn:aws:s3:::backup"}},
    {"ID": "all", "Status": "Enabled", "Priority": 2, "Filter": {"Prefix": "a"},
     "DeleteMarkerReplication": {"Status": "Enabled"},
     "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#;

pub(super) fn check(bytes: &[u8]) {
    let mut parts = bytes.split(|byte| *byte == BETWEEN);
    let document = parts.next().unwrap_or_default();
    let manifest = match inventory::Manifest::from_json(document) {
        Ok(manifest) => manifest,
        Err(wrong) => {
            assert!(!wrong.to_string().is_empty());
            assert!(!wrong.job_failure().failure_reason().is_empty());
            return;
        }
    };
    assert_eq!(inventory::Manifest::from_json(manifest.to_json()).as_ref(), Ok(&manifest));
    let schema = &manifest.schema;
    assert_eq!(&schema.to_string().parse::<inventory::Schema>().unwrap(), schema);
    assert_eq!(schema.manifest_fields().as_slice().len(), schema.as_slice().len());

    let generators = generators(&manifest);
    for (at, text) in parts.enumerate() {
        if let Some(file) = manifest.files.get(at) {
            let (checksum, size) = checksum::Reader::new(text).finish().unwrap();
            let is_right = file.size == size && file.md5_checksum == checksum;
            assert_eq!(file.check(checksum, size).is_ok(), is_right);
        }
        check_file(&manifest, &generators, text);
    }
}

/// The generators to ask about every row, by decreasing knowledge: with and without a filter.
fn generators(manifest: &inventory::Manifest) -> Vec<ManifestGenerator> {
    let configuration = ReplicationConfiguration::from_json(RULES).unwrap();
    let engine = Engine::new(&configuration);
    let mut eligible = JobManifestGeneratorFilterDraft::default();
    eligible.eligible_for_replication = Some(true);
    let mut filtered = eligible.clone();
    filtered.created_after = Some("2020-01-01T00:00:00Z".parse().unwrap());
    filtered.object_replication_statuses = Some(vec![StatusFilter::None, StatusFilter::Failed]);
    let filters = [eligible, filtered].map(|draft| draft.validate(&JobDialect::AWS).unwrap());
    let source = &manifest.source_bucket;
    let made = filters
        .into_iter()
        .map(|filter| ManifestGenerator::new(source.clone(), filter, engine.clone()));
    made.collect()
}

/// An answer that is certain with fewer facts must stay the same with more facts.
fn check_judgements(
    generator: &ManifestGenerator,
    schema: &inventory::Schema,
    (row, listed): (&manifest::Row, &manifest::Row),
) {
    let by_columns = schema.facts();
    let judge = |facts, row| generator.clone().with_known_facts(facts).judge_row(row);
    let knowing = [judge(FactSet::NONE, listed), judge(by_columns, row), judge(FactSet::ALL, row)];
    for pair in knowing.windows(2) {
        let is_unknown =
            |judged: &Result<(), Exclusion>| judged.is_err_and(|exclusion| exclusion.is_unknown());
        let [less, more] = pair else { unreachable!("windows of two") };
        if !is_unknown(less) {
            assert!(
                !is_unknown(more) && less.is_ok() == more.is_ok(),
                "{row:?}: {less:?}, {more:?}"
            );
        }
    }
}

fn check_file(manifest: &inventory::Manifest, generators: &[ManifestGenerator], text: &[u8]) {
    let schema = &manifest.schema;
    let reader = || {
        manifest::Reader::inventory(text, schema)
            .with_versions(ManifestVersions::Optional)
            .with_empty_version_id(EmptyVersionId::NullVersion)
    };
    let lines = text.split(|byte| *byte == b'\n').count();
    let as_inventory: Vec<_> = reader().collect();
    assert!(as_inventory.len() <= lines, "more rows than lines");
    let of_job = manifest::Reader::new(text, &schema.manifest_fields())
        .with_versions(ManifestVersions::Optional)
        .with_empty_version_id(EmptyVersionId::NullVersion);
    let of_job: Vec<_> = of_job.collect();
    assert_eq!(of_job.len(), as_inventory.len(), "a job reads the same lines");
    for (row, listed) in as_inventory.iter().zip(&of_job) {
        match (row, listed) {
            (Ok(row), Ok(listed)) => {
                let names = (&row.bucket, &row.key, &row.version_id);
                assert_eq!(names, (&listed.bucket, &listed.key, &listed.version_id));
                for generator in generators {
                    check_judgements(generator, schema, (row, listed));
                }
            }
            // A job does not look at the other columns.
            (Err(fault), Ok(_)) => assert_eq!(fault.code(), "value-invalid"),
            (Ok(_), Err(fault)) => panic!("a job reads less: {fault}"),
            (Err(_), Err(fault)) => manifests::check_error(fault),
        }
    }
    let rows = manifests::rows(reader());
    let read = |text: &[u8], plus: PlusReading| {
        manifests::read(manifest::Reader::inventory(text, schema), plus)
    };
    manifests::check_round_trip(&rows, manifest::Writer::inventory(Vec::new(), schema), read);
}
