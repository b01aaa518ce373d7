//! Asks each network for alerts that were never acknowledged: what a push lost in an outage is
//! found here.

use domain::account::VendorConnection;
use flows::intake::{AlertReceipt, take_in_delivery, vendor_time_zone};
use flows::{NetworkClients, StageFailure};
use jiff::Timestamp;
use partners::NetworkClient;
use partners::ethoca::PushedAlert;
use runtime::worker::error_chain;
use store::Store;

/// So many pages a run at the most: the next run goes on.
const MOST_PAGES: usize = 40;

/// Pulls from every connection. One that fails does not hold up the others, and fails the run.
///
/// # Errors
/// [`Failure`] of the first connection that could not be asked.
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
            network.acknowledge_alerts(&told, now).await?; // only what is stored
        }
        let stuck = told.iter().all(|(_, stored)| !stored);
        if !full || stuck {
            break;
        }
    }
    Ok(())
}

/// What is acknowledged: an alert without an id cannot be.
fn to_acknowledgement(receipt: AlertReceipt) -> Option<(String, bool)> {
    let stored = receipt.is_stored();
    Some((receipt.vendor_alert_id?, stored))
}
