use crate::batch::manifest;
use crate::batch::request::validate::Proof;
use crate::batch::request::{
    JobManifest, JobManifestDraft, JobManifestLocation, JobManifestLocationDraft,
    JobManifestSpecDraft,
};
use crate::clause;
use crate::diagnostic::Diagnostic;
use crate::dialect::job::ManifestVersions;
use crate::path::FieldPath;
use crate::vocabulary::UnknownWord;

impl Proof<'_> {
    pub(super) fn manifest(
        &mut self,
        draft: &JobManifestDraft,
        at: &FieldPath,
    ) -> Option<JobManifest> {
        let spec = self.required(draft.spec.as_ref(), at, "Spec");
        let spec = spec.and_then(|spec| self.manifest_spec(spec, &at.clone().field("Spec")));
        let location = self.required(draft.location.as_ref(), at, "Location");
        let location = location
            .and_then(|location| self.manifest_location(location, &at.clone().field("Location")));
        let (format, fields) = spec?;
        Some(JobManifest { format, fields, location: location? })
    }

    fn manifest_spec(
        &mut self,
        draft: &JobManifestSpecDraft,
        at: &FieldPath,
    ) -> Option<(manifest::Format, Option<Vec<manifest::Field>>)> {
        let format = self.required(draft.format.as_ref(), at, "Format");
        let is_generated = |format: &String| format.parse::<manifest::GeneratedFormat>().is_ok();
        let help = if format.is_some_and(is_generated) {
            "this is a format of generated manifests only; give a saved one as \
             `S3InventoryReport_CSV_20161130`"
        } else {
            "write `S3BatchOperations_CSV_20180820` or `S3InventoryReport_CSV_20161130`"
        };
        let format = self.parse(format, at, "Format", &clause::JOB_MANIFEST, help);
        let fields = draft.fields.as_deref().map(|fields| self.manifest_fields(fields, at));
        let (format, fields) = (format?, fields.map_or(Some(None), |fields| fields.map(Some))?);
        self.check_columns(format, fields.as_deref(), at);
        Some((format, fields))
    }

    fn manifest_fields(
        &mut self,
        words: &[String],
        at: &FieldPath,
    ) -> Option<Vec<manifest::Field>> {
        let mut fields = Vec::new();
        for (index, word) in words.iter().enumerate() {
            match word.parse() {
                Ok(field) => fields.push(field),
                Err(error) => {
                    let error: UnknownWord = error;
                    let path = at.clone().field("Fields").index(index);
                    let message: String = error.to_string().chars().take(200).collect();
                    let help = "call a column that does not count `Ignore`";
                    self.refuse("invalid-value", &clause::JOB_MANIFEST, path, message, help);
                }
            }
        }
        (fields.len() == words.len()).then_some(fields)
    }

    fn check_columns(
        &mut self,
        format: manifest::Format,
        fields: Option<&[manifest::Field]>,
        at: &FieldPath,
    ) {
        let path = || at.clone().field("Fields");
        let clause = &clause::JOB_MANIFEST;
        let fields = match (format, fields) {
            (manifest::Format::S3InventoryReportCsv20161130, None) => return,
            (manifest::Format::S3InventoryReportCsv20161130, Some(_)) => {
                let message = "an inventory names its columns itself, so that these do not count";
                let finding = Diagnostic::warning("fields-unexpected", clause, path(), message);
                return self.report.push(finding.with_help("leave `Fields` out"));
            }
            (manifest::Format::S3BatchOperationsCsv20180820, fields) => fields.unwrap_or_default(),
        };
        for (field, count) in manifest::Fields::wrong_counts(fields) {
            if count == 0 {
                let message = format!("no column holds `{field}`");
                let help = format!("name the column that holds `{field}`");
                self.refuse("fields-incomplete", clause, path(), message, help);
            } else {
                let message = format!("`{field}` names {count} columns");
                let help = "call the others `Ignore`";
                self.refuse("fields-repeated", clause, path(), message, help);
            }
        }
        let needs_versions = self.dialect.manifest_versions() == ManifestVersions::Required;
        if needs_versions && !fields.contains(&manifest::Field::VersionId) {
            let message = "the manifest of a replication names versions, and no column holds them";
            let help = "add a column with the version id, `null` for the null version";
            let clause = &clause::JOB_MANIFEST_VERSIONS;
            self.refuse("versions-missing", clause, path(), message, help);
        }
    }

    pub(super) fn manifest_location(
        &mut self,
        draft: &JobManifestLocationDraft,
        at: &FieldPath,
    ) -> Option<JobManifestLocation> {
        let help = "write the ARN of the manifest object, `arn:aws:s3:::<bucket>/<key>`";
        let arn = self.required(draft.object_arn.as_ref(), at, "ObjectArn");
        let object_arn = self.parse(arn, at, "ObjectArn", &clause::JOB_LIMITS, help);
        let version = draft.object_version_id.as_ref();
        let object_version_id = self.text(version, at, "ObjectVersionId", 2000);
        let e_tag = self.required(draft.e_tag.as_ref(), at, "ETag");
        let e_tag = self.text(e_tag, at, "ETag", 1024);
        Some(JobManifestLocation { object_arn: object_arn?, object_version_id, e_tag: e_tag? })
    }
}
