//! The payer, for the negative list. Read only when a customer is listed, and never stored.

use domain::sale::ProcessorPayment;
use serde::Deserialize;

use super::StripeClient;
use super::wire::{Expandable, StripeObjectId};
use crate::{PartnerError, Payer};

/// The fields of a payment intent or a charge that identify the payer and the card.
#[derive(Deserialize)]
struct StripePayerSource {
    #[serde(default)]
    customer: Option<Expandable<StripeObjectId>>,
    #[serde(default)]
    latest_charge: Option<Expandable<StripePayerSource>>,
    #[serde(default)]
    payment_method_details: Option<StripePayerMethod>,
}

#[derive(Deserialize)]
struct StripePayerMethod {
    #[serde(default)]
    card: Option<StripeCardExpiry>,
    #[serde(default)]
    card_present: Option<StripeCardExpiry>,
    #[serde(default)]
    interac_present: Option<StripeCardExpiry>,
}

#[derive(Deserialize)]
struct StripeCardExpiry {
    #[serde(default)]
    exp_month: Option<u8>,
    #[serde(default)]
    exp_year: Option<u16>,
}

impl StripeClient {
    /// Reads the customer, and the card's expiry.
    pub(crate) async fn read_payer(
        &self,
        payment: &ProcessorPayment,
    ) -> Result<Payer, PartnerError> {
        let paid: Option<StripePayerSource> =
            self.find_payment_object(payment, &["latest_charge"]).await?;
        Ok(paid.map(StripePayerSource::into_payer).unwrap_or_default())
    }
}

impl StripePayerSource {
    fn into_payer(self) -> Payer {
        let customer = self.customer.as_ref().map(|customer| customer.object_id().to_owned());
        let charged = self.latest_charge.and_then(Expandable::into_object);
        let method = self
            .payment_method_details
            .or_else(|| charged.and_then(|charge| charge.payment_method_details));
        let card = method
            .and_then(|method| method.card.or(method.card_present).or(method.interac_present));
        let expiry =
            card.and_then(|card| Some(format!("{:04}-{:02}", card.exp_year?, card.exp_month?)));
        Payer { customer, email: None, card_expiry: expiry }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_customer_and_the_cards_expiry_are_read_of_intents_and_charges() {
        let payer = |text: &str| {
            serde_json::from_str::<StripePayerSource>(text).expect("a payment").into_payer()
        };
        let charge = r#"{"id":"ch_1","customer":"cus_1",
            "payment_method_details":{"card":{"exp_month":8,"exp_year":2029}}}"#;
        let known = Payer {
            customer: Some("cus_1".into()),
            email: None,
            card_expiry: Some("2029-08".into()),
        };
        assert_eq!(payer(charge), known);
        assert_eq!(payer(&format!(r#"{{"customer":"cus_1","latest_charge":{charge}}}"#)), known);
        assert_eq!(payer(&charge.replace("card", "card_present")), known);
        assert_eq!(payer(r#"{"customer":null,"latest_charge":null}"#), Payer::default());
    }
}
