//! Random numbers that are the same on every machine, for ever.

/// A generator (splitmix64).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// A generator whose numbers follow from the seed.
    #[must_use]
    pub const fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below another.
    pub const fn below(&mut self, end: u64) -> u64 {
        self.bits() % if end == 0 { 1 } else { end }
    }

    /// A number from one to another, both included.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        let span = u64::try_from(most.saturating_sub(least)).unwrap_or(0).saturating_add(1);
        least.saturating_add(i64::try_from(self.below(span)).unwrap_or(0))
    }

    /// True so many times in a thousand.
    pub const fn is(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// The value so many times in a thousand.
    pub fn some<T>(&mut self, per_mille: u64, value: T) -> Option<T> {
        self.is(per_mille).then_some(value)
    }

    /// One of several, each as likely as its weight.
    pub fn weighted<'a, T>(&mut self, from: &'a [(u64, T)]) -> Option<&'a T> {
        let mut at = self.below(from.iter().map(|(weight, _)| weight).sum());
        from.iter().find_map(|(weight, value)| {
            let hit = at < *weight;
            at = at.saturating_sub(*weight);
            hit.then_some(value)
        })
    }

    /// So many decimal digits.
    pub fn digits(&mut self, count: usize) -> String {
        std::iter::repeat_with(|| char::from(b'0' + u8::try_from(self.below(10)).unwrap_or(0)))
            .take(count)
            .collect()
    }
}
