//! Twins: equal payments of a card, where the bank claims that the customer was charged twice.

use domain::matching::{
    MOST_TWINS, MatchCandidate, MatchDoubt, MatchResult, SearchReach, build_twin_search,
    find_twins, settle_twins,
};
use domain::sale::Sale;
use flows::StageFailure;

use crate::SaleSearch;

impl SaleSearch<'_> {
    /// Chooses among twins for a claim of duplicate processing, by the refunds that the processor
    /// and our ledgers list for each twin. Any other match is returned unchanged.
    ///
    /// The search for twins uses the card and the day of the match, because the claim may lack
    /// both.
    pub(crate) async fn choose_among_twins(
        &self,
        found: MatchResult,
        mut sales: Vec<Sale>,
    ) -> Result<MatchResult, StageFailure> {
        let claim = &self.alert.claim;
        let Some(around) = build_twin_search(claim, &found) else { return Ok(found) };
        let stored = self.store.look_up_sales(&self.alert.organisation, &around).await?;
        let searched = self.search_processors(&around, 0).await?;
        sales.extend(self.setup.filter_own_sales(stored.sales));
        sales.extend(searched.sales);
        let Some(twins) = find_twins(claim, &found, &sales) else { return Ok(found) };
        if twins.len() > MOST_TWINS || stored.is_cut || searched.reach.is_cut {
            return Ok(MatchResult::Unsure { why: MatchDoubt::Twins, candidates: twins });
        }
        let beside = twins.first().and_then(|twin| twin.sale.order.as_ref());
        let same_amount =
            self.store.count_of_amount(&self.alert.organisation, &around, beside).await?;
        let reach = searched.reach.combined_with(SearchReach { is_cut: false, same_amount });
        let mut read = Vec::new();
        let mut is_unread = false;
        for twin in twins {
            let (twin, confirmed) = self.refresh_candidate(twin).await?;
            is_unread |= twin.sale.payment.is_some() && !confirmed;
            let ledger = self.store.read_ledger(&twin.sale.id).await?;
            read.push(MatchCandidate { sale: ledger.merge_refunds_into(twin.sale), ..twin });
        }
        // A refund of a twin that cannot be read would be missed.
        Ok(if is_unread {
            MatchResult::Unsure { why: MatchDoubt::Twins, candidates: read }
        } else {
            settle_twins(claim, read, reach)
        })
    }
}
