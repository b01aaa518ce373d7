//! What a mail says: the same as text and as HTML.

use askama::Template;
use flows::StageFailure;
use views::plain_words::AlertFactLine;

/// A mail, ready to leave.
pub(crate) struct RenderedMail {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// All that both forms of a mail say. Others' words in it are quoted already.
pub(crate) struct MailContent {
    pub heading: String,
    /// Whose mail it is, where its reader has agreed to hear of them.
    pub above: Option<String>,
    /// The most important first.
    pub sentences: Vec<String>,
    pub facts: Vec<AlertFactLine>,
    pub links: Vec<MailPageLink>,
    /// What is to be known of the links.
    pub below: Option<String>,
    /// Why somebody receives it.
    pub footer: String,
}

/// A link of ours: nothing else in a mail is one.
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
    /// The mail under a subject.
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
