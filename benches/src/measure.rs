//! Steady measurements: contenders take turns in several rounds, and the best round of each counts,
//! because noise only ever adds time.

use std::time::{Duration, Instant};

/// Work to measure; the argument is the number of repetitions.
pub type Contender<'a> = Box<dyn Fn(u32) + 'a>;

/// The length of a measurement.
#[derive(Clone, Copy)]
pub struct Effort {
    pub rounds: u32,
    /// The time that a contender works in a round.
    pub turn: Duration,
}

impl Effort {
    const FULL: Self = Self { rounds: 25, turn: Duration::from_millis(10) };
    const QUICK: Self = Self { rounds: 1, turn: Duration::from_millis(1) };

    /// Returns the effort that the arguments of the program ask for.
    pub fn asked() -> Self {
        if std::env::args().any(|argument| argument == "--quick") {
            Self::QUICK
        } else {
            Self::FULL
        }
    }
}

/// Returns the nanoseconds that each contender's work takes.
pub fn measure<const N: usize>(contenders: &[Contender<'_>; N], effort: Effort) -> [f64; N] {
    let times = contenders.each_ref().map(|contender| times_in_turn(contender, effort.turn));
    let mut best = [f64::INFINITY; N];
    for _ in 0..effort.rounds {
        for ((contender, times), best) in contenders.iter().zip(times).zip(&mut best) {
            let nanoseconds = time(contender, times).as_secs_f64() * 1e9;
            *best = best.min(nanoseconds / f64::from(times));
        }
    }
    best
}

/// Warms up and returns the number of repetitions in a turn.
fn times_in_turn(contender: &Contender<'_>, turn: Duration) -> u32 {
    let mut times = 1;
    while time(contender, times) < turn {
        times *= 2;
    }
    times
}

fn time(contender: &Contender<'_>, times: u32) -> Duration {
    let start = Instant::now();
    contender(times);
    start.elapsed()
}
