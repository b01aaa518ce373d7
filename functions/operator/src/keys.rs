//! Creates a partner's first API keys, and revokes any API key.

use domain::account::issued_key::{ABILITIES, ApiKeySecret, IssuedApiKey};
use domain::account::{ApiKey, ApiKeyScope};
use domain::basics::id::{KeyId, OrganisationId, PartnerId};
use runtime::random::{hash_secret, new_secret, new_seed};
use serde_json::{Value, json};

use crate::command::CreatePartnerKey;
use crate::{OperatorSession, describe_error};

impl OperatorSession<'_> {
    pub(crate) async fn create_key(&self, order: CreatePartnerKey) -> Result<Value, String> {
        let partner = self
            .store
            .read_partner(&order.partner_id)
            .await
            .map_err(describe_error)?
            .ok_or("there is no such partner")?;
        if let Some(unknown) = order.abilities.iter().find(|one| !ABILITIES.contains(&one.as_str()))
        {
            return Err(format!("`{unknown}` is no ability; there are {}", ABILITIES.join(", ")));
        }
        let reach =
            self.key_reach(&partner.id, order.organisation_id, order.organisation_ids).await?;
        let id = KeyId::from_seed(new_seed().map_err(describe_error)?);
        let plain = new_secret(partner.mode).map_err(describe_error)?;
        let secret = ApiKeySecret::new(&plain, hash_secret(&plain), self.now);
        let key = ApiKey {
            id,
            partner: partner.id,
            mode: partner.mode,
            reach,
            abilities: order.abilities,
            created_at: self.now,
        };
        let issued = IssuedApiKey::new(key, order.name, None, secret);
        self.store.commit_issued_key(&issued).await.map_err(describe_error)?;
        Ok(json!({ "key_id": issued.key.id, "partner_id": issued.key.partner, "secret": plain }))
    }

    pub(crate) async fn revoke_key(&self, id: &KeyId) -> Result<Value, String> {
        let issued = self
            .store
            .read_issued_key(id)
            .await
            .map_err(describe_error)?
            .ok_or("there is no such key")?;
        self.store.revoke_key(id, self.now).await.map_err(describe_error)?;
        Ok(json!({ "key_id": id, "partner_id": issued.key.partner, "status": "REVOKED" }))
    }

    async fn key_reach(
        &self,
        partner: &PartnerId,
        one: Option<OrganisationId>,
        mut some: Vec<OrganisationId>,
    ) -> Result<ApiKeyScope, String> {
        for id in one.iter().chain(&some) {
            let organisation = self.store.read_organisation(id).await.map_err(describe_error)?;
            organisation
                .filter(|found| found.partner == *partner)
                .ok_or_else(|| format!("the partner has no organisation {id}"))?;
        }
        some.sort();
        some.dedup();
        match one {
            Some(_) if !some.is_empty() => {
                Err("name organisation_id or organisation_ids, not both".into())
            }
            Some(id) => Ok(ApiKeyScope::Organisation(id)),
            None if some.is_empty() => Ok(ApiKeyScope::Partner),
            None => Ok(ApiKeyScope::Group(some)),
        }
    }
}
