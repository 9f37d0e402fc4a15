//! Findings about given documents that have a code, as lints do.
//!
//! Two mistakes are so common that they have codes of their own, and can be found without a
//! configuration. Both make every request fail, and neither shows in the policy that an author
//! looks at:
//!
//! * The role of a job trusts `s3.amazonaws.com`, or the role of a configuration trusts
//!   `batchoperations.s3.amazonaws.com`. The console creates both, with similar names.
//! * A policy that was copied to another Region has a `kms:ViaService` of the old one.
//!
//! `notes.rs` adds them to the remarks of a check, and the command line shows them for documents
//! without a configuration, too. The codes are listed in `lint::DOCUMENT_FINDINGS`.

use std::collections::BTreeSet;

use crate::clause::{Clause, JOB_ROLE_TRUST, KMS_CONDITIONS, ROLE_TRUST};
use crate::permissions::decision::Decision;
use crate::permissions::document::{Effect, PolicyDocument, PrincipalKind, Selection, Statement};
use crate::permissions::documents::{JOB_SERVICE, REPLICATION_SERVICE};
use crate::permissions::given::GivenDocuments;
use crate::permissions::note::Note;
use crate::permissions::operator::Comparison;
use crate::permissions::request::{Request, RequestPrincipal};
use crate::permissions::wildcard::Wildcard;

/// The code of a role that another service may assume, and not the one that needs it.
const OTHER_SERVICE: &str = "role-trusts-other-service";
/// The code of a statement about a KMS key that S3 never uses in the Region of its condition.
const OTHER_REGION: &str = "kms-statement-for-other-region";

impl GivenDocuments {
    /// Returns the findings about the documents themselves: a role that trusts another service, and
    /// statements about a KMS key that name another Region. [`Setup::check`](super::Setup::check)
    /// contains them.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::permissions::{GivenDocuments, PolicyDocument};
    ///
    /// let trust = PolicyDocument::from_json(
    ///     r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
    ///         "Principal": {"Service": "batchoperations.s3.amazonaws.com"}}]}"#,
    /// )?;
    /// let given = GivenDocuments::new().with_trust_policy(trust);
    /// assert_eq!(given.findings()[0].code, Some("role-trusts-other-service"));
    /// # Ok::<(), s3_replication::Report>(())
    /// ```
    #[must_use]
    pub fn findings(&self) -> Vec<Note> {
        let trusts = [(&self.trust, &REPLICATION_ROLE), (&self.batch_trust, &BATCH_ROLE)];
        let trusts = trusts.into_iter();
        let mut notes: Vec<Note> = trusts
            .filter_map(|(trust, role)| trust_of_other_service(trust.as_ref()?, role))
            .collect();
        let roles = self.role.iter().map(|policy| ("the replication role", policy, None));
        let jobs = self.batch_role.iter().map(|policy| ("the batch role", policy, None));
        let keys = self.keys.iter().map(|(key, policy)| ("the key", policy, Some(key.as_str())));
        for (holder, policy, key) in roles.chain(jobs).chain(keys) {
            // Bucket policies are left out: they are about no KMS key.
            notes.extend(of_other_regions(holder, policy, key));
        }
        notes
    }
}

/// A role with the service that assumes it, and the service of the other role.
///
/// The two roles are mirror images, so one finding with this table is enough.
struct TrustingRole {
    // The beginning of the message.
    name: &'static str,
    // The service that assumes the role, and the one that assumes the other role.
    service: &'static str,
    other: &'static str,
    purpose_of_other: &'static str,
    clause: &'static Clause,
}

const REPLICATION_ROLE: TrustingRole = TrustingRole {
    name: "the role of the configuration",
    service: REPLICATION_SERVICE,
    other: JOB_SERVICE,
    purpose_of_other: "a job",
    clause: &ROLE_TRUST,
};

const BATCH_ROLE: TrustingRole = TrustingRole {
    name: "the role of the job",
    service: JOB_SERVICE,
    other: REPLICATION_SERVICE,
    purpose_of_other: "a configuration",
    clause: &JOB_ROLE_TRUST,
};

/// Finds a trust policy that does not name the service which assumes the role.
///
/// `None` unless no statement is about the service.
fn trust_of_other_service(policy: &PolicyDocument, role: &TrustingRole) -> Option<Note> {
    let TrustingRole { name, service, other, purpose_of_other, clause } = role;
    let request = Request::new("sts:AssumeRole", "*").by(RequestPrincipal::Service(service));
    let trusted = trusted_services(policy);
    // Where the service is named, a condition or a denial is in the way, and the check names it.
    if trusted.contains(service) || policy.decide(&request) != Decision::NotAllowed {
        return None;
    }
    // Trust in the other service is nearly always a mixed-up role, and the message names that role.
    let guess = if trusted.contains(other) {
        format!("; it is perhaps the role of {purpose_of_other}")
    } else {
        String::new()
    };
    let trusted = match trusted.into_iter().collect::<Vec<_>>().as_slice() {
        [] => "no service".to_owned(),
        services => format!("`{}`", services.join("`, `")),
    };
    let message = format!("{name} trusts {trusted}, and `{service}` assumes it{guess}");
    Some(Note::new(clause, message).with_code(OTHER_SERVICE))
}

/// Returns the services that a trust policy names in a statement that allows something.
fn trusted_services(policy: &PolicyDocument) -> BTreeSet<&str> {
    let allowing = policy.statements().iter().filter(|one| one.effect() == Effect::Allow);
    let named = allowing.filter_map(|one| one.principals.as_ref()).filter(|one| !one.is_negated);
    let named = named.flat_map(|principals| &principals.entries);
    let services = named.filter(|(kind, _)| *kind == PrincipalKind::Service);
    services.map(|(_, name)| name.as_str()).collect()
}

/// Finds statements that allow a key in one Region through S3 in others. S3 uses a key in the Region
/// of the key, so such a statement allows nothing.
///
/// ```text
/// Resource:  arn:aws:kms:eu-west-1:1:key/k
/// Condition: kms:ViaService = s3.eu-central-1.amazonaws.com     finding
/// ```
///
/// Denials are passed over: one for another Region denies nothing, and does no harm. A statement
/// without a condition on the service is about every Region.
fn of_other_regions<'p>(
    holder: &'p str,
    policy: &'p PolicyDocument,
    key: Option<&'p str>,
) -> impl Iterator<Item = Note> + 'p {
    policy.statements().iter().enumerate().flat_map(move |(at, statement)| {
        let through = regions_of_service(statement);
        let keys = keys_of(statement, key);
        let is_meant = statement.effect() == Effect::Allow && !through.is_empty();
        let keys = keys.into_iter().filter(move |_| is_meant);
        keys.filter_map(move |(arn, region)| {
            if through.contains(&region) {
                return None;
            }
            let name = statement
                .sid()
                .map_or_else(|| format!("the statement #{}", at + 1), |sid| format!("`{sid}`"));
            let through = through.join("`, `");
            let message = format!(
                "{name} in the policy of {holder} allows the key `{arn}` only through S3 in \
                 `{through}`; S3 uses a key in the Region of the key, so write \
                 `s3.{region}.amazonaws.com`"
            );
            Some(Note::new(&KMS_CONDITIONS, message).with_code(OTHER_REGION))
        })
    })
}

/// Returns the Regions in which a statement lets S3 use a key; none if they are not all literal.
///
/// A wildcard or a variable may stand for the right Region, so nothing is claimed then.
fn regions_of_service(statement: &Statement) -> Vec<&str> {
    let conditions = statement.conditions.iter();
    let via = conditions.filter(|one| one.key.eq_ignore_ascii_case("kms:ViaService"));
    let mut regions = Vec::new();
    for condition in via {
        let compares = condition.operator.comparison;
        if !matches!(compares, Comparison::StringEquals | Comparison::StringLike) {
            // An opposite, or an operator with another meaning: what it leaves over is not
            // computed.
            return Vec::new();
        }
        for value in &condition.values {
            let region =
                value.strip_prefix("s3.").and_then(|rest| rest.split_once(".amazonaws.com"));
            match region.map(|(region, _)| region).filter(|region| is_literal(region)) {
                Some(region) => regions.push(region),
                None => return Vec::new(),
            }
        }
    }
    regions
}

/// Returns the keys that a statement names by literal Regions, with these. In the policy of a key, it
/// is the key itself.
///
/// Empty for a statement with an opposite, and for one whose actions are none of those of
/// replication.
fn keys_of<'s>(statement: &'s Statement, key: Option<&'s str>) -> Vec<(&'s str, &'s str)> {
    let is_negated = |selection: &Selection| selection.is_negated;
    if is_negated(&statement.actions) || statement.resources.as_ref().is_some_and(is_negated) {
        return Vec::new();
    }
    let is_about_keys = statement.actions().iter().any(|pattern| {
        let wildcard = Wildcard::new(pattern).ignoring_case();
        ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]
            .iter()
            .any(|one| wildcard.matches(one))
    });
    let named: Vec<&str> = match key {
        Some(key) => vec![key],
        None => statement.resources().iter().map(String::as_str).collect(),
    };
    let keys = named.into_iter().filter(|_| is_about_keys).filter_map(|arn| {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        match parts.as_slice() {
            ["arn", _, "kms", region, _, _] if is_literal(region) => Some((arn, *region)),
            _ => None,
        }
    });
    keys.collect()
}

/// Returns true for a text without wildcards and variables.
fn is_literal(text: &str) -> bool {
    !text.is_empty() && !text.contains(['*', '?', '$'])
}
