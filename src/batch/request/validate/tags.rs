use std::collections::HashSet;

use crate::batch::request::JobTagDraft;
use crate::batch::request::validate::Proof;
use crate::clause;
use crate::model::Tag;
use crate::path::FieldPath;

/// The most tags a job may have.
const LIMIT: usize = 50;

impl Proof<'_> {
    pub(super) fn tags(&mut self, drafts: &[JobTagDraft], at: &FieldPath) -> Vec<Tag> {
        if drafts.len() > LIMIT {
            let message = format!("a job has at most {LIMIT} tags, here are {}", drafts.len());
            let help = "take some away";
            self.refuse("tags-over-limit", &clause::JOB_TAGS, at.clone(), message, help);
        }
        let mut keys = HashSet::new();
        let mut tags = Vec::new();
        for (index, draft) in drafts.iter().enumerate() {
            let at = at.clone().index(index);
            let Some(tag) = self.tag(draft, &at) else { continue };
            if keys.insert(tag.key().to_owned()) {
                tags.push(tag);
            } else {
                let message = format!("the key `{}` is used twice", tag.key().escape_debug());
                let path = at.field("Key");
                let help = "keep one of the tags; keys differ in case, too";
                self.refuse("tag-key-repeated", &clause::JOB_TAGS, path, message, help);
            }
        }
        tags
    }

    fn tag(&mut self, draft: &JobTagDraft, at: &FieldPath) -> Option<Tag> {
        let key = self.required(draft.key.as_ref(), at, "Key");
        let value = self.required(draft.value.as_ref(), at, "Value");
        let (key, value) = (key?, value?);
        for (name, text) in [("Key", key), ("Value", value)] {
            if let Some(found) = text.chars().find(|c| !is_allowed(*c)) {
                let message = format!("a tag of a job can't hold `{}`", found.escape_debug());
                let help = "use letters, digits, separators and `_.:/=+-@`";
                let path = at.clone().field(name);
                self.refuse("tag-invalid", &clause::JOB_TAGS, path, message, help);
                return None;
            }
        }
        match Tag::new(key, value) {
            Ok(tag) => Some(tag),
            Err(error) => {
                let path = at.clone().field(error.part().as_str());
                let help = "a key has 1 to 128 characters, a value at most 256";
                self.refuse("tag-invalid", &clause::JOB_TAGS, path, error.to_string(), help);
                None
            }
        }
    }
}

/// Letters, numbers and separators by their Unicode categories, and a few signs. Some combining
/// vowel signs count as letters here, which by category they are not.
fn is_allowed(c: char) -> bool {
    let is_separator = c.is_whitespace() && !c.is_control();
    c.is_alphanumeric() || is_separator || "_.:/=+-@".contains(c)
}
