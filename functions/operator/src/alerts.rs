//! Alerts that a network retracted by other means than its API.

use domain::basics::id::AlertId;
use domain::network::claim::AlertNetwork;
use serde_json::{Value, json};

use crate::{OperatorSession, describe_error};

impl OperatorSession<'_> {
    /// Marks an alert as retracted. Ethoca publishes no message for a retraction: the notice
    /// arrives by mail, and the operator enters the retraction here.
    pub(crate) async fn retract_alert(
        &self,
        network: AlertNetwork,
        vendor_alert_id: &str,
    ) -> Result<Value, String> {
        let id = AlertId::derived(&[network.as_str(), vendor_alert_id.trim()]);
        let alert = self
            .store
            .read_alert(&id)
            .await
            .map_err(describe_error)?
            .ok_or("there is no such alert")?;
        let retracted = alert.mark_retracted(self.now).map_err(describe_error)?;
        self.store.commit(&retracted).await.map_err(describe_error)?;
        Ok(json!({
            "alert_id": id, "organisation_id": retracted.organisation,
            "status": retracted.status_view().status
        }))
    }
}
