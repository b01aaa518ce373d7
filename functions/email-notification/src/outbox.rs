//! The outgoing mail service, Amazon SES. SES has no idempotency key: a call whose answer was lost
//! may lead to two mails.

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::error::{BuildError, ProvideErrorMetadata};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::types::{
    Body, Content, Destination, EmailContent, Message, MessageHeader, MessageTag,
};
use domain::account::{Membership, OperatingMode};
use flows::StageFailure;
use runtime::env::{self, MissingVariable};

use crate::letter::RenderedMail;

/// The code of SES for a malformed address or another malformed part of the e-mail.
pub(crate) const BAD_REQUEST: &str = "BadRequestException";

/// The outgoing mail service of a sender.
#[derive(Debug, Clone)]
pub struct MailOutbox {
    client: Client,
    sender: String,
    sets: ConfigurationSets,
}

/// The configuration sets of e-mails; each has a separate reputation.
#[derive(Debug, Clone)]
pub struct ConfigurationSets {
    pub live: String,
    pub test: String,
}

impl ConfigurationSets {
    fn set_for_mode(&self, mode: OperatingMode) -> &str {
        match mode {
            OperatingMode::Live => &self.live,
            OperatingMode::Test => &self.test,
        }
    }
}

/// The result of sending a mail.
pub(crate) struct SendResult {
    /// The service's code of a permanent refusal.
    pub refused: Option<String>,
}

impl MailOutbox {
    /// Creates the outgoing mail service of a sender.
    #[must_use]
    pub const fn new(client: Client, sender: String, sets: ConfigurationSets) -> Self {
        Self { client, sender, sets }
    }

    /// Creates the mail service of the environment's sender; `None` without a sender.
    ///
    /// # Errors
    /// [`MissingVariable`] where a configuration set is not named.
    pub fn from_environment(
        config: &aws_config::SdkConfig,
    ) -> Result<Option<Self>, MissingVariable> {
        let sets = ConfigurationSets {
            live: env::email_configuration_set()?,
            test: env::test_email_configuration_set()?,
        };
        let Some(sender) = env::email_sender() else {
            tracing::info!("No e-mails are sent: the stack has no EmailSender.");
            return Ok(None);
        };
        Ok(Some(Self::new(Client::new(config), sender, sets)))
    }

    /// Sends a mail to a member. The service's error message contains addresses: only its code is
    /// logged.
    pub(crate) async fn send_mail(
        &self,
        mode: OperatingMode,
        to: &Membership,
        letter: &RenderedMail,
    ) -> Result<SendResult, StageFailure> {
        let unbuilt = |_| StageFailure::Missing("a part of the e-mail");
        let content = email_content(letter).map_err(unbuilt)?;
        let tag = |name: &str, value: &str| {
            MessageTag::builder().name(name).value(value).build().map_err(unbuilt)
        };
        let tags = [tag("organisation", to.organisation.as_str())?, tag("member", to.id.as_str())?];
        let destination = Destination::builder().to_addresses(&to.email).build();
        let request = self
            .client
            .send_email()
            .from_email_address(&self.sender)
            .destination(destination)
            .content(content);
        let request = request
            .configuration_set_name(self.sets.set_for_mode(mode))
            .set_email_tags(Some(tags.into()));
        match request.send().await {
            Ok(_) => Ok(SendResult { refused: None }),
            Err(error) => {
                let word = error.code().unwrap_or("no answer").to_owned();
                match error.as_service_error() {
                    Some(
                        SendEmailError::MessageRejected(_) | SendEmailError::BadRequestException(_),
                    ) => Ok(SendResult { refused: Some(word) }),
                    _ => Err(StageFailure::NotMailed(word)),
                }
            }
        }
    }
}

fn email_content(letter: &RenderedMail) -> Result<EmailContent, BuildError> {
    let part = |text: &str| Content::builder().data(text).charset("UTF-8").build();
    let body = Body::builder().text(part(&letter.text)?).html(part(&letter.html)?).build();
    // Suppresses automatic replies, such as holiday notices.
    let by_machine =
        MessageHeader::builder().name("Auto-Submitted").value("auto-generated").build()?;
    let message =
        Message::builder().subject(part(&letter.subject)?).body(body).headers(by_machine).build();
    Ok(EmailContent::builder().simple(message).build())
}
