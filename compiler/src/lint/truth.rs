//! The three truth values, and sets of them.

/// What a condition is for a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    /// TRUE
    True,
    /// FALSE
    False,
    /// NULL
    Unknown,
}

impl Truth {
    /// All three.
    pub(super) const ALL: [Self; 3] = [Self::True, Self::False, Self::Unknown];

    /// NOT
    pub(super) fn negated(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }

    /// The same, of the condition without its NOT.
    pub(super) fn negated_if(self, negated: bool) -> Self {
        if negated { self.negated() } else { self }
    }
}

/// Some of the truth values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Truths {
    yes: bool,
    no: bool,
    unknown: bool,
}

impl Truths {
    /// None of them.
    pub(super) const NONE: Self = Self {
        yes: false,
        no: false,
        unknown: false,
    };
    /// TRUE alone.
    pub(super) const TRUE: Self = Self {
        yes: true,
        ..Self::NONE
    };
    /// FALSE or NULL.
    pub(super) const NOT_TRUE: Self = Self {
        yes: false,
        no: true,
        unknown: true,
    };
    /// TRUE or NULL.
    pub(super) const NOT_FALSE: Self = Self {
        yes: true,
        no: false,
        unknown: true,
    };

    /// This one alone.
    pub(super) fn only(truth: Truth) -> Self {
        Self::NONE.with(truth)
    }

    /// With one more.
    pub(super) fn with(self, truth: Truth) -> Self {
        match truth {
            Truth::True => Self { yes: true, ..self },
            Truth::False => Self { no: true, ..self },
            Truth::Unknown => Self {
                unknown: true,
                ..self
            },
        }
    }

    /// Whether it is one of them.
    pub(super) fn has(self, truth: Truth) -> bool {
        match truth {
            Truth::True => self.yes,
            Truth::False => self.no,
            Truth::Unknown => self.unknown,
        }
    }

    /// Those of NOT, if it is one.
    pub(super) fn negated_if(self, negated: bool) -> Self {
        if negated {
            Self {
                yes: self.no,
                no: self.yes,
                ..self
            }
        } else {
            self
        }
    }
}
