//! S3 Batch Replication without I/O: jobs, their manifests, and their completion reports.
//!
//! | module | holds |
//! | --- | --- |
//! | [`request`] | the request of CreateJob: read, checked, and written |
//! | [`job`] | the life of a job, as a state machine: events in, changes of status out |
//! | [`jobs`] | the jobs of an account and Region, and which of them run |
//! | [`manifest`] | the rows of a manifest: read, checked, and written |
//! | [`inventory`] | S3 Inventory as a manifest, and as a source of object versions |
//! | [`generator`] | the manifest that S3 would generate |
//! | [`facts`] | facts about versions, some of which an inventory may lack |
//! | [`run`] | the tasks of a job: rows in, tasks of replication out, results back |
//! | [`dry_run`] | what a job would do, counted, without running it |
//! | [`completion_report`] | the completion report: written, read, and summed up |
//! | [`response`] | the responses of S3 Control |
//! | [`checksum`] | MD5 checksums of files |
//!
//! Where the sources about S3 disagree or are silent, [`JobDialect`](crate::dialect::job::JobDialect)
//! decides.
//!
//! Everything streams, from a reader or to a writer of the caller, in memory that does not grow with
//! the file. Data files of inventories are compressed; the caller wraps them in a decompressor, such
//! as `BufReader::new(flate2::read::MultiGzDecoder::new(file))`.
//!
//! # Examples
//!
//! ```
//! use s3_replication::batch::manifest;
//! use s3_replication::model::Event;
//! use s3_replication::{Engine, ReplicationConfiguration};
//!
//! # let configuration = ReplicationConfiguration::from_json(
//! #     r#"{"Role": "arn:aws:iam::123456789012:role/replication", "Rules": [
//! #         {"ID": "all", "Status": "Enabled", "Priority": 1, "Filter": {"Prefix": "Tax/"},
//! #          "DeleteMarkerReplication": {"Status": "Disabled"},
//! #          "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
//! # )?;
//! let engine = Engine::new(&configuration);
//! let manifest = "photos,Tax/doc%201.pdf,v1\nphotos,cat.jpg,\nphotos,dog.jpg,null\n";
//! let fields: manifest::Fields = "Bucket,Key,VersionId".parse()?;
//!
//! let mut rows = manifest::Reader::new(manifest.as_bytes(), &fields).named("manifest.csv");
//! let row = rows.next().unwrap()?;
//! assert_eq!(row.key.as_bytes(), b"Tax/doc 1.pdf");
//! assert!(engine.decide(&row.version(), Event::BatchReplication).replicates());
//!
//! let fault = rows.next().unwrap().unwrap_err();
//! assert_eq!(fault.to_string(), "manifest.csv:2: the version ID is empty");
//! assert!(!fault.fails_job());
//!
//! let row = rows.next().unwrap()?;
//! assert!(!engine.decide(&row.version(), Event::BatchReplication).replicates());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod advice;
pub mod checksum;
pub mod completion_report;
mod csv;
pub mod dry_run;
mod encoding;
pub mod facts;
pub mod generator;
mod identity;
pub mod inventory;
pub mod job;
pub mod jobs;
pub mod manifest;
pub mod request;
pub mod response;
mod row_error;
pub mod run;
