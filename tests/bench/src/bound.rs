//! How sure a share is: Wilson's interval, in whole numbers.

/// The lower end of the 95 % interval (two-sided, z = 1.96) of `right` of `all`, in millionths,
/// rounded down.
///
/// `(2k + z² - z √(z² + 4 k (n - k) / n)) / (2 (n + z²))`, each part scaled by 10⁷.
#[must_use]
pub fn lower_bound(right: u64, all: u64) -> u64 {
    if all == 0 {
        return 0;
    }
    let (right, all) = (u128::from(right.min(all)), u128::from(all));
    let inner = 38_416 + 40_000 * right * (all - right) / all;
    let root = (inner * 1_000_000).isqrt() + 1;
    let above = (1_000 * (20_000 * right + 38_416)).saturating_sub(196 * root);
    let below = 1_000 * (20_000 * all + 76_832);
    u64::try_from(above * 1_000_000 / below).unwrap_or(0)
}

/// A share in millionths, rounded down; all of nothing.
#[must_use]
pub fn share(part: u64, all: u64) -> u64 {
    part.saturating_mul(1_000_000).checked_div(all).unwrap_or(1_000_000)
}

/// Millionths as a decimal fraction.
#[must_use]
pub fn decimal(millionths: u64) -> String {
    format!("{}.{:05}", millionths / 1_000_000, millionths % 1_000_000 / 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against values computed with decimal fractions.
    #[test]
    fn the_bound_is_wilsons() {
        for (right, all, expected) in [
            (3838, 3838, 999_000),
            (3837, 3837, 998_999),
            (99, 100, 945_512),
            (50, 100, 403_829),
            (0, 10, 0),
        ] {
            let found = lower_bound(right, all);
            assert!(found.abs_diff(expected) <= 2, "{right} of {all}: {found}");
        }
    }
}
