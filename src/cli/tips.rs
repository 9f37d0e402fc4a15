//! Tips for arguments that are not understood.
//!
//! `clap` compares spellings. A tip states what the author of the arguments probably meant, and at which
//! command the argument is an option.
//!
//! ```text
//! decide c.xml            tip: give the configuration with `-c c.xml`
//! decide -c c.xml a       tip: give the key of the object with `--key a`
//! check -c c.xml          tip: the configuration of this command is an argument without `-c`
//! decide --config c.xml   tip: `--config` names the settings; give the configuration with `-c`
//! convert c --to json     tip: a similar value exists: 'cli-json'
//! ```
//!
//! A tip replaces the one of `clap`. Nothing else about the error changes, and the exit status
//! stays.

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// The commands that take the configuration as an option.
const WITH_OPTION: [&str; 5] = ["decide", "explain", "assert", "permissions", "batch"];

/// The forms that have another name, with the one that is meant.
///
/// They are the endings of files, which people expect to be the names of forms.
const FORMS: [(&str, &str); 5] = [
    ("json", "cli-json"),
    ("yaml", "cloudformation-yaml"),
    ("yml", "cloudformation-yaml"),
    ("tf", "terraform"),
    ("hcl", "terraform"),
];

/// Adds a tip to a mistake of usage, if there is one.
///
/// The arguments are read again from the environment, because the error has only those that it is
/// about. Help and version come here, too, and get no tip, since none of the kinds below fits.
pub(super) fn add_to(answer: &mut clap::Error) {
    let arguments: Vec<String> =
        std::env::args_os().map(|one| one.to_string_lossy().into_owned()).collect();
    if let Some(form) = meant_form(answer) {
        answer.insert(ContextKind::SuggestedValue, ContextValue::String(form.to_owned()));
    }
    if let Some(tip) = tip(answer, &arguments) {
        answer.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
}

/// Returns the name of the form that `--to json` and similar values mean.
///
/// Other options have values of the same names, such as `--format json`, so the option counts.
fn meant_form(answer: &clap::Error) -> Option<&'static str> {
    if answer.kind() != ErrorKind::InvalidValue || !invalid_argument(answer)?.contains("--to") {
        return None;
    }
    let Some(ContextValue::String(value)) = answer.get(ContextKind::InvalidValue) else {
        return None;
    };
    FORMS.iter().find(|(name, _)| value.eq_ignore_ascii_case(name)).map(|(_, form)| *form)
}

/// Returns the first argument that a mistake is about.
fn invalid_argument(answer: &clap::Error) -> Option<String> {
    match answer.get(ContextKind::InvalidArg)? {
        ContextValue::String(given) => Some(given.clone()),
        ContextValue::Strings(given) => given.first().cloned(),
        _ => None,
    }
}

/// Returns the tip for a mistake.
///
/// Commands are recognised by their name anywhere among the arguments, which is enough for a tip.
/// The arms are in order: those for one option come before those for any argument, and an unknown
/// option gets the tip of `clap`, which may be a similar one.
fn tip(answer: &clap::Error, arguments: &[String]) -> Option<String> {
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    let given = invalid_argument(answer)?;
    let takes_option = WITH_OPTION.iter().any(|name| has(name));
    let has_configuration = has("-c") || has("--configuration");
    match answer.kind() {
        ErrorKind::MissingRequiredArgument if takes_option && has("--config") => {
            Some("`--config` names the settings; give the configuration with `-c`".to_owned())
        }
        ErrorKind::ArgumentConflict if has("--objects") => Some(
            "write the fact into the object, such as `{\"Key\": \"a\", \"Tags\": {\"team\": \"tax\"}}`, or \
             leave `--objects` out and give the object with options alone"
                .to_owned(),
        ),
        ErrorKind::UnknownArgument if given == "-c" || given == "--configuration" => {
            Some("the configuration of this command is an argument without `-c`".to_owned())
        }
        ErrorKind::UnknownArgument if given.starts_with("--priority") && has("append") => Some(
            "write `Priority` into the rule; a rule without it comes below all others".to_owned(),
        ),
        ErrorKind::UnknownArgument if given.starts_with('-') || !takes_option => None,
        ErrorKind::UnknownArgument if !has_configuration => {
            Some(format!("give the configuration with `-c {given}`"))
        }
        ErrorKind::UnknownArgument if has("decide") || has("explain") => {
            Some(format!("give the key of the object with `--key {given}`"))
        }
        _ => None,
    }
}
