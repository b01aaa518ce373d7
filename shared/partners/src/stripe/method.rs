//! What a charge was paid with: the facts of a card wherever it was read, and what the cardholder was asked for.

use domain::money::Money;
use serde::Deserialize;

use super::amount::from_stripe;

/// What the cardholder was asked for, where the shop offered a currency of theirs (Adaptive Pricing).
#[derive(Deserialize)]
pub(super) struct Presentment {
    #[serde(default)]
    presentment_amount: Option<u64>,
    #[serde(default)]
    presentment_currency: Option<String>,
}

/// What was paid with. The facts of a card stand under the way it was read; other methods have none.
#[derive(Deserialize, Default)]
pub(super) struct PaymentMethodDetails {
    #[serde(default)]
    card: Option<CardDetails>,
    #[serde(default)]
    card_present: Option<CardDetails>,
    #[serde(default)]
    interac_present: Option<CardDetails>,
}

#[derive(Deserialize, Default)]
pub(super) struct CardDetails {
    #[serde(default)]
    pub brand: Option<String>,
    /// The network that the charge ran on: one of the brands of a card that has several.
    #[serde(default)]
    pub network: Option<String>,
    #[serde(default)]
    pub iin: Option<String>,
    #[serde(default)]
    pub last4: Option<String>,
    #[serde(default)]
    pub network_transaction_id: Option<String>,
    #[serde(default)]
    pub wallet: Option<WalletDetails>,
    #[serde(default)]
    authorization_code: Option<String>,
    #[serde(default)]
    receipt: Option<Receipt>,
}

#[derive(Deserialize)]
pub(super) struct WalletDetails {
    #[serde(default)]
    pub dynamic_last4: Option<String>,
}

/// The receipt of a card that was read at a terminal.
#[derive(Deserialize)]
struct Receipt {
    #[serde(default)]
    authorization_code: Option<String>,
}

impl PaymentMethodDetails {
    /// The card that was charged, if one was.
    pub fn card(&self) -> Option<&CardDetails> {
        [&self.card, &self.card_present, &self.interac_present].into_iter().flatten().next()
    }
}

impl CardDetails {
    pub fn authorization_code(&self) -> Option<&String> {
        self.authorization_code.as_ref().or_else(|| self.receipt.as_ref()?.authorization_code.as_ref())
    }
}

impl Presentment {
    /// The amount, where Stripe tells one that can be counted.
    pub fn money(&self) -> Option<Money> {
        from_stripe(self.presentment_amount?, self.presentment_currency.as_deref()?).ok()
    }
}
