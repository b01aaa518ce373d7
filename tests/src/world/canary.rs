//! A card number that is put into every input in every spelling, and looked for in all that is
//! kept, logged, sent and mailed.

use serde_json::Value;

use super::{STAGES, World, logs, queue_name};

/// The number; nothing else in World has its digits.
pub const CANARY: &str = "5432109987650120";

/// What may stand between groups of its digits, with a name for each spelling.
const SIGNS: [(&str, &str); 16] = [
    ("spaces", " "),
    ("two spaces", "  "),
    ("no-break spaces", "\u{a0}"),
    ("narrow no-break spaces", "\u{202f}"),
    ("thin spaces", "\u{2009}"),
    ("hyphens", "-"),
    ("en dashes", "\u{2013}"),
    ("em dashes", "\u{2014}"),
    ("no-break hyphens", "\u{2011}"),
    ("minus signs", "\u{2212}"),
    ("dashes with spaces", " - "),
    ("dots", "."),
    ("underscores", "_"),
    ("strokes", "/"),
    ("zero-width spaces", "\u{200b}"),
    ("soft hyphens", "\u{ad}"),
];

/// The canary in each spelling, with a name for it.
#[must_use]
pub fn spellings() -> Vec<(&'static str, String)> {
    let fours =
        |sign: &str| [&CANARY[..4], &CANARY[4..8], &CANARY[8..12], &CANARY[12..]].join(sign);
    let apart = |sign: &str| CANARY.chars().map(String::from).collect::<Vec<_>>().join(sign);
    let digits = |zero: char| {
        CANARY
            .chars()
            .filter_map(|digit| char::from_u32(u32::from(zero) + digit.to_digit(10)?))
            .collect::<String>()
    };
    let mut spellings =
        vec![("plain", CANARY.to_owned()), ("a leading zero", format!("0{CANARY}"))];
    spellings.extend(SIGNS.map(|(name, sign)| (name, fours(sign))));
    spellings.extend([
        ("one digit apart", apart(" ")),
        ("one digit apart by dots", apart(".")),
        ("zero-width joiners", apart("\u{200d}")),
    ]);
    spellings.extend([
        ("full-width", digits('\u{ff10}')),
        ("Arabic", digits('\u{660}')),
        ("Persian", digits('\u{6f0}')),
    ]);
    spellings
}

/// Whether a text has the canary's digits one after another, whatever script they are of and
/// whatever signs are between them, escaped as in JSON or not.
#[must_use]
pub fn holds(text: &str) -> bool {
    holds_plain(text) || (text.contains("\\u") && holds_plain(&unescaped(text)))
}

/// The text without JSON's escapes of what is no letter or digit.
fn unescaped(text: &str) -> String {
    let mut pieces = text.split("\\u");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (unit, rest) = piece.split_at_checked(4).unwrap_or((piece, ""));
        plain.extend(u32::from_str_radix(unit, 16).ok().and_then(char::from_u32));
        plain.push_str(rest);
    }
    plain
}

fn holds_plain(text: &str) -> bool {
    let digit = |letter: char| {
        let zero =
            ['0', '\u{660}', '\u{6f0}', '\u{ff10}'].into_iter().find(|zero| is_of(*zero, letter));
        zero.and_then(|zero| char::from_digit(u32::from(letter) - u32::from(zero), 10))
    };
    let plain = text
        .chars()
        .filter_map(|letter| digit(letter).or_else(|| letter.is_alphanumeric().then_some(letter)));
    plain.collect::<String>().contains(CANARY)
}

fn is_of(zero: char, letter: char) -> bool {
    (u32::from(zero)..u32::from(zero) + 10).contains(&u32::from(letter))
}

/// Every text of a value, its fields' names and its numbers among them, and those of the JSON that
/// a text holds.
#[must_use]
pub fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Null | Value::Bool(_) => Vec::new(),
        Value::Number(number) => vec![number.to_string()],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, field)| std::iter::once(name.clone()).chain(texts(field)))
            .collect(),
        Value::String(text) => match serde_json::from_str::<Value>(text) {
            Ok(inner @ (Value::Array(_) | Value::Object(_))) => texts(&inner),
            _ => vec![text.clone()],
        },
    }
}

/// A text as a value: the JSON it is, else itself.
#[must_use]
pub fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

impl World {
    /// Where the canary was found: the table, queues, e-mails, what partners were told, the log.
    ///
    /// # Panics
    /// If the table cannot be read.
    pub async fn traces(&self) -> Vec<String> {
        let items = self
            .items()
            .await
            .into_iter()
            .filter_map(|item| serde_dynamo::from_item::<_, Value>(item).ok());
        let items = items.map(|item| ("an item", item));
        let queues = STAGES.into_iter().flat_map(|stage| {
            [queue_name(stage).to_owned(), format!("{}-dead-letters", queue_name(stage))]
        });
        let messages = queues
            .flat_map(|queue| self.aws.queues().messages(&queue))
            .map(|message| ("a message", read(&message.body)));
        let mails = self
            .aws
            .mailbox()
            .all()
            .into_iter()
            .filter_map(|mail| serde_json::to_value(mail).ok())
            .map(|mail| ("a mail", mail));
        let logs = logs::leaks().into_iter().map(|line| ("the log", read(&line)));
        let sinks = items.chain(messages).chain(mails).chain(self.told_to_partners()).chain(logs);
        sinks
            .filter(|(_, value)| texts(value).iter().any(|text| holds(text)))
            .map(|(sink, value)| format!("{sink}: {value}"))
            .collect()
    }

    /// What Ethoca, Stripe and the merchant were told, each with a name for it.
    fn told_to_partners(&self) -> impl Iterator<Item = (&'static str, Value)> {
        let outcomes = self
            .ethoca
            .outcomes()
            .into_iter()
            .map(|told| ("Ethoca", Value::from(format!("{told:?}"))));
        let calls = self
            .stripe
            .requests()
            .into_iter()
            .map(|told| ("Stripe", Value::from(format!("{told:?}"))));
        let asked = self
            .merchant
            .asked()
            .into_iter()
            .map(|asked| ("the merchant", Value::from(vec![asked.path, asked.body])));
        outcomes.chain(calls).chain(asked)
    }
}
