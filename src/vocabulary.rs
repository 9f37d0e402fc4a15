//! Macros that declare the words of documents, one table for each set of words.
//!
//! `Display`, `FromStr`, `as_str` and serde come from the same table, so they cannot diverge. A
//! *closed* set is an enum: an unknown word could change an answer, so it must stop the reader. An
//! *open* set, which S3 extends at any time, is a string with constants, so that a word that becomes
//! known in a later version of this crate compares equal to the same word in an earlier one.
//!
//! ```text
//! closed_vocabulary! {
//!     /// The status of a rule.
//!     pub enum RuleStatus("`Enabled` or `Disabled`") {
//!         /// The rule is used.
//!         Enabled = "Enabled",
//!         /// The rule is not used.
//!         Disabled = "Disabled",
//!     }
//! }
//! ```
//!
//! The doc comments go to the enum and its variants, and so they are documentation of the crate.
//! The text after the name completes the sentence `expected …, found …`.
//!
//! | macro | makes |
//! | --- | --- |
//! | `closed_vocabulary` | an enum; an unknown word is an error |
//! | `open_vocabulary` | a string with constants; an unknown word is a value of its own |
//! | `dialect_answers` | enums without words: the answers to questions of a dialect |
//! | `dialect_questions` | a getter and a setter for each of these questions |
//! | `text_serde` | serde for any type that has `Display` and a parser |

mod spelling;

pub(crate) use self::spelling::{is_same_but_for_case, nearest};

/// Declares an enum with one word for each value, and possibly other spellings that are read but
/// never written.
///
/// The enum has `ALL`, `as_str`, `Display`, `FromStr`, serde, and `Vocabulary` for the tables of
/// documents. The match in `from_str` is exact: a word in another case is unknown, and the reader
/// of documents suggests the right one.
macro_rules! closed_vocabulary {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident($expected:literal) {
            $( $(#[$variant_meta:meta])* $variant:ident = $word:literal $(| $alias:literal)*, )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        $vis enum $name {
            $( $(#[$variant_meta])* $variant, )+
        }

        impl $name {
            /// Every value, in declaration order.
            $vis const ALL: &'static [Self] = &[$( Self::$variant, )+];

            /// Returns the word, as documents contain it.
            #[must_use]
            $vis const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $word, )+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                // `pad` and not `write_str`, so that a width in a format string works.
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::vocabulary::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    // The alias of one variant is no word of another: the compiler warns about the
                    // arm that cannot be reached.
                    $( $word $(| $alias)* => Ok(Self::$variant), )+
                    _ => Err($crate::vocabulary::UnknownWord::new($expected, word)),
                }
            }
        }

        impl $crate::vocabulary::Vocabulary for $name {
            const IS_OPEN: bool = false;

            fn words() -> Vec<&'static str> {
                Self::ALL.iter().map(|value| value.as_str()).collect()
            }
        }

        // In documents the words are the same as in text, so serde has no table of its own.
        text_serde!($name, $expected, |word| word.parse::<$name>());
    };
}

/// Declares a string-like type with a constant for each word known today.
///
/// The representation is private, as in `http::Method`: constants work in `match` patterns, and a
/// word that becomes known later is not a breaking change.
///
/// An unknown word is kept as it is, so that a document that is read and written again does not
/// lose it.
macro_rules! open_vocabulary {
    (
        $(#[$meta:meta])*
        pub struct $name:ident($inner:ident) {
            $( $(#[$const_meta:meta])* $konst:ident: $variant:ident = $word:literal, )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Eq, Hash, PartialEq)]
        pub struct $name($inner);

        #[derive(Clone, Debug, Eq, Hash, PartialEq)]
        enum $inner {
            $( $variant, )+
            // `from` is the only place that makes it, and asks the words first. So equal words are
            // equal values, also for the derived `PartialEq` and `Hash`.
            // INVARIANT: never one of the words above.
            Other(Box<str>),
        }

        impl $name {
            $( $(#[$const_meta])* pub const $konst: Self = Self($inner::$variant); )+

            /// Every value known to this version of the crate.
            pub const KNOWN: &'static [Self] = &[$( Self::$konst, )+];

            /// Returns the word, as documents contain it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match &self.0 {
                    $( $inner::$variant => $word, )+
                    $inner::Other(word) => word,
                }
            }

            /// Returns true when this version of the crate knows the word.
            #[must_use]
            pub const fn is_known(&self) -> bool {
                !matches!(self.0, $inner::Other(_))
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $( $word => Self::$konst, )+
                    _ => Self($inner::Other(word.into())),
                }
            }
        }

        impl std::str::FromStr for $name {
            // It never fails, and is parsed by `text_serde` as a closed set is.
            type Err = std::convert::Infallible;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(word))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl $crate::vocabulary::Vocabulary for $name {
            const IS_OPEN: bool = true;

            fn words() -> Vec<&'static str> {
                Self::KNOWN.iter().map(Self::as_str).collect()
            }
        }

        text_serde!($name, "a word", |word| word.parse::<$name>());
    };
}

/// Declares the answers to the questions of a dialect, with the traits to derive; the first answer is
/// the default.
///
/// The traits are in parentheses, as in `(Clone, Copy, Debug)`. The enums are non-exhaustive, as
/// another answer of a store may become known.
macro_rules! dialect_answers {
    ($traits:tt $( $(#[$meta:meta])* $name:ident { $( $(#[$answer_meta:meta])* $answer:ident, )+ } )+) => {
        $(
            $(#[$meta])*
            #[derive $traits]
            #[non_exhaustive]
            pub enum $name {
                $( $(#[$answer_meta])* $answer, )+
            }
        )+
    };
}

/// Declares a getter and a setter for each question of a dialect about jobs or permissions.
///
/// The getter is called as the field, and the setter returns a changed copy, as all of a dialect
/// does. Both are `const`, so that the dialects of stores are constants.
macro_rules! dialect_questions {
    ($asked:ident { $( $(#[$meta:meta])* $field:ident, $with:ident: $answer:ident; )+ }) => {
        impl $asked {
            $(
                $(#[$meta])*
                #[must_use]
                pub const fn $field(&self) -> $answer {
                    self.$field
                }

                #[doc = concat!("Returns the dialect with another answer to [`", stringify!($field), "`](Self::", stringify!($field), ").")]
                #[must_use]
                pub const fn $with(mut self, answer: $answer) -> Self {
                    self.$field = answer;
                    self
                }
            )+
        }
    };
}

/// Implements serde for a type by its text form, so that JSON and text agree by construction.
///
/// `$expected` is what a message of serde states as expected, and `$word` is bound in `$parse`,
/// which returns a `Result`.
macro_rules! text_serde {
    ($name:ident, $expected:literal, |$word:ident| $parse:expr) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;

                impl serde::de::Visitor<'_> for Visitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str($expected)
                    }

                    // The error of the parser, which names what is wrong, and not only the kind of
                    // value.
                    fn visit_str<E: serde::de::Error>(self, $word: &str) -> Result<$name, E> {
                        $parse.map_err(E::custom)
                    }
                }

                deserializer.deserialize_str(Visitor)
            }
        }
    };
}

/// A set of words of documents.
///
/// The tables of documents take the words from here for messages and for JSON Schema, so that a new
/// word has no second list.
pub(crate) trait Vocabulary {
    /// True if a word outside the set is read, too.
    const IS_OPEN: bool;

    /// Returns the words that are written, in declaration order.
    // Aliases are left out: they are read, and not recommended.
    fn words() -> Vec<&'static str>;
}

/// The error returned for a word outside a closed vocabulary.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected {expected}, found `{found}`")]
pub struct UnknownWord {
    /// A phrase with all words, such as "`Enabled` or `Disabled`".
    expected: &'static str,
    /// The word, as long as it is in the document.
    found: String,
}

impl UnknownWord {
    /// Creates the error for a word, which is kept as it was found.
    pub(crate) fn new(expected: &'static str, found: &str) -> Self {
        Self { expected, found: found.to_owned() }
    }

    /// Returns the expected words, as a phrase.
    #[must_use]
    pub const fn expected(&self) -> &'static str {
        self.expected
    }

    /// Returns the unknown word.
    #[must_use]
    pub fn found(&self) -> &str {
        &self.found
    }
}
