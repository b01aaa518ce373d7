//! An order's payments as sales.

use super::{Order, OrderKind, OrderTransaction};
use crate::account::is_processor_payment_id;
use crate::basics::id::{MerchantId, digest};
use crate::sale::{ProcessorPayment, Sale, SaleId};

impl Order {
    /// Converts the order's payments to sales. `account` finds the payment for a processor's
    /// reference.
    pub fn to_sales(&self, account: impl Fn(&str) -> Option<ProcessorPayment>) -> Vec<Sale> {
        let sale = |transaction| {
            let reference = self.processor_reference_of(transaction);
            self.build_sale(transaction, reference, reference.and_then(&account))
        };
        self.transactions.iter().filter_map(sale).collect()
    }

    /// Converts the order's payments to sales at the order's own integration. Each payment goes by
    /// the transaction's own reference.
    #[must_use]
    pub fn to_sales_at_source(&self) -> Vec<Sale> {
        let payment = |reference: &str| {
            ProcessorPayment::new_minimal(
                self.integration.clone(),
                None,
                reference.to_owned(),
                None,
            )
        };
        let sale = |one: &OrderTransaction| {
            self.build_sale(one, Some(&one.reference_id), Some(payment(&one.reference_id)))
        };
        self.transactions.iter().filter_map(sale).collect()
    }

    /// Converts a payment of the order to a sale. `payment` is the processor payment that the
    /// reference names, or that the source has.
    #[must_use]
    pub fn sale_at_index(&self, index: usize, payment: Option<ProcessorPayment>) -> Option<Sale> {
        let transaction = self.transactions.get(index)?;
        self.build_sale(transaction, self.processor_reference_of(transaction), payment)
    }

    /// Returns a mark of all fields that decide which payment the reference of a transaction names.
    /// A changed order may name another payment.
    #[must_use]
    pub fn transaction_mark(&self, index: usize) -> Option<String> {
        let transaction = self.transactions.get(index)?;
        let merchant = self.merchant_id.as_ref().map(MerchantId::as_str);
        let reference = transaction.payment_method_reference_id.as_deref();
        let words = [
            transaction.reference_id.as_str(),
            reference.unwrap_or_default(),
            merchant.unwrap_or_default(),
        ];
        Some(format!("{:016x}", digest(&words) >> 64))
    }

    /// Returns the index of a sale's transaction.
    #[must_use]
    pub fn transaction_index_of(&self, sale: &Sale) -> Option<usize> {
        let is = |one: Sale| Sale { merchant: sale.merchant.clone(), ..one } == *sale;
        (0..self.transactions.len())
            .find(|index| self.sale_at_index(*index, sale.payment.clone()).is_some_and(is))
    }

    /// Returns the processor's reference of a transaction. A PARTIAL order may use the processor's
    /// payment id as the transaction's reference.
    fn processor_reference_of<'a>(&self, from: &'a OrderTransaction) -> Option<&'a str> {
        let own = Some(&from.reference_id).filter(|_| self.kind == OrderKind::Partial);
        let reference = [from.payment_method_reference_id.as_ref(), own]
            .into_iter()
            .flatten()
            .find(|text| is_processor_payment_id(text));
        reference.map(String::as_str)
    }

    fn build_sale(
        &self,
        from: &OrderTransaction,
        reference: Option<&str>,
        payment: Option<ProcessorPayment>,
    ) -> Option<Sale> {
        let named = payment.as_ref().map(|payment| payment.reference.as_str()).or(reference);
        // Without an amount and without a processor's reference, no match is possible.
        let amount = from
            .paid_amount(&self.order_currency)
            .filter(|_| named.is_some() || from.amount_in_cents.is_some())?;
        let id = payment.as_ref().map(|payment| payment.sale_id(&self.organisation));
        Some(Sale {
            id: id.unwrap_or_else(|| {
                SaleId::of_order(&self.organisation, &self.integration, &from.reference_id)
            }),
            transaction_id: named.unwrap_or(&from.reference_id).to_owned(),
            payment,
            order: Some(self.id.clone()),
            order_reference: Some(self.reference_id.clone()),
            integration: self.integration.clone(),
            merchant: self.merchant_id.clone(),
            amount,
            authorised_amount: None,
            authorised: from.authorised_at,
            settled: from.settled_at,
            card: from.to_card(),
            arn: from.acquirer_reference_number.clone(),
            auth_code: from.authorisation_code.clone(),
            network_transaction_id: from.network_transaction_id.clone(),
            descriptor: from.descriptor.clone(),
            standing: from.to_standing(amount, self.updated_at),
            wallet: None,
            presented: None,
        })
    }
}
