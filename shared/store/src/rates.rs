//! Exchange rates, by day.

use domain::money::Rates;
use jiff::civil::Date;

use crate::table::{item_of, text, unavailable, value_of};
use crate::{Store, StoreError, keys};

impl Store {
    /// Keeps a day's rates.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn put_rates(&self, rates: &Rates) -> Result<(), StoreError> {
        self.put(item_of("rates", &keys::rates(rates.as_of), rates)?).await
    }

    /// The latest rates that are not of a later day.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn rates(&self, day: Date) -> Result<Option<Rates>, StoreError> {
        let latest = keys::rates(day);
        let request = self.client.query().table_name(&self.table).consistent_read(true);
        let request = request.key_condition_expression("pk = :pk AND sk <= :day").scan_index_forward(false).limit(1);
        let request = request.expression_attribute_values(":pk", text(latest.pk)).expression_attribute_values(":day", text(latest.sk));
        let answer = request.send().await.map_err(unavailable("Query"))?;
        answer.items.unwrap_or_default().pop().map(|item| value_of("rates", item)).transpose()
    }
}
