//! Who paid, for the negative list: read only when somebody is listed, and kept nowhere.

use domain::sale::Payment;
use serde::Deserialize;

use super::Stripe;
use super::wire::{Expandable, Named};
use crate::{PartnerError, Payer};

/// A payment intent or a charge, as far as it tells who paid with what.
#[derive(Deserialize)]
struct Paid {
    #[serde(default)]
    customer: Option<Expandable<Named>>,
    #[serde(default)]
    latest_charge: Option<Expandable<Paid>>,
    #[serde(default)]
    payment_method_details: Option<Method>,
}

#[derive(Deserialize)]
struct Method {
    #[serde(default)]
    card: Option<Card>,
    #[serde(default)]
    card_present: Option<Card>,
    #[serde(default)]
    interac_present: Option<Card>,
}

#[derive(Deserialize)]
struct Card {
    #[serde(default)]
    exp_month: Option<u8>,
    #[serde(default)]
    exp_year: Option<u16>,
}

impl Stripe {
    /// The customer, and the expiry of the card.
    pub(crate) async fn payer(&self, payment: &Payment) -> Result<Payer, PartnerError> {
        let paid: Option<Paid> = self.paid(payment, &["latest_charge"]).await?;
        Ok(paid.map(Paid::payer).unwrap_or_default())
    }
}

impl Paid {
    fn payer(self) -> Payer {
        let customer = self.customer.as_ref().map(|customer| customer.id().to_owned());
        let charged = self.latest_charge.and_then(Expandable::object);
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
        let payer = |text: &str| serde_json::from_str::<Paid>(text).expect("a payment").payer();
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
