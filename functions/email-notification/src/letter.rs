//! What a mail says: the same as text and as HTML.

use askama::Template;
use flows::Failure;
use views::plain_words::Fact;

/// A mail, ready to leave.
pub(crate) struct Letter {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// All that both forms of a mail say. Others' words in it are quoted already.
pub(crate) struct Sheet {
    pub heading: String,
    /// Whose mail it is, where its reader has agreed to hear of them.
    pub above: Option<String>,
    /// The most important first.
    pub sentences: Vec<String>,
    pub facts: Vec<Fact>,
    pub links: Vec<Link>,
    /// What is to be known of the links.
    pub below: Option<String>,
    /// Why somebody receives it.
    pub footer: String,
}

/// A link of ours: nothing else in a mail is one.
pub(crate) struct Link {
    pub label: String,
    pub url: String,
}

#[derive(Template)]
#[template(path = "mail.txt", escape = "none")]
struct AsText<'a> {
    sheet: &'a Sheet,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct AsHtml<'a> {
    sheet: &'a Sheet,
}

impl Sheet {
    /// The mail under a subject.
    pub fn letter(&self, subject: String) -> Result<Letter, Failure> {
        let written =
            |text: askama::Result<String>| text.map_err(|_| Failure::Missing("the e-mail's text"));
        let (text, html) =
            (written(AsText { sheet: self }.render())?, written(AsHtml { sheet: self }.render())?);
        Ok(Letter { subject, text, html })
    }
}
