//! References between resources: a resource with references cannot be deleted.

use domain::account::enrolment::{Enrolment, FieldError};
use domain::account::{ApiKeyScope, Integration, Membership, Merchant, Organisation};
use domain::alert::Alert;
use domain::basics::id::OrganisationId;
use domain::privacy::negative_list::NegativeListEntry;
use domain::refund::manual::ManualRefund;
use domain::rules::ruleset::Ruleset;
use domain::sale::order::Order;
use flows::problem::{Code, ProblemDetails};
use serde::de::DeserializeOwned;
use store::Store;
use store::facts::FilterField;
use store::keys::{ShardedList, kind_list, list_shards};
use store::list::{ListCriteria, PageRequest};
use store::record::OrganisationRecord;

/// The most references of each type that a refusal names.
const NAMED: usize = 10;

/// The references to a resource: types, and the ids of each.
#[derive(Debug, Default)]
pub(crate) struct ResourceReferences(Vec<(&'static str, String)>);

impl ResourceReferences {
    /// Collects the references to an organisation: all its resources, and the keys restricted to
    /// the organisation.
    pub async fn for_organisation(
        store: &Store,
        organisation: &Organisation,
    ) -> Result<Self, ProblemDetails> {
        let (mut uses, id) = (Self::default(), &organisation.id);
        uses.add_records::<Membership>(store, id, "memberships", |_| true).await?;
        uses.add_records::<Merchant>(store, id, "merchants", |_| true).await?;
        uses.add_records::<Integration>(store, id, "integrations", |_| true).await?;
        uses.add_records::<Enrolment>(store, id, "enrolments", |_| true).await?;
        uses.add_records::<Ruleset>(store, id, "rulesets", |_| true).await?;
        uses.add_endpoints(store, id).await?;
        uses.add_keys(store, organisation).await?;
        uses.add_organisation_lists(store, id).await?;
        Ok(uses)
    }

    async fn add_organisation_lists(
        &mut self,
        store: &Store,
        id: &OrganisationId,
    ) -> Result<(), ProblemDetails> {
        self.add_listed::<Order>(
            store,
            ("orders", list_shards(id, ShardedList::Orders)),
            None,
            |order| order.id.to_string(),
        )
        .await?;
        self.add_listed::<Alert>(
            store,
            ("alerts", list_shards(id, ShardedList::Alerts)),
            None,
            |alert| alert.id.to_string(),
        )
        .await?;
        self.add_listed::<ManualRefund>(
            store,
            ("refunds", vec![kind_list(id, "REFUND")]),
            None,
            |refund| refund.id.to_string(),
        )
        .await?;
        self.add_listed::<NegativeListEntry>(
            store,
            ("negative_list", vec![kind_list(id, "NEGATIVE")]),
            None,
            |entry| entry.id.to_string(),
        )
        .await
    }

    /// Collects the references to a merchant: integrations, enrolments and sales.
    pub async fn for_merchant(store: &Store, merchant: &Merchant) -> Result<Self, ProblemDetails> {
        let (mut uses, id) = (Self::default(), &merchant.organisation);
        uses.add_records::<Integration>(store, id, "integrations", |one| {
            one.merchant_ids.contains(&merchant.id)
        })
        .await?;
        uses.add_records::<Enrolment>(store, id, "enrolments", |one| {
            one.merchant_ids.contains(&merchant.id)
        })
        .await?;
        let of = Some(merchant.id.as_str());
        uses.add_listed::<Order>(
            store,
            ("orders", list_shards(id, ShardedList::Orders)),
            of,
            |order| order.id.to_string(),
        )
        .await?;
        uses.add_listed::<Alert>(
            store,
            ("alerts", list_shards(id, ShardedList::Alerts)),
            of,
            |alert| alert.id.to_string(),
        )
        .await?;
        Ok(uses)
    }

    /// Refuses the deletion if references exist, and names the first.
    pub fn refuse_deletion(self, what: &str) -> Result<(), ProblemDetails> {
        if self.0.is_empty() {
            return Ok(());
        }
        let first: Vec<&str> = self.0.iter().take(3).map(|(_, id)| id.as_str()).collect();
        let more = if self.0.len() > first.len() { " and others" } else { "" };
        let detail =
            format!("{}{more} refer to the {what}; delete or change them first.", first.join(", "));
        let mut problem = ProblemDetails::new(Code::InUse, detail);
        problem.faults = self
            .0
            .into_iter()
            .map(|(kind, id)| FieldError::new(kind, "IN_USE", format!("{id} refers to it.")))
            .collect();
        Err(problem)
    }

    async fn add_endpoints(
        &mut self,
        store: &Store,
        of: &OrganisationId,
    ) -> Result<(), ProblemDetails> {
        let endpoints = store.read_endpoints(of.as_str()).await?;
        self.0.extend(
            endpoints.into_iter().take(NAMED).map(|one| ("webhook_endpoints", one.id.to_string())),
        );
        Ok(())
    }

    /// Adds the active keys that are restricted to the organisation.
    async fn add_keys(&mut self, store: &Store, of: &Organisation) -> Result<(), ProblemDetails> {
        let keys = store.read_partner_keys(&of.partner).await?.into_iter();
        let own = keys.filter(|one| {
            one.revoked_at.is_none()
                && matches!(&one.key.reach, ApiKeyScope::Organisation(only) if *only == of.id)
        });
        self.0.extend(own.take(NAMED).map(|one| ("api_keys", one.key.id.to_string())));
        Ok(())
    }

    async fn add_records<R: OrganisationRecord>(
        &mut self,
        store: &Store,
        of: &OrganisationId,
        kind: &'static str,
        refers: impl Fn(&R) -> bool,
    ) -> Result<(), ProblemDetails> {
        let all: Vec<R> = store.read_records(of).await?;
        self.0.extend(
            all.iter().filter(|one| refers(one)).take(NAMED).map(|one| (kind, one.id().to_owned())),
        );
        Ok(())
    }

    async fn add_listed<T: DeserializeOwned>(
        &mut self,
        store: &Store,
        (kind, lists): (&'static str, Vec<String>),
        merchant: Option<&str>,
        id: impl Fn(&T) -> String,
    ) -> Result<(), ProblemDetails> {
        let one_of =
            merchant.map(|id| (FilterField::Merchant, vec![id.to_owned()])).into_iter().collect();
        let page = PageRequest::Offset { offset: 0, limit: NAMED };
        let listed = store
            .read_list_page::<T>(&ListCriteria { lists, one_of, page, ..ListCriteria::default() })
            .await?;
        if listed.items.is_empty() && listed.next.is_some() {
            let detail = format!(
                "There are more {kind} than are looked at, so that some of them may refer to it."
            );
            return Err(ProblemDetails::new(Code::InUse, detail));
        }
        self.0.extend(listed.items.iter().map(|one| (kind, id(one))));
        Ok(())
    }
}
