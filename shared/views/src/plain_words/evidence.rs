//! The evidence for and against a payment, in plain words.

use domain::matching::MatchEvidence;

/// Describes the evidence for and against a payment.
#[must_use]
pub fn describe_evidence(evidence: &[MatchEvidence]) -> Option<String> {
    let said = |wanted: bool, verb: &str| {
        let things: Vec<&str> = evidence
            .iter()
            .map(|one| evidence_point(*one))
            .filter(|(agrees, _)| *agrees == wanted)
            .map(|(_, what)| what)
            .collect();
        (!things.is_empty()).then(|| format!("{verb} {}", things.join(", ")))
    };
    let said: Vec<String> =
        [said(true, "agrees in"), said(false, "differs in")].into_iter().flatten().collect();
    (!said.is_empty()).then(|| said.join("; "))
}

/// Returns whether a piece of evidence supports a payment, and the subject of the evidence.
fn evidence_point(evidence: MatchEvidence) -> (bool, &'static str) {
    match evidence {
        MatchEvidence::NetworkTransactionId => (true, "the network's transaction id"),
        MatchEvidence::ContradictsNetworkTransactionId => (false, "the network's transaction id"),
        MatchEvidence::ProcessorReference => (true, "the payment's id"),
        MatchEvidence::Arn => (true, "the acquirer's reference"),
        MatchEvidence::ContradictsArn => (false, "the acquirer's reference"),
        MatchEvidence::AuthCode => (true, "the authorisation code"),
        MatchEvidence::ContradictsAuthCode => (false, "the authorisation code"),
        MatchEvidence::CardBin => (true, "the card's first digits"),
        MatchEvidence::ContradictsCardBin => (false, "the card's first digits"),
        MatchEvidence::CardLast4 => (true, "the card's last four digits"),
        MatchEvidence::ContradictsCardLast4 => (false, "the card's last four digits"),
        MatchEvidence::CardBrand => (true, "the card's brand"),
        MatchEvidence::ContradictsCardBrand => (false, "the card's brand"),
        MatchEvidence::AmountExact => (true, "the amount"),
        MatchEvidence::AmountAuthorised => (true, "the amount that was authorised"),
        MatchEvidence::AmountPartial => (true, "a part of the amount"),
        MatchEvidence::SameDay => (true, "the day"),
        MatchEvidence::NearDay => (true, "the day, but for one or two"),
        MatchEvidence::Descriptor => (true, "the text on the statement"),
        MatchEvidence::LaterTwin => (true, "being the later of two equal payments"),
        MatchEvidence::RefundedTwin => {
            (true, "being the one of two equal payments that went back already")
        }
        MatchEvidence::DeviceLast4 => {
            (true, "the digits of the phone or watch that paid with the card")
        }
        MatchEvidence::AmountPresented => (true, "the price in the cardholder's own currency"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_speaks_for_a_payment_is_told_apart_from_what_speaks_against_it() {
        let found =
            [MatchEvidence::Arn, MatchEvidence::ContradictsCardLast4, MatchEvidence::AmountExact];
        let said = "agrees in the acquirer's reference, the amount; differs in the card's last \
            four digits";
        assert_eq!(describe_evidence(&found).as_deref(), Some(said));
        assert_eq!(describe_evidence(&[]), None);
    }
}
