//! A small generator of random numbers: the same seed gives the same messages everywhere.

/// `SplitMix64`.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// A generator whose numbers depend on `seed` alone.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number of 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        let product = u128::from(self.next_u64()) * u128::from(limit);
        u64::try_from(product >> 64).expect("the upper half of the product")
    }

    /// A place in a list of `length` entries.
    pub fn index(&mut self, length: usize) -> usize {
        let length = u64::try_from(length).expect("a list fits into memory");
        usize::try_from(self.below(length)).expect("below a usize")
    }

    /// One of `values`.
    pub fn one_of<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.index(values.len())]
    }

    /// Whether something happens that does in `percent` of a hundred cases.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// A number from 0 up to 1, uniformly distributed.
    pub fn unit(&mut self) -> f64 {
        let bits = u32::try_from(self.next_u64() >> 32).expect("the upper half");
        f64::from(bits) / (f64::from(u32::MAX) + 1.0)
    }

    /// A normally distributed number, as nearly as twelve uniform ones sum up to it.
    pub fn normal(&mut self, mean: f64, deviation: f64) -> f64 {
        let sum: f64 = (0..12).map(|_| self.unit()).sum();
        mean + deviation * (sum - 6.0)
    }

    /// A text of `length` letters from `alphabet`.
    pub fn text(&mut self, alphabet: &[u8], length: usize) -> String {
        let letters = (0..length).map(|_| char::from(self.one_of(alphabet)));
        letters.collect()
    }
}
