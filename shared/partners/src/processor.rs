//! Processors: who holds the payments and gives money back.

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

/// A processor that we can call.
#[derive(Debug, Clone)]
pub enum ProcessorClient {
    /// Stripe.
    Stripe(StripeClient),
    /// A merchant's own endpoint.
    Callback(CallbackClient),
    /// TEST mode.
    Simulated(SimulatedProcessor),
}

/// What a refund carries at the processor, so that it is recognised as ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundMark {
    /// The alert or hand refund in whose name it is made.
    pub cause: RefundCause,
    /// The ledger's attempt.
    pub attempt: u32,
}

/// Who paid, as far as it can be told. It is looked at and kept nowhere.
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
    /// The processor's id of it.
    pub id: String,
    /// How it stands, in the processor's word.
    pub status: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it renews or ends next.
    pub current_period_end: Option<Timestamp>,
    /// Whether it ends then.
    pub cancel_at_period_end: bool,
    /// What a period costs, where that is one plain sum.
    pub amount: Option<Money>,
}

/// What a search for a claim's sale found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProcessorSearchResult {
    /// Sales that may be the one. Their refunds and disputes are not read yet:
    /// [`Processor::payment`] does.
    pub sales: Vec<Sale>,
    /// How far the search reached. Where it was cut, finding none proves nothing.
    pub reach: SearchReach,
    /// The most pages that the whole list has; none, where its first page was all, or it was read.
    pub list_pages: usize,
}

impl ProcessorSearchResult {
    /// What was found where all could be seen.
    pub(crate) fn from_all_sales(sales: Vec<Sale>) -> Self {
        Self { sales, reach: SearchReach::default(), list_pages: 0 }
    }
}

impl ProcessorClient {
    /// Whether it is an endpoint of the merchant's own, which nobody but the merchant keeps up.
    #[must_use]
    pub const fn is_merchant_endpoint(&self) -> bool {
        matches!(self, Self::Callback(_))
    }

    /// Whether it says what a tenant makes it say: an endpoint of the merchant's own, or TEST
    /// mode's.
    #[must_use]
    pub const fn is_tenant_controlled(&self) -> bool {
        matches!(self, Self::Callback(_) | Self::Simulated(_))
    }

    /// The system in which a hold covers a payment: as wide as its address may be written
    /// differently. TEST mode has none.
    #[must_use]
    pub fn hold_scope(&self) -> Option<String> {
        match self {
            Self::Stripe(_) => Some("stripe".to_owned()),
            Self::Callback(callback) => Some(callback.endpoint_origin()),
            Self::Simulated(_) => None,
        }
    }

    /// The account whose requests its processor counts, where that has a limit.
    #[must_use]
    pub fn limited_account(&self) -> Option<&str> {
        match self {
            Self::Stripe(stripe) => Some(stripe.own_account()),
            Self::Callback(_) | Self::Simulated(_) => None,
        }
    }

    /// The address at which a refund is attempted: a look at another address proves nothing about
    /// the attempt. TEST mode has none.
    #[must_use]
    pub fn refund_address(&self) -> Option<String> {
        match self {
            Self::Stripe(_) => Some("stripe".to_owned()),
            Self::Callback(callback) => Some(callback.endpoint_address()),
            Self::Simulated(_) => None,
        }
    }

    /// The sale with what the processor has of its payment now, all refunds and disputes among it;
    /// nothing if the processor does not know the payment.
    ///
    /// # Errors
    /// [`PartnerError`] if the processor cannot be asked.
    pub async fn refresh_sale(&self, sale: &Sale) -> Result<Option<Sale>, PartnerError> {
        match self {
            Self::Stripe(stripe) => stripe.refresh_sale(sale).await,
            Self::Callback(callback) => callback.refresh_sale(sale).await,
            Self::Simulated(simulated) => Ok(simulated.refresh_sale(sale)),
        }
    }

    /// The processor's payments that a claim may be about: by its index and the first page of its
    /// list, or in the whole list.
    ///
    /// # Errors
    /// [`PartnerError`] if the processor cannot be asked.
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

    /// Gives an amount back. After an error whose result is unknown the refund may exist: look
    /// before asking again.
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

    /// Lets go what is authorised and not captured; what was let go before is no error. Whether
    /// that is all of the payment: false where money was captured, too.
    ///
    /// # Errors
    /// [`PartnerError`] if the processor cannot be asked, or will not.
    pub async fn void(&self, payment: &ProcessorPayment, key: &str) -> Result<bool, PartnerError> {
        match self {
            Self::Stripe(stripe) => stripe.void(payment, key).await,
            Self::Callback(_) => CallbackClient::void().map(|()| true),
            Self::Simulated(_) => Ok(true),
        }
    }

    /// The subscription that a payment was made for, if any.
    ///
    /// # Errors
    /// [`PartnerError`] if the processor cannot be asked.
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

    /// The subscriptions of whoever paid that have not ended, the latest first; some, where there
    /// are very many.
    ///
    /// # Errors
    /// [`PartnerError`] if the processor cannot be asked.
    pub async fn list_open_subscriptions(
        &self,
        payment: &ProcessorPayment,
    ) -> Result<Vec<OpenSubscription>, PartnerError> {
        match self {
            Self::Stripe(stripe) => stripe.list_open_subscriptions(payment).await,
            // they tell of a payment's own only
            Self::Callback(_) | Self::Simulated(_) => Ok(Vec::new()),
        }
    }

    /// What it knows of who bought what, as far as it is asked for; what it does not know stays
    /// absent.
    ///
    /// # Errors
    /// [`PartnerError`] if the processor cannot be asked.
    pub async fn read_purchase(
        &self,
        payment: &ProcessorPayment,
        wanted: NeededPurchaseDetails,
    ) -> Result<PurchaseDetails, PartnerError> {
        match self {
            Self::Stripe(stripe) => stripe.read_purchase(payment, wanted).await,
            Self::Callback(_) => Ok(PurchaseDetails::default()), // its orders tell
            Self::Simulated(_) => Ok(PurchaseDetails {
                is_subscription: wanted.subscription.then_some(true),
                ..PurchaseDetails::default()
            }),
        }
    }

    /// Who paid.
    ///
    /// # Errors
    /// [`PartnerError`] if the processor cannot be asked.
    pub async fn read_payer(&self, payment: &ProcessorPayment) -> Result<Payer, PartnerError> {
        match self {
            Self::Stripe(stripe) => stripe.read_payer(payment).await,
            Self::Callback(_) | Self::Simulated(_) => Ok(Payer::default()), // their orders tell
        }
    }

    /// Ends a subscription at once. One that ended before counts as cancelled, one that is unknown
    /// as nothing to cancel.
    ///
    /// # Errors
    /// [`PartnerError`] where trying again may help; what the processor refuses is a failed
    /// cancellation, no error.
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
