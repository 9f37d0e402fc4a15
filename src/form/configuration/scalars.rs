//! The elements that hold text: the values of each, and S3's answer to any other.
//!
//! The answers are those on record for S3, word for word, with the code that goes with them. The
//! message and the help are this crate's, because S3's texts do not name the value or what to write
//! instead.
//!
//! An example of the two texts, for a priority of -1: this crate reports that it is not an integer
//! from 0 to 2147483647, with a place and a help; the answer that it attributes to S3 is
//! `InvalidRequest`, "Priority must be between 0 and 2147483647." (REP-211).
//!
//! One function reads one element, and each is built in the same way:
//!
//! ```text
//! stand_in ── a value that a template does not state: a name that stands for it, or a hole
//! read     ── the text, of the kind that the row has; another kind is refused by the reader
//! parse    ── the type of the value in `model`, whose error has the message for the user
//! map_err  ── the code, the clause, the stage and S3's answer, and the help from `meant`
//! ```
//!
//! The stage decides where a refusal stands among the others (REP-250): a word or a number of the
//! wrong syntax violates the schema, a bad role comes next, and all other values are looked at rule
//! by rule.
//!
//! Only texts are checked here. That a rule has no priority, or two rules have the same one, is for
//! lints.

use std::str::FromStr;

use crate::clause::{self, Clause};
use crate::diagnostic::{Diagnostic, ServiceError, ServiceErrorCode, Stage};
use crate::dialect::{DestinationForm, EmptyAccountCode, RoleReading};
use crate::document::{Element, Kind};
use crate::form::configuration::{Decoder, clause_of};
use crate::form::fields::Fields;
use crate::form::meant::{self, AccountForm};
use crate::form::mistake::Objection;
use crate::form::mistake::{self, Mistake};
use crate::form::path_stack::PathStack;
use crate::form::reader::{Refusal, value_span};
use crate::form::schema::Content;
use crate::model::{
    Account, BucketArn, InvalidAccount, InvalidTag, InvalidZoneName, KmsKeyArn, Minutes, Prefix,
    Priority, RoleArn, RuleId, StorageClass, Tag, TagPart, ZoneName,
};
use crate::vocabulary::UnknownWord;

impl Decoder<'_> {
    /// Reads a text field. A text that cannot be read is refused, and leaves a hole.
    ///
    /// The kind follows from the row: in JSON a priority must be a number, and an ID a string.
    ///
    /// Returns `None` for an absent field, too. The findings show which it was, and `Holes` of
    /// `diagnostic` passes that on to the lints.
    fn read<T>(
        &mut self,
        fields: &Fields<'_, '_>,
        name: &'static str,
        at: &PathStack<'_>,
        read: impl FnOnce(&str) -> Result<T, Refusal>,
    ) -> Option<T> {
        let (row, element) = fields.get(name)?;
        let at = at.field(name);
        let kind = match row.content {
            Content::Integer(_) => Kind::Number,
            _ => Kind::String,
        };
        self.read_element(element, kind, &at, read)
    }

    /// Reads the text of an element. A text that cannot be read is refused, and leaves a hole.
    ///
    /// This is the last step of every scalar: the text, its value, or a refusal at the place of the
    /// text.
    fn read_element<T>(
        &mut self,
        element: Element<'_, '_>,
        kind: Kind,
        at: &PathStack<'_>,
        read: impl FnOnce(&str) -> Result<T, Refusal>,
    ) -> Option<T> {
        match read(self.reader.scalar(element, kind, at)?) {
            Ok(value) => Some(value),
            Err(refusal) => {
                self.reader.push(refusal, at, value_span(element));
                None
            }
        }
    }

    /// Returns the stand-in for a value that a template does not state, if the field has one.
    ///
    /// `make` gets the expression, such as `${Backup}`, and true if it may be another thing under
    /// another name. A tree that is made of a template marks a reference to one resource by a tag,
    /// and any other expression, such as a parameter, may stand for a bucket that the same template
    /// names in another way.
    ///
    /// The value is noted as unknown even if the stand-in is accepted. Returns `None` for a value
    /// that is stated, so that the caller reads its text; a field without a stand-in, such as a
    /// priority, is noted by the reader and becomes a hole.
    fn stand_in<'d, T>(
        &mut self,
        fields: &Fields<'d, '_>,
        name: &'static str,
        at: &PathStack<'_>,
        make: impl FnOnce(&'d str, bool) -> T,
    ) -> Option<T> {
        let (_, element) =
            fields.get(name).filter(|(_, element)| element.kind() == Kind::Unknown)?;
        self.reader.note_unknown(element, &at.field(name));
        Some(make(element.text(), element.tag().is_none()))
    }

    /// Reads a word of a closed vocabulary.
    ///
    /// The vocabulary is closed, so an unknown word violates the schema (REP-107).
    ///
    /// Words are compared to the letter: `enabled` is refused, and the help names `Enabled`.
    pub(super) fn word<T: FromStr<Err = UnknownWord>>(
        &mut self,
        fields: &Fields<'_, '_>,
        name: &'static str,
        at: &PathStack<'_>,
    ) -> Option<T> {
        self.read(fields, name, at, |text| {
            text.parse().map_err(|error| invalid_value(mistake::value(&error)))
        })
    }

    /// Reads `Role`, as the ARN of a role and in the form of another store.
    ///
    /// Returns the ARN, and the text that the draft keeps beside it or instead of it:
    ///
    /// | `Role` of the dialect | text | result |
    /// | --- | --- | --- |
    /// | `IamRole` | the ARN of a role | the ARN |
    /// | `OneOrTwoRoles` | two ARNs with a comma | the first ARN, and the whole text |
    /// | `RoleOfAnyAccount` | `arn:aws:iam::project1:role/r` | the text alone |
    /// | `TargetOrAbsent`, `Ignored` | the ARN of a role | the ARN |
    /// | `TargetOrAbsent`, `Ignored` | any other text but white space | the text alone |
    /// | any of the first three | anything else | as for `IamRole`, which refuses it |
    pub(super) fn role(
        &mut self,
        fields: &Fields<'_, '_>,
        at: &PathStack<'_>,
    ) -> (Option<RoleArn>, Option<String>) {
        match self.dialect.role() {
            RoleReading::IamRole => (self.iam_role(fields, at), None),
            RoleReading::OneOrTwoRoles => {
                // The text is only looked at here. Everything but two good ARNs goes the usual way,
                // so that a bad one has the same finding as a bad single role.
                let text = fields.get("Role").map(|(_, element)| element.text());
                let roles = text.and_then(|text| text.split_once(','));
                let roles = roles
                    .map(|(first, second)| (first.parse::<RoleArn>(), second.parse::<RoleArn>()));
                match roles {
                    Some((Ok(first), Ok(_))) => (Some(first), text.map(ToOwned::to_owned)),
                    _ => (self.iam_role(fields, at), None),
                }
            }
            RoleReading::RoleOfAnyAccount => {
                let text = fields.get("Role").map(|(_, element)| element.text());
                match text.filter(|text| is_role_of_other_account(text)) {
                    Some(text) => (None, Some(text.to_owned())),
                    None => (self.iam_role(fields, at), None),
                }
            }
            RoleReading::TargetOrAbsent | RoleReading::Ignored => {
                let text = self.read(fields, "Role", at, |text| Ok(text.to_owned()));
                let text = text.filter(|text| !text.trim().is_empty());
                match text.as_deref().map(str::parse) {
                    Some(Ok(role)) => (Some(role), None),
                    _ => (None, text),
                }
            }
        }
    }

    /// Reads the role. S3 distinguishes an ARN of IAM that names no role from a text that is no
    /// such ARN at all (REP-201).
    ///
    /// The stage is one of its own: S3 answers a bad role after the schema and before any rule.
    fn iam_role(&mut self, fields: &Fields<'_, '_>, at: &PathStack<'_>) -> Option<RoleArn> {
        #[cfg(feature = "forms")]
        if let Some(role) =
            self.stand_in(fields, "Role", at, |expression, _| RoleArn::stand_in(expression))
        {
            return Some(role);
        }
        // Only the help differs: a store whose accounts have letters must not be asked for 12
        // digits.
        let accounts = match self.dialect.role() {
            RoleReading::RoleOfAnyAccount => AccountForm::LettersAndDigits,
            _ => AccountForm::Digits,
        };
        let takes_two = self.dialect.role() == RoleReading::OneOrTwoRoles;
        self.read(fields, "Role", at, |text| {
            text.parse().map_err(|error: crate::model::InvalidArn| {
                // `arn:aws:iam::123456789012:user/u` is an ARN of IAM and names no role. Both
                // answers are on record.
                let is_iam = text.starts_with("arn:") && text.contains(":iam::");
                let names_role = text.contains(":role/");
                let answer = if is_iam && !names_role {
                    "The relative id should start with role"
                } else {
                    "Invalid Role specified in replication configuration"
                };
                let help = match text {
                    // An empty text suggests nothing, so the help is about what a role is for.
                    "" => "name the role that S3 assumes to replicate".to_owned(),
                    text if text.contains(',') && takes_two => {
                        "name one role or two, `arn:aws:iam::<12 digits>:role/<name>` each, with a \
                         comma between them"
                            .to_owned()
                    }
                    text if text.contains(',') => {
                        "name one role; two belong to another store's dialect".to_owned()
                    }
                    text => meant::role(text, accounts),
                };
                let refusal = invalid_argument("role-invalid", &clause::ROLE_ARN, &error, answer);
                Refusal { stage: Stage::Role, ..refusal.with_help(help) }
            })
        })
    }

    /// Reads the ID of a rule. The limits are counted in characters, of which only ASCII ones are
    /// allowed (REP-213, REP-214).
    ///
    /// An ID that is too long and not ASCII is refused for its length, so it has one finding. A
    /// character that XML does not allow comes last: only JSON can bring one this far.
    pub(super) fn rule_id(
        &mut self,
        fields: &Fields<'_, '_>,
        at: &PathStack<'_>,
    ) -> Option<RuleId> {
        if let Some(id) = self.stand_in(fields, "ID", at, |expression, _| expression.parse().ok()) {
            // An expression can be too long for an ID; then there is no ID, as if it were absent.
            return id;
        }
        self.read(fields, "ID", at, |text| {
            text.parse().map_err(|error: crate::model::InvalidRuleId| {
                let (code, clause, answer) = if error.is_too_long() {
                    ("rule-id-too-long", &clause::ID_LENGTH, "Rule Id cannot be greater than 255")
                } else if error.is_not_ascii() {
                    let answer = "Rule ID must not contain non-ASCII characters.";
                    ("rule-id-not-ascii", &clause::ID_ASCII, answer)
                } else {
                    return illegal_in_xml(&error);
                };
                invalid_argument(code, clause, &error, answer)
                    .with_help("shorten the ID to at most 255 ASCII characters")
            })
        })
    }

    /// Reads a priority. A text that is not an integer violates the schema; an integer out of range
    /// does not (REP-211, REP-252).
    ///
    /// | text | stage | code |
    /// | --- | --- | --- |
    /// | `7` | | |
    /// | `high`, `1.5` | schema | `invalid-value` |
    /// | `-1`, `2147483648` | rule | `priority-out-of-range` |
    pub(super) fn priority(
        &mut self,
        fields: &Fields<'_, '_>,
        at: &PathStack<'_>,
    ) -> Option<Priority> {
        self.read(fields, "Priority", at, |text| {
            text.parse().map_err(|error: crate::model::InvalidPriority| {
                let help = "write an integer from 0 to 2147483647; the higher number wins";
                let message = error.to_string();
                // `high` and `1.5` are not of the type of the schema. `-1` is, and S3 names the
                // range in its answer, so the two differ in stage, code and text.
                if !error.is_out_of_range() {
                    let objection = Objection::new(message, help);
                    return invalid_value(objection.resting_on(&clause::PRIORITY_INTEGER));
                }
                let answer = "Priority must be between 0 and 2147483647.";
                let answer = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
                let (code, clause) = ("priority-out-of-range", &clause::PRIORITY_RANGE);
                rule_refusal(code, clause, message, answer).with_help(help)
            })
        })
    }

    /// Reads a prefix, whose limit is that of keys (REP-238).
    ///
    /// The same element occurs at a rule, in `Filter`, in `And` and in `Not`, with the same limit.
    pub(super) fn prefix(&mut self, fields: &Fields<'_, '_>, at: &PathStack<'_>) -> Option<Prefix> {
        self.read(fields, "Prefix", at, prefix)
    }

    /// Reads the repeated `Prefix` of `Or`.
    ///
    /// A prefix that is refused leaves a hole: the others are still read.
    pub(super) fn prefixes(&mut self, fields: &Fields<'_, '_>, at: &PathStack<'_>) -> Vec<Prefix> {
        let list = at.field("Prefix");
        // A refused prefix is left out, and those behind it move up. Lints that name an index count
        // the prefixes that are left.
        let mut prefixes = Vec::new();
        for (index, element) in fields.all("Prefix").enumerate() {
            prefixes.extend(self.read_element(element, Kind::String, &list.index(index), prefix));
        }
        prefixes
    }

    /// Reads the repeated `Zone` of `Source` or of `Destination`.
    pub(super) fn zones(&mut self, fields: &Fields<'_, '_>, at: &PathStack<'_>) -> Vec<ZoneName> {
        let list = at.field("Zone");
        // A refused name is left out. The document never becomes a configuration, so the rule is not
        // taken for one that is for more zones.
        let mut zones = Vec::new();
        for (index, element) in fields.all("Zone").enumerate() {
            let name =
                |text: &str| text.parse().map_err(|error: InvalidZoneName| illegal_in_xml(&error));
            zones.extend(self.read_element(element, Kind::String, &list.index(index), name));
        }
        zones
    }

    /// Reads a tag. With one part missing, which is reported, there is no tag to check.
    ///
    /// A part is missing where the element is absent and where it is not a text.
    pub(super) fn tag(&mut self, fields: &Fields<'_, '_>, at: &PathStack<'_>) -> Option<Tag> {
        // Key and value are read before either is checked, so a tag with two bad parts has the
        // finding of the key only.
        let text = |text: &str| Ok(text.to_owned());
        let key = self.read(fields, "Key", at, text);
        let value = self.read(fields, "Value", at, text);
        match Tag::new(key?, value?) {
            Ok(tag) => Some(tag),
            Err(error) => {
                self.refuse_tag(fields, error, at);
                None
            }
        }
    }

    /// Refuses a tag at the part that is too long or empty (REP-224).
    fn refuse_tag(&mut self, fields: &Fields<'_, '_>, error: InvalidTag, at: &PathStack<'_>) {
        let (name, answer, help) = match error.part() {
            TagPart::Key => (
                "Key",
                "The TagKey you have provided is invalid",
                "a key has 1 to 128 characters, counted in UTF-16 units",
            ),
            TagPart::Value => (
                "Value",
                "The TagValue you have provided is invalid",
                "a value has at most 256 characters, counted in UTF-16 units",
            ),
        };
        // Never absent here: the part was read from it.
        let Some((_, element)) = fields.get(name) else { return };
        let answer = ServiceError::new(ServiceErrorCode::INVALID_TAG, answer);
        let refusal = rule_refusal("tag-invalid", &clause::TAG_LIMITS, error.to_string(), answer);
        self.reader.push(refusal.with_help(help), &at.field(name), value_span(element));
    }

    /// Reads the ARN of a bucket. The help depends on what the text resembles: a name, a URL, or
    /// the ARN of another store.
    ///
    /// Only an ARN is accepted. S3 refuses a bare name as well, although most commands of the AWS
    /// CLI take one.
    ///
    /// Some dialects take more: the ARN of a target of MinIO, or a bare name. They are tried first,
    /// and what they do not take is parsed as the ARN of a bucket, so every dialect takes that.
    ///
    /// An unknown bucket has a name that stands for it, so that decisions about objects remain
    /// possible.
    pub(super) fn bucket(
        &mut self,
        fields: &Fields<'_, '_>,
        at: &PathStack<'_>,
    ) -> Option<BucketArn> {
        #[cfg(feature = "forms")]
        if let Some(bucket) = self.stand_in(fields, "Bucket", at, |expression, is_ambiguous| {
            let name = crate::model::BucketName::stand_in(&stand_in_of_bucket(expression));
            BucketArn::stand_in(name, is_ambiguous)
        }) {
            return Some(bucket);
        }
        let form = self.dialect.destination_form();
        self.read(fields, "Bucket", at, |text| {
            let other = match form {
                DestinationForm::BucketArn => None,
                DestinationForm::TargetArn => BucketArn::of_target(text),
                DestinationForm::BucketName => text.parse().ok().map(BucketArn::bare),
            };
            if let Some(other) = other {
                return Ok(other);
            }
            text.parse().map_err(|error: crate::model::InvalidArn| {
                let (code, clause) = ("bucket-arn-invalid", &clause::BUCKET_ARN);
                invalid_argument(code, clause, &error, "Invalid bucket ARN")
                    .with_help(meant::bucket(text))
            })
        })
    }

    /// Reads an account. Any text that is not empty is accepted, because S3 compares it with the
    /// owner of the bucket instead of checking its syntax (REP-222). A text that cannot be an
    /// account gets a warning.
    ///
    /// The warning is no refusal, and rests on the clause about the owner of the destination.
    pub(super) fn account(
        &mut self,
        fields: &Fields<'_, '_>,
        at: &PathStack<'_>,
    ) -> Option<Account> {
        const HELP: &str = "write the twelve digits of the account that owns the destination \
                            bucket, or leave `Account` out";
        if let Some(account) =
            self.stand_in(fields, "Account", at, |expression, _| expression.parse().ok())
        {
            // As for an ID: an expression that cannot stand for an account leaves the field absent.
            return account;
        }
        let dialect = self.dialect.empty_account_code();
        let account: Account = self.read(fields, "Account", at, |text| {
            text.parse().map_err(|error| match error {
                InvalidAccount::Empty => empty_account(dialect).with_help(HELP),
                error => illegal_in_xml(&error),
            })
        })?;
        if account.id().is_none() {
            let path = at.field("Account").path();
            let message = format!(
                "`{account}` is not twelve digits, so no account of that name can own the bucket"
            );
            let (code, clause) = ("account-unusual", &clause::ACCOUNT_OWNS_DESTINATION);
            // Never absent here: an account was read from it.
            let (_, element) = fields.get("Account")?;
            let finding = Diagnostic::warning(code, clause, path, message).with_help(HELP);
            self.reader.push_warning(finding.at(value_span(element)));
        }
        Some(account)
    }

    /// Reads a storage class. Every word is accepted here: the set is open, and a lint refuses
    /// classes that S3 does not take (REP-246).
    pub(super) fn storage_class(
        &mut self,
        fields: &Fields<'_, '_>,
        at: &PathStack<'_>,
    ) -> Option<StorageClass> {
        self.read(fields, "StorageClass", at, |text| Ok(StorageClass::from(text)))
    }

    /// Reads the ARN of a replica key, which is not looked up (REP-219).
    ///
    /// A text that is not the ARN of a key is refused at the stage of the rule, with the ARN to
    /// write as help.
    pub(super) fn replica_key(
        &mut self,
        fields: &Fields<'_, '_>,
        at: &PathStack<'_>,
    ) -> Option<KmsKeyArn> {
        #[cfg(feature = "forms")]
        if let Some(key) = self.stand_in(fields, "ReplicaKmsKeyID", at, |expression, _| {
            KmsKeyArn::stand_in(expression)
        }) {
            return Some(key);
        }
        self.read(fields, "ReplicaKmsKeyID", at, |text| {
            text.parse().map_err(|error: crate::model::InvalidArn| {
                let (code, clause) = ("replica-kms-key-invalid", &clause::REPLICA_KEY_ARN);
                let answer = "Invalid ReplicaKmsKeyID ARN.";
                invalid_argument(code, clause, &error, answer).with_help(meant::kms_key(text))
            })
        })
    }

    /// Reads a number of minutes. Any integer is read; lints refuse all but 15 (REP-229, REP-230).
    pub(super) fn minutes(
        &mut self,
        fields: &Fields<'_, '_>,
        at: &PathStack<'_>,
    ) -> Option<Minutes> {
        self.read(fields, "Minutes", at, |text| {
            text.parse().map(Minutes::new).map_err(|_| {
                let message = format!("`{}` is not a number of minutes", text.escape_debug());
                invalid_value(Objection::new(message, "write 15, the only number S3 accepts"))
            })
        })
    }
}

/// Returns the stand-in for a bucket whose ARN is unknown: the expression of its name, so that
/// `!GetAtt Backup.Arn` and `!Sub arn:aws:s3:::${Backup}` stand for one bucket.
///
/// | expression | stand-in |
/// | --- | --- |
/// | `arn:aws:s3:::${Backup}` | `${Backup}` |
/// | `${Backup.Arn}` | `${Backup}` |
/// | `${aws_s3_bucket.backup.arn}` | `${aws_s3_bucket.backup}` |
/// | `${Name}` | `${Name}` |
/// | `arn:aws:s3:::` | `arn:aws:s3:::` |
///
/// Two rules with the same stand-in have the same destination. With the expressions as they are, a
/// lint that compares destinations would take one bucket for two.
#[cfg(feature = "forms")]
pub(crate) fn stand_in_of_bucket(expression: &str) -> String {
    let name = match expression.split_once(":s3:::") {
        Some((arn, name)) if arn.starts_with("arn:") && !name.is_empty() => name,
        _ => expression,
    };
    // The attributes are those of CloudFormation and of Terraform that name the bucket itself.
    for attribute in [".Arn}", ".arn}", ".id}", ".bucket}"] {
        if let Some(resource) = name.strip_suffix(attribute) {
            return format!("{resource}}}");
        }
    }
    name.to_owned()
}

/// Parses a prefix, whose length counts in characters (REP-238).
fn prefix(text: &str) -> Result<Prefix, Refusal> {
    text.parse().map_err(|error: crate::model::InvalidPrefix| {
        // The only other mistake is a character that XML does not allow.
        if !error.is_too_long() {
            return illegal_in_xml(&error);
        }
        let answer = "Rule prefix cannot be longer than maximum allowed key length of 1024";
        let (code, clause) = ("prefix-too-long", &clause::PREFIX_LENGTH);
        invalid_argument(code, clause, &error, answer)
            .with_help("shorten the prefix; no key is longer than 1,024 bytes")
    })
}

/// A violation of the schema by a value.
///
/// S3 answers `MalformedXML`, at the stage at which it checks the schema.
///
/// The code of the objection is not used: every violation of the schema has the same one.
fn invalid_value(objection: Objection) -> Refusal {
    let Objection { clause, message, help, .. } = objection;
    Refusal {
        code: Mistake::Value.code(),
        clause: Some(clause.unwrap_or(clause_of(Mistake::Value))),
        stage: Stage::Schema,
        wording: mistake::wording(message, help),
        answer: Some(ServiceError::malformed_xml()),
    }
}

/// A character that no XML document can contain. JSON can, but S3 receives XML.
///
/// A control character such as `\u0001` in JSON is an example. The clause is the one by which an
/// XML document with the character is refused.
fn illegal_in_xml(error: &impl ToString) -> Refusal {
    let objection = Objection::new(error.to_string(), "remove the character");
    invalid_value(objection.resting_on(&clause::DOCUMENT_DEFENCES))
}

/// A refusal with `InvalidArgument` and the answer of S3.
///
/// `answer` is the text on record for S3, to the letter; the message to the user is that of the
/// type's error.
fn invalid_argument(
    code: &'static str,
    clause: &'static Clause,
    error: &impl ToString,
    answer: &'static str,
) -> Refusal {
    let answer = ServiceError::new(ServiceErrorCode::INVALID_ARGUMENT, answer);
    rule_refusal(code, clause, error.to_string(), answer)
}

/// A refusal at the stage at which S3 looks at each rule. The help is added afterwards.
///
/// The schema has been checked by then, so such a refusal comes after all of the schema (REP-250).
fn rule_refusal(
    code: &'static str,
    clause: &'static Clause,
    message: impl Into<String>,
    answer: ServiceError,
) -> Refusal {
    let wording = mistake::wording(message, "");
    Refusal { code, clause: Some(clause), stage: Stage::Rule, wording, answer: Some(answer) }
}

/// The refusal of an empty account, which AWS lists under two codes (REP-221); the dialect decides.
fn empty_account(code: EmptyAccountCode) -> Refusal {
    let code = match code {
        EmptyAccountCode::InvalidRequest => ServiceErrorCode::INVALID_REQUEST,
        EmptyAccountCode::InvalidArgument => ServiceErrorCode::INVALID_ARGUMENT,
    };
    let answer = "The <Account> element is empty. It must contain a valid account ID.";
    let answer = ServiceError::new(code, answer);
    let message = "`Account` is empty";
    rule_refusal("account-empty", &clause::ACCOUNT_EMPTY, message, answer)
}

/// Returns true for the ARN of a role whose account has letters, or another number of digits than 12.
fn is_role_of_other_account(text: &str) -> bool {
    let Some((account, name)) =
        text.strip_prefix("arn:aws:iam::").and_then(|rest| rest.split_once(":role/"))
    else {
        return false;
    };
    let is_account =
        !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_alphanumeric());
    // Stricter than IAM, which takes `+=,.@` as well and a path. Such a text goes to `iam_role`.
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    is_account
        && !name.is_empty()
        && name.bytes().all(is_of_name)
        && text.parse::<RoleArn>().is_err()
}
