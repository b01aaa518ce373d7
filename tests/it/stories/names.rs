//! Ids as stories print them: numbered by kind, in the order in which they are first printed.

use std::collections::BTreeMap;

/// What an id may begin with.
const KINDS: [&str; 18] = [
    "acct", "alrt", "ch", "du", "enrl", "int", "key", "mem", "mrch", "ord", "org", "pi", "quar",
    "re", "rfd", "rset", "rule", "sub",
];
/// The fewest characters of an id's own part.
const SHORTEST: usize = 8;

/// The names given so far.
#[derive(Default)]
pub struct Names {
    known: BTreeMap<String, String>,
    counts: BTreeMap<String, usize>,
}

impl Names {
    /// The text with each id replaced by its name.
    pub fn plain(&mut self, text: &str) -> String {
        let mut out = String::new();
        let mut word = String::new();
        for letter in text.chars().chain([' ']) {
            if letter.is_ascii_alphanumeric() || letter == '_' {
                word.push(letter);
            } else {
                out.push_str(&self.name(&std::mem::take(&mut word)));
                out.push(letter);
            }
        }
        out.trim_end().to_owned()
    }

    fn name(&mut self, word: &str) -> String {
        if let Some(number) = word.strip_prefix("ALERT").filter(|digits| digits.len() == 20) {
            return format!("A{}", number.trim_start_matches('0'));
        }
        let Some((kind, _)) = word
            .split_once('_')
            .filter(|(kind, own)| KINDS.contains(kind) && own.len() >= SHORTEST)
        else {
            return word.to_owned();
        };
        if let Some(name) = self.known.get(word) {
            return name.clone();
        }
        let count = self.counts.entry(kind.to_owned()).or_default();
        *count += 1;
        let name = format!("{kind}_{count}");
        self.known.insert(word.to_owned(), name.clone());
        name
    }
}
