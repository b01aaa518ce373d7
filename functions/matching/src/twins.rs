//! Equal payments of a card, where the bank says that the customer was charged twice.

use domain::matching::{
    Candidate, Doubt, Found, MOST_TWINS, Reach, settle_twins, twin_search, twins_of,
};
use domain::sale::Sale;
use flows::Failure;

use crate::Search;

impl Search<'_> {
    /// The match of a claim of duplicate processing, by what the processor and our ledgers have of
    /// each twin; any other as it is. Twins are searched by the match's own card and day: the
    /// claim may lack them.
    pub(crate) async fn among_twins(
        &self,
        found: Found,
        mut sales: Vec<Sale>,
    ) -> Result<Found, Failure> {
        let claim = &self.alert.claim;
        let Some(around) = twin_search(claim, &found) else { return Ok(found) };
        let stored = self.store.lookup(&self.alert.organisation, &around).await?;
        let searched = self.at_processors(&around, 0).await?;
        sales.extend(self.setup.own(stored.sales));
        sales.extend(searched.sales);
        let Some(twins) = twins_of(claim, &found, &sales) else { return Ok(found) };
        if twins.len() > MOST_TWINS || stored.is_cut || searched.reach.is_cut {
            return Ok(Found::Unsure { why: Doubt::Twins, candidates: twins });
        }
        let beside = twins.first().and_then(|twin| twin.sale.order.as_ref());
        let same_amount =
            self.store.count_of_amount(&self.alert.organisation, &around, beside).await?;
        let reach = searched.reach.with(Reach { is_cut: false, same_amount });
        let mut read = Vec::new();
        let mut is_unread = false;
        for twin in twins {
            let (twin, confirmed) = self.as_processor_has_it(twin).await?;
            is_unread |= twin.sale.payment.is_some() && !confirmed;
            let ledger = self.store.ledger(&twin.sale.id).await?;
            read.push(Candidate { sale: ledger.laid_onto(twin.sale), ..twin });
        }
        // A refund of one that cannot be read would be missed.
        Ok(if is_unread {
            Found::Unsure { why: Doubt::Twins, candidates: read }
        } else {
            settle_twins(claim, read, reach)
        })
    }
}
