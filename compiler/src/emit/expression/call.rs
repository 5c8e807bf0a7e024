//! Function calls.

use super::{Applied, Binding, Code, Expressions, Null, constant, first_not_null, lift, lift1};
use crate::emit::{literal, patterns};
use crate::functions::{Body, Function, Nulls, Parameter, Words};
use crate::ir::logical::{Expr, Value};
use quote::{format_ident, quote};

impl Expressions<'_> {
    /// A call's value. `null` is what a NULL argument makes of a strict function.
    pub(super) fn call(
        &mut self,
        function: &'static Function,
        arguments: &[Expr],
        expr: &Expr,
        null: Null,
    ) -> Code {
        match function.body {
            Body::Runtime { name, arena } => {
                let pattern = patterns::pattern(function, arguments);
                let open = pattern.and_then(|(pattern, flags)| match pattern {
                    Some(_) => None,
                    None => Some((pattern_place(function), literal::text(flags))),
                });
                let operands = self.arguments(function, arguments);
                let fallible = function.fallible || open.is_some();
                let site = fallible.then(|| self.site(expr.span));
                lift(&operands, null, |operands| {
                    let name = format_ident!("{name}");
                    let mut given: Vec<_> =
                        operands.iter().map(|code| code.tokens.clone()).collect();
                    if arena {
                        given.push(quote!(row.arena));
                    }
                    let pattern = open
                        .as_ref()
                        .map(|(at, _)| std::mem::replace(&mut given[*at], quote!(&pattern)));
                    let call = quote!(function::#name(#(#given),*));
                    let then = if function.fallible {
                        quote!(and_then)
                    } else {
                        quote!(map)
                    };
                    let call = match (pattern, &open) {
                        (Some(pattern), Some((_, flags))) => quote! {
                            function::compiled(#pattern, #flags).#then(|pattern| #call)
                        },
                        (Some(_), None) | (None, _) => call,
                    };
                    let applied = match site {
                        Some(site) => Applied::result(call, site),
                        None => Applied::value(call, Binding::Atom),
                    };
                    match function.nulls {
                        Nulls::StrictOrMissing => applied.or_missing(),
                        Nulls::Strict | Nulls::FirstNotNull | Nulls::PassedOver | Nulls::Always => {
                            applied
                        }
                    }
                })
            }
            Body::Now => Code::plain(quote!(row.received_at()), Binding::Atom),
            Body::Coalesce => self.coalesce(arguments, expr),
            Body::Nullif => self.nullif(&arguments[0], &arguments[1]),
            Body::Extreme { name, nullable } => self.extreme(name, nullable, arguments),
            Body::Operator(operator) => unreachable!("{operator:?} is bound as an operator"),
        }
    }

    /// The arguments as the runtime's function takes them: those of a variadic parameter as an
    /// array of `Option`s.
    fn arguments(&mut self, function: &'static Function, arguments: &[Expr]) -> Vec<Code> {
        let (strict, variadic) = arguments.split_at(function.strict_arguments(arguments.len()));
        let mut operands: Vec<_> = strict
            .iter()
            .enumerate()
            .filter_map(|(at, argument)| match function.parameter(at) {
                Parameter::Word(words) => word(words, argument),
                Parameter::Flags => None,
                Parameter::Pattern => Some(self.pattern(function, arguments, argument)),
                // the parameter's own type tells Rust that of a number
                Parameter::Is(_) | Parameter::Filter => Some(self.operand(argument)),
                Parameter::Number
                | Parameter::Integer
                | Parameter::Decimal
                | Parameter::Timestamp
                | Parameter::Comparable
                | Parameter::Any
                | Parameter::AsText
                | Parameter::Template(_)
                | Parameter::Key
                | Parameter::Path => Some(self.value(argument)),
            })
            .collect();
        if function.variadic {
            operands.push(match function.parameter(arguments.len()) {
                Parameter::Path => {
                    let keys = variadic.iter().map(|key| self.json_key(key).tokens);
                    Code::plain(quote!(&[#(#keys),*]), Binding::Atom)
                }
                Parameter::Key => {
                    let keys: Vec<_> = variadic.iter().map(|key| self.json_key(key)).collect();
                    array(&keys)
                }
                Parameter::Is(_)
                | Parameter::Number
                | Parameter::Integer
                | Parameter::Decimal
                | Parameter::Timestamp
                | Parameter::Comparable
                | Parameter::Any
                | Parameter::AsText
                | Parameter::Filter
                | Parameter::Pattern
                | Parameter::Flags
                | Parameter::Template(_)
                | Parameter::Word(_) => {
                    let values: Vec<_> = variadic.iter().map(|value| self.value(value)).collect();
                    array(&values)
                }
            });
        }
        operands
    }

    /// A regular expression: a static of the module, or the text of one.
    fn pattern(&mut self, function: &Function, arguments: &[Expr], argument: &Expr) -> Code {
        match patterns::pattern(function, arguments) {
            Some((Some(pattern), flags)) => {
                let name = self.patterns.find(pattern, flags);
                let name = name.expect("all patterns were collected");
                Code::plain(quote!(#name.get()), Binding::Atom)
            }
            Some((None, _)) | None => self.value(argument),
        }
    }

    /// The key or index of a JSON value.
    fn json_key(&mut self, key: &Expr) -> Code {
        let variant = match key.literal() {
            Some(Value::Text(_)) => quote!(Name),
            Some(Value::Integer(_)) => quote!(Index),
            Some(_) | None => quote!(from),
        };
        let key = self.operand(key);
        lift1(&key, Null::Stays, |key| {
            let key = &key.tokens;
            Applied::value(quote!(function::Key::#variant(#key)), Binding::Atom)
        })
    }

    fn extreme(&mut self, name: &str, nullable: &str, arguments: &[Expr]) -> Code {
        let codes: Vec<_> = arguments
            .iter()
            .map(|argument| self.value(argument))
            .collect();
        if codes.iter().any(|code| code.nullable) {
            let name = format_ident!("{nullable}");
            let array = array(&codes);
            let (elements, fails) = (&array.tokens, array.fails);
            let call = quote!(function::#name(#elements));
            return Code::plain(call, Binding::Atom).with(true, fails);
        }
        let name = format_ident!("{name}");
        let fails = codes.iter().any(|code| code.fails);
        let elements = codes.iter().map(|code| &code.tokens);
        let call = quote!(function::#name([#(#elements),*]));
        Code::plain(call, Binding::Atom).with(false, fails)
    }

    /// The first argument that is not NULL; later ones are not evaluated.
    fn coalesce(&mut self, arguments: &[Expr], expr: &Expr) -> Code {
        let mut codes = Vec::new();
        for argument in arguments {
            let code = self.value(argument);
            let last = !code.nullable;
            codes.push(code);
            if last {
                break;
            }
        }
        let last = codes
            .pop()
            .unwrap_or_else(|| constant(&Value::Null, expr.data_type));
        codes
            .into_iter()
            .rfold(last, |rest, first| first_not_null(&first, &rest))
    }

    /// NULL where both are equal, else the first.
    fn nullif(&mut self, first: &Expr, second: &Expr) -> Code {
        let (first, second) = (self.value(first), self.value(second));
        let fails = first.fails || second.fails;
        let left = first.optional().receiver();
        let right = second.at_least(Binding::Unary);
        let tokens = if fails {
            let (left, right) = (first.optional().tokens, second.optional().tokens);
            quote!({
                let (left, right) = (#left, #right);
                left.filter(|&left| Some(left) != right)
            })
        } else if second.nullable {
            quote!(#left.filter(|&value| Some(value) != #right))
        } else {
            quote!(#left.filter(|&value| value != #right))
        };
        let binding = if fails { Binding::Block } else { Binding::Atom };
        Code::plain(tokens, binding).with(true, fails)
    }
}

/// Where the pattern stands among the arguments that the runtime's function takes.
fn pattern_place(function: &Function) -> usize {
    let mut parameters = function.parameters.iter();
    let place = parameters.position(|parameter| *parameter == Parameter::Pattern);
    place.expect("a function with a pattern has a parameter for it")
}

/// `[Some(a), b]`
fn array(elements: &[Code]) -> Code {
    let fails = elements.iter().any(|element| element.fails);
    let elements = elements.iter().map(|element| element.optional().tokens);
    Code::plain(quote!([#(#elements),*]), Binding::Atom).with(false, fails)
}

/// A word as the runtime's variant of that name, where the function is told.
fn word(words: &Words, argument: &Expr) -> Option<Code> {
    let Some(Value::Text(word)) = argument.literal() else {
        unreachable!("the binder wants a constant {}", words.what);
    };
    let variant = words.variant(word).expect("the binder knows the word");
    let (name, variant) = (format_ident!("{}", words.rust?), format_ident!("{variant}"));
    Some(Code::plain(
        quote!(function::#name::#variant),
        Binding::Atom,
    ))
}
