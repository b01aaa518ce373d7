//! Alerts that wait for a processor, and the pass that wakes them, page by page.

use domain::alert::Alert;
use domain::alert::waiting::Waking;
use domain::basics::id::{AlertId, OrganisationId};
use domain::basics::time::after;
use jiff::Timestamp;
use serde::Serialize;

use crate::keys::{self, EXPIRES, SK};
use crate::table::{item_of, number, text, unavailable};
use crate::{Store, StoreError};

/// How long a row is kept: longer than any network waits for an answer.
const LONGER: i64 = keys::WAITS_DAYS * 86_400;
/// How long the place of a pass is kept.
const PASS: i64 = keys::WAKING_DAYS * 86_400;

#[derive(Serialize)]
struct Waits {
    alert: AlertId,
}

impl Store {
    /// Notes that an alert waits for a processor. The worker that leaves it does so before it
    /// commits, so that no waiting alert is without its row.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn put_waiting(&self, alert: &Alert) -> Result<(), StoreError> {
        let row = Waits { alert: alert.id.clone() };
        let mut item =
            item_of("waiting alert", &keys::waiting(&alert.organisation, &alert.id), &row)?;
        item.insert(EXPIRES.into(), number(after(alert.received_at, LONGER).as_second()));
        self.put(item).await
    }

    /// A page of the alerts that wait, in the order of their ids; the caller reads each.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn waiting(
        &self,
        organisation: &OrganisationId,
        last: Option<&AlertId>,
        page: i32,
    ) -> Result<Vec<AlertId>, StoreError> {
        // what sorts right after it
        let from = last.map_or_else(|| " ".to_owned(), |last| format!("{last} "));
        let request = self.client.query().table_name(&self.table).consistent_read(true).limit(page);
        let request = request.key_condition_expression("pk = :pk AND sk >= :from");
        let request =
            request.expression_attribute_values(":pk", text(keys::waiting_of(organisation)));
        let request = request.expression_attribute_values(":from", text(from));
        let items = request.send().await.map_err(unavailable("Query"))?.items.unwrap_or_default();
        Ok(items.iter().filter_map(|item| item.get(SK)?.as_s().ok()?.parse().ok()).collect())
    }

    /// Keeps where a pass has come to; the relay sends what goes on from there.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn put_waking(&self, waking: &Waking, now: Timestamp) -> Result<(), StoreError> {
        let mut item = item_of("pass", &keys::waking(&waking.integration), waking)?;
        item.insert(EXPIRES.into(), number(after(now, PASS).as_second()));
        self.put(item).await
    }
}
