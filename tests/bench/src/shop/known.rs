//! What a shop's records hold of its sales.

use domain::basics::card::TruncatedCard;
use domain::basics::id::{IntegrationId, OrderId};
use domain::basics::time::ReportedTime;
use domain::sale::{CardWallet, ProcessorPayment, Sale, SaleId};
use jiff::Timestamp;

use super::{Shop, Sold, organisation};
use crate::dollars;
use crate::random::Random;

impl Shop {
    /// Puts on record what such a shop knows of its sale.
    pub(super) fn know(self, random: &mut Random, sold: &mut Sold) {
        let (card, amount, authorised) = (sold.card.clone(), sold.amount, sold.authorised);
        let bin = (!self.is_at_stripe()).then_some(card.bin);
        sold.known.card = TruncatedCard { bin, last4: Some(card.last4), brand: Some(card.brand) };
        // A till that was told of the order before the tip knows the authorised amount only.
        let tip_is_known = random.is(800);
        sold.known.amount = dollars(if tip_is_known { amount } else { authorised });
        sold.known.authorised_amount =
            (tip_is_known && amount != authorised).then(|| dollars(authorised));
        // What a wallet's number ends in is told for most of its payments.
        sold.known.wallet =
            card.device.map(|(_, last4)| CardWallet { device_last4: random.some(850, last4) });
        let (arn, code, network) =
            if self.is_at_stripe() { (0, 950, 950) } else { (600, 800, 300) };
        sold.known.arn = random.some(arn, sold.arn.clone());
        sold.known.auth_code = random.some(code, sold.auth_code.clone());
        sold.known.network_transaction_id = random.some(network, sold.network_id.clone());
    }
}

/// A sale at this time of which nothing else is known.
pub(super) fn bare(random: &mut Random, at: Timestamp) -> Sale {
    let integration = IntegrationId::derived(&["shop"]);
    let id = SaleId::of_order(&organisation(), &integration, &random.digits(12));
    Sale {
        descriptor: Some("ACMEFIT".into()),
        ..Sale::new_minimal(
            id,
            String::new(),
            integration,
            dollars(0),
            ReportedTime::from_instant(at),
        )
    }
}

/// The names under which the records have a sale.
pub(super) fn named(mut sale: Sale, shop: Shop, number: u64) -> Sale {
    sale.transaction_id =
        if shop.is_at_stripe() { format!("pi_{number:012}") } else { format!("txn-{number:08}") };
    sale.id = SaleId::of_order(&organisation(), &sale.integration, &sale.transaction_id);
    if shop.is_at_stripe() {
        let reference = sale.transaction_id.clone();
        let charge = Some(format!("ch_{number:012}"));
        sale.payment =
            Some(ProcessorPayment::new_minimal(sale.integration.clone(), None, reference, charge));
    } else {
        sale.order = Some(OrderId::derived(&[&sale.transaction_id]));
        sale.order_reference = Some(sale.transaction_id.clone());
    }
    sale
}
