//! Stripe, through its REST API, pinned to a fixed version.

mod amount;
mod call;
mod connect;
mod invoice;
mod merge;
mod payer;
mod purchase;
mod search;
mod subscriptions;
mod webhook;
mod wire;

use domain::account::ConnectRefunds;
use domain::basics::id::{IntegrationId, MerchantId, OrganisationId};
use domain::basics::money::Money;
use domain::sale::{ProcessorDispute, ProcessorPayment, ProcessorRefund, Sale};
use reqwest::{Client, Method};
use serde::de::DeserializeOwned;

use crate::{PartnerError, RefundMark, SecretText};
use call::{StripeApi, is_refused_as};
pub use webhook::{BadSignature, EventPayment, ProcessorEvent, parse_event, verify_webhook};

/// The metadata name under which a refund carries the alert's id; consumers of the compatible API
/// link refunds by this name.
const ALERT_MARK: &str = "cbs_related_alert_id";

/// The metadata name under which a manual refund carries the id of its request.
const HAND_MARK: &str = "forestall_refund_request";

/// The metadata name under which a refund carries our attempt.
const ATTEMPT_MARK: &str = "forestall_attempt";

/// The client of a single Stripe account, with an integration's secret key.
#[derive(Debug, Clone)]
pub struct StripeClient {
    api: StripeApi,
    seat: AccountContext,
}

/// The owner of a Stripe account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountContext {
    /// The organisation that owns the integration.
    pub organisation: OrganisationId,
    /// The integration that holds the secret key.
    pub integration: IntegrationId,
    /// The merchant of the account, if set.
    pub merchant: Option<MerchantId>,
    /// The account of the secret key (`acct_...`), if recorded.
    pub account: Option<String>,
    /// The connected account (`acct_...`), where the secret key is a platform's.
    pub connected: Option<String>,
    /// The settings that decide which side bears a refund of a split payment.
    pub connect: ConnectRefunds,
}

impl StripeClient {
    /// Creates the client of an address (`https://api.stripe.com`), with a secret or restricted
    /// key.
    #[must_use]
    pub fn new(http: Client, api_url: &str, secret_key: SecretText, seat: AccountContext) -> Self {
        Self { api: StripeApi::new(http, api_url, secret_key), seat }
    }

    /// Returns the id of the account that the secret key belongs to.
    ///
    /// # Errors
    /// [`PartnerError::Unauthorised`] for a key that Stripe rejects, or another [`PartnerError`].
    pub async fn read_account_id(&self) -> Result<String, PartnerError> {
        let account: wire::StripeObjectId =
            self.api.call_endpoint(Method::GET, "/v1/account", &[], None, None).await?;
        Ok(account.id)
    }

    /// Returns the account that the secret key belongs to; the integration's id where no account is
    /// recorded.
    pub(crate) fn own_account(&self) -> &str {
        self.seat.account.as_deref().unwrap_or(self.seat.integration.as_str())
    }

    pub(crate) async fn refresh_sale(&self, sale: &Sale) -> Result<Option<Sale>, PartnerError> {
        let Some(payment) = &sale.payment else { return Ok(None) };
        let connected = self.connected_account(payment);
        let Some(found) = self.find_payment(&payment.reference, connected).await? else {
            return Ok(None);
        };
        let key = found.filter_parameter();
        // Read after the charge itself: the list includes refunds made meanwhile.
        let refunds: Vec<wire::StripeRefund> =
            self.api.list_all("/v1/refunds", &[key], connected).await?;
        let disputes = self.list_disputes(&found, connected).await?;
        let refunds =
            refunds.iter().map(wire::StripeRefund::to_refund).collect::<Result<Vec<_>, _>>()?;
        let disputes =
            disputes.iter().map(wire::StripeDispute::to_dispute).collect::<Result<Vec<_>, _>>()?;
        self.merge_payment(sale, &found, (refunds, disputes), connected).map(Some)
    }

    /// Lists the disputes of a payment. A server that imitates Stripe without a disputes endpoint
    /// (404) counts as no disputes, unless the charge itself is disputed.
    async fn list_disputes(
        &self,
        found: &merge::StripePayment,
        connected: Option<&str>,
    ) -> Result<Vec<wire::StripeDispute>, PartnerError> {
        match self.api.list_all("/v1/disputes", &[found.filter_parameter()], connected).await {
            Err(PartnerError::Unavailable { status: 404 }) if !found.is_disputed() => {
                Ok(Vec::new())
            }
            answer => answer,
        }
    }

    pub(crate) async fn refund(
        &self,
        payment: &ProcessorPayment,
        amount: Money,
        key: &str,
        mark: &RefundMark,
    ) -> Result<ProcessorRefund, PartnerError> {
        let name = if mark.cause.alert_id().is_some() { ALERT_MARK } else { HAND_MARK };
        let (cause, attempt) = (format!("metadata[{name}]"), format!("metadata[{ATTEMPT_MARK}]"));
        let mut form = vec![
            (payment_parameter(&payment.reference), payment.reference.clone()),
            ("amount", amount::to_stripe(amount)?.to_string()),
            (&*cause, mark.cause.to_string()),
            (&*attempt, mark.attempt.to_string()),
        ];
        form.extend(self.split_terms(payment).into_iter().map(|name| (name, "true".to_owned())));
        let refund: wire::StripeRefund = self
            .api
            .call_endpoint(
                Method::POST,
                "/v1/refunds",
                &form,
                Some(key),
                self.connected_account(payment),
            )
            .await?;
        refund.to_refund()
    }

    /// Voids the uncaptured amount; returns whether the void covers the whole payment.
    pub(crate) async fn void(
        &self,
        payment: &ProcessorPayment,
        key: &str,
    ) -> Result<bool, PartnerError> {
        let connected = self.connected_account(payment);
        if payment_parameter(&payment.reference) == "charge" {
            // A charge without a payment intent is voided by a refund.
            let form = [("charge", payment.reference.clone())];
            return self
                .api
                .call_endpoint(Method::POST, "/v1/refunds", &form, Some(key), connected)
                .await
                .map(|_: wire::StripeRefund| true);
        }
        let path = object_path("/v1/payment_intents", &payment.reference, "/cancel")?;
        let form = [("cancellation_reason", "requested_by_customer".to_owned())];
        let cancelled: Result<wire::StripePaymentIntent, _> =
            self.api.call_endpoint(Method::POST, &path, &form, Some(key), connected).await;
        match cancelled {
            Err(error) if is_refused_as(&error, "payment_intent_unexpected_state") => {
                self.expect_cancelled(payment, error).await
            }
            answer => answer.map(|intent| intent.amount_received == 0),
        }
    }

    /// Returns the charge that took the money, with its payment intent.
    async fn find_payment(
        &self,
        reference: &str,
        connected: Option<&str>,
    ) -> Result<Option<merge::StripePayment>, PartnerError> {
        let intent = if payment_parameter(reference) == "payment_intent" {
            reference.to_owned()
        } else {
            let Ok(path) = object_path("/v1/charges", reference, "") else { return Ok(None) };
            let charge: Option<wire::StripeCharge> =
                self.api.find_object(&path, &[], connected).await?;
            let Some(charge) = charge else { return Ok(None) };
            // The charge may be an earlier of several attempts: only the intent names the last
            // charge.
            match &charge.payment_intent {
                None => {
                    return Ok(Some(merge::StripePayment { intent: None, charge: Some(charge) }));
                }
                Some(intent) => intent.object_id().to_owned(),
            }
        };
        let Ok(path) = object_path("/v1/payment_intents", &intent, "") else { return Ok(None) };
        let expand = [("expand[]", "latest_charge".to_owned())];
        let intent: Option<wire::StripePaymentIntent> =
            self.api.find_object(&path, &expand, connected).await?;
        Ok(intent.map(merge::StripePayment::from_intent))
    }

    async fn expect_cancelled(
        &self,
        payment: &ProcessorPayment,
        error: PartnerError,
    ) -> Result<bool, PartnerError> {
        let path = object_path("/v1/payment_intents", &payment.reference, "")?;
        let intent: Option<wire::StripePaymentIntent> =
            self.api.find_object(&path, &[], self.connected_account(payment)).await?;
        let ended =
            intent.filter(|intent| matches!(intent.status.as_str(), "canceled" | "succeeded"));
        ended.map_or(Err(error), |intent| Ok(intent.amount_received == 0))
    }

    /// Reads the payment's object at Stripe, a payment intent or a charge, with some parts
    /// expanded. Only an intent has a `latest_charge`.
    async fn find_payment_object<T: DeserializeOwned>(
        &self,
        payment: &ProcessorPayment,
        parts: &[&str],
    ) -> Result<Option<T>, PartnerError> {
        let is_intent = payment_parameter(&payment.reference) == "payment_intent";
        let collection = if is_intent { "/v1/payment_intents" } else { "/v1/charges" };
        let parts = parts.iter().filter(|part| is_intent || **part != "latest_charge");
        let expand: Vec<_> = parts.map(|part| ("expand[]", (*part).to_owned())).collect();
        self.api
            .find_object(
                &object_path(collection, &payment.reference, "")?,
                &expand,
                self.connected_account(payment),
            )
            .await
    }

    /// Returns the connected account for a call: the payment's own, otherwise the client's.
    fn connected_account<'a>(&'a self, payment: &'a ProcessorPayment) -> Option<&'a str> {
        let account = payment.account.as_deref().or(self.seat.connected.as_deref());
        account.filter(|account| Some(*account) != self.seat.account.as_deref())
    }

    fn merge_payment(
        &self,
        sale: &Sale,
        found: &merge::StripePayment,
        (refunds, disputes): (Vec<ProcessorRefund>, Vec<ProcessorDispute>),
        connected: Option<&str>,
    ) -> Result<Sale, PartnerError> {
        let mut merged = merge::merge_onto_sale(sale.clone(), found, &self.seat, connected)?;
        merged.standing.refunds = merge::without_release(refunds, found)?;
        merged.standing.dispute = merge::weightiest_dispute(disputes);
        Ok(merged)
    }
}

/// Returns the parameter that names a payment by this id.
fn payment_parameter(reference: &str) -> &'static str {
    if reference.starts_with("pi_") { "payment_intent" } else { "charge" }
}

/// Returns the path of an object. Ids come from orders, too: an id that would lead to another path
/// is refused.
fn object_path(collection: &str, id: &str, action: &str) -> Result<String, PartnerError> {
    let fits = (1..=255).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if fits {
        Ok(format!("{collection}/{id}{action}"))
    } else {
        Err(PartnerError::refused("resource_missing", "that is no id of Stripe's"))
    }
}
