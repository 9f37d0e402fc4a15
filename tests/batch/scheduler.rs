//! Several jobs under one capacity.

use std::collections::BTreeMap;

use proptest::prelude::*;
use s3_replication::batch::job::{self, Job};
use s3_replication::batch::jobs::{ACTIVE_JOBS_LIMIT, Directive, schedule};
use serde_json::json;

use crate::support::{job, second};

/// Returns a job that is ready, created at a second.
fn ready(id: &str, priority: u32, created: i64) -> Job {
    let mut job = job(id, &json!({"Priority": priority}), second(created));
    job.handle(job::Event::PreparationBegan, second(created)).unwrap();
    let prepared = job::Event::Prepared { objects: 1000, generated_manifest: None };
    job.handle(prepared, second(created)).unwrap();
    job
}

fn running(id: &str, priority: u32, created: i64) -> Job {
    let mut job = ready(id, priority, created);
    job.handle(job::Event::Started, second(created)).unwrap();
    job
}

/// Writes directives in short: `+` for a start, `-` for a pause.
fn said(capacity: usize, jobs: &[Job]) -> Vec<String> {
    let directives = schedule(capacity, jobs);
    let mut reversed: Vec<&Job> = jobs.iter().collect();
    reversed.reverse();
    assert_eq!(schedule(capacity, reversed), directives, "the order of the jobs counts");
    let short = directives.iter().map(|directive| match directive {
        Directive::Start(id) => format!("+{id}"),
        Directive::Pause(id) => format!("-{id}"),
        _ => panic!("another directive"),
    });
    short.collect()
}

/// REP-937: six at a time, the highest priority first, the older of equals first.
#[test]
fn the_highest_priority_is_served_first() {
    let jobs: Vec<Job> =
        (0_u32..8).map(|n| ready(&format!("job-{n}"), n % 4, i64::from(n))).collect();
    let started = ["+job-3", "+job-7", "+job-2", "+job-6", "+job-1", "+job-5"];
    assert_eq!(said(ACTIVE_JOBS_LIMIT, &jobs), started);
    assert_eq!(said(1, &jobs), ["+job-3"]);
    assert!(said(0, &jobs).is_empty());
    assert!(said(6, &[]).is_empty());
}

/// REP-937: a running job is paused for a higher priority, never for an equal or a lower one.
#[test]
fn a_job_makes_way_for_higher_priorities_only() {
    let old = || ready("older", 5, 0);
    assert!(said(1, &[running("runs-", 5, 9), old()]).is_empty());
    assert!(said(1, &[running("runs-", 6, 9), old()]).is_empty());
    assert_eq!(said(1, &[running("runs-", 4, 9), old()]), ["-runs-"]);
    // The last of the equals makes way.
    let jobs = [running("one--", 1, 1), running("two--", 1, 2), ready("vip--", 9, 3)];
    assert_eq!(said(2, &jobs), ["-two--"]);
    assert_eq!(said(3, &jobs), ["+vip--"]);
}

/// REP-937, REP-927: a place is free when the job that had it is settled, not before.
#[test]
fn a_place_is_free_when_its_job_is_settled() {
    let mut low = running("low--", 1, 0);
    low.handle(job::Event::Preempted, second(1)).unwrap();
    let vip = ready("vip--", 9, 3);
    assert!(said(1, &[low.clone(), vip.clone()]).is_empty());
    low.handle(job::Event::Settled, second(2)).unwrap();
    assert_eq!(said(1, &[low.clone(), vip.clone()]), ["+vip--"]);
    // And back, when the other one is at its end.
    let mut vip = vip;
    vip.handle(job::Event::Started, second(3)).unwrap();
    assert!(said(1, &[low.clone(), vip.clone()]).is_empty());
    vip.handle(job::Event::TasksEnded { succeeded: 1000, failed: 0 }, second(4)).unwrap();
    assert_eq!(vip.status(), job::Status::Complete);
    assert_eq!(said(1, &[low, vip]), ["+low--"]);

    let mut gone = running("gone-", 1, 0);
    gone.update_status(job::RequestedStatus::Cancelled, None, second(1)).unwrap();
    let next = ready("next-", 1, 1);
    assert!(said(1, &[gone.clone(), next.clone()]).is_empty());
    gone.handle(job::Event::Settled, second(2)).unwrap();
    assert_eq!(said(1, &[gone, next]), ["+next-"]);
}

/// REP-937, REP-931: a priority that changes counts from then on.
#[test]
fn a_changed_priority_counts() {
    let mut jobs = [running("one--", 5, 0), ready("two--", 1, 1)];
    assert!(said(1, &jobs).is_empty());
    jobs[1].update_priority(job::Priority::new(6).unwrap()).unwrap();
    assert_eq!(said(1, &jobs), ["-one--"]);
    jobs[0].update_priority(job::Priority::new(6).unwrap()).unwrap();
    assert!(said(1, &jobs).is_empty());
}

/// REP-937: jobs that wait for something else are not scheduled.
#[test]
fn only_jobs_that_can_run_are_scheduled() {
    let mut suspended = job("susp-", &json!({"ConfirmationRequired": true}), second(0));
    suspended.handle(job::Event::PreparationBegan, second(0)).unwrap();
    assert!(said(6, std::slice::from_ref(&suspended)).is_empty());
    let prepared = job::Event::Prepared { objects: 1, generated_manifest: None };
    suspended.handle(prepared, second(0)).unwrap();
    assert!(said(6, std::slice::from_ref(&suspended)).is_empty());
    suspended.update_status(job::RequestedStatus::Ready, None, second(1)).unwrap();
    assert_eq!(said(6, &[suspended]), ["+susp-"]);
}

/// Does what the scheduler says.
fn obey(capacity: usize, jobs: &mut BTreeMap<job::Id, Job>, at: i64) {
    for directive in schedule(capacity, jobs.values()) {
        let (id, event) = match directive {
            Directive::Start(id) => (id, job::Event::Started),
            Directive::Pause(id) => (id, job::Event::Preempted),
            _ => panic!("another directive"),
        };
        jobs.get_mut(&id).unwrap().handle(event, second(at)).unwrap();
    }
}

proptest! {
    /// REP-937: never over capacity, no place idle while a job waits, no waiting job of higher
    /// priority than one that runs, and every job comes to its end.
    #[test]
    fn all_jobs_are_done_and_none_too_many_at_a_time(
        arrivals in proptest::collection::vec((0_u32..3, 0_i64..20), 1..20),
        capacity in 1_usize..5,
        picks in proptest::collection::vec(any::<prop::sample::Index>(), 600),
    ) {
        let mut jobs = BTreeMap::new();
        let mut first_starts: Vec<(u32, i64, job::Id)> = Vec::new();
        let mut coming: Vec<Job> = arrivals.iter().enumerate()
            .map(|(n, (priority, at))| ready(&format!("job-{n}"), *priority, *at)).collect();
        coming.sort_by_key(|job| (std::cmp::Reverse(job.created()), job.id().clone()));
        let mut now = 0;
        for pick in picks {
            now += 1;
            while coming.last().is_some_and(|job| job.created() <= second(now)) {
                let job = coming.pop().unwrap();
                jobs.insert(job.id().clone(), job);
            }
            let waited: Vec<job::Id> = jobs.values().filter(|job| job.status() == job::Status::Ready)
                .map(|job| job.id().clone()).collect();
            obey(capacity, &mut jobs, now);
            for id in waited {
                let job = &jobs[&id];
                if job.status() != job::Status::Ready {
                    first_starts.push((job.priority().get(), now, id));
                }
            }
            let holding = jobs.values().filter(|job| job.holds_place()).count();
            prop_assert!(holding <= capacity);
            let waits = |job: &&Job| matches!(job.status(), job::Status::Ready | job::Status::Paused);
            let best = jobs.values().filter(waits).map(Job::priority).max();
            let active = || jobs.values().filter(|job| job.status() == job::Status::Active);
            if let Some(best) = best {
                prop_assert_eq!(holding, capacity, "a place is idle");
                let lowest = active().map(Job::priority).min();
                let leaving = holding - active().count();
                let above = jobs.values().filter(waits).filter(|job| lowest.is_some_and(|low| job.priority() > low)).count();
                prop_assert!(above <= leaving, "a job of priority {best} waits in vain");
            }
            prop_assert!(schedule(capacity, jobs.values()).is_empty(), "the scheduler is of two minds");
            // Something happens to one of those that hold a place.
            let holders: Vec<job::Id> =
                jobs.values().filter(|job| job.holds_place()).map(|job| job.id().clone()).collect();
            if holders.is_empty() {
                continue;
            }
            let job = jobs.get_mut(pick.get(&holders)).unwrap();
            let event = match job.status() {
                job::Status::Active => {
                    let left = 1000 - job.progress(second(now)).number_of_tasks_succeeded;
                    job::Event::TasksEnded { succeeded: left.min(300), failed: 0 }
                }
                _ => job::Event::Settled,
            };
            job.handle(event, second(now)).unwrap();
        }
        prop_assert!(coming.is_empty());
        for job in jobs.values() {
            prop_assert_eq!(job.status(), job::Status::Complete);
        }
        // Equals get their first turn in the order in which they came.
        for priority in 0..3 {
            let order: Vec<_> = first_starts.iter().filter(|(of, ..)| *of == priority)
                .map(|(_, at, id)| (*at, jobs[id].created())).collect();
            prop_assert!(order.windows(2).all(|pair| pair[0].0 == pair[1].0 || pair[0].1 <= pair[1].1));
        }
    }
}
