//! What speaks for a payment and what against it, in words.

use domain::matching::Evidence;

/// What speaks for a payment and what against it, in words.
#[must_use]
pub fn evidence(evidence: &[Evidence]) -> Option<String> {
    let said = |wanted: bool, verb: &str| {
        let things: Vec<&str> = evidence
            .iter()
            .map(|one| point(*one))
            .filter(|(agrees, _)| *agrees == wanted)
            .map(|(_, what)| what)
            .collect();
        (!things.is_empty()).then(|| format!("{verb} {}", things.join(", ")))
    };
    let said: Vec<String> =
        [said(true, "agrees in"), said(false, "differs in")].into_iter().flatten().collect();
    (!said.is_empty()).then(|| said.join("; "))
}

/// Whether a piece of evidence speaks for a payment, and what it is about.
fn point(evidence: Evidence) -> (bool, &'static str) {
    match evidence {
        Evidence::NetworkTransactionId => (true, "the network's transaction id"),
        Evidence::ContradictsNetworkTransactionId => (false, "the network's transaction id"),
        Evidence::ProcessorReference => (true, "the payment's id"),
        Evidence::Arn => (true, "the acquirer's reference"),
        Evidence::ContradictsArn => (false, "the acquirer's reference"),
        Evidence::AuthCode => (true, "the authorisation code"),
        Evidence::ContradictsAuthCode => (false, "the authorisation code"),
        Evidence::CardBin => (true, "the card's first digits"),
        Evidence::ContradictsCardBin => (false, "the card's first digits"),
        Evidence::CardLast4 => (true, "the card's last four digits"),
        Evidence::ContradictsCardLast4 => (false, "the card's last four digits"),
        Evidence::CardBrand => (true, "the card's brand"),
        Evidence::ContradictsCardBrand => (false, "the card's brand"),
        Evidence::AmountExact => (true, "the amount"),
        Evidence::AmountAuthorised => (true, "the amount that was authorised"),
        Evidence::AmountPartial => (true, "a part of the amount"),
        Evidence::SameDay => (true, "the day"),
        Evidence::NearDay => (true, "the day, but for one or two"),
        Evidence::Descriptor => (true, "the text on the statement"),
        Evidence::LaterTwin => (true, "being the later of two equal payments"),
        Evidence::RefundedTwin => {
            (true, "being the one of two equal payments that went back already")
        }
        Evidence::DeviceLast4 => (true, "the digits of the phone or watch that paid with the card"),
        Evidence::AmountPresented => (true, "the price in the cardholder's own currency"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_speaks_for_a_payment_is_told_apart_from_what_speaks_against_it() {
        let found = [Evidence::Arn, Evidence::ContradictsCardLast4, Evidence::AmountExact];
        let said = "agrees in the acquirer's reference, the amount; differs in the card's last \
            four digits";
        assert_eq!(evidence(&found).as_deref(), Some(said));
        assert_eq!(evidence(&[]), None);
    }
}
