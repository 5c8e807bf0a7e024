//! Calls whose arguments are parted by words: `substring(x FROM 2 FOR 3)`. They become calls with
//! arguments by position, as in `PostgreSQL`.

use super::cursor::{Parsed, Parser};
use super::expression::Tree;
use super::operators::power;
use super::tokens::Kind;
use crate::ir::ast::{Expr, ExprKind, Literal, Name, Text};
use crate::source::Span;

/// What has been read of a call.
#[derive(Default)]
struct Arguments {
    list: Vec<Expr>,
    depth: usize,
}

impl Arguments {
    fn push(&mut self, tree: Tree) {
        self.depth = self.depth.max(tree.depth);
        self.list.push(tree.expr);
    }
}

/// Calls with a grammar of their own.
pub(super) const SPECIAL_CALLS: &[&str] = &["EXTRACT", "OVERLAY", "POSITION", "SUBSTRING", "TRIM"];

impl Parser<'_> {
    /// Behind the name of one of [`SPECIAL_CALLS`]: `(arguments)`.
    pub(super) fn special_call(&mut self, name: &Name) -> Parsed<Tree> {
        let opening = self.advance().span;
        let mut arguments = Arguments::default();
        let function = match name.text.to_ascii_uppercase().as_str() {
            "EXTRACT" => self.extract_arguments(&mut arguments)?,
            "OVERLAY" => self.overlay_arguments(&mut arguments)?,
            "POSITION" => self.position_arguments(&mut arguments)?,
            "SUBSTRING" => self.substring_arguments(&mut arguments)?,
            _ => self.trim_arguments(&mut arguments)?,
        };
        self.expect_closing(")", opening)?;
        let span = self.since(name.span);
        self.refuse_call_suffix(name.span);
        let name = Name {
            text: function.to_owned(),
            ..*name
        };
        let kind = ExprKind::Call {
            name,
            arguments: arguments.list,
        };
        self.node(kind, span, arguments.depth)
    }

    /// `field FROM x`; the field is a word or a text.
    fn extract_arguments(&mut self, arguments: &mut Arguments) -> Parsed<&'static str> {
        let token = self.peek();
        let field = match &token.kind {
            Kind::Text(_) => self.text("a field such as `hour`")?,
            Kind::Word | Kind::Quoted(_) => {
                let name = self.any_name("a field such as `hour`")?;
                Text {
                    value: name.text,
                    span: name.span,
                }
            }
            Kind::Number | Kind::Symbol | Kind::Invalid(_) | Kind::End => {
                return Err(self.expected("a field such as `hour`"));
            }
        };
        arguments.push(literal(Literal::Text(field), token.span));
        self.expect_keyword("FROM")?;
        self.argument(arguments)?;
        Ok("extract")
    }

    /// `x PLACING y FROM start [FOR count]`, or by commas.
    fn overlay_arguments(&mut self, arguments: &mut Arguments) -> Parsed<&'static str> {
        self.argument(arguments)?;
        if !self.accept_keyword("PLACING") {
            self.more_arguments(arguments)?;
            return Ok("overlay");
        }
        self.argument(arguments)?;
        self.expect_keyword("FROM")?;
        self.argument(arguments)?;
        if self.accept_keyword("FOR") {
            self.argument(arguments)?;
        }
        Ok("overlay")
    }

    /// `part IN x`: the function takes them the other way round.
    fn position_arguments(&mut self, arguments: &mut Arguments) -> Parsed<&'static str> {
        let part = self.operand(power::OTHER)?;
        if !self.accept_keyword("IN") {
            let help = "write `position('part' IN text)`, or `strpos(text, 'part')`";
            return Err(self.expected("`IN`").help(help));
        }
        let text = self.operand(power::OTHER)?;
        arguments.push(text);
        arguments.push(part);
        Ok("position")
    }

    /// `x FROM start [FOR count]`, `x FOR count [FROM start]`, or by commas.
    fn substring_arguments(&mut self, arguments: &mut Arguments) -> Parsed<&'static str> {
        self.argument(arguments)?;
        if self.accept_keyword("FROM") {
            self.argument(arguments)?;
            if self.accept_keyword("FOR") {
                self.argument(arguments)?;
            }
        } else if self.accept_keyword("FOR") {
            let place = self.previous_span();
            let count = self.tree()?;
            if self.accept_keyword("FROM") {
                self.argument(arguments)?;
            } else {
                arguments.push(literal(Literal::Number("1".to_owned()), place));
            }
            arguments.push(count);
        } else {
            self.more_arguments(arguments)?;
        }
        Ok("substring")
    }

    /// `[BOTH | LEADING | TRAILING] [characters] [FROM] x`, or by commas.
    fn trim_arguments(&mut self, arguments: &mut Arguments) -> Parsed<&'static str> {
        let function = if self.accept_keyword("LEADING") {
            "ltrim"
        } else if self.accept_keyword("TRAILING") {
            "rtrim"
        } else {
            self.accept_keyword("BOTH");
            "btrim"
        };
        if self.accept_keyword("FROM") {
            self.argument(arguments)?;
            return Ok(function);
        }
        let first = self.tree()?;
        if self.accept_keyword("FROM") {
            self.argument(arguments)?;
            arguments.push(first);
        } else {
            arguments.push(first);
            self.more_arguments(arguments)?;
        }
        Ok(function)
    }

    /// `, x, y`
    fn more_arguments(&mut self, arguments: &mut Arguments) -> Parsed<()> {
        while self.accept_symbol(",") {
            self.argument(arguments)?;
        }
        Ok(())
    }

    fn argument(&mut self, arguments: &mut Arguments) -> Parsed<()> {
        let tree = self.tree()?;
        arguments.push(tree);
        Ok(())
    }
}

fn literal(literal: Literal, span: Span) -> Tree {
    let kind = ExprKind::Literal(literal);
    Tree {
        expr: Expr { kind, span },
        depth: 1,
    }
}
