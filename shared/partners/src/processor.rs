//! Processors: who holds the payments and gives money back.

use domain::alert::Cancellation;
use domain::claim::Claim;
use domain::id::AlertId;
use domain::money::Money;
use domain::sale::{Payment, RefundSeen, Sale};

use crate::stripe::Stripe;
use crate::{PartnerError, Simulated};

/// A processor that we can call.
#[derive(Debug, Clone)]
pub enum Processor {
    /// Stripe.
    Stripe(Stripe),
    /// TEST mode.
    Simulated(Simulated),
}

/// What a refund carries at the processor, so that it is recognised as ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The alert in whose name it is made.
    pub alert: AlertId,
    /// The ledger's attempt.
    pub attempt: u32,
}

/// What a search for a claim's sale found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Searched {
    /// Sales that may be the one. Their refunds and disputes are not read yet: [`Processor::payment`] does.
    pub sales: Vec<Sale>,
    /// Whether all payments of the days in question were seen. If not, finding none proves nothing.
    pub exhausted: bool,
}

impl Processor {
    /// The sale with what the processor has of its payment now, all refunds and disputes among it; nothing if the
    /// processor does not know the payment.
    ///
    /// # Errors
    /// [`PartnerError`] if the processor cannot be asked.
    pub async fn payment(&self, sale: &Sale) -> Result<Option<Sale>, PartnerError> {
        match self {
            Self::Stripe(stripe) => stripe.payment(sale).await,
            Self::Simulated(_) => Ok(Simulated::payment(sale)),
        }
    }

    /// The processor's payments that a claim may be about.
    ///
    /// # Errors
    /// [`PartnerError`] if the processor cannot be asked.
    pub async fn search(&self, claim: &Claim) -> Result<Searched, PartnerError> {
        match self {
            Self::Stripe(stripe) => stripe.search(claim).await,
            Self::Simulated(_) => Ok(Searched { sales: Vec::new(), exhausted: true }),
        }
    }

    /// Gives an amount back. After an error whose result is unknown the refund may exist: look before asking again.
    ///
    /// # Errors
    /// [`PartnerError`]; `Refused` carries the processor's code, such as `charge_already_refunded`.
    pub async fn refund(&self, payment: &Payment, amount: Money, key: &str, mark: &Mark) -> Result<RefundSeen, PartnerError> {
        match self {
            Self::Stripe(stripe) => stripe.refund(payment, amount, key, mark).await,
            Self::Simulated(simulated) => Ok(simulated.refund(payment, amount, mark)),
        }
    }

    /// Lets an authorisation go before it is captured; one that was let go before is no error.
    ///
    /// # Errors
    /// [`PartnerError`]; `Refused` where it was captured meanwhile.
    pub async fn void(&self, payment: &Payment, key: &str) -> Result<(), PartnerError> {
        match self {
            Self::Stripe(stripe) => stripe.void(payment, key).await,
            Self::Simulated(_) => Ok(()),
        }
    }

    /// The subscription that a payment was made for, if any.
    ///
    /// # Errors
    /// [`PartnerError`] if the processor cannot be asked.
    pub async fn subscription(&self, payment: &Payment) -> Result<Option<String>, PartnerError> {
        match self {
            Self::Stripe(stripe) => stripe.subscription(payment).await,
            Self::Simulated(_) => Ok(Some(Simulated::subscription(payment))),
        }
    }

    /// Ends a subscription at once. One that ended before counts as cancelled, one that is unknown as nothing to cancel.
    ///
    /// # Errors
    /// [`PartnerError`] where trying again may help; what the processor refuses is a failed cancellation, no error.
    pub async fn cancel(&self, payment: &Payment, subscription: &str, key: &str) -> Result<Cancellation, PartnerError> {
        match self {
            Self::Stripe(stripe) => stripe.cancel(payment, subscription, key).await,
            Self::Simulated(_) => Ok(Simulated::cancel(subscription)),
        }
    }
}
