//! A merchant's own endpoint: it gives the money back and ends subscriptions when our signed
//! requests ask it to.
//!
//! Our idempotency key is sent and never trusted. What the endpoint lists of a payment is what
//! counts: before a refund is asked for, and after it was answered.

mod call;
mod identity;
mod wire;

use domain::alert::Cancellation;
use domain::basics::card::holds_card_number;
use domain::basics::id::{AlertId, IntegrationId};
use domain::basics::money::Money;
use domain::network::claim::Claim;
use domain::sale::{Payment, RefundSeen, RefundState, Sale};
use jiff::Timestamp;
use reqwest::{Client, Method};

use crate::http::TYPED_IN_TIMEOUT;
use crate::webhook::Destinations;
use crate::{Mark, PartnerError, Searched, SecretText};

/// The word by which an endpoint says that it has no such payment.
const PAYMENT_UNKNOWN: &str = "PAYMENT_UNKNOWN";
/// The word by which it says that it has no such subscription.
const SUBSCRIPTION_UNKNOWN: &str = "SUBSCRIPTION_UNKNOWN";

/// How merchants' endpoints are reached: at public addresses only, without redirects and proxies.
#[derive(Debug, Clone)]
pub struct Callbacks {
    http: Client,
    destinations: Destinations,
}

/// One merchant's endpoint.
#[derive(Debug, Clone)]
pub struct Callback {
    callbacks: Callbacks,
    place: Place,
}

/// Where the endpoint is, and what signs.
#[derive(Debug, Clone)]
pub struct Place {
    /// The integration that stands for it.
    pub integration: IntegrationId,
    /// Its address, below which the paths of the protocol are.
    pub url: String,
    /// All of them sign.
    pub secrets: Vec<SecretText>,
    /// The time of the signatures.
    pub now: Timestamp,
}

impl Callbacks {
    /// Endpoints at these destinations only.
    ///
    /// # Errors
    /// [`PartnerError::Unreadable`] where the system has no usable certificates.
    pub fn new(destinations: Destinations) -> Result<Self, PartnerError> {
        Ok(Self {
            http: crate::http::built(
                destinations.bound(crate::http::builder().timeout(TYPED_IN_TIMEOUT)),
            )?,
            destinations,
        })
    }

    /// The endpoint at a place.
    #[must_use]
    pub fn at(&self, place: Place) -> Callback {
        Callback { callbacks: self.clone(), place }
    }
}

impl Callback {
    /// Scheme, host and port of the endpoint.
    pub(crate) fn origin(&self) -> String {
        identity::origin(&self.place.url)
    }

    /// The endpoint's whole address, in one spelling.
    pub(crate) fn address(&self) -> String {
        identity::address(&self.place.url)
    }

    pub(crate) async fn payment(&self, sale: &Sale) -> Result<Option<Sale>, PartnerError> {
        let Some(payment) = &sale.payment else { return Ok(None) };
        match self.read(payment).await? {
            Some(found) => Ok(Some(Sale {
                amount: found.amount()?,
                standing: found.standing()?,
                ..sale.clone()
            })),
            None => Ok(None),
        }
    }

    /// Nothing is searched there: its orders tell of its payments.
    pub(crate) fn search(_: &Claim) -> Searched {
        Searched::whole(Vec::new())
    }

    /// What is answered is believed once the endpoint's own list says so; until then the refund is
    /// on its way.
    pub(crate) async fn refund(
        &self,
        payment: &Payment,
        amount: Money,
        key: &str,
        mark: &Mark,
    ) -> Result<RefundSeen, PartnerError> {
        let asked = wire::Refunding {
            kind: "refund",
            integration_id: &self.place.integration,
            request_id: key,
            cause_id: mark.cause.as_str(),
            alert_id: mark.cause.alert(),
            payment_reference: &payment.reference,
            amount_in_cents: amount.minor,
            currency: amount.currency.code(),
            attempt: mark.attempt,
        };
        let answered: wire::Refunded =
            self.call(Method::POST, &["refunds"], Some(key), Some(&asked)).await?;
        let state = answered.state();
        let told = RefundSeen {
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
            self.as_listed(payment, told).await
        }
    }

    /// The refund as the endpoint's own list has it; on its way where the list does not name it.
    async fn as_listed(
        &self,
        payment: &Payment,
        told: RefundSeen,
    ) -> Result<RefundSeen, PartnerError> {
        match self.listed(payment, &told.id).await {
            Some(listed) if listed.alert == told.alert => Ok(listed),
            Some(_) => Err(PartnerError::refused(
                "refund_of_another",
                "The endpoint answered with a refund that was made for another cause.",
            )),
            None => Ok(RefundSeen { state: RefundState::Pending, ..told }),
        }
    }

    /// A refund as the endpoint lists it. A list that cannot be read now is read again when the
    /// refund is looked at.
    async fn listed(&self, payment: &Payment, id: &str) -> Option<RefundSeen> {
        let found = self.read(payment).await.ok()??;
        let refunds = found.standing().ok()?.refunds;
        refunds.into_iter().find(|refund| refund.id == id)
    }

    pub(crate) fn void() -> Result<(), PartnerError> {
        Err(PartnerError::refused(
            "void_not_offered",
            "The merchant's endpoint takes refunds only.",
        ))
    }

    pub(crate) async fn subscription(
        &self,
        payment: &Payment,
    ) -> Result<Option<String>, PartnerError> {
        let found = self.read(payment).await?;
        let reference = found
            .and_then(|found| found.subscription_reference)
            .filter(|reference| !reference.trim().is_empty());
        match reference {
            Some(reference) if holds_card_number(&reference) => {
                Err(PartnerError::unreadable("a subscription's reference"))
            }
            reference => Ok(reference),
        }
    }

    pub(crate) async fn cancel(
        &self,
        payment: &Payment,
        subscription: &str,
        alert: &AlertId,
        key: &str,
    ) -> Result<Cancellation, PartnerError> {
        let asked = wire::Cancelling {
            kind: "subscription_cancellation",
            integration_id: &self.place.integration,
            request_id: key,
            alert_id: alert,
            payment_reference: &payment.reference,
            subscription_reference: subscription,
        };
        let path = ["subscription-cancellations"];
        let answered: Result<wire::Cancelled, _> =
            self.call(Method::POST, &path, Some(key), Some(&asked)).await;
        let subscription = subscription.to_owned();
        match answered {
            Ok(cancelled) => Ok(cancelled.told(subscription)),
            Err(PartnerError::Refused { code, .. }) if code == SUBSCRIPTION_UNKNOWN => {
                Ok(Cancellation::NothingToCancel)
            }
            Err(PartnerError::Refused { message, .. }) => {
                Ok(Cancellation::Failed { subscription, reason: message })
            }
            Err(error) => Err(error),
        }
    }

    /// The payment, if the endpoint has it. An answer about another one is none.
    async fn read(&self, payment: &Payment) -> Result<Option<wire::Payment>, PartnerError> {
        let found: Result<wire::Payment, _> =
            self.call(Method::GET, &["payments", &payment.reference], None, None::<&()>).await;
        match found {
            Ok(found) if found.reference == payment.reference => Ok(Some(found)),
            Ok(_) => Err(PartnerError::unreadable("an answer about another payment")),
            Err(PartnerError::Refused { code, .. }) if code == PAYMENT_UNKNOWN => Ok(None),
            Err(error) => Err(error),
        }
    }
}
