//! Links that are decided, but not permitted: the policies of roles, buckets and keys.
//!
//! Each edge of the graph is checked by itself, with the rules for its destination.
//!
//! ```text
//! --role-policy role.json            the role that all configurations name
//! --role-policy photos=role.json     the role that the configuration of `photos` names
//! --bucket-policy backup=b.json      every link to or from `backup`
//!
//! warning[link-not-permitted]: `photos` to `backup` is decided, but not permitted: it needs
//! `s3:ReplicateDelete` on `arn:aws:s3:::backup/*`; the policy of the replication role does not …
//! ```
//!
//! A role is named by a bucket and not by its ARN, because the user knows the files by bucket. Two
//! configurations may name the same role; its policies then apply to the links of both, whichever
//! bucket they were given for.
//!
//! `permissions --check` of one configuration has the same requests, with more about each. The
//! words and the forms for JSON are shared with it.

use std::collections::HashMap;
use std::ffi::OsString;

use serde::Serialize;

use s3_replication::Diagnostic;
use s3_replication::diagnostic::FindingDescription;
use s3_replication::model::{BucketArn, BucketName, RoleArn};
use s3_replication::path::FieldPath;
use s3_replication::permissions::{
    Checked, DocumentKind, GivenDocuments, Note, PolicyDocument, Setup,
};
use s3_replication::topology::{Graph, Topology};
use s3_replication::{lint, topology};

use crate::cli::Failure;
use crate::cli::input::Input;
use crate::cli::lints;
use crate::cli::permissions::{
    MissingForm, NoteForm, UndecidedForm, bucket_file, cause, effect, key_file, read_policy,
};
use crate::cli::suggestion::did_you_mean;

/// The code of a link that lacks a permission.
const NOT_PERMITTED: &str = "link-not-permitted";
/// The code of a link whose permission depends on what is unknown.
const UNDECIDED: &str = "link-permission-undecided";

// The doc comments on this type and its fields are the help. `RoleFiles` of `permissions` is
// similar, but there is one role only.
/// The policies by which links are judged.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Policies, to find replication that they do not permit")]
#[expect(clippy::struct_field_names, reason = "the names of flags: each ends in `-policy`")]
pub(super) struct PolicyOptions {
    /// A permissions policy of the role that the configuration of BUCKET names; can be repeated.
    /// BUCKET is not needed if all configurations name one role
    #[arg(long, value_name = "[BUCKET=]FILE", value_parser = role_file)]
    role_policy: Vec<RoleFile>,
    /// The trust policy of the role that the configuration of BUCKET names
    #[arg(long, value_name = "[BUCKET=]FILE", value_parser = role_file)]
    trust_policy: Vec<RoleFile>,
    /// The policy of a bucket; can be repeated
    #[arg(long, value_name = "BUCKET=FILE", value_parser = bucket_file)]
    bucket_policy: Vec<(BucketName, Input)>,
    /// The policy of a KMS key, by its ARN or ID; can be repeated
    #[arg(long, value_name = "KEY=FILE", value_parser = key_file)]
    key_policy: Vec<(String, Input)>,
}

/// A policy of a role, with the bucket whose configuration names the role.
#[derive(Clone, Debug)]
struct RoleFile {
    /// The bucket; `None` if only one role can be meant.
    bucket: Option<BucketName>,
    /// The file with the policy.
    input: Input,
}

/// Parses `FILE` or `BUCKET=FILE`.
///
/// ```text
/// role.json          no bucket
/// photos=role.json   the bucket `photos`
/// a/b=c.json         no bucket: the part before `=` cannot be the name of one, so all is the path
/// photos=            an error
/// ```
fn role_file(text: &str) -> Result<RoleFile, String> {
    let named = text.split_once('=').and_then(|(name, file)| Some((name.parse().ok()?, file)));
    let (bucket, file) = named.map_or((None, text), |(bucket, file)| (Some(bucket), file));
    if file.is_empty() {
        return Err("write BUCKET=FILE, such as `photos=role.json`".to_owned());
    }
    Ok(RoleFile { bucket, input: Input::from(OsString::from(file)) })
}

/// A link of the graph, and the check of its permissions.
pub(super) struct CheckedLink<'t> {
    /// The bucket whose configuration decides, and whose role replicates.
    source: &'t BucketArn,
    destination: &'t BucketArn,
    /// The position of its first rule.
    rule: usize,
    /// The answer about the requests that replication to this destination makes.
    checked: Checked,
}

/// The check of a link, as JSON.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct LinkForm<'a> {
    source: &'a BucketArn,
    destination: &'a BucketArn,
    /// `permitted`, `not-permitted` or `undecided`. A missing request outweighs an undecided one.
    verdict: &'static str,
    missing: Vec<MissingForm<'a>>,
    undecided: Vec<UndecidedForm<'a>>,
    unknown: Vec<NoteForm<'a>>,
    /// The findings about the policies themselves.
    notes: Vec<NoteForm<'a>>,
}

impl PolicyOptions {
    /// Returns the inputs, of which at most one may be the standard input.
    ///
    /// Without any, links are not judged, and the answer has no part about permissions.
    pub(super) fn inputs(&self) -> impl Iterator<Item = &Input> {
        let roles = self.role_policy.iter().chain(&self.trust_policy).map(|file| &file.input);
        let buckets = self.bucket_policy.iter().map(|(_, input)| input);
        roles.chain(buckets).chain(self.key_policy.iter().map(|(_, input)| input))
    }

    /// Checks every link; none if there is no policy.
    ///
    /// Links come in the order of the edges. A source without an IAM role, as of another store, is
    /// left out, since its permissions are not known.
    pub(super) fn check<'t>(
        &self,
        topology: &'t Topology,
        graph: &Graph<'t>,
    ) -> Result<Vec<CheckedLink<'t>>, Failure> {
        if self.inputs().next().is_none() {
            return Ok(Vec::new());
        }
        // All policies are read before the first check, so that a mistake in one ends the command
        // early.
        let roles = self.roles(topology, graph)?;
        let shared = self.shared()?;
        let mut links = Vec::new();
        for edge in graph.edges() {
            let source = edge.source().name();
            let Some(configuration) = topology.configuration(source) else { continue };
            let Some(role) = configuration.role() else { continue };
            // A role without policies here is not judged, and the bucket policies are.
            let mut given = shared.clone();
            if let Some(policies) = roles.get(role) {
                given = policies
                    .permissions
                    .iter()
                    .cloned()
                    .fold(given, GivenDocuments::with_role_policy);
                given =
                    policies.trust.iter().cloned().fold(given, GivenDocuments::with_trust_policy);
            }
            let setup =
                Setup::new(configuration, source.clone(), topology.dialect(), topology.buckets());
            links.push(CheckedLink {
                source: edge.source(),
                destination: edge.destination(),
                rule: edge.rules().first().map_or(0, |rule| rule.position),
                // Only the requests for this destination. A refusal of another one belongs to its
                // link.
                checked: setup.with_destination(edge.destination()).check(&given),
            });
        }
        Ok(links)
    }

    /// Reads the policies of buckets and keys.
    ///
    /// They are given to the check of every link, which uses those of its own buckets and keys.
    fn shared(&self) -> Result<GivenDocuments, Failure> {
        let mut given = GivenDocuments::new();
        for (bucket, input) in &self.bucket_policy {
            let policy = read_policy(DocumentKind::BucketPolicy, input)?;
            given = given.with_bucket_policy(bucket.clone(), policy);
        }
        for (key, input) in &self.key_policy {
            given =
                given.with_key_policy(key.clone(), read_policy(DocumentKind::KeyPolicy, input)?);
        }
        Ok(given)
    }

    /// Reads the policies of roles, by role: two configurations may name the same one.
    fn roles<'t>(
        &self,
        topology: &'t Topology,
        graph: &Graph<'t>,
    ) -> Result<HashMap<&'t RoleArn, RolePolicies>, Failure> {
        let mut roles: HashMap<&RoleArn, RolePolicies> = HashMap::new();
        for file in &self.role_policy {
            let role = file.role(topology, graph)?;
            let policy = read_policy(DocumentKind::RolePolicy, &file.input)?;
            roles.entry(role).or_default().permissions.push(policy);
        }
        for file in &self.trust_policy {
            let role = file.role(topology, graph)?;
            let policy = read_policy(DocumentKind::TrustPolicy, &file.input)?;
            // A role has many permissions policies, which add up, and one trust policy.
            if roles.entry(role).or_default().trust.replace(policy).is_some() {
                let message = format!("the role `{role}` has two trust policies; give one");
                return Err(Failure::Message(message));
            }
        }
        Ok(roles)
    }
}

/// The policies of a role.
#[derive(Default)]
struct RolePolicies {
    /// The permissions policies, which count together.
    permissions: Vec<PolicyDocument>,
    /// The trust policy, if it was given.
    trust: Option<PolicyDocument>,
}

impl RoleFile {
    /// Returns the role that the policy belongs to.
    ///
    /// ```text
    /// with a bucket      the role of its configuration; an error if that is not given or has no role
    /// without a bucket   the role of all configurations; an error if two differ, or if there is none
    /// ```
    ///
    /// A policy that belongs to no role here is an error and not ignored: its file was meant for
    /// one.
    fn role<'t>(&self, topology: &'t Topology, graph: &Graph<'t>) -> Result<&'t RoleArn, Failure> {
        let file = self.input.given();
        let Some(bucket) = &self.bucket else {
            let mut roles = graph.nodes().iter().filter_map(|node| {
                let configuration = topology.configuration(node.bucket().name())?;
                Some((node.bucket().name().clone(), configuration.role()?))
            });
            let Some((bucket, role)) = roles.next() else {
                let message = "no configuration names an IAM role, so none has policies";
                return Err(Failure::Message(message.to_owned()));
            };
            return match roles.find(|(_, other)| *other != role) {
                None => Ok(role),
                Some((second, _)) => Err(Failure::Message(format!(
                    "the configurations of `{bucket}` and `{second}` name different roles; write \
                     BUCKET=FILE, such as `{bucket}={file}`"
                ))),
            };
        };
        let Some(configuration) = topology.configuration(bucket) else {
            let given = graph.nodes().iter().filter(|node| node.has_configuration());
            let given = given.map(|node| node.bucket().name().as_str());
            let message = format!(
                "no configuration is given for `{bucket}`, whose role the policy `{file}` is for{}",
                did_you_mean(bucket.as_str(), given)
            );
            return Err(Failure::Message(message));
        };
        configuration.role().ok_or_else(|| {
            let message = format!("the configuration of `{bucket}` names no IAM role");
            Failure::Message(message)
        })
    }
}

impl<'t> CheckedLink<'t> {
    /// Returns the bucket whose configuration decides.
    ///
    /// The findings of the link are shown in its configuration.
    pub(super) fn bucket(&self) -> &'t BucketName {
        self.source.name()
    }

    /// Returns true if a needed request is not permitted.
    pub(super) fn is_refused(&self) -> bool {
        !self.checked.missing().is_empty()
    }

    /// Returns true if every needed request is permitted.
    ///
    /// False also where the check is undecided.
    pub(super) fn is_permitted(&self) -> bool {
        self.checked.verdict() == Some(true)
    }

    /// Returns true if no needed request is refused, and one depends on what is unknown, or an unknown
    /// fact may add one.
    pub(super) const fn is_undecided(&self) -> bool {
        self.checked.verdict().is_none()
    }

    /// Returns true if the policies themselves have findings.
    ///
    /// Such a link may be permitted nevertheless.
    pub(super) fn has_findings(&self) -> bool {
        self.findings().next().is_some()
    }

    /// Returns a warning for each request that is not permitted or undecided, for each unknown fact, and
    /// for each finding about the policies.
    ///
    /// ```text
    /// missing request     link-not-permitted          with the cause, the effect and a help
    /// undecided request   link-permission-undecided   with the keys on which it depends
    /// unknown fact        link-permission-undecided   with the message about the fact
    /// finding             its own code
    /// ```
    ///
    /// All are warnings: a link that is not permitted does not make the configuration invalid.
    pub(super) fn diagnostics(&self) -> impl Iterator<Item = Diagnostic> {
        let (source, destination) = (self.source.name(), self.destination.name());
        // The destination of the first rule of the link. The policy itself has no place in the
        // text.
        let place = FieldPath::rule(self.rule).field("Destination").field("Bucket");
        let help = format!(
            "compare with the policies that `s3-replication permissions --source-bucket {source}` \
             writes for the configuration"
        );
        let refused = self.checked.missing().iter().map({
            let (place, help) = (place.clone(), help.clone());
            move |missing| {
                let message = format!(
                    "`{source}` to `{destination}` is decided, but not permitted: it needs `{}` on \
                     `{}`; {}",
                    missing.action,
                    missing.resource,
                    cause(missing)
                );
                let warning =
                    Diagnostic::warning(NOT_PERMITTED, missing.clause, place.clone(), message);
                let warning = warning.with_help(help.clone());
                // An empty effect would be an empty line of the finding.
                match effect(missing) {
                    effect if effect.is_empty() => warning,
                    effect => warning.with_consequence(effect),
                }
            }
        });
        let undecided = self.checked.undecided().iter().map(move |undecided| {
            let depends_on: Vec<&str> = undecided.depends_on.iter().map(String::as_str).collect();
            let message = format!(
                "`{source}` to `{destination}` is decided, and its permission is not: it needs `{}` \
                 on `{}`, and {} depends on {}",
                undecided.action,
                undecided.resource,
                undecided.document,
                depends_on.join(", ")
            );
            // No clause: what a policy leaves open is no claim about S3.
            Diagnostic::warning(UNDECIDED, None, place.clone(), message)
        });
        let place = FieldPath::rule(self.rule).field("Destination").field("Bucket");
        let unknown = self.checked.unknown_facts().iter().map(move |fact| {
            let message = format!(
                "`{source}` to `{destination}` is decided, and its permission is not: {}",
                fact.message
            );
            Diagnostic::warning(UNDECIDED, fact.clause, place.clone(), message)
        });
        let place = FieldPath::rule(self.rule).field("Destination").field("Bucket");
        let findings = self.findings().map(move |(code, note)| {
            Diagnostic::warning(code, note.clause, place.clone(), note.message.clone())
        });
        refused.chain(undecided).chain(unknown).chain(findings)
    }

    /// Returns the findings about the policies themselves, with their codes.
    ///
    /// Remarks without a code, such as sources that differ, are left to `permissions --check`.
    fn findings(&self) -> impl Iterator<Item = (&'static str, &Note)> {
        self.checked.notes().iter().filter_map(|note| Some((note.code?, note)))
    }

    /// Returns the check as JSON.
    ///
    /// Every list is there, even if it is empty.
    pub(super) fn form(&self) -> LinkForm<'_> {
        let verdict = match (self.is_refused(), self.is_undecided()) {
            (true, _) => "not-permitted",
            (_, true) => "undecided",
            _ => "permitted",
        };
        LinkForm {
            source: self.source,
            destination: self.destination,
            verdict,
            missing: self.checked.missing().iter().map(MissingForm::from).collect(),
            undecided: self.checked.undecided().iter().map(UndecidedForm::from).collect(),
            unknown: self.checked.unknown_facts().iter().map(NoteForm::from).collect(),
            notes: self.findings().map(|(_, note)| NoteForm::from(note)).collect(),
        }
    }
}

/// Returns the description of a kind of findings, by its code.
///
/// It may be a code of the library for topologies, of a lint, or of a finding that a command makes.
/// The last ones have a summary alone. `None` for a code that nothing describes.
pub(super) fn describe(code: &str) -> Option<FindingDescription> {
    let of_library = topology::describe(code).or_else(|| lint::describe(code));
    of_library.or_else(|| {
        let (_, summary) = lints::other_finding(code)?;
        Some(FindingDescription { summary, explanation: "" })
    })
}
