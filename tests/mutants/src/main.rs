//! Mutation testing with one build for all mutants.
//!
//! Building the crate and its tests takes a minute, and there are thousands of mutants. So all of
//! them are woven into one copy of the crate, each behind a switch that an environment variable
//! sets. What does not compile is left out, then the tests are built once and run for each mutant.

mod bodies;
mod build;
mod mutant;
mod planted;
mod run;
mod weave;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use mutant::Mutant;
use run::Outcome;

fn main() {
    build::call_rustc_as_wrapper();
    let rooms: Vec<String> = std::env::args().skip(1).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("a root");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), PathBuf::from);
    if let [command, begin] = &*rooms
        && command == "planted"
    {
        std::process::exit(i32::from(planted::try_all(
            &root,
            &target.join("planted"),
            &target,
            begin,
        )));
    }
    let out = target.join("mutants");
    let mutants: Vec<Mutant> = rooms.iter().flat_map(|room| Mutant::list(&root, room)).collect();

    let tree = build::Tree::new(&root, &out, &target);
    let woven = tree.weave_what_compiles(&mutants);
    let tests = tree.tests();
    eprintln!("{} of {} mutants are woven", woven.len(), mutants.len());

    let drawn = draw(&mutants, &woven, &rooms);
    let outcomes = run::Runner::new(&tree, tests, &rooms).run(&mutants, &drawn, &out);
    std::process::exit(i32::from(summarise(&root, &rooms, &mutants, woven.len(), &outcomes)));
}

/// Draws the same number of mutants of each room, spread over its files, by turns.
fn draw(mutants: &[Mutant], woven: &BTreeSet<usize>, rooms: &[String]) -> Vec<usize> {
    let most = number("SAMPLE", usize::MAX);
    let mut drawn = Vec::new();
    for room in rooms {
        let of_room: Vec<usize> =
            woven.iter().copied().filter(|id| mutants[*id].room == *room).collect();
        let step = of_room.len().div_ceil(most).max(1);
        let first = number("OFFSET", 0) % step;
        drawn.extend(of_room.into_iter().skip(first).step_by(step).enumerate());
    }
    drawn.sort_by_key(|(turn, _)| *turn);
    drawn.into_iter().map(|(_, id)| id).collect()
}

/// Prints the score of each room, and returns true when a mutant survived without a reason.
fn summarise(
    root: &Path,
    rooms: &[String],
    mutants: &[Mutant],
    woven: usize,
    outcomes: &BTreeMap<usize, Outcome>,
) -> bool {
    let reasons = std::fs::read_to_string(root.join("tests/mutants/survivors.txt"));
    let reasons = reasons.expect("survivors.txt");
    let explained: BTreeSet<&str> =
        reasons.lines().filter_map(|line| line.strip_prefix("> ")).collect();
    let mut is_bad = false;
    println!("\n| module | mutants | tried | caught | equivalent | survived | score |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for room in rooms {
        let all = mutants.iter().filter(|mutant| mutant.room == *room).count();
        let of_room = || outcomes.iter().filter(|(id, _)| mutants[**id].room == *room);
        let tried = of_room().count();
        let caught = of_room().filter(|(_, outcome)| **outcome != Outcome::Survived).count();
        let is_explained = |id: &usize| explained.contains(mutants[*id].lasting_name().as_str());
        let survived = of_room().filter(|(_, outcome)| **outcome == Outcome::Survived);
        let (equivalent, missed): (Vec<usize>, Vec<usize>) =
            survived.map(|(id, _)| *id).partition(is_explained);
        for id in &missed {
            eprintln!("survived, without a reason: {}", mutants[*id].name);
            is_bad = true;
        }
        let (equivalent, missed) = (equivalent.len(), missed.len());
        let score = 100.0 * caught as f64 / (caught + missed).max(1) as f64;
        println!(
            "| {room} | {all} | {tried} | {caught} | {equivalent} | {missed} | {score:.1} % |"
        );
    }
    println!(
        "\n{} mutants do not compile, or are in place of an `impl Trait`.",
        mutants.len() - woven
    );
    is_bad
}

fn number(variable: &str, default: usize) -> usize {
    match std::env::var(variable) {
        Ok(text) => text.parse().expect("a number"),
        Err(_) => default,
    }
}
