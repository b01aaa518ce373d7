//! Pulls alerts that were never acknowledged from each network. This recovers alerts that a push
//! lost in an outage.

use domain::account::VendorConnection;
use flows::intake::{AlertReceipt, take_in_delivery, vendor_time_zone};
use flows::{NetworkClients, StageFailure};
use jiff::Timestamp;
use partners::NetworkClient;
use partners::pushed_alert::PushedAlert;
use runtime::worker::error_chain;
use store::Store;

/// The most pages of a run; the next run continues.
const MOST_PAGES: usize = 40;

/// Pulls from every connection. A connection that fails does not stop the others, but fails the
/// run.
///
/// # Errors
/// [`StageFailure`] of the first connection that failed.
pub async fn handle(
    store: &Store,
    networks: &NetworkClients,
    now: Timestamp,
) -> Result<(), StageFailure> {
    let mut result = Ok(());
    for connection in store.read_connections().await? {
        if let Err(failure) = pull_connection(store, networks, &connection, now).await {
            tracing::error!(
                connection = %connection.id,
                failure = %error_chain(&failure),
                "Alerts could not be pulled: {failure}"
            );
            result = result.and(Err(failure));
        }
    }
    result
}

async fn pull_connection(
    store: &Store,
    networks: &NetworkClients,
    connection: &VendorConnection,
    now: Timestamp,
) -> Result<(), StageFailure> {
    let network = networks.network_of_connection(connection, now).await?;
    let zone = vendor_time_zone(connection);
    for _ in 0..MOST_PAGES {
        let page: Vec<PushedAlert> = network.pull_alerts(&zone, now).await?;
        let full = page.len() >= NetworkClient::BATCH;
        let receipts = take_in_delivery(store, connection, page, now).await;
        let told: Vec<(String, bool)> =
            receipts.into_iter().filter_map(to_acknowledgement).collect();
        if !told.is_empty() {
            network.acknowledge_alerts(&told, now).await?; // after the alerts are stored
        }
        let stuck = told.iter().all(|(_, stored)| !stored);
        if !full || stuck {
            break;
        }
    }
    Ok(())
}

/// Returns the acknowledgement of an alert; an alert without an id cannot be acknowledged.
fn to_acknowledgement(receipt: AlertReceipt) -> Option<(String, bool)> {
    let stored = receipt.is_stored();
    Some((receipt.vendor_alert_id?, stored))
}
