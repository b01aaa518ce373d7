//! The life of an enrolment, as the network and the operator make it.

use domain::account::Organisation;
use domain::account::enrolment::{Change, Enrolment};
use domain::basics::id::ConnectionId;
use serde_json::{Value, json};

use crate::command::SetEnrolment;
use crate::{Desk, said};

impl Desk<'_> {
    /// Sets what is named. Routes follow: what is ENABLED or PENDING routes, what needs attention
    /// is held.
    pub(crate) async fn set_enrolment(&self, order: SetEnrolment) -> Result<Value, String> {
        let old: Enrolment = self
            .store
            .record(order.enrolment_id.as_str())
            .await
            .map_err(said)?
            .ok_or("there is no such enrolment")?;
        let connection = self.connection_for(&old, order.connection_id).await?;
        let change = Change {
            status: order.status,
            note: order.note,
            bin: order.bin,
            caid: order.caid,
            connection,
        };
        let enrolment = old.changed(change, self.now).map_err(said)?;
        self.store.change_enrolment(&enrolment).await.map_err(said)?;
        Ok(json!({
            "enrolment_id": enrolment.id, "organisation_id": enrolment.organisation,
            "status": enrolment.status, "connection_id": enrolment.connection
        }))
    }

    async fn connection_for(
        &self,
        enrolment: &Enrolment,
        named: Option<ConnectionId>,
    ) -> Result<Option<ConnectionId>, String> {
        let Some(id) = named else { return Ok(None) };
        let connection =
            self.store.connection(&id).await.map_err(said)?.ok_or("there is no such connection")?;
        self.may_use(enrolment, &connection.id).await?;
        Ok(Some(connection.id))
    }

    /// Refuses a connection of the other mode: a TEST organisation is sent no real alert, a LIVE
    /// one no simulated one.
    pub(crate) async fn may_use(
        &self,
        enrolment: &Enrolment,
        connection: &ConnectionId,
    ) -> Result<(), String> {
        let organisation: Organisation = self
            .store
            .organisation(&enrolment.organisation)
            .await
            .map_err(said)?
            .ok_or("the enrolment's organisation is gone")?;
        if organisation.may_use(connection) {
            Ok(())
        } else {
            Err("the connection is not for organisations of this mode".into())
        }
    }
}
