//! The environment: the only place that reads it. Each variable is set by `infra/template.yaml`.

use domain::alert::pipeline::PipelineStage;

/// A variable that the function needs is not set, or cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("environment variable `{0}` is missing or cannot be read")]
pub struct MissingVariable(pub &'static str);

/// The table's name.
///
/// # Errors
/// [`MissingVariable`] where it is not set.
pub fn table_name() -> Result<String, MissingVariable> {
    required_variable("TABLE_NAME")
}

/// The key that seals credentials.
///
/// # Errors
/// [`MissingVariable`] where it is not set.
pub fn credentials_key_id() -> Result<String, MissingVariable> {
    required_variable("CREDENTIALS_KEY_ID")
}

/// Where Stripe is; its own address unless another is set.
#[must_use]
pub fn stripe_url() -> String {
    optional_variable("STRIPE_API_URL").unwrap_or_else(|| "https://api.stripe.com".into())
}

/// The queue of a stage.
///
/// # Errors
/// [`MissingVariable`] where it is not set.
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

/// Whether vendors must show a client certificate; only a stack deployed Basic-only, for tests,
/// does not ask for it.
#[must_use]
pub fn vendors_need_certificate() -> bool {
    optional_variable("VENDOR_AUTH").as_deref() != Some("BASIC_ONLY")
}

/// How long a claim on a sale lasts: this function's timeout and the processor's own bound for
/// committing a call.
#[must_use]
pub fn lease_seconds() -> i64 {
    optional_variable("CLAIM_SECONDS").and_then(|text| text.parse().ok()).unwrap_or(90)
}

/// How many requests a minute an owner may make to a route of the API; 0 for any number.
#[must_use]
pub fn rate_limit_per_minute() -> u32 {
    optional_variable("RATE_LIMIT_PER_MINUTE").and_then(|text| text.parse().ok()).unwrap_or(100)
}

/// How many days exchange rates are good for, where the deployment says.
#[must_use]
pub fn rates_max_age_days() -> Option<u32> {
    optional_variable("RATES_MAX_AGE_DAYS").and_then(|text| text.parse().ok())
}

/// The address that e-mails come from, where any are to be sent.
#[must_use]
pub fn email_sender() -> Option<String> {
    optional_variable("EMAIL_SENDER")
}

/// The configuration set of SES that LIVE organisations' e-mails leave by.
///
/// # Errors
/// [`MissingVariable`] where it is not set.
pub fn email_configuration_set() -> Result<String, MissingVariable> {
    required_variable("EMAIL_CONFIGURATION_SET")
}

/// The same for TEST organisations', so that what comes back of theirs is counted apart.
///
/// # Errors
/// [`MissingVariable`] where it is not set.
pub fn test_email_configuration_set() -> Result<String, MissingVariable> {
    required_variable("TEST_EMAIL_CONFIGURATION_SET")
}

/// What links in e-mails begin with.
///
/// # Errors
/// [`MissingVariable`] where it is not set.
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
