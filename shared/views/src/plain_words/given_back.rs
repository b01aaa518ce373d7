//! Partial refunds of an alert's payment, in plain words.

use domain::alert::Alert;
use domain::basics::money::Money;
use domain::basics::text::foreign::quote_words;

/// Describes the amount already refunded of the payment, and the id of the latest refund.
pub(super) fn describe_partial_refund(alert: &Alert, refund: &str) -> String {
    let of = alert
        .sale()
        .map(|found| (found.sale.standing.refunded_minor_units(), found.sale.amount.currency));
    let amount = of.map_or_else(
        || "Money".to_owned(),
        |(minor, currency)| Money::new(minor, currency).to_string(),
    );
    let refund = quote_words(refund);
    format!(
        "{amount} of the payment went back already or is on its way, the latest as {refund}: say \
         how much is still to be refunded."
    )
}
