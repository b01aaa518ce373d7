//! A line's words, taken one by one or by the word that goes before them.

use domain::basics::money::{Money, parse_currency};

use super::play::Failed;

/// What is left of a line.
pub struct Words(Vec<String>);

impl Words {
    /// The words of a line; what stands in quotes is one.
    pub fn of(line: &str) -> Self {
        let parts = line.split('"').enumerate();
        let words = parts.flat_map(|(place, part)| {
            let quoted = place % 2 == 1;
            let words: Vec<String> = if quoted {
                vec![part.to_owned()]
            } else {
                part.split_whitespace().map(str::to_owned).collect()
            };
            words
        });
        Self(words.collect())
    }

    /// The next word.
    pub fn next(&mut self, what: &str) -> Result<String, Failed> {
        if self.0.is_empty() { Err(format!("{what} is missing")) } else { Ok(self.0.remove(0)) }
    }

    /// Takes these words, where the line goes on with them.
    pub fn begin(&mut self, phrase: &str) -> bool {
        let wanted: Vec<&str> = phrase.split(' ').collect();
        let begins = self.0.len() >= wanted.len()
            && self.0.iter().zip(&wanted).all(|(own, wanted)| own == wanted);
        if begins {
            self.0.drain(..wanted.len());
        }
        begins
    }

    /// Takes a phrase, where the words end with it.
    pub fn ends(&mut self, phrase: &str) -> bool {
        let wanted: Vec<&str> = phrase.split(' ').collect();
        let ends = self
            .0
            .iter()
            .rev()
            .zip(wanted.iter().rev())
            .filter(|(own, wanted)| own == *wanted)
            .count()
            == wanted.len();
        if ends {
            self.0.truncate(self.0.len() - wanted.len());
        }
        ends
    }

    /// Takes a word, wherever it stands.
    pub fn has(&mut self, word: &str) -> bool {
        let place = self.0.iter().position(|own| own == word);
        place.map(|place| self.0.remove(place)).is_some()
    }

    /// Takes a word and the one after it.
    pub fn after(&mut self, word: &str) -> Option<String> {
        let place =
            self.0.iter().position(|own| own == word).filter(|place| place + 1 < self.0.len())?;
        self.0.remove(place);
        Some(self.0.remove(place))
    }

    /// The next two words as money.
    pub fn money(&mut self) -> Result<Money, Failed> {
        let (amount, code) = (self.next("an amount")?, self.next("a currency")?);
        let currency = parse_currency(&code).map_err(|error| error.to_string())?;
        Money::from_decimal(&amount, currency).map_err(|error| format!("{amount} {error}"))
    }

    /// Takes a word and the money after it.
    pub fn money_after(&mut self, word: &str) -> Result<Option<Money>, Failed> {
        let Some(place) = self.0.iter().position(|own| own == word) else { return Ok(None) };
        self.0.remove(place);
        let mut tail = Self(self.0.split_off(place));
        let money = tail.money()?;
        self.0.append(&mut tail.0);
        Ok(Some(money))
    }

    /// The number after a word, or 0.
    pub fn number_after(&mut self, word: &str) -> Result<usize, Failed> {
        self.after(word)
            .map_or(Ok(0), |text| text.parse().map_err(|_| format!("{text} is no number")))
    }

    /// All that is left, as one text.
    pub fn rest(&mut self) -> String {
        std::mem::take(&mut self.0).join(" ")
    }

    /// Refuses words that nobody took.
    pub fn end(self) -> Result<(), Failed> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(format!("nothing is known of `{}` here", self.0.join(" ")))
        }
    }
}
