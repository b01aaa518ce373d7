//! Alerts that a network took back by other ways than its API.

use domain::basics::id::AlertId;
use domain::network::claim::Network;
use serde_json::{Value, json};

use crate::{Desk, said};

impl Desk<'_> {
    /// Ethoca publishes no message for it: its word comes by mail, and is entered here.
    pub(crate) async fn retract(
        &self,
        network: Network,
        vendor_alert_id: &str,
    ) -> Result<Value, String> {
        let id = AlertId::derived(&[network.as_str(), vendor_alert_id.trim()]);
        let alert = self.store.alert(&id).await.map_err(said)?.ok_or("there is no such alert")?;
        let retracted = alert.retracted(self.now).map_err(said)?;
        self.store.commit(&retracted).await.map_err(said)?;
        Ok(json!({
            "alert_id": id, "organisation_id": retracted.organisation,
            "status": retracted.view().status
        }))
    }
}
