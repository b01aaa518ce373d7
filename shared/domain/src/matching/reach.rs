//! The reach of a search for a claim's sale: the days, the sales worth ranking, and the
//! completeness.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::basics::money::Money;
use crate::basics::time::utc_day;
use crate::network::claim::Claim;
use crate::sale::Sale;

/// The days searched before the bank's day, which may be the day of posting: up to four days after
/// the sale with a weekend between.
const DAYS_BEFORE: i64 = 4;

/// The days searched after the bank's day: calendars differ by a day.
const DAYS_AFTER: i64 = 1;

/// The most days between two charges of the same purchase.
const TWIN_DAYS: i64 = 7;

/// The days searched before an alert without a transaction day.
const DAYS_BEFORE_ALERT: i64 = 60;

/// The reach of a search.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SearchReach {
    /// Whether the search ended before the last day: a sale that is missing may still exist.
    pub is_cut: bool,
    /// The number of sales of the claim's amount in those days, as far as counted.
    pub same_amount: u32,
}

impl SearchReach {
    /// Combines the searches of two sources.
    #[must_use]
    pub const fn combined_with(self, other: Self) -> Self {
        Self {
            is_cut: self.is_cut || other.is_cut,
            same_amount: self.same_amount.saturating_add(other.same_amount),
        }
    }
}

/// Returns the first and the last day on which the claim's sale may have been made.
#[must_use]
pub fn search_days(claim: &Claim) -> (Date, Date) {
    let Some(told) = claim.transacted else {
        let alerted = utc_day(claim.alerted_at);
        return (
            alerted.saturating_sub(DAYS_BEFORE_ALERT.days()),
            alerted.saturating_add(DAYS_AFTER.days()),
        );
    };
    let (before, after) = if claim.duplicate_certainty().is_some() {
        (TWIN_DAYS, TWIN_DAYS)
    } else {
        (DAYS_BEFORE, DAYS_AFTER)
    };
    (told.day.saturating_sub(before.days()), told.day.saturating_add(after.days()))
}

/// Checks whether a sale of those days is worth ranking, by [`is_of_card`] or by the amount. The
/// amount alone is enough, because a wallet may hide the card.
#[must_use]
pub fn is_plausible_sale(claim: &Claim, sale: &Sale) -> bool {
    let amounts = [Some(sale.amount), sale.authorised_amount, sale.presented];
    is_of_card(claim, sale)
        || amounts.contains(&Some(claim.amount))
        || amounts.contains(&Some(claim.disputed_amount()))
}

/// Checks whether the sale agrees with the claim in the last four digits, or in an id or code of
/// the payment. The digits may be those of the wallet's device.
#[must_use]
pub fn is_of_card(claim: &Claim, sale: &Sale) -> bool {
    let equal = |claimed: &Option<String>, charged: &Option<String>| {
        claimed.is_some() && claimed == charged
    };
    let is_device = claim.card.last4.as_deref().is_some_and(|last4| sale.is_device_last4(last4));
    is_device
        || equal(&claim.transaction_id, &sale.network_transaction_id)
        || equal(&claim.auth_code, &sale.auth_code)
        || equal(&claim.card.last4, &sale.card.last4)
}

/// The likeness from which a payment is probably meant: the auth code agrees, or the amount.
pub const LIKELY: u8 = 2;

/// Scores the likeness between a claim and a payment with few details: by the auth code, the
/// amount, then the BIN. A missing amount may be the claim's.
#[must_use]
pub fn score_likeness(
    claim: &Claim,
    amount: Option<Money>,
    auth_code: Option<&String>,
    bin: Option<&String>,
) -> u8 {
    let agrees = |told: Option<&String>, own: Option<&String>| told.is_some() && told == own;
    let may_be_exact =
        amount.is_none_or(|amount| amount == claim.amount || amount == claim.disputed_amount());
    let (code, bin) =
        (agrees(claim.auth_code.as_ref(), auth_code), agrees(claim.card.bin.as_ref(), bin));
    4 * u8::from(code) + LIKELY * u8::from(may_be_exact) + u8::from(bin)
}
