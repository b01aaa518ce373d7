//! Asks each network for alerts that were never acknowledged: what a push lost in an outage is
//! found here.

use domain::account::Connection;
use flows::intake::{Receipt, take_in, zone};
use flows::{Failure, Networks};
use jiff::Timestamp;
use partners::Network;
use partners::ethoca::Pushed;
use runtime::worker::chain;
use store::Store;

/// So many pages a run at the most: the next run goes on.
const MOST_PAGES: usize = 40;

/// Pulls from every connection. One that fails does not hold up the others, and fails the run.
///
/// # Errors
/// [`Failure`] of the first connection that could not be asked.
pub async fn handle(store: &Store, networks: &Networks, now: Timestamp) -> Result<(), Failure> {
    let mut result = Ok(());
    for connection in store.connections().await? {
        if let Err(failure) = pull(store, networks, &connection, now).await {
            tracing::error!(
                connection = %connection.id,
                failure = %chain(&failure),
                "Alerts could not be pulled: {failure}"
            );
            result = result.and(Err(failure));
        }
    }
    result
}

async fn pull(
    store: &Store,
    networks: &Networks,
    connection: &Connection,
    now: Timestamp,
) -> Result<(), Failure> {
    let network = networks.of(connection, now).await?;
    let zone = zone(connection);
    for _ in 0..MOST_PAGES {
        let page: Vec<Pushed> = network.pull(&zone, now).await?;
        let full = page.len() >= Network::BATCH;
        let receipts = take_in(store, connection, page, now).await;
        let told: Vec<(String, bool)> = receipts.into_iter().filter_map(told_of).collect();
        if !told.is_empty() {
            network.acknowledge(&told, now).await?; // only what is stored
        }
        let stuck = told.iter().all(|(_, stored)| !stored);
        if !full || stuck {
            break;
        }
    }
    Ok(())
}

/// What is acknowledged: an alert without an id cannot be.
fn told_of(receipt: Receipt) -> Option<(String, bool)> {
    let stored = receipt.is_stored();
    Some((receipt.vendor_alert_id?, stored))
}
