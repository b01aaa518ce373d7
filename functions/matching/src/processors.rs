//! The search at a tenant's processors, and the checks whether a processor can be asked at all.

use domain::account::{Integration, IntegrationOutage, ProcessorCall};
use domain::alert::ReviewReason;
use domain::calls::lane::CallPace;
use domain::calls::slot::RequestLoad;
use domain::matching::{MOST_TWINS, MatchCandidate};
use domain::network::claim::Claim;
use domain::sale::{ProcessorPayment, Sale};
use flows::slots::AccountLoads;
use flows::{StageFailure, integration_health};
use partners::{PartnerError, ProcessorClient, ProcessorSearchResult};

use crate::SaleSearch;

impl SaleSearch<'_> {
    /// Searches the tenant's processors for the sale of a claim. The slots of all accounts are
    /// reserved before the first request: an alert at two accounts waits only once.
    pub(crate) async fn search_processors(
        &self,
        claim: &Claim,
        further_sales: usize,
    ) -> Result<ProcessorSearchResult, StageFailure> {
        let processors = self.searched_processors().await?;
        let searches = if claim.duplicate_certainty().is_some() { 2 } else { 1 }; // and the twins
        let load = RequestLoad::for_search(further_sales + (searches - 1) * (MOST_TWINS + 1));
        let mut loads = AccountLoads::default();
        for (_, processor) in &processors {
            loads.add_load(processor, load);
        }
        self.take_slots(&loads).await?;
        let mut results = Vec::new();
        for (_, processor) in &processors {
            let result = processor.search(claim, false).await;
            let list_pages = result.as_ref().map_or(0, |result| result.list_pages);
            loads.add_load(processor, RequestLoad::for_pages(searches * list_pages));
            results.push(result);
        }
        if results.iter().flatten().any(|result| result.list_pages > 0) {
            self.take_slots(&loads).await?;
        }
        let mut all = ProcessorSearchResult::default();
        for ((integration, processor), result) in processors.iter().zip(results) {
            let result = match result {
                Ok(result) if result.list_pages > 0 => processor.search(claim, true).await,
                done => done,
            };
            self.add_result(&mut all, integration, result).await?;
        }
        Ok(all)
    }

    /// Returns the processors that can be searched now, each with the integration.
    async fn searched_processors(
        &self,
    ) -> Result<Vec<(&Integration, ProcessorClient)>, StageFailure> {
        let mut processors = Vec::new();
        for account in self.setup.processor_accounts() {
            if self.skips_processor(account.integration) {
                continue;
            }
            let mode = self.setup.mode();
            let found = self.processors.processor_of_account(&account, mode, self.now).await?;
            processors.extend(found.map(|processor| (account.integration, processor)));
        }
        Ok(processors)
    }

    /// Adds the result of a processor, and notes at the integration whether the processor answered.
    async fn add_result(
        &self,
        all: &mut ProcessorSearchResult,
        integration: &Integration,
        result: Result<ProcessorSearchResult, PartnerError>,
    ) -> Result<(), StageFailure> {
        match result {
            Ok(result) => {
                let answered = (ProcessorCall::Search, CallPace::Unknown);
                integration_health::note_success(self.store, integration, answered, self.now)
                    .await?;
                all.reach = all.reach.combined_with(result.reach);
                all.sales.extend(self.setup.filter_own_sales(result.sales));
                Ok(())
            }
            Err(error) => self.pass_over(integration, ProcessorCall::Search, error).await,
        }
    }

    /// Re-reads the candidate's payment at the processor, for the sale's id and the present refunds
    /// and disputes. Returns also whether the processor has the payment.
    pub(crate) async fn refresh_candidate(
        &self,
        one: MatchCandidate,
    ) -> Result<(MatchCandidate, bool), StageFailure> {
        let Some(payment) = &one.sale.payment else { return Ok((one, false)) };
        let integration = self.setup.find_integration(&payment.integration);
        if integration.is_some_and(|integration| self.skips_processor(integration)) {
            return Ok((one, false));
        }
        let Some(processor) =
            self.processors.processor_of_payment(self.setup, payment, self.now).await?
        else {
            return Ok((one, false));
        };
        let look = AccountLoads::of_processor(&processor, RequestLoad::for_search(0));
        self.take_slots(&look).await?;
        match processor.refresh_sale(&one.sale).await {
            Ok(Some(sale)) => Ok((MatchCandidate { sale, ..one }, true)),
            Ok(None) => {
                Ok((MatchCandidate { sale: Sale { payment: None, ..one.sale }, ..one }, false))
            }
            // A merchant's own endpoint may be down for days. The order's data counts meanwhile,
            // and the refund stage re-reads the payment.
            Err(error) if processor.is_merchant_endpoint() => {
                tracing::warn!(alert = %self.alert.id, "Merchant's own endpoint passed over in \
                    matching: {error}");
                self.note_failed_read(payment, &error).await?;
                Ok((one, false))
            }
            Err(error) => {
                let integration =
                    integration.ok_or(StageFailure::Missing("the payment's integration"))?;
                self.pass_over(integration, ProcessorCall::Look, error).await?;
                Ok((one, false))
            }
        }
    }

    /// Notes a failed read of the payment at the integration.
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

    /// Takes slots of the processors' accounts. A contested alert is rare, and waits for no slot.
    async fn take_slots(&self, loads: &AccountLoads) -> Result<(), StageFailure> {
        let may_ask = self.is_contest || self.slots.take_slots(loads).await?;
        if may_ask { Ok(()) } else { Err(StageFailure::WaitsForSlot) }
    }

    /// Checks whether the processor's lane is closed and the processor must be skipped. A
    /// merchant's own endpoint is not reported as unavailable, because the orders have the same
    /// data.
    fn skips_processor(&self, integration: &Integration) -> bool {
        let is_so = integration.is_lane_closed(self.now);
        if is_so && !integration.kind.is_merchant_endpoint() {
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

    /// Skips a processor that rejects our credentials or has not answered for long: stored orders
    /// can still match. A patient search retries an unavailable processor first. The outage is
    /// noted at the integration, unless the processor refused only this search.
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
