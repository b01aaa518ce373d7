//! The lifecycle of an enrolment, as the network and the operator set the status.

use domain::account::Organisation;
use domain::account::enrolment::{Enrolment, EnrolmentChange};
use domain::basics::id::ConnectionId;
use serde_json::{Value, json};

use crate::command::SetEnrolment;
use crate::{OperatorSession, describe_error};

impl OperatorSession<'_> {
    /// Sets the named fields. The routes follow: alerts are routed to an enrolment that is ENABLED
    /// or PENDING, and quarantined for an enrolment that needs attention.
    pub(crate) async fn set_enrolment(&self, order: SetEnrolment) -> Result<Value, String> {
        let old: Enrolment = self
            .store
            .read_record(order.enrolment_id.as_str())
            .await
            .map_err(describe_error)?
            .ok_or("there is no such enrolment")?;
        let connection = self.connection_for(&old, order.connection_id).await?;
        let change = EnrolmentChange {
            status: order.status,
            note: order.note,
            bin: order.bin,
            caid: order.caid,
            connection,
        };
        let enrolment = old.apply_change(change, self.now).map_err(describe_error)?;
        self.store.change_enrolment(&enrolment).await.map_err(describe_error)?;
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
        let connection = self
            .store
            .read_connection(&id)
            .await
            .map_err(describe_error)?
            .ok_or("there is no such connection")?;
        self.refuse_other_mode(enrolment, &connection.id).await?;
        Ok(Some(connection.id))
    }

    /// Refuses a connection of the other mode: a TEST organisation receives no real alerts, a LIVE
    /// organisation no simulated alerts.
    pub(crate) async fn refuse_other_mode(
        &self,
        enrolment: &Enrolment,
        connection: &ConnectionId,
    ) -> Result<(), String> {
        let organisation: Organisation = self
            .store
            .read_organisation(&enrolment.organisation)
            .await
            .map_err(describe_error)?
            .ok_or("the enrolment's organisation is gone")?;
        if organisation.can_use_connection(connection) {
            Ok(())
        } else {
            Err("the connection is not for organisations of this mode".into())
        }
    }
}
