//! A piece of generated code that computes a SQL value, and how pieces combine.
//!
//! A SQL value that can be NULL is an `Option` in Rust. Operators work on values that are not
//! NULL; [`lift1`] and [`lift2`] carry them over to `Option`s with `map` and `zip`, which says
//! "NULL if any operand is". All operands are evaluated, in order, as SQL does: those that can
//! fail (`?`) never move into a closure.

use proc_macro2::{Ident, Literal, Punct, Spacing, TokenStream, TokenTree};
use quote::{format_ident, quote};

/// How tightly an expression binds, loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::emit) enum Binding {
    /// `if … {} else {}`, `match`: fine alone, in parentheses as an operand
    Block,
    /// `a || b`
    Or,
    /// `a && b`
    And,
    /// `a < b`
    Compare,
    /// `a & b`
    Bits,
    /// `-a`, `!a`
    Unary,
    /// Names, literals, calls
    Atom,
}

/// Code for a value.
#[derive(Clone, Debug)]
pub(in crate::emit) struct Code {
    /// The Rust expression.
    pub(in crate::emit) tokens: TokenStream,
    /// Whether it is an `Option`.
    pub(in crate::emit) nullable: bool,
    /// Whether it leaves the function on errors (`?`).
    pub(in crate::emit) fails: bool,
    /// How tightly it binds.
    pub(in crate::emit) binding: Binding,
    /// The variable, where it is nothing else.
    pub(in crate::emit) variable: Option<Ident>,
}

impl Code {
    /// An expression that is not an `Option` and can't fail.
    pub(in crate::emit) fn plain(tokens: TokenStream, binding: Binding) -> Self {
        Self {
            tokens,
            nullable: false,
            fails: false,
            binding,
            variable: None,
        }
    }

    /// The same with other flags.
    pub(in crate::emit) fn with(self, nullable: bool, fails: bool) -> Self {
        Self {
            nullable,
            fails,
            ..self
        }
    }

    /// The tokens where at least `binding` is needed, in parentheses if it binds more loosely.
    pub(in crate::emit) fn at_least(&self, binding: Binding) -> TokenStream {
        let tokens = &self.tokens;
        if self.binding < binding {
            quote!((#tokens))
        } else {
            tokens.clone()
        }
    }

    /// The tokens as the receiver of a method.
    pub(in crate::emit) fn receiver(&self) -> TokenStream {
        self.at_least(Binding::Atom)
    }

    /// The tokens as an `Option`.
    pub(in crate::emit) fn optional(&self) -> Self {
        let tokens = &self.tokens;
        if self.nullable {
            self.clone()
        } else {
            Self::plain(quote!(Some(#tokens)), Binding::Atom).with(true, self.fails)
        }
    }

    /// The value read anew: a variable or literal that an inner scope may use as it is.
    fn stays_put(&self) -> bool {
        !self.nullable && !self.fails
    }

    fn mentions(&self, name: &Ident) -> bool {
        mentions(&self.tokens, name)
    }

    /// What to call this operand's value inside a closure that also uses `other`.
    fn inner_name(&self, other: Option<&Self>) -> Ident {
        self.variable
            .clone()
            .filter(|name| !other.is_some_and(|other| other.mentions(name)))
            .unwrap_or_else(|| format_ident!("value"))
    }
}

/// Whether the variable `name` occurs in `tokens`; methods and fields of that name don't count.
pub(in crate::emit) fn mentions(tokens: &TokenStream, name: &Ident) -> bool {
    let mut after_dot = false;
    let mut tokens = tokens.clone().into_iter().peekable();
    while let Some(token) = tokens.next() {
        let member = std::mem::replace(&mut after_dot, is_dot(&token));
        let mentioned = match token {
            TokenTree::Ident(ident) => {
                !member && ident == *name && !tokens.peek().is_some_and(is_colon)
            }
            TokenTree::Group(group) => mentions(&group.stream(), name),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        };
        if mentioned {
            return true;
        }
    }
    false
}

/// Whether it is the sign behind the name of a field, not the first half of that in a path.
fn is_colon(token: &TokenTree) -> bool {
    let colon = |punct: &Punct| punct.as_char() == ':' && punct.spacing() == Spacing::Alone;
    matches!(token, TokenTree::Punct(punct) if colon(punct))
}

fn is_dot(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == '.')
}

/// What an operator makes of values that are not NULL.
pub(in crate::emit) struct Applied {
    tokens: TokenStream,
    binding: Binding,
    site: Option<Literal>,
    /// Whether the value is an `Option` for operands that are not NULL, too.
    missing: bool,
}

impl Applied {
    /// A value.
    pub(in crate::emit) fn value(tokens: TokenStream, binding: Binding) -> Self {
        Self {
            tokens,
            binding,
            site: None,
            missing: false,
        }
    }

    /// A `Result<_, Reason>`; `site` is where in the SQL it fails.
    pub(in crate::emit) fn result(tokens: TokenStream, site: Literal) -> Self {
        Self {
            tokens,
            binding: Binding::Atom,
            site: Some(site),
            missing: false,
        }
    }

    /// The value is an `Option` of its own.
    pub(in crate::emit) fn or_missing(self) -> Self {
        Self {
            missing: true,
            ..self
        }
    }

    fn direct(self, operands_fail: bool) -> Code {
        let tokens = self.tokens;
        let code = match self.site {
            None => Code::plain(tokens, self.binding).with(false, operands_fail),
            Some(site) => Code::plain(quote!(#tokens.at(#site)?), Binding::Atom).with(false, true),
        };
        Code {
            nullable: self.missing,
            ..code
        }
    }

    /// In a closure over `receiver`, which is an `Option`.
    fn mapped(self, receiver: &TokenStream, pattern: &TokenStream, operands_fail: bool) -> Code {
        let tokens = self.tokens;
        match (self.site, self.missing) {
            (None, false) => {
                let tokens = quote!(#receiver.map(|#pattern| #tokens));
                Code::plain(tokens, Binding::Atom).with(true, operands_fail)
            }
            (None, true) => {
                let tokens = quote!(#receiver.and_then(|#pattern| #tokens));
                Code::plain(tokens, Binding::Atom).with(true, operands_fail)
            }
            (Some(site), missing) => {
                let flat = missing.then(|| quote!(.flatten()));
                let mapped = quote!(#receiver.map(|#pattern| #tokens));
                let tokens = quote!(#mapped.transpose().at(#site)?#flat);
                Code::plain(tokens, Binding::Atom).with(true, true)
            }
        }
    }

    /// As [`Applied::mapped`], for a condition: false where the operand is NULL.
    fn tested(self, receiver: &TokenStream, pattern: &TokenStream, operands_fail: bool) -> Code {
        let tokens = &self.tokens;
        if self.site.is_none() && !self.missing {
            let tokens = quote!(#receiver.is_some_and(|#pattern| #tokens));
            return Code::plain(tokens, Binding::Atom).with(false, operands_fail);
        }
        let mapped = self.mapped(receiver, pattern, operands_fail);
        let tokens = mapped.tokens;
        Code::plain(quote!(#tokens == Some(true)), Binding::Compare).with(false, mapped.fails)
    }
}

/// What a NULL operand makes of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::emit) enum Null {
    /// NULL.
    Stays,
    /// `false`: the result is a condition.
    IsFalse,
}

/// Applies an operator to one operand.
pub(in crate::emit) fn lift1(
    operand: &Code,
    null: Null,
    apply: impl FnOnce(&Code) -> Applied,
) -> Code {
    if !operand.nullable {
        return apply(operand).direct(operand.fails);
    }
    let name = operand.inner_name(None);
    let applied = apply(&Code::plain(quote!(#name), Binding::Atom));
    finish(
        applied,
        &operand.receiver(),
        &quote!(#name),
        null,
        operand.fails,
    )
}

/// Applies an operator to two operands.
pub(in crate::emit) fn lift2(
    left: &Code,
    right: &Code,
    null: Null,
    apply: impl FnOnce(&Code, &Code) -> Applied,
) -> Code {
    let fails = left.fails || right.fails;
    if !left.nullable && !right.nullable {
        return apply(left, right).direct(fails);
    }
    let bound = |name: &Ident| Code::plain(quote!(#name), Binding::Atom);
    if right.stays_put() {
        let name = left.inner_name(Some(right));
        let applied = apply(&bound(&name), right);
        return finish(applied, &left.receiver(), &quote!(#name), null, fails);
    }
    if left.stays_put() {
        let name = right.inner_name(Some(left));
        let applied = apply(left, &bound(&name));
        return finish(applied, &right.receiver(), &quote!(#name), null, fails);
    }
    let (first, second) = (format_ident!("left"), format_ident!("right"));
    let applied = apply(&bound(&first), &bound(&second));
    let (left, right) = (left.optional().receiver(), right.optional().tokens);
    finish(
        applied,
        &quote!(#left.zip(#right)),
        &quote!((#first, #second)),
        null,
        fails,
    )
}

/// Applies a function to any number of operands.
pub(in crate::emit) fn lift(
    operands: &[Code],
    null: Null,
    apply: impl FnOnce(&[Code]) -> Applied,
) -> Code {
    let fails = operands.iter().any(|operand| operand.fails);
    match operands {
        [one] => return lift1(one, null, |one| apply(std::slice::from_ref(one))),
        [left, right] => {
            return lift2(left, right, null, |left, right| {
                apply(&[left.clone(), right.clone()])
            });
        }
        [] | [_, _, _, ..] => {}
    }
    if operands.iter().all(|operand| !operand.nullable) {
        return apply(operands).direct(fails);
    }
    // what stays put may be read in the closure; all else is zipped into one `Option`
    let inline: Vec<_> = operands.iter().filter(|code| code.stays_put()).collect();
    let mut names: Vec<Ident> = Vec::new();
    let mut bound = Vec::new();
    let mut zipped: Option<(TokenStream, TokenStream)> = None;
    for (at, operand) in operands.iter().enumerate() {
        if operand.stays_put() {
            bound.push(operand.clone());
            continue;
        }
        let is_taken =
            |name: &Ident| names.contains(name) || inline.iter().any(|code| code.mentions(name));
        let own = operand.variable.clone().filter(|name| !is_taken(name));
        let name = own.unwrap_or_else(|| {
            let base = format!("value_{}", at + 1);
            let mut name = format_ident!("{base}");
            while is_taken(&name) {
                name = format_ident!("{name}_");
            }
            name
        });
        let value = operand.optional();
        zipped = Some(match zipped {
            None => (value.receiver(), quote!(#name)),
            Some((receiver, pattern)) => {
                let value = value.tokens;
                (quote!(#receiver.zip(#value)), quote!((#pattern, #name)))
            }
        });
        bound.push(Code::plain(quote!(#name), Binding::Atom));
        names.push(name);
    }
    let (receiver, pattern) = zipped.expect("an operand can be NULL");
    finish(apply(&bound), &receiver, &pattern, null, fails)
}

fn finish(
    applied: Applied,
    receiver: &TokenStream,
    pattern: &TokenStream,
    null: Null,
    fails: bool,
) -> Code {
    // an operator that does not look at its operand still asks whether it is NULL
    let used = pattern.clone().into_iter().all(|token| match token {
        TokenTree::Ident(name) => mentions(&applied.tokens, &name),
        TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => true,
    });
    let pattern = if used { pattern } else { &quote!(_) };
    match null {
        Null::Stays => applied.mapped(receiver, pattern, fails),
        Null::IsFalse => applied.tested(receiver, pattern, fails),
    }
}
