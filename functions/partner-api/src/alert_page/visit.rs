//! Authorisation of a page visit: the link's signature and expiry, and a membership that still
//! belongs to the same person.

use domain::account::person::Requester;
use domain::account::{Membership, Organisation};
use domain::alert::Alert;
use domain::matching::setup::EnrolmentSetup;
use flows::member_link::{AlertLinkPass, UnprovenAlertPass};
use flows::problem::{Code, ProblemDetails};
use jiff::Timestamp;

use crate::http::response::to_unavailable;
use crate::http::state::ApiContext;

/// The route template under which requests are counted.
const ROUTE: &str = "/v1/alert-pages/{token}";

/// A member with access to the alert.
pub(super) struct AlertVisit {
    pub alert: Alert,
    pub organisation: Organisation,
    pub member: Membership,
    /// The setup around the alert's enrolment, unless the enrolment is gone.
    pub setup: Option<EnrolmentSetup>,
    pub now: Timestamp,
}

impl AlertVisit {
    /// Authorises a member. A refusal reveals no other detail.
    pub async fn begin_visit(
        api: &ApiContext,
        token: &str,
        method: &str,
        now: Timestamp,
    ) -> Result<Self, ProblemDetails> {
        let shown = UnprovenAlertPass::parse_token(token).ok_or_else(unknown_page)?;
        let alert = api.store.read_alert(shown.alert_id()).await?.ok_or_else(unknown_page)?;
        let secret = api
            .processors
            .secrets()
            .organisation_secret(&api.store, &alert.organisation, now)
            .await;
        let pass = shown
            .verify_signature(&secret.map_err(|failure| to_unavailable(&failure).0)?)
            .ok_or_else(unknown_page)?;
        let room = api
            .limits
            .count_for_owner(&api.store, limit_owner(&pass), &format!("{method} {ROUTE}"), now)
            .await;
        room.refusal_problem().map_or(Ok(()), Err)?;
        if now >= pass.until {
            let detail = "The alert is over. Whoever has access to your organisation's system can \
                still look it up.";
            return Err(ProblemDetails::new(Code::LinkExpired, detail));
        }
        let member: Option<Membership> = api.store.read_record(pass.member.as_str()).await?;
        let is_same = |member: &Membership| {
            member.organisation == alert.organisation && member.user == pass.user
        };
        let member = member.filter(is_same).ok_or_else(unknown_page)?;
        let organisation =
            api.store.read_organisation(&alert.organisation).await?.ok_or_else(unknown_page)?;
        let setup = api.store.read_setup(&alert).await?;
        Ok(Self { alert, organisation, member, setup, now })
    }

    /// Returns the member as the alert's history names persons who act.
    pub fn acting_person(&self) -> Requester {
        Requester::from(&self.member)
    }

    /// Returns the state mark of a form: the time of the alert's last transition, and the party
    /// whose money the buttons move.
    pub fn state_mark(&self) -> String {
        format!(
            "{} {}",
            self.alert.moved_at,
            if self.moves_money() { "ours to move" } else { "theirs to move" }
        )
    }

    /// Checks whether we would move the money. Otherwise a member's refund means "I refunded".
    pub fn moves_money(&self) -> bool {
        self.setup.as_ref().is_some_and(EnrolmentSetup::can_refund)
    }
}

fn limit_owner(pass: &AlertLinkPass) -> String {
    format!("{}+{}", pass.alert, pass.member)
}

fn unknown_page() -> ProblemDetails {
    ProblemDetails::new(Code::NotFound, "There is nothing at this address.")
}
