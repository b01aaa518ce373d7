//! Quarantine: listed, released to an enrolment, or discarded; each with who did it.

use domain::alert::Alert;
use domain::claim::Claim;
use domain::enrolment::Enrolment;
use domain::id::{EnrolmentId, QuarantineId};
use runtime::intake::{receive, zone};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use store::keys::LISTED_QUARANTINE;
use store::list::{Listing, Page};
use store::quarantine::{Fate, Quarantined};

use crate::{Desk, said};

/// How many a page lists.
const PAGE: usize = 50;

impl Desk<'_> {
    pub(crate) async fn list_quarantine(&self, cursor: Option<String>) -> Result<Value, String> {
        let page = match cursor {
            Some(cursor) => Page::After { cursor, limit: PAGE },
            None => Page::Offset { offset: 0, limit: PAGE },
        };
        let listing = Listing { lists: vec![LISTED_QUARANTINE.into()], newest_first: true, page, ..Listing::default() };
        let listed = self.store.list::<Quarantined>(&listing).await.map_err(said)?;
        Ok(json!({ "items": listed.items, "count": listed.count, "next_cursor": listed.next }))
    }

    /// Works the alert for an enrolment, through the same intake as any other.
    pub(crate) async fn release(&self, id: &QuarantineId, enrolment: &EnrolmentId, by: String) -> Result<Value, String> {
        let held = self.held(id).await?;
        let enrolment: Enrolment = self.store.record(enrolment.as_str()).await.map_err(said)?.ok_or("there is no such enrolment")?;
        let connection = self.store.connection(&held.connection).await.map_err(said)?.ok_or("its connection is gone")?;
        let claim = if let Ok(claim) = serde_json::from_str::<Claim>(&held.raw) {
            claim
        } else {
            let raw: Box<RawValue> = serde_json::from_str(&held.raw).map_err(said)?;
            partners::ethoca::read_alert(&raw, &zone(&connection), held.received_at).map_err(said)?
        };
        let alert = Alert::id_of(&claim);
        receive(self.store, &connection, (enrolment.organisation, enrolment.id), claim, self.now).await.map_err(said)?;
        let fate = Fate::Released { alert: alert.clone(), at: self.now, by };
        self.store.put_quarantined(&Quarantined { fate, ..held }).await.map_err(said)?;
        Ok(json!({ "id": id, "alert_id": alert }))
    }

    pub(crate) async fn discard(&self, id: &QuarantineId, why: String, by: String) -> Result<Value, String> {
        let held = self.held(id).await?;
        let fate = Fate::Discarded { at: self.now, by, why };
        self.store.put_quarantined(&Quarantined { fate, ..held }).await.map_err(said)?;
        Ok(json!({ "id": id }))
    }

    async fn held(&self, id: &QuarantineId) -> Result<Quarantined, String> {
        let found = self.store.quarantined(id).await.map_err(said)?.ok_or("there is no such payload")?;
        if found.fate == Fate::Held { Ok(found) } else { Err("it was released or discarded before".into()) }
    }
}
