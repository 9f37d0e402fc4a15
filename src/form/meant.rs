//! The value that was probably meant where a text is not an ARN.
//!
//! An ARN is mistaken in few ways: the name alone is given, or the URL of a console, or the ARN of
//! another resource, or a template whose variables were not filled in. From most of them the ARN
//! follows, and the help shows it whole:
//!
//! | written | help |
//! | --- | --- |
//! | `backup` | write `arn:aws:s3:::backup` |
//! | `s3://backup/a/b` | write `arn:aws:s3:::backup` |
//! | `https://backup.s3.amazonaws.com/a` | write `arn:aws:s3:::backup` |
//! | `arn:aws:s3:::${Bucket}` | put the name of the bucket in place of `${Bucket}` |
//!
//! An account is never made up. Where it does not follow, the help has a placeholder for it.
//!
//! Each function gets a text that its type has refused, and returns a help, which begins with a
//! verb. Callers are the readers of configurations and of jobs. A help repeats parts of the text:
//! names in a form that was checked, placeholders and keys as they are.
//!
//! Roles and keys, whose account or Region often does not follow:
//!
//! | written | help |
//! | --- | --- |
//! | `replication` | write `arn:aws:iam::<12 digits of the account>:role/replication` |
//! | `arn:aws:sts::111122223333:assumed-role/r/s` | write `arn:aws:iam::111122223333:role/r` |
//! | `arn:aws:iam::1111-2222-3333:role/r` | write `arn:aws:iam::111122223333:role/r` |
//! | `alias/a` | write … `arn:aws:kms:<Region>:<account>:alias/a` |

use crate::model::{AccountId, BucketName};

/// Returns the advice on a text that is not the ARN of a bucket.
///
/// Placeholders come first: a name with a placeholder in it is no name to suggest.
///
/// Then come the buckets that no rewriting makes right: those of another type, or several at once.
/// Last is the ARN that follows from the text, if its name is one that a bucket can have.
pub(crate) fn bucket(text: &str) -> String {
    let text = text.trim();
    if let Some(placeholder) = placeholder(text) {
        return format!("put the name of the bucket in place of `{placeholder}`");
    }
    if text.starts_with("arn:aws:s3express:") || text.ends_with("--x-s3") {
        return "name a general purpose bucket; S3 does not replicate to directory buckets"
            .to_owned();
    }
    if text.starts_with("arn:aws:s3-outposts:") {
        return "name a bucket in a Region, `arn:aws:s3:::<name>`; buckets on Outposts have another \
                API"
            .to_owned();
    }
    // `arn:aws:s3:::backup/*` means all objects of a bucket, and a `?` in a URL begins its query.
    // Neither is meant as a wildcard for the name.
    let is_url = text.starts_with("http");
    if text.contains(['*', '?']) && !text.ends_with("/*") && !is_url {
        return "name one bucket; wildcards have no meaning here".to_owned();
    }
    if text.starts_with("arn:aws:iam:") || text.starts_with("arn:aws:kms:") {
        return "write the ARN of a bucket, `arn:aws:s3:::<name>`; this is that of another resource"
            .to_owned();
    }
    match bucket_and_key(text) {
        // A partition is never `minio` here: `bucket_and_key` has replaced what does not begin with
        // `aws`.
        Some((partition, name, _)) if name.parse::<BucketName>().is_ok() => {
            let store = if text.starts_with("arn:minio:") {
                " (the ARNs of MinIO have another form)"
            } else {
                ""
            };
            format!("write `arn:{partition}:s3:::{name}`{store}")
        }
        Some((_, name, _)) if !name.is_empty() => {
            "name a bucket of 3 to 63 lower-case letters, digits, dots and hyphens, \
             `arn:aws:s3:::<name>`"
                .to_owned()
        }
        _ => "write the ARN of a bucket, `arn:aws:s3:::<name>`".to_owned(),
    }
}

/// Returns the advice on a text that is not the ARN of an object.
///
/// The key is kept, and replaced by a placeholder if there is none.
pub(crate) fn object(text: &str) -> String {
    let text = text.trim();
    if let Some(placeholder) = placeholder(text) {
        return format!("put the value in place of `{placeholder}`");
    }
    match bucket_and_key(text) {
        Some((partition, name, key)) if name.parse::<BucketName>().is_ok() => {
            let key = if key.is_empty() { "<key>" } else { key };
            format!("write `arn:{partition}:s3:::{name}/{key}`")
        }
        _ => "write the ARN of an object, `arn:aws:s3:::<bucket>/<key>`".to_owned(),
    }
}

/// The form of the accounts in the ARNs of a store's roles.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum AccountForm {
    /// Twelve digits, as in AWS.
    Digits,
    /// Any letters and digits, such as the number of a project.
    LettersAndDigits,
}

/// Returns the advice on a text that is not the ARN of a role.
///
/// The ARN of a session, `arn:aws:sts::…:assumed-role/name/session`, names the role that was
/// assumed.
///
/// The partition of an ARN is kept, for roles of AWS China and GovCloud. A name without an ARN gets
/// `aws`.
pub(crate) fn role(text: &str, form: AccountForm) -> String {
    let text = text.trim();
    let (any_role, of_account) = match form {
        AccountForm::Digits => (
            "write the ARN of an IAM role, `arn:aws:iam::<12 digits>:role/<name>`",
            "12 digits of the account",
        ),
        AccountForm::LettersAndDigits => {
            ("write the ARN of a role, `arn:aws:iam::<account>:role/<name>`", "account")
        }
    };
    let any_role = || any_role.to_owned();
    if let Some(placeholder) = placeholder(text) {
        return format!("put the value in place of `{placeholder}`");
    }
    let name = match text.strip_prefix("arn:") {
        Some(arn) => match arn.split(':').collect::<Vec<_>>().as_slice() {
            // Consoles group the digits of an account.
            [partition, "iam", "", account, resource] if account.contains('-') => {
                let digits = account.replace('-', "");
                return match digits.parse::<AccountId>() {
                    Ok(_) => format!("write `arn:{partition}:iam::{digits}:{resource}`"),
                    Err(_) => any_role(),
                };
            }
            [_, "iam", "", account, _] if form == AccountForm::Digits && is_word(account) => {
                return format!("put the 12 digits of the account in place of `{account}`");
            }
            // The Region, which an ARN of IAM does not have, is dropped. A resource of another
            // type, such as `user/u`, gets the general help: its name is no name of a role.
            [partition, "iam" | "sts", _, account, resource]
                if account.parse::<AccountId>().is_ok() =>
            {
                let name = match resource.split_once('/') {
                    None => Some(*resource),
                    Some(("role", name)) => Some(name),
                    Some(("assumed-role", session)) => session.split('/').next(),
                    Some(_) => None,
                };
                return match name.filter(|name| is_role_name(name)) {
                    Some(name) => format!("write `arn:{partition}:iam::{account}:role/{name}`"),
                    None => any_role(),
                };
            }
            _ => None,
        },
        None => Some(text.strip_prefix("role/").unwrap_or(text)),
    };
    match name.filter(|name| is_role_name(name)) {
        Some(name) => format!("write `arn:aws:iam::<{of_account}>:role/{name}`"),
        None => any_role(),
    }
}

/// Returns true for a word that stands for a value, such as `ACCOUNT_ID`.
fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.len() <= 64
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Returns true for a text that IAM accepts as the name of a role, with its path.
///
/// The limit of 64 characters is IAM's for the name. A name with its path is rarely longer, and one
/// that is gets the general help.
fn is_role_name(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"+=,.@_-/".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(allowed)
}

/// Returns the advice on a text that is not the ARN of a KMS key.
///
/// Neither the Region nor the account follows from an ID, so both have placeholders.
pub(crate) fn kms_key(text: &str) -> String {
    let text = text.trim();
    if let Some(placeholder) = placeholder(text) {
        return format!("put the value in place of `{placeholder}`");
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/_-".contains(&byte);
    // An alias or an ID. Anything longer or with other characters is not repeated in the help.
    let is_short = (1..=256).contains(&text.len()) && text.bytes().all(allowed);
    let resource = match text.split_once('/') {
        Some(("alias" | "key", _)) if is_short => text.to_owned(),
        None if is_short => format!("key/{text}"),
        _ => "key/<id>".to_owned(),
    };
    format!(
        "write the whole ARN in the Region of the destination bucket, \
         `arn:aws:kms:<Region>:<account>:{resource}`"
    )
}

/// Returns the partition, the bucket and the key that an address names.
///
/// Returns `None` for an address that is certainly not that of a bucket or an object, such as the
/// ARN of an access point.
///
/// | address | partition, bucket, key |
/// | --- | --- |
/// | `s3://backup/a/b` | `aws`, `backup`, `a/b` |
/// | `https://backup.s3.eu-west-1.amazonaws.com/a?x` | `aws`, `backup`, `a` |
/// | `https://s3.amazonaws.com/backup/a` | `aws`, `backup`, `a` |
/// | `https://example.com/backup` | `None` |
/// | `backup.s3.amazonaws.com` | `aws`, `backup`, nothing |
/// | `arn:aws-cn:s3:cn-north-1::backup/a` | `aws-cn`, `backup`, `a` |
/// | `arn:minio:replication::0:backup` | `aws`, `backup`, nothing |
/// | `backup/a` | `aws`, `backup`, `a` |
///
/// The bucket is not checked here and may be empty, or anything up to the first slash.
fn bucket_and_key(text: &str) -> Option<(&str, &str, &str)> {
    const AWS: &str = "aws";
    if let Some(path) = text.strip_prefix("s3://").or(text.strip_prefix("s3a://")) {
        return Some(parts_of(AWS, path));
    }
    if let Some(url) = text.strip_prefix("https://").or(text.strip_prefix("http://")) {
        // Both styles of addresses are in use: `https://backup.s3.amazonaws.com/key` and
        // `https://s3.amazonaws.com/backup/key`. A host without `s3` may be anything.
        let (host, path) = url.split_once('/').unwrap_or((url, ""));
        let path = path.split(['?', '#']).next().unwrap_or_default();
        // The name of the bucket is the beginning of the host, or of the path.
        return match host.split_once(".s3.").or(host.split_once(".s3-")) {
            Some((name, _)) => Some((AWS, name, path)),
            None if host.starts_with("s3.") || host.starts_with("s3-") => Some(parts_of(AWS, path)),
            None => None,
        };
    }
    // The host of a bucket, as a console or a bill shows it.
    if let Some((name, _)) = text.split_once(".s3.").or(text.split_once(".s3-"))
        && text.contains("amazonaws.com")
    {
        return Some((AWS, name, ""));
    }
    if let Some(arn) = text.strip_prefix("arn:").or(text.strip_prefix("ARN:")) {
        let (partition, rest) = arn.split_once(':')?;
        let partition = if partition.starts_with(AWS) { partition } else { AWS };
        // The last part, however many colons there are: a Region and an account, or one colon too
        // few.
        let resource = rest.rsplit(':').next()?;
        // These live in S3 and are no buckets, although their ARNs look alike.
        let is_other = ["accesspoint", "storage-lens", "job", "async-request"];
        if is_other.iter().any(|kind| resource.starts_with(&format!("{kind}/"))) {
            return None;
        }
        return Some(parts_of(partition, resource));
    }
    Some(parts_of(AWS, text))
}

/// Splits the path of an object.
///
/// For example, `backup/a/b` is the bucket `backup` and the key `a/b`.
fn parts_of<'t>(partition: &'t str, path: &'t str) -> (&'t str, &'t str, &'t str) {
    let (name, key) = path.split_once('/').unwrap_or((path, ""));
    (partition, name, key)
}

/// Returns the part of a text that stands for a value, as templates and documentation write it.
///
/// The forms are those of CloudFormation and shells, of Jinja, of documentation, and of Python.
///
/// For example, `${Bucket}` of `arn:aws:s3:::${Bucket}`. The longer marks come first, so that
/// `{{name}}` is not cut off behind its first brace.
///
/// Returns the first form that occurs, not the first place: of `<a> ${b}` it is `${b}`. A mark
/// without its closing one is no placeholder.
fn placeholder(text: &str) -> Option<&str> {
    for (open, close) in [("${", "}"), ("{{", "}}"), ("<", ">"), ("%(", ")s"), ("{", "}")] {
        let Some(start) = text.find(open) else { continue };
        let rest = text.get(start..)?;
        if let Some(end) = rest.find(close) {
            return rest.get(..end + close.len());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{AccountForm, bucket, kms_key, object, role};

    #[test]
    fn the_value_that_is_meant_is_shown() {
        for text in [
            "backup",
            "s3://backup",
            "s3://backup/a/b",
            "https://backup.s3.amazonaws.com/a",
            "https://backup.s3.eu-west-1.amazonaws.com",
            "https://s3.eu-west-1.amazonaws.com/backup/a?b",
            "arn:aws:s3:eu-west-1:111122223333:backup",
            "arn:aws:s3:::backup/*",
            "arn:aws:s3::backup",
            " arn:aws:s3:::backup ",
            "ARN:aws:s3:::backup",
            "backup.s3.amazonaws.com",
            "backup.s3-eu-west-1.amazonaws.com",
            "arn:minio:replication::0:backup",
        ] {
            assert!(bucket(text).starts_with("write `arn:aws:s3:::backup`"), "{}", bucket(text));
        }
        assert_eq!(bucket("arn:aws-cn:s3:cn-north-1::backup"), "write `arn:aws-cn:s3:::backup`");
        assert!(bucket("arn:aws:s3:::ab").contains("3 to 63"), "{}", bucket("arn:aws:s3:::ab"));
        assert!(bucket("arn:aws:s3:::${Two}").contains("in place of `${Two}`"));
        assert!(bucket("arn:aws:s3:eu-west-1:1:accesspoint/a").contains("<name>"));
        assert_eq!(object("s3://lists/m/list.csv"), "write `arn:aws:s3:::lists/m/list.csv`");
        assert_eq!(object("lists/m/list.csv"), "write `arn:aws:s3:::lists/m/list.csv`");
        assert!(object("https://lists.s3.amazonaws.com/a b").contains("`arn:aws:s3:::lists/a b`"));
        let expected = "write `arn:aws:iam::111122223333:role/r`";
        for text in [
            "arn:aws:sts::111122223333:assumed-role/r/session",
            "arn:aws:iam:us-east-1:111122223333:role/r",
            "arn:aws:iam::111122223333:r",
            "arn:aws:iam::1111-2222-3333:role/r",
        ] {
            assert_eq!(role(text, AccountForm::Digits), expected);
        }
        assert!(role("replication", AccountForm::Digits).contains(":role/replication`"));
        assert!(
            role("arn:aws:iam::<account>:role/r", AccountForm::Digits)
                .contains("in place of `<account>`")
        );
        let account = "put the 12 digits of the account in place of `ACCOUNT_ID`";
        assert_eq!(role("arn:aws:iam::ACCOUNT_ID:role/r", AccountForm::Digits), account);
        let other = bucket("arn:aws:iam::111122223333:role/r");
        assert!(other.contains("another resource"), "{other}");
        assert!(kms_key("alias/a").contains("<account>:alias/a`"));
        assert!(kms_key("1234abcd-12ab").contains("<account>:key/1234abcd-12ab`"));
    }
}
