//! How much work an answer may cost.

/// Work that is left. Globs can be written of which no search makes an end in any time; nobody
/// waits for those.
#[derive(Clone, Debug)]
pub(super) struct Budget(u64);

impl Budget {
    /// Less than a second of work; what people write takes a hundredth.
    pub(super) const fn for_an_assertion() -> Self {
        Self(20_000_000)
    }

    /// For work that is little anyway.
    pub(super) const fn endless() -> Self {
        Self(u64::MAX)
    }

    /// Uses up everything: it would not do.
    pub(super) const fn give_up(&mut self) {
        self.0 = 0;
    }

    /// Uses up some of it; `None` when nothing is left.
    pub(super) fn spend(&mut self, work: usize) -> Option<()> {
        self.0 = self.0.saturating_sub(work as u64 + 1);
        (self.0 > 0).then_some(())
    }

    pub(super) const fn is_used_up(&self) -> bool {
        self.0 == 0
    }
}
