//! Scenarios: every refusal has a position, and every simulation ends and is repeatable.

use s3_replication::Dialect;
use s3_replication::Report;
use s3_replication::simulation::{Scenario, Simulator};

/// Checks reading bytes as a scenario, and playing it.
pub fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match play(text) {
        Err(wrong) => check_problems(text, &wrong),
        Ok((simulator, timeline)) => {
            check_end(&simulator);
            let (_, again) = play(text).expect("it was played before");
            assert_eq!(again, timeline, "the same scenario gives the same timeline");
        }
    }
}

fn play(text: &str) -> Result<(Simulator, Vec<String>), Report> {
    let scenario = Scenario::from_json(text, &Dialect::AWS)?;
    let mut timeline = Vec::new();
    let simulator = scenario.play(|happening| {
        timeline.push(format!("{happening} {}", serde_json::to_string(&happening).unwrap()));
    });
    Ok((simulator, timeline))
}

fn check_problems(text: &str, wrong: &Report) {
    assert!((1..=Scenario::PROBLEM_LIMIT).contains(&wrong.iter().len()));
    for problem in wrong {
        assert!(!problem.message.is_empty());
        if let Some(span) = problem.primary.span() {
            assert!(text.get(span.range()).is_some(), "{problem}");
        }
    }
}

fn check_end(simulator: &Simulator) {
    let state = simulator.state();
    let pending: usize = state.buckets.values().map(|bucket| bucket.pending).sum();
    let totals = simulator.totals();
    // Tasks of deleted versions were removed with them.
    assert!(totals.replicated + totals.failed + pending as u64 <= totals.tasks);
    for bucket in state.buckets.values() {
        assert_eq!(bucket.statuses.values().sum::<u64>(), bucket.versions.len() as u64);
    }
    let summary = simulator.summary();
    assert_eq!(summary.totals, state.totals);
    serde_json::to_string(&state).expect("a state is JSON");
}
