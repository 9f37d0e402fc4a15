use crate::batch::request::validate::Proof;
use crate::batch::request::{
    ManifestEncryption, ManifestEncryptionDraft, ManifestOutputLocation,
    ManifestOutputLocationDraft, S3JobManifestGenerator, S3JobManifestGeneratorDraft,
};
use crate::clause;
use crate::diagnostic::Diagnostic;
use crate::path::FieldPath;

impl Proof<'_> {
    pub(super) fn generator(
        &mut self,
        draft: &S3JobManifestGeneratorDraft,
        at: &FieldPath,
    ) -> Option<S3JobManifestGenerator> {
        const LOCATION: &str = "ManifestOutputLocation";
        let owner = draft.expected_bucket_owner.as_ref();
        let expected_bucket_owner = self.account(owner, at, "ExpectedBucketOwner");
        let source_bucket = self.required(draft.source_bucket.as_ref(), at, "SourceBucket");
        let source_bucket = self.bucket(source_bucket, at, "SourceBucket");
        let enable = draft.enable_manifest_output.as_ref();
        let enable_manifest_output = self.required(enable, at, "EnableManifestOutput").copied();
        if enable_manifest_output == Some(true) && draft.manifest_output_location.is_none() {
            let message = "the manifest is to be kept, and nothing says where";
            let help = "add `ManifestOutputLocation`, or write `false` in `EnableManifestOutput`";
            let path = at.clone().field(LOCATION);
            self.refuse("output-location-missing", &clause::JOB_GENERATOR, path, message, help);
        }
        let location = draft.manifest_output_location.as_ref();
        let manifest_output_location = location
            .and_then(|location| self.output_location(location, &at.clone().field(LOCATION)));
        let filter = draft.filter.as_ref();
        let filter = filter.map(|filter| self.filter(filter, &at.clone().field("Filter")));
        Some(S3JobManifestGenerator {
            expected_bucket_owner,
            source_bucket: source_bucket?,
            manifest_output_location,
            filter,
            enable_manifest_output: enable_manifest_output?,
        })
    }

    fn output_location(
        &mut self,
        draft: &ManifestOutputLocationDraft,
        at: &FieldPath,
    ) -> Option<ManifestOutputLocation> {
        let owner = draft.expected_manifest_bucket_owner.as_ref();
        let owner = self.account(owner, at, "ExpectedManifestBucketOwner");
        let bucket = self.required(draft.bucket.as_ref(), at, "Bucket");
        let bucket = self.bucket(bucket, at, "Bucket");
        let prefix = self.text(draft.manifest_prefix.as_ref(), at, "ManifestPrefix", 512);
        let encryption = draft.manifest_encryption.as_ref();
        let manifest_encryption = encryption.and_then(|encryption| {
            self.manifest_encryption(encryption, &at.clone().field("ManifestEncryption"))
        });
        let format = self.required(draft.manifest_format.as_ref(), at, "ManifestFormat");
        let help = "write `S3InventoryReport_CSV_20211130`";
        let format = self.parse(format, at, "ManifestFormat", &clause::JOB_MANIFEST, help);
        Some(ManifestOutputLocation {
            expected_manifest_bucket_owner: owner,
            bucket: bucket?,
            manifest_prefix: prefix,
            manifest_encryption,
            manifest_format: format?,
        })
    }

    fn manifest_encryption(
        &mut self,
        draft: &ManifestEncryptionDraft,
        at: &FieldPath,
    ) -> Option<ManifestEncryption> {
        match (&draft.sse_s3, &draft.sse_kms) {
            (Some(_), None) => Some(ManifestEncryption::SseS3),
            (None, Some(kms)) => {
                let at = at.clone().field("SSE-KMS");
                let key_id = self.required(kms.key_id.as_ref(), &at, "KeyId");
                let key_id = self.text(key_id, &at, "KeyId", 2000)?;
                Some(ManifestEncryption::SseKms { key_id })
            }
            (None, None) => {
                let message = "`ManifestEncryption` names no encryption, which leaves the choice \
                               to the bucket";
                let help = "name `SSE-S3` or `SSE-KMS`, or leave `ManifestEncryption` out";
                let clause = &clause::JOB_GENERATOR;
                let finding =
                    Diagnostic::warning("encryption-unstated", clause, at.clone(), message);
                self.report.push(finding.with_help(help));
                None
            }
            (Some(_), Some(_)) => {
                let message = "a manifest has one encryption, `SSE-S3` or `SSE-KMS`";
                let help = "name one of them, or leave `ManifestEncryption` out";
                let clause = &clause::JOB_GENERATOR;
                self.refuse("encryption-not-one", clause, at.clone(), message, help);
                None
            }
        }
    }
}
