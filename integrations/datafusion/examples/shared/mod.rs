//! The parts that both examples need: the tables, the query, its answer, and the end of the program.

pub(crate) mod counts;
pub(crate) mod tables;

use std::process::ExitCode;

/// The error of an example.
pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;

/// Prints the error of an example, if it has one.
pub(crate) fn exit_code(ended: Result<(), Error>) -> ExitCode {
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
