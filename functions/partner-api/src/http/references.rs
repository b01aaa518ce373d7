//! Who refers to a thing: nothing is deleted from under others.

use domain::account::enrolment::{Enrolment, Fault};
use domain::account::{Integration, Membership, Merchant, Organisation, Reach};
use domain::alert::Alert;
use domain::basics::id::OrganisationId;
use domain::privacy::negative_list::Listed;
use domain::refund::manual::HandRefund;
use domain::rules::ruleset::Ruleset;
use domain::sale::order::Order;
use flows::problem::{Code, Problem};
use serde::de::DeserializeOwned;
use store::Store;
use store::facts::Fact;
use store::keys::{Spread, listed_of, lists_of};
use store::list::{Listing, Page};
use store::record::Record;

/// How many of each kind are named.
const NAMED: usize = 10;

/// What refers to a thing: kinds, and the ids of each.
#[derive(Debug, Default)]
pub(crate) struct Uses(Vec<(&'static str, String)>);

impl Uses {
    /// What refers to an organisation: all that it has, and the keys that are only for it.
    pub async fn of_organisation(
        store: &Store,
        organisation: &Organisation,
    ) -> Result<Self, Problem> {
        let (mut uses, id) = (Self::default(), &organisation.id);
        uses.records::<Membership>(store, id, "memberships", |_| true).await?;
        uses.records::<Merchant>(store, id, "merchants", |_| true).await?;
        uses.records::<Integration>(store, id, "integrations", |_| true).await?;
        uses.records::<Enrolment>(store, id, "enrolments", |_| true).await?;
        uses.records::<Ruleset>(store, id, "rulesets", |_| true).await?;
        uses.endpoints(store, id).await?;
        uses.keys(store, organisation).await?;
        uses.listed::<Order>(store, ("orders", lists_of(id, Spread::Orders)), None, |order| {
            order.id.to_string()
        })
        .await?;
        uses.listed::<Alert>(store, ("alerts", lists_of(id, Spread::Alerts)), None, |alert| {
            alert.id.to_string()
        })
        .await?;
        uses.listed::<HandRefund>(
            store,
            ("refunds", vec![listed_of(id, "REFUND")]),
            None,
            |refund| refund.id.to_string(),
        )
        .await?;
        uses.listed::<Listed>(
            store,
            ("negative_list", vec![listed_of(id, "NEGATIVE")]),
            None,
            |entry| entry.id.to_string(),
        )
        .await?;
        Ok(uses)
    }

    /// What refers to a merchant: who calls its account, what watches it, and the sales it took.
    pub async fn of_merchant(store: &Store, merchant: &Merchant) -> Result<Self, Problem> {
        let (mut uses, id) = (Self::default(), &merchant.organisation);
        uses.records::<Integration>(store, id, "integrations", |one| {
            one.merchant_ids.contains(&merchant.id)
        })
        .await?;
        uses.records::<Enrolment>(store, id, "enrolments", |one| {
            one.merchant_ids.contains(&merchant.id)
        })
        .await?;
        let of = Some(merchant.id.as_str());
        uses.listed::<Order>(store, ("orders", lists_of(id, Spread::Orders)), of, |order| {
            order.id.to_string()
        })
        .await?;
        uses.listed::<Alert>(store, ("alerts", lists_of(id, Spread::Alerts)), of, |alert| {
            alert.id.to_string()
        })
        .await?;
        Ok(uses)
    }

    /// Refuses where there are any, and names them.
    pub fn refuse(self, what: &str) -> Result<(), Problem> {
        if self.0.is_empty() {
            return Ok(());
        }
        let first: Vec<&str> = self.0.iter().take(3).map(|(_, id)| id.as_str()).collect();
        let more = if self.0.len() > first.len() { " and others" } else { "" };
        let detail =
            format!("{}{more} refer to the {what}; delete or change them first.", first.join(", "));
        let mut problem = Problem::new(Code::InUse, detail);
        problem.faults = self
            .0
            .into_iter()
            .map(|(kind, id)| Fault::new(kind, "IN_USE", format!("{id} refers to it.")))
            .collect();
        Err(problem)
    }

    async fn endpoints(&mut self, store: &Store, of: &OrganisationId) -> Result<(), Problem> {
        let endpoints = store.endpoints_of(of.as_str()).await?;
        self.0.extend(
            endpoints.into_iter().take(NAMED).map(|one| ("webhook_endpoints", one.id.to_string())),
        );
        Ok(())
    }

    /// The keys in force that are only for the organisation.
    async fn keys(&mut self, store: &Store, of: &Organisation) -> Result<(), Problem> {
        let keys = store.issued_by(&of.partner).await?.into_iter();
        let own = keys.filter(|one| {
            one.revoked_at.is_none()
                && matches!(&one.key.reach, Reach::Organisation(only) if *only == of.id)
        });
        self.0.extend(own.take(NAMED).map(|one| ("api_keys", one.key.id.to_string())));
        Ok(())
    }

    async fn records<R: Record>(
        &mut self,
        store: &Store,
        of: &OrganisationId,
        kind: &'static str,
        refers: impl Fn(&R) -> bool,
    ) -> Result<(), Problem> {
        let all: Vec<R> = store.records(of).await?;
        self.0.extend(
            all.iter().filter(|one| refers(one)).take(NAMED).map(|one| (kind, one.id().to_owned())),
        );
        Ok(())
    }

    async fn listed<T: DeserializeOwned>(
        &mut self,
        store: &Store,
        (kind, lists): (&'static str, Vec<String>),
        merchant: Option<&str>,
        id: impl Fn(&T) -> String,
    ) -> Result<(), Problem> {
        let one_of = merchant.map(|id| (Fact::Merchant, vec![id.to_owned()])).into_iter().collect();
        let page = Page::Offset { offset: 0, limit: NAMED };
        let listed =
            store.list::<T>(&Listing { lists, one_of, page, ..Listing::default() }).await?;
        if listed.items.is_empty() && listed.next.is_some() {
            let detail = format!(
                "There are more {kind} than are looked at, so that some of them may refer to it."
            );
            return Err(Problem::new(Code::InUse, detail));
        }
        self.0.extend(listed.items.iter().map(|one| (kind, id(one))));
        Ok(())
    }
}
