//! The findings about all files in one output format.
//!
//! `check::run` calls `add` or `add_unread` for each input, in order, and `finish` at the end:
//!
//! ```text
//!           add                    add_unread              finish
//! text      findings, summary      nothing                 settings, a line about all files
//! json      a member of `files`    kept for the end        settings, errors, the end
//! sarif     kept for the end       kept for the end        the whole log
//! github    one line a finding     one line an error       one line a finding of the settings
//! ```
//!
//! The layout of text is in `text`, and that of JSON in `json`; SARIF and annotations are rendered
//! by the library.

use s3_replication::diagnostic::SarifLog;
use s3_replication::lint;

use super::{AboutSettings, Checked, json, text};
use crate::cli::format::Format;
use crate::cli::output::Output;
use crate::cli::refusal::Refusal;
use crate::cli::styles::Styles;
use crate::cli::{Failure, Status};

/// The state of each output format: text and annotations are written at once, while JSON and SARIF
/// are one document for all files.
///
/// JSON is written file by file and SARIF at the end, because the log begins with the descriptions
/// of the findings in it.
pub(super) enum Printer {
    /// The text for people, with the counts for its last line.
    Text(text::Totals),
    /// A document whose files are written as they come.
    Json(json::Document),
    /// A document that is kept until the end.
    Sarif(SarifLog),
    /// The lines of annotations, which need no state.
    Github,
}

impl Printer {
    /// Creates a printer that has printed nothing.
    pub(super) fn new(format: Format) -> Self {
        match format {
            Format::Text => Self::Text(text::Totals::default()),
            Format::Json => Self::Json(json::Document::default()),
            Format::Sarif => Self::Sarif(SarifLog::new(lint::describe)),
            Format::Github => Self::Github,
        }
    }

    /// Adds a file.
    pub(super) fn add(&mut self, checked: &Checked, out: &mut Output) -> Result<(), Failure> {
        match self {
            // The text is already presented for the terminal, so it is not escaped or wrapped once
            // more.
            Self::Text(totals) => out.write(totals.add(checked)),
            Self::Json(document) => out.write(document.add(checked)),
            Self::Sarif(log) => {
                for report in checked.reports() {
                    log.add(&checked.file, &report.in_text(&checked.text));
                }
                Ok(())
            }
            Self::Github => checked.reports().try_for_each(|report| {
                out.write(report.in_text(&checked.text).github(&checked.file))
            }),
        }
    }

    /// Adds an input that cannot be read. People read it on the standard error.
    ///
    /// `check::run` prints it there in every format; here is what programs read.
    pub(super) fn add_unread(
        &mut self,
        refusal: &Refusal,
        out: &mut Output,
    ) -> Result<(), Failure> {
        match self {
            Self::Text(_) => Ok(()),
            Self::Json(document) => {
                document.add_errors(refusal.to_json());
                Ok(())
            }
            Self::Sarif(log) => {
                refusal.add_to(log);
                Ok(())
            }
            Self::Github => out.write(refusal.to_github()),
        }
    }

    /// Ends the output, after the findings about the settings. SARIF also records whether the run was
    /// complete.
    pub(super) fn finish(
        self,
        status: Status,
        settings: Option<&AboutSettings>,
        out: &mut Output,
    ) -> Result<(), Failure> {
        match self {
            Self::Text(totals) => {
                if let Some(settings) = settings {
                    out.write(settings.located().render(Styles::stdout().render_options()))?;
                }
                out.write(totals.finish())
            }
            Self::Github => settings.map_or(Ok(()), |settings| {
                out.write(settings.located().github(settings.text.name()))
            }),
            Self::Json(document) => out.write(document.finish(settings)),
            Self::Sarif(mut log) => {
                if let Some(settings) = settings {
                    log.add(settings.text.name(), &settings.located());
                }
                // Errors in files are results of a successful run, and a file that cannot be read
                // is not.
                out.write(log.finish(status != Status::Wrong))
            }
        }
    }
}
