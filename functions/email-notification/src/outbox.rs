//! Where e-mails leave: Amazon SES. It knows no key for a repeat, so a call whose answer was lost
//! may be two mails.

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

/// How SES says that an address, or another part of the e-mail, cannot be read.
pub(crate) const BAD_REQUEST: &str = "BadRequestException";

/// A sender's way out.
#[derive(Debug, Clone)]
pub struct MailOutbox {
    client: Client,
    sender: String,
    sets: ConfigurationSets,
}

/// The configuration sets that e-mails leave by: each has a reputation of its own.
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

/// What came of one mail.
pub(crate) struct SendResult {
    /// Why it will never be taken, by the service's word for it.
    pub refused: Option<String>,
}

impl MailOutbox {
    /// The way out of a sender.
    #[must_use]
    pub const fn new(client: Client, sender: String, sets: ConfigurationSets) -> Self {
        Self { client, sender, sets }
    }

    /// The way out of the sender that the environment names; nothing where it names none.
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

    /// Sends one mail to one member. The service's own sentence names addresses: only its word is
    /// kept.
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
    // keeps holiday notices away
    let by_machine =
        MessageHeader::builder().name("Auto-Submitted").value("auto-generated").build()?;
    let message =
        Message::builder().subject(part(&letter.subject)?).body(body).headers(by_machine).build();
    Ok(EmailContent::builder().simple(message).build())
}
