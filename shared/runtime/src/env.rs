//! The environment, which only this file reads. `infra/template.yaml` sets each variable.

use domain::alert::pipeline::PipelineStage;

/// The error of a required variable that is not set, or cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("environment variable `{0}` is missing or cannot be read")]
pub struct MissingVariable(pub &'static str);

/// Returns the name of the table.
///
/// # Errors
/// [`MissingVariable`] if the variable is not set.
pub fn table_name() -> Result<String, MissingVariable> {
    required_variable("TABLE_NAME")
}

/// Returns the id of the key that seals credentials.
///
/// # Errors
/// [`MissingVariable`] if the variable is not set.
pub fn credentials_key_id() -> Result<String, MissingVariable> {
    required_variable("CREDENTIALS_KEY_ID")
}

/// Returns the address of Stripe; the public address unless another is set.
#[must_use]
pub fn stripe_url() -> String {
    optional_variable("STRIPE_API_URL").unwrap_or_else(|| "https://api.stripe.com".into())
}

/// Returns the queue of a stage.
///
/// # Errors
/// [`MissingVariable`] if the variable is not set.
pub fn queue_url(stage: PipelineStage) -> Result<String, MissingVariable> {
    required_variable(match stage {
        PipelineStage::Matching => "MATCHING_QUEUE_URL",
        PipelineStage::OrderMatching => "ORDER_MATCHING_QUEUE_URL",
        PipelineStage::RulesetEvaluation => "RULESET_EVALUATION_QUEUE_URL",
        PipelineStage::SlowRefund => "SLOW_REFUND_QUEUE_URL",
        PipelineStage::Refund => "REFUND_QUEUE_URL",
        PipelineStage::VendorCallback => "VENDOR_CALLBACK_QUEUE_URL",
        PipelineStage::SlowWebhookDelivery => "SLOW_WEBHOOK_DELIVERY_QUEUE_URL",
        PipelineStage::WebhookDelivery => "WEBHOOK_DELIVERY_QUEUE_URL",
        PipelineStage::EmailNotification => "EMAIL_NOTIFICATION_QUEUE_URL",
    })
}

/// Returns whether vendors must present a client certificate. Only a stack deployed Basic-only, for
/// tests, does not require a certificate.
#[must_use]
pub fn vendors_need_certificate() -> bool {
    optional_variable("VENDOR_AUTH").as_deref() != Some("BASIC_ONLY")
}

/// Returns the duration of a lease on a sale, in seconds: this function's timeout and the
/// processor's own bound for committing a call.
#[must_use]
pub fn lease_seconds() -> i64 {
    optional_variable("CLAIM_SECONDS").and_then(|text| text.parse().ok()).unwrap_or(90)
}

/// Returns the rate limit: the requests a minute of an owner to a route of the API; 0 for no limit.
#[must_use]
pub fn rate_limit_per_minute() -> u32 {
    optional_variable("RATE_LIMIT_PER_MINUTE").and_then(|text| text.parse().ok()).unwrap_or(100)
}

/// Returns the maximum age of exchange rates in days, if set by the deployment.
#[must_use]
pub fn rates_max_age_days() -> Option<u32> {
    optional_variable("RATES_MAX_AGE_DAYS").and_then(|text| text.parse().ok())
}

/// Returns the sender's address of e-mails, if e-mails are to be sent.
#[must_use]
pub fn email_sender() -> Option<String> {
    optional_variable("EMAIL_SENDER")
}

/// Returns the SES configuration set for e-mails of LIVE organisations.
///
/// # Errors
/// [`MissingVariable`] if the variable is not set.
pub fn email_configuration_set() -> Result<String, MissingVariable> {
    required_variable("EMAIL_CONFIGURATION_SET")
}

/// Returns the SES configuration set for e-mails of TEST organisations: returned mails are counted
/// apart.
///
/// # Errors
/// [`MissingVariable`] if the variable is not set.
pub fn test_email_configuration_set() -> Result<String, MissingVariable> {
    required_variable("TEST_EMAIL_CONFIGURATION_SET")
}

/// Returns the base of links in e-mails.
///
/// # Errors
/// [`MissingVariable`] if the variable is not set.
pub fn public_url() -> Result<String, MissingVariable> {
    required_variable("PUBLIC_URL")
}

fn required_variable(name: &'static str) -> Result<String, MissingVariable> {
    optional_variable(name).ok_or(MissingVariable(name))
}

#[allow(clippy::disallowed_methods, reason = "the one reader of the environment")]
fn optional_variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
