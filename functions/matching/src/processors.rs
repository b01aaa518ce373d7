//! What the processors of a tenant have of a claim, and whether a processor can be asked at all.

use domain::account::{Integration, IntegrationKind, IntegrationOutage, ProcessorCall};
use domain::alert::ReviewReason;
use domain::calls::lane::CallPace;
use domain::calls::slot::RequestLoad;
use domain::matching::{MOST_TWINS, MatchCandidate, SearchReach};
use domain::network::claim::Claim;
use domain::sale::{ProcessorPayment, Sale};
use flows::{StageFailure, integration_health};
use partners::{PartnerError, ProcessorClient, ProcessorSearchResult};

use crate::SaleSearch;

impl SaleSearch<'_> {
    /// What the processors have of a claim, where so many sales are to be looked at besides.
    pub(crate) async fn search_processors(
        &self,
        claim: &Claim,
        others: usize,
    ) -> Result<ProcessorSearchResult, StageFailure> {
        let mut all = ProcessorSearchResult {
            sales: Vec::new(),
            reach: SearchReach::default(),
            list_pages: 0,
        };
        for account in self.setup.processor_accounts() {
            if self.skips_processor(account.integration) {
                continue;
            }
            let Some(processor) =
                self.processors.processor_of_account(&account, self.setup.mode(), self.now).await?
            else {
                continue;
            };
            match self.search_processor(&processor, claim, others).await? {
                Ok(searched) => {
                    integration_health::note_success(
                        self.store,
                        account.integration,
                        (ProcessorCall::Search, CallPace::Unknown),
                        self.now,
                    )
                    .await?;
                    all.reach = all.reach.combined_with(searched.reach);
                    all.sales.extend(self.setup.filter_own_sales(searched.sales));
                }
                Err(error) => {
                    self.pass_over(account.integration, ProcessorCall::Search, error).await?;
                }
            }
        }
        Ok(all)
    }

    /// What one processor has: by its index, and where that may not show all, by its list.
    async fn search_processor(
        &self,
        processor: &ProcessorClient,
        claim: &Claim,
        others: usize,
    ) -> Result<Result<ProcessorSearchResult, PartnerError>, StageFailure> {
        let searches = if claim.duplicate_certainty().is_some() { 2 } else { 1 }; // and its twins
        let load = RequestLoad::for_search(others + (searches - 1) * (MOST_TWINS + 1));
        self.take_slot(processor, load).await?;
        match processor.search(claim, false).await {
            Ok(found) if found.list_pages > 0 => {
                self.take_slot(processor, load.with_pages(searches * found.list_pages)).await?;
            }
            done => return Ok(done),
        }
        Ok(processor.search(claim, true).await)
    }

    /// The sale under its one identity, with the refunds and disputes it has by now; and whether
    /// its processor has it.
    pub(crate) async fn refresh_candidate(
        &self,
        one: MatchCandidate,
    ) -> Result<(MatchCandidate, bool), StageFailure> {
        let Some(payment) = &one.sale.payment else { return Ok((one, false)) };
        if self
            .setup
            .find_integration(&payment.integration)
            .is_some_and(|integration| self.skips_processor(integration))
        {
            return Ok((one, false));
        }
        let Some(processor) =
            self.processors.processor_of_payment(self.setup, payment, self.now).await?
        else {
            return Ok((one, false));
        };
        self.take_slot(&processor, RequestLoad::for_search(0)).await?;
        match processor.refresh_sale(&one.sale).await {
            Ok(Some(sale)) => Ok((MatchCandidate { sale, ..one }, true)),
            Ok(None) => {
                Ok((MatchCandidate { sale: Sale { payment: None, ..one.sale }, ..one }, false))
            }
            // A shop's own endpoint may stay down for days: the order's word counts meanwhile, and
            // the refund looks again.
            Err(error) if processor.is_merchant_endpoint() => {
                tracing::warn!(alert = %self.alert.id, "Merchant's own endpoint passed over in \
                    matching: {error}");
                self.note_failed_read(payment, &error).await?;
                Ok((one, false))
            }
            Err(error) => {
                let integration = self
                    .setup
                    .find_integration(&payment.integration)
                    .ok_or(StageFailure::Missing("the payment's integration"))?;
                self.pass_over(integration, ProcessorCall::Look, error).await?;
                Ok((one, false))
            }
        }
    }

    /// Notes at the integration of a payment that a look at the payment failed.
    async fn note_failed_read(
        &self,
        payment: &ProcessorPayment,
        error: &PartnerError,
    ) -> Result<(), StageFailure> {
        if let Some(integration) = self.setup.find_integration(&payment.integration) {
            integration_health::note_lane(
                self.store,
                integration,
                ProcessorCall::Look,
                (error, CallPace::Unknown),
                self.now,
            )
            .await?;
        }
        Ok(())
    }

    /// Takes a slot of the processor's account. Contests are rare, and wait for none.
    async fn take_slot(
        &self,
        processor: &ProcessorClient,
        load: RequestLoad,
    ) -> Result<(), StageFailure> {
        let may_ask = self.is_contest || self.slots.take_slot(processor, load).await?;
        if may_ask { Ok(()) } else { Err(StageFailure::WaitsForSlot) }
    }

    /// Whether a processor does not answer, so that it is passed over without a call. A merchant's
    /// own endpoint tells nothing here that its orders do not.
    fn skips_processor(&self, integration: &Integration) -> bool {
        let is_so = integration.is_lane_closed(self.now);
        if is_so && integration.kind != IntegrationKind::CustomCallback {
            let message = "it did not answer, and is left alone for a while".to_owned();
            let id = integration.id.clone();
            self.unavailable.get_or_init(|| ReviewReason::ProcessorUnavailable {
                integration: id,
                code: IntegrationOutage::Unreachable,
                message,
            });
        }
        is_so
    }

    /// A processor that rejects our credentials, or has not answered for long, is passed over, so
    /// that stored orders can still match; the integration says so, but for a refusal of this
    /// search alone. One that does not answer is waited for first.
    async fn pass_over(
        &self,
        integration: &Integration,
        call: ProcessorCall,
        error: PartnerError,
    ) -> Result<(), StageFailure> {
        integration_health::note_lane(
            self.store,
            integration,
            call,
            (&error, CallPace::Unknown),
            self.now,
        )
        .await?;
        if error == PartnerError::NoTime || (error.is_transient() && self.is_patient) {
            return Err(error.into());
        }
        tracing::warn!(alert = %self.alert.id, integration = %integration.id, "Processor passed \
            over in matching: {error}");
        if !error.is_permanent() && !self.is_contest {
            integration_health::note_failure(self.store, integration, call, &error, self.now)
                .await?;
        }
        let (integration, code, message) = (
            integration.id.clone(),
            integration_health::outage_of_error(&error),
            error.to_string(),
        );
        self.unavailable.get_or_init(|| ReviewReason::ProcessorUnavailable {
            integration,
            code,
            message,
        });
        Ok(())
    }
}
