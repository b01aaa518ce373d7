//! Alerts that wait for a processor, and the pass that wakes the alerts, page by page.

use domain::alert::Alert;
use domain::alert::waiting::WaitingAlertScan;
use domain::basics::id::{AlertId, OrganisationId};
use domain::basics::time::add_seconds;
use jiff::Timestamp;
use serde::Serialize;

use crate::keys::{self, EXPIRES, SK};
use crate::table::{number_value, text_value, to_table_item, unavailable_error};
use crate::{Store, StoreError};

/// The retention of a row, in seconds: longer than any network waits for an answer.
const LONGER: i64 = keys::WAITS_DAYS * 86_400;
/// The retention of the position of a pass, in seconds.
const PASS: i64 = keys::WAKING_DAYS * 86_400;

#[derive(Serialize)]
struct WaitingAlertRow {
    alert: AlertId,
}

impl Store {
    /// Stores the row of an alert that waits for a processor. The worker stores the row before
    /// committing the alert: no waiting alert is without a row.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn put_waiting_alert(&self, alert: &Alert) -> Result<(), StoreError> {
        let row = WaitingAlertRow { alert: alert.id.clone() };
        let mut item = to_table_item(
            "waiting alert",
            &keys::waiting_alert_key(&alert.organisation, &alert.id),
            &row,
        )?;
        item.insert(
            EXPIRES.into(),
            number_value(add_seconds(alert.received_at, LONGER).as_second()),
        );
        self.put_item(item).await
    }

    /// Reads a page of the waiting alerts, sorted by id. The caller reads each alert.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_waiting_alerts(
        &self,
        organisation: &OrganisationId,
        last: Option<&AlertId>,
        page: i32,
    ) -> Result<Vec<AlertId>, StoreError> {
        // the first sort key after `last`
        let from = last.map_or_else(|| " ".to_owned(), |last| format!("{last} "));
        let request = self.client.query().table_name(&self.table).consistent_read(true).limit(page);
        let request = request.key_condition_expression("pk = :pk AND sk >= :from");
        let request = request
            .expression_attribute_values(":pk", text_value(keys::waiting_partition(organisation)));
        let request = request.expression_attribute_values(":from", text_value(from));
        let items =
            request.send().await.map_err(unavailable_error("Query"))?.items.unwrap_or_default();
        Ok(items.iter().filter_map(|item| item.get(SK)?.as_s().ok()?.parse().ok()).collect())
    }

    /// Stores the position of a pass; the relay sends the message that continues the pass.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn put_waking_pass(
        &self,
        waking: &WaitingAlertScan,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut item = to_table_item("pass", &keys::waking_pass_key(&waking.integration), waking)?;
        item.insert(EXPIRES.into(), number_value(add_seconds(now, PASS).as_second()));
        self.put_item(item).await
    }
}
