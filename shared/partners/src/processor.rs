//! The processors: hold the payments, and refund or void a payment.

use domain::alert::CancellationResult;
use domain::basics::id::AlertId;
use domain::basics::money::Money;
use domain::matching::SearchReach;
use domain::network::claim::Claim;
use domain::refund::RefundCause;
use domain::rules::ruleset::{NeededPurchaseDetails, PurchaseDetails};
use domain::sale::{ProcessorPayment, ProcessorRefund, Sale};
use jiff::Timestamp;

use crate::callback::CallbackClient;
use crate::stripe::StripeClient;
use crate::{PartnerError, SimulatedProcessor};

/// The client of a processor.
#[derive(Debug, Clone)]
pub enum ProcessorClient {
    /// Stripe.
    Stripe(StripeClient),
    /// A merchant's own endpoint.
    Callback(CallbackClient),
    /// TEST mode.
    Simulated(SimulatedProcessor),
}

/// The metadata of a refund at the processor, which identifies the refund as ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundMark {
    /// The alert or manual refund that caused the refund.
    pub cause: RefundCause,
    /// The ledger's attempt.
    pub attempt: u32,
}

/// The payer, as far as available. Read on demand, never stored.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Payer {
    /// The processor's id of the customer.
    pub customer: Option<String>,
    /// The customer's e-mail address.
    pub email: Option<String>,
    /// The card's expiry, as `YYYY-MM`.
    pub card_expiry: Option<String>,
}

impl std::fmt::Debug for Payer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Payer").finish_non_exhaustive()
    }
}

/// A subscription that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSubscription {
    /// The processor's id of the subscription.
    pub id: String,
    /// The status, in the processor's spelling.
    pub status: String,
    /// The begin of the subscription.
    pub created_at: Timestamp,
    /// The end of the current period: the next renewal or the subscription's end.
    pub current_period_end: Option<Timestamp>,
    /// Whether the subscription ends with the current period.
    pub cancel_at_period_end: bool,
    /// The amount of a period, where all prices are plain.
    pub amount: Option<Money>,
}

/// The result of a search for a claim's sale.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProcessorSearchResult {
    /// The candidate sales, without refunds and disputes: [`ProcessorClient::refresh_sale`] reads
    /// both.
    pub sales: Vec<Sale>,
    /// The reach of the search. If the search was cut, an empty result proves nothing.
    pub reach: SearchReach,
    /// The most pages of the whole list; 0 if the first page was the whole list, or the whole list
    /// was read.
    pub list_pages: usize,
}

impl ProcessorSearchResult {
    /// Returns the result of a search that covered all sales.
    pub(crate) fn from_all_sales(sales: Vec<Sale>) -> Self {
        Self { sales, reach: SearchReach::default(), list_pages: 0 }
    }
}

impl ProcessorClient {
    /// Checks whether the processor is a merchant's own endpoint, maintained by the merchant alone.
    #[must_use]
    pub const fn is_merchant_endpoint(&self) -> bool {
        matches!(self, Self::Callback(_))
    }

    /// Checks whether the tenant controls the processor's answers: at an own endpoint, or in TEST
    /// mode.
    #[must_use]
    pub const fn is_tenant_controlled(&self) -> bool {
        matches!(self, Self::Callback(_) | Self::Simulated(_))
    }

    /// Returns the system in which a hold covers a payment: wide enough for all spellings of the
    /// address. TEST mode has no such system.
    #[must_use]
    pub fn hold_scope(&self) -> Option<String> {
        match self {
            Self::Stripe(_) => Some("stripe".to_owned()),
            Self::Callback(callback) => Some(callback.endpoint_origin()),
            Self::Simulated(_) => None,
        }
    }

    /// Returns the account whose requests the processor counts, where the processor has a rate
    /// limit.
    #[must_use]
    pub fn limited_account(&self) -> Option<&str> {
        match self {
            Self::Stripe(stripe) => Some(stripe.own_account()),
            Self::Callback(_) | Self::Simulated(_) => None,
        }
    }

    /// Returns the address of a refund attempt: a look-up at another address proves nothing about
    /// the attempt. TEST mode has no address.
    #[must_use]
    pub fn refund_address(&self) -> Option<String> {
        match self {
            Self::Stripe(_) => Some("stripe".to_owned()),
            Self::Callback(callback) => Some(callback.endpoint_address()),
            Self::Simulated(_) => None,
        }
    }

    /// Re-reads the sale's payment, refunds and disputes at the processor; `None` if the processor
    /// does not have the payment.
    ///
    /// # Errors
    /// [`PartnerError`] if the call fails.
    pub async fn refresh_sale(&self, sale: &Sale) -> Result<Option<Sale>, PartnerError> {
        match self {
            Self::Stripe(stripe) => stripe.refresh_sale(sale).await,
            Self::Callback(callback) => callback.refresh_sale(sale).await,
            Self::Simulated(simulated) => Ok(simulated.refresh_sale(sale)),
        }
    }

    /// Searches for the payments that a claim may be about: in the search index and the first page
    /// of the list, or in the whole list.
    ///
    /// # Errors
    /// [`PartnerError`] if the call fails.
    pub async fn search(
        &self,
        claim: &Claim,
        is_whole: bool,
    ) -> Result<ProcessorSearchResult, PartnerError> {
        match self {
            Self::Stripe(stripe) => stripe.search(claim, is_whole).await,
            Self::Callback(_) => Ok(CallbackClient::search(claim)),
            Self::Simulated(simulated) => {
                Ok(ProcessorSearchResult::from_all_sales(simulated.search(claim)))
            }
        }
    }

    /// Refunds an amount, in full or in part. After an error with an unknown result the refund may
    /// exist: look up the payment before a retry.
    ///
    /// # Errors
    /// [`PartnerError`]; `Refused` carries the processor's code, such as `charge_already_refunded`.
    pub async fn refund(
        &self,
        payment: &ProcessorPayment,
        amount: Money,
        key: &str,
        mark: &RefundMark,
    ) -> Result<ProcessorRefund, PartnerError> {
        match self {
            Self::Stripe(stripe) => stripe.refund(payment, amount, key, mark).await,
            Self::Callback(callback) => callback.refund(payment, amount, key, mark).await,
            Self::Simulated(simulated) => Ok(simulated.refund(payment, amount, mark)),
        }
    }

    /// Voids the authorised amount that is not captured; idempotent. Returns whether the void
    /// covers the whole payment: false after a partial capture.
    ///
    /// # Errors
    /// [`PartnerError`] if the call fails or the processor refuses.
    pub async fn void(&self, payment: &ProcessorPayment, key: &str) -> Result<bool, PartnerError> {
        match self {
            Self::Stripe(stripe) => stripe.void(payment, key).await,
            Self::Callback(_) => CallbackClient::void().map(|()| true),
            Self::Simulated(_) => Ok(true),
        }
    }

    /// Returns the id of the subscription that the payment was made for, if any.
    ///
    /// # Errors
    /// [`PartnerError`] if the call fails.
    pub async fn find_subscription(
        &self,
        payment: &ProcessorPayment,
    ) -> Result<Option<String>, PartnerError> {
        match self {
            Self::Stripe(stripe) => stripe.find_subscription(payment).await,
            Self::Callback(callback) => callback.find_subscription(payment).await,
            Self::Simulated(_) => Ok(Some(SimulatedProcessor::subscription_id(payment))),
        }
    }

    /// Returns the payer's subscriptions that have not ended, latest first; only a part of a very
    /// long list.
    ///
    /// # Errors
    /// [`PartnerError`] if the call fails.
    pub async fn list_open_subscriptions(
        &self,
        payment: &ProcessorPayment,
    ) -> Result<Vec<OpenSubscription>, PartnerError> {
        match self {
            Self::Stripe(stripe) => stripe.list_open_subscriptions(payment).await,
            // Both report only the subscription of the payment itself.
            Self::Callback(_) | Self::Simulated(_) => Ok(Vec::new()),
        }
    }

    /// Returns the requested details of the purchase; unavailable details stay absent.
    ///
    /// # Errors
    /// [`PartnerError`] if the call fails.
    pub async fn read_purchase(
        &self,
        payment: &ProcessorPayment,
        wanted: NeededPurchaseDetails,
    ) -> Result<PurchaseDetails, PartnerError> {
        match self {
            Self::Stripe(stripe) => stripe.read_purchase(payment, wanted).await,
            // The merchant's orders have the details.
            Self::Callback(_) => Ok(PurchaseDetails::default()),
            Self::Simulated(_) => Ok(PurchaseDetails {
                is_subscription: wanted.subscription.then_some(true),
                ..PurchaseDetails::default()
            }),
        }
    }

    /// Returns the payer.
    ///
    /// # Errors
    /// [`PartnerError`] if the call fails.
    pub async fn read_payer(&self, payment: &ProcessorPayment) -> Result<Payer, PartnerError> {
        match self {
            Self::Stripe(stripe) => stripe.read_payer(payment).await,
            // The merchant's orders have the payer.
            Self::Callback(_) | Self::Simulated(_) => Ok(Payer::default()),
        }
    }

    /// Cancels a subscription at once. A subscription that ended before counts as cancelled; an
    /// unknown subscription, as nothing to cancel.
    ///
    /// # Errors
    /// [`PartnerError`] where a retry may help. A refusal by the processor is no error: the result
    /// is a failed cancellation.
    pub async fn cancel(
        &self,
        payment: &ProcessorPayment,
        subscription: &str,
        alert: &AlertId,
        key: &str,
    ) -> Result<CancellationResult, PartnerError> {
        match self {
            Self::Stripe(stripe) => stripe.cancel(payment, subscription, key).await,
            Self::Callback(callback) => callback.cancel(payment, subscription, alert, key).await,
            Self::Simulated(_) => Ok(SimulatedProcessor::cancel(payment, subscription)),
        }
    }
}
