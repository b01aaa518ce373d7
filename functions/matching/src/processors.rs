//! What the processors of a tenant have of a claim, and whether a processor can be asked at all.

use domain::account::{Integration, IntegrationKind, Outage, ProcessorCall};
use domain::alert::Need;
use domain::calls::lane::Pace;
use domain::calls::slot::Load;
use domain::matching::{Candidate, MOST_TWINS, Reach};
use domain::network::claim::Claim;
use domain::sale::{Payment, Sale};
use flows::{Failure, integration_health};
use partners::{PartnerError, Processor, Searched};

use crate::Search;

impl Search<'_> {
    /// What the processors have of a claim, where so many sales are to be looked at besides.
    pub(crate) async fn at_processors(
        &self,
        claim: &Claim,
        others: usize,
    ) -> Result<Searched, Failure> {
        let mut all = Searched { sales: Vec::new(), reach: Reach::default(), list_pages: 0 };
        for account in self.setup.processors() {
            if self.leaves_alone(account.integration) {
                continue;
            }
            let Some(processor) = self.processors.of(&account, self.setup.mode(), self.now).await?
            else {
                continue;
            };
            match self.at_processor(&processor, claim, others).await? {
                Ok(searched) => {
                    integration_health::note_success(
                        self.store,
                        account.integration,
                        (ProcessorCall::Search, Pace::Unknown),
                        self.now,
                    )
                    .await?;
                    all.reach = all.reach.with(searched.reach);
                    all.sales.extend(self.setup.own(searched.sales));
                }
                Err(error) => {
                    self.pass_over(account.integration, ProcessorCall::Search, error).await?;
                }
            }
        }
        Ok(all)
    }

    /// What one processor has: by its index, and where that may not show all, by its list.
    async fn at_processor(
        &self,
        processor: &Processor,
        claim: &Claim,
        others: usize,
    ) -> Result<Result<Searched, PartnerError>, Failure> {
        let searches = if claim.duplicate().is_some() { 2 } else { 1 }; // and its twins
        let load = Load::search(others + (searches - 1) * (MOST_TWINS + 1));
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
    pub(crate) async fn as_processor_has_it(
        &self,
        one: Candidate,
    ) -> Result<(Candidate, bool), Failure> {
        let Some(payment) = &one.sale.payment else { return Ok((one, false)) };
        if self
            .setup
            .integration(&payment.integration)
            .is_some_and(|integration| self.leaves_alone(integration))
        {
            return Ok((one, false));
        }
        let Some(processor) = self.processors.holding(self.setup, payment, self.now).await? else {
            return Ok((one, false));
        };
        self.take_slot(&processor, Load::search(0)).await?;
        match processor.payment(&one.sale).await {
            Ok(Some(sale)) => Ok((Candidate { sale, ..one }, true)),
            Ok(None) => Ok((Candidate { sale: Sale { payment: None, ..one.sale }, ..one }, false)),
            // A shop's own endpoint may stay down for days: the order's word counts meanwhile, and
            // the refund looks again.
            Err(error) if processor.is_merchants_own() => {
                tracing::warn!(alert = %self.alert.id, "Merchant's own endpoint passed over in \
                    matching: {error}");
                self.note_missed_look(payment, &error).await?;
                Ok((one, false))
            }
            Err(error) => {
                let integration = self
                    .setup
                    .integration(&payment.integration)
                    .ok_or(Failure::Missing("the payment's integration"))?;
                self.pass_over(integration, ProcessorCall::Look, error).await?;
                Ok((one, false))
            }
        }
    }

    /// Notes at the integration of a payment that a look at the payment failed.
    async fn note_missed_look(
        &self,
        payment: &Payment,
        error: &PartnerError,
    ) -> Result<(), Failure> {
        if let Some(integration) = self.setup.integration(&payment.integration) {
            integration_health::note_lane(
                self.store,
                integration,
                ProcessorCall::Look,
                (error, Pace::Unknown),
                self.now,
            )
            .await?;
        }
        Ok(())
    }

    /// Takes a slot of the processor's account. Contests are rare, and wait for none.
    async fn take_slot(&self, processor: &Processor, load: Load) -> Result<(), Failure> {
        let may_ask = self.is_contest || self.slots.take(processor, load).await?;
        if may_ask { Ok(()) } else { Err(Failure::WaitsForSlot) }
    }

    /// Whether a processor does not answer, so that it is passed over without a call. A merchant's
    /// own endpoint tells nothing here that its orders do not.
    fn leaves_alone(&self, integration: &Integration) -> bool {
        let is_so = integration.is_left_alone(self.now);
        if is_so && integration.kind != IntegrationKind::CustomCallback {
            let message = "it did not answer, and is left alone for a while".to_owned();
            let id = integration.id.clone();
            self.unavailable.get_or_init(|| Need::ProcessorUnavailable {
                integration: id,
                code: Outage::Unreachable,
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
    ) -> Result<(), Failure> {
        integration_health::note_lane(
            self.store,
            integration,
            call,
            (&error, Pace::Unknown),
            self.now,
        )
        .await?;
        if error == PartnerError::NoTime || (error.may_pass() && self.is_patient) {
            return Err(error.into());
        }
        tracing::warn!(alert = %self.alert.id, integration = %integration.id, "Processor passed \
            over in matching: {error}");
        if !error.is_permanent() && !self.is_contest {
            integration_health::note_failure(self.store, integration, call, &error, self.now)
                .await?;
        }
        let (integration, code, message) =
            (integration.id.clone(), integration_health::outage(&error), error.to_string());
        self.unavailable.get_or_init(|| Need::ProcessorUnavailable { integration, code, message });
        Ok(())
    }
}
