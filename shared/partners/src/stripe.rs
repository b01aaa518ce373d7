//! Stripe, through its REST API pinned to one version.

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
use domain::alert::CancellationResult;
use domain::basics::id::{IntegrationId, MerchantId, OrganisationId};
use domain::basics::money::Money;
use domain::sale::{ProcessorDispute, ProcessorPayment, ProcessorRefund, Sale};
use reqwest::{Client, Method};
use serde::de::DeserializeOwned;

use crate::{PartnerError, RefundMark, SecretText};
use call::{StripeApi, is_refused_as};
pub use webhook::{BadSignature, EventPayment, ProcessorEvent, parse_event, verify_webhook};

/// The metadata name under which a refund carries its alert's id; consumers of the compatible API
/// link by it.
const ALERT_MARK: &str = "cbs_related_alert_id";

/// The same for a refund that a person asked for by hand.
const HAND_MARK: &str = "forestall_refund_request";

/// The metadata name under which a refund carries our attempt.
const ATTEMPT_MARK: &str = "forestall_attempt";

/// One Stripe account, reached with one integration's secret key.
#[derive(Debug, Clone)]
pub struct StripeClient {
    api: StripeApi,
    seat: AccountContext,
}

/// Whose account it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountContext {
    /// The organisation that owns the integration.
    pub organisation: OrganisationId,
    /// The integration that holds the secret key.
    pub integration: IntegrationId,
    /// The merchant that the account is, where known.
    pub merchant: Option<MerchantId>,
    /// The account that the key belongs to (`acct_...`), where known.
    pub account: Option<String>,
    /// The connected account that is meant (`acct_...`), where the key is a platform's.
    pub connected: Option<String>,
    /// Who bears a refund of a payment that was split.
    pub connect: ConnectRefunds,
}

impl StripeClient {
    /// Stripe at an address (`https://api.stripe.com`), with a secret or restricted key.
    #[must_use]
    pub fn new(http: Client, api_url: &str, secret_key: SecretText, seat: AccountContext) -> Self {
        Self { api: StripeApi::new(http, api_url, secret_key), seat }
    }

    /// The id of the account that the key belongs to.
    ///
    /// # Errors
    /// [`PartnerError::Unauthorised`] for a key that Stripe does not know, or another
    /// [`PartnerError`].
    pub async fn read_account_id(&self) -> Result<String, PartnerError> {
        let account: wire::StripeObjectId =
            self.api.call_endpoint(Method::GET, "/v1/account", &[], None, None).await?;
        Ok(account.id)
    }

    /// The account that the key belongs to; the integration's id where it is not known.
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
        // After the charge itself: what was refunded meanwhile is in the list.
        let refunds: Vec<wire::StripeRefund> =
            self.api.list_all("/v1/refunds", &[key], connected).await?;
        let disputes = self.list_disputes(&found, connected).await?;
        let refunds =
            refunds.iter().map(wire::StripeRefund::to_refund).collect::<Result<Vec<_>, _>>()?;
        let disputes =
            disputes.iter().map(wire::StripeDispute::to_dispute).collect::<Result<Vec<_>, _>>()?;
        self.merge_payment(sale, &found, (refunds, disputes), connected).map(Some)
    }

    /// A server that speaks Stripe's language and has no disputes at all has none of this payment,
    /// unless the charge says so.
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

    /// Cancels what is not captured; whether that is all of the payment.
    pub(crate) async fn void(
        &self,
        payment: &ProcessorPayment,
        key: &str,
    ) -> Result<bool, PartnerError> {
        let connected = self.connected_account(payment);
        if payment_parameter(&payment.reference) == "charge" {
            // A charge without a payment intent is let go by its refund.
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

    pub(crate) async fn cancel(
        &self,
        payment: &ProcessorPayment,
        subscription: &str,
        key: &str,
    ) -> Result<CancellationResult, PartnerError> {
        let path = object_path("/v1/subscriptions", subscription, "")?;
        let connected = self.connected_account(payment);
        let cancelled: Result<wire::StripeSubscriptionStatus, _> =
            self.api.call_endpoint(Method::DELETE, &path, &[], Some(key), connected).await;
        let subscription = subscription.to_owned();
        match cancelled {
            Ok(ended) if ended.has_ended() => Ok(CancellationResult::Cancelled { subscription }),
            // For changes, a subscription that ended is gone; for reading it is there.
            Err(error) if is_refused_as(&error, "resource_missing") => {
                match self
                    .api
                    .find_object::<wire::StripeSubscriptionStatus>(&path, &[], connected)
                    .await?
                {
                    Some(found) if found.has_ended() => {
                        Ok(CancellationResult::Cancelled { subscription })
                    }
                    Some(found) => Ok(CancellationResult::Failed {
                        subscription,
                        reason: format!("it is still {}", found.status),
                    }),
                    None => Ok(CancellationResult::NothingToCancel),
                }
            }
            Ok(found) => Ok(CancellationResult::Failed {
                subscription,
                reason: format!("it is still {}", found.status),
            }),
            Err(PartnerError::Refused { message, .. }) => {
                Ok(CancellationResult::Failed { subscription, reason: message })
            }
            Err(error) => Err(error),
        }
    }

    /// The charge that took the money, with its payment intent.
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
            // The charge may be one of several attempts: only the intent knows the last.
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

    /// What a payment is made of at Stripe, a payment intent or a charge, with some parts as
    /// objects. Only an intent has a `latest_charge`.
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

    /// The connected account to name: the payment's own, else the one this Stripe stands for.
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

/// The parameter that names a payment by this id.
fn payment_parameter(reference: &str) -> &'static str {
    if reference.starts_with("pi_") { "payment_intent" } else { "charge" }
}

/// The path of one object. Ids come from orders too, so one that would lead elsewhere is no id.
fn object_path(collection: &str, id: &str, action: &str) -> Result<String, PartnerError> {
    let fits = (1..=255).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if fits {
        Ok(format!("{collection}/{id}{action}"))
    } else {
        Err(PartnerError::refused("resource_missing", "that is no id of Stripe's"))
    }
}
