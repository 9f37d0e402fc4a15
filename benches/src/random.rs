//! Python's random number generator `random.Random`, seeded with a text.
//!
//! A Python script defines the workloads, so that implementations in any language can decide about
//! the same keys under the same rules. This module reproduces the parts of Python 3.2 and later that
//! the script uses, bit for bit: the Mersenne Twister MT19937, seeding from a text, and drawing
//! indices, fractions and permutations.

use sha2::{Digest as _, Sha512};

const WORDS: usize = 624;
const MIDDLE: usize = 397;

pub struct Random {
    state: [u32; WORDS],
    at: usize,
}

impl Random {
    /// `random.Random(seed)`: the seed is one number, the text followed by its SHA-512.
    pub fn new(seed: &str) -> Self {
        let mut bytes = seed.as_bytes().to_vec();
        bytes.extend(Sha512::digest(seed));
        let words = bytes
            .rchunks(4)
            .map(|word| word.iter().fold(0, |word, byte| word << 8 | u32::from(*byte)));
        Self::by_array(&words.collect::<Vec<_>>())
    }

    /// `init_by_array` of MT19937.
    fn by_array(key: &[u32]) -> Self {
        let mut state = Self::by_number(19_650_218);
        let mut at = 1;
        for round in 0..WORDS.max(key.len()) {
            let with = round % key.len();
            let mixed = mixed(state[at - 1]).wrapping_mul(1_664_525);
            state[at] = (state[at] ^ mixed).wrapping_add(key[with]).wrapping_add(number(with));
            at = step(at, &mut state);
        }
        for _ in 1..WORDS {
            let mixed = mixed(state[at - 1]).wrapping_mul(1_566_083_941);
            state[at] = (state[at] ^ mixed).wrapping_sub(number(at));
            at = step(at, &mut state);
        }
        state[0] = 1 << 31;
        Self { state, at: WORDS }
    }

    /// `init_genrand` of MT19937.
    fn by_number(seed: u32) -> [u32; WORDS] {
        let mut state = [seed; WORDS];
        for at in 1..WORDS {
            let mixed = mixed(state[at - 1]).wrapping_mul(1_812_433_253);
            state[at] = mixed.wrapping_add(number(at));
        }
        state
    }

    /// `getrandbits(32)`.
    fn word(&mut self) -> u32 {
        if self.at == WORDS {
            self.twist();
        }
        let mut word = self.state[self.at];
        self.at += 1;
        word ^= word >> 11;
        word ^= word << 7 & 0x9D2C_5680;
        word ^= word << 15 & 0xEFC6_0000;
        word ^ word >> 18
    }

    fn twist(&mut self) {
        for at in 0..WORDS {
            let pair = self.state[at] & 1 << 31 | self.state[(at + 1) % WORDS] & !(1 << 31);
            let odd = if pair & 1 == 1 { 0x9908_B0DF } else { 0 };
            self.state[at] = self.state[(at + MIDDLE) % WORDS] ^ pair >> 1 ^ odd;
        }
        self.at = 0;
    }

    /// `getrandbits(64)`: the lower half first.
    pub fn bits(&mut self) -> u64 {
        u64::from(self.word()) | u64::from(self.word()) << 32
    }

    /// `random()`: 53 bits of a fraction.
    pub fn fraction(&mut self) -> f64 {
        let (high, low) = (self.word() >> 5, self.word() >> 6);
        (f64::from(high) * 67_108_864.0 + f64::from(low)) / 9_007_199_254_740_992.0
    }

    /// `randrange(limit)`: draws as many bits as the limit has until the number is below it.
    pub fn below(&mut self, limit: usize) -> usize {
        let limit = number(limit);
        loop {
            let drawn = self.word() >> limit.leading_zeros();
            if drawn < limit {
                return drawn as usize;
            }
        }
    }

    /// `randrange(from, limit)`.
    pub fn between(&mut self, from: usize, limit: usize) -> usize {
        from + self.below(limit - from)
    }

    /// `shuffle(items)`.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// `sample(items, count)` for up to 21 items.
    pub fn sample<T: Copy>(&mut self, items: &[T], count: usize) -> Vec<T> {
        let mut pool = items.to_vec();
        let drawn = (0..count).map(|_| {
            let at = self.below(pool.len());
            pool.swap_remove(at)
        });
        drawn.collect()
    }
}

const fn mixed(word: u32) -> u32 {
    word ^ word >> 30
}

/// Moves to the next word; the last one is followed by the second.
const fn step(at: usize, state: &mut [u32; WORDS]) -> usize {
    if at + 1 < WORDS {
        return at + 1;
    }
    state[0] = state[WORDS - 1];
    1
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap()
}
