//! Counters, in the text format of Prometheus.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use s3_replication::model::Timestamp;
use s3_replication::replication::{Outcome, Task};

/// The upper bounds of the histogram of latencies, in milliseconds.
const BOUNDS: [u64; 9] = [50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 60_000];

/// The counters of a server.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    requests: AtomicU64,
    client_errors: AtomicU64,
    server_errors: AtomicU64,
    replicated: AtomicU64,
    failed: AtomicU64,
    bytes: AtomicU64,
    latency: [AtomicU64; BOUNDS.len()],
    latency_sum: AtomicU64,
}

impl Metrics {
    /// Counts a response.
    pub(crate) fn count_response(&self, status: http::StatusCode) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        if status.is_server_error() {
            self.server_errors.fetch_add(1, Ordering::Relaxed);
        } else if status.is_client_error() {
            self.client_errors.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts a task that has ended.
    pub(crate) fn count_task(&self, task: &Task, outcome: &Outcome, at: Timestamp) {
        match outcome {
            Outcome::Transient => {}
            Outcome::Failed(_) => {
                self.failed.fetch_add(1, Ordering::Relaxed);
            }
            Outcome::Replicated => {
                self.replicated.fetch_add(1, Ordering::Relaxed);
                self.bytes.fetch_add(task.size, Ordering::Relaxed);
                let latency = (at.to_utc() - task.since.to_utc()).num_milliseconds();
                let latency = u64::try_from(latency).unwrap_or(0);
                self.latency_sum.fetch_add(latency, Ordering::Relaxed);
                let bucket = BOUNDS.iter().position(|bound| latency <= *bound);
                if let Some(counter) = bucket.and_then(|bucket| self.latency.get(bucket)) {
                    counter.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
    }

    /// Returns the counters in the text format of Prometheus.
    pub(crate) fn to_text(&self, open_tasks: usize) -> String {
        let mut text = String::new();
        let counters = [
            ("requests_total", "HTTP responses.", &self.requests),
            (
                "client_errors_total",
                "HTTP responses with a status of 400 to 499.",
                &self.client_errors,
            ),
            (
                "server_errors_total",
                "HTTP responses with a status of 500 to 599.",
                &self.server_errors,
            ),
            ("replicated_tasks_total", "Replication tasks that succeeded.", &self.replicated),
            ("failed_tasks_total", "Replication tasks that failed.", &self.failed),
            ("replicated_bytes_total", "Bytes of the replicated objects.", &self.bytes),
        ];
        for (name, help, counter) in counters {
            let value = counter.load(Ordering::Relaxed);
            let _ = writeln!(
                text,
                "# HELP s3_replication_{name} {help}\n# TYPE s3_replication_{name} counter\n\
                 s3_replication_{name} {value}"
            );
        }
        let _ = writeln!(
            text,
            "# HELP s3_replication_pending_tasks Replication tasks that are pending.\n\
             # TYPE s3_replication_pending_tasks gauge\ns3_replication_pending_tasks {open_tasks}"
        );
        self.write_latency(&mut text);
        text
    }

    #[expect(clippy::cast_precision_loss, reason = "milliseconds, and seconds in the output")]
    fn write_latency(&self, text: &mut String) {
        let name = "s3_replication_latency_seconds";
        let _ = writeln!(
            text,
            "# HELP {name} Time from a change to its replication.\n# TYPE {name} histogram"
        );
        let mut count = 0;
        for (bound, counter) in BOUNDS.iter().zip(&self.latency) {
            count += counter.load(Ordering::Relaxed);
            let bound = *bound as f64 / 1000.0;
            let _ = writeln!(text, "{name}_bucket{{le=\"{bound}\"}} {count}");
        }
        let total = self.replicated.load(Ordering::Relaxed);
        let sum = self.latency_sum.load(Ordering::Relaxed) as f64 / 1000.0;
        let _ = writeln!(
            text,
            "{name}_bucket{{le=\"+Inf\"}} {total}\n{name}_sum {sum}\n{name}_count {total}"
        );
    }
}
