//! The content of a mail, rendered both as text and as HTML.

use askama::Template;
use flows::StageFailure;
use views::plain_words::AlertFactLine;

/// A mail that is ready to be sent.
pub(crate) struct RenderedMail {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// The content that both forms of a mail share. Foreign text is already quoted.
pub(crate) struct MailContent {
    pub heading: String,
    /// The organisation's name, where the reader has agreed to receive mails.
    pub above: Option<String>,
    /// The sentences, most important first.
    pub sentences: Vec<String>,
    pub facts: Vec<AlertFactLine>,
    pub links: Vec<MailPageLink>,
    /// A note about the links.
    pub below: Option<String>,
    /// The reason why the reader receives the mail.
    pub footer: String,
}

/// A link to our own pages; a mail has no other links.
pub(crate) struct MailPageLink {
    pub label: String,
    pub url: String,
}

#[derive(Template)]
#[template(path = "mail.txt", escape = "none")]
struct TextTemplate<'a> {
    sheet: &'a MailContent,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct HtmlTemplate<'a> {
    sheet: &'a MailContent,
}

impl MailContent {
    /// Renders the mail with a subject.
    pub fn render_mail(&self, subject: String) -> Result<RenderedMail, StageFailure> {
        let written = |text: askama::Result<String>| {
            text.map_err(|_| StageFailure::Missing("the e-mail's text"))
        };
        let (text, html) = (
            written(TextTemplate { sheet: self }.render())?,
            written(HtmlTemplate { sheet: self }.render())?,
        );
        Ok(RenderedMail { subject, text, html })
    }
}
