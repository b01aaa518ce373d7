//! The operator's own changes are kept like everybody's, and everybody's are listed.

use domain::account::audit::{Audited, Changer, Whose};
use domain::basics::id::{AuditId, OrganisationId, PartnerId};
use runtime::random::new_seed;
use serde_json::{Value, json};
use store::keys::{OPERATORS, audit_of, listed_audit};
use store::list::{Listing, Page};

use crate::{Desk, said};

/// How many a page lists.
const PAGE: usize = 100;

impl Desk<'_> {
    /// Keeps what a command changed: whose it is, and its ids, are in its answer.
    pub(crate) async fn audit(&self, command: &'static str, answer: &Value, request_id: String) {
        if let Err(error) = self.keep(command, answer, request_id).await {
            tracing::error!(command, error, "Audit event could not be kept");
        }
    }

    async fn keep(
        &self,
        command: &'static str,
        answer: &Value,
        request_id: String,
    ) -> Result<(), String> {
        let organisation = organisation_of(answer);
        let fields = answer.as_object().into_iter().flatten();
        let ids = fields
            .filter(|(name, _)| *name == "id" || name.ends_with("_id"))
            .filter_map(|(_, id)| id.as_str().map(str::to_owned));
        let audited = Audited {
            id: AuditId::from_seed(new_seed().map_err(said)?),
            at: self.now,
            by: Changer::Operator { name: self.by.clone() },
            whose: self.whose(answer, organisation.as_ref()).await?,
            organisations: organisation.into_iter().collect(),
            method: "COMMAND".into(),
            route: command.into(),
            ids: ids.collect(),
            status: None,
            request_id,
        };
        self.store.audit(&audited).await.map_err(said)
    }

    async fn whose(
        &self,
        answer: &Value,
        organisation: Option<&OrganisationId>,
    ) -> Result<Option<Whose>, String> {
        if let Some(id) = organisation {
            let found = self.store.organisation(id).await.map_err(said)?;
            return Ok(found.map(|found| Whose { partner: found.partner, mode: found.mode }));
        }
        let Some(id) = answer["partner_id"].as_str().and_then(|id| id.parse::<PartnerId>().ok())
        else {
            return Ok(None);
        };
        let found = self.store.partner(&id).await.map_err(said)?;
        Ok(found.map(|found| Whose { partner: found.id, mode: found.mode }))
    }

    /// The newest first, with the operators' names.
    pub(crate) async fn list_audit(
        &self,
        partner: Option<&PartnerId>,
        cursor: Option<String>,
    ) -> Result<Value, String> {
        let list = match partner {
            Some(id) => listed_audit(
                id,
                self.store.partner(id).await.map_err(said)?.ok_or("there is no such partner")?.mode,
            ),
            None => audit_of(OPERATORS),
        };
        let page = match cursor {
            Some(cursor) => Page::After { cursor, limit: PAGE },
            None => Page::Offset { offset: 0, limit: PAGE },
        };
        let listing = Listing {
            lists: vec![list],
            direct: partner.is_none(),
            newest_first: true,
            page,
            ..Listing::default()
        };
        let listed = self.store.list::<Audited>(&listing).await.map_err(said)?;
        Ok(json!({ "items": listed.items, "next_cursor": listed.next }))
    }
}

fn organisation_of(answer: &Value) -> Option<OrganisationId> {
    answer["organisation_id"].as_str().and_then(|id| id.parse().ok())
}
