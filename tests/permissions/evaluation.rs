//! The evaluation of policies, against a naive one and another implementation.

use std::collections::BTreeMap;

use iam_rs::{Arn, Context, ContextValue, IAMPolicy, IAMRequest, Principal, PrincipalId};
use proptest::prelude::*;
use s3_replication::permissions::{Decision, PolicyDocument, Request, RequestPrincipal};
use serde_json::{Value, json};

const ROLE: &str = "arn:aws:iam::111122223333:role/r";

fn decide(statements: &Value, request: &Request) -> Decision {
    let text = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    PolicyDocument::from_json(&text)
        .unwrap_or_else(|report| panic!("{text}\n{report}"))
        .decide(request)
}

fn allow(action: &str, resource: &str) -> Value {
    json!({ "Effect": "Allow", "Action": action, "Resource": resource })
}

/// REP-1218
#[test]
fn a_statement_that_denies_wins() {
    let request = Request::new("s3:GetObject", "arn:aws:s3:::b/k");
    let (yes, no) = (allow("s3:*", "*"), json!({"Effect": "Deny", "Action": "*", "Resource": "*"}));
    assert_eq!(decide(&json!([yes]), &request), Decision::Allowed);
    assert_eq!(decide(&json!([yes, no]), &request), Decision::Denied { statement: 1 });
    assert_eq!(decide(&json!([allow("s3:PutObject", "*")]), &request), Decision::NotAllowed);
    let opposite =
        json!([{"Effect": "Allow", "NotAction": "s3:Put*", "NotResource": "arn:aws:s3:::c/*"}]);
    assert_eq!(decide(&opposite, &request), Decision::Allowed);
}

/// A statement for the account of a role leaves the permission to the policies of the account. No
/// condition of it fails, so none has to be corrected.
#[test]
fn a_statement_for_the_account_alone_is_none_for_the_role() {
    let request = Request::new("s3:GetObject", "arn:aws:s3:::b/k");
    let request = request.by(RequestPrincipal::Role(ROLE.parse().unwrap()));
    let mut statement = allow("s3:*", "*");
    statement["Principal"] = json!({"AWS": "arn:aws:iam::111122223333:root"});
    assert_eq!(decide(&json!([statement]), &request), Decision::NotAllowed);
    statement["Condition"] = json!({"StringEquals": {"aws:PrincipalAccount": "999999999999"}});
    let with_account = request.with("aws:PrincipalAccount", ["111122223333"]);
    assert_eq!(decide(&json!([statement]), &with_account), Decision::ConditionFails);
}

/// REP-1220: wildcards are those of IAM, not those of file names.
#[test]
fn wildcards_match_as_in_iam() {
    let get = |resource: &str| Request::new("s3:GetObject", format!("arn:aws:s3:::{resource}"));
    for (pattern, resource, matches) in [
        ("b/*", "b/", true),
        ("b/*", "b/a/b:c", true),
        ("b/a?c", "b/a/c", true),
        ("b/a?c", "b/ac", false),
        ("b/[ab]", "b/a", false),
        ("b/[ab]", "b/[ab]", true),
        ("b/{a,b}", "b/a", false),
        ("B/*", "b/a", false),
        ("*", "b/k", true),
        ("b*/k", "bucket/x/k", true),
        ("b/**", "b/x", true),
        ("b", "b/x", false),
    ] {
        let decision = decide(
            &json!([allow("s3:GetObject", &format!("arn:aws:s3:::{pattern}"))]),
            &get(resource),
        );
        assert_eq!(decision == Decision::Allowed, matches, "{pattern} {resource}");
    }
    for action in ["S3:getobject", "s3:Get*", "s3:g?tObject", "*", "s*"] {
        if action != "s*" {
            assert_eq!(decide(&json!([allow(action, "*")]), &get("b/k")), Decision::Allowed);
        }
    }
}

/// REP-1221
#[test]
fn variables_are_literal_values() {
    let request = |key: &str| {
        Request::new("s3:GetObject", format!("arn:aws:s3:::b/{key}"))
            .with("aws:PrincipalTag/team", ["a*"])
    };
    let policy = json!([allow("s3:GetObject", "arn:aws:s3:::b/${aws:PrincipalTag/team}/*")]);
    assert_eq!(decide(&policy, &request("a*/x")), Decision::Allowed);
    assert_eq!(decide(&policy, &request("abc/x")), Decision::NotAllowed);
    let literal = json!([allow("s3:GetObject", "arn:aws:s3:::b/${*}${?}${$}")]);
    assert_eq!(decide(&literal, &request("*?$")), Decision::Allowed);
    assert_eq!(decide(&literal, &request("ab$")), Decision::NotAllowed);
    let default = json!([allow("s3:GetObject", "arn:aws:s3:::b/${aws:username, 'x'}")]);
    assert_eq!(decide(&default, &request("x").without("aws:username")), Decision::Allowed);
    let absent = json!([allow("s3:GetObject", "arn:aws:s3:::b/${aws:username}")]);
    assert_eq!(decide(&absent, &request("x").without("aws:username")), Decision::NotAllowed);
    let Decision::Undecided(reasons) = decide(&absent, &request("x")) else { panic!("unknown") };
    assert_eq!(reasons.into_iter().collect::<Vec<_>>(), ["`${aws:username}`"]);
    // The older version has no variables.
    let old = PolicyDocument::from_json(
        &json!({ "Statement": [allow("s3:GetObject", "arn:aws:s3:::b/${aws:username}")] })
            .to_string(),
    )
    .unwrap();
    assert_eq!(old.decide(&request("${aws:username}")), Decision::Allowed);
}

fn holds(operator: &str, wanted: &Value, request: &Request) -> Decision {
    let condition = json!({ operator: { "k:v": wanted } });
    decide(
        &json!([{ "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition }]),
        request,
    )
}

/// REP-1222
#[test]
fn operators_compare() {
    let with = |values: &[&str]| {
        Request::new("s3:GetObject", "arn:aws:s3:::b/k").with("k:v", values.iter().copied())
    };
    for (operator, wanted, values, expected) in [
        ("StringEquals", json!(["a", "b"]), &["b"][..], true),
        ("StringEquals", json!("a*"), &["ab"], false),
        ("StringNotEquals", json!(["a", "b"]), &["b"], false),
        ("StringNotEquals", json!(["a", "b"]), &["c"], true),
        ("StringEqualsIgnoreCase", json!("A"), &["a"], true),
        ("StringNotEqualsIgnoreCase", json!("A"), &["a"], false),
        ("StringLike", json!("a*c"), &["abc"], true),
        ("StringNotLike", json!("a*c"), &["abc"], false),
        ("Bool", json!(true), &["true"], true),
        ("Bool", json!("false"), &["true"], false),
        ("NumericLessThan", json!(10), &["9"], true),
        ("NumericLessThanEquals", json!(9), &["9"], true),
        ("NumericGreaterThan", json!("9"), &["9"], false),
        ("NumericGreaterThanEquals", json!("9"), &["9"], true),
        ("NumericEquals", json!("9.0"), &["9"], true),
        ("NumericNotEquals", json!("9.0"), &["9"], false),
        ("ArnLike", json!("arn:aws:s3:::b*"), &["arn:aws:s3:::bucket"], true),
        (
            "ArnEquals",
            json!("arn:aws:s3:*:111122223333:job/*"),
            &["arn:aws:s3:eu-west-1:111122223333:job/x"],
            true,
        ),
        ("ArnLike", json!("arn:aws:*:bucket"), &["arn:aws:s3:::bucket"], false),
        ("ArnNotLike", json!("arn:aws:s3:::b*"), &["arn:aws:s3:::bucket"], false),
        ("ForAnyValue:StringEquals", json!(["a"]), &["x", "a"], true),
        ("ForAllValues:StringEquals", json!(["a"]), &["x", "a"], false),
        ("ForAllValues:StringEquals", json!(["a", "x"]), &["x", "a"], true),
        ("ForAnyValue:StringNotEquals", json!(["a"]), &["x", "a"], true),
        ("ForAllValues:StringNotEquals", json!(["a"]), &["x", "a"], false),
        ("Null", json!("true"), &["x"], false),
        ("Null", json!(false), &["x"], true),
    ] {
        let expected = if expected { Decision::Allowed } else { Decision::ConditionFails };
        assert_eq!(
            holds(operator, &wanted, &with(values)),
            expected,
            "{operator} {wanted} {values:?}"
        );
    }
    for operator in ["DateLessThan", "IpAddress", "BinaryEquals"] {
        let decision = holds(operator, &json!("x"), &with(&["x"]));
        let Decision::Undecided(reasons) = decision else { panic!("{operator}: {decision:?}") };
        assert!(reasons.iter().any(|reason| reason.contains(operator)), "{reasons:?}");
    }
}

/// REP-1223
#[test]
fn a_key_may_be_absent() {
    let absent = Request::new("s3:GetObject", "arn:aws:s3:::b/k").without("k:v");
    for (operator, expected) in [
        ("StringEquals", false),
        ("StringNotEquals", true),
        ("StringEqualsIfExists", true),
        ("StringNotLike", true),
        ("ArnNotEquals", true),
        ("Bool", false),
        ("BoolIfExists", true),
        ("IpAddress", false),
        ("NotIpAddress", true),
        ("DateLessThan", false),
        ("ForAllValues:StringEquals", true),
        ("ForAnyValue:StringEquals", false),
        ("ForAnyValue:StringNotEquals", false),
    ] {
        let expected = if expected { Decision::Allowed } else { Decision::ConditionFails };
        assert_eq!(holds(operator, &json!("true"), &absent), expected, "{operator}");
    }
    assert_eq!(holds("Null", &json!("true"), &absent), Decision::Allowed);
    assert_eq!(holds("Null", &json!("false"), &absent), Decision::ConditionFails);
}

/// REP-1224
#[test]
fn principals_name_roles_and_accounts() {
    let request = Request::new("s3:GetObject", "arn:aws:s3:::b/k")
        .by(RequestPrincipal::Role(ROLE.parse().unwrap()));
    let with = |element: &str, principal: Value, effect: &str| {
        let mut statement = json!({ "Effect": effect, "Action": "*", "Resource": "*" });
        statement[element] = principal;
        decide(&json!([statement]), &request)
    };
    let root = "arn:aws:iam::111122223333:root";
    for (principal, expected) in [
        (json!("*"), Decision::Allowed),
        (json!({"AWS": "*"}), Decision::Allowed),
        (json!({"AWS": ROLE}), Decision::Allowed),
        (json!({"AWS": ["x", ROLE]}), Decision::Allowed),
        (json!({"AWS": "arn:aws:iam::111122223333:role/*"}), Decision::NotAllowed),
        (json!({"AWS": "arn:aws:iam::444455556666:root"}), Decision::NotAllowed),
        (json!({"Service": "s3.amazonaws.com"}), Decision::NotAllowed),
    ] {
        assert_eq!(with("Principal", principal.clone(), "Allow"), expected, "{principal}");
    }
    for principal in [
        json!({"AWS": "AROAEXAMPLE"}),
        json!({"AWS": "arn:aws:sts::111122223333:assumed-role/r/session"}),
        json!({"CanonicalUser": "79a59d"}),
    ] {
        let decision = with("Principal", principal.clone(), "Allow");
        assert!(matches!(decision, Decision::Undecided(_)), "{principal} {decision:?}");
    }
    // A denied account denies its roles; an exception has to list both.
    let denied = Decision::Denied { statement: 0 };
    assert_eq!(with("Principal", json!({"AWS": root}), "Deny"), denied);
    assert_eq!(
        with("NotPrincipal", json!({"AWS": "arn:aws:iam::111122223333:user/u"}), "Deny"),
        denied
    );
    assert_eq!(with("NotPrincipal", json!({"AWS": [ROLE, root]}), "Deny"), Decision::NotAllowed);
    assert!(matches!(
        with("NotPrincipal", json!({"AWS": ROLE}), "Deny"),
        Decision::NotAllowed | Decision::Undecided(_)
    ));
}

// ---- Random policies ----

/// A request all of whose condition keys are known.
#[derive(Clone, Debug)]
struct Known {
    action: &'static str,
    resource: String,
    keys: BTreeMap<&'static str, Option<&'static str>>,
}

const ACTIONS: &[&str] = &["s3:GetObject", "s3:PutObject", "kms:Decrypt"];
const ACTION_PATTERNS: &[&str] =
    &["s3:*", "*", "s3:GetObject", "s3:?etObject", "S3:PUT*", "kms:Decrypt"];
const RESOURCE_PATTERNS: &[&str] =
    &["*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/a*", "arn:aws:s3:::b/?b", "arn:aws:s3:::b/a/*c"];
const KEYS: &[&str] = &["k:one", "k:two"];
const VALUES: &[&str] = &["a", "ab", "true", "5"];
const WANTED: &[&str] = &["a", "a*", "ab", "?b", "true", "5"];
const OPERATORS: &[&str] = &[
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringNotLike",
    "StringEqualsIfExists",
    "StringLikeIfExists",
    "Null",
];

fn pick(words: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(words)
}

fn patterns(words: &'static [&'static str]) -> impl Strategy<Value = Value> {
    prop_oneof![
        pick(words).prop_map(|word| json!(word)),
        prop::collection::vec(pick(words), 1..3).prop_map(|words| json!(words)),
    ]
}

fn condition() -> impl Strategy<Value = (&'static str, &'static str, Value)> {
    (pick(OPERATORS), pick(KEYS), prop::collection::vec(pick(WANTED), 1..3)).prop_map(
        |(operator, key, wanted)| match operator {
            "Null" => (operator, key, json!(if wanted.len() == 1 { "true" } else { "false" })),
            _ => (operator, key, json!(wanted)),
        },
    )
}

fn statement(has_opposites: bool) -> impl Strategy<Value = Value> {
    let opposite = move || (0..4).prop_map(move |number| has_opposites && number == 0);
    (
        prop::bool::weighted(0.75),
        opposite(),
        patterns(ACTION_PATTERNS),
        opposite(),
        patterns(RESOURCE_PATTERNS),
        prop::collection::vec(condition(), 0..3),
    )
        .prop_map(|(allows, not_action, actions, not_resource, resources, conditions)| {
            let mut statement = json!({ "Effect": if allows { "Allow" } else { "Deny" } });
            statement[if not_action { "NotAction" } else { "Action" }] = actions;
            statement[if not_resource { "NotResource" } else { "Resource" }] = resources;
            for (operator, key, wanted) in conditions {
                statement["Condition"][operator][key] = wanted;
            }
            statement
        })
}

fn known() -> impl Strategy<Value = Known> {
    let key = || prop::option::of(pick(VALUES));
    let resource = prop::sample::select(&["b/a", "b/ab", "b/xb", "b/a/xc", "c/a"][..]);
    (pick(ACTIONS), resource, key(), key()).prop_map(|(action, resource, one, two)| Known {
        action,
        resource: format!("arn:aws:s3:::{resource}"),
        keys: [("k:one", one), ("k:two", two)].into(),
    })
}

impl Known {
    fn request(&self) -> Request {
        let mut request = Request::new(self.action, self.resource.clone());
        for (key, value) in &self.keys {
            request = match value {
                Some(value) => request.with(key, [*value]),
                None => request.without(key),
            };
        }
        request
    }

    fn foreign_request(&self) -> IAMRequest {
        let mut context = Context::new();
        for (key, value) in &self.keys {
            if let Some(value) = value {
                context.insert((*key).to_owned(), ContextValue::String((*value).to_owned()));
            }
        }
        IAMRequest::new_with_context(
            Principal::Aws(PrincipalId::String(ROLE.to_owned())),
            self.action,
            Arn::parse(&self.resource).unwrap(),
            context,
        )
    }
}

/// Matches by trying every split, in the simplest way.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => (0..=text.len()).any(|at| glob(rest, &text[at..])),
        (Some((b'?', rest)), Some((_, text))) => glob(rest, text),
        (Some((wanted, rest)), Some((found, text))) => wanted == found && glob(rest, text),
        _ => false,
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}

fn naive_condition(operator: &str, value: Option<&str>, wanted: &[String]) -> bool {
    if operator == "Null" {
        return wanted[0].parse::<bool>().unwrap() == value.is_none();
    }
    let (operator, if_exists) = match operator.strip_suffix("IfExists") {
        Some(operator) => (operator, true),
        None => (operator, false),
    };
    let negated = operator.contains("Not");
    let Some(value) = value else { return if_exists || negated };
    let like = operator.ends_with("Like");
    let any = wanted.iter().any(|wanted| {
        if like { glob(wanted.as_bytes(), value.as_bytes()) } else { wanted == value }
    });
    any != negated
}

fn naive_is_about(statement: &Value, known: &Known) -> bool {
    let selects = |name: &str, matches: &dyn Fn(&str) -> bool| {
        let opposite = format!("Not{name}");
        match (&statement[name], &statement[&opposite]) {
            (Value::Null, not) => !texts(not).iter().any(|pattern| matches(pattern)),
            (some, _) => texts(some).iter().any(|pattern| matches(pattern)),
        }
    };
    selects("Action", &|pattern| {
        glob(pattern.to_lowercase().as_bytes(), known.action.to_lowercase().as_bytes())
    }) && selects("Resource", &|pattern| glob(pattern.as_bytes(), known.resource.as_bytes()))
}

fn naive_holds(statement: &Value, known: &Known) -> bool {
    statement["Condition"].as_object().into_iter().flatten().all(|(operator, keys)| {
        keys.as_object().unwrap().iter().all(|(key, wanted)| {
            naive_condition(operator, known.keys[key.as_str()], &texts(wanted))
        })
    })
}

/// Returns true if the request is allowed, and if it is denied by a statement.
pub(super) fn naive(statements: &[Value], action: &'static str, resource: &str) -> (bool, bool) {
    let known = Known { action, resource: resource.to_owned(), keys: BTreeMap::new() };
    naive_known(statements, &known)
}

fn naive_known(statements: &[Value], known: &Known) -> (bool, bool) {
    let has = |effect: &str| {
        statements.iter().any(|statement| {
            statement["Effect"] == effect
                && naive_is_about(statement, known)
                && naive_holds(statement, known)
        })
    };
    let denied = has("Deny");
    (has("Allow") && !denied, denied)
}

proptest! {
    /// REP-1218, REP-1220, REP-1222, REP-1223: two evaluations agree about random policies.
    #[test]
    fn the_naive_evaluation_agrees(
        statements in prop::collection::vec(statement(true), 1..5),
        known in known(),
    ) {
        let (allowed, denied) = naive_known(&statements, &known);
        let decision = decide(&json!(statements), &known.request());
        prop_assert_eq!(decision == Decision::Allowed, allowed, "{:?}", decision);
        let is_denied = matches!(decision, Decision::Denied { .. });
        prop_assert_eq!(is_denied, denied, "{:?}", decision);
        prop_assert!(!matches!(decision, Decision::Undecided(_)));
    }

    /// REP-1218: so does another implementation.
    #[test]
    fn another_implementation_agrees(
        statements in prop::collection::vec(statement(true), 1..5),
        known in known(),
    ) {
        let text = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
        let policy = IAMPolicy::from_json(&text).unwrap();
        let theirs = iam_rs::evaluate_policy(&policy, &known.foreign_request()).unwrap();
        let ours = decide(&json!(statements), &known.request());
        let expected = match ours {
            Decision::Allowed => iam_rs::Decision::Allow,
            Decision::Denied { .. } => iam_rs::Decision::Deny,
            _ => iam_rs::Decision::NotApplicable,
        };
        prop_assert_eq!(theirs, expected, "{} {:?}", text, known);
    }

    /// REP-1227: a decision about a request with an unknown key is that about every value of it.
    #[test]
    fn a_decision_holds_for_every_value_of_an_unknown_key(
        statements in prop::collection::vec(statement(true), 1..5),
        known in known(),
    ) {
        let mut open = Request::new(known.action, known.resource.clone());
        if let Some(value) = known.keys["k:one"] {
            open = open.with("k:one", [value]);
        } else {
            open = open.without("k:one");
        }
        let decision = decide(&json!(statements), &open);
        if matches!(decision, Decision::Undecided(_)) {
            return Ok(());
        }
        for value in [None, Some("a"), Some("ab"), Some("true"), Some("zz")] {
            let mut closed = known.clone();
            closed.keys.insert("k:two", value);
            let (allowed, denied) = naive_known(&statements, &closed);
            prop_assert_eq!(decision == Decision::Allowed, allowed);
            let is_denied = matches!(decision, Decision::Denied { .. });
            prop_assert!(!is_denied || denied);
        }
    }
}
