//! Globs over keys, against the crate whose syntax they have.

use globset::{GlobBuilder, GlobMatcher};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use s3_replication::policy::{InvalidGlob, KeyGlob, Separator};

/// The matcher of `globset`; `None` if it refuses the glob.
fn second_opinion(glob: &str, separator: Separator) -> Option<GlobMatcher> {
    let mut builder = GlobBuilder::new(glob);
    builder.backslash_escape(true).empty_alternates(true);
    builder.literal_separator(separator == Separator::Slash);
    builder.build().ok().map(|glob| glob.compile_matcher())
}

/// Draws globs, and some texts that are not globs.
fn glob() -> impl Strategy<Value = String> {
    let piece = select(
        &[
            "a",
            "b",
            "/",
            "*",
            "?",
            "**",
            "/**",
            "**/",
            "/**/",
            "[ab]",
            "[!a]",
            "[^a-b]",
            "[]a]",
            "[a-]",
            "[!-a]",
            "{a,b}",
            "{,a}",
            "{a/**,b}",
            "{**/a,*}",
            "{a,{b,/}}",
            "{",
            "}",
            ",",
            "\\*",
            "\\a",
            "\\/",
            "[",
            "]",
            "-",
            "\\",
        ][..],
    );
    vec(piece, 1..7).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    /// Globs are accepted and match keys exactly as in `globset`.
    #[test]
    fn globs_are_those_of_globset(
        glob in glob(),
        keys in vec("[ab/*,\\-]{1,6}", 12),
        separator in select(Separator::ALL),
    ) {
        // A glob that is known to differ: an escaped comma or brace in front of `**` in braces.
        prop_assume!(!glob.contains("\\,**") && !glob.contains("\\{**"));
        let read = glob.parse::<KeyGlob>();
        let second = second_opinion(&glob, separator);
        for key in &keys {
            let expected = second.as_ref().map(|matcher| matcher.is_match(key));
            let found = read.as_ref().ok().map(|glob| glob.matches(key, separator));
            prop_assert_eq!(found, expected, "{} on {}", glob, key);
        }
    }
}

#[test]
fn the_grammar_is_as_documented() {
    let matches = |glob: &str, separator: Separator, keys: &[&str]| {
        let glob: KeyGlob = glob.parse().unwrap();
        keys.iter().map(|key| u8::from(glob.matches(key, separator))).collect::<Vec<_>>()
    };
    let (plain, slash) = (Separator::None, Separator::Slash);
    let keys = ["a", "a/", "a/b", "a/b/c", "/a", "A"];
    assert_eq!(matches("a*", plain, &keys), [1, 1, 1, 1, 0, 0]);
    assert_eq!(matches("a*", slash, &keys), [1, 0, 0, 0, 0, 0]);
    assert_eq!(matches("a/**", slash, &keys), [0, 1, 1, 1, 0, 0]);
    assert_eq!(matches("a/**/c", slash, &["a/c", "a/b/c", "a/b/b/c", "ac"]), [1, 1, 1, 0]);
    assert_eq!(matches("**/a", slash, &["a", "/a", "b/a", "ba"]), [1, 1, 1, 0]);
    assert_eq!(matches("**", slash, &keys), [1; 6]);
    assert_eq!(matches("a**c", slash, &["ac", "abc", "a/c"]), [1, 1, 0]);
    assert_eq!(matches("a/**.c", slash, &["a/b.c", "a/b/b.c"]), [1, 0]);
    assert_eq!(matches("{x,**}", slash, &["x", "b", "a/b"]), [1, 1, 0]);
    assert_eq!(matches("{x,a/**}", slash, &["x", "a/b", "a/b/c"]), [1, 1, 1]);
    assert_eq!(matches(r"{a\,**/b,x}", slash, &["a,b/b", "a,b", "x"]), [1, 0, 1]);
    assert_eq!(matches("a?b", plain, &["a/b", "aöb", "a💾b", "ab"]), [1, 1, 1, 0]);
    assert_eq!(matches("[!a-z]", slash, &["A", "m", "ö", "/"]), [1, 0, 1, 1]);
    assert_eq!(matches("[α-ω]", plain, &["β", "b"]), [1, 0]);
    assert_eq!(matches("x{,.gz,.{xz,zst}}", plain, &["x", "x.gz", "x.zst", "x."]), [1, 1, 1, 0]);
    assert_eq!(matches(r"\*[*]\\", plain, &[r"**\", r"ab\"]), [1, 0]);
}

#[test]
fn malformed_globs_are_refused() {
    let refused = |glob: &str| glob.parse::<KeyGlob>().unwrap_err();
    assert_eq!(refused(""), InvalidGlob::Empty);
    assert_eq!(refused(&"a".repeat(1025)), InvalidGlob::TooLong { bytes: 1025 });
    assert!("a".repeat(1024).parse::<KeyGlob>().is_ok());
    for wrong in ["[a", "{a", "a}", "[z-a]", "a\\"] {
        let message = refused(wrong).to_string();
        assert!(message.starts_with(&format!("`{wrong}` is not a glob: ")), "{message}");
    }
    let nested = |depth: usize| "{".repeat(depth) + &"}".repeat(depth);
    assert!(nested(KeyGlob::NESTING_LIMIT).parse::<KeyGlob>().is_ok());
    let deep = refused(&nested(KeyGlob::NESTING_LIMIT + 1));
    assert!(deep.to_string().ends_with("braces are nested more than 8 levels deep"), "{deep}");
}
