//! A merchant's own endpoint: it gives the money back and ends subscriptions when our signed
//! requests ask it to.
//!
//! Our idempotency key is sent and never trusted. What the endpoint lists of a payment is what
//! counts: before a refund is asked for, and after it was answered.

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

/// The word by which an endpoint says that it has no such payment.
const PAYMENT_UNKNOWN: &str = "PAYMENT_UNKNOWN";
/// The word by which it says that it has no such subscription.
const SUBSCRIPTION_UNKNOWN: &str = "SUBSCRIPTION_UNKNOWN";

/// How merchants' endpoints are reached: at public addresses only, without redirects and proxies.
#[derive(Debug, Clone)]
pub struct CallbackConnector {
    http: Client,
    destinations: Destinations,
}

/// One merchant's endpoint.
#[derive(Debug, Clone)]
pub struct CallbackClient {
    callbacks: CallbackConnector,
    place: CallbackTarget,
}

/// Where the endpoint is, and what signs.
#[derive(Debug, Clone)]
pub struct CallbackTarget {
    /// The integration that stands for it.
    pub integration: IntegrationId,
    /// Its address, below which the paths of the protocol are.
    pub url: String,
    /// All of them sign.
    pub secrets: Vec<SecretText>,
    /// The time of the signatures.
    pub now: Timestamp,
}

impl CallbackConnector {
    /// Endpoints at these destinations only.
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

    /// The endpoint at a place.
    #[must_use]
    pub fn client_for(&self, place: CallbackTarget) -> CallbackClient {
        CallbackClient { callbacks: self.clone(), place }
    }
}

impl CallbackClient {
    /// Scheme, host and port of the endpoint.
    pub(crate) fn endpoint_origin(&self) -> String {
        identity::url_origin(&self.place.url)
    }

    /// The endpoint's whole address, in one spelling.
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

    /// Nothing is searched there: its orders tell of its payments.
    pub(crate) fn search(_: &Claim) -> ProcessorSearchResult {
        ProcessorSearchResult::from_all_sales(Vec::new())
    }

    /// What is answered is believed once the endpoint's own list says so; until then the refund is
    /// on its way.
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

    /// The refund as the endpoint's own list has it; on its way where the list does not name it.
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

    /// A refund as the endpoint lists it. A list that cannot be read now is read again when the
    /// refund is looked at.
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

    /// The payment, if the endpoint has it. An answer about another one is none.
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
