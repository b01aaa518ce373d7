//! A merchant's own endpoint: refunds payments and cancels subscriptions on our signed requests.
//!
//! Each request carries an idempotency key, but the client never relies on the endpoint to honour
//! that key. The endpoint's own list of a payment's refunds decides: before a refund request, and
//! after the answer.

mod call;
mod identity;
mod wire;

use domain::alert::CancellationResult;
use domain::basics::card::has_card_number;
use domain::basics::id::{AlertId, IntegrationId};
use domain::basics::money::Money;
use domain::network::claim::Claim;
use domain::sale::{ProcessorPayment, ProcessorRefund, RefundState, Sale};
use jiff::Timestamp;
use reqwest::{Client, Method};

use crate::http::TYPED_IN_TIMEOUT;
use crate::webhook::Destinations;
use crate::{PartnerError, ProcessorSearchResult, RefundMark, SecretText};

/// The code by which an endpoint answers that the payment does not exist.
const PAYMENT_UNKNOWN: &str = "PAYMENT_UNKNOWN";
/// The code by which an endpoint answers that the subscription does not exist.
const SUBSCRIPTION_UNKNOWN: &str = "SUBSCRIPTION_UNKNOWN";

/// Reaches merchants' endpoints: at public addresses only, without redirects and proxies.
#[derive(Debug, Clone)]
pub struct CallbackConnector {
    http: Client,
    destinations: Destinations,
}

/// The client of a single merchant's endpoint.
#[derive(Debug, Clone)]
pub struct CallbackClient {
    callbacks: CallbackConnector,
    place: CallbackTarget,
}

/// The address of an endpoint, and the secrets that sign its requests.
#[derive(Debug, Clone)]
pub struct CallbackTarget {
    /// The integration of the endpoint.
    pub integration: IntegrationId,
    /// The endpoint's address; the protocol's paths are below this address.
    pub url: String,
    /// The signing secrets. Each secret adds a signature.
    pub secrets: Vec<SecretText>,
    /// The time of the signatures.
    pub now: Timestamp,
}

impl CallbackConnector {
    /// Creates a connector that reaches these destinations only.
    ///
    /// # Errors
    /// [`PartnerError::Unreadable`] where the system has no usable certificates.
    pub fn new(destinations: Destinations) -> Result<Self, PartnerError> {
        Ok(Self {
            http: crate::http::build_client(
                destinations.bind_client(crate::http::client_builder().timeout(TYPED_IN_TIMEOUT)),
            )?,
            destinations,
        })
    }

    /// Returns the client of an endpoint.
    #[must_use]
    pub fn client_for(&self, place: CallbackTarget) -> CallbackClient {
        CallbackClient { callbacks: self.clone(), place }
    }
}

impl CallbackClient {
    /// Returns scheme, host and port of the endpoint.
    pub(crate) fn endpoint_origin(&self) -> String {
        identity::url_origin(&self.place.url)
    }

    /// Returns the endpoint's whole address, normalised.
    pub(crate) fn endpoint_address(&self) -> String {
        identity::normalised_url(&self.place.url)
    }

    pub(crate) async fn refresh_sale(&self, sale: &Sale) -> Result<Option<Sale>, PartnerError> {
        let Some(payment) = &sale.payment else { return Ok(None) };
        match self.read_payment(payment).await? {
            Some(found) => Ok(Some(Sale {
                amount: found.to_money()?,
                standing: found.to_standing()?,
                ..sale.clone()
            })),
            None => Ok(None),
        }
    }

    /// Returns no sales: an endpoint cannot be searched. The merchant's orders name the payments.
    pub(crate) fn search(_: &Claim) -> ProcessorSearchResult {
        ProcessorSearchResult::from_all_sales(Vec::new())
    }

    /// Requests a refund. An answer counts as succeeded only if the endpoint's own list confirms
    /// the refund; until then the refund is pending.
    pub(crate) async fn refund(
        &self,
        payment: &ProcessorPayment,
        amount: Money,
        key: &str,
        mark: &RefundMark,
    ) -> Result<ProcessorRefund, PartnerError> {
        let asked = wire::CallbackRefundRequest {
            kind: "refund",
            integration_id: &self.place.integration,
            request_id: key,
            cause_id: mark.cause.as_str(),
            alert_id: mark.cause.alert_id(),
            payment_reference: &payment.reference,
            amount_in_cents: amount.minor,
            currency: amount.currency.code(),
            attempt: mark.attempt,
        };
        let answered: wire::CallbackRefundResponse =
            self.call_endpoint(Method::POST, &["refunds"], Some(key), Some(&asked)).await?;
        let state = answered.refund_state();
        let told = ProcessorRefund {
            id: answered.refund_id()?,
            amount,
            state,
            at: self.place.now,
            alert: Some(mark.cause.to_string()),
            arn: None,
        };
        if matches!(told.state, RefundState::Failed(_)) {
            Ok(told)
        } else {
            self.confirm_refund(payment, told).await
        }
    }

    /// Returns the refund as the endpoint lists it; pending where the list does not name the
    /// refund.
    async fn confirm_refund(
        &self,
        payment: &ProcessorPayment,
        told: ProcessorRefund,
    ) -> Result<ProcessorRefund, PartnerError> {
        match self.find_listed_refund(payment, &told.id).await {
            Some(listed) if listed.alert == told.alert => Ok(listed),
            Some(_) => Err(PartnerError::refused(
                "refund_of_another",
                "The endpoint answered with a refund that was made for another cause.",
            )),
            None => Ok(ProcessorRefund { state: RefundState::Pending, ..told }),
        }
    }

    /// Returns a refund from the endpoint's list. If the list cannot be read now, the next re-check
    /// of the refund reads the list.
    async fn find_listed_refund(
        &self,
        payment: &ProcessorPayment,
        id: &str,
    ) -> Option<ProcessorRefund> {
        let found = self.read_payment(payment).await.ok()??;
        let refunds = found.to_standing().ok()?.refunds;
        refunds.into_iter().find(|refund| refund.id == id)
    }

    pub(crate) fn void() -> Result<(), PartnerError> {
        Err(PartnerError::refused(
            "void_not_offered",
            "The merchant's endpoint takes refunds only.",
        ))
    }

    pub(crate) async fn find_subscription(
        &self,
        payment: &ProcessorPayment,
    ) -> Result<Option<String>, PartnerError> {
        let found = self.read_payment(payment).await?;
        let reference = found
            .and_then(|found| found.subscription_reference)
            .filter(|reference| !reference.trim().is_empty());
        match reference {
            Some(reference) if has_card_number(&reference) => {
                Err(PartnerError::unreadable("a subscription's reference"))
            }
            reference => Ok(reference),
        }
    }

    pub(crate) async fn cancel(
        &self,
        payment: &ProcessorPayment,
        subscription: &str,
        alert: &AlertId,
        key: &str,
    ) -> Result<CancellationResult, PartnerError> {
        let asked = wire::CallbackCancellationRequest {
            kind: "subscription_cancellation",
            integration_id: &self.place.integration,
            request_id: key,
            alert_id: alert,
            payment_reference: &payment.reference,
            subscription_reference: subscription,
        };
        let path = ["subscription-cancellations"];
        let answered: Result<wire::CallbackCancellationResponse, _> =
            self.call_endpoint(Method::POST, &path, Some(key), Some(&asked)).await;
        let subscription = subscription.to_owned();
        match answered {
            Ok(cancelled) => Ok(cancelled.to_cancellation(subscription)),
            Err(PartnerError::Refused { code, .. }) if code == SUBSCRIPTION_UNKNOWN => {
                Ok(CancellationResult::NothingToCancel)
            }
            Err(PartnerError::Refused { message, .. }) => {
                Ok(CancellationResult::Failed { subscription, reason: message })
            }
            Err(error) => Err(error),
        }
    }

    /// Reads the payment, if the endpoint has it. An answer about another payment is an error.
    async fn read_payment(
        &self,
        payment: &ProcessorPayment,
    ) -> Result<Option<wire::CallbackPayment>, PartnerError> {
        let found: Result<wire::CallbackPayment, _> = self
            .call_endpoint(Method::GET, &["payments", &payment.reference], None, None::<&()>)
            .await;
        match found {
            Ok(found) if found.reference == payment.reference => Ok(Some(found)),
            Ok(_) => Err(PartnerError::unreadable("an answer about another payment")),
            Err(PartnerError::Refused { code, .. }) if code == PAYMENT_UNKNOWN => Ok(None),
            Err(error) => Err(error),
        }
    }
}
