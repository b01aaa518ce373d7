//! What a refund by hand means to an alert that waits for a person: it ends as what is true, and a
//! person need not say so.

use jiff::Timestamp;

use super::{HandRefund, HandState};
use crate::alert::transition::WrongState;
use crate::alert::{Actor, Alert, Course, Decider, Decision, State, Way};
use crate::refund::given_back;
use crate::rules::ruleset::Action;
use crate::sale::Sale;

impl HandRefund {
    /// Whether the alert has nothing left to give back, now that this refund is made. The sale
    /// tells of all that went back.
    #[must_use]
    pub fn settles(&self, alert: &Alert, sale: &Sale) -> bool {
        match &self.state {
            HandState::Succeeded { refund } if refund.way == Way::Voided => true,
            HandState::Succeeded { .. } => {
                given_back(&alert.claim, alert.received_at, sale).is_some()
            }
            _ => false,
        }
    }
}

impl Alert {
    /// A person gave its money back by hand: the refund stage looks for that, and makes no other.
    ///
    /// # Errors
    /// [`WrongState`] unless a person is asked about this very sale.
    pub fn given_back(self, by: &HandRefund, now: Timestamp) -> Result<Self, WrongState> {
        let (need, sale) = match self.state() {
            State::ActionRequired { why, sale: Some(found), .. } if found.sale.id == by.sale.id => {
                (why.clone(), found.clone())
            }
            _ => return Err(self.wrong("given back")),
        };
        if need.money_may_move() {
            return self.rechecked(Actor::System, now); // its own refund may be there, too
        }
        let course =
            Course::Act { action: Action::Refund, amount: None, declared: None, cancelled: None };
        let decider = Decider::Person(by.wish.by.clone());
        let decision = Decision {
            by: decider,
            course,
            at: now,
            need: Some(need),
            rests_on: Some(by.id.clone()),
        };
        Ok(self.moved(
            State::Decided { sale: Some(sale), decision: Box::new(decision) },
            Actor::System,
            now,
        ))
    }
}
