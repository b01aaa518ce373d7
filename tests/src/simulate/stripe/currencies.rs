//! Amounts that Stripe takes: some currencies have digits that must be 0.

use super::refusal::Refusal;

/// Refuses an amount whose last digits must be 0 and are not.
pub fn check(amount: i64, currency: &str, param: &str) -> Result<(), Refusal> {
    let step = match currency {
        "bhd" | "jod" | "kwd" | "omr" | "tnd" => 10,
        "isk" | "ugx" => 100,
        _ => 1,
    };
    if amount % step == 0 {
        return Ok(());
    }
    let message =
        format!("Invalid amount: amounts in {currency} must be evenly divisible by {step}.");
    Err(Refusal::invalid(message).param(param).code("parameter_invalid_integer"))
}
