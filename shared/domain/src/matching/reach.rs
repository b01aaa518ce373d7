//! How far a search for a claim's sale reaches: the days, the sales worth keeping, and whether all
//! of them were seen.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::basics::money::Money;
use crate::basics::time::utc_day;
use crate::network::claim::Claim;
use crate::sale::Sale;

/// A bank may tell the day of posting, up to four days after the sale with a weekend between.
const DAYS_BEFORE: i64 = 4;

/// Calendars differ by a day.
const DAYS_AFTER: i64 = 1;

/// Two charges of one purchase are at most a week apart.
const TWIN_DAYS: i64 = 7;

/// The days that are searched before an alert that tells no day.
const DAYS_BEFORE_ALERT: i64 = 60;

/// How far a search reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SearchReach {
    /// Whether the search ended before the days did: a sale that was not found may still be there.
    pub is_cut: bool,
    /// How many sales of the claim's amount those days have, as far as they were counted.
    pub same_amount: u32,
}

impl SearchReach {
    /// Two searches of different places as one.
    #[must_use]
    pub const fn combined_with(self, other: Self) -> Self {
        Self {
            is_cut: self.is_cut || other.is_cut,
            same_amount: self.same_amount.saturating_add(other.same_amount),
        }
    }
}

/// The first and the last day on which the claim's sale may have been made.
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

/// Whether a sale of those days is worth ranking: an id or code that only this payment has, or
/// [`is_of_card`], or the same amount, for a wallet may hide the card.
#[must_use]
pub fn is_plausible_sale(claim: &Claim, sale: &Sale) -> bool {
    let amounts = [Some(sale.amount), sale.authorised_amount, sale.presented];
    is_of_card(claim, sale)
        || amounts.contains(&Some(claim.amount))
        || amounts.contains(&Some(claim.disputed_amount()))
}

/// Whether the sale agrees with the claim in the last four digits of the card or its wallet's
/// device, or in an id or code of the payment.
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

/// From so much likeness on a payment may well be meant: its auth code agrees, or its amount.
pub const LIKELY: u8 = 2;

/// How likely it is that a claim means a payment of which little is known: by the auth code, the
/// amount, then the BIN. An amount that is not known may be the claim's.
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
