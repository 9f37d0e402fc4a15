//! How seriously findings are taken.

use s3_replication::lint::{Level, Levels};

use crate::cli::suggestion::did_you_mean;

/// A finding or a group by its name, and how seriously it is to be taken.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    name: String,
    level: Level,
}

/// Reads `LINT=LEVEL`.
pub(super) fn parse(text: &str) -> Result<Setting, String> {
    let Some((name, level)) = text.split_once('=') else {
        return Err(format!("write LINT=LEVEL, such as `{text}=warn`"));
    };
    let level: Level = level.parse().map_err(|error: s3_replication::UnknownWord| {
        let words = Level::ALL.iter().map(|level| level.as_str());
        format!("{error}{}", did_you_mean(level, words))
    })?;
    Levels::new().set(name, level).map_err(|error| error.to_string())?;
    Ok(Setting { name: name.to_owned(), level })
}

/// Returns all settings together; of two for one lint the later counts.
pub(super) fn levels(settings: &[Setting]) -> Levels {
    let mut levels = Levels::new();
    for Setting { name, level } in settings {
        // It was set once already, when it was read.
        let _ = levels.set(name, *level);
    }
    levels
}
