//! When a tier that guesses is not worth its misses.

/// Messages after which a tier is judged.
const TRIAL: u32 = 1024;

/// Messages for which a tier that lost stays off, before it gets another trial.
const PAUSE: u32 = 64 * TRIAL;

/// Counts what a tier is tried for and what it misses, and switches it off for a while when it
/// misses too much.
#[derive(Debug)]
pub(super) struct Gate {
    /// Misses in a hundred that are one too many.
    most_percent: u32,
    tried: u32,
    missed: u32,
    /// Messages that still pass it by.
    off: u32,
    forced_off: bool,
}

impl Gate {
    pub(super) fn new(most_percent: u32, enabled: bool) -> Self {
        Self {
            most_percent,
            tried: 0,
            missed: 0,
            off: 0,
            forced_off: !enabled,
        }
    }

    /// Whether the tier takes messages now.
    #[inline(always)]
    pub(super) fn is_open(&self) -> bool {
        self.off == 0 && !self.forced_off
    }

    /// So many messages come.
    #[inline(always)]
    pub(super) fn expect(&mut self, messages: u32) {
        if self.off > 0 {
            self.off = self.off.saturating_sub(messages);
            return;
        }
        if self.tried >= TRIAL {
            self.judge();
        }
        self.tried = self.tried.saturating_add(messages);
    }

    /// One of them is none that the tier knows. While it is off that is no fault.
    #[inline(always)]
    pub(super) fn miss(&mut self) {
        self.missed += u32::from(self.off == 0);
    }

    #[cold]
    fn judge(&mut self) {
        if u64::from(self.missed) * 100 >= u64::from(self.tried) * u64::from(self.most_percent) {
            self.off = PAUSE;
        }
        self.tried = 0;
        self.missed = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn off_and_on_again() {
        let mut gate = Gate::new(15, true);
        for message in 0..TRIAL {
            assert!(gate.is_open());
            gate.expect(1);
            if message % 6 == 0 {
                gate.miss();
            }
        }
        gate.expect(1);
        for _ in 0..PAUSE {
            assert!(!gate.is_open());
            gate.expect(1);
            // what it passes by is no fault
            gate.miss();
        }
        assert!(gate.is_open());
        gate.expect(TRIAL);
        gate.expect(1);
        assert!(gate.is_open());
    }

    #[test]
    fn few_misses_are_fine() {
        let mut gate = Gate::new(15, true);
        for _ in 0..1000 {
            assert!(gate.is_open());
            gate.expect(100);
            for _ in 0..14 {
                gate.miss();
            }
        }
    }

    #[test]
    fn never_on() {
        let mut gate = Gate::new(15, false);
        for _ in 0..2 * PAUSE {
            assert!(!gate.is_open());
            gate.expect(1);
        }
    }
}
