//! Stripe's test cards, and the facts that any card number gives away.

/// What happens when a card is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// It pays.
    Approve,
    /// The bank refuses: Stripe's code and decline code.
    Decline(&'static str, &'static str),
    /// It pays and is disputed at once: reason and case type.
    Dispute(&'static str, &'static str),
    /// It pays and the bank warns of fraud.
    Warning,
    /// It pays; refunds are pending first.
    RefundPending,
    /// It pays; refunds succeed first and fail later.
    RefundFails,
    /// The bank wants to see the cardholder.
    Authenticate,
}

/// A test payment method (`pm_card_...`) and its number.
pub struct TestCard {
    /// What follows `pm_card_` and `tok_`.
    pub name: &'static str,
    /// The published test number.
    pub number: &'static str,
    /// What happens when it is charged.
    pub behaviour: Behaviour,
}

/// What is kept of a card's number.
pub struct Face {
    /// `visa`, `mastercard`, ...
    pub brand: &'static str,
    /// The first six digits.
    pub iin: String,
    /// The last four digits.
    pub last4: String,
}

/// The test cards, from Stripe's testing page.
pub const TEST_CARDS: &[TestCard] = &[
    card("visa", "4242424242424242", Behaviour::Approve),
    card("visa_debit", "4000056655665556", Behaviour::Approve),
    card("mastercard", "5555555555554444", Behaviour::Approve),
    card("mastercard_debit", "5200828282828210", Behaviour::Approve),
    card("mastercard_prepaid", "5105105105105100", Behaviour::Approve),
    card("amex", "378282246310005", Behaviour::Approve),
    card("discover", "6011111111111117", Behaviour::Approve),
    card("diners", "3056930009020004", Behaviour::Approve),
    card("jcb", "3566002020360505", Behaviour::Approve),
    card("unionpay", "6200000000000005", Behaviour::Approve),
    card("maestro", "6759649826438453", Behaviour::Approve), // not Stripe's own
    card(
        "chargeDeclined",
        "4000000000000002",
        Behaviour::Decline("card_declined", "generic_decline"),
    ),
    card(
        "visa_chargeDeclined",
        "4000000000000002",
        Behaviour::Decline("card_declined", "generic_decline"),
    ),
    card(
        "chargeDeclinedInsufficientFunds",
        "4000000000009995",
        Behaviour::Decline("card_declined", "insufficient_funds"),
    ),
    card(
        "chargeDeclinedLostCard",
        "4000000000009987",
        Behaviour::Decline("card_declined", "lost_card"),
    ),
    card(
        "chargeDeclinedStolenCard",
        "4000000000009979",
        Behaviour::Decline("card_declined", "stolen_card"),
    ),
    card(
        "chargeDeclinedExpiredCard",
        "4000000000000069",
        Behaviour::Decline("expired_card", "expired_card"),
    ),
    card(
        "chargeDeclinedIncorrectCvc",
        "4000000000000127",
        Behaviour::Decline("incorrect_cvc", "incorrect_cvc"),
    ),
    card(
        "chargeDeclinedProcessingError",
        "4000000000000119",
        Behaviour::Decline("processing_error", "processing_error"),
    ),
    card("createDispute", "4000000000000259", Behaviour::Dispute("fraudulent", "chargeback")),
    card(
        "createDisputeProductNotReceived",
        "4000000000002685",
        Behaviour::Dispute("product_not_received", "chargeback"),
    ),
    card("createDisputeInquiry", "4000000000001976", Behaviour::Dispute("fraudulent", "inquiry")),
    card("createIssuerFraudRecord", "4000000000005423", Behaviour::Warning),
    card("pendingRefund", "4000000000007726", Behaviour::RefundPending),
    card("refundFail", "4000000000005126", Behaviour::RefundFails),
    card("authenticationRequired", "4000002760003184", Behaviour::Authenticate),
];

impl TestCard {
    /// The card of this `pm_card_...` or `tok_...`.
    pub fn named(id: &str) -> Option<&'static Self> {
        let name = id.strip_prefix("pm_card_").or_else(|| id.strip_prefix("tok_"))?;
        TEST_CARDS.iter().find(|card| card.name == name)
    }

    /// What happens to the card of this name; cards that are not test cards pay.
    pub fn behaviour(name: &str) -> Behaviour {
        TEST_CARDS
            .iter()
            .find(|card| card.name == name)
            .map_or(Behaviour::Approve, |card| card.behaviour)
    }
}

impl Face {
    /// The face of a number with a valid check digit.
    pub fn of(number: &str) -> Option<Self> {
        let digits: String = number.chars().filter(|letter| !matches!(letter, ' ' | '-')).collect();
        let valid = (12..=19).contains(&digits.len())
            && digits.bytes().all(|digit| digit.is_ascii_digit())
            && luhn(&digits);
        valid.then(|| Self {
            brand: brand(&digits),
            iin: digits[..6].to_owned(),
            last4: digits[digits.len() - 4..].to_owned(),
        })
    }
}

const fn card(name: &'static str, number: &'static str, behaviour: Behaviour) -> TestCard {
    TestCard { name, number, behaviour }
}

fn brand(digits: &str) -> &'static str {
    match digits.as_bytes() {
        [b'4', ..] => "visa",
        // Maestro has no name of its own at Stripe.
        [b'5', b'0'..=b'8', ..] | [b'2', b'2'..=b'7', ..] | [b'6', b'3' | b'7', ..] => "mastercard",
        [b'3', b'4' | b'7', ..] => "amex",
        [b'3', b'5', ..] => "jcb",
        [b'3', b'0' | b'6' | b'8', ..] => "diners",
        [b'6', b'2', ..] => "unionpay",
        [b'6', ..] => "discover",
        _ => "unknown",
    }
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, digit)| weigh(at, u32::from(digit - b'0')))
        .sum();
    sum.is_multiple_of(10)
}

fn weigh(at: usize, digit: u32) -> u32 {
    match (at % 2, digit * 2) {
        (0, _) => digit,
        (_, doubled) if doubled > 9 => doubled - 9,
        (_, doubled) => doubled,
    }
}
