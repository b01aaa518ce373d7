//! The page as HTML: foreign text escaped, no scripts, no framing, no caching.

use std::sync::LazyLock;

use askama::Template;
use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY,
    RETRY_AFTER, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{Response, StatusCode};
use domain::account::person::Requester;
use domain::alert::{Alert, AlertState, HistoryActor, ReviewReason};
use domain::basics::text::foreign::defuse_links;
use domain::matching::MatchCandidate;
use flows::problem::{Code, ProblemDetails};
use jiff::Timestamp;
use runtime::random::hash_in_base64;
use views::plain_words::{
    AlertFactLine, alert_facts, describe_action_under_way, describe_card, describe_ending,
    describe_evidence, describe_need, describe_step, describe_withheld_action, format_day_or_time,
    format_remaining, format_time,
};

use super::visit::AlertVisit;

/// The stylesheet. The content security policy allows only this stylesheet's hash.
pub(super) const STYLE: &str = include_str!("../../templates/alert-page.css");

static POLICY: LazyLock<Option<HeaderValue>> = LazyLock::new(|| {
    let style = hash_in_base64(STYLE.as_bytes());
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; frame-ancestors \
         'none'; base-uri 'none'"
    );
    HeaderValue::from_str(&policy).ok()
});

#[derive(Template)]
#[template(path = "alert-page.html")]
struct AlertPage<'a> {
    style: &'static str,
    organisation: String,
    heading: &'static str,
    /// The reason of a refused form.
    refused: Option<&'a str>,
    sentences: Vec<String>,
    facts: Vec<AlertFactLine>,
    note: Option<&'a str>,
    deadline: String,
    remaining: Option<String>,
    payments: Vec<PaymentChoice>,
    /// The reason of an empty list of payments.
    no_payment: &'static str,
    /// Whether a person may declare that no such payment was made.
    can_deny: bool,
    takes: AvailableForms,
    seen: String,
    /// Whether the page reloads by itself.
    moves: bool,
    steps: Vec<HistoryLine>,
}

/// The forms that the page offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AvailableForms {
    /// No form.
    Nothing,
    /// All actions; we move the money.
    Actions,
    /// All actions; the merchant moves the money.
    Declarations,
    /// Only the declaration that the money was, or was not, returned.
    Elsewhere,
}

/// A payment to choose.
struct PaymentChoice {
    id: String,
    what: String,
    detail: String,
    is_chosen: bool,
}

/// A step of the alert's history.
struct HistoryLine {
    at: String,
    what: &'static str,
    by: &'static str,
}

#[derive(Template)]
#[template(path = "alert-page-closed.html")]
struct ClosedPage<'a> {
    style: &'static str,
    heading: &'a str,
    sentence: &'a str,
}

impl AlertVisit {
    /// Renders the alert as the member may see the alert now.
    pub fn render_page(&self, status: StatusCode, refused: Option<&str>) -> Response<Body> {
        let (alert, takes) = (&self.alert, self.available_forms());
        let is_open = alert.status_view().status == "ACTION_REQUIRED";
        let page = AlertPage {
            style: STYLE,
            organisation: defuse_links(&self.organisation.name),
            heading: page_heading(alert, takes),
            refused,
            sentences: page_sentences(alert, takes, self.now),
            facts: alert_facts(alert),
            note: alert.note.as_deref(),
            deadline: format_time(alert.deadlines.action),
            remaining: (is_open && self.now < alert.deadlines.action)
                .then(|| format_remaining(alert.deadlines.action, self.now)),
            payments: payment_choices(alert),
            no_payment: no_payment_sentence(alert),
            can_deny: alert.sale().is_none(),
            takes,
            seen: self.state_mark(),
            moves: is_open && !alert.status_view().is_actionable,
            steps: self.history_lines(),
        };
        page.render().map_or_else(
            |_| render_closed_page(&ProblemDetails::new(Code::InternalError, "")),
            |text| guarded_html(status, text),
        )
    }

    fn available_forms(&self) -> AvailableForms {
        match self.alert.state() {
            AlertState::ActionRequired { .. } if self.setup.is_none() => AvailableForms::Nothing,
            AlertState::ActionRequired { .. } if self.alert.is_refund_unconfirmed() => {
                AvailableForms::Elsewhere
            }
            AlertState::ActionRequired { .. } if self.now >= self.alert.deadlines.action => {
                AvailableForms::Nothing
            }
            AlertState::ActionRequired { .. } if self.moves_money() => AvailableForms::Actions,
            AlertState::ActionRequired { .. } => AvailableForms::Declarations,
            _ => AvailableForms::Nothing,
        }
    }

    fn history_lines(&self) -> Vec<HistoryLine> {
        let step = |step: &domain::alert::history::HistoryStep| HistoryLine {
            at: format_time(step.at),
            what: describe_step(step.did),
            by: match &step.by {
                HistoryActor::Person(by) if *by == self.acting_person() => "you",
                HistoryActor::Person(Requester::Member(_)) => "another member",
                HistoryActor::Person(Requester::Key(_)) => "a system of yours",
                HistoryActor::Vendor => "the network",
                HistoryActor::Processor => "the processor",
                HistoryActor::Operator | HistoryActor::System => "Forestall",
            },
        };
        self.alert.history.iter().map(step).collect()
    }
}

/// Renders the page of a refused visit, with the reason.
pub(super) fn render_closed_page(problem: &ProblemDetails) -> Response<Body> {
    let (heading, sentence): (&str, &str) = match problem.code {
        Code::NotFound => (
            "Nothing is here",
            "The address is not complete, or does not work any more. Open the link in your latest \
             e-mail.",
        ),
        Code::LinkExpired => ("This link has expired", problem.detail.as_str()),
        Code::TooManyRequests => {
            ("Too many requests", "Please wait a minute, then load the page again.")
        }
        _ => (
            "Please try again",
            "Something did not answer. Nothing was lost and nothing was done; load the page again.",
        ),
    };
    let text = ClosedPage { style: STYLE, heading, sentence }.render().unwrap_or_default();
    let mut response = guarded_html(problem.code.status(), text);
    let told = problem.to_response::<String>("");
    response
        .headers_mut()
        .extend(told.headers().get(RETRY_AFTER).map(|seconds| (RETRY_AFTER, seconds.clone())));
    response
}

/// Builds an HTML response with the security headers.
pub(super) fn guarded_html(status: StatusCode, text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let fixed = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("x-robots-tag"), "noindex"),
    ];
    response
        .headers_mut()
        .extend(fixed.map(|(name, value)| (name, HeaderValue::from_static(value))));
    response.headers_mut().extend(POLICY.clone().map(|policy| (CONTENT_SECURITY_POLICY, policy)));
    response
}

fn page_heading(alert: &Alert, takes: AvailableForms) -> &'static str {
    match (alert.status_view().status, takes) {
        ("ACTION_REQUIRED", AvailableForms::Nothing) if alert.status_view().is_actionable => {
            "The deadline has passed"
        }
        ("ACTION_REQUIRED", AvailableForms::Nothing) => "This dispute is being worked",
        ("ACTION_REQUIRED", _) => "This dispute needs your decision",
        ("INVALID", _) => "This dispute was dismissed",
        _ => "This dispute is over",
    }
}

fn page_sentences(alert: &Alert, takes: AvailableForms, now: Timestamp) -> Vec<String> {
    let late = match takes {
        AvailableForms::Nothing if alert.status_view().is_actionable => {
            Some("No action is taken any more.".to_owned())
        }
        AvailableForms::Elsewhere if now >= alert.deadlines.limit => {
            Some("The bank can be told nothing any more: say it for your records.".to_owned())
        }
        _ => None,
    };
    [
        describe_need(alert),
        describe_withheld_action(alert),
        describe_action_under_way(alert),
        describe_ending(alert),
        late,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Only a complete search without results counts as "not found".
fn no_payment_sentence(alert: &Alert) -> &'static str {
    match alert.state() {
        AlertState::ActionRequired { why: ReviewReason::NotFound, .. } => "None was found.",
        AlertState::ActionRequired {
            why: ReviewReason::NoSource | ReviewReason::ProcessorUnavailable { .. },
            ..
        } => "None could be searched for.",
        _ => "None is known.",
    }
}

/// Lists the payments to choose from. A single payment is preselected.
fn payment_choices(alert: &Alert) -> Vec<PaymentChoice> {
    let all: Vec<&MatchCandidate> = alert.sale().into_iter().chain(alert.candidates()).collect();
    let mut payments: Vec<PaymentChoice> = Vec::new();
    for candidate in &all {
        if payments.iter().all(|known| known.id != candidate.sale.transaction_id) {
            payments.push(to_choice(candidate));
        }
    }
    if let [only] = payments.as_mut_slice() {
        only.is_chosen = true;
    }
    payments
}

fn to_choice(candidate: &MatchCandidate) -> PaymentChoice {
    let sale = &candidate.sale;
    let detail = [
        describe_card(&sale.card),
        Some(defuse_links(&sale.transaction_id)),
        describe_evidence(&candidate.evidence),
    ];
    PaymentChoice {
        id: sale.transaction_id.clone(),
        what: format!("{} on {}", sale.amount, format_day_or_time(sale.authorised)),
        detail: detail.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        is_chosen: false,
    }
}
