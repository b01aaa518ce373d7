//! The life of an enrolment, as the network and the operator make it.

use domain::enrolment::{Enrolment, EnrolmentStatus, Watches};
use domain::id::ConnectionId;
use serde_json::{Value, json};

use crate::command::SetEnrolment;
use crate::{Desk, said};

impl Desk<'_> {
    /// Sets what is named. Routes follow: what is ENABLED or PENDING routes, what needs attention is held.
    pub(crate) async fn set_enrolment(&self, order: SetEnrolment) -> Result<Value, String> {
        let old: Enrolment = self.store.record(order.enrolment_id.as_str()).await.map_err(said)?.ok_or("there is no such enrolment")?;
        let connection = match order.connection_id {
            Some(id) => Some(self.store.connection(&id).await.map_err(said)?.ok_or("there is no such connection")?.id),
            None => old.connection.clone(),
        };
        let status = order.status.unwrap_or(old.status);
        let settled = old.status == EnrolmentStatus::NeedsAttention && status != old.status; // its note told of the clash
        let enrolment = Enrolment {
            watches: looked_up(old.watches.clone(), order.bin, order.caid)?,
            status,
            note: order.note.or_else(|| old.note.clone().filter(|_| !settled)),
            connection,
            updated_at: self.now,
            version: old.version.saturating_add(1),
            ..old.clone()
        };
        if enrolment.connection.is_none() && status == EnrolmentStatus::Enabled {
            return Err("an enrolment needs a connection before it is ENABLED".into());
        }
        self.store.replace(&enrolment).await.map_err(said)?;
        self.reroute(&old, &enrolment).await?;
        Ok(json!({ "enrolment_id": enrolment.id, "status": enrolment.status, "connection_id": enrolment.connection }))
    }

    async fn reroute(&self, old: &Enrolment, new: &Enrolment) -> Result<(), String> {
        let moved = |from: &Option<ConnectionId>| from.clone().filter(|id| new.connection.as_ref() != Some(id));
        if let Some(from) = moved(&old.connection) {
            self.store.drop_routes(&from, old).await.map_err(said)?;
        }
        match &new.connection {
            Some(to) => self.store.put_routes(to, &new.routes()).await.map_err(said),
            None => Ok(()),
        }
    }
}

/// The acquirer BIN and card acceptor id that Visa looked up from the sample ARNs.
fn looked_up(watches: Watches, new_bin: Option<String>, new_caid: Option<String>) -> Result<Watches, String> {
    match watches {
        Watches::VerifiRdr { bin, caid, arns } => Ok(Watches::VerifiRdr { bin: new_bin.or(bin), caid: new_caid.or(caid), arns }),
        Watches::EthocaAlert { .. } if new_bin.is_some() || new_caid.is_some() => {
            Err("only a Verifi enrolment has a BIN and a CAID".into())
        }
        ethoca @ Watches::EthocaAlert { .. } => Ok(ethoca),
    }
}
