//! A sale as the bank knows it, and as the shop does.

use domain::basics::card::{CardBrand, TruncatedCard};
use domain::sale::Sale;
use jiff::Timestamp;

/// The card that paid, as the bank knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plastic {
    pub bin: String,
    pub last4: String,
    pub brand: CardBrand,
    /// The BIN and last four digits of the wallet's number for it.
    pub device: Option<(String, String)>,
}

/// A sale as the bank knows it, and as the shop does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sold {
    pub at: Timestamp,
    pub card: Plastic,
    /// What the bank booked.
    pub amount: u64,
    /// What it authorised, where a tip came later.
    pub authorised: u64,
    pub arn: String,
    pub auth_code: String,
    pub network_id: String,
    /// The number under which the shop's records have it.
    pub number: u64,
    /// The number of the equal payment before it, where the customer was charged twice.
    pub twin_of: Option<u64>,
    /// What the shop's records hold.
    pub known: Sale,
}

impl Sold {
    /// All that is known of it in one line.
    #[must_use]
    pub fn line(&self) -> String {
        let Self {
            at,
            card,
            amount,
            authorised,
            arn,
            auth_code,
            network_id,
            number,
            twin_of,
            known,
        } = self;
        let bank = format!(
            "{number} {at} {card:?} {amount} {authorised} {arn} {auth_code} {network_id} \
             {twin_of:?}"
        );
        let (TruncatedCard { bin, last4, .. }, wallet) = (&known.card, &known.wallet);
        let (booked, refunded) = (known.amount.minor, known.standing.refunded_minor_units());
        format!(
            "{bank} {booked} {refunded} {bin:?} {last4:?} {wallet:?} {:?} {:?} {:?}",
            known.arn, known.auth_code, known.network_transaction_id
        )
    }
}
